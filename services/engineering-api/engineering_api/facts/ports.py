"""Interfaces, VLANs and what switches say of them."""

from ipaddress import IPv4Interface, IPv6Interface
from typing import Literal

from pydantic import Field

from engineering_api.facts.fact import Fact

InterfaceKind = Literal[
    "physical", "aggregate", "vlan", "loopback", "tunnel", "bridge", "subinterface", "wireless", "management", "other"
]
Mode = Literal["access", "trunk", "hybrid", "routed"]


class Address(Fact):
    """An address of an interface with the length of its network."""

    value: IPv4Interface | IPv6Interface
    is_secondary: bool = False


class Vlan(Fact):
    """A VLAN that the device knows."""

    id: int
    name: str = ""
    is_enabled: bool = True


class Interface(Fact):
    """A port, real or virtual. `name` is the long form of the platform: GigabitEthernet1/0/1, port1, ether2."""

    name: str
    kind: InterfaceKind = "other"
    description: str = ""
    is_enabled: bool = True
    addresses: list[Address] = Field(default_factory=list)
    is_dhcp_client: bool = False
    #: The address of the other unit of a pair of firewalls.
    standby: str = ""
    #: Shared with other devices by HSRP, VRRP, CARP or VARP: "10.0.0.1 vrrp 10".
    virtual_addresses: list[str] = Field(default_factory=list)
    vrf: str = ""
    zone: str = ""
    #: ASA's security level.
    level: int | None = None
    #: What firewalls call it: ASA's nameif, FortiOS's alias, pfSense's descr.
    alias: str = ""
    #: The port or aggregate below a subinterface or VLAN interface, the bridge above a port.
    parent: str = ""
    #: The interfaces below a bridge, where the bridge names them and they have a port of their own as their parent.
    members: list[str] = Field(default_factory=list)
    mode: Mode | None = None
    access_vlan: int | None = None
    voice_vlan: int | None = None
    native_vlan: int | None = None
    #: Tagged VLANs; None where the device says no list, which means all on a trunk.
    trunk_vlans: list[int] | None = None
    #: The VLAN of a VLAN interface or the tag of a subinterface.
    vlan: int | None = None
    #: The aggregate (port-channel, trk, lag, LACP bond) that the port is a member of.
    aggregate: str = ""
    aggregate_mode: str = ""
    mtu: int | None = None
    speed: str = ""
    duplex: str = ""
    acl_in: str = ""
    acl_out: str = ""
    #: What filters packets from here to the device itself: EdgeOS's and VyOS's "local".
    acl_local: str = ""
    dhcp_relays: list[str] = Field(default_factory=list)
    #: What may manage the device here: ssh, https, http, telnet, ping, snmp.
    management: list[str] = Field(default_factory=list)
    #: Words: portfast, bpdu-guard, root-guard, loop-guard, storm-control, port-security, dhcp-trust, arp-trust, dot1x.
    protections: list[str] = Field(default_factory=list)
    is_edge: bool | None = None
    power: str = ""


class SpanningTree(Fact):
    """How loops are kept out."""

    mode: str = ""
    #: By VLAN or instance as the device writes it.
    priorities: dict[str, int] = Field(default_factory=dict)
    is_enabled: bool = True


class Neighbour(Fact):
    """What a port is connected to, said by CDP, LLDP or a description."""

    interface: str
    device: str
    port: str = ""
    platform: str = ""
    protocol: Literal["cdp", "lldp", "mndp", "description"] = "lldp"
