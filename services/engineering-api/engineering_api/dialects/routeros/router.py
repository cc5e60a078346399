"""A router that is being read: its facts so far, its commands by their sections, and the sections that are known."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_interface, ip_network

from engineering_api.dialects.routeros.command import Command
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, AddressObject, Ends, Zone
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Interface, InterfaceKind, Vlan
from engineering_api.facts.routing import Routing
from engineering_api.facts.services import Management, User
from engineering_api.reading.addresses import is_address

#: Names that RouterOS itself gives to ports; they are there although an export does not say so.
_BUILT_IN = re.compile(
    r"(?:ether|sfp|combo|qsfp|wlan|wifi|lte|wlan60-|fiber|usb|ppp-out)[\w-]*\d+[\w-]*|lo|bridge-local"
)
_KINDS: tuple[tuple[str, InterfaceKind], ...] = (
    ("ether", "physical"),
    ("sfp", "physical"),
    ("qsfp", "physical"),
    ("combo", "physical"),
    ("wlan", "wireless"),
    ("wifi", "wireless"),
    ("lo", "loopback"),
)
#: Words that stand for many interfaces, or for none.
_NO_INTERFACES = frozenset(
    (
        "",
        "all",
        "none",
        "dynamic",
        "static",
        "all-ethernet",
        "all-ppp",
        "all-vlan",
        "all-wireless",
        "any",
        "auto",
        "main",
    )
)
_BUILT_IN_LISTS = frozenset(("", "all", "none", "dynamic", "static"))


class Router:
    """The owner of all sections."""

    def __init__(self, device: Device) -> None:
        """`device` gets the facts."""
        self.device = device
        self.commands: defaultdict[str, list[Command]] = defaultdict(list)
        self.interfaces: dict[str, Interface] = {}
        #: The names that ports were given, by those with which they came.
        self.renamed: dict[str, str] = {}
        self.chains: dict[str, AccessList] = {}
        self.address_lists: dict[str, AddressObject] = {}
        self.zones: dict[str, Zone] = {}
        self.vlans: dict[int, Vlan] = {}
        self.management: dict[str, Management] = {}
        self.users: dict[str, User] = {}
        #: Routing processes by protocol and instance, the instances of OSPF's areas, and addresses of router ids.
        self.processes: dict[tuple[str, str], Routing] = {}
        self.areas: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.texts: dict[Span, str] = {}
        self._missed: set[Span] = set()

    def interface(self, name: str, where: Span, kind: InterfaceKind | None = None) -> Interface:
        """An interface by its name; it comes to be where a line first says something of it."""
        if not name:
            raise ValueError("an interface without a name")
        if (known := self.interfaces.get(name)) is None:
            known = Interface(source=where, name=name, kind=kind or _kind(name))
            self.interfaces[name] = known
            self.device.interfaces.append(known)
        elif kind is not None:
            known.kind = kind
        return known

    def vlan(self, number: int, where: Span, name: str, *, is_enabled: bool = True) -> None:
        """A VLAN comes to be where a line first says it; a later line may give it its name."""
        if (known := self.vlans.get(number)) is None:
            known = Vlan(source=where, id=number, name=name, is_enabled=is_enabled)
            self.vlans[number] = known
            self.device.vlans.append(known)
        elif name and not known.name:
            known.say(where, name=name)

    def use_interface(self, name: str, where: Span, context: str) -> None:
        """Note that a line uses an interface, or a list of interfaces as newer versions allow in most places."""
        name = name.removeprefix("!")
        if name not in _NO_INTERFACES:
            self.device.refer(("interface", "list"), name, where, context)

    def use_list(self, name: str, where: Span, context: str) -> None:
        """Note that a line uses a list of addresses or interfaces."""
        name = name.removeprefix("!")
        if name not in _BUILT_IN_LISTS:
            self.device.refer("list", name, where, context)

    def use(self, kind: Kind, name: str, where: Span, context: str) -> None:
        """Note that a line uses something that has a name, unless the name is "none" or empty."""
        if name not in ("", "none"):
            self.device.refer(kind, name, where, context)

    def miss(self, command: Command) -> None:
        """Put a command into the ledger of what was not understood, once."""
        if command.where not in self._missed:
            self._missed.add(command.where)
            self.device.unparsed.append(Unparsed(source=command.where, text=self.texts.get(command.where, "")))

    @contextmanager
    def reading(self, command: Command) -> Iterator[None]:
        """Whatever a command says that cannot be so makes it one that was not understood."""
        try:
            yield
        except ValueError:
            self.miss(command)

    def define_built_in(self) -> None:
        """Ports that lines use by the names with which they came are there, unless they were renamed."""
        defined = {one.name for one in self.device.definitions if one.kind in ("interface", "list")}
        for one in self.device.references:
            if "interface" not in one.kinds or one.name in defined or one.name in self.renamed:
                continue
            if _BUILT_IN.fullmatch(one.name):
                defined.add(one.name)
                self.device.define("interface", one.name, one.source, is_used=True)


Handler = Callable[[Router, Command], None]

#: What a section's commands say. A section without a handler is known, and says nothing that is kept.
SECTIONS: dict[str, Handler | None] = {}


def section(*paths: str) -> Callable[[Handler], Handler]:
    """Declare what the commands of sections say. The function may raise `ValueError` for what cannot be so."""

    def keep(handler: Handler) -> Handler:
        SECTIONS.update(dict.fromkeys(paths, handler))
        return handler

    return keep


def protect(known: Interface, word: str, where: Span) -> None:
    """Note that an interface has a protection."""
    if word not in known.protections:
        known.say(where, protections=[*known.protections, word])


def ends(text: str) -> Ends:
    """Addresses as rules and lists write them: an address, a network, a range, or a name; "!" is all but these.

    Raises:
        ValueError: when it is none of these.
    """
    found = Ends(is_negated=text.startswith("!"))
    for part in text.removeprefix("!").split(","):
        first, dash, last = part.strip().partition("-")
        if dash and is_address(first) and is_address(last):
            found.ranges.append(f"{first}-{last}")
        elif re.fullmatch(r"[\d.]+(?:/[\d.]+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/\d+)?", part.strip()):
            found.networks.append(str(ip_network(part.strip(), strict=False)))
        elif re.fullmatch(r"[\w*-]+(?:\.[\w-]+)+\.?", part.strip()):
            found.fqdns.append(part.strip().rstrip("."))
        else:
            raise ValueError(part)
    return found


def network_of(text: str) -> str:
    """The network of an address with its length."""
    return str(ip_interface(text).network)


def _kind(name: str) -> InterfaceKind:
    for start, kind in _KINDS:
        if name.startswith(start) and (name == "lo" or any(letter.isdigit() for letter in name)):
            return kind
    return "other"
