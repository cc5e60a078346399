"""The whole platform as `make up` starts it, in a state folder of its own and on free ports."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests import pbx
from tests.gateway import free_port

from embedded import launch
from embedded.programs import GATEWAY, POSTGRES, PREFIXES, saved
from embedded.supervisor import Supervisor
from host import dotenv, processes
from host.place import ROOT, Place
from oberaconnect.settings import Settings

PROGRAMS = (POSTGRES, *PREFIXES, GATEWAY)


@dataclass(frozen=True)
class Platform:
    """A running installation. `ports` by program."""

    place: Place
    ports: Mapping[str, int]

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.ports[GATEWAY]}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command for this installation: that of the tests, without its settings."""
        settings = {name.upper() for name in Settings.model_fields}
        inherited = {name: value for name, value in os.environ.items() if name not in settings}
        return inherited | {
            "PYTHONPATH": str(ROOT / "docker"),
            "STATE_DIR": str(self.place.state),
            "ENV_FILE": str(self.place.env_file),
        }

    def command(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run what `make` runs: `command("up")`; keyword arguments are settings given on the command line."""
        return subprocess.run(
            [sys.executable, "-m", "embedded", *words],
            env=self.environment | environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def up(self) -> None:
        """Start it, or what is down of it, and wait until it works."""
        done = self.command("up")
        if done.returncode:
            raise RuntimeError(f"make up failed:\n{done.stdout}\n{done.stderr}")

    def down(self) -> None:
        """End everything."""
        done = self.command("down")
        if done.returncode:
            raise RuntimeError(f"make down failed:\n{done.stdout}\n{done.stderr}")

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One JSON request through the gateway: status and decoded body."""
        with closing(HTTPConnection("127.0.0.1", self.ports[GATEWAY], timeout=60)) as connection:
            content = None if body is None else json.dumps(body).encode()
            kind = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, content, kind | headers)
            response = connection.getresponse()
            data = response.read()
            return response.status, json.loads(data) if data else None

    def processes(self, program: str) -> list[processes.Process]:
        """The processes of a program, its first one in front."""
        return sorted(launch.members(saved(self.place.run)[program]), key=lambda process: process.pid)

    @property
    def manager(self) -> int:
        """The process manager's id; 0 when it does not run."""
        return Supervisor(self.place).pid

    def is_healthy(self, program: str) -> bool:
        """Whether a program says through the gateway that it works."""
        prefix = PREFIXES[program][0].lower() if program in PREFIXES else ""
        try:
            status, _ = self.request("GET", f"/api/{prefix}/health" if prefix else "/health")
        except OSError:
            return False
        return status == 200

    def wait_until_healthy(self, seconds: float = 90) -> None:
        """Return when gateway and services work."""
        deadline = time.monotonic() + seconds
        while sick := [name for name in (*PREFIXES, GATEWAY) if not self.is_healthy(name)]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{', '.join(sick)} did not get well:\n{self.command('health').stdout}")
            time.sleep(0.2)


@contextmanager
def running(**settings: str) -> Iterator[Platform]:
    """A platform of its own with these settings in its `.env`, ended and removed when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="oberaconnect-"))
    folder.chmod(0o755)  # as root, PostgreSQL and nginx's workers run as others and must get in
    names = {name: f"{prefix}_PORT" for name, (prefix, _) in PREFIXES.items()}
    names |= {GATEWAY: "GATEWAY_PORT", POSTGRES: "POSTGRES_PORT"}
    ports = {name: free_port() for name in names}
    platform = Platform(Place(ROOT, folder / "var", folder / ".env"), ports)
    dotenv.write(platform.place.env_file, ROOT / ".env.example")
    given = {names[name]: str(port) for name, port in ports.items()}
    given |= {"ASTERISK_DIR": str(pbx.tree().folder)} | settings
    with platform.place.env_file.open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in given.items())
    try:
        platform.up()
        yield platform
    finally:
        try:
            platform.down()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
