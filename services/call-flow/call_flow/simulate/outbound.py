"""What staff dial to call somebody outside: which number it is, and whether they may."""

from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from call_flow.flow.graph import Graph
from call_flow.flow.model import OutboundRoute

CallClass = Literal["national", "international"]
#: Kinds that belong to no region, although several countries share their calling code.
_EVERYWHERE = (
    PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN,
    PhoneNumberType.PERSONAL_NUMBER,
)  # fmt: skip


@dataclass(frozen=True)
class OutsideCall:
    """A number outside that was dialled, its class, and the route it takes if there is one."""

    number: str
    call_class: CallClass
    route: OutboundRoute | None


def read(dialled: str, graph: Graph) -> OutsideCall | None:
    """What a dialled string means to the outbound routes; None when it is no number outside."""
    found: OutsideCall | None = None
    country = graph.flow.customer.country
    for route in [*graph.flow.outbound, None]:
        prefix = (route.prefix if route else None) or graph.flow.numbering.outbound_prefix or ""
        if not dialled.startswith((prefix, "+")):
            continue
        number = parse(dialled if dialled.startswith("+") else dialled[len(prefix) :], country)
        if number is None:
            continue
        call_class = classify(number, country)
        fits = route is not None and call_class in route.classes and route.trunks
        call = OutsideCall(e164(number), call_class, route if fits else None)
        if fits:
            return call
        found = found or call
    return found


def parse(text: str, country: str) -> PhoneNumber | None:
    """A whole telephone number as it is dialled in a country; None for anything else, also for local numbers."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    whole = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return number if whole else None


def e164(number: PhoneNumber) -> str:
    """A number as E.164 writes it."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def classify(number: PhoneNumber, country: str) -> CallClass:
    """Whether a call stays in the country. Islands that share +1 with the United States are other countries."""
    if number.country_code != phonenumbers.country_code_for_region(country):
        return "international"
    region = phonenumbers.region_code_for_number(number)
    if region in (None, country) or phonenumbers.number_type(number) in _EVERYWHERE:
        return "national"
    return "international"
