"""The Docker engine of this machine: whether it answers, what it offers, and whether it is new enough."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host.obstacle import Obstacle
from stack.versions import numbers

#: What the compose file needs: dependencies that may be absent.
_COMPOSE_NEEDED = (2, 20, 2)
_ENGINE_NEEDED = (20, 10, 0)
_PATIENCE_SECONDS = 30
_WITHOUT = "Or go without Docker: make up MODE=embedded"


@dataclass(frozen=True)
class Engine:
    """What `docker info` tells, and the version of Compose."""

    info: dict[str, Any]
    compose: str
    host: str

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine's own kernel: then its ports, memory and disk are this machine's."""
        return self.host.startswith("unix://") and Path(str(self.info.get("DockerRootDir", ""))).is_dir()

    @property
    def memory_mb(self) -> int:
        """All the memory that it has."""
        return int(self.info.get("MemTotal", 0)) // 2**20

    @property
    def has_nvidia(self) -> bool:
        """Whether containers can be given NVIDIA GPUs."""
        return "nvidia" in (self.info.get("Runtimes") or {})


def look() -> Engine:
    """The engine that the docker command speaks to.

    Raises:
        Obstacle: when there is none, when it does not answer, or when it is too old.
    """
    # The environment goes on as it is: DOCKER_HOST and the user's context decide which engine is meant.
    told = _docker("info", "--format", "{{json .}}")
    info = _document(told.stdout)
    if not info.get("ServerVersion"):
        raise Obstacle(_silent(told.stderr + " ".join(info.get("ServerErrors") or [])))
    found = str(info["ServerVersion"])
    if numbers(found) < _ENGINE_NEEDED:
        raise Obstacle(
            f"The Docker engine is too old: {found} found, {_text(_ENGINE_NEEDED)} needed. Update it. {_WITHOUT}"
        )
    said = _docker("compose", "version", "--short")
    compose = said.stdout.strip().removeprefix("v") if not said.returncode else ""
    if numbers(compose) < _COMPOSE_NEEDED:
        raise Obstacle(
            f"Docker Compose is {'too old' if compose else 'missing'}: {compose or 'none'} found, "
            f"{_text(_COMPOSE_NEEDED)} needed. Type: sudo apt-get install docker-compose-plugin "
            f"(from Docker's own packages; Debian and Ubuntu call it docker-compose or docker-compose-v2). {_WITHOUT}"
        )
    return Engine(info, compose, _host())


def _host() -> str:
    told = (
        os.environ.get("DOCKER_HOST")
        or _docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").stdout.strip()
    )
    return told or "unix:///var/run/docker.sock"


def _silent(said: str) -> str:
    if "permission denied" in said.lower():
        return (
            "This user may not speak to the Docker engine. Type: sudo usermod -aG docker $USER, then log in anew. "
            f"{_WITHOUT}"
        )
    return f"The Docker engine does not answer at {_host()}. Type: sudo systemctl start docker. {_WITHOUT}"


def _docker(*words: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            ["docker", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise Obstacle(
            f"The docker command is missing. Install the Docker Engine with its Compose plugin. {_WITHOUT}"
        ) from None
    except subprocess.TimeoutExpired:
        raise Obstacle(
            f"The Docker engine has not answered for {_PATIENCE_SECONDS} s. Type: sudo systemctl restart docker. "
            f"{_WITHOUT}"
        ) from None


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
