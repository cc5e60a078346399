"""Groups of addresses, networks, ports and interfaces that rules name."""

from engineering_api.dialects.edgeos import words
from engineering_api.dialects.edgeos.state import Edge, Of, adds_group
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services
from engineering_api.reading.paths import Found, Level

GROUPS = Level[Edge]("group")
GROUP = Level[Of[AddressObject]]("address-group")
PORT_GROUP = Level[Of[ServiceObject]]("port-group")
INTERFACE_GROUP = Level[tuple[Edge, str]]("interface-group")


@GROUPS.opens(
    GROUP,
    "KIND:(address-group|network-group|ipv6-address-group|ipv6-network-group|domain-group|remote-group) NAME",
)
def _address_group(edge: Edge, found: Found) -> Of[AddressObject]:
    name = found["NAME"]

    def make() -> AddressObject:
        fact = AddressObject(source=found.span, name=name, ends=Ends(), is_group=True)
        edge.device.address_objects.append(fact)
        edge.device.define("object-group", name, found.span)
        return fact

    return Of(edge, edge.thing(("group", name), make))


@GROUP.path("(address|network|ipv6-address|ipv6-network) ADDRESS")
def _group_member(of: Of[AddressObject], found: Found) -> None:
    words.adds_address(of.fact.ends, found["ADDRESS"])


@GROUP.path("address NAME domain", "domain-name NAME")
def _group_domain(of: Of[AddressObject], found: Found) -> None:
    of.fact.ends.fqdns.append(found["NAME"])


@GROUP.path("include NAME")
def _group_include(of: Of[AddressObject], found: Found) -> None:
    adds_group(of.edge, of.fact.ends, found["NAME"], found.line, f"group {of.fact.name} include")


@GROUP.path("description TEXT...")
def _group_description(of: Of[AddressObject], found: Found) -> None:
    of.fact.say(found.line, comment=found["TEXT"])


GROUP.knows("url")


@GROUPS.opens(PORT_GROUP, "port-group NAME")
def _ports_group(edge: Edge, found: Found) -> Of[ServiceObject]:
    name = found["NAME"]

    def make() -> ServiceObject:
        fact = ServiceObject(
            source=found.span,
            name=name,
            services=Services(services=[Service(protocol="tcp"), Service(protocol="udp")]),
            is_group=True,
        )
        edge.device.service_objects.append(fact)
        edge.device.define("service-group", name, found.span)
        return fact

    return Of(edge, edge.thing(("port group", name), make))


@PORT_GROUP.path("port PORTS")
def _group_port(of: Of[ServiceObject], found: Found) -> None:
    said = words.ports(found["PORTS"])
    of.edge.memory.port_groups.setdefault(of.fact.name, []).extend(said)
    for service in of.fact.services.services:
        service.ports.extend(said)


@PORT_GROUP.path("description TEXT...")
def _port_group_description(of: Of[ServiceObject], found: Found) -> None:
    of.fact.say(found.line, comment=found["TEXT"])


PORT_GROUP.knows("include")


@GROUPS.opens(INTERFACE_GROUP, "interface-group NAME")
def _interfaces_group(edge: Edge, found: Found) -> tuple[Edge, str]:
    edge.device.define("list", found["NAME"], found.span)
    return edge, found["NAME"]


@INTERFACE_GROUP.path("interface NAME")
def _group_interface(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].uses_interface(found["NAME"], found.line, f"interface-group {owner[1]}")


@INTERFACE_GROUP.path("include NAME")
def _group_includes(owner: tuple[Edge, str], found: Found) -> None:
    owner[0].device.refer("list", found["NAME"], found.line, f"interface-group {owner[1]} include")


INTERFACE_GROUP.knows("description TEXT...")


GROUPS.knows("mac-group", "ipv6-mac-group", "dynamic-group")
