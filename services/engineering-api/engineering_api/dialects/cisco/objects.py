"""Groups that access lists name: addresses, services, times."""

from ipaddress import ip_address, ip_network

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.dialects.cisco.words import PROTOCOLS, behind_wildcard, port, prefix, protocol
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("objects")
ADDRESSES: Place[At[AddressObject]] = Place("group of addresses")
SERVICES: Place[At[ServiceObject]] = Place("group of services")

_OPERATORS = frozenset(("eq", "gt", "lt", "range", "neq"))


@TOP.opens(
    ADDRESSES,
    "object-group (network|security) NAME",
    "object-group (ip|ipv6) address NAME",
    "object-group v4-network NAME",
    "object-group v6-network NAME",
)
def _addresses(reading: Reading, found: Found) -> At[AddressObject]:
    made = AddressObject(source=found.span, name=found["NAME"], ends=Ends(), is_group=True)
    reading.device.address_objects.append(made)
    reading.define("object-group", found["NAME"], found.span)
    return At(reading, made)


@TOP.opens(SERVICES, "object-group (service|protocol|icmp-type) NAME", "object-group ip port NAME")
def _services(reading: Reading, found: Found) -> At[ServiceObject]:
    made = ServiceObject(source=found.span, name=found["NAME"], services=Services(), is_group=True)
    reading.device.service_objects.append(made)
    reading.define("object-group", found["NAME"], found.span)
    return At(reading, made)


@ADDRESSES.line("description TEXT...")
def _description(at: At[AddressObject], found: Found) -> None:
    at.fact.say(found.line, comment=found["TEXT"].strip())


@ADDRESSES.line("[SEQ] host ADDRESS", "[SEQ] host-info ADDRESS")
def _host(at: At[AddressObject], found: Found) -> None:
    at.fact.ends.networks.append(str(ip_network(found["ADDRESS"])))


@ADDRESSES.line("range FIRST LAST")
def _range(at: At[AddressObject], found: Found) -> None:
    at.fact.ends.ranges.append(f"{ip_address(found['FIRST'])}-{ip_address(found['LAST'])}")


@ADDRESSES.line("group-object NAME")
def _member(at: At[AddressObject], found: Found) -> None:
    at.fact.ends.names.append(found["NAME"])
    at.reading.refer("object-group", found["NAME"], found.line, f"object-group {at.fact.name}")


@ADDRESSES.line("any")
def _any(at: At[AddressObject], found: Found) -> None:
    at.fact.ends.is_any = True


@ADDRESSES.line("[SEQ] ADDRESS MASK", "[SEQ] PREFIX")
def _network(at: At[AddressObject], found: Found) -> None:
    words = found.node.text.split()
    if words[0].isdecimal():
        words = words[1:]
    if len(words) == 2 and words[1].startswith("0."):  # NX-OS: a wildcard, where IOS has a mask
        network = behind_wildcard(words[0], words[1])
        if network is None:
            at.fact.ends.wildcards.append(" ".join(words))
            return
        at.fact.ends.networks.append(str(network))
        return
    if not 1 <= len(words) <= 2:
        raise ValueError(found.node.text)
    at.fact.ends.networks.append(str(prefix(*words)))


@SERVICES.line("description TEXT...")
def _service_description(at: At[ServiceObject], found: Found) -> None:
    at.fact.say(found.line, comment=found["TEXT"].strip())


@SERVICES.line("group-object NAME")
def _service_member(at: At[ServiceObject], found: Found) -> None:
    at.fact.services.names.append(found["NAME"])
    at.reading.refer("object-group", found["NAME"], found.line, f"object-group {at.fact.name}")


@SERVICES.line("WORDS...")
def _service(at: At[ServiceObject], found: Found) -> None:
    words = found["WORDS"].split()
    if words[0].isdecimal() and len(words) > 1:
        words = words[1:]
    if words[0] in _OPERATORS:  # NX-OS: ports alone
        at.fact.services.services.append(Service(protocol="ip", ports=_ports(words)))
        return
    kinds = ["tcp", "udp"] if words[0] == "tcp-udp" else [protocol(words[0])]
    rest, source = words[1:], list[str]()
    if rest[:1] == ["source"]:
        size = 3 if rest[1:2] == ["range"] else 2
        size = size if rest[1:2] and rest[1] in _OPERATORS else 1
        source, rest = _ports(rest[1 : 1 + size]), rest[1 + size :]
    if kinds[0] in ("icmp", "icmp6"):
        at.fact.services.services.append(Service(protocol=kinds[0], icmp=" ".join(rest)))
        return
    ports = _ports(rest) if rest else []
    at.fact.services.services.extend(Service(protocol=one, source_ports=source, ports=ports) for one in kinds)


def _ports(words: list[str]) -> list[str]:
    """The ports of "eq 80", "range 20 21", "gt 1023" or "www"."""
    if not words or words[0] in PROTOCOLS:
        raise ValueError(words)
    operator, given = (words[0], words[1:]) if words[0] in _OPERATORS else ("eq", words)
    numbers = [port(word) for word in given]
    if len(numbers) != (2 if operator == "range" else 1):
        raise ValueError(words)
    first = numbers[0]
    if operator == "range":
        return [f"{first}-{numbers[1]}"]
    if operator == "gt":
        return [f"{first + 1}-65535"]
    if operator == "lt":
        return [f"0-{first - 1}"]
    if operator == "neq":
        return [f"0-{first - 1}", f"{first + 1}-65535"]
    return [f"{first}-{first}"]


@TOP.block("time-range NAME")
def _time_range(reading: Reading, found: Found) -> None:
    reading.define("schedule", found["NAME"], found.span)
