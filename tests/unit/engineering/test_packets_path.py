"""Packets through whole devices: filters, translation, routes and policies in the order of each platform."""

from typing import Any

import pytest
from tests.packets import ANY, LINE, acl, device, net, port, route, rule, tcp

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AddressObject, Ends, Service, Services, Translation, Zone
from engineering_api.facts.routing import Routing
from engineering_api.facts.settings import Setting
from engineering_api.packets.packet import packet
from engineering_api.packets.path import Path, Tracer
from engineering_api.packets.routes import Table
from oberaconnect.problems import Unprocessable


def traced(of: Device, *words: str, **more: Any) -> Path:
    return Tracer(of).trace(packet(*words, **more))


def router(**more: Any) -> Device:
    return device(
        interfaces=[
            port("Vlan20", "10.0.20.1/24", line=10, acl_in="USERS"),
            port("Vlan10", "10.0.10.1/24", line=20, acl_out="SERVERS"),
            port("GigabitEthernet0/0", "192.0.2.2/30", "2001:db8:1::2/64", line=30),
        ],
        routes=[route("0.0.0.0/0", "192.0.2.1"), route("10.9.0.0/16", interface="Null0", is_discard=True)],
        access_lists=[
            acl(rule(50, "deny", ANY, ANY, services=tcp("23")), rule(51, "permit"), name="USERS"),
            acl(rule(60, "permit", ANY, net("10.0.10.9/32"), services=tcp("443")), name="SERVERS"),
        ],
        **more,
    )


def test_a_router_filters_what_comes_in_and_what_goes_out() -> None:
    good = traced(router(), "10.0.20.5", "10.0.10.9", "tcp", port=443)
    assert (good.answer, good.inward, good.outward) == ("permit", "Vlan20", "Vlan10")
    assert [one.what for one in good.stages] == ["interface", "filter in", "route", "filter out"]
    assert good.deciding.source == Span(60, 60)
    telnet = traced(router(), "10.0.20.5", "10.0.10.9", "tcp", port=23)
    assert (telnet.answer, telnet.deciding.what, telnet.deciding.source) == ("deny", "filter in", Span(50, 50))
    other = traced(router(), "10.0.20.5", "10.0.10.8", "tcp", port=443)
    assert (other.answer, other.deciding.what) == ("deny", "filter out")


def test_routes_that_drop_deny_and_no_route_is_not_known() -> None:
    dropped = traced(router(), "10.0.20.5", "10.9.1.1")
    assert (dropped.answer, dropped.deciding.what, dropped.deciding.source) == ("deny", "route", Span(90, 90))
    assert traced(router(), "10.0.20.5", "198.51.100.7").outward == "GigabitEthernet0/0"
    missing = traced(router(), "2001:db8:1::9", "2001:db8:2::1")
    assert (missing.answer, missing.deciding.what) == ("unknown", "route")


def test_a_list_that_is_defined_nowhere_is_not_known() -> None:
    of = device(interfaces=[port("Vlan1", "10.0.0.1/24", acl_in="GONE")])
    assert traced(of, "10.0.0.5", "10.0.0.9").answer == "unknown"


def test_the_longest_prefix_wins_then_the_least_distance_and_gateways_are_followed() -> None:
    table = Table(
        device(
            interfaces=[port("Vlan1", "10.0.0.1/24"), port("Vlan2", "10.0.2.1/24", vrf="GUEST", is_enabled=True)],
            routes=[
                route("172.16.0.0/12", "10.0.0.2"),
                route("172.16.5.0/24", "10.0.0.3", distance=200),
                route("172.16.5.0/24", "172.17.0.1"),
                route("192.168.0.0/16", "192.168.0.1"),
                route("203.0.113.0/24", "10.0.0.9", is_enabled=False),
            ],
            routing=[Routing(source=LINE, protocol="ospf")],
        )
    )
    found = table.lookup(packet("10.0.0.9", "172.16.5.7").destination)
    assert [one.gateway for one in found.entries] == ["172.17.0.1"]
    assert found.interface == "Vlan1"
    assert any("ospf" in step for step in found.steps)
    assert table.lookup(packet("10.0.0.9", "192.168.3.3").destination).interface == ""
    assert table.lookup(packet("10.0.0.9", "203.0.113.3").destination).entries == ()
    assert table.lookup(packet("10.0.0.9", "10.0.2.5").destination).entries == ()
    assert table.lookup(packet("10.0.0.9", "10.0.2.5").destination, "GUEST").interface == "Vlan2"
    assert table.lookup(packet("10.0.0.9", "10.0.0.1").destination).is_local


def asa(**more: Any) -> Device:
    return device(
        platform="cisco_asa",
        interfaces=[
            port("GigabitEthernet0/0", "192.0.2.2/24", alias="outside", level=0, line=10, **more),
            port("GigabitEthernet0/1", "10.0.1.1/24", alias="inside", level=100, line=20),
            port("GigabitEthernet0/2", "10.0.2.1/24", alias="dmz", level=50, line=30),
            port("GigabitEthernet0/3", "10.0.3.1/24", alias="lab", level=50, line=40),
        ],
        access_lists=[acl(rule(70, "permit", ANY, net("10.0.2.9/32"), services=tcp("443")), name="OUT")],
    )


def test_asa_lets_pass_to_lower_levels_and_asks_a_list_where_there_is_one() -> None:
    assert traced(asa(), "10.0.1.5", "10.0.2.9", inward="inside").answer == "permit"
    up = traced(asa(), "10.0.2.9", "10.0.1.5", inward="dmz")
    assert (up.answer, "higher level" in up.deciding.why) == ("deny", True)
    assert traced(asa(), "10.0.2.9", "10.0.1.5", "tcp", is_established=True, inward="dmz").answer == "permit"
    listed = traced(asa(acl_in="OUT"), "192.0.2.77", "10.0.2.9", "tcp", port=443, inward="outside")
    assert (listed.answer, listed.deciding.source) == ("permit", Span(70, 70))
    assert traced(asa(acl_in="OUT"), "192.0.2.77", "10.0.2.9", "tcp", port=80, inward="outside").answer == "deny"


def test_asa_lets_equal_levels_pass_only_when_that_is_set() -> None:
    of = asa()
    assert traced(of, "10.0.2.9", "10.0.3.5").answer == "deny"
    of.settings.append(Setting(source=Span(80, 80), name="same-security-traffic", value="inter-interface"))
    assert traced(of, "10.0.2.9", "10.0.3.5").deciding.answer == "permit"


def test_asa_asks_its_list_for_the_address_behind_a_static_translation() -> None:
    of = asa(acl_in="OUT")
    of.address_objects.append(AddressObject(source=LINE, name="WEB", ends=net("10.0.2.9/32")))
    of.translations.append(
        Translation(source=Span(75, 75), kind="static", original_source=Ends(names=["WEB"]), translated="192.0.2.9")
    )
    found = traced(of, "198.51.100.1", "192.0.2.9", "tcp", port=443, inward="outside")
    assert (found.answer, found.outward) == ("permit", "GigabitEthernet0/2")
    assert [one.what for one in found.stages] == ["translation", "filter in", "route"]


def fortigate() -> Device:
    return device(
        platform="fortinet",
        interfaces=[
            port("wan1", "192.0.2.2/24", alias="Internet", management=["ping"], line=10),
            port("internal", "10.0.1.1/24", zone="LAN", management=["https", "ssh"], line=20),
        ],
        zones=[Zone(source=LINE, name="LAN", interfaces=["internal"])],
        routes=[route("0.0.0.0/0", "192.0.2.1", interface="wan1")],
        address_objects=[AddressObject(source=LINE, name="vip-web", ends=net("192.0.2.9/32"))],
        translations=[
            Translation(
                source=Span(40, 44),
                kind="destination",
                original_destination=net("192.0.2.9/32"),
                service=tcp("443"),
                translated="10.0.1.9",
                translated_port="8443",
            )
        ],
        access_lists=[
            acl(
                rule(50, "permit", ANY, Ends(names=["vip-web"]), from_zones=["wan1"], to_zones=["LAN"]),
                rule(60, "permit", from_zones=["LAN"], to_zones=["wan1"], services=tcp("80", "443")),
                kind="policy",
                name="policy",
            )
        ],
    )


def test_fortios_asks_its_policies_by_zones_and_a_virtual_address_by_its_outer_address() -> None:
    out = traced(fortigate(), "10.0.1.5", "198.51.100.1", "tcp", port=443)
    assert (out.answer, out.deciding.source) == ("permit", Span(60, 60))
    assert traced(fortigate(), "10.0.1.5", "198.51.100.1", "udp", port=443).answer == "deny"
    web = traced(fortigate(), "198.51.100.1", "192.0.2.9", "tcp", port=443, inward="wan1")
    assert (web.answer, web.outward, web.deciding.source) == ("permit", "internal", Span(50, 50))
    # The other ports of the address are not forwarded, and go nowhere that a policy permits.
    assert traced(fortigate(), "198.51.100.1", "192.0.2.9", "tcp", port=80, inward="wan1").answer == "deny"


def test_fortios_says_by_interface_what_may_manage_it() -> None:
    assert traced(fortigate(), "10.0.1.5", "10.0.1.1", "tcp", port=22).answer == "permit"
    outside = traced(fortigate(), "198.51.100.1", "192.0.2.2", "tcp", port=22, inward="wan1")
    assert (outside.answer, outside.deciding.what) == ("deny", "to the device")


def test_routeros_asks_the_chain_that_fits_and_lets_pass_where_there_is_none() -> None:
    of = device(
        platform="mikrotik_routeros",
        interfaces=[port("ether1", "192.0.2.2/24"), port("bridge", "10.0.1.1/24")],
        routes=[route("0.0.0.0/0", "192.0.2.1")],
        access_lists=[
            acl(
                rule(5, "permit", is_established=True),
                rule(6, "permit", from_zones=["bridge"]),
                rule(7, "deny"),
                name="input",
                kind="policy",
                ends_denying=False,
            )
        ],
    )
    assert traced(of, "198.51.100.1", "192.0.2.2", "tcp", port=8291, inward="ether1").deciding.source == Span(7, 7)
    assert traced(of, "10.0.1.5", "10.0.1.1", "tcp", port=8291).deciding.source == Span(6, 6)
    assert traced(of, "198.51.100.1", "192.0.2.2", "tcp", is_established=True, inward="ether1").answer == "permit"
    through = traced(of, "10.0.1.5", "198.51.100.1", "tcp", port=443)
    assert (through.answer, "no chain forward" in through.deciding.why) == ("permit", True)


def test_pf_tries_floating_rules_before_those_of_the_interface_also_for_itself() -> None:
    of = device(
        platform="pfsense",
        interfaces=[port("igb0", "192.0.2.2/24", alias="wan"), port("igb1", "10.0.1.1/24", alias="lan")],
        access_lists=[
            acl(
                rule(10, "deny", services=Services(services=[Service(protocol="udp", ports=["53"])])),
                name="floating",
                kind="policy",
            ),
            acl(rule(20, "permit", from_zones=["lan"]), name="lan", kind="policy"),
        ],
    )
    assert traced(of, "10.0.1.5", "10.0.1.1", "udp", port=53).deciding.source == Span(10, 10)
    assert traced(of, "10.0.1.5", "10.0.1.1", "tcp", port=443).deciding.source == Span(20, 20)
    assert traced(of, "192.0.2.9", "192.0.2.2", "tcp", port=443, inward="wan").answer == "deny"


def test_junos_tries_the_policies_of_the_pair_and_denies_the_rest() -> None:
    of = device(
        platform="juniper_junos",
        interfaces=[
            port("ge-0/0/0.0", "192.0.2.2/24", zone="untrust"),
            port("ge-0/0/1.0", "10.0.1.1/24", zone="trust"),
            port("ge-0/0/2.0", "10.0.2.1/24", zone="dmz"),
        ],
        routes=[route("0.0.0.0/0", "192.0.2.1")],
        access_lists=[
            acl(rule(30, "permit", from_zones=["trust"], to_zones=["untrust"]), name="trust untrust", kind="policy"),
            acl(rule(40, "deny", from_zones=["trust"], to_zones=["dmz"]), name="trust dmz", kind="policy"),
        ],
    )
    assert traced(of, "10.0.1.5", "198.51.100.1").deciding.source == Span(30, 30)
    between = traced(of, "10.0.1.5", "10.0.2.5").deciding
    assert (between.source, between.why.partition(":")[0]) == (Span(40, 40), "trust dmz")
    assert traced(of, "10.0.2.5", "10.0.1.5").answer == "deny"
    assert traced(of, "10.0.2.5", "10.0.1.5", inward="dmz").answer == "deny"


def test_edgeos_has_sets_of_rules_for_what_goes_through_and_for_itself() -> None:
    of = device(
        platform="ubiquiti_edgeos",
        interfaces=[
            port("eth0", "192.0.2.2/24", acl_in="WAN_IN", acl_local="WAN_LOCAL"),
            port("switch0", "10.0.1.1/24"),
        ],
        access_lists=[
            acl(rule(10, "permit", is_established=True), name="WAN_IN", kind="policy"),
            acl(rule(20, "permit", services=tcp("22")), name="WAN_LOCAL", kind="policy"),
            acl(rule(30, "deny"), name="LEFT_OVER", kind="policy"),
        ],
    )
    assert traced(of, "198.51.100.1", "192.0.2.2", "tcp", port=22, inward="eth0").deciding.source == Span(20, 20)
    assert traced(of, "198.51.100.1", "10.0.1.9", "tcp", port=22, inward="eth0").answer == "deny"
    back = traced(of, "198.51.100.1", "10.0.1.9", "tcp", is_established=True, inward="eth0")
    assert (back.answer, back.deciding.source) == ("permit", Span(10, 10))
    assert traced(of, "10.0.1.9", "192.0.2.77").answer == "permit"


def test_virtual_firewalls_have_tables_and_policies_of_their_own() -> None:
    of = device(
        platform="fortinet",
        interfaces=[
            port("port1", "192.0.2.2/24", scope="root"),
            port("port2", "10.0.1.1/24", scope="a"),
            port("port3", "10.0.2.1/24", scope="a"),
        ],
        routes=[route("0.0.0.0/0", "192.0.2.1", scope="root")],
        access_lists=[
            acl(rule(10, "permit"), kind="policy", name="policy").model_copy(update={"scope": "root"}),
            acl(rule(20, "permit", from_zones=["port2"]), kind="policy", name="policy").model_copy(
                update={"scope": "a"}
            ),
        ],
    )
    assert traced(of, "10.0.1.5", "10.0.2.5").deciding.source == Span(20, 20)
    out = traced(of, "10.0.1.5", "198.51.100.1", inward="port2")
    assert (out.answer, [one.what for one in out.stages if one.answer == "unknown"]) == ("unknown", ["route"])


def test_shared_addresses_are_the_device_s_own() -> None:
    of = device(interfaces=[port("Vlan1", "10.0.0.2/24", virtual_addresses=["10.0.0.1 hsrp 1", "none"])])
    assert Table(of).lookup(packet("10.0.0.9", "10.0.0.1").destination).is_local


def test_an_interface_that_the_device_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(Unprocessable, match="Vlan20, Vlan10"):
        traced(router(), "10.0.20.5", "10.0.10.9", inward="Vlan99")


def test_where_a_single_interface_is_given_its_address_the_default_route_is_taken_to_be_there() -> None:
    inside = port("bridge", "10.0.0.1/24")
    one = device(platform="mikrotik_routeros", interfaces=[port("ether1", is_dhcp_client=True), inside])
    path = traced(one, "10.0.0.5", "198.51.100.7")
    assert (path.answer, path.outward) == ("permit", "ether1")
    assert any("by DHCP" in stage.why for stage in path.stages)
    assert traced(one, "198.51.100.7", "10.0.0.5").inward == "ether1"
    assert not Table(one).lookup(packet("10.0.0.5", "198.51.100.7").destination).entries
    two = [port("ether1", is_dhcp_client=True), port("lte1", is_dhcp_client=True), inside]
    assert traced(device(platform="mikrotik_routeros", interfaces=two), "10.0.0.5", "198.51.100.7").answer == "unknown"
