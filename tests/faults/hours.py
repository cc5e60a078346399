"""Faults of opening hours and holidays."""

from typing import Any

from tests.faults.fault import Faults, Plain, add, holiday_set, schedule

HOURS = Faults()
fault = HOURS.fault


def _mondays(*ranges: tuple[str, str]) -> Plain:
    return {"weekly": {"mon": [{"start": start, "end": end} for start, end in ranges]}}


@fault("hours.unknown-zone")
def a_zone_on_mars(plain: Plain) -> str:
    return schedule(plain, time_zone="Mars/Olympus_Mons")[1] + "/time_zone"


@fault("hours.unknown-zone")
def a_customer_nowhere(plain: Plain) -> str:
    plain["customer"]["time_zone"] = "EST5EDT4"
    return "/customer/time_zone"


@fault("hours.unknown-zone")
def a_site_nowhere(plain: Plain) -> str:
    return add(plain, "sites", id="annex", name="Annex", time_zone="America/Newyork") + "/time_zone"


@fault("hours.zero-length")
def open_from_nine_to_nine(plain: Plain) -> str:
    return schedule(plain, **_mondays(("09:00", "09:00")))[1] + "/weekly/mon/0"


@fault("hours.zero-length")
def an_exception_of_no_length(plain: Plain) -> str:
    ranges = [{"start": "24:00", "end": "08:00"}]
    return schedule(plain, exceptions=[{"date": "2026-12-24", "ranges": ranges}])[1] + "/exceptions/0/ranges/0"


@fault("hours.overlap")
def afternoon_begins_before_the_morning_ends(plain: Plain) -> str:
    return schedule(plain, **_mondays(("08:00", "13:00"), ("12:30", "17:00")))[1] + "/weekly/mon/1"


@fault("hours.overlap")
def the_night_meets_the_morning(plain: Plain) -> str:
    weekly = _mondays(("20:00", "07:00"))["weekly"] | {"tue": [{"start": "06:00", "end": "12:00"}]}
    return schedule(plain, weekly=weekly)[1] + "/weekly/tue/0"


@fault("hours.overlap")
def sunday_night_meets_monday(plain: Plain) -> str:
    weekly = {"sun": [{"start": "22:00", "end": "09:00"}], "mon": [{"start": "08:00", "end": "12:00"}]}
    return schedule(plain, weekly=weekly)[1] + "/weekly/mon/0"


@fault("hours.overlap")
def an_exception_overlaps_itself(plain: Plain) -> str:
    ranges = [{"start": "08:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]
    return schedule(plain, exceptions=[{"date": "2026-12-24", "ranges": ranges}])[1] + "/exceptions/0/ranges/1"


@fault("hours.minute-missing")
def open_to_one_minute_before_five(plain: Plain) -> str:
    return schedule(plain, **_mondays(("08:00", "16:59")))[1] + "/weekly/mon/0/end"


@fault("hours.minute-missing")
def a_minute_between_morning_and_afternoon(plain: Plain) -> str:
    return schedule(plain, **_mondays(("08:00", "12:00"), ("12:01", "17:00")))[1] + "/weekly/mon/0/end"


@fault("hours.morning-for-evening")
def five_in_the_morning(plain: Plain) -> str:
    return schedule(plain, **_mondays(("08:00", "05:00")))[1] + "/weekly/mon/0"


@fault("hours.exception-twice")
def christmas_eve_twice(plain: Plain) -> str:
    half = [{"start": "08:00", "end": "12:00"}]
    days = [{"date": "2026-12-24"}, {"date": "2026-12-24", "ranges": half}]
    return schedule(plain, exceptions=days)[1] + "/exceptions/1/date"


@fault("hours.exception-past")
def last_years_hours(plain: Plain) -> str:
    return schedule(plain, exceptions=[{"date": "2025-12-24"}])[1] + "/exceptions/0"


@fault("hours.never-open")
def no_hours_at_all(plain: Plain) -> str:
    return schedule(plain, weekly={})[1] + "/weekly"


@fault("hours.never-closed")
def closed_though_always_open(plain: Plain) -> str:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    schedule(plain, weekly={day: [{"start": "00:00", "end": "24:00"}] for day in days})
    return f"/nodes/{len(plain['nodes']) - 1}/closed"


@fault("hours.holiday-never")
def holidays_of_no_calendar(plain: Plain) -> str:
    schedule(plain)
    plain["nodes"][-1]["holiday"] = {"hangup": "busy"}
    return f"/nodes/{len(plain['nodes']) - 1}/holiday"


@fault("hours.no-holidays")
def hours_without_holidays(plain: Plain) -> str:
    return schedule(plain)[1]


@fault("hours.zone-differs")
def hours_of_another_ocean(plain: Plain) -> str:
    schedule(plain, time_zone="Pacific/Auckland")
    return f"/numbers/{len(plain['numbers']) - 1}/entry"


@fault("hours.clock-change")
def hours_that_begin_in_the_missing_hour(plain: Plain) -> str:
    weekly = {"sun": [{"start": "02:30", "end": "12:00"}]}
    return schedule(plain, time_zone="America/New_York", weekly=weekly)[1] + "/weekly/sun/0/start"


@fault("hours.clock-change")
def hours_that_end_in_the_hour_that_comes_twice(plain: Plain) -> str:
    weekly = {"sun": [{"start": "00:10", "end": "02:15"}]}
    return schedule(plain, time_zone="Europe/Berlin", weekly=weekly)[1] + "/weekly/sun/0/end"


@fault("hours.override-stays")
def a_state_for_ever(plain: Plain) -> str:
    override = {"code": "*7703", "states": ["closed"], "auto_reset": False}
    return schedule(plain, override=override)[1] + "/override/auto_reset"


@fault("hours.override-repeats")
def a_state_twice(plain: Plain) -> str:
    override = {"code": "*7704", "states": ["closed", "closed"]}
    return schedule(plain, override=override)[1] + "/override/states"


@fault("hours.schedule-unused")
def hours_for_nothing(plain: Plain) -> str:
    return add(plain, "schedules", id="left-over", time_zone="Europe/Berlin")


def _source(**source: Any) -> Plain:
    return {"source": source}


@fault("holidays.unknown-source")
def holidays_of_no_country(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="ZZ")) + "/source/country"


@fault("holidays.unknown-source")
def holidays_of_no_state(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="US", subdivision="XX")) + "/source/subdivision"


@fault("holidays.unknown-source")
def school_holidays_that_are_not_known(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="US", categories=["school"])) + "/source/categories"


@fault("holidays.country-differs")
def holidays_of_norway(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="NO")) + "/source/country"


@fault("holidays.state-days")
def days_of_the_state_of_new_york(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="US", subdivision="NY")) + "/source/subdivision"


@fault("holidays.subdivision-missing", "numbering.extension-is-emergency")
def bavaria_without_its_days(plain: Plain) -> str:
    plain["customer"] |= {"country": "DE", "subdivision": "BY"}
    plain["emergency"]["numbers"] = ["112", "110", "911"]
    plain["emergency"]["test_numbers"] = []
    return holiday_set(plain, **_source(country="DE")) + "/source"


@fault("holidays.unknown-name")
def closed_on_a_day_that_is_none(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="US"), include=["Christmas Day", "Thanksgivin"]) + "/include/1"


@fault("holidays.unknown-name")
def open_on_a_day_that_is_none(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="DE"), exclude=["Rosenmontag"]) + "/exclude/0"


@fault("holidays.end-soon")
def last_years_calendar(plain: Plain) -> str:
    return holiday_set(plain, first_year=2025, horizon_years=1) + "/horizon_years"


@fault("holidays.end-soon")
def a_calendar_for_five_weeks(plain: Plain) -> str:
    return holiday_set(plain, first_year=2026, horizon_years=1) + "/horizon_years"


@fault("holidays.begin-late")
def the_calendar_of_the_year_after_next(plain: Plain) -> str:
    return holiday_set(plain, first_year=2028) + "/first_year"


@fault("holidays.empty")
def no_holiday_at_all(plain: Plain) -> str:
    place = holiday_set(plain)
    del plain["holiday_sets"][-1]["source"]
    return place


@fault("holidays.year-missing")
def holidays_that_are_not_announced_yet(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="LK"), first_year=2026, horizon_years=2) + "/horizon_years"


@fault("holidays.weekend")
def independence_day_on_a_saturday(plain: Plain) -> str:
    return holiday_set(plain, **_source(country="US", observed=False)) + "/source/observed"


@fault("holidays.unused")
def holidays_for_nothing(plain: Plain) -> str:
    return add(plain, "holiday_sets", id="left-over", source={"country": "US"})


def _own(plain: Plain, **day: Any) -> str:
    return holiday_set(plain, custom=[{"name": "Own day"} | day]) + "/custom/0"


@fault("holidays.impossible-day")
def the_thirtieth_of_february(plain: Plain) -> str:
    return _own(plain, month_day="02-30") + "/month_day"


@fault("holidays.impossible-day")
def until_the_thirty_first_of_april(plain: Plain) -> str:
    return _own(plain, month_day="04-20", until="04-31") + "/until"


@fault("holidays.leap-day")
def the_twenty_ninth_of_february(plain: Plain) -> str:
    return _own(plain, month_day="02-29") + "/month_day"


@fault("holidays.ends-before")
def holidays_backwards(plain: Plain) -> str:
    return _own(plain, date="2027-08-20", until="2027-08-02") + "/until"


@fault("holidays.ends-before")
def every_year_until_one_date(plain: Plain) -> str:
    return _own(plain, month_day="12-24", until="2026-12-31") + "/until"


@fault("holidays.long")
def closed_for_most_of_the_year(plain: Plain) -> str:
    return _own(plain, month_day="02-01", until="11-30")


@fault("holidays.past")
def last_years_outing(plain: Plain) -> str:
    return _own(plain, date="2025-06-06")


@fault("holidays.twice")
def christmas_again(plain: Plain) -> str:
    return _own(plain, date="2026-12-25")
