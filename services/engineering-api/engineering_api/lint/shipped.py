"""Names that devices know without a definition, and names that they ship: no finding when undefined or unused.

Sources: Cisco's command references (default class, AAA's groups, ASA's default policies), Junos's predefined
applications, policies and zones, FortiOS's factory defaults, pf's tables of pfSense and OPNsense, RouterOS's built-in
lists and profiles. A word with * stands for all names that fit; case does not matter.
"""

import re
from collections.abc import Mapping
from fnmatch import translate
from functools import cache

from engineering_api.facts.names import Kind

_AAA = (
    "default",
    "local",
    "local-case",
    "none",
    "enable",
    "line",
    "console",
    "krb5",
    "krb5-telnet",
    "if-authenticated",
)
_GROUPS = ("radius", "tacacs+", "tacacs", "ldap", "local", "cache", "none")
_CISCO: Mapping[Kind, tuple[str, ...]] = {
    "class-map": ("class-default", "always", "system-cpp-*", "non-client-nrt-class"),
    "policy-map": ("system-cpp-policy",),
    "acl": ("sl_def_acl", "sl_def_ipv6_acl", "CISCO-CWA-URL-REDIRECT-ACL", "preauth_*", "IP-Adm-V4-*", "implicit_*"),
    "vrf": ("default", "global"),
    "aaa-list": _AAA,
    "server-group": _GROUPS,
    "interface": ("null0", "null 0", "control-plane", "embedded-service-engine*"),
    "zone": ("self", "default"),
    "transform-set": ("default",),
    "ipsec-profile": ("default",),
    "ike-policy": ("default",),
    "certificate": ("TP-self-signed-*", "SLA-TrustPoint", "CISCO_IDEVID_*"),
    "vlan": ("1", "1002", "1003", "1004", "1005"),
    "template": (
        "DefaultWiredDot1x*",
        "DOT1X_*",
        "LLDP-MED*",
        "webauth-global-inactive",
        "DEFAULT_LINKSEC_*",
        "DEFAULT_CRITICAL_*",
    ),
}
_NXOS: Mapping[Kind, tuple[str, ...]] = {
    **_CISCO,
    "class-map": (
        "class-default",
        "class-all",
        "class-fcoe",
        "class-ip-multicast",
        "copp-*",
        "*c-out-*",
        "*c-8q-out-*",
    ),
    "policy-map": ("default-*", "copp-*", "system-*"),
    "acl": ("copp-*", "sl_def_acl"),
    "vrf": ("default", "management"),
    "interface": ("null0", "mgmt0"),
}
_EOS: Mapping[Kind, tuple[str, ...]] = {
    **_CISCO,
    "class-map": ("class-default", "copp-*"),
    "policy-map": ("copp-*", "default"),
    "acl": ("default-control-plane-acl*",),
    "interface": ("null0", "all"),
}
_ASA: Mapping[Kind, tuple[str, ...]] = {
    "object": ("any", "any4", "any6", "interface"),
    "class-map": ("class-default", "inspection_default", "_default_*"),
    "policy-map": ("_default_*", "preset_*", "global_policy"),
    "server-group": ("local",),
    "interface": ("any", "all", "global", "null0"),
    "user-group": ("DfltGrpPolicy", "DefaultRAGroup", "DefaultWEBVPNGroup", "DefaultL2LGroup", "DefaultADMINGroup"),
    "ike-policy": ("default",),
    "certificate": ("_SmartCallHome_*", "_internal_*"),
}
_ARUBA: Mapping[Kind, tuple[str, ...]] = {
    "vlan": ("1", "default_vlan"),
    "vrf": ("default", "mgmt", "global"),
    "aaa-list": _AAA,
    "server-group": (*_GROUPS, "dynamic-authorization"),
    "class-map": ("class-default",),
    "policy-map": ("factory-default", "copp-*"),
    "interface": ("oobm", "mgmt"),
}
_FORTIOS: Mapping[Kind, tuple[str, ...]] = {
    "object": (
        "all", "none", "any", "fabric_device", "firewall_auth_portal_address", "sslvpn_tunnel_*addr*", "gmail.com",
        "wildcard.google.com", "wildcard.dropbox.com", "login.microsoft*.com", "login.windows.net", "*.fortinet.com",
        "metadata-server", "ems_all_*", "ems_all", "all_routers", "all_hosts", "bonjour", "eigrp", "ospf", "rip",
    ),
    "object-group": ("g suite", "microsoft office 365"),
    "service": (
        "all", "all_*", "gre", "ah", "esp", "aol", "bgp", "dhcp", "dhcp6", "dns", "finger", "ftp", "ftp_get", "ftp_put",
        "gopher", "h323", "http", "https", "ike", "imap", "imaps", "internet-locator-service", "irc", "l2tp", "ldap",
        "netmeeting", "nfs", "nntp", "ntp", "ospf", "pc-anywhere", "ping", "ping6", "timestamp", "info_request",
        "info_address", "onc-rpc", "dce-rpc", "pop3", "pop3s", "pptp", "quake", "raudio", "rexec", "rip", "rlogin",
        "rsh", "sccp", "sip", "sip-msnmessenger", "samba", "smtp", "smtps", "snmp", "ssh", "syslog", "talk", "telnet",
        "tftp", "mgcp", "uucp", "vdolive", "wais", "winframe", "x-windows", "ms-sql", "mysql", "rdp", "vnc", "squid",
        "socks", "wins", "radius", "radius-old", "cvspserver", "afs3", "traceroute", "rtsp", "mms", "kerberos",
        "ldap_udp", "smb", "none", "webproxy", "nonp", "radius-coa", "icmp_any",
    ),
    "service-group": ("email access", "web access", "windows ad", "exchange server"),
    "schedule": ("always", "none", "default-darrp-optimize"),
    "security-profile": (
        "default", "g-default", "*-default", "*-profile", "monitor-all", "flow-monitor", "block-high-risk", "block-p2p",
        "certificate-inspection", "deep-inspection", "no-inspection", "custom-deep-inspection", "protect_*",
        "all_default", "all_default_pass", "high_security", "sniffer-*", "content-archive", "strict", "scan",
        "wan-test", "office*", "wanopt*",
    ),
    "certificate": ("fortinet*", "fortigate*", "*_ca*"),
    "interface": ("any", "ssl.*", "l2t.*", "naf.*", "virtual-wan-link", "fortilink", "npu*", "root", "modem"),
    "zone": ("virtual-wan-link", "any"),
    "user-group": ("guest-group", "sso_guest_users", "super_admin", "prof_admin", "no_access"),
    "vrf": ("root", "0"),
    "server-group": ("local",),
}  # fmt: skip
_JUNOS: Mapping[Kind, tuple[str, ...]] = {
    "object": ("any", "any-ipv4", "any-ipv6"),
    "service": ("any", "junos-*"),
    "zone": ("any", "junos-host", "junos-global", "global"),
    "route-map": ("junos-*",),
    "policy-map": ("junos-*",),
    "vlan": ("default", "all"),
    "vrf": ("master", "default", "inet.0", "inet6.0", "mgmt_junos"),
    "interface": ("all", "any", "lo0.16384", "lo0.16385"),
    "security-profile": ("junos-*",),
    "ike-policy": ("standard", "compatible", "basic"),
    "template": ("junos-*",),
    "class-map": ("best-effort", "expedited-forwarding", "assured-forwarding", "network-control"),
}
_PF: Mapping[Kind, tuple[str, ...]] = {
    "object": ("any", "bogons", "bogonsv6", "virusprot", "snort2c", "sshguard", "sshlockout", "__*", "self"),
    "interface": (
        "any",
        "lo0",
        "loopback",
        "enc0",
        "ipsec",
        "openvpn",
        "wireguard",
        "l2tp",
        "pppoe",
        "all",
        "floating*",
    ),
    "gateway": (
        "*_dhcp",
        "*_dhcp6",
        "*_pppoe",
        "*_vpnv4",
        "*_vpnv6",
        "*_6rd*",
        "*_slaac",
        "null4",
        "null6",
        "default",
        "none",
    ),
    "schedule": ("none",),
    "user-group": ("all", "admins"),
}
_ROUTEROS: Mapping[Kind, tuple[str, ...]] = {
    "list": ("all", "none", "dynamic", "static"),
    "interface": ("all", "any", "none"),
    "vrf": ("main",),
    "acl": ("input", "forward", "output", "return", "*prerouting", "*postrouting"),
    "pool": ("none",),
    "security-profile": ("default",),
    "ipsec-profile": ("default",),
    "transform-set": ("default",),
    "ike-policy": ("default", "none"),
    "ike-profile": ("default",),
    "template": ("default", "default-encryption", "default-*"),
    "user-group": ("full", "read", "write"),
    "certificate": ("none", "auto", "*"),
    "server-group": ("default",),
}
_SONICWALL: Mapping[Kind, tuple[str, ...]] = {
    "object": (
        "any",
        "all *",
        "x[0-9]*",
        "* subnets",
        "* interface ip",
        "default *",
        "firewalled *",
        "wan *",
        "lan *",
        "dmz *",
    ),
    "object-group": ("any", "all *", "* subnets", "* interface ip*", "firewalled *", "default *"),
    "service": ("any", "*"),
    "service-group": ("any", "*"),
    "zone": ("any", "lan", "wan", "dmz", "vpn", "sslvpn", "multicast", "wlan", "encrypted", "mgmt"),
    "schedule": ("always on", "work hours", "after hours", "weekend hours", "*hours*"),
    "user-group": ("all", "everyone", "trusted users", "guest*"),
}
_UBIQUITI: Mapping[Kind, tuple[str, ...]] = {
    "interface": ("lo", "all", "any"),
    "zone": ("local",),
    "object-group": ("address_ipv4_*", "network_ipv4_*", "addrv4_*", "netv4_*", "corporate_network", "guest_*"),
}

_BY_PLATFORM: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "cisco_nxos": _NXOS,
    "cisco_asa": _ASA,
    "cisco": _CISCO,
    "arista": _EOS,
    "hp": _ARUBA,
    "aruba": _ARUBA,
    "forti": _FORTIOS,
    "juniper": _JUNOS,
    "pfsense": _PF,
    "opnsense": _PF,
    "mikrotik": _ROUTEROS,
    "sonic": _SONICWALL,
    "ubiquiti": _UBIQUITI,
    "unifi": _UBIQUITI,
    "edge": _UBIQUITI,
}


def is_shipped(platform: str, kind: Kind, name: str) -> bool:
    """Whether a platform knows a name of a kind by itself."""
    expression = _expressions(platform).get(kind)
    return expression is not None and expression.fullmatch(name.casefold()) is not None


@cache
def _expressions(platform: str) -> dict[Kind, re.Pattern[str]]:
    for start, kinds in _BY_PLATFORM.items():
        if platform.startswith(start):
            return {
                kind: re.compile("|".join(translate(one.casefold()) for one in names)) for kind, names in kinds.items()
            }
    return {}
