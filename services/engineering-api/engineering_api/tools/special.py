"""Addresses that have a purpose of their own, and the classes of old.

From the registries of IANA, "IPv4 Special-Purpose Address Space" and "IPv6 Special-Purpose Address Space", and for
multicast and the classes from RFC 5771, RFC 4291 and RFC 791.
"""

from dataclasses import dataclass
from ipaddress import ip_network

from engineering_api.tools.reading import Network


@dataclass(frozen=True)
class Purpose:
    """What a block is for, and which document says so."""

    block: Network
    name: str
    document: str
    is_global: bool = False


PURPOSES: tuple[Purpose, ...] = tuple(
    Purpose(ip_network(block), name, document, is_global)
    for block, name, document, is_global in (
        ("0.0.0.0/8", "this network", "RFC 791", False),
        ("0.0.0.0/32", "this host on this network", "RFC 1122", False),
        ("10.0.0.0/8", "private use", "RFC 1918", False),
        ("100.64.0.0/10", "shared address space (carrier-grade NAT)", "RFC 6598", False),
        ("127.0.0.0/8", "loopback", "RFC 1122", False),
        ("169.254.0.0/16", "link local", "RFC 3927", False),
        ("172.16.0.0/12", "private use", "RFC 1918", False),
        ("192.0.0.0/24", "IETF protocol assignments", "RFC 6890", False),
        ("192.0.0.0/29", "IPv4 service continuity prefix", "RFC 7335", False),
        ("192.0.2.0/24", "documentation (TEST-NET-1)", "RFC 5737", False),
        ("192.31.196.0/24", "AS112-v4", "RFC 7535", True),
        ("192.52.193.0/24", "AMT", "RFC 7450", True),
        ("192.88.99.0/24", "deprecated (6to4 relay anycast)", "RFC 7526", False),
        ("192.168.0.0/16", "private use", "RFC 1918", False),
        ("192.175.48.0/24", "direct delegation AS112 service", "RFC 7534", True),
        ("198.18.0.0/15", "benchmarking", "RFC 2544", False),
        ("198.51.100.0/24", "documentation (TEST-NET-2)", "RFC 5737", False),
        ("203.0.113.0/24", "documentation (TEST-NET-3)", "RFC 5737", False),
        ("224.0.0.0/4", "multicast", "RFC 5771", False),
        ("240.0.0.0/4", "reserved", "RFC 1112", False),
        ("255.255.255.255/32", "limited broadcast", "RFC 8190", False),
        ("::/128", "unspecified address", "RFC 4291", False),
        ("::1/128", "loopback address", "RFC 4291", False),
        ("::ffff:0:0/96", "IPv4-mapped address", "RFC 4291", False),
        ("64:ff9b::/96", "IPv4-IPv6 translation", "RFC 6052", True),
        ("64:ff9b:1::/48", "IPv4-IPv6 translation, local use", "RFC 8215", False),
        ("100::/64", "discard only", "RFC 6666", False),
        ("2001::/23", "IETF protocol assignments", "RFC 2928", False),
        ("2001::/32", "Teredo", "RFC 4380", False),
        ("2001:2::/48", "benchmarking", "RFC 5180", False),
        ("2001:db8::/32", "documentation", "RFC 3849", False),
        ("2001:20::/28", "ORCHIDv2", "RFC 7343", True),
        ("2002::/16", "6to4", "RFC 3056", False),
        ("2000::/3", "global unicast", "RFC 4291", True),
        ("3fff::/20", "documentation", "RFC 9637", False),
        ("5f00::/16", "segment routing (SRv6) SIDs", "RFC 9602", False),
        ("fc00::/7", "unique local", "RFC 4193", False),
        ("fe80::/10", "link-local unicast", "RFC 4291", False),
        ("ff00::/8", "multicast", "RFC 4291", False),
    )
)


def purpose(of: Network) -> Purpose | None:
    """The smallest block with a purpose in which a network lies as a whole."""
    holding = [one for one in PURPOSES if one.block.version == of.version and of.subnet_of(one.block)]  # type: ignore[arg-type]
    return max(holding, key=lambda one: one.block.prefixlen, default=None)


def letter(of: Network) -> str:
    """The class that an IPv4 network's first address had before CIDR; "" for IPv6."""
    if of.version == 6:
        return ""
    first = int(of.network_address) >> 24
    for name, below in (("A", 128), ("B", 192), ("C", 224), ("D", 240)):
        if first < below:
            return name
    return "E"
