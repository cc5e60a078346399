"""What NX-OS says and others do not: features, neighbours of BGP as blocks, HSRP as blocks, vPC, users of SNMP."""

import re

from engineering_api.dialects.cisco import services
from engineering_api.dialects.cisco.state import At, Reading, is_on
from engineering_api.facts.ports import Interface
from engineering_api.facts.services import SnmpAccess
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("nx-os top")
LAST: Place[Reading] = Place("nx-os rest")
PORT: Place[At[Interface]] = Place("nx-os port")
GROUP: Place[At[tuple[Interface, str]]] = Place("hsrp group")
VDC: Place[Reading] = Place("vdc")
VPC: Place[Reading] = Place("vpc domain")
SYSTEM: Place[Reading] = Place("system qos")

_FACES = {
    "telnet": "telnet",
    "ssh": "ssh",
    "nxapi": "https",
    "netconf": "netconf",
    "restconf": "restconf",
    "grpc": "gnmi",
    "http-server": "http",
}


@TOP.line("[no] feature NAMES...")
def _feature(reading: Reading, found: Found) -> None:
    name = found["NAMES"].strip()
    if name in _FACES:
        reading.management(_FACES[name], found.line).say(found.line, is_enabled=is_on(found))
    elif name == "lldp":
        reading.device.set("lldp", found.line, is_on=is_on(found))


@TOP.opens(VDC, "vdc NAME [id NUMBER] [REST...]")
def _vdc(reading: Reading, found: Found) -> Reading:
    return reading


VDC.knows_words(
    """
    allocate allow boot-order cpu-share exit ha-policy hap limit-resource no template
    """,
)


@PORT.opens(GROUP, "KIND:(hsrp|vrrp|vrrpv3) NUMBER [(ipv4|ipv6|address-family)] [FAMILY]", "KIND:(glbp) NUMBER")
def _group(at: At[Interface], found: Found) -> At[tuple[Interface, str]]:
    return At(at.reading, (at.fact, f"{found['KIND'].replace('vrrpv3', 'vrrp')} {found['NUMBER']}"))


@GROUP.line("(ip|address|ipv6) ADDRESS [(secondary|primary)]")
def _group_address(at: At[tuple[Interface, str]], found: Found) -> None:
    interface, group = at.fact
    if found["ADDRESS"] != "autoconfig":
        interface.virtual_addresses.append(f"{found['ADDRESS']} {group}")
        interface.at["virtual_addresses"] = found.line


@GROUP.line("track OBJECT [REST...]")
def _group_track(at: At[tuple[Interface, str]], found: Found) -> None:
    at.reading.refer("track", found["OBJECT"], found.line, f"interface {at.fact[0].name} {at.fact[1]}")


@GROUP.line("authentication md5 key-chain NAME")
def _group_keys(at: At[tuple[Interface, str]], found: Found) -> None:
    at.reading.refer("key-chain", found["NAME"], found.line, f"interface {at.fact[0].name} {at.fact[1]}")


GROUP.knows_words(
    """
    advertisement-interval authentication delay description exit follow ip ipv6 load-balancing mac-address
    match-address name no preempt priority shutdown timers vrrpv2 weighting
    """,
)


@PORT.line("source-interface NAME [NUMBER] [REST...]", "ip dhcp relay source-interface NAME [NUMBER]")
def _source_interface(at: At[Interface], found: Found) -> None:
    if found["NAME"] != "hold-down-time":
        at.reading.refer_interface(
            found["NAME"] + found["NUMBER"], found.line, f"interface {at.fact.name} source-interface"
        )


@PORT.line("(ip|ipv6) router PROTOCOL:(eigrp|rip|isis) NAME")
def _process(at: At[Interface], found: Found) -> None:
    name = f"{found['PROTOCOL']} {found['NAME']}"
    at.reading.processes.append((name, found.line, f"interface {at.fact.name} router"))


def name_processes(reading: Reading) -> None:
    """NX-OS makes no routing process by itself: one that lines name and none begins is undefined."""
    for routing in reading.device.routing:
        reading.device.define("routing-process", f"{routing.protocol} {routing.process}", routing.source, is_used=True)
    named = [(f"ospf {name}", where, text) for protocol, name, text, where in reading.areas if protocol == "ospf"]
    for name, where, context in (*reading.processes, *named):
        if not name.endswith(" "):
            reading.device.refer("routing-process", name, where, context)


@PORT.line(
    "ip (eigrp|ospf|rip) authentication key-chain [NAME] CHAIN",
    "ip authentication key-chain eigrp NAME CHAIN",
)
def _authentication(at: At[Interface], found: Found) -> None:
    at.reading.refer("key-chain", found["CHAIN"], found.line, f"interface {at.fact.name} authentication")


PORT.knows("member vni REST...", "evpn multisite REST...", "link-state-trap", "analytics type WORD")
PORT.knows_words(
    """
    description duplex encap fcbbscn fcrxbbcredit fcrxbufsize fill-pattern ingress-rate link-diag logical-type
    max-npiv-limit owner rate-mode speed trunk-max-npiv-limit vl-credit
    """,
    after="[no] switchport",
)
PORT.knows_words(
    """
    advertise beacon bind default delay ecmp exit fabric fex flow global hardware host-reachability
    ingress-replication ip6 layer2 mcast-group multisite pinning rate-mode service source suppress-arp vpc
    """,
)


@TOP.opens(VPC, "vpc domain NUMBER")
def _vpc_domain(reading: Reading, found: Found) -> Reading:
    reading.device.set("high-availability", found.span, value=f"vpc {int(found['NUMBER'])}")
    return reading


@VPC.line("peer-keepalive destination ADDRESS [source OWN] [vrf VRF] [REST...]")
def _keepalive(reading: Reading, found: Found) -> None:
    reading.refer("vrf", found["VRF"], found.line, "vpc peer-keepalive")


@VPC.line("track NUMBER")
def _vpc_track(reading: Reading, found: Found) -> None:
    reading.refer("track", found["NUMBER"], found.line, "vpc domain")


VPC.knows_words(
    """
    auto-recovery delay dual-active exit fast-convergence graceful ip ipv6 layer3 mode no peer-config-check-bypass
    peer-gateway peer-keepalive peer-switch role shutdown system-mac system-priority track virtual
    """,
)


@TOP.opens(SYSTEM, "system qos")
def _system(reading: Reading, found: Found) -> Reading:
    return reading


@SYSTEM.line("service-policy [type TYPE] (input|output) NAME", "service-policy type TYPE NAME")
def _system_policy(reading: Reading, found: Found) -> None:
    if not found["NAME"].startswith(("default-", "system", "8q-", "fcoe-")):
        reading.refer("policy-map", found["NAME"], found.line, "system qos")


SYSTEM.knows("no REST...")


@TOP.line(
    "snmp-server user NAME [GROUP] auth HASH SECRET [priv] [WORDS...]", "snmp-server user NAME [GROUP] [WORDS...]"
)
def _snmp_user(reading: Reading, found: Found) -> None:
    text = found.node.text
    if listed := re.search(r"\buse-ipv4acl (\S+)", text):
        reading.refer("acl", listed[1], found.line, "snmp-server user")
        return
    level = "priv" if re.search(r"\bpriv\b", text) else "auth" if re.search(r"\bauth\b", text) else "noauth"
    access = "rw" if re.search(r"\b(network-admin|vdc-admin|dev-ops)\b", found["GROUP"]) else "ro"
    if found["NAME"] in reading.snmp_users:
        return
    reading.snmp_users.add(found["NAME"])
    reading.device.snmp.append(
        SnmpAccess.model_validate(
            {"source": found.line, "version": "3", "user": found["NAME"], "access": access, "level": level}
        )
    )


@TOP.line("snmp-server community NAME group GROUP")
def _community(reading: Reading, found: Found) -> None:
    access = "rw" if found["GROUP"] in ("network-admin", "vdc-admin") else "ro"
    services.community(reading, found, found["NAME"], access, "")
    reading.communities[found["NAME"]] = reading.device.snmp[-1]


@TOP.line(
    "snmp-server community NAME use-acl ACL",
    "snmp-server community NAME use-ipv4acl ACL [use-ipv6acl ACL6]",
    "snmp-server community NAME use-ipv6acl ACL6",
)
def _community_acl(reading: Reading, found: Found) -> None:
    known = reading.communities.get(found["NAME"])
    if known is not None and found["ACL"]:
        known.say(found.line, acl=found["ACL"])
    for name in (found["ACL"], found["ACL6"]):
        reading.refer("acl", name, found.line, "snmp-server community")


@TOP.line("logging server ADDRESS [LEVEL] [WORDS...]")
def _log_server(reading: Reading, found: Found) -> None:
    services.syslog(reading, found, found["ADDRESS"], found["WORDS"].replace("port ", "transport udp port "))


@TOP.line("logging source-interface NAME [NUMBER]", "ip (tacacs|radius) source-interface NAME [NUMBER]")
def _log_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(
        found["NAME"] + found["NUMBER"], found.line, found.node.text.partition(" source-interface")[0]
    )


@TOP.line("[no] ip domain-lookup")
def _lookup(reading: Reading, found: Found) -> None:
    reading.device.set("domain-lookup", found.line, is_on=is_on(found))


@TOP.line("bfd echo-interface NAME [NUMBER]")
def _echo(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, "bfd echo-interface")


@TOP.block("monitor session NUMBER [type TYPE] [REST...]")
def _mirror(reading: Reading, found: Found) -> None:
    for below in found.node.children:
        if interface := re.match(r"(?:source|destination) interface (\S+(?: ?- ?\d+)?)", below.text):
            for name in reading.names.many(interface[1]):
                reading.refer_interface(name, below.line, f"monitor session {found['NUMBER']}")
        elif listed := re.match(r"filter access-group (\S+)", below.text):
            reading.refer("acl", listed[1], below.line, f"monitor session {found['NUMBER']}")


LAST.knows_words(
    """
    advertise banner bfd boot callhome cfs class cli copp device-alias errdisable event event-history evpn fabric
    fcdomain fcoe feature-set fex fips flow grpc hardware hsrp icam install interface-speed ip6 ipv6 itd key l2rib
    lacp mac-list netconf ngoam no-more nv nxapi nxsdk otv out-of-service overlay password pause poap port-security
    power poweroff qos restconf rmon role scheduler segment-routing service-template sflow slot snmp ssh system
    tacacs tcam telemetry telnet terminal track tunnel-encryption udld username userpassphrase vdc vmtracker vpc
    vsan wwn xbar xml zone zoneset
    """,
    after="[no]",
)
LAST.knows_words(
    """
    adjacency arp auto-discard extcommunity-list ftp host igmp load-sharing name-server pim radius rip sla switch
    tcp
    """,
    after="[no] (ip|ipv6)",
)
