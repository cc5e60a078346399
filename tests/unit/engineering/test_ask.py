"""Questions in plain English are recognised by rules and answered from facts and tools, each with its source."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.asking import ASKED_AT, Fixed, found, said, sample, subject

from engineering_api.ask.planner import plan
from engineering_api.ask.question import Question, clauses
from engineering_api.ask.world import Version

CORE = """\
version 15.2
hostname sw1
vlan 30
 name Voice
vlan 40
 name Guest
interface GigabitEthernet1/0/5
 description Reception printer
 switchport access vlan 40
 switchport mode access
interface GigabitEthernet1/0/6
 shutdown
interface GigabitEthernet1/0/7
interface GigabitEthernet1/0/48
 description uplink to rtr1
 switchport trunk allowed vlan 30,40
 switchport mode trunk
ip http server
ntp server 10.0.30.9
line vty 0 4
 transport input telnet
end
"""
EDGE = """\
version 16.9
hostname rtr1
interface GigabitEthernet0/0
 description WAN
 ip address 198.51.100.2 255.255.255.252
 ip access-group FROM-OUTSIDE in
interface GigabitEthernet0/1.30
 encapsulation dot1Q 30
 ip address 10.0.30.1 255.255.255.0
 ip access-group FROM-VOICE in
interface GigabitEthernet0/1.40
 encapsulation dot1Q 40
 ip address 10.0.40.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 198.51.100.1
ip access-list extended FROM-OUTSIDE
 permit tcp any host 198.51.100.2 eq 3389
 permit tcp any host 198.51.100.2 range 3380 3390
 permit tcp host 10.0.30.5 host 198.51.100.2 eq 3389
 deny ip any any
ip access-list extended FROM-VOICE
 permit tcp 10.0.30.0 0.0.0.255 host 10.0.40.9 eq 443
 deny ip any any
ip access-list extended LEFT-OVER
 permit ip any any
end
"""


@pytest.fixture(scope="module")
def world() -> Fixed:
    return Fixed(
        (
            subject(CORE, platform="cisco_ios", site="harbour"),
            subject(EDGE, platform="cisco_ios", site="harbour"),
            sample("fortinet/branch-60f.conf", site="hill"),
            sample("opnsense/branch.xml", site="mill"),
        )
    )


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many hosts fit in 10.0.20.0/26?", "62 usable"),
        ("how many hosts in a /27", "30 usable"),
        ("What mask do I need for 500 hosts?", "/23"),
        ("What is the wildcard mask for 255.255.254.0?", "wildcard 0.0.1.255"),
        ("broadcast address of 10.1.2.3/23", "broadcast 10.1.3.255"),
        ("Do 10.0.0.0/16 and 10.0.5.0/24 overlap?", "contains 10.0.5.0/24"),
        ("Do 10.0.0.0/24 and 10.0.1.0/24 overlap?", "do not overlap"),
        ("Next free /24 in 10.0.0.0/16 if 10.0.0.0/24 and 10.0.1.0/24 are used?", "is 10.0.2.0/24"),
        ("next free /24 in 10.0.0.0/18", "is 10.0.0.0/24, as 10.0.30.0/24 and 10.0.40.0/24 are in use"),
        ("Plan 10.30.0.0/22 for sales 100, it 20 and guests 200 hosts with VLSM", "guests: 10.30.0.0/24"),
        ("Split 10.0.0.0/24 into 4 subnets", "10.0.0.192/26"),
        ("Summarise 10.0.0.0/24 and 10.0.1.0/24", "exactly by 10.0.0.0/23"),
        ("Is 10.0.20.5 in 10.0.20.0/24?", "10.0.20.5 is in"),
        ("VLAN plan in 10.50.0.0/20 for office, voice and guests", "VLAN 20 voice: 10.50.1.0/24"),
        ("What is the MTU with PPPoE?", "is 1492 bytes"),
        ("MTU of GRE over IPsec with AES-GCM", "over IPsec and GRE"),
        ("What is the IPsec overhead for a packet of 1400 bytes with AES-CBC and SHA256?", "of 1400: 68 bytes more"),
        ("How much bandwidth do 20 G.711 calls need?", "1,744 kbit/s"),
        ("bandwidth for 10 concurrent voip calls with g.729", "10 calls with G.729"),
        ("How long does it take to copy 500 GB over 100 Mbit/s?", "11 h"),
        ("Does a 370 W PoE budget power 24 phones at class 2?", "That fits"),
        ("Convert MAC 0011.2233.4455", "00:11:22:33:44:55"),
        ("expand the vlan list 10-12,20", "10, 11, 12 and 20"),
    ],
)
def test_figures_are_calculated(world: Fixed, question: str, wanted: str) -> None:
    assert wanted in said(question, world)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which switch carries VLAN 30?", "sw1 has VLAN 30 (Voice) tagged on GigabitEthernet1/0/48"),
        ("What is VLAN 40 called on sw1?", "VLAN 40 (Guest)"),
        ("Which VLAN is for guests?", "sw1 has VLAN 40 (Guest) untagged on GigabitEthernet1/0/5"),
        ("Is VLAN 777 used on sw1?", "VLAN 777 is not in the configuration of sw1"),
        ("What is on port Gi1/0/5 of sw1?", 'described as "Reception printer"'),
        ("what's on gi 1/0/5", "in VLAN 40"),
        ("What is on port Gi1/0/9 of sw1?", "No interface Gi1/0/9 is in the configuration of sw1"),
        ("Which ports are shut down on sw1?", "1 port shut down: GigabitEthernet1/0/6"),
        ("Which ports of sw1 are unused?", "a description nor a VLAN, address or aggregate: GigabitEthernet1/0/7"),
        ("Which trunk ports does sw1 have?", "is a trunk for the VLANs 30 and 40"),
        ("Where is the reception printer?", "GigabitEthernet1/0/5 (Reception printer) is on sw1 in VLAN 40"),
        ("Which device has 10.0.30.1?", "rtr1 has 10.0.30.1/24 on GigabitEthernet0/1.30"),
        ("Who has 10.0.30.77?", "in 10.0.30.0/24, the network on GigabitEthernet0/1.30 of rtr1"),
        ("Where does the default route of rtr1 go?", "goes to 198.51.100.1"),
        ("What is the WAN address of rtr1?", "198.51.100.2/30"),
        ("Can 10.0.30.5 reach 10.0.40.9 on 443?", "Yes, rtr1 lets TCP port 443"),
        ("Can 10.0.30.5 reach 10.0.40.9 on port 80?", "No: rtr1 drops TCP port 80"),
        ("Which line denies 10.0.30.5 to 10.0.40.9 on port 80?", "No: rtr1 drops TCP port 80"),
        ("Is 10.0.40.9 reachable from 10.0.30.5 by https?", "Yes, rtr1 lets TCP port 443 from 10.0.30.5"),
        ("Does FROM-VOICE permit 10.0.30.5 to 10.0.40.9 tcp 22?", "The list FROM-VOICE on rtr1 denies"),
        (
            "Which rule allows RDP from outside?",
            "Rule (line 16) of FROM-OUTSIDE on rtr1 allows it (TCP port 3389): any",
        ),
        ("Which rules are dead?", "Rule (line 18) of FROM-OUTSIDE on rtr1 never decides"),
        ("Is ACL FROM-VOICE used?", "is used: interface GigabitEthernet0/1.30 in"),
        ("is access list LEFT-OVER used anywhere", "is used nowhere"),
        ("Which ACLs are unused?", "LEFT-OVER"),
        ("Which devices have telnet on?", "sw1 has telnet on (line vty 0 4"),
        ("Which NTP servers are used?", "sw1 uses for NTP: 10.0.30.9"),
        ("Is SNMP v2 used anywhere?", "fw-branch-01 has SNMP version 2c with a well-known community"),
        ("What VPN tunnels are there and with which parameters?", "IPsec tunnel to-hq: to 198.51.100.1"),
        ("is there a VPN to 198.51.100.10", "To headquarters"),
        ("show the DHCP scopes of the hill site", "10.20.1.100 to 10.20.1.199"),
        ("What is the SSID for guests?", "Example Guest"),
        ("How do I manage fw-branch-01?", "can be managed by https (port 8443"),
        ("firmware version of fw-branch-01", "runs version 7.2.8"),
        ("Which users can log in on fw-branch-01?", "the user helpdesk"),
        ("Is DHCP snooping on?", "says nothing of dhcp-snooping"),
        ("What NAT rules does fw-branch-01 have?", "forwards 203.0.113.11/32 for tcp 443 to 10.20.1.20 port 8443"),
        ("Which rules allow any to any?", "Rule (line 24) of LEFT-OVER on rtr1 permits IP: any to any"),
        ("Show the access list FROM-VOICE", "permits TCP port 443: 10.0.30.0/24 to 10.0.40.9/32"),
        ("What does rule 1 on fw-branch-01 do?", "permits office and SSH from inside to wan1: branch to any"),
        ("What VLAN is the reception printer in?", "is on sw1 in VLAN 40"),
        ("Can the voice VLAN reach the internet?", "drops ICMP from 10.0.30.10 to 9.9.9.9"),
        ("Is spanning tree on?", "says nothing of spanning tree"),
        ("Which ports have PoE off?", "says anything of PoE"),
        ("how many ports does sw1 have", "names 4 physical ports"),
        ("Does rtr1 run OSPF?", "OSPF is not in the configuration of rtr1"),
        ("show the interfaces of rtr1", "GigabitEthernet0/0 (WAN) of rtr1: 198.51.100.2/30, up"),
        ("Where does rtr1 send 8.8.8.8, which route?", "the route is 0.0.0.0/0"),
        ("Which device reserves 10.20.1.120 for printer?", "printer 00:11:22:33:44:55 10.20.1.120"),
        ("Which devices are at harbour?", "rtr1 is a device of the platform cisco_ios"),
    ],
)
def test_facts_answer(world: Fixed, question: str, wanted: str) -> None:
    assert wanted in said(question, world)


def test_each_sentence_has_a_source_that_quotes_it(world: Fixed) -> None:
    for question in (
        "Which switch carries VLAN 30?",
        "Which rule allows RDP from outside?",
        "Which NTP servers are used?",
    ):
        for sentence in found(question, world).sentences:
            assert sentence.sources
            assert all(source.quote for source in sentence.sources)


def test_a_rule_from_inside_is_none_from_outside(world: Fixed) -> None:
    told = said("Which rule allows RDP from outside?", world)
    assert "line 18" not in told
    assert "line 17" in told


def test_a_device_that_is_named_is_the_only_one(world: Fixed) -> None:
    assert "fw-harbour" not in said("Which NTP servers does fw-branch-01 use?", world)


def test_a_question_of_two_parts_is_answered_in_both(world: Fixed) -> None:
    told = said("Which switch carries VLAN 30 and which NTP servers are used?", world)
    assert "VLAN 30 (Voice)" in told
    assert "for NTP" in told


def test_what_changed_is_found_between_configurations(world: Fixed) -> None:
    old, new = world.subjects[0], subject(CORE.replace("name Guest", "name Visitors"), platform="cisco_ios")
    versions = [
        Version(old.config_id, ASKED_AT - timedelta(days=2), "alice", old),
        Version(new.config_id, ASKED_AT - timedelta(hours=3), "bob", new),
    ]
    changed = Fixed((new,), {"sw1": versions})
    told = said("What changed on sw1 since Monday?", changed)
    assert '"name Guest" became "name Visitors"' in told
    assert "by bob" in told


def test_where_nothing_changed_it_says_so(world: Fixed) -> None:
    assert "differs from the one before" in said("what changed on sw1 in the last 72 h", world)


@pytest.mark.parametrize(
    "question",
    ["When does the maintenance contract end?", "Who approves the invoices of the landlord?", "What is the weather?"],
)
def test_what_is_no_matter_of_networks_is_left_to_documents(world: Fixed, question: str) -> None:
    assert found(question, world).sentences == []


@pytest.mark.parametrize(
    "question", ["Is telnet secure?", "What is OSPF?", "Which port does RDP use?", "How do I create a VLAN?"]
)
def test_general_questions_come_before_facts(question: str) -> None:
    assert plan(Question(question), frozenset({"sw1"})).places[0] == "knowledge"


def test_a_general_form_about_a_known_device_is_about_the_device() -> None:
    assert plan(Question("How do I manage sw1?"), frozenset({"sw1"})).places[0] == "facts"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Which switch carries VLAN 30?", 1),
        ("Which switch carries VLAN 30 and which NTP servers are used?", 2),
        ("What VPN tunnels are there and with which parameters?", 1),
        ("Show the VLANs. Show the routes.", 2),
        ("", 1),
        ("a? b? c? d? e? f? g? h? i? j?", 8),
    ],
)
def test_a_text_is_split_into_its_questions(text: str, parts: int) -> None:
    assert len(clauses(text)) == parts


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("in the last 72 h", 72),
        ("since yesterday", 33),
        ("since Monday", 81),
        ("within 2 days", 48),
        ("since 2026-11-25", 33),
        ("this week", 81),
    ],
)
def test_times_are_read(text: str, hours: int) -> None:
    assert Question(f"What changed {text}?", ASKED_AT).since == ASKED_AT - timedelta(hours=hours)


def test_a_question_without_a_time_has_none() -> None:
    assert Question("What changed on 2026-99-99?", datetime(2026, 1, 1, tzinfo=UTC)).since is None


def test_what_stands_in_a_question_is_read() -> None:
    read = Question("Can 10.0.0.1 or 2001:db8::5 in VLANs 10, 20 reach 10.1.0.0 255.255.0.0 on tcp/8443 by Gi1/0/5?")
    assert [str(one) for one in read.addresses] == ["10.0.0.1", "2001:db8::5"]
    assert [str(one) for one in read.networks] == ["10.1.0.0/16"]
    assert read.vlans == [10, 20]
    assert read.service == ("tcp", 8443)
    assert "Gi1/0/5" in read.interfaces


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?" * 4000,
        "1.2.3.4/" * 500,
        "vlan " * 800,
        "and what " * 440,
        "a-" * 2000,
        "0" * 4000,
        "::" * 2000,
        "((((" * 900,
    ],
)
def test_hostile_questions_end(world: Fixed, text: str) -> None:
    assert isinstance(said(text, world), str)
