"""Tracked objects and probes, and what uses interfaces to be elsewhere: sessions that copy traffic."""

import re

from engineering_api.dialects.cisco.state import Reading
from engineering_api.facts.names import Kind
from engineering_api.facts.services import Wireless
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("watching")


@TOP.block(
    "track NUMBER (ip|rtr) [(sla|rtr)] PROBE [(reachability|state)]",
    "track NUMBER (ip|rtr) sla PROBE [(reachability|state)]",
)
def _track_probe(reading: Reading, found: Found) -> None:
    reading.define("track", found["NUMBER"], found.span)
    if found["PROBE"].isdecimal():
        reading.refer("probe", found["PROBE"], found.line, f"track {found['NUMBER']}")


@TOP.block(
    "track NUMBER interface NAME [INDEX] (line-protocol|ip|ipv6) [routing]", "track NUMBER interface NAME [INDEX]"
)
def _track_interface(reading: Reading, found: Found) -> None:
    reading.define("track", found["NUMBER"], found.span)
    reading.refer_interface(found["NAME"] + found["INDEX"], found.line, f"track {found['NUMBER']}")


@TOP.block("track NUMBER list WORDS...")
def _track_list(reading: Reading, found: Found) -> None:
    reading.define("track", found["NUMBER"], found.span)
    for below in found.node.children:
        if member := re.match(r"object (\d+)", below.text):
            reading.refer("track", member[1], below.line, f"track {found['NUMBER']}")


@TOP.block("track NUMBER [WORDS...]")
def _track(reading: Reading, found: Found) -> None:
    if not found["NUMBER"].isdecimal() and found["NUMBER"] in ("timer", "resolution"):
        return
    reading.define("track", found["NUMBER"], found.span)


TOP.knows("ip sla (responder|auto|enable|logging|key-chain|low-memory|server|periodic|group) [REST...]")


@TOP.block("ip sla monitor NUMBER", "ip sla NUMBER", "rtr NUMBER")
def _probe(reading: Reading, found: Found) -> None:
    reading.define("probe", str(int(found["NUMBER"])), found.span)
    for below in found.node.walk():
        if source := re.search(r"\bsource-interface ([A-Za-z][A-Za-z-]*) ?(\d[\d/.]*)", below.text):
            reading.refer_interface(source[1] + source[2], below.line, f"ip sla {found['NUMBER']}")


@TOP.line("ip sla [monitor] schedule NUMBER WORDS...", "rtr schedule NUMBER WORDS...")
def _schedule(reading: Reading, found: Found) -> None:
    """A probe that is scheduled is at work, whether or not something is tracked by it."""
    reading.refer("probe", found["NUMBER"], found.line, "ip sla schedule")


@TOP.line("ip sla [monitor] reaction-configuration NUMBER WORDS...", "ip sla reaction-configuration NUMBER WORDS...")
def _reaction(reading: Reading, found: Found) -> None:
    reading.refer("probe", found["NUMBER"], found.line, "ip sla reaction")


@TOP.line("(ip|ipv6) local policy route-map NAME")
def _local_policy(reading: Reading, found: Found) -> None:
    reading.refer("route-map", found["NAME"], found.line, "local policy")


@TOP.line(
    "ip pim [vrf VRF] rp-address ADDRESS ACL [override] [bidir]",
    "ip pim [vrf VRF] rp-address ADDRESS access-list ACL",
    "ip pim [vrf VRF] ssm range ACL",
    "ip pim [vrf VRF] spt-threshold RATE group-list ACL",
    "ip pim [vrf VRF] accept-register list ACL",
    "ip pim [vrf VRF] accept-rp RP ACL",
    "ip pim [vrf VRF] rp-announce-filter [rp-list] LIST group-list ACL",
    "ip msdp [vrf VRF] sa-filter (in|out) ADDRESS list ACL",
)
def _multicast(reading: Reading, found: Found) -> None:
    if found["ACL"] not in ("override", "bidir") and "/" not in found["ACL"]:
        reading.refer("acl", found["ACL"], found.line, "multicast")
    reading.refer("acl", found["LIST"], found.line, "multicast")


@TOP.line(
    "ip pim [vrf VRF] accept-register route-map MAP",
    "ip pim [vrf VRF] rp-address ADDRESS route-map MAP",
    "ip pim [vrf VRF] ssm range route-map MAP",
)
def _multicast_map(reading: Reading, found: Found) -> None:
    reading.refer("route-map", found["MAP"], found.line, "multicast")


@TOP.line(
    "ip pim [vrf VRF] send-rp-announce WORDS...",
    "ip pim [vrf VRF] (rp-candidate|bsr-candidate|send-rp-discovery) WORDS...",
)
def _candidates(reading: Reading, found: Found) -> None:
    if interface := re.match(r"([A-Za-z][A-Za-z-]*) ?(\d[\d/.]*)", found["WORDS"]):
        reading.refer_interface(interface[1] + interface[2], found.line, "multicast")
    if listed := re.search(r"\b(?:group-list|prefix-list|route-map) (\S+)", found["WORDS"]):
        kind: Kind = (
            "prefix-list"
            if "prefix-list" in found["WORDS"]
            else "route-map"
            if "route-map" in found["WORDS"]
            else "acl"
        )
        reading.device.refer(kind, listed[1], found.line, "multicast")


@TOP.line("ip wccp [vrf VRF] SERVICE WORDS...")
def _cache(reading: Reading, found: Found) -> None:
    for listed in re.findall(r"\b(?:redirect-list|group-list|service-list) (\S+)", found["WORDS"]):
        reading.refer("acl", listed, found.line, "ip wccp")


@TOP.line("dialer-list NUMBER protocol (ip|ipv6|ipx) list ACL")
def _dialer(reading: Reading, found: Found) -> None:
    reading.refer("acl", found["ACL"], found.line, "dialer-list")


@TOP.block(
    "template NAME",
    "port-profile [type (ethernet|vethernet|interface-vlan|port-channel)] NAME",
    "service-template NAME",
)
def _template(reading: Reading, found: Found) -> None:
    reading.define("template", found["NAME"], found.span)
    context = found.node.text
    for below in found.node.children:
        if listed := re.fullmatch(r"(?:ip |ipv6 )?access-group (\S+)(?: in| out)?", below.text):
            reading.refer("acl", listed[1], below.line, context)
        elif policy := re.fullmatch(r"service-policy (?:type control subscriber|input|output) (\S+)", below.text):
            reading.refer("policy-map", policy[1], below.line, context)
        elif template := re.fullmatch(r"(?:source template|inherit port-profile) (\S+)", below.text):
            reading.refer("template", template[1], below.line, context)


@TOP.block("ip local pool NAME [REST...]", "ipv6 local pool NAME [REST...]")
def _local_pool(reading: Reading, found: Found) -> None:
    reading.define("pool", found["NAME"], found.span)


@TOP.line("monitor session NUMBER SIDE:(source|destination) (interface|vlan|remote|ip) WORDS...")
def _mirror(reading: Reading, found: Found) -> None:
    if " interface " not in found.node.text:
        return
    words = re.sub(r"\s+(rx|tx|both|encapsulation|ingress)\b.*", "", found["WORDS"]).strip()
    for name in reading.names.many(words):
        reading.refer_interface(name, found.line, f"monitor session {found['NUMBER']}")


@TOP.block(
    "device-tracking policy NAME",
    "ipv6 (nd|dhcp|snooping|source-guard) (raguard|guard|policy|inspection) [policy] NAME",
)
def _tracking_policy(reading: Reading, found: Found) -> None:
    reading.define("security-profile", found["NAME"], found.span)


@TOP.line(
    "ip flow-export source NAME [NUMBER]",
    "ip tacacs source-interface NAME [NUMBER]",
    "ip flow-export source-interface NAME [NUMBER]",
)
def _export_source(reading: Reading, found: Found) -> None:
    reading.refer_interface(found["NAME"] + found["NUMBER"], found.line, found.node.text.rpartition(" ")[0])


@TOP.block("dot11 ssid NAME")
def _ssid(reading: Reading, found: Found) -> None:
    """A wireless network of an access point that is its own controller."""
    network = Wireless(source=found.span, ssid=found["NAME"])
    words = [below.text for below in found.node.children]
    for below in found.node.children:
        for name in re.findall(r"\b(?:eap|mac-address|accounting) (\S+)", below.text):
            reading.refer("aaa-list", name, below.line, f"dot11 ssid {network.ssid}")
        if vlan := re.fullmatch(r"vlan (\d+)", below.text):
            network.say(below.line, vlan=int(vlan[1]))
    if any(text.startswith("wpa-psk") for text in words):
        network.security = "wpa2-psk" if any("version 2" in text for text in words) else "wpa-psk"
    elif any(" eap " in f"{text} " for text in words):
        network.security = "wpa2-enterprise" if any("version 2" in text for text in words) else ""
    network.is_hidden = "guest-mode" not in words and "mbssid guest-mode" not in words
    reading.device.wireless.append(network)


@TOP.line("wlccp authentication-server (infrastructure|client) WORDS...")
def _wlccp(reading: Reading, found: Found) -> None:
    reading.refer("aaa-list", found["WORDS"].split()[-1], found.line, "wlccp")
