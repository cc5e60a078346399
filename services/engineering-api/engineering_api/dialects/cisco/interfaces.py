"""What a line of an interface says of addresses, filters and neighbours; see `switching` for VLANs."""

import re
from ipaddress import IPv4Interface, IPv6Interface

from engineering_api.dialects.cisco.state import At, is_on
from engineering_api.dialects.cisco.words import unquoted
from engineering_api.facts.ports import Address, Interface
from engineering_api.facts.settings import Name
from engineering_api.reading.grammar import Found, Place

_ANSWERS: dict[str, Name] = {
    "proxy-arp": "proxy-arp",
    "redirects": "icmp-redirects",
    "unreachables": "unreachables",
}

INTERFACE: Place[At[Interface]] = Place("interface")


def _context(at: At[Interface], words: str) -> str:
    return f"interface {at.fact.name} {words}"


@INTERFACE.line("description [TEXT...]")
def _description(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, description=unquoted(found["TEXT"].strip()))


@INTERFACE.line("[no] shutdown", "no shut", "shut")
def _shutdown(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, is_enabled=not is_on(found))


@INTERFACE.line("ip address WORDS...")
def _address(at: At[Interface], found: Found) -> None:
    """ "10.0.0.1 255.255.255.0 secondary", "10.0.0.1/24", "virtual 10.0.0.1/24", "dhcp", "negotiated"."""
    words = found["WORDS"].split()
    if words[0] in ("dhcp", "dhcp-hostname"):
        at.fact.say(found.line, is_dhcp_client=True)
        return
    if words[0] in ("negotiated", "pool"):
        return
    if words[0] == "unnumbered" and len(words) > 1:  # as EOS says it
        at.reading.refer_interface("".join(words[1:3]), found.line, _context(at, "unnumbered"))
        return
    words = words[1:] if words[0] == "virtual" else words
    if not words:
        raise ValueError(found.node.text)
    given, rest = words[0], words[1:]
    if "/" not in given and rest:
        given, rest = f"{given}/{rest[0]}", rest[1:]
    if "/" not in given:
        raise ValueError(given)
    value = IPv4Interface(given)
    at.fact.addresses.append(Address(source=found.line, value=value, is_secondary="secondary" in rest))


@INTERFACE.line("ipv6 address dhcp [rapid-commit]")
def _dhcp_client(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, is_dhcp_client=True)


@INTERFACE.line("ipv6 address ADDRESS [(anycast|use-bia)] [tag TAG]")
def _address6(at: At[Interface], found: Found) -> None:
    if found["ADDRESS"] in ("dhcp", "autoconfig", "use-link-local-only"):
        return
    at.fact.addresses.append(Address(source=found.line, value=IPv6Interface(found["ADDRESS"])))


@INTERFACE.line("(ip|ipv6) unnumbered NAME [NUMBER] [poll]")
def _unnumbered(at: At[Interface], found: Found) -> None:
    at.reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, _context(at, "unnumbered"))


@INTERFACE.line("ip vrf [forwarding] VRF", "vrf [(member|forwarding)] VRF")
def _vrf(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, vrf=found["VRF"])
    at.reading.refer("vrf", found["VRF"], found.line, _context(at, "vrf"))


@INTERFACE.line(
    "(ip|ipv6) access-group [name] ACL SIDE:(in|out)",
    "ipv6 traffic-filter ACL SIDE:(in|out)",
    "ip port access-group ACL SIDE:(in|out)",
    "ip access-group ACL SIDE:(in|out) (optimized|common|hardware-count)",
    "(mac|ipv6) port (access-group|traffic-filter) ACL [SIDE:(in|out)]",
    "mac access-group ACL SIDE:(in|out)",
)
def _filter(at: At[Interface], found: Found) -> None:
    side = found["SIDE"] or "in"
    if found.node.text.startswith("ip "):
        at.fact.say(found.line, **{f"acl_{side}": found["ACL"]})
    at.reading.refer("acl", found["ACL"], found.line, _context(at, side))


@INTERFACE.line("(ip|ipv6) policy route-map NAME", "(ip|ipv6) verify REST... ")
def _policy_routing(at: At[Interface], found: Found) -> None:
    if found["NAME"]:
        at.reading.refer("route-map", found["NAME"], found.line, _context(at, "policy routing"))
        return
    if number := re.fullmatch(r"unicast (?:source reachable-via \S+(?: allow-\S+)*|reverse-path) (\d+)", found["REST"]):
        at.reading.refer("acl", number[1], found.line, _context(at, "verify source"))


@INTERFACE.line(
    "ip igmp (access-group|static-group|group-range) ACL [NUMBER]",
    "ip pim neighbor-filter ACL",
    "ip multicast boundary ACL [(in|out|filter-autorp)]",
    "ipv6 mld access-group ACL",
    "ip nbar custom ACL",
    "rate-limit (input|output) access-group ACL REST...",
)
def _multicast(at: At[Interface], found: Found) -> None:
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+(?:/\d+)?", found["ACL"]) is None and found["ACL"] != "class-map":
        at.reading.refer("acl", found["ACL"], found.line, _context(at, "filter"))


@INTERFACE.line(
    "ip helper-address [global] ADDRESS [source-interface SOURCE]",
    "ip helper-address vrf VRF ADDRESS [source-interface SOURCE]",
    "ip helper-address ADDRESS vrf VRF [source-interface SOURCE]",
    "ip dhcp relay address ADDRESS [use-vrf VRF]",
    "ip dhcp relay address ADDRESS source-address OWN",
    "ipv6 dhcp relay destination ADDRESS [SOURCE]",
    "ipv6 dhcp relay address ADDRESS [use-vrf VRF]",
)
def _relay(at: At[Interface], found: Found) -> None:
    at.fact.dhcp_relays.append(found["ADDRESS"])
    at.fact.at["dhcp_relays"] = found.line
    if found["VRF"]:
        at.reading.refer("vrf", found["VRF"], found.line, _context(at, "DHCP relay"))
    if found["SOURCE"]:
        at.reading.refer_interface(found["SOURCE"], found.line, _context(at, "DHCP relay"))


@INTERFACE.line("mtu BYTES", "ip mtu BYTES", "ipv6 mtu BYTES", "mtu BYTES (include-preamble|ingress)", "l3 mtu BYTES")
def _mtu(at: At[Interface], found: Found) -> None:
    size = int(found["BYTES"])
    if found.node.text.startswith("mtu") or at.fact.mtu is None:
        at.fact.say(found.line, mtu=size)


@INTERFACE.line("speed [(forced|auto)] SPEED", "speed SPEED REST...")
def _speed(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, speed=found.node.text.partition(" ")[2].strip())


@INTERFACE.line("duplex DUPLEX")
def _duplex(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, duplex=found["DUPLEX"])


@INTERFACE.line("full-duplex", "half-duplex")
def _old_duplex(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, duplex=found.node.text[:4])


@INTERFACE.line("encapsulation (dot1Q|dot1q) VLAN [native] [second-dot1q INNER]", "encapsulation dot1q vlan VLAN")
def _tag(at: At[Interface], found: Found) -> None:
    vlan = int(found["VLAN"])
    at.fact.say(found.line, vlan=vlan)
    if "native" in found.node.text:
        at.fact.say(found.line, native_vlan=vlan)


@INTERFACE.line("zone-member [security] ZONE", "zone security ZONE")
def _zone(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, zone=found["ZONE"])
    at.reading.refer("zone", found["ZONE"], found.line, _context(at, "zone-member"))


@INTERFACE.line(
    "service-policy [type TYPE] [(input|output|in|out)] POLICY [no-stats] [shared]",
    "service-policy type control subscriber POLICY",
)
def _service_policy(at: At[Interface], found: Found) -> None:
    if not found["POLICY"].startswith(("copp-system", "default-", "8q-", "system")):
        at.reading.refer("policy-map", found["POLICY"], found.line, _context(at, "service-policy"))


@INTERFACE.line(
    "(standby|vrrp|glbp) [GROUP] ip ADDRESS [EXTRA:(secondary)]",
    "(vrrp|glbp|standby) GROUP (ipv4|ipv6) ADDRESS",
    "vrrp GROUP address ADDRESS [primary]",
)
def _virtual_address(at: At[Interface], found: Found) -> None:
    group = found["GROUP"] or "0"
    kind = found.node.text.partition(" ")[0].replace("standby", "hsrp")
    if found["ADDRESS"] not in ("autoconfig",):
        at.fact.virtual_addresses.append(f"{found['ADDRESS']} {kind} {group}")
        at.fact.at["virtual_addresses"] = found.line


@INTERFACE.line("ip virtual-router address ADDRESS", "ipv6 virtual-router address ADDRESS")
def _anycast_gateway(at: At[Interface], found: Found) -> None:
    at.fact.virtual_addresses.append(f"{found['ADDRESS']} varp")
    at.fact.at["virtual_addresses"] = found.line


@INTERFACE.line(
    "(standby|vrrp|glbp) GROUP track OBJECT REST...",
    "(standby|vrrp|glbp) GROUP track OBJECT",
    "standby track OBJECT [REST...]",
    "vrrp GROUP tracked-object OBJECT REST...",
    "glbp GROUP weighting track OBJECT [REST...]",
)
def _redundancy_track(at: At[Interface], found: Found) -> None:
    if found["OBJECT"].isdecimal():
        at.reading.refer("track", found["OBJECT"], found.line, _context(at, "track"))
    else:
        name, rest = found["OBJECT"], found["REST"].split()
        if rest and not re.search(r"\d", name):  # "GigabitEthernet 0/1 20": the last is by how much to lower
            name += rest[0]
        at.reading.refer_interface(name, found.line, _context(at, "track"))


@INTERFACE.line(
    "(standby|vrrp|glbp) GROUP authentication (md5|text|keyed-md5) key-chain CHAIN",
    "ip authentication key-chain eigrp AS CHAIN",
    "ip rip authentication key-chain CHAIN",
    "ip ospf authentication key-chain CHAIN",
    "isis authentication key-chain CHAIN [(level-1|level-2)]",
    "mka (policy|pre-shared-key) [key-chain] CHAIN [REST...]",
)
def _key_chain(at: At[Interface], found: Found) -> None:
    if not found.node.text.startswith("mka policy"):
        at.reading.refer("key-chain", found["CHAIN"], found.line, _context(at, "authentication"))


@INTERFACE.line("tunnel source interface WORD [NUMBER]", "tunnel (source|destination) WORD [NUMBER]")
def _tunnel_end(at: At[Interface], found: Found) -> None:
    word = found["WORD"] + found["NUMBER"]
    is_source = found.node.text.startswith("tunnel source")
    tunnel = at.reading.tunnel(at.fact)
    if re.match(r"[A-Za-z]", word) and "." not in word.partition("/")[0] and ":" not in word and is_source:
        word = at.reading.refer_interface(word, found.line, _context(at, "tunnel source"))
    if is_source:
        tunnel.source = word
    else:
        tunnel.destination = word


@INTERFACE.line("tunnel mode MODE...")
def _tunnel_mode(at: At[Interface], found: Found) -> None:
    at.reading.tunnel(at.fact).mode = found["MODE"].strip()


@INTERFACE.line(
    "tunnel protection ipsec profile NAME [shared] [ikev2-profile IKE] [REST...]", "tunnel ipsec profile NAME"
)
def _tunnel_protection(at: At[Interface], found: Found) -> None:
    at.reading.tunnel(at.fact).profile = found["NAME"]
    at.reading.refer("ipsec-profile", found["NAME"], found.line, _context(at, "tunnel protection"))
    if found["IKE"]:
        at.reading.refer("ike-profile", found["IKE"], found.line, _context(at, "tunnel protection"))


@INTERFACE.line("ip vrf sitemap NAME")
def _sitemap(at: At[Interface], found: Found) -> None:
    at.reading.refer("route-map", found["NAME"], found.line, _context(at, "vrf sitemap"))


@INTERFACE.line("tunnel vrf VRF")
def _tunnel_vrf(at: At[Interface], found: Found) -> None:
    at.reading.refer("vrf", found["VRF"], found.line, _context(at, "tunnel vrf"))


@INTERFACE.line("crypto map NAME [redundancy GROUP]")
def _crypto_map(at: At[Interface], found: Found) -> None:
    at.reading.ike.bound[found["NAME"]].append(at.fact.name)
    at.reading.refer("crypto-map", found["NAME"], found.line, _context(at, "crypto map"))


@INTERFACE.line("power inline POWER...", "[no] poe REST...", "no power inline")
def _power(at: At[Interface], found: Found) -> None:
    at.fact.say(found.line, power=found["POWER"].strip() or found.node.text)


@INTERFACE.line("ip summary-address eigrp AS ADDRESS MASK [NUMBER] leak-map NAME")
def _leak_map(at: At[Interface], found: Found) -> None:
    at.reading.refer("route-map", found["NAME"], found.line, _context(at, "summary-address"))


@INTERFACE.line("backup interface NAME [NUMBER]", "member-interface NAME [NUMBER]")
def _backup(at: At[Interface], found: Found) -> None:
    at.reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, _context(at, "backup"))


@INTERFACE.line("source template NAME [merge]", "inherit port-profile NAME")
def _template(at: At[Interface], found: Found) -> None:
    at.reading.refer("template", found["NAME"], found.line, _context(at, "template"))


@INTERFACE.line(
    "device-tracking [attach-policy NAME] [REST...]",
    "ipv6 (nd|dhcp|snooping|source-guard) [(raguard|guard|inspection)] attach-policy NAME [REST...]",
)
def _attach_policy(at: At[Interface], found: Found) -> None:
    at.reading.refer("security-profile", found["NAME"], found.line, _context(at, "attach-policy"))


@INTERFACE.line("[no] ip THING:(proxy-arp|redirects|unreachables)")
def _answers(at: At[Interface], found: Found) -> None:
    name: Name = _ANSWERS[found["THING"]]
    at.reading.device.set(name, found.line, is_on=is_on(found), value=at.fact.name)
