"""The picture of a flow: which cards it has, what stands on them, and where their rows lead."""

from typing import Any

import pytest
from tests.callflow import MAIN, SUPPORT, acme

from call_flow.flow.model import Flow
from call_flow.prove.report import ProofReport
from call_flow.render import diagram
from call_flow.validate.finding import Finding
from oberaconnect import draw
from oberaconnect.draw import Card, Diagram


def card(picture: Diagram, identifier: str) -> Card:
    return next(card for card in picture.cards if card.id == identifier)


def rows(picture: Diagram, identifier: str) -> list[tuple[str, str]]:
    return [(port.chip, port.label) for port in card(picture, identifier).ports]


def targets(picture: Diagram, identifier: str) -> dict[str, str]:
    return {link.port: link.target for link in picture.links if link.source == identifier}


def test_there_is_a_card_for_each_place_a_call_can_come_to() -> None:
    assert {card.id for card in diagram(acme()).cards} == {
        f"number:{MAIN}", f"number:{SUPPORT}", "node:hours", "node:vip", "node:menu", "node:sales", "node:support",
        "node:names", "node:address", "node:closed", "node:emergency-line", "node:holiday", "node:general",
        "node:oncall", "mailbox:600", "mailbox:101", "extension:101", "extension:*",
    }  # fmt: skip


def test_the_keys_of_a_menu_are_chips_and_what_is_no_key_stands_below_them() -> None:
    picture = diagram(acme())
    assert rows(picture, "node:menu") == [
        ("1", "Sales"), ("2", "Support"), ("3", "Names"), ("4", "Address"), ("0", "Ann Archer (101)"),
        ("…", "An extension’s number"), ("timer", "No key"), ("?", "Wrong key: call ends"),
    ]  # fmt: skip
    assert targets(picture, "node:menu") == {
        "key:1": "node:sales", "key:2": "node:support", "key:3": "node:names", "key:4": "node:address",
        "key:0": "extension:101", "dial": "extension:*", "no_input": "extension:101",
    }  # fmt: skip


def test_hours_have_a_row_for_each_state_in_its_colour() -> None:
    picture = diagram(acme())
    assert [(port.id, port.label, port.tone) for port in card(picture, "node:hours").ports] == [
        ("open", "Open", "open"), ("closed", "Closed", "closed"), ("holiday", "Holiday", "holiday"),
    ]  # fmt: skip
    assert card(picture, "node:hours").details == ("Mon–Fri 08:00–17:00", "Sat–Sun closed", "By hand with *28")


def test_holidays_that_are_as_closed_share_its_row() -> None:
    def without_holiday(flow: dict[str, Any]) -> None:
        del flow["nodes"][0]["holiday"]

    assert rows(diagram(acme(without_holiday)), "node:hours") == [("", "Open"), ("", "Closed, holiday")]


def test_a_group_lists_who_rings_and_its_fallbacks_are_dashed() -> None:
    picture = diagram(acme())
    assert card(picture, "node:sales").details == ("Rings all for 20 s", "Ben Baker (102)", "Cleo Carter (103)")
    assert rows(picture, "node:sales") == [("", "No answer, not reachable"), ("", "Busy")]
    assert targets(picture, "node:sales") == {"no_answer": "mailbox:600", "busy": "node:oncall"}
    assert all(link.dashed for link in picture.links if link.source == "node:sales")
    assert "extension:102" not in {card.id for card in picture.cards}


def test_a_long_list_of_members_says_how_many_are_left() -> None:
    def with_nine(flow: dict[str, Any]) -> None:
        flow["nodes"][3]["members"] = [{"number": f"+1212555010{n}"} for n in range(9)]

    assert card(diagram(acme(with_nine)), "node:sales").details[-1] == "and 6 more"


def test_a_queue_shows_its_exit_key_and_what_happens_to_who_waits() -> None:
    picture = diagram(acme())
    assert rows(picture, "node:support") == [
        ("9", "Mailbox 600 (General)"), ("", "Waited too long, queue is full"), ("", "Nobody there"),
    ]  # fmt: skip
    assert [link.dashed for link in picture.links if link.source == "node:support"] == [False, True, True]


def test_an_unanswered_extension_goes_to_its_mailbox_by_a_dashed_line() -> None:
    picture = diagram(acme())
    assert rows(picture, "extension:101") == [("", "Not answered")]
    assert [(link.target, link.dashed) for link in picture.links if link.source == "extension:101"] == [
        ("mailbox:101", True)
    ]


def test_the_end_of_a_call_is_a_row_and_no_card() -> None:
    picture = diagram(acme())
    assert rows(picture, "node:address") == [("", "Then: call ends")]
    assert targets(picture, "node:address") == {}
    assert "node:bye" not in {card.id for card in picture.cards}


def test_an_end_with_words_of_its_own_is_a_card() -> None:
    def with_farewell(flow: dict[str, Any]) -> None:
        flow["nodes"][-1]["prompt"] = "closed"

    picture = diagram(acme(with_farewell))
    assert card(picture, "node:bye").details == ("“We are closed.”",)
    assert targets(picture, "node:address") == {"done": "node:bye"}


def test_the_picture_of_one_number_shows_only_its_calls() -> None:
    picture = diagram(acme(), number=SUPPORT)
    assert picture.title == "Acme Corp: +1 212-555-0150"
    assert {card.id for card in picture.cards} == {
        f"number:{SUPPORT}", "node:support", "mailbox:600", "node:oncall", "extension:101", "mailbox:101",
    }  # fmt: skip


def test_what_does_not_exist_is_shown_as_missing() -> None:
    def astray(flow: dict[str, Any]) -> None:
        flow["nodes"][2]["keys"]["1"] = {"node": "nowhere"}
        flow["nodes"][2]["prompt"] = "unsaid"
        flow["nodes"][0]["schedule"] = "never"

    picture = diagram(acme(astray))
    assert (card(picture, "node:nowhere").kind, card(picture, "node:nowhere").tone) == ("Missing", "emergency")
    assert card(picture, "node:menu").details[0] == "The prompt “unsaid” is missing"
    assert card(picture, "node:hours").details == ("The schedule “never” is missing",)


def test_the_line_below_the_title_says_version_checks_and_test_calls() -> None:
    findings = [
        Finding(code="X", severity=level, message="m", pointer="/x", fix="f")
        for level in ("error", "warning", "warning")
    ]
    proof = ProofReport(
        verdict="passed",
        pbx="p",
        load_complaints=[],
        planned=0,
        cases=[],
        passed=0,
        failed=0,
        edges=1,
        edges_covered=1,
        seconds=1,
    )
    picture = diagram(acme(), version="0123456789ab", findings=findings, proof=proof)
    assert picture.subtitle == "Version 01234567 · 1 error, 2 warnings · 0 of 0 test calls passed"


@pytest.mark.parametrize(("severity", "tone"), [("error", "emergency"), ("warning", "warning"), ("info", "choice")])
def test_a_finding_colours_the_card_it_is_about(severity: Any, tone: str) -> None:
    finding = Finding(code="X", severity=severity, message="Too many keys.", pointer="/nodes/2/keys/1", fix="f")
    found = card(diagram(acme(), findings=[finding]), "node:menu")
    assert found.tone == tone
    assert (found.details[0] == f"{severity.capitalize()}: Too many keys.") == (severity != "info")


def test_a_finding_about_no_place_changes_no_card() -> None:
    pointers = ("", "/", "/nodes", "/nodes/999", "/nodes/x", "/customer/name", "/extensions/-1")
    findings = [Finding(code="X", severity="error", message="m", pointer=pointer, fix="f") for pointer in pointers]
    assert diagram(acme(), findings=findings).cards == diagram(acme()).cards


def test_many_numbers_that_begin_at_one_place_are_one_card() -> None:
    def with_ten(flow: dict[str, Any]) -> None:
        flow["numbers"] += [{"e164": f"+1212555020{n}", "entry": {"node": "hours"}} for n in range(9)]

    picture = diagram(acme(with_ten))
    numbers = [found for found in picture.cards if found.kind == "Telephone number"]
    assert [found.title for found in numbers] == ["10 telephone numbers", "+1 212-555-0150"]
    assert sum(link.target == "node:hours" for link in picture.links) == 1


def test_a_flow_without_numbers_begins_where_nothing_leads_to() -> None:
    def without_numbers(flow: dict[str, Any]) -> None:
        flow["numbers"] = []

    picture = diagram(acme(without_numbers))
    assert picture.cards[0].id == "node:hours"
    assert "node:menu" in {found.id for found in picture.cards}


def test_an_empty_flow_is_an_empty_picture_that_can_be_drawn() -> None:
    picture = diagram(Flow.model_validate({"customer": {"name": "Nobody"}}))
    assert (picture.cards, picture.title) == ((), "Nobody")
    assert "Nobody" in draw.svg(draw.lay_out(picture))


def test_the_same_flow_is_the_same_picture() -> None:
    assert diagram(acme()) == diagram(acme())


def test_every_label_stands_in_the_drawing() -> None:
    picture = diagram(acme())
    svg = draw.svg(draw.lay_out(picture))
    for found in picture.cards:
        assert f'data-id="{found.id}"' in svg
    for words in (
        "Sales",
        "Mailbox 600",
        "Waited too long",
        "Staff dial *29",
        "+1 212-555-0123",
        "Nobody takes the call",
    ):
        assert words in svg


def test_hostile_names_are_text_in_the_drawing() -> None:
    def hostile(flow: dict[str, Any]) -> None:
        flow["customer"]["name"] = "<script>alert(1)</script>"
        flow["nodes"][2]["name"] = '"/><image href="x"/>'
        flow["extensions"][0]["display"] = "a\x07\u202eb\n" + "x" * 190

    svg = draw.svg(draw.lay_out(diagram(acme(hostile))))
    assert "<script>" not in svg
    assert "<image" not in svg
    assert "\u202e" not in svg
