"""The command `nmap` of the container: the same words as nmap's, through the gate."""

import os
import pwd
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from scan import audit, settings
from scan.gate import Gate
from scan.refusal import Busy, Refused
from scan.run import Outcome

_REFUSED, _BUSY, _TOO_LONG, _INTERRUPTED = 2, 75, 124, 130
#: The output of the container's first process is its log.
_LOG = Path("/proc/1/fd/1")


def main(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Scan, with nmap's output on standard output as it comes; the exit status."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return scan(Gate(settings.from_environ(environ), audit.to(_LOG)), words, _user())
    except Refused as refusal:  # by the settings
        return _say(str(refusal), _REFUSED)


def scan(gate: Gate, words: Sequence[str], who: str) -> int:
    """One scan by `who`; the exit status: nmap's own, 2 refused, 75 busy, 124 took too long, 130 interrupted."""
    try:
        found = gate.scan(words, who=who, face="command", on_output=_show)
    except Refused as refusal:
        return _say(str(refusal), _BUSY if isinstance(refusal, Busy) else _REFUSED)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # nobody reads any more: what is still in the buffer goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _INTERRUPTED
    except OSError as error:
        return _say(f"There is no scan without a line in the container's log, and none without nmap: {error}.", 1)
    return _ended(found.outcome, gate.settings.timeout_seconds)


def _ended(outcome: Outcome, seconds: int) -> int:
    sys.stderr.write(outcome.error)
    if outcome.cut == "time":
        return _say(f"Stopped after {seconds} s (SCAN_TIMEOUT_SECONDS).", _TOO_LONG)
    if outcome.cut == "size":
        return _say("Stopped: that was too much output. Ask for fewer targets or ports.", 1)
    return outcome.status


def _show(piece: bytes) -> None:
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _say(sentence: str, status: int) -> int:
    print(f"nmap: {sentence}", file=sys.stderr)
    return status


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
