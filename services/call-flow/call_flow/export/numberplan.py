"""How numbers are dialled and shown in a country, from the metadata of the `phonenumbers` library."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import PhoneMetadata, PhoneNumber, country_code_for_region

from call_flow.simulate.outbound import CallClass, classify, premium_prefixes

_NORTH_AMERICA = 1
_AREA_CODES = range(200, 1000)
_USUAL = "00"


@dataclass(frozen=True)
class Pattern:
    """What staff dial for a class of calls: a pattern, how many signs of it are taken off, what comes instead."""

    pattern: str
    taken_off: int
    instead: str
    call_class: CallClass
    #: The pattern that fits too, and counts where this one is left out.
    general: str = ""


class NumberPlan:
    """The numbering plan of a country.

    Attributes:
        code: of the country, 0 where it has none.
        national: what is dialled before a number of the country; empty where nothing is.
        abroad: what is dialled before the code of another country.
        has_zero: whether numbers themselves may begin with 0.
        premium: what numbers at premium rate begin with, which only those may call who may call abroad.
    """

    def __init__(self, country: str) -> None:
        """`country` by its two letters; one that has no plan dials everything with + or 00."""
        found = PhoneMetadata.metadata_for_region(country)
        self.country = country
        self.code = country_code_for_region(country)
        self.national = (found and found.national_prefix) or ""
        abroad = (found and (found.preferred_international_prefix or found.international_prefix)) or ""
        self.abroad = abroad if abroad.isdecimal() else _USUAL
        self.has_zero = country in ("IT", "SM", "VA")
        self.premium = premium_prefixes(country)

    def written(self) -> Iterator[tuple[str, int, str]]:
        """Forms in which carriers show callers: what it begins with, its length (0: any), and what + form begins with.

        Each is tried in turn on what the one before left, and none begins with +.
        """
        yield self.abroad, 0, "+"
        if self.code == _NORTH_AMERICA:
            yield "1", 11, "+1"
            for digit in "23456789":
                yield digit, 10, f"+1{digit}"
        elif self.code and self.national:
            yield self.national, 0, f"+{self.code}"

    def patterns(self, prefix: str) -> Iterator[Pattern]:
        """Everything that can be dialled outside after a prefix; Asterisk takes the most exact that fits."""
        if self.code == _NORTH_AMERICA:
            yield from self._north_american(prefix)
        elif self.code:
            yield from self._other(prefix)
        yield Pattern(f"_{prefix}{self.abroad}X.", len(prefix + self.abroad), "+", "international")
        yield Pattern("_+X.", 1, "+", "international")

    def _north_american(self, prefix: str) -> Iterator[Pattern]:
        yield from self._of_area("NXX", prefix, "national")
        for area in foreign_areas(self.country):
            yield from self._of_area(area, prefix, "international")

    @staticmethod
    def _of_area(area: str, prefix: str, call_class: CallClass) -> Iterator[Pattern]:
        rest = f"{area}NXXXXXX"
        for begin, taken_off, instead in (
            (prefix, len(prefix), "+1"),
            (f"{prefix}1", len(prefix), "+"),
            ("+1", 1, "+"),
        ):
            yield Pattern(f"_{begin}{rest}", taken_off, instead, call_class, f"_{begin}NXXNXXXXXX")

    def _other(self, prefix: str) -> Iterator[Pattern]:
        for begin, taken_off, instead, rest in self._forms(prefix):
            general = f"_{begin}{rest}"
            yield Pattern(general, taken_off, instead, "national")
            for premium in self.premium:
                yield Pattern(f"_{begin}{premium}X.", taken_off, instead, "international", general)

    def _forms(self, prefix: str) -> Iterator[tuple[str, int, str, str]]:
        """Forms of a number of the country: what is dialled before it, taken off, comes instead, and what follows."""
        home = f"+{self.code}"
        yield home, 1, "+", "X."
        yield f"{prefix}{self.abroad}{self.code}", len(prefix + self.abroad), "+", "X."
        if self.national:
            yield f"{prefix}{self.national}", len(prefix + self.national), home, "[1-9]XXX."
        else:
            yield prefix, len(prefix), home, "[1-9]XXXX."
        if self.has_zero:
            yield prefix, len(prefix), home, "0[1-9]XXX."


@lru_cache(maxsize=32)
def foreign_areas(country: str) -> tuple[str, ...]:
    """The area codes of +1 that belong to another country than this one."""
    numbers = ((str(area), PhoneNumber(country_code=1, national_number=area * 10**7 + 2345678)) for area in _AREA_CODES)
    return tuple(area for area, number in numbers if classify(number, country) == "international")
