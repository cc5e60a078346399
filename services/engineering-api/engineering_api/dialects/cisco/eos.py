"""What EOS says and others do not: management blocks, MLAG, VXLAN, peer groups in two words, several VRFs a line."""

import re

from engineering_api.dialects.cisco import bgp, services
from engineering_api.dialects.cisco.interior import process, route_maps
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.facts.filters import Ends, Translation
from engineering_api.facts.ports import Interface
from engineering_api.facts.routing import Routing
from engineering_api.facts.services import Management
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("eos top")
LAST: Place[Reading] = Place("eos rest")
PORT: Place[At[Interface]] = Place("eos port")
BGP: Place[At[Routing]] = Place("eos bgp")
FACE: Place[At[Management]] = Place("eos management")
MLAG: Place[Reading] = Place("mlag")


@PORT.line(
    "vxlan source-interface NAME [NUMBER]",
    "ip dhcp relay source-interface NAME [NUMBER]",
    "vxlan multicast-group REST...",
)
def _vxlan_source(at: At[Interface], found: Found) -> None:
    if found["NAME"]:
        at.reading.refer_interface(
            found["NAME"] + found["NUMBER"], found.line, f"interface {at.fact.name} source-interface"
        )


@PORT.line(
    "ip nat source dynamic access-list ACL overload [REST...]",
    "ip nat source dynamic access-list ACL pool POOL [REST...]",
    "ip nat destination dynamic access-list ACL pool POOL [REST...]",
)
def _nat(at: At[Interface], found: Found) -> None:
    is_source = found.node.text.startswith("ip nat source")
    made = Translation(source=found.line, kind="source" if is_source else "destination", name=found["ACL"])
    made.original_source = Ends(names=[found["ACL"]])
    made.translated, made.to_zones = found["POOL"] or "interface", [at.fact.name]
    at.reading.device.translations.append(made)
    at.reading.refer("acl", found["ACL"], found.line, f"interface {at.fact.name} nat")
    at.reading.refer("pool", found["POOL"], found.line, f"interface {at.fact.name} nat")


@PORT.line("ip nat (source|destination) static ADDRESS [PORT] access-list ACL REST...")
def _static_nat(at: At[Interface], found: Found) -> None:
    at.reading.refer("acl", found["ACL"], found.line, f"interface {at.fact.name} nat")


@PORT.line("traffic-policy (input|output) NAME")
def _traffic_policy(at: At[Interface], found: Found) -> None:
    at.reading.refer("policy-map", found["NAME"], found.line, f"interface {at.fact.name} traffic-policy")


@TOP.block("traffic-policies")
def _traffic_policies(reading: Reading, found: Found) -> None:
    for below in found.node.children:
        if policy := re.fullmatch(r"traffic-policy (\S+)", below.text):
            reading.define("policy-map", policy[1], below.span)


@TOP.block("router (multicast|msdp|general|igmp|pim) [REST...]")
def _routing(reading: Reading, found: Found) -> None:
    """Multicast's processes and the one of leaks between VRFs, of which the names they use are read."""
    for below in found.node.walk():
        text = below.text
        if listed := re.search(
            r"\b(?:access-list|access-group|match list|filter (?:in|out) list|ssm range) (?!standard$)(\S+)", text
        ):
            reading.refer("acl", listed[1], below.line, found.node.text)
        if leak := re.fullmatch(r"leak routes source-vrf (\S+) subscribe-policy (\S+)", text):
            reading.refer("vrf", leak[1], below.line, found.node.text)
            reading.refer("route-map", leak[2], below.line, found.node.text)
        if vrf := re.fullmatch(r"vrf (\S+)", text):
            reading.refer("vrf", vrf[1], below.line, found.node.text)
        if source := re.fullmatch(r"(?:local-interface|originator-id local-interface) (\S+)", text):
            reading.refer_interface(source[1], below.line, found.node.text)


@TOP.block("ip security")
def _security_block(reading: Reading, found: Found) -> None:
    """IPsec: its policies and profiles are blocks within one."""
    for below in found.node.children:
        if made := re.fullmatch(r"(ike|sa) policy (\S+)|profile (\S+)", below.text):
            reading.define("ipsec-profile" if made[3] else "ike-policy", made[3] or made[2], below.span)
        for line in below.children:
            if used := re.fullmatch(r"(?:ike-policy|sa-policy) (\S+)", line.text):
                reading.refer("ike-policy", used[1], line.line, f"ip security {below.text}")


@TOP.block("ip nat pool NAME [REST...]")
def _nat_pool(reading: Reading, found: Found) -> None:
    reading.define("pool", found["NAME"], found.span)


@PORT.line("vxlan vrf VRF vni VNI")
def _vxlan_vrf(at: At[Interface], found: Found) -> None:
    at.reading.refer("vrf", found["VRF"], found.line, f"interface {at.fact.name} vxlan")


PORT.knows("ip (attached-host|attached-hosts|igmp|name) [REST...]", "ip address virtual source-nat REST...")
PORT.knows("ipv6 address auto-config", "uc-tx-queue REST...", "switchport phone trunk REST...")
LAST.knows("[no] ip address virtual source-nat REST...")
PORT.knows(
    "switchport pvlan REST...",
    "(service-profile|link-debounce|errdisable|evpn|l2|l3|phone|priority-flow-control|dot1x) [REST...]",
)
PORT.knows_words(
    """
    default exit load-interval mlag mode nat ntp pim sflow switch tap tcp traffic-loopback unidirectional vxlan
    """,
)


@TOP.opens(BGP, "router bgp NUMBER")
def _router(reading: Reading, found: Found) -> At[Routing]:
    return At(reading, process(reading, "bgp", found["NUMBER"], found))


@BGP.opens(BGP, "vrf VRF")
def _bgp_vrf(at: At[Routing], found: Found) -> At[Routing]:
    return At(at.reading, process(at.reading, "bgp", at.fact.process, found, found["VRF"]))


@BGP.opens(
    BGP, "address-family (evpn|ipv4|ipv6|vpn-ipv4|vpn-ipv6|flow-spec|rt-membership|path-selection|link-state) [REST...]"
)
def _bgp_family(at: At[Routing], found: Found) -> At[Routing]:
    return at


@BGP.line("route-target (import|export) REST...")
def _targets(at: At[Routing], found: Found) -> None:
    route_maps(at, found)


BGP.knows(
    "vlan REST...",
    "vlan-aware-bundle REST...",
    "route import REST...",
    "rd REST...",
    "maximum-paths REST...",
    "domain REST...",
)
BGP.knows("monitoring REST...", "session tracker REST...")
BGP.includes(bgp.BGP)


@TOP.block("peer-filter NAME")
def _peer_filter(reading: Reading, found: Found) -> None:
    reading.define("list", found["NAME"], found.span)


@TOP.opens(MLAG, "mlag [configuration]")
def _mlag(reading: Reading, found: Found) -> Reading:
    reading.device.set("high-availability", found.span, value="mlag")
    return reading


@MLAG.line("(local-interface|peer-link) NAME [NUMBER]")
def _mlag_interface(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, f"mlag {found.node.text.partition(' ')[0]}")


@MLAG.line("peer-address heartbeat ADDRESS [vrf VRF]")
def _mlag_heartbeat(reading: Reading, found: Found) -> None:
    reading.refer("vrf", found["VRF"], found.line, "mlag peer-address")


MLAG.knows_words(
    """
    domain-id dual-primary heartbeat-interval interface lacp no peer-address primary-priority reload-delay shutdown
    """,
)


@TOP.opens(
    FACE,
    "management KIND:(ssh|telnet|console|http-server|netconf)",
    "management api KIND:(http-commands|gnmi|netconf|restconf|models)",
)
def _face(reading: Reading, found: Found) -> At[Management]:
    kinds = {"http-commands": "https", "http-server": "http"}
    made = Management(source=found.span, protocol=kinds.get(found["KIND"], found["KIND"]))
    reading.device.management.append(made)
    return At(reading, made)


@FACE.line("[no] shutdown")
def _face_state(at: At[Management], found: Found) -> None:
    at.fact.say(found.line, is_enabled=not is_on(found))


@FACE.opens(FACE, "vrf VRF", "transport REST...", "provider REST...")
def _face_vrf(at: At[Management], found: Found) -> At[Management]:
    """A VRF of its own has its own "shutdown"; that it serves there counts for the whole."""
    at.reading.refer("vrf", found["VRF"], found.line, f"management {at.fact.protocol}")
    if found["VRF"]:
        at.fact.options.append(f"vrf {found['VRF']}")
    return at


@FACE.line("(ip|ipv6) access-group ACL [vrf VRF] [in]")
def _face_acl(at: At[Management], found: Found) -> None:
    if found.node.text.startswith("ip ") and not at.fact.acl:
        at.fact.say(found.line, acl=found["ACL"])
    at.reading.refer("acl", found["ACL"], found.line, f"management {at.fact.protocol}")
    at.reading.refer("vrf", found["VRF"], found.line, f"management {at.fact.protocol}")


@FACE.line("idle-timeout MINUTES")
def _face_idle(at: At[Management], found: Found) -> None:
    at.fact.say(found.line, idle_seconds=int(found["MINUTES"]) * 60)


@FACE.line("[no] protocol KIND:(http|https) [port PORT]", "[no] protocol KIND:(http|https) localhost [port PORT]")
def _face_protocol(at: At[Management], found: Found) -> None:
    at.fact.options.append(found.node.text)
    if found["KIND"] == "http" and is_on(found):
        at.fact.say(found.line, protocol="http")
    if found["PORT"]:
        at.fact.say(found.line, port=int(found["PORT"]))


@FACE.line("server-port PORT", "port PORT")
def _face_port(at: At[Management], found: Found) -> None:
    at.fact.say(found.line, port=int(found["PORT"]))


@FACE.line(
    "(authentication|cipher|key-exchange|mac|hostkey|fips|connection|login|session|client-alive) [REST...]",
    "(protocol|qos|log-level|rekey|ssl|known-hosts|cors|no|default) [REST...]",
)
def _face_option(at: At[Management], found: Found) -> None:
    at.fact.options.append(found.node.text)


FACE.knows_words(
    """
    certificate content exit legacy notification octa operation path secure source stats trusted-ca tunnel user
    """,
)


@TOP.block("management security", "management (defaults|accounts|cvx|xmpp|tech-support|openflow|server) [REST...]")
def _security(reading: Reading, found: Found) -> None:
    for below in found.node.children:
        if length := re.fullmatch(r"password minimum length (\d+)", below.text):
            reading.device.set("password-length", below.line, value=length[1])
        elif re.match(r"password encryption", below.text):
            reading.device.set("password-encryption", below.line)
        elif re.match(r"ssl profile (\S+)", below.text):
            reading.define("security-profile", below.text.split()[-1], below.span, is_used=True)


@TOP.line("[no] ip routing vrf VRF", "[no] ipv6 unicast-routing vrf VRF", "[no] ip routing ipv6 interfaces [vrf VRF]")
def _vrf_routing(reading: Reading, found: Found) -> None:
    reading.refer("vrf", found["VRF"], found.line, "ip routing")


@TOP.line("logging [vrf VRF] host ADDRESS PORT [protocol PROTOCOL:(tcp|udp|tls)] [WORDS...]")
def _log_host(reading: Reading, found: Found) -> None:
    vrf = f" vrf {found['VRF']}" if found["VRF"] else ""
    port = int(found["PORT"])
    services.syslog(reading, found, found["ADDRESS"], f"transport {found['PROTOCOL'] or 'udp'} port {port}{vrf}")


@TOP.line("monitor session NAME SIDE:(source|destination) WORDS...")
def _mirror(reading: Reading, found: Found) -> None:
    words = re.sub(r"^interface ", "", re.sub(r"\s+(rx|tx|both|ip|ipv6|mac|tunnel)\b.*", "", found["WORDS"]).strip())
    if re.match(r"(?:Eth|Port|Vlan)", words):
        for name in reading.names.many(words):
            reading.refer_interface(name, found.line, f"monitor session {found['NAME']}")
    if listed := re.search(r"\baccess-group (\S+)", found["WORDS"]):
        reading.refer("acl", listed[1], found.line, f"monitor session {found['NAME']}")


@TOP.line("monitor session NAME (ip|ipv6|mac) access-group ACL")
def _mirror_filter(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, f"monitor session {found['NAME']}")


@TOP.block("daemon NAME")
def _daemon(reading: Reading, found: Found) -> None:
    if found["NAME"] == "TerminAttr":
        is_off = any(below.text == "shutdown" for below in found.node.children)
        reading.device.set("telemetry", found.span, is_on=not is_off, value="TerminAttr")


LAST.knows("enable REST...", "management client REST...", "(dcbx|kernel) REST...")
LAST.knows("[no] (vrrp|evpn|flow|dot1x) REST...")
LAST.knows_words(
    """
    address agent agents alias boot cvx dhcp dynamic email environment event-handler event-monitor general group
    hardware hash interface ip6 ipsec link logging mac maintenance match-list patch poe prompt queue radius role
    router schedule service sflow stun switchport system tap terminattr traffic-policies transceiver tunnel
    unsupported vmtracer vxlan xmpp zerotouch
    """,
    after="[no]",
)
LAST.knows_words(
    """
    extcommunity ftp hardware http igmp local mroute msdp multicast-routing nat pim security ssh telnet
    virtual-router
    """,
    after="[no] (ip|ipv6)",
)
