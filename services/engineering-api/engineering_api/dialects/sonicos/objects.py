"""Addresses, services, their groups, schedules, zones and groups of users."""

import re
from ipaddress import ip_address, ip_network

from engineering_api.dialects.sonicos.fields import Fields, Record, whole
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AddressObject, Ends, Service, ServiceObject, Services, Zone
from engineering_api.facts.names import Kind

_HOST, _RANGE, _NETWORK, _GROUP = "1", "2", "4", "8"
_SERVICE_GROUP = "2"
_PROTOCOLS = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah",
              "58": "icmp6", "88": "eigrp", "89": "ospf", "103": "pim", "108": "ipcomp", "115": "l2tp"}  # fmt: skip
#: Names of address objects that the device makes by itself: those of interfaces and zones, and the factory's groups.
_FACTORY = re.compile(
    r"[XUW]\d+\b.*|MGMT\b.*|(?:All|Default|Firewalled|Dial-Up|Node License|Public Mail|RBL|SonicPoint|Multicast|IPv6"
    r"|Link-Local|Well-Known|WAN RemoteAccess|WLAN RemoteAccess|Secondary|Primary)\b.*"
    r"|.*\b(?:Subnets|Subnet|Interface IP|Interface IPs|Primary IP|Primary Subnet|Management IP|Remote Access Networks"
    r"|Default Gateway|Enforcement.*|IPv6 Addresses|IPv6 Prefixes|Exclusion List.*)"
)


def read(fields: Fields, device: Device) -> None:
    """Tell a device of its objects."""
    for infix in ("", "V6"):
        _addresses(fields, device, f"addrObj{infix}")
    for record in fields.records("addrObjFqdnId"):
        if name := record.text("addrObjFqdnId"):
            host = record.text("addrObjFqdn")
            ends = Ends(fqdns=[host] if host else [])
            device.address_objects.append(AddressObject(source=record.source, name=name, ends=ends))
            device.define("object", name, record.source)
    for record in fields.records("addrObjMacId"):
        if name := record.text("addrObjMacId"):
            # A hardware address is no address of a packet between networks: a name that nothing here resolves.
            device.address_objects.append(AddressObject(source=record.source, name=name, ends=Ends(names=["mac"])))
            device.define("object", name, record.source, is_used=True)
    _groups(fields, device)
    _services(fields, device)
    _names(fields, device)


def _names(fields: Fields, device: Device) -> None:
    for record in fields.records("schedObjId"):
        if name := record.text("schedObjId"):
            device.define("schedule", name, record.source, is_used=True)
    for record in fields.records("zoneObjId"):
        if name := record.text("zoneObjId"):
            device.zones.append(Zone(source=record.source, name=name))
            device.define("zone", name, record.source, is_used=True)
    for record in fields.records("userGroupObjId"):
        if name := record.text("userGroupObjId"):
            device.define("user-group", name, record.source, is_used=True)


def _groups(fields: Fields, device: Device) -> None:
    """Which member is in which group: a pair a number."""
    groups = {one.name: one for one in device.address_objects if one.is_group}
    for prefix in ("addro", "ao", "addroV6"):
        for record in fields.records(f"{prefix}_grpToGrp"):
            group, member = record.text(f"{prefix}_grpToGrp"), record.text(f"{prefix}_atomToGrp")
            if not (group and member):
                continue
            if group not in groups:
                groups[group] = AddressObject(source=record.source, name=group, ends=Ends(), is_group=True)
                device.address_objects.append(groups[group])
                device.define("object-group", group, record.source, is_used=True)
            groups[group].ends.names.append(member)
            device.refer(("object", "object-group"), member, record.where(f"{prefix}_atomToGrp"), f"group {group}")


def _addresses(fields: Fields, device: Device, prefix: str) -> None:
    for record in fields.records(f"{prefix}Id"):
        name = record.text(f"{prefix}Id")
        if not name:
            continue
        is_group = record.text(f"{prefix}Type") == _GROUP
        shown = record.text(f"{prefix}IdDisp")
        device.address_objects.append(
            AddressObject(
                source=record.source,
                at={"ends": record.where(f"{prefix}Ip1")},
                name=name,
                ends=Ends() if is_group else _ends(record, prefix),
                is_group=is_group,
                comment=shown if shown != name else "",
            )
        )
        kind: Kind = "object-group" if is_group else "object"
        device.define(kind, name, record.source, is_used=_FACTORY.fullmatch(name) is not None)


def _ends(record: Record, prefix: str) -> Ends:
    first, second = record.text(f"{prefix}Ip1"), record.text(f"{prefix}Ip2")
    try:
        address = ip_address(first)
        kind = record.text(f"{prefix}Type")
        if kind == _RANGE:
            return Ends(ranges=[f"{address}-{ip_address(second)}"])
        if kind == _NETWORK:
            network = ip_network(f"{first}/{second}", strict=False)
            return Ends(is_any=True) if network.prefixlen == 0 else Ends(networks=[str(network)])
        # 0.0.0.0 is what an interface without an address has.
        return Ends(networks=[str(ip_network(first))]) if int(address) else Ends()
    except ValueError:
        return Ends()


def _services(fields: Fields, device: Device) -> None:
    groups: dict[str, ServiceObject] = {}
    for record in fields.records("svcObjId"):
        name = record.text("svcObjId")
        if not name:
            continue
        is_group = record.text("svcObjType") == _SERVICE_GROUP
        fact = ServiceObject(source=record.source, name=name, services=Services(), is_group=is_group)
        if is_group:
            groups[name] = fact
        else:
            fact.services.services = _service(record)
            fact.at["services"] = record.where("svcObjPort1")
        device.service_objects.append(fact)
        # The file does not tell the factory's services from others, so that none is called unused.
        device.define("service-group" if is_group else "service", name, record.source, is_used=True)
    for record in fields.records("so_grpToGrp"):
        group, member = record.text("so_grpToGrp"), record.text("so_atomToGrp")
        if group and member and group in groups:
            groups[group].services.names.append(member)
            device.refer(("service", "service-group"), member, record.where("so_atomToGrp"), f"group {group}")


def _service(record: Record) -> list[Service]:
    number = whole(record.text("svcObjIpType"), 255)
    if number is None:
        return []
    protocol = _PROTOCOLS.get(str(number), str(number))
    first, last = whole(record.text("svcObjPort1"), 65_535), whole(record.text("svcObjPort2"), 65_535)
    if first is None:
        return [Service(protocol=protocol)]
    if protocol in ("icmp", "icmp6"):
        return [Service(protocol=protocol, icmp=str(first))]
    if protocol in ("tcp", "udp") and 0 < first <= (last or first):
        return [Service(protocol=protocol, ports=[f"{first}-{last or first}"])]
    return [Service(protocol=protocol)]


def ends_of(name: str, device: Device, where: Span, context: str) -> Ends:
    """One side of a rule, by the name of an object; no name is everything."""
    if name.casefold() in ("", "any"):
        return Ends(is_any=True)
    device.refer(("object", "object-group"), name, where, context)
    return Ends(names=[name])


def services_of(name: str, device: Device, where: Span, context: str) -> Services:
    """The services of a rule, by the name of one; no name is every service."""
    if name.casefold() in ("", "any"):
        return Services(is_any=True)
    device.refer(("service", "service-group"), name, where, context)
    return Services(names=[name])
