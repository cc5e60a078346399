"""Pictures of networks: which links are found, by what evidence and how sure, and how they are drawn."""

import json
import re
from ipaddress import ip_interface, ip_network
from xml.etree import ElementTree

import pytest

from engineering_api.facts.device import Device, Identity
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Address, Interface, InterfaceKind, Neighbour, Vlan
from engineering_api.facts.routing import Route
from engineering_api.facts.services import DhcpPool
from engineering_api.facts.tunnels import Tunnel
from engineering_api.topology.drawing import diagram
from engineering_api.topology.members import Member, Sighting
from engineering_api.topology.model import Link, Topology
from engineering_api.topology.neighbours import layer2
from engineering_api.topology.subnets import layer3
from oberaconnect import draw


class Box:
    """A device that is put together line by line, so that every fact has a line that says it."""

    def __init__(self, name: str, platform: str = "cisco_ios", site: str = "") -> None:
        self.site = site
        self.texts = [f"hostname {name}"]
        self.device = Device(platform=platform, identity=Identity(source=Span(1, 1), hostname=name))

    def _line(self, text: str) -> Span:
        self.texts.append(text)
        return Span(len(self.texts), len(self.texts))

    def port(
        self, name: str, *addresses: str, kind: InterfaceKind = "physical", on: bool = True, says: str = ""
    ) -> "Box":
        made = Interface(source=self._line(f"interface {name}"), name=name, kind=kind, is_enabled=on)
        for address in addresses:
            line = self._line(f" ip address {address}")
            made.addresses.append(Address(source=line, value=ip_interface(address)))
        if says:
            made.say(self._line(f" description {says}"), description=says)
        self.device.interfaces.append(made)
        return self

    def trunk(
        self, name: str, vlans: list[int] | None, *, native: int | None = None, says: str = "", lag: str = ""
    ) -> "Box":
        self.port(name, says=says, kind="aggregate" if name.startswith("Port-channel") else "physical")
        made = self.device.interfaces[-1]
        made.say(self._line(f" switchport trunk allowed vlan {vlans}"), mode="trunk", trunk_vlans=vlans)
        if native:
            made.say(self._line(f" switchport trunk native vlan {native}"), native_vlan=native)
        made.aggregate = lag
        return self

    def sees(self, port: str, device: str, far: str = "", platform: str = "") -> "Box":
        line = self._line(f"{device} {port} {far}")
        fact = Neighbour(source=line, interface=port, device=device, port=far, platform=platform, protocol="cdp")
        self.device.neighbours.append(fact)
        return self

    def route(self, prefix: str, gateway: str) -> "Box":
        line = self._line(f"ip route {prefix} {gateway}")
        self.device.routes.append(Route(source=line, prefix=ip_network(prefix), gateway=gateway))
        return self

    def tunnel(self, name: str, peer: str) -> "Box":
        self.device.tunnels.append(Tunnel(source=self._line(f"peer {peer}"), name=name, peer=peer))
        return self

    def serves(self, network: str) -> "Box":
        self.device.dhcp_pools.append(DhcpPool(source=self._line(f"network {network}"), name="pool", network=network))
        return self

    def vlan(self, number: int, name: str) -> "Box":
        self.device.vlans.append(Vlan(source=self._line(f"vlan {number} {name}"), id=number, name=name))
        return self

    def switches(self) -> "Box":
        """With so many ports that it is a switch."""
        for port in range(1, 11):
            self.port(f"GigabitEthernet2/0/{port}")
        return self


def _members(*boxes: Box) -> list[Member]:
    return [
        Member(id=box.device.identity.hostname, device=box.device, site=box.site, texts=tuple(box.texts))
        for box in boxes
    ]


def _pairs(picture: Topology) -> list[tuple[str, str, str]]:
    return sorted((link.a, link.b, link.kind) for link in picture.links)


def _only(picture: Topology) -> Link:
    (link,) = picture.links
    return link


def test_two_ends_of_a_narrow_subnet_are_a_link_with_its_lines() -> None:
    link = _only(layer3(_members(Box("r1").port("Gi0/0", "10.0.0.1/30"), Box("r2").port("Gi0/1", "10.0.0.2/30"))))
    assert (link.a, link.b, link.kind, link.label) == ("r1", "r2", "point-to-point", "10.0.0.0/30")
    assert (link.a_end.ports, link.b_end.addresses) == (["Gi0/0"], ["10.0.0.2/30"])
    assert [(one.config_id, one.source, one.text) for one in link.evidence] == [
        ("r1", (3, 3), "ip address 10.0.0.1/30"),
        ("r2", (3, 3), "ip address 10.0.0.2/30"),
    ]
    assert 0.9 <= link.confidence <= 1


def test_both_families_of_the_same_ports_are_one_link() -> None:
    one = Box("r1").port("Gi0/0", "10.0.0.1/30", "2001:db8::1/64")
    two = Box("r2").port("Gi0/0", "10.0.0.2/30", "2001:db8::2/64")
    assert _only(layer3(_members(one, two))).label == "10.0.0.0/30, 2001:db8::/64"


def test_a_subnet_of_three_devices_is_a_node_with_its_vlan() -> None:
    boxes = [Box(f"r{at}").vlan(20, "servers").port("Vlan20", f"10.0.20.{at}/24", kind="vlan") for at in (1, 2, 3)]
    for box in boxes:
        box.device.interfaces[0].vlan = 20
    picture = layer3(_members(*boxes))
    (subnet,) = [node for node in picture.nodes if node.kind == "subnet"]
    assert (subnet.name, subnet.details) == ("10.0.20.0/24", ["VLAN 20 servers"])
    assert _pairs(picture) == [(f"r{at}", subnet.id, "member") for at in (1, 2, 3)]


def test_a_subnet_of_one_device_is_drawn_only_with_hosts() -> None:
    box = Box("r1").port("Gi0/0", "10.0.1.1/24").port("Gi0/1", "10.0.2.1/24").serves("10.0.2.0/24")
    assert [node.name for node in layer3(_members(box)).nodes if node.kind == "subnet"] == ["10.0.2.0/24"]


def test_loopbacks_and_ports_that_are_off_are_no_links() -> None:
    one = Box("r1").port("Lo0", "10.9.9.1/24", kind="loopback").port("Gi0/1", "10.8.8.1/30", on=False)
    two = Box("r2").port("Lo0", "10.9.9.2/24", kind="loopback").port("Gi0/1", "10.8.8.2/30")
    assert layer3(_members(one, two)).links == []


def test_the_same_private_subnet_at_two_sites_is_no_link() -> None:
    one, two = (
        Box("fw1", site="Delft").port("lan", "192.168.1.1/24"),
        Box("fw2", site="Gouda").port("lan", "192.168.1.1/24"),
    )
    picture = layer3(_members(one, two))
    assert (picture.links, picture.problems) == ([], [])


def test_a_public_subnet_is_the_same_at_all_sites() -> None:
    one, two = (
        Box("r1", site="Delft").port("wan", "203.0.113.1/30"),
        Box("r2", site="Gouda").port("wan", "203.0.113.2/30"),
    )
    # Documentation prefixes count as private: see `ipaddress`. So this one is of a provider.
    one.device.interfaces[0].addresses[0].value = ip_interface("8.8.8.1/30")
    two.device.interfaces[0].addresses[0].value = ip_interface("8.8.8.2/30")
    assert _only(layer3(_members(one, two))).kind == "point-to-point"


def test_an_address_on_two_devices_is_a_problem_with_both_lines() -> None:
    picture = layer3(_members(Box("r1").port("Gi0/0", "10.0.0.1/24"), Box("r2").port("Gi0/0", "10.0.0.1/24")))
    (problem,) = picture.problems
    assert (problem.kind, problem.text) == ("duplicate-address", "10.0.0.1 is on r1 and on r2")
    assert [one.config_id for one in problem.evidence] == ["r1", "r2"]


def test_an_address_that_moves_between_a_pair_is_no_problem() -> None:
    boxes = [Box(f"fw{at}").port("lan", f"10.0.0.{at}/24", "10.0.0.254/24") for at in (1, 2)]
    for box in boxes:
        box.device.interfaces[0].addresses[1].is_secondary = True
    assert layer3(_members(*boxes)).problems == []


def test_two_sizes_of_one_subnet_are_a_problem() -> None:
    picture = layer3(_members(Box("r1").port("Gi0/0", "10.0.0.1/24"), Box("r2").port("Gi0/0", "10.0.0.2/25")))
    (problem,) = picture.problems
    assert (problem.kind, problem.text) == ("different-masks", "r1 has 10.0.0.1/24, r2 has 10.0.0.2/25")


def test_a_gateway_without_a_configuration_is_outside() -> None:
    box = Box("fw").port("wan", "9.9.9.10/29").port("lan", "10.0.0.1/24")
    box.route("0.0.0.0/0", "9.9.9.9").route("10.1.0.0/16", "10.0.0.254").route("10.2.0.0/16", "10.0.0.254")
    picture = layer3(_members(box))
    assert [(node.name, node.kind) for node in picture.nodes[1:]] == [("Internet", "outside"), ("10.0.0.254", "host")]
    assert [link.b_end.addresses for link in picture.links] == [["9.9.9.9"], ["10.0.0.254"]]


def test_a_tunnel_that_both_ends_know_is_surer() -> None:
    one, two = Box("fw1").port("wan", "9.9.9.1/29").tunnel("to two", "8.8.8.1"), Box("fw2").port("wan", "8.8.8.1/29")
    half = _only(layer3(_members(one, two)))
    whole = _only(layer3(_members(one, two.tunnel("to one", "9.9.9.1"))))
    assert (half.kind, len(half.evidence), len(whole.evidence)) == ("tunnel", 1, 2)
    assert half.confidence < whole.confidence


def test_a_neighbour_that_both_ends_see_is_one_link() -> None:
    one = Box("sw1").port("GigabitEthernet1/0/1").sees("Gig 1/0/1", "sw2.example.com", "Gi1/0/2")
    two = Box("sw2").port("GigabitEthernet1/0/2").sees("GigabitEthernet1/0/2", "sw1", "GigabitEthernet1/0/1")
    link = _only(layer2(_members(one, two)))
    assert (link.kind, link.a_end.ports, link.b_end.ports) == (
        "neighbour",
        ["GigabitEthernet1/0/1"],
        ["GigabitEthernet1/0/2"],
    )
    assert len(link.evidence) == 2
    assert link.confidence == 0.99


def test_rows_of_show_output_are_neighbours_too() -> None:
    members = _members(Box("sw1").port("Ethernet1/1"), Box("sw2").port("Ethernet1/2"))
    row = Sighting("sw1", "Eth1/1", "SW2(FDO1234X0AB)", "Eth1/2", protocol="cdp", row=4, text="SW2 Eth1/1 Eth1/2")
    link = _only(layer2(members, [row]))
    assert (link.a_end.ports, link.b_end.ports) == (["Ethernet1/1"], ["Ethernet1/2"])
    assert (link.evidence[0].config_id, link.evidence[0].source, link.evidence[0].text) == ("sw1", (4, 4), row.text)


def test_a_description_of_another_device_is_a_weaker_link() -> None:
    one = Box("sw-edge").port("GigabitEthernet0/1", says="Uplink to SW-CORE:Te1/1/1")
    two = Box("sw-core").port("TenGigabitEthernet1/1/1")
    link = _only(layer2(_members(one, two)))
    assert (link.kind, link.a_end.ports) == ("description", ["TenGigabitEthernet1/1/1"])
    assert link.evidence[0].text == "description Uplink to SW-CORE:Te1/1/1"
    assert 0.5 < link.confidence < 0.9
    both = _only(layer2(_members(one, Box("sw-core").port("TenGigabitEthernet1/1/1", says="sw-edge gi0/1"))))
    assert both.confidence > link.confidence


@pytest.mark.parametrize("text", ["core-sw2 uplink", "to sw-core-old", "sw-core and sw-dist", "spare port", "xsw-core"])
def test_a_description_that_names_none_or_several_is_no_link(text: str) -> None:
    boxes = [Box("sw-edge").port("Gi0/1", says=text), Box("sw-core"), Box("sw-dist"), Box("core"), Box("port")]
    assert layer2(_members(*boxes)).links == []


def test_ports_of_an_aggregate_are_one_link() -> None:
    one = (
        Box("sw1")
        .trunk("Port-channel1", [10, 20], says="sw2")
        .trunk("GigabitEthernet1/0/1", [10, 20], lag="Port-channel1")
    )
    one.trunk("GigabitEthernet1/0/2", [10, 20], lag="Port-channel1")
    two = Box("sw2").trunk("Port-channel5", [10, 20]).trunk("GigabitEthernet0/1", [10, 20], lag="Port-channel5")
    two.trunk("GigabitEthernet0/2", [10, 20], lag="Port-channel5")
    one.sees("GigabitEthernet1/0/1", "sw2", "GigabitEthernet0/1").sees(
        "GigabitEthernet1/0/2", "sw2", "GigabitEthernet0/2"
    )
    link = _only(layer2(_members(one, two)))
    assert (link.kind, link.label) == ("port-channel", "Port-channel1 / Port-channel5")
    assert link.a_end.ports == ["GigabitEthernet1/0/1", "GigabitEthernet1/0/2"]
    assert link.b_end.ports == ["GigabitEthernet0/1", "GigabitEthernet0/2"]
    assert (link.a_end.aggregate, link.b_end.aggregate) == ("Port-channel1", "Port-channel5")


def test_two_cables_between_two_devices_are_two_links() -> None:
    one = Box("sw1").sees("Gi0/1", "sw2", "Gi0/1").sees("Gi0/2", "sw2", "Gi0/2")
    two = Box("sw2").sees("Gi0/1", "sw1", "Gi0/1").sees("Gi0/2", "sw1", "Gi0/2")
    links = layer2(_members(one, two)).links
    assert [(link.a_end.ports, link.b_end.ports) for link in links] == [(["Gi0/1"], ["Gi0/1"]), (["Gi0/2"], ["Gi0/2"])]


def test_equal_lists_of_vlans_are_a_guess_and_no_more() -> None:
    one, two = Box("sw1").trunk("Gi0/1", [10, 20, 30]), Box("sw2").trunk("Gi0/9", [10, 20, 30])
    link = _only(layer2(_members(one, two)))
    assert (link.kind, link.a_end.ports, link.b_end.ports) == ("vlans", ["Gi0/1"], ["Gi0/9"])
    assert link.confidence < 0.5
    assert layer2(_members(one, two, Box("sw3").trunk("Gi0/7", [10, 20, 30]))).links == []


def test_ends_that_carry_other_vlans_are_a_problem() -> None:
    one = Box("sw1").trunk("Gi0/1", [10, 20], native=99).sees("Gi0/1", "sw2", "Gi0/1")
    two = Box("sw2").trunk("Gi0/1", [10, 30])
    problems = layer2(_members(one, two)).problems
    assert [one.kind for one in problems] == ["different-vlans", "different-native-vlans"]
    assert "VLANs 20, 30" in problems[0].text
    assert [one.text for one in problems[0].evidence] == [
        "switchport trunk allowed vlan [10, 20]",
        "switchport trunk allowed vlan [10, 30]",
    ]


def test_a_neighbour_without_a_configuration_is_a_host_of_its_kind() -> None:
    box = (
        Box("sw1")
        .sees("Gi1/0/5", "SEP0011AABBCCDD", "Port 1", "IP Phone 8845")
        .sees("Gi1/0/9", "ap-hall", "gi0", "AIR-AP2802I")
    )
    picture = layer2(_members(box))
    assert [(node.name, node.role) for node in picture.nodes[1:]] == [
        ("SEP0011AABBCCDD", "phone"),
        ("ap-hall", "wireless"),
    ]


def test_a_name_that_two_devices_have_stands_for_neither() -> None:
    twins = [Member(id=str(at), device=Box("sw").device) for at in (1, 2)]
    link = _only(layer2([*twins, *_members(Box("r1").sees("Gi0/1", "sw", "Gi0/1"))]))
    assert {link.a, link.b} == {"host:sw", "r1"}


def office() -> list[Member]:
    """Twelve devices of two sites."""
    fw1 = (
        Box("fw-hq", "opnsense", "Headquarters")
        .port("wan", "9.9.9.10/29")
        .port("lan", "10.0.0.1/29", says="core-1 Te1/0/1")
    )
    fw1.port("dmz", "10.0.9.1/24").route("0.0.0.0/0", "9.9.9.9").tunnel("to depot", "8.8.8.10")
    fw2 = (
        Box("fw-depot", "opnsense", "Depot")
        .port("wan", "8.8.8.10/30")
        .port("lan", "10.8.0.1/24")
        .route("0.0.0.0/0", "8.8.8.9")
    )
    fw2.serves("10.8.0.0/24").tunnel("to hq", "9.9.9.10")
    vlans = [10, 20, 30, 40]
    cores = []
    for at in (1, 2):
        core = Box(f"core-{at}", site="Headquarters").switches().port("Vlan5", f"10.0.0.{at + 1}/29", kind="vlan")
        for vlan, name in ((10, "Office"), (20, "Servers"), (30, "Guests")):
            core.vlan(vlan, name).port(f"Vlan{vlan}", f"10.0.{vlan}.{at + 1}/24", kind="vlan")
            core.device.interfaces[-1].vlan = vlan
            core.serves(f"10.0.{vlan}.0/24")
        core.port("TenGigabitEthernet1/0/1").trunk("Port-channel1", vlans)
        for port in (23, 24):
            core.trunk(f"TenGigabitEthernet1/0/{port}", vlans, lag="Port-channel1")
            core.sees(f"Te1/0/{port}", f"core-{3 - at}.example.com", f"Te1/0/{port}")
        cores.append(core)
    cores[0].port("TenGigabitEthernet1/0/2", "10.0.255.1/30")
    router = (
        Box("r-mpls", site="Headquarters")
        .port("GigabitEthernet0/0", "10.0.255.2/30")
        .port("GigabitEthernet0/1", "10.254.0.1/30")
    )
    branch = (
        Box("r-branch", site="Headquarters")
        .port("GigabitEthernet0/0", "10.254.0.2/30")
        .port("GigabitEthernet0/1", "10.77.0.1/24")
        .serves("10.77.0.0/24")
    )
    edges = []
    for at in range(1, 5):
        edge = Box(f"edge-{at}", site="Headquarters").switches()
        edge.port("Vlan10", f"10.0.10.{at + 10}/24", kind="vlan")
        edge.device.interfaces[-1].vlan = 10
        for number in (1, 2):
            edge.trunk(f"TenGigabitEthernet1/1/{number}", vlans, says=f"core-{number} Te1/0/{at + 2}" if at > 2 else "")
            cores[number - 1].trunk(f"TenGigabitEthernet1/0/{at + 2}", vlans)
            if at < 3:
                edge.sees(f"Te1/1/{number}", f"core-{number}", f"Te1/0/{at + 2}")
        for phone in range(1, 3 + at):
            edge.sees(f"Gi2/0/{phone}", f"SEP00{at}{phone:010d}", "Port 1", "IP Phone 8845")
        edges.append(edge)
    edges[0].sees("Gi2/0/9", "ap-hall", "Gi0", "AIR-AP2802I")
    depot = (
        Box("sw-depot", site="Depot")
        .switches()
        .port("Vlan1", "10.8.0.2/24", kind="vlan")
        .port("GigabitEthernet1/0/1", says="fw-depot lan")
    )
    server = Box("srv-backup", "unknown", "Headquarters").port("eth0", "10.0.9.10/24")
    return _members(fw1, fw2, *cores, router, branch, *edges, depot, server)


@pytest.mark.parametrize("layer", ["l2", "l3"])
def test_a_network_of_twelve_devices_is_drawn_in_every_format(layer: str) -> None:
    members = office()
    picture = layer2(members) if layer == "l2" else layer3(members)
    drawn = diagram(picture, "Example Ltd", subtitle="As of today")
    names = [card.title for card in drawn.cards]
    assert {member.title for member in members} <= set(names)
    placed = draw.lay_out(drawn)
    svg = draw.svg(placed)
    ElementTree.fromstring(svg)
    assert all(name in svg for name in ("fw-hq", "core-1", "edge-4"))
    ElementTree.fromstring(draw.drawio(placed))
    mermaid = draw.mermaid(drawn)
    assert len(re.findall(r"^  n\d+ -", mermaid, re.MULTILINE)) == len(drawn.links)
    assert {group.title for group in drawn.groups} == {"Headquarters", "Depot"}


def test_the_picture_of_twelve_devices_has_the_links_that_are_there() -> None:
    picture = layer2(office())
    found = {
        (link.a, link.b): link
        for link in picture.links
        if not link.b.startswith("host:") and not link.a.startswith("host:")
    }
    cables = {(f"core-{core}", f"edge-{edge}") for core in (1, 2) for edge in (1, 2, 3, 4)}
    assert set(found) == cables | {("core-1", "core-2"), ("core-1", "fw-hq"), ("fw-depot", "sw-depot")}
    assert found["core-1", "core-2"].kind == "port-channel"
    assert {found[pair].kind for pair in cables} == {"neighbour", "description"}


def test_links_lead_from_the_outside_inwards() -> None:
    drawn = diagram(layer3(office()), "Example Ltd")
    order = {card.id: at for at, card in enumerate(drawn.cards)}
    assert all(order[line.source] < order[line.target] for line in drawn.links)
    assert drawn.cards[0].title == "Internet"


def test_many_telephones_of_a_switch_are_one_card() -> None:
    drawn = diagram(layer2(office()), "Example Ltd")
    titles = [card.title for card in drawn.cards]
    assert "6 telephones" in titles
    assert sum(title.startswith("SEP") for title in titles) == 3


def test_a_picture_is_json_and_comes_back_the_same() -> None:
    picture = layer3(office())
    assert Topology.model_validate(json.loads(picture.model_dump_json())) == picture


def test_a_hundred_devices_in_one_subnet_are_a_star_and_not_a_mesh() -> None:
    boxes = [Box(f"sw{at}").port("Vlan1", f"10.0.0.{at + 1}/24", kind="vlan") for at in range(100)]
    assert len(layer3(_members(*boxes)).links) == 100


def test_addresses_of_examples_stand_for_public_ones_and_are_the_same_at_every_site() -> None:
    bath = Box("bath", site="Bath").port("wan", "198.51.100.2/30")
    wells = Box("wells", site="Wells").port("wan", "203.0.113.34/29").port("lan", "10.0.0.1/24")
    other = Box("other", site="Frome").port("wan", "198.51.100.1/30").port("lan", "10.0.0.2/24")
    bath.device.tunnels.append(Tunnel(source=Span(1, 1), name="to-wells", kind="ipsec", peer="203.0.113.34"))
    found = {(link.a, link.b, link.kind) for link in layer3(_members(bath, wells, other)).links}
    assert found == {("bath", "other", "point-to-point"), ("bath", "wells", "tunnel")}


def test_two_routers_with_one_address_are_rather_in_two_networks() -> None:
    one, other = (Box(name).port("lan", "192.168.1.1/24") for name in ("fw1", "fw2"))
    picture = layer3(_members(one, other))
    assert {link.confidence for link in picture.links} == {0.4}
    assert [one.kind for one in picture.problems] == ["duplicate-address"]


def test_layer_3_with_many_devices_beside_each_other_grows_to_the_right() -> None:
    boxes = [Box(f"sw{at}").port("vlan99", f"10.0.99.{at}/24", kind="vlan") for at in range(1, 12)]
    assert diagram(layer3(_members(*boxes[:3])), "x").direction == "down"
    assert diagram(layer3(_members(*boxes)), "x").direction == "right"


def test_a_port_that_is_only_a_number_is_called_a_port() -> None:
    one = Box("hub-sw1").port("24", says="to acc-sw1 port 48")
    picture = diagram(layer2(_members(one, Box("acc-sw1").port("48")), []), "x")
    assert [port.chip for card in picture.cards for port in card.ports] in (["port 24"], ["port 48"])
