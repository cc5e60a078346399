"""Pictures of a network over HTTP: a firewall, a core switch and an access switch of an office in Bath."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.devices import Devices

FIREWALL = """#config-version=FGT60F-7.4.4-FW-build2662-240514:opmode=0:vdom=0:user=admin
config system global
    set hostname "bath-fw"
end
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.252
        set allowaccess ping
        set role wan
    next
    edit "internal1"
        set ip 10.20.0.1 255.255.255.252
        set allowaccess ping https
        set description "bath-core Gi1/0/1"
    next
end
config router static
    edit 1
        set gateway 203.0.113.1
        set device "wan1"
    next
    edit 2
        set dst 10.20.0.0 255.255.0.0
        set gateway 10.20.0.2
        set device "internal1"
    next
end
"""

CORE = """version 16.12
hostname bath-core
!
enable secret 5 $1$abcd$J0ZJ1g8Rk1xv9mAhq0yQ1.
ip routing
!
vlan 10
 name Staff
vlan 20
 name Voice
!
interface Port-channel1
 description bath-acc1
 switchport mode trunk
 switchport trunk allowed vlan 10,20
!
interface GigabitEthernet1/0/1
 description bath-fw internal1
 no switchport
 ip address 10.20.0.2 255.255.255.252
!
interface GigabitEthernet1/0/23
 switchport mode trunk
 switchport trunk allowed vlan 10,20
 channel-group 1 mode active
!
interface GigabitEthernet1/0/24
 switchport mode trunk
 switchport trunk allowed vlan 10,20
 channel-group 1 mode active
!
interface Vlan10
 ip address 10.20.10.1 255.255.255.0
!
interface Vlan20
 ip address 10.20.20.1 255.255.255.0
!
ip dhcp pool STAFF
 network 10.20.10.0 255.255.255.0
 default-router 10.20.10.1
!
ip route 0.0.0.0 0.0.0.0 10.20.0.1
!
end
"""

ACCESS = """; J9776A Configuration Editor; Created on release #YA.16.11.0012
hostname "bath-acc1"
trunk 23-24 trk1 lacp
interface 1
   name "Reception"
   exit
ip default-gateway 10.20.10.1
vlan 1
   name "DEFAULT_VLAN"
   no untagged 1-22
   untagged trk1
   no ip address
   exit
vlan 10
   name "Staff"
   untagged 1-22
   tagged trk1
   ip address 10.20.10.2 255.255.255.0
   exit
vlan 20
   name "Voice"
   tagged 1-22,trk1
   no ip address
   exit
"""

CDP = """bath-core#show cdp neighbors
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge
                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
bath-acc1        Gig 1/0/23        155             S I    HP-2530   23
bath-acc1        Gig 1/0/24        155             S I    HP-2530   24
SEP001122334455  Gig 1/0/7         141             H P    IP Phone  Port 1
"""


@pytest.fixture
def office(devices: Devices) -> Devices:
    """The three devices, kept."""
    devices.keep(("fw.conf", FIREWALL), ("core.cfg", CORE), ("acc1.cfg", ACCESS), site="Bath")
    return devices


def links(picture: Any) -> dict[tuple[str, str], Any]:
    """The links of a picture by their ends."""
    return {tuple(sorted((link["a"], link["b"]))): link for link in picture["links"]}


def test_layer_3_follows_from_addresses_and_each_link_has_its_lines(office: Devices) -> None:
    picture = office.post("/topology", {"layer": "l3"})
    found = links(picture)
    transit = found["bath-core", "bath-fw"]
    assert (transit["kind"], transit["confidence"]) == ("point-to-point", 0.95)
    ids = {item["device"]: item["id"] for item in office.get("/configs")["items"]}
    said = {(one["device"], one["config_id"], one["line_start"], one["text"]) for one in transit["evidence"]}
    assert said == {
        ("bath-fw", ids["bath-fw"], 12, "set ip 10.20.0.1 255.255.255.252"),
        ("bath-core", ids["bath-core"], 20, "ip address 10.20.0.2 255.255.255.252"),
    }
    staff = next(node for node in picture["nodes"] if "10.20.10.0/24" in node["prefixes"])
    assert {pair for pair in found if staff["id"] in pair} == {
        tuple(sorted((name, staff["id"]))) for name in ("bath-core", "bath-acc1")
    }
    provider = next(node for node in picture["nodes"] if node["kind"] == "outside")
    assert found[tuple(sorted(("bath-fw", provider["id"])))]["kind"] == "next-hop"
    roles = {node["name"]: node["role"] for node in picture["nodes"] if node["kind"] == "device"}
    assert roles == {"bath-fw": "firewall", "bath-core": "switch", "bath-acc1": "switch"}


def test_layer_2_is_surer_of_what_a_device_sees_than_of_what_a_description_says(office: Devices) -> None:
    told = links(office.post("/topology", {"layer": "l2"}))
    described = told["bath-acc1", "bath-core"]
    assert described["confidence"] < 0.7
    seen = links(office.post("/topology", {"layer": "l2", "show_outputs": [{"device": "BATH-CORE", "text": CDP}]}))
    trunk = seen["bath-acc1", "bath-core"]
    assert (trunk["kind"], trunk["confidence"]) == ("port-channel", 0.99)
    shown = [one for one in trunk["evidence"] if one["command"]]
    assert [(one["command"], one["device"], one["line_start"]) for one in shown] == [
        ("show cdp neighbors", "bath-core", 6), ("show cdp neighbors", "bath-core", 7),
    ]  # fmt: skip
    assert shown[0]["text"].startswith("bath-acc1        Gig 1/0/23")
    phone = seen["bath-core", "host:sep001122334455"]
    assert (phone["a_end"]["ports"], phone["b_end"]["ports"]) == (["Gig 1/0/7"], ["Port 1"])


@pytest.mark.parametrize(
    ("form", "media", "start"),
    [
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG"),
        ("drawio", "application/xml", b"<mxfile"),
        ("mermaid", "text/plain", b"---\ntitle"),
        ("mermaid", "text/vnd.mermaid", b"---\ntitle"),
        ("dot", "text/vnd.graphviz", b"digraph"),
    ],
)
def test_a_picture_is_given_in_every_format_by_its_name_and_by_accept(
    office: Devices, form: str, media: str, start: bytes
) -> None:
    named = office.call("POST", "/topology", {"format": form, "site": "Bath"})
    accepted = office.call("POST", "/topology", {"site": "Bath"}, headers={"Accept": media})
    assert (named.status_code, accepted.status_code) == (200, 200)
    assert named.data == accepted.data
    assert named.data.startswith(start)
    assert "sandbox" in named.headers["Content-Security-Policy"]
    if form in {"svg", "drawio"}:
        ElementTree.fromstring(named.data)
    if form != "png":
        assert all(name in named.text for name in ("bath-fw", "bath-core", "bath-acc1"))


def test_configurations_that_are_sent_along_are_drawn_and_not_kept(devices: Devices) -> None:
    files = [{"name": name, "text": text} for name, text in (("a", FIREWALL), ("b", CORE))]
    picture = devices.post("/topology", {"files": files})
    assert ("bath-core", "bath-fw") in links(picture)
    assert {node["config_id"] for node in picture["nodes"]} == {None}
    assert devices.get("/configs")["items"] == []


def test_two_devices_of_a_name_and_names_like_ids_are_told_apart(devices: Devices) -> None:
    devices.keep(("a", CORE), site="Bath")
    devices.keep(("a", CORE), site="Wells")
    odd = [{"name": name, "text": "set system host-name x\n", "platform": "unknown"} for name in ("outside", "host:a")]
    assert {node["id"] for node in devices.post("/topology", {})["nodes"] if node["kind"] == "device"} == {
        "bath-core at Bath", "bath-core at Wells",
    }  # fmt: skip
    sent = devices.post("/topology", {"files": [*odd, *odd]})
    assert [node["id"] for node in sent["nodes"]] == [
        "device outside", "device host:a", "device outside (2)", "device host:a (2)",
    ]  # fmt: skip
    for form in ("svg", "mermaid"):
        assert devices.call("POST", "/topology", {"files": odd, "format": form}).status_code == 200


def test_no_secret_of_what_a_command_showed_comes_back(office: Devices) -> None:
    text = CDP.replace("bath-acc1        Gig 1/0/23", "username a password 0 Sesame-42\nbath-acc1        Gig 1/0/23")
    answer = office.call("POST", "/topology", {"layer": "l2", "show_outputs": [{"device": "bath-core", "text": text}]})
    assert "Sesame-42" not in answer.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"layer": "l4"}, "layer"),
        ({"files": [], "layer": "l2"}, "files"),
        ({"files": [{"text": "x"}], "site": "Bath"}, "either files or configurations"),
        ({"layer": "l2", "show_outputs": [{"text": CDP}]}, "name the device"),
        ({"layer": "l2", "show_outputs": [{"device": "nobody", "text": CDP}]}, "'nobody' is none of the devices"),
        ({"layer": "l2", "show_outputs": [{"device": "bath-core", "text": "hello"}]}, "Which command"),
        (
            {
                "layer": "l2",
                "show_outputs": [
                    {
                        "device": "bath-core",
                        "text": "bath-core#show clock\n*10:00:00.000 UTC Mon Nov 23 2026\n",
                        "platform": "cisco_ios",
                    }
                ],
            },
            "no neighbours",
        ),
        ({"site": "Nowhere"}, "no configuration"),
        ({"format": "gif"}, "format"),
    ],
)
def test_what_cannot_be_drawn_is_told(office: Devices, body: Any, reason: str) -> None:
    answer = office.call("POST", "/topology", body)
    assert answer.status_code == 422, answer.text
    assert reason in json.dumps(answer.json), answer.text


def test_charlie_draws_nothing_of_alices(devices: Devices) -> None:
    (config_id,) = devices.keep(("core.cfg", CORE), who="alice")
    assert devices.call("POST", "/topology", {"config_ids": [config_id]}, who="charlie").status_code == 404
    assert devices.call("POST", "/topology", {"client": "acme"}, who="charlie").status_code == 403
    assert devices.call("POST", "/topology", {}, who="charlie").status_code == 422
    assert devices.call("POST", "/topology", {"config_ids": [config_id]}, who="bob").status_code == 200
