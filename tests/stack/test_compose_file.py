"""What docker-compose.yml says, as Compose itself reads it."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.compose import CORE, IMAGES, PROFILES, Stack, project

from host.obstacle import Obstacle
from host.place import ROOT, SEGMENTS
from oberaconnect.settings import Settings

_TEXT = (ROOT / "docker-compose.yml").read_text()
_COMBINATIONS = [
    names for length in range(len(PROFILES) + 1) for names in itertools.combinations(sorted(PROFILES), length)
]
_GIB = 2**30
#: Their memory as the description of the stack gives it.
_MEMORY = {"local-llm": 8 * _GIB, "chat": _GIB // 2, "ssl": 64 * 2**20, "scan": _GIB}


@pytest.fixture(scope="module")
def offline() -> Iterator[Stack]:
    """A project that is only read."""
    with project() as stack:
        yield stack


def _read(stack: Stack, *profiles: str, **settings: str) -> dict[str, Any]:
    found = stack.project.with_profiles(*profiles).with_settings(**settings).run("config", "--format", "json")
    return dict(json.loads(found.stdout))


@pytest.fixture(scope="module")
def everything(offline: Stack) -> dict[str, Any]:
    """The services of all profiles."""
    return dict(_read(offline, "*")["services"])


@pytest.mark.parametrize("profiles", _COMBINATIONS, ids=lambda names: "+".join(names) or "none")
def test_every_combination_of_profiles_brings_the_core_and_what_it_names(
    offline: Stack, profiles: tuple[str, ...]
) -> None:
    listed = offline.project.with_profiles(*profiles).run("config", "--services").stdout.split()

    assert sorted(listed) == sorted({*CORE, *(PROFILES[name] for name in profiles)})


def test_there_are_thirteen_services_nine_of_them_without_a_profile(everything: dict[str, Any]) -> None:
    assert len(everything) == 13
    assert {name for name, service in everything.items() if not service.get("profiles")} == CORE


def test_volumes_and_network_bear_the_names_of_the_description() -> None:
    with project() as stack:
        plain = {"COMPOSE_PROJECT_NAME": "oberaconnect", "NETWORK_NAME": "oberaconnect-network"}
        found = _read(stack, "*", **plain)

    assert found["name"] == "oberaconnect"
    assert [network["name"] for network in found["networks"].values()] == ["oberaconnect-network"]
    volumes = {volume["name"] for volume in found["volumes"].values()}
    assert volumes >= {
        f"oberaconnect_{name}"
        for name in (
            "postgres_data", "qdrant_storage", "qdrant_snapshots", "n8n_data", "ollama_models", "open_webui_data",
        )
    }  # fmt: skip


def test_no_service_has_a_fixed_container_name(everything: dict[str, Any]) -> None:
    assert not [name for name, service in everything.items() if "container_name" in service]


def test_foreign_images_are_pinned_to_a_release(everything: dict[str, Any]) -> None:
    foreign = [service["image"] for service in everything.values() if not service["image"].startswith(f"{IMAGES}/")]

    assert len(foreign) == 6
    for image in foreign:
        assert re.search(r":v?\d+\.\d+", image), f"{image} moves"


def test_the_images_can_come_from_a_mirror(offline: Stack) -> None:
    found = _read(offline, QDRANT_IMAGE="mirror.example/qdrant:v1.19.1", IMAGE_PREFIX="mirror.example/obera")

    assert found["services"]["qdrant"]["image"] == "mirror.example/qdrant:v1.19.1"
    assert found["services"]["agents"]["image"] == "mirror.example/obera/agents:latest"


def test_the_file_holds_no_secret() -> None:
    given = re.findall(r"^\s*([A-Z0-9_]*(?:PASSWORD|SECRET|KEY|TOKEN)[A-Z0-9_]*):[ ]*(.*)$", _TEXT, re.MULTILINE)

    assert len(given) > 15
    assert {value for _, value in given if value and not value.startswith("${")} == set()
    defaults = re.findall(r"\$\{\w*(?:PASSWORD|SECRET|KEY|TOKEN)\w*:-([^}]+)\}", _TEXT)
    assert defaults == []


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "POSTGRES_PASSWORD", "QDRANT_API_KEY", "N8N_ENCRYPTION_KEY", "N8N_BASIC_AUTH_PASSWORD"],
)
def test_a_missing_secret_of_the_core_is_named_with_its_remedy(name: str) -> None:
    with (
        project(**{name: ""}) as stack,
        pytest.raises(Obstacle, match=rf"(?s){name}.*make setup"),
    ):
        stack.compose("config", "--quiet")


def test_every_setting_of_the_code_reaches_the_service_that_reads_it(everything: dict[str, Any]) -> None:
    named = set(re.findall(r"^\s+([A-Z][A-Z0-9_]+):", _TEXT, re.MULTILINE))

    assert {field.upper() for field in Settings.model_fields} <= named


def test_by_default_everything_is_published_on_loopback_only(everything: dict[str, Any]) -> None:
    published = {(name, port["host_ip"]) for name, service in everything.items() for port in service.get("ports", [])}

    assert {address for _, address in published} == {"127.0.0.1"}  # SSL_BIND of these tests is loopback too
    assert {name for name, _ in published} == {
        "gateway", "n8n", "qdrant", "postgres", "ollama", "open-webui", "nginx-ssl",
    }  # fmt: skip


def test_one_setting_opens_what_asks_for_a_credential_and_nothing_else(offline: Stack) -> None:
    found = _read(offline, "*", GATEWAY_BIND="0.0.0.0", AUTH="required")["services"]
    opened = {
        name for name, service in found.items() for port in service.get("ports", []) if port["host_ip"] == "0.0.0.0"
    }

    assert opened == {"gateway", "n8n", "open-webui"}


@pytest.mark.parametrize("name", sorted([*CORE, *PROFILES.values()]))
def test_every_service_is_confined(everything: dict[str, Any], name: str) -> None:
    service = everything[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not service.get("privileged")
    assert not service.get("network_mode")
    assert not [mount for mount in service.get("volumes", []) if "docker.sock" in mount.get("source", "")]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    limits = service["deploy"]["resources"]["limits"]
    assert int(limits["memory"]) > 0
    assert int(limits["pids"]) > 0
    assert "healthcheck" in service


def test_the_memory_limits_add_up_to_what_the_description_promises(everything: dict[str, Any]) -> None:
    limits = {name: int(service["deploy"]["resources"]["limits"]["memory"]) for name, service in everything.items()}

    assert sum(limits[name] for name in CORE) <= 4 * _GIB
    for profile, promised in _MEMORY.items():
        assert limits[PROFILES[profile]] <= promised


def test_services_wait_for_the_database_and_never_for_what_is_optional(everything: dict[str, Any]) -> None:
    for name in SEGMENTS:
        assert everything[name]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert everything["rag-engine"]["depends_on"]["ollama"]["required"] is False
    assert "depends_on" not in everything["gateway"]


def test_a_graphics_card_is_a_setting_and_not_an_edit(offline: Stack) -> None:
    without = _read(offline, "local-llm")["services"]["ollama"]
    with_card = _read(offline, "local-llm", OLLAMA_RUNTIME="nvidia")["services"]["ollama"]

    assert not without.get("runtime")
    assert with_card["runtime"] == "nvidia"
    assert with_card["environment"]["NVIDIA_VISIBLE_DEVICES"] == "all"
