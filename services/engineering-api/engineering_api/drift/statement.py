"""What a sentence of a document states, and what configurations say of the same."""

from dataclasses import dataclass, field
from typing import Literal

from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span

Kind = Literal[
    "vlan-name", "vlan-id", "vlan-subnet", "gateway", "dhcp-range", "device-address", "interface-vlan", "uplink",
    "wan-address", "server", "ssid-vlan", "vpn-peer", "firmware", "serial",
]  # fmt: skip
Verdict = Literal["agrees", "contradicts"]


@dataclass(frozen=True)
class Line:
    """Lines of a configuration that say something."""

    subject: Subject
    span: Span


@dataclass(frozen=True)
class Truth:
    """What configurations say of a thing: the values that they give it, each with its lines.

    Where there are none, nothing can contradict.
    """

    said: dict[str, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A value that a sentence gives to a thing. `confidence` is how surely the sentence says so, from 0 to 1."""

    kind: Kind
    sentence: str
    #: Where the sentence begins in its passage.
    start: int
    value: str
    truth: Truth
    confidence: float
    agrees: bool

    @property
    def verdict(self) -> Verdict | None:
        """Whether it agrees; None where configurations say nothing of it."""
        if not self.truth.said:
            return None
        return "agrees" if self.agrees else "contradicts"


@dataclass(frozen=True)
class Text:
    """A sentence, or a row of a table with its heads."""

    text: str
    start: int
    #: For a row: the heads of its cells in small letters, and the cells.
    cells: tuple[tuple[str, str], ...] = ()
