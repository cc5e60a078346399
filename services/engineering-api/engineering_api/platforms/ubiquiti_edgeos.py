"""Ubiquiti EdgeOS and VyOS: the config.boot in braces, or the commands that `show configuration commands` lists.

A UniFi controller keeps the same for its gateways as JSON, in config.gateway.json.
"""

import re
from collections.abc import Sequence

from engineering_api.dialects.edgeos.configuration import RELEASE, understand
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import braces, gateway_json
from engineering_api.reading.tree import Node

#: So many lines from the end may the comment be that tells the version.
_TAIL = 10


def _tree(texts: Sequence[str]) -> list[Node]:
    if next((text for text in texts if text.strip()), "").lstrip().startswith("{"):
        return gateway_json.tree(texts)
    nodes = braces.tree(texts, has_semicolons=False)
    for number in range(max(len(texts) - _TAIL, 0), len(texts)):
        text = texts[number].strip()
        if RELEASE.match(text):
            nodes.append(Node(text, number + 1, number + 1))
    return nodes


PLATFORM = Platform(
    name="ubiquiti_edgeos",
    title="Ubiquiti EdgeOS",
    vendor="Ubiquiti",
    roles=("router", "firewall"),
    aliases=("edgeos", "edgerouter", "vyos", "vyatta", "ubiquiti_edgerouter"),
    signs=(
        sign(1.0, r"^(?:/\*|//) === vyatta-config-version:|^// vyos-config-version:"),
        sign(1.0, r"^/\* Release version: v\d"),
        sign(
            0.9,
            r"^set interfaces (?:ethernet|switch|bonding|bridge|loopback|openvpn|wireguard|vti|pppoe|dummy) \S+",
        ),
        sign(
            0.9,
            r"^set (?:firewall (?:name|ipv6-name|group|all-ping|ipv4|ipv6) |nat (?:source|destination) rule "
            r"|service (?:gui|nat|unms|dhcp-server) )",
        ),
        sign(0.9, r"^set system login user \S+ authentication (?:encrypted-password|plaintext-password) '"),
        sign(0.9, r"^    (?:ethernet eth\d+|switch switch\d+|loopback lo|bonding bond\d+) \{$"),
        sign(0.8, r"^    (?:ipv6-)?name \S+ \{$"),
        sign(0.7, r"^    (?:all-ping|broadcast-ping|ip-src-route|syn-cookies|log-martians) (?:enable|disable)$"),
        sign(0.7, r"^        (?:default-action (?:drop|accept|reject)|enable-default-log|shared-network-name)\b"),
        sign(0.6, r"^    (?:gui|nat|unms|dhcp-server|analytics-handler) \{$"),
        sign(0.4, r"^set [a-z][\w-]*(?: \S+)+ '[^']*'$"),
        sign(
            0.7,
            r"^set protocols (?:static (?:route6?|interface-route6?|table|arp) |bgp (?:\d+|system-as|local-as"
            r"|neighbor|address-family|parameters)\b|ospf (?:parameters|area \S+ network|area \S+ area-type"
            r"|redistribute|interface )|ospfv3 |rip |igmp-proxy|bfd |isis )",
        ),
        sign(
            0.8,
            r"^set (?:vpn (?:ipsec|l2tp|pptp|sstp|openconnect|rsa-keys) |zone-policy zone |port-forward "
            r"|load-balance |load-balancing |high-availability vrrp|traffic-control |traffic-policy |qos (?:policy"
            r"|interface) |container name |pki |vrf name )",
        ),
        sign(
            0.7,
            r"^set (?:policy (?:route|route-map|prefix-list|access-list|as-path-list|community-list"
            r"|local-route)6? |service (?:ssh|dns|snmp|lldp|ntp|https|mdns|upnp2?|telnet|pppoe-server"
            r"|router-advert|webproxy)\b)",
        ),
        sign(
            0.5,
            r"^set system (?:gateway-address|offload|conntrack|package|static-host-mapping|task-scheduler"
            r"|config-management|option|syslog (?:global|host|user)|ntp server|name-server|host-name|time-zone"
            r"|login banner|analytics-handler|crash-handler) ?",
        ),
        sign(
            0.8,
            r"^(?:port-forward|zone-policy|traffic-control|traffic-policy|load-balance|load-balancing"
            r"|high-availability|nat) \{$",
        ),
        sign(0.35, r"^(?:service|vpn|policy|interfaces|firewall|system|protocols) \{$"),
        sign(
            0.6,
            r"^\s+(?:vif \d+|shared-network-name \S+|site-to-site|ike-group \S+|esp-group \S+|network-group \S+"
            r"|address-group \S+|port-group \S+|interface-route \S+|switch-port) \{$",
        ),
        sign(
            0.45,
            r"^\s+(?:rule \d+|next-hop \S+|proposal \d+|user \S+|facility \S+|subnet \S+/\d+|server \S+"
            r"|route \S+/\d+) \{$",
        ),
        sign(
            0.5,
            r'^ {4,}(?:hw-id "?[0-9a-f:]{17}"?|(?:duplex|speed|smp[_-]affinity) "?auto"?|type "?masquerade"?'
            r'|(?:outbound|inbound)-interface "?\w+"?|older-ciphers \w+|action "?(?:accept|drop|reject)"?'
            r"|(?:established|related|invalid) enable)$",
        ),
        sign(0.6, r"^[!#] \w[\w.-]*@[\w.-]+(?::[~\w/]+)?[$#] ?(?:show configuration|show interfaces|configure)"),
        sign(0.4, r'"(?:firewall|service|interfaces|port-forward|vpn|protocols)": ?\{$'),
        sign(
            0.7,
            r'"(?:default-action|enable-default-log|outbound-interface|static-host-mapping|task-scheduler'
            r'|shared-network-name|site-to-site|forward-to)": ?[{"]',
        ),
    ),
    comments=("/*", "#", "//"),
    closing=re.compile(r"\}+"),
    tree=_tree,
    read=understand,
)
