"""VRFs and static routes."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.dialects.cisco.words import prefix
from engineering_api.facts.names import Kind
from engineering_api.facts.routing import Route, Vrf
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("vrfs and static routes")
VRF: Place[At[Vrf]] = Place("vrf")

_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(?:%\S+)?")


@TOP.opens(VRF, "vrf (definition|instance|context) NAME", "ip vrf NAME")
def _vrf(reading: Reading, found: Found) -> At[Vrf]:
    made = Vrf(source=found.span, name=found["NAME"])
    reading.device.vrfs.append(made)
    reading.define("vrf", found["NAME"], found.span, is_used=found["NAME"] in reading.builtin)
    return At(reading, made)


@VRF.line("rd VALUE")
def _distinguisher(at: At[Vrf], found: Found) -> None:
    at.fact.say(found.line, distinguisher=found["VALUE"])


@VRF.line(
    "[(ip|ipv6)] (import|export) [(ipv4|ipv6)] [unicast] [LIMIT] map NAME",
    "[(ip|ipv6)] (import|export) map NAME",
    "(import|export) vrf VRF [LIMIT] map NAME",
)
def _maps(at: At[Vrf], found: Found) -> None:
    at.reading.refer("route-map", found["NAME"], found.line, f"vrf {at.fact.name}")


@VRF.opens(VRF, "address-family REST...")
def _family(at: At[Vrf], found: Found) -> At[Vrf]:
    return at


@VRF.line("(ip|ipv6) pim rp-address ADDRESS (prefix-list|route-map) NAME [REST...]")
def _rendezvous(at: At[Vrf], found: Found) -> None:
    kind: Kind = "prefix-list" if " prefix-list " in found.node.text else "route-map"
    at.reading.refer(kind, found["NAME"], found.line, f"vrf {at.fact.name} pim rp-address")


@VRF.line("(ip|ipv6) route WORDS...")
def _inner_route(at: At[Vrf], found: Found) -> None:
    static_route(at.reading, found["WORDS"], found, at.fact.name)


VRF.knows("(no|ip|ipv6|import|export|hardware|export-map) REST...", "shutdown")
VRF.knows_words(
    """
    bgp context description exit exit-address-family inter-as-hybrid maximum mdt route-target vnet vni vpn
    """,
)


@TOP.line("(ip|ipv6) route vrf VRF WORDS...", "(ip|ipv6) route WORDS...")
def _route(reading: Reading, found: Found) -> None:
    if found["VRF"]:
        reading.refer("vrf", found["VRF"], found.line, "static route vrf")
    static_route(reading, found["WORDS"], found, found["VRF"])


def static_route(reading: Reading, text: str, found: Found, vrf: str) -> None:
    """A static route: its prefix, where it leads, and what it is called.

    Raises:
        ValueError: for what is no route.
    """
    words = re.findall(r'"[^"]*"|\S+', text)
    if words[0] in ("static", "profile"):
        return
    given = words.pop(0)
    if "/" not in given:
        if not words:
            raise ValueError(text)
        given = f"{given}/{words.pop(0)}"
    route = Route(source=found.line, prefix=prefix(given), vrf=vrf)
    while words:
        words = _next(reading, route, words, found)
    if not route.gateway and not route.interface and not route.is_discard:
        raise ValueError(text)
    reading.device.routes.append(route)


def _next(reading: Reading, route: Route, words: list[str], found: Found) -> list[str]:
    """Take the next words of a route; the rest is given back."""
    word = words[0]
    after = words[1] if len(words) > 1 else ""
    if word == "name" and after:
        route.name = after.strip('"')
    elif word == "track" and after:
        reading.refer("track", after.removesuffix(","), found.line, "static route track")
    elif word in ("tag", "vrf", "nexthop-vrf", "metric", "egress-vrf") and after:
        if "vrf" in word:
            reading.refer("vrf", after, found.line, "static route next-hop vrf")
    elif word in ("permanent", "multicast", "global", "dhcp", "unicast", "bfd"):
        route.gateway = route.gateway or ("dhcp" if word == "dhcp" else "")
        return words[1:]
    elif word.isdecimal() and (route.gateway or route.interface or route.is_discard):
        if route.distance is None:
            route.distance = int(word)
        return words[1:]
    elif _ADDRESS.fullmatch(word.partition("/")[0]):
        route.gateway = word
        return words[1:]
    elif word.lower() in ("null0", "discard") or (word.lower() == "null" and after == "0"):
        route.is_discard, route.interface = True, "Null0"
        return words[2 if word.lower() == "null" else 1 :]
    elif not route.interface and not route.gateway and (named := _interface(words)):
        route.interface = reading.refer_interface(named, found.line, "static route next-hop")
        return words[1 if named == word else 2 :]
    else:
        raise ValueError(word)
    return words[2:]


def _interface(words: list[str]) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z-]*\d[\d/.:]*", words[0]):
        return words[0]
    if len(words) > 1 and re.fullmatch(r"[A-Za-z][A-Za-z-]*", words[0]) and re.fullmatch(r"\d[\d/.:]*", words[1]):
        return words[0] + words[1]
    return ""
