"""Those who dial in: PPP, the web VPN of IOS, FlexVPN's policies; of all of them, the names they use."""

import re

from engineering_api.dialects.cisco.state import At, Reading
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Interface
from engineering_api.reading.grammar import Found, Place
from engineering_api.reading.tree import Node

TOP: Place[Reading] = Place("dial-in")
PORT: Place[At[Interface]] = Place("dial-in at an interface")

#: Lines below a gateway, a context or a policy, and what the name in each is of.
_NAMES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(?:ipv6 )?pool (\S+)"), "pool"),
    (re.compile(r'svc address-pool "?([^\s"]+)"?.*'), "pool"),
    (re.compile(r"route set access-list (?:ipv6 )?(\S+)"), "acl"),
    (re.compile(r"(?:filter tunnel|svc split (?:include|exclude) acl|acl) (\S+)"), "acl"),
    (re.compile(r"aaa (?:authentication|accounting) list (\S+)"), "aaa-list"),
    (re.compile(r"ssl trustpoint (\S+)"), "certificate"),
    (re.compile(r"vrf-name (\S+)"), "vrf"),
)
_PPP_METHODS = frozenset((
    "chap", "pap", "ms-chap", "ms-chap-v2", "eap", "callin", "callback", "callout", "optional", "one-time",
    "if-needed", "default",
))  # fmt: skip


@TOP.block(
    "crypto ikev2 authorization policy NAME", "webvpn (gateway|context) NAME", "webvpn (install|import|sslvpn) REST..."
)
def _remote_access(reading: Reading, found: Found) -> None:
    context = found.node.text
    for below in found.node.walk():
        _used(reading, below, context)


def _used(reading: Reading, below: Node, context: str) -> None:
    for pattern, kind in _NAMES:
        if match := pattern.fullmatch(below.text):
            reading.refer(kind, match[1], below.line, context)
    if interface := re.fullmatch(r"ip interface (\S+)(?: port \d+)?", below.text):
        reading.refer_interface(interface[1], below.line, context)


@PORT.line("peer default (ip|ipv6) (address|pool) WORDS...", "peer default (ip|ipv6) address pool NAMES...")
def _peer_address(at: At[Interface], found: Found) -> None:
    names = (found["NAMES"] or found["WORDS"].removeprefix("pool ")).split()
    for name in names if " pool " in found.node.text else ():
        at.reading.refer("pool", name, found.line, f"interface {at.fact.name} peer default")


@PORT.line("ipv6 dhcp server POOL [REST...]")
def _dhcp6(at: At[Interface], found: Found) -> None:
    if found["POOL"] not in ("automatic", "rapid-commit"):
        at.reading.refer("pool", found["POOL"], found.line, f"interface {at.fact.name} ipv6 dhcp server")


@PORT.line("ppp (authentication|authorization|accounting) WORDS...")
def _ppp(at: At[Interface], found: Found) -> None:
    for name in found["WORDS"].split():
        if name not in _PPP_METHODS:
            at.reading.refer("aaa-list", name, found.line, f"interface {at.fact.name} ppp")


@TOP.line("ip rsvp policy local acl ACL", "tftp-server FILE [alias NAME] ACL")
def _served(reading: Reading, found: Found) -> None:
    if found["ACL"].isdecimal() or found.node.text.startswith("ip rsvp"):
        reading.refer("acl", found["ACL"], found.line, found.node.text.partition(" ")[0])
