"""Times of day as people write them: `8`, `8:30`, `8 a.m.`, `17 Uhr`, `noon`, `nine`; and from one to another.

A time without am or pm is one of the 24-hour clock, with these exceptions, which follow how people speak of a day's
work: an end at or before its start is one of the afternoon (`9 to 5`), and so is a start from one to five
(`1-5`); an am or pm that stands once is that of the other time too unless the order forbids it (`9-5pm`).
"""

import re
from dataclasses import dataclass

from call_flow.spec.words import Misunderstood, folded

_WORDS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(words.split(), 1)
}
_NAMED = {"noon": 720, "midday": 720, "mittag": 720, "mittags": 720, "midnight": 0, "mitternacht": 0}
_SPOKEN = "|".join((*_NAMED, *_WORDS))
#: What stands before an hour, and how many minutes it adds. `half nine` means two things, so it is none of them.
_BESIDE = {
    "half past ": 30, "quarter past ": 15, "quarter to ": -15, "a quarter past ": 15, "a quarter to ": -15,
    "halb ": -30, "viertel nach ": 15, "viertel vor ": -15,
}  # fmt: skip
_PAST = "|".join(_BESIDE)
TIME = (
    rf"(?:(?:{_PAST})(?:{'|'.join(_WORDS)}|(?:1[0-2]|[1-9])(?![0-9:.h]))|(?:{_SPOKEN})|"
    r"(?:[01]?[0-9]|2[0-4])(?:[:.h][0-5][0-9]|h)?|[0-2][0-9][0-5][0-9])"
    r"(?:\s?[ap]\.?\s?m(?:\.|\b)|\s(?:in the )?(?:morning|afternoon|evening)\b)?(?:\s?(?:o['’]?clock|uhr|hours|hrs)\b)?"
)
_ONE = re.compile(r"([0-9]{1,2}?)(?:[:.h]?([0-9]{2})|h)?\s?(?:([ap])\.?\s?m\.?)?\s?(o['’]?clock|uhr|hours|hrs)?")
_PART_OF_DAY = re.compile(r"\s(?:in the )?(morning|afternoon|evening)$")
#: As `call_flow.simulate.ask.clock`: an hour up to this one without more is one of the afternoon.
_EARLY = 6 * 60
_NOON, _DAY = 12 * 60, 24 * 60


@dataclass(frozen=True)
class _Time:
    """`minute` of the day as written; `half` is a, p or empty; `is_open` if it may be one of the afternoon as well."""

    minute: int
    half: str
    is_open: bool


def interval(opens: str, closes: str) -> tuple[str, str]:
    """The start and the end, as `08:00` and `17:00`. Raises `Misunderstood`."""
    start, end = _time(opens), _time(closes)
    first, last = start.minute, end.minute
    if start.is_open and not start.half:
        is_early = not end.half and end.is_open and 0 < first < _EARLY and first < last
        if is_early or (end.half == "p" and first + _NOON < last):
            first += _NOON
    if end.is_open and not end.half and last <= first and last + _NOON > first:
        last += _NOON
    if last == 0:
        last = _DAY
    is_overnight = last < first
    if first == last or first >= _DAY or (is_overnight and first < _NOON and not end.half):
        raise Misunderstood(f"from '{opens}' to '{closes}' is not clear")
    return clock(first), clock(last)


def moment(text: str, *, is_end: bool) -> str:
    """A time that stands alone: of a start in the morning, of an end in the afternoon, unless it says its half.

    Raises:
        Misunderstood: when it is no time.
    """
    time = _time(text)
    minute = time.minute
    if time.is_open and not time.half and ((is_end and minute < _NOON) or 0 < minute < _EARLY):
        minute += _NOON
    return clock(_DAY if is_end and minute == 0 else minute)


def clock(minute: int) -> str:
    """A minute of the day as `08:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _time(text: str) -> _Time:
    word = _PART_OF_DAY.sub(lambda match: " am" if match[1] == "morning" else " pm", folded(text).replace("’", "'"))
    if word in _NAMED:
        return _Time(_NAMED[word], "p", is_open=False)
    beside = next((words for words in _BESIDE if word.startswith(words)), "")
    word = word.removeprefix(beside)
    for spoken, number in _WORDS.items():
        if word == spoken or word.startswith(f"{spoken} "):
            word = f"{number}{word[len(spoken) :]}"
            break
    match = _ONE.fullmatch(word)
    if match is None:
        raise Misunderstood(f"'{text}' is no time")
    hour, minute, half = int(match[1] or 99), int(match[2] or 0), match[3] or ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 99
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise Misunderstood(f"'{text}' is no time")
    is_of_24 = match[1].startswith("0") or (match[4] or "") in ("uhr", "hours", "hrs") or hour > 12 or hour == 0
    shifted = hour % 24 * 60 + minute + _BESIDE.get(beside, 0)
    return _Time(shifted % _DAY, half, is_open=not is_of_24 and not half)
