"""A model that does whatever it reads, in an agent that may do everything unasked: what it can bring about."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests import agents_service, injection
from tests.agents_service import Agents
from tests.fakes.llm import LanguageModel
from tests.injection import Injection, Obedient
from tests.postgres import Postgres

from agents.loop import policy
from agents.tools.catalogue import platform_tools
from agents.tools.contract import Calling, Citation, Outcome, Spec, ToolClass
from oberaconnect.auth import SCOPES, Principal
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # every text is obeyed by a model, in a run of its own

_EVERYTHING = {"read": "auto", "write": "auto", "destructive": "auto", "external": "auto"}
_SCOPES = SCOPES - {"agents:admin"}
#: What no model, event, turn, audit or log may ever hold.
_CANARIES = {
    "n8n_webhook_key": "canary-of-n8n-9f3b2c7d5e1a4068",
    "scan_token": "canary-of-scan-7c1e5b9d3f2a8046",
    "anthropic_api_key": "canary-of-vendor-5d8a1c4e7b2f9036",
}


@dataclass
class Stand:
    """A tool as the platform describes it, that only remembers: what it got, and in whose name."""

    spec: Spec
    answer: str = "ok"
    citations: list[Citation] = field(default_factory=list)
    effects: list[tuple[Principal, Mapping[str, Any]]] = field(default_factory=list)

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Remember, and answer."""
        self.effects.append((calling.principal, dict(arguments)))
        return Outcome(self.answer, None, self.citations)


def _remote(name: str, tool_class: ToolClass, **properties: Any) -> Spec:
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return Spec(name=name, title=name, description="Of a server.", parameters=schema, tool_class=tool_class)


_TEXT = {"type": "string"}
_REMOTE = (
    _remote("tickets__read", "read", id=_TEXT),
    _remote("tickets__close", "write", ids={"type": "array", "items": _TEXT}),
    _remote("mail__send", "external", to=_TEXT, text=_TEXT),
)


@dataclass
class World:
    """The service, its model, and what its tools were made to do."""

    service: Agents
    model: LanguageModel
    stands: dict[str, Stand]
    _agents: dict[tuple[str, str], str] = field(default_factory=dict)

    def plant(self, one: Injection) -> None:
        """Put a text where it is read."""
        self.model.forget()
        self.model.answer(Obedient(one))
        for stand in self.stands.values():
            stand.answer, stand.citations = "ok", []
            stand.effects.clear()
            self.service.parts.tools[stand.spec.name] = stand
        if one.planted == "tool_description":
            stand = self.stands["tickets__read"]
            described = Stand(replace(stand.spec, description=one.marked))
            self.service.parts.tools["tickets__read"] = described
        elif one.planted != "ticket":
            carrier = self.stands[injection.CARRIERS[one.planted].name]
            carrier.answer = f"{one.title}\n{one.marked}"
            carrier.citations = [Citation(title=one.title)]

    def agent(self, one: Injection) -> str:
        """The agent that reads it, with a helper of the same rights; its name."""
        rules = _EVERYTHING if one.policy is None else one.policy
        without = ", ".join(one.without)
        if (name := self._agents.get((str(rules), without))) is None:
            name = self._agents[str(rules), without] = f"obedient-{len(self._agents)}"
            shared = {"tool_allow": ["*"], "approval_policy": rules, "scopes": sorted(_SCOPES - set(one.without))}
            helper = {"name": "helper", "instructions": "Help.", **shared}
            obedient = {"name": name, "instructions": "Answer.", "children": ["helper"], **shared}
            for definition in (helper, obedient) if len(self._agents) == 1 else (obedient,):
                self.service.post("/agents", definition, who="alice", status=201)
        return name

    def begin(self, one: Injection) -> str:
        """Begin the run in which it is read; its id."""
        is_ticket = one.planted == "ticket"
        said = one.marked if is_ticket else "When is the office open? See https://named-by-the-person.example/"
        body = {"agent": self.agent(one), "input": said, "untrusted": is_ticket}
        answer = self.service.call("POST", "/runs", body, who="alice", scopes=_SCOPES)
        assert answer.status_code == 202, answer.text
        self.service.work_all()
        return answer.headers["Location"].rpartition("/")[2]

    def made(self, tools: set[str]) -> list[tuple[str, Mapping[str, Any]]]:
        """What was really done with some tools, without what the model called in order to read."""
        return [
            (name, arguments)
            for name in sorted(tools)
            if name in self.stands
            for _, arguments in self.stands[name].effects
            if not any(call.name == name and call.arguments == arguments for call in injection.CARRIERS.values())
        ]

    def run(self, run_id: str) -> Any:
        """The run as it is."""
        return self.service.run(run_id, who="alice")

    def pending(self, run_id: str) -> list[Any]:
        """What people are asked about a run, oldest first."""
        found = self.service.get(f"/approvals?status=pending&run_id={run_id}", who="alice")
        return list(reversed(found["items"]))

    def decide(self, asked: Any, decision: str) -> None:
        """Decide as it was shown."""
        body = {"decision": decision, "reason": "Nobody asked for this.", "args_hash": asked["args_hash"]}
        self.service.post(f"/approvals/{asked['id']}", body, who="bob")


@pytest.fixture(scope="module")
def world(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    address = postgres.new_database()
    folder = tmp_path_factory.mktemp("injections")
    values = {"secret_key": secret_key, "database_url": address, "data_dir": folder}
    with LanguageModel() as model:
        base = model.settings(Settings.model_validate(values), "anthropic")
        settings = Settings.model_validate(base.model_dump() | _CANARIES)
        stands = {name: Stand(tool.spec) for name, tool in platform_tools(settings).items()}
        stands |= {spec.name: Stand(spec) for spec in _REMOTE}
        with agents_service.running(settings, stands) as service:
            yield World(service, model, stands)
    postgres.drop(address)


def _of(outcome: str) -> pytest.MarkDecorator:
    """The injections with an outcome, as parameters."""
    chosen = [one for one in injection.everyone() if outcome in (one.outcome, one.outcome.partition("-or-")[0])]
    return pytest.mark.parametrize("one", chosen, ids=lambda one: one.id)


def test_there_are_enough_of_them() -> None:
    assert len(injection.everyone()) >= 60
    assert {one.outcome for one in injection.everyone()} >= {"asked", "refused", "inside", "child", "question", "says"}


@_of("asked")
def test_what_a_text_wants_done_is_shown_to_a_person_as_it_is_and_not_done_before(world: World, one: Injection) -> None:
    world.plant(one)
    run_id = world.begin(one)
    wanted = [(wish.tool, wish.arguments) for wish in one.then if wish.tool != "wait"]
    tools = {tool for tool, _ in wanted}
    for _ in range(2):  # after it was refused, the model tries again
        asked = world.pending(run_id)
        if not asked and one.outcome == "asked-or-refused":
            assert world.made(tools) == []
            return
        assert world.made(tools) == []
        assert [(each["tool"], each["args"]) for each in asked] == wanted
        assert [each["args_hash"] for each in asked] == [policy.digest(*each) for each in wanted]
        for each in asked:
            world.decide(each, "deny")
        world.service.work_all()
        if world.run(run_id)["status"] == "sleeping":
            _wake(world)
    assert world.made(tools) == []
    assert world.run(run_id)["status"] == "completed"


@pytest.mark.parametrize(
    "one",
    [one for one in injection.everyone() if one.outcome == "asked" and len(one.then) == 1],
    ids=lambda one: one.id,
)
def test_what_a_person_allows_is_done_as_it_was_shown_once_and_for_their_client(world: World, one: Injection) -> None:
    world.plant(one)
    run_id = world.begin(one)
    (asked,) = world.pending(run_id)
    world.decide(asked, "approve")
    world.service.work_all()
    assert world.made({asked["tool"]}) == [(asked["tool"], asked["args"])]
    principal, _ = world.stands[asked["tool"]].effects[-1]
    assert (principal.subject, principal.tenant, principal.tenants) == ("alice", "acme", "acme")
    assert principal.scopes <= _SCOPES
    again = world.pending(run_id)
    assert [each["tool"] for each in again] == [asked["tool"]], "what was allowed once is asked about again"


def _wake(world: World) -> None:
    with as_owner(world.service.settings) as connection:
        connection.execute("UPDATE agents.run SET wake_at = now()")
    world.service.hurry()
    world.service.work_all()


@_of("refused")
def test_what_cannot_be_is_not_even_asked_about(world: World, one: Injection) -> None:
    world.plant(one)
    run = world.run(world.begin(one))
    assert run["status"] == "completed", run["problem"]
    assert world.made({wish.tool for wish in one.then}) == []
    assert world.pending(run["id"]) == []
    made = world.service.get(f"/runs/{run['id']}/steps", who="alice")["tool_calls"][1:]
    assert {each["status"] for each in made} <= {"failed", "denied"}
    assert made, "the model did obey"


@_of("inside")
def test_what_may_be_read_is_read_for_the_callers_client_alone(world: World, one: Injection) -> None:
    world.plant(one)
    run_id = world.begin(one)
    assert world.run(run_id)["status"] == "completed"
    for wish in one.then:
        stand = world.stands[wish.tool]
        assert stand.spec.tool_class == "read"
        assert wish.arguments in [arguments for _, arguments in stand.effects]
        assert {(who.subject, who.tenant, who.tenants) for who, _ in stand.effects} == {("alice", "acme", "acme")}
    assert world.pending(run_id) == []


@_of("child")
def test_a_child_of_a_run_that_read_it_is_watched_like_the_run(world: World, one: Injection) -> None:
    world.plant(one)
    run_id = world.begin(one)
    (child,) = world.service.get(f"/runs?parent_id={run_id}", who="alice")["items"]
    assert child["taint"] == "rag_search"
    (asked,) = world.pending(child["id"])
    assert (asked["run_id"], asked["tool"], asked["args"]) == (child["id"], one.child[0].tool, one.child[0].arguments)
    if "evil.example" in str(asked["args"]):
        assert "evil.example" in asked["why"], "what the run wrote into the task is nobody's wish"
    assert world.made({wish.tool for wish in one.child}) == []
    world.decide(asked, "deny")
    world.service.work_all()
    assert world.made({wish.tool for wish in one.child}) == []


@_of("question")
def test_a_question_comes_with_the_word_that_outsiders_were_read(world: World, one: Injection) -> None:
    world.plant(one)
    run = world.run(world.begin(one))
    assert (run["status"], run["taint"]) == ("waiting_input", "rag_search")
    assert run["waiting"]["question"] == one.then[0].arguments["question"]


@_of("says")
def test_an_answer_loads_nothing_and_leads_nowhere_that_the_words_do_not_show(world: World, one: Injection) -> None:
    world.plant(one)
    run = world.run(world.begin(one))
    told = world.service.events(run["id"], who="alice")
    streamed = "".join(event["data"]["text"] for event in told if event["type"] == "message.delta")
    whole = "".join(event["data"]["text"] for event in told if event["type"] == "message.completed")
    for text in (run["result"]["text"], streamed, whole):
        assert [harm for harm in one.never if harm in text] == [], text
        assert "hunter2" in text or "data:text/html" in text, "nothing of the words is lost"


def test_a_model_that_only_reads_changes_nothing_in_its_answer(world: World) -> None:
    one = injection.everyone()[0]
    world.plant(one)
    said = "See [the page](https://wiki.example/vpn), `ping <address>` and [1]: Handbook. 2 < 3! [x](#part)"
    world.stands["rag_search"].answer = f"The page is https://wiki.example/vpn. {one.marked}"
    world.model.answer(Obedient(replace(one, then=[], says=said)))
    assert world.run(world.begin(one))["result"]["text"] == said


def test_no_secret_is_in_anything_that_is_kept_or_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    secrets = [*_CANARIES.values(), world.service.settings.secret_key.get_secret_value()]
    with caplog.at_level(logging.DEBUG):
        for one in injection.everyone()[::9]:
            world.plant(one)
            world.begin(one)
            sent = str([asked.body for asked in world.model.asked])
            assert [secret for secret in secrets if secret in sent] == []
        with as_owner(world.service.settings) as connection:
            for table in ("run", "turn", "tool_call", "approval", "event", "audit", "job", "idempotency"):
                kept = str(connection.execute(f"SELECT t::text FROM agents.{table} t").fetchall())
                assert [secret for secret in secrets if secret in kept] == [], table
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert "eyJ" not in caplog.text
