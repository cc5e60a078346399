"""The project as Compose understands it, with all settings filled in: ports, memory, images."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stack.compose import Compose

#: The setting that moves a published port: of a service, by the port inside its container.
_PORT_SETTINGS = {
    ("gateway", 8080): "GATEWAY_PORT",
    ("postgres", 5432): "POSTGRES_PORT",
    ("qdrant", 6333): "QDRANT_PORT",
    ("qdrant", 6334): "QDRANT_GRPC_PORT",
    ("n8n", 5678): "N8N_PORT",
    ("ollama", 11434): "OLLAMA_PORT",
    ("open-webui", 8080): "OPEN_WEBUI_PORT",
    ("nginx-ssl", 8081): "HTTP_PORT",
    ("nginx-ssl", 8443): "HTTPS_PORT",
}


@dataclass(frozen=True)
class Port:
    """A port of this machine that a service is published on."""

    service: str
    address: str
    number: int
    setting: str


@dataclass(frozen=True)
class Model:
    """The services that the profiles in force start."""

    services: Mapping[str, Mapping[str, Any]]

    @property
    def memory_mb(self) -> int:
        """The limits of all services together."""
        limits = (one.get("deploy", {}).get("resources", {}).get("limits", {}) for one in self.services.values())
        return sum(int(limit.get("memory", 0)) for limit in limits) // 2**20

    @property
    def ports(self) -> list[Port]:
        """Every published port."""
        return [
            Port(
                name,
                port.get("host_ip", "0.0.0.0"),
                int(port["published"]),
                _PORT_SETTINGS.get((name, int(port["target"])), "the port"),
            )
            for name, one in self.services.items()
            for port in one.get("ports", [])
            if str(port.get("published", "")).isdigit()
        ]

    @property
    def images(self) -> dict[str, str]:
        """The image of every service."""
        return {name: str(one["image"]) for name, one in self.services.items() if "image" in one}

    @property
    def built(self) -> dict[str, Mapping[str, Any]]:
        """How the services whose images are made here are built."""
        return {name: one["build"] for name, one in self.services.items() if one.get("build")}


def read(compose: Compose) -> Model:
    """The project with its profiles.

    Raises:
        Obstacle: in Compose's words, when it does not understand the files.
    """
    found = json.loads(compose.run("config", "--format", "json", timeout=60).stdout)
    return Model(found["services"])
