"""Statements about VLANs, networks, gateways, DHCP and wireless networks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from engineering_api.ask.about import is_public
from engineering_api.drift.known import Known, purposes
from engineering_api.drift.parts_of import (
    addresses,
    as_network,
    cell,
    names_in,
    networks,
    one_of,
    ranges,
    vlan_cell,
    vlans,
)
from engineering_api.drift.statement import Statement, Text, Truth

_IN_TABLE = 0.95
_SAID = 0.85
_LIKELY = 0.7
#: "VLAN 20 is the voice VLAN", "VLAN 20 (Voice)", "VLAN 20: Voice", "VLAN 20 is used for guests".
_NAMED = re.compile(
    r"\bvlan(?:[\s-]*id)?\s*[:#]?\s*(\d{1,4})\s*(?:\(|:|-|–|—|="
    r"|is (?:the |for |called |named |used for |reserved for )?"
    r"|for |carries |holds |contains |serves |has the name |named |called "
    r"|ist (?:das |für |ein )?(?:die |den )?|für (?:die |den |das )?|heißt |trägt |enthält )"
    r"\s*(?:the |our |all |only )?"
    r"[\"“'„]?([^\W\d_](?:[^\W\d_]|[ /&-]){2,40}?)[\"”'“]?"
    r"(?=[).,;:]|\s*$|\s+(?:vlan|network|traffic|lan|subnet|segment|and|with|on|in|und|mit|im)\b|-(?:netz|vlan|lan)\b)",
    re.I,
)
#: "the voice VLAN is 20", "voice VLAN: 20", "Voice is in VLAN 20", "phones use VLAN 20".
_NUMBERED = re.compile(
    r"(?<!\w)([^\W\d_](?:[^\W\d_]|-){2,20}?)(?:[\s-]+vlan(?:[\s-]+id)?"
    r"\s*(?:is|ist|=|:|has the id|hat die id|number|nummer)?"
    r"|\s+(?:is|are|live|run|sit|go|use|uses|belong|sind|ist|liegen|liegt|laufen|hängen|befinden sich|nutzen|verwenden)"
    r"\s+(?:in|on|into|to|im|auf|das)?\s*vlan(?:[\s-]*id)?)"
    r"\s*[:#]?\s*(?:vlan\s*)?(\d{1,4})(?!\d|[./]\d)"
    # "Das VLAN für Telefonie ist 30".
    r"|\bvlan (?:for|für)(?: the| die| den)? ([^\W\d_]{3,20}) (?:is|ist)(?: vlan)? (\d{1,4})(?!\d|[./]\d)",
    re.I,
)
_NAME_HEADS = (
    "name", "purpose", "use", "usage", "description", "bezeichnung", "zweck", "verwendung", "nutzung", "beschreibung",
)  # fmt: skip
_NETWORK_HEADS = ("subnet", "network", "prefix", "cidr", "netz", "subnetz", "netzwerk", "range", "ip")
_DHCP = re.compile(r"\bdhcp\b|\bscope\b|\bpool\b|\bleases?\b", re.I)
_GATEWAY = re.compile(r"\b(?:default )?gateway\b[^.;|]{0,40}?((?:\d{1,3}\.){3}\d{1,3})(?![\d/])", re.I)


def find(text: Text, known: Known) -> Iterator[Statement]:
    """The statements of a sentence or row."""
    # "The SSID Guest is in VLAN 40" says of the wireless network in which VLAN it is, and nothing of the VLAN's name.
    wireless = list(_ssids(text, known))
    yield from wireless or _vlan_names(text, known)
    yield from _vlan_networks(text, known)
    yield from _gateways(text, known)
    yield from _ranges(text, known)


@dataclass(frozen=True)
class _Named:
    """A VLAN and what a sentence calls it."""

    number: int
    name: str
    start: int
    confidence: float


def _vlan_names(text: Text, known: Known) -> Iterator[Statement]:
    done: set[int] = set()
    for said in _named(text):
        wanted = purposes(said.name)
        if said.number in done or not 1 <= said.number <= 4094 or len(wanted) > 1:
            continue
        called = known.vlan_names.get(said.number, Truth())
        if said.name.strip().casefold() in {one.casefold() for one in called.said}:
            done.add(said.number)
            yield Statement("vlan-name", text.text, said.start, said.name, called, said.confidence, agrees=True)
        elif wanted:
            done.add(said.number)
            yield from _purpose(text, known, said, wanted)


def _named(text: Text) -> Iterator[_Named]:
    number, name = vlan_cell(text), cell(text, *_NAME_HEADS)
    if number is not None and name:
        yield _Named(number, name, text.start, _IN_TABLE)
    for match in _NAMED.finditer(text.text):
        yield _Named(int(match[1]), match[2], text.start + match.start(), _SAID)
    for match in _NUMBERED.finditer(text.text):
        yield _Named(int(match[2] or match[4]), match[1] or match[3], text.start + match.start(), _SAID)


def _purpose(text: Text, known: Known, said: _Named, wanted: frozenset[str]) -> Iterator[Statement]:
    """A VLAN of a purpose: what it is called where it is configured, else which VLAN has this purpose."""
    called = known.vlan_names.get(said.number, Truth())
    speaking = Truth({one: line for one, line in called.said.items() if purposes(one)})
    if speaking.said:
        agrees = any(wanted & purposes(one) for one in speaking.said)
        yield Statement("vlan-name", text.text, said.start, said.name, speaking, said.confidence, agrees=agrees)
        return
    others = {
        f"{other} {one}": line
        for other, truth in known.vlan_names.items()
        for one, line in truth.said.items()
        if wanted <= purposes(one)
    }
    # A VLAN that is configured nowhere, or under a name that says nothing, while another one has the purpose.
    if others and said.number not in known.vlan_names:
        confidence = said.confidence - 0.1
        yield Statement("vlan-id", text.text, said.start, str(said.number), Truth(others), confidence, agrees=False)


def _vlan_networks(text: Text, known: Known) -> Iterator[Statement]:
    number = vlan_cell(text)
    confidence = _IN_TABLE
    held = networks(cell(text, *_NETWORK_HEADS))
    if number is None or len(held) != 1:
        numbers, held, confidence = vlans(text.text), networks(text.text), _SAID
        if len(numbers) != 1 or len(held) != 1 or text.cells:
            return
        number = numbers[0]
    truth = known.vlan_networks.get(number, Truth())
    same_family = Truth({one: line for one, line in truth.said.items() if as_network(one)})
    agrees = str(held[0]) in same_family.said
    yield Statement("vlan-subnet", text.text, text.start, str(held[0]), same_family, confidence, agrees=agrees)


def _gateways(text: Text, known: Known) -> Iterator[Statement]:
    told = addresses(cell(text, "gateway", "router"))
    confidence = _IN_TABLE
    if len(told) != 1:
        found = _GATEWAY.findall(text.text)
        if len(found) != 1 or text.cells:
            return
        told, confidence = addresses(found[0]), _SAID
    if not told:
        return
    address = told[0]
    if is_public(address):
        return
    holding = [(one, truth) for key, truth in known.gateways.items() if (one := as_network(key)) and address in one]
    if not holding:
        return
    network, truth = max(holding, key=lambda pair: pair[0].prefixlen)
    if (said := networks(text.text)) and network not in said:
        return
    yield Statement(
        "gateway", text.text, text.start, str(address), truth, confidence, agrees=str(address) in truth.said
    )


def _ranges(text: Text, known: Known) -> Iterator[Statement]:
    is_row = bool(cell(text, "dhcp", "pool", "scope"))
    found = ranges(cell(text, "dhcp", "pool", "scope")) if is_row else ranges(text.text)
    if (
        len(found) != 1
        or not (is_row or _DHCP.search(text.text))
        or re.search(r"\breserv|\bexclud|\bstatic\b", text.text, re.I)
    ):
        return
    first, last = found[0]
    for key, truth in known.ranges.items():
        network = as_network(key)
        if isinstance(network, IPv4Network) and first in network and last in network:
            value = f"{first}-{last}"
            confidence = _IN_TABLE if is_row else _SAID
            yield Statement("dhcp-range", text.text, text.start, value, truth, confidence, agrees=value in truth.said)
            return


def _ssids(text: Text, known: Known) -> Iterator[Statement]:
    """The VLAN of a wireless network that is known by its name."""
    name = cell(text, "ssid", "wlan", "wireless").casefold()
    number = vlan_cell(text)
    confidence = _IN_TABLE
    if name not in known.ssids or number is None:
        if text.cells or not re.search(r"\bssid\b|\bwi-?fi\b|\bwlan\b|\bwireless\b", text.text, re.I):
            return
        long = {one: truth for one, truth in known.ssids.items() if len(one) > 2}
        name, numbers, confidence = one_of(text.text, long), vlans(text.text), _SAID
        if not name or len(numbers) != 1 or len(names_in(text.text, long)) != 1:
            return
        number = numbers[0]
    truth = known.ssids[name]
    yield Statement(
        "ssid-vlan", text.text, text.start, str(number), truth, confidence, agrees=str(number) in truth.said
    )
