"""kill -9 of agents' workers, at moments that nobody chose, again and again: no run is lost, no effect is doubled."""

import logging
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests import agents_processes
from tests.agents_processes import INGEST, PIECES, WEBHOOK, House, said
from tests.fakes.moments import Hold

from oberaconnect.settings import Settings

#: So many kills, each with ten runs. AGENTS_KILLS=100 is fifty of each moment and tool.
_ROUNDS = int(os.environ.get("AGENTS_KILLS", "12"))
_RUNS_A_ROUND = 10
_GREEDY_STEPS = 12
#: Of who stands where, and of all pauses; what the machine adds is its own.
_SEED = 20_261_126
#: Runs that are let go on do so within this time, each at its own, and the kill comes within the other.
_GOING_SECONDS = 0.06
_KILL_SECONDS = 0.15
#: Where a run is held when its worker is killed, and where it is let go on at about the time of the kill.
_HELD = ("model 1", "model 2", "piece 1", "piece 2", "call", "lost call", "effect")
_GOING = ("model 1 end", "model 2 end", "effect")

_log = logging.getLogger(__name__)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with agents_processes.running(settings, tmp_path) as house:
        yield house


@dataclass(frozen=True)
class Death:
    """One run, and where it stands when its worker is killed."""

    name: str
    tool: str
    place: str
    is_held: bool


@dataclass
class Kills:
    """All runs of the matrix, and what was already over when their workers were killed."""

    house: House
    deaths: list[Death] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    #: By run: how often its model and its tool had been asked when they had answered for good.
    answered: dict[tuple[str, int], int] = field(default_factory=dict)
    called: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def hold(self, death: Death, dice: random.Random) -> Hold:
        """Hold a run where its worker is to be killed."""
        pause = 0.0 if death.is_held else dice.uniform(0.0, _GOING_SECONDS)
        place = death.place.removeprefix("lost ")
        if place.startswith("piece"):
            place = f"model {place[-1]} {dice.randrange(1, PIECES)}"
        return self.house.hold(death.name, place, pause=pause, is_lost=death.place.startswith("lost"))

    def note(self) -> None:
        """What is over now must not be done again."""
        names = {run_id: name for name, run_id in self.ids.items()}
        for row in self.house.rows("SELECT run_id::text, number FROM agents.turn WHERE role = 'assistant'"):
            name, step = names[row["run_id"]], (row["number"] + 1) // 2
            self.answered.setdefault((name, step), self.house.asked[name, step])
        for row in self.house.rows("SELECT run_id::text FROM agents.tool_call WHERE status = 'succeeded'"):
            name = names[row["run_id"]]
            self.called.setdefault(name, len(self.house.effects.arrived[name]))


def _deck(dice: random.Random) -> list[Death]:
    """For each tool the same moments equally often, in no order."""
    moments = [(place, True) for place in _HELD] + [(place, False) for place in _GOING]
    dealt: list[list[Death]] = []
    for tool in (WEBHOOK, INGEST):
        cards = [moments[number % len(moments)] for number in range(_ROUNDS * _RUNS_A_ROUND // 2)]
        dice.shuffle(cards)
        dealt.append([Death(f"{tool}-{number}", tool, *card) for number, card in enumerate(cards)])
    return [death for pair in zip(*dealt, strict=True) for death in pair]


def _play(house: House) -> Kills:
    """Kill one worker after the other; the next one brings on what the last one left, beside runs of its own."""
    dice = random.Random(_SEED)
    kills, began = Kills(house, _deck(dice)), time.monotonic()
    kills.ids |= {f"greedy-{number}": house.begin(f"greedy-{number}", "greedy", budget={"steps": _GREEDY_STEPS})
                  for number in range(3)}  # fmt: skip
    for number in range(_ROUNDS):
        round_ = kills.deaths[number * _RUNS_A_ROUND : (number + 1) * _RUNS_A_ROUND]
        with house.worker() as worker:
            holds = {death: kills.hold(death, dice) for death in round_}
            kills.ids |= {death.name: house.begin(death.name, death.tool) for death in round_}
            for death, hold in holds.items():
                assert hold.arrived.wait(60), f"{death} did not come to be; the worker: {worker.process.poll()}"
            for death, hold in holds.items():
                if not death.is_held:
                    hold.let_go()
            time.sleep(dice.uniform(0.0, _KILL_SECONDS))
            worker.kill()
        for hold in holds.values():
            hold.let_go()
        kills.note()
        house.service.expire_leases()
    with house.worker():
        house.settled(kills.ids)
    kills.seconds = time.monotonic() - began
    return kills


@pytest.mark.timeout(600)
def test_killed_at_any_moment_every_run_goes_on_and_nothing_that_was_done_is_done_again(
    house: House,
) -> None:
    kills = _play(house)
    runs = house.settled(kills.ids)
    unknown = [name for name, run in runs.items() if run["status"] == "waiting_approval"]
    for name in unknown:
        (asked,) = runs[name]["waiting"]["approvals"]
        assert (asked["kind"], asked["tool"]) == ("outcome", WEBHOOK), runs[name]
    done = {name: list(house.effects.done[name]) for name in kills.ids}
    for death in kills.deaths:
        assert len(done[death.name]) <= 1, f"{death}: its effect was doubled, and nobody was asked"
        assert death.tool == WEBHOOK or runs[death.name]["status"] == "completed", death
    _decide(house, runs, unknown, done)
    with house.worker():
        runs = house.settled(kills.ids)
    for death in kills.deaths:
        assert runs[death.name]["status"] == "completed", (death, runs[death.name]["problem"])
        assert len(house.effects.done[death.name]) == 1, death
        assert len(set(house.effects.arrived[death.name])) == 1, f"{death}: repeated under another key"
        assert runs[death.name]["usage"]["steps"] == 2, death
        _check_told(house, kills.ids[death.name], death.name, runs[death.name])
    for (name, step), times in kills.answered.items():
        assert house.asked[name, step] == times, f"the model was asked again for what it had answered: {name} {step}"
    for name, times in kills.called.items():
        if not name.startswith("greedy"):
            assert len(house.effects.arrived[name]) == times, f"the call of {name} was over, and was made again"
    for name in (name for name in kills.ids if name.startswith("greedy")):
        run = runs[name]
        assert (run["status"], run["usage"]["steps"]) == ("failed", _GREEDY_STEPS), run
        assert "budget" in run["problem"]["detail"]
        assert run["attempt"] > 2, "it was not killed in between"
        _check_numbers(house, kills.ids[name])
    assert house.rows("SELECT id FROM agents.job WHERE status IN ('queued', 'running')") == []
    assert house.service.get("/audit/verify?client=default")["valid"]
    _report(kills, unknown, runs)


def _decide(house: House, runs: dict[str, Any], unknown: list[str], done: dict[str, list[str]]) -> None:
    """A person looks at the other side, and says of each call of which nobody knows what became of it."""
    for name in unknown:
        decision = "skip" if done[name] else "retry"
        (asked,) = runs[name]["waiting"]["approvals"]
        house.service.post(f"/approvals/{asked['id']}", {"decision": decision, "reason": "I looked."})


def _check_numbers(house: House, run_id: str) -> list[Any]:
    events = house.service.events(run_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), "the numbers have a gap"
    return events


def _check_told(house: House, run_id: str, name: str, run: dict[str, Any]) -> None:
    """What a watcher reads is each answer once and whole, whatever was begun and left in between."""
    events = _check_numbers(house, run_id)
    kinds = Counter(event["type"] for event in events)
    assert (kinds["run.completed"], kinds["step.completed"], kinds["message.completed"]) == (1, 2, 2), (name, kinds)
    assert (kinds["tool.proposed"], kinds["run.started"]) == (1, 1), (name, kinds)
    assert kinds["tool.completed"] + kinds["approval.decided"] >= 1, (name, kinds)
    assert kinds["tool.completed"] <= 1, (name, kinds)
    text, texts = "", []
    for event in events:
        if event["type"] == "message.delta":
            text += event["data"]["text"]
        elif event["type"] == "message.reset":
            text = ""
        elif event["type"] == "message.completed":
            assert text == event["data"]["text"], f"{name}: the pieces are not the answer"
            texts.append(text)
            text = ""
    assert texts == [said(name, 1), said(name, 2)]
    assert run["result"]["text"] == said(name, 2)
    assert events[-1]["type"] == "run.completed"


def _report(kills: Kills, unknown: list[str], runs: dict[str, Any]) -> None:
    """The figures, for whoever runs this with --log-cli-level=INFO."""
    arrived = kills.house.effects.arrived
    places = Counter(f"{death.tool}: {death.place}{'' if death.is_held else ' (going on)'}" for death in kills.deaths)
    figures = {
        "workers killed": _ROUNDS,
        "runs killed": dict(sorted(places.items())),
        "runs taken up more often than once": sum(run["attempt"] > 1 for run in runs.values()),
        "idempotent calls repeated": sum(len(arrived[d.name]) > 1 for d in kills.deaths if d.tool == INGEST),
        "outcomes that nobody knew": len(unknown),
        "seconds": round(kills.seconds, 1),
    }
    _log.info("kills: %s", figures)
