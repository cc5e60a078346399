"""When something is due again: cron lines and intervals, in any time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from oberaconnect.schedule import Schedule, ScheduleText, TimeZoneName, jittered

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def _next(text: str, moment: datetime, timezone: str = "UTC", last: datetime | None = None) -> datetime:
    return Schedule.parse(text, timezone).next_after(moment, last=last)


def _berlin(month: int, day: int, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("*/15 * * * *", NOON, NOON + timedelta(minutes=15)),
        ("*/15 * * * *", NOON - timedelta(microseconds=1), NOON),
        ("*/15 * * * *", NOON + timedelta(microseconds=1), NOON + timedelta(minutes=15)),
        ("0 12 * * *", NOON, NOON + timedelta(days=1)),
        ("30 2 * * mon-fri", datetime(2026, 7, 4, tzinfo=UTC), datetime(2026, 7, 6, 2, 30, tzinfo=UTC)),
        ("0 0 29 2 *", NOON, datetime(2028, 2, 29, tzinfo=UTC)),
        ("0 0 L * *", NOON, datetime(2026, 7, 31, tzinfo=UTC)),
        ("  0   0 1 1 * ", NOON, datetime(2027, 1, 1, tzinfo=UTC)),
        ("0 0 * 2 MON#5", datetime(2072, 3, 1, tzinfo=UTC), datetime(2112, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_cron_line_is_due_at_its_next_time(text: str, moment: datetime, expected: datetime) -> None:
    assert _next(text, moment) == expected


def test_a_cron_line_goes_by_the_clocks_of_its_zone() -> None:
    assert _next("0 2 * * *", NOON, "Europe/Berlin") == datetime(2026, 7, 2, 0, 0, tzinfo=UTC)
    assert _next("0 2 * * *", datetime(2026, 1, 1, 12, tzinfo=UTC), "Europe/Berlin") == datetime(
        2026, 1, 2, 1, 0, tzinfo=UTC
    )


def test_a_time_that_clocks_skip_in_spring_is_made_up_for_at_once() -> None:
    before = _berlin(3, 29, 1)
    due = _next("30 2 * * *", before, "Europe/Berlin")
    assert due == datetime(2026, 3, 29, 1, 0, tzinfo=UTC) == _berlin(3, 29, 3)
    assert _next("30 2 * * *", due, "Europe/Berlin") == _berlin(3, 30, 2, 30)


def test_a_time_that_comes_twice_in_autumn_counts_once() -> None:
    due = _next("30 2 * * *", _berlin(10, 25, 1), "Europe/Berlin")
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert _next("30 2 * * *", due, "Europe/Berlin") == _berlin(10, 26, 2, 30)


def test_asked_in_the_second_turn_of_an_hour_the_next_time_is_not_in_its_first() -> None:
    in_second_turn = _berlin(10, 25, 2, 15, fold=1)
    assert _next("30 2 * * *", in_second_turn, "Europe/Berlin") == _berlin(10, 26, 2, 30)


def test_a_line_for_any_hour_goes_on_through_both_changes_of_the_clocks() -> None:
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        due = day
        for hour in range(1, 5):
            due = _next("0 * * * *", due, "Europe/Berlin")
            assert due == day + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("every:10s", timedelta(seconds=10)),
        ("every:15m", timedelta(minutes=15)),
        ("every:2h", timedelta(hours=2)),
        ("every:31d", timedelta(days=31)),
    ],
)
def test_an_interval_is_as_long_as_it_says(text: str, interval: timedelta) -> None:
    assert _next(text, NOON) == NOON + interval
    assert _next(text, NOON, last=NOON) == NOON + interval


def test_an_interval_keeps_its_beat_and_makes_up_for_nothing() -> None:
    assert _next("every:1h", NOON + timedelta(minutes=20), last=NOON) == NOON + timedelta(hours=1)
    assert _next("every:1h", NOON + timedelta(hours=7, minutes=5), last=NOON) == NOON + timedelta(hours=8)
    assert _next("every:1h", NOON - timedelta(days=1, minutes=5), last=NOON) == NOON - timedelta(days=1)


def test_an_interval_lasts_as_long_when_the_clocks_change_meanwhile() -> None:
    evening = _berlin(10, 24, 22)
    for last in (evening, None):
        assert _next("every:1d", evening, "Europe/Berlin", last=last) - evening.astimezone(UTC) == timedelta(days=1)
    second_turn = _berlin(10, 25, 2, 30, fold=1)
    assert _next("every:2h", second_turn, last=_berlin(10, 25, 1)) == _berlin(10, 25, 4)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "hourly", "@daily", "* * * *", "0 * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *", "1,, * * * *", "* * * * ²L", "1/1/1/1/1 * 1-L * 1L/2",
        "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 */30 2 MON#5",
        "every:", "every:5", "every:9s", "every:0m", "every:32d", "every:-5m", "every:1.5h", "every:5 m", "every:5w",
        "every:5m5s", "every:٣m", "every:999999999d", "EVERY:5m", "* " * 60, "9" * 90 + " * * * *",
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        Schedule.parse(text)
    assert type(refused.value) is ValueError


def test_a_day_that_never_comes_is_refused_as_that() -> None:
    with pytest.raises(ValueError, match="never comes"):
        Schedule.parse("0 0 */30 2 MON#5")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "europe/berlin", "a\0b", "x" * 5000])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Europe/Berlin") as refused:
        Schedule.parse("* * * * *", name)
    assert type(refused.value) is ValueError


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("every:10s", timedelta(seconds=1)),
        ("every:5m", timedelta(seconds=30)),
        ("every:1d", timedelta(seconds=60)),
        ("* * * * *", timedelta(seconds=6)),
        ("0 3 * * *", timedelta(seconds=60)),
    ],
)
def test_a_start_is_put_off_a_little_and_never_early(text: str, most: timedelta) -> None:
    schedule = Schedule.parse(text)
    assert [jittered(NOON, schedule, fraction) - NOON for fraction in (0.0, 0.5, 1.0)] == [
        timedelta(0), most / 2, most,
    ]  # fmt: skip


def test_a_request_keeps_the_schedule_as_it_will_be_understood() -> None:
    assert TypeAdapter(ScheduleText).validate_python(" 0  2 * * 1-5 ") == "0 2 * * 1-5"
    assert TypeAdapter(TimeZoneName).validate_python("Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize(
    "text", ["nightly", "99 * * * *", "0 0 30 2 *", "every:1w"], ids=["word", "minute", "day", "unit"]
)
def test_a_request_with_another_schedule_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValidationError, match=r"'30 2 \* \* 1-5'.*'every:15m'"):
        TypeAdapter(ScheduleText).validate_python(text)
