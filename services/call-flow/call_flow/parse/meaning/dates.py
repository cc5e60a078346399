"""Dates and holidays in words, as `call_flow.spec.days_off` takes them."""

import datetime as dt
import re
from dataclasses import dataclass

from call_flow.spec.country import has_holidays, holiday_names
from call_flow.spec.words import Misunderstood, folded, quoted

_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sept": 9, "dez": 12, "okt": 10}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TH = r"(?:st|nd|rd|th|\.)?"
#: A date in words or figures.
DATE = (
    rf"(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{1,2}}{_TH}\s?(?:of\s)?(?:{_MONTH})\b\.?(?:,?\s[0-9]{{4}})?|"
    rf"(?:{_MONTH})\b\.?\s[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s[0-9]{{4}})?(?![0-9:])|[0-9]{{1,2}}\.[0-9]{{1,2}}\.(?:[0-9]{{4}})?|"
    r"[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?(?![0-9/]))"
)
_PARTS = re.compile(
    rf"(([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}))|([0-9]{{1,2}}){_TH}\s?(?:of\s)?({_MONTH})\.?(?:,?\s"
    rf"([0-9]{{4}}))?|"
    rf"({_MONTH})\.?\s([0-9]{{1,2}}){_TH}(?:,?\s([0-9]{{4}}))?|([0-9]{{1,2}})\.([0-9]{{1,2}})\.?([0-9]{{4}})?|"
    r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?"
)
#: Days that are the same everywhere: what they are called, and the day of the year.
FIXED = {
    "christmas eve": "12-24", "heiligabend": "12-24", "heiliger abend": "12-24", "christmas day": "12-25",
    "christmas": "12-25", "boxing day": "12-26", "new year's eve": "12-31", "new years eve": "12-31",
    "silvester": "12-31", "new year's day": "01-01", "new years day": "01-01", "new year": "01-01",
    "new year's": "01-01", "neujahr": "01-01",
}  # fmt: skip
#: Days whose date the country's calendar knows: what people say, and how the calendar may call it.
_MOVABLE = {
    "thanksgiving": ("thanksgiving day", "thanksgiving"), "thanksgiving day": ("thanksgiving day", "thanksgiving"),
    "memorial day": ("memorial day",), "labor day": ("labor day",), "labour day": ("labour day", "labor day"),
    "independence day": ("independence day",), "4th of july": ("independence day",),
    "july 4th": ("independence day",), "fourth of july": ("independence day",),
    "presidents day": ("washington's birthday",), "presidents' day": ("washington's birthday",),
    "columbus day": ("columbus day",), "veterans day": ("veterans day",),
    "martin luther king day": ("martin luther king jr. day",), "mlk day": ("martin luther king jr. day",),
    "juneteenth": ("juneteenth national independence day",), "good friday": ("good friday",),
    "easter monday": ("easter monday",), "easter sunday": ("easter sunday",), "canada day": ("canada day",),
    "anzac day": ("anzac day",), "bastille day": ("national day",), "karfreitag": ("good friday",),
    "ostermontag": ("easter monday",),
}  # fmt: skip
#: The name of a holiday.
NAMED = "|".join(sorted((re.escape(name).replace("'", "['’]") for name in (*FIXED, *_MOVABLE)), key=len, reverse=True))
_PUBLIC = re.compile(r"holidays?\b|feiertag")


@dataclass(frozen=True)
class Day:
    """A day off: its date as `12-24` or `2026-12-24`, or its name in the country's calendar, or all public ones."""

    date: str | None = None
    name: str | None = None
    is_public: bool = False


def day(text: str, country: str | None, year: int) -> Day:
    """What a day off is; `country` is None where it is not known.

    Raises:
        Misunderstood: when it is none, or none of the country.
    """
    words = folded(text).replace("’", "'").removeprefix("the ").strip(" :")
    if words in FIXED:
        return Day(date=FIXED[words])
    if words in _MOVABLE:
        return Day(name=_known(words, country, year))
    if match := _PARTS.fullmatch(words.replace("  ", " ")):
        return Day(date=_date(match, country))
    if _PUBLIC.search(words) and not any(sign.isdigit() for sign in words):
        return Day(is_public=True)
    raise Misunderstood(f"{quoted(text)} is no day that is known")


def _known(words: str, country: str | None, year: int) -> str:
    names = holiday_names(country, None, year) if country and has_holidays(country) else frozenset()
    for name in sorted(names):
        if folded(name).replace("’", "'") in _MOVABLE[words]:
            return name
    raise Misunderstood(f"{quoted(words)} is no holiday of {country or 'a country that is known'}")


def _date(match: re.Match[str], country: str | None) -> str:
    _, iso_year, iso_month, iso_day, d1, m1, y1, m2, d2, y2, d3, m3, y3, one, two, y4 = match.groups()
    if iso_year:
        year, month, number = iso_year, int(iso_month), int(iso_day)
    elif m1:
        year, month, number = y1, _MONTHS[m1], int(d1)
    elif m2:
        year, month, number = y2, _MONTHS[m2], int(d2)
    elif m3:
        year, month, number = y3, int(m3), int(d3)
    else:
        first, second = int(one), int(two)
        if country is None and first <= 12 and second <= 12 and first != second:
            raise Misunderstood(f"{quoted(match[0])} may be two dates")
        month_first = country == "US" if first <= 12 and second <= 12 else second > 12
        year, month, number = y4, *((first, second) if month_first else (second, first))
    try:
        dt.date(int(year or 2024), month, number)
    except ValueError:
        raise Misunderstood(f"{quoted(match[0])} is no date") from None
    return f"{year}-{month:02}-{number:02}" if year else f"{month:02}-{number:02}"
