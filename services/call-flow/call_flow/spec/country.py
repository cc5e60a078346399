"""What is usual in a country: time zone, language, emergency numbers."""

from functools import cache

import holidays
import phonenumbers

from call_flow.flow import emergency_numbers as emergency
from call_flow.spec.telephone import zone_of

#: Where a country has several zones, that of most of its business.
_ZONES = {
    "US": "America/New_York", "CA": "America/Toronto", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City", "IE": "Europe/Dublin", "RU": "Europe/Moscow", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "ES": "Europe/Madrid", "CL": "America/Santiago", "ID": "Asia/Jakarta", "CN": "Asia/Shanghai",
}  # fmt: skip
_LANGUAGES = {
    "DE": "de", "AT": "de", "CH": "de", "LI": "de", "LU": "fr", "FR": "fr", "MC": "fr", "BE": "nl", "NL": "nl",
    "ES": "es", "MX": "es", "AR": "es", "CL": "es", "CO": "es", "PE": "es", "IT": "it", "SM": "it", "PT": "pt",
    "BR": "pt", "US": "en", "GB": "en", "IE": "en", "CA": "en", "AU": "en", "NZ": "en", "ZA": "en",
}  # fmt: skip


def time_zone(country: str) -> str:
    """The zone of most of a country's business."""
    if country in _ZONES:
        return _ZONES[country]
    example = phonenumbers.example_number(country)
    if example is None:
        return "Etc/UTC"
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return zone_of(written, country) or "Etc/UTC"


def language(country: str) -> str:
    """The language in which callers are usually greeted; English where that is not known."""
    return f"{_LANGUAGES[country]}-{country}" if country in _LANGUAGES else "en-GB"


def emergency_numbers(country: str) -> tuple[str, ...]:
    """What is dialled for help; 112 where nothing is known, which mobile networks take everywhere."""
    return emergency.emergency_numbers(country) or ("112",)


def has_holidays(country: str, subdivision: str | None = None) -> bool:
    """Whether the `holidays` library knows a country, and its subdivision if one is named."""
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True


def has_common_holidays(country: str) -> bool:
    """Whether there are public holidays without naming a subdivision."""
    return has_holidays(country) and bool(holidays.country_holidays(country, years=2026))


@cache
def holiday_names(country: str, subdivision: str | None, year: int) -> frozenset[str]:
    """What the holidays of a country are called in English, from a year on."""
    years = range(year, year + 3)
    listed = holidays.country_holidays(country, subdiv=subdivision, years=years, language="en_US", observed=False)
    return frozenset(part.strip() for name in listed.values() for part in name.split(";"))
