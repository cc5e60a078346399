"""What is known while a configuration of an ASA is read: a few things can be said only after its last line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from engineering_api.dialects.asa.accepted import Accepted
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, AddressObject, Service, ServiceObject, Zone
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Peer, Routing
from engineering_api.facts.services import DhcpPool, Management, User
from engineering_api.facts.settings import Setting
from engineering_api.facts.tunnels import Tunnel

T = TypeVar("T")

Proof = Literal["", "psk", "certificate", "eap"]


@dataclass(slots=True)
class Entry:
    """An entry of a crypto map, or an IPsec profile."""

    source: Span
    name: str
    sequence: str = ""
    peers: list[str] = field(default_factory=list)
    acl: str = ""
    sets: list[str] = field(default_factory=list)
    versions: str = ""
    pfs: bool = False
    is_aggressive: bool = False
    trustpoint: str = ""
    lifetime: int | None = None
    at: dict[str, Span] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A device that is being read.

    Attributes:
        names: what `name 10.1.1.1 SERVER` calls an address.
        interfaces: by their nameif, by which all other lines know them.
        lists: access lists by their names, whose lines may stand anywhere.
        said: settings that several lines say, by name and kind.
        users: by their names.
        hardware: interfaces by their own names.
        zones: by their names.
        options: what lines of their own say of all ways to manage by a protocol: the setting's name and its value.
        global_list: the access list of all interfaces that have none of their own, and where it is said.
        globals: what the numbers of `nat` lines before version 8.3 become, and at which interface.
        lifetime: of phase 2 where an entry says none.
        secured: IPsec profiles by their names.
        members: the services of groups, looked up.
        peers: of routing processes.
        room: how much may still be looked up in groups for rules and tunnels, so that no file can make it endless.
        remarks: what was said of the next rule of a list.
        objects: network objects and groups of those.
        services: service objects, and object-groups of services, protocols and ICMP types.
        managers: ways to manage, by protocol and interface.
        tunnels: of tunnel interfaces, by the interface's name.
        profiles: the IPsec profiles that protect those.
        accepted: what it accepts in both phases of IPsec.
        entries: of crypto maps, by the map's name and their number.
        applied: the interfaces of crypto maps.
        proofs: how peers show who they are, by address or name of the tunnel-group.
        dialins: tunnel-groups for dial-in by their names.
        webvpn: the interfaces at which clients may dial in by TLS.
        protocols: of groups of AAA servers.
        pools: of DHCP by interface.
        relays: DHCP servers to which requests are passed on.
        later: what can be done only when every line was read, in this order.
    """

    device: Device
    names: dict[str, str] = field(default_factory=dict)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    lists: dict[str, AccessList] = field(default_factory=dict)
    said: dict[tuple[str, str], Setting] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    hardware: dict[str, Interface] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    options: dict[str, dict[str, tuple[str, Span]]] = field(default_factory=dict)
    global_list: tuple[str, Span] | None = None
    globals: dict[str, tuple[str, str]] = field(default_factory=dict)
    lifetime: int | None = None
    secured: dict[str, Entry] = field(default_factory=dict)
    members: dict[str, list[Service]] = field(default_factory=dict)
    peers: dict[tuple[int, str], Peer] = field(default_factory=dict)
    room: int = 500_000
    remarks: dict[str, list[str]] = field(default_factory=dict)
    objects: dict[str, AddressObject] = field(default_factory=dict)
    services: dict[str, ServiceObject] = field(default_factory=dict)
    managers: dict[tuple[str, str], Management] = field(default_factory=dict)
    tunnels: dict[str, Tunnel] = field(default_factory=dict)
    profiles: dict[str, str] = field(default_factory=dict)
    accepted: Accepted = field(default_factory=Accepted)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    dialins: dict[str, Tunnel] = field(default_factory=dict)
    webvpn: list[str] = field(default_factory=list)
    protocols: dict[str, str] = field(default_factory=dict)
    pools: dict[str, DhcpPool] = field(default_factory=dict)
    relays: list[str] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)

    def refer_interface(self, name: str, where: Span, context: str) -> None:
        """Note that a line names an interface; "any" is none."""
        if name != "any":
            self.device.refer("interface", name, where, context)

    def manager(self, protocol: str, interface: str, where: Span) -> Management:
        """How a protocol may manage the device through an interface."""
        if (known := self.managers.get((protocol, interface))) is None:
            known = Management(source=where, protocol=protocol, interfaces=[interface] if interface else [])
            self.managers[protocol, interface] = known
            self.device.management.append(known)
        return known

    def route_based(self, port: Interface) -> Tunnel:
        """The tunnel of a tunnel interface."""
        if (known := self.tunnels.get(port.name)) is None:
            known = Tunnel(source=port.source, name=port.name, interface=port.alias or port.name)
            self.tunnels[port.name] = known
            self.device.tunnels.append(known)
        return known

    def peer(self, process: Routing, address: str, where: Span) -> Peer:
        """A neighbour of a routing process; it comes to be when its first line names it."""
        key = (id(process), address)
        if (known := self.peers.get(key)) is None:
            known = self.peers[key] = Peer(source=where, address=address)
            process.peers.append(known)
        return known

    def finish(self) -> None:
        """Say what had to wait."""
        for action in self.later:
            action()
        if self.global_list is not None:
            for port in self.interfaces.values():
                if not port.acl_in:
                    port.say(self.global_list[1], acl_in=self.global_list[0])
        for (protocol, _), manager in self.managers.items():
            for key, (value, where) in self.options.get(protocol, {}).items():
                if key == "timeout":
                    manager.say(where, idle_seconds=int(value))
                elif key == "port":
                    manager.say(where, port=int(value))
                else:
                    manager.options.append(value)
                    manager.at["options"] = where

    def take_room(self, much: int) -> bool:
        """Whether so much more may be looked up."""
        self.room -= much
        return self.room >= 0


@dataclass(slots=True)
class Within(Generic[T]):
    """A fact that is being read, and the device to which it belongs."""

    reading: Reading
    fact: T

    @property
    def device(self) -> Device:
        """The device."""
        return self.reading.device
