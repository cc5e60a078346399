"""Zones, switches made of ports, SD-WAN, and tunnels without encryption."""

from engineering_api.dialects.fortios.places import Here, Member, Of, known, listed, refer, section, table
from engineering_api.dialects.fortios.values import word, words
from engineering_api.facts.filters import Zone
from engineering_api.facts.ports import Interface
from engineering_api.facts.tunnels import Tunnel
from engineering_api.reading.grammar import Found, Place

SECTIONS: Place[Here] = Place("zones")


@table(SECTIONS, "system zone")
def _zone(here: Here, name: str, found: Found) -> Of[Zone]:
    owner = here.of(Zone(source=found.span, name=name))
    here.device.zones.append(owner.fact)
    here.device.define("zone", name, found.span, scope=here.scope)
    return owner


@_zone.line("(set|append) interface VALUES...")
def _zone_interfaces(of: Of[Zone], found: Found) -> None:
    of.fact.say(found.line, interfaces=listed(found, of.fact.interfaces))
    refer(of, ("interface", "tunnel"), found, f"zone {of.fact.name}")


known(_zone, "description intrazone")
_zone.knows("config tagging")


@table(SECTIONS, "system switch-interface", "system virtual-switch")
def _switch(here: Here, name: str, found: Found) -> Of[Interface]:
    """A bridge of ports; its ports say nothing of it, so that the bridge is put down as what is above them."""
    owner = here.of(Interface(source=found.span, name=name, kind="bridge"))
    here.device.interfaces.append(owner.fact)
    here.device.define("interface", name, found.span, is_used=True)
    return owner


@_switch.line("(set|append) member VALUES...")
def _switch_member(of: Of[Interface], found: Found) -> None:
    ports = of.here.later.ports
    ports[of.fact.name] = listed(found, ports.get(of.fact.name, []))
    for name in words(found["VALUES"]):
        of.device.refer("interface", name, found.line, f"switch {of.fact.name} member")


@table(_switch, "port")
def _switch_port(of: Of[Interface], name: str, found: Found) -> Of[Interface]:
    """A port of a hardware switch stands nowhere else while it is one."""
    of.here.later.ports.setdefault(of.fact.name, []).append(name)
    of.device.interfaces.append(Interface(source=found.span, name=name, kind="physical"))
    of.device.define("interface", name, found.span, is_used=True)
    return of


known(_switch_port, "alias edge-port mediatype poe speed status")
known(
    _switch,
    "intra-switch-policy physical-switch span span-dest-port span-direction span-source-port type vdom vlan",
)


@section(SECTIONS, "system sdwan", "system virtual-wan-link")
def _sdwan(here: Here, found: Found) -> Here:
    return here


known(_sdwan, "app-perf-log-period duplication-max-num fail-alert-interfaces fail-detect load-balance-mode")
known(_sdwan, "neighbor-hold-boot-time neighbor-hold-down neighbor-hold-down-time speedtest-bypass-routing status")
_sdwan.knows("config (neighbor|duplication)")


@table(_sdwan, "zone")
def _sdwan_zone(here: Here, name: str, found: Found) -> Of[Zone]:
    owner = here.of(Zone(source=found.span, name=name))
    here.device.zones.append(owner.fact)
    here.device.define("zone", name, found.span, scope=here.scope)
    return owner


known(_sdwan_zone, "advpn-health-check advpn-select minimum-sla-meet-members service-sla-tie-break")


@table(_sdwan, "members")
def _member(here: Here, name: str, found: Found) -> Member:
    member = Member(here.scope, found.span)
    here.later.members.append(member)
    return member


@_member.line("set zone VALUES...")
def _member_zone(member: Member, found: Found) -> None:
    member.zone = word(found["VALUES"])


@_member.line("set interface VALUES...")
def _member_interface(member: Member, found: Found) -> None:
    member.interface = word(found["VALUES"])


known(_member, "comment cost gateway gateway6 ingress-spillover-threshold preferred-source priority priority6")
known(_member, "priority-in-sla source source6 spillover-threshold status transport-group volume-ratio weight")
known(_member, "priority-out-sla")


@table(_sdwan, "health-check")
def _health(here: Here, name: str, found: Found) -> Here:
    here.device.define("probe", name, found.span, scope=here.scope, is_used=True)
    return here


_health.knows("(set|append|config) REST...")


@table(_sdwan, "service")
def _sdwan_rule(here: Here, name: str, found: Found) -> Of[Zone]:
    return here.of(Zone(source=found.span, name=name))


@_sdwan_rule.line("(set|append) (dst|src|dst6|src6) VALUES...")
def _sdwan_addresses(of: Of[Zone], found: Found) -> None:
    refer(of, ("object", "object-group"), found, f"sdwan rule {of.fact.name}")


@_sdwan_rule.line("(set|append) health-check VALUES...")
def _sdwan_health(of: Of[Zone], found: Found) -> None:
    refer(of, "probe", found, f"sdwan rule {of.fact.name}")


@_sdwan_rule.line("(set|append) (groups|users) VALUES...")
def _sdwan_users(of: Of[Zone], found: Found) -> None:
    if " groups " in found.node.text:
        refer(of, "user-group", found, f"sdwan rule {of.fact.name}")


_sdwan_rule.knows("config sla", "(set|append) REST...")


@table(SECTIONS, "system gre-tunnel", "system ipip-tunnel", "system vxlan")
def _other_tunnel(here: Here, name: str, found: Found) -> Of[Tunnel]:
    owner = here.of(Tunnel(source=found.span, name=name, kind="gre"))
    if " vxlan" not in found.node.text:
        here.device.tunnels.append(owner.fact)
    here.device.define("tunnel", name, found.span, scope=here.scope, is_used=True)
    return owner


@_other_tunnel.line("set interface VALUES...")
def _other_interface(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, interface=word(found["VALUES"]))
    refer(of, ("interface", "tunnel"), found, f"tunnel {of.fact.name}")


@_other_tunnel.line("set (remote-gw|remote-ip) PEER...")
def _other_peer(of: Of[Tunnel], found: Found) -> None:
    of.fact.say(found.line, peer=word(found["PEER"]))


known(_other_tunnel, "checksum-reception checksum-transmission keepalive-failtimes keepalive-interval local-gw vni")
known(
    _other_tunnel,
    "dscp-copying dstport ip-version key-inbound key-outbound multicast-ttl sequence-number-reception",
)
