"""All facts of one device."""

from pydantic import BaseModel, Field, PrivateAttr

from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import AccessList, AddressObject, ServiceObject, Translation, Zone
from engineering_api.facts.names import Definition, Kind, Reference
from engineering_api.facts.ports import Interface, Neighbour, SpanningTree, Vlan
from engineering_api.facts.routing import Route, Routing, Vrf
from engineering_api.facts.services import DhcpPool, Management, Server, SnmpAccess, User, Wireless
from engineering_api.facts.settings import Name, Setting
from engineering_api.facts.tunnels import Tunnel


class Unparsed(BaseModel):
    """Lines that were not understood."""

    source: Span
    text: str
    #: Why, where more can be said than that nothing of ours knows it.
    reason: str = ""


class Identity(Fact):
    """Who the device is."""

    hostname: str = ""
    domain: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""


class Device(BaseModel):
    """What a configuration says. Lists are in the order of the file."""

    platform: str
    identity: Identity = Field(default_factory=lambda: Identity(source=Span(1, 1)))
    scopes: list[str] = Field(default_factory=list)
    #: The devices of a file that has several (a UniFi site), each with its name as its scope.
    members: list[Identity] = Field(default_factory=list)
    interfaces: list[Interface] = Field(default_factory=list)
    vlans: list[Vlan] = Field(default_factory=list)
    spanning_tree: list[SpanningTree] = Field(default_factory=list)
    neighbours: list[Neighbour] = Field(default_factory=list)
    vrfs: list[Vrf] = Field(default_factory=list)
    routes: list[Route] = Field(default_factory=list)
    routing: list[Routing] = Field(default_factory=list)
    access_lists: list[AccessList] = Field(default_factory=list)
    address_objects: list[AddressObject] = Field(default_factory=list)
    service_objects: list[ServiceObject] = Field(default_factory=list)
    zones: list[Zone] = Field(default_factory=list)
    translations: list[Translation] = Field(default_factory=list)
    tunnels: list[Tunnel] = Field(default_factory=list)
    dhcp_pools: list[DhcpPool] = Field(default_factory=list)
    servers: list[Server] = Field(default_factory=list)
    snmp: list[SnmpAccess] = Field(default_factory=list)
    users: list[User] = Field(default_factory=list)
    management: list[Management] = Field(default_factory=list)
    wireless: list[Wireless] = Field(default_factory=list)
    settings: list[Setting] = Field(default_factory=list)
    definitions: list[Definition] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    unparsed: list[Unparsed] = Field(default_factory=list)

    #: The definitions by kind, name and scope, while the device is read.
    _defined: dict[tuple[str, str, str], Definition] = PrivateAttr(default_factory=dict)

    def define(self, kind: Kind, name: str, where: Span, *, is_used: bool = False, scope: str = "") -> None:
        """Note that these lines define a name. Lines that go on defining it add nothing."""
        known = self._defined.get((kind, name, scope))
        if known is not None:
            known.is_used = known.is_used or is_used
            return
        made = Definition(source=where, kind=kind, name=name, is_used=is_used, scope=scope)
        self._defined[kind, name, scope] = made
        self.definitions.append(made)

    def refer(self, kinds: Kind | tuple[Kind, ...], name: str, where: Span, context: str, *, scope: str = "") -> None:
        """Note that a line uses a name, which may be of one of several kinds."""
        kinds = (kinds,) if isinstance(kinds, str) else kinds
        self.references.append(Reference(source=where, kinds=kinds, name=name, context=context, scope=scope))

    def set(self, name: Name, where: Span, *, is_on: bool = True, value: str = "", scope: str = "") -> None:
        """Note that a line turns a thing on or off, or gives it a value."""
        self.settings.append(Setting(source=where, name=name, is_on=is_on, value=value, scope=scope))
