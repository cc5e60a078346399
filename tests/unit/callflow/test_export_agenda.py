"""A schedule cut at midnight says what the schedule says."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exports import calendar_of, flows, instants

from call_flow.export.agenda import agenda
from call_flow.flow.calendar import Calendar
from call_flow.flow.hours import HolidaySet, Schedule

_CLOCKS = st.sampled_from(["00:00", "00:01", "06:00", "08:30", "12:00", "17:00", "22:00", "23:59", "24:00"])
_RANGES = st.lists(st.fixed_dictionaries({"start": _CLOCKS, "end": _CLOCKS}), max_size=3)
_DATES = st.dates(dt.date(2026, 12, 22), dt.date(2027, 1, 3))
_SCHEDULES = st.fixed_dictionaries({
    "id": st.just("any"), "time_zone": st.just("UTC"), "holiday_set": st.just("days"),
    "weekly": st.dictionaries(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), _RANGES),
    "exceptions": st.lists(st.fixed_dictionaries({"date": _DATES, "ranges": _RANGES}), max_size=4),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_SCHEDULES, st.lists(_DATES, max_size=3))
def test_it_says_at_every_edge_of_any_schedule_what_the_calendar_says(
    plain: dict[str, object], days: list[dt.date]
) -> None:
    holidays = HolidaySet.model_validate({"id": "days", "custom": [{"name": "Day", "date": str(day)} for day in days]})
    calendar = Calendar(Schedule.model_validate(plain), holidays)
    found = agenda(calendar)
    for number in range(16):
        day = dt.date(2026, 12, 20) + dt.timedelta(days=number)
        for minute in (0, 1, 359, 360, 509, 510, 719, 720, 1019, 1020, 1319, 1320, 1438, 1439):
            wall = dt.datetime.combine(day, dt.time(*divmod(minute, 60)))
            assert found.state(wall) == calendar.state(wall).state, wall


@pytest.mark.parametrize("name", flows())
def test_it_says_what_every_customers_calendar_says(name: str) -> None:
    flow = flows()[name]
    for schedule in flow.schedules:
        calendar = calendar_of(flow, schedule.id)
        found = agenda(calendar)
        assert all(found.state(wall) == calendar.state(wall).state for wall in instants(flow, schedule.id))


def test_the_night_before_a_holiday_goes_on_and_the_night_of_a_holiday_does_not() -> None:
    nights = [{"start": "22:00", "end": "02:00"}]
    schedule = Schedule.model_validate({
        "id": "bar", "time_zone": "UTC", "weekly": {"thu": nights, "fri": nights}, "holiday_set": "days",
    })  # fmt: skip
    holidays = HolidaySet.model_validate({"id": "days", "custom": [{"name": "Closed", "date": "2026-12-25"}]})
    found = agenda(Calendar(schedule, holidays))

    def at_one(day: dt.date) -> str:
        return found.state(dt.datetime.combine(day, dt.time(1)))

    assert at_one(dt.date(2026, 12, 25)) == "holiday"
    assert at_one(dt.date(2026, 12, 26)) == "closed"
    assert at_one(dt.date(2027, 1, 2)) == "open"
