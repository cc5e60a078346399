"""Whether a text is a configuration, and the sections of one."""

from pathlib import Path

import pytest
from tests.engineering import CONFIGS, fingerprint

from engineering_api.parsing import Parsed, parse
from engineering_api.recognising import is_configuration, sections

WHOLE = [
    "arista_eos/leaf.cfg", "cisco_asa/branch-firewall.cfg", "cisco_ios/access-switch.cfg", "fortinet/branch-60f.conf",
    "hp_procurve/access-switch.cfg", "juniper_junos/ex-access.set", "juniper_junos/srx-branch.conf",
    "mikrotik_routeros/wifi-terse.rsc", "opnsense/branch.xml", "sonicwall/tz470.txt", "ubiquiti_unifi/site.json",
]  # fmt: skip


def parsed(text: str | bytes) -> Parsed:
    return parse(text.encode() if isinstance(text, str) else text, fingerprint=fingerprint)


@pytest.mark.parametrize("name", WHOLE)
def test_a_configuration_is_one_and_falls_into_sections_without_gaps(name: str) -> None:
    found = parsed((CONFIGS / name).read_bytes())
    assert is_configuration(found)
    made = sections(found)
    assert [section.first for section in made] == [1, *(section.last + 1 for section in made[:-1])]
    assert made[-1].last == len(found.texts)
    assert all(section.last - section.first < 24 for section in made)


def test_a_section_tells_the_lines_above_it() -> None:
    found = parsed((CONFIGS / "fortinet/branch-60f.conf").read_bytes())
    (voice,) = [section for section in sections(found) if section.path[-1:] == ('edit "voice"',)]
    assert voice.path == ("config system interface", 'edit "voice"')
    assert found.texts[voice.first - 1].strip() == 'edit "voice"'
    assert found.texts[voice.last - 1].strip() == "next"


@pytest.mark.parametrize("path", sorted(Path("docs").glob("*.md")), ids=lambda path: path.name)
def test_prose_is_none(path: Path) -> None:
    assert not is_configuration(parsed(path.read_bytes()))


@pytest.mark.parametrize("text", ["", "\n\n", "!\n!\n", "hello", "<a>" * 3_000, "{" * 3_000, " " * 50 + "x"])
def test_what_says_nothing_is_none_and_has_at_most_its_lines(text: str) -> None:
    found = parsed(text)
    assert not is_configuration(found)
    assert sum(section.last - section.first + 1 for section in sections(found)) == len(found.texts)
