"""Ports and ICMP types as an ASA writes them: names for many, and eq, lt, gt, neq and range before them."""

from engineering_api.dialects.asa.addresses import Words
from engineering_api.facts.filters import Service

#: Names of TCP and UDP ports that the ASA's command line shows (command reference, "TCP and UDP ports").
PORTS = {
    "aol": 5190, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "chargen": 19, "cifs": 3020,
    "citrix-ica": 1494, "cmd": 514, "ctiqbe": 2748, "daytime": 13, "discard": 9, "dnsix": 195, "domain": 53,
    "echo": 7, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "h323": 1720, "hostname": 101,
    "http": 80, "https": 443, "ident": 113, "imap4": 143, "irc": 194, "isakmp": 500, "kerberos": 750,
    "klogin": 543, "kshell": 544, "ldap": 389, "ldaps": 636, "login": 513, "lotusnotes": 1352, "lpd": 515,
    "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139, "nfs": 2049,
    "nntp": 119, "ntp": 123, "pcanywhere-data": 5631, "pcanywhere-status": 5632, "pim-auto-rp": 496, "pop2": 109,
    "pop3": 110, "pptp": 1723, "radius": 1645, "radius-acct": 1646, "rip": 520, "rsh": 514, "rtsp": 554,
    "secureid-udp": 5510, "sip": 5060, "smtp": 25, "snmp": 161, "snmptrap": 162, "sqlnet": 1521, "ssh": 22,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "telnet": 23, "tftp": 69, "time": 37, "uucp": 540,
    "vxlan": 4789, "who": 513, "whois": 43, "www": 80, "xdmcp": 177,
}  # fmt: skip
#: Protocols by the words and numbers (IANA) of the command line; what is not here is none.
_PROTOCOLS = {
    "ah": "ah", "eigrp": "eigrp", "esp": "esp", "gre": "gre", "icmp": "icmp", "icmp6": "icmp6", "igmp": "igmp",
    "igrp": "igrp", "ip": "ip", "ipinip": "ipip", "ipsec": "esp", "nos": "ipip", "ospf": "ospf", "pcp": "pcp",
    "pim": "pim", "pptp": "gre", "sctp": "sctp", "snp": "snp", "tcp": "tcp", "tcp-udp": "tcp-udp", "udp": "udp",
    "0": "ip", "1": "icmp", "2": "igmp", "4": "ipip", "6": "tcp", "17": "udp", "47": "gre", "50": "esp",
    "51": "ah", "58": "icmp6", "88": "eigrp", "89": "ospf", "103": "pim", "108": "pcp", "132": "sctp",
}  # fmt: skip
OPERATORS = ("eq", "lt", "gt", "neq", "range")
_LAST = 65_535


def protocol(word: str) -> str:
    """A protocol by its word or number.

    Raises:
        ValueError: when it is none.
    """
    if word in _PROTOCOLS:
        return _PROTOCOLS[word]
    if not word.isdecimal() or int(word) > 255:
        raise ValueError(f"no protocol: {word}")
    return word


def port(word: str) -> int:
    """A port's number.

    Raises:
        ValueError: when the word is no port.
    """
    number = PORTS.get(word)
    number = int(word) if number is None else number
    if not 0 <= number <= _LAST:
        raise ValueError(f"no port: {word}")
    return number


def take_ports(words: Words) -> list[str]:
    """The ranges of an operator and its ports; none when no operator comes next.

    Raises:
        ValueError: when what follows the operator is no port.
    """
    if words.peek() not in OPERATORS:
        return []
    operator = words.take()
    first = port(words.take())
    if operator == "range":
        return [f"{first}-{port(words.take())}"]
    if operator == "lt":
        return [f"0-{max(first - 1, 0)}"]
    if operator == "gt":
        return [f"{min(first + 1, _LAST)}-{_LAST}"]
    if operator == "neq":
        below = [f"0-{first - 1}"] if first else []
        return [*below, f"{first + 1}-{_LAST}"] if first < _LAST else below
    return [f"{first}-{first}"]


def take_services(words: Words) -> list[Service]:
    """What a service object says: a protocol with ports or an ICMP type. "tcp-udp" are two.

    Raises:
        ValueError: when words are left that are neither.
    """
    kind = protocol(words.take())
    source = take_ports(words) if words.accept("source") else []
    words.accept("destination")
    ports = take_ports(words)
    icmp = " ".join(words.rest())
    if icmp and kind not in {"icmp", "icmp6"}:
        raise ValueError(f"not a service: {icmp}")
    protocols = ("tcp", "udp") if kind == "tcp-udp" else (kind,)
    return [Service(protocol=one, source_ports=source, ports=ports, icmp=icmp) for one in protocols]
