"""Things that a configuration defines by a name, and the places that use the name."""

from typing import Literal, get_args

from engineering_api.facts.fact import Fact

#: What can have a name. A use of a name that is defined nowhere, and a name that nothing uses, are findings.
Kind = Literal[
    "acl",  # of any address family, also filters of Junos and IPS-like lists that are applied to interfaces
    "prefix-list",
    "route-map",  # and policies of Junos, AOS-CX, RouterOS's filter chains
    "community-list",
    "as-path-list",
    "class-map",
    "policy-map",
    "object",  # an address object, alias of pfSense, entry of an address book
    "object-group",  # a group of those, or IOS's and ASA's object-groups of any type
    "service",
    "service-group",
    "schedule",
    "zone",
    "interface",
    "vlan",
    "vrf",
    "pool",  # of NAT or DHCP
    "transform-set",
    "ike-policy",  # ISAKMP and IKEv2 policies and proposals
    "ike-profile",
    "keyring",
    "crypto-map",
    "tunnel",  # FortiOS's phase 1, Junos's vpn, RouterOS's peer
    "ipsec-profile",
    "aaa-list",
    "server-group",
    "user-group",
    "key-chain",
    "track",
    "probe",  # IP SLA, health checks
    "certificate",
    "security-profile",  # antivirus, web filter and the like; wireless security of RouterOS and UniFi
    "peer-group",  # of BGP
    "routing-process",  # "ospf UNDERLAY", where a system does not make the process by itself
    "template",  # interface templates, port profiles, groups of Junos
    "list",  # RouterOS's address-lists and interface lists
    "gateway",
]

KINDS: frozenset[str] = frozenset(get_args(Kind))


class Definition(Fact):
    """A structure with a name. `is_used` where its own lines put it to use, so that no reference is needed."""

    kind: Kind
    name: str
    is_used: bool = False


class Reference(Fact):
    """A use of a name, of one of several kinds. `context` says for what: "interface GigabitEthernet0/1 in"."""

    kinds: tuple[Kind, ...]
    name: str
    context: str = ""
