"""Whether a text may be a device's configuration, and so may hold its secrets: a quick look, nothing is understood.

engineering-api decides what is one. Only what passes here is shown to it, so ordinary documents never wait for it; and
what passes here is not indexed without it. So this errs towards yes for lines that no prose has, and says no to prose
that quotes some. Pure.
"""

import base64
import binascii
import re

#: No more is asked about: it is the most that engineering-api takes.
MOST_CHARACTERS = 16_777_216

_FIRST_LINES = 20_000
_OTHER_LINES = 20_000
_LONGEST_LINE = 300
#: The first lines in which the header of an export stands, if it has one.
_HEAD_LINES = 60
_HEAD_CHARACTERS = 65_536
#: Of the lines that say something, how many are those of configurations at least: where few of them are beyond doubt,
#: where some are, and where so many are that it does not matter what else is there (certificates, pages of a portal).
_FEW, _SHARE_OF_FEW = 2, 0.25
_SOME, _SHARE_OF_SOME = 8, 0.1
_MANY = 40
#: What begins a line that says nothing.
_COMMENTS = ("!", "#")
#: What a line counts that prose or a program may have, too.
_WEAK = 0.4

_HEADER = re.compile(
    "|".join(
        (
            r"#config-version=|#TMSH-VERSION|# .{0,60}\bby RouterOS \d|## Last (?:commit|changed):|## Current Config",
            r"!Command: show \S+-config|!Time: |!Version \S+|!Software Version |! device: \S+ \(",
            r"! Last configuration change at |Current configuration ?: \d+ bytes|Building configuration\.\.\.",
            r"(?:: )?(?:ASA|PIX) Version \d|; \S+ Configuration Editor; Created on|(?:Running|Startup) configuration:",
            r"/[*/] (?:=== v|vyos-config-version|Release version: )|checksumVersion=|firmware-version \"",
            # The command that showed it, behind a prompt.
            r"[\w@.()/:~-]{1,63}[#>%] ?(?:sh(?:ow)? (?:run|start|conf|full)|display cur|more system:|/?export)",
        )
    )
)
_NAME = r"[\w./:\"-]+"
_IPV4 = r"\d+\.\d+\.\d+\.\d+"

#: What stands at the begin of a line of a configuration and nowhere else: of Cisco's and whoever speaks like it,
_CISCO = (
    rf"(?:hostname|sysname|switchname|host-name) {_NAME};?$",
    r"interface (?:range )?(?:[A-Za-z][A-Za-z-]{0,30} ?\d[\w/.:,-]*|\d+/\d[\w/]*|lag \d+|mgmt\w*|\d+)(?: \S+)?$",
    r"ip(?:v6)? (?:address|route|access-list|access-group|nat|dhcp|name-server|domain[- ]name|domain[- ]lookup"
    r"|default-gateway|helper-address|ssh|https?|ospf|prefix-list|cef|forward-protocol|virtual-reassembly|vrf|routing"
    r"|subnet-zero|classless|authorized-managers|tacacs|radius|inspect|sla|mtu|unnumbered|tcp|scp|igmp|pim|local|nhrp"
    r"|verify|source-route)\b",
    r"switchport(?: (?:mode|access|trunk|voice|port-security|nonegotiate|host)\b|$)|spanning-tree \S",
    r"(?:un)?tagged (?:[A-Z]?\d|Trk\d)[\w,/-]*$|vlan \d[\d,-]*$|vpc (?:domain )?\d+$|channel-group \d+ mode",
    r"(?:dhcp-snooping|arp-protect|loop-protect|dot1x|lldp|cdp)(?: \S+){0,3}$",
    rf"(?:ssh|telnet|console) (?:timeout|version|server|key-exchange|{_IPV4})|password (?:manager|operator) ",
    r"snmp-server (?:community|user|group|host|view|location|contact|enable|trap)|snmp-agent ",
    r"aaa (?:new-model|authentication|authorization|accounting|group|server|root)\b",
    r"(?:radius|tacacs)(?:-server| server) |logging (?:host|buffered|trap|source-interface|synchronous|server)\b",
    rf"(?:enable|(?:username|user|local-user) {_NAME}) (?:secret|password|privilege|nopassword|role|group|class)",
    r"line (?:con|vty|aux|console)\b|crypto (?:isakmp|ikev[12]|ipsec|map|pki|key|ca|keyring|dynamic-map)\b",
    r"service (?:timestamps|password-encryption|routing protocols|unsupported|tcp-keepalives|dhcp$|pad$)",
    r"router (?:ospf|bgp|eigrp|rip|isis)\b|route-map \S+ (?:permit|deny)|feature [a-z-]+$|(?:class|policy)-map ",
    r"(?:access-list|acl) \S+ (?:extended|permit|deny|\d)|(?:\d+ )?(?:permit|deny) (?:ip|tcp|udp|icmp|any|host|\d)",
    r"object(?:-group)? (?:network|service|protocol|icmp-type) \S+|(?:access-group|tunnel-group|group-policy) \S+ ",
    r"nameif \S+$|security-level \d+$|vrf (?:definition|context|instance|member|forwarding|attach) ",
    r"s?ntp (?:server|unicast)|transport (?:input|output) |exec-timeout \d+|pre-shared-key |wpa-psk ",
    r"management (?:api|ssh|telnet)|port (?:link-type|trunk|default vlan|hybrid)|user-interface (?:vty|con)",
)
#: of FortiOS,
_FORTIOS = (
    r"config (?:system|sys|firewall|vpn|router|user|log|wireless-controller|webfilter|antivirus|ips|application|global"
    r"|vdom|switch-controller|dlp|endpoint-control|report|dnsfilter|emailfilter|authentication|certificate|web-proxy"
    r"|wanopt|voip|file-filter|ssh-filter|waf|alertemail|automation|icap|casb|virtual-patch|ztna)\b[\w -]*$",
    r"set (?:passwd|password|psksecret|allowaccess|vdom|srcintf|dstintf|srcaddr|dstaddr|srcname|accprofile|snmp-index"
    r"|private-key|passphrase|auth-pwd|ppk-secret|md5-key|community|secondary-key|key|secret) ",
    r"(?<=    )set [a-z0-9][\w-]{1,60}(?: (?:\"[^\"]*\"|[\w./:@-]+)){1,20}$",
)
#: of RouterOS,
_ROUTEROS = (
    r"/(?:interface|ip|ipv6|system|routing|queue|ppp|tool|snmp|user|certificate|caps-man|mpls|radius|disk|port)"
    r"(?: [a-z0-9-]+){0,4}(?: (?:add|set) .*)?$",
    r"(?:add|set)(?: \[ ?find[^\]]{0,80}\]| [\w*-]+)? (?:[a-z0-9.-]+=(?:\"[^\"]*\"|\S*+) ?)++\\?$",
)
#: of Junos, EdgeOS and PAN-OS, in blocks or in set lines,
_JUNOS = (
    r"(?:set|delete|deactivate) (?:system|interfaces|protocols|firewall|policy-options|security|vlans|routing-options"
    r"|service|nat|vpn|deviceconfig|network|mgt-config|shared|rulebase|snmp|groups|chassis|access|applications"
    r"|routing-instances|traffic-control|vrf|container|high-availability|zone-policy|port-forward|class-of-service"
    r"|policy) \S",
    r"(?:interfaces|protocols|routing-options|policy-options|vlans|forwarding-options|class-of-service"
    r"|routing-instances|ethernet-switching-options|virtual-chassis|port-forward|traffic-control|zone-policy"
    r"|root-authentication|family (?:inet6?|ethernet-switching|mpls)|(?:ethernet|switch|loopback|bonding) \w+|unit \d+"
    r"|[gxef][et]-\d+/\d+/\d+|security-zone \S+|from-zone \S+ to-zone \S+"
    r"|(?:rule|proposal|term|policy|gateway|tunnel|vif|peer|user|network-group|address-group) \S+"
    r"|host-inbound-traffic|system-services|then|from|match) \{$",
    r"(?:address|next-hop|network|prefix|gateway|(?:source|destination|local|remote)-address|neighbor|peer|router-id"
    rf"|subnet|start|stop|route|default-router|dns-server|name-server|ip-address) '?{_IPV4}[\w./:']*(?: \{{|;)?$",
    r"(?:default-)?action (?:accept|drop|reject)$|protocol (?:tcp|udp|icmp|all|tcp_udp|esp);?$|members? \S+;?$",
    r"(?:encryption|hash|dh-group|authentication-(?:method|algorithm)|encryption-algorithm|lifetime-seconds)"
    r" (?:aes|3des|md5|sha|group|pre-shared|\d)\S*;?$|(?:state|log) (?:enable|disable|established)$",
    r"(?:source|destination)-(?:address|port|zone) \S+;$|application \S+;$",
    r"(?:encrypted-password|plaintext-password|pre-shared-(?:key|secret)|vlan-id) [^{}]+;?$",
)
#: and of SonicOS.
_SONICOS = (
    r"(?:address-object|address-group|service-object|access-rule|nat-policy) (?:ipv4|ipv6|\"|from )",
    r"(?:iface_|zoneObj|addrObj|addro_|svcObj|policy[A-Z]|natPolicy|pbrObj|userObj|interface_|snmp_|shortProdName|uo_)"
    r"\w*=",
)
#: A secret that says how it is kept.
_SAYS_HOW = (
    r".{0,200}\b(?:secret|password|community|psk|pre-shared-key|key-string|key|passphrase|auth-password|md5)"
    r" (?:[05789]|encrypted|ciphertext|cipher|irreversible-cipher|sha512|sha256|plaintext|simple|ENC|hash) \S{4}"
)
_STRONG = re.compile(
    rf"\s{{0,40}}(?:no |undo )?(?:{'|'.join((*_CISCO, *_FORTIOS, *_ROUTEROS, *_JUNOS, *_SONICOS))})|{_SAYS_HOW}"
)
#: What programs and lists have as well.
_WEAK_LINE = re.compile(
    r"\s{0,40}(?:no |undo )?(?:description \S|shutdown$|exit$|next$|end$|quit$|return$|[!#}]$|edit (?:\d+|\"[^\"]*\")$"
    r"|set [a-z0-9][\w-]* \S|unset [\w-]+$|name \S+$|mtu \d+|speed \S+$|duplex \S+$|network \d|neighbor \S+ \S"
    r"|[a-z][\w-]*(?: [^;{}]{1,200})?;$|[a-z][\w-]*(?: [^{};]{1,100})? \{$|exit-address-family$|login|version \d|boot )"
)
_XML = re.compile(r"<(?:opnsense|pfsense|m0n0wall|config version=|configuration xmlns|rpc-reply)\b")
_JSON = re.compile(
    r'"(?:(?:native_|src_|dst_)?networkconf(?:_id)?|portconf(?:_id)?|wlanconf|wlangroup_id|firewall(?:rule|group|policy)'
    r"|radiusprofile|portforward|x_[a-z_]{3,40}|inform_url|dhcpd_enabled|wan_networkgroup|networkgroup|group_type"
    r'|pfwd_interface|zone_key|ip_subnet|DEVICE_METADATA)"\s*:'
)
_PACKED = re.compile(r"[A-Za-z0-9+/]{40,}")
_FIELDS = re.compile(rb"[A-Za-z_][\w.-]{0,120}=[^&]*&[A-Za-z_][\w.-]{0,120}=")


def may_be_configuration(text: str) -> bool:
    """Whether a text may be the configuration of a device."""
    begin = text[:_HEAD_CHARACTERS].lstrip("\ufeff \t\r\n")
    if begin.startswith("<") and _XML.search(begin):
        return True
    if begin.startswith(("{", "[")) and _JSON.search(text):
        return True
    return _is_packed(begin) or _has_lines(text)


def _is_packed(begin: str) -> bool:
    """Whether it is an export of SonicOS: base64 of fields, all in one line or broken as base64 often is."""
    if not _PACKED.match(begin):
        return False
    packed = "".join(begin[:4_096].split()).rstrip("&=")
    try:
        plain = base64.b64decode(packed[: len(packed) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return False
    return _FIELDS.match(plain) is not None


def _has_lines(text: str) -> bool:
    lines = text.splitlines()
    rest = lines[_FIRST_LINES:]
    sample = [*lines[:_FIRST_LINES], *rest[:: max(1, len(rest) // _OTHER_LINES)]]
    shown = [line[:_LONGEST_LINE].rstrip() for line in sample if line[:_LONGEST_LINE].strip()]
    said = [line for line in shown if not line.startswith(_COMMENTS)]
    strong = sum(1 for line in said if _STRONG.match(line))
    if not strong:
        return False
    weak = sum(1 for line in said if _WEAK_LINE.match(line) and not _STRONG.match(line))
    if any(_HEADER.match(line.lstrip()) for line in shown[:_HEAD_LINES]):
        return True
    share = (strong + _WEAK * weak) / len(said)
    return (
        strong >= _MANY
        or (strong >= _SOME and share >= _SHARE_OF_SOME)
        or (strong >= min(_FEW, len(said)) and share >= _SHARE_OF_FEW)
    )
