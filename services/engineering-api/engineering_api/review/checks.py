"""What to look at on the device before a change and after it, in its own commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engineering_api.review.reason import Case, Reason, listed

_CISCO = {
    "config": "show running-config",
    "interfaces": "show ip interface brief",
    "trunks": "show interfaces trunk",
    "vlans": "show vlan brief",
    "routes": "show ip route",
    "ping": "ping {0}",
    "stp": "show spanning-tree root",
    "bundles": "show etherchannel summary",
    "rules": "show access-lists",
    "vpn": "show crypto ikev2 sa",
    "nat": "show ip nat translations",
    "dhcp": "show ip dhcp binding",
    "ntp": "show ntp associations",
    "log": "show logging",
    "neighbours": "show ip bgp summary",
    "users": "show users",
    "save": "copy running-config startup-config",
}
_COMMANDS: dict[str, dict[str, str]] = {
    "cisco_ios": _CISCO,
    "cisco_nxos": _CISCO
    | {
        "interfaces": "show interface brief",
        "trunks": "show interface trunk",
        "bundles": "show port-channel summary",
        "ntp": "show ntp peer-status",
    },
    "arista_eos": _CISCO
    | {"bundles": "show port-channel dense", "vpn": "show ip security connection", "save": "write memory"},
    "cisco_asa": _CISCO
    | {
        "interfaces": "show interface ip brief",
        "vlans": "show nameif",
        "routes": "show route",
        "rules": "show access-list",
        "nat": "show nat detail",
        "dhcp": "show dhcpd binding",
        "users": "show ssh sessions",
        "vpn": "show vpn-sessiondb l2l",
        "save": "write memory",
    },
    "hp_procurve": _CISCO
    | {
        "interfaces": "show interfaces brief",
        "trunks": "show vlans ports all detail",
        "vlans": "show vlans",
        "bundles": "show trunks",
        "rules": "show access-list",
        "stp": "show spanning-tree",
        "ntp": "show sntp",
        "save": "write memory",
    },
    "aruba_aoscx": _CISCO
    | {
        "interfaces": "show interface brief",
        "trunks": "show vlan port all",
        "vlans": "show vlan",
        "bundles": "show lacp interfaces",
        "rules": "show access-list hitcounts",
        "stp": "show spanning-tree",
        "save": "write memory",
    },
    "fortinet": {
        "config": "show full-configuration",
        "interfaces": "get system interface physical",
        "vlans": "show system interface",
        "trunks": "show system interface",
        "routes": "get router info routing-table all",
        "ping": "execute ping {0}",
        "bundles": "diagnose netlink aggregate list",
        "rules": "show firewall policy",
        "vpn": "get vpn ipsec tunnel summary",
        "nat": "get system session list",
        "dhcp": "execute dhcp lease-list",
        "ntp": "diagnose sys ntp status",
        "log": "execute log display",
        "neighbours": "get router info bgp summary",
        "users": "get system admin list",
        "stp": "diagnose sys stp status",
    },
    "juniper_junos": {
        "config": "show configuration | display set",
        "interfaces": "show interfaces terse",
        "vlans": "show vlans",
        "trunks": "show ethernet-switching interface",
        "routes": "show route",
        "ping": "ping {0} count 5",
        "stp": "show spanning-tree bridge",
        "bundles": "show lacp interfaces",
        "rules": "show security policies hit-count",
        "vpn": "show security ipsec security-associations",
        "nat": "show security nat source summary",
        "dhcp": "show dhcp server binding",
        "ntp": "show ntp associations",
        "log": "show log messages | last 50",
        "neighbours": "show bgp summary",
        "users": "show system users",
    },
    "ubiquiti_edgeos": {
        "config": "show configuration commands",
        "interfaces": "show interfaces",
        "vlans": "show interfaces",
        "trunks": "show interfaces",
        "routes": "show ip route",
        "ping": "ping {0}",
        "bundles": "show interfaces bonding",
        "rules": "show firewall statistics",
        "vpn": "show vpn ipsec sa",
        "nat": "show nat statistics",
        "dhcp": "show dhcp leases",
        "ntp": "show ntp",
        "log": "show log tail",
        "neighbours": "show ip bgp summary",
        "users": "show login users",
        "stp": "show bridge",
        "save": "save",
    },
    "mikrotik_routeros": {
        "config": "/export",
        "interfaces": "/interface print",
        "vlans": "/interface bridge vlan print",
        "trunks": "/interface bridge vlan print",
        "routes": "/ip route print",
        "ping": "/ping {0} count=5",
        "bundles": "/interface bonding print",
        "rules": "/ip firewall filter print stats",
        "vpn": "/ip ipsec active-peers print",
        "nat": "/ip firewall nat print stats",
        "dhcp": "/ip dhcp-server lease print",
        "ntp": "/system ntp client print",
        "log": "/log print",
        "neighbours": "/routing bgp session print",
        "users": "/user active print",
        "stp": "/interface bridge monitor [find] once",
    },
}

#: What is looked at for a reason, by its code.
_TOPICS = {
    "management-lockout": ("users", "interfaces"),
    "management-changed": ("users",),
    "default-route-withdrawn": ("routes",),
    "route-withdrawn": ("routes",),
    "next-hop-changed": ("routes",),
    "next-hop-lost": ("routes",),
    "routing-protocol-changed": ("neighbours", "routes"),
    "interface-shutdown": ("interfaces",),
    "address-changed": ("interfaces", "routes"),
    "mtu-changed": ("interfaces",),
    "port-channel-changed": ("bundles",),
    "native-vlan-changed": ("trunks",),
    "access-vlan-changed": ("vlans",),
    "port-mode-changed": ("trunks",),
    "vlan-removed-from-trunk": ("trunks",),
    "vlan-deleted-in-use": ("vlans",),
    "vlan-deleted": ("vlans",),
    "stp-root-changed": ("stp",),
    "spanning-tree-off": ("stp",),
    "open-rule": ("rules",),
    "newly-allowed": ("rules",),
    "newly-denied": ("rules",),
    "deny-rule-removed": ("rules",),
    "logged-rule-removed": ("rules",),
    "filter-moved": ("rules",),
    "nat-changed": ("nat",),
    "nat-published": ("nat", "rules"),
    "vpn-removed": ("vpn",),
    "vpn-phase-mismatch": ("vpn",),
    "vpn-peer-changed": ("vpn",),
    "dhcp-changed": ("dhcp",),
    "dhcp-relay-changed": ("dhcp",),
    "ntp-removed": ("ntp",),
    "syslog-removed": ("log",),
    "aaa-changed": ("users",),
    "aaa-server-removed": ("users",),
    "user-removed": ("users",),
}
_EXPECTED = {
    "config": ("It is what was reviewed; keep a copy.", "It is what was reviewed as after."),
    "interfaces": (
        "Which interfaces are up, with their addresses.",
        "The same interfaces are up, besides those that were changed.",
    ),
    "trunks": ("Which VLANs each trunk carries.", "Each trunk carries the VLANs that it should."),
    "vlans": ("Which ports are in which VLAN.", "The ports are in the VLANs that they should be in."),
    "routes": (
        "All routes, the default route first.",
        "The routes that should be there are there, the default route too.",
    ),
    "stp": ("Which switch is root.", "The root is the switch that it should be."),
    "bundles": ("Which members are bundled.", "All members that should be are bundled."),
    "rules": ("How often each rule matched.", "New rules match, and those that deny do not match what should pass."),
    "vpn": ("Which tunnels are up.", "The same tunnels are up, and packets are counted in both directions."),
    "nat": ("Which translations are used.", "Translations are used as they should be."),
    "dhcp": ("Which addresses are given out.", "New leases are given out."),
    "ntp": ("The clock is synchronised.", "The clock is synchronised."),
    "log": ("No errors.", "No new errors."),
    "neighbours": ("Which neighbours are established, with how many prefixes.", "The same neighbours are established."),
    "users": ("Your own session is there.", "A second login succeeds while the first session stays open."),
}


@dataclass(frozen=True)
class Check:
    """A command and what it should show."""

    command: str
    expect: str


def checks(case: Case, reasons: Sequence[Reason]) -> tuple[list[Check], list[Check]]:
    """What to look at before and after. Nothing for a platform without commands."""
    known = _COMMANDS.get(case.before.platform)
    if known is None:
        return [], []
    topics = ["config", *(topic for reason in reasons for topic in _TOPICS.get(reason.code, ()))]
    unique = [topic for topic in dict.fromkeys(topics) if topic in known]
    before, after = ([Check(known[topic], _EXPECTED[topic][side]) for topic in unique] for side in (0, 1))
    before += [Check(command, f"{name} answers now.") for command, name in _pings(case, known, is_before=True)]
    after += [Check(command, f"{name} answers.") for command, name in _pings(case, known, is_before=False)]
    if "save" in known:
        after.append(Check(known["save"], "Only when all of the above is so: it makes the change permanent."))
    return before, after


def _pings(case: Case, known: dict[str, str], *, is_before: bool) -> Iterator[tuple[str, str]]:
    device = case.before if is_before else case.after
    gateways = [one.gateway for one in device.routes if one.gateway and one.is_enabled]
    defaults = [one.gateway for one in device.routes if one.gateway and one.is_enabled and one.prefix.prefixlen == 0]
    changed = {one.after.gateway for one in case.of("routes") if one.after is not None and one.after.gateway}
    for gateway in list(dict.fromkeys([*defaults, *(one for one in gateways if one in changed)]))[:5]:
        yield known["ping"].format(gateway), f"The next hop {listed([gateway])}"
