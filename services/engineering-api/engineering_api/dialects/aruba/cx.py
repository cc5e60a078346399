"""A switch with AOS-CX that is being read: names of interfaces, VLANs and ways to manage."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engineering_api.dialects.cisco.words import numbers
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface, InterfaceKind, Vlan
from engineering_api.facts.routing import Peer, Routing
from engineering_api.facts.services import Management, User
from engineering_api.reading.grammar import Found

T = TypeVar("T")

_KINDS: dict[str, InterfaceKind] = {
    "vlan": "vlan",
    "lag": "aggregate",
    "loopback": "loopback",
    "tunnel": "tunnel",
    "vxlan": "tunnel",
    "mgmt": "management",
}
_NAME = re.compile(r"([a-z-]*) ?(\d[\d/.]*)?")


def named(text: str) -> tuple[str, InterfaceKind]:
    """The name of an interface as `show` commands write it, and its kind: "vlan 10" is vlan10, "lag 1" lag1.

    Raises:
        ValueError: when it is none.
    """
    words = text.split()
    if not words or not (match := _NAME.fullmatch(" ".join(words[:2]))) or not any(match.groups()):
        raise ValueError(f"no interface: {text}")
    kind = _KINDS.get(match[1], "subinterface" if "." in (match[2] or "") else "other" if match[1] else "physical")
    return f"{match[1]}{match[2] or ''}", kind


@dataclass(slots=True)
class Cx:
    """A switch that is being read.

    Attributes:
        ports: by their names.
        vlans: by their numbers.
        voice: VLANs of phones.
        users: by their names.
        peers: of routing processes.
        keys: lines that give all servers of a kind a key.
        ntp_vrf: by which all NTP servers are asked that name no VRF, and its line.
        ospf: processes of OSPF by their numbers.
        room: how many VLANs may still be named in lists, so that no file can make it endless.
        later: what waits for the last line.
    """

    device: Device
    ports: dict[str, Interface] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    voice: set[int] = field(default_factory=set)
    users: dict[str, User] = field(default_factory=dict)
    peers: dict[tuple[int, str], Peer] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    ntp_vrf: tuple[str, Span] | None = None
    ospf: dict[str, list[Routing]] = field(default_factory=dict)
    room: int = 2_000_000
    later: list[Callable[[], None]] = field(default_factory=list)

    def port(self, text: str, where: Span) -> Interface:
        """An interface by its name; it comes to be when its first line names it.

        Raises:
            ValueError: when it is no name of one.
        """
        name, kind = named(text)
        if (known := self.ports.get(name)) is None:
            known = Interface(source=where, name=name, kind=kind)
            self.ports[name] = known
            self.device.interfaces.append(known)
            self.device.define("interface", name, where, is_used=True)
        known.source = Span(min(known.source.first, where.first), max(known.source.last, where.last))
        return known

    def vlan(self, number: int, where: Span) -> Vlan:
        """A VLAN by its number.

        Raises:
            ValueError: when there is no such number.
        """
        if not 1 <= number <= 4094:
            raise ValueError(f"no VLAN: {number}")
        if (known := self.vlans.get(number)) is None:
            known = Vlan(source=where, id=number)
            self.vlans[number] = known
            self.device.vlans.append(known)
            self.device.define("vlan", str(number), where, is_used=True)
        return known

    def refer_vrf(self, name: str, where: Span, context: str) -> None:
        """Note that a line names a VRF, if it names one; two of them are there without being defined."""
        if name not in {"", "default", "mgmt"}:
            self.device.refer("vrf", name, where, context)

    def manager(self, protocol: str, found: Found) -> Management:
        """How a protocol may manage the switch."""
        for known in self.device.management:
            if known.protocol == protocol:
                return known
        made = Management(source=found.line, protocol=protocol)
        self.device.management.append(made)
        return made

    def peer(self, process: Routing, address: str, where: Span) -> Peer:
        """A neighbour of a routing process; it comes to be when its first line names it."""
        key = (id(process), address)
        if (known := self.peers.get(key)) is None:
            known = self.peers[key] = Peer(source=where, address=address)
            process.peers.append(known)
        return known

    def numbers(self, text: str) -> list[int]:
        """A list of VLANs. A file that names more of them than any switch can is not read on.

        Raises:
            ValueError: when it is no list, or one too many.
        """
        listed = numbers(text)
        self.room -= len(listed)
        if self.room < 0:
            raise ValueError("too many VLANs")
        return listed

    def finish(self) -> None:
        """Say which of a port's VLANs is that of phones, and what had to wait."""
        for port in self.ports.values():
            tagged = set(port.trunk_vlans or ()) - {port.native_vlan}
            if len(tagged) == 1 and tagged <= self.voice and port.native_vlan is not None:
                port.say(port.line_of("trunk_vlans"), voice_vlan=tagged.pop())
        for server in self.device.servers:
            if server.kind in self.keys:
                server.say(self.keys[server.kind], has_key=True)
            if server.kind == "ntp" and self.ntp_vrf and not server.vrf:
                server.say(self.ntp_vrf[1], vrf=self.ntp_vrf[0])
        for action in self.later:
            action()


@dataclass(slots=True)
class On(Generic[T]):
    """A fact that is being read, and the switch to which it belongs."""

    switch: Cx
    fact: T

    @property
    def device(self) -> Device:
        """The device."""
        return self.switch.device
