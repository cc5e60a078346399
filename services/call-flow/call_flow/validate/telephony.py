"""What the number plans say about a telephone number. The plans are those of `phonenumbers`."""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType


@dataclass(frozen=True)
class Plan:
    """What is known about a number. `country` is None where several share it, and where it is not in use."""

    possible: bool
    valid: bool
    country: str | None
    toll_free: bool
    premium: bool


@lru_cache(maxsize=20_000)
def plan(e164: str) -> Plan:
    """Looks a number up."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return Plan(possible=False, valid=False, country=None, toll_free=False, premium=False)
    kind = phonenumbers.number_type(number)
    country = phonenumbers.region_code_for_number(number)
    return Plan(
        possible=phonenumbers.is_possible_number(number),
        valid=phonenumbers.is_valid_number(number),
        country=country if country and country.isalpha() else None,
        toll_free=kind == PhoneNumberType.TOLL_FREE,
        premium=kind == PhoneNumberType.PREMIUM_RATE,
    )


def known_country(country: str) -> bool:
    """Whether there is a number plan of a country."""
    return country in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=2000)
def known_prefix(prefix: str) -> bool:
    """Whether telephone numbers can begin with a prefix such as +1415."""
    digits = prefix.removeprefix("+")
    codes = [str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    return any(digits.startswith(code) or code.startswith(digits) for code in codes)


def in_north_america(country: str) -> bool:
    """Whether a country shares the North American number plan, with its service codes such as 411."""
    return bool(phonenumbers.country_code_for_region(country) == 1)
