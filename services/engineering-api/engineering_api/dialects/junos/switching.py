"""VLANs, spanning tree, LLDP, power and the protections of switch ports."""

from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.ports import Interface, SpanningTree, Vlan
from engineering_api.reading.paths import Found, Level

VLANS = Level[Junos]("vlans")
VLAN = Level[Of[Vlan]]("vlan")
SPANNING_TREE = Level[Of[SpanningTree]]("spanning tree")
SPANNING_TREE_VLAN = Level[tuple[Of[SpanningTree], str]]("vstp vlan")
SPANNING_TREE_PORT = Level[Of[Interface]]("port of the spanning tree")
LLDP = Level[Junos]("lldp")
OPTIONS = Level[Junos]("ethernet-switching-options")
SECURE_PORT = Level[Of[Interface]]("secure-access-port interface")


@VLANS.opens(VLAN, "NAME", can_be_off=True)
def _vlan(junos: Junos, found: Found) -> Of[Vlan]:
    """A VLAN's number may come later; one without a number is told to nobody."""
    name = found["NAME"]
    fact = junos.thing(("vlan", name), lambda: Vlan(source=found.span, id=0, name=name, scope=junos.scope))
    if not found.is_active:
        fact.is_enabled = False
        return Of(junos, fact)
    junos.device.define("vlan", name, found.span, is_used=name == "default", scope=junos.scope)
    return Of(junos, fact)


VLANS.knows("traceoptions")


@VLAN.path("vlan-id ID")
def _id(of: Of[Vlan], found: Found) -> None:
    if found["ID"] in ("none", "all"):
        return
    number = int(found["ID"])
    if not 0 <= number <= 4095:
        raise ValueError("no VLAN")
    if of.fact.id == 0:
        of.junos.device.vlans.append(of.fact)
    of.fact.say(found.line, id=number)
    of.junos.memory.vlan_ids[of.fact.name] = number


@VLAN.path("vlan-range RANGE")
def _numbers(of: Of[Vlan], found: Found) -> None:
    """One name for several VLANs, each of which is a VLAN."""
    first, _, last = found["RANGE"].partition("-")
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= 4094:
        raise ValueError("no VLANs")
    of.junos.device.vlans += [
        Vlan(source=found.line, id=number, name=of.fact.name, scope=of.fact.scope) for number in range(low, high + 1)
    ]


@VLAN.path("l3-interface INTERFACE", "routing-interface INTERFACE")
def _routed(of: Of[Vlan], found: Found) -> None:
    junos, name, vlan, line = of.junos, found["INTERFACE"], of.fact, found.line
    junos.uses_interface(name, line, f"vlan {vlan.name} l3-interface")

    def tell() -> None:
        interface = junos.memory.interfaces.get((junos.scope, name))
        if interface is not None and vlan.id:
            interface.say(line, vlan=vlan.id)

    junos.memory.later.append(tell)


@VLAN.path("interface INTERFACE", "interface INTERFACE mapping TAG tagged", "interface INTERFACE mapping TAG")
def _port(of: Of[Vlan], found: Found) -> None:
    of.junos.uses_interface(found["INTERFACE"], found.line, f"vlan {of.fact.name} interface")
    junos, vlan, name, line = of.junos, of.fact, found["INTERFACE"], found.line

    def tell() -> None:
        interface = junos.memory.interfaces.get((junos.scope, name))
        if interface is not None and vlan.id and interface.mode != "trunk" and interface.access_vlan is None:
            interface.say(line, access_vlan=vlan.id)

    junos.memory.later.append(tell)


@VLAN.path("forwarding-options dhcp-security", "forwarding-options dhcp-security OPTION...")
def _dhcp_security(of: Of[Vlan], found: Found) -> None:
    option = found["OPTION"]
    name = "arp-inspection" if option.startswith("arp-inspection") else "dhcp-snooping"
    of.junos.device.set(name, found.line, value=of.fact.name, scope=of.junos.scope)  # type: ignore[arg-type]


@VLAN.path("forwarding-options filter (input|output) NAME", "filter (input|output) NAME")
def _filter(of: Of[Vlan], found: Found) -> None:
    of.junos.device.refer("acl", found["NAME"], found.line, f"vlan {of.fact.name} filter", scope=of.junos.scope)


VLAN.knows(
    "description TEXT...", "vxlan", "mac-limit", "mac-table-size", "switch-options",
    "isolated-vlan NAME", "community-vlans NAME", "primary-vlan NAME", "no-local-switching", "no-mac-learning",
    "dot1q-tunneling", "domain-type", "private-vlan", "pvlan-trunk", "no-arp-suppression", "mcae-mac-synchronize",
    "protocols", "forwarding-options fip-security", "multicast-snooping-options", "service-id", "bridge-options",
    "no-irb-layer-2-copy",
)  # fmt: skip


@SPANNING_TREE.path("bridge-priority PRIORITY")
def _priority(of: Of[SpanningTree], found: Found) -> None:
    of.fact.priorities["0"] = _kilo(found["PRIORITY"])
    of.fact.at["priorities"] = found.line


@SPANNING_TREE.opens(SPANNING_TREE_VLAN, "vlan VLAN", "msti VLAN")
def _of_vlan(of: Of[SpanningTree], found: Found) -> tuple[Of[SpanningTree], str]:
    return of, found["VLAN"]


@SPANNING_TREE_VLAN.path("bridge-priority PRIORITY")
def _vlan_priority(owner: tuple[Of[SpanningTree], str], found: Found) -> None:
    of, vlan = owner
    of.fact.priorities[vlan] = _kilo(found["PRIORITY"])
    of.fact.at["priorities"] = found.line


SPANNING_TREE_VLAN.knows("interface NAME", "vlan RANGE", "hello-time", "max-age", "forward-delay", "system-identifier")


@SPANNING_TREE.path("bpdu-block-on-edge")
def _block_on_edge(of: Of[SpanningTree], found: Found) -> None:
    of.junos.device.set("bpdu-guard", found.line)


@SPANNING_TREE.path("disable")
def _no_spanning_tree(of: Of[SpanningTree], found: Found) -> None:
    of.fact.say(found.line, is_enabled=False)


SPANNING_TREE.knows(
    "hello-time", "max-age", "forward-delay", "configuration-name NAME", "revision-level NUMBER", "max-hops",
    "traceoptions", "extended-system-id NUMBER", "priority-hold-time", "system-id", "force-version",
    "backup-bridge-priority PRIORITY", "system-identifier MAC", "vpls-flush-on-topology-change", "vlan-group",
)  # fmt: skip


@SPANNING_TREE.opens(SPANNING_TREE_PORT, "interface NAME")
def _tree_port(of: Of[SpanningTree], found: Found) -> Of[Interface]:
    of.junos.uses_interface(found["NAME"].removesuffix(".0"), found.line, "spanning tree interface", is_unit=False)
    return _told_later(of.junos, found)


def _told_later(junos: Junos, found: Found) -> Of[Interface]:
    """What is said of a port before the port itself may have been: the port is told when all of them are known."""
    said = Interface(source=found.span, name=found["NAME"])

    def tell() -> None:
        one = port_named(junos, said.name)
        if one is None:
            return
        if "is_edge" in said.at:
            one.say(said.at["is_edge"], is_edge=said.is_edge)
        if "protections" in said.at:
            one.say(said.at["protections"], protections=[*one.protections, *said.protections])

    junos.memory.later.append(tell)
    return Of(junos, said)


def port_named(junos: Junos, name: str) -> Interface | None:
    """The port of a name, with or without its unit: the unit where there is one, for it is what switches."""
    known = junos.memory.interfaces
    names = (f"{name}.0", name, name.removesuffix(".0"))
    return next((known[junos.scope, one] for one in names if (junos.scope, one) in known), None)


@SPANNING_TREE_PORT.path("edge")
def _edge(of: Of[Interface], found: Found) -> None:
    of.fact.say(found.line, is_edge=True)
    _protect(of, found, "portfast")


@SPANNING_TREE_PORT.path("no-root-port")
def _root_guard(of: Of[Interface], found: Found) -> None:
    _protect(of, found, "root-guard")


@SPANNING_TREE_PORT.path("bpdu-timeout-action ACTION")
def _loop_guard(of: Of[Interface], found: Found) -> None:
    _protect(of, found, "loop-guard")


SPANNING_TREE_PORT.knows("cost NUMBER", "priority NUMBER", "mode KIND", "disable", "access-trunk")


def _protect(of: Of[Interface], found: Found, word: str) -> None:
    of.fact.say(found.line, protections=[*of.fact.protections, word])


@LLDP.path("interface NAME", "interface NAME OPTION...", "port-id-subtype KIND", "enable")
def _lldp(junos: Junos, found: Found) -> None:
    if found["OPTION"] == "disable" and found["NAME"] != "all":
        return
    is_on = found["OPTION"] != "disable"
    if not any(one.name == "lldp" and one.is_on == is_on for one in junos.device.settings):
        junos.device.set("lldp", found.line, is_on=is_on)


@LLDP.path("disable")
def _no_lldp(junos: Junos, found: Found) -> None:
    junos.device.set("lldp", found.line, is_on=False)


LLDP.knows(
    "management-address ADDRESS", "port-description-type KIND", "neighbour-port-info-display KIND", "hold-multiplier",
    "neighbor-port-info-display KIND", "advertisement-interval", "transmit-delay", "tlv-select",
    "lldp-configuration-notification-interval", "ptopo-configuration-trap-interval",
    "ptopo-configuration-maximum-hold-time", "mau-type", "traceoptions", "netbios-snooping", "tlv-filter",
    "dest-mac-type", "chassis-id", "vlan-name-tlv-option",
)  # fmt: skip


@OPTIONS.opens(SECURE_PORT, "secure-access-port interface NAME", "bpdu-block interface NAME", "voip interface NAME")
def _secure_port(junos: Junos, found: Found) -> Of[Interface]:
    return _told_later(junos, found)


@SECURE_PORT.path("dhcp-trusted")
def _trusted(of: Of[Interface], found: Found) -> None:
    _protect(of, found, "dhcp-trust")


@SECURE_PORT.path("mac-limit LIMIT", "mac-limit LIMIT action WHAT", "allowed-mac MAC")
def _port_security(of: Of[Interface], found: Found) -> None:
    _protect(of, found, "port-security")


@SECURE_PORT.path("vlan VLAN", "vlan VLAN OPTION...")
def _voice(of: Of[Interface], found: Found) -> None:
    word, junos, name, line = found["VLAN"], of.junos, of.fact.name, found.line
    if not word.isdecimal():
        junos.device.refer("vlan", word, line, f"voip interface {name}", scope=junos.scope)

    def tell() -> None:
        known = port_named(junos, name)
        ports = [known] if known else []
        if name.removesuffix(".0") == "access-ports":
            ports = [one for one in junos.device.interfaces if one.mode == "access"]
        for port in ports:
            port.say(line, voice_vlan=int(word) if word.isdecimal() else junos.memory.vlan_ids.get(word))

    junos.memory.later.append(tell)


SECURE_PORT.knows(
    "no-dhcp-trusted", "static-ip ADDRESS", "persistent-learning", "forwarding-class NAME", "drop", "shutdown",
    "disable", "fcoe-trusted", "no-allowed-mac-log", "disable-timeout",
)  # fmt: skip


@OPTIONS.path("secure-access-port vlan VLAN WHAT:(examine-dhcp|arp-inspection|ip-source-guard|no-examine-dhcp)")
@OPTIONS.path(
    "secure-access-port vlan VLAN WHAT:(examine-dhcpv6|neighbor-discovery-inspection|dhcp-option82) OPTION..."
)
def _secure_vlan(junos: Junos, found: Found) -> None:
    if found["WHAT"] == "examine-dhcp":
        junos.device.set("dhcp-snooping", found.line, value=found["VLAN"])
    elif found["WHAT"] == "arp-inspection":
        junos.device.set("arp-inspection", found.line, value=found["VLAN"])


@OPTIONS.path("storm-control interface NAME", "storm-control interface NAME OPTION...")
def _storm(junos: Junos, found: Found) -> None:
    if found["NAME"] == "all":
        junos.device.set("storm-control", found.line)
    else:
        _protect(_told_later(junos, found), found, "storm-control")


OPTIONS.knows(
    "storm-control action-shutdown", "bpdu-block disable-timeout", "analyzer", "port-error-disable",
    "dot1q-tunneling", "secure-access-port dhcp-snooping-file", "static", "mac-notification",
    "secure-access-port vlan VLAN dhcp-option82", "mac-table-aging-time", "unknown-unicast-forwarding",
    "redundant-trunk-group", "traceoptions", "nonstop-bridging", "authentication-whitelist", "mac-lookup-length",
    "interfaces", "uac-policy", "secure-access-port uac-policy", "secure-access-port traceoptions",
    "secure-access-port vlan VLAN mac-move-limit",
)  # fmt: skip


def _kilo(word: str) -> int:
    """Junos writes 8k for 8192."""
    return int(word[:-1]) * 1024 if word.endswith("k") else int(word)


def finish(junos: Junos) -> None:
    """A VLAN that ports carry by number, or with all others, is used; so is one that is routed."""
    used: set[int] = set()
    for interface in junos.device.interfaces:
        numbers = (interface.access_vlan, interface.voice_vlan, interface.native_vlan, interface.vlan)
        used.update(number for number in numbers if number)
        used.update(interface.trunk_vlans or ())
        if interface.mode == "trunk" and interface.trunk_vlans is None and "trunk_vlans" in interface.at:
            used.update(junos.memory.vlan_ids.values())
    for definition in junos.device.definitions:
        if definition.kind == "vlan" and junos.memory.vlan_ids.get(definition.name) in used:
            definition.is_used = True
