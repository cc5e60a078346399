"""A picture of a network as data: devices and subnets, and links between them, each with its evidence."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engineering_api.facts.fact import Span

Layer = Literal["l2", "l3"]
NodeKind = Literal["device", "subnet", "host", "outside"]
Role = Literal["router", "switch", "firewall", "wireless", "phone", "server", "unknown"]
LinkKind = Literal[
    "point-to-point", "member", "next-hop", "tunnel", "neighbour", "port-channel", "description", "vlans"
]


class Evidence(BaseModel):
    """Lines that say something, counted from 1: of a configuration, or of what a command showed."""

    model_config = ConfigDict(frozen=True)

    config_id: str
    source: Span
    text: str = ""
    #: The command, when the lines are of what it showed.
    command: str = ""


class Node(BaseModel):
    """A device, a subnet, or something that is only mentioned: a host, or what is outside."""

    id: str
    name: str
    kind: NodeKind
    role: Role = "unknown"
    site: str = ""
    config_id: str = ""
    #: What a reader wants to know at a glance: platform and version, VLAN, how many addresses.
    details: list[str] = Field(default_factory=list)
    #: The prefixes of a subnet.
    prefixes: list[str] = Field(default_factory=list)


class End(BaseModel):
    """Where a link meets a node: the ports in their long names, the aggregate that they form, and their addresses."""

    ports: list[str] = Field(default_factory=list)
    aggregate: str = ""
    addresses: list[str] = Field(default_factory=list)


class Link(BaseModel):
    """A link between two nodes by their ids. `confidence` is between 0 and 1."""

    a: str
    b: str
    kind: LinkKind
    a_end: End = Field(default_factory=End)
    b_end: End = Field(default_factory=End)
    label: str = ""
    evidence: list[Evidence] = Field(default_factory=list)
    confidence: float = Field(ge=0, le=1)


class Problem(BaseModel):
    """Something that two devices say and that cannot be right."""

    kind: Literal["duplicate-address", "different-masks", "different-vlans", "different-native-vlans"]
    text: str
    evidence: list[Evidence]


class Topology(BaseModel):
    """A picture of one layer."""

    layer: Layer
    nodes: list[Node] = Field(default_factory=list)
    links: list[Link] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
