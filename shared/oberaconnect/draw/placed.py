"""The geometry of a picture: every box, line and text with its place in pixels, before any format.

What belongs to a card is placed from the card's corner; everything else from the picture's.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from oberaconnect.draw.diagram import Card, Diagram, Group, LegendEntry, Link, Port
from oberaconnect.draw.text import Style


class Point(NamedTuple):
    """A place."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle by its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Text:
    """One line on its baseline; `x` is its left end, or its middle."""

    x: float
    baseline: float
    text: str
    style: Style
    anchor: Literal["start", "middle"] = "start"


@dataclass(frozen=True, slots=True)
class PlacedPort:
    """A port: its field on the card, its chip (or the dot's box), its label, and where its links leave the card."""

    port: Port
    box: Box
    chip: Box
    chip_text: Text | None
    label: tuple[Text, ...]
    anchor: Point


@dataclass(frozen=True, slots=True)
class Face:
    """What a card looks like wherever it stands."""

    width: float
    height: float
    icon: Box
    kind: Text | None
    title: tuple[Text, ...]
    details: tuple[Text, ...]
    ports: tuple[PlacedPort, ...]
    rule: float | None
    """The height of the line above the ports."""
    head: float
    """The height of the part above the details, which links without a port leave and enter."""


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A card in its place."""

    card: Card
    box: Box
    face: Face


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link as a line of horizontal and vertical pieces, with the box of its label if it has one."""

    link: Link
    points: tuple[Point, ...]
    label: Text | None
    label_box: Box | None


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """A frame in its place."""

    group: Group
    box: Box
    title: Text


@dataclass(frozen=True, slots=True)
class PlacedLegendEntry:
    """A sample line and what it means."""

    entry: LegendEntry
    start: Point
    end: Point
    label: Text


@dataclass(frozen=True, slots=True)
class Placed:
    """A whole picture, ready to be written in any format."""

    diagram: Diagram
    width: float
    height: float
    title: tuple[Text, ...]
    subtitle: tuple[Text, ...]
    cards: tuple[PlacedCard, ...]
    links: tuple[PlacedLink, ...]
    groups: tuple[PlacedGroup, ...]
    legend: tuple[PlacedLegendEntry, ...]
