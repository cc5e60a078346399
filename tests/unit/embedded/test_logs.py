"""Logs as people read them."""

from pathlib import Path

import pytest

from embedded import logs
from host.obstacle import Obstacle
from host.place import ROOT, Place


def test_the_end_of_a_log_is_read_from_its_end(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    assert logs.tail(log, 2) == "line 99998\nline 99999"
    assert logs.tail(tmp_path / "absent", 2) == "(its log is empty)"


def test_only_what_was_written_since_is_read(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert logs.since(log, logs.size(log)) == ""
    log.write_text("before\n")
    position = logs.size(log)
    with log.open("a") as file:
        file.write("after\n")
    assert logs.since(log, position) == "after\n"
    log.write_text("new\n")  # rotated: shorter than it was
    assert logs.since(log, position) == "new\n"


def test_an_unknown_log_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    place = Place(ROOT, tmp_path, tmp_path / ".env")
    place.prepare()
    (place.log / "agents.log").touch()
    with pytest.raises(Obstacle, match=r"There is no log of agnets. There are: agents"):
        logs.show(place, ["agnets"], follow=False)
