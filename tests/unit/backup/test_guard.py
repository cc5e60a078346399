"""Who is held still goes on, whatever becomes of the holder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.caller import until

from backup import guard
from host.obstacle import Obstacle
from host.place import ROOT

_HOLD = """
import os, sys, time
from backup import guard
with guard.held(["touch", sys.argv[1]], ["rm", sys.argv[1]], os.environ):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_hold_ends_with_its_block(tmp_path: Path) -> None:
    sign = tmp_path / "held"
    with guard.held(["touch", str(sign)], ["rm", str(sign)], os.environ):
        assert sign.exists()
    assert not sign.exists()


def test_the_hold_ends_when_its_holder_is_killed(tmp_path: Path) -> None:
    sign = tmp_path / "held"
    command = [sys.executable, "-c", _HOLD, str(sign)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "docker")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert sign.exists()
        holder.send_signal(signal.SIGKILL)
    until(lambda: not sign.exists(), 10)


def test_what_cannot_be_held_is_released_and_said(tmp_path: Path) -> None:
    sign = tmp_path / "held"
    sign.touch()
    with (
        pytest.raises(Obstacle, match="could not be held"),
        guard.held(["sh", "-c", "echo no such service >&2; exit 1"], ["rm", str(sign)], os.environ),
    ):
        pass
    assert not sign.exists()
