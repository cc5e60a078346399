"""Packets against rules: which line decides, and what is not known."""

from typing import Any

import pytest
from tests.packets import ANY, LINE, acl, device, net, rule, tcp

from engineering_api.facts.device import Device
from engineering_api.facts.filters import AccessList, AddressObject, Ends, Service, ServiceObject, Services, Zone
from engineering_api.facts.ports import Address, Interface
from engineering_api.packets.deciding import Decision, decide
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import packet
from oberaconnect.problems import Unprocessable


def asked(wanted: AccessList, of: Device, *packet_of: str, **more: Any) -> Decision:
    return decide(packet(*packet_of, **more), wanted, Matcher(of), of.access_lists)


def test_the_first_rule_that_matches_decides_and_the_others_say_why_not() -> None:
    users = acl(
        rule(11, "permit", net("10.0.20.0/24"), net("10.0.10.9/32"), services=tcp("443-443")),
        rule(12, "deny", net("10.0.20.0/24"), net("10.0.10.0/24")),
        rule(13, "permit"),
    )
    found = asked(users, device(), "10.0.20.5", "10.0.10.9", "tcp", port=80)
    assert (found.answer, found.rule and found.rule.source.first) == ("deny", 12)
    assert [one.rule.source.first for one in found.passed] == [11]
    assert "ports" in found.passed[0].why
    assert asked(users, device(), "10.0.20.5", "10.0.10.9", "tcp", port=443).answer == "permit"
    other = asked(users, device(), "10.0.30.5", "10.0.10.9", "tcp", port=443)
    assert other.rule is not None
    assert other.rule.source.first == 13
    assert "source 10.0.30.5" in other.passed[0].why


def test_nothing_that_matches_is_denied_by_the_end_of_the_list() -> None:
    found = asked(acl(rule(1, "permit", net("10.0.0.0/8"))), device(), "192.0.2.1", "10.0.0.1", "udp", port=53)
    assert (found.answer, found.rule) == ("deny", None)
    assert "ends by denying" in found.why


def test_a_rule_that_is_off_is_passed_over() -> None:
    found = asked(acl(rule(1, "deny", is_enabled=False), rule(2, "permit")), device(), "10.0.0.1", "10.0.0.2")
    assert (found.answer, found.passed[0].why) == ("permit", "it is off")


@pytest.mark.parametrize(
    ("address", "answer"),
    [("10.1.7.4", "permit"), ("10.2.7.4", "permit"), ("10.1.7.5", "deny"), ("11.1.7.4", "deny")],
)
def test_a_wildcard_whose_mask_is_not_contiguous_is_exact(address: str, answer: str) -> None:
    # Any second octet and the odd or even part of the third; the last octet is 4.
    odd = acl(rule(1, "permit", Ends(wildcards=["10.0.7.4 0.255.8.0"])))
    assert asked(odd, device(), address, "192.0.2.1").answer == answer


def test_groups_in_groups_ranges_and_negation() -> None:
    objects = [
        AddressObject(source=LINE, name="SERVERS", ends=Ends(names=["WEB", "DB"]), is_group=True),
        AddressObject(source=LINE, name="WEB", ends=Ends(ranges=["10.0.10.10-10.0.10.19"])),
        AddressObject(source=LINE, name="DB", ends=net("10.0.10.200/32", "2001:db8::/64")),
    ]
    firewall = device(platform="fortinet", address_objects=objects)
    servers = Ends(names=["SERVERS"])
    policy = acl(rule(1, "permit", ANY, servers), kind="policy")
    assert asked(policy, firewall, "192.0.2.9", "10.0.10.19").answer == "permit"
    assert asked(policy, firewall, "192.0.2.9", "10.0.10.20").answer == "deny"
    assert asked(policy, firewall, "2001:db8:1::1", "2001:db8::7").answer == "permit"
    negated = acl(rule(1, "permit", ANY, Ends(names=["SERVERS"], is_negated=True)), kind="policy")
    assert asked(negated, firewall, "192.0.2.9", "10.0.10.20").answer == "permit"
    assert asked(negated, firewall, "192.0.2.9", "10.0.10.200").answer == "deny"


def test_services_by_group_by_icmp_type_and_by_predefined_name() -> None:
    services = [
        ServiceObject(source=LINE, name="WEB", services=Services(names=["H1", "H2"]), is_group=True),
        ServiceObject(source=LINE, name="H1", services=tcp("80")),
        ServiceObject(source=LINE, name="H2", services=tcp("www", "8000-8099")),
    ]
    firewall = device(platform="juniper_junos", service_objects=services)
    policy = acl(
        rule(1, "permit", services=Services(names=["WEB", "junos-ssh"])),
        rule(2, "permit", services=Services(services=[Service(protocol="icmp", icmp="echo")])),
        kind="policy",
    )
    assert asked(policy, firewall, "10.0.0.1", "10.0.0.2", "tcp", port=8050).answer == "permit"
    assert asked(policy, firewall, "10.0.0.1", "10.0.0.2", "tcp", port=22).answer == "permit"
    assert asked(policy, firewall, "10.0.0.1", "10.0.0.2", "udp", port=80).answer == "deny"
    assert asked(policy, firewall, "10.0.0.1", "10.0.0.2", "icmp", icmp="echo-request").answer == "permit"
    assert asked(policy, firewall, "10.0.0.1", "10.0.0.2", "icmp", icmp="unreachable").answer == "deny"


def test_a_circle_of_groups_a_name_of_the_dns_and_an_undefined_name_are_not_known() -> None:
    circle = [
        AddressObject(source=LINE, name="A", ends=Ends(names=["B"], networks=["10.1.0.0/16"]), is_group=True),
        AddressObject(source=LINE, name="B", ends=Ends(names=["A"]), is_group=True),
    ]
    of = device(platform="fortinet", address_objects=circle)
    for ends, why in (
        (Ends(names=["A"]), "contains itself"),
        (Ends(fqdns=["updates.example"]), "updates.example"),
        (Ends(names=["NOWHERE"]), "defined nowhere"),
    ):
        found = asked(acl(rule(1, "permit", ANY, ends), kind="policy"), of, "192.0.2.1", "10.9.0.1")
        assert found.answer == "unknown"
        assert why in found.why
    # What is certain of a circle stays certain.
    assert asked(acl(rule(1, "permit", ANY, Ends(names=["A"]))), of, "192.0.2.1", "10.1.2.3").answer == "permit"


def test_a_doubt_that_changes_nothing_does_not_make_the_answer_unknown() -> None:
    doubtful = Ends(fqdns=["updates.example"])
    of = device(platform="fortinet")
    both = acl(rule(1, "permit", ANY, doubtful), rule(2, "permit"), kind="policy")
    assert asked(both, of, "192.0.2.1", "10.9.0.1").answer == "permit"
    assert asked(acl(rule(1, "deny", ANY, doubtful), kind="policy"), of, "192.0.2.1", "10.9.0.1").answer == "deny"
    opposed = acl(rule(1, "deny", ANY, doubtful), rule(2, "permit"), kind="policy")
    assert asked(opposed, of, "192.0.2.1", "10.9.0.1").answer == "unknown"


def test_established_lets_only_packets_of_open_connections_pass() -> None:
    back = acl(rule(1, "permit", services=tcp(), is_established=True))
    assert asked(back, device(), "192.0.2.1", "10.0.0.1", "tcp", port=40000).answer == "deny"
    assert asked(back, device(), "192.0.2.1", "10.0.0.1", "tcp", port=40000, is_established=True).answer == "permit"


def test_ports_that_the_question_leaves_out_are_asked_for() -> None:
    found = asked(acl(rule(1, "permit", services=tcp("443"))), device(), "10.0.0.1", "10.0.0.2", "tcp")
    assert found.answer == "unknown"
    assert "does not say the ports" in found.why


def test_schedules_users_and_conditions_make_a_match_uncertain() -> None:
    doubts: list[dict[str, Any]] = [{"schedule": "office"}, {"users": ["sales"]}, {"conditions": ["limit=5"]}]
    for more in doubts:
        assert asked(acl(rule(1, "permit", **more)), device(), "10.0.0.1", "10.0.0.2").answer == "unknown"
    assert asked(acl(rule(1, "permit", schedule="always")), device(), "10.0.0.1", "10.0.0.2").answer == "permit"


def test_families_are_kept_apart_where_lists_are_for_one() -> None:
    assert asked(acl(rule(1, "permit")), device(), "2001:db8::1", "2001:db8::2").answer == "deny"
    assert asked(acl(rule(1, "permit"), kind="ipv6"), device(), "2001:db8::1", "2001:db8::2").answer == "permit"
    only = acl(rule(1, "permit", family="ipv6"), kind="policy")
    assert asked(only, device(platform="pfsense"), "10.0.0.1", "10.0.0.2").answer == "deny"


def test_zones_hold_for_their_interfaces_and_for_all_but_those_after_an_exclamation_mark() -> None:
    of = device(
        platform="fortinet",
        interfaces=[
            Interface(source=LINE, name="port2", alias="LAN"),
            Interface(source=LINE, name="port1", alias="WAN"),
        ],
        zones=[Zone(source=LINE, name="inside", interfaces=["port2"])],
    )
    for names, answer in ((["inside"], "permit"), (["lan"], "permit"), (["!WAN"], "permit"), (["wan"], "deny")):
        policy = acl(rule(1, "permit", from_zones=names), kind="policy")
        assert asked(policy, of, "10.0.0.1", "10.0.0.2", inward="port2").answer == answer
    unsaid = asked(acl(rule(1, "permit", from_zones=["inside"]), kind="policy"), of, "10.0.0.1", "10.0.0.2")
    assert "by which interface" in unsaid.why


def test_addresses_of_interfaces_are_looked_up() -> None:
    lan = Interface(source=LINE, name="igb1", alias="lan", addresses=[Address(source=LINE, value="10.0.5.1/24")])
    of = device(platform="pfsense", interfaces=[lan])
    policy = acl(rule(1, "permit", Ends(interfaces=["lan network"]), Ends(interfaces=["lan"])), kind="policy")
    assert asked(policy, of, "10.0.5.77", "10.0.5.1").answer == "permit"
    assert asked(policy, of, "10.0.5.77", "10.0.5.2").answer == "deny"
    elsewhere = acl(rule(1, "permit", Ends(interfaces=["wan"])), kind="policy")
    assert asked(elsewhere, of, "10.0.5.77", "10.0.5.1").answer == "unknown"


def test_chains_jump_and_come_back() -> None:
    forward = acl(
        rule(1, "permit", services=tcp(), jump="tcp-checks"),
        rule(5, "permit", net("10.0.0.0/8")),
        rule(6, "deny"),
        name="forward",
        ends_denying=False,
        kind="policy",
    )
    checks = acl(
        rule(2, "deny", services=tcp("23")),
        rule(3, "permit", services=tcp("22"), jump="return"),
        rule(4, "deny", services=tcp("22")),
        name="tcp-checks",
        kind="policy",
    )
    of = device(platform="mikrotik_routeros", access_lists=[forward, checks])
    for port, line, answer in ((23, 2, "deny"), (22, 5, "permit"), (443, 5, "permit")):
        found = asked(forward, of, "10.0.0.1", "192.0.2.1", "tcp", port=port)
        assert (found.answer, found.rule and found.rule.source.first) == (answer, line)
    assert asked(forward, of, "10.0.0.1", "192.0.2.1", "udp", port=23).answer == "permit"


def test_chains_that_lead_to_themselves_end_and_are_not_known() -> None:
    one = acl(rule(1, "permit", jump="two"), rule(2, "permit"), name="one", kind="policy")
    two = acl(rule(3, "permit", jump="one"), name="two", kind="policy")
    assert asked(one, device(access_lists=[one, two]), "10.0.0.1", "10.0.0.2").answer == "unknown"


def test_without_quick_the_last_rule_of_pf_that_matches_decides() -> None:
    policy = acl(
        rule(1, "permit", is_tentative=True),
        rule(2, "deny", net("10.0.0.0/8"), is_tentative=True),
        rule(3, "permit", services=tcp("443")),
        kind="policy",
    )
    of = device(platform="pfsense")
    assert asked(policy, of, "192.0.2.1", "192.0.2.2", "tcp", port=80).answer == "permit"
    assert asked(policy, of, "10.0.0.1", "192.0.2.2", "tcp", port=80).answer == "deny"
    assert asked(policy, of, "10.0.0.1", "192.0.2.2", "tcp", port=443).answer == "permit"


@pytest.mark.parametrize(
    ("words", "more", "says"),
    [
        (("10.0.0.300", "10.0.0.1"), {}, "one address"),
        (("10.0.0.3", "2001:db8::1"), {}, "families"),
        (("10.0.0.3", "10.0.0.1", "tcpp"), {}, "no protocol"),
        (("10.0.0.3", "10.0.0.1", "esp"), {"port": 4}, "no ports"),
        (("10.0.0.3", "10.0.0.1", "icmp"), {"icmp": "pong"}, "ICMP type"),
    ],
)
def test_questions_that_cannot_be_are_refused_with_what_to_do(
    words: tuple[str, ...], more: dict[str, Any], says: str
) -> None:
    with pytest.raises(Unprocessable, match=says):
        packet(*words, **more)


def test_groups_that_all_name_each_other_are_read_in_bounded_time() -> None:
    names = [f"G{number}" for number in range(80)]
    of = device(
        platform="fortinet",
        address_objects=[
            AddressObject(source=LINE, name=name, ends=Ends(names=[one for one in names if one != name]), is_group=True)
            for name in names
        ],
    )
    policy = acl(rule(1, "permit", ANY, Ends(names=["G0"])), kind="policy")
    assert asked(policy, of, "192.0.2.1", "10.9.0.1").answer == "unknown"


def test_masks_with_many_gaps_are_read_in_bounded_time_and_given_up_rather_than_wrong() -> None:
    wide = acl(*(rule(n, "permit", Ends(wildcards=[f"10.0.0.{n} 0.255.255.0"])) for n in range(3)), rule(9, "permit"))
    found = asked(wide, device(), "10.9.9.2", "192.0.2.1")
    assert (found.answer, found.rule and found.rule.source.first) == ("permit", 2)
    wider = acl(rule(1, "permit", Ends(wildcards=["10.0.0.1 0.255.255.254"])))
    assert asked(wider, device(), "10.9.9.3", "192.0.2.1").answer == "unknown"


def test_lists_that_jump_again_and_again_are_given_up() -> None:
    lists = [
        acl(*(rule(n, "permit", jump=f"chain{depth + 1}") for n in range(30)), name=f"chain{depth}", kind="policy")
        for depth in range(12)
    ]
    assert asked(lists[0], device(access_lists=lists), "10.0.0.1", "10.0.0.2").answer == "unknown"
