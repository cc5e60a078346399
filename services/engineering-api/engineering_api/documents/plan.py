"""Which sections a document has, and their order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engineering_api.documents import (
    ending,
    filtering,
    managing,
    overview,
    pictures,
    ports,
    reaching,
    routes,
    running,
    serving,
    switching,
)  # fmt: skip
from engineering_api.documents.desk import Desk
from engineering_api.documents.material import Section, Template
from oberaconnect.typeset import Block


@dataclass(frozen=True)
class Part:
    """A section: its heading, how it is written, and whether its tables need pages in landscape.

    `draws` are pages of its own, with its own heading.
    """

    title: str
    write: Callable[[Desk], Iterator[Block]]
    is_wide: bool = False
    draws: bool = False


PARTS: dict[Section, Part] = {
    "summary": Part("In brief", overview.summary),
    "inventory": Part("Inventory", overview.inventory, is_wide=True),
    "topology": Part("Topology", pictures.topology, draws=True),
    "vlans": Part("VLANs", switching.vlan_table, is_wide=True),
    "spanning_tree": Part("Spanning tree", switching.spanning_tree),
    "port_channels": Part("Port-channels", switching.port_channels, is_wide=True),
    "interfaces": Part("Interfaces", ports.interfaces, is_wide=True),
    "addressing": Part("Addressing", ports.addressing, is_wide=True),
    "routing": Part("Routing", routes.routing, is_wide=True),
    "firewall_rules": Part("Firewall and filter rules", filtering.rules, is_wide=True),
    "objects": Part("Objects and zones", filtering.objects, is_wide=True),
    "nat": Part("Address translation", filtering.translations, is_wide=True),
    "vpn": Part("VPN", reaching.tunnels, is_wide=True),
    "wireless": Part("Wi-Fi", reaching.wireless, is_wide=True),
    "dhcp": Part("DHCP", serving.dhcp, is_wide=True),
    "services": Part("DNS, NTP, SNMP, syslog and authentication", serving.servers, is_wide=True),
    "management": Part("Management access", managing.access, is_wide=True),
    "users": Part("Local users", managing.users),
    "findings": Part("Findings", ending.findings, is_wide=True),
    "access": Part("How to reach the devices", running.access, is_wide=True),
    "backups": Part("Backups", running.backups),
    "checks": Part("Checks", running.checks),
    "changes_how_to": Part("Common changes", running.changes),
    "contacts": Part("Contacts", running.contacts),
    "acceptance": Part("Handover", running.acceptance),
    "change_log": Part("Change log", ending.change_log),
    "not_understood": Part("Lines that were not understood", ending.not_understood),
    "sources": Part("Sources", ending.sources),
}
_END: tuple[Section, ...] = ("change_log", "not_understood", "sources")
#: The order of each template. Sections that are wide stand together, so that pages are turned rarely.
PLANS: dict[Template, tuple[Section, ...]] = {
    "as_built": (
        "summary", "topology", "inventory", "vlans", "port_channels", "interfaces", "addressing", "routing",
        "firewall_rules", "objects", "nat", "vpn", "wireless", "dhcp", "services", "management", "users",
        "spanning_tree", "findings", *_END,
    ),
    "device": (
        "summary", "inventory", "vlans", "port_channels", "interfaces", "addressing", "routing", "firewall_rules",
        "objects", "nat", "vpn", "wireless", "dhcp", "services", "management", "users", "spanning_tree", "findings",
        *_END,
    ),
    "vlan_plan": (
        "summary", "topology", "vlans", "addressing", "dhcp", "wireless", "spanning_tree", "not_understood", "sources",
    ),
    "firewall": (
        "summary", "findings", "firewall_rules", "nat", "vpn", "objects", "management", "users", *_END,
    ),
    "handover": (
        "summary", "topology", "inventory", "vlans", "addressing", "routing", "vpn", "wireless", "dhcp", "access",
        "services", "management", "users", "backups", "findings", "contacts", "not_understood", "sources",
        "acceptance",
    ),
    "runbook": (
        "summary", "inventory", "access", "checks", "changes_how_to", "backups", "topology", "addressing", "services",
        "contacts", "change_log", "sources",
    ),
}  # fmt: skip
