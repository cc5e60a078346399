"""The compose file in the words of `docker stack deploy`, for a platform on several machines (Docker Swarm).

Swarm reads an older form of the file, and publishes a port on every address of a machine. Ports are published by the
machine that runs the service, not by the mesh of all: callers keep their addresses.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from host.obstacle import Obstacle

#: What Swarm refuses or silently leaves out: the image is built before, the rest has words of its own under `deploy`.
_UNKNOWN = ("build", "depends_on", "profiles", "restart", "security_opt", "shm_size", "runtime")
#: Services that keep nothing themselves: they may run on every machine, several at a time.
_STATELESS = ("rag-engine", "engineering-api", "call-flow", "agents")
#: The label of the machine that holds the volumes and the checkout; docs/docker.md says how it is set.
_DATA_NODE = "node.labels.oberaconnect.data == true"
#: What asks for a credential by itself; everything else stays inside the network.
_PUBLISHED = ("gateway", "n8n", "open-webui")
_SIZES = {"k": 2**10, "m": 2**20, "g": 2**30}


def stack_file(config: Mapping[str, Any], *, replicas: int) -> dict[str, Any]:
    """What `docker compose config --format json` says, as a stack; `replicas` of each service that keeps nothing.

    Raises:
        Obstacle: when the platform is open: Swarm cannot keep a port on loopback.
    """
    if "nginx-ssl" in config["services"] or "kali-nmap" in config["services"]:
        raise Obstacle(
            "The profiles ssl and scan are not made for Swarm: end TLS in front of it, scan from one machine."
        )
    if config["services"]["gateway"]["environment"].get("AUTH") != "required":
        raise Obstacle("Swarm publishes ports on every address, which needs AUTH=required. Type: make expose")
    services = {name: _service(name, one, replicas) for name, one in config["services"].items()}
    networks = {
        name: {"name": one["name"], "driver": "overlay", "attachable": True} for name, one in config["networks"].items()
    }
    volumes = {**config.get("volumes", {}), "postgres_socket": {}}
    return {"services": services, "networks": networks, "volumes": volumes}


def _service(name: str, given: Mapping[str, Any], replicas: int) -> dict[str, Any]:
    service = {key: copy.deepcopy(value) for key, value in given.items() if key not in _UNKNOWN and value is not None}
    deploy = {key: value for key, value in service.get("deploy", {}).items() if value}
    deploy["restart_policy"] = {"condition": "any", "delay": "2s"}
    if name in _STATELESS:
        deploy["replicas"] = replicas
        deploy["update_config"] = {"parallelism": 1, "order": "start-first", "failure_action": "rollback"}
    else:
        deploy["placement"] = {"constraints": [_DATA_NODE]}
    ports = [_port(one) for one in service.pop("ports", [])]
    if name in _PUBLISHED:
        service["ports"] = ports
    # The name stands for the replicas themselves: the gateway spreads requests and leaves out one that is gone.
    deploy["endpoint_mode"] = "dnsrr"
    service["deploy"] = deploy
    service["volumes"] = [_mount(one) for one in service.get("volumes", [])]
    for one in service.pop("tmpfs", []):
        target, _, options = one.partition(":")
        if "uid=" not in options:
            service["volumes"].append(_in_memory(target, options))
        elif name == "postgres":
            # A new volume takes its owner from the folder of the image.
            service["volumes"].append({"type": "volume", "source": "postgres_socket", "target": target})
        else:
            service["read_only"] = False  # the folder of the image has the right owner, and lies on its root
    return service


def _port(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"mode": "host", "protocol": "tcp", "target": given["target"], "published": int(given["published"])}


def _mount(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key in {"type", "source", "target", "read_only"}}


def _in_memory(target: str, options: str) -> dict[str, Any]:
    size = re.search(r"size=(\d+)([kmg])", options)
    limit = {"tmpfs": {"size": int(size[1]) * _SIZES[size[2]]}} if size else {}
    return {"type": "tmpfs", "target": target, **limit}
