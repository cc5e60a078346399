"""Who the customer is and where: name, country, zone, languages, address, provider."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from call_flow.parse.meaning.sheet import LONGEST_LABEL, Cell, Sheet, shortened
from call_flow.parse.statement import Kind, Statement
from call_flow.spec.words import folded

#: What countries are called in English and German texts.
COUNTRIES = {
    "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "united states": "US", "united states of america": "US",
    "america": "US", "canada": "CA", "kanada": "CA", "uk": "GB", "u.k.": "GB", "united kingdom": "GB",
    "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "großbritannien": "GB",
    "ireland": "IE", "irland": "IE", "germany": "DE", "deutschland": "DE", "austria": "AT", "österreich": "AT",
    "switzerland": "CH", "schweiz": "CH", "france": "FR", "frankreich": "FR", "spain": "ES", "spanien": "ES",
    "italy": "IT", "italien": "IT", "netherlands": "NL", "the netherlands": "NL", "niederlande": "NL",
    "belgium": "BE", "belgien": "BE", "australia": "AU", "new zealand": "NZ", "portugal": "PT", "mexico": "MX",
}  # fmt: skip
LANGUAGES = {
    "english": "en", "englisch": "en", "spanish": "es", "spanisch": "es", "german": "de", "deutsch": "de",
    "french": "fr", "französisch": "fr", "italian": "it", "italienisch": "it", "dutch": "nl", "niederländisch": "nl",
    "portuguese": "pt", "portugiesisch": "pt", "polish": "pl", "polnisch": "pl", "turkish": "tr", "türkisch": "tr",
    "mandarin": "zh", "chinese": "zh", "cantonese": "zh", "arabic": "ar", "russian": "ru", "vietnamese": "vi",
    "korean": "ko", "japanese": "ja", "hindi": "hi", "tagalog": "tl", "hebrew": "he", "welsh": "cy",
}  # fmt: skip
_ZONES = {
    "eastern": {"US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney"},
    "central": {"US": "America/Chicago", "CA": "America/Winnipeg"},
    "mountain": {"US": "America/Denver", "CA": "America/Edmonton"},
    "pacific": {"US": "America/Los_Angeles", "CA": "America/Vancouver"},
    "arizona": {"US": "America/Phoenix"}, "alaska": {"US": "America/Anchorage"}, "hawaii": {"US": "Pacific/Honolulu"},
    "atlantic": {"CA": "America/Halifax"},
    "uk": {"GB": "Europe/London"}, "london": {"GB": "Europe/London"}, "gmt": {"GB": "Europe/London"},
    "german": {"DE": "Europe/Berlin"}, "central european": {"DE": "Europe/Berlin", "FR": "Europe/Paris"},
    "cet": {"DE": "Europe/Berlin", "FR": "Europe/Paris", "AT": "Europe/Vienna", "CH": "Europe/Zurich"},
}  # fmt: skip
_ZONE_NAME = re.compile(r"([a-z.]+(?: european)?)\s*(?:standard |daylight )?(?:time(?: zone)?|zone)?")
_SHORT_ZONES = {"et": "eastern", "est": "eastern", "edt": "eastern", "ct": "central", "cst": "central",
                "cdt": "central", "mt": "mountain", "mst": "mountain", "mdt": "mountain", "pt": "pacific",
                "pst": "pacific", "pdt": "pacific"}  # fmt: skip
_ASKED: dict[Kind, str] = {
    "customer": "What is the company called?",
    "country": "In which country are you?",
    "time_zone": "In which time zone are your opening hours?",
    "address": "What is the address of the building?",
    "provider": "Who is the telephone provider?",
}


def country_of(statement: Statement) -> str | None:
    """The country that a statement names."""
    piece = statement.one("name")
    return None if piece is None else COUNTRIES.get(folded(piece.text).removeprefix("the ").strip())


def tell(sheet: Sheet, statements: Iterable[Statement]) -> None:
    """Put what is said about the company on the sheet."""
    listed = list(statements)
    _once(sheet, listed, "customer", "customer")
    _once(sheet, listed, "country", "country")
    _once(sheet, listed, "time_zone", "time_zone")
    _once(sheet, listed, "address", "address")
    _once(sheet, listed, "provider", "trunk")
    _languages(sheet, [item for item in listed if item.kind == "language"])


def _once(sheet: Sheet, listed: list[Statement], kind: Kind, name: str) -> None:
    """A field that has one value; where the text gives it several, it is asked."""
    first: tuple[str, Statement] | None = None
    for statement in listed:
        if statement.kind != kind:
            continue
        value = _value(sheet, statement)
        if value is None:
            sheet.ask(f"/{name}", f"{_ASKED[kind]} The text says “{statement.quote.text[:160]}”.")
        elif first is None:
            first = value, statement
        elif kind == "customer" and folded(first[0]) != folded(value):
            shorter, longer = sorted((folded(first[0]), folded(value)), key=len)
            if longer.startswith(shorter):
                first = (first[0], first[1]) if len(first[0]) > len(value) else (value, statement)
                continue
            sheet.contradiction(f"/{name}", first[1].quote, statement.quote, _ASKED[kind])
            return
        elif folded(first[0]) != folded(value):
            sheet.contradiction(f"/{name}", first[1].quote, statement.quote, _ASKED[kind])
            return
        if value is not None:
            sheet.use(statement)
    if first is not None:
        piece = first[1].one("name") or first[1].one("words") or first[1].quote
        sheet.put(name, first[0], piece)


def _value(sheet: Sheet, statement: Statement) -> str | None:
    piece = statement.one("name") or statement.one("words")
    if piece is None:
        return None
    text = " ".join(piece.text.split())
    if statement.kind == "country":
        return country_of(statement)
    if statement.kind == "time_zone":
        return _zone(text, sheet.country)
    return text if statement.kind == "address" else shortened(text, LONGEST_LABEL)


def _zone(text: str, country: str) -> str | None:
    if "/" in text:
        try:
            return ZoneInfo(text).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    match = _ZONE_NAME.fullmatch(folded(text))
    if match is None:
        return None
    name = _SHORT_ZONES.get(match[1].strip(), match[1].strip())
    known = _ZONES.get(name, {})
    return known.get(country) or (next(iter(known.values())) if len(known) == 1 else None)


def _languages(sheet: Sheet, statements: list[Statement]) -> None:
    found: dict[str, Cell] = {}
    for statement in statements:
        for piece in statement.all("name"):
            language = LANGUAGES.get(folded(piece.text))
            if language is None:
                sheet.ask("/languages", f"Which language is “{piece.text[:60]}”? Write it as 'en' or 'en-US'.")
            else:
                found.setdefault(language, Cell(language, piece))
                sheet.use(statement)
    if found:
        sheet.tree["languages"] = [*list(found.values())[:8]]
