"""The knowledge that comes with the service: every entry is found by how people ask, and nothing is found by chance."""

import re

import pytest

from engineering_api.ask.knowledge.entries import Entry, entries
from engineering_api.ask.knowledge.retrieval import Knowledge, shipped
from engineering_api.ask.knowledge.words import platform
from engineering_api.ask.question import Question


def best(text: str) -> str:
    hits = shipped().search(text, 1)
    return hits[0].entry.id if hits else ""


def test_there_are_enough_entries_and_each_has_a_source() -> None:
    assert len(entries()) >= 150
    for entry in entries():
        assert re.search(
            r"RFC|IEEE|ITU|ISO|IANA|NIST|ANSI|TIA|uide|ocumentation|help|3GPP|MEF|NSA|white paper|Microsoft|Wi-Fi|AMD"
            r"|Reference|SNIA|CISA|FCC",
            entry.source,
        ), entry.id
        assert all(sentence.endswith((".", "`.", ";")) for sentence in entry.says), entry.id


@pytest.mark.parametrize("entry", [one for one in entries() if not one.topic], ids=lambda one: one.id)
def test_an_entry_is_found_by_each_way_to_ask(entry: Entry) -> None:
    for ask in entry.asks:
        found = [hit.entry.id for hit in shipped().search(ask, 3)]
        assert entry.id in found, (ask, found)


@pytest.mark.parametrize("entry", [one for one in entries() if one.platform], ids=lambda one: one.id)
def test_a_command_is_found_with_the_name_of_its_platform(entry: Entry) -> None:
    name = entry.platform.replace("_", " ")
    assert platform(name) == entry.platform
    for ask in entry.asks:
        answer = shipped().answer(Question(f"{ask} on {name}"))
        assert entry.says[0] in [one.text for one in answer.sentences], ask


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How do I configure VLANs?", "vlan"),
        ("how can I add a vlan to a ProCurve switch", "vlan-create-hp-procurve"),
        ("What's the difference between IKEv1 and IKEv2?", "ikev1-ikev2"),
        ("how long may a cat 6 cable be?", "copper-length"),
        ("which DSCP value for voice", "dscp-values"),
        ("what does DHCP option 43 do", "dhcp-option-43"),
        ("How do I save the config on a FortiGate?", "config-save-fortinet"),
        ("show mac address table cisco", "mac-table-cisco-ios"),
        ("what MTU for PPPoE?", "pppoe-mtu"),
        ("what is stp", "stp-what"),
        ("what is mstp", "mstp"),
    ],
)
def test_questions_in_other_words_find_their_entry(question: str, wanted: str) -> None:
    assert best(question).startswith(wanted)


@pytest.mark.parametrize(
    "question",
    [
        "What is the airspeed of a swallow?",
        "What is the wifi password?",
        "Who is the manager of Acme?",
        "When does the backup of Acme run?",
        "How do I configure BGP on a MikroTik?",
        "How do I reset the coffee machine?",
        "What is VLAN 30 used for?",
        "",
        "?",
        "the of and",
    ],
)
def test_what_no_entry_is_about_finds_nothing(question: str) -> None:
    assert shipped().answer(Question(question)).sentences == []


def test_without_a_platform_those_of_the_scope_come_first() -> None:
    told = [one.text for one in shipped().answer(Question("How do I create a VLAN?"), {"juniper_junos"}).sentences]
    assert any("Junos" in text for text in told)
    assert not any("MikroTik" in text or "RouterOS" in text for text in told)


def test_two_entries_of_one_id_are_a_mistake() -> None:
    assert len({one.id for one in entries()}) == len(entries())


def test_no_entries_find_nothing() -> None:
    assert Knowledge([]).search("What is OSPF?") == []
