"""A call that may be made again is left at once, however long the service takes that it asks."""

import threading

import pytest
from tests.agents_service import Agents
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted

from agents.loop.apart import Left
from agents.store import runs
from agents.tools.contract import Calling
from oberaconnect import worker

_PATIENCE_SECONDS = 30.0


class Slow:
    """What a tool does that waits for a service, and looks at nothing meanwhile."""

    def __init__(self) -> None:
        """The service answers when it is told to."""
        self.is_asked, self.answers = threading.Event(), threading.Event()
        self.ended: list[Exception | None] = []
        self.is_over = threading.Event()

    def __call__(self, calling: Calling) -> None:
        """Wait, and only then look whether anybody does."""
        calling.progress("It was asked.")
        self.is_asked.set()
        self.answers.wait(_PATIENCE_SECONDS)
        try:
            calling.check()
            self.ended.append(None)
        except Exception as error:
            self.ended.append(error)
            raise
        finally:
            self.is_over.set()


@pytest.fixture
def slow(sums: Counted) -> Slow:
    slow = Slow()
    sums.then = slow
    return slow


def test_a_run_is_cancelled_while_a_service_takes_its_time(service: Agents, model: LanguageModel, slow: Slow) -> None:
    model.say(calls=[Call("sums", {"text": "1"})])
    service.control.start()
    begun = service.begin("tester", "Add.")
    working = threading.Thread(target=service.work)
    working.start()
    assert slow.is_asked.wait(_PATIENCE_SECONDS)
    service.call("POST", f"/runs/{begun['id']}/cancel")
    working.join(_PATIENCE_SECONDS)
    assert service.run(begun["id"])["status"] == "cancelled"
    assert service.told(begun["id"])[-1] == "run.cancelled"
    slow.answers.set()
    assert slow.is_over.wait(_PATIENCE_SECONDS)
    assert isinstance(slow.ended[0], Left), "it is told that nobody waits for it"


def test_a_worker_that_ends_gives_the_run_to_the_next_one(
    service: Agents, model: LanguageModel, slow: Slow, sums: Counted
) -> None:
    model.say(calls=[Call("sums", {"text": "1"})])
    begun = service.begin("tester", "Add.")
    claim, stopping = service.claim(), threading.Event()
    assert claim is not None
    arguments = (service.queue, {runs.KIND: service.handler}, claim, stopping)
    working = threading.Thread(target=worker.attempt, args=arguments)
    working.start()
    assert slow.is_asked.wait(_PATIENCE_SECONDS)
    stopping.set()
    working.join(_PATIENCE_SECONDS)
    assert not working.is_alive()
    sums.then = lambda _: None
    model.say("Added.")
    service.work_all()  # no lease has to run out
    assert service.run(begun["id"])["result"]["text"] == "Added."
    assert len({key for key, _ in sums.calls}) == 1
    assert service.told(begun["id"]).count("tool.progress") == 1
    slow.answers.set()
    assert slow.is_over.wait(_PATIENCE_SECONDS)
