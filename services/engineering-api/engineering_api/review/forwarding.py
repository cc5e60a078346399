"""What happens to routes, addresses, interfaces, VLANs and spanning tree."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from engineering_api.facts.device import Device
from engineering_api.facts.routing import Route
from engineering_api.packets.packet import Address
from engineering_api.packets.routes import Table
from engineering_api.review.canonical import ranges
from engineering_api.review.reason import Case, Evidence, Reason, listed, several, shown
from engineering_api.review.semantic import Change

_DEFAULTS = ("0.0.0.0/0", "::/0")


def reasons(case: Case) -> Iterator[Reason]:
    """All reasons, each with its lines."""
    yield from _routes(case)
    yield from _processes(case)
    yield from _interfaces(case)
    yield from _trunks(case)
    yield from _vlans(case)
    yield from _spanning_tree(case)


def _routes(case: Case) -> Iterator[Reason]:
    gone = [
        one
        for one in case.of("routes")
        if (one.op == "removed" and not one.field) or (one.field == "is_enabled" and not one.new)
    ]
    left = {(one.vrf, one.scope, one.prefix) for one in case.after.routes if one.is_enabled}
    withdrawn = [one for one in gone if (one.before.vrf, one.before.scope, one.before.prefix) not in left]
    for change in withdrawn:
        if str(change.before.prefix) in _DEFAULTS:
            sentence = (
                f"The default route by {change.before.gateway or change.before.interface} is"
                f" withdrawn and no other takes its place."
            )
            yield Reason(
                "default-route-withdrawn",
                60,
                sentence,
                shown(change),
                "Keep the old default route until the new one is proven, with a higher distance.",
            )
    others = [one for one in withdrawn if str(one.before.prefix) not in _DEFAULTS]
    if others:
        sentence = f"Routes are withdrawn: {listed([str(one.before.prefix) for one in others])}."
        yield Reason("route-withdrawn", min(40, 15 + 3 * len(others)), sentence, several(others))
    replaced = [one for one in gone if one not in withdrawn]
    if replaced:
        sentence = f"Another next hop is used for {listed([str(one.before.prefix) for one in replaced])}."
        weight = 30 if any(str(one.before.prefix) in _DEFAULTS for one in replaced) else 15
        yield Reason(
            "next-hop-changed", weight, sentence, several(replaced), "Ping the new next hop from the device before."
        )
    yield from _next_hops(case)


def _next_hops(case: Case) -> Iterator[Reason]:
    """Static routes that stay and whose next hop is no longer in a connected network."""
    old, new = Table(case.before), Table(case.after)
    kept = {(one.prefix, one.gateway) for one in case.before.routes}
    lost = []
    for route in case.after.routes:
        if not route.gateway or route.interface or not route.is_enabled:
            continue
        try:
            gateway = ip_address(route.gateway.partition("%")[0])
        except ValueError:
            continue
        is_known, was_known = (_reaches(table, gateway, route) for table in (new, old))
        is_new = (route.prefix, route.gateway) not in kept
        if not is_known and (was_known or is_new):
            lost.append(route)
    if lost:
        sentence = (
            f"No connected network holds the next hop of {listed([f'{one.prefix} by {one.gateway}' for one in lost])}."
        )
        yield Reason("next-hop-lost", 40, sentence, tuple(Evidence("after", one.source) for one in lost[:10]))


def _reaches(table: Table, gateway: Address, route: Route) -> bool:
    """Whether a next hop lies in a network that is known, other than by the default route."""
    entries = table.lookup(gateway, route.vrf, route.scope).entries
    return bool(entries) and entries[0].prefix.prefixlen > 0


def _processes(case: Case) -> Iterator[Reason]:
    changes = case.of("routing", "vrfs")
    gone = [
        one
        for one in changes
        if one.op == "removed" and (not one.field or one.field in ("peers", "networks", "redistributes"))
    ]
    if gone:
        sentence = f"Dynamic routing loses {listed([one.path.partition('/')[2] for one in gone])}."
        yield Reason(
            "routing-protocol-changed",
            35,
            sentence,
            several(gone),
            "Compare the neighbours and the number of routes before and after.",
        )
    others = [one for one in changes if one not in gone]
    if others:
        sentence = f"Dynamic routing changes: {listed([one.path.partition('/')[2] for one in others])}."
        yield Reason("routing-protocol-changed", 20, sentence, several(others))


def _interfaces(case: Case) -> Iterator[Reason]:
    for change in case.of("interfaces"):
        fact: Any = change.before or change.after
        if change.field == "is_enabled" and change.old is True and not change.new:
            yield _shut(change, fact, f"{fact.name} is shut down")
        elif change.op == "removed" and not change.field:
            yield _shut(change, fact, f"{fact.name} is removed")
    yield from _grouped(case)


def _shut(change: Change, fact: Any, what: str) -> Reason:
    carries = []
    if fact.addresses:
        carries.append(", ".join(str(one.value) for one in fact.addresses[:4]))
    if fact.mode == "trunk":
        carries.append("a trunk")
    if fact.aggregate:
        carries.append(f"a member of {fact.aggregate}")
    weight = 30 if carries else 10
    return Reason(
        "interface-shutdown",
        weight,
        f"{what}{', which carries ' + ' and '.join(carries) if carries else ''}.",
        shown(change),
    )


def _grouped(case: Case) -> Iterator[Reason]:
    changes = [one for one in case.of("interfaces") if one.field and one.before is not None]

    def of(*fields: str) -> list[Change]:
        return [one for one in changes if one.field in fields]

    def names(found: list[Change]) -> str:
        return listed([one.before.name for one in found])

    yield from _filtered(changes)
    gone = [one for one in of("addresses") if one.op == "removed"]
    if gone:
        sentence = (
            f"Addresses are taken away:"
            f" {listed([one.path.rpartition('addresses/')[2] + ' of ' + one.before.name for one in gone])}."
        )
        yield Reason(
            "address-changed", 35, sentence, several(gone), "Hosts that have it as their gateway need the new one."
        )
    for fields, code, weight, what in (
        (("virtual_addresses", "standby"), "address-changed", 30, "The shared address changes on"),
        (("mtu",), "mtu-changed", 15, "The MTU changes on"),
        (("aggregate", "aggregate_mode"), "port-channel-changed", 30, "Membership of a port-channel changes on"),
        (("native_vlan",), "native-vlan-changed", 30, "The native VLAN changes on"),
        (("access_vlan", "voice_vlan"), "access-vlan-changed", 20, "The VLAN of access ports changes on"),
        (("mode",), "port-mode-changed", 25, "The mode changes on"),
        (("vrf", "zone", "level"), "zone-changed", 30, "The VRF, zone or security level changes on"),
        (("dhcp_relays",), "dhcp-relay-changed", 25, "The DHCP relay changes on"),
        (("speed", "duplex"), "speed-changed", 15, "Speed or duplex change on"),
    ):
        if found := of(*fields):
            yield Reason(code, weight, f"{what} {names(found)}.", several(found))


def _filtered(changes: list[Change]) -> Iterator[Reason]:
    """Lists that filter elsewhere, or nowhere."""
    found = [one for one in changes if one.field in ("acl_in", "acl_out", "acl_local")]
    gone = [one for one in found if not one.new]
    if gone:
        names = listed([f"{one.old} of {one.before.name}" for one in gone])
        yield Reason("filter-moved", 40, f"Packets are no longer filtered by {names}.", several(gone))
    if others := [one for one in found if one.new]:
        names = listed([one.before.name for one in others])
        yield Reason("filter-moved", 20, f"Which list filters changes on {names}.", several(others))


def _trunks(case: Case) -> Iterator[Reason]:
    for change in case.of("interfaces"):
        if change.field != "trunk_vlans" or change.before is None:
            continue
        old = set(change.before.trunk_vlans) if change.before.trunk_vlans is not None else _known_vlans(case.before)
        new = set(change.after.trunk_vlans) if change.after.trunk_vlans is not None else None
        lost = sorted(old - new) if new is not None else []
        if lost:
            used = [one for one in lost if one in _known_vlans(case.after)]
            sentence = f"VLAN {ranges(lost)} is removed from the trunk {change.before.name}."
            yield Reason(
                "vlan-removed-from-trunk",
                35 if used else 20,
                sentence,
                shown(change),
                f"See which MAC addresses are learned in VLAN {ranges(lost)} on {change.before.name} before.",
            )


def _known_vlans(device: Device) -> set[int]:
    return {one.id for one in device.vlans} | {1}


def _vlans(case: Case) -> Iterator[Reason]:
    gone = {one.before.id: one for one in case.of("vlans") if one.op == "removed" and not one.field}
    if not gone:
        return
    used: dict[int, list[str]] = {}
    trunks: dict[int, list[str]] = {}
    for port in case.after.interfaces:
        own = port.vlan if port.kind == "vlan" else None
        for number in {port.access_vlan, port.voice_vlan, port.native_vlan, own} & gone.keys():
            used.setdefault(number or 0, []).append(port.name)
        for number in set(port.trunk_vlans or ()) & gone.keys():
            trunks.setdefault(number, []).append(port.name)
    for found, weight in ((used, 45), (trunks, 30)):
        for number, ports in sorted(found.items()):
            if found is trunks and number in used:
                continue
            sentence = f"VLAN {number} is deleted while {listed(ports)} uses it."
            yield Reason(
                "vlan-deleted-in-use", weight, sentence, shown(gone[number]), f"Move the ports of VLAN {number} first."
            )
    used |= trunks
    idle = [one for number, one in gone.items() if number not in used]
    if idle:
        yield Reason("vlan-deleted", 12, f"VLAN {ranges(one.before.id for one in idle)} is deleted.", several(idle))


def _spanning_tree(case: Case) -> Iterator[Reason]:
    changes = case.of("spanning_tree")
    off = [
        one
        for one in changes
        if (one.field == "is_enabled" and one.new is False) or (one.op == "removed" and not one.field)
    ]
    if off:
        yield Reason(
            "spanning-tree-off",
            45,
            "Spanning tree is switched off or no longer configured: a loop takes the network down.",
            several(off),
        )
    others = [one for one in changes if one not in off]
    if others:
        sentence = (
            "The priority or mode of spanning tree changes, so that another switch may become root"
            " and traffic stops while it converges."
        )
        yield Reason(
            "stp-root-changed",
            30,
            sentence,
            several(others),
            "Make the change outside of working hours and compare the root before and after.",
        )
