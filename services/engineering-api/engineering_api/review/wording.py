"""How lines of Cisco-like platforms hang together: which replace each other, which are lists, which define names."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from engineering_api.reading.tree import Node

#: Lines that say nothing about what a device is to do.
NOTHING = re.compile(
    r"!.*|;.*|:(?: .*)?|Building configuration.*|Current configuration.*|version .*|ASA Version .*|NVRAM config .*"
    r"|ntp clock-period .*|Cryptochecksum:.*|Running configuration:.*|Startup configuration:.*"
    r"|boot-(?:start|end)-marker"
    r"|end|quit|exit(?:-[\w-]+)?|: end|\S+\(config[\w-]*\)#.*|\S+[#>]\s*sh(?:ow)? .*"
)
#: Sections whose entries are tried in their order.
ORDERED = re.compile(r"(?:ip|ipv6|mac|arp) access-list |access-list (?:ip|ipv6|mac) |policy-map |pbr |ip prefix-list ")
#: Entries that have a number, which is what they are known by.
NUMBERED = re.compile(r"(?:sequence |seq )?\d+ ")
#: Flat lines that are tried in their order, all that begin alike.
FLAT_LISTS = {
    "cisco_asa": re.compile(r"(access-list \S+) |(nat) \("),
}
#: A numbered list of IOS, to which lines can only be added at its end.
CLASSIC_LIST = re.compile(r"(access-list \d+) (?!.*\bline\b)")
#: What names of other lines refer to: made before its uses, and removed after them.
DEFINITIONS = re.compile(
    r"(?:(?:ip|ipv6|mac|arp) access-list|access-list|object-group|object|(?:ip|ipv6) prefix-list|route-map|class-map"
    r"|policy-map|vrf (?:definition|context)|ip vrf|vrf|time-range|key chain|track|ip sla|aaa group|radius server"
    r"|tacacs server|radius-server host|tacacs-server host|crypto (?:isakmp|ikev[12]|ipsec|keyring)|ip dhcp pool"
    r"|ip (?:as-path|community-list)|name|class|trunk|group-policy|tunnel-group|ip local pool|ip nat pool|feature"
    r"|vlan access-map) "
)
#: Of what is named by others, what names others in turn: the higher, the later it is made and the earlier it goes.
_RANKS = (
    (re.compile(r"feature |vrf |ip vrf "), 0),
    (re.compile(r"policy-map |aaa group |group-policy |tunnel-group |ip dhcp pool "), 6),
    (re.compile(r"class-map |route-map |class |vlan access-map |crypto (?:ikev2 profile|ipsec profile)"), 5),
    (re.compile(r"object-group "), 3),
)
ROUTES = re.compile(r"(?:ip|ipv6) route |route \S+ \d|ip default-gateway |default-gateway ")

#: Lines of which one replaces another. "*" stands for a word that may change, "+" for one that is part of the name.
_REPLACED = """
hostname|domain-name|ip domain-name|ip domain name|ip default-gateway|default-gateway|enable secret|enable password
enable algorithm-type|clock timezone|clock summer-time|logging buffered|logging trap|logging console|logging monitor
logging facility|logging source-interface|logging origin-id|logging history|logging asdm|ntp source|ntp master
snmp-server source-interface traps|snmp-server source-interface informs
snmp-server location|snmp-server contact|snmp-server chassis-id|snmp-server trap-source|snmp-server source-interface
snmp-server user +|ip ssh version|ip ssh time-out|ip ssh authentication-retries|ip ssh source-interface|ip ssh timeout
ip http port|ip http secure-port|ip http access-class|ip http authentication|ip http max-connections
ip tftp source-interface|ip tacacs source-interface|ip radius source-interface|ip telnet source-interface
ip tacacs source-interface * vrf +|ip radius source-interface * vrf +|logging source-interface * vrf +
ip domain name vrf +|ip domain-name vrf +|logging history size
ip ftp source-interface|ip tftp client source-interface|spanning-tree mode|spanning-tree priority
spanning-tree vlan + priority|spanning-tree vlan + root|spanning-tree mst + priority|spanning-tree config-name
spanning-tree config-revision|spanning-tree pathcost method|port-channel load-balance|vtp mode|vtp domain|vtp version
vtp password|username +|username + attributes|username + ssh-key|username + sshkey|user +|user + authorized-key
password manager|password operator|aaa authentication login +|aaa authentication enable +|aaa authentication dot1x +
aaa authorization exec +|aaa authorization commands + +|aaa authorization network +|aaa accounting exec +
aaa accounting commands + +|aaa accounting system +|aaa accounting network +|banner +|tacacs-server key
radius-server key|tacacs-server timeout|radius-server timeout|errdisable recovery interval
vlan internal allocation policy|power redundancy-mode|system mtu|system default switchport
ip multicast-routing distributed|mac address-table aging-time|ip arp timeout|timesync|time timezone
time daylight-time-rule|console idle-timeout|ip timep|idle-timeout|session-timeout|security passwords min-length
login block-for|access-group * + interface +|access-group * global|arp timeout|firewall|mtu +
timeout +|ssh version|ssh timeout|telnet timeout|console timeout|http server enable|asdm image
aaa port-access authenticator + tx-period|aaa port-access authenticator + supplicant-timeout
aaa port-access authenticator + client-limit|aaa port-access mac-based + addr-limit
aaa port-access mac-based + logoff-period|aaa port-access + critical-auth user-role
tunnel-group + type|group-policy + internal|crypto map + + set peer|crypto map + + set pfs
crypto map + + match address|crypto map + + set ikev1 transform-set|crypto map + + set ikev2 ipsec-proposal
crypto map + + set transform-set|crypto map + interface|crypto map + + set security-association lifetime seconds
"""
_REPLACED_INSIDE = """
description|name|mtu|ip mtu|ipv6 mtu|bandwidth|delay|speed|duplex|speed-duplex|switchport mode|switchport access vlan
switchport voice vlan|switchport trunk native vlan|switchport trunk allowed vlan|switchport trunk encapsulation
switchport port-security maximum|switchport port-security violation|channel-group|lacp rate|lacp mode
lacp port-priority|encapsulation|vrf forwarding|ip vrf forwarding|vrf member|vrf attach|vrf|ip access-group * +
ipv6 traffic-filter * +|access-group * +|apply access-list ip * +|ip port access-group * +|ip policy route-map
service-policy input|service-policy output|service-policy type qos input|spanning-tree cost
spanning-tree port-priority|spanning-tree link-type|spanning-tree guard|spanning-tree port type
spanning-tree bpduguard|spanning-tree bpdufilter|spanning-tree portfast|standby + ip|standby + priority
standby + timers|standby + authentication|standby version|vrrp + ip|vrrp + priority|vrrp + description|vrrp + address
hsrp version|priority|timers|ip ospf cost|ip ospf priority|ip ospf network|ip ospf hello-interval
ip ospf dead-interval|ip ospf area|ip ospf + area|ip router ospf + area|ip ospf message-digest-key +|tunnel source
tunnel destination|tunnel mode|tunnel key|keepalive|ip tcp adjust-mss|storm-control broadcast level
storm-control multicast level|storm-control unicast level|storm-control action|load-interval|nameif|security-level
untagged vlan|vlan access|vlan trunk native|power inline|power-over-ethernet|power-over-ethernet priority
authentication host-mode|authentication order|authentication priority|authentication port-control
authentication violation|authentication event fail action|authentication event no-response
authentication event server dead action authorize vlan|dot1x pae|dot1x timeout tx-period|crypto map
crypto ipsec profile|zone-member security|ip verify unicast source|negotiation|media-type|flow-control
flowcontrol receive|flowcontrol send|ip address|ipv6 address dhcp|loop-protect|unknown-vlans|ip access-group
carrier-delay|medium|state|router-id|bgp router-id|default-metric|distance|distance bgp|maximum-paths
maximum-paths ibgp|maximum-paths eibgp|maximum-paths local|maximum-paths mixed|max-lsa|auto-cost reference-bandwidth
log-adjacency-changes|version|timers bgp|timers basic|timers active-time
timers throttle spf|timers throttle lsa|timers lsa arrival
distance eigrp|neighbor + remote-as|neighbor + description|neighbor + update-source|neighbor + password
neighbor + peer-group|neighbor + timers|neighbor + ebgp-multihop|neighbor + local-as|neighbor + weight
neighbor + maximum-prefix|neighbor + route-map * +|neighbor + prefix-list * +|neighbor + filter-list * +
neighbor + distribute-list * +|neighbor + maximum-routes|remote-as|update-source|ebgp-multihop
default-information originate|exec-timeout|transport input|transport output|transport preferred|access-class * +
ipv6 access-class * +|login authentication|login|privilege level|password|stopbits|length|width|history size
session-timeout|terminal length|terminal width|rotary|authorization exec|accounting exec
modem|escape-character|logout-warning|absolute-timeout
network|default-router|dns-server|netbios-name-server|domain-name|lease|option +|next-server|bootfile
client-identifier|hardware-address|host|encryption|encr|encryption-algorithm|hash|integrity|prf|authentication|group
lifetime|lifetime seconds|set peer|set transform-set|set pfs|set ikev2-profile|match address|mode|rd|address|key
address ipv4|server-private|ip radius source-interface|ip tacacs source-interface|subnet|range|fqdn|service
set ip next-hop|set local-preference|set metric|set weight|set origin|set tag|set metric-type|match ip address
match ip address prefix-list|match as-path|match tag|police|police cir|shape average|bandwidth percent
priority percent|queue-limit|fair-queue|vpn-tunnel-protocol|vpn-idle-timeout|vpn-session-timeout|split-tunnel-policy
split-tunnel-network-list value|default-domain value|dns-server value|address-pool|default-group-policy
ikev1 pre-shared-key|ikev2 remote-authentication|ikev2 local-authentication|peer-id-validate|isakmp keepalive
authentication local|authentication remote|ip nat|idle-timeout|virtual-ip|ip virtual-router address|ip arp timeout
arp timeout|parameters
"""

#: What of these there is only one of in some sections; in all others there may be many.
_SINGLE_IN = {
    "network": re.compile(r"ip dhcp pool |dhcp |pool "),
    "host": re.compile(r"object |ip dhcp pool "),
    **dict.fromkeys(("range", "service", "subnet", "fqdn"), re.compile(r"object ")),
    "group": re.compile(r"crypto "),
    "authentication": re.compile(r"crypto "),
    "vrf": re.compile(r"interface "),
    "address": re.compile(r"peer "),
    "key": re.compile(r"(?:radius|tacacs) server "),
    "timers": re.compile(r"hsrp |vrrp "),
}
#: What is one of many although its words are those of something that is only once.
_ONE_OF_MANY = re.compile(
    r"distance \d+ \S+ .*|switchport port-security maximum \d+ vlan.*|power inline (?:consumption|police).*"
    r"|username \S+ role .*|ip address .* secondary"
)

#: How a line is taken away where "no" before the whole of it does not.
_TAKEN_AWAY = (
    (re.compile(r"exec-timeout .*"), "default exec-timeout"),
    (re.compile(r"transport (input|output|preferred) .*"), r"default transport \1"),
    (re.compile(r"(switchport trunk allowed vlan|channel-group|object-group service \S+) .*"), r"no \1"),
    (re.compile(r"(username \S+|user \S+) (?!attributes|authorized-key|ssh-?key).*"), r"no \1"),
    (re.compile(r"(enable (?:secret|password)|banner \S+|hostname) .*"), r"no \1"),
    (re.compile(r"(snmp-server (?:location|contact)) .*"), r"no \1"),
    (re.compile(r"(password (?:manager|operator)).*"), r"no \1"),
    (re.compile(r"(neighbor \S+ password|tacacs-server key|radius-server key|key-string) .*"), r"no \1"),
)
#: What is part of the device can only be set back.
_PHYSICAL = re.compile(
    r"(interface (?:[A-Za-z]*Ethernet|[A-Za-z]*GigE|FastEthernet|Serial|mgmt|Management|Eth|Gi|Fa|Te|Twe|Hu|Et)"
    r" ?\d[\d/]*)"
)
_TAKEN_AWAY_BY_PLATFORM = {
    "arista_eos": ((_PHYSICAL, r"default \1"),),
    "cisco_nxos": (
        (_PHYSICAL, r"default \1"),
        (re.compile(r"terminal length .*"), "terminal length 24"),
        (re.compile(r"terminal width .*"), "terminal width 80"),
    ),
    "cisco_ios": (
        (re.compile(r"logging console .*"), "logging console debugging"),
        (_PHYSICAL, r"default \1"),
        (re.compile(r"(track \d+|ip sla schedule \d+|ip sla \d+) .*"), r"no \1"),
    ),
    "aruba_aoscx": ((re.compile(r"(description|name|mtu|ip mtu|speed) .*"), r"no \1"),),
    "hp_procurve": (
        (re.compile(r"name .*"), "no name"),
        (re.compile(r"disable"), "enable"),
        (re.compile(r"(tacacs-server host \S+) .*"), r"no \1"),
        (re.compile(r"(radius-server host \S+) (?:key|encrypted-key) .*"), r"no \1"),
        (re.compile(r"(aaa port-access authenticator \S+ (?:tx-period|supplicant-timeout)) .*"), r"\1 30"),
        (re.compile(r"(aaa port-access authenticator \S+ client-limit) .*"), r"no \1"),
        (re.compile(r"(aaa port-access mac-based \S+ addr-limit) .*"), r"\1 1"),
        (re.compile(r"(aaa port-access mac-based \S+ logoff-period) .*"), r"\1 300"),
        (re.compile(r"(aaa port-access \S+ critical-auth user-role) .*"), r"no \1"),
    ),
    "cisco_asa": (
        (re.compile(r"(nameif|security-level|ip address) .*"), r"no \1"),
        (_PHYSICAL, r"clear configure \1"),
    ),
}


def says_nothing(text: str) -> bool:
    """Whether a line says nothing about what a device is to do."""
    is_plain = text.startswith(("description ", "switchport ", "ip address ", "spanning-tree ", "interface ", "no "))
    return not is_plain and NOTHING.fullmatch(text) is not None


@cache
def _patterns(is_inside: bool) -> dict[str, list[tuple[str, ...]]]:
    made: dict[str, list[tuple[str, ...]]] = {}
    for line in (_REPLACED_INSIDE if is_inside else _REPLACED).split("\n"):
        for pattern in filter(None, line.split("|")):
            words = tuple(pattern.split())
            made.setdefault(words[0], []).append(words)
    for found in made.values():
        found.sort(key=len, reverse=True)
    return made


def place(text: str, platform: str, parent: str) -> str | None:
    """What a line of a section sets, such that only one such line can be: two with the same place replace each other.

    None for lines of which there may be many. The parent is the line of the section, "" outside of all.
    """
    found = _placed(text, bool(parent))
    is_one_of_many = {"hp_procurve": "ip address ", "cisco_asa": "banner "}.get(platform)
    if found is None or (is_one_of_many is not None and text.startswith(is_one_of_many)):
        return None
    only = _SINGLE_IN.get(found) if parent else None
    return found if only is None or only.match(parent) else None


@lru_cache(maxsize=8_192)
def _placed(text: str, is_inside: bool) -> str | None:
    if _ONE_OF_MANY.fullmatch(text):
        return None
    words = text.split()
    for pattern in _patterns(is_inside).get(words[0] if words else "", ()):
        if len(words) >= len(pattern) and all(
            sign in ("*", "+") or sign == word for sign, word in zip(pattern, words, strict=False)
        ):
            return " ".join(word for sign, word in zip(pattern, words, strict=False) if sign != "*")
    return None


def is_bare_place(text: str, parent: str) -> bool:
    """Whether a text is what comes before a value: "ip address", so that "no ip address" says nothing."""
    words = tuple(text.split())
    return any(pattern == words for pattern in _patterns(bool(parent)).get(words[0] if words else "", ()))


def rank(text: str) -> int:
    """How much a definition is built on others, 0 to 6."""
    return next((number for pattern, number in _RANKS if pattern.match(text)), 2)


def route_of(text: str) -> str:
    """A static route without what may be said of it: where to, and by what next hop."""
    words = text.split()
    at = 4 if words[2:3] == ["vrf"] else 2
    return " ".join(words[: at + (2 if "/" in "".join(words[at : at + 1]) else 3)])


def taken_away(text: str, platform: str) -> str:
    """The command that takes a line away."""
    for pattern, command in (*_TAKEN_AWAY_BY_PLATFORM.get(platform, ()), *_TAKEN_AWAY):
        if found := pattern.fullmatch(text):
            return found.expand(command)
    return text[3:] if text.startswith("no ") else f"no {text}"


def set_back(text: str) -> list[str]:
    """The values to which a line is set back instead of being taken away, on whatever platform."""
    tables = (_TAKEN_AWAY, *_TAKEN_AWAY_BY_PLATFORM.values())
    made = (found.expand(command) for table in tables for one, command in table if (found := one.fullmatch(text)))
    return [command for command in made if not command.startswith(("no ", "default "))]


def is_ordered(parent: str) -> bool:
    """Whether the lines of a section are tried in their order and have no numbers of their own."""
    return ORDERED.match(parent) is not None and not parent.startswith("policy-map ")


def is_numbered(nodes: Sequence[Node]) -> bool:
    """Whether the entries of a list have numbers."""
    return not any(node.text.startswith(("permit ", "deny ", "remark ", "evaluate ")) for node in nodes)
