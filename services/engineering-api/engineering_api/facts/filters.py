"""Who may talk to whom: rules, what they name, and translation of addresses."""

from typing import Literal

from pydantic import BaseModel, Field

from engineering_api.facts.fact import Fact

Action = Literal["permit", "deny", "reject"]


class Ends(BaseModel):
    """One side of a rule, or what an object stands for. It holds for an address if any of its members does.

    `networks` are CIDR prefixes, `ranges` "first-last", `wildcards` "address mask" whose mask is not contiguous (set
    bits do not matter), `names` are objects and groups of the same device, `fqdns` are names of hosts. What a group
    leaves out stands among these after an exclamation mark, as an address or a name: "!10.0.0.7".
    """

    is_any: bool = False
    networks: list[str] = Field(default_factory=list)
    ranges: list[str] = Field(default_factory=list)
    wildcards: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    fqdns: list[str] = Field(default_factory=list)
    #: The addresses or networks of interfaces: "wan1", "inside network".
    interfaces: list[str] = Field(default_factory=list)
    is_negated: bool = False


class Service(BaseModel):
    """A protocol and ports. Ports are ranges "first-last", both included; no ports are all ports."""

    #: "ip" is every protocol; else tcp, udp, icmp, icmp6, esp, gre, …, or a number.
    protocol: str = "ip"
    source_ports: list[str] = Field(default_factory=list)
    ports: list[str] = Field(default_factory=list)
    #: ICMP's type and code as the device writes them.
    icmp: str = ""


class Services(BaseModel):
    """The services of a rule: any of these, or of the named objects and groups."""

    is_any: bool = False
    services: list[Service] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    is_negated: bool = False


class Rule(Fact):
    """A line of an access list, or a firewall's rule or policy."""

    #: Its number, sequence or uuid as the device writes it; "" where there is none.
    id: str = ""
    name: str = ""
    action: Action
    source_ends: Ends
    destination_ends: Ends
    services: Services
    #: It fits packets of this family alone; "" is both, or that of its list.
    family: Literal["", "ipv4", "ipv6"] = ""
    #: Interfaces or zones through which it is reached; none are all, "!LAN" is all but LAN.
    from_zones: list[str] = Field(default_factory=list)
    to_zones: list[str] = Field(default_factory=list)
    is_enabled: bool = True
    is_logged: bool = False
    is_established: bool = False
    schedule: str = ""
    users: list[str] = Field(default_factory=list)
    profiles: list[str] = Field(default_factory=list)
    translates: bool = False
    #: A list whose rules are tried where this one fits (RouterOS's jump); then `action` says nothing.
    jump: str = ""
    #: It decides only where no later rule fits: pf's rules without "quick".
    is_tentative: bool = False
    #: It is also asked where packets go out by these interfaces: pf's floating rules of any direction.
    is_both_ways: bool = False
    #: It decides nothing (logs, counts, marks, notes an address in a list); then `action` says nothing.
    is_passing: bool = False
    #: What else must be so for it to fit, as the device writes it: "ipsec-policy=in,ipsec", "limit=5,5:packet".
    conditions: list[str] = Field(default_factory=list)
    comment: str = ""


class AccessList(Fact):
    """Rules that are tried in order, the first that fits decides; nothing that fits is denied if `ends_denying`.

    A firewall's policy is one access list by zone pair or as a whole (`kind` "policy").
    """

    name: str
    kind: Literal["standard", "extended", "policy", "ipv6", "mac"] = "extended"
    rules: list[Rule] = Field(default_factory=list)
    ends_denying: bool = True


class AddressObject(Fact):
    """A name for addresses, or a group of such names."""

    name: str
    ends: Ends
    is_group: bool = False
    comment: str = ""


class ServiceObject(Fact):
    """A name for services, or a group of such names."""

    name: str
    services: Services
    is_group: bool = False
    comment: str = ""


class Translation(Fact):
    """A rule that changes addresses."""

    kind: Literal["source", "destination", "static", "exempt"]
    name: str = ""
    original_source: Ends | None = None
    original_destination: Ends | None = None
    service: Services | None = None
    #: What the source or destination becomes: an address, an object's name, or "interface".
    translated: str = ""
    translated_port: str = ""
    #: What it translates passes without a rule: pf's redirections that "pass".
    lets_pass: bool = False
    from_zones: list[str] = Field(default_factory=list)
    to_zones: list[str] = Field(default_factory=list)
    is_enabled: bool = True
    comment: str = ""


class Zone(Fact):
    """Interfaces that are treated alike."""

    name: str
    interfaces: list[str] = Field(default_factory=list)
