"""Ports of switches and their VLANs."""

import re
from collections.abc import Iterator

from engineering_api.audit.checking import Given, check
from engineering_api.audit.seen import Found, Seen
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface

#: Where a trunk without a list carries every VLAN, and a port that says none is in VLAN 1.
_VLAN_1_BY_DEFAULT = ("cisco_ios", "cisco_nxos", "arista_eos")
_UNUSED = re.compile(r"\b(?:un-?used|not (?:in )?use[d]?|spare|free|frei|unbenutzt|reserve)\b", re.IGNORECASE)
_PEER_LINK = r"vpc peer-link|mlag|peer-link|vsx-sync|inter-switch-link"
_SWITCHES = ("cisco_ios", "cisco_nxos", "arista_eos", "aruba_aoscx", "hp_procurve", "juniper_junos")
#: Fields that the members of an aggregate must share.
_SHARED = ("mode", "access_vlan", "native_vlan", "trunk_vlans", "speed", "duplex", "mtu")


def _ports(seen: Seen) -> list[Interface]:
    """The switch ports that are up; members of an aggregate are told of with it."""
    return [one for one in seen.switch_ports if one.is_enabled and not one.aggregate]


def _trunks(seen: Seen) -> list[Interface]:
    return [one for one in _ports(seen) if one.mode == "trunk" and one.kind != "wireless"]


def edges(seen: Seen) -> list[Interface]:
    """Ports for what is no switch."""
    return [
        one
        for one in _ports(seen)
        if one.mode == "access"
        and one.kind in ("physical", "other", "subinterface")
        and not _UNUSED.search(one.description)
    ]


@check
def native_vlan_1(seen: Seen, given: Given) -> Iterator[Found]:
    """Untagged frames of a trunk belong to VLAN 1."""
    if seen.line(seen.whole, r"vlan dot1q tag native"):
        return
    for port in _trunks(seen):
        if port.native_vlan == 1:
            yield seen.found(
                port.line_of("native_vlan"),
                f"The native VLAN of {port.name} is 1.",
                about=port.name,
                interface=port.name,
            )
        elif port.native_vlan is None and seen.is_on(*_VLAN_1_BY_DEFAULT) and not _is_peer_link(seen, port):
            yield seen.found(
                port, f"The native VLAN of {port.name} is 1 by default.", about=port.name, is_default=True,
                interface=port.name,
            )  # fmt: skip


@check
def all_vlans(seen: Seen, given: Given) -> Iterator[Found]:
    """A trunk carries every VLAN that there is."""
    for port in _trunks(seen):
        if port.trunk_vlans is None and not _is_peer_link(seen, port):
            by_default = "trunk_vlans" not in port.at
            yield seen.found(
                port.line_of("trunk_vlans"), f"{port.name} carries all VLANs.", about=port.name, is_default=by_default,
                interface=port.name,
            )  # fmt: skip
        elif port.trunk_vlans is not None and len(port.trunk_vlans) >= 4000:
            yield seen.found(
                port.line_of("trunk_vlans"), f"{port.name} carries all VLANs.", about=port.name, interface=port.name
            )


def _is_peer_link(seen: Seen, port: Interface) -> bool:
    return seen.line(port.source, _PEER_LINK) is not None or re.search(_PEER_LINK, port.description, re.I) is not None


@check
def access_in_vlan_1(seen: Seen, given: Given) -> Iterator[Found]:
    """A port for devices is in VLAN 1."""
    if not seen.is_on(*_SWITCHES):
        return
    for port in edges(seen):
        if port.access_vlan == 1:
            yield seen.found(
                port.line_of("access_vlan"), f"{port.name} is in VLAN 1.", about=port.name, interface=port.name
            )
        elif port.access_vlan is None and seen.is_on(*_VLAN_1_BY_DEFAULT):
            yield seen.found(
                port, f"{port.name} is in VLAN 1 by default.", about=port.name, is_default=True, interface=port.name
            )


@check
def unused_port_up(seen: Seen, given: Given) -> Iterator[Found]:
    """A port is called unused and is not shut down."""
    for port in seen.device.interfaces:
        if port.kind == "physical" and port.is_enabled and _UNUSED.search(port.description) and not port.aggregate:
            yield seen.found(
                port,
                f"{port.name} is called '{port.description[:60]}' and is up.",
                about=port.name,
                interface=port.name,
            )


@check
def untouched_port_up(seen: Seen, given: Given) -> Iterator[Found]:
    """A port of a switch has no line of its own, so it is up in VLAN 1."""
    if not seen.switch_ports:
        return
    plain = [
        one
        for one in seen.device.interfaces
        if one.kind == "physical" and one.is_enabled and one.source.first == one.source.last and not one.at
        and one.mode is None and one.access_vlan is None and not one.aggregate and not one.addresses
        and re.match(r"(?:Fast|Gigabit|FiveGigabit|TwoGigabit|TenGigabit)?Ethernet\d", one.name)
    ]  # fmt: skip
    for port in plain:
        yield seen.found(
            port, f"{port.name} has no configuration: by default it is up in VLAN 1.", about=port.name,
            is_default=True, interface=port.name,
        )  # fmt: skip


@check
def no_portfast(seen: Seen, given: Given) -> Iterator[Found]:
    """Ports for devices wait for the spanning tree."""
    if any(one.is_on for one in seen.settings("edge-ports")) or any(
        not one.is_enabled for one in seen.device.spanning_tree
    ):
        return
    for port in edges(seen):
        if not port.is_edge:
            yield seen.found(
                port, f"{port.name} is no edge port of the spanning tree.", about=port.name, interface=port.name
            )


@check
def no_bpdu_guard(seen: Seen, given: Given) -> Iterator[Found]:
    """An edge port takes whatever a switch there says of the spanning tree."""
    if any(one.is_on for one in seen.settings("bpdu-guard")) or seen.line(
        seen.whole, r"bpdu-protection|bpduguard default"
    ):
        return
    for port in edges(seen):
        if port.is_edge and not {"bpdu-guard", "bpdu-filter"} & set(port.protections):
            yield seen.found(
                port, f"{port.name} is an edge port without BPDU guard.", about=port.name, interface=port.name
            )


@check
def no_guard(seen: Seen, given: Given) -> Iterator[Found]:
    """No port of a switch has a protection that all access ports should have."""
    name = given["settings"][0]
    ports = edges(seen)
    if len(ports) < 2 or any(one.name == name and one.is_on for one in seen.device.settings):
        return
    if any(word in port.protections for port in seen.device.interfaces for word in given["protections"]):
        return
    if seen.lacks(*given["words"]):
        yield seen.missing(f"{given['told'][0]} is not used; that is the default.")


@check
def snooping_by_half(seen: Seen, given: Given) -> Iterator[Found]:
    """DHCP snooping is told for VLANs and not turned on as a whole, so it does nothing."""
    said = [one for one in seen.settings("dhcp-snooping") if one.is_on]
    if said and all(one.value for one in said) and seen.lacks("dhcp snooping", "dhcp-snooping"):
        yield seen.found(said[0], "DHCP snooping is not turned on as a whole.", about="dhcp-snooping")


@check
def vtp_server(seen: Seen, given: Given) -> Iterator[Found]:
    """A switch takes or gives its VLANs by VTP."""
    said = seen.settings("vtp")
    for one in said:
        if one.is_on and one.value in ("server", "client"):
            yield seen.found(one, f"VTP's mode is {one.value}.")


@check
def dynamic_trunk(seen: Seen, given: Given) -> Iterator[Found]:
    """A port becomes a trunk if the other end asks for it."""
    for port in seen.device.interfaces:
        if port.is_enabled and (found := seen.line(port.source, r"switchport mode dynamic (\S+)")):
            yield seen.found(
                found[0], f"{port.name} negotiates its mode ({found[1][1]}).", about=port.name, interface=port.name
            )


@check
def half_duplex(seen: Seen, given: Given) -> Iterator[Found]:
    """A port is told to send and receive in turns."""
    for port in seen.device.interfaces:
        if port.is_enabled and port.duplex.casefold() == "half":
            yield seen.found(
                port.line_of("duplex"), f"{port.name} is at half duplex.", about=port.name, interface=port.name
            )


@check
def members_differ(seen: Seen, given: Given) -> Iterator[Found]:
    """Ports of an aggregate do not agree with each other or with it."""
    members: dict[str, list[Interface]] = {}
    for port in seen.device.interfaces:
        if port.aggregate:
            members.setdefault(port.aggregate.casefold(), []).append(port)
    for name, ports in members.items():
        whole = seen.interfaces.get(name)
        for field in _SHARED:
            said = [one for one in ([whole] if whole else []) + ports if getattr(one, field) not in (None, "", [])]
            told = {str(getattr(one, field)) for one in said}
            if len(told) > 1:
                odd = next(one for one in said if str(getattr(one, field)) != str(getattr(said[0], field)))
                what = field.replace("_", " ")
                yield seen.found(
                    [odd.line_of(field), said[0].line_of(field)],
                    f"{odd.name} and {said[0].name} differ in their {what}.",
                    about=f"{ports[0].aggregate} {field}", interface=odd.name, aggregate=ports[0].aggregate,
                )  # fmt: skip
                break


@check
def vlan_undefined(seen: Seen, given: Given) -> Iterator[Found]:
    """A VLAN is used that is not defined, where any is: else all may be kept beside the file."""
    known = {one.id for one in seen.device.vlans}
    said: dict[tuple[Span, int], list[str]] = {}
    for port in seen.device.interfaces if known - {1} and seen.is_on(*_SWITCHES) else ():
        for field in ("access_vlan", "voice_vlan"):
            vlan = getattr(port, field)
            if vlan is not None and port.is_enabled and vlan not in known and vlan != 1:
                said.setdefault((port.line_of(field), vlan), []).append(port.name)
    for (span, vlan), names in said.items():
        yield seen.found(
            span, f"There is no VLAN {vlan}, in which {', '.join(names[:6])} is.", about=f"{vlan} {names[0]}", name=vlan
        )
    told = {str(vlan) for _, vlan in said}
    for one in seen.undefined if seen.is_whole else ():
        if one.kinds == ("vlan",) and one.name not in told and seen.lacks(one.name.casefold()):
            yield seen.found(
                [use.source for use in one.references],
                f"There is no VLAN {one.name}, which {one.references[0].context or 'a line'} uses.",
                about=one.name,
                is_whole=True,
                name=one.name,
            )


@check
def vlan_unused(seen: Seen, given: Given) -> Iterator[Found]:
    """A VLAN is defined, and no port or address is in it."""
    ports = seen.device.interfaces
    if not seen.switch_ports or any(one.mode == "trunk" and one.trunk_vlans is None for one in ports):
        return
    used = {
        vlan
        for one in ports
        for vlan in (one.access_vlan, one.voice_vlan, one.native_vlan, one.vlan, *(one.trunk_vlans or ()))
        if vlan is not None
    } | {one.vlan for one in seen.device.wireless}
    for one in seen.device.vlans:
        if one.id not in used and one.id != 1:
            yield seen.found(one, f"No port is in VLAN {one.id}.", about=str(one.id), vlan=one.id)


@check
def uplink_unnamed(seen: Seen, given: Given) -> Iterator[Found]:
    """Trunks and aggregates do not say where they lead."""
    for port in _trunks(seen):
        if not port.description and not port.alias:
            yield seen.found(port, f"{port.name} has no description.", about=port.name, interface=port.name)
