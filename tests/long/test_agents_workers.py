"""Several workers of agents: none takes a run from another that lives, and none that was given up writes any more."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import agents_processes
from tests import postgres as server
from tests.agents_processes import INGEST, WEBHOOK, House, said
from tests.caller import until
from tests.conftest import MakeSettings

from oberaconnect import serve
from oberaconnect.settings import Settings

_MANY = 100
#: What a worker's log says when it finds that a run is somebody else's by now.
_TAKEN_OVER = "job was taken over"


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with agents_processes.running(settings, tmp_path) as house:
        yield house


def _heard(house: House, run_id: str) -> str:
    """What a watcher has of the answer that is being given."""
    text = ""
    for event in house.service.events(run_id):
        text = text + event["data"]["text"] if event["type"] == "message.delta" else ""
    return text


def test_a_worker_that_was_stopped_for_too_long_writes_nothing_any_more(house: House) -> None:
    places = {"again": "effect", "once": "effect", "talk": "model 2 3", "both": "model 2 3"}
    holds = [house.hold(name, place) for name, place in places.items()]
    ids = {name: house.begin(name, WEBHOOK if name == "once" else INGEST) for name in places}
    with house.worker() as stopped:
        for hold in holds:
            assert hold.arrived.wait(60), hold
        stopped.send(signal.SIGSTOP)
        in_both = house.hold("both", "model 2 4")
        house.service.expire_leases()
        with house.worker() as other:
            runs = house.settled({name: ids[name] for name in ("again", "once", "talk")})
            # The other worker is in the middle of the fourth one when the stopped one wakes up.
            until(lambda: "both says 2.3" in _heard(house, ids["both"]), 60)
            written = house.everything()
            for hold in holds:
                hold.let_go()
            stopped.send(signal.SIGCONT)
            until(lambda: stopped.told(_TAKEN_OVER) == len(ids), 60)
            assert house.everything() == written
            in_both.let_go()
            runs |= house.settled({"both": ids["both"]})
            other.kill()
        statuses = {"again": "completed", "once": "waiting_approval", "talk": "completed", "both": "completed"}
        assert {name: run["status"] for name, run in runs.items()} == statuses
        assert runs["both"]["result"]["text"] == said("both", 2)
        assert {name: len(house.effects.done[name]) for name in ids} == dict.fromkeys(ids, 1)
        assert len(house.effects.arrived["talk"]) == 1, "the call was over before the worker was stopped"
        # What it held is somebody else's; it itself is as good as ever.
        asked = runs["once"]["waiting"]["approvals"][0]
        house.service.post(f"/approvals/{asked['id']}", {"decision": "skip", "reason": "It is there."})
        assert house.settled({"once": ids["once"]})["once"]["status"] == "completed"
    assert len(house.effects.done["once"]) == 1


def test_of_a_hundred_runs_two_workers_do_each_once(house: House) -> None:
    with house.worker() as first, house.worker() as second:
        house.wait_for_workers(2)
        ids = {f"run-{number}": house.begin(f"run-{number}", (WEBHOOK, INGEST)[number % 2]) for number in range(_MANY)}
        runs = house.settled(ids, 120)
    assert {(run["status"], run["attempt"]) for run in runs.values()} == {("completed", 1)}
    assert {house.asked[name, step] for name in ids for step in (1, 2)} == {1}
    assert {len(house.effects.arrived[name]) for name in ids} == {1}
    assert first.told("job ended") + second.told("job ended") == _MANY
    assert min(first.told("job ended"), second.told("job ended")) > 0, "only one of them worked"


def test_a_worker_that_is_to_end_gives_back_what_can_be_begun_again_and_waits_for_what_cannot(house: House) -> None:
    places = {"asked": "model 1", "talk": "model 2 3", "again": "effect", "once": "effect"}
    holds = {name: house.hold(name, place) for name, place in places.items()}
    ids = {name: house.begin(name, WEBHOOK if name == "once" else INGEST) for name in places}
    with house.worker() as ending:
        for hold in holds.values():
            assert hold.arrived.wait(60), hold
        with house.worker() as other:
            ending.send(signal.SIGTERM)
            given_back = house.settled({name: ids[name] for name in ("asked", "talk", "again")})
            assert ending.process.poll() is None, "it waits for the call that must not be made again"
            assert {run["status"] for run in given_back.values()} == {"completed"}
            assert house.service.run(ids["once"])["status"] == "running"
            holds["once"].let_go()
            assert ending.process.wait(serve._STOP_SECONDS) == 0
            once = house.settled({"once": ids["once"]})["once"]
            assert other.process.poll() is None
    assert (once["status"], once["result"]["text"]) == ("completed", said("once", 2))
    assert "tool.outcome_unknown" not in house.service.told(ids["once"])
    assert {name: len(house.effects.done[name]) for name in ids} == dict.fromkeys(ids, 1)
    assert len(set(house.effects.arrived["again"])) == 1, "it was made again under the same key"
    assert house.service.told(ids["once"]).count("tool.started") == 1
    for hold in holds.values():
        hold.let_go()


@pytest.mark.timeout(300)
def test_the_database_is_killed_in_the_middle_and_the_runs_go_on(make_settings: MakeSettings, tmp_path: Path) -> None:
    places = {"asked": "model 1", "talk": "model 2 2", "again": "effect", "once": "effect", "later": "model 2 end"}
    with server.running() as own:
        settings = make_settings(database_url=own.new_database())
        with agents_processes.running(settings, tmp_path) as house, house.worker() as worker:
            holds = {name: house.hold(name, place) for name, place in places.items()}
            ids = {name: house.begin(name, WEBHOOK if name == "once" else INGEST) for name in places}
            for hold in holds.values():
                assert hold.arrived.wait(60), hold
            own.kill()
            for name in ("talk", "again", "once"):
                holds[name].let_go()  # these find the database away, the others find it back
            time.sleep(1)
            own.revive()
            for hold in holds.values():
                hold.let_go()
            deadline = time.monotonic() + 120
            while house.rows("SELECT 1 FROM agents.job WHERE status IN ('queued', 'running')"):
                assert time.monotonic() < deadline
                time.sleep(3)  # a run that a worker has let go of is taken up when its lease is over
                house.service.expire_leases()
                house.service.hurry()
            runs = house.settled(ids)
            assert worker.process.poll() is None
            for name, run in runs.items():
                expected = ("completed", "waiting_approval") if name == "once" else ("completed",)
                assert run["status"] in expected, (name, run["status"], run["problem"])
                numbers = [event["seq"] for event in house.service.events(ids[name])]
                assert numbers == list(range(1, len(numbers) + 1))
            assert {name: len(house.effects.done[name]) for name in ids} == dict.fromkeys(ids, 1)
