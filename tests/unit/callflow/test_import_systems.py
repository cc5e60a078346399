"""KAZOO, Twilio, 3CX and FreePBX as small offices have them, and specifications."""

import json

import pytest
from tests.exports import everything, secret
from tests.importing import BOTH_WAYS, TODAY, again, call, exported, imported, line, office, said

from call_flow.export.plan import pin
from call_flow.importers import FORMATS, detect, read
from call_flow.simulate import Simulator, plan
from call_flow.validate import check
from oberaconnect.problems import NotFound

OFFICES = {
    "orchard-vets": "asterisk", "mill-street-garage": "asterisk", "corner-law": "asterisk", "riverside-bakery": "kazoo",
    "harbour-taxis": "twilio", "lakeside-dental": "3cx", "elm-park-school": "freepbx",
}  # fmt: skip
#: A mailbox that nobody listens to and that mails nobody; extension 11, with which 112 begins.
MISTAKES = {"orchard-vets": {"voicemail.message-lost"}, "mill-street-garage": {"numbering.extension-is-emergency"}}


BUSY = {"100": "busy", "+13125550177": "no_answer"}


@pytest.mark.parametrize("name", OFFICES)
def test_what_files_are_is_seen_by_what_is_in_them(name: str) -> None:
    assert detect(office(name)) == OFFICES[name]


@pytest.mark.parametrize("name", OFFICES)
def test_the_only_errors_of_an_office_are_its_own(name: str) -> None:
    found = imported(name)
    assert {item.code for item in check(found.flow, today=TODAY) if item.severity == "error"} == MISTAKES.get(
        name, set()
    )
    assert all(item.reason for item in found.ledger if item.status != "understood")


@pytest.mark.parametrize("name", OFFICES)
def test_every_element_says_where_it_was_read(name: str) -> None:
    flow = imported(name).flow
    for section in ("numbers", "extensions", "mailboxes", "nodes", "schedules", "trunks", "prompts"):
        for at, _ in enumerate(getattr(flow, section)):
            note = flow.provenance[f"/{section}/{at}"]
            assert note.origin == "imported"
            assert note.evidence


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("orchard-vets", ("not-a-real-one", "4711", "4720")),
        ("mill-street-garage", ("hush", "abc", "9999")),
        ("riverside-bakery", ("7788",)),
        ("lakeside-dental", ('"0000"', 'AuthPassword": "b')),
    ],
)
def test_neither_flow_nor_ledger_keeps_a_password(name: str, secrets: tuple[str, ...]) -> None:
    found = imported(name)
    kept = found.flow.model_dump_json() + "".join(item.model_dump_json() for item in found.ledger)
    assert [secret for secret in secrets if secret in kept.replace("\\", "")] == []


@pytest.mark.parametrize("system", BOTH_WAYS)
def test_no_password_of_an_export_comes_back(system: str) -> None:
    found = read(system, exported(system, everything()), customer=None, today=TODAY)
    kept = found.flow.model_dump_json() + "".join(item.model_dump_json() for item in found.ledger)
    assert secret("sip:101") not in kept
    assert pin(secret, "101") not in kept


@pytest.mark.parametrize("name", OFFICES)
def test_calls_end_where_they_ended_in_the_same_system_and_in_asterisk(name: str) -> None:
    flow = imported(name).flow
    for system in {OFFICES[name], "asterisk"}:
        found = again(system, flow)
        simulator = Simulator(found)
        for case in plan(flow, today=TODAY).cases:
            assert simulator.run(case.scenario).terminal == case.expect.terminal, f"{system}: {case.title}"
        assert said(again(system, found)) == said(found)


@pytest.mark.parametrize(
    ("at", "scenario", "ends"),
    [
        ("2026-11-25T10:00", {"keys": ["1"]}, ("answered", "201")),
        ("2026-11-25T10:00", {"keys": ["1"], "states": {"201": "no_answer"}}, ("external", "+14165550177")),
        ("2026-11-25T10:00", {"keys": ["2"]}, ("answered", "202")),
        ("2026-11-25T10:00", {"keys": ["2"], "states": {"202": "busy"}}, ("answered", "201")),
        ("2026-11-25T10:00", {"keys": ["201"]}, ("answered", "201")),
        ("2026-11-25T10:00", {"keys": ["3"]}, ("hangup", "normal")),
        ("2026-11-23T10:00", {}, ("message_left", "200")),
        ("2026-11-28T13:59:59", {}, ("answered", "201")),
        ("2026-11-28T14:00:00", {}, ("message_left", "200")),
        ("2026-12-26T10:00", {}, ("message_left", "200")),
        ("2027-08-02T10:00", {}, ("message_left", "200")),
    ],
)
def test_calls_to_the_bakery_end_where_its_callflows_lead(
    at: str, scenario: dict[str, object], ends: tuple[str, str]
) -> None:
    found = call(imported("riverside-bakery").flow, at, **scenario)
    assert (found.type, found.target) == ends


def test_callflows_say_what_they_could_not_bring_along() -> None:
    found = imported("riverside-bakery")
    assert line(found, "eavesdrop").reason == "'eavesdrop' is not known; calls that come here end."
    assert line(found, "g-all").status == "approximated"
    pin = next(item for item in found.ledger if item.pointer == "/data/6/record_pin")
    assert (pin.status, pin.reason) == ("ignored", "The model of a call flow has nothing for it.")


@pytest.mark.parametrize(
    ("scenario", "ends"),
    [
        ({"keys": ["1"]}, ("external", "+14045550102")),
        ({"keys": ["1"], "states": {"+14045550102": "no_answer"}}, ("external", "+14045550103")),
        ({"keys": ["2"]}, ("message_left", "900")),
        ({"from": "+14045550188"}, ("external", "+14045550102")),
    ],
)
def test_calls_to_the_taxis_end_where_their_widgets_lead(scenario: dict[str, object], ends: tuple[str, str]) -> None:
    found = call(imported("harbour-taxis").flow, "2026-11-24T10:00", **scenario)
    assert (found.type, found.target) == ends


def test_a_mailbox_without_a_number_is_asked_for() -> None:
    flow = imported("harbour-taxis").flow
    assert flow.provenance["/mailboxes/0/number"].origin == "assumed"
    assert flow.provenance["/mailboxes/0/number"].question == "Which number has the mailbox of the widget lost_words?"


def test_widgets_that_nothing_leads_to_are_listed() -> None:
    found = imported("harbour-taxis")
    assert line(found, "old_welcome").reason == "Nothing that was read leads to this widget."


@pytest.mark.parametrize(
    ("at", "scenario", "ends"),
    [
        ("2026-11-24T10:00", {"keys": ["1"], "states": {"100": "no_answer"}}, ("answered", "101")),
        ("2026-11-24T10:00", {"keys": ["2"]}, ("answered", "101")),
        ("2026-11-24T10:00", {"keys": ["4"]}, ("hangup", "normal")),
        ("2026-11-24T19:00", {}, ("message_left", "100")),
        ("2027-01-01T10:00", {}, ("external", "+13125550190")),
        ("2026-12-07T11:59:59", {}, ("answered", "100")),
        ("2026-12-07T12:00:00", {}, ("message_left", "100")),
        ("2026-11-24T19:00", {"to": "+13125550151"}, ("message_left", "100")),
        ("2026-11-24T10:00", {"to": "+13125550151", "states": BUSY}, ("answered", "101")),
    ],
)
def test_calls_to_the_dentist_end_where_3cx_leads_them(
    at: str, scenario: dict[str, object], ends: tuple[str, str]
) -> None:
    found = call(imported("lakeside-dental").flow, at, **scenario)
    assert (found.type, found.target) == ends


@pytest.mark.parametrize(
    ("at", "scenario", "ends"),
    [
        ("2026-11-24T10:00", {"keys": ["1"]}, ("answered", "21")),
        ("2026-11-24T10:00", {"keys": ["1"], "states": {"21": "no_answer", "22": "no_answer"}},
         ("external", "+447700900123")),
        ("2026-11-24T10:00", {"keys": ["2"]}, ("message_left", "21")),
        ("2026-11-24T15:30:00", {}, ("message_left", "21")),
        ("2026-11-28T10:00", {}, ("message_left", "21")),
    ],
)  # fmt: skip
def test_calls_to_the_school_end_where_its_database_leads_them(
    at: str, scenario: dict[str, object], ends: tuple[str, str]
) -> None:
    found = call(imported("elm-park-school").flow, at, **scenario)
    assert (found.type, found.target) == ends


def test_a_whole_flow_comes_back_as_it_is() -> None:
    flow = everything()
    found = read("callflow", {"flow.json": json.dumps(flow.plain()).encode()}, customer=None, today=TODAY)
    assert said(found.flow) == said(flow)
    assert detect({"flow.json": json.dumps(flow.plain()).encode()}) == "callflow"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("office.yaml", "customer: Acme Corp\nextensions:\n  - 101 Ann Archer\n  - 102\n"),
        ("office.json", '{"customer": "Acme Corp", "extensions": ["101 Ann Archer", 102]}'),
        ("Acme Corp.csv", "extension,name\n101,Ann Archer\n102,\n"),
    ],
)
def test_a_specification_is_completed(name: str, text: str) -> None:
    assert detect({name: text.encode()}) == "callflow"
    found = read("callflow", {name: text.encode()}, customer=None, today=TODAY)
    assert [item.number for item in found.flow.extensions] == ["101", "102"]
    assert found.flow.customer.name == "Acme Corp"
    assert {item.status for item in found.ledger} == {"understood"}


def test_a_customer_that_is_named_replaces_the_one_that_was_read() -> None:
    found = read("callflow", {"a.yaml": b"customer: Old name\n"}, customer="New name", today=TODAY)
    assert found.flow.customer.name == "New name"


def test_a_format_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match="asterisk, freepbx, kazoo, twilio, 3cx, callflow"):
        read("avaya", {"x": b"y"}, customer=None, today=TODAY)
    assert all(found.title and found.description.endswith(".") for found in FORMATS.values())


def test_rows_of_a_dump_that_cannot_be_read_are_listed() -> None:
    dump = office("elm-park-school")["freepbx.sql"].decode()
    broken = "INSERT INTO `ivr_entries` VALUES (1,'9',NOW(),0);\nINSERT INTO `nobody_knows` VALUES (1,2);\n"
    found = read("freepbx", {"freepbx.sql": (dump + broken).encode()}, customer=None, today=TODAY)
    assert "0 of its rows were read" in line(found, "`ivr_entries` VALUES").reason
    assert line(found, "`nobody_knows` VALUES").line == dump.count("\n") + 2
    assert said(found.flow) == said(imported("elm-park-school").flow)
