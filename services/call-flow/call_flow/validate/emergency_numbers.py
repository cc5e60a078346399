"""The emergency numbers of a country, by the number plans that `phonenumbers` knows."""

from collections.abc import Iterable
from functools import lru_cache

from phonenumbers import shortnumberinfo

from call_flow.flow.model import Flow

#: The plan's number for 112 in these is for mobile telephones that travel; wired ones dial 911.
_NORTH_AMERICA = frozenset({"US", "CA"})


@lru_cache(maxsize=300)
def emergency_numbers(country: str) -> tuple[str, ...]:
    """The numbers of two or three digits that reach emergency services; none if the country is not known."""
    numbers = [f"{number:0{digits}}" for digits in (2, 3) for number in range(10**digits)]
    found = [number for number in numbers if shortnumberinfo.is_emergency_number(number, country)]
    return tuple(number for number in found if not (country in _NORTH_AMERICA and number == "112"))


def dialled_for_help(flow: Flow, countries: Iterable[str]) -> list[str]:
    """What is dialled for help here: the flow's emergency numbers, and those of the countries."""
    plans = [number for country in countries for number in emergency_numbers(country)]
    return list(dict.fromkeys([*flow.emergency.numbers, *plans]))
