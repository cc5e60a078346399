"""Wait until Asterisk has loaded everything, by its own log: its last line of a start comes after all complaints."""

import re
import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from call_flow.pbx import complaints
from oberaconnect.problems import Unavailable

_READY = re.compile(r"^\[[^\]]*\] VERBOSE\[\d+\] asterisk\.c: Asterisk Ready\.", re.MULTILINE)
_PORT_TAKEN = re.compile(
    r"^\[[^\]]*\] ERROR\[\d+\] (?:tcptls|res_pjsip/config_transport)\.c: .*Address already in use", re.MULTILINE
)
_POLL_MILLISECONDS = 20
_LINE_CHARACTERS = 200


class PortTaken(Exception):
    """Another process has one of the ports."""


def wait(folder: Path, output: IO[bytes], timeout_seconds: float, is_abandoned: Callable[[], bool]) -> list[str]:
    """Returns the complaints of the start. `output` closes when Asterisk ends.

    Raises:
        PortTaken: when Asterisk could not listen.
        Unavailable: when it ended, or is not ready in time, the text has its last words; when nobody waits any more.
    """
    deadline = time.monotonic() + timeout_seconds
    log = ""
    ending = select.poll()
    ending.register(output)
    with (folder / "log/full").open("a+", errors="replace") as lines:
        lines.seek(0)
        while time.monotonic() < deadline:
            has_ended = bool(ending.poll(_POLL_MILLISECONDS))
            if is_abandoned():
                raise Unavailable("Nobody waits for this Asterisk any more.")
            log += lines.read()
            if _PORT_TAKEN.search(log):
                raise PortTaken
            if _READY.search(log):
                return complaints.read(log)
            if has_ended:
                raise Unavailable(f"Asterisk ended while it started. {_last_words(folder, log)}")
    raise Unavailable(f"Asterisk did not start within {timeout_seconds:g} seconds. {_last_words(folder, log)}")


def _last_words(folder: Path, log: str) -> str:
    said = complaints.read(log)
    console = folder / "console"
    if not said and console.exists():
        said = console.read_text(errors="replace").split("\n")
    words = [line for line in said if line.strip()]
    return f"Its last words: {words[-1].strip()[:_LINE_CHARACTERS]}" if words else "It said nothing."
