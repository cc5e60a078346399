"""The process manager: supervisord's configuration, its start, and talking to it over a socket only its owner opens."""

import hashlib
import os
import shlex
import socket
import subprocess
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from embedded import logs
from embedded.programs import POSTGRES, Program
from host import processes
from host.obstacle import Obstacle
from host.place import Place

#: What a socket's address may hold on Linux, the closing zero included, is 108 bytes; supervisord adds its process id.
_LONGEST_SOCKET_PATH = 96
_START_SECONDS = 15.0

_HEADER = """\
[supervisord]
logfile = {log}/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 1
pidfile = {run}/supervisord.pid
directory = {state}
childlogdir = {log}
umask = 077
nocleanup = true
{user}
[unix_http_server]
file = {socket}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
# startretries: a second more between any two tries, so a program that cannot start is tried for over an hour.
_PROGRAM = """
[program:{name}]
command = {command}
environment = PYTHONPATH={path}
priority = {priority}
autorestart = true
startsecs = 2
startretries = 100
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = {log}/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


@dataclass(frozen=True)
class State:
    """A program as the process manager sees it: RUNNING, STARTING, BACKOFF, FATAL, STOPPED … and since when."""

    name: str
    state: str
    pid: int
    started: int
    now: int


def configuration(place: Place, wanted: Iterable[Program]) -> str:
    """The text of supervisord's configuration. Commands and secrets are not in it: `embedded.launch` reads those."""
    text = _HEADER.format(
        log=_plain(place.log),
        run=_plain(place.run),
        state=_plain(place.state),
        socket=_plain(socket_path(place)),
        user="user = root\n" if os.geteuid() == 0 else "",
    )
    for number, program in enumerate(wanted):
        launch = [str(place.python), "-m", "embedded.launch", str(place.run), program.name]
        text += _PROGRAM.format(
            name=program.name,
            command=_plain(shlex.join(launch)),
            path=f'"{_plain(place.root / "docker")}"',
            priority=100 + number,
            stop_signal=program.stop_signal,
            stop_seconds=program.stop_seconds,
            log=_plain(place.log),
        )
    return text


def _plain(value: Path | str) -> str:
    """A value as supervisord reads it back: it expands %."""
    return str(value).replace("%", "%%")


def socket_path(place: Place) -> Path:
    """Where the socket lies: in the run folder, or, where that path is too long for a socket, in a temporary folder."""
    path = place.run / "supervisor.sock"
    if len(str(path)) <= _LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(str(place.state).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"oberaconnect-{os.geteuid()}-{name}", "supervisor.sock")


class _Connection(HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=120)
        self._path = path

    def connect(self) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self.timeout)
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        self.sock = connection


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = str(path)

    def make_connection(self, host: object) -> HTTPConnection:
        connection = _Connection(self._path)
        self._connection = (str(host), connection)  # what `close` closes
        return connection


class Supervisor:
    """The process manager of one installation."""

    def __init__(self, place: Place) -> None:
        """Nothing is asked yet."""
        self._place = place

    def _call(self, name: str, *arguments: object) -> Any:
        with xmlrpc.client.ServerProxy("http://localhost", transport=_Transport(socket_path(self._place))) as proxy:
            return getattr(proxy.supervisor, name)(*arguments)

    @property
    def pid(self) -> int:
        """Its process, 0 when it does not run."""
        try:
            return int(self._call("getPID"))
        except (OSError, HTTPException, xmlrpc.client.Error):
            return 0

    def start(self, text: str, environment: Mapping[str, str]) -> None:
        """Start it with a configuration; all programs start with it.

        Raises:
            Obstacle: with its own words when it does not come up.
        """
        target = self._place.run / "supervisord.conf"
        target.write_text(text)
        folder = socket_path(self._place).parent
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            raise Obstacle(f"{folder} belongs to somebody else. Name a shorter state folder: make up STATE_DIR=/srv/x")
        command = [str(self._place.python), "-m", "supervisor.supervisord", "--configuration", str(target)]
        done = subprocess.run(
            command, cwd=self._place.state, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Obstacle(f"The process manager did not start: {(done.stderr or done.stdout).strip()}")
        deadline = time.monotonic() + _START_SECONDS
        while not self.pid:
            if time.monotonic() > deadline:
                log = self._place.log / "supervisord.log"
                raise Obstacle(f"The process manager did not start. Its last words: {logs.tail(log, 3)}")
            time.sleep(0.05)

    def has(self, text: str) -> bool:
        """Whether it runs with this very configuration."""
        target = self._place.run / "supervisord.conf"
        return bool(self.pid) and target.exists() and target.read_text() == text

    def states(self) -> dict[str, State]:
        """All programs by name, in the order of their start; empty when it does not run."""
        try:
            found = self._call("getAllProcessInfo")
        except (OSError, HTTPException):
            return {}
        return {
            one["name"]: State(one["name"], one["statename"], int(one["pid"]), int(one["start"]), int(one["now"]))
            for one in found
        }

    def restart(self, names: Sequence[str]) -> None:
        """Stop programs if they run, all at once, wait for their end, and start them without waiting."""
        self.stop_programs(names)
        for name in names:
            self._call("startProcess", name, False)

    def stop_programs(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(xmlrpc.client.Fault):  # it was not running
                self._call("stopProcess", name, False)
        while any(one.state == "STOPPING" for one in self.states().values()):
            time.sleep(0.05)

    def stop(self) -> bool:
        """End all programs, the database last, then the manager. Returns whether it ran."""
        pid = self.pid
        if not pid:
            return False
        # Left to itself it would end one program after the other.
        self.stop_programs(name for name in self.states() if name != POSTGRES)
        self._call("shutdown")
        while processes.look(pid):
            time.sleep(0.05)
        return True
