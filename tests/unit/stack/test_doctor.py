"""What `make doctor` finds, and what mends it."""

import json
import re
import socket
from contextlib import closing
from typing import Any

import pytest
from tests.unit.stack.conftest import Configure, FakeDocker

from host import credentials
from host.obstacle import Obstacle
from host.place import Place
from stack import check_machine, check_secrets, doctor, engine, installation
from stack.model import Model


def _model(**services: Any) -> str:
    limits = {"resources": {"limits": {"memory": str(512 * 2**20)}}}
    return json.dumps({"services": {name: {"image": "x:1", "deploy": limits} | one for name, one in services.items()}})


@pytest.fixture(autouse=True)
def _one_service(docker: FakeDocker) -> None:
    docker.answers("config --format json", _model(gateway={}))
    docker.runs()


def _said(place: Place, capsys: pytest.CaptureFixture[str], profile: str = "") -> str:
    assert doctor.doctor(place, profile) == 1
    return capsys.readouterr().out


def test_nothing_is_found_where_everything_is_right(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.doctor(place, "") == 0
    assert capsys.readouterr().out == "Everything is as it should be: make up\n"


def test_a_missing_settings_file_is_named_with_the_command(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.env_file.unlink()
    assert f"✗ {place.env_file} is missing. Type: make setup" in _said(place, capsys)


def test_every_wrong_line_of_the_settings_is_named_at_once(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with place.env_file.open("a") as file:
        file.write("GATEWAY_PROT=1\nnonsense\n")
    said = _said(place, capsys)
    assert "GATEWAY_PROT in line" in said
    assert "Is GATEWAY_PORT meant?" in said
    assert "is not NAME=value" in said
    assert "2 of these stop a start." in said


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", r"SECRET_KEY is missing in .*\. Type: make setup"),
        ("N8N_DB_PASSWORD", "", r"N8N_DB_PASSWORD is missing in .*\. Type: make setup"),
        ("SECRET_KEY", "changeme-changeme", "SECRET_KEY looks like an example, .* All API keys become invalid with it"),
        ("POSTGRES_PASSWORD", "hunter2", r"weak: 7 characters found, 12 needed\. .* docker/stack.sh password"),
        ("N8N_ENCRYPTION_KEY", "short", "The credentials stored in n8n become unreadable with it. Delete its line"),
        ("N8N_BASIC_AUTH_PASSWORD", "onlysmallletters1", "not one that n8n takes: 8 to 64 characters, with a digit"),
        ("N8N_GATEWAY_KEY", "0123456789abcdef", r"N8N_GATEWAY_KEY is not a key of the platform \(msp_…\)"),
        ("LLM_API_KEY", "a$b", r"LLM_API_KEY in .* holds a \$, .* LLM_API_KEY='…'"),
        ("GATEWAY_PORT", "99999", "GATEWAY_PORT=99999 is not a port"),
        ("AUTH", "maybe", "AUTH=maybe is neither open nor required"),
        ("GATEWAY_BIND", "0.0.0.0", "GATEWAY_BIND=0.0.0.0 with AUTH=open .* Type: make expose"),
        ("GATEWAY_BIND", "localhost", "GATEWAY_BIND=localhost is not an address that Docker takes. Write 127.0.0.1"),
        ("GATEWAY_BIND", "::1", r"Write \[::1\] in"),
        ("INBOX_DIR", "inbox", "Compose takes that for the name of a volume. Write ./inbox"),
        ("INBOX_DIR", "/nowhere/at/all", "The folder of INBOX_DIR is missing. Type: mkdir -p /nowhere/at/all"),
    ],
)
def test_a_setting_that_stops_a_start_is_named_with_what_mends_it(
    place: Place, configure: Configure, capsys: pytest.CaptureFixture[str], name: str, value: str, sentence: str
) -> None:
    configure(**{name: value})
    assert re.search(f"✗ .*{sentence}", _said(place, capsys))


def test_what_compose_does_not_understand_is_said_in_its_words(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.answers("config --profiles", status=1, err="invalid size: 'lots'\n")
    said = _said(place, capsys)
    assert f"✗ Compose does not understand the settings of {place.env_file}:\n  invalid size: 'lots'" in said


def test_a_settings_file_that_is_no_text_is_named(place: Place) -> None:
    place.env_file.write_bytes(b"\xff\xfe")
    with pytest.raises(Obstacle, match="cannot be read: it is not UTF-8 text"):
        doctor.doctor(place, "")
    place.env_file.unlink()
    place.env_file.mkdir()
    with pytest.raises(Obstacle, match="cannot be read: Is a directory"):
        doctor.doctor(place, "")


def test_a_dollar_in_single_quotes_is_what_it_is(
    place: Place, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(LLM_API_KEY="'a$b'")
    assert doctor.doctor(place, "") == 0


def test_https_without_keys_stops_a_start(
    place: Place, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "The profile ssl with AUTH=open" in _said(place, capsys, "ssl")
    configure(AUTH="required", SSL_EMAIL="alice@example.test")
    assert doctor.doctor(place, "ssl") == 0


def test_a_hint_stops_nothing(place: Place, configure: Configure, capsys: pytest.CaptureFixture[str]) -> None:
    configure(OLLAMA_BIND="0.0.0.0")
    place.env_file.chmod(0o644)
    assert doctor.doctor(place, "scan") == 0
    said = capsys.readouterr().out
    assert "! SCAN_ALLOWED_CIDRS is empty" in said
    assert "! OLLAMA_BIND=0.0.0.0: Ollama asks nobody for a key" in said
    assert f"chmod 600 {place.env_file}" in said
    assert "None of these stops a start" in said


def test_a_setting_of_the_shell_is_said_to_count_for_nothing(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("N8N_PORT", "1")
    assert doctor.doctor(place, "") == 0
    assert "! N8N_PORT: set in this shell, which counts for nothing here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("part", "answer", "sentence"),
    [
        ("info", (1, "{}", "permission denied while trying to connect"), "sudo usermod -aG docker"),
        ("info", (1, "{}", "Cannot connect"), "does not answer at tcp://elsewhere:2376. Type: sudo systemctl start"),
        ("info", (0, '{"ServerVersion": "19.3"}', ""), "engine is too old: 19.3 found, 20.10.0 needed"),
        ("compose version", (0, "v2.20.1\n", ""), "Compose is too old: 2.20.1 found, 2.20.2 needed"),
        ("compose version", (1, "", "unknown command"), "Compose is missing: none found, 2.20.2 needed"),
    ],
)
def test_an_engine_that_cannot_be_used_is_named(
    docker: FakeDocker,
    place: Place,
    capsys: pytest.CaptureFixture[str],
    part: str,
    answer: tuple[int, str, str],
    sentence: str,
) -> None:
    docker.answers(part, answer[1], status=answer[0], err=answer[2])
    said = _said(place, capsys)
    assert sentence in said
    assert "MODE=embedded" in said


def test_too_little_memory_is_named_with_what_is_needed(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.answers("config --format json", _model(gateway={}, agents={}, qdrant={}))
    docker.answers("info", json.dumps({"ServerVersion": "28.5.2", "MemTotal": 600 * 2**20}))
    assert "too little memory: 600 MB found, 768 MB needed" in _said(place, capsys)
    docker.answers("info", json.dumps({"ServerVersion": "28.5.2", "MemTotal": 1024 * 2**20}))
    assert doctor.doctor(place, "") == 0
    assert "! The engine has 1024 MB of memory; the limits of the services add up to 1536 MB" in capsys.readouterr().out


def test_a_jump_of_qdrant_stops_a_start(docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    docker.runs({"Service": "qdrant", "Image": "qdrant/qdrant:v1.15.0"})
    docker.answers("config --format json", _model(qdrant={"image": "qdrant/qdrant:v1.19.1"}))
    assert "✗ Qdrant goes one minor release at a time" in _said(place, capsys)


def test_the_data_of_the_other_run_is_pointed_out_until_this_one_runs(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.cluster.mkdir(parents=True)
    assert doctor.doctor(place, "") == 0
    assert "! The data of the run without Docker" in capsys.readouterr().out
    docker.runs("postgres")
    assert doctor.doctor(place, "") == 0
    assert "without Docker" not in capsys.readouterr().out


def _ports(place: Place, docker: FakeDocker, number: int) -> list[str]:
    local = engine.Engine({"DockerRootDir": str(place.root)}, "2.40.3", "unix:///x")
    ports = [{"host_ip": "127.0.0.1", "target": 8080, "published": str(number)}]
    model = Model({"gateway": {"ports": ports}, "agents": {"ports": []}})
    compose = installation.find(place).compose
    return [one.sentence for one in check_machine.free_ports(place, local, model, compose)]


def test_a_port_in_use_is_named_with_its_holder_and_the_setting(docker: FakeDocker, place: Place) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        number = taken.getsockname()[1]
        [stranger] = _ports(place, docker, number)
        assert f"Port {number} for gateway is in use by '" in stranger
        assert f"set GATEWAY_PORT in {place.env_file}" in stranger
        docker.answers("ps --filter", "bobs-nginx-1\n")
        [container] = _ports(place, docker, number)
        assert "in use by the container bobs-nginx-1. Stop it (docker stop bobs-nginx-1)" in container
        docker.runs({"Service": "gateway", "Publishers": [{"PublishedPort": number}]})
        assert _ports(place, docker, number) == []


def test_a_port_that_the_run_without_docker_holds_is_freed_by_ending_that(docker: FakeDocker, place: Place) -> None:
    place.run.mkdir(parents=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        (place.run / "supervisord.pid").write_text("1\n")
        [sentence] = _ports(place, docker, taken.getsockname()[1])
    assert "runs here without Docker. Type: make down MODE=embedded" in sentence


def test_a_full_disk_is_named_with_what_is_needed(
    docker: FakeDocker, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = engine.Engine({"DockerRootDir": str(place.root)}, "2.40.3", "unix:///x")
    model = Model({"gateway": {"image": "x:1"}})
    assert list(check_machine.disk(local, model)) == []
    docker.answers("image inspect", status=1)
    monkeypatch.setattr(check_machine, "_IMAGE_MB", 2**40)
    [full] = check_machine.disk(local, model)
    assert re.search(r"is full: \d+ MB are free, \d+ MB are needed \(1 images are not here yet\)", full.sentence)


def test_fresh_secrets_are_strong(docker: FakeDocker, place: Place, configure: Configure) -> None:
    for _ in range(20):
        configure(**credentials.fresh())
        assert list(check_secrets.check(installation.find(place))) == []
