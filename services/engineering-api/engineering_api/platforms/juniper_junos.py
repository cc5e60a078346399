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
        sign(
            0.7,
            r"^(?:set|delete|deactivate|activate) (?:groups \S+ )?protocols (?:ospf3? (?:area \S+ interface|export"
            r"|reference-bandwidth|traffic-engineering)|bgp (?:group|export|family|local-as)|isis (?:interface"
            r"|level)|mpls |ldp |rsvp |lldp interface|lldp-med |rstp |mstp |vstp |igmp-snooping|l2circuit |evpn "
            r"|layer2-control|pim |dot1x |router-advertisement )",
        ),
        sign(
            0.8,
            r"^(?:set|delete|deactivate) (?:vlans \S+ |firewall (?:family|filter|policer|three-color-policer) "
            r"|class-of-service |chassis |ethernet-switching-options |applications application|apply-groups "
            r"|forwarding-options |virtual-chassis |poe interface|bridge-domains |routing-instances "
            r"|event-options |access (?:profile|address-assignment)|logical-systems |switch-options "
            r"|multi-chassis |security (?:address-book|screen|flow|log|utm|alg|forwarding-options|idp|pki"
            r"|application-tracking))",
        ),
        sign(
            0.6,
            r"^set (?:version \d\d\.\d|system (?:login (?:user \S+ (?:class|uid)|class|message|retry-options)"
            r"|syslog (?:file|user|host|archive)|ntp (?:server|boot-server)|name-server \S+$|services "
            r"|max-configurations|auto-snapshot|commit|scripts|ports|arp|internet-options|license|archival"
            r"|backup-router|time-zone|domain-name|authentication-order|no-redirects)|snmp (?:community|location"
            r"|contact|trap-group|v3|view|client-list))",
        ),
        sign(0.6, r"^\s+unit \d+ \{$"),
        sign(
            0.5,
            r"^(?:policy-options|routing-options|routing-instances|class-of-service|forwarding-options|vlans"
            r"|chassis|snmp|groups|security|applications|event-options|virtual-chassis|poe|access|bridge-domains"
            r"|switch-options) \{",
        ),
        sign(0.3, r"^(?:system|interfaces|protocols|firewall) \{"),
        sign(
            0.6,
            r"^\s+(?:policy-statement \S+|prefix-list \S+|term \S+|security-policy|policy \S+|address-book"
            r"|rule-set \S+|interface-range \S+|filter \S+|route \S+/\d+ next-hop .*|area \d+\.\d+\.\d+\.\d+"
            r"|group \S+) \{$",
        ),
        sign(
            0.5,
            r'^\s+(?:host-name \S+|root-authentication|encrypted-password "\$\d\$.*|address \d+\.\d+\.\d+\.\d+/\d+'
            r'|vlan-id \d+|family (?:inet6?|ethernet-switching)|apply-groups? .*|description "?[^"]*"?'
            r"|interface (?:[gx]e|et|ae|irb|lo|st)[\w./-]+|(?:neighbor|route) \S+( next-hop \S+)?|then (?:accept"
            r"|reject|discard|permit)|accept|reject|discard|community \S+( members .*)?);(?: ##.*)?$",
        ),
        sign(0.5, r"^\s*(?:inactive|protect): \S+.*[{;]$"),
        sign(0.9, r"^\{(?:master|backup|primary|secondary|linecard)(?::\w+)?\}(?:\[edit.*\])?$"),
        sign(0.6, r"^\[edit [\w .<>/-]+\]$"),
        sign(0.6, r"^[!#] [\w.-]+@[\w.-]+> ?show conf"),
        sign(0.6, r"^# [\w.-]+@[\w.-]+# ?(?:show|run|set|delete|commit|edit)"),
        sign(0.9, r"^\s*<configuration\b.*(?:juniper|junos|xnm)"),
    ),
    comments=("#", "/*"),
    closing=re.compile(r"\}+"),
    tree=_tree,
    read=understand,
)
