"""Routing policy: prefix lists, lists of communities and AS paths, route maps, key chains."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.fact import Span
from engineering_api.facts.names import Kind
from engineering_api.reading.grammar import Found, Place

TOP: Place[Reading] = Place("routing policy")
ROUTE_MAP: Place[At[str]] = Place("route map")
PREFIXES: Place[At[str]] = Place("prefix list")


@TOP.line(
    "(ip|ipv6) prefix-list NAME seq SEQ (permit|deny) WORDS...", "(ip|ipv6) prefix-list NAME (permit|deny) WORDS..."
)
def _prefix_list(reading: Reading, found: Found) -> None:
    reading.define("prefix-list", found["NAME"], found.line)


@TOP.opens(PREFIXES, "(ip|ipv6) prefix-list NAME")
def _prefix_block(reading: Reading, found: Found) -> At[str]:
    reading.define("prefix-list", found["NAME"], found.span)
    return At(reading, found["NAME"])


@TOP.line("(ip|ipv6) prefix-list NAME description TEXT...")
def _prefix_description(reading: Reading, found: Found) -> None:
    reading.define("prefix-list", found["NAME"], found.line)


PREFIXES.knows(
    "[seq] [SEQ] (permit|deny) WORDS...", "seq SEQ (permit|deny) WORDS...", "description TEXT...", "remark TEXT..."
)


@TOP.line("ip community-list [(standard|expanded|regexp)] NAME [seq SEQ] (permit|deny) WORDS...")
def _community_list(reading: Reading, found: Found) -> None:
    reading.define("community-list", found["NAME"], found.line)


@TOP.block(
    "ip (extcommunity-list|large-community-list) [(standard|expanded|regexp)] NAME [seq] [SEQ] (permit|deny) WORDS...",
    "ip (extcommunity-list|community-list) (standard|expanded) NAME",
)
def _extended_community_list(reading: Reading, found: Found) -> None:
    reading.define("community-list", found["NAME"], found.span)


@TOP.line("ip as-path access-list NAME [seq SEQ] (permit|deny) WORDS...")
def _as_path(reading: Reading, found: Found) -> None:
    reading.define("as-path-list", found["NAME"], found.line)


@TOP.block("key chain NAME [REST...]")
def _key_chain(reading: Reading, found: Found) -> None:
    reading.define("key-chain", found["NAME"], found.span)


@TOP.opens(
    ROUTE_MAP,
    "route-map NAME [(permit|deny)] [SEQ] [ordering-seq WORD]",
    "route-map NAME statement WORD (permit|deny) [SEQ]",
)
def _route_map(reading: Reading, found: Found) -> At[str]:
    reading.define("route-map", found["NAME"], found.span)
    reading.entries.add((found["NAME"], found["SEQ"] or "10"))
    return At(reading, found["NAME"])


def _names(at: At[str], kinds: Kind | tuple[Kind, ...], words: str, where: Span, use: str) -> None:
    for name in words.split():
        at.reading.refer(kinds, name, where, f"route-map {at.fact} {use}")


@ROUTE_MAP.line(
    "match (ip|ipv6) [(address|next-hop|route-source)] prefix-list NAMES...",
    "match (ip|ipv6) resolved-next-hop prefix-list NAMES...",
    "match (ip|ipv6) address dynamic prefix-list NAMES...",
)
def _match_prefixes(at: At[str], found: Found) -> None:
    _names(at, "prefix-list", found["NAMES"], found.line, "match prefix-list")


@ROUTE_MAP.line(
    "match (ip|ipv6) (address|next-hop|route-source) [access-list] NAMES...",
    "match (ip|ipv6) (address|next-hop|route-source) (redistribution-source|dynamic) NAMES...",
)
def _match_lists(at: At[str], found: Found) -> None:
    _names(at, "acl", found["NAMES"], found.line, "match address")


@ROUTE_MAP.line(
    "match [invert-result] community [instances MOST] NAMES...",
    "match [invert-result] (extcommunity|large-community) NAMES...",
)
def _match_communities(at: At[str], found: Found) -> None:
    names = re.sub(r"\b(exact-match|exact|or-results)\b", "", found["NAMES"])
    _names(at, "community-list", names, found.line, "match community")


@ROUTE_MAP.line("match [invert-result] as-path NAMES...")
def _match_path(at: At[str], found: Found) -> None:
    if not found["NAMES"].startswith("length"):
        _names(at, "as-path-list", found["NAMES"], found.line, "match as-path")


@ROUTE_MAP.line("match interface NAMES...")
def _match_interface(at: At[str], found: Found) -> None:
    for name in re.findall(r"[A-Za-z][A-Za-z-]*\s?[\d/.:]+", found["NAMES"]):
        at.reading.refer_interface(name, found.line, f"route-map {at.fact} match interface")


@ROUTE_MAP.line("set (comm-list|extcomm-list|extcommunity-list) NAME delete", "set community community-list NAMES...")
def _set_list(at: At[str], found: Found) -> None:
    names = re.sub(r"\b(additive|delete)\b", "", found["NAME"] or found["NAMES"])
    _names(at, "community-list", names, found.line, "set community")


@ROUTE_MAP.line("set (ip|ipv6) next-hop verify-availability ADDRESS SEQ track NUMBER")
def _verified_next_hop(at: At[str], found: Found) -> None:
    _names(at, "track", found["NUMBER"], found.line, "set next-hop")


@ROUTE_MAP.line("set [default] interface NAMES...")
def _set_interface(at: At[str], found: Found) -> None:
    for name in re.findall(r"[A-Za-z][A-Za-z-]*\s?[\d/.:]+", found["NAMES"]):
        at.reading.refer_interface(name, found.line, f"route-map {at.fact} set interface")


@ROUTE_MAP.line("set (ip|ipv6) vrf VRF next-hop REST...", "set vrf VRF")
def _set_vrf(at: At[str], found: Found) -> None:
    _names(at, "vrf", found["VRF"], found.line, "set vrf")


@ROUTE_MAP.line("match track NUMBER")
def _match_track(at: At[str], found: Found) -> None:
    _names(at, "track", found["NUMBER"], found.line, "match track")


@ROUTE_MAP.line("match ip multicast group prefix-list NAME", "match (ip|ipv6) multicast [rp] [group] prefix-list NAME")
def _match_group(at: At[str], found: Found) -> None:
    _names(at, "prefix-list", found["NAME"], found.line, "match multicast")


@ROUTE_MAP.line("continue SEQ")
def _continue(at: At[str], found: Found) -> None:
    at.reading.continues.append((at.fact, found["SEQ"], found.line))


@ROUTE_MAP.line("sub-route-map NAME")
def _sub_map(at: At[str], found: Found) -> None:
    _names(at, "route-map", found["NAME"], found.line, "sub-route-map")


ROUTE_MAP.knows(
    "description TEXT...", "match REST...", "set REST...", "continue [SEQ]", "exit", "no (set|match) REST..."
)
