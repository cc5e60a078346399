"""What reading a Junos configuration keeps in mind: where it is, and what can be said only when all was read."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Service
from engineering_api.facts.names import Definition
from engineering_api.facts.ports import Interface, InterfaceKind, SpanningTree
from engineering_api.facts.routing import Routing, Vrf
from engineering_api.facts.services import Management
from engineering_api.facts.settings import Name
from engineering_api.facts.tunnels import Proposal

T = TypeVar("T")

_KINDS: tuple[tuple[tuple[str, ...], InterfaceKind], ...] = (
    (("ge-", "xe-", "et-", "fe-", "mge-", "fte-", "so-", "t1-", "e1-", "at-"), "physical"),
    (("ae", "reth", "fab"), "aggregate"),
    (("irb", "vlan", "bvi"), "vlan"),
    (("lo",), "loopback"),
    (("st0", "gr-", "ip-", "lt-", "mt-", "vt-", "si-", "vtep"), "tunnel"),
    (("fxp", "em", "me", "vme", "mgmt", "re0:mgmt"), "management"),
    (("wl-",), "wireless"),
)
#: Names of interfaces that stand for many or for none.
_NO_INTERFACE = ("all", "any")


@dataclass(slots=True)
class Member:
    """A VLAN of a port, by its name, number or range, which is resolved when all VLANs are known."""

    interface: Interface
    word: str
    line: Span


@dataclass(slots=True)
class Memory:
    """What all levels of one configuration share."""

    interfaces: dict[tuple[str, str], Interface] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    vlan_ids: dict[str, int] = field(default_factory=dict)
    routings: dict[tuple[str, str, str], Routing] = field(default_factory=dict)
    vrfs: dict[tuple[str, str], Vrf] = field(default_factory=dict)
    management: dict[str, Management] = field(default_factory=dict)
    #: Facts by their kind and path, for things whose lines are in several places.
    things: dict[tuple[str, ...], object] = field(default_factory=dict)
    proposals: dict[tuple[str, str], Proposal] = field(default_factory=dict)
    applications: dict[str, list[Service]] = field(default_factory=dict)
    #: What is done when everything was read, in this order.
    later: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class Junos:
    """The device that is read, and of which logical system and routing instance."""

    device: Device
    memory: Memory
    scope: str = ""
    vrf: str = ""

    def inside(self, *, scope: str | None = None, vrf: str | None = None) -> "Junos":
        """The same device, for the levels of a logical system or a routing instance."""
        return replace(self, scope=self.scope if scope is None else scope, vrf=self.vrf if vrf is None else vrf)

    def interface(self, name: str, where: Span) -> Interface:
        """The interface or unit of a name, which is new or goes on."""
        known = self.memory.interfaces.get((self.scope, name))
        if known is None:
            known = Interface(source=where, name=name, kind=kind_of(name), scope=self.scope, parent=_parent(name))
            self.memory.interfaces[self.scope, name] = known
            self.device.interfaces.append(known)
            self.device.definitions.append(_defined(name, where, self.scope))
        return known

    def uses_interface(self, name: str, where: Span, context: str, *, is_unit: bool = True) -> None:
        """Note that a line names an interface; a name without a unit is unit 0 for most of Junos."""
        if name in _NO_INTERFACE or "*" in name or "<" in name:
            return
        full = name if "." in name or not is_unit else f"{name}.0"
        self.device.refer("interface", full, where, context, scope=self.scope)

    def routing(self, protocol: str, where: Span) -> Routing:
        """The routing process of a protocol in this routing instance."""
        key = (self.scope, self.vrf, protocol)
        if key not in self.memory.routings:
            self.memory.routings[key] = Routing(source=where, protocol=protocol, vrf=self.vrf, scope=self.scope)
            self.device.routing.append(self.memory.routings[key])
        return self.memory.routings[key]

    def spanning_tree(self, where: Span) -> SpanningTree:
        """How loops are kept out; there is one of it."""
        if not self.device.spanning_tree:
            self.device.spanning_tree.append(SpanningTree(source=where))
        return self.device.spanning_tree[0]

    def manages(self, protocol: str, where: Span) -> Management:
        """A way to manage the device."""
        if protocol not in self.memory.management:
            self.memory.management[protocol] = Management(source=where, protocol=protocol)
            self.device.management.append(self.memory.management[protocol])
        return self.memory.management[protocol]

    def sets_once(self, name: Name, where: Span, *, is_on: bool = True, value: str = "") -> None:
        """Note that a line turns a thing on or off, unless another line did so before."""
        known = ((one.name, one.is_on, one.value, one.scope) for one in self.device.settings)
        if (name, is_on, value, self.scope) not in known:
            self.device.set(name, where, is_on=is_on, value=value, scope=self.scope)

    def thing(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What was made before for a key, or is made now."""
        key = (self.scope, self.vrf, *key)
        if key not in self.memory.things:
            self.memory.things[key] = make()
        return self.memory.things[key]  # type: ignore[return-value]  # a key has one kind of thing


@dataclass(slots=True)
class Of(Generic[T]):
    """A fact that is being read: the owner of most levels."""

    junos: Junos
    fact: T


def kind_of(name: str) -> InterfaceKind:
    """What an interface is, by its name."""
    base, _, unit = name.partition(".")
    found: InterfaceKind = next((kind for begins, kind in _KINDS if base.startswith(begins)), "other")
    return "subinterface" if unit and found in {"physical", "aggregate", "other"} else found


def _parent(name: str) -> str:
    return name.partition(".")[0] if "." in name else ""


def _defined(name: str, where: Span, scope: str) -> Definition:
    return Definition(source=where, kind="interface", name=name, is_used=True, scope=scope)
