"""Numbers of protocols, ports and ICMP types by the names that devices write.

Protocols and ports as IANA registers them, with the older names of Cisco's devices; ICMP types of RFC 792 and 4443.
"""

import re
from functools import cache

from netutils import protocol_mapper
from netutils.data_files import protocol_number_mappings

from engineering_api.packets.intervals import Intervals

EVERY_PROTOCOL: Intervals = ((0, 255),)
EVERY_PORT: Intervals = ((0, 65_535),)

TCP, UDP, ICMP, ICMP6, SCTP, DCCP = 6, 17, 1, 58, 132, 33
WITH_PORTS = (TCP, UDP, DCCP, SCTP)

_PROTOCOLS = {
    "icmpv6": ICMP6, "icmp6": ICMP6, "ipv6-icmp": ICMP6, "ah": 51, "ahp": 51, "ipsec-ah": 51, "ipsec-esp": 50,
    "ipinip": 4, "ipip": 4, "ip-in-ip": 4, "nos": 94, "pcp": 108, "ipcomp": 108, "eigrp": 88, "ospf": 89,
    "ospfigp": 89,
    "pim": 103, "vrrp": 112, "carp": 112, "l2tp": 115, "igrp": 9, "gre": 47, "esp": 50, "igmp": 2, "tcp": TCP,
    "udp": UDP, "icmp": ICMP, "sctp": SCTP, "dccp": DCCP, "rsvp": 46, "egp": 8, "ipv6": 41, "ipencap": 4,
    "udplite": 136,
}  # fmt: skip
_ALL = frozenset({"", "ip", "ipv4", "ip4", "any", "all", "0-255"})

#: Names that Cisco's devices have and the registry has not, or has for another port.
_PORTS = {
    "www": 80, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "dns": 53, "bootps": 67,
    "bootpc": 68, "tftp": 69, "http": 80, "pop2": 109, "pop3": 110, "sunrpc": 111, "ident": 113, "nntp": 119,
    "ntp": 123,
    "netbios-ns": 137, "netbios-dgm": 138, "netbios-ss": 139, "netbios-ssn": 139, "imap4": 143, "imap": 143,
    "snmp": 161, "snmptrap": 162, "snmp-trap": 162, "bgp": 179, "ldap": 389, "https": 443, "isakmp": 500, "exec": 512,
    "biff": 512, "who": 513, "rip": 520, "syslog": 514, "cmd": 514, "rsh": 514, "lpd": 515, "uucp": 540, "klogin": 543,
    "kshell": 544, "ldaps": 636, "lotusnotes": 1352, "citrix-ica": 1494, "sqlnet": 1521, "radius": 1645,
    "radius-acct": 1646, "pptp": 1723, "h323": 1720, "nfs": 2049, "ctiqbe": 2748, "sip": 5060, "aol": 5190,
    "pcanywhere-data": 5631, "pcanywhere-status": 5632, "non500-isakmp": 4500, "mobile-ip": 434, "nameserver": 42,
    "dnsix": 195, "xdmcp": 177, "talk": 517, "time": 37, "tacacs": 49, "gopher": 70, "finger": 79, "whois": 43,
    "hostname": 101, "hostnames": 101, "irc": 194, "kerberos": 750, "login": 513, "cifs": 3020, "rtsp": 554,
    "secureid-udp": 5510, "echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "drip": 3949,
}  # fmt: skip

_ICMP4 = {
    "echo-reply": 0, "unreachable": 3, "destination-unreachable": 3, "source-quench": 4, "redirect": 5,
    "alternate-address": 6, "echo": 8, "echo-request": 8, "ping": 8, "router-advertisement": 9,
    "router-solicitation": 10, "time-exceeded": 11, "timex": 11, "parameter-problem": 12, "timestamp": 13,
    "timestamp-request": 13, "timestamp-reply": 14, "information-request": 15, "information-reply": 16,
    "mask-request": 17, "mask-reply": 18, "traceroute": 30, "conversion-error": 31, "mobile-redirect": 32,
}  # fmt: skip
_ICMP4_CODES = {
    "net-unreachable": (3, 0), "network-unreachable": (3, 0), "host-unreachable": (3, 1),
    "protocol-unreachable": (3, 2), "port-unreachable": (3, 3), "packet-too-big": (3, 4),
    "fragmentation-needed": (3, 4), "source-route-failed": (3, 5), "administratively-prohibited": (3, 13),
    "net-redirect": (5, 0), "host-redirect": (5, 1), "ttl-exceeded": (11, 0), "reassembly-timeout": (11, 1),
}  # fmt: skip
_ICMP6 = {
    "unreachable": 1, "destination-unreachable": 1, "packet-too-big": 2, "too-big": 2, "time-exceeded": 3,
    "parameter-problem": 4, "echo-request": 128, "echo": 128, "ping": 128, "echo-reply": 129, "mld-query": 130,
    "mld-report": 131, "mld-reduction": 132, "router-solicitation": 133, "router-advertisement": 134, "nd-na": 136,
    "nd-ns": 135, "neighbor-solicitation": 135, "neighbor-advertisement": 136, "redirect": 137,
    "router-renumbering": 138,
}  # fmt: skip
_ICMP_NUMBERS = re.compile(r"(?:type )?(\d{1,3})(?:[-:]255|(?:[/: ]| code )(\d{1,3})(?:-\d{1,3})?)?")


def protocols(word: str) -> Intervals | None:
    """The numbers that a protocol's name stands for; None for a name that is not known."""
    plain = word.strip().casefold()
    if plain in _ALL:
        return EVERY_PROTOCOL
    if plain.isdigit():
        return ((int(plain), int(plain)),) if int(plain) <= 255 else None
    if plain in ("tcp-udp", "tcp/udp", "tcp_udp", "tcpudp"):
        return ((TCP, TCP), (UDP, UDP))
    number = _PROTOCOLS.get(plain) or _registered("protocol").get(plain)
    return ((number, number),) if number is not None else None


def ports(word: str) -> Intervals | None:
    """The numbers of a port, a range "first-last" or a port's name; None for what is none."""
    plain = word.strip().casefold()
    if plain in ("any", "all", "*"):
        return EVERY_PORT
    if (number := port(plain)) is not None:
        return ((number, number),)
    first, dash, last = plain.replace(":", "-").partition("-")
    low, high = port(first.strip()), port(last.strip())
    return ((low, high),) if dash and low is not None and high is not None and low <= high else None


def port(plain: str) -> int | None:
    """The number of a port by number or name."""
    if plain.isascii() and plain.isdigit():
        return int(plain) if len(plain) < 6 and int(plain) <= 65_535 else None
    found = _PORTS.get(plain)
    return found if found is not None else _registered("port").get(plain)


def icmp(word: str, family: int) -> Intervals | None:
    """An ICMP type and code as types times 256 and codes; "" is all of them; None for a name that is not known."""
    plain = word.strip().casefold()
    if plain in ("", "any", "all"):
        return EVERY_PORT
    if numbers := _ICMP_NUMBERS.fullmatch(plain):
        return _typed(int(numbers[1]), None if numbers[2] is None else int(numbers[2]))
    if family == 4 and plain in _ICMP4_CODES:
        return _typed(*_ICMP4_CODES[plain])
    kind = (_ICMP4 if family == 4 else _ICMP6).get(plain)
    return _typed(kind, None) if kind is not None else None


def _typed(kind: int, code: int | None) -> Intervals | None:
    if kind > 255 or (code or 0) > 255:
        return None
    return ((kind * 256, kind * 256 + 255),) if code is None else ((kind * 256 + code, kind * 256 + code),)


@cache
def _registered(what: str) -> dict[str, int]:
    if what == "protocol":
        return {name.casefold(): number for name, number in protocol_number_mappings.PROTO_NAME_TO_NUM.items()}
    both = {**protocol_mapper.UDP_NAME_TO_NUM, **protocol_mapper.TCP_NAME_TO_NUM}
    return {name.casefold(): number for name, number in both.items()}


@cache
def protocol_name(number: int) -> str:
    """How a protocol is called."""
    common = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "icmp6", 50: "esp", 51: "ah", 47: "gre"}
    return common.get(number) or str(protocol_number_mappings.PROTO_NUM_TO_NAME.get(number, number)).casefold()
