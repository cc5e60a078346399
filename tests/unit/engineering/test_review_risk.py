"""Why a change is risky, and what is made of it."""

from ipaddress import ip_address

import pytest

from engineering_api.parsing import parse
from engineering_api.review import dialects
from engineering_api.review.reason import Managed
from engineering_api.review.review import Review, State, Tried, review
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
    assert found.verdict == "no_go"
    assert typed(SWITCH, commands, "10.9.9.9").verdict != "no_go"


def test_the_interface_of_the_engineer_and_the_way_back_matter() -> None:
    assert typed(SWITCH, "interface Vlan10\n shutdown\n", "10.1.10.77").verdict == "no_go"
    assert typed(SWITCH, "interface GigabitEthernet1/0/1\n shutdown\n", "10.1.10.77").verdict != "no_go"
    assert typed(SWITCH, "no ip route 0.0.0.0 0.0.0.0 10.1.20.1\n", "192.0.2.9").verdict == "no_go"


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
        assert typed(text, text, platform=platform).verdict in ("go", "go_with_mitigation", "no_go")
        assert typed(SWITCH, text, platform=platform).verdict in ("go", "go_with_mitigation", "no_go")
