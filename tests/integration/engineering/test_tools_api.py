"""Tools over HTTP: what each takes and gives, calculations that are kept, and whose they are."""

import json
from typing import Any

import pytest
from tests.devices import Devices

SWITCH = """\
version 15.2
hostname sw1
username admin secret 0 invented-and-plain
vlan 30
 name Voice
ip access-list extended EDGE
 permit tcp any host 10.0.0.9 eq 443
 deny ip any any
interface GigabitEthernet1/0/1
 ip address 10.0.0.1 255.255.255.0
 ip access-group EDGE in
end
"""


def calculated(devices: Devices, name: str, arguments: dict[str, Any], **options: Any) -> Any:
    return devices.post(f"/tools/{name}", arguments, **options)


def test_tools_are_listed_with_the_shapes_of_what_they_take_and_give(devices: Devices) -> None:
    items = devices.get("/tools")["items"]
    assert [one["name"] for one in items] == sorted(one["name"] for one in items)
    subnet = next(one for one in items if one["name"] == "subnet")
    assert subnet["arguments"]["properties"]["network"]["type"] == "string"
    assert "steps" in subnet["result"]["properties"]
    assert subnet["title"]
    assert subnet["description"]


def test_a_calculation_can_be_shown_again_by_its_id(devices: Devices) -> None:
    done = calculated(devices, "subnet", {"network": "10.0.20.0/26"})
    assert done["result"]["usable_hosts"] == "62"
    kept = devices.get(f"/calculations/{done['calc_id']}")
    assert kept["tool"] == "subnet"
    assert kept["arguments"] == {"network": "10.0.20.0/26"}
    assert kept["result"] == done["result"]


def test_a_name_may_be_written_with_underscores(devices: Devices) -> None:
    assert (
        calculated(devices, "subnet_overlap", {"networks": ["10.0.0.0/8", "10.1.0.0/16"]})["tool"] == "subnet-overlap"
    )


def test_an_unknown_tool_is_not_found_and_the_known_ones_are_named(devices: Devices) -> None:
    answer = devices.call("POST", "/tools/abacus", {})
    assert answer.status_code == 404
    assert "subnet" in answer.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"network": "10.0.0.0/40"}, 422),
        ({}, 422),
        ({"network": "10.0.0.0/8", "more": 1}, 422),
        ({"network": {"a": {}}}, 422),
        ({"network": "10.0.0.0/8\u0000"}, 422),
        ([], 422),
        ("text", 422),
        (None, 415),
    ],
)
def test_wrong_arguments_are_refused(devices: Devices, body: Any, status: int) -> None:
    assert devices.call("POST", "/tools/subnet", body).status_code == status


def test_arguments_that_are_nested_without_end_are_refused(devices: Devices) -> None:
    body = {"network": json.loads("[" * 200 + "]" * 200)}
    assert devices.call("POST", "/tools/subnet", body).status_code == 422


def test_a_tool_takes_a_configuration_that_is_kept(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw1.cfg", SWITCH))
    arguments = {"source": "10.9.9.9", "destination": "10.0.0.9", "port": 443, "interface": "GigabitEthernet1/0/1"}
    done = calculated(devices, "packet-test", {**arguments, "config_id": config_id})
    assert done["result"]["answer"] == "permit"
    assert done["result"]["decided_by"]["first"] == 7


def test_a_configuration_that_is_sent_along_is_not_kept_with_the_calculation(devices: Devices) -> None:
    done = calculated(devices, "config-parse", {"text": SWITCH})
    assert done["result"]["hostname"] == "sw1"
    kept = json.dumps(devices.get(f"/calculations/{done['calc_id']}"))
    assert "invented-and-plain" not in kept
    assert "hostname sw1" not in kept


def test_secrets_in_shown_output_are_removed_before_it_becomes_rows(devices: Devices) -> None:
    shown = "Load for five secs: 1%\nsw1#show vlan\nsnmp-server community inventedcommunity RO\n"
    answer = devices.call("POST", "/tools/show-parse", {"text": shown, "command": "show vlan", "platform": "cisco_ios"})
    assert "inventedcommunity" not in answer.text


def test_nobody_reaches_what_belongs_to_another_client(devices: Devices) -> None:
    (config_id,) = devices.keep(("sw1.cfg", SWITCH), who="alice")
    done = calculated(devices, "subnet", {"network": "10.0.0.0/8"}, who="alice")
    body = {"source": "10.0.0.2", "destination": "10.0.0.9", "config_id": config_id}
    assert devices.call("POST", "/tools/packet-test", body, who="charlie").status_code == 404
    assert devices.call("GET", f"/calculations/{done['calc_id']}", who="charlie").status_code == 404
    assert devices.get(f"/calculations/{done['calc_id']}", who="bob")["client"] == "acme"
    assert (
        devices.call("POST", "/tools/subnet?client=acme", {"network": "10.0.0.0/8"}, who="charlie").status_code == 403
    )


def test_a_calculation_belongs_to_the_client_that_is_named(devices: Devices) -> None:
    done = calculated(devices, "subnet", {"network": "10.0.0.0/8"}, who="")
    assert devices.get(f"/calculations/{done['calc_id']}")["client"] == "default"
    named = devices.post("/tools/subnet?client=globex", {"network": "10.0.0.0/8"})
    assert devices.get(f"/calculations/{named['calc_id']}")["client"] == "globex"


def test_a_credential_needs_the_right_to_read(devices: Devices) -> None:
    assert devices.call("GET", "/tools", who="alice", scopes=["rag:read"]).status_code == 403
