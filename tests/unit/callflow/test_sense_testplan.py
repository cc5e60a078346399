"""Whether a test plan really has what it says, worked out without its own code."""

import collections
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.callflow import acme
from tests.customers import TODAY, customer

from call_flow.flow.model import Flow
from call_flow.flow.nodes import Menu
from call_flow.flow.scenario import Case
from call_flow.flow.values import WEEKDAYS
from call_flow.simulate import Simulator, plan

SECOND = dt.timedelta(seconds=1)


def outcomes(cases: list[Case]) -> set[tuple[str, str]]:
    return {(step.node, step.outcome) for case in cases for step in case.expect.path}


def asked(flow: Flow, cases: list[Case]) -> dict[str, set[dt.datetime]]:
    """When the clock of each schedule was asked."""
    schedules = {node.id: node.schedule for node in flow.nodes if node.kind == "time_switch"}
    home, found = ZoneInfo(flow.customer.time_zone), collections.defaultdict(set)
    for case in cases:
        at = case.scenario.at if case.scenario.at.tzinfo else case.scenario.at.replace(tzinfo=home)
        for step in case.expect.path:
            if (name := schedules.get(step.node)) and name not in case.scenario.states:
                found[name].add(at.astimezone(dt.UTC))
    return found


@pytest.mark.parametrize("name", ["plumber", "school", "clinic"])
def test_every_key_state_and_boundary_of_a_customer_is_called(name: str) -> None:
    flow = customer(name)
    cases = plan(flow, today=TODAY).cases
    taken = outcomes(cases)
    for menu in flow.nodes:
        if isinstance(menu, Menu):
            assert {f"key:{key}" for key in menu.keys} | {"no_input", "invalid"} <= {
                outcome for node, outcome in taken if node == menu.id
            }
    for extension in flow.extensions:
        if extension.device != "none":
            assert {(extension.number, state) for state in ("busy", "no_answer", "offline")} <= taken
    for schedule in flow.schedules:
        zone = ZoneInfo(schedule.time_zone)
        walls = {instant.astimezone(zone) for instant in asked(flow, cases)[schedule.id]}
        seen = {(wall.weekday(), wall.time()) for wall in walls}
        for day, ranges in schedule.weekly.items():
            for clock in {clock for span in ranges for clock in (span.start, span.end)} - {"00:00", "24:00"}:
                begin = dt.datetime.combine(dt.date.min, dt.time.fromisoformat(clock))
                for moment in (begin - SECOND, begin, begin + SECOND) if clock > "00:00" else ():
                    at_night = any(span.end == clock <= span.start for span in ranges)
                    weekday = (WEEKDAYS.index(day) + at_night) % 7
                    assert (weekday, moment.time()) in seen, (schedule.id, day, moment.time())


def test_every_holiday_of_the_coming_year_is_called_once_by_its_name() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["holiday_sets"][0]["custom"] = [{"name": "Summer", "date": "2027-08-02", "until": "2027-08-20"}]

    flow = acme(change)
    zone = ZoneInfo("America/New_York")
    noons = {at.astimezone(zone).date() for at in asked(flow, plan(flow, today=TODAY).cases)["office"]
             if at.astimezone(zone).time() == dt.time(12)}  # fmt: skip
    public = {"2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18",
              "2027-06-19", "2027-07-04", "2027-07-05", "2027-09-06", "2027-10-11", "2027-11-11"}  # fmt: skip
    assert {dt.date.fromisoformat(day) for day in public} <= noons
    assert {day.day for day in noons if (day.year, day.month) == (2027, 8)} == {2, 20}  # its first day and its last


def test_an_extension_that_only_colleagues_call_is_busy_and_away_too() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["nodes"][2]["direct_dial"] = "none"
        plain["extensions"] += [{"number": "150", "in_directory": False, "mailbox": "600"},
                                {"number": "151", "in_directory": False, "device": "none"}]  # fmt: skip

    found = plan(acme(change), today=TODAY)
    taken = outcomes(found.cases)
    assert {("150", "busy"), ("150", "no_answer"), ("150", "offline"), ("151", "offline")} <= taken
    assert found.not_covered["extension:151>busy"] == "it has no telephone, so it is never reachable"


def test_of_many_namesakes_only_those_are_called_to_whom_a_caller_would_listen() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["extensions"] += [
            {"number": str(number), "first": "Zoe", "last": "Zimmer", "in_directory": True}
            for number in range(200, 230)
        ]

    found = plan(acme(change), today=TODAY)
    assert "nobody listens to 29 other names first" in found.not_covered.values()
    passed = [sum(key.press == "*" for key in case.scenario.keys) for case in found.cases]
    assert 10 < max(passed) <= 20


def test_an_extension_that_nobody_can_call_is_explained() -> None:
    flow = Flow.model_validate({"customer": {"name": "Solo"}, "extensions": [{"number": "101"}]})
    found = plan(flow, today=TODAY)
    assert (found.edges, found.covered) == (3, 0)
    assert "nobody else" in found.not_covered["extension:101>busy"]


def test_agents_who_are_busy_already_still_let_a_caller_wait() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["nodes"][3] |= {"members": [{"extension": "103"}], "busy": {"node": "support"}}
        plain["numbers"].pop()
        plain["nodes"][2]["keys"].pop("2")

    found = plan(acme(change), today=TODAY)
    assert {("support", "key:9"), ("support", "timeout"), ("support", "answered:104")} <= outcomes(found.cases)
    assert (
        found.not_covered["node:support>answered:103"] == "what it asks for contradicts what a call needs to get here"
    )


def test_a_plan_ends_where_every_number_of_an_extensions_length_is_somebodys() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["customer"] |= {"country": "DK", "time_zone": "Europe/Copenhagen"}
        plain["numbering"] = {"extension_digits": 8}

    flow = acme(change)
    assert Simulator(flow).run(
        plan(flow, today=TODAY).cases[0].scenario.model_copy(update={"from_": "101", "to": "99999999"})
    ).terminal.type == "external"  # fmt: skip
