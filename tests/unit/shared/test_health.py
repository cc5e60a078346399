"""The health of a service: what it needs must answer within a second, what it can do without only warns."""

import threading

import pytest

from oberaconnect.health import Check, Health


def _fails() -> str | None:
    raise RuntimeError("it is down")


def _report(**checks: Check) -> dict[str, object]:
    return Health("sample", "1.0", checks).report()


def test_all_well_is_pass() -> None:
    report = _report(store=Check(lambda: None))
    assert (report["status"], report["service"], report["version"]) == ("pass", "sample", "1.0")


def test_one_needed_thing_down_is_fail() -> None:
    report = _report(store=Check(_fails), model=Check(lambda: None))
    assert report["status"] == "fail"
    assert report["checks"]["store"][0]["output"] == "it is down"  # type: ignore[index]


def test_an_optional_thing_down_is_a_warning() -> None:
    assert _report(store=Check(lambda: None), model=Check(_fails, optional=True))["status"] == "warn"


def test_the_worst_decides() -> None:
    assert _report(a=Check(_fails, optional=True), b=Check(_fails), c=Check(lambda: None))["status"] == "fail"


def test_a_note_is_shown() -> None:
    report = _report(store=Check(lambda: "12 collections"))
    assert report["checks"]["store"][0]["output"] == "12 collections"  # type: ignore[index]


def test_a_probe_that_hangs_fails_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Health, "TIMEOUT_SECONDS", 0.1)
    released = threading.Event()

    def hang() -> None:
        released.wait(20)

    report = _report(store=Check(hang))
    released.set()
    assert report["status"] == "fail"
    assert report["checks"]["store"][0]["output"] == "no answer within 1 s"  # type: ignore[index]


def test_the_probes_are_asked_once_for_many_callers() -> None:
    asked: list[int] = []
    health = Health("sample", "1.0", {"store": Check(lambda: asked.append(1))})
    for _ in range(5):
        health.report()
    assert len(asked) == 1
