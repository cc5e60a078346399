"""What is known while a configuration is read: the device, and what lines further below go on with."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engineering_api.dialects.cisco.names import InterfaceNames, kind
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList
from engineering_api.facts.names import Definition, Kind
from engineering_api.facts.ports import Interface, Vlan
from engineering_api.facts.routing import Peer, Routing
from engineering_api.facts.services import Management, SnmpAccess, User
from engineering_api.facts.tunnels import Proposal
from engineering_api.reading.grammar import Found

T = TypeVar("T")

#: VLANs and interfaces that lists and ranges of one file may come to; 1,000 trunks with all VLANs are 4 million.
_MOST_EXPANDED = 5_000_000
#: What a group of neighbours says to its members: more filters than these nobody has.
_MOST_FILTERS = 20


@dataclass(slots=True)
class Ike:
    """Parts of IPsec by their names, which crypto maps and tunnel interfaces put together at the end."""

    #: ISAKMP policies, in the order of their numbers; and IKEv2 proposals.
    isakmp: list[tuple[Proposal, list[str]]] = field(default_factory=list)
    ikev2: list[Proposal] = field(default_factory=list)
    transforms: dict[str, Proposal] = field(default_factory=dict)
    profiles: dict[str, "Profile"] = field(default_factory=dict)
    maps: dict[tuple[str, str, bool], "Crypto"] = field(default_factory=dict)
    #: The interfaces of a crypto map.
    bound: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    protected: dict[str, "Protected"] = field(default_factory=dict)
    has_keys: bool = False
    aggressive: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Profile:
    """An IPsec profile, or a profile of ISAKMP or IKEv2."""

    transforms: list[str] = field(default_factory=list)
    pfs: str = ""
    lifetime: int | None = None
    is_ikev2: bool = False
    authentication: str = ""


@dataclass(slots=True)
class Crypto:
    """An entry of a crypto map."""

    name: str
    sequence: str
    span: Span
    is_dynamic: bool = False
    is_ikev2: bool = False
    peers: list[str] = field(default_factory=list)
    transforms: list[str] = field(default_factory=list)
    acl: str = ""
    pfs: str = ""
    lifetime: int | None = None
    description: str = ""


@dataclass(slots=True)
class Protected:
    """A tunnel interface and the profile that protects it."""

    interface: Interface
    source: str = ""
    destination: str = ""
    mode: str = ""
    profile: str = ""


@dataclass
class Reading:
    """A device that is being read."""

    device: Device
    names: InterfaceNames
    #: VRFs, lists and maps that are there without a line, and so are no references.
    builtin: frozenset[str] = frozenset({"default"})
    interfaces: dict[str, Interface] = field(default_factory=dict)
    expanded: int = 0
    users: dict[str, User] = field(default_factory=dict)
    snmp_users: set[str] = field(default_factory=set)
    vlans: dict[int, Vlan] = field(default_factory=dict)
    access_lists: dict[str, AccessList] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    peers: dict[tuple[int, str], Peer] = field(default_factory=dict)
    #: Lines that say something of a group of neighbours: its name, the line, for what.
    grouped: list[tuple[str, Span, str]] = field(default_factory=list)
    #: Neighbours, the routing process they are of, and the group or template they are in.
    joins: list[tuple[Peer, int, str]] = field(default_factory=list)
    known: dict[tuple[Kind, str], Definition] = field(default_factory=dict)
    ike: Ike = field(default_factory=Ike)
    #: Addresses that no DHCP pool gives out.
    excluded: list[tuple[str, Span]] = field(default_factory=list)
    #: Communities, to which later lines add who may use them.
    communities: dict[str, SnmpAccess] = field(default_factory=dict)
    #: SNMPv3's groups: access and level.
    groups: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Those of which no line told a user, as far as is read.
    v3_groups: list[tuple[str, SnmpAccess]] = field(default_factory=list)
    #: "radius", "tacacs" where one key holds for all servers.
    keyed: set[str] = field(default_factory=set)
    manage: dict[str, Management] = field(default_factory=dict)
    #: Interfaces that said of which process of OSPF they are: protocol, process, what it adds to the networks.
    areas: list[tuple[str, str, str, Span]] = field(default_factory=list)
    #: Lines that name a routing process: "ospf 1", the line, for what.
    processes: list[tuple[str, Span, str]] = field(default_factory=list)
    #: The entries of route maps, and the lines that go on at another.
    entries: set[tuple[str, str]] = field(default_factory=set)
    continues: list[tuple[str, str, Span]] = field(default_factory=list)

    def spend(self, count: int) -> None:
        """Note that a list or range came to so many things.

        Raises:
            ValueError: when all lists of the file come to more than any device has.
        """
        self.expanded += count
        if self.expanded > _MOST_EXPANDED:
            raise ValueError("too much in lists and ranges")

    def interface(self, name: str, where: Span) -> Interface:
        """The interface of a name, known from now on."""
        full = self.names.full(name)
        if full not in self.interfaces:
            fact = Interface(source=where, name=full, kind=kind(full))
            base, dot, _ = full.partition(".")
            if dot:
                fact.kind, fact.parent = "subinterface", base
            elif fact.kind == "vlan" and full[4:].isdecimal():
                fact.vlan = int(full[4:])
            self.interfaces[full] = fact
            self.device.interfaces.append(fact)
        self.define("interface", full, where, is_used=True)
        return self.interfaces[full]

    def define(self, kind: Kind, name: str, where: Span, *, is_used: bool = False) -> None:
        """Note that lines define a name. Lines that follow and go on with it belong to the same definition."""
        known = self.known.get((kind, name))
        if known is None:
            known = Definition(source=where, kind=kind, name=name, is_used=is_used)
            self.known[kind, name] = known
            self.device.definitions.append(known)
            return
        known.is_used = known.is_used or is_used
        if where.first <= known.source.last + 2:
            known.source = Span(known.source.first, max(known.source.last, where.last))

    def refer(self, kinds: Kind | tuple[Kind, ...], name: str, where: Span, context: str) -> None:
        """Note that a line uses a name, unless the name is always there."""
        if name and name not in self.builtin:
            self.device.refer(kinds, name, where, context)

    def refer_interface(self, name: str, where: Span, context: str) -> str:
        """Note that a line uses an interface, and give its full name.

        Raises:
            ValueError: when it is no name of an interface.
        """
        full = self.names.full(name)
        if not full.startswith("Null"):
            self.device.refer("interface", full, where, context)
        return full

    def tunnel(self, interface: Interface) -> Protected:
        """What is known of a tunnel interface's ends and its protection."""
        return self.ike.protected.setdefault(interface.name, Protected(interface))

    def management(self, protocol: str, where: Span) -> Management:
        """The fact of a way to manage the device, known from now on."""
        if protocol not in self.manage:
            self.manage[protocol] = Management(source=where, protocol=protocol)
            self.device.management.append(self.manage[protocol])
        return self.manage[protocol]

    def peer(self, routing: Routing, address: str, where: Span) -> Peer:
        """The neighbour of a routing process, known from now on; or a group of neighbours, which is none itself."""
        key = (id(routing), address)
        if key not in self.peers:
            self.peers[key] = Peer(source=where, address=address)
            if re.match(r"[\d.]+(?:/\d+)?$|[0-9a-fA-F]*:", address):
                routing.peers.append(self.peers[key])
            else:
                self.peers.setdefault((0, address), self.peers[key])
        return self.peers[key]

    def inherit(self) -> None:
        """Give neighbours what their groups and templates say and they themselves do not.

        What is said of a group is no use of it, but of a group that is defined nowhere it is a finding.
        """
        for name, where, context in self.grouped:
            if ("peer-group", name) not in self.known:
                self.device.refer("peer-group", name, where, context)
        for peer, routing, name in self.joins:
            group = self.peers.get((routing, name)) or self.peers.get((0, name))
            if group is None or group is peer:
                continue
            if group.remote_as and not peer.remote_as:
                peer.say(group.line_of("remote_as"), remote_as=group.remote_as)
            if group.has_password and not peer.has_password:
                peer.say(group.line_of("has_password"), has_password=True)
            peer.filters.extend(one for one in group.filters[:_MOST_FILTERS] if one not in peer.filters)


@dataclass(slots=True)
class At(Generic[T]):
    """A fact that is being read, and what is known besides."""

    reading: Reading
    fact: T


def is_on(found: Found) -> bool:
    """Whether a line turns on what it says: it does not begin with "no"."""
    return not found.node.text.startswith(("no ", "default "))
