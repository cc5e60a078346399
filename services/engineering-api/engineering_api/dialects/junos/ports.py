"""The names that Junos has for protocols and ports, and the applications that it knows by itself.

Sources: "Firewall filter match conditions" and `show configuration groups junos-defaults applications` of Junos.
"""

import re

from engineering_api.facts.filters import Service

_NAMED = {
    "afs": 1483, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "cmd": 514, "cvspserver": 2401, "dhcp": 67,
    "domain": 53, "eklogin": 2105, "ekshell": 2106, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "http": 80,
    "https": 443, "ident": 113, "imap": 143, "kerberos-sec": 88, "klogin": 543, "kpasswd": 761, "krb-prop": 754,
    "krbupdate": 760, "kshell": 544, "ldap": 389, "ldp": 646, "login": 513, "mobileip-agent": 434, "mobilip-mn": 435,
    "msdp": 639, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139, "nfsd": 2049, "nntp": 119, "ntalk": 518,
    "ntp": 123, "pop3": 110, "pptp": 1723, "printer": 515, "radacct": 1813, "radius": 1812, "rip": 520,
    "rkinit": 2108, "smtp": 25, "snmp": 161, "snmptrap": 162, "snpp": 444, "socks": 1080, "ssh": 22, "sunrpc": 111,
    "syslog": 514, "tacacs": 49, "tacacs-ds": 65, "talk": 517, "telnet": 23, "tftp": 69, "timed": 525, "who": 513,
    "xdmcp": 177,
}  # fmt: skip
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")

#: Applications of junos-defaults: a protocol and ports, or several of both.
_BUILT_IN: dict[str, str] = {
    "junos-aol": "tcp 5190-5193", "junos-bgp": "tcp 179", "junos-biff": "udp 512", "junos-bootpc": "udp 68",
    "junos-bootps": "udp 67", "junos-chargen": "udp 19", "junos-cifs": "tcp 139 tcp 445",
    "junos-cvspserver": "tcp 2401", "junos-dhcp-client": "udp 68", "junos-dhcp-relay": "udp 67",
    "junos-dhcp-server": "udp 67", "junos-discard": "udp 9", "junos-dns-tcp": "tcp 53", "junos-dns-udp": "udp 53",
    "junos-echo": "udp 7", "junos-finger": "tcp 79", "junos-ftp": "tcp 21", "junos-ftp-data": "tcp 20",
    "junos-gnutella": "udp 6346-6347", "junos-gopher": "tcp 70", "junos-gprs-gtp-c": "udp 2123",
    "junos-gprs-gtp-u": "udp 2152", "junos-gre": "gre", "junos-gtp": "udp 2123",
    "junos-h323": "tcp 1720 udp 1719 tcp 1503 tcp 389 tcp 522 tcp 1731", "junos-http": "tcp 80",
    "junos-http-ext": "tcp 7001", "junos-https": "tcp 443", "junos-icmp-all": "icmp", "junos-icmp-ping": "icmp",
    "junos-icmp6-all": "icmp6", "junos-icmp6-echo-request": "icmp6", "junos-ident": "tcp 113", "junos-ike": "udp 500",
    "junos-ike-nat": "udp 4500", "junos-imap": "tcp 143", "junos-imaps": "tcp 993",
    "junos-internet-locator-service": "tcp 389", "junos-irc": "tcp 6660-6669", "junos-l2tp": "udp 1701",
    "junos-ldap": "tcp 389", "junos-ldp-tcp": "tcp 646", "junos-ldp-udp": "udp 646", "junos-lpr": "tcp 515",
    "junos-mail": "tcp 25", "junos-mgcp": "udp 2427 udp 2727", "junos-mgcp-ca": "udp 2727",
    "junos-mgcp-ua": "udp 2427", "junos-msn": "tcp 1863", "junos-ms-rpc": "tcp 135 udp 135",
    "junos-ms-rpc-tcp": "tcp 135", "junos-ms-rpc-udp": "udp 135", "junos-ms-sql": "tcp 1433", "junos-nbds": "udp 138",
    "junos-nbname": "udp 137", "junos-netbios-session": "tcp 139", "junos-nfs": "udp 111",
    "junos-nfsd-tcp": "tcp 2049", "junos-nfsd-udp": "udp 2049", "junos-nntp": "tcp 119",
    "junos-ns-global": "tcp 15397", "junos-ns-global-pro": "tcp 15397", "junos-nsm": "udp 69",
    "junos-ntalk": "udp 518", "junos-ntp": "udp 123", "junos-ospf": "89", "junos-pc-anywhere": "udp 5632",
    "junos-ping": "icmp", "junos-pingv6": "icmp6", "junos-pop3": "tcp 110", "junos-pptp": "tcp 1723",
    "junos-printer": "tcp 515", "junos-r2cp": "udp 28672", "junos-radacct": "udp 1813", "junos-radius": "udp 1812",
    "junos-realaudio": "tcp 554", "junos-rip": "udp 520", "junos-routing-inbound": "tcp 179 udp 520 tcp 646 udp 646",
    "junos-rsh": "tcp 514", "junos-rtsp": "tcp 554", "junos-sccp": "tcp 2000", "junos-sctp-any": "sctp",
    "junos-sip": "udp 5060 tcp 5060", "junos-smb": "tcp 139 tcp 445", "junos-smb-session": "tcp 445",
    "junos-smtp": "tcp 25", "junos-smtps": "tcp 465", "junos-snmp-agentx": "tcp 705", "junos-snpp": "tcp 444",
    "junos-sql-monitor": "udp 1434", "junos-sqlnet-v1": "tcp 1525", "junos-sqlnet-v2": "tcp 1521",
    "junos-ssh": "tcp 22", "junos-stun": "udp 3478-3479 tcp 3478-3479", "junos-sun-rpc": "tcp 111 udp 111",
    "junos-sun-rpc-tcp": "tcp 111", "junos-sun-rpc-udp": "udp 111", "junos-syslog": "udp 514",
    "junos-tacacs": "tcp 49", "junos-tacacs-ds": "tcp 65", "junos-talk": "udp 517 tcp 517", "junos-tcp-any": "tcp",
    "junos-telnet": "tcp 23", "junos-tftp": "udp 69", "junos-udp-any": "udp", "junos-uucp": "udp 540",
    "junos-vdo-live": "udp 7000-7010", "junos-vnc": "tcp 5800 tcp 5900", "junos-wais": "tcp 210",
    "junos-who": "udp 513", "junos-whois": "tcp 43", "junos-winframe": "tcp 1494", "junos-wxcontrol": "tcp 3578",
    "junos-x-windows": "tcp 6000-6063", "junos-xnm-clear-text": "tcp 3221", "junos-xnm-ssl": "tcp 3220",
    "junos-ymsg": "tcp 5050", "junos-dhcp": "udp 67-68",
}  # fmt: skip
_PINGS = {"junos-ping": "8", "junos-icmp-ping": "8", "junos-pingv6": "128", "junos-icmp6-echo-request": "128"}


def port(word: str) -> str:
    """A port by its number, range or name as "first-last".

    Raises:
        ValueError: when it is none.
    """
    if word in _NAMED:
        return f"{_NAMED[word]}-{_NAMED[word]}"
    match = _RANGE.fullmatch(word)
    if match is None:
        raise ValueError(f"no port: {word}")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= 65535:
        raise ValueError(f"no port: {word}")
    return f"{first}-{last}"


def protocol(word: str) -> str:
    """A protocol by the word that facts have for it."""
    return {"icmpv6": "icmp6", "icmp6": "icmp6", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmp6", "47": "gre"}.get(
        word, word
    )


def protocols(word: str) -> list[str]:
    """The protocols of a word, which may be a range of numbers."""
    match = re.fullmatch(r"(\d{1,3})-(\d{1,3})", word)
    if match is None:
        return [protocol(word)]
    return [protocol(str(number)) for number in range(int(match[1]), min(int(match[2]), 255) + 1)]


def built_in(name: str) -> list[Service] | None:
    """The services of an application that Junos defines itself; None when it is not one that is known here."""
    said = _BUILT_IN.get(name)
    if said is None:
        return None
    if name in _PINGS:
        return [Service(protocol=said, icmp=_PINGS[name])]
    words = said.split()
    if len(words) == 1:
        return [Service(protocol=words[0])]
    return [Service(protocol=one, ports=[port(two)]) for one, two in zip(words[::2], words[1::2], strict=True)]
