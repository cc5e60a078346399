"""Opening hours in words.

A text is a list of days and times: `Mon-Fri 08:00-17:00, Sat 9-12`. Days are English, from their first two letters on;
`weekdays`, `weekend` and `daily` are known, and a span may go over Sunday. Times are of the 24-hour clock unless am or
pm stands with them. Times without days add to the days before them, days without times are open with those that follow.
A span that ends before it begins goes on past midnight; from full hours without am, pm or minutes (`9-5`) this is
refused, since it may mean the afternoon. `closed`, `all day`, `24/7`.
"""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from call_flow.flow.values import WEEKDAYS, Weekday
from call_flow.spec.words import Misunderstood, folded, quoted

Weekly = dict[Weekday, list[dict[str, str]]]
ALL_DAY = {"start": "00:00", "end": "24:00"}

_GROUPS: dict[str, tuple[Weekday, ...]] = {
    "weekday": WEEKDAYS[:5], "weekdays": WEEKDAYS[:5], "weekend": WEEKDAYS[5:], "weekends": WEEKDAYS[5:],
    "daily": WEEKDAYS, "every day": WEEKDAYS, "everyday": WEEKDAYS, "all week": WEEKDAYS,
}  # fmt: skip
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALWAYS = {"24/7", "24x7", "24 / 7", "always", "around the clock", "24 hours a day", "24h"}
_WHOLE_DAY = {"all day", "24h", "24 hours", "open", "00:00-24:00", "0-24"}
_CLOSED = {"closed", "none", "off", "-", ""}
_MOST_RANGES = 10

_TIME = r"(?:midnight|noon|[0-9]{1,2}(?:[:.h][0-9]{2}|h)?\s*(?:[ap]\.?m\.?)?|[0-9]{4})"
_SPAN = re.compile(rf"({_TIME})\s*(?:-|to|until|till)\s*({_TIME})")
_ONE = re.compile(r"([0-9]{1,2}?)(?:[:.h]?([0-9]{2})|h)?\s*([ap])?\.?(?:m\.?)?")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_EXAMPLE = "Write 'Mon-Fri 08:00-17:00, Sat 9-12'"


def weekly(told: JsonValue) -> Weekly:
    """The ranges of each weekday, from words, a list of them, or a mapping of days to times.

    Raises:
        Misunderstood: when something in it has no meaning.
    """
    if isinstance(told, str):
        return _bounded(_of_text(told))
    if isinstance(told, list):
        return _bounded(_merged(weekly(item) for item in told))
    if isinstance(told, Mapping):
        return _bounded(_merged(dict.fromkeys(days(day), spans(times)) for day, times in told.items()))
    raise Misunderstood(f"{quoted(told)} are no opening hours. {_EXAMPLE}.")


def is_always(hours: Weekly) -> bool:
    """Whether it never closes."""
    return all(hours.get(day) == [ALL_DAY] for day in WEEKDAYS)


def days(text: str) -> list[Weekday]:
    """Weekdays from words as `Mon-Fri`, `Sat, Sun`, `weekdays`. Raises `Misunderstood`."""
    found: list[Weekday] = []
    for part in re.split(r"\s*(?:,|&|\+|/|\band\b)\s*", folded(text.translate(_DASHES)).strip(" :")):
        if part in _GROUPS:
            found += _GROUPS[part]
            continue
        ends = [_day(end) for end in re.split(r"\s*(?:-|\bto\b|\bthrough\b)\s*", part)]
        if len(ends) > 2:
            raise Misunderstood(f"{quoted(part)} are no days. Write 'Mon-Fri'.")
        first, last = ends[0], ends[-1]
        found += [WEEKDAYS[number % 7] for number in range(first, last + 1 if last >= first else last + 8)]
    return list(dict.fromkeys(found))


def spans(told: JsonValue) -> list[dict[str, str]]:
    """The ranges of one day, from words (`8-12, 13-17`, `closed`), start and end, or a list. Raises `Misunderstood`."""
    if told is None or told is False:
        return []
    if isinstance(told, list):
        return [span for item in told for span in spans(item)]
    if isinstance(told, Mapping) and set(told) == {"start", "end"}:
        return [_span(str(told["start"]), str(told["end"]))]
    if not isinstance(told, str):
        raise Misunderstood(f"{quoted(told)} are no times. Write '08:00-17:00', or 'closed'.")
    text = folded(told.translate(_DASHES))
    if text in _CLOSED:
        return []
    if text in _WHOLE_DAY:
        return [dict(ALL_DAY)]
    found = []
    for part in re.split(r"\s*(?:[,;&]|\band\b)\s*", text):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise Misunderstood(f"{quoted(part)} are no times. Write '08:00-17:00', or 'closed'.")
        found.append(_span(match[1], match[2]))
    return found


def _of_text(told: str) -> Weekly:
    text = folded(told.translate(_DASHES).replace("\n", ";"))
    if text in _ALWAYS:
        return {day: [dict(ALL_DAY)] for day in WEEKDAYS}
    found: Weekly = {}
    waiting: list[Weekday] = []
    current: list[Weekday] = []
    for segment in filter(None, (part.strip() for part in re.split(r"[,;]|\band\b|&", text))):
        cut = re.search(r"(?<![a-z])(?:[0-9]|noon|midnight|closed|all day|open)", segment)
        named, times = (segment, "") if cut is None else (segment[: cut.start()], segment[cut.start() :])
        if named.strip(" :"):
            current = [*waiting, *days(named)]
        elif waiting:
            current = waiting
        if not times:
            waiting = current
            continue
        if not current:
            raise Misunderstood(f"{quoted(segment)} says no days. {_EXAMPLE}.")
        waiting = []
        for day in current:
            found.setdefault(day, []).extend(spans(times))
    if waiting or not found:
        raise Misunderstood(f"{quoted(told)} says no times. {_EXAMPLE}.")
    return found


def _day(text: str) -> int:
    word = text.strip(" .:")
    for number, name in enumerate(_FULL):
        if len(word) >= 2 and (name.startswith(word) or word == f"{name}s" or word == f"{name[:4]}s"):
            return number
    raise Misunderstood(f"{quoted(text)} is no weekday. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")


def _span(start: str, end: str) -> dict[str, str]:
    first, last = _minute(start), _minute(end) or 24 * 60
    halves = [bool(re.search("[apn]", text)) for text in (start, end)]  # noon and midnight need none
    if halves[0] != halves[1] and any(len(text.strip()) < 3 for text in (start, end)):
        raise Misunderstood(f"'{start.strip()}-{end.strip()}' says am or pm once. Write it with both times.")
    is_bare = all(text.strip().isdigit() and len(text.strip()) < 3 for text in (start, end))
    if last <= first <= 12 * 60 and is_bare:
        raise Misunderstood(
            f"'{start.strip()}-{end.strip()}' may mean the afternoon or the next morning. "
            f"Write '{start.strip()}-{(last // 60) + 12}', or both with minutes."
        )
    if first == 24 * 60:
        first = 0
    return {"start": _clock(first), "end": _clock(last)}


def _minute(text: str) -> int:
    word = folded(text)
    if word in ("noon", "midnight"):
        return 12 * 60 if word == "noon" else 0
    match = re.fullmatch(r"([0-9]{2})([0-9]{2})", word) or _ONE.fullmatch(word)
    hours, minutes, half = (*match.groups(), None)[:3] if match else (None, None, None)
    hour, minute = int(hours or 99), int(minutes or 0)
    if half is not None:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 99
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise Misunderstood(f"{quoted(text)} is no time. Times go from 00:00 to 24:00.")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _merged(parts: Iterator[Weekly]) -> Weekly:
    found: Weekly = {}
    for part in parts:
        for day, ranges in part.items():
            found.setdefault(day, []).extend(ranges)
    return found


def _bounded(hours: Weekly) -> Weekly:
    for day, ranges in hours.items():
        if len(ranges) > _MOST_RANGES:
            raise Misunderstood(f"{_FULL[WEEKDAYS.index(day)].title()} has more than {_MOST_RANGES} ranges.")
    return {day: hours[day] for day in WEEKDAYS if day in hours}
