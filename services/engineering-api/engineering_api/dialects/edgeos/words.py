"""Addresses, ports and protocols as EdgeOS and VyOS write them in rules."""

import re
from ipaddress import ip_address, ip_network

from engineering_api.facts.filters import Ends

_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_NAMED = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "http": 80,
    "www": 80, "pop3": 110, "sunrpc": 111, "ntp": 123, "imap2": 143, "imap": 143, "snmp": 161, "snmp-trap": 162,
    "bgp": 179, "ldap": 389, "https": 443, "microsoft-ds": 445, "isakmp": 500, "syslog": 514, "ldaps": 636,
    "imaps": 993, "pop3s": 995, "openvpn": 1194, "l2tp": 1701, "pptp": 1723, "radius": 1812, "mysql": 3306,
    "sip": 5060, "ipsec-nat-t": 4500, "submission": 587, "http-alt": 8080, "rsync": 873, "domain-s": 853,
}  # fmt: skip
_PROTOCOLS = {"all": ["ip"], "tcp_udp": ["tcp", "udp"], "ipv6-icmp": ["icmp6"], "icmpv6": ["icmp6"], "ip": ["ip"]}


def adds_address(ends: Ends, word: str) -> None:
    """Add an address, network or range to one side of a rule; an exclamation mark is all but it.

    Raises:
        ValueError: when it is none of them.
    """
    if word.startswith("!"):
        ends.is_negated, word = True, word[1:]
    if word in ("any", "0.0.0.0/0", "::/0"):
        ends.is_any = True
        return
    first, dash, last = word.partition("-")
    if dash:
        ends.ranges.append(f"{ip_address(first)}-{ip_address(last)}")
    else:
        ends.networks.append(str(ip_network(word, strict=False)))


def ports(word: str) -> list[str]:
    """Ports by numbers, ranges and names with commas between them, each as "first-last".

    Raises:
        ValueError: when one of them is none.
    """
    return [_port(one) for one in word.split(",") if one]


def _port(word: str) -> str:
    if word in _NAMED:
        return f"{_NAMED[word]}-{_NAMED[word]}"
    match = _PORTS.fullmatch(word)
    if match is None:
        raise ValueError(f"no port: {word}")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= 65535:
        raise ValueError(f"no port: {word}")
    return f"{first}-{last}"


def protocols(word: str) -> list[str]:
    """The protocols that a word stands for."""
    return _PROTOCOLS.get(word, [word])
