"""POST /drift: what documents of a real rag-engine say otherwise than the configurations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import devices as service
from tests import documented
from tests.devices import Devices
from tests.engineering import CONFIGS
from tests.postgres import Postgres
from tests.rag import document

from oberaconnect.settings import Settings

SWITCH = (CONFIGS / "cisco_ios/access-switch.cfg").read_text()
RUNBOOK = "The voice VLAN is 30. VLAN 10 is the office VLAN. SW-FLOOR2 has the management address 10.10.10.9."
TABLE = "VLAN | Name | Subnet\n10 | Office | 10.10.10.0/24\n20 | Guest | 10.10.20.0/24"


@pytest.fixture(scope="module")
def _service(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devices]:
    folder: Path = tmp_path_factory.mktemp("drift")
    address = postgres.new_database()
    given = Settings.model_validate({"secret_key": secret_key, "database_url": address, "data_dir": folder})
    with documented.running(given) as (settings, engine):
        assert engine.index(document("runbook", RUNBOOK), document("plan", TABLE), who="alice").status_code == 200
        with service.running(settings) as running:
            yield running
    postgres.drop(address)


@pytest.fixture
def devices(_service: Devices) -> Devices:
    _service.forget()
    return _service


def drift(devices: Devices, body: dict[str, Any] | None = None, *, who: str = "alice") -> Any:
    return devices.post("/drift", body or {}, who=who)


def test_a_contradiction_names_the_document_and_the_line(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw.cfg", SWITCH), who="alice")
    answer = drift(devices)
    found = {(one["kind"], one["said"]): one for one in answer["contradictions"]}
    assert set(found) == {("vlan-id", "30"), ("vlan-name", "Guest"), ("device-address", "10.10.10.9")}
    one = found[("device-address", "10.10.10.9")]
    assert one["sentence"] == "SW-FLOOR2 has the management address 10.10.10.9."
    assert one["document"]["title"] == "runbook"
    assert one["document"]["locator"]["external_id"] == "runbook.md"
    lines = SWITCH.split("\n")
    place = one["config"]
    assert place["config_id"] == config_id
    assert place["text"] == "\n".join(lines[place["line_start"] - 1 : place["line_end"]])
    assert answer["agreements"] >= 3
    assert answer["devices"] == 1
    assert answer["notes"] == []


def test_the_documents_of_another_client_are_not_compared(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH), who="charlie")
    answer = drift(devices, who="charlie")
    assert answer["contradictions"] == []
    assert answer["passages"] == 0
    assert answer["notes"]


def test_only_what_is_sure_enough_is_told(devices: Devices) -> None:
    devices.keep(("sw.cfg", SWITCH), who="alice")
    assert drift(devices, {"min_confidence": 1.0})["contradictions"] == []


def test_it_needs_configurations_and_the_right_to_search(devices: Devices) -> None:
    assert devices.call("POST", "/drift", {}, who="alice").status_code == 422
    devices.keep(("sw.cfg", SWITCH), who="alice")
    assert devices.call("POST", "/drift", {}, who="alice", scopes=["engineering:read"]).status_code == 403
    assert devices.call("POST", "/drift", {"client": "acme"}, who="charlie").status_code == 403
    assert devices.call("POST", "/drift", {"collections": []}, who="alice").status_code == 422


def test_where_documents_cannot_be_searched_it_says_so(postgres: Postgres, secret_key: str, tmp_path: Path) -> None:
    address = postgres.new_database()
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": tmp_path, "rag_url": "http://127.0.0.1:9"}
    )
    with service.running(settings) as running:
        running.keep(("sw.cfg", SWITCH), who="alice")
        assert running.call("POST", "/drift", {}, who="alice").status_code == 503
    postgres.drop(address)
