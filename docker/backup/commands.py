"""Running the commands that move the bytes: what they print, what they are fed, and the sentence when they fail."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from host.obstacle import Obstacle

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Command:
    """A command line, its whole environment, and what people call it."""

    words: list[str]
    environment: Mapping[str, str]
    name: str

    def failed(self, stderr: IO[bytes]) -> Obstacle:
        """The sentence about its failure, with its own last words."""
        stderr.seek(0)
        lines = [line.strip() for line in stderr.read().decode(errors="replace").splitlines() if line.strip()]
        return Obstacle(f"{self.name} failed: {' '.join(lines[-3:]) or 'it did not say why'}")


def document(command: Command, content: Iterable[bytes] = ()) -> Any:
    """The JSON document that a command, fed with `content`, prints last. Raises `Obstacle`."""
    text = fed(command, content)
    try:
        return json.loads(text.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Obstacle(f"{command.name} gave no sensible answer: {text[-200:]!r}") from None


def stream(command: Command) -> Iterator[bytes]:
    """What a command prints, as it prints it. Raises `Obstacle` when it fails."""
    with tempfile.TemporaryFile() as stderr, _start(command, subprocess.DEVNULL, subprocess.PIPE, stderr) as process:
        try:
            assert process.stdout
            while chunk := process.stdout.read(_CHUNK):
                yield chunk
            if process.wait():
                raise command.failed(stderr)
        finally:
            process.kill()


def fed(command: Command, content: Iterable[bytes] = ()) -> str:
    """Feed a command and return what it prints, which must be little. Raises `Obstacle` when it fails."""
    with (
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
        _start(command, subprocess.PIPE, stdout, stderr) as process,
    ):
        try:
            assert process.stdin
            try:
                for chunk in content:
                    process.stdin.write(chunk)
                process.stdin.close()
            except BrokenPipeError:
                with suppress(BrokenPipeError):
                    process.stdin.close()
                process.wait()
                raise command.failed(stderr) from None
            if process.wait():
                raise command.failed(stderr)
        finally:
            process.kill()
        stdout.seek(0)
        return stdout.read().decode(errors="replace")


class Conversation:
    """A command that answers every line it is given with one line: psql, kept open."""

    def __init__(self, command: Command) -> None:
        """Starts it. `close` ends it."""
        self._command = command
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - until `close`
        self._process = _start(command, subprocess.PIPE, subprocess.PIPE, self._stderr)

    def ask(self, line: str) -> str:
        """Say a line and return the answer. Raises `Obstacle` when the command has ended instead."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(f"{' '.join(line.split())}\n".encode())
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer:
            self._process.wait()
            raise self._command.failed(self._stderr)
        return answer.decode().rstrip("\n")

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._stderr.close()


def _start(
    command: Command, stdin: IO[bytes] | int, stdout: IO[bytes] | int, stderr: IO[bytes]
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command.words, env=dict(command.environment), stdin=stdin, stdout=stdout, stderr=stderr, cwd=os.sep
        )
    except OSError as error:
        raise Obstacle(f"{command.words[0]} cannot be run: {error.strerror}.") from None
