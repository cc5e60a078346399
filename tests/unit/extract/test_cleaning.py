"""Text is cleaned of what nobody sees, and of nothing else."""

import pytest

from data_processing.elements import ParseFailed
from data_processing.extract import parse, text_document
from data_processing.extract.build import clean

IDENTIFIERS = (
    "10.20.30.40/24",
    "2001:db8:85a3::8a2e:370:7334",
    "00:1A:2B:3C:4D:5E",
    "001a.2b3c.4d5e",
    "VLAN 0010",
    "+44 (0)113 496 0000",
    "FGT60F-2291_rev.B",
    "KB5034441",
    "0x80070005",
    "sw-core-01.leeds.example",
    r"\\fs01\share$\IT",
    "CN=svc_backup,OU=IT,DC=acme,DC=local",
    "GigabitEthernet1/0/24",
)


@pytest.mark.parametrize("identifier", IDENTIFIERS)
@pytest.mark.parametrize("name", ["note.txt", "note.md", "note.html", "note.csv"])
def test_identifiers_survive_every_text_format(identifier: str, name: str) -> None:
    wrapped = {
        "note.txt": f"The value is {identifier} here.",
        "note.md": f"# Values\n\nThe value is `{identifier}` here.",
        "note.html": f"<html><body><p>The value is <b>{identifier}</b> here.</p></body></html>",
        "note.csv": f'name;value;place\nvalue;"{identifier}";here\nother;none;there\n',
    }[name]
    assert any(identifier in element.text for element in parse(wrapped.encode(), name).elements)


def test_controls_and_invisible_characters_go_and_spaces_become_spaces() -> None:
    assert clean("a\x00b\u200bc\u00a0d \t e\r\nf\ufeff\ud800") == "abc d e\nf"


def test_the_layout_of_code_is_kept() -> None:
    assert clean("interface Gi0/1\n  switchport   access vlan 20\n", layout=True) == (
        "interface Gi0/1\n  switchport   access vlan 20"
    )


def test_a_text_with_nul_characters_is_read_without_them() -> None:
    document = parse(b"gateway\x00 10.0.0.1\x00", "notes.txt")
    assert [element.text for element in document.elements] == ["gateway 10.0.0.1"]


def test_text_that_was_given_knows_markdown_by_its_headings() -> None:
    document = text_document("# VLAN plan\n\nVLAN 20 is voice.\n", "", "Plan of Acme")
    assert (document.format, document.metadata["title"]) == ("markdown", "Plan of Acme")
    assert document.elements[1].section_path == ("VLAN plan",)


def test_comments_of_a_configuration_are_not_headings() -> None:
    document = text_document("# uplink to the core\ninterface Gi0/1\n# end\n", "", None, is_ordinary=True)
    assert document.format == "text"
    assert [element.type for element in document.elements] == ["paragraph"]


@pytest.mark.parametrize("text", ["", "  \n\t\n", "\x00\x00"])
def test_text_without_text_is_empty(text: str) -> None:
    with pytest.raises(ParseFailed) as failure:
        text_document(text, "", None)
    assert failure.value.outcome == "empty"
