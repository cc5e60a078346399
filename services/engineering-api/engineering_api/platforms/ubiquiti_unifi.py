"""Ubiquiti UniFi: what a controller's API answers (`rest/networkconf`, `stat/device`, …), alone or put together."""

import re
from collections.abc import Callable, Sequence

from engineering_api.dialects.unifi import devices, firewall, networks, settings, wireless
from engineering_api.dialects.unifi.record import Record
from engineering_api.dialects.unifi.site import Site
from engineering_api.facts.device import Device
from engineering_api.platforms.platform import Platform, sign
from engineering_api.reading.json_tree import tree
from engineering_api.reading.tree import Node

#: Records of which each says its own, in the order in which they know each other's names.
_SINGLE: tuple[tuple[str, Callable[[Site, Record], None]], ...] = (
    ("networkconf", networks.network),
    ("firewallgroup", firewall.group),
    ("firewallzone", firewall.zone),
    ("portconf", devices.profile),
    ("radiusprofile", wireless.radius),
    ("wlanconf", wireless.wlan),
    ("portforward", firewall.forward),
    ("routing", networks.route),
    ("setting", settings.setting),
)
_TOGETHER: tuple[tuple[str, Callable[[Site, list[Record]], None]], ...] = (
    ("firewallrule", firewall.rules),
    ("firewallpolicy", firewall.policies),
    ("device", devices.devices),
)


def _read(nodes: Sequence[Node], device: Device) -> None:
    site = Site(device)
    site.sort(nodes)
    _name(site)
    for collection, handler in _SINGLE:
        for record in site.records[collection]:
            with site.reading(record):
                handler(site, record)
    for together, say in _TOGETHER:
        say(site, site.records[together])
    for record in site.records["sysinfo"]:
        if not device.identity.version:
            device.identity.say(record.line("version"), version=record.text("version"))
    device.interfaces.sort(key=lambda one: one.source)
    # A broken line may be a record's as well.
    missed = {(one.source, one.text): one for one in device.unparsed}
    device.unparsed = sorted(missed.values(), key=lambda one: one.source)


def _name(site: Site) -> None:
    """Names by identifiers, before anything refers to them."""
    for collection in ("firewallzone", "portconf", "radiusprofile"):
        for record in site.records[collection]:
            with site.reading(record):
                site.names[record.text("_id")] = record.text("name")
    for record in site.records["networkconf"]:
        with site.reading(record):
            networks.name(site, record)
    for record in site.records["portconf"]:
        with site.reading(record):
            site.profiles[record.text("_id")] = record


PLATFORM = Platform(
    name="ubiquiti_unifi",
    title="Ubiquiti UniFi",
    vendor="Ubiquiti",
    roles=("switch", "wireless", "firewall"),
    signs=(
        sign(0.95, r'"(?:networkconf_id|native_networkconf_id|portconf_id|src_networkconf_id|wlangroup_id)" ?:'),
        sign(0.95, r'"(?:rest/)?(?:networkconf|wlanconf|portconf|firewallrule|firewallgroup)" ?:'),
        sign(
            0.9, r'"(?:inform_url|x_ssh_username|x_passphrase|dhcpd_enabled|wan_networkgroup|static-route_network)" ?:'
        ),
        sign(0.8, r'"(?:group_type|ruleset|pfwd_interface|zone_key|ip_subnet|networkgroup)" ?: ?"'),
        sign(0.8, r'"purpose" ?: ?"(?:corporate|guest|wan|vlan-only|site-vpn|remote-user-vpn)"'),
        sign(
            0.9,
            r'"(?:matching_target|port_overrides|stp_port_mode|src_firewallgroup_ids|ap_group_ids|fwd_port)" ?:',
        ),
        sign(
            0.6,
            r'"(?:zone_id|connection_state_type|site_id|network_ids|ip_version|usergroup_id|vlan_enabled)" ?: ?["tf\[]',
        ),
        sign(0.7, r'"key" ?: ?"(?:mgmt|rsyslogd|super_\w+|usg|global_switch|guest_access)"'),
    ),
    tree=tree,
    read=_read,
    comments=(),
    closing=re.compile(r"[\[\]{}]+,?"),
    aliases=("unifi", "ubnt_unifi"),
)
