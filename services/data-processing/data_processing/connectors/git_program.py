"""The program `git`, set up so that it talks to one checked address and to nothing and nobody else.

It gets an environment and a configuration of its own, both from here: no file of the system, the user or a repository
adds to them. What is secret goes by the environment, never by the command line, which other users can see.
"""

import os
import resource
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit

from oberaconnect.problems import Timeout, Unprocessable

#: The first that can be told which address a host has (`http.curloptResolve`, Git 2.37 release notes).
_OLDEST = (2, 37)
_MAX_OUTPUT_BYTES = 4 << 20
_LOOK_SECONDS = 0.1
_CONFIG = {
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "maintenance.auto": "false",
    # Larger files are passed on piece by piece instead of being held in memory.
    "core.bigFileThreshold": "1m",
    "pack.threads": "1",
}
_REMOTE_CONFIG = {
    "protocol.version": "2",
    "http.followRedirects": "false",
    "http.proxy": "",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
}


@dataclass(frozen=True)
class Remote:
    """A repository on a server: its address without credentials, and the network address that was checked for it."""

    url: str
    address: str
    username: str = ""
    token: str = field(default="", repr=False)

    @property
    def config(self) -> dict[str, str]:
        """What git has to know to reach it."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        ip = f"[{self.address}]" if ":" in self.address else self.address
        found = _REMOTE_CONFIG | {"http.curloptResolve": f"{parts.hostname}:{port}:{ip}"}
        if authorities := ssl.get_default_verify_paths().cafile:  # the same as for all else that this process asks
            found["http.sslCAInfo"] = authorities
        if self.token:
            pair = b64encode(f"{self.username or 'git'}:{self.token}".encode()).decode()
            found["http.extraHeader"] = f"Authorization: Basic {pair}"
        return found


class GitFailed(Exception):
    """The program ended with an error. `words` is what it wrote about it."""

    def __init__(self, words: str) -> None:
        """The words are git's, in English."""
        super().__init__(words)
        self.words = words


class Git:
    """Runs the program. Safe under threads."""

    def __init__(self, memory_bytes: int, pause: Callable[[float], None]) -> None:
        """`memory_bytes` is what each process may take; `pause` is called while one runs, and may raise."""
        self._memory_bytes = memory_bytes
        self._pause = pause

    def require(self) -> None:
        """Raises `Unprocessable` when there is no git, or one that is too old."""
        if shutil.which("git") is None:
            raise Unprocessable(
                "Git repositories are read with the program 'git', which is not installed where the data-processing"
                " service runs. Install the package 'git' there."
            )
        words = self.run(["version"], seconds=10).decode("utf-8", "replace").split()
        version = tuple(int(part) for part in words[2].split(".")[:2])
        if version < _OLDEST:
            raise Unprocessable(f"The installed git is too old ({words[2]}). Install 2.37 or a later one.")

    def run(
        self,
        arguments: Sequence[str],
        *,
        seconds: float,
        remote: Remote | None = None,
        watch: Callable[[], None] = lambda: None,
        keep: Sequence[int] = (),
    ) -> bytes:
        """What git writes, of which there is little. `watch` is called while it runs and may raise, which ends it.

        `keep` are files that stay open until git has ended, even if this process ends before.

        Raises:
            GitFailed: when it ends with an error.
            Timeout: when it takes longer than `seconds`.
        """
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            with self._started(arguments, remote, output, errors, keep) as process:
                end = time.monotonic() + seconds
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LOOK_SECONDS)
                    self._pause(0)
                    watch()
                    if time.monotonic() > end:
                        raise Timeout("The Git server did not send everything in time. The next run tries again.")
                    if os.fstat(output.fileno()).st_size + os.fstat(errors.fileno()).st_size > _MAX_OUTPUT_BYTES:
                        raise Unprocessable("The Git server sends more than a repository would.")
            if process.returncode:
                raise GitFailed(_read(errors).decode("utf-8", "replace"))
            return _read(output)

    @contextmanager
    def stream(self, arguments: Sequence[str]) -> Iterator[IO[bytes]]:
        """What git writes, while it writes it. Raises `GitFailed` at the end when it ended with an error.

        Whoever leaves before the end ends git, too; that is no error.
        """
        with tempfile.TemporaryFile() as errors:
            with self._started(arguments, None, subprocess.PIPE, errors, ()) as process:
                output = process.stdout
                if output is None:
                    raise RuntimeError("a pipe was asked for")
                yield output
                if output.read(1):
                    return
                process.wait()
            if process.returncode:
                raise GitFailed(_read(errors).decode("utf-8", "replace"))

    @contextmanager
    def _started(
        self,
        arguments: Sequence[str],
        remote: Remote | None,
        output: IO[bytes] | int,
        errors: IO[bytes],
        keep: Sequence[int],
    ) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            ["git", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=_environment(remote),
            pass_fds=keep,
            process_group=0,
        )
        try:
            with suppress(ProcessLookupError):  # it has ended already
                resource.prlimit(process.pid, resource.RLIMIT_DATA, (self._memory_bytes, self._memory_bytes))
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # with the programs that it started
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _environment(remote: Remote | None) -> dict[str, str]:
    config = _CONFIG | (remote.config if remote else {})
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,  # there are no .netrc and no .gitconfig
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_ALLOW_PROTOCOL": urlsplit(remote.url).scheme if remote else "none",
        "GIT_CONFIG_COUNT": str(len(config)),
    }
    for number, (key, value) in enumerate(config.items()):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_MAX_OUTPUT_BYTES)
