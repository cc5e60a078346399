"""Switching: what an interface says of VLANs and loops, VLANs themselves, spanning tree, and protection of both."""

import re

from engineering_api.dialects.cisco.rest import REST
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.dialects.cisco.words import numbers, unquoted, vlans_after
from engineering_api.facts.ports import Interface, Mode, SpanningTree, Vlan
from engineering_api.reading.grammar import Found, Place

PORT: Place[At[Interface]] = Place("switch port")
TOP: Place[Reading] = Place("switching")
VLAN: Place[At[Vlan]] = Place("vlan")

_MODES: dict[str, Mode] = {"access": "access", "trunk": "trunk", "dot1q-tunnel": "access", "fex-fabric": "trunk"}
_PROTECTIONS = {
    "ip dhcp snooping trust": "dhcp-trust",
    "ip arp inspection trust": "arp-trust",
    "ip verify source": "source-guard",
}


def _protect(at: At[Interface], found: Found, word: str) -> None:
    if not is_on(found):
        if word in at.fact.protections:
            at.fact.protections.remove(word)
    elif word not in at.fact.protections:
        at.fact.protections.append(word)
        at.fact.at["protections"] = found.line


@PORT.line("[no] switchport")
def _switchport(at: At[Interface], found: Found) -> None:
    if not is_on(found):
        at.fact.say(found.line, mode="routed")
    elif at.fact.mode == "routed":
        at.fact.mode = None


@PORT.line("switchport mode MODE:(access|trunk|dot1q-tunnel|fex-fabric)", "switchport mode MODE:(trunk) REST...")
def _mode(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, mode=_MODES[found["MODE"]])


@PORT.line("switchport access vlan VLAN")
def _access(at: At[Interface], found: Found) -> None:
    if found["VLAN"] != "dynamic":
        at.fact.say(found.line, access_vlan=numbers(found["VLAN"])[0])


@PORT.line("switchport voice vlan VLAN", "switchport phone vlan VLAN")
def _voice(at: At[Interface], found: Found) -> None:
    if found["VLAN"] not in ("dot1p", "untagged", "none"):
        at.fact.say(found.line, voice_vlan=numbers(found["VLAN"])[0])


@PORT.line("switchport trunk native vlan VLAN")
def _native(at: At[Interface], found: Found) -> None:
    if found["VLAN"] != "tag":
        at.fact.say(found.line, native_vlan=numbers(found["VLAN"])[0])


@PORT.line("switchport trunk allowed vlan [CHANGE:(add|remove|except)] VLANS...")
def _allowed(at: At[Interface], found: Found) -> None:
    after = vlans_after(at.fact.trunk_vlans, found["CHANGE"], found["VLANS"].strip())
    at.reading.spend(len(after or ()))
    where = at.fact.at.get("trunk_vlans") if found["CHANGE"] == "add" else None
    at.fact.say(found.line if where is None else type(where)(where.first, found.line.last), trunk_vlans=after)


@PORT.line("channel-group NUMBER [force] [mode MODE] [link LINK]")
def _channel(at: At[Interface], found: Found) -> None:
    name = at.reading.names.full(f"port-channel{int(found['NUMBER'])}")
    at.fact.say(found.line, aggregate=name, aggregate_mode=found["MODE"] or "on")
    at.reading.device.refer("interface", name, found.line, f"interface {at.fact.name} channel-group")


@PORT.line(
    "[no] spanning-tree portfast [edge] [EXTRA:(trunk|network|disable|normal|auto)]",
    "spanning-tree port type KIND:(edge|network|normal) [trunk]",
)
def _portfast(at: At[Interface], found: Found) -> None:
    is_edge = is_on(found) and found["EXTRA"] in ("", "trunk") and found["KIND"] in ("", "edge")
    at.fact.say(found.line, is_edge=is_edge)
    if is_edge:
        _protect(at, found, "portfast")


@PORT.line("[no] spanning-tree bpduguard [STATE:(enable|disable)]", "spanning-tree bpduguard rate-limit REST...")
def _bpdu_guard(at: At[Interface], found: Found) -> None:
    if found["STATE"] != "disable":
        _protect(at, found, "bpdu-guard")


@PORT.line("[no] spanning-tree bpdufilter [STATE:(enable|disable)]", "[no] spanning-tree guard KIND:(root|loop|none)")
def _guard(at: At[Interface], found: Found) -> None:
    if found["KIND"] not in ("", "none"):
        _protect(at, found, f"{found['KIND']}-guard")
    elif found["STATE"] == "enable" or "bpdufilter" in found.node.text.split()[-1:]:
        _protect(at, found, "bpdu-filter")


@PORT.line("[no] storm-control REST...")
def _storm(at: At[Interface], found: Found) -> None:
    _protect(at, found, "storm-control")


@PORT.line("[no] switchport port-security [REST...]")
def _port_security(at: At[Interface], found: Found) -> None:
    if not found["REST"]:
        _protect(at, found, "port-security")


@PORT.line("[no] ip dhcp snooping trust", "[no] ip arp inspection trust", "[no] ip verify source [REST...]")
def _trust(at: At[Interface], found: Found) -> None:
    text = found.node.text.removeprefix("no ")
    for start, word in _PROTECTIONS.items():
        if text.startswith(start):
            _protect(at, found, word)


@PORT.line("[no] dot1x pae authenticator", "[no] authentication port-control auto", "dot1x port-control auto")
def _dot1x(at: At[Interface], found: Found) -> None:
    _protect(at, found, "dot1x")


@PORT.line("[no] switchport (protected|isolated)", "[no] (protected|isolated)")
def _protected(at: At[Interface], found: Found) -> None:
    _protect(at, found, "isolated")


PORT.knows(
    "switchport (nonegotiate|nonnegotiate|mode|host|block|backup|autostate|vlan|private-vlan|trunk) [REST...]",
    "switchport (priority|voice|dot1q|monitor) [REST...]",
    "no switchport REST...",
    "switchport (source-interface|default|access|port-security|tool|tap|mac-address|dot1p|autonegotiate) [REST...]",
    "[no] spanning-tree REST...",
)


@TOP.opens(VLAN, "vlan VLANS [internal]")
def _vlan(reading: Reading, found: Found) -> At[Vlan]:
    ids = numbers(found["VLANS"])
    if ids[0] < 1 or ids[-1] > 4094:
        raise ValueError(found["VLANS"])
    reading.spend(len(ids))
    for one in ids:
        if one not in reading.vlans:
            reading.vlans[one] = Vlan(source=found.span, id=one)
            reading.device.vlans.append(reading.vlans[one])
        elif len(ids) > 1:
            continue
        reading.define("vlan", str(one), found.span, is_used=True)
    return At(reading, reading.vlans[ids[0]])


@VLAN.line("name NAME...")
def _vlan_name(at: At[Vlan], found: Found) -> None:
    at.fact.say(found.line, name=unquoted(found["NAME"].strip()))
    at.fact.source = at.fact.source if at.fact.source.last >= found.line.last else found.line


@VLAN.line("[no] shutdown", "state STATE:(active|suspend)")
def _vlan_state(at: At[Vlan], found: Found) -> None:
    at.fact.say(found.line, is_enabled=found["STATE"] != "suspend" and (bool(found["STATE"]) or not is_on(found)))


VLAN.knows_words(
    """
    address-family are backupcrf device-tracking exit fabricpath ip ipv6 mac media member mode mtu mvpn no
    private-vlan remote-span said service tb-vlan1 trunk uni-vlan vn-segment
    """,
)


@TOP.block("vlan access-map NAME [SEQ]")
def _access_map(reading: Reading, found: Found) -> None:
    for below in found.node.children:
        if named := re.match(r"match (?:ip|ipv6|mac) address (.+)", below.text):
            for name in named[1].split():
                reading.refer("acl", name, below.line, f"vlan access-map {found['NAME']}")


def _tree(reading: Reading, found: Found) -> SpanningTree:
    """Spanning tree is one fact, whose lines need not be together."""
    known = reading.device.spanning_tree
    if not known:
        known.append(SpanningTree(source=found.line))
    return known[0]


@TOP.line("spanning-tree mode MODE")
def _tree_mode(reading: Reading, found: Found) -> None:
    _tree(reading, found).say(found.line, mode="none" if found["MODE"] == "none" else found["MODE"])
    if found["MODE"] == "none":
        _tree(reading, found).say(found.line, is_enabled=False)


@TOP.line(
    "[no] spanning-tree KIND:(vlan|vlan-id|mst|instance) IDS priority PRIORITY", "spanning-tree priority PRIORITY"
)
def _tree_priority(reading: Reading, found: Found) -> None:
    tree = _tree(reading, found)
    if is_on(found):
        tree.priorities[found["IDS"] or "0"] = int(found["PRIORITY"])
        tree.at["priorities"] = found.line


@TOP.line("spanning-tree KIND:(vlan|mst) IDS root ROLE:(primary|secondary) [REST...]")
def _tree_root(reading: Reading, found: Found) -> None:
    tree = _tree(reading, found)
    # What the macro of IOS and NX-OS sets unless another bridge has a lower priority.
    tree.priorities[found["IDS"]] = 24576 if found["ROLE"] == "primary" else 28672
    tree.at["priorities"] = found.line


@TOP.line("[no] spanning-tree [edge] [port] [type] [(edge|portfast)] [edge] THING:(bpduguard|bpdufilter) [default]")
def _edge_guard(reading: Reading, found: Found) -> None:
    if found["THING"] == "bpduguard":
        reading.device.set("bpdu-guard", found.line, is_on=is_on(found))


@TOP.line("[no] spanning-tree portfast [edge] default", "[no] spanning-tree port type edge default")
def _edge_default(reading: Reading, found: Found) -> None:
    reading.device.set("edge-ports", found.line, is_on=is_on(found))


@TOP.line("[no] spanning-tree loopguard default", "[no] spanning-tree guard loop default")
def _loop_guard(reading: Reading, found: Found) -> None:
    reading.device.set("spanning-tree-loop-guard", found.line, is_on=is_on(found))


@TOP.line("vtp mode MODE [REST...]", "no vtp mode")
def _vtp(reading: Reading, found: Found) -> None:
    reading.device.set("vtp", found.line, value=found["MODE"], is_on=found["MODE"] not in ("off", "transparent", ""))


@TOP.line("[no] ip dhcp snooping vlan VLANS...")
def _snooping_vlans(reading: Reading, found: Found) -> None:
    numbers(found["VLANS"])
    reading.device.set("dhcp-snooping", found.line, is_on=is_on(found), value=found["VLANS"].strip())


@TOP.line("[no] ip dhcp snooping")
def _snooping(reading: Reading, found: Found) -> None:
    reading.device.set("dhcp-snooping", found.line, is_on=is_on(found))


@TOP.line("[no] ip arp inspection vlan VLANS...")
def _arp_inspection(reading: Reading, found: Found) -> None:
    if found["VLANS"].strip()[0].isdecimal() and " logging" not in found["VLANS"]:
        reading.device.set("arp-inspection", found.line, is_on=is_on(found), value=found["VLANS"].strip())


@TOP.line("ip arp inspection filter ACL vlan VLANS [static]")
def _arp_filter(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, "arp inspection filter")


REST.knows(
    "vtp REST...",
    "no vtp REST...",
    "[no] spanning-tree [REST...]",
    "[no] ip (dhcp|arp) (snooping|inspection) REST...",
    "vlan (internal|dot1q|configuration|filter|accounting|ifdescr) REST...",
    "no vlan REST...",
)
