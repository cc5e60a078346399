"""The layout engine has limits, survives them, and is the file that it says it is."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import quickjs

import oberaconnect.draw
from oberaconnect.draw import Busy, NotArranged, engine, lay_out, layout, svg, warm
from oberaconnect.draw.card import face

from .flows import office, offices, small

VENDOR = Path(oberaconnect.draw.__file__).parent / "vendor"


@pytest.fixture
def new_engine() -> Iterator[None]:
    """An engine that has arranged nothing, with the limits that the test has set."""
    engine._forget()
    engine._arranged.cache_clear()
    yield
    engine._forget()


def test_sixty_cards_are_arranged() -> None:
    assert len(lay_out(offices(60)).cards) == 60


def test_another_version_with_cards_of_the_same_size_is_not_arranged_again() -> None:
    lay_out(small())
    known = engine._arranged.cache_info().hits
    assert lay_out(replace(small(), subtitle="Version 2")).subtitle[0].text == "Version 2"
    assert engine._arranged.cache_info().hits == known + 1


def test_elkjs_works_faster_with_our_short_forms_and_comes_to_the_same_places() -> None:
    plain, shortened = quickjs.Context(), engine._Engine()._context()
    for script in (engine._BEFORE, engine._SOURCE.read_text(encoding="utf-8"), engine._AFTER):
        plain.eval(script)
    written = re.findall(r'^shorter\(\s*"(\w+)"', engine._FASTER.read_text(encoding="utf-8"), re.MULTILINE)
    assert shortened.eval("faster.join()").split(",") == written
    for diagram in (office(), offices(20, "down")):
        graph = json.dumps(layout._graph(diagram, {card.id: face(card, diagram.direction) for card in diagram.cards}))
        assert shortened.get("layOut")(graph) == plain.get("layOut")(graph)


@pytest.mark.usefixtures("new_engine")
def test_a_picture_that_takes_too_long_is_refused_and_the_next_one_is_arranged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SECONDS", 0.3)
    with pytest.raises(NotArranged, match="Draw it in parts") as refused:
        lay_out(offices(500))
    assert refused.value.status == 422
    monkeypatch.undo()
    assert lay_out(small()).cards


def test_a_picture_of_more_than_can_be_arranged_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_WAIT_SECONDS", 0)
    with pytest.raises(NotArranged):
        lay_out(offices(1500))


@pytest.mark.usefixtures("new_engine")
def test_whoever_waits_too_long_for_the_engine_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_WAIT_SECONDS", 0)
    with pytest.raises(Busy) as refused:
        lay_out(offices(200))
    assert refused.value.status == 503
    assert refused.value.headers["Retry-After"]


@pytest.mark.usefixtures("new_engine")
def test_many_threads_get_the_same_picture() -> None:
    warm()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(svg(lay_out(small())))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [svg(lay_out(small()))] * 4


def test_a_process_that_was_forked_arranges_with_threads_of_its_own() -> None:
    program = (
        "import os, sys; from tests.unit.draw.flows import small; from oberaconnect.draw import lay_out\n"
        "lay_out(small()); child = os.fork()\n"
        "if child == 0: os._exit(0 if len(lay_out(small('down')).cards) == 3 else 1)\n"
        "sys.exit(os.waitpid(child, 0)[1])"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "shared"), *sys.path])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, cwd=root, timeout=60, check=False)
    assert done.returncode == 0


def test_the_vendored_file_is_the_one_in_the_notice_and_its_licences_are_there() -> None:
    digest = hashlib.sha256((VENDOR / "elk-worker.min.js").read_bytes()).hexdigest()
    assert digest in (VENDOR / "NOTICE").read_text(encoding="utf-8")
    assert "Eclipse Public License - v 2.0" in (VENDOR / "elkjs-LICENSE.md").read_text(encoding="utf-8")
    assert "SIL Open Font License" in (VENDOR.parent / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_the_shared_library_does_without_the_engine_where_nothing_is_drawn() -> None:
    program = (
        "import sys; sys.modules['quickjs'] = sys.modules['resvg_py'] = None\n"
        "import oberaconnect, oberaconnect.problems, oberaconnect.web"
    )
    environment = {**os.environ, "PYTHONPATH": str(VENDOR.parents[2])}
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=False).returncode == 0
