"""Names for addresses and services: name, object, object-group."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from engineering_api.dialects.asa import addresses, nat
from engineering_api.dialects.asa.addresses import Words
from engineering_api.dialects.asa.ports import protocol, take_ports, take_services
from engineering_api.dialects.asa.state import Reading, Within
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services
from engineering_api.reading.grammar import Found, Place


@dataclass(slots=True)
class ServicesWithin(Within[ServiceObject]):
    """A service object or group; `protocols` are those of which a group's port-objects are ports."""

    protocols: tuple[str, ...] = ("tcp", "udp")


ADDRESSES: Place[Within[AddressObject]] = Place("object network")
NETWORK_GROUP: Place[Within[AddressObject]] = Place("object-group network")
SERVICE: Place[ServicesWithin] = Place("object service")
SERVICE_GROUP: Place[ServicesWithin] = Place("object-group service")
OBJECTS: Place[Reading] = Place("objects")
OBJECTS.knows(
    "names",
    "no names",
)


@OBJECTS.line("name ADDRESS NAME [description] [TEXT...]")
def _name(reading: Reading, found: Found) -> None:
    value = str(ip_address(found["ADDRESS"]))
    reading.names[found["NAME"]] = value
    reading.device.address_objects.append(
        AddressObject(
            source=found.line, name=found["NAME"], ends=Ends(networks=[str(ip_network(value))]), comment=found["TEXT"]
        )
    )


@OBJECTS.opens(ADDRESSES, "object network NAME")
def _object(reading: Reading, found: Found) -> Within[AddressObject]:
    return Within(reading, _addresses(reading, found, is_group=False))


@OBJECTS.opens(NETWORK_GROUP, "object-group (network|user|security) NAME")
def _network_group(reading: Reading, found: Found) -> Within[AddressObject]:
    return Within(reading, _addresses(reading, found, is_group=True))


@OBJECTS.opens(SERVICE, "object service NAME")
def _service(reading: Reading, found: Found) -> ServicesWithin:
    reading.device.define("service", found["NAME"], found.span)
    return ServicesWithin(reading, _services(reading, found, is_group=False))


@OBJECTS.opens(
    SERVICE_GROUP,
    "object-group service NAME",
    "object-group service NAME KIND:(tcp|udp|tcp-udp)",
    "object-group (protocol|icmp-type) NAME",
)
def _service_group(reading: Reading, found: Found) -> ServicesWithin:
    reading.device.define("object-group", found["NAME"], found.span)
    protocols = tuple(found["KIND"].split("-")) if found["KIND"] else ("tcp", "udp")
    return ServicesWithin(reading, _services(reading, found, is_group=True), protocols)


def _addresses(reading: Reading, found: Found, *, is_group: bool) -> AddressObject:
    name = found["NAME"]
    reading.device.define("object-group" if is_group else "object", name, found.span)
    if (known := reading.objects.get(name)) is None:
        known = AddressObject(source=found.span, name=name, ends=Ends(), is_group=is_group)
        reading.objects[name] = known
        reading.device.address_objects.append(known)
    return known


def _services(reading: Reading, found: Found, *, is_group: bool) -> ServiceObject:
    name = found["NAME"]
    if (known := reading.services.get(name)) is None:
        known = ServiceObject(source=found.span, name=name, services=Services(), is_group=is_group)
        reading.services[name] = known
        reading.device.service_objects.append(known)
    return known


@ADDRESSES.line("host ADDRESS")
def _host(at: Within[AddressObject], found: Found) -> None:
    addresses.add_host(at.fact.ends, found["ADDRESS"], at.reading)


@ADDRESSES.line("subnet ADDRESS [MASK]")
def _subnet(at: Within[AddressObject], found: Found) -> None:
    if found["MASK"]:
        addresses.add_network(at.fact.ends, found["ADDRESS"], found["MASK"], at.reading)
    else:
        at.fact.ends.networks.append(str(ip_network(found["ADDRESS"], strict=False)))


@ADDRESSES.line("range FIRST LAST")
def _range(at: Within[AddressObject], found: Found) -> None:
    first, last = (addresses.address(found[word], at.reading) for word in ("FIRST", "LAST"))
    at.fact.ends.ranges.append(f"{first}-{last}")


@ADDRESSES.line("fqdn [(v4|v6)] NAME")
def _fqdn(at: Within[AddressObject], found: Found) -> None:
    at.fact.ends.fqdns.append(found["NAME"])


@ADDRESSES.line("nat REST...")
def _nat(at: Within[AddressObject], found: Found) -> None:
    nat.read_object(at, found)


@NETWORK_GROUP.line("description TEXT...")
@ADDRESSES.line("description TEXT...")
def _about_addresses(at: Within[AddressObject], found: Found) -> None:
    at.fact.say(found.line, comment=found["TEXT"])


@SERVICE.line("description TEXT...")
@SERVICE_GROUP.line("description TEXT...")
def _about_services(at: ServicesWithin, found: Found) -> None:
    at.fact.say(found.line, comment=found["TEXT"])


@NETWORK_GROUP.line("network-object REST...")
def _member(at: Within[AddressObject], found: Found) -> None:
    words = Words(found["REST"])
    added = addresses.take_ends(words, at.reading, found.line, f"object-group network {at.fact.name}")
    if words.rest():
        raise ValueError("more than a network")
    at.fact.ends.networks += added.networks
    at.fact.ends.wildcards += added.wildcards
    at.fact.ends.names += added.names


@NETWORK_GROUP.line("group-object NAME")
def _nested(at: Within[AddressObject], found: Found) -> None:
    at.fact.ends.names.append(found["NAME"])
    at.device.refer("object-group", found["NAME"], found.line, f"object-group network {at.fact.name}")


@NETWORK_GROUP.line("(user|user-group|security-group) REST...")
def _identity(at: Within[AddressObject], found: Found) -> None:
    at.fact.at.setdefault("members", found.line)


@SERVICE_GROUP.line("group-object NAME")
def _nested_service(at: ServicesWithin, found: Found) -> None:
    at.fact.services.names.append(found["NAME"])
    at.device.refer("object-group", found["NAME"], found.line, f"object-group {at.fact.name}")


@SERVICE_GROUP.line("service-object object NAME")
def _service_member(at: ServicesWithin, found: Found) -> None:
    at.fact.services.names.append(found["NAME"])
    at.device.refer("service", found["NAME"], found.line, f"object-group service {at.fact.name}")


@SERVICE_GROUP.line("service-object REST...")
@SERVICE.line("service REST...")
def _service_of(at: ServicesWithin, found: Found) -> None:
    at.fact.services.services += take_services(Words(found["REST"]))


@SERVICE_GROUP.line("port-object REST...")
def _ports(at: ServicesWithin, found: Found) -> None:
    words = Words(found["REST"])
    if not (ports := take_ports(words)) or words.rest():
        raise ValueError("no ports")
    at.fact.services.services += [Service(protocol=one, ports=ports) for one in at.protocols]


@SERVICE_GROUP.line("protocol-object PROTOCOL")
def _protocol(at: ServicesWithin, found: Found) -> None:
    at.fact.services.services.append(Service(protocol=protocol(found["PROTOCOL"])))


@SERVICE_GROUP.line("icmp-object TYPE [CODE]")
def _icmp(at: ServicesWithin, found: Found) -> None:
    kind = f"{found['TYPE']} {found['CODE']}".strip()
    at.fact.services.services.append(Service(protocol="icmp", icmp=kind))
