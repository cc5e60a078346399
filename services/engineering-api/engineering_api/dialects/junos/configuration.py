"""A Junos configuration as a whole: the outermost level, and how it is read."""

import re
from collections.abc import Callable, Sequence

from engineering_api.dialects.junos import bgp, dhcp, filters, interfaces, nat, routing, security, switching, vpn
from engineering_api.dialects.junos.applications import APPLICATIONS
from engineering_api.dialects.junos.inherit import inherited, spread
from engineering_api.dialects.junos.policy import POLICY_OPTIONS, expand
from engineering_api.dialects.junos.snmp import SNMP
from engineering_api.dialects.junos.state import Junos, Memory, Of
from engineering_api.dialects.junos.system import SYSTEM
from engineering_api.facts.device import Device
from engineering_api.facts.ports import SpanningTree
from engineering_api.facts.routing import Routing, Vrf
from engineering_api.reading.braces import PROMPT
from engineering_api.reading.paths import Found, Level, anything, ledger, read
from engineering_api.reading.statements import Statement, statements
from engineering_api.reading.tree import Node

ROOT = Level[Junos]("configuration")
PROTOCOLS = Level[Junos]("protocols")

#: What is said of the hardware.
_CHASSIS = """
    aggregated-devices alarm cfeb config-button container-devices craft-lockout disk-partition display
    enhanced-policer error fabric fan feb forwarding-options fpc fru-poweron-sequence high-availability icu
    ioc-npc-connectivity lcc lcd lcd-menu led maximum-ecmp member memory-enhanced network-services network-slices
    no-concurrent-routing-engines
    no-power-budget no-service-migration no-source-route node-group nssu packet-scheduling pem pic power-budget-priority
    process-override psu route-memory-enhanced routing-engine satellite-management sib slow-pfe-alarm state
    synchronization system-domains tfeb usb virtual-chassis-ports vrf-mtu-check
"""
#: What may stand at every level: tracing, and groups, which `inherit` applies.
_ANYWHERE = frozenset({"traceoptions", "apply-macro", "apply-flags", "apply-groups", "apply-groups-except"})
_AT_PROMPT = re.compile(r"[\w.-]+@([\w-]+)")
_OF_MEMBERS = frozenset({"${node}", "node0", "node1", "re0", "re1", "member0", "member1", "junos-defaults"})


def _same(junos: Junos, found: Found) -> Junos:
    return junos


ROOT.opens(SYSTEM, "system")(_same)
ROOT.opens(interfaces.INTERFACES, "interfaces")(_same)
ROOT.opens(switching.VLANS, "(vlans|bridge-domains)")(_same)
ROOT.opens(switching.OPTIONS, "ethernet-switching-options")(_same)
ROOT.opens(switching.OPTIONS, "switch-options")(_same)
ROOT.opens(POLICY_OPTIONS, "policy-options")(_same)
ROOT.opens(filters.FIREWALL, "firewall")(_same)
ROOT.opens(security.SECURITY, "security")(_same)
ROOT.opens(APPLICATIONS, "applications")(_same)
ROOT.opens(SNMP, "snmp")(_same)
ROOT.opens(dhcp.ASSIGNMENT, "access")(_same)
ROOT.opens(dhcp.RELAY, "forwarding-options dhcp-relay")(_same)
ROOT.opens(routing.OPTIONS, "routing-options")(_same)
ROOT.opens(PROTOCOLS, "protocols")(_same)
routing.INSTANCE.opens(routing.OPTIONS, "routing-options")(lambda of, found: of.junos)
routing.INSTANCE.opens(PROTOCOLS, "protocols")(lambda of, found: of.junos)
routing.INSTANCE.opens(dhcp.RELAY, "forwarding-options dhcp-relay")(lambda of, found: of.junos)


@ROOT.path("version VERSION", "version VERSION OPTION...")
def _version(junos: Junos, found: Found) -> None:
    junos.device.identity.say(found.line, version=found["VERSION"])


@ROOT.opens(ROOT, "groups GROUP", says_nothing=True)
def _groups(junos: Junos, found: Found) -> Junos:
    """What a group says holds where it is applied; see `inherit`."""
    name = found["GROUP"]
    junos.device.define("template", name, found.span, is_used=name in _OF_MEMBERS, scope=junos.scope)
    return junos


@ROOT.opens(ROOT, "(logical-systems|tenants) NAME")
def _logical_system(junos: Junos, found: Found) -> Junos:
    if found["NAME"] not in junos.device.scopes:
        junos.device.scopes.append(found["NAME"])
    return junos.inside(scope=found["NAME"])


@ROOT.opens(routing.INSTANCE, "routing-instances NAME")
def _instance(junos: Junos, found: Found) -> routing.Instance:
    name = found["NAME"]

    def make() -> Vrf:
        vrf = Vrf(source=found.span, name=name, scope=junos.scope)
        junos.device.vrfs.append(vrf)
        junos.device.define("vrf", name, found.span, is_used=True, scope=junos.scope)
        return vrf

    return routing.Instance(junos.inside(vrf=name), junos.thing(("vrf", name), make))


@ROOT.path(
    "forwarding-options helpers bootp server ADDRESS",
    "forwarding-options helpers bootp interface INTERFACE server ADDRESS",
    "forwarding-options helpers bootp interface INTERFACE",
)
def _helper(junos: Junos, found: Found) -> None:
    dhcp.helper(junos, found)


@ROOT.path(
    "forwarding-options family FAMILY filter (input|output) NAME",
    "forwarding-options family FAMILY filter input NAME OPTION",
)
def _forwarding_filter(junos: Junos, found: Found) -> None:
    junos.device.refer("acl", found["NAME"], found.line, "forwarding-options filter", scope=junos.scope)


_GROUP = "chassis cluster redundancy-group NUMBER"


@ROOT.path("chassis redundancy OPTION...", "virtual-chassis OPTION...", "chassis cluster", _GROUP)
@ROOT.path(
    "chassis cluster (reth-count|heartbeat-interval|heartbeat-threshold|node) NUMBER",
    "chassis cluster (control-link-recovery|no-fabric-monitoring)", f"{_GROUP} preempt", f"{_GROUP} preempt OPTION...",
    "chassis cluster (control-ports|network-management|configuration-synchronize|health-monitoring) OPTION...",
    f"{_GROUP} (gratuitous-arp-count|hold-down-interval) NUMBER", f"{_GROUP} node NODE priority PRIORITY",
    f"{_GROUP} interface-monitor INTERFACE", f"{_GROUP} interface-monitor INTERFACE weight WEIGHT",
    f"{_GROUP} ip-monitoring OPTION...",
)  # fmt: skip
def _cluster(junos: Junos, found: Found) -> None:
    value = "redundancy" if "graceful-switchover" in found["OPTION"] else "cluster"
    if not any(known.name == "high-availability" for known in junos.device.settings):
        junos.device.set("high-availability", found.line, value=value)


@ROOT.opens(anything(), "schedulers scheduler NAME")
def _scheduler(junos: Junos, found: Found) -> None:
    junos.device.define("schedule", found["NAME"], found.span, scope=junos.scope)


@ROOT.path("poe interface NAME", "poe interface NAME OPTION...")
def _power(junos: Junos, found: Found) -> None:
    def tell() -> None:
        interface = junos.memory.interfaces.get((junos.scope, found["NAME"]))
        if interface is not None:
            interface.say(found.line, power="off" if found["OPTION"] == "disable" else found["OPTION"] or "on")

    junos.memory.later.append(tell)


@ROOT.path("chassis auto-image-upgrade")
def _auto_image(junos: Junos, found: Found) -> None:
    junos.device.set("auto-install", found.line)


ROOT.knows_only("chassis")
ROOT.knows(*(f"chassis {one}" for one in _CHASSIS.split()))
ROOT.knows(
    "class-of-service", "event-options", "forwarding-options", "services", "poe", "virtual-chassis",
    "access-profile NAME", "accounting-options", "dynamic-profiles", "multi-chassis", "smtp", "wlan", "fabric",
    "diameter", "unified-edge", "jsrc", "session-limit-group", "schedulers", "multicast-snooping-options", "vmhost",
    "extensions", "wireless-wan", "redundant-power-system", "vlans-options", "lsys", "igmp-snooping-options",
)  # fmt: skip


def _process(protocol: str) -> Callable[[Junos, Found], Of[Routing]]:
    def opened(junos: Junos, found: Found) -> Of[Routing]:
        return Of(junos, junos.routing(protocol, found.span))

    return opened


PROTOCOLS.opens(routing.OSPF, "ospf")(_process("ospf"))
PROTOCOLS.opens(routing.OSPF, "ospf3")(_process("ospf3"))
PROTOCOLS.opens(bgp.BGP, "bgp")(_process("bgp"))
PROTOCOLS.opens(routing.ISIS, "isis")(_process("isis"))
PROTOCOLS.opens(switching.LLDP, "(lldp|lldp-med)")(_same)


@PROTOCOLS.opens(switching.SPANNING_TREE, "MODE:(rstp|mstp|vstp|stp)")
def _spanning_tree(junos: Junos, found: Found) -> Of[SpanningTree]:
    tree = junos.spanning_tree(found.span)
    tree.say(found.line, mode=found["MODE"])
    return Of(junos, tree)


@PROTOCOLS.path("layer2-control bpdu-block", "layer2-control bpdu-block OPTION...")
def _bpdu_block(junos: Junos, found: Found) -> None:
    junos.device.set("bpdu-guard", found.line)


@PROTOCOLS.path("rip group NAME neighbor INTERFACE", "rip group NAME neighbor INTERFACE OPTION...")
def _rip(junos: Junos, found: Found) -> None:
    routing_ = junos.routing("rip", found.line)
    if found["INTERFACE"] not in routing_.networks:
        routing_.networks.append(found["INTERFACE"])
    junos.uses_interface(found["INTERFACE"], found.line, "rip neighbor")


@PROTOCOLS.path(
    "rip group NAME WHAT:(export|import) POLICY", "(ldp|mpls|pim|igmp|msdp) (export|import|join-filter) POLICY"
)
def _protocol_policy(junos: Junos, found: Found) -> None:
    junos.device.refer("route-map", found["POLICY"], found.line, "protocol policy", scope=junos.scope)


@PROTOCOLS.path("router-advertisement interface NAME", "router-advertisement interface NAME OPTION...")
@PROTOCOLS.path("(ldp|mpls|rsvp|pim|vrrp|oam) interface NAME", "(ldp|mpls|rsvp|pim|vrrp|oam) interface NAME OPTION...")
def _protocol_interface(junos: Junos, found: Found) -> None:
    junos.uses_interface(found["NAME"], found.line, "protocols interface")


PROTOCOLS.knows(
    "igmp-snooping", "mld-snooping", "mpls", "ldp", "rsvp", "pim", "igmp", "mld", "msdp", "vrrp", "oam", "l2circuit",
    "l2vpn", "vpls", "evpn", "bfd", "dot1x", "gvrp", "mvrp", "layer2-control", "sflow", "router-discovery", "rip",
    "ripng", "router-advertisement", "dcbx", "uplink-failure-detection", "l2-learning", "iccp", "link-management",
    "connections", "dvmrp", "pgm", "mvpn", "protection-group", "ppp", "pppoe", "ppp-service", "neighbor-discovery",
    "vstp-options", "ancp", "amt", "sap", "source-packet-routing", "pcep", "authentication-access-control",
    "loop-detect", "pbb-evpn", "esis", "lacp", "captive-portal", "fip-snooping",
)  # fmt: skip


def understand(nodes: Sequence[Node], device: Device) -> None:
    """Read a whole configuration."""
    junos = Junos(device, Memory())
    shown: list[Node] = []
    prompts: list[Node] = []
    for node in nodes:
        (prompts if PROMPT.match(node.text) else shown).append(node)
    own = spread([one for one in statements(shown) if one.words])
    more = inherited(own)
    seen = read(ROOT, (*own, *more), junos, anywhere=_ANYWHERE)
    _refer_to_groups(own, junos)
    expand(junos, (*own, *more))
    # VLANs are numbered and interfaces are there: what waited for them comes before what looks at all of it.
    interfaces.finish(junos)
    for tell in junos.memory.later:
        tell()
    switching.finish(junos)
    for finish in (filters.finish, nat.finish, vpn.finish, routing.finish, bgp.finish, dhcp.finish):
        finish(junos)
    for prompt in prompts:
        if not device.identity.hostname and (named := _AT_PROMPT.match(prompt.text)):
            device.identity.say(prompt.line, hostname=named[1])
    device.unparsed.extend(ledger(shown, seen))


def _refer_to_groups(own: Sequence[Statement], junos: Junos) -> None:
    """Note which groups are applied, wherever that is said. Those of a chassis's members need not be there."""
    for one in own:
        if "apply-groups" in one.words[:-1]:
            name = one.words[one.words.index("apply-groups") + 1]
            if name not in _OF_MEMBERS:
                junos.device.refer("template", name, one.node.line, "apply-groups")
