"""Ports of an ArubaOS-Switch: what lines say by VLAN ("untagged 1-24,Trk1") becomes what they say by port."""

import re
from dataclasses import dataclass, field

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface, InterfaceKind, Vlan
from engineering_api.facts.services import Management, Server

#: A chassis with all its modules has fewer; a range that is longer is none.
MOST_PORTS = 1_000
MOST_VLANS = 4_094
#: How `ip authorized-managers` calls the ways to manage.
_WAYS = {"ssh": "ssh", "telnet": "telnet", "http": "web", "https": "web", "snmp": "snmp"}
_PORT = re.compile(r"((?:\d+/)?[A-Za-z]*)(\d+)")
_TRUNK = re.compile(r"(?i)(trk|dyn)\d+")


def ports(text: str) -> list[str]:
    """The ports of a list: "1-3,A1-A2,Trk1" and, of stacks, "1/1-1/3,1/A1".

    Raises:
        ValueError: when a part of it is no port or range of ports.
    """
    found: list[str] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not (start := _PORT.fullmatch(first)):
            raise ValueError(f"no port: {part}")
        if not dash:
            found.append(named(first))
            continue
        end = _PORT.fullmatch(last)
        if not end or (end[1] and end[1].lower() != start[1].lower()):
            raise ValueError(f"no range of ports: {part}")
        if not 0 <= int(end[2]) - int(start[2]) < MOST_PORTS or len(found) > MOST_PORTS:
            raise ValueError(f"no range of ports: {part}")
        found += [named(f"{start[1]}{number}") for number in range(int(start[2]), int(end[2]) + 1)]
    return found


def named(port: str) -> str:
    """A port as the device writes it: "Trk1", "A1", "1/A1"."""
    return port.capitalize() if _TRUNK.fullmatch(port) else port.upper()


@dataclass(slots=True)
class Switch:
    """A switch that is being read.

    Attributes:
        ports: by their names.
        vlans: by their numbers.
        voice: VLANs of phones.
        tagged: the tagged VLANs of ports, and where they are said.
        authorized: from where it may be managed: the way, the network and the line.
        servers: RADIUS and TACACS servers by kind and address.
        keys: lines that give all servers of a kind a key.
        room: how many ports may still be named in lists, so that no file can make it endless.
        router_id: of all routing processes, and where it is said.
    """

    device: Device
    ports: dict[str, Interface] = field(default_factory=dict)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    voice: set[int] = field(default_factory=set)
    tagged: dict[str, dict[int, Span]] = field(default_factory=dict)
    authorized: list[tuple[str, str, Span]] = field(default_factory=list)
    servers: dict[tuple[str, str], Server] = field(default_factory=dict)
    keys: dict[str, Span] = field(default_factory=dict)
    room: int = 1_000_000
    router_id: tuple[str, Span] | None = None

    def port(self, name: str, where: Span) -> Interface:
        """A port by its name; it comes to be when the first line names it.

        Raises:
            ValueError: when there are more ports than a switch has.
        """
        if (known := self.ports.get(name)) is None:
            if len(self.ports) >= MOST_PORTS + MOST_VLANS:
                raise ValueError("too many ports")
            kind: InterfaceKind = "aggregate" if _TRUNK.fullmatch(name) else "physical"
            known = Interface(source=where, name=name, kind=kind)
            self.ports[name] = known
            self.device.interfaces.append(known)
            self.device.define("interface", name, where, is_used=True)
        return known

    def listed(self, text: str) -> list[str]:
        """The ports of a list.

        Raises:
            ValueError: when it is none, or one too many.
        """
        found = ports(text)
        self.room -= len(found)
        if self.room < 0:
            raise ValueError("too many ports")
        return found

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

    def finish(self) -> None:
        """Say what had to wait for the last line."""
        self._say_vlans()
        for server in self.device.servers:
            if server.kind in self.keys:
                server.say(self.keys[server.kind], has_key=True)
        self._say_managers()
        if self.router_id is not None:
            for process in self.device.routing:
                process.say(self.router_id[1], router_id=self.router_id[0])

    def _say_managers(self) -> None:
        """Say from where each way to manage is open. Ways that no line names are open as well, by default."""
        for way, network, where in self.authorized:
            allowed = [one for one in self.device.management if way in {"all", _WAYS.get(one.protocol)}]
            allowed = [one for one in allowed if one.protocol in _WAYS]
            if not allowed:
                protocol = "ssh" if way == "all" else "http" if way == "web" else way
                allowed = [Management(source=where, protocol=protocol)]
                self.device.management += allowed
            for manager in allowed:
                manager.allowed.append(network)
                manager.at["allowed"] = where

    def _say_vlans(self) -> None:
        """Say of every port what the lines of the VLANs say: access with one untagged VLAN, trunk with tagged ones."""
        for name, tags in self.tagged.items():
            port = self.port(name, next(iter(tags.values())))
            last = max(tags.values())
            if port.access_vlan is not None and self.voice.issuperset(tags) and len(tags) == 1:
                port.say(last, voice_vlan=next(iter(tags)), trunk_vlans=list(tags))
                continue
            if port.access_vlan is not None:
                port.say(port.line_of("access_vlan"), native_vlan=port.access_vlan)
                port.access_vlan = None
            port.say(last, mode="trunk", trunk_vlans=sorted(tags))
