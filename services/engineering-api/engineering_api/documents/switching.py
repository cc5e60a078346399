"""VLANs, spanning tree and port-channels."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from engineering_api.documents.cells import lines, listed, several, source, vlans
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Source
from engineering_api.documents.tables import Sheet, toned
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from oberaconnect.typeset import Block, Cell, Paragraph

_MOST_DEVICES = 6


@dataclass
class _Vlan:
    """A VLAN as all devices of a site speak of it."""

    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    gateways: list[str] = field(default_factory=list)
    access: int = 0
    trunks: int = 0
    wireless: list[str] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    is_off: bool = False


def vlan_table(desk: Desk) -> Iterator[Block]:
    """Each VLAN with its names, where it is, its gateways and how many ports are in it."""
    several_sites = len({one.subject.site for one in desk.material.sources}) > 1
    sheet = Sheet(
        "VLANs",
        ("Site", "VLAN", "Name", "Devices", "Gateway", "Access ports", "Trunks", "Wi-Fi", "Source"),
        numeric=frozenset({"VLAN", "Access ports", "Trunks"}),
        always=frozenset({"VLAN", "Name", "Source"}),
    )
    differing = 0
    for (site, number), vlan in sorted(_vlans(desk).items()):
        names = list(vlan.names)
        differs = len({name.casefold() for name in names}) > 1
        differing += differs
        said = listed(names, separator=" / ") + (" (off)" if vlan.is_off else "")
        devices = [label for label, spans in vlan.spans.items() if spans]
        where = [f"{label}:{lines(vlan.spans[label])}" for label in devices]
        sheet.add(
            site if several_sites else "", Cell(str(number), "strong"), toned(said, "warning") if differs else said,
            listed(devices, most=_MOST_DEVICES, separator="\n"), listed(vlan.gateways, most=6, separator="\n"),
            str(vlan.access or ""), str(vlan.trunks or ""), listed(vlan.wireless, separator="\n"),
            Cell(listed(where, most=_MOST_DEVICES, separator="\n"), "small"),
        )  # fmt: skip
    if differing:
        yield Paragraph(f"{several(differing, 'VLAN')} of this list has several names. They are marked.")
    yield from desk.table(sheet)
    if sheet.rows:
        yield Paragraph("Trunks without a list of VLANs carry all of them and are not counted here.", soft=True)


def _vlans(desk: Desk) -> dict[tuple[str, int], _Vlan]:
    found: dict[tuple[str, int], _Vlan] = defaultdict(_Vlan)
    for of in desk.material.sources:
        device, site = of.subject.device, of.subject.site
        for one in device.vlans:
            vlan = found[site, one.id]
            if one.name and of.label not in vlan.names[one.name]:
                vlan.names[one.name].append(of.label)
            vlan.spans[of.label].append(one.source)
            vlan.is_off = vlan.is_off or not one.is_enabled
        for network in device.wireless:
            if network.vlan is not None:
                vlan = found[site, network.vlan]
                vlan.spans[of.label].append(network.source)
                if network.ssid not in vlan.wireless:
                    vlan.wireless.append(network.ssid)
    for of in desk.material.sources:  # after all of them, because a trunk counts for the VLANs that there are
        for port in of.subject.device.interfaces:
            _count(found, of.subject.site, of, port)
    return found


def _count(found: dict[tuple[str, int], _Vlan], site: str, of: Source, port: Interface) -> None:
    if port.vlan is not None:
        vlan = found[site, port.vlan]
        vlan.spans[of.label].append(port.line_of("vlan"))
        vlan.gateways.extend(f"{address.value} ({of.label})" for address in port.addresses)
        vlan.gateways.extend(f"{address} ({of.label})" for address in port.virtual_addresses)
    if port.aggregate:
        return  # its port-channel speaks for it
    for number in {port.access_vlan, port.voice_vlan} - {None}:
        if port.mode in (None, "access", "hybrid"):
            found[site, int(number or 0)].access += 1
            found[site, int(number or 0)].spans[of.label].append(port.line_of("access_vlan"))
    for number in port.trunk_vlans or () if port.mode in ("trunk", "hybrid", None) else ():
        if (site, number) in found:
            found[site, number].trunks += 1


def spanning_tree(desk: Desk) -> Iterator[Block]:
    """How each device keeps loops out."""
    sheet = Sheet("Spanning tree", ("Device", "Mode", "On", "Priorities", "Edge ports", "Source"))

    def fill(sheet: Sheet, of: Source) -> None:
        edges = sum(bool(port.is_edge) for port in of.subject.device.interfaces)
        for tree in of.subject.device.spanning_tree:
            priorities = [f"{which}: {value}" for which, value in tree.priorities.items()]
            on = "yes" if tree.is_enabled else toned("no", "warning")
            sheet.add(
                Cell(of.label, "strong"), tree.mode, on, listed(priorities), str(edges or ""),
                source(of, tree.source, *tree.at.values()),
            )  # fmt: skip

    yield from desk.together(sheet, fill)


def port_channels(desk: Desk) -> Iterator[Block]:
    """Ports that are bundled."""
    sheet = Sheet(
        "Port-channels", ("Device", "Port-channel", "Description", "Ports", "Protocol", "Mode", "VLANs", "On", "Source")
    )

    def fill(sheet: Sheet, of: Source) -> None:
        ports = of.subject.device.interfaces
        together: dict[str, list[Interface]] = defaultdict(list)
        for port in ports:
            if port.aggregate:
                together[port.aggregate].append(port)
        known = {port.name: port for port in ports if port.kind == "aggregate" or port.name in together}
        for name in dict.fromkeys([*known, *together]):
            bundle, members = known.get(name), together.get(name, [])
            spans = [one.source for one in ([bundle] if bundle else [])]
            spans += [port.line_of("aggregate") for port in members]
            sheet.add(
                Cell(of.label, "strong"), name, bundle.description if bundle else "",
                listed([port.name for port in members], separator="\n"),
                listed(list(dict.fromkeys(port.aggregate_mode for port in members if port.aggregate_mode))),
                (bundle.mode or "") if bundle else "", carried(bundle) if bundle else "",
                "no" if bundle and not bundle.is_enabled else "", source(of, *spans),
            )  # fmt: skip

    yield from desk.together(sheet, fill)


def carried(port: Interface) -> str:
    """The VLANs of a port in words."""
    words = []
    if port.vlan is not None:
        words.append(f"VLAN {port.vlan}")
    if port.access_vlan is not None and port.mode != "trunk":
        words.append(f"untagged {port.access_vlan}" if port.mode == "hybrid" else str(port.access_vlan))
    if port.voice_vlan is not None:
        words.append(f"voice {port.voice_vlan}")
    if port.mode in ("trunk", "hybrid") or port.trunk_vlans:
        if port.native_vlan is not None:
            words.append(f"native {port.native_vlan}")
        words.append(f"tagged {vlans(port.trunk_vlans)}" if port.trunk_vlans else _no_list(port))
    return "\n".join(word for word in words if word)


def _no_list(port: Interface) -> str:
    if port.mode != "trunk":
        return ""
    return "all tagged" if port.trunk_vlans is None else "none tagged"
