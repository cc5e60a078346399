"""Keys and clients: Alice and Bob work for one client, Charlie for another, and neither ever learns of the other."""

import json
import random
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests import office
from tests.caller import Answer, Caller
from tests.embedded import Platform

from embedded import lifecycle
from oberaconnect import settings
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings

ALICES = f"acme-{uuid.uuid4().hex[:8]}"
CHARLIES = f"rival-{uuid.uuid4().hex[:8]}"
#: What Alice asks for: it stands in everything of Charlie's.
CANARY = "Zorblatt9417"
#: What only Charlie says: it stands beside that in texts, titles, names, metadata, addresses and sessions.
SECRET = "quillfeather"
USERS = (
    "data:read,data:write,rag:read,rag:write,callflow:read,callflow:write,engineering:read,engineering:write,"
    "agents:read,agents:write,agents:approve"
)
#: What only keys for all clients can have.
OPERATORS = {"index:write", "agents:admin"}
#: Nobody answers there: runs begin, and go no further.
MODEL = "ollama/absent"


@pytest.fixture(scope="module")
def configuration(guarded: Platform) -> Settings:
    return settings.load(lifecycle.in_force(guarded.place))


def _key(configuration: Settings, client: str, scopes: str = USERS, seconds: float = 3600) -> str:
    with as_owner(configuration) as connection:
        return create_key(
            connection, configuration, name="test", tenant=client, clients=(), scopes=scopes.split(","),
            expires_in=timedelta(seconds=seconds),
        ).text  # fmt: skip


@pytest.fixture(scope="module")
def alice(guarded: Platform, configuration: Settings) -> Caller:
    caller = Caller(guarded.url, _key(configuration, ALICES))
    job = caller.texts(
        {"vlans": "The voice VLAN of the depot is VLAN 40.", "keys": "The spare keys are with Mrs Hall."},
        metadata={"area": "site"},
    )
    assert job["counts"]["indexed"] == 2
    return caller


@pytest.fixture(scope="module")
def bob(guarded: Platform, configuration: Settings, alice: Caller) -> Caller:
    return Caller(guarded.url, _key(configuration, ALICES))


@pytest.fixture(scope="module")
def charlie(guarded: Platform, configuration: Settings) -> Caller:
    return Caller(guarded.url, _key(configuration, CHARLIES))


@dataclass(frozen=True)
class Belongings:
    """The ids of what is Charlie's."""

    document: str
    job: str
    session: str
    message: str
    evaluation: str
    collection: str
    source: str
    run: str
    flow: str
    proof: str
    network: "Network"
    work: "Work"

    @property
    def ids(self) -> dict[str, str]:
        """By the names that the paths give them."""
        return {
            "document_id": self.document, "job_id": self.job, "session_id": self.session, "name": self.collection,
            "source_id": self.source, "run_id": self.run, "kind": "sharepoint", "flow_id": self.flow,
            "proof_id": self.proof, "format": "svg", "target": "asterisk", "config_id": self.network.config,
            "device_id": self.network.device, "waiver_id": self.network.waiver,
            "calculation_id": self.network.calculation, "approval_id": self.work.approval,
            "schedule_id": self.work.schedule, "model": f"agent:{self.work.agent}", "server_id": str(uuid.uuid4()),
        }  # fmt: skip

    def of(self, path: str) -> dict[str, str]:
        """The ids for one path: each service has jobs and documents of its own."""
        ids = self.ids
        match path.split("/")[1]:
            case "rag":
                ids["job_id"] = self.evaluation
            case "callflow":
                ids["job_id"] = self.proof
            case "engineering":
                ids |= {"job_id": self.network.document, "document_id": self.network.document, "name": "config-lint"}
            case "agents":
                ids |= {"run_id": self.work.run, "name": self.work.agent}
        return ids


@dataclass(frozen=True)
class Network:
    """The ids of Charlie's device and of what was made of it."""

    config: str
    device: str
    document: str
    waiver: str
    calculation: str


@dataclass(frozen=True)
class Work:
    """The ids of Charlie's agent, and of what it does and asks."""

    agent: str
    run: str
    approval: str
    schedule: str


@pytest.fixture(scope="module")
def charlies(charlie: Caller, configuration: Settings) -> Belongings:
    secret = f"{CANARY} guards the vault with {SECRET}. The voice VLAN of the depot is VLAN 99, as {CANARY} knows."
    job = charlie.ingest({
        "source": "text",
        "documents": [
            {
                "external_id": f"{CANARY}-{number}",
                "title": f"{CANARY} {SECRET} {number}",
                "url": f"https://example.org/{SECRET}",
                "text": f"{secret} Number {number}.",
                "metadata": {"owner": CANARY, "code": SECRET},
            }
            for number in range(3)
        ],
    })  # fmt: skip
    upload = charlie.upload({f"{SECRET}.pdf": office.pdf([[(f"{CANARY} and {SECRET} in a file.", 11)]])})
    name = f"{CANARY.lower()}-plans"
    assert charlie.texts({CANARY: secret}, collection=name)["counts"]["indexed"] == 1
    document = charlie.ledger(job)[f"{CANARY} {SECRET} 0"]["document_id"]
    assert charlie.ledger(upload)[f"{SECRET}.pdf"]["status"] == "indexed"
    session = charlie.call("POST", "/rag/sessions", {"title": SECRET}).json["id"]
    answer = charlie.ask(f"What does {CANARY} guard?", session_id=session)
    assert SECRET in answer["answer"]
    evaluation = charlie.call("POST", "/rag/evaluate", {"cases": [{"query": CANARY, "relevant": [f"{CANARY}-0"]}]})
    source = charlie.call("POST", "/data/sources", {"kind": "push", "name": f"{CANARY} {SECRET}"}).json["id"]
    pushed = {"documents": [{"external_id": f"{CANARY}-pushed", "title": SECRET, "text": secret}]}
    run = charlie.call("POST", f"/data/sources/{source}/documents?wait=60", pushed).json
    assert run["counts"]["indexed"] == 1
    flow, proof = _telephones(charlie)
    return Belongings(
        document, job["id"], session, answer["message_id"], evaluation.json["id"], name, source, run["id"], flow, proof,
        _network(charlie), _work(charlie, configuration),
    )  # fmt: skip


def _telephones(charlie: Caller) -> tuple[str, str]:
    """Charlie's flow and its proof: the ids."""
    wishes = {**PHONES, "customer": f"{CANARY} {SECRET}", "extensions": [{"number": "101", "name": f"{SECRET} Hall"}]}
    made = charlie.call("POST", "/callflow/generate", wishes | {"flow_id": f"{CANARY.lower()}-desk"}).json
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    assert charlie.call("POST", "/callflow/generate", wishes | {"flow_id": "desk"}).status == 200
    case = charlie.call("POST", "/callflow/testplan", {"flow_id": made["flow_id"]}).json["cases"][0]["id"]
    asked = {"flow_id": made["flow_id"], "cases": [case]}
    proof = charlie.call("POST", "/callflow/prove?wait=60", asked).json
    assert proof["result"]["verdict"] == "passed"
    approval = {"flow_id": made["flow_id"], "version": made["version"], "name": f"{SECRET} Hall"}
    assert charlie.call("POST", "/callflow/approve", approval).status == 200
    return made["flow_id"], proof["id"]


def _network(charlie: Caller) -> Network:
    """Charlie's switch, audited and written about."""
    kept = charlie.call("POST", "/engineering/configs", {"files": [{"text": _switch(CANARY, SECRET)}], "site": SECRET})
    (file,) = kept.json["files"]
    config = file["config_id"]
    assert SECRET in charlie.call("GET", f"/engineering/configs/{config}").text
    assert charlie.call("POST", "/engineering/audit", {"config_ids": [config]}).json["findings"]
    wanted = {"template": "device", "inputs": {"config_ids": [config]}, "formats": ["md"]}
    document = charlie.call("POST", "/engineering/documents?wait=60", wanted).json
    assert document["status"] == "succeeded"
    decided = {"rule": "mgmt.telnet-enabled", "reason": SECRET, "device_id": file["device_id"]}
    waiver = charlie.call("POST", "/engineering/waivers", decided).json["id"]
    linted = charlie.call("POST", "/engineering/tools/config-lint", {"config_id": config}).json
    return Network(config, file["device_id"], document["document_id"], waiver, linted["calc_id"])


def _work(charlie: Caller, configuration: Settings) -> Work:
    """Charlie's agent at work: a run, a question that it asks, and a schedule."""
    name = f"{SECRET}-agent"
    defined = {"name": name, "instructions": f"{CANARY} {SECRET}", "model": MODEL}
    assert charlie.call("POST", "/agents/agents", defined).status == 201
    wanted = {"agent": name, "input": f"{CANARY} {SECRET}", "session": SECRET, "metadata": {"owner": SECRET}}
    run = charlie.call("POST", "/agents/runs", wanted).json["id"]
    with as_owner(configuration) as connection:
        asked = connection.execute(
            "WITH asked AS (INSERT INTO agents.tool_call (tenant, run_id, turn, position, vendor_id, tool, args,"
            "  args_hash, class, idempotent, status) VALUES (%(client)s, %(run)s, 1, 0, 'x', 'n8n_webhook',"
            "  jsonb_build_object('path', %(secret)s::text), 'x', 'external', false, 'awaiting_approval') RETURNING id)"
            " INSERT INTO agents.approval (tenant, run_id, tool_call_id, kind, args_hash, why, expires_at)"
            " SELECT %(client)s, %(run)s, id, 'call', 'x', %(secret)s, now() + interval '1 day' FROM asked"
            " RETURNING id",
            {"client": CHARLIES, "run": run, "secret": SECRET},
        ).fetchone()
    assert asked is not None
    timed = {"agent": name, "cron": "0 3 * * *", "input": f"{CANARY} {SECRET}"}
    schedule = charlie.call("POST", "/agents/schedules", timed).json["id"]
    return Work(name, run, str(asked["id"]), schedule)


def _switch(name: str, note: str) -> str:
    return (
        f"version 15.2\nhostname {name}-sw\n!\nvlan 99\n name {note}\n!\ninterface GigabitEthernet1/0/1\n"
        f" description {note} vault\n switchport access vlan 99\n switchport mode access\n!\n"
        "interface Vlan99\n ip address 10.99.0.1 255.255.255.0\n!\nline vty 0 4\n transport input telnet\n!\nend\n"
    )


#: What anybody may call, who then can do nothing but what a secret of its own lets him do.
PUBLIC = {
    ("POST", "/data/notifications/microsoft"),
    ("GET", "/callflow/flows/{flow_id}/view"),  # a page without data
    ("GET", "/callflow/view/{name}"),
}


def _operations(caller: Caller) -> list[tuple[str, str, dict[str, Any]]]:
    """Every documented operation of the services that is not public: method, path below /api, and its description."""
    found = []
    for service in ("data", "rag", "callflow", "engineering", "agents"):
        document = caller.call("GET", f"/{service}/openapi.json").json
        for path, item in document["paths"].items():
            found += [(method.upper(), path.removeprefix("/api"), operation) for method, operation in item.items()]
    return [one for one in found if one[:2] not in PUBLIC]


PHONES = {"customer": "Depot", "extensions": ["101", "102"], "numbers": ["+12125550123"]}
_SCENARIO = {"at": "2026-11-30T10:00:00"}
#: Stand for the ids of a flow, a configuration and a device, and for an agent's name.
_FLOW, _CONFIG, _DEVICE, _NAME = "{flow_id}", "{config_id}", "{device_id}", "{name}"
_INDEXED = {"version": 1, "external_id": "a", "source": "x", "chunks": []}
#: Bodies that are right in every respect but for whose they are.
BODIES: dict[str, Any] = {
    "/data/ingest": {"source": "text", "documents": [{"external_id": "a", "text": "alpha"}]},
    "/data/chunk": {"text": "alpha"},
    "/data/reindex": {},
    "/rag/search": {"query": "alpha"},
    "/rag/query": {"query": "alpha"},
    "/rag/feedback": {"message_id": str(uuid.uuid4()), "rating": "up"},
    "/rag/evaluate": {"cases": [{"query": "alpha", "relevant": ["a"]}]},
    "/rag/collections": {"name": "alpha"},
    "/rag/collections/{name}/generations/{number}/activate": {"points": 1},
    "/rag/index": {"documents": [{"id": str(uuid.uuid4()), **_INDEXED}]},
    "/rag/index/describe": {"documents": [{"id": str(uuid.uuid4()), "version": 1, "metadata": {}, "access": None}]},
    "/data/sources": {"kind": "push", "name": "Alpha"},
    "/data/sources/{source_id}": {"is_paused": True},
    "/data/sources/{source_id}/documents": {"documents": [{"external_id": "a", "text": "alpha"}]},
    "/data/credentials/{kind}": {"secrets": {"tenant_id": "example.com"}},
    "/rag/index/prune": {"documents": [{"id": str(uuid.uuid4())}]},
    "/rag/documents/{document_id}/chunks": _INDEXED,
    "/rag/sessions": {},
    "/rag/sessions/{session_id}": {"title": "mine now"},
    "/callflow/generate": PHONES,
    "/callflow/validate": {"flow_id": _FLOW},
    "/callflow/simulate": {"flow_id": _FLOW, "scenario": _SCENARIO},
    "/callflow/simulate/batch": {"flow_id": _FLOW, "scenarios": [_SCENARIO]},
    "/callflow/testplan": {"flow_id": _FLOW},
    "/callflow/diff": {"before": {"flow_id": _FLOW}, "after": {"flow_id": _FLOW}},
    "/callflow/approve": {"flow_id": _FLOW, "version": "0" * 64, "name": "Alice"},
    "/callflow/render/{format}": {"flow_id": _FLOW},
    "/callflow/export/{target}": {"flow_id": _FLOW},
    "/callflow/export/{target}/report": {"flow_id": _FLOW},
    "/callflow/prove": {"flow_id": _FLOW},
    "/callflow/parse": {"text": "We are Depot Ltd. 101 Ann Archer."},
    "/engineering/configs": {"files": [{"text": _switch("depot", "Depot")}]},
    "/engineering/parse": {"text": "hostname depot"},
    "/engineering/recognise": {"text": "hostname depot"},
    "/engineering/query": {"question": "Which VLANs are there?", "scope": {"config_ids": [_CONFIG]}},
    "/engineering/ask": {"question": "Which VLANs are there?", "scope": {"config_ids": [_CONFIG]}},
    "/engineering/audit": {"config_ids": [_CONFIG]},
    "/engineering/waivers": {"rule": "mgmt.telnet-enabled", "reason": "Of the depot", "device_id": _DEVICE},
    "/engineering/documents": {"template": "device", "inputs": {"config_ids": [_CONFIG]}, "formats": ["md"]},
    "/engineering/topology": {"config_ids": [_CONFIG]},
    "/engineering/drift": {"config_ids": [_CONFIG]},
    "/engineering/tools/{name}": {"config_id": _CONFIG},
    "/engineering/changes/review": {"before": {"config_id": _CONFIG}, "after": {"config_id": _CONFIG}},
    "/engineering/translate": {"config_id": _CONFIG, "to": "aruba_aoscx"},
    "/agents/agents": {"name": "alpha", "instructions": "Answer."},
    "PUT /agents/agents/{name}": {"name": _NAME, "instructions": "Answer."},
    "PATCH /agents/agents/{name}": {"enabled": False},
    "/agents/runs": {"agent": "alpha", "input": "Hello"},
    "/agents/runs/{run_id}/input": {"input": "Hello"},
    "/agents/approvals/{approval_id}": {"decision": "deny"},
    "/agents/schedules": {"agent": "help-desk", "cron": "0 3 * * *", "input": "Hello"},
    "/agents/schedules/{schedule_id}": {"enabled": False},
    "/agents/secrets": {"name": "ALPHA", "value": "alpha"},
    "/agents/secrets/{name}": {"value": "alpha"},
    "/agents/mcp-servers": {"name": "alpha", "transport": "http", "url": "https://mcp.example.org/mcp"},
    "/agents/mcp-servers/{server_id}": {"enabled": False},
    "/agents/mcp-servers/{server_id}/tools/{name}/approve": {"hash": "0" * 64},
    "/agents/mcp-servers/{server_id}/tools/{name}/call": {"arguments": {}},
    "/agents/v1/chat/completions": {"model": "agent:alpha", "messages": [{"role": "user", "content": "Hello"}]},
    "/agents/v1/responses": {"model": "agent:alpha", "input": "Hello"},
}  # fmt: skip


def _send(caller: Caller, method: str, path: str, ids: dict[str, str]) -> Answer:
    values = {"number": "1", **ids}
    filled = re.sub(r"{(\w+)}", lambda found: values[found[1]], path)
    if path in {"/data/documents", "/data/parse", "/callflow/import"} and method == "POST":
        return caller.send(filled, {"a.txt": b"alpha"})
    body = BODIES.get(f"{method} {path}", BODIES.get(path)) if method in {"POST", "PUT", "PATCH"} else None
    if body is None and _names_a_flow(path):
        filled += f"?flow_id={ids['flow_id']}"
    text = json.dumps(body)
    for place in (_FLOW, _CONFIG, _DEVICE, _NAME):
        text = text.replace(place, ids[place.strip("{}")])
    return caller.call(method, filled, json.loads(text))


def _names_a_flow(path: str) -> bool:
    """Whether a request to this path names a flow in its body, or else in its query."""
    return _FLOW in json.dumps(BODIES.get(path))


def _names_something(method: str, path: str) -> bool:
    """Whether a request names a flow, or in its body a configuration or a device."""
    body = json.dumps(BODIES.get(path)) if method == "POST" else ""
    return _names_a_flow(path) or _CONFIG in body or _DEVICE in body


def _without_ids(answer: Answer) -> str:
    """What a problem says, whatever was asked for."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", answer.json["detail"])


def _unknown() -> dict[str, str]:
    """Ids of nothing, by the names that the paths give them."""
    names = (
        "document_id", "job_id", "session_id", "source_id", "run_id", "proof_id", "config_id", "device_id", "waiver_id",
        "calculation_id", "approval_id", "schedule_id", "server_id",
    )  # fmt: skip
    words = {
        "name": "nothing", "kind": "sharepoint", "flow_id": "nothing", "format": "svg", "target": "asterisk",
        "model": "agent:nothing",
    }  # fmt: skip
    return {name: str(uuid.uuid4()) for name in names} | words


def test_no_endpoint_answers_without_a_key(guarded: Platform, alice: Caller, charlies: Belongings) -> None:
    nobody = Caller(guarded.url)
    operations = _operations(alice)
    assert len(operations) > 100
    for method, path, _ in operations:
        answer = _send(nobody, method, path, charlies.ids)
        assert (answer.status, answer.is_problem) == (401, True), (method, path, answer.text)
        assert answer.headers["WWW-Authenticate"]


def test_every_endpoint_asks_for_its_scope(guarded: Platform, configuration: Settings, alice: Caller) -> None:
    powerless = Caller(guarded.url, _key(configuration, ALICES, "ollama:use"))
    ids = _unknown() | {"name": "documents"}
    for method, path, operation in _operations(alice):
        answer = _send(powerless, method, path, ids)
        assert (answer.status, answer.is_problem) == (403, True), (method, path, answer.text)
        assert operation["x-scope"] in answer.json["detail"]


def test_who_may_only_read_writes_nothing(guarded: Platform, configuration: Settings, alice: Caller) -> None:
    reader = Caller(guarded.url, _key(configuration, ALICES, "data:read,rag:read,callflow:read,engineering:read"))
    assert reader.call("POST", "/data/ingest", BODIES["/data/ingest"]).status == 403
    (document, *_) = reader.documents()
    assert reader.call("DELETE", f"/data/documents/{document['id']}").status == 403
    assert reader.ask("Which VLAN carries voice in the depot?")["answered"]
    assert reader.call("POST", "/callflow/generate", PHONES).status == 403
    assert reader.call("POST", "/callflow/export/asterisk", {"flow": PHONES}).status == 403, "it holds passwords"
    assert reader.call("POST", "/callflow/validate", {"flow": PHONES}).json["valid"] is True
    switch = BODIES["/engineering/configs"]
    assert reader.call("POST", "/engineering/configs", switch).status == 403
    assert reader.call("POST", "/engineering/topology", switch).json["nodes"][0]["name"] == "depot-sw"
    assert reader.call("GET", f"/engineering/configs/{uuid.uuid4()}/original").status == 403, "it holds passwords"


def test_wrong_and_expired_keys_are_refused_in_the_same_words(guarded: Platform, configuration: Settings) -> None:
    good = _key(configuration, ALICES)
    wrong = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "msp_000000000000_" + "A" * 43,
        _key(configuration, ALICES, seconds=-1),
        "Basic",
        "ü",
    ]
    answers = [Caller(guarded.url, key.encode().decode("latin-1")).call("GET", "/data/documents") for key in wrong]
    assert [answer.status for answer in answers] == [401] * len(wrong)
    assert len({answer.json["detail"] for answer in answers}) == 1
    assert Caller(guarded.url, good).call("GET", "/data/documents").status == 200


def test_another_clients_ids_look_as_if_there_were_none(alice: Caller, charlie: Caller, charlies: Belongings) -> None:
    unknown = _unknown()
    tried = 0
    for method, path, operation in _operations(alice):
        if (
            ("{" not in path and not _names_something(method, path))
            or operation["x-scope"] in OPERATORS
            or path.endswith("/rollback")
        ):
            continue
        if path == "/data/credentials/{kind}" and method == "PUT":  # no id: everybody has those of his own
            continue
        foreign, absent = _send(alice, method, path, charlies.of(path)), _send(alice, method, path, unknown)
        assert (foreign.status, foreign.is_problem) == (404, True), (method, path, foreign.text)
        assert (absent.status, absent.json["title"]) == (404, foreign.json["title"]), (method, path)
        if "{name}" not in path and "{model}" not in path:
            assert _without_ids(foreign) == _without_ids(absent)
        tried += 1
    assert tried >= 45
    rating = {"message_id": charlies.message, "rating": "down"}
    assert alice.call("POST", "/rag/feedback", rating).status == 404
    asked = alice.call("POST", "/rag/query", {"query": "vault", "session_id": charlies.session})
    assert asked.status == 404
    searched = alice.call("POST", "/rag/search", {"query": "vault", "collection": charlies.collection})
    assert searched.status == 404
    # And it all is still Charlie's.
    assert charlie.call("GET", f"/data/documents/{charlies.document}").status == 200
    assert charlie.call("GET", f"/data/jobs/{charlies.job}").json["status"] == "succeeded"
    assert charlie.call("GET", f"/rag/sessions/{charlies.session}").json["title"] == SECRET
    assert charlie.call("GET", f"/rag/collections/{charlies.collection}").json["points"] == 1
    assert charlie.call("GET", f"/callflow/flows/{charlies.flow}").status == 200
    assert charlie.call("GET", f"/callflow/proofs/{charlies.proof}").json["flow_id"] == charlies.flow
    network = charlies.network
    assert SECRET in charlie.call("GET", f"/engineering/configs/{network.config}").text
    assert charlie.call("GET", f"/engineering/devices/{network.device}").json["configs"] == 1
    assert charlie.call("GET", f"/engineering/documents/{network.document}.md").status == 200
    assert [one["id"] for one in charlie.call("GET", "/engineering/waivers").json["items"]] == [network.waiver]
    work = charlies.work
    assert charlie.call("GET", f"/agents/agents/{work.agent}").json["enabled"] is True
    assert charlie.call("GET", f"/agents/approvals/{work.approval}").json["status"] == "pending"
    assert charlie.call("GET", f"/agents/schedules/{work.schedule}").json["enabled"] is True
    assert charlie.call("GET", f"/agents/runs/{work.run}").json["session"] == SECRET


@pytest.mark.usefixtures("charlies")
def test_flows_of_the_same_id_are_each_clients_own(alice: Caller, bob: Caller, charlie: Caller) -> None:
    made = alice.call("POST", "/callflow/generate", PHONES | {"flow_id": "desk"}).json
    assert bob.call("GET", "/callflow/flows/desk").json["version"] == made["version"]
    assert charlie.call("GET", "/callflow/flows/desk").json["number"] == 1
    assert SECRET in charlie.call("GET", "/callflow/render/svg?flow_id=desk").text.lower()
    assert SECRET not in alice.call("GET", "/callflow/render/svg?flow_id=desk").text.lower()
    assert alice.call("GET", f"/callflow/flows/desk?version={'0' * 64}").status == 404
    assert bob.call("DELETE", "/callflow/flows/desk").status == 204
    assert alice.call("GET", "/callflow/flows/desk").status == 404
    assert charlie.call("GET", "/callflow/flows/desk").status == 200
    assert alice.call("POST", "/callflow/generate", PHONES | {"flow_id": "desk"}).json["number"] == 1


def test_a_key_may_not_name_another_client(alice: Caller, charlies: Belongings) -> None:
    texts = BODIES["/data/ingest"]
    for path, body in (
        ("/data/ingest", texts), ("/rag/search", {"query": "vault"}), ("/rag/query", {"query": "vault"}),
        ("/rag/sessions", {}), ("/rag/collections", {"name": "x"}), ("/rag/evaluate", BODIES["/rag/evaluate"]),
        ("/callflow/generate", PHONES), ("/callflow/validate", {"flow": PHONES}), ("/callflow/prove", {"flow": PHONES}),
        ("/callflow/render/svg", {"flow": PHONES}), ("/callflow/testplan", {"flow_id": charlies.flow}),
        ("/callflow/parse", BODIES["/callflow/parse"]),
        ("/engineering/configs", BODIES["/engineering/configs"]), ("/engineering/audit", {}),
        ("/engineering/topology", {}), ("/engineering/drift", {}), ("/engineering/recognise", {"text": "hostname x"}),
        ("/engineering/waivers", {"rule": "mgmt.telnet-enabled", "reason": "None"}),
        ("/engineering/translate", {"text": "hostname x", "to": "aruba_aoscx"}),
        ("/agents/agents", BODIES["/agents/agents"]), ("/agents/runs", BODIES["/agents/runs"]),
        ("/agents/schedules", BODIES["/agents/schedules"]),
    ):  # fmt: skip
        answers = [alice.call("POST", path, {**body, "client": name}) for name in (CHARLIES, "nobody-at-all")]
        assert [answer.status for answer in answers] == [403, 403], path
        assert answers[0].json["detail"] == answers[1].json["detail"]
    assert alice.send("/data/documents", {"a.txt": b"alpha"}, client=CHARLIES).status == 403
    assert alice.send("/engineering/configs", {"a.cfg": b"hostname a"}, client=CHARLIES).status == 403
    for inner in (
        {"scope": {"client": CHARLIES}, "question": "?"},
        {"inputs": {"client": CHARLIES}, "template": "device"},
    ):
        path = "query" if "scope" in inner else "documents"
        assert alice.call("POST", f"/engineering/{path}", inner).status == 403
    for path in ("scores", "tools/subnet"):
        method, body = ("GET", None) if path == "scores" else ("POST", {"network": "10.0.0.0/24"})
        assert alice.call(method, f"/engineering/{path}?client={CHARLIES}", body).status == 403
    headers = {"X-Tenant": CHARLIES, "X-User": "charlie", "X-Forwarded-User": "charlie"}
    answer = alice.call("POST", "/rag/search", {"query": CANARY}, headers=headers)
    assert SECRET not in answer.text


def test_the_internal_doors_are_shut_for_ordinary_keys(alice: Caller, charlies: Belongings) -> None:
    for method, path, operation in _operations(alice):
        if operation["x-scope"] in OPERATORS:
            assert _send(alice, method, path, charlies.ids).status == 403, path
    assert alice.call("POST", "/rag/collections/documents/rollback").status == 403
    assert alice.call("POST", "/data/reindex", {}).status == 403


def test_a_colleague_shares_the_documents_and_not_the_sessions(alice: Caller, bob: Caller) -> None:
    assert {item["id"] for item in bob.documents()} == {item["id"] for item in alice.documents()}
    assert bob.ask("Which VLAN carries voice in the depot?")["answered"]
    session = alice.call("POST", "/rag/sessions", {}).json["id"]
    assert bob.call("GET", f"/rag/sessions/{session}").status == 404
    assert session not in bob.call("GET", "/rag/sessions").text


def test_a_revoked_key_is_refused(guarded: Platform, configuration: Settings) -> None:
    key = _key(configuration, ALICES)
    identifier = key.split("_")[1]
    assert guarded.command("run", "oberaconnect.keys", "revoke", identifier).returncode == 0
    assert Caller(guarded.url, key).call("GET", "/data/documents").status == 401


def _random_operations(dice: random.Random, charlies: Belongings) -> Iterator[tuple[str, str, Any]]:
    words = [CANARY, "vault", "voice VLAN depot", "spare keys", f"What does {CANARY} guard?", "*", "%", f"{CANARY}-0"]
    network = charlies.network
    sources = [{}, {"owner": CANARY}, {"document_id": charlies.document}, {"source": ["text", "upload"]}]
    while True:
        word = dice.choice(words)
        body = {
            "query": word,
            "mode": dice.choice(["hybrid", "dense", "keyword"]),
            "top_k": dice.choice([1, 5, 50]),
            "filters": dice.choice(sources),
            "collection": dice.choice(["documents", "documents", charlies.collection]),
        }
        query = re.sub(r"\W", lambda found: f"%{ord(found[0]):02X}", word)
        yield dice.choice([
            ("POST", "/rag/search", body),
            ("POST", "/rag/search", body),
            ("POST", "/rag/query", body),
            ("POST", "/rag/query", {**body, "stream": True}),
            ("POST", "/rag/query", {**body, "session_id": charlies.session}),
            ("GET", f"/data/documents?q={query}&limit=100", None),
            ("GET", f"/data/documents?collection={charlies.collection}", None),
            ("GET", f"/data/documents?client={CHARLIES}", None),
            ("GET", f"/data/documents/{charlies.document}/{dice.choice(['text', 'content', 'chunks'])}", None),
            ("GET", f"/data/jobs?limit=100&client={CHARLIES}", None),
            ("GET", "/data/jobs?limit=100", None),
            ("GET", f"/data/jobs/{charlies.job}/{dice.choice(['documents', 'events'])}", None),
            ("GET", f"/rag/jobs/{charlies.evaluation}", None),
            ("GET", f"/rag/sessions/{charlies.session}/messages", None),
            ("GET", "/rag/sessions?limit=100", None),
            ("GET", "/rag/collections", None),
            ("GET", f"/rag/collections/{charlies.collection}", None),
            ("GET", f"/rag/collections?client={CHARLIES}", None),
            ("GET", "/callflow/flows?limit=100", None),
            ("GET", f"/callflow/flows?client={CHARLIES}", None),
            ("GET", f"/callflow/flows/{dice.choice(['desk', charlies.flow])}", None),
            ("GET", f"/callflow/flows/{charlies.flow}?client={CHARLIES}", None),
            ("GET", f"/callflow/render/{dice.choice(['svg', 'mermaid', 'dot'])}?flow_id={charlies.flow}", None),
            ("POST", "/callflow/simulate", {"flow_id": dice.choice(["desk", charlies.flow]), "scenario": _SCENARIO}),
            ("GET", f"/callflow/{dice.choice(['jobs', 'proofs'])}/{charlies.proof}", None),
            ("GET", f"/callflow/jobs/{charlies.proof}/events", None),
            ("GET", f"/engineering/{dice.choice(['configs', 'devices', 'documents', 'waivers', 'scores'])}", None),
            ("GET", f"/engineering/{dice.choice(['configs', 'devices'])}?client={CHARLIES}", None),
            ("GET", f"/engineering/configs/{network.config}{dice.choice(['', '/text', '/changes'])}", None),
            ("GET", f"/engineering/documents/{network.document}{dice.choice(['', '.md', '.pdf'])}", None),
            ("GET", f"/engineering/calculations/{network.calculation}", None),
            ("POST", f"/engineering/{dice.choice(['audit', 'topology'])}", {"config_ids": [network.config]}),
            ("POST", "/engineering/query", {"question": f"Which VLAN is {dice.choice([CANARY, 'the vault'])}?"}),
            ("POST", "/engineering/tools/config-lint", {"config_id": network.config}),
            ("GET", f"/agents/{dice.choice(['agents', 'runs', 'approvals', 'schedules', 'audit', 'usage'])}", None),
            ("GET", f"/agents/runs/{charlies.work.run}{dice.choice(['', '/events?after=0', '/steps'])}", None),
            ("GET", f"/agents/runs?session={SECRET[:-1]}", None),
            ("GET", f"/agents/{dice.choice(['audit/export', 'audit/verify', 'v1/models'])}", None),
            ("GET", f"/agents/approvals/{charlies.work.approval}", None),
        ])  # fmt: skip


def test_nothing_of_charlies_comes_up_in_hundreds_of_random_requests(
    alice: Caller, charlie: Caller, charlies: Belongings
) -> None:
    operations = _random_operations(random.Random(9417), charlies)
    asked = [next(operations) for _ in range(320)]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: (one, alice.call(*one)), asked))
    for (method, path, _), answer in answers:
        assert answer.status in {200, 403, 404}, (method, path, answer.text)
        assert SECRET not in answer.text.lower(), (method, path, answer.text)
    assert sum(answer.status == 200 for _, answer in answers) > 130
    assert SECRET in json.dumps(charlie.search(CANARY)), "the canary sings for Charlie"
