"""Agents in their container: runs with a model and the documents, approvals, n8n's workflows, the doors, and scans.

Nothing is scanned but a container of this test's own network.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests import compose
from tests.caller import PROBLEM, Answer, Caller, until
from tests.compose import Stack
from tests.stack.test_n8n import OWNER, N8n

_PYTHON = "python:3.11.17-slim-trixie"
#: Keeps what is sent to it and shows it; also what is scanned.
_RECEIVER = """
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
kept = []
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        kept.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.do_GET()
    def do_GET(self):
        body = json.dumps(kept).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
HTTPServer(("", 8000), Handler).serve_forever()
"""
_OVERLAY = {
    "services": {
        "receiver": {
            "image": _PYTHON, "command": ["python", "-c", _RECEIVER], "init": True,
            "networks": ["oberaconnect-network"],
        }
    }
}  # fmt: skip
_SERVICES = ("postgres", "qdrant", "data-processing", "rag-engine", "agents", "gateway", "n8n")
_WEBHOOKS = ("agent", "escalate", "agent-task", "agent-approve", "ticket")
_WIFI = "# Guest Wi-Fi\n\nThe passphrase of ACM-Guest is Tide-Marble-48. It is printed on the cards in the lobby.\n"
_QUESTION = "What is the passphrase of ACM-Guest?"
_TICKET = {"id": "4711", "subject": "Guest Wi-Fi", "body": _QUESTION}
#: The stand-in of the model makes the call that a line like this one names.
_WISH = f"Open a ticket.\ntool: n8n_webhook {json.dumps({'path': 'ticket', 'payload': _TICKET})}"


@dataclass(frozen=True)
class Place:
    """A platform with a model; `receiver` is the address of a container beside it."""

    stack: Stack
    receiver: str

    @property
    def kept(self) -> list[dict[str, Any]]:
        """What was sent to the receiver, the oldest first."""
        ask = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/').read().decode())"
        found: list[dict[str, Any]] = json.loads(self.stack.inside("receiver", "python", "-c", ask))
        return found

    def told(self, run: str) -> list[dict[str, Any]]:
        """The messages about a run."""
        return [one for one in self.kept if one["run"] == run]

    def key(self, *scopes: str, client: str = "default") -> str:
        """A new key."""
        words = ("create", "--name", "test", "--client", client, "--scopes", ",".join(scopes))
        return self.stack.inside("agents", "python", "-m", "oberaconnect.keys", *words).split()[-1]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    settings = {"LLM_PROVIDER": "ollama", "LLM_MODEL": "llama3.2", "N8N_ALLOWED_HOSTS": "receiver"}
    with compose.project(**settings) as bare:
        overlay = Path(bare.folder) / "receiver.yml"
        overlay.write_text(json.dumps(_OVERLAY))
        project = replace(bare.project, files=(overlay,)).with_profiles("scan", "local-llm")
        stack = replace(bare, project=project)
        stack.compose("up", "--detach", "--no-deps", "receiver")
        subnet = json.loads(compose.docker("network", "inspect", bare.env["NETWORK_NAME"]))[0]["IPAM"]["Config"][0][
            "Subnet"
        ]
        address = next(iter(stack.inspect("receiver")["NetworkSettings"]["Networks"].values()))["IPAddress"]
        networks = {"SCAN_ALLOWED_CIDRS": subnet, "SCAN_CLIENT_CIDRS": f"acme={address}/32"}
        stack = replace(stack, project=project.with_settings(**networks))
        try:
            stack.up("ollama")
            assert bare.command("models", MODELS="llama3.2").returncode == 0
            stack.up("--no-deps", *_SERVICES, "kali-nmap")
            for client in ("default", "acme"):
                assert stack.caller().texts({"wifi.md": _WIFI}, client=client)["counts"]["indexed"] == 1
            until(lambda: all(N8n(stack).post(path, {}).status != 404 for path in _WEBHOOKS), 60)
            yield Place(stack, address)
        finally:
            stack.compose("down", "--volumes", "--remove-orphans", timeout=180)


@pytest.fixture
def alice(place: Place) -> Caller:
    """Alice sits at the machine: no key is needed."""
    return place.stack.caller()


@pytest.fixture
def desk(place: Place) -> N8n:
    """The help desk's own program: it has the webhook key."""
    return N8n(place.stack, place.stack.env["N8N_WEBHOOK_KEY"])


@pytest.fixture(scope="module")
def told(place: Place) -> Place:
    """The owner of n8n has the messages about approvals sent to the receiver."""
    owner = N8n(place.stack)
    assert owner.signs_in(OWNER, place.stack.env["N8N_BASIC_AUTH_PASSWORD"]) == 200
    nowhere, url = 'message_url\\": \\"', "http://receiver:8000/"
    owner.changes("oberaconnect-agent-approval", lambda text: text.replace(f'{nowhere}\\"', f'{nowhere}{url}\\"'))

    def is_told() -> bool:  # n8n takes a moment to use what was published
        run = begun(desk_of(place).post("agent-task", {"agent": "help-desk", "input": _QUESTION}))
        place.stack.caller().call("GET", f"/agents/runs/{run}?wait=30")
        return happens(lambda: bool(place.told(run)))

    until(is_told, 60)
    return place


def desk_of(place: Place) -> N8n:
    return N8n(place.stack, place.stack.env["N8N_WEBHOOK_KEY"])


def happens(what: Callable[[], bool], seconds: float = 5) -> bool:
    """Whether something happens soon."""
    try:
        until(what, seconds)
    except AssertionError:
        return False
    return True


def begun(answer: Answer) -> str:
    """The run that a workflow says it has begun."""
    assert answer.status == 202, answer.text
    return str(answer.json["run"])


def run(caller: Caller, text: str, agent: str = "help-desk", **fields: Any) -> Any:
    """A run that has ended or waits for somebody."""
    answer = caller.call("POST", "/agents/runs?wait=60", {"agent": agent, "input": text, **fields})
    assert answer.status == 200, answer.text
    return answer.json


def approve(caller: Caller, waiting: Any) -> Any:
    """Approve what a run asks; the run when it has come to rest again."""
    (asked,) = waiting["waiting"]["approvals"]
    decision = {"decision": "approve", "args_hash": asked["args_hash"]}
    answer = caller.call("POST", f"/agents/approvals/{asked['id']}", decision)
    assert answer.status == 200, answer.text
    return caller.call("GET", f"/agents/runs/{waiting['id']}?wait=60").json


def test_a_run_searches_the_documents_and_names_its_source(alice: Caller) -> None:
    ended = run(alice, _QUESTION, client="acme")

    assert (ended["status"], ended["client"], ended["usage"]["tool_calls"]) == ("completed", "acme", 1)
    assert "Tide-Marble-48" in ended["result"]["text"]
    assert [one["title"] for one in ended["result"]["citations"]] == ["Guest Wi-Fi"]
    with alice.stream("GET", f"/agents/runs/{ended['id']}/events") as events:
        names = [event.name for event in events]
    assert (names[0], names[-1], "tool.completed" in names) == ("run.queued", "run.completed", True)


def test_a_workflow_is_called_when_a_person_has_approved_it_even_after_a_restart(place: Place, alice: Caller) -> None:
    waiting = run(alice, _WISH)
    assert waiting["status"] == "waiting_approval"
    assert waiting["waiting"]["approvals"][0]["args"] == {"path": "ticket", "payload": _TICKET}

    place.stack.compose("restart", "agents")
    place.stack.wait_until_healthy("agents")
    until(lambda: alice.call("GET", "/agents/health").status == 200)

    ended = approve(alice, waiting)
    assert ended["status"] == "completed"
    assert "Tide-Marble-48" in ended["result"]["text"]


def test_neither_n8n_nor_open_webui_may_approve(place: Place, alice: Caller) -> None:
    (asked,) = run(alice, _WISH)["waiting"]["approvals"]

    for key in ("N8N_GATEWAY_KEY", "WEBUI_GATEWAY_KEY"):
        machine = place.stack.caller(place.stack.env[key])
        answer = machine.call("POST", f"/agents/approvals/{asked['id']}", {"decision": "approve"})
        assert (answer.status, "agents:approve" in answer.json["detail"]) == (403, True)


def test_a_workflow_answers_with_what_an_agent_found(desk: N8n) -> None:
    answer = desk.post("agent", {"agent": "help-desk", "input": _QUESTION, "client": "acme"})

    assert (answer.status, answer.json["status"], answer.json["client"]) == (200, "completed", "acme")
    assert "Tide-Marble-48" in answer.json["answer"]
    assert [one["title"] for one in answer.json["sources"]] == ["Guest Wi-Fi"]


def test_a_workflow_says_what_an_agent_asks_and_where_it_is_decided(place: Place, desk: N8n) -> None:
    answer = desk.post("agent", {"agent": "help-desk", "input": _WISH})

    assert (answer.status, answer.json["status"]) == (202, "waiting_approval")
    (asked,) = answer.json["approvals"]
    assert (asked["tool"], asked["args"]["payload"]) == ("n8n_webhook", _TICKET)
    assert asked["url"] == f"http://localhost:{place.stack.port('GATEWAY_PORT')}/approve#{asked['id']}"


def test_a_workflow_hands_a_question_on(desk: N8n) -> None:
    asking = {"question": "Which site?", "choices": ["Bath", "Leeds"]}
    answer = desk.post("agent", {"agent": "help-desk", "input": f"tool: ask_person {json.dumps(asking)}"})

    assert (answer.status, answer.json["status"], answer.json["question"]) == (202, "waiting_input", "Which site?")
    assert answer.json["choices"] == ["Bath", "Leeds"]


@pytest.mark.parametrize("path", ["agent", "agent-task"])
@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, '"agent"'),
        (["help-desk"], 422, '"agent"'),
        ({"agent": "help-desk", "input": ""}, 422, '"input"'),
        ({"agent": "nobody", "input": "x"}, 404, "There is no agent 'nobody'"),
        ({"agent": "help-desk", "input": "x", "client": "NOT A CLIENT"}, 422, "client"),
    ],
    ids=["nothing", "list", "empty", "unknown agent", "no client"],
)
def test_what_cannot_begin_is_refused_with_a_reason(desk: N8n, path: str, body: Any, status: int, words: str) -> None:
    answer = desk.post(path, body)

    assert (answer.status, answer.kind, answer.is_problem) == (status, PROBLEM, True)
    assert words in answer.text.replace('\\"', '"')


@pytest.mark.parametrize("wait", [-1, 241, "long", 1.5])
def test_nobody_waits_for_longer_than_n8n_does(desk: N8n, wait: Any) -> None:
    answer = desk.post("agent", {"agent": "help-desk", "input": "x", "wait": wait})
    assert (answer.status, "wait" in answer.json["detail"]) == (422, True)


def test_a_ticket_is_prepared_for_the_second_line_and_not_trusted(alice: Caller, desk: N8n) -> None:
    answer = desk.post("escalate", {**_TICKET, "client": "acme"})

    assert answer.status == 200, answer.text
    assert (answer.json["ticket"], answer.json["state"]) == ("4711", "completed")
    assert "Tide-Marble-48" in answer.json["packet"]
    assert [one["title"] for one in answer.json["sources"]] == ["Guest Wi-Fi"]
    made = alice.call("GET", f"/agents/runs/{answer.json['run']}").json
    assert (made["agent"], made["taint"], made["metadata"]) == ("escalation", "input", {"ticket": "4711"})


@pytest.mark.parametrize("body", [{}, {"id": 1}, {"subject": "x"}, ["ticket"]])
def test_a_ticket_that_says_nothing_is_refused_with_a_reason(desk: N8n, body: Any) -> None:
    answer = desk.post("escalate", body)
    assert (answer.status, answer.is_problem) == (422, True)


def test_a_workflow_waits_for_an_approval_and_tells_how_it_ends(told: Place, alice: Caller, desk: N8n) -> None:
    made = begun(desk.post("agent-task", {"agent": "help-desk", "input": _WISH}))
    until(lambda: len(told.told(made)) == 1)

    (message,) = told.told(made)
    (asked,) = message["approvals"]
    assert (message["kind"], asked["args"]["payload"], message["status"]) == ("approval", _TICKET, "waiting_approval")
    assert asked["url"] in message["text"]

    lead = {"X-API-Key": told.key("agents:read", "agents:approve")}
    decision = {"approval_id": asked["id"], "decision": "approve", "args_hash": asked["args_hash"], "reason": "Seen"}
    decided = desk.call("POST", "/webhook/agent-approve", decision, lead)
    assert (decided.status, decided.json["status"], decided.json["reason"]) == (200, "approved", "Seen")
    assert decided.json["decided_by"] == f"key:{lead['X-API-Key'].split('_')[1]}"

    until(lambda: [one["kind"] for one in told.told(made)] == ["approval", "over"])
    assert "Tide-Marble-48" in told.told(made)[-1]["text"]
    again = desk.call("POST", "/webhook/agent-approve", decision, lead)
    assert (again.status, "already" in again.json["detail"]) == (409, True)


def test_who_wakes_a_workflow_is_not_believed(told: Place, alice: Caller, desk: N8n) -> None:
    made = begun(desk.post("agent-task", {"agent": "help-desk", "input": _WISH}))
    until(lambda: len(told.told(made)) == 1)
    address = alice.call("GET", f"/agents/runs/{made}").json["callback_url"].removeprefix("http://n8n:5678")
    forged = {"event": "run.completed", "run": {"id": made, "status": "completed", "result": {"text": "All done."}}}

    assert desk.call("POST", address.split("?")[0], forged).status == 401
    assert desk.call("POST", address, forged).status == 204

    until(lambda: len(told.told(made)) == 2)
    assert {one["kind"] for one in told.told(made)} == {"approval"}


@pytest.mark.parametrize(
    ("scopes", "status", "words"),
    [(None, 401, "X-API-Key"), ((), 401, "not valid"), (("agents:read",), 403, "agents:read,agents:approve")],
    ids=["no key", "guessed", "no right"],
)
def test_nobody_decides_by_n8n_without_a_right_of_their_own(
    place: Place, alice: Caller, desk: N8n, scopes: tuple[str, ...] | None, status: int, words: str
) -> None:
    (asked,) = run(alice, _WISH)["waiting"]["approvals"]
    key = {} if scopes is None else {"X-API-Key": place.key(*scopes) if scopes else "msp_0123456789ab_guessed"}

    answer = desk.call("POST", "/webhook/agent-approve", {"approval_id": asked["id"], "decision": "approve"}, key)

    assert (answer.status, answer.is_problem) == (status, True), answer.text
    assert words in answer.json["detail"]
    assert alice.call("GET", f"/agents/approvals/{asked['id']}").json["status"] == "pending"


@pytest.mark.parametrize(
    "body", [{}, {"approval_id": "1"}, {"approval_id": "../../data/documents", "decision": "deny"}]
)
def test_a_decision_about_nothing_is_refused_with_a_reason(desk: N8n, body: Any) -> None:
    answer = desk.call("POST", "/webhook/agent-approve", body, {"X-API-Key": "msp_0123456789ab_guessed"})
    assert (answer.status, "approval_id" in answer.json["detail"]) == (422, True)


def test_the_second_door_lists_the_agents_and_answers_for_them(place: Place) -> None:
    key = place.stack.env["WEBUI_GATEWAY_KEY"]

    def ask(path: str, body: Any = None) -> Any:
        """Ask from inside another container; the JSON of the answer."""
        script = (
            "import json, sys, urllib.request as u; url, key, body = sys.argv[1:];"
            "headers = {'Authorization': 'Bearer ' + key, 'Content-Type': 'application/json'};"
            "print(u.urlopen(u.Request(url, body.encode() or None, headers)).read().decode())"
        )
        words = (f"http://mcp-gateway:9011{path}", key, "" if body is None else json.dumps(body))
        return json.loads(place.stack.inside("rag-engine", "python", "-c", script, *words))

    models = {model["id"] for model in ask("/v1/models")["data"]}
    assert {"agent:help-desk", "rag:documents", "ollama/llama3.2"} <= models
    turn = {"model": "agent:help-desk", "messages": [{"role": "user", "content": _QUESTION}]}
    assert "Tide-Marble-48" in ask("/v1/chat/completions", turn)["choices"][0]["message"]["content"]


def test_a_client_of_mcp_outside_searches_with_a_key(place: Place) -> None:
    call = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "rag_search", "arguments": {"query": "passphrase of ACM-Guest"}},
    }  # fmt: skip
    accept = {"Accept": "application/json, text/event-stream"}

    def said(key: str) -> Answer:
        return place.stack.caller(key).call("POST", "/agents/mcp", call, headers=accept)

    found = said(place.key("rag:read", client="acme"))
    assert (found.status, "Tide-Marble-48" in found.text) == (200, True)
    assert "Tide-Marble-48" not in said(place.key("agents:read", client="acme")).text
    assert said("msp_0123456789ab_guessed").status == 401


def test_a_run_scans_what_belongs_to_its_client_and_nothing_else(place: Place, alice: Caller) -> None:
    scanner = {
        "name": "scanner", "instructions": "Scan.", "tool_allow": ["network_scan"],
        "approval_policy": {"external": "auto"},
    }  # fmt: skip
    asked = {"targets": [place.receiver], "profile": "ports", "ports": "8000,8001", "reason": "ticket 4711"}
    said = {}
    for client in ("acme", "globex"):
        assert alice.call("POST", "/agents/agents", {**scanner, "client": client}).status == 201
        ended = run(alice, f"tool: network_scan {json.dumps(asked)}", "scanner", client=client)
        assert ended["status"] == "completed", ended
        (call,) = alice.call("GET", f"/agents/runs/{ended['id']}/steps").json["tool_calls"]
        said[client] = (call["status"], call["result"])

    status, result = said["acme"]
    assert status == "succeeded", result
    (host,) = result["data"]["hosts"]
    assert [(port["port"], port["state"]) for port in host["ports"] if port["state"] == "open"] == [(8000, "open")]
    status, result = said["globex"]
    assert (status, "SCAN_CLIENT_CIDRS" in result["content"]) == ("failed", True)
