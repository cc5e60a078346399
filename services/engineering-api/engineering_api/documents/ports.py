"""Interfaces, and the plan of addresses: every subnet with all that is in it."""

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from engineering_api.documents.cells import listed, number, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.switching import carried
from engineering_api.documents.tables import Row, Sheet
from engineering_api.facts.device import Device
from engineering_api.facts.ports import Interface
from oberaconnect.typeset import Block, Cell, Paragraph

Network = IPv4Network | IPv6Network
_INTERFACES = (
    "Interface", "Description", "State", "Addresses", "VRF, zone", "Mode", "VLANs", "Part of", "Filters", "DHCP relay",
    "Speed, MTU", "Managed by", "Protection", "PoE", "Source",
)  # fmt: skip
_BRIEF = frozenset({"Filters", "DHCP relay", "Speed, MTU", "Managed by", "Protection", "PoE"})
_FULL = frozenset({"Speed, MTU", "Managed by", "Protection", "PoE"})


def interfaces(desk: Desk) -> Iterator[Block]:
    """The ports of each device, real and virtual."""
    without = _BRIEF if desk.is_brief else frozenset[str]() if desk.is_full else _FULL - {"Managed by"}
    kept = [place for place, title in enumerate(_INTERFACES) if title not in without]

    def fill(of: Source) -> Sheet:
        titles = tuple(_INTERFACES[place] for place in kept)
        sheet = Sheet(f"Interfaces of {of.label}", titles, always=frozenset({"Interface", "Source"}))
        for port in of.subject.device.interfaces:
            row = _port(of, port)
            sheet.rows.append(tuple(row[place] for place in kept))
        return sheet

    yield from desk.by_device(fill)


def _port(of: Source, port: Interface) -> Row:
    addresses = [f"{one.value}{' (secondary)' if one.is_secondary else ''}" for one in port.addresses]
    addresses += ["DHCP client"] if port.is_dhcp_client else []
    addresses += [f"standby {port.standby}"] if port.standby else []
    addresses += [f"virtual {one}" for one in port.virtual_addresses]
    place = [f"vrf {port.vrf}" if port.vrf else "", port.zone, f"level {port.level}" if port.level is not None else ""]
    part = [port.parent, f"{port.aggregate} {port.aggregate_mode}".strip(), *port.members]
    filters = [("in", port.acl_in), ("out", port.acl_out), ("local", port.acl_local)]
    speed = [port.speed, port.duplex, f"MTU {port.mtu}" if port.mtu is not None else ""]
    return (
        Cell(f"{port.name}\n{port.alias}" if port.alias and port.alias != port.name else port.name, "strong"),
        port.description if port.description != port.alias else "",
        "up" if port.is_enabled else Cell("off", "soft"),
        listed(addresses, separator="\n"), _lines(place), port.mode or "", carried(port), _lines(part),
        "\n".join(f"{way}: {name}" for way, name in filters if name), listed(port.dhcp_relays, separator="\n"),
        _lines(speed), listed(port.management), listed(port.protections), port.power, source(of, port.source),
    )  # fmt: skip


def _lines(words: list[str]) -> str:
    return listed([word for word in words if word], separator="\n")


def addressing(desk: Desk) -> Iterator[Block]:
    """Every subnet with its members, in the order of addresses; one that two sites or VRFs have is two."""
    sheet = Sheet(
        "Subnets and their members",
        ("Subnet", "Site", "VRF", "VLAN", "Address", "Device", "Interface", "What", "Source"),
        always=frozenset({"Subnet", "Address", "Source"}),
    )
    sites = {of.subject.site for of in desk.material.sources}
    subnets = _subnets(desk)
    for (version, network, site, vrf), rows in sorted(subnets.items(), key=lambda item: _order(item[0])):
        size = network.num_addresses - 2 if version == 4 and network.prefixlen < 31 else network.num_addresses
        for place, (vlan, *cells) in enumerate(rows):
            hosts = f"\n{size:,} hosts" if version == 4 and network.prefixlen < 32 else ""
            name = Cell(f"{network}{hosts}", "strong") if place == 0 else Cell(str(network), "soft")
            sheet.add(name, site if len(sites) > 1 else "", vrf, vlan, *cells)
    yield from desk.table(sheet)
    if overlaps := _overlaps(list(subnets)):
        yield Paragraph(
            "Subnets that contain others of the same site and VRF: " + listed(overlaps, most=30, separator="; ") + "."
        )


_Key = tuple[int, Network, str, str]


def _order(key: _Key) -> tuple[str, str, int, int, int]:
    version, network, site, vrf = key
    return site, vrf, version, int(network.network_address), network.prefixlen


def _subnets(desk: Desk) -> dict[_Key, list[Row]]:
    found: dict[_Key, list[Row]] = defaultdict(list)
    for of in desk.material.sources:
        device, site = of.subject.device, of.subject.site
        for port in device.interfaces:
            for address in port.addresses:
                value = address.value
                what = ["secondary" if address.is_secondary else "", "" if port.is_enabled else "interface off"]
                found[value.version, value.network, site, port.vrf].append((
                    number(port.vlan if port.vlan is not None else port.access_vlan), Cell(str(value.ip), "strong"),
                    of.label, port.name, ", ".join(word for word in what if word), source(of, address.source),
                ))  # fmt: skip
            for virtual in port.virtual_addresses:
                first, _, how = virtual.partition(" ")
                for key in {(one.value.version, one.value.network, site, port.vrf) for one in port.addresses}:
                    if _holds(key[1], first):
                        found[key].append((
                            number(port.vlan), Cell(first.partition("/")[0], "strong"), of.label, port.name,
                            f"virtual {how}".strip(), source(of, port.line_of("virtual_addresses")),
                        ))  # fmt: skip
        _pools(found, of, device, site)
    return found


def _pools(found: dict[_Key, list[Row]], of: Source, device: Device, site: str) -> None:
    for pool in device.dhcp_pools:
        try:
            network = ip_network(pool.network, strict=False)
        except ValueError:
            continue
        key: _Key = next(
            (key for key in found if key[1] == network and key[2] == site), (network.version, network, site, "")
        )
        ranges = listed(pool.ranges, most=6, separator="\n") or "all that is not excluded"
        found[key].append(("", ranges, of.label, pool.interface, f"DHCP pool {pool.name}", source(of, pool.source)))


def _holds(network: Network, address: str) -> bool:
    try:
        return ip_network(address.partition("/")[0]).subnet_of(network)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False


def _overlaps(keys: list[_Key]) -> list[str]:
    """Subnets that hold others. Sorted by address, the ones that hold a subnet are those still open before it."""
    found: list[str] = []
    still_open: list[_Key] = []
    for key in sorted(keys, key=_order):
        while still_open and not _contains(still_open[-1], key):
            still_open.pop()
        if still_open:
            found.append(f"{still_open[-1][1]} contains {key[1]}")
        still_open.append(key)
    return found


def _contains(wide: _Key, narrow: _Key) -> bool:
    if (wide[0], *wide[2:]) != (narrow[0], *narrow[2:]):
        return False
    return int(wide[1].broadcast_address) >= int(narrow[1].broadcast_address)
