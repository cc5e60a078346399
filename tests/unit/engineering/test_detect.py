"""Configurations are recognised by themselves, and a file with two devices is told."""

import base64
import re
from pathlib import Path

import pytest
from tests.engineering import CONFIGS, fingerprint

from engineering_api.detect import Beginning, detect, mixtures
from engineering_api.parsing import parse
from engineering_api.reading import lines

#: The folder has the name of the platform.
SAMPLES = sorted(path for path in CONFIGS.glob("*/*") if path.is_file() and path.parent.name != "secrets")

#: Systems for which there is no platform.
FOREIGN = sorted((CONFIGS / "foreign").glob("*/*"))

#: Pieces of a few lines as people paste them: "### platform" and the lines, "### foreign" for all else.
FRAGMENTS = re.split(r"^### (\w+)\n", (Path(__file__).parent / "fragments.txt").read_text(), flags=re.MULTILINE)[1:]


def fragments(*, foreign: bool) -> list[tuple[str, str]]:
    """Each with the platform that it is of."""
    pairs = zip(FRAGMENTS[::2], FRAGMENTS[1::2], strict=True)
    return [(name, text) for name, text in pairs if (name == "foreign") == foreign]


def texts_of(path: Path) -> tuple[str, ...]:
    return lines.read(path.read_bytes()).texts


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_is_recognised(path: Path) -> None:
    best, *others = detect(texts_of(path))
    assert best.platform.name == path.parent.name
    assert best.confidence > 0.75
    assert all(other.confidence < best.confidence / 2 for other in others)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_is_of_one_device(path: Path) -> None:
    assert mixtures(texts_of(path)) == ()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_parts_of_a_sample_are_seldom_taken_for_another_platform(path: Path) -> None:
    texts = texts_of(path)
    parts = [texts[at : at + 30] for at in range(0, len(texts), 30)]
    names = [detect(part)[0].platform.name for part in parts]
    wrong = [name for name in names if name not in (path.parent.name, "unknown")]
    assert len(wrong) <= 1 + len(names) // 10


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        (
            "hostname R1\n!\ninterface GigabitEthernet0/0"
            "\n ip address 10.1.1.1 255.255.255.0\n!\nline vty 0 4\n login local",
            "cisco_ios",
        ),
        (
            "hostname N1\nfeature vpc\nvrf context MGMT\ninterface Ethernet1/1"
            "\n  vrf member A\n  ip address 10.1.1.1/24",
            "cisco_nxos",
        ),
        (
            "hostname E1\nvrf instance A\ninterface Ethernet1\n   ip address 10.1.1.1/24\nmanagement ssh\n   vrf A",
            "arista_eos",
        ),
        ("hostname fw\ninterface GigabitEthernet0/0\n nameif outside\n security-level 0\n", "cisco_asa"),
        (
            'config system global\n    set hostname "x"\nend\nconfig firewall policy\n    edit 1\n    next\nend',
            "fortinet",
        ),
        ("interface 1/1/1\n    no shutdown\n    no routing\n    vlan access 10\n", "aruba_aoscx"),
        ('vlan 10\n   name "a"\n   untagged 1-8\n   tagged 24,Trk1\n   exit\n', "hp_procurve"),
        (
            "set system host-name r1"
            "\nset interfaces ge-0/0/0 unit 0 family inet address 10.1.1.1/24\nset routing-options static",
            "juniper_junos",
        ),
        (
            "set interfaces ethernet eth0 address 10.1.1.1/24\nset service ssh port 22"
            "\nset firewall name WAN_IN default-action drop",
            "ubiquiti_edgeos",
        ),
        ("/ip address\nadd address=10.1.1.1/24 interface=ether1 network=10.1.1.0\n", "mikrotik_routeros"),
        ('<?xml version="1.0"?>\n<opnsense>\n  <theme>opnsense</theme>\n</opnsense>', "opnsense"),
        ('<?xml version="1.0"?>\n<pfsense>\n  <version>22.9</version>\n</pfsense>', "pfsense"),
        ('{\n "networkconf": [\n {"purpose": "corporate", "ip_subnet": "10.0.0.1/24"}\n ]\n}', "ubiquiti_unifi"),
        ("shortProdName=TZ 470\npolicyAction_0=2\npolicySrcZone_0=LAN\naddrObjId_0=x", "sonicwall"),
    ],
)
def test_a_few_lines_are_enough(text: str, platform: str) -> None:
    best = detect(text.split("\n"))[0]
    assert best.platform.name == platform
    assert best.confidence >= 0.5


def test_a_sonicwall_export_is_recognised_in_its_base64() -> None:
    packed = base64.b64encode(
        b"checksumVersion=1&shortProdName=TZ%20470&policyAction_0=2&policySrcZone_0=LAN&addrObjId_0=x"
    )
    assert detect(lines.read(packed + b"&&").texts)[0].platform.name == "sonicwall"


@pytest.mark.parametrize("texts", [(), ("",), ("hello world", "a poem"), ("a" * 100_000,), ("!",) * 1000])
def test_what_fits_nothing_is_the_unknown_platform_without_confidence(texts: tuple[str, ...]) -> None:
    (guess,) = detect(texts)
    assert (guess.platform.name, guess.confidence) == ("unknown", 0.0)


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.parent.name)
def test_a_system_without_a_platform_is_not_taken_for_another(path: Path) -> None:
    best = detect(texts_of(path))[0]
    assert best.platform.name == "unknown" or best.confidence < 0.5


def test_one_line_that_looks_foreign_does_not_hide_a_platform() -> None:
    texts = texts_of(next(path for path in SAMPLES if path.parent.name == "cisco_ios"))
    best = detect((*texts, " undo shutdown", "return"))[0]
    assert best.platform.name == "cisco_ios"
    assert best.confidence > 0.75


def test_signs_behind_many_certificates_are_found() -> None:
    texts = ["crypto pki certificate chain A", *["  30820330 30820218 A0030201 02020101"] * 20_000]
    texts += [" nameif inside", " security-level 100", "same-security-traffic permit inter-interface"] * 200
    assert detect(texts)[0].platform.name == "cisco_asa"


def test_order_does_not_depend_on_the_order_of_lines() -> None:
    texts = texts_of(SAMPLES[0])
    assert detect(texts)[0].platform == detect(texts[::-1])[0].platform


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hostname A\ninterface Vlan1\n!\nhostname B\n", [Beginning(4, "another host name, B")]),
        (
            "Current configuration : 10 bytes\nhostname A\nend\nCurrent configuration : 20 bytes\nhostname B",
            [Beginning(4, "a header for the second time")],
        ),
        ("hostname A\nend\n#config-version=FGT60F-7.4\nconfig system global", [Beginning(3, "the begin of FortiOS")]),
        ("! sw1#show run\nhostname sw1\n! sw2#show run\nhostname sw2\n", [Beginning(3, "a prompt of sw2")]),
        ("! sw1#show run\nhostname sw1\n! sw1#show vlan\n! sw1#exit", []),
        ("hostname A\nhostname A\n", []),
        ("<pfsense>\n</pfsense>\n<opnsense>\n</opnsense>", [Beginning(3, "a header for the second time")]),
        ("", []),
    ],
)
def test_another_device_in_the_file_is_told_with_its_line(text: str, expected: list[Beginning]) -> None:
    assert list(mixtures(text.split("\n"))) == expected


def test_two_samples_in_one_file_are_told_at_the_line_where_the_second_begins() -> None:
    first = texts_of(next(path for path in SAMPLES if path.parent.name == "cisco_ios"))
    second = texts_of(next(path for path in SAMPLES if path.parent.name == "mikrotik_routeros"))
    assert mixtures((*first, *second))[0].line == len(first) + 1


def test_a_piece_of_a_few_lines_is_recognised_where_a_person_would() -> None:
    found = [(name, detect(lines.read(text.encode()).texts)[0], text) for name, text in fragments(foreign=False)]
    assert [(name, text) for name, best, text in found if best.platform.name != name] == []
    assert sum(best.confidence < 0.6 for _, best, _ in found) <= len(found) // 15


def test_a_piece_of_anything_else_is_not_claimed() -> None:
    found = [(detect(text.splitlines())[0], text) for _, text in fragments(foreign=True)]
    assert [(best.platform.name, text) for best, text in found if best.platform.name != "unknown"] == []


def test_line_ends_of_windows_change_nothing() -> None:
    for _, text in fragments(foreign=False)[::9]:
        content = text.encode()
        assert detect(lines.read(content.replace(b"\n", b"\r\n")).texts) == detect(lines.read(content).texts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sysname SW\n#\nvlan batch 10 20\n#\ninterface Vlanif10\n ip address 10.0.0.1 24", "Huawei VRP"),
        ("set deviceconfig system hostname PA\nset rulebase security rules A to untrust", "Palo Alto PAN-OS"),
        ("config-file-header\nSG350-28\nfile SSD indicator encrypted\n@", "Cisco Small Business"),
        ("create vlan Users\nconfigure vlan Users tag 10\nconfigure vlan Users add ports 1-4", "Extreme EXOS"),
        ("*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT", "a packet filter of Linux or BSD"),
    ],
)
def test_a_system_that_is_not_read_is_named(text: str, name: str) -> None:
    assert detect(text.split("\n"))[0].stranger == name
    (warning,) = parse(text.encode(), fingerprint=fingerprint).warnings
    assert warning == f"It looks like {name}, which is not among the platforms that are read."


@pytest.mark.parametrize("text", ["", "Dear all, the switch is down.", "vlan 10\n", "{}"])
def test_what_nothing_says_is_not_named(text: str) -> None:
    assert detect(text.split("\n"))[0].stranger == ""
    assert parse(text.encode(), fingerprint=fingerprint).warnings == ()
