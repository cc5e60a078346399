"""What is to be drawn: cards, the ports on them, and links between them, without any place or size.

Texts may come from anybody: every writer cleans and escapes them for its format. Ids, icons, tones and the names of
data attributes are chosen by the code that builds the diagram.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from oberaconnect.draw.icons import Icon
from oberaconnect.draw.palette import Tone

Direction = Literal["right", "down"]

#: The chip that is a clock.
TIMER: Final = "timer"

_DATA_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RESERVED = frozenset({"id", "from", "to", "port"})  # svg.py writes these itself


@dataclass(frozen=True, slots=True)
class Port:
    """One outcome of a card, such as a menu's key. Without a chip it is marked by a dot; `TIMER` draws a clock."""

    id: str
    label: str
    chip: str = ""
    tone: Tone = "neutral"

    @property
    def key(self) -> str:
        """The chip where it can be read."""
        return "" if self.chip == TIMER else self.chip

    @property
    def words(self) -> str:
        """The port in a text: its key and its label."""
        return f"{self.key} {self.label}"


@dataclass(frozen=True, slots=True)
class Card:
    """One box: an icon, a type line in small capitals, a title, lines of detail, and its ports.

    `data` becomes `data-…` attributes in the SVG. `href` makes the card a link if it is a path, a fragment or an
    http(s) address; anything else is left out.
    """

    id: str
    title: str
    kind: str = ""
    icon: Icon = "box"
    tone: Tone = "neutral"
    details: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    group: str = ""
    href: str = ""
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from a card, or from one of its ports, to a card; a plain line, as of a cable, if it is not directed."""

    source: str
    target: str
    port: str = ""
    label: str = ""
    tone: Tone = "neutral"
    dashed: bool = False
    is_directed: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around the cards that name it."""

    id: str
    title: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a kind of line means."""

    label: str
    tone: Tone = "neutral"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture. `right` reads from left to right, for a screen; `down` from top to bottom, for a page.

    Raises:
        ValueError: when an id is given twice, or a link, a port or a group is named that does not exist.
    """

    title: str
    subtitle: str = ""
    cards: tuple[Card, ...] = ()
    links: tuple[Link, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    groups: tuple[Group, ...] = ()
    direction: Direction = "right"

    def __post_init__(self) -> None:
        _unique("card", [card.id for card in self.cards])
        _unique("group", [group.id for group in self.groups])
        groups = {group.id for group in self.groups}
        ports = {card.id: {port.id for port in card.ports} for card in self.cards}
        for card in self.cards:
            _unique(f"port of card {card.id!r}", [port.id for port in card.ports])
            if card.group and card.group not in groups:
                raise ValueError(f"card {card.id!r} names the group {card.group!r}, which does not exist")
            for name, _ in card.data:
                if not _DATA_NAME.fullmatch(name) or name in _RESERVED:
                    raise ValueError(f"{name!r} cannot be a data attribute of card {card.id!r}")
        for link in self.links:
            for end in (link.source, link.target):
                if end not in ports:
                    raise ValueError(f"a link names the card {end!r}, which does not exist")
            if link.port and link.port not in ports[link.source]:
                raise ValueError(f"a link names the port {link.port!r} of card {link.source!r}, which does not exist")


def _unique(what: str, ids: list[str]) -> None:
    twice = {one for one in ids if ids.count(one) > 1} if len(set(ids)) < len(ids) else set()
    if twice:
        raise ValueError(f"{what}: {min(twice)!r} is given twice")
