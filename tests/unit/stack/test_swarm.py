"""The compose file in the words of Docker Swarm."""

import copy
from typing import Any

import pytest

from host.obstacle import Obstacle
from stack.swarm import stack_file

_SERVICE: dict[str, Any] = {
    "image": "oberaconnect/rag-engine:latest",
    "build": {"context": "/checkout"},
    "command": None,
    "cap_drop": ["ALL"],
    "depends_on": {"postgres": {"condition": "service_healthy", "required": True}},
    "deploy": {"resources": {"limits": {"memory": "1073741824", "pids": 512}}, "placement": {}},
    "environment": {"AUTH": "required"},
    "read_only": True,
    "restart": "unless-stopped",
    "security_opt": ["no-new-privileges:true"],
    "tmpfs": ["/tmp:mode=1777,size=256m"],
}
_GATEWAY = _SERVICE | {
    "ports": [{"mode": "ingress", "host_ip": "0.0.0.0", "target": 8080, "published": "18080", "protocol": "tcp"}],
    "volumes": [{"type": "bind", "source": "/checkout/gateway", "target": "/x", "read_only": True, "bind": {}}],
}
_CONFIG: dict[str, Any] = {
    "name": "oberaconnect",
    "x-settings": {},
    "services": {
        "gateway": _GATEWAY,
        "rag-engine": _SERVICE,
        "postgres": _SERVICE | {"ports": _GATEWAY["ports"], "tmpfs": ["/var/run/postgresql:uid=70,gid=70,mode=0775"]},
        "n8n": _SERVICE | {"tmpfs": ["/home/node/.cache:uid=1000,gid=1000,size=64m"]},
    },
    "networks": {"oberaconnect-network": {"name": "oberaconnect-network", "driver": "bridge", "ipam": {}}},
    "volumes": {"postgres_data": {"name": "oberaconnect_postgres_data"}},
}


@pytest.fixture
def stack() -> dict[str, Any]:
    return stack_file(_CONFIG, replicas=3)


def test_nothing_is_left_that_swarm_refuses_or_leaves_out(stack: dict[str, Any]) -> None:
    assert set(stack) == {"services", "networks", "volumes"}
    for service in stack["services"].values():
        assert not {"build", "depends_on", "restart", "security_opt", "command", "tmpfs"} & set(service)
        assert service["cap_drop"] == ["ALL"]
        assert service["deploy"]["resources"]["limits"] == {"memory": "1073741824", "pids": 512}
        assert service["deploy"]["restart_policy"]["condition"] == "any"
        assert service["deploy"]["endpoint_mode"] == "dnsrr"


def test_what_keeps_nothing_has_replicas_and_the_rest_stays_with_its_volumes(stack: dict[str, Any]) -> None:
    assert stack["services"]["rag-engine"]["deploy"]["replicas"] == 3
    assert "placement" not in stack["services"]["rag-engine"]["deploy"]
    for name in ("gateway", "postgres", "n8n"):
        assert stack["services"][name]["deploy"]["placement"]["constraints"] == [
            "node.labels.oberaconnect.data == true"
        ]


def test_only_what_asks_for_a_credential_is_published_and_by_its_own_machine(stack: dict[str, Any]) -> None:
    assert stack["services"]["gateway"]["ports"] == [
        {"mode": "host", "protocol": "tcp", "target": 8080, "published": 18080}
    ]
    assert "ports" not in stack["services"]["postgres"]


def test_folders_in_memory_become_mounts_and_those_with_an_owner_something_that_has_it(stack: dict[str, Any]) -> None:
    services = stack["services"]
    assert services["rag-engine"]["volumes"] == [{"type": "tmpfs", "target": "/tmp", "tmpfs": {"size": 256 * 2**20}}]
    assert services["rag-engine"]["read_only"] is True
    assert services["postgres"]["volumes"] == [
        {"type": "volume", "source": "postgres_socket", "target": "/var/run/postgresql"}
    ]
    assert services["n8n"]["read_only"] is False


def test_the_network_spans_machines_and_the_description_stays_as_it_was(stack: dict[str, Any]) -> None:
    assert stack["networks"]["oberaconnect-network"]["driver"] == "overlay"
    assert _CONFIG["services"]["rag-engine"]["restart"] == "unless-stopped"


def test_an_open_platform_is_not_given_to_swarm() -> None:
    wrong = copy.deepcopy(_CONFIG)
    wrong["services"]["gateway"]["environment"]["AUTH"] = "open"
    with pytest.raises(Obstacle, match="make expose"):
        stack_file(wrong, replicas=1)


@pytest.mark.parametrize("name", ["nginx-ssl", "kali-nmap"])
def test_profiles_that_are_not_made_for_swarm_are_refused(name: str) -> None:
    with pytest.raises(Obstacle, match="not made for Swarm"):
        stack_file(_CONFIG | {"services": _CONFIG["services"] | {name: _SERVICE}}, replicas=1)
