"""Words of Cisco-like configurations: networks, VLAN lists, ports, protocols, kinds of secrets."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

#: Names of TCP and UDP ports as IOS, EOS and NX-OS write them in access lists.
PORTS = {
    "aol": 5190, "bfd": 3784, "bfd-echo": 3785, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "chargen": 19,
    "cifs": 445, "cmd": 514, "connectedapps-plain": 15001, "connectedapps-tls": 15002, "daytime": 13, "discard": 9,
    "dnsix": 195, "domain": 53, "drip": 3949, "echo": 7, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20,
    "gopher": 70, "hostname": 101, "http": 80, "https": 443, "ident": 113, "imap": 143, "irc": 194, "isakmp": 500,
    "kerberos": 88, "klogin": 543, "kshell": 544, "ldap": 389, "ldaps": 636, "login": 513, "lpd": 515, "mlag": 51234,
    "mobile-ip": 434, "msrpc": 135, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139,
    "netbios-ssn": 139, "nfs": 2049, "nntp": 119, "non500-isakmp": 4500, "ntp": 123, "onep-plain": 15001,
    "onep-tls": 15002, "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "pptp": 1723, "radius": 1812,
    "radius-acct": 1813, "rip": 520, "ripv6": 521, "rtsp": 554, "sip": 5060, "smtp": 25, "snmp": 161,
    "snmptrap": 162, "sqlnet": 1521, "sqlserver": 1433, "ssh": 22, "sunrpc": 111, "syslog": 514, "tacacs": 49,
    "tacacs-ds": 49, "talk": 517, "telnet": 23, "tftp": 69, "time": 37, "uucp": 540, "vxlan": 4789, "who": 513,
    "whois": 43, "www": 80, "xdmcp": 177,
}  # fmt: skip

#: Names and numbers of protocols (IANA) by the words of access lists; what is missing keeps its word.
_PROTOCOLS = {
    "ipv4": "ip", "ipv6": "ip", "ipv6-icmp": "icmp6", "icmpv6": "icmp6", "ahp": "ah", "nos": "ipip", "ipinip": "ipip",
    "rsvp": "rsvp", "0": "0", "1": "icmp", "2": "igmp", "4": "ipip", "6": "tcp", "17": "udp", "47": "gre", "50": "esp",
    "51": "ah", "58": "icmp6", "88": "eigrp", "89": "ospf", "103": "pim", "108": "pcp", "112": "vrrp", "132": "sctp",
}  # fmt: skip
PROTOCOLS = frozenset((
    "ip", "ipv4", "ipv6", "tcp", "udp", "icmp", "icmpv6", "igmp", "esp", "ahp", "ah", "gre", "eigrp", "ospf", "pim",
    "pcp", "nos", "ipinip", "vrrp", "sctp", "rsvp", "hopopt", "udplite", "mpls-over-ip",
))  # fmt: skip

#: All VLANs that a trunk may carry.
ALL_VLANS = range(1, 4095)


def protocol(word: str) -> str:
    """A protocol by its name or number.

    Raises:
        ValueError: when it is none.
    """
    word = word.lower()
    if word.isdecimal() and int(word) < 256:
        return _PROTOCOLS.get(word, word)
    if word not in PROTOCOLS:
        raise ValueError(word)
    return _PROTOCOLS.get(word, word)


def port(word: str) -> int:
    """A port by its name or number.

    Raises:
        ValueError: when it is none.
    """
    if not word.isdecimal():
        if word not in PORTS:
            raise ValueError(word)
        return PORTS[word]
    if len(word) > 5 or int(word) > 65535:
        raise ValueError(word)
    return int(word)


def prefix(address: str, mask: str = "") -> IPv4Network | IPv6Network:
    """A network by its address and mask, which need not be clean.

    Raises:
        ValueError: when it is none.
    """
    return ip_network(f"{address}/{mask}" if mask else address, strict=False)


def behind_wildcard(address: str, wildcard: str) -> IPv4Network | None:
    """The network that an address and a wildcard mask stand for; None where the mask is not contiguous.

    Raises:
        ValueError: for what is no address.
    """
    bits = int(IPv4Address(wildcard))
    start = int(IPv4Address(address)) & ~bits
    return None if bits & (bits + 1) else IPv4Network((start, 32 - bits.bit_length()))


def numbers(listed: str) -> list[int]:
    """A list of VLANs or other numbers: "1,5-7" or "1 5-7".

    Raises:
        ValueError: for what is no such list.
    """
    found: list[int] = []
    for part in re.split(r"[,\s]+", listed.strip(" ,")):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 0 <= low <= high <= 4095 + 1:
            raise ValueError(listed)
        found.extend(range(low, high + 1))
        if len(found) > 8192:
            raise ValueError(listed)
    return found


def vlans_after(known: list[int] | None, change: str, listed: str) -> list[int] | None:
    """The VLANs of a trunk after a line that sets, adds or takes away some; None are all.

    Raises:
        ValueError: for what is no list of VLANs.
    """
    if listed == "all":
        return None
    if listed == "none":
        return []
    given = set(numbers(listed))
    if change == "add":
        return None if known is None else sorted(given.union(known))
    if change == "remove":
        return [one for one in (ALL_VLANS if known is None else known) if one not in given]
    if change == "except":
        return [one for one in ALL_VLANS if one not in given]
    return sorted(given)


def kept_as(words: str) -> str:
    """How a password is kept, by the words before it: "secret 5" is 5, "password" plain, "secret sha512" sha512."""
    if kind := re.search(r"\b(?:secret|password)\s+(\d{1,2}|sha512|sha256|md5|sha\d*)(?=\s)", words):
        return "plain" if kind[1] == "0" else kind[1]
    return "hash" if re.search(r"\bsecret\b", words) else "plain"


def unquoted(text: str) -> str:
    """A text without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
