"""Juniper Junos: routers, EX and QFX switches, SRX firewalls; in braces or as `display set`."""

import re
from collections.abc import Sequence

from engineering_api.dialects.junos.configuration import understand
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading import braces
from engineering_api.reading.tree import Node


def _tree(texts: Sequence[str]) -> list[Node]:
    return braces.tree(texts, has_semicolons=True)


PLATFORM = Platform(
    name="juniper_junos",
    title="Juniper Junos",
    vendor="Juniper",
    roles=("router", "switch", "firewall"),
    aliases=("junos", "juniper", "srx", "ex"),
    signs=(
        sign(0.9, r"^\s*(?:encrypted-password|secret|pre-shared-key).*## SECRET-DATA"),
        sign(0.9, r"^## Last (?:commit|changed):"),
        sign(
            0.9, r"^set (?:interfaces|groups \S+ interfaces) (?:[gxef]e|et|ae|irb|lo|fxp|em|st|reth|vlan|me)[-\d]\S* "
        ),
        sign(
            0.9,
            r"^set (?:security (?:policies|zones|nat|ike|ipsec) |policy-options |routing-options |routing-instances )",
        ),
        sign(0.7, r"^set system (?:root-authentication|services (?:netconf|web-management)|host-name \S+$)"),
        sign(0.8, r"^version \d\d\.\d[A-Z]\S*;"),
        sign(0.9, r"^\s+(?:[gxef]e|et)-\d+/\d+/\d+(?:\.\d+)? \{$"),
        sign(0.6, r"^\s+family (?:inet6?|ethernet-switching|mpls|iso) \{$"),
        sign(0.7, r"^(?:policy-options|routing-options|routing-instances|ethernet-switching-options) \{$"),
        sign(0.6, r"^\s+(?:host-inbound-traffic|security-zone \S+|from-zone \S+ to-zone \S+) \{$"),
        sign(0.3, r"^\s+[a-z][\w-]*(?: \S+)*;$"),
    ),
    comments=("#", "/*"),
    closing=re.compile(r"\}+"),
    tree=_tree,
    read=understand,
)
