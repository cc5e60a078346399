"""What is right must not be called wrong, and what is stated and contradictory must be."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.callflow import MAIN, MOBILE, SUPPORT, acme

from call_flow.flow.calendar import closed_days
from call_flow.validate import check

TODAY = dt.date(2026, 11, 25)
Plain = dict[str, Any]


def codes(change: Callable[[Plain], None]) -> set[str]:
    return {finding.code for finding in check(acme(change), today=TODAY)}


def test_a_key_that_leads_back_to_the_menu_above_is_no_loop() -> None:
    def back(plain: Plain) -> None:
        below = {"id": "below", "kind": "menu", "prompt": "welcome", "no_input": {"mailbox": "600"},
                 "invalid": {"mailbox": "600"}, "keys": {"*": {"node": "menu"}, "0": {"extension": "101"}}}  # fmt: skip
        plain["nodes"].append(below)
        plain["nodes"][2]["keys"]["5"] = {"node": "below"}

    assert not codes(back) & {"graph.loop", "graph.self", "graph.loop-through-queue"}


def asked_twice(plain: Plain, schedule: str) -> None:
    """A switch whose open branch asks a schedule again, which sends closed calls back."""
    plain["schedules"].append({"id": "night", "time_zone": "America/New_York"})
    plain["nodes"] += [
        {"id": "ask", "kind": "time_switch", "schedule": "office", "open": {"node": "again"},
         "closed": {"mailbox": "600"}},
        {"id": "again", "kind": "time_switch", "schedule": schedule, "open": {"extension": "101"},
         "closed": {"node": "ask"}},
    ]  # fmt: skip


def test_hours_that_cannot_be_open_and_closed_at_once_are_no_loop() -> None:
    assert "graph.loop" not in codes(lambda plain: asked_twice(plain, "office"))


def test_hours_of_two_schedules_can_be_a_loop() -> None:
    assert "graph.loop" in codes(lambda plain: asked_twice(plain, "night"))


def test_a_member_of_a_group_does_not_send_its_calls_on() -> None:
    def forward(plain: Plain) -> None:
        plain["nodes"][3]["no_answer"] = {"extension": "101"}
        plain["extensions"][1]["on_no_answer"] = {"node": "sales"}

    assert "graph.loop" not in codes(forward)


def test_a_group_that_calls_an_extension_which_calls_the_group_is_a_loop() -> None:
    def forward(plain: Plain) -> None:
        plain["nodes"][3]["no_answer"] = {"extension": "101"}
        plain["extensions"][0]["on_no_answer"] = {"node": "sales"}

    assert "graph.loop" in codes(forward)


def test_hours_that_touch_do_not_overlap() -> None:
    def touch(plain: Plain) -> None:
        plain["schedules"][0]["weekly"] = {
            "mon": [{"start": "08:00", "end": "12:00"}, {"start": "12:00", "end": "17:00"}],
            "sun": [{"start": "22:00", "end": "08:00"}],
        }

    assert "hours.overlap" not in codes(touch)


def test_a_schedule_asked_after_one_with_holidays_needs_none() -> None:
    def second(plain: Plain) -> None:
        weekly = {"mon": [{"start": "10:00", "end": "12:00"}]}
        plain["schedules"].append({"id": "billing", "time_zone": "America/New_York", "weekly": weekly})
        plain["nodes"].append({"id": "billing-hours", "kind": "time_switch", "schedule": "billing",
                               "open": {"extension": "101"}, "closed": {"mailbox": "600"}})  # fmt: skip
        plain["nodes"][2]["keys"]["4"] = {"node": "billing-hours"}

    assert "hours.no-holidays" not in codes(second)


def test_zones_with_the_same_clock_do_not_differ() -> None:
    def detroit(plain: Plain) -> None:
        plain["schedules"][0]["time_zone"] = "America/Detroit"

    assert "hours.zone-differs" not in codes(detroit)


def test_a_group_of_faxes_is_one_on_purpose() -> None:
    def faxes(plain: Plain) -> None:
        plain["extensions"].append({"number": "109", "device": "fax", "outbound": "internal", "site": "hq"})
        plain["nodes"].append({"id": "fax", "kind": "ring_group", "members": [{"extension": "109"}],
                               "no_answer": {"hangup": "normal"}})  # fmt: skip
        plain["numbers"].append({"e164": "+12125550188", "kind": "fax", "entry": {"node": "fax"}})

    assert not codes(faxes) & {"group.member-cannot-answer", "group.cuts-off", "number.fax"}


def test_a_menu_in_which_languages_are_chosen_speaks_them_all() -> None:
    def languages(plain: Plain) -> None:
        plain["customer"]["languages"] = ["en-US", "es-US"]
        for prompt in plain["prompts"]:
            prompt["texts"]["es-US"] = "Gracias."
        words = {"en-US": "For English, press 1. Para español, pulse 2."}
        plain["prompts"].append({"id": "language", "texts": words})
        keys = {"1": {"node": "hours"}, "2": {"node": "hours", "set": {"language": "es-US"}}}
        plain["nodes"].append({"id": "language", "kind": "menu", "prompt": "language", "keys": keys,
                               "no_input": {"node": "hours"}, "invalid": {"node": "hours"}})  # fmt: skip

    assert "prompt.language-missing" not in codes(languages)


def test_an_emergency_number_in_a_menu_is_no_key() -> None:
    def emergency(plain: Plain) -> None:
        plain["prompts"][0]["texts"]["en-US"] += " In an emergency, dial 911."

    assert "menu.key-not-wired" not in codes(emergency)


def test_a_direct_number_may_pass_hours_before_it_rings() -> None:
    def direct(plain: Plain) -> None:
        plain["nodes"].append({"id": "ann", "kind": "time_switch", "schedule": "office", "open": {"extension": "101"},
                               "closed": {"mailbox": "101"}})  # fmt: skip
        plain["numbers"].append({"e164": "+12125550188", "entry": {"node": "ann"}})
        plain["extensions"][0]["did"] = "+12125550188"

    assert "numbering.did-elsewhere" not in codes(direct)


@pytest.mark.parametrize(
    ("country", "numbers", "expected"),
    [
        ("DE", ["112", "110"], set()),
        ("DE", ["112"], {"emergency.number-missing"}),
        ("DE", ["911"], {"emergency.not-of-country", "emergency.number-unknown"}),
        ("GB", ["999", "112"], set()),
        ("AU", ["000", "112", "106"], set()),
        ("US", ["911"], set()),
        ("US", ["112"], {"emergency.direct-dial"}),
        ("US", [], {"emergency.no-numbers"}),
        ("ZZ", ["911"], set()),
    ],
)
def test_the_emergency_numbers_are_those_of_the_country(country: str, numbers: list[str], expected: set[str]) -> None:
    def move(plain: Plain) -> None:
        plain["customer"]["country"] = country
        plain["sites"][0]["address"]["country"] = country
        plain["emergency"] |= {"numbers": numbers, "test_numbers": []}

    about = {"not-of-country", "number-missing", "number-unknown", "direct-dial", "no-numbers"}
    assert codes(move) & {f"emergency.{detail}" for detail in about} == expected


def test_what_is_said_of_911_names_its_source_and_is_no_advice() -> None:
    (said,) = [finding for finding in check(acme(), today=TODAY) if finding.code == "emergency.us-rules"]
    assert "no legal advice" in said.message


def test_nothing_of_the_united_states_is_said_elsewhere() -> None:
    def move(plain: Plain) -> None:
        plain["customer"]["country"] = "GB"
        plain["sites"][0]["address"]["country"] = "GB"
        plain["emergency"] |= {"numbers": ["999", "112"], "notify": []}
        plain["extensions"][0].pop("site")

    assert not codes(move) & {"emergency.us-rules", "emergency.no-notification", "emergency.no-site"}


def test_an_outside_call_with_a_ring_time_and_a_way_back_is_no_fraud() -> None:
    assert not codes(lambda _: None) & {"security.forward-unlimited", "security.chosen-outside"}


def test_a_call_that_returns_by_an_own_number_goes_round() -> None:
    def round_trip(plain: Plain) -> None:
        plain["nodes"][11]["number"] = SUPPORT
        plain["nodes"][11]["no_answer"] = {"mailbox": "600"}

    assert {"graph.loop-outside", "graph.own-number"} <= codes(round_trip)


def test_following_to_the_own_main_number_goes_round() -> None:
    def follow(plain: Plain) -> None:
        plain["extensions"][0] |= {"follow_me": [{"number": MAIN}]}
        plain["numbers"][0]["entry"] = {"extension": "101"}

    assert "graph.loop-outside" in codes(follow)


def test_words_of_other_languages_and_signs_are_not_taken_for_code() -> None:
    def names(plain: Plain) -> None:
        for position, name in enumerate(
            ["Bäckerei & Söhne", "חנות", "販売 <3", "Sales + Service", "R&D: 50% off!", "😀"]
        ):
            plain["nodes"][position]["name"] = name

    assert "security.text-like-code" not in codes(names)


def test_a_mobile_that_asks_for_a_key_is_no_danger() -> None:
    def member(plain: Plain) -> None:
        plain["nodes"][3]["members"].append({"number": MOBILE, "confirm": True})

    assert "group.without-confirm" not in codes(member)


def test_leaving_out_a_day_of_the_state_keeps_the_federal_holiday_of_the_same_date() -> None:
    source = {"country": "US", "subdivision": "NY"}
    flow = acme(lambda plain: plain["holiday_sets"][0].update(source=source, exclude=["Susan B. Anthony Day"]))
    days = closed_days(flow.holiday_sets[0])
    assert dt.date(2027, 2, 15) in days
    assert dt.date(2026, 2, 15) not in days
