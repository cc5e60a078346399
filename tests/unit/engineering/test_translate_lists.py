"""IP access lists of switches and routers in the words of others."""

import pytest

from engineering_api import platforms
from engineering_api.parsing import Parsed, parse
from engineering_api.translate.translate import Translation, translate

ROUTER = """\
hostname r1
object-group network ADMINS
 host 198.51.100.7
 192.0.2.0 255.255.255.0
interface GigabitEthernet0/0
 ip address 203.0.113.2 255.255.255.0
 ip access-group WAN in
ip access-list extended WAN
 permit tcp any any established
 permit tcp object-group ADMINS host 203.0.113.2 eq 22 log
 permit udp host 203.0.113.10 eq 500 host 203.0.113.2 eq 500
 permit tcp any 203.0.113.0 0.0.0.15 range 8000 8010
 permit icmp any any echo-reply
 deny ip 10.0.0.1 0.0.255.0 any
 deny ip any any log
access-list 10 permit 10.20.0.0 0.0.255.255
end
"""
TARGETS = ("cisco_ios", "arista_eos", "cisco_nxos")


def read(text: str, platform: str) -> Parsed:
    return parse(text.encode(), fingerprint=lambda secret: "00aa11", platform=platform)


def turned(text: str, source: str, target: str) -> tuple[Translation, Parsed]:
    parsed, to = read(text, source), platforms.named(target)
    pair = (parsed.platform, to)
    made = translate(parsed.device, parsed.texts, pair, lambda one: read(one, to.name), given={}, scope=[])
    return made, read("\n".join(made.lines) + "\n", target)


def fates(made: Translation, first: int, last: int) -> set[str]:
    return {one.status for one in made.mapped if one.source.last >= first and one.source.first <= last}


@pytest.mark.parametrize("target", TARGETS)
def test_lists_are_exact_and_are_put_to_their_ports(target: str) -> None:
    made, again = turned(ROUTER, "cisco_ios", target)
    assert again.device.unparsed == []
    assert fates(made, 5, 7) == {"exact"}
    assert fates(made, 9, 16) == {"exact"}
    assert [one.acl_in for one in again.device.interfaces] == ["WAN"]
    lists = {one.name: one.rules for one in again.device.access_lists}
    assert [one.action for one in lists["WAN"]] == ["permit"] * 6 + ["deny", "deny"]
    assert lists["WAN"][0].is_established
    assert [str(one.source_ends.networks) for one in lists["10"]] == ["['10.20.0.0/16']"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_list_that_lacks_lines_is_put_to_no_port(target: str) -> None:
    text = ROUTER.replace("object-group ADMINS host", "object-group NOBODY host")
    made, again = turned(text, "cisco_ios", target)
    assert fates(made, 10, 10) == {"unsupported"}
    assert [one.acl_in for one in again.device.interfaces] == [""]
    notes = [one.note for one in made.mapped if one.source.first <= 5 <= one.source.last]
    assert "some of its lines have no counterpart" in notes[0]


def test_the_list_of_a_firewall_is_put_to_no_port_of_a_router() -> None:
    text = """\
ASA Version 9.16(4)
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.2 255.255.255.0
access-list OUT extended permit tcp any host 203.0.113.9 eq 443
access-group OUT in interface outside
"""
    made, again = turned(text, "cisco_asa", "cisco_ios")
    assert fates(made, 5, 5) == {"approx"}
    assert [one.acl_in for one in again.device.interfaces] == [""]


def test_a_port_of_nexus_that_switches_keeps_no_list_of_a_router() -> None:
    text = ROUTER.replace(" ip address 203.0.113.2 255.255.255.0\n", " switchport mode access\n")
    made, again = turned(text, "cisco_ios", "cisco_nxos")
    assert [one.acl_in for one in again.device.interfaces] == [""]
    assert fates(made, 5, 5) == {"approx"}


def test_numbers_that_mean_another_kind_of_list_become_names() -> None:
    made, _ = turned("ip access-list 10\n  10 permit ip any any\n", "cisco_nxos", "cisco_ios")
    assert "ip access-list extended list-10" in made.lines
