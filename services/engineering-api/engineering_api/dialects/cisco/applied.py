"""Lists, maps and templates that lines of many subjects apply: multicast, MSDP, maps of VLANs, inspection, BFD."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Interface
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("applied")
#: What NX-OS says of multicast, where IOS has access lists.
NXOS: Place[Reading] = Place("applied of nx-os")
PORT: Place[At[Interface]] = Place("applied to an interface")
NXOS_PORT: Place[At[Interface]] = Place("applied to an interface of nx-os")
VLAN_MAP: Place[At[str]] = Place("vlan map")


def _use(at: At[Interface], kind: Kind, found: Found, words: str) -> None:
    at.reading.refer(kind, found["NAME"], found.line, f"interface {at.fact.name} {words}")


@TOP.opens(VLAN_MAP, "vlan access-map NAME [SEQ]")
def _vlan_map(reading: Reading, found: Found) -> At[str]:
    reading.define("policy-map", found["NAME"], found.span)
    return At(reading, f"vlan access-map {found['NAME']}")


@VLAN_MAP.line("match (ip|ipv6|mac) address NAMES...")
def _vlan_match(at: At[str], found: Found) -> None:
    for name in found["NAMES"].split():
        at.reading.refer("acl", name, found.line, at.fact)


VLAN_MAP.knows("action REST...", "statistics per-entry", "match REST...", "no REST...", "exit")


@TOP.line("vlan filter NAME [vlan-list] [LIST...]")
def _vlan_filter(reading: Reading, found: Found) -> None:
    reading.refer("policy-map", found["NAME"], found.line, "vlan filter")


@TOP.block("bfd-template (single-hop|multi-hop) NAME", "bfd template NAME")
def _bfd_template(reading: Reading, found: Found) -> None:
    reading.define("template", found["NAME"], found.span)


@PORT.line("bfd template NAME")
def _bfd(at: At[Interface], found: Found) -> None:
    _use(at, "template", found, "bfd template")


@TOP.block("parameter-map type (inspect|inspect-vrf|inspect-zone|regex|urlfilter|urlf-glob|webauth|umbrella) NAME")
def _parameter_map(reading: Reading, found: Found) -> None:
    """What says how deep a firewall looks: policies name it, and what zones do by themselves needs no name."""
    reading.define("security-profile", found["NAME"], found.span, is_used=" inspect " not in f" {found.node.text} ")


@TOP.line("ip inspect name NAME PROTOCOL [REST...]")
def _inspection(reading: Reading, found: Found) -> None:
    reading.define("security-profile", found["NAME"], found.line)
    if listed := re.search(r"\bjava-list (\S+)", found["REST"]):
        reading.refer("acl", listed[1], found.line, f"ip inspect {found['NAME']}")


@PORT.block("ssid NAME...")
def _ssid(at: At[Interface], found: Found) -> None:
    """Older access points say below the radio how those who join a network prove who they are."""
    for below in found.node.children:
        for name in re.findall(
            r"\b(?:eap|network-eap|mac-address|accounting) (?!(?:mac-address|eap)(?:\s|$))(\S+)", below.text
        ):
            at.reading.refer("aaa-list", name, below.line, f"interface {at.fact.name} ssid {found['NAME'].strip()}")


@PORT.line("ip inspect NAME (in|out)")
def _inspect(at: At[Interface], found: Found) -> None:
    _use(at, "security-profile", found, "inspect")


@PORT.line("source-interface NAME [NUMBER]")
def _tunnel_source(at: At[Interface], found: Found) -> None:
    at.reading.refer_interface(
        found["NAME"] + found["NUMBER"], found.line, f"interface {at.fact.name} source-interface"
    )


@PORT.line("member vni VNI vrf VRF")
def _tunnel_vrf(at: At[Interface], found: Found) -> None:
    at.reading.refer("vrf", found["VRF"], found.line, f"interface {at.fact.name} member vni")


@PORT.block("service instance NUMBER ethernet [CIRCUIT]", "service instance trunk NUMBER ethernet")
def _service_instance(at: At[Interface], found: Found) -> None:
    for below in found.node.children:
        if policy := re.fullmatch(r"service-policy (?:input|output) (\S+)", below.text):
            at.reading.refer("policy-map", policy[1], below.line, f"interface {at.fact.name} service instance")


@PORT.line("ip igmp static-group class-map NAME")
def _static_group(at: At[Interface], found: Found) -> None:
    _use(at, "class-map", found, "igmp static-group")


@PORT.line("ip igmp host-proxy access-list NAME", "pim ipv4 neighbor-filter NAME", "multicast ipv4 boundary NAME [out]")
def _multicast_filter(at: At[Interface], found: Found) -> None:
    if re.match(r"\d+\.", found["NAME"]) is None:
        _use(at, "acl", found, "filter")


@TOP.line(
    "ip multicast [vrf VRF] group-range ACL",
    "ip msdp [vrf VRF] redistribute list ACL [REST...]",
    "ip msdp [vrf VRF] (sa-request|sa-filter) [(in|out)] ADDRESS list ACL [REST...]",
    "ip igmp snooping access-group ACL REST...",
    "monitor session NUMBER filter (ip|ipv6|mac) access-group ACL",
    "ip arp inspection filter ACL vlan REST...",
)
def _filter(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, found.node.text.partition(found["ACL"])[0].strip())


@TOP.line("ip msdp [vrf VRF] (peer|originator-id) WORDS...")
def _msdp(reading: Reading, found: Found) -> None:
    if source := re.search(r"(?:connect-source|^) ?([A-Za-z][A-Za-z-]*) ?(\d[\d/.]*)", found["WORDS"]):
        reading.refer_interface(source[1] + source[2], found.line, "ip msdp")


TOP.knows("ip msdp REST...")


@TOP.line("ip http authentication aaa login-authentication NAME", "ip http authentication aaa exec-authorization NAME")
def _web_list(reading: Reading, found: Found) -> None:
    reading.refer("aaa-list", found["NAME"], found.line, "ip http authentication")


@NXOS.line(
    "ip pim [vrf VRF] rp-address ADDRESS prefix-list PREFIXES [REST...]",
    "ip pim [vrf VRF] ssm prefix-list PREFIXES",
    "ip pim [vrf VRF] ssm route-map MAP",
    "ip pim [vrf VRF] (register-policy|neighbor-policy|jp-policy) prefix-list PREFIXES [REST...]",
    "ip pim [vrf VRF] register-policy MAP",
    "ip pim [vrf VRF] bsr (bsr-policy|rp-candidate-policy) MAP",
    "ip pim [vrf VRF] auto-rp (mapping-agent-policy|rp-candidate-policy) MAP",
    "ip msdp [vrf VRF] sa-policy ADDRESS MAP (in|out)",
    "ip igmp [vrf VRF] snooping report-policy MAP",
)
def _nxos_policy(reading: Reading, found: Found) -> None:
    reading.refer("vrf", found["VRF"], found.line, "multicast")
    reading.refer("prefix-list", found["PREFIXES"], found.line, "multicast")
    reading.refer("route-map", found["MAP"], found.line, "multicast")


@NXOS_PORT.line(
    "ip pim (neighbor-policy|jp-policy) prefix-list PREFIXES [(in|out)]",
    "ip pim (neighbor-policy|jp-policy) NAME [(in|out)]",
    "ip igmp (access-group|report-policy|access-policy) NAME",
    "ip igmp (static-oif|join-group|report-policy|access-group) route-map NAME",
    "ip multicast boundary REST...",
)
def _nxos_port(at: At[Interface], found: Found) -> None:
    words = " ".join(found.node.text.split()[:3])
    at.reading.refer("prefix-list", found["PREFIXES"], found.line, f"interface {at.fact.name} {words}")
    _use(at, "route-map", found, words)


@NXOS_PORT.line(
    "(ip|ipv6) distribute-list eigrp PROCESS prefix-list PREFIXES (in|out)",
    "(ip|ipv6) distribute-list eigrp PROCESS route-map NAME (in|out)",
)
def _distribute(at: At[Interface], found: Found) -> None:
    at.reading.refer("prefix-list", found["PREFIXES"], found.line, f"interface {at.fact.name} distribute-list")
    _use(at, "route-map", found, "distribute-list")
