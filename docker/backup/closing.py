"""The programs that encrypt and decrypt, as files to write to and to read from."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO

from host.obstacle import Obstacle


@contextmanager
def into(command: list[str], file: IO[bytes], environment: Mapping[str, str]) -> Iterator[IO[bytes]]:
    """Where to write what the command is to write, changed, into `file`. Raises `Obstacle` when it fails."""
    file.flush()
    with _started(command, environment, stdin=subprocess.PIPE, stdout=file) as process:
        assert process.stdin
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
            raise _failed(command, process) from None
        if process.wait():
            raise _failed(command, process)


@contextmanager
def out_of(command: list[str], file: IO[bytes], environment: Mapping[str, str]) -> Iterator[IO[bytes]]:
    """What the command makes of `file`, from where its descriptor stands. Raises `Obstacle` when it fails."""
    with _started(command, environment, stdin=file, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield process.stdout
        except Obstacle:
            # What was read made no sense; when the program itself failed, its reason is the better one.
            _drain(process.stdout)
            if process.wait():
                raise _failed(command, process) from None
            raise
        _drain(process.stdout)
        if process.wait():
            raise _failed(command, process)


def _drain(source: IO[bytes]) -> None:
    while source.read(1 << 20):
        pass


@contextmanager
def _started(
    command: list[str], environment: Mapping[str, str], stdin: IO[bytes] | int, stdout: IO[bytes] | int
) -> Iterator["subprocess.Popen[bytes]"]:
    if shutil.which(command[0]) is None:
        raise Obstacle(f"{command[0]} is missing. Install it (Debian: apt-get install {command[0]}).")
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # it has ended, unless this is the way out of a failure


def _failed(command: list[str], process: "subprocess.Popen[bytes]") -> Obstacle:
    words = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
    lines = words.splitlines() or [f"status {process.returncode}"]
    return Obstacle(f"{command[0]} failed: {next((line for line in lines if 'error' in line.lower()), lines[-1])}")
