"""How the places of FortiOS's grammar are made: sections with settings, and tables with entries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engineering_api.dialects.fortios.values import word, words
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import Rule
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Route
from engineering_api.facts.tunnels import Proposal
from engineering_api.platforms.platform import In
from engineering_api.reading.grammar import Found, Place

F = TypeVar("F", bound=Fact)
Owner = TypeVar("Owner")
Inner = TypeVar("Inner")


@dataclass(slots=True)
class Selectors:
    """A phase 2, which belongs to a phase 1 that may stand before or after it."""

    scope: str
    phase1: str = ""
    proposal: Proposal = field(default_factory=Proposal)
    pfs: bool | None = None
    local: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    """A member of SD-WAN, which belongs to a zone that may stand before or after it."""

    scope: str
    source: Span
    interface: str = ""
    zone: str = "virtual-wan-link"


@dataclass(slots=True)
class Trunk:
    """A port of a managed switch, with the names of the interfaces whose VLANs it carries."""

    port: Interface
    native: str = ""
    allowed: list[str] = field(default_factory=list)
    is_all: bool = False


@dataclass(slots=True)
class Later:
    """What can be put together only when all was read.

    Attributes:
        ports: the members of aggregates and switches.
        routed: routes whose destination is the name of an address.
        pools: rules that translate, with the NAT pools they name.
        listens: the ports at which administrators are served, with the lines that say so, by protocol.
        trusted: from where each administrator may come; an empty list is from everywhere.
        idle: after how many seconds an administrator is logged out, and the line.
    """

    selectors: list[Selectors] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    ports: dict[str, list[str]] = field(default_factory=dict)
    routed: list[tuple[Route, str]] = field(default_factory=list)
    pools: list[tuple[Rule, list[str]]] = field(default_factory=list)
    trunks: list[Trunk] = field(default_factory=list)
    listens: dict[str, tuple[int, Span]] = field(default_factory=dict)
    trusted: list[list[str]] = field(default_factory=list)
    idle: tuple[int, Span] | None = None


@dataclass(slots=True)
class Here:
    """The device, and the VDOM that is being read; "" outside of VDOMs."""

    device: Device
    later: Later
    scope: str = ""

    def of(self, fact: F) -> "Of[F]":
        """A fact of this VDOM, as the owner of the places in which it is read."""
        fact.scope = self.scope
        return Of(self.device, fact, self)


@dataclass(slots=True)
class Of(In[F]):
    """A fact that is being read, and where."""

    here: Here


def section(parent: Place[Owner], *names: str) -> Callable[[Callable[[Owner, Found], Inner]], Place[Inner]]:
    """The place of a section with settings; the function makes its owner."""

    def keep(make: Callable[[Owner, Found], Inner]) -> Place[Inner]:
        place: Place[Inner] = Place(names[0])
        place.knows("unset REST...")
        parent.opens(place, *(f"config {name}" for name in names))(make)
        return place

    return keep


def table(parent: Place[Owner], *names: str) -> Callable[[Callable[[Owner, str, Found], Inner]], Place[Inner]]:
    """The place of the entries of a section that is a table; the function makes the owner of one with a name."""

    def keep(make: Callable[[Owner, str, Found], Inner]) -> Place[Inner]:
        rows: Place[Owner] = Place(names[0])
        entry: Place[Inner] = Place(f"{names[0]}, an entry")
        entry.knows("unset REST...")
        parent.opens(rows, *(f"config {name}" for name in names))(lambda owner, _: owner)
        rows.opens(entry, "edit NAME...")(lambda owner, found: make(owner, word(found["NAME"]), found))
        return entry

    return keep


def known(place: Place[Any], settings: str) -> None:
    """Declare settings, apart by blanks, that say nothing which is kept."""
    place.knows_words(settings, after="(set|append)")


def anything(place: Place[Any]) -> None:
    """Declare that nothing in a place is kept, however it is said."""
    place.knows("(set|append|unset|config) REST...")


def names_only(parent: Place[Here], kind: Kind, *sections: str) -> None:
    """Declare tables of which only the names of the entries are kept."""

    def define(here: Here, name: str, found: Found) -> Here:
        here.device.define(kind, name, found.span, scope=here.scope)
        return here

    anything(table(parent, *sections)(define))


def extends(found: Found) -> bool:
    """Whether a line adds to a list instead of saying it anew."""
    return found.node.text.startswith("append ")


def listed(found: Found, before: list[str], name: str = "VALUES") -> list[str]:
    """A list as it is after a line: the same one where the line adds to it, so that many such lines cost no more."""
    if not extends(found):
        return words(found[name])
    before.extend(words(found[name]))
    return before


def refer(owner: Of[Any], kinds: Kind | tuple[Kind, ...], found: Found, context: str, name: str = "VALUES") -> None:
    """Note that a line uses all the names it has."""
    for one in words(found[name]):
        if one:
            owner.device.refer(kinds, one, found.span, context, scope=owner.fact.scope)
