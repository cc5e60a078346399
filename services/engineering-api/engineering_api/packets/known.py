"""Names that platforms know without a definition: addresses that mean everything, and services with their ports.

By the platform's name as far as it matters; platforms that are not listed know none.
"""

from collections.abc import Mapping

from engineering_api.facts.filters import Service

EVERYTHING = frozenset({"any", "all", "any4", "any6", "any-ipv4", "any-ipv6", "*"})
#: Which family a word for everything means; the others mean both.
ONLY_FAMILY = {"any4": 4, "any-ipv4": 4, "any6": 6, "any-ipv6": 6}


def _tcp(*ports: str) -> tuple[Service, ...]:
    return (Service(protocol="tcp", ports=list(ports)),)


def _udp(*ports: str) -> tuple[Service, ...]:
    return (Service(protocol="udp", ports=list(ports)),)


def _both(*ports: str) -> tuple[Service, ...]:
    return (*_tcp(*ports), *_udp(*ports))


#: Predefined applications of Junos (documentation "Predefined policy applications") that small sites use.
_JUNOS: Mapping[str, tuple[Service, ...]] = {
    "junos-ftp": _tcp("21"),
    "junos-tftp": _udp("69"),
    "junos-ssh": _tcp("22"),
    "junos-telnet": _tcp("23"),
    "junos-smtp": _tcp("25"),
    "junos-smtps": _tcp("465"),
    "junos-dns-udp": _udp("53"),
    "junos-dns-tcp": _tcp("53"),
    "junos-http": _tcp("80"),
    "junos-https": _tcp("443"),
    "junos-http-ext": _tcp("7001"),
    "junos-pop3": _tcp("110"),
    "junos-imap": _tcp("143"),
    "junos-imaps": _tcp("993"),
    "junos-ntp": _udp("123"),
    "junos-snmp": _udp("161"),
    "junos-syslog": _udp("514"),
    "junos-ldap": _tcp("389"),
    "junos-radius": _udp("1812"),
    "junos-radacct": _udp("1813"),
    "junos-sip": _both("5060"),
    "junos-ike": _udp("500"),
    "junos-ike-nat": _udp("4500"),
    "junos-bgp": _tcp("179"),
    "junos-rdp": _tcp("3389"),
    "junos-ms-sql": _tcp("1433"),
    "junos-dhcp-client": _udp("68"),
    "junos-dhcp-server": _udp("67"),
    "junos-dhcp-relay": _udp("67"),
    "junos-nbname": _udp("137"),
    "junos-nbds": _udp("138"),
    "junos-netbios-session": _tcp("139"),
    "junos-smb-session": _tcp("445"),
    "junos-pptp": _tcp("1723"),
    "junos-l2tp": _udp("1701"),
    "junos-gre": (Service(protocol="gre"),),
    "junos-ospf": (Service(protocol="ospf"),),
    "junos-icmp-all": (Service(protocol="icmp"),),
    "junos-icmp6-all": (Service(protocol="icmp6"),),
    "junos-ping": (Service(protocol="icmp", icmp="8"),),
    "junos-icmp-ping": (Service(protocol="icmp", icmp="8"),),
    "junos-pingv6": (Service(protocol="icmp6", icmp="128"),),
}

#: FortiOS's default services that its full backup defines and a partial one leaves out.
_FORTIOS: Mapping[str, tuple[Service, ...]] = {
    "ALL_TCP": _tcp("1-65535"),
    "ALL_UDP": _udp("1-65535"),
    "ALL_ICMP": (Service(protocol="icmp"),),
    "ALL_ICMP6": (Service(protocol="icmp6"),),
    "DNS": _both("53"),
    "HTTP": _tcp("80"),
    "HTTPS": _tcp("443"),
    "FTP": _tcp("21"),
    "SSH": _tcp("22"),
    "TELNET": _tcp("23"),
    "SMTP": _tcp("25"),
    "SMTPS": _tcp("465"),
    "IMAP": _tcp("143"),
    "IMAPS": _tcp("993"),
    "POP3": _tcp("110"),
    "POP3S": _tcp("995"),
    "LDAP": _tcp("389"),
    "NTP": _both("123"),
    "SNMP": _both("161-162"),
    "SYSLOG": _udp("514"),
    "TFTP": _udp("69"),
    "RDP": _tcp("3389"),
    "SMB": _tcp("445"),
    "SAMBA": _tcp("139"),
    "DHCP": _udp("67-68"),
    "RADIUS": _udp("1812", "1813"),
    "GRE": (Service(protocol="gre"),),
    "ESP": (Service(protocol="esp"),),
    "OSPF": (Service(protocol="ospf"),),
    "PING": (Service(protocol="icmp", icmp="8"),),
    "PING6": (Service(protocol="icmp6", icmp="128"),),
    "MYSQL": _tcp("3306"),
    "MS-SQL": _tcp("1433", "1434"),
    "IKE": _udp("500", "4500"),
    "SIP": _both("5060"),
}


def service(platform: str, name: str) -> tuple[Service, ...] | None:
    """What a predefined service of a platform is; None for a name that it does not know."""
    if platform.startswith("juniper"):
        return _JUNOS.get(name)
    if platform.startswith("forti"):
        return _FORTIOS.get(name)
    return None
