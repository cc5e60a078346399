"""What reading a configuration of EdgeOS or VyOS keeps in mind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, Ends
from engineering_api.facts.names import Definition
from engineering_api.facts.ports import Interface, InterfaceKind
from engineering_api.facts.routing import Routing
from engineering_api.facts.services import Management

T = TypeVar("T")


@dataclass(slots=True)
class Memory:
    """What all levels of one configuration share."""

    interfaces: dict[str, Interface] = field(default_factory=dict)
    lists: dict[str, AccessList] = field(default_factory=dict)
    #: Ports of port groups, and VLANs that ports of a switch carry.
    port_groups: dict[str, list[str]] = field(default_factory=dict)
    management: dict[str, Management] = field(default_factory=dict)
    routings: dict[str, Routing] = field(default_factory=dict)
    things: dict[tuple[str, ...], object] = field(default_factory=dict)
    later: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class Edge:
    """The device that is read."""

    device: Device
    memory: Memory

    def interface(self, name: str, kind: InterfaceKind, where: Span, parent: str = "") -> Interface:
        """The interface of a name, which is new or goes on."""
        known = self.memory.interfaces.get(name)
        if known is None:
            known = Interface(source=where, name=name, kind=kind, parent=parent)
            self.memory.interfaces[name] = known
            self.device.interfaces.append(known)
            self.device.definitions.append(Definition(source=where, kind="interface", name=name, is_used=True))
        elif known.kind == "other":
            # A switch or bond may name its port before the port is said.
            known.kind = kind
        return known

    def uses_interface(self, name: str, where: Span, context: str) -> None:
        """Note that a line names an interface. VyOS's "eth+" and "eth*" stand for several."""
        name = name.removeprefix("!")
        if name and not name.endswith(("+", "*")) and name not in ("all", "any"):
            self.device.refer("interface", name, where, context)

    def manages(self, protocol: str, where: Span) -> Management:
        """A way to manage the device."""
        if protocol not in self.memory.management:
            self.memory.management[protocol] = Management(source=where, protocol=protocol)
            self.device.management.append(self.memory.management[protocol])
        return self.memory.management[protocol]

    def routing(self, protocol: str, where: Span) -> Routing:
        """The routing process of a protocol."""
        if protocol not in self.memory.routings:
            self.memory.routings[protocol] = Routing(source=where, protocol=protocol)
            self.device.routing.append(self.memory.routings[protocol])
        return self.memory.routings[protocol]

    def thing(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What was made before for a key, or is made now."""
        if key not in self.memory.things:
            self.memory.things[key] = make()
        return self.memory.things[key]  # type: ignore[return-value]  # a key has one kind of thing


@dataclass(slots=True)
class Of(Generic[T]):
    """A fact that is being read: the owner of most levels."""

    edge: Edge
    fact: T


def is_built_in(group: str) -> str:
    """The interface of a group that EdgeOS keeps itself, ADDRv4_eth0 or NETv4_switch0; "" for all others."""
    begins, _, interface = group.partition("_")
    return interface if begins in ("ADDRv4", "ADDRv6", "NETv4", "NETv6") else ""


def adds_group(edge: Edge, ends: Ends, name: str, where: Span, context: str) -> None:
    """Add a group of addresses or networks to one side of a rule."""
    if name.startswith("!"):
        ends.is_negated, name = True, name[1:]
    if interface := is_built_in(name):
        ends.interfaces.append(interface)
        return
    ends.names.append(name)
    edge.device.refer("object-group", name, where, context)
