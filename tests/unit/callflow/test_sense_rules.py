"""Rules beside what they are about: near misses are not found, and facts are as the law and the plans have them."""

import datetime as dt
from typing import Any

import pytest
from tests.callflow import MAIN, acme
from tests.customers import CUSTOMERS, TODAY, customer

from call_flow.diff import compare
from call_flow.flow.calendar import closed_days
from call_flow.flow.graph import Graph, TooManyEdges
from call_flow.flow.hours import HolidaySet
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario
from call_flow.simulate import Simulator, plan
from call_flow.simulate.outbound import classify, parse
from call_flow.validate import RULES, check

MORNING = dt.datetime.fromisoformat("2026-11-30T10:00:00")


def found(flow: Flow, code: str) -> list[str]:
    return [finding.pointer for finding in check(flow, today=TODAY) if finding.code == code]


@pytest.mark.parametrize(("state", "is_found"), [("OH", False), ("NY", True)])
def test_a_state_that_only_calls_a_day_otherwise_closes_no_more_days(state: str, is_found: bool) -> None:
    flow = acme(lambda plain: plain["holiday_sets"][0]["source"].update(subdivision=state))
    assert bool(found(flow, "holidays.state-days")) == is_found


@pytest.mark.parametrize(
    ("country", "number", "code"),
    [
        ("ZA", "101", "numbering.extension-delays-emergency"),  # 10111 is dialled as a whole
        ("ZA", "10111", "numbering.extension-is-emergency"),
        ("DE", "11", "numbering.extension-is-emergency"),
        ("US", "9911", "numbering.extension-delays-emergency"),
        ("US", "991", "numbering.extension-delays-emergency"),
        ("US", "119", None),
    ],
)
def test_an_extension_and_what_is_dialled_for_help(country: str, number: str, code: str | None) -> None:
    flow = Flow.model_validate(
        {"customer": {"name": "Acme", "country": country}, "extensions": [{"number": number}],
         "emergency": {"numbers": ["911"]}}
    )  # fmt: skip
    known = {"numbering.extension-delays-emergency", "numbering.extension-is-emergency"}
    assert known & {finding.code for finding in check(flow, today=TODAY)} == ({code} if code else set())


@pytest.mark.parametrize(
    ("country", "applies"), [("US", True), ("PR", True), ("GU", True), ("JM", False), ("CA", False)]
)
def test_federal_rules_hold_in_the_territories_and_nowhere_else(country: str, applies: bool) -> None:
    flow = Flow.model_validate({"customer": {"name": "Acme", "country": country}, "extensions": [{"number": "201"}]})
    assert bool(found(flow, "emergency.us-rules")) == applies


def test_the_rules_about_911_name_when_each_of_them_began() -> None:
    (rule,) = [rule for rule in RULES if rule.code == "emergency.us-rules"]
    for day in ("16 February 2020", "6 January 2021", "6 January 2022"):
        assert day in rule.why


def test_a_number_of_the_customers_that_no_plan_has_is_one_finding() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["numbers"][0]["e164"] = plain["emergency"]["callback"] = "+11232345678"

    assert found(acme(change), "number.not-in-plan") == ["/numbers/0/e164"]


def test_a_break_that_goes_on_past_new_year_was_on_before_the_first_year() -> None:
    holiday_set = HolidaySet.model_validate(
        {"id": "own", "first_year": 2026, "horizon_years": 1,
         "custom": [{"name": "Break", "month_day": "12-30", "until": "01-02"}]}
    )  # fmt: skip
    assert [day.isoformat() for day in closed_days(holiday_set)] == [
        "2026-01-01", "2026-01-02", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02",
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "said"), [(2028, False), (2029, True), (2025, True)])
def test_a_call_in_a_year_without_a_calendar_says_so(year: int, said: bool) -> None:
    result = Simulator(acme()).run(Scenario(at=dt.datetime.fromisoformat(f"{year}-03-07T10:00:00")))
    assert (f"no holidays are worked out for {year}" in result.path[1].reason) == said


@pytest.mark.parametrize(
    ("country", "dialled", "call_class"),
    [
        ("US", "900 555 9999", "international"),
        ("US", "800 555 9999", "national"),
        ("US", "876 555 9999", "international"),
        ("DE", "0900 1 123456", "international"),
        ("DE", "0180 5 123456", "national"),
        ("GB", "0909 879 0000", "international"),
        ("GB", "0800 123 4567", "national"),
        ("FR", "0892 68 68 68", "international"),
        ("AU", "1900 123 456", "international"),
        ("CH", "0901 123 456", "international"),
        ("IT", "06 1234 5678", "national"),
    ],
)
def test_a_number_at_premium_rate_is_for_those_who_may_call_abroad(country: str, dialled: str, call_class: str) -> None:
    number = parse(dialled, country)
    assert number is not None
    assert classify(number, country) == call_class


def test_who_may_not_call_a_number_at_premium_rate_is_told_why() -> None:
    result = Simulator(acme()).run(Scenario(at=MORNING, from_="101", to="900 555 9999"))
    assert (result.terminal.type, result.terminal.target) == ("hangup", "rejected")
    assert "+19005559999 is at premium rate, which counts as international" in result.path[-1].reason


def dense() -> Flow:
    """A hundred menus, in each of which everybody can be dialled."""
    ends = {"no_input": {"hangup": "normal"}, "invalid": {"hangup": "normal"}}
    menu = {"kind": "menu", "prompt": "words", "direct_dial": "extensions", "keys": {}} | ends
    return Flow.model_validate(
        {
            "customer": {"name": "Dense"},
            "numbers": [{"e164": MAIN, "entry": {"node": "menu-0"}}],
            "extensions": [{"number": str(number)} for number in range(20_000, 21_000)],
            "prompts": [{"id": "words", "texts": {"en-US": "Please dial."}}],
            "nodes": [menu | {"id": f"menu-{number}"} for number in range(101)],
        }
    )


def test_a_flow_with_too_many_outcomes_is_refused_wherever_they_would_be_walked() -> None:
    flow = dense()
    assert found(flow, "graph.too-large") == ["/nodes"]
    with pytest.raises(TooManyEdges, match="more outcomes than can be walked"):
        plan(flow, today=TODAY)
    with pytest.raises(TooManyEdges):
        Simulator(flow).run(Scenario(at=MORNING, states={"20001": "busy"}))
    with pytest.raises(TooManyEdges):
        compare(acme(), flow, today=TODAY)


@pytest.mark.parametrize("name", CUSTOMERS)
def test_outcomes_are_never_more_than_they_are_counted_before(name: str) -> None:
    graph = Graph(customer(name))
    assert len(graph.edges) <= graph.edge_count <= 2 * len(graph.edges)


def test_every_rule_of_a_sorting_of_callers_counts_as_an_outcome() -> None:
    rules = [{"prefix": f"+1{number}", "then": {"hangup": "normal"}} for number in range(2000, 2200)]
    sort = {"id": "sort", "kind": "caller_match", "rules": rules, "otherwise": {"hangup": "normal"}}
    graph = Graph(Flow.model_validate({"customer": {"name": "Acme"}, "nodes": [sort]}))
    assert len(graph.edges) <= graph.edge_count
