"""The whole platform as Docker Compose starts it: a project of its own on free ports, removed with all it held."""

import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.caller import Caller
from tests.gateway import free_port

from host import dotenv
from host.place import ROOT, SEGMENTS
from stack.compose import Compose

CORE = frozenset({*SEGMENTS, "postgres", "qdrant", "gateway", "n8n"})
PROFILES = {"local-llm": "ollama", "chat": "open-webui", "ssl": "nginx-ssl", "scan": "kali-nmap"}

#: What the images of the tests are called, so that those of somebody's own platform stay.
IMAGES = "oberaconnect-test"

_PORTS = (
    "GATEWAY_PORT", "POSTGRES_PORT", "QDRANT_PORT", "QDRANT_GRPC_PORT", "N8N_PORT", "OLLAMA_PORT", "OPEN_WEBUI_PORT",
    "HTTP_PORT", "HTTPS_PORT",
)  # fmt: skip
_UP_SECONDS = 300.0


@dataclass(frozen=True)
class Stack:
    """A running project. `env` is what its settings file says."""

    project: Compose
    folder: Path
    env: Mapping[str, str]

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.env['GATEWAY_PORT']}"

    def port(self, name: str) -> int:
        """A port on this machine by its setting: `port("N8N_PORT")`."""
        return int(self.env[name])

    def caller(self, key: str = "") -> Caller:
        """Somebody who calls the gateway."""
        return Caller(self.url, key)

    def compose(
        self, *words: str, check: bool = True, timeout: float | None = 120, stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run `docker compose WORDS` for this project."""
        return self.project.run(*words, check=check, timeout=timeout, stdin=stdin)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command for this project: that of the tests, without its settings."""
        known = dotenv.known(ROOT / ".env.example")
        inherited = {name: value for name, value in os.environ.items() if name not in known}
        return inherited | {
            "PYTHONPATH": str(ROOT / "docker"),
            "STATE_DIR": str(self.folder / "var"),
            "ENV_FILE": str(self.project.env_file),
        }

    def command(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run what `make` runs: `command("up")`; keyword arguments are settings given on the command line."""
        # By this, make says what stood on its line.
        given = {"MAKEFLAGS": f"-- {' '.join(f'{name}={value}' for name, value in environ.items())}"} if environ else {}
        return subprocess.run(
            [ROOT / "docker" / "stack.sh", *words],
            env=self.environment | environ | given, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=_UP_SECONDS * 2,
        )  # fmt: skip

    def up(self, *words: str) -> None:
        """Start what is not running, and wait until it is healthy."""
        self.compose("up", "--detach", "--wait", *words, timeout=_UP_SECONDS)

    def container(self, service: str, number: int = 1) -> str:
        """The id of a service's container."""
        ids = [
            one["ID"] for one in self.project.ps() if one["Service"] == service and one["Name"].endswith(f"-{number}")
        ]
        assert ids, f"{service} has no container {number}"
        return str(ids[0])

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine knows of a service's container."""
        return dict(json.loads(docker("inspect", self.container(service)))[0])

    def inside(self, service: str, *words: str, check: bool = True) -> str:
        """What a command says in a service's container, errors among it."""
        done = self.compose("exec", "-T", service, *words, check=check)
        return done.stdout + done.stderr

    def is_healthy(self, service: str) -> bool:
        """Whether the engine calls a service's container healthy."""
        return any(one["Service"] == service and one["Health"] == "healthy" for one in self.project.ps())

    def wait_until_restarted(self, service: str, before: Mapping[str, Any], seconds: float = 60) -> None:
        """Return when a container runs with another first process than `before`, as `inspect` told it."""
        deadline = time.monotonic() + seconds
        while True:
            state = self.inspect(service)["State"]
            if state["Running"] and state["Pid"] not in {0, before["State"]["Pid"]}:
                return
            assert time.monotonic() < deadline, f"{service} was not started again: {state}"
            time.sleep(0.2)

    def wait_until_healthy(self, *services: str, seconds: float = 120) -> None:
        """Return when these services are healthy in the engine's eyes."""
        deadline = time.monotonic() + seconds
        while sick := [name for name in services if not self.is_healthy(name)]:
            assert time.monotonic() < deadline, (
                f"{sick} did not get well:\n{self.compose('logs', *sick).stdout[-4000:]}"
            )
            time.sleep(0.5)


def docker(*words: str, timeout: float = 120) -> str:
    """What a `docker` command prints. Fails with its own words."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def project(**settings: str) -> Iterator[Stack]:
    """A project with these settings in its settings file, not started; ended and removed when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="oberaconnect-stack-"))
    folder.chmod(0o755)
    env_file = folder / ".env"
    name = f"oberatest-{secrets.token_hex(4)}"
    (folder / "var" / "inbox").mkdir(parents=True)
    dotenv.write(env_file, ROOT / ".env.example")
    own = {
        "COMPOSE_PROJECT_NAME": name,
        "NETWORK_NAME": name,
        "INBOX_DIR": str(folder / "var" / "inbox"),
        "IMAGE_PREFIX": IMAGES,
        "SSL_BIND": "127.0.0.1",
        **{port: str(free_port()) for port in _PORTS},
        **settings,
    }
    with env_file.open("a") as file:
        file.writelines(f"{key}={value}\n" for key, value in own.items())
    values = dotenv.read(env_file, ROOT / ".env.example", {})
    stack = Stack(Compose(ROOT, env_file), folder, values)
    try:
        yield stack
    finally:
        try:
            Compose(ROOT, env_file, profiles=("*",)).run("down", "--volumes", "--remove-orphans", timeout=180)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(*services: str, **settings: str) -> Iterator[Stack]:
    """A project that runs: all of the core, or only `services`."""
    with project(**settings) as stack:
        stack.up(*services)
        yield stack
