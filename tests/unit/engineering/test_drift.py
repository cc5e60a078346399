"""What documents say is compared with what configurations say, and only what contradicts for sure is told."""

import pytest
from tests.asking import subject

from engineering_api.ask.documents import Passage
from engineering_api.drift.comparing import Compared, compare
from engineering_api.drift.known import Known
from engineering_api.drift.queries import MOST_QUERIES, queries
from engineering_api.drift.texts import texts

SWITCH = """\
version 15.2
hostname sw1
!
vlan 20
 name Staff
vlan 30
 name Voice
vlan 40
 name Guest
!
interface GigabitEthernet1/0/5
 description desk 5
 switchport access vlan 20
 switchport mode access
!
interface GigabitEthernet1/0/48
 description uplink to fw1
 switchport mode trunk
!
interface Vlan20
 ip address 10.0.20.2 255.255.255.0
!
ip default-gateway 10.0.20.1
ntp server 10.0.20.9
end
"""
FIREWALL = """\
#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw1"
end
config system interface
    edit "wan1"
        set vdom "root"
        set ip 203.0.113.10 255.255.255.248
        set type physical
        set role wan
    next
    edit "staff"
        set vdom "root"
        set ip 10.0.20.1 255.255.255.0
        set interface "internal"
        set vlanid 20
    next
    edit "voice"
        set vdom "root"
        set ip 10.0.30.1 255.255.255.0
        set interface "internal"
        set vlanid 30
    next
end
config system dns
    set primary 9.9.9.9
end
config system dhcp server
    edit 1
        set default-gateway 10.0.20.1
        set netmask 255.255.255.0
        set interface "staff"
        config ip-range
            edit 1
                set start-ip 10.0.20.100
                set end-ip 10.0.20.199
            next
        end
    next
end
config wireless-controller vap
    edit "guest"
        set ssid "Harbour Guest"
        set security wpa3-sae
        set vlanid 40
    next
end
config vpn ipsec phase1-interface
    edit "to-hq"
        set interface "wan1"
        set ike-version 2
        set proposal aes256-sha256
        set remote-gw 198.51.100.1
    next
end
config router static
    edit 1
        set gateway 203.0.113.9
        set device "wan1"
    next
end
"""


@pytest.fixture(scope="module")
def known() -> Known:
    return Known([subject(SWITCH, platform="cisco_ios"), subject(FIREWALL, platform="fortinet")])


def compared(known: Known, *sentences: str) -> Compared:
    return compare([Passage("Runbook", "\n".join(sentences), "", (("document_id", "d1"),), 1.0)], known)


def told(found: Compared) -> list[tuple[str, str]]:
    return [(one.statement.kind, one.statement.value) for one in found.contradictions]


@pytest.mark.parametrize(
    ("sentence", "kind", "value", "line"),
    [
        ("VLAN 20 is the voice VLAN.", "vlan-name", "voice", " name Staff"),
        ("Phones use VLAN 20.", "vlan-name", "Phones", "vlan 20"),
        ("The voice VLAN is 35.", "vlan-id", "35", "vlan 30"),
        ("VLAN 30 has the subnet 10.0.33.0/24.", "vlan-subnet", "10.0.33.0/24", "10.0.30.1 255.255.255.0"),
        ("The default gateway of the staff network is 10.0.20.254.", "gateway", "10.0.20.254", "10.0.20."),
        ("DHCP gives out 10.0.20.50 to 10.0.20.199.", "dhcp-range", "10.0.20.50-10.0.20.199", "10.0.20."),
        ("sw1 has the management address 10.0.20.3.", "device-address", "10.0.20.3", "10.0.20.2"),
        ("Port Gi1/0/5 of sw1 is in VLAN 30.", "interface-vlan", "30", "switchport access vlan 20"),
        ("The uplink of sw1 is Gi1/0/5.", "uplink", "GigabitEthernet1/0/5", "interface GigabitEthernet1/0/48"),
        ("The public IP address of fw1 is 203.0.113.12.", "wan-address", "203.0.113.12", "203.0.113.10"),
        ("The NTP server of sw1 is 10.0.20.8.", "server", "10.0.20.8", "ntp server 10.0.20.9"),
        ("The SSID Harbour Guest is in VLAN 50.", "ssid-vlan", "50", "vlanid 40"),
        ("The VPN tunnel of fw1 goes to the peer 198.51.100.9.", "vpn-peer", "198.51.100.9", "198.51.100.1"),
        ("fw1 runs FortiOS 7.0.12.", "firmware", "7.0.12", "FGT60F-7.2.8"),
    ],
)
def test_a_contradiction_has_both_places(known: Known, sentence: str, kind: str, value: str, line: str) -> None:
    (found,) = compared(known, sentence).contradictions
    assert (found.statement.kind, found.statement.value) == (kind, value)
    assert found.statement.sentence == sentence
    held = next(iter(found.statement.truth.said.values()))
    assert line in held.subject.quote(*held.span)


@pytest.mark.parametrize(
    "sentence",
    [
        "VLAN 20 is the staff VLAN.",
        "The voice VLAN is 30.",
        "VLAN 30 has the subnet 10.0.30.0/24.",
        "The default gateway of the staff network is 10.0.20.1.",
        "DHCP gives out 10.0.20.100-199.",
        "sw1 has the address 10.0.20.2.",
        "Port Gi1/0/5 of sw1 is in VLAN 20.",
        "The uplink of sw1 is Gi1/0/48.",
        "The public IP address of fw1 is 203.0.113.10.",
        "The NTP server of sw1 is 10.0.20.9.",
        "The SSID Harbour Guest is in VLAN 40.",
        "The VPN tunnel of fw1 goes to the peer 198.51.100.1.",
        "fw1 runs FortiOS 7.2.",
    ],
)
def test_what_agrees_is_counted(known: Known, sentence: str) -> None:
    found = compared(known, sentence)
    assert told(found) == []
    assert sum(found.agreements.values()) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "VLAN 20 was the voice VLAN until May.",
        "For example VLAN 20 is the voice VLAN.",
        "VLAN 20 should be the voice VLAN.",
        "VLAN 77 is the server VLAN.",
        "VLAN 20 is important.",
        "The gateway of the provider is 192.0.2.1.",
        "Ask fw1 for 10.9.9.9.",
        "The printer has the address 10.0.20.77.",
        "The WAN gateway of fw1 is 203.0.113.9.",
        "sw9 has the address 10.0.20.3.",
        "Exclude 10.0.20.1 to 10.0.20.20 from DHCP.",
        "The office opens at 8.30 and closes at 17.45.",
        "Voice and data use VLAN 20 and VLAN 30.",
        "Version 2.1 of this document was approved by fw1's owner.",
        "sw1 is connected to 10.0.20.1.",
    ],
)
def test_what_does_not_say_it_for_sure_is_left_out(known: Known, sentence: str) -> None:
    assert told(compared(known, sentence)) == []


def test_rows_of_a_table_are_read_by_their_heads(known: Known) -> None:
    found = compared(
        known,
        "VLAN | Name | Subnet | Gateway",
        "--- | --- | --- | ---",
        "20 | Staff | 10.0.20.0/24 | 10.0.20.1",
        "30 | Guest | 10.0.31.0/24 | 10.0.31.1",
        "40 | Guest | 10.0.40.0/24 | 10.0.40.1",
    )
    assert told(found) == [("vlan-name", "Guest"), ("vlan-subnet", "10.0.31.0/24")]
    assert found.agreements == {"vlan-name": 2, "vlan-subnet": 1, "gateway": 1}


def test_devices_in_a_table_are_read_by_their_heads(known: Known) -> None:
    found = compared(
        known,
        "| Device | Management IP | Firmware |",
        "|---|---|---|",
        "| sw1 | 10.0.20.3 | 15.2 |",
        "| fw1 | 10.0.20.1 | 7.2.5 |",
    )
    assert set(told(found)) == {("device-address", "10.0.20.3"), ("firmware", "7.2.5")}


def test_the_same_sentence_in_overlapping_passages_counts_once(known: Known) -> None:
    passage = Passage("Runbook", "VLAN 20 is the voice VLAN.", "", (("document_id", "d1"),), 1.0)
    other = Passage("Notes", "VLAN 20 is the voice VLAN.", "", (("document_id", "d2"),), 1.0)
    assert len(compare([passage, passage, other], known).contradictions) == 2


@pytest.mark.parametrize(
    "text", ["", "|", "|||||", "VLAN 99999 is voice", "a|b\n|\n1|2|3", "vlan " * 500, "10.0.0.0/99 999.1.1.1"]
)
def test_odd_texts_state_nothing(known: Known, text: str) -> None:
    assert told(compared(known, text)) == []
    assert all(one.text for one in texts(text))


def test_queries_are_bounded_and_name_what_there_is(known: Known) -> None:
    made = queries(known.subjects)
    assert "VLAN 30 Voice subnet and purpose" in made
    assert "fw1 IP address, uplink and firmware" in made
    assert len(queries(known.subjects * 100)) <= MOST_QUERIES


@pytest.mark.parametrize(
    "sentence",
    [
        "| VLAN-ID | Bezeichnung | Netz |\n|---|---|---|\n| 20 | Mitarbeiter | 10.0.21.0/24 |",
        "* VLAN 20 – Telefonie",
        "- VLAN 30: Gäste",
        "Das Sprach-VLAN ist VLAN 20.",
        "Das VLAN für Telefonie ist 20.",
        "Die Telefone befinden sich im VLAN 20.",
        "VLAN 20 wird für Telefonie genutzt: Telefonie ist in VLAN 20.",
        "DHCP-Bereich: 10.0.20.100 bis 10.0.20.150",
        "sw1 hat die IP-Adresse 10.0.20.3.",
        "Management-IP von sw1: 10.0.20.3",
        "Die öffentliche IP der fw1 ist 203.0.113.11.",
        "Die Gegenstelle des VPN auf fw1 ist 198.51.100.9.",
    ],
)
def test_german_documents_are_compared_too(known: Known, sentence: str) -> None:
    assert len({one.statement.kind for one in compared(known, sentence).contradictions}) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Früher war VLAN 20 für Telefonie.",
        "Das Voice-VLAN soll 35 werden.",
        "Ab Januar ist das Voice-VLAN 35.",
        "VLAN 20 ist nicht für Telefone.",
        "z. B. VLAN 35 für Voice",
        "fw1 wird auf 7.4.1 aktualisiert.",
        "From January the voice VLAN is 35.",
        "Next year the voice VLAN is 35.",
        "Is the voice VLAN 20?",
        "At Globex the voice VLAN is 20.",
        "Bei der Firma Globex ist das Voice-VLAN 20.",
        "Altes Konzept: Voice VLAN 20",
        "fw1 supports FortiOS 7.4.1 and later.",
        "Das Gäste-VLAN ist 40.",
        "Die Telefone sind in VLAN 30.",
    ],
)
def test_the_past_plans_questions_and_other_firms_contradict_nothing(known: Known, sentence: str) -> None:
    assert compared(known, sentence).contradictions == []


def test_another_place_than_that_of_the_devices_contradicts_nothing() -> None:
    at = Known([subject(SWITCH, platform="cisco_ios", site="Bath")])
    assert compared(at, "At the Leeds site the voice VLAN is 20.").contradictions == []
    assert len(compared(at, "In Bath the voice VLAN is 20.").contradictions) == 1
