"""Ubiquiti EdgeOS and VyOS: the config.boot in braces, or the commands that `show configuration commands` lists."""

import re
from collections.abc import Sequence

from engineering_api.dialects.edgeos.configuration import RELEASE, understand
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import braces
from engineering_api.reading.tree import Node

#: So many lines from the end may the comment be that tells the version.
_TAIL = 10


def _tree(texts: Sequence[str]) -> list[Node]:
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
        sign(0.9, r"^set interfaces (?:ethernet|switch|bonding|bridge|loopback|openvpn|wireguard|vti|pppoe|dummy) \S+"),
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
    ),
    comments=("/*", "#", "//"),
    closing=re.compile(r"\}+"),
    tree=_tree,
    read=understand,
)
