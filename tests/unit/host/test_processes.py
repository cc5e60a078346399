"""Which processes belong to a program, and how they are ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import launch
from embedded.programs import Program
from host import processes

#: Says when it is ready, so that no signal comes before the handler.
_PATIENT = "import time; print('ready', flush=True); time.sleep(60)"
_STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {_PATIENT}"


def _program(folder: Path) -> Program:
    return Program(name="agents", command=[], environment={}, folder=str(folder), digest="")


def _start(code: str, folder: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.fixture
def patient(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with _start(_PATIENT, tmp_path) as process:
        yield process
        process.kill()


def test_a_process_is_known_by_its_working_folder(tmp_path: Path, patient: "subprocess.Popen[bytes]") -> None:
    assert [process.pid for process in launch.members(_program(tmp_path))] == [patient.pid]
    assert launch.members(_program(tmp_path / "other")) == []


def test_a_shell_in_that_folder_is_somebody_elses(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as stranger:
        assert launch.members(_program(tmp_path)) == []
        stranger.kill()


def test_what_an_earlier_start_left_is_ended(tmp_path: Path, patient: "subprocess.Popen[bytes]") -> None:
    assert launch.end_leftovers(_program(tmp_path)) is True
    assert patient.wait() == -signal.SIGTERM
    assert launch.end_leftovers(_program(tmp_path)) is False


def test_what_does_not_listen_is_killed(tmp_path: Path) -> None:
    with _start(_STUBBORN, tmp_path) as process:
        processes.end([process.pid], signal.SIGTERM, patience_seconds=0.1)
        assert process.wait() == -signal.SIGKILL


def test_a_process_that_has_ended_is_none(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as process:
        while processes.look(process.pid):  # a zombie until its parent asks for it
            time.sleep(0.01)
    assert processes.look(process.pid) is None


def test_this_process_is_described_by_its_command_and_number() -> None:
    assert f"(process {os.getpid()})" in processes.describe(os.getpid())
