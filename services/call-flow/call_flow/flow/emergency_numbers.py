"""The emergency numbers of a country, by the number plans that `phonenumbers` knows."""

import re
from collections.abc import Iterator
from functools import lru_cache

from phonenumbers import PhoneMetadata

#: The United States and their territories, which have country codes of their own and the same federal rules.
UNITED_STATES = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
#: The plan's number for 112 in these is for mobile telephones that travel; wired ones dial 911.
_ONLY_911 = frozenset({"US", "CA"})
#: In the plan, but replaced by 112 long ago.
_REPLACED = {"SE": ("90000",)}
_USUAL_DIGITS, _MOST_DIGITS = 3, 5
#: More longer ones are a range of services, not numbers that people know.
_MOST_LONG = 10


@lru_cache(maxsize=300)
def emergency_numbers(country: str) -> tuple[str, ...]:
    """The numbers of up to five digits that reach emergency services, shortest first; none if nothing is known."""
    return ("911",) if country in _ONLY_911 else tuple(_in_plan(country))


def _in_plan(country: str) -> Iterator[str]:
    found = PhoneMetadata.short_metadata_for_region(country)
    emergency = found and found.emergency
    if not emergency or not emergency.national_number_pattern:
        return
    pattern = re.compile(emergency.national_number_pattern)
    for digits in sorted(emergency.possible_length):
        if digits <= _MOST_DIGITS:
            fitting = [number for each in range(10**digits) if pattern.fullmatch(number := f"{each:0{digits}}")]
            if digits <= _USUAL_DIGITS or len(fitting) <= _MOST_LONG:
                yield from (number for number in fitting if number not in _REPLACED.get(country, ()))
