"""Zones of an SRX, what may manage the device from them, and address books."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AddressObject, Ends, Zone
from engineering_api.reading.paths import Found, Level

ZONES = Level[Junos]("zones")
ZONE = Level["Place"]("security-zone")
INTERFACE = Level["Place"]("interface of a zone")
BOOK = Level["Book"]("address-book")
ADDRESS = Level[Of[AddressObject]]("address")
ADDRESS_SET = Level[Of[AddressObject]]("address-set")

#: Services of the device that let somebody manage it; others (dhcp, ike, dns) do not.
_MANAGEMENT = frozenset(
    [
        "ssh",
        "telnet",
        "http",
        "https",
        "ping",
        "snmp",
        "snmp-trap",
        "netconf",
        "ftp",
        "xnm-ssl",
        "xnm-clear-text",
        "all",
        "any-service",
    ]
)


@dataclass(slots=True)
class Place:
    """A zone, or an interface of one; what may come in is said of either."""

    junos: Junos
    fact: Zone
    interface: str = ""

    def lets_in(self, service: str, line: Span) -> None:
        """Note that a service of the device may be reached from here."""
        names = [self.interface] if self.interface else self.fact.interfaces
        for name in names:
            known = self.junos.memory.interfaces.get((self.junos.scope, name))
            if known is not None and service not in known.management:
                known.say(line, management=[*known.management, service])


@dataclass(slots=True)
class Book:
    """An address book: of a zone, or one that is attached to zones or is for all."""

    junos: Junos
    name: str


@ZONES.opens(ZONE, "security-zone NAME", "functional-zone NAME:(management)", can_be_off=True)
def _zone(junos: Junos, found: Found) -> Place:
    name = found["NAME"]

    def make() -> Zone:
        zone = Zone(source=found.span, name=name, scope=junos.scope)
        if found.is_active:
            junos.device.zones.append(zone)
            junos.device.define("zone", name, found.span, is_used=True, scope=junos.scope)
        return zone

    return Place(junos, junos.thing(("zone", name), make))


@ZONE.opens(INTERFACE, "interfaces NAME")
def _interface(at: Place, found: Found) -> Place:
    name, zone = found["NAME"], at.fact
    if name not in zone.interfaces:
        zone.interfaces.append(name)
        at.junos.uses_interface(name, found.line, f"security-zone {zone.name} interfaces")
        junos, line = at.junos, found.line

        def tell() -> None:
            interface = junos.memory.interfaces.get((junos.scope, name if "." in name else f"{name}.0"))
            if interface is not None:
                interface.say(line, zone=zone.name)

        junos.memory.later.append(tell)
    return Place(at.junos, zone, name)


@ZONE.path("host-inbound-traffic system-services SERVICE", "host-inbound-traffic system-services SERVICE HOW:(except)")
@INTERFACE.path(
    "host-inbound-traffic system-services SERVICE", "host-inbound-traffic system-services SERVICE HOW:(except)"
)
def _host_inbound(at: Place, found: Found) -> None:
    """An interface that says it itself goes before its zone, so that zones are told last."""
    service, line = found["SERVICE"], found.line
    if found["HOW"] or service not in _MANAGEMENT:
        return
    if at.interface:
        at.junos.thing(("own inbound", at.interface), lambda: True)
        at.junos.memory.later.append(lambda: at.lets_in(service, line))
        return

    def tell() -> None:
        for name in at.fact.interfaces:
            if (at.junos.scope, at.junos.vrf, "own inbound", name) not in at.junos.memory.things:
                Place(at.junos, at.fact, name).lets_in(service, line)

    at.junos.memory.later.append(tell)


INTERFACE.knows("host-inbound-traffic protocols")
ZONE.knows(
    "host-inbound-traffic protocols", "tcp-rst", "application-tracking", "description TEXT...", "source-identity-log",
    "user-identification", "advance-policy-based-routing", "unidirectional-session-refreshing",
    "enable-reverse-reroute", "advance-policy-based-routing-profile",
)  # fmt: skip


@ZONE.path("screen NAME")
def _screen(at: Place, found: Found) -> None:
    junos = at.junos
    junos.device.refer(
        "security-profile", found["NAME"], found.line, f"security-zone {at.fact.name} screen", scope=junos.scope
    )


@ZONE.opens(BOOK, "address-book")
def _zone_book(at: Place, found: Found) -> Book:
    return Book(at.junos, at.fact.name)


@BOOK.path("attach zone NAME")
def _attach(book: Book, found: Found) -> None:
    book.junos.device.refer(
        "zone", found["NAME"], found.line, f"address-book {book.name} attach", scope=book.junos.scope
    )


BOOK.knows("description TEXT...")


@BOOK.opens(ADDRESS, "address NAME")
def _address(book: Book, found: Found) -> Of[AddressObject]:
    return _object(book, found, is_group=False)


@BOOK.opens(ADDRESS_SET, "address-set NAME")
def _address_set(book: Book, found: Found) -> Of[AddressObject]:
    return _object(book, found, is_group=True)


def _object(book: Book, found: Found, *, is_group: bool) -> Of[AddressObject]:
    junos, name = book.junos, found["NAME"]

    def make() -> AddressObject:
        fact = AddressObject(source=found.span, name=name, ends=Ends(), is_group=is_group, scope=junos.scope)
        junos.device.address_objects.append(fact)
        junos.device.define("object-group" if is_group else "object", name, found.span, scope=junos.scope)
        return fact

    return Of(junos, junos.thing(("address", book.name, name), make))


@ADDRESS.path("PREFIX")
def _prefix(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.networks.append(str(ip_network(found["PREFIX"], strict=False)))


@ADDRESS.path("dns-name NAME", "dns-name NAME (ipv4-only|ipv6-only)")
def _dns_name(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.fqdns.append(found["NAME"])


@ADDRESS.path("range-address FIRST to LAST")
def _range(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.ranges.append(f"{ip_address(found['FIRST'])}-{ip_address(found['LAST'])}")


@ADDRESS.path("wildcard-address VALUE")
def _wildcard(of: Of[AddressObject], found: Found) -> None:
    """Junos writes address and mask with a slash; set bits of its mask do matter, those of a wildcard do not."""
    address, _, mask = found["VALUE"].partition("/")
    inverse = ip_address(int(ip_address(mask)) ^ 0xFFFFFFFF)
    of.fact.ends.wildcards.append(f"{ip_address(address)} {inverse}")


@ADDRESS.path("description TEXT...")
@ADDRESS_SET.path("description TEXT...")
def _description(of: Of[AddressObject], found: Found) -> None:
    of.fact.say(found.line, comment=found["TEXT"])


@ADDRESS_SET.path("(address|address-set) NAME")
def _member(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.names.append(found["NAME"])
    junos = of.junos
    junos.device.refer(
        ("object", "object-group"), found["NAME"], found.line, f"address-set {of.fact.name}", scope=junos.scope
    )
