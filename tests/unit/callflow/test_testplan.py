"""Which calls a test plan makes."""

import datetime as dt
from typing import Any

import pytest
from tests.callflow import MAIN, MOBILE, acme

from call_flow.flow.model import Flow
from call_flow.flow.scenario import Case
from call_flow.simulate import Simulator, TestPlan, plan, scenarios_for_people

TODAY = dt.date(2026, 11, 25)


def planned(flow: Flow | None = None, today: dt.date = TODAY) -> TestPlan:
    return plan(flow or acme(), today=today)


def taking(found: TestPlan, edge: str) -> Case:
    return next(case for case in found.cases if edge in case.covers)


def test_every_edge_of_a_flow_is_taken() -> None:
    found = planned()
    assert (found.edges, found.covered) == (59, 58)
    assert found.not_covered == {"node:support>full": "it takes any number of callers"}


def test_a_case_expects_what_the_simulator_says() -> None:
    simulator = Simulator(acme())
    assert all(simulator.run(case.scenario) == case.expect for case in planned().cases)


def test_the_same_flow_and_day_give_the_same_plan() -> None:
    assert planned() == planned()


def test_a_plan_whose_search_has_to_end_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("call_flow.simulate.testplan.maker._MOST_PASSED", 200)
    found = planned()
    assert 0 < found.covered < 58
    assert "so many ways cannot all be tried" in found.not_covered.values()
    assert found.covered + len(found.not_covered) == found.edges


def test_ids_and_scenarios_are_unique() -> None:
    cases = planned().cases
    assert len({case.id for case in cases}) == len({case.scenario.model_dump_json() for case in cases}) == len(cases)


def test_titles_are_plain_words() -> None:
    found = planned()
    titles = {case.id: case.title for case in found.cases}
    assert titles["menu-key-4"] == "Tuesday 10:00, presses 4"
    assert titles["menu-no-input"] == "Tuesday 10:00, presses nothing"
    assert titles["sales-busy"] == "Tuesday 10:00, presses 1, 102 and 103 are busy"
    assert titles["vip-match-1"] == "Tuesday 10:00, a hidden number"
    assert titles["office-fri-17-00-before"].endswith("(a second before 'office' closes)")
    assert all(case.title.isprintable() for case in found.cases)


def test_nobody_is_left_to_chance() -> None:
    for case in planned().cases:
        for step in case.expect.path:
            if step.node == "sales" and step.outcome.startswith("answered:"):
                others = {"102", "103"} - {step.outcome.partition(":")[2]}
                assert all(case.scenario.states.get(other, "answer") != "answer" for other in others)


def test_every_change_of_the_hours_is_called_a_second_before_at_and_a_second_after() -> None:
    ids = {case.id: case for case in planned().cases}
    for day in ("mon", "tue", "wed", "thu", "fri"):
        assert [ids[f"office-{day}-08-00-{when}"].expect.path[1].outcome for when in ("before", "at", "after")] == [
            "closed", "open", "open",
        ]  # fmt: skip
        assert [ids[f"office-{day}-17-00-{when}"].expect.path[1].outcome for when in ("before", "at", "after")] == [
            "open", "closed", "closed",
        ]  # fmt: skip
    assert {ids[f"office-{day}-all-day"].expect.path[1].outcome for day in ("sat", "sun")} == {"closed"}


def test_the_week_of_the_hours_has_no_special_days() -> None:
    days = {case.scenario.at.date() for case in planned().cases if case.id.startswith("office-mon-")}
    assert days == {dt.date(2026, 11, 30)}
    before_christmas = planned(today=dt.date(2026, 12, 20)).cases
    assert {case.scenario.at.date() for case in before_christmas if case.id.startswith("office-mon-")} == {
        dt.date(2027, 1, 4)
    }


def test_special_days_are_called_at_their_edges_and_at_noon() -> None:
    outcomes = {case.id: case.expect.path[1].outcome for case in planned().cases}
    christmas = "office-2028-12-25"  # the last public holiday that is known
    assert [outcomes[f"{christmas}-{when}"] for when in ("eve", "begins", "noon", "ends", "over")] == [
        "closed", "holiday", "holiday", "holiday", "closed",
    ]  # fmt: skip
    assert outcomes["office-2027-10-05-noon"] == "holiday"  # the customer's own day
    assert [outcomes[f"office-2026-12-24-12-00-{when}"] for when in ("before", "after")] == ["open", "closed"]


def test_both_clock_changes_of_the_coming_year_are_called_also_in_the_hour_that_comes_twice() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["schedules"][0]["weekly"]["sun"] = [{"start": "01:15", "end": "01:45"}]

    cases = {case.id: case for case in planned(acme(change)).cases}
    twice = [cases[f"office-clocks-2027-11-07-{when}"] for when in ("half-before", "half-after")]
    assert [case.scenario.at.isoformat() for case in twice] == ["2027-11-07T01:30:00", "2027-11-07T01:30:00-05:00"]
    assert [case.expect.path[1].outcome for case in twice] == ["open", "open"]
    assert cases["office-clocks-2027-03-14-at"].scenario.at.isoformat() == "2027-03-14T03:00:00"


def test_states_set_by_hand_are_tried_when_the_clock_says_otherwise() -> None:
    cases = {case.id: case for case in planned().cases}
    assert cases["office-set-closed"].scenario.states == {"office": "closed"}
    assert cases["office-set-open"].scenario.states["office"] == "open"
    assert Simulator(acme()).run(
        cases["office-set-open"].scenario.model_copy(update={"states": {}})
    ).path[1].outcome == "closed"  # fmt: skip


def test_menus_are_tried_wrong_and_silent_before_right() -> None:
    cases = {case.id: case for case in planned().cases}
    assert [press.press for press in cases["menu-silent-then-right"].scenario.keys] == ["", "1"]
    assert [press.press for press in cases["menu-wrong-then-right"].scenario.keys] == ["#", "1"]
    assert [press.press for press in cases["menu-invalid"].scenario.keys] == ["#", "#", "#"]


def test_silence_behind_silence_can_still_be_followed_by_a_key() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["nodes"][2]["no_input"] = {"node": "second"}
        plain["nodes"].append(
            {"id": "second", "kind": "menu", "prompt": "closed", "keys": {"7": {"extension": "104"}},
             "no_input": {"node": "bye"}, "invalid": {"node": "bye"}}
        )  # fmt: skip

    case = taking(planned(acme(change)), "node:second>key:7")
    assert [press.press for press in case.scenario.keys] == ["", "", "", "7"]


def test_calls_are_no_longer_silent_than_they_must_be() -> None:
    slow = [case for case in planned().cases if case.waits_s > 10]
    assert {case.id for case in slow} == {"menu-no-input", "support-timeout"}


def test_help_is_called_from_every_place_and_by_the_most_restricted() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["sites"].append({"id": "annex", "name": "Annex"})
        plain["extensions"][2].update(site="annex", location=None)
        plain["extensions"][3].update(outbound="none")

    cases = [case for case in planned(acme(change)).cases if case.expect.terminal.type == "emergency"]
    assert {(case.scenario.from_, case.scenario.to) for case in cases} == {
        (caller, dialled) for caller in ("103", "104") for dialled in ("911", "9911", "933")
    }


def test_outside_calls_that_are_forbidden_are_tried() -> None:
    cases = {case.id: case for case in planned().cases}
    assert cases["101-international-forbidden"].expect.terminal.target == "rejected"
    assert cases["101-national-allowed"].expect.terminal.type == "external"


def test_what_a_real_system_needs_besides_telephones_is_said() -> None:
    flow = acme(lambda plain: plain["nodes"][4].update(max_callers=2))
    found = planned(flow)
    assert taking(found, "node:support>full").needs == "2 callers who wait in 'support' already"
    assert found.covered == found.edges
    assert {case.needs for case in found.cases if case.id.startswith("code-")} == {
        "to be alone, for it switches 'emergency-line'", "to be alone, for it sets 'office' by hand",
    }  # fmt: skip


def test_somebody_answering_elsewhere_is_tried() -> None:
    flow = acme(lambda plain: plain["extensions"][0].update(follow_me=[{"number": MOBILE, "delay_s": 8}]))
    case = next(case for case in planned(flow).cases if case.id == "101-followed")
    assert case.expect.terminal.target == MOBILE


def test_callers_are_chosen_so_that_the_right_rule_takes_them() -> None:
    found = planned()
    assert taking(found, "node:vip>match:0").scenario.from_ == "+14155550100"
    assert taking(found, "node:vip>match:1").scenario.from_ == "anonymous"
    others = {case.scenario.from_ for case in found.cases if "node:vip>otherwise" in case.covers}
    assert len(others) == 1
    assert not str(others.pop()).startswith("+1415")


@pytest.mark.parametrize(
    ("change", "edge", "words"),
    [
        ({"device": "none"}, "extension:101>busy", "no telephone"),
        ({"on_busy": {"node": "gone"}}, "", ""),
    ],
)
def test_what_no_call_can_do_is_explained(change: dict[str, Any], edge: str, words: str) -> None:
    found = planned(acme(lambda plain: plain["extensions"][0].update(change)))
    assert found.edges - found.covered == len(found.not_covered)
    if edge:
        assert words in found.not_covered[edge]


def test_a_branch_behind_contradicting_hours_is_explained() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["nodes"][0]["closed"] = {"node": "again"}
        plain["nodes"].append({"id": "again", "kind": "time_switch", "schedule": "office", "open": {"node": "bye"},
                               "closed": {"node": "closed"}})  # fmt: skip

    reason = planned(acme(change)).not_covered["node:again>open"]
    assert reason == "what it asks for contradicts what a call needs to get here"


def test_two_schedules_are_asked_at_an_instant_that_suits_both() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["schedules"].append({"id": "night", "time_zone": "Europe/Berlin",
                                   "weekly": {"sat": [{"start": "23:00", "end": "05:00"}]}})  # fmt: skip
        plain["nodes"][0]["closed"] = {"node": "late"}
        plain["nodes"].append({"id": "late", "kind": "time_switch", "schedule": "night", "open": {"node": "oncall"},
                               "closed": {"node": "closed"}})  # fmt: skip

    found = planned(acme(change))
    at = taking(found, "node:late>open").scenario.at
    assert dt.time(17) <= at.time() < dt.time(23)
    assert at.weekday() == 5
    assert found.not_covered["node:late>holiday"] == "'night' never says holiday"


def test_a_large_system_is_sampled_and_says_so() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["extensions"] += [{"number": str(2000 + number), "first": "Any", "last": f"Body{number}"}
                                for number in range(300)]  # fmt: skip

    found = planned(acme(change))
    assert len(found.cases) < 400
    assert found.not_covered["node:menu>dial:2001"] == "20 of 304 are tried of 'dial' at 'menu'"
    assert found.edges == found.covered + len([edge for edge in found.not_covered if ":" in edge.partition(">")[0]])


@pytest.mark.parametrize("empty", ["numbers", "extensions", "nodes", "schedules"])
def test_a_flow_that_lacks_something_has_a_plan(empty: str) -> None:
    found = planned(acme(lambda plain: plain.update({empty: []})))
    assert found.covered + len(found.not_covered) >= found.edges


def test_an_empty_flow_has_an_empty_plan() -> None:
    flow = Flow.model_validate({"customer": {"name": "Nobody"}})
    assert planned(flow).cases == []
    assert scenarios_for_people(flow, today=TODAY) == []


class TestForPeople:
    def test_ten_to_fifteen_calls_say_what_happens_when(self) -> None:
        rows = scenarios_for_people(acme(), today=TODAY)
        assert 10 <= len(rows) <= 15
        said = [f"{row.when} | {row.does} | {row.gets}" for row in rows]
        closed = "Hears “Closed”; the caller leaves a message in mailbox 600 (General)."
        assert said[0] == f"Tuesday 19:00 | calls | {closed}"
        assert "Tuesday 10:00 | presses 0 | Hears “Welcome”; Ann Archer (101) answers." in said
        assert "Tuesday 10:00 | 101 dials 911 | The call goes to 911 at once." in said
        assert any(row.when.startswith("Thanksgiving Day") for row in rows)

    def test_a_row_is_what_the_simulator_says(self) -> None:
        simulator = Simulator(acme())
        assert all(simulator.run(row.scenario) == row.result for row in scenarios_for_people(acme(), today=TODAY))

    def test_names_with_commas_stay_where_they_belong(self) -> None:
        def change(plain: dict[str, Any]) -> None:
            plain["holiday_sets"][0]["source"] = None
            plain["holiday_sets"][0]["custom"] = [{"name": "One, two, and three", "date": "2026-12-01"}]

        rows = scenarios_for_people(acme(change), today=TODAY)
        assert any(row.when.startswith("One, two, and three (Tuesday 2026-12-01)") for row in rows)


def test_the_first_number_needs_no_name_and_the_others_have_one() -> None:
    found = planned()
    assert taking(found, f"number:{MAIN}>call").scenario.to is None
    assert taking(found, "number:+12125550150>call").title.startswith("Tuesday 10:00, calls Support")
