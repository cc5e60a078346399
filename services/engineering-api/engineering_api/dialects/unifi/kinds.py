"""The collections of a controller, and how a record of each is recognised."""

import re

from engineering_api.dialects.unifi.record import Record
from engineering_api.reading.json_tree import is_array

#: Names of collections as exports and scripts write them, without "rest/", "stat/", "s", "_" and "-".
_NAMES = {
    "networkconf": "networkconf",
    "network": "networkconf",
    "wlanconf": "wlanconf",
    "wlan": "wlanconf",
    "firewallrule": "firewallrule",
    "firewallgroup": "firewallgroup",
    "firewallpolicies": "firewallpolicy",
    "firewallpolicie": "firewallpolicy",
    "firewallpolicy": "firewallpolicy",
    "firewallzone": "firewallzone",
    "zone": "firewallzone",
    "portconf": "portconf",
    "portprofile": "portconf",
    "portforward": "portforward",
    "portforwarding": "portforward",
    "device": "device",
    "devicebasic": "device",
    "routing": "routing",
    "route": "routing",
    "staticroute": "routing",
    "setting": "setting",
    "radiusprofile": "radiusprofile",
    "site": "site",
    "sysinfo": "sysinfo",
    "sta": "other",
    "user": "other",
    "alluser": "other",
    "client": "other",
    "usergroup": "other",
    "wlangroup": "other",
    "apgroup": "other",
    "account": "other",
    "health": "other",
    "dynamicdns": "other",
    "tag": "other",
    "dhcpoption": "other",
    "hotspotop": "other",
    "hotspotpackage": "other",
    "voucher": "other",
    "trafficrule": "other",
    "trafficroute": "other",
    "dpiapp": "other",
    "dpigroup": "other",
    "scheduletask": "other",
    "heatmap": "other",
    "heatmappoint": "other",
    "map": "other",
    "event": "other",
    "alarm": "other",
    "rogueap": "other",
    "rogueknown": "other",
    "channelplan": "other",
    "broadcastgroup": "other",
    "mediafile": "other",
    "hotspot2conf": "other",
    "virtualdevice": "other",
    "spatialrecord": "other",
    "admin": "other",
    "meta": "other",
    "self": "other",
    "statu": "other",
    "currentchannel": "other",
    "ccode": "other",
}
#: What records of a collection have: all of the first, and one of the second unless that is empty.
_SIGNS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("networkconf", frozenset(("purpose",)), frozenset(("name", "ip_subnet"))),
    ("firewallgroup", frozenset(("group_type",)), frozenset()),
    ("firewallrule", frozenset(("ruleset", "action")), frozenset()),
    ("firewallpolicy", frozenset(("action", "source", "destination")), frozenset()),
    ("firewallzone", frozenset(("network_ids",)), frozenset(("zone_key", "default_zone"))),
    ("portforward", frozenset(("fwd",)), frozenset(("dst_port", "fwd_port"))),
    ("routing", frozenset(), frozenset(("static-route_network", "static-route_type"))),
    ("other", frozenset(), frozenset(("record_type", "oui"))),
    (
        "device",
        frozenset(("mac",)),
        frozenset(
            ("adopted", "inform_url", "port_table", "port_overrides", "config_network", "ethernet_table", "lldp_table")
        ),
    ),
    (
        "wlanconf",
        frozenset(("security",)),
        frozenset(("x_passphrase", "wpa_mode", "wlangroup_id", "ap_group_ids", "wlan_band", "wlan_bands", "hide_ssid")),
    ),
    ("radiusprofile", frozenset(("auth_servers",)), frozenset()),
    (
        "portconf",
        frozenset(("forward", "name")),
        frozenset(("poe_mode", "op_mode", "native_networkconf_id", "autoneg")),
    ),
    ("setting", frozenset(("key",)), frozenset()),
)
_OF_RECORDS = frozenset(("_id", "name", "key", "version"))


def named(key: str, otherwise: str) -> str:
    """The collection that a key names: "networkconf", "rest/networkconf", "networks"."""
    word = re.sub(r"[\s_-]", "", key.lower().rpartition("/")[2]).removesuffix("s")
    return _NAMES.get(word, otherwise)


def of(record: Record, name: str) -> str:
    """The collection of an object: by what it has, or else by the name under which it stands; "" for none."""
    has = record.members.keys()
    for kind, every, some in _SIGNS:
        if every <= has and (not some or has & some):
            return kind
    return name if name and has & _OF_RECORDS and not any(is_array(one) for one in record.members.values()) else ""
