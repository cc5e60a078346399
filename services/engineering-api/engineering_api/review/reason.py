"""A reason why a change is risky, and what reasons are found from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.review.semantic import Change

Side = Literal["before", "after", "commands"]


@dataclass(frozen=True)
class Evidence:
    """Lines that show it, on one side."""

    side: Side
    lines: Span
    #: The line itself where it is not of a configuration.
    text: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a change is risky. The weight, 1 to 100, is how much it alone would add to the score."""

    code: str
    weight: int
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    mitigation: str = ""


@dataclass(frozen=True)
class Managed:
    """From where the engineer manages the device, as far as it was said, and by which interface that comes in."""

    address: IPv4Address | IPv6Address | None = None
    interface: str = ""


@dataclass(frozen=True)
class Case:
    """A change that is looked at."""

    before: Device
    after: Device
    changes: Sequence[Change]
    managed: Managed = field(default_factory=Managed)

    def of(self, *sections: str) -> list[Change]:
        """The changes of some sections."""
        return [change for change in self.changes if change.section in sections]


def shown(change: Change) -> tuple[Evidence, ...]:
    """The lines of a change on both sides."""
    made = []
    if change.lines_before is not None:
        made.append(Evidence("before", change.lines_before))
    if change.lines_after is not None:
        made.append(Evidence("after", change.lines_after))
    return tuple(made)


def several(changes: Sequence[Change], most: int = 10) -> tuple[Evidence, ...]:
    """The lines of several changes, the first of them."""
    return tuple(one for change in changes[:most] for one in shown(change))


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a sentence."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - most} more" if len(unique) > most else ""
    return ", ".join(unique[:most]) + more
