"""What a translation is made of: blocks of lines for the target, each with the lines of the source that it is for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import Literal

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import AddressObject, ServiceObject
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
    #: The addresses behind a translation, to which others come by another address.
    published: frozenset[str] = frozenset()

    @cached_property
    def objects(self) -> dict[str, AddressObject]:
        """The address objects by name; of several with one name the first."""
        return {one.name: one for one in reversed(self.device.address_objects)}

    @cached_property
    def services(self) -> dict[str, ServiceObject]:
        """The service objects by name; of several with one name the first."""
        return {one.name: one for one in reversed(self.device.service_objects)}

    def name(self, interface: str) -> str:
        """An interface's name on the target; names that are no interface stay."""
        return self.names.get(interface, interface)

    def ends(self, names: Sequence[str]) -> list[str]:
        """What the target calls the interfaces of zones, or named interfaces."""
        made = [one for name in names for one in self.zones.get(name.casefold(), (self.name(name),))]
        return list(dict.fromkeys(made))

    def towards(self, address: str) -> str:
        """The interface of the target in whose network an address is, or the one to which a route leads; "" if none."""
        port = _port_of(self.device, address)
        return self.ends([port])[0] if port in self.names else ""

    def address_of(self, zones: Sequence[str]) -> str:
        """The first IPv4 address of the interfaces of zones as it is now; "" where they have none."""
        wanted = set(self.ends(zones))
        for port in self.interfaces():
            if wanted.intersection(self.ends([port.name])):
                return next((str(one.value.ip) for one in port.addresses if one.value.version == 4), "")
        return ""

    def interfaces(self, *kinds: str) -> Iterator[Interface]:
        """The interfaces of some kinds, or of all, that have a name on the target."""
        return (one for one in self.device.interfaces if one.name in self.names and (not kinds or one.kind in kinds))


def _port_of(device: Device, address: str) -> str:
    """The interface of a device behind which an address is, by its networks and static routes."""
    for _ in range(3):
        try:
            wanted = ip_address(address)
        except ValueError:
            return ""
        for port in device.interfaces:
            if any(wanted in one.value.network for one in port.addresses):
                return port.name
        fitting = [one for one in device.routes if one.prefix.prefixlen and wanted in one.prefix and one.is_enabled]
        best = max(fitting, key=lambda one: one.prefix.prefixlen, default=None)
        if best is None or best.interface:
            named = best.interface.casefold() if best else ""
            return next((one.name for one in device.interfaces if named and named in _words(one)), "")
        address = best.gateway
    return ""


def _words(port: Interface) -> tuple[str, str]:
    return port.name.casefold(), port.alias.casefold()


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
