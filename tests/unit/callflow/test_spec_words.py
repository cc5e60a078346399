"""Hours and holidays in words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.customers import TODAY

from call_flow.flow.values import WEEKDAYS
from call_flow.spec import clock, complete
from call_flow.spec.days_off import days_off
from call_flow.spec.specification import Specification
from call_flow.spec.words import Misunderstood
from oberaconnect.problems import Problem


def spoken(told: Any) -> dict[str, list[str]]:
    return {day: [f"{span['start']}-{span['end']}" for span in spans] for day, spans in clock.weekly(told).items()}


def each(days: Iterable[str], *spans: str) -> dict[str, list[str]]:
    return {day: list(spans) for day in days}


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Mon-Fri 08:00-17:00, Sat 9-12", {**each(WEEKDAYS[:5], "08:00-17:00"), "sat": ["09:00-12:00"]}),
        ("weekdays 8am to 5:30 p.m.", each(WEEKDAYS[:5], "08:00-17:30")),
        ("Mon–Wed 8.30–12.00, 13.00–17.00", each(WEEKDAYS[:3], "08:30-12:00", "13:00-17:00")),
        ("Mo, We and Fr 9-17", each(("mon", "wed", "fri"), "09:00-17:00")),
        ("Sat-Mon 0900-1200", each(("mon", "sat", "sun"), "09:00-12:00")),
        ("Fri 18:00-00:00", {"fri": ["18:00-24:00"]}),
        ("Fri 22-6; Sat noon-midnight", {"fri": ["22:00-06:00"], "sat": ["12:00-24:00"]}),
        ("daily 18:00-02:00", each(WEEKDAYS, "18:00-02:00")),
        ("24/7", each(WEEKDAYS, "00:00-24:00")),
        ("Thursday: 8h30-17h\nSunday closed", {"thu": ["08:30-17:00"], "sun": []}),
        (["Mon 9-12", "Mon 13-17"], {"mon": ["09:00-12:00", "13:00-17:00"]}),
        ({"Mon-Tue": "9-12", "wed": ["9-12", "14-18"], "sun": None}, {"mon": ["09:00-12:00"], "tue": ["09:00-12:00"],
         "wed": ["09:00-12:00", "14:00-18:00"], "sun": []}),
        ({"sat": {"start": "10:00", "end": "14:00"}}, {"sat": ["10:00-14:00"]}),
    ],
)  # fmt: skip
def test_hours_mean_what_they_say(told: Any, meant: dict[str, list[str]]) -> None:
    assert spoken(told) == meant


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ("Blursday 9-17", "no weekday"),
        ("Mon 25:00-26:00", "Times go from 00:00 to 24:00"),
        ("Mon 9:75-10", "Times go from 00:00 to 24:00"),
        ("Mon 13pm-3pm", "no time"),
        ("Mon-Fri 9-5", "Write '9-17'"),
        ("Mon 9-5pm", "says am or pm once"),
        ("9-17", "no days"),
        ("Mon-Fri", "no times"),
        ("", "no times"),
        ("Mon-Tue-Wed 9-17", "no days"),
        ("Mon soon-later", "no"),
        (5, "no opening hours"),
        ({"mon": 9}, "no times"),
        ([["Mon 9-17"], 3], "no opening hours"),
        (", ".join(["Mon 9-10"] * 11), "more than 10 ranges"),
    ],
)
def test_hours_that_may_mean_something_else_are_refused(told: Any, because: str) -> None:
    with pytest.raises(Misunderstood, match=because):
        clock.weekly(told)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(WEEKDAYS), st.integers(0, 1439), st.integers(1, 1440)), min_size=1, max_size=8)
)
def test_hours_written_plainly_are_read_as_written(told: list[tuple[str, int, int]]) -> None:
    written = ", ".join(f"{day} {a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for day, a, b in told)
    meant: dict[str, list[str]] = {}
    for day, first, last in told:
        meant.setdefault(day, []).append(f"{first // 60:02}:{first % 60:02}-{last // 60:02}:{last % 60:02}")
    assert spoken(written) == {day: meant[day] for day in WEEKDAYS if day in meant}


def off(told: Any, country: str = "US", subdivision: str | None = None) -> dict[str, Any]:
    found = days_off(told, country, subdivision, TODAY)
    return found.plain() | ({"exceptions": found.exceptions} if found.exceptions else {})


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (True, {"source": {"country": "US"}}),
        (False, {}),
        ("GB", {"source": {"country": "GB"}}),
        ("US-NY", {"source": {"country": "US", "subdivision": "NY"}}),
        (["christmas day", "Labor Day"], {"source": {"country": "US"}, "include": ["Christmas Day", "Labor Day"]}),
        (["US", "Not Columbus Day"], {"source": {"country": "US"}, "exclude": ["Columbus Day"]}),
        (["2026-12-24 Christmas Eve"], {"custom": [{"name": "Christmas Eve", "date": "2026-12-24"}]}),
        (["12-24..01-01 Break"], {"custom": [{"name": "Break", "month_day": "12-24", "until": "01-01"}]}),
        (["02-29"], {"custom": [{"name": "02-29", "month_day": "02-29"}]}),
        (["2026-12-31 09:00-12:00, 13:00-15:00"], {"exceptions": [{"date": "2026-12-31", "ranges": [
            {"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "15:00"}]}]}),
        (["12-24 08:00-12:00 Eve"], {"exceptions": [
            {"date": f"{year}-12-24", "ranges": [{"start": "08:00", "end": "12:00"}], "name": "Eve"}
            for year in (2026, 2027, 2028)]}),
        (["11-24 08:00-12:00"], {"exceptions": [
            {"date": f"{year}-11-24", "ranges": [{"start": "08:00", "end": "12:00"}]} for year in (2027, 2028)]}),
        (["02-29 08:00-12:00"], {"exceptions": [
            {"date": "2028-02-29", "ranges": [{"start": "08:00", "end": "12:00"}]}]}),
        ([{"name": "Feast", "month_day": "06-24"}], {"custom": [{"name": "Feast", "month_day": "06-24"}]}),
        ({"country": "CA", "subdivision": "QC", "observed": False, "days": ["12-26 Boxing Day"]},
         {"source": {"country": "CA", "subdivision": "QC", "observed": False},
          "custom": [{"name": "Boxing Day", "month_day": "12-26"}]}),
    ],
)  # fmt: skip
def test_holidays_mean_what_they_say(told: Any, meant: dict[str, Any]) -> None:
    assert off(told) == meant


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ("ZZ", "No holidays are known"),
        ("US-QQ", "No holidays are known of 'QQ' in US"),
        (["Xmas"], "US has no holiday 'Xmas'"),
        (["2027-02-29 Leap"], "no date"),
        (["13-01"], "no date"),
        (["12-24..12-26 08:00-12:00"], "needs one date"),
        (["2026-12-24..01-02 Break"], "the year with both dates"),
        ([5], "no holiday"),
        (7, "no holidays"),
        ({"country": "US", "dates": []}, "'dates' is not among the fields"),
        ({"days": "12-24"}, "no list of days"),
        ([{"name": "A", "date": "2026-01-01", "month_day": "01-01"}], "give either date or month_day"),
    ],
)
def test_holidays_that_do_not_exist_are_refused(told: Any, because: str) -> None:
    with pytest.raises(Misunderstood, match=because):
        off(told)


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10_000) | st.sampled_from(
        ["101", "sales", "voicemail", "say: hello", "operator", "menu", "hours", "+12125550123", "24/7", "Mon 9-17"]
    ) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["1", "#", "to", "say", "then", "label", "node", "extension", "mon", "name", "members"])
        | st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(set(Specification.model_fields) - {"customer", "schema_"})), _VALUE, max_size=6
    )
)
def test_whatever_is_said_becomes_a_flow_or_a_problem(said: dict[str, Any]) -> None:
    try:
        spec = Specification.model_validate({"customer": "Acme", "extensions": ["101", "102"]} | said)
    except ValueError:
        return
    try:
        completed = complete(spec, today=TODAY)
    except Problem:
        return
    again = complete(Specification.model_validate(completed.flow.plain()), today=dt.date(2030, 1, 1))
    assert again == completed
