"""The recorded conversations, with the real engine and the real services: only the model is a fake."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests import conversation, house
from tests.conversation import Conversation
from tests.fakes.llm import Asked, Call, Reply
from tests.house import House
from tests.postgres import Postgres

from agents import ready
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # the real services, and three seconds a conversation


@pytest.fixture(scope="module")
def services(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    address, folder = postgres.new_database(), tmp_path_factory.mktemp("house")

    def settings(**values: Any) -> Settings:
        own = {"data_dir": folder / "data", "inbox_dir": folder / "inbox"}
        return Settings.model_validate({"secret_key": secret_key, "database_url": address} | own | values)

    with house.running(settings) as services:
        yield services
    postgres.drop(address)


@pytest.mark.parametrize("one", conversation.everyone(), ids=lambda one: one.name)
def test_a_conversation_goes_as_it_is_recorded(services: House, one: Conversation) -> None:
    replay = Replay(services, one)
    with services.at_work():
        run = replay.play()
    replay.check_calls()
    assert run["status"] == one.result.status, run["problem"]
    answer = run["result"]["text"]
    assert [text for text in one.result.holds if text not in answer] == []
    assert [text for text in one.result.lacks if text in answer] == []
    cited = run["result"]["citations"]
    for wanted in one.result.citations:
        assert any(
            found["title"] == wanted.title
            and wanted.section in (found.get("section") or "")
            and wanted.quote in (found.get("quote") or "")
            for found in cited
        ), (wanted, cited)


class Replay:
    """One conversation, for a client of its own."""

    def __init__(self, services: House, one: Conversation) -> None:
        self._services, self._one = services, one
        self._client = one.name
        self._turns = iter(one.turns)
        self._asked = [call for call in one.calls if call.approval is not None]
        documents = ({"external_id": each.name, "title": each.title, "text": each.content} for each in one.documents)
        self._known = {
            "documents": services.documents(self._client, *documents),
            "configs": {each.name: services.config(self._client, each.name, each.content) for each in one.configs},
        }
        services.model.forget()
        services.model.answer(self._say)

    def play(self) -> Any:
        """Begin the run, answer its questions as the file says, and give it as it is at its end."""
        agents, one = self._services.agents, self._one
        run = agents.begin(one.agent, one.message, client=self._client, untrusted=one.untrusted)
        agents.work_all()
        while pending := self._pending():
            for asked in pending:
                self._decide(asked)
            agents.work_all()
        assert self._asked == []
        assert list(self._turns) == []
        return agents.run(run["id"])

    def check_calls(self) -> None:
        """Each call was made, or not, as the file says, and its result says what it must."""
        made = self._made()
        assert [each["tool"] for each in made] == [call.tool for call in self._one.calls]
        for each, call in zip(made, self._one.calls, strict=True):
            content = each["result"]["content"]
            assert each["status"] == call.status, content
            assert [text for text in call.holds if text not in content] == [], content
            assert [text for text in call.lacks if text in content] == [], content
        begun = {each["tool"] for each in made if each["started_at"] is not None}
        assert begun & set(self._one.result.never) == set()

    def _say(self, asked: Asked) -> Reply:
        turn = next(self._turns)
        speaker = ready.load()[self._one.speaker(turn)]
        assert asked.system.startswith(speaker.instructions[:100])
        known = self._known | {"results": [(each["result"] or {}).get("data") for each in self._made()]}
        calls = [Call(call.tool, conversation.filled(call.arguments, known)) for call in turn.calls]
        return Reply([turn.say] if turn.say else [], calls)

    def _decide(self, asked: dict[str, Any]) -> None:
        call = self._asked.pop(0)
        assert call.approval is not None
        assert asked["tool"] == call.tool
        assert call.approval.why in asked["why"]
        decided = {"decision": call.approval.decision, "reason": call.approval.reason, "args_hash": asked["args_hash"]}
        self._services.agents.post(f"/approvals/{asked['id']}", decided)

    def _pending(self) -> list[Any]:
        """What is asked, oldest first."""
        found = self._services.agents.get("/approvals?status=pending")["items"]
        return [each for each in reversed(found) if each["client"] == self._client]

    def _made(self) -> list[Any]:
        """All calls of the run and its children, in the order in which the model asked for them."""
        agents = self._services.agents
        with agents.parts.database.transaction(self._client) as connection:
            return connection.execute(
                "SELECT tool, status, result, started_at FROM tool_call ORDER BY created_at, turn, position"
            ).fetchall()
