"""What is dialled for help where a customer is."""

from collections.abc import Iterable

from call_flow.flow.emergency_numbers import emergency_numbers
from call_flow.flow.model import Flow


def dialled_for_help(flow: Flow, countries: Iterable[str]) -> list[str]:
    """What is dialled for help here: the flow's emergency numbers, and those of the countries."""
    plans = [number for country in countries for number in emergency_numbers(country)]
    return list(dict.fromkeys([*flow.emergency.numbers, *plans]))
