"""Opening the platform to the network, and closing it again."""

import json

import pytest
from tests.unit.stack.conftest import Configure, FakeDocker

from host import dotenv
from host.obstacle import Obstacle
from host.place import ROOT, Place
from stack import expose

_KEY = f"msp_0123456789ab_{'x' * 43}"


@pytest.fixture(autouse=True)
def _platform(docker: FakeDocker) -> None:
    docker.answers("config --format json", json.dumps({"services": {"gateway": {}}}))
    docker.answers("oberaconnect.keys create --name first", f"{_KEY}\n")
    docker.runs("gateway", "data-processing", "postgres")


def _access(place: Place) -> tuple[str | None, str | None]:
    values = dotenv.read(place.env_file, ROOT / ".env.example", {})
    return values.get("AUTH"), values.get("GATEWAY_BIND")


def test_other_machines_get_in_with_a_key_only(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert expose.expose(place) == 0
    assert _access(place) == ("required", "0.0.0.0")
    said = capsys.readouterr().out
    assert f"KEY={_KEY}" in said
    assert 'Authorization: Bearer $KEY" -H' in said
    assert expose.hide(place) == 0
    assert _access(place) == ("open", "127.0.0.1")


def test_every_other_line_of_the_settings_stays(place: Place) -> None:
    before = place.env_file.read_text().splitlines()
    expose.expose(place)
    after = place.env_file.read_text().splitlines()
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [("#AUTH=open", "AUTH=required"), ("#GATEWAY_BIND=127.0.0.1", "GATEWAY_BIND=0.0.0.0")]


def test_a_failed_start_leaves_the_settings_as_they_were(
    docker: FakeDocker, place: Place, configure: Configure
) -> None:
    configure(AUTH="required")
    docker.answers("up --detach --remove-orphans", status=1)
    with pytest.raises(Obstacle, match="The settings are as they were before"):
        expose.expose(place)
    assert _access(place) == ("required", "127.0.0.1")


def test_the_command_line_may_not_say_otherwise(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEFLAGS", " -- AUTH=open")
    monkeypatch.setenv("AUTH", "open")
    with pytest.raises(Obstacle, match="Leave AUTH away from the command line"):
        expose.expose(place)
    assert _access(place) == (None, None)
