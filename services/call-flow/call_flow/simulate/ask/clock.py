"""The time of day of a question. An hour from one to six without more is one of the afternoon."""

import datetime as dt

from call_flow.simulate.ask.text import Text

_PERIODS = (
    (r"(?:at |around )?(?:lunch ?time|lunch(?: ?break)?)|(?:at|over|during) lunch", "12:30"),
    (r"(?:at )?(?:12 )?(?:noon|midday)", "12:00"),
    (r"(?:at )?(?:12 )?midnight", "00:00"),
    (r"(?:early )in the morning|early morning", "07:00"),
    (r"(?:in the |this )?mornings?", "10:00"),
    (r"(?:in the |this )?afternoons?", "15:00"),
    (r"(?:late )(?:in the |this )?evenings?", "22:00"),
    (r"(?:in the |this )?evenings?", "19:00"),
    (r"(?:at |in the middle of the |in the |during the )?nights?", "23:00"),
)
_LAST_OF_THE_AFTERNOON = 6
_HALVES = {"half past": 30, "quarter past": 15, "quarter to": -15}


def take(text: Text) -> dt.time | None:
    """The time that a question names; None if it names none."""
    for way in (_digital, _spoken, _hour):
        found = way(text)
        if found is not None:
            return found
    for pattern, clock in _PERIODS:
        if text.take(pattern):
            return dt.time.fromisoformat(clock)
    return None


def _digital(text: Text) -> dt.time | None:
    found = text.take(
        r"(?:at |around |by )?([01]?[0-9]|2[0-4])[:.h]([0-5][0-9])(?::([0-5][0-9]))?"
        r"(?: ?(am|pm))?(?: (?:hours|oclock))?"
    )
    if found is None:
        return None
    return _time(int(found[1]), int(found[2]), int(found[3] or 0), found[4])


def _spoken(text: Text) -> dt.time | None:
    found = text.take(
        r"(?:at )?(half past|(?:a )?quarter past|(?:a )?quarter to) ([0-9]{1,2})(?: ?(am|pm))?(?: oclock)?"
    )
    if found is None:
        return None
    day = _time(int(found[2]), 0, 0, found[3] or _half(int(found[2]), None))
    if day is None:
        return None
    minutes = day.hour * 60 + _HALVES[found[1].removeprefix("a ")]
    return dt.time(minutes // 60 % 24, minutes % 60)


def _hour(text: Text) -> dt.time | None:
    if found := text.take(r"(?:at |around |by )?([0-9]{1,2}) ?(am|pm)(?: oclock)?"):
        return _time(int(found[1]), 0, 0, found[2])
    if found := text.take(
        r"(?:at |around |by )?([0-9]{1,2}) (?:oclock|hours)(?: (?:in the )?(morning|afternoon|evening))?"
    ):
        return _time(int(found[1]), 0, 0, _half(int(found[1]), found[2]))
    if found := text.take(r"(?:at|around) ([0-9]{1,2})(?: (?:in the )(morning|afternoon|evening))?(?! ?[a-z0-9/-])"):
        return _time(int(found[1]), 0, 0, _half(int(found[1]), found[2]))
    return None


def _half(hour: int, period: str | None) -> str | None:
    if period is not None:
        return "am" if period == "morning" else "pm"
    return "pm" if 1 <= hour <= _LAST_OF_THE_AFTERNOON else None


def _time(hour: int, minute: int, second: int, half: str | None) -> dt.time | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    return dt.time(hour, minute, second) if hour < 24 else None
