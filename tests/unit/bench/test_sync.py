"""A run that is followed, and memory that is watched: what becomes figures of the part `sync`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.gateway import Service

from bench import __main__ as bench
from bench import run, watch
from bench.library import library
from demo.gateway import Gateway, GatewayError
from host.place import ROOT, Place

_DONE: dict[str, Any] = {
    "status": "succeeded",
    "stage": "indexing",
    "counts": {"new": 3, "failed": 0},
    "started_at": "2026-11-25T20:00:00+00:00",
    "finished_at": "2026-11-25T20:00:02.500000+00:00",
    "problem": None,
}


@dataclass
class Source:
    """A source whose one run goes through these states, one at each look."""

    service: Service
    states: list[dict[str, Any]] = field(default_factory=lambda: [_DONE])

    def __post_init__(self) -> None:
        self.service.handlers |= {
            "/api/data/sources/s/sync": lambda request: _answer(request, {"id": "r"}, 202),
            "/api/data/sources/s/runs/r": self._look,
        }

    def _look(self, request: Any) -> None:
        _answer(request, {**_DONE, **(self.states.pop(0) if len(self.states) > 1 else self.states[0])})


def _answer(request: Any, document: object, status: int = 200) -> None:
    request.reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def source() -> Iterator[Source]:
    service = Service("platform")
    service.start()
    yield Source(service)
    service.stop()


@pytest.fixture
def gateway(source: Source) -> Iterator[Gateway]:
    with closing(Gateway(f"http://127.0.0.1:{source.service.port}")) as gateway:
        yield gateway


def test_a_run_is_followed_through_its_stages_to_its_end(source: Source, gateway: Gateway) -> None:
    source.states = [{"status": "queued"}, {"status": "running", "stage": "listing"}, _DONE]
    found = run.follow(gateway, "/api/data/sources/s")
    assert list(found.stages) == ["queued", "listing"]
    assert found.counts["new"] == 3
    assert found.work_seconds == 2.5
    assert found.seconds >= sum(found.stages.values())


@pytest.mark.parametrize(
    "end",
    [
        {"status": "failed", "problem": {"detail": "The library is gone."}},
        {"status": "waiting", "problem": {"detail": "The library is gone."}},
        {"counts": {"new": 2, "failed": 1}, "problem": {"detail": "The library is gone."}},
    ],
    ids=["failed", "waiting", "a file left out"],
)
def test_a_run_that_does_not_bring_everything_in_is_no_figure(
    source: Source, gateway: Gateway, end: dict[str, Any]
) -> None:
    source.states = [end]
    with pytest.raises(GatewayError, match=r"The library is gone\."):
        run.follow(gateway, "/api/data/sources/s")


def test_stages_last_from_their_first_sight_to_that_of_the_next() -> None:
    seen = [(0.1, "listing"), (0.2, "listing"), (1.0, "permissions"), (1.5, "indexing"), (4.0, "")]
    assert run.stages(seen) == pytest.approx({"listing": 0.9, "permissions": 0.5, "indexing": 2.5})
    assert run.stages([]) == {}


def test_quarters_compare_the_beginning_with_the_end() -> None:
    assert watch.quarters([1, 3, 50, 50, 50, 50, 7, 9]) == (2, 8)
    assert watch.quarters([5]) == (5, 5)
    with pytest.raises(ValueError, match="at least one"):
        watch.quarters([])


def test_a_process_is_watched_until_it_has_gone() -> None:
    with watch.watch(os.getpid()) as watched:
        pass
    assert watched.resident[0] > watched.proportional[0] > 1
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with watch.watch(gone.pid) as watched:
        pass
    assert watched.resident == []


def test_a_library_has_its_files_and_can_be_changed() -> None:
    here = Place(ROOT, ROOT / "var", ROOT / ".env")
    with library(here, 3) as files, closing(Gateway(files.url)) as graph:
        assert files.settings["GRAPH_URL"] == files.url
        assert files.source["config"]["site"].startswith(files.url)
        files.change(2)
        assert graph.post("/_fake/churn", {}) == {"files": 3}
        assert graph.get("/_fake/counts")["kinds"] == {}


def test_without_tests_or_the_environment_of_the_services_nothing_is_started(tmp_path: Any) -> None:
    bare = Place(tmp_path, tmp_path / "var", tmp_path / ".env")
    assert "no tests" in bench._lacks_for_own(bare)
    (tmp_path / "tests" / "fakes" / "graph").mkdir(parents=True)
    assert "MODE=embedded" in bench._lacks_for_own(bare)
