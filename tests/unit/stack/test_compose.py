"""How a project's commands are run."""

import json
from pathlib import Path

import pytest
from tests.unit.stack.conftest import FakeDocker

from host.obstacle import Obstacle
from host.place import ROOT, Place
from stack import installation
from stack.compose import Compose


def test_a_command_names_the_checkout_and_the_settings_file(place: Place) -> None:
    words = Compose(place.root, place.env_file, project="alice", files=[Path("/x/more.yml")]).command("ps")
    assert words == [
        *("docker", "compose", "--project-directory", str(ROOT), "--env-file", str(place.env_file)),
        *("--project-name", "alice", "--file", str(ROOT / "docker-compose.yml"), "--file", "/x/more.yml", "ps"),
    ]


def test_settings_of_the_shell_do_not_reach_compose(
    docker: FakeDocker, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POSTGRES_PASSWORD", "COMPOSE_FILE", "COMPOSE_PROFILES"):
        monkeypatch.setenv(name, "of-the-shell")
    monkeypatch.setenv("DOCKER_CONFIG", "/alice/.docker")
    Compose(place.root, place.env_file, environ={"THREADS": "8"}).run("ps")
    assert not {"POSTGRES_PASSWORD", "COMPOSE_FILE", "COMPOSE_PROFILES"} & docker.environment.keys()
    assert docker.environment["DOCKER_CONFIG"] == "/alice/.docker"
    assert docker.environment["THREADS"] == "8"


def test_a_setting_behind_make_reaches_compose(
    docker: FakeDocker, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", r"s -- PROFILE=local-llm\ chat LLM_MODEL=a\ THREADS=9 LOG_LEVEL=debug")
    for name, value in {"LLM_MODEL": "a THREADS=9", "LOG_LEVEL": "debug", "THREADS": "4"}.items():
        monkeypatch.setenv(name, value)
    here = installation.find(place)
    here.compose.run("ps")
    assert docker.environment["LOG_LEVEL"] == "debug"
    assert docker.environment["LLM_MODEL"] == "a THREADS=9"
    assert "THREADS" not in docker.environment
    assert here.setting("THREADS") == ""


def test_a_setting_in_a_file_of_its_own_reaches_compose_as_its_value(docker: FakeDocker, place: Place) -> None:
    secret = place.env_file.with_name("key")
    secret.write_text("from-the-file\n")
    with place.env_file.open("a") as file:
        file.write(f"LLM_API_KEY_FILE={secret}\n")
    installation.find(place).compose.run("ps")
    assert docker.environment["LLM_API_KEY"] == "from-the-file"
    secret.unlink()
    with pytest.raises(Obstacle, match=f"LLM_API_KEY_FILE={secret} cannot be read: No such file"):
        installation.find(place)


def test_a_failed_command_says_what_compose_said(docker: FakeDocker, place: Place) -> None:
    docker.answers("build", status=17, err="first\n\nno space left\n")
    compose = Compose(place.root, place.env_file)
    with pytest.raises(
        Obstacle, match=r"'docker compose build agents' failed \(status 17\).\n  first\n  no space left"
    ):
        compose.run("build", "agents")
    assert compose.run("build", check=False).returncode == 17
    assert compose.stream("build") == 17


@pytest.mark.parametrize("form", ["lines", "list"])
def test_containers_are_read_in_both_forms_that_compose_writes(docker: FakeDocker, place: Place, form: str) -> None:
    found = [{"Service": "agents", "State": "running"}, {"Service": "n8n", "State": "exited"}]
    docker.answers("ps --all", json.dumps(found) if form == "list" else "\n".join(map(json.dumps, found)))
    assert Compose(place.root, place.env_file).ps() == found


def test_without_a_docker_command_the_doctor_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Obstacle, match=r"The docker command is missing. Type: make doctor"):
        Compose(place.root, place.env_file).run("ps")
