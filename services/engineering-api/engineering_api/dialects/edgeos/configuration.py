"""A configuration of EdgeOS or VyOS as a whole: the outermost level, and how it is read."""

import re
from collections.abc import Sequence

from engineering_api.dialects.edgeos import firewall, interfaces, nat, routing, services, vpn, zones
from engineering_api.dialects.edgeos.state import Edge, Memory
from engineering_api.dialects.edgeos.system import SYSTEM
from engineering_api.facts.device import Device
from engineering_api.facts.routing import Vrf
from engineering_api.reading.braces import PROMPT
from engineering_api.reading.paths import Found, Level, anything, ledger, read
from engineering_api.reading.statements import statements
from engineering_api.reading.tree import Node

ROOT = Level[Edge]("configuration")
BALANCED = Level[Edge]("load-balance interface")
#: EdgeOS writes its version in a comment at the end: "/* Release version: v2.0.9.5371034.210122.1014 */".
RELEASE = re.compile(r"(?:/\*|//) Release version: (?:VyOS )?(\S+)")


def _same(edge: Edge, found: Found) -> Edge:
    return edge


ROOT.opens(SYSTEM, "system")(_same)
ROOT.opens(interfaces.INTERFACES, "interfaces")(_same)
ROOT.opens(firewall.FIREWALL, "firewall")(_same)
ROOT.opens(zones.ZONES, "zone-policy")(_same)
ROOT.opens(nat.NAT, "nat")(_same)
ROOT.opens(nat.FORWARDS, "port-forward")(_same)
ROOT.opens(routing.PROTOCOLS, "protocols")(_same)
ROOT.opens(routing.POLICY, "policy")(_same)
ROOT.opens(services.SERVICE, "service")(_same)
ROOT.opens(vpn.VPN, "vpn")(_same)


@ROOT.opens(anything(), "vrf name NAME")
def _vrf(edge: Edge, found: Found) -> None:
    def make() -> Vrf:
        vrf = Vrf(source=found.span, name=found["NAME"])
        edge.device.vrfs.append(vrf)
        edge.device.define("vrf", found["NAME"], found.span, is_used=True)
        return vrf

    edge.thing(("vrf", found["NAME"]), make)


@ROOT.path("high-availability OPTION...", "cluster OPTION...")
def _cluster(edge: Edge, found: Found) -> None:
    edge.thing(("cluster",), lambda: edge.device.set("high-availability", found.line, value="vrrp"))


@ROOT.opens(BALANCED, "load-balance group NAME interface INTERFACE")
def _load_balance(edge: Edge, found: Found) -> Edge:
    edge.uses_interface(found["INTERFACE"], found.line, f"load-balance group {found['NAME']}")
    return edge


BALANCED.knows_only(
    "failover-only", "weight NUMBER", "route", "route (default|table) NUMBER", "route default",
    "failover-priority NUMBER",
    "route-test", "route-test (initial-delay|interval) SECONDS", "route-test count",
    "route-test count (failure|success) NUMBER",
    "route-test type", "route-test type default", "route-test type ping", "route-test type (script|ping) TARGET",
    "route-test type ping target TARGET",
)  # fmt: skip
ROOT.knows_only(
    "load-balance", "load-balance group NAME",
    "load-balance group NAME (lb-local|lb-local-metric-change|gateway-update-interval|flush-on-active) HOW",
    "load-balance group NAME (transition-script|exclude-local-dns) HOW", "load-balance group NAME sticky",
    "load-balance group NAME sticky (dest-addr|dest-port|source-addr|source-port|proto) HOW",
)  # fmt: skip
ROOT.knows(
    "load-balancing", "traffic-control", "traffic-policy", "qos-policy", "qos", "pki", "container",
    "custom-attribute", "vrf",
)  # fmt: skip


def understand(nodes: Sequence[Node], device: Device) -> None:
    """Read a whole configuration."""
    edge = Edge(device, Memory())
    shown = []
    for node in nodes:
        if release := RELEASE.match(node.text):
            device.identity.say(node.line, version=release[1])
        elif not PROMPT.match(node.text):
            shown.append(node)
    seen = read(ROOT, (one for one in statements(shown) if one.words), edge, anywhere=frozenset())
    for tell in edge.memory.later:
        tell()
    for finish in (interfaces.finish, firewall.finish, nat.finish, services.finish, vpn.finish):
        finish(edge)
    device.unparsed.extend(ledger(shown, seen))
