"""Why a change is risky, and what is made of it."""

from ipaddress import ip_address

import pytest

from engineering_api.parsing import parse
from engineering_api.review import dialects
from engineering_api.review.reason import Managed
from engineering_api.review.review import Review, Tried, review
from engineering_api.review.saying import State
from engineering_api.review.textual import unified

SWITCH = """\
hostname sw1
username admin privilege 15 secret 5 $1$inve$ntedhash
ip domain name example.net
vlan 10
 name Staff
vlan 20
 name Voice
spanning-tree mode rapid-pvst
spanning-tree vlan 10,20 priority 24576
interface Port-channel1
 switchport mode trunk
interface GigabitEthernet1/0/1
 switchport mode access
 switchport access vlan 20
interface GigabitEthernet1/0/47
 channel-group 1 mode active
interface GigabitEthernet1/0/48
 switchport trunk native vlan 99
 switchport trunk allowed vlan 10,20
 switchport mode trunk
interface Vlan10
 ip address 10.1.10.2 255.255.255.0
 ip helper-address 10.1.20.5
 ip access-group STAFF in
interface Vlan20
 ip address 10.1.20.2 255.255.255.0
ip access-list extended STAFF
 10 permit tcp 10.1.10.0 0.0.0.255 any eq 22
 20 deny ip any 10.9.0.0 0.0.255.255 log
 30 permit ip 10.1.10.0 0.0.0.255 any
ip route 0.0.0.0 0.0.0.0 10.1.20.1
ip route 10.8.0.0 255.255.0.0 10.1.20.9
ip ssh version 2
ntp server 10.1.20.5
logging host 10.1.20.6
line vty 0 4
 transport input ssh
end
"""


def state(text: str, platform: str = "cisco_ios") -> State:
    parsed = parse(text.encode(), fingerprint=lambda secret: f"{sum(secret.encode()):06x}"[-6:], platform=platform)
    return State(parsed.device, parsed.texts, parsed.platform)


def look(before: str, after: str, address: str = "", platform: str = "cisco_ios") -> Review:
    managed = Managed(ip_address(address) if address else None)
    return review(state(before, platform), state(after, platform), managed=managed, tried=Tried())


def typed(before: str, commands: str, address: str = "", platform: str = "cisco_ios") -> Review:
    one, dialect = state(before, platform), dialects.of(platform)
    assert dialect is not None
    lines = tuple(commands.splitlines())
    trial = dialect.apply(one.texts, lines, one.platform)
    managed = Managed(ip_address(address) if address else None)
    tried = Tried(trial.refused, trial.done_at_once, lines)
    return review(one, state("\n".join(trial.texts), platform), managed=managed, tried=tried)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ip route 0.0.0.0 0.0.0.0 10.1.20.1\n", "", "default-route-withdrawn"),
        ("0.0.0.0 10.1.20.1", "0.0.0.0 10.1.20.3", "next-hop-changed"),
        ("ip route 10.8.0.0 255.255.0.0 10.1.20.9\n", "", "route-withdrawn"),
        ("255.255.0.0 10.1.20.9", "255.255.0.0 10.77.0.9", "next-hop-lost"),
        ("allowed vlan 10,20", "allowed vlan 10", "vlan-removed-from-trunk"),
        ("vlan 20\n name Voice\n", "", "vlan-deleted-in-use"),
        ("native vlan 99", "native vlan 98", "native-vlan-changed"),
        ("priority 24576", "priority 4096", "stp-root-changed"),
        ("channel-group 1 mode active", "channel-group 2 mode active", "port-channel-changed"),
        (" ip helper-address 10.1.20.5\n", "", "dhcp-relay-changed"),
        ("ntp server 10.1.20.5\n", "", "ntp-removed"),
        ("logging host 10.1.20.6\n", "", "syslog-removed"),
        ("10.1.20.2 255", "10.1.20.3 255", "address-changed"),
        ("interface Vlan20\n", "interface Vlan20\n mtu 1400\n", "mtu-changed"),
        ("interface Vlan20\n", "interface Vlan20\n shutdown\n", "interface-shutdown"),
        (" 20 deny ip any 10.9.0.0 0.0.255.255 log\n", "", "deny-rule-removed"),
        (" 20 deny ip any 10.9.0.0 0.0.255.255 log\n", "", "newly-allowed"),
        (" 10 permit", " 5 permit ip any any\n 10 permit", "open-rule"),
        ("any eq 22", "any eq 2222", "newly-denied"),
        ("ip access-group STAFF in", "ip access-group NOWHERE in", "undefined-reference"),
        ("username admin", "username other", "user-removed"),
        ("transport input ssh", "transport input telnet ssh\nip http server", "management-weakened"),
        ("$1$inve$ntedhash", "$1$anot$herhash", "secret-changed"),
        ("ip ssh version 2", "system mtu 9000", "reload-needed"),
    ],
)
def test_what_is_risky_has_its_reason_with_lines(old: str, new: str, code: str) -> None:
    assert old in SWITCH
    after = SWITCH.replace(old, new)
    if code == "newly-denied":
        after = after.replace(" 30 permit ip 10.1.10.0 0.0.0.255 any\n", "")
    found = {reason.code: reason for reason in look(SWITCH, after).reasons}
    assert code in found
    assert found[code].evidence
    assert found[code].sentence.endswith(".")


def test_a_description_may_go() -> None:
    found = look(SWITCH, SWITCH.replace("interface Vlan20\n", "interface Vlan20\n description phones\n"))
    assert (found.verdict, found.level, found.reasons) == ("go", "low", ())
    assert [change.path for change in found.changes] == ["interfaces/Vlan20/description"]


def test_rules_are_known_by_what_they_say_and_not_by_their_place() -> None:
    plain = "ip access-list extended A\n permit tcp any any eq 80\n permit tcp any any eq 443\n"
    found = look(
        plain, plain.replace(" permit tcp any any eq 80", " permit udp any any eq 53\n permit tcp any any eq 80")
    )
    assert [(one.op, one.path) for one in found.changes] == [("added", "access_lists/A/rules/permit udp/53 any to any")]


def test_a_list_of_two_thousand_rules_is_compared_by_all_packets_and_not_by_an_example() -> None:
    # The packet that comes to mind first is denied before and after.
    lines = " deny ip host 198.51.100.10 any\n" + "".join(
        f" permit tcp host 10.{number // 250}.{number % 250}.9 any eq 443\n" for number in range(1_990)
    )
    plain = f"ip access-list extended BIG\n{lines}"
    found = look(plain, f"{plain} permit ip any host 192.0.2.1\n")
    (reason,) = [one for one in found.reasons if one.code == "newly-allowed"]
    assert " to 192.0.2.1 " in reason.sentence


def test_a_list_that_denies_the_engineer_locks_out() -> None:
    commands = "ip access-list standard MGMT\n permit 10.9.9.0 0.0.0.255\nline vty 0 4\n access-class MGMT in\n"
    found = typed(SWITCH, commands, "10.1.10.77")
    [reason] = [one for one in found.reasons if one.code == "management-lockout"]
    assert "MGMT" in reason.sentence
    assert found.verdict == "no-go"
    assert typed(SWITCH, commands, "10.9.9.9").verdict != "no-go"


def test_the_interface_of_the_engineer_and_the_way_back_matter() -> None:
    assert typed(SWITCH, "interface Vlan10\n shutdown\n", "10.1.10.77").verdict == "no-go"
    assert typed(SWITCH, "interface GigabitEthernet1/0/1\n shutdown\n", "10.1.10.77").verdict != "no-go"
    assert typed(SWITCH, "no ip route 0.0.0.0 0.0.0.0 10.1.20.1\n", "192.0.2.9").verdict == "no-go"


def test_fortios_without_https_on_the_way_in_locks_out() -> None:
    before = (
        "#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin\nconfig system interface\n"
        '    edit "lan"\n        set vdom "root"\n        set ip 10.0.0.1 255.255.255.0\n'
        "        set allowaccess ping https ssh\n    next\nend\n"
    )
    commands = 'config system interface\n    edit "lan"\n        set allowaccess ping\n    next\nend\n'
    found = typed(before, commands, "10.0.0.50", "fortinet")
    assert "management-lockout" in {reason.code for reason in found.reasons}
    assert found.rollback == (
        "config system interface", '    edit "lan"', "        set allowaccess ping https ssh", "    next", "end",
    )  # fmt: skip


def test_commands_without_indentation_and_for_ranges_are_understood() -> None:
    commands = (
        "conf t\ninterface range Gi1/0/1 - 2\ndescription typed\nexit\nvlan 30\nname Guests\nno"
        " ntp server 10.1.20.5\nend\nwr\n"
    )
    before = SWITCH.replace("GigabitEthernet1/0/1\n", "Gi1/0/1\n")
    found = typed(before, commands)
    paths = {change.path for change in found.changes}
    assert {"vlans/30", "servers/ntp/10.1.20.5"} <= paths
    assert any(path.endswith("GigabitEthernet1/0/1/description") for path in paths)
    assert not [one for one in found.reasons if one.code == "not-applied"]


def test_trunk_lists_are_added_to_and_taken_from() -> None:
    found = typed(SWITCH, "interface GigabitEthernet1/0/48\n switchport trunk allowed vlan add 30,31\n")
    assert found.remediation == ("interface GigabitEthernet1/0/48", "  switchport trunk allowed vlan 10,20,30-31")
    found = typed(SWITCH, "interface GigabitEthernet1/0/48\n switchport trunk allowed vlan remove 20\n")
    assert found.remediation[-1] == "  switchport trunk allowed vlan 10"


def test_both_ways_of_a_review_are_tried_and_their_secrets_asked_for() -> None:
    found = look(SWITCH, SWITCH + "snmp-server community inventedword RO\n")
    assert "snmp-server community <enter the community> RO" in [line.strip() for line in found.remediation]
    assert not [one for one in found.warnings if one.startswith("A trial")]


def test_a_unified_difference_has_numbers_that_add_up() -> None:
    before = [f"line {number}" for number in range(60)]
    after = [*before[:10], "new", *before[10:40], *before[41:]]
    text = unified(before, after)
    assert "@@ -8,6 +8,7 @@" in text
    assert "@@ -38,7 +39,6 @@" in text
    assert unified(before, before) == ""


@pytest.mark.parametrize(
    "platform", ["cisco_ios", "cisco_asa", "fortinet", "juniper_junos", "mikrotik_routeros", "hp_procurve"]
)
def test_hostile_text_and_commands_end_in_a_review(platform: str) -> None:
    hostile = [
        "\n".join(" " * number + f"x{number}" for number in range(400)),
        "interface range Gi1/0/1-99999999\n shutdown\nvlan 1-4094\nno\ndefault\n access-list line x\n",
        "config a\nedit\nset\nmove\nend\nend\n" * 20,
        "set a [ b c ]\ninsert x\nrename to\nedit\nup\ntop set\ndelete\n",
        "/ip address\nadd [find [find\nset [ find\nremove\n/x y z\n",
        "no " * 500,
    ]
    for text in hostile:
        assert typed(text, text, platform=platform).verdict in ("go", "go with mitigation", "no-go")
        assert typed(SWITCH, text, platform=platform).verdict in ("go", "go with mitigation", "no-go")


LAYER_3 = SWITCH.replace("vlan 10\n", "ip routing\nvlan 10\n", 1)
ROUTER = """\
/interface vlan
add interface=bridge name=staff vlan-id=10
/ip address
add address=10.1.10.1/24 interface=staff network=10.1.10.0
/ip firewall filter
add action=drop chain=input connection-state=invalid
add action=accept chain=input in-interface=staff
add action=drop chain=input comment=last
/ip service
set telnet disabled=yes
set ssh address=10.1.10.0/24
set winbox address=10.1.10.0/24
"""
FORTI = """\
config system interface
    edit "lan"
        set ip 10.1.10.1 255.255.255.0
        set allowaccess ping https ssh
    next
end
config system admin
    edit "admin"
        set accprofile "super_admin"
        set trusthost1 10.1.10.0 255.255.255.0
    next
end
"""
ASA = """\
interface GigabitEthernet1/1
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.248
access-list OUT extended permit tcp any host 203.0.113.4 eq https
access-group OUT in interface outside
http server enable
http 10.20.1.0 255.255.255.0 inside
crypto map OUTSIDE 10 set peer 198.51.100.10
crypto map OUTSIDE 10 set pfs group14
"""
FEARED = {
    "routing off": ("cisco_ios", LAYER_3, "no ip routing", "no-go", "routing-off"),
    "no line for SSH": ("cisco_ios", SWITCH, "line vty 0 4\n transport input none", "no-go", "management-lockout"),
    "Telnet alone": ("cisco_ios", SWITCH, "line vty 0 4\n transport input telnet", "go with mitigation",
                     "management-changed"),
    "spanning tree off": ("cisco_ios", SWITCH, "no spanning-tree vlan 10", "go with mitigation", "spanning-tree-off"),
    "a list taken off": ("cisco_ios", SWITCH, "interface Vlan10\n no ip access-group STAFF in", "go with mitigation",
                         "filter-moved"),
    "services for others": ("mikrotik_routeros", ROUTER,
                            "/ip service set ssh address=192.0.2.0/24\n/ip service set winbox address=192.0.2.0/24"
                            "\n/ip service set telnet disabled=yes", "no-go", "management-lockout"),
    "a rule above all": ("mikrotik_routeros", ROUTER, "/ip firewall filter add chain=input action=drop place-before=0",
                         "no-go", "management-lockout"),
    "the VLAN of the way in": ("mikrotik_routeros", ROUTER, "/interface vlan remove [find name=staff]", "no-go",
                               "management-lockout"),
    "hosts that are trusted": ("fortinet", FORTI, "config system admin\nedit admin\nset trusthost1 192.0.2.0"
                               " 255.255.255.0\nnext\nend", "no-go", "management-lockout"),
    "another network": ("fortinet", FORTI, "config system interface\nedit lan\nset ip 10.9.9.1 255.255.255.0\nnext"
                        "\nend", "no-go", "management-lockout"),
    "open from outside": ("cisco_asa", ASA, "access-list OUT line 1 extended permit ip any any", "no-go", "open-rule"),
    "a tunnel's own lines": ("cisco_asa", ASA, "crypto map OUTSIDE 10 set pfs group5", "go with mitigation",
                             "vpn-phase-mismatch"),
    "everything cleared": ("cisco_asa", ASA, "clear configure all", "no-go", "reload-or-erase"),
    "a restart": ("aruba_aoscx", "hostname c1\n", "boot system", "go with mitigation", "reload-or-erase"),
}  # fmt: skip


@pytest.mark.parametrize("name", FEARED)
def test_what_engineers_fear_is_not_let_go(name: str) -> None:
    platform, before, commands, verdict, code = FEARED[name]
    found = typed(before, commands, "" if platform.startswith(("aruba", "cisco_asa")) else "10.1.10.50", platform)
    assert (found.verdict, code in {reason.code for reason in found.reasons}) == (verdict, True)


@pytest.mark.parametrize(
    ("platform", "before", "commands"),
    [
        ("cisco_ios", SWITCH, "show vlan\nping 10.1.10.1\nwrite memory\nclear counters"),
        ("cisco_ios", SWITCH, "interface GigabitEthernet1/0/48\n no description\n switchport trunk allowed vlan add 9"),
        ("cisco_ios", SWITCH, "vlan 30\n name Guests\nntp server 10.1.20.9\nsnmp-server location Bath"),
        ("mikrotik_routeros", ROUTER, "/ip firewall filter set [find comment=last] comment=end"),
        ("fortinet", FORTI, "config firewall address\nedit h\nset subnet 10.1.1.1/32\nnext\nend"),
        ("cisco_asa", ASA, "access-list OUT line 1 remark published"),
        ("ubiquiti_edgeos", "system {\n    host-name a\n    name-server 9.9.9.9\n}\n", "set system host-name b"),
        ("juniper_junos", "set version 18.4R3\nset system host-name a\nset vlans a vlan-id 5\n"
         "set interfaces ge-0/0/1 unit 0 family ethernet-switching vlan members [ a b ]\n",
         "set vlans a description x"),
    ],
)  # fmt: skip
def test_what_harmless_engineers_type_may_go(platform: str, before: str, commands: str) -> None:
    found = typed(before, commands, "10.1.10.50" if "asa" not in platform else "", platform)
    assert (found.verdict, found.warnings) == ("go", ())
    assert not [change.path for change in found.changes if "version" in change.path or "{" in change.path]


@pytest.mark.parametrize(
    ("platform", "before", "after"),
    [
        ("cisco_ios", "vlan 10,20\ninterface Gi0/1\n ip helper-address 10.0.0.1\n ip helper-address 10.0.0.2\n",
         "interface Gi0/1\n ip helper-address 10.0.0.2\n ip helper-address 10.0.0.1\nvlan 20\nvlan 10\n"),
        ("cisco_ios", "Current configuration : 1 bytes\ncrypto pki certificate chain A\n certificate 01\n  3\n  quit\n",
         "Current configuration : 11 bytes\ncrypto pki certificate chain A\n certificate 02\n  31\n  quit\n"),
        ("cisco_asa", ": Saved\nhostname f\nCryptochecksum:0\n", ": By b\nhostname f\nCryptochecksum:1"),
        ("aruba_aoscx", "vlan 1,40-41\ninterface 1/1/1\n    vlan trunk allowed 1-3\n",
         "vlan 40\nvlan 41\nvlan 1\ninterface 1/1/1\n    vlan trunk allowed 1,2,3\n"),
        ("hp_procurve", "vlan 10\n   tagged 1-4\n   exit\n", "vlan 10\n   tagged 1,2,3,4\n   exit\n"),
        ("fortinet", "config firewall address\nedit a\nset fqdn a.test\nnext\nedit b\nset fqdn b.test\nnext\nend\n",
         "config firewall address\nedit b\nset fqdn b.test\nnext\nedit a\nset fqdn a.test\nnext\nend\n"),
        ("juniper_junos", "## Last changed: 1\nsystem { host-name a; services { ssh; } }\n",
         "## Last changed: 2\nsystem { services { ssh; } host-name a; }\n"),
    ],
)  # fmt: skip
def test_another_order_form_or_time_is_no_difference(platform: str, before: str, after: str) -> None:
    found = look(before, after, platform=platform)
    assert ([change.path for change in found.changes], found.text, found.remediation, found.verdict) == (
        [],
        "",
        (),
        "go",
    )


def test_a_rule_that_goes_is_told_though_no_packet_can_be_tried() -> None:
    rule = (
        "<rule><type>pass</type><interface>lan</interface><ipprotocol>inet</ipprotocol>"
        "<source><network>lan</network></source><destination><any></any></destination></rule>"
    )
    device = (
        "<pfsense><version>22.9</version><interfaces><lan><enable></enable><if>igc1</if><ipaddr>10.1.1.1</ipaddr>"
        "<subnet>24</subnet></lan></interfaces><filter>{0}<rule><type>block</type><interface>lan</interface>"
        "<source><any></any></source><destination><any></any></destination></rule></filter></pfsense>"
    )
    found = look(device.format(rule), device.format(""), platform="pfsense")
    assert (found.verdict, [reason.code for reason in found.reasons]) == ("go with mitigation", ["newly-denied"])
