"""The commands from one configuration to another, tried on the first: they must give the second."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hier_config import Platform as HierPlatform
from hier_config import get_hconfig

from engineering_api import platforms
from engineering_api.review import dialects

CONFIGS = Path(__file__).parents[2] / "configs"
SAMPLES = [
    ("cisco_ios", "cisco_ios/access-switch.cfg"),
    ("cisco_ios", "cisco_ios/branch-router.cfg"),
    ("cisco_nxos", "cisco_nxos/core.cfg"),
    ("cisco_asa", "cisco_asa/branch-firewall.cfg"),
    ("arista_eos", "arista_eos/leaf.cfg"),
    ("hp_procurve", "hp_procurve/access-switch.cfg"),
    ("aruba_aoscx", "aruba_aoscx/core-switch.cfg"),
    ("fortinet", "fortinet/branch-60f.conf"),
    ("juniper_junos", "juniper_junos/ex-access.set"),
    ("juniper_junos", "juniper_junos/srx-branch.conf"),
    ("ubiquiti_edgeos", "ubiquiti_edgeos/office.boot"),
    ("mikrotik_routeros", "mikrotik_routeros/office-v7.rsc"),
]


def commands(platform: str, before: str, after: str) -> list[str]:
    known, dialect = platforms.named(platform), dialects.of(platform)
    assert dialect is not None
    one, other = (dialect.canonical(known.tree(text.splitlines()), platform) for text in (before, after))
    return dialect.commands(one, other, platform)


def missed(platform: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What a trial of the commands on `before` gives otherwise than `after`."""
    known, dialect = platforms.named(platform), dialects.of(platform)
    assert dialect is not None
    one, other = (dialect.canonical(known.tree(texts), platform) for texts in (before, after))
    trial = dialect.apply(before, dialect.commands(one, other, platform), known)
    return [*dialect.missed(one, dialect.canonical(known.tree(trial.texts), platform), other), *trial.refused]


def without_some(platform: str, texts: Sequence[str], seed: int) -> list[str]:
    """A configuration from which some lines or blocks were taken at random."""
    chosen = random.Random(seed)
    closing = {"fortinet": {"edit": "next", "config": "end"}}.get(platform, {})
    nodes = [
        node
        for top in platforms.named(platform).tree(texts)
        for node in top.walk()
        if not top.text.startswith("banner ") and node.last - node.first < 60
    ]
    dropped: set[int] = set()
    for node in chosen.sample(nodes, 8):
        word, last = node.text.partition(" ")[0], texts[node.last - 1].strip()
        is_whole = closing.get(word, last) == last and ("{" not in texts[node.first - 1] or last == "}")
        dropped.update(range(node.first, node.last + 1) if is_whole else ())
    return [text for number, text in enumerate(texts, start=1) if number not in dropped]


@pytest.mark.parametrize(("platform", "name"), SAMPLES)
def test_commands_there_and_back_give_the_wanted_configuration(platform: str, name: str) -> None:
    texts = (CONFIGS / name).read_text().splitlines()
    for seed in range(4):
        fewer = without_some(platform, texts, seed)
        assert fewer != texts
        assert missed(platform, texts, fewer) == []
        assert missed(platform, fewer, texts) == []


@pytest.mark.parametrize(("platform", "name"), SAMPLES)
def test_equal_configurations_need_no_commands(platform: str, name: str) -> None:
    text = (CONFIGS / name).read_text()
    assert commands(platform, text, text) == []


def test_a_line_that_replaces_another_is_set_without_being_taken_away() -> None:
    before = "interface Gi0/1\n description old\n ip address 10.0.0.1 255.255.255.0\n switchport mode access\n"
    after = "interface Gi0/1\n description new\n ip address 10.0.0.2 255.255.255.0\n switchport mode trunk\n"
    assert commands("cisco_ios", before, after) == [
        "interface Gi0/1",
        "  switchport mode trunk",
        "  description new",
        "  ip address 10.0.0.2 255.255.255.0",
    ]


def test_of_lines_that_may_be_many_only_those_that_differ_are_touched() -> None:
    before = "interface Vlan2\n ip helper-address 10.0.0.1\n ip helper-address 10.0.0.2\nntp server 10.0.0.8\n"
    after = "interface Vlan2\n ip helper-address 10.0.0.1\n ip helper-address 10.0.0.3\nntp server 10.0.0.9\n"
    assert commands("cisco_ios", before, after) == [
        "no ntp server 10.0.0.8",
        "interface Vlan2",
        "  no ip helper-address 10.0.0.2",
        "  ip helper-address 10.0.0.3",
        "ntp server 10.0.0.9",
    ]


def test_a_removed_section_is_one_command_and_a_list_of_vlans_is_taken_apart() -> None:
    before = "vlan 10,20-22\ninterface Vlan30\n ip address 10.0.0.1 255.255.255.0\n mtu 9000\n"
    assert commands("cisco_ios", before, "vlan 10,20,22\nvlan 23\n name NEW\n") == [
        "vlan 23",
        "  name NEW",
        "no interface Vlan30",
        "no vlan 21",
    ]


def test_what_is_switched_off_is_switched_on_last_and_defaults_are_swapped() -> None:
    before = "ip http server\ninterface Gi0/1\n shutdown\n"
    after = "no ip http server\ninterface Gi0/1\n no shutdown\n ip address 10.0.0.1 255.255.255.0\n"
    assert commands("cisco_ios", before, after) == [
        "no ip http server",
        "interface Gi0/1",
        "  ip address 10.0.0.1 255.255.255.0",
        "  no shutdown",
    ]
    assert commands("cisco_ios", after, before)[:1] == ["ip http server"]


def test_a_new_list_comes_before_its_use_and_an_old_one_goes_after_it() -> None:
    one = "interface Gi0/1\n ip access-group ONE in\nip access-list extended ONE\n 10 permit ip any any\n"
    two = one.replace("ONE", "TWO")
    assert commands("cisco_ios", one, two) == [
        "ip access-list extended TWO",
        "  10 permit ip any any",
        "interface Gi0/1",
        "  ip access-group TWO in",
        "no ip access-list extended ONE",
    ]


def test_a_route_is_added_before_the_other_is_withdrawn() -> None:
    assert commands("cisco_ios", "ip route 0.0.0.0 0.0.0.0 10.0.0.1\n", "ip route 0.0.0.0 0.0.0.0 10.0.0.2\n") == [
        "ip route 0.0.0.0 0.0.0.0 10.0.0.2",
        "no ip route 0.0.0.0 0.0.0.0 10.0.0.1",
    ]


def test_an_entry_with_a_number_is_replaced_and_a_list_without_numbers_is_made_anew_from_there() -> None:
    before = "ip access-list extended A\n 10 permit tcp any any eq 80\n 20 deny ip any any\n"
    after = "ip access-list extended A\n 10 permit tcp any any eq 443\n 20 deny ip any any\n"
    assert commands("cisco_ios", before, after) == [
        "ip access-list extended A",
        "  no 10 permit tcp any any eq 80",
        "  10 permit tcp any any eq 443",
    ]
    plain = "ip access-list extended A\n permit tcp any any eq 80\n{0} deny ip any any\n"
    assert commands("cisco_ios", plain.format(""), plain.format(" permit udp any any eq 53\n")) == [
        "ip access-list extended A",
        "  no deny ip any any",
        "  permit udp any any eq 53",
        "  deny ip any any",
    ]


def test_asa_puts_a_line_into_a_list_by_its_number() -> None:
    line = "access-list OUT extended {0}\n"
    before = line.format("permit tcp any host 10.0.0.5 eq 443") + line.format("deny ip any any")
    after = before.replace(
        "access-list OUT extended deny", "access-list OUT extended permit icmp any any\naccess-list OUT extended deny"
    )
    assert commands("cisco_asa", before, after) == ["access-list OUT line 2 extended permit icmp any any"]
    assert commands("cisco_asa", after, before) == ["no access-list OUT extended permit icmp any any"]


def test_members_of_aruba_lists_are_added_and_taken_one_by_one() -> None:
    before = "interface 1/1/3\n    vlan trunk allowed 10,20,30\n"
    after = "interface 1/1/3\n    vlan trunk allowed 10,20,40\n"
    assert commands("aruba_aoscx", before, after) == [
        "interface 1/1/3",
        "  no vlan trunk allowed 30",
        "  vlan trunk allowed 40",
    ]
    assert commands("hp_procurve", "vlan 10\n   tagged 1-4\n   exit\n", "vlan 10\n   tagged 1-2,7-8\n   exit\n") == [
        "vlan 10",
        "  no tagged 3-4",
        "  tagged 7-8",
    ]


def test_fortios_sets_first_moves_and_deletes_last() -> None:
    before = """\
config firewall address
    edit "old"
        set subnet 10.0.0.0 255.255.255.0
    next
end
config firewall policy
    edit 1
        set srcaddr "old"
        set action accept
    next
    edit 2
        set action deny
    next
end
"""
    after = """\
config firewall address
    edit "new"
        set subnet 10.0.1.0 255.255.255.0
    next
end
config firewall policy
    edit 2
        set action deny
    next
    edit 1
        set srcaddr "new"
        set action accept
    next
end
"""
    lines = [line.strip() for line in commands("fortinet", before, after)]
    assert lines.index('edit "new"') < lines.index('set srcaddr "new"') < lines.index('delete "old"')
    assert any(line.startswith("move ") for line in lines)
    assert missed("fortinet", before.splitlines(), after.splitlines()) == []


def test_junos_deletes_a_container_as_a_whole_and_puts_terms_to_their_places() -> None:
    before = (
        "set interfaces ge-0/0/3 description old\nset interfaces ge-0/0/3 unit 0 family inet address 10.3.3.1/24\n"
        "set system host-name one\nset interfaces ge-0/0/1 description x\n"
        "set firewall family inet filter F term last then discard\n"
    )
    after = (
        "set system host-name two\nset interfaces ge-0/0/1 description x\n"
        "set firewall family inet filter F term first then accept\n"
        "set firewall family inet filter F term last then discard\n"
    )
    assert commands("juniper_junos", before, after) == [
        "delete interfaces ge-0/0/3",
        "set system host-name two",
        "set firewall family inet filter F term first then accept",
        "insert firewall family inet filter F term first before term last",
    ]


def test_routeros_puts_a_rule_before_the_one_that_it_comes_before() -> None:
    before = (
        "/ip firewall filter\nadd action=accept chain=input comment=one\nadd action=drop chain=input comment=last\n"
    )
    after = before.replace(
        "add action=drop", "add action=accept chain=input comment=two dst-port=22 protocol=tcp\nadd action=drop"
    )
    [line] = commands("mikrotik_routeros", before, after)
    assert line.startswith("/ip firewall filter add action=accept chain=input comment=two")
    assert line.endswith("place-before=[find where action=drop and chain=input and comment=last]")
    [line] = commands("mikrotik_routeros", after, before)
    assert line.startswith("/ip firewall filter remove [find where")


NETS = " network {0} 0.0.0.255 area 0\n network 10.2.0.0 0.0.0.255 area 0\n"
PAIRS = {
    "many networks of one process": (
        "cisco_ios",
        "router ospf 1\n" + NETS.format("10.1.0.0"),
        "router ospf 1\n" + NETS.format("10.3.0.0"),
        ["router ospf 1", "no network 10.1.0.0 0.0.0.255 area 0", "network 10.3.0.0 0.0.0.255 area 0"],
    ),
    "the one network of a pool": (
        "cisco_ios",
        "ip dhcp pool A\n network 10.1.1.0 255.255.255.0\n",
        "ip dhcp pool A\n network 10.1.2.0 255.255.255.0\n",
        ["ip dhcp pool A", "network 10.1.2.0 255.255.255.0"],
    ),
    "servers of a group": (
        "cisco_ios",
        "aaa group server radius R\n server name A\n server name B\n",
        "aaa group server radius R\n server name B\n server name C\n",
        ["aaa group server radius R", "no server name A", "server name C"],
    ),
    "hosts of a group": (
        "cisco_ios",
        "object-group network A\n host 10.1.1.1\n host 10.1.1.2\n",
        "object-group network A\n host 10.1.1.2\n host 10.1.1.3\n",
        ["object-group network A", "no host 10.1.1.1", "host 10.1.1.3"],
    ),
    "VRFs of a process, without the words that only IOS has": (
        "cisco_nxos",
        "router bgp 1\n  vrf A\n    address-family ipv4 unicast\n      network 10.0.0.0/8\n  vrf B\n    local-as 5\n",
        "router bgp 1\n  vrf A\n    address-family ipv4 unicast\n      network 10.0.0.0/8\n      network 11.0.0.0/8\n",
        ["router bgp 1", "no vrf B", "vrf A", "address-family ipv4 unicast", "network 11.0.0.0/8"],
    ),
    "domain names of VRFs": (
        "cisco_ios",
        "ip domain name a.example\nip domain name vrf M b.example\n",
        "ip domain name vrf M b.example\n",
        ["no ip domain name a.example"],
    ),
    "a BGP neighbour goes as a whole, after what its families say": (
        "cisco_ios",
        "router bgp 1\n neighbor 10.0.0.1 remote-as 2\n neighbor 10.0.0.1 description x\n"
        " address-family ipv4\n  neighbor 10.0.0.1 activate\n  network 10.0.0.0\n",
        "router bgp 1\n address-family ipv4\n  network 10.0.0.0\n",
        [
            "router bgp 1", "address-family ipv4", "no neighbor 10.0.0.1 activate", "exit-address-family",
            "no neighbor 10.0.0.1",
        ],
    ),
    "what is part of the device is set back": (
        "cisco_ios",
        "interface GigabitEthernet1/0/5\n description x\ninterface GigabitEthernet1/0/6.10\n description y\n",
        "",
        ["default interface GigabitEthernet1/0/5", "no interface GigabitEthernet1/0/6.10"],
    ),
    "a trunk's list is taken away as a whole": (
        "cisco_ios",
        "interface Gi1/0/1\n switchport trunk allowed vlan 10,20\n switchport mode trunk\n",
        "interface Gi1/0/1\n switchport mode trunk\n",
        ["interface Gi1/0/1", "no switchport trunk allowed vlan"],
    ),
    "a port leaves its port-channel before it joins another": (
        "cisco_nxos",
        "interface Ethernet1/1\n  channel-group 1 mode active\n",
        "interface Ethernet1/1\n  channel-group 2 mode active\n",
        ["interface Ethernet1/1", "no channel-group", "channel-group 2 mode active"],
    ),
    "the ports leave a VLAN before it goes": (
        "cisco_ios",
        "vlan 10\nvlan 20\ninterface Gi1/0/1\n switchport access vlan 20\n",
        "vlan 10\ninterface Gi1/0/1\n switchport access vlan 10\n",
        ["interface Gi1/0/1", "switchport access vlan 10", "no vlan 20"],
    ),
    "a new address is there before the old one goes": (
        "cisco_ios",
        "interface Vlan10\n ip address 10.1.1.1 255.255.255.0\n",
        "interface Vlan20\n ip address 10.2.1.1 255.255.255.0\n",
        ["interface Vlan20", "ip address 10.2.1.1 255.255.255.0", "no interface Vlan10"],
    ),
    "an address that moves is free first": (
        "cisco_ios",
        "interface Vlan10\n ip address 10.1.1.1 255.255.255.0\n",
        "interface Vlan20\n ip address 10.1.1.1 255.255.255.0\n",
        ["no interface Vlan10", "interface Vlan20", "ip address 10.1.1.1 255.255.255.0"],
    ),
    "of a route by the same next hop what goes is first": (
        "cisco_ios",
        "ip route 0.0.0.0 0.0.0.0 10.0.0.1 track 1\ntrack 1 ip sla 1 reachability\n",
        "ip route 0.0.0.0 0.0.0.0 10.0.0.1\n",
        ["no ip route 0.0.0.0 0.0.0.0 10.0.0.1 track 1", "ip route 0.0.0.0 0.0.0.0 10.0.0.1", "no track 1"],
    ),
    "of a list without numbers only what goes": (
        "cisco_ios",
        "ip access-list extended A\n permit tcp any any eq 1\n permit tcp any any eq 2\n deny ip any any\n",
        "ip access-list extended A\n permit tcp any any eq 1\n deny ip any any\n",
        ["ip access-list extended A", "no permit tcp any any eq 2"],
    ),
    "the console's own values": (
        "cisco_nxos", "line console\n  terminal length 45\n", "line console\n", ["line console", "terminal length 24"],
    ),
    "logging on the console, which only IOS sets back": (
        "cisco_nxos", "logging console 1\nlogging history 6\nlogging history size 100\n", "logging history size 100\n",
        ["no logging console 1", "no logging history 6"],
    ),
    "lines of a banner": (
        "cisco_asa", "banner motd one\nbanner motd two\n", "banner motd one\nbanner motd three\n",
        ["no banner motd", "banner motd one", "banner motd three"],
    ),
    "a port that moves to another VLAN": (
        "hp_procurve",
        "vlan 10\n   untagged 1-10\n   exit\nvlan 20\n   untagged 11\n   exit\n",
        "vlan 10\n   untagged 1-4,6-10\n   exit\nvlan 20\n   untagged 5,11\n   exit\n",
        ["vlan 20", "untagged 5"],
    ),
    "values of ports that have their own default": (
        "hp_procurve",
        "aaa port-access authenticator 1 tx-period 3\naaa port-access authenticator 1 client-limit 4\n",
        "",
        ["aaa port-access authenticator 1 tx-period 30", "no aaa port-access authenticator 1 client-limit"],
    ),
    "what comes from the device or in another order": (
        "cisco_ios",
        "! Last configuration change at 10:00\nntp clock-period 17179\nntp server 10.0.0.1\nntp server 10.0.0.2\n",
        "! Last configuration change at 11:00\nntp clock-period 17180\nntp server 10.0.0.2\nntp server 10.0.0.1\n",
        [],
    ),
    "what is built on others goes before them": (
        "cisco_ios",
        "class-map match-any A\n match dscp ef\npolicy-map P\n class A\n  priority percent 10\n",
        "hostname r1\n",
        ["hostname r1", "no policy-map P", "no class-map match-any A"],
    ),
    "a list of rules comes after the objects that it names": (
        "cisco_asa",
        "object network W\n host 10.0.0.5\naccess-list O extended permit tcp any object W eq 80\n"
        "object network W\n nat (dmz,outside) static 192.0.2.1\n",
        "object network X\n host 10.0.0.6\naccess-list O extended permit tcp any object X eq 80\n",
        [
            "object network X", "host 10.0.0.6", "no access-list O extended permit tcp any object W eq 80",
            "access-list O extended permit tcp any object X eq 80", "no object network W",
        ],
    ),
    "a VLAN that has a name and stands in a list": (
        "cisco_nxos", "hostname n1\nvlan 1,10,20\nvlan 20\n  name X\n", "vlan 1,10\n", ["no vlan 20"],
    ),
    "a port that becomes a routed one": (
        "aruba_aoscx",
        "interface 1/1/1\n    no shutdown\n    no routing\n    vlan access 10\n",
        "interface 1/1/1\n    no shutdown\n    ip address 10.0.0.1/24\n",
        ["interface 1/1/1", "no vlan access 10", "routing", "ip address 10.0.0.1/24"],
    ),
    "an empty statement that others stand below": (
        "ubiquiti_edgeos",
        "set firewall name A rule 10\nset firewall name A rule 10 action accept\n",
        "set firewall name A rule 10 action drop\n",
        ["delete firewall name A rule 10 action accept", "set firewall name A rule 10 action drop"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_the_commands_are_those_that_an_engineer_types_and_they_lead_back(name: str) -> None:
    platform, before, after, expected = PAIRS[name]
    assert [line.strip() for line in commands(platform, before, after)] == expected
    assert missed(platform, before.splitlines(), after.splitlines()) == []
    assert missed(platform, after.splitlines(), before.splitlines()) == []


def test_routeros_removes_the_rule_that_is_meant_and_not_all_that_have_its_values() -> None:
    rules = (
        "/ip firewall filter\nadd action=drop chain=input connection-state=invalid\n"
        "add action=drop chain=input comment=last in-interface=ether1\n"
    )
    after = rules.replace("filter\n", "filter\nadd action=drop chain=input\n")
    [line] = commands("mikrotik_routeros", after, rules)
    assert line == "/ip firewall filter remove [:pick [find where action=drop and chain=input] 0]"
    for one, other in ((rules, after), (after, rules)):
        assert missed("mikrotik_routeros", one.splitlines(), other.splitlines()) == []


def test_commands_of_other_tools_are_taken_without_indentation() -> None:
    before = (
        "interface Ethernet1/1\n  ip router ospf 1 area 0.0.0.0\nvrf context B\n  ip route 10.0.0.0/8 10.1.1.1\n"
        "router bgp 1\n  vrf A\n    neighbor 10.0.0.1\n      remote-as 2\n  vrf B\n    local-as 5\n"
    )
    typed = [
        "interface Ethernet1/1", "no ip router ospf 1 area 0.0.0.0", "ipv6 router ospfv3 1 area 0.0.0.0",
        "vrf context B", "no ip route 10.0.0.0/8 10.1.1.1", "router bgp 1", "vrf A", "neighbor 10.0.0.1", "remote-as 3",
        "no vrf B", "show version",
    ]  # fmt: skip
    dialect = dialects.of("cisco_nxos")
    assert dialect is not None
    trial = dialect.apply(before.splitlines(), typed, platforms.named("cisco_nxos"))
    assert (trial.refused, trial.done_at_once) == ((), ())
    assert [line.strip() for line in trial.texts] == [
        "interface Ethernet1/1", "ipv6 router ospfv3 1 area 0.0.0.0", "vrf context B", "router bgp 1", "vrf A",
        "neighbor 10.0.0.1", "remote-as 3",
    ]  # fmt: skip


def test_shortened_commands_and_names_of_ports_are_those_of_the_configuration() -> None:
    before = (
        "interface GigabitEthernet1/0/48\n switchport trunk allowed vlan 10,20\n shutdown\n"
        "interface GigabitEthernet1/0/49\n description x\ninterface Vlan99\n ip address 10.0.0.1 255.255.255.0\n"
        "ip route 10.0.0.0 255.0.0.0 10.0.0.2\nobject network A\n host 10.0.0.9\nuser b\n"
    )
    typed = [
        "conf t", "int gi1/0/48", "sw tr al vl add 30", "desc up", "no shut", "int range gi1/0/48-49", "sw mo acc",
        "no int vlan 99", "no ip rou 10.0.0.0 255.0.0.0 10.0.0.2", "end", "sh run", "wr",
    ]  # fmt: skip
    dialect = dialects.of("cisco_ios")
    assert dialect is not None
    trial = dialect.apply(before.splitlines(), typed, platforms.named("cisco_ios"))
    assert trial.refused == ()
    assert [line.strip() for line in trial.texts] == [
        "interface GigabitEthernet1/0/48", "switchport trunk allowed vlan 10,20,30", "description up", "no shutdown",
        "switchport mode access", "interface GigabitEthernet1/0/49", "description x", "switchport mode access",
        "object network A", "host 10.0.0.9", "user b",
    ]  # fmt: skip
    same = dialect.apply(before.splitlines(), before.splitlines(), platforms.named("cisco_ios"))
    assert list(same.texts) == before.splitlines()


HIER_PAIRS = [
    (
        HierPlatform.CISCO_IOS,
        "cisco_ios",
        "hostname r1\nvlan 2\n name A\nvlan 3\n name B\ninterface Vlan2\n description one\n ip address"
        " 10.0.2.1 255.255.255.0\n"
        " shutdown\nsnmp-server community old RO\nip route 10.0.0.0 255.0.0.0 10.0.2.254\n",
        "hostname r1\nvlan 3\n name B\nvlan 4\n name C\ninterface Vlan2\n description two\n ip address"
        " 10.0.2.2 255.255.255.0\n"
        " mtu 9000\n ip access-group T in\nip access-list extended T\n 10 permit ip any any\nntp server 10.0.0.1\n",
    ),
    (
        HierPlatform.ARISTA_EOS,
        "arista_eos",
        "hostname l1\nvlan 30\n name X\ninterface Ethernet3\n   mtu 1500\n"
        "router bgp 65100\n   neighbor 10.0.0.1 remote-as 65000\n   neighbor 10.0.0.1 description Core\n",
        "hostname l2\nvlan 40\n name Y\ninterface Ethernet3\n   mtu 9000\n"
        "router bgp 65100\n   neighbor 10.0.0.1 remote-as 65000\n   neighbor 10.0.0.2 remote-as"
        " 65300\nntp server 10.0.0.21\n",
    ),
    (
        HierPlatform.ARUBA_AOSCX,
        "aruba_aoscx",
        "hostname c1\nvlan 10\n    name A\nvlan 30\n    name B\ninterface 1/1/3\n    no shutdown\n   "
        " vlan trunk allowed 10,30\n",
        "hostname c1\nvlan 10\n    name A2\nvlan 40\n    name C\ninterface 1/1/3\n    no shutdown\n   "
        " vlan trunk allowed 10,40\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("hier", "platform", "before", "after"), HIER_PAIRS)
def test_hier_config_comes_to_the_wanted_configuration_by_our_commands(
    hier: HierPlatform, platform: str, before: str, after: str
) -> None:
    running, wanted = get_hconfig(hier, before), get_hconfig(hier, after)
    remediation = get_hconfig(hier, "\n".join(commands(platform, before, after)))
    assert list(running.future(remediation).unified_diff(wanted)) == []


@pytest.mark.parametrize(("hier", "platform", "before", "after"), HIER_PAIRS)
def test_its_commands_come_to_the_wanted_configuration_here(
    hier: HierPlatform, platform: str, before: str, after: str
) -> None:
    delta = get_hconfig(hier, before).config_to_get_to(get_hconfig(hier, after))
    theirs = [line.cisco_style_text() for line in delta.all_children_sorted()]
    known, dialect = platforms.named(platform), dialects.of(platform)
    assert dialect is not None
    trial = dialect.apply(before.splitlines(), theirs, known)
    trees = [
        dialect.canonical(known.tree(texts), platform)
        for texts in (before.splitlines(), trial.texts, after.splitlines())
    ]
    assert dialect.missed(trees[0], trees[1], trees[2]) == []
