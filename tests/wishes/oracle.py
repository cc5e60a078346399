"""What may come out of a text, judged without the rules that read it: by digits, clocks and a library of numbers."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml

FOLDER = Path(__file__).parent
TEXTS = tuple(path.stem for path in sorted(FOLDER.glob("*.yaml")))
NOTES = FOLDER / "notes"

_HOURS = (
    "one two three four five six seven eight nine ten eleven twelve",
    "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
)
_DAYS_BY_NAME = {
    "christmas": ("12-25",), "christmas eve": ("12-24",), "boxing day": ("12-26",), "new year": ("01-01", "12-31"),
    "heiligabend": ("12-24",), "silvester": ("12-31",),
}  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_BESIDE = {
    "half past": 30, "quarter past": 15, "quarter to": -15, "halb": -30, "viertel nach": 15, "viertel vor": -15
}  # fmt: skip
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-4]):[0-5][0-9]")
_RANGE = re.compile(r"([0-9]{2,6})\s*(?:-|–|to|through|bis)\s*([0-9]{2,6})")
#: Where the words that prove a value stand again.
PROOFS = "provenance"


def load(name: str) -> dict[str, Any]:
    """A text with what is expected of it: `text`, `options`, `specification`, `questions`, `loose`, `contradicts`."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@cache
def notes() -> dict[str, dict[str, Any]]:
    """Short texts by name: `text`, `options`, `specification`, `questions` as words that are asked about, `loose`."""
    listed = [
        note for path in sorted(NOTES.glob("*.yaml")) for note in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    found = {note["id"]: note for note in listed}
    assert len(found) == len(listed)
    return found


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Each value that stands alone, with its JSON pointer."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{position}")
    else:
        yield pointer, value


def facts(specification: dict[str, Any]) -> set[tuple[str, ...]]:
    """What a specification says, without regard to order: telephones by their numbers, numbers by themselves."""
    found: set[tuple[str, ...]] = set()

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, (*path, str(key)))
        elif isinstance(value, list):
            for item in value:
                named = isinstance(item, dict) and path[-1] != "notify"
                key = str(item.get("number") or item.get("e164") or item.get("name")) if named else ""
                walk(item, (*path, key) if isinstance(item, dict) else path)
        else:
            found.add((*path, str(value)))

    walk({key: item for key, item in specification.items() if key != PROOFS}, ())
    return found


def invented(specification: dict[str, Any], text: str, country: str | None) -> list[str]:
    """The values with figures or mail addresses that neither stand in the text nor follow from it."""
    said = " ".join(text.split())
    numbers = set().union(*(_numbers(part, country) for part in (said, *re.split(r"[\n;]|[.,](?=\s)", text))))
    return [
        f"{pointer}: {value}"
        for pointer, value in leaves({key: item for key, item in specification.items() if key != PROOFS})
        if not isinstance(value, bool) and not _follows(str(value), said, numbers)
    ]


def _numbers(text: str, country: str | None) -> set[str]:
    found: set[str] = set()
    regions = {country} if country else {"US", "GB", "DE", "AU", "CA"}
    for region in regions:
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.POSSIBLE):
            found.add(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return found


def _follows(value: str, text: str, numbers: set[str]) -> bool:
    if " ".join(value.casefold().split()) in text.casefold() and " " in value:
        return True
    if "@" in value:
        return re.search(rf"(?<![\w.+-]){re.escape(value)}(?![\w-])", text) is not None
    if value in numbers or not any(sign.isdigit() for sign in value) or " ".join(value.split()) in text:
        return True
    if re.fullmatch(r"\+[0-9]{7,15}", value):
        return False
    if value == "24/7":
        return re.search(r"24\s?/\s?7|24 hours|(?:a|r)ound the clock|rund um die uhr", text, re.IGNORECASE) is not None
    left = value
    for clock in _CLOCK.findall(value):
        if not _clock_follows(clock, text):
            return False
        left = left.replace(clock, " ")
    for date in re.findall(r"(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}", left):
        if not _date_follows(date, text):
            return False
        left = left.replace(date, " ")
    return all(_run_follows(run, text) for run in re.findall(r"[0-9]+", left))


def _clock_follows(clock: str, text: str) -> bool:
    hour, minute = (int(part) for part in clock.split(":"))
    words = {12: "noon|midday|mittag", 24: "midnight", 0: "midnight"}.get(hour, "")
    spoken = "|".join(word for line in _HOURS for number, word in enumerate(line.split(), 1) if number == hour % 12)
    figures = "|".join(sorted({str(hour), f"{hour:02}", str(hour % 12 or 12), f"{hour % 12:02}"}))
    tail = rf"[:.h]?{minute:02}" if minute else r"(?:[:.h]?00)?"
    named = "|".join(filter(None, (words, spoken)))
    pattern = rf"(?<![0-9])(?:{figures}){tail}(?![0-9])" + (rf"|\b(?:{named})" if named and not minute else "")
    return re.search(pattern, text, re.IGNORECASE) is not None or _beside_an_hour(hour, minute, text)


def _beside_an_hour(hour: int, minute: int, text: str) -> bool:
    """Whether a time is told from the hour that is nearest: `half past eight`, `quarter to nine`, `halb neun`."""
    return any(
        re.search(rf"\b{words} (?:{spoken}|{number % 12 or 12})\b", text, re.IGNORECASE)
        for line in _HOURS
        for number, spoken in enumerate(line.split(), 1)
        for words, shift in _BESIDE.items()
        if (number * 60 + shift) % 720 == (hour * 60 + minute) % 720
    )


def _date_follows(date: str, text: str) -> bool:
    month, day = date[-5:].split("-")
    if date in text or any(date in dates and name in text.lower() for name, dates in _DAYS_BY_NAME.items()):
        return len(date) == 5 or date[:4] in text
    number = rf"(?<![0-9])0?{int(day)}(?![0-9])"
    name = _MONTHS[int(month) - 1]
    slashed = rf"0?{int(month)}/0?{int(day)}|0?{int(day)}/0?{int(month)}|0?{int(day)}\.0?{int(month)}\."
    near = rf"(?:{number}.{{0,12}}{name}|{name}\w*\.?\s{number}|{slashed})"
    return re.search(near, text, re.IGNORECASE) is not None and (len(date) == 5 or date[:4] in text)


def _run_follows(run: str, text: str) -> bool:
    if re.search(rf"(?<![0-9]){run}(?![0-9])", text):
        return True
    if any(len(a) == len(run) and int(a) <= int(run) <= int(b) for a, b in _RANGE.findall(text)):
        return True
    spoken = [word for line in _HOURS for number, word in enumerate(line.split(), 1) if str(number) == run]
    if any(
        re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in [*spoken, *(["zero", "null"] if run == "0" else [])]
    ):
        return True
    seconds = int(run)
    return seconds % 60 == 0 and re.search(rf"(?<![0-9]){seconds // 60}\s*min", text) is not None
