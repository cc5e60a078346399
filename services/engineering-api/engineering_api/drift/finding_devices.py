"""Statements about devices: addresses, ports, uplinks, servers that are used, VPN, firmware."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address

from engineering_api.ask.about import is_public
from engineering_api.chosen import Subject
from engineering_api.drift.known import Known
from engineering_api.drift.parts_of import addresses, cell, networks, one_of, vlans
from engineering_api.drift.statement import Line, Statement, Text, Truth

_IN_TABLE = 0.95
_SAID = 0.85
_LIKELY = 0.75
_DOUBTFUL = 0.55
#: What may stand between a device's name and its address, so that it is its own.
_BETWEEN = re.compile(
    r"^[\s(:=,\"'*`]*(?:(?:has|is|uses?|with|at|on|the|its|an?|static|fixed|ip|ipv4|management|mgmt|lan"
    r"|address|reachable|under|by|hat|ist|nutzt|mit|unter|die|der|das|den|eine|feste|ip-adresse|ip-address|adresse|erreichbar"
    r"|managed|via|https?|ssh|web|interface|gui|and|login|log|in|found|can|be|reached|via)[\s(:=,/\"'*`]*)*$",
    re.I,
)
#: What may stand before the name, so that the sentence is about the device and nothing of it.
_BEFORE = re.compile(
    r"^[\s*#>\"'`(-]*(?:(?:the|our|its|an?|core|main|access|edge|office|branch|head|floor|site|device"
    r"|switch|router|firewall|gateway|der|die|das|unser|unsere|von|für|gerät|adresse|verwaltungs"
    r"|server|management|mgmt|ip|address|host|of|for|named|called|is|\d+[.)]?)[\s:*\"'`(-]+)*$",
    re.I,
)
_INTERFACE = re.compile(
    r"(?<![\w/.-])((?:(?:gi|gig|gigabitethernet|te|ten|tengigabitethernet|fa|fastethernet|eth|ethernet|po"
    r"|port-channel|ge-|xe-"
    r"|ether|sfp|trk|lag|port)\s{0,2})\d{1,3}(?:[/-]\d{1,3}){0,3}|\d{1,2}/\d{1,2}(?:/\d{1,2})?)(?![\w/]|\.\d)",
    re.I,
)
_UPLINK = re.compile(r"\buplinks?\b", re.I)
_OUTSIDE = re.compile(
    r"\b(?:wan|public|external|internet|outside|öffentliche|externe)[\s-]+(?:ip|ipv4|address|adresse|ip address)\b",
    re.I,
)
_OTHER_END = re.compile(
    r"\b(?:gateway|next.?hop|peer|remote|dns|vpn|tunnel|router of the|provider'?s? (?:side|router)|monitor\w*)\b", re.I
)
_VPN = re.compile(r"\b(?:vpn|ipsec|tunnel)\b", re.I)
_PEER = re.compile(
    r"\b(?:peers?|remote (?:gateway|ip|end|address|peer)|to|endpoint|towards|other end|gegenstelle|gegenseite)\b", re.I
)
_SERVERS = (
    ("ntp", re.compile(r"\bntp\b|\btime server", re.I)), ("dns", re.compile(r"\bdns\b|\bname ?servers?\b", re.I)),
    ("syslog", re.compile(r"\bsyslog\b|\blog server", re.I)), ("radius", re.compile(r"\bradius\b", re.I)),
)  # fmt: skip
_USES = re.compile(r"\b(?:servers?|uses?|used|is|are|points? to|set to|forwarders?|sent to|sends? to|:)\b|:", re.I)
_VERSION = re.compile(
    r"\b(?:firmware|version|runs|running|fortios|routeros|junos|ios(?:-xe)?|nx-os|os|software|release"
    r"|build)\b[^.;|\d]{0,25}?"
    r"v?(\d{1,3}\.\d{1,3}[\w.()-]*)", re.I,
)  # fmt: skip
_SERIAL = re.compile(r"\b(?:serial(?: number| no\.?)?|s/n)\b\s*(?:is|:|=|#)?\s*([A-Z0-9]{6,24})\b", re.I)


def find(text: Text, known: Known) -> Iterator[Statement]:
    """The statements of a sentence or row."""
    subject = _device(text, known)
    if subject is not None:
        yield from _own_address(text, known, subject)
        yield from _versions(text, known, subject)
        yield from _port_vlan(text, known, subject)
        yield from _uplink(text, known, subject)
    yield from _outside(text, known, subject)
    yield from _servers(text, known, subject)
    yield from _peers(text, known, subject)


def _device(text: Text, known: Known) -> Subject | None:
    """The only device that a sentence or row names."""
    named = cell(text, "device", "gerät", "host", "hostname", "switch", "router", "firewall", "name").casefold()
    if named in known.names:
        return known.names[named]
    name = one_of(text.text, known.names)
    return known.names.get(name)


def _own_address(text: Text, known: Known, subject: Subject) -> Iterator[Statement]:
    told = addresses(cell(text, "management", "mgmt", "address", "adresse", "ip"))
    confidence = _IN_TABLE
    start = text.start
    if len(told) != 1:
        if text.cells:
            return
        told = addresses(text.text)
        name = one_of(text.text, known.names)
        at = text.text.casefold().find(name)
        if len(told) != 1 or not name:
            return
        if not _BEFORE.match(text.text[:at]):
            return
        between = text.text[at + len(name) : text.text.find(str(told[0]))]
        if text.text.find(str(told[0])) < at or not _BETWEEN.match(between) or _OUTSIDE.search(between):
            return
        confidence, start = _SAID, text.start + at
    truth = known.addresses(subject)
    yield Statement(
        "device-address", text.text, start, str(told[0]), truth, confidence, agrees=str(told[0]) in truth.said
    )


def _versions(text: Text, known: Known, subject: Subject) -> Iterator[Statement]:
    value = cell(text, "firmware", "version", "software", "os")
    match = re.search(r"v?(\d{1,3}\.\d{1,3}[\w.()-]*)", value) if value else None
    confidence = _IN_TABLE
    if match is None and not text.cells and len(_VERSION.findall(text.text)) == 1:
        match, confidence = _VERSION.search(text.text), _SAID
    truth = known.identity(subject, "version")
    if match is not None and not re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", match[1]):
        said = match[1].rstrip(".").casefold()
        agrees = any(_same_version(said, one) for one in truth.said)
        yield Statement("firmware", text.text, text.start, said, truth, confidence, agrees=agrees)
    serials = _SERIAL.findall(text.text) or (
        [cell(text, "serial", "seriennummer")] if cell(text, "serial", "seriennummer") else []
    )
    if len(serials) == 1 and re.search(r"\d", serials[0]):
        held = known.identity(subject, "serial")
        value = serials[0].casefold()
        yield Statement("serial", text.text, text.start, serials[0], held, _SAID, agrees=value in held.said)


def _same_version(said: str, held: str) -> bool:
    """Whether a version is the other, or the beginning of it: 7.2 is said of 7.2.8, and 16.11.16 of YA.16.11.0016."""
    one, other = ([part.lstrip("0") or "0" for part in re.findall(r"\d+", text)] for text in (said, held))
    shorter = min(len(one), len(other))
    return any(other[at : at + len(one)] == one for at in range(len(other))) or one[:shorter] == other[:shorter]


def _port_vlan(text: Text, known: Known, subject: Subject) -> Iterator[Statement]:
    ports, numbers = _INTERFACE.findall(text.text), vlans(text.text)
    if len(ports) != 1 or len(numbers) != 1 or re.search(r"\btrunk|\btagged|\buplink|\bvoice", text.text, re.I):
        return
    face = known.interface(subject, ports[0])
    if face is None or face.access_vlan is None or face.mode == "trunk":
        return
    truth = Truth({str(face.access_vlan): Line(subject, face.line_of("access_vlan"))})
    agrees = numbers[0] in (face.access_vlan, face.voice_vlan)
    yield Statement("interface-vlan", text.text, text.start, str(numbers[0]), truth, _SAID, agrees=agrees)


def _uplink(text: Text, known: Known, subject: Subject) -> Iterator[Statement]:
    ports = _INTERFACE.findall(text.text)
    if not _UPLINK.search(text.text) or len(ports) != 1:
        return
    face = known.interface(subject, ports[0])
    marked = [one for one in subject.device.interfaces if _UPLINK.search(f"{one.description} {one.alias}")]
    names = {one.name for one in marked} | {one.aggregate for one in marked if one.aggregate}
    said = {
        one.name: Line(subject, one.source)
        for one in subject.device.interfaces
        if one.name in names or (one.aggregate and one.aggregate in names)
    }
    if face is None or not said:
        return
    yield Statement("uplink", text.text, text.start, face.name, Truth(said), _LIKELY, agrees=face.name in said)


def _outside(text: Text, known: Known, subject: Subject | None) -> Iterator[Statement]:
    if not _OUTSIDE.search(text.text) or _OTHER_END.search(text.text):
        return
    told = [one for one in addresses(text.text) if is_public(one)]
    if len(told) != 1:
        return
    having = known.outside_subjects
    if subject is None and len(having) != 1:
        return
    chosen = subject or having[0]
    truth = known.outside(chosen)
    if any(route.gateway == str(told[0]) for route in chosen.device.routes) or str(told[0]) in known.peers(None).said:
        return
    confidence = _SAID if subject is not None else _LIKELY
    yield Statement(
        "wan-address", text.text, text.start, str(told[0]), truth, confidence, agrees=str(told[0]) in truth.said
    )


def _servers(text: Text, known: Known, subject: Subject | None) -> Iterator[Statement]:
    kinds = [(kind, words) for kind, words in _SERVERS if words.search(text.text)]
    if len(kinds) != 1 or text.cells or not _USES.search(text.text) or networks(text.text):
        return
    kind, words = kinds[0]
    told = addresses(text.text)
    named = words.search(text.text)
    if not 1 <= len(told) <= 4 or named is None or text.text.find(str(told[0])) < named.start():
        return
    truth = known.servers(kind, subject)
    if subject is None and kind == "dns" and not known.hands_out_dns:
        # What hosts are told to use is then said by none of the configurations.
        return
    spoken: list[IPv4Address] = [one for one in told if str(one) not in truth.said]
    value = ", ".join(map(str, spoken or told))
    confidence = _SAID if subject is not None else _DOUBTFUL
    yield Statement("server", text.text, text.start, value, truth, confidence, agrees=not spoken)


def _peers(text: Text, known: Known, subject: Subject | None) -> Iterator[Statement]:
    told = [one for one in addresses(text.text) if is_public(one)]
    if len(told) != 1 or not _VPN.search(text.text) or not _PEER.search(text.text) or text.cells:
        return
    if str(told[0]) in known.outside_addresses:
        return
    truth = known.peers(subject)
    confidence = _SAID if subject is not None else _LIKELY
    yield Statement(
        "vpn-peer", text.text, text.start, str(told[0]), truth, confidence, agrees=str(told[0]) in truth.said
    )
