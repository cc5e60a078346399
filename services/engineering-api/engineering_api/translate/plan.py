"""What a translation is made of: blocks of lines for the target, each with the lines of the source that it is for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.ports import Interface

Status = Literal["exact", "approx", "unsupported"]

#: What can be translated, in the order in which it is written.
SECTIONS = (
    "identity", "vlans", "address_objects", "service_objects", "interfaces", "routes", "access_lists", "translations",
    "servers", "users", "settings",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """Lines for the target, and the facts that they say there.

    `note` tells what is not as it was; a block with a note is at best approximate. No lines: it has no counterpart.
    """

    section: str
    lines: tuple[str, ...]
    sources: tuple[Span, ...]
    facts: tuple[Fact, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Source:
    """What is translated: a device, the names of its interfaces on the target, and which sections are wanted."""

    device: Device
    names: Mapping[str, str]
    wanted: frozenset[str] = frozenset(SECTIONS)
    #: What the target calls the interfaces of a zone, or a named interface, of the source.
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, interface: str) -> str:
        """An interface's name on the target; names that are no interface stay."""
        return self.names.get(interface, interface)

    def ends(self, names: Sequence[str]) -> list[str]:
        """What the target calls the interfaces of zones, or named interfaces."""
        made = [one for name in names for one in self.zones.get(name.casefold(), (self.name(name),))]
        return list(dict.fromkeys(made))

    def interfaces(self, *kinds: str) -> Iterator[Interface]:
        """The interfaces of some kinds that have a name on the target."""
        return (one for one in self.device.interfaces if one.kind in kinds and one.name in self.names)


def sources_of(fact: Fact, *fields: str) -> tuple[Span, ...]:
    """The lines of a fact, or of some of its fields."""
    return tuple(dict.fromkeys(fact.line_of(name) for name in fields)) if fields else (fact.source,)


def word(name: str) -> str:
    """A name without what names cannot have anywhere."""
    return re.sub(r"[^\w.\-]+", "-", name).strip("-") or "unnamed"


def quoted(text: str) -> str:
    """A text in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def joined(blocks: Sequence[Block]) -> tuple[list[str], list[tuple[Block, Span | None]]]:
    """All lines, and where in them each block is."""
    lines: list[str] = []
    placed: list[tuple[Block, Span | None]] = []
    for block in blocks:
        first = len(lines) + 1
        lines.extend(block.lines)
        placed.append((block, Span(first, len(lines)) if block.lines else None))
    return lines, placed
