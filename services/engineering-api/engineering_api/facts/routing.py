"""How packets find their way."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import Field

from engineering_api.facts.fact import Fact


class Route(Fact):
    """A static route. `gateway` is an address, "" where only an interface is named; a discard route is marked."""

    prefix: IPv4Network | IPv6Network
    gateway: str = ""
    interface: str = ""
    distance: int | None = None
    vrf: str = ""
    name: str = ""
    is_discard: bool = False
    is_enabled: bool = True


class Peer(Fact):
    """A neighbour that is configured by its address."""

    address: str
    remote_as: str = ""
    description: str = ""
    has_password: bool = False
    filters: list[str] = Field(default_factory=list)


class Routing(Fact):
    """A routing process: ospf, bgp, eigrp, rip, isis."""

    protocol: str
    process: str = ""
    router_id: str = ""
    vrf: str = ""
    #: Networks as the device writes them, with the area where there is one: "10.0.0.0/24 area 0".
    networks: list[str] = Field(default_factory=list)
    passive: list[str] = Field(default_factory=list)
    peers: list[Peer] = Field(default_factory=list)
    redistributes: list[str] = Field(default_factory=list)


class Vrf(Fact):
    """A routing table of its own."""

    name: str
    distinguisher: str = ""
