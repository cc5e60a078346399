"""Telephone numbers as people write them, and numbers that belong to nobody."""

import re
from collections import Counter
from collections.abc import Container, Iterable

import phonenumbers
from phonenumbers import PhoneNumberType, timezone

from call_flow.spec.words import Misunderstood, quoted

_WRITTEN = re.compile(r"\+?[0-9][0-9 ()./\u00a0\u2010-\u2013-]{2,38}|\([0-9][0-9 ()./\u00a0\u2010-\u2013-]{2,38}")
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_UNKNOWN_ZONE = "Etc/Unknown"

#: Ranges that regulators keep for drama: NANPA 555-01XX; Ofcom 020 7946 0XXX; Bundesnetzagentur 030 23125 XXX; Arcep
#: 01 99 00 XX XX; ACMA (02) 5550 XXXX. Other countries are given one of the first, on which nobody is called either.
_NOBODYS = {
    "US": "+1212555{:04}", "CA": "+1416555{:04}", "GB": "+4420794{:05}", "DE": "+493023125{:03}", "FR": "+33199{:06}",
    "AU": "+6125550{:04}",
}  # fmt: skip
_FIRST = {"US": 100, "CA": 100, "GB": 60_000, "DE": 0, "FR": 0, "AU": 0}


def looks_like_a_number(text: str) -> bool:
    """Whether it is written as telephone numbers are: seven digits or more, and nothing but what groups them."""
    return bool(_WRITTEN.fullmatch(text.strip())) and sum(sign.isdigit() for sign in text) >= 7


def e164(text: str, country: str) -> str:
    """A telephone number in E.164; one without a country code is a number of `country`.

    Raises:
        Misunderstood: when it is none. Whether anybody has it is not asked.
    """
    written = text.strip()
    if _E164.fullmatch(written):
        return written
    if _WRITTEN.fullmatch(written):
        try:
            parsed = phonenumbers.parse(written, country)
        except phonenumbers.NumberParseException:
            parsed = None
        if parsed is not None and phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    raise Misunderstood(f"{quoted(text)} is no telephone number of {country}. Write it with its country code: +…")


def country_of(numbers: Iterable[str]) -> str | None:
    """The country that most E.164 numbers belong to; None if none of them tells."""
    found: Counter[str] = Counter()
    for number in numbers:
        try:
            region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            continue
        if region is not None and len(region) == 2:
            found[region] += 1
    return found.most_common(1)[0][0] if found else None


def zone_of(number: str, country: str) -> str | None:
    """The time zone of a number's area, if it tells one and no more, and the number is one of the country."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    zones = timezone.time_zones_for_number(parsed)
    is_here = phonenumbers.region_code_for_number(parsed) == country
    return zones[0] if is_here and len(zones) == 1 and zones[0] != _UNKNOWN_ZONE else None


def is_toll_free(number: str) -> bool:
    """Whether callers pay nothing for an E.164 number, by its plan."""
    try:
        return bool(phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.TOLL_FREE)
    except phonenumbers.NumberParseException:
        return False


def nobodys(country: str, taken: Container[str]) -> str:
    """A number of a country that is kept for drama, so that no call to it reaches anybody."""
    pattern, first = _NOBODYS.get(country, _NOBODYS["US"]), _FIRST.get(country, _FIRST["US"])
    return next(number for extra in range(100) if (number := pattern.format(first + extra)) not in taken)
