"""What staff dial to call somebody outside: which number it is, and whether they may."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from call_flow.flow.graph import Graph
from call_flow.flow.model import OutboundRoute

CallClass = Literal["national", "international"]
#: Kinds that belong to no region, although several countries share their calling code.
_EVERYWHERE = (
    PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.PERSONAL_NUMBER,
)  # fmt: skip
_DIGITS = "0123456789"
#: By so many digits numbers at premium rate are told from others, in dialplans too.
_TELLING = 4


@dataclass(frozen=True)
class OutsideCall:
    """A number outside that was dialled, its class, and the route it takes if there is one."""

    number: str
    call_class: CallClass
    route: OutboundRoute | None
    premium: bool

    @property
    def said(self) -> str:
        """Its class in words."""
        return f"at premium rate, which counts as {self.call_class}" if self.premium else self.call_class


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
        call = OutsideCall(e164(number), call_class, route if fits else None, is_premium(number, country))
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
    """Whether a call is as cheap as one within the country.

    Islands that share +1 with the United States are other countries, and numbers at premium rate cost more than those.
    """
    if number.country_code != phonenumbers.country_code_for_region(country) or is_premium(number, country):
        return "international"
    region = phonenumbers.region_code_for_number(number)
    if region in (None, country) or phonenumbers.number_type(number) in _EVERYWHERE:
        return "national"
    return "international"


def is_premium(number: PhoneNumber, country: str) -> bool:
    """Whether a number is one at premium rate of a country."""
    is_ours = number.country_code == phonenumbers.country_code_for_region(country)
    return is_ours and phonenumbers.national_significant_number(number).startswith(premium_prefixes(country))


@lru_cache(maxsize=32)
def premium_prefixes(country: str) -> tuple[str, ...]:
    """What the numbers at premium rate of a country begin with, after its code: up to four digits each."""
    found = PhoneMetadata.metadata_for_region(country)
    rate = found and found.premium_rate
    if not rate or not rate.national_number_pattern:
        return ()
    pattern, lengths = re.compile(rate.national_number_pattern), [n for n in rate.possible_length if n > _TELLING]
    known = {
        begin
        for begin in (f"{number:0{_TELLING}}" for number in range(10**_TELLING))
        if any(pattern.fullmatch(begin + digit * (length - _TELLING)) for length in lengths for digit in _DIGITS)
    }
    for length in range(_TELLING - 1, 0, -1):
        for begin in sorted({number[:length] for number in known}):
            longer = {begin + digit for digit in _DIGITS}
            if longer <= known:
                known = known - longer | {begin}
    return tuple(sorted(known))
