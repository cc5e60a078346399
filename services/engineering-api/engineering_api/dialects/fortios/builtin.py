"""What every FortiGate has by its factory defaults, so that its name may be used where no line defines it."""

from engineering_api.facts.filters import Service

_TCP = {
    "AFS3": "7000-7009", "AOL": "5190-5194", "BGP": "179", "CVSPSERVER": "2401", "DCE-RPC": "135", "DNS": "53",
    "FINGER": "79", "FTP": "21", "FTP_GET": "21", "FTP_PUT": "21", "GOPHER": "70", "H323": "1503 1720", "HTTP": "80",
    "HTTPS": "443", "IMAP": "143", "IMAPS": "993", "IRC": "6660-6669", "Internet-Locator-Service": "389",
    "KERBEROS": "88 464", "LDAP": "389", "MGCP": "2428", "MMS": "1755", "MS-SQL": "1433 1434", "MYSQL": "3306",
    "NFS": "111 2049", "NNTP": "119", "NTP": "123", "NetMeeting": "1720", "ONC-RPC": "111", "PC-Anywhere": "5631",
    "POP3": "110", "POP3S": "995", "PPTP": "1723", "RDP": "3389", "REXEC": "512", "RLOGIN": "513", "RSH": "514",
    "RTSP": "554 7070 8554", "SAMBA": "139", "SCCP": "2000", "SIP": "5060", "SIP-MSNmessenger": "1863", "SMB": "445",
    "SMTP": "25", "SMTPS": "465", "SNMP": "161-162", "SOCKS": "1080", "SQUID": "3128", "SSH": "22", "TELNET": "23",
    "UUCP": "540", "VDOLIVE": "7000-7010", "VNC": "5900", "WAIS": "210", "WINFRAME": "1494 2598", "WINS": "1512",
    "X-WINDOWS": "6000-6063", "L2TP": "1701",
}  # fmt: skip
_UDP = {
    "AFS3": "7000-7009", "CVSPSERVER": "2401", "DCE-RPC": "135", "DHCP": "67-68", "DHCP6": "546 547", "DNS": "53",
    "H323": "1719", "IKE": "500 4500", "KERBEROS": "88 464", "L2TP": "1701", "LDAP_UDP": "389", "MGCP": "2427 2727",
    "MMS": "1024-5000", "NFS": "111 2049", "NTP": "123", "ONC-RPC": "111", "PC-Anywhere": "5632",
    "QUAKE": "26000 27000 27910 27960",
    "RADIUS": "1812 1813", "RADIUS-OLD": "1645 1646", "RAUDIO": "7070", "RIP": "520", "RTSP": "554", "SIP": "5060",
    "SNMP": "161-162", "SOCKS": "1080", "SYSLOG": "514", "TALK": "517-518", "TFTP": "69", "TRACEROUTE": "33434-33535",
    "WINS": "1512",
}  # fmt: skip
_OTHER = {
    "AH": Service(protocol="ah"),
    "ALL_ICMP": Service(protocol="icmp"),
    "ALL_ICMP6": Service(protocol="icmp6"),
    "ALL_TCP": Service(protocol="tcp"),
    "ALL_UDP": Service(protocol="udp"),
    "ESP": Service(protocol="esp"),
    "GRE": Service(protocol="gre"),
    "INFO_ADDRESS": Service(protocol="icmp", icmp="17"),
    "INFO_REQUEST": Service(protocol="icmp", icmp="15"),
    "OSPF": Service(protocol="ospf"),
    "PING": Service(protocol="icmp", icmp="8"),
    "PING6": Service(protocol="icmp6", icmp="128"),
    "TIMESTAMP": Service(protocol="icmp", icmp="13"),
}


def _services() -> dict[str, list[Service]]:
    made: dict[str, list[Service]] = {name: [service] for name, service in _OTHER.items()}
    for protocol, table in (("tcp", _TCP), ("udp", _UDP)):
        for name, ports in table.items():
            for port in ports.split():
                first, _, last = port.partition("-")
                service = Service(protocol=protocol, ports=[f"{first}-{last or first}"])
                made.setdefault(name, []).append(service)
    return made


#: Services by their names, with their ports.
SERVICES: dict[str, list[Service]] = _services()
#: Names for every service, of which the older is in lower case.
EVERY_SERVICE = frozenset({"ALL", "ANY"})
#: Names for every address.
EVERY_ADDRESS = frozenset({"all"})

_GROUPS = ("Email Access", "Exchange Server", "Web Access", "Windows AD")
_ADDRESSES = (
    "all", "none", "FABRIC_DEVICE", "FIREWALL_AUTH_PORTAL_ADDRESS", "SSLVPN_TUNNEL_ADDR1", "SSLVPN_TUNNEL_IPv6_ADDR1",
    "EMS_ALL_UNKNOWN_CLIENTS", "EMS_ALL_UNMANAGEABLE_CLIENTS", "autoupdate.opera.com", "gmail.com", "google-play",
    "login.microsoft.com", "login.microsoftonline.com", "login.windows.net", "metadata-server", "swscan.apple.com",
    "update.microsoft.com", "wildcard.dropbox.com", "wildcard.google.com", "Wildcard Google", "Wildcard Dropbox",
)  # fmt: skip
_ADDRESS_GROUPS = ("G Suite", "Microsoft Office 365")
_SECURITY = (
    "all_default", "all_default_pass", "block-high-risk", "certificate-inspection", "custom-deep-inspection",
    "deep-inspection", "default", "g-default", "g-sniffer-profile", "g-wifi-default", "high_security", "monitor-all",
    "monitor-allow", "no-inspection", "protect_client", "protect_email_server", "protect_http_server",
    "sniffer-profile", "ssh-filter", "strict", "wifi-default",
)  # fmt: skip

#: Names that need no line, and need not be used, by what they are.
NAMES: dict[str, frozenset[str]] = {
    "object": frozenset(_ADDRESSES),
    "object-group": frozenset(_ADDRESS_GROUPS),
    "service": frozenset({*SERVICES, *EVERY_SERVICE, "NONE", "webproxy"}),
    "service-group": frozenset(_GROUPS),
    "schedule": frozenset({"always", "none", "default-darrp-optimize"}),
    "interface": frozenset({"any", "fortilink", "ssl.root", "l2t.root", "naf.root", "virtual-wan-link"}),
    "zone": frozenset({"any", "virtual-wan-link"}),
    "security-profile": frozenset(_SECURITY),
    "user-group": frozenset({"Guest-group", "SSO_Guest_Users", "FSSO_Guest_Users"}),
}
#: Certificates of the factory and tunnel interfaces of VDOMs, by how their names begin.
PREFIXES: dict[str, tuple[str, ...]] = {
    "certificate": ("Fortinet_",),
    "object": ("FCTEMS_", "EMS_ALL_", "SSLVPN_TUNNEL_"),
    "template": ("FAP", "AP-11N", "default-"),
    "interface": ("ssl.", "l2t.", "naf.", "npu", "vsys_"),
}


def is_builtin(kind: str, name: str) -> bool:
    """Whether a name of a kind is there without being defined."""
    return name in NAMES.get(kind, ()) or name.startswith(PREFIXES.get(kind, ("\0",)))
