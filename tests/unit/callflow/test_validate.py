"""Checking a flow: what every list of findings is like, and flows of all sizes and shapes."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.callflow import ACME, MAIN, acme
from tests.faults import FAULTS

from call_flow.flow.model import Flow
from call_flow.spec import complete, read
from call_flow.validate import MOST_FINDINGS, RULES, Finding, check
from call_flow.validate.pointers import resolves

TODAY = dt.date(2026, 11, 25)
Plain = dict[str, Any]


def found(flow: Flow, code: str, today: dt.date = TODAY) -> list[Finding]:
    return [finding for finding in check(flow, today=today) if finding.code == code]


def errors(flow: Flow) -> list[Finding]:
    return [finding for finding in check(flow, today=TODAY) if finding.severity == "error"]


def minimal(*numbers: str, **more: Any) -> Flow:
    return Flow.model_validate(
        {"customer": {"name": "Acme"}, "extensions": [{"number": number} for number in numbers]} | more
    )


def with_menus(menus: int, extensions: int) -> Flow:
    menu = {"kind": "menu", "prompt": "welcome", "direct_dial": "extensions", "keys": {"0": {"extension": "101"}},
            "no_input": {"extension": "101"}, "invalid": {"extension": "101"}}  # fmt: skip
    return minimal(
        *(str(10_000 + number) for number in range(extensions)),
        nodes=[menu | {"id": f"menu-{number}"} for number in range(menus)],
    )


#: Rules that no seeded fault stands for, as every flow offends them already or only a huge one does.
OTHERWISE: dict[str, Callable[[], Flow]] = {
    "check.more": lambda: minimal(*(f"{number:05}" for number in range(300))),
    "graph.too-large": lambda: with_menus(25, 5000),
    "prompt.draft": acme,
    "emergency.single-trunk": acme,
}


def test_a_whole_telephone_system_has_no_error() -> None:
    assert errors(acme()) == []


def test_a_customer_of_whom_only_the_extensions_are_known_has_questions_but_no_error() -> None:
    findings = check(minimal("101", "102"), today=TODAY)
    assert [finding for finding in findings if finding.severity == "error"] == []
    asked = {finding.code for finding in findings if "?" in finding.fix}
    assert {"graph.no-number", "trunk.none", "emergency.no-callback", "emergency.no-site"} <= asked


@pytest.mark.parametrize("extensions", [["101", "102"], [101, {"number": "205", "first": "Ann"}], []])
def test_what_is_made_of_a_short_request_has_no_error(extensions: list[Any]) -> None:
    request = json.dumps({"customer": "Acme Corp", "extensions": extensions}).encode()
    assert errors(complete(read(request, None, "request.json"), today=TODAY).flow) == []


def test_a_customer_of_whom_nothing_but_the_name_is_known_has_no_error() -> None:
    assert errors(minimal()) == []


def test_errors_come_first_then_the_findings_are_in_the_order_of_the_flow() -> None:
    def spoil(plain: Plain) -> None:
        plain["nodes"] += [{"id": f"left-over-{number}", "kind": "hangup"} for number in range(3)]
        plain["nodes"][10]["mailbox"] = "999"
        plain["nodes"][1]["otherwise"] = {"node": "lost"}

    findings = check(acme(spoil), today=TODAY)
    weights = [("error", "warning", "info").index(finding.severity) for finding in findings]
    assert weights == sorted(weights)
    unreachable = [finding.pointer for finding in findings if finding.code == "graph.unreachable"]
    assert unreachable.index("/nodes/2") < unreachable.index("/nodes/13") < unreachable.index("/nodes/15")


def test_the_same_flow_has_the_same_findings() -> None:
    assert check(acme(), today=TODAY) == check(acme(), today=TODAY)


def test_a_finding_names_the_part_by_its_label_and_says_what_to_do() -> None:
    def spoil(plain: Plain) -> None:
        plain["nodes"][2] |= {"name": "Main menu", "no_input": {"node": "lost"}}

    (finding,) = found(acme(spoil), "graph.dangling")
    assert finding.message == 'The menu "Main menu" leads to a part "lost", which does not exist (no input).'
    assert finding.pointer == "/nodes/2/no_input"
    assert finding.fix == 'Add a part "lost", or lead to something that exists.'


def test_hostile_words_are_quoted_on_one_line_and_cut() -> None:
    def spoil(plain: Plain) -> None:
        plain["nodes"][2] |= {"name": "Menu\r\n[default]\x1b[2J\u202e" + "x" * 150, "no_input": {"node": "lost"}}

    for finding in check(acme(spoil), today=TODAY):
        assert finding.message.isprintable()
        assert len(finding.message) < 400


@pytest.mark.parametrize("code", OTHERWISE)
def test_what_no_fault_stands_for_is_found(code: str) -> None:
    assert found(OTHERWISE[code](), code)


def test_every_rule_is_found_by_a_fault_or_a_flow_of_its_own() -> None:
    seeded = {fault.code for fault in FAULTS} | set(OTHERWISE)
    assert seeded == {rule.code for rule in RULES}


def test_there_are_many_rules_each_with_its_own_code_and_words() -> None:
    assert len(RULES) >= 75
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        subject, _, detail = rule.code.partition(".")
        assert subject.isalpha()
        assert detail.replace("-", "").isalpha()
        assert rule.title[0].isupper() or rule.title[0].isdigit()
        assert not rule.title.endswith(".")
        assert rule.why.endswith(".")
        assert rule.fix.endswith((".", "?"))


def test_findings_beyond_the_most_are_counted() -> None:
    flow = minimal(*(f"{number:05}" for number in range(300)))
    *listed, last = check(flow, today=TODAY)
    assert len(listed) == MOST_FINDINGS
    assert last.code == "check.more"
    assert last.message.startswith("There are ")
    assert resolves(flow.plain(), last.pointer)


def test_two_thousand_extensions_are_checked() -> None:
    people = [{"number": str(20_000 + number), "last": f"Name{number}", "mailbox": "600"} for number in range(2000)]

    def grow(plain: Plain) -> None:
        plain["extensions"] += people
        plain["numbering"] = {"extension_digits": 5}

    assert errors(acme(grow)) == []


def test_a_flow_with_too_many_outcomes_is_checked_for_everything_else() -> None:
    codes = {finding.code for finding in errors(with_menus(25, 5000))}
    assert codes == {"graph.too-large", "prompt.missing"}


def test_a_circle_of_a_thousand_announcements_is_one_finding() -> None:
    ring = [
        {
            "id": f"say-{number}",
            "kind": "announcement",
            "prompt": "words",
            "then": {"node": f"say-{(number + 1) % 1000}"},
        }
        for number in range(1000)
    ]
    flow = minimal(
        "101", nodes=ring, prompts=[{"id": "words", "texts": {"en-US": "Please hold."}}],
        numbers=[{"e164": MAIN, "entry": {"node": "say-0"}}],
    )  # fmt: skip
    (finding,) = errors(flow)
    assert finding.code == "graph.loop"
    assert "and 994 more lead in a circle" in finding.message


def test_every_part_twice_is_found_and_nothing_breaks() -> None:
    def double(plain: Plain) -> None:
        for field, value in plain.items():
            if isinstance(value, list):
                plain[field] = value + value

    codes = {finding.code for finding in errors(acme(double))}
    assert {"graph.duplicate-id", "numbering.extension-twice", "number.twice", "voicemail.mailbox-twice"} <= codes


def test_holidays_that_end_are_found_in_time() -> None:
    def years(plain: Plain) -> None:
        plain["holiday_sets"][0] |= {"first_year": 2026, "horizon_years": 1}

    assert found(acme(years), "holidays.end-soon", dt.date(2026, 10, 1)) == []
    assert found(acme(years), "holidays.end-soon", dt.date(2026, 11, 25))


def test_a_day_far_away_breaks_nothing() -> None:
    for today in dt.date.min, dt.date.max, dt.date(2028, 2, 29):
        assert check(acme(), today=today)


def test_the_sample_itself_is_not_changed() -> None:
    before = repr(ACME)
    check(acme(), today=TODAY)
    assert repr(ACME) == before
