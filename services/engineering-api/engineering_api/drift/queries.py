"""What to search documents for, built from facts: each VLAN, each device, and what networks are described by. Pure."""

from collections.abc import Iterable

from engineering_api.chosen import Subject

MOST_QUERIES = 80
_MOST_VLANS = 30
_GENERAL = (
    "VLAN plan with VLAN ids, names and subnets",
    "subnet, gateway and DHCP range of each network",
    "WAN public IP address of the internet line, provider",
    "DNS servers and NTP servers",
    "SSID and VLAN of the wireless networks",
    "VPN tunnel peer remote gateway IPsec",
    "switches and firewalls with management addresses, firmware and serial numbers",
    "uplink ports of switches",
)


def queries(subjects: Iterable[Subject]) -> list[str]:
    """The queries, each once, the general ones first."""
    made = list(_GENERAL)
    subjects = tuple(subjects)
    vlans: dict[int, str] = {}
    for subject in subjects:
        for one in subject.device.vlans:
            if one.name and not vlans.get(one.id):
                vlans[one.id] = one.name
    made += [f"VLAN {number} {name} subnet and purpose" for number, name in sorted(vlans.items())[:_MOST_VLANS]]
    made += [f"{subject.name} IP address, uplink and firmware" for subject in subjects]
    made += [f"wireless network {one.ssid} VLAN" for subject in subjects for one in subject.device.wireless if one.ssid]
    return list(dict.fromkeys(made))[:MOST_QUERIES]
