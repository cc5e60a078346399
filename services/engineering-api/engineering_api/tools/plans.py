"""Plans: networks for what is needed, out of one block, and VLANs with everything that goes with them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engineering_api.tools.blocks import free_in
from engineering_api.tools.reading import (
    Name,
    Network,
    Short,
    count,
    first_and_last,
    network,
    networks,
    one_family,
    usable,
)
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

MOST_NEEDS = 512


class Need(Model):
    """A network that is needed: for so many hosts, or of a prefix length."""

    name: Name
    hosts: int | None = Field(None, ge=1, le=1 << 64)
    prefix_length: int | None = Field(None, ge=0, le=128)

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.hosts is None) == (self.prefix_length is None):
            raise ValueError("give either hosts or prefix_length")
        return self


class SubnetPlanArguments(Model):
    """A block, what is needed of it and what is in use already."""

    parent: Short = Field(examples=["10.20.0.0/16"])
    needs: Annotated[list[Need], Field(min_length=1, max_length=MOST_NEEDS)]
    used: Annotated[list[Short], Field(max_length=2_000)] = Field(default_factory=list)
    growth_percent: int = Field(0, ge=0, le=1_000, description="How many more hosts there will be, for all needs.")


class Planned(View):
    """A network of a plan."""

    name: str
    network: str
    netmask: str
    first: str
    last: str
    broadcast: str | None
    needed_hosts: str | None
    usable_hosts: str
    spare_hosts: str | None


class SubnetPlan(Answer):
    """Networks in the order of the needs, and what is left of the block."""

    networks: list[Planned]
    leftover: list[str]
    leftover_addresses: str


def subnet_plan(arguments: SubnetPlanArguments) -> SubnetPlan:
    """Plan networks of different sizes (VLSM) out of a block, the largest first, so that none overlap.

    Raises `Unprocessable` when they do not fit.
    """
    parent, used = network(arguments.parent), networks(arguments.used)
    one_family([parent, *used])
    wanted = [(need, _length(need, parent, arguments.growth_percent)) for need in arguments.needs]
    steps = [
        f"{need.name}: {_reason(need, arguments.growth_percent)} a /{length} "
        f"({count(1 << (parent.max_prefixlen - length))} addresses)."
        for need, length in wanted[:40]
    ]
    steps.append(f"The largest are placed first, each at the first boundary that is free in {parent}.")
    free = free_in(parent, used)
    placed: dict[int, Network] = {}
    for place in sorted(range(len(wanted)), key=lambda number: (wanted[number][1], number)):
        need, length = wanted[place]
        found, free = _take(free, length)
        if found is None:
            raise Unprocessable(
                f"{parent} has no room for {need.name} (/{length}) after {len(placed)} networks were placed. "
                "Give a larger block, or fewer or smaller needs."
            )
        placed[place] = found
    left = sum(one.num_addresses for one in free)
    steps.append(f"{count(left)} of {count(parent.num_addresses)} addresses are left.")
    return SubnetPlan(
        networks=[_planned(need, placed[place], arguments.growth_percent) for place, (need, _) in enumerate(wanted)],
        leftover=[str(one) for one in free],
        leftover_addresses=str(left),
        steps=steps,
    )


class VlanNeed(Model):
    """A VLAN that is needed."""

    name: Name
    id: int | None = Field(
        None, ge=1, le=4094, description="Its number; counted on from first_id where it is not said."
    )
    hosts: int | None = Field(None, ge=1, le=65_534)
    dhcp: bool = True


class VlanPlanArguments(Model):
    """A site's block and its VLANs."""

    block: Short = Field(examples=["10.20.0.0/20"])
    vlans: Annotated[list[VlanNeed], Field(min_length=1, max_length=256)]
    used: Annotated[list[Short], Field(max_length=2_000)] = Field(default_factory=list)
    prefix_length: int = Field(24, ge=8, le=30, description="The size of VLANs whose number of hosts is not said.")
    first_id: int = Field(10, ge=1, le=4094)
    id_step: int = Field(10, ge=1, le=1_000)
    gateway: str = Field("first", pattern="^(first|last)$", description="Which address of a network the gateway has.")
    reserved: int = Field(10, ge=0, le=1_000, description="Addresses beside the gateway's that DHCP leaves out.")
    growth_percent: int = Field(0, ge=0, le=1_000)


class PlannedVlan(View):
    """A VLAN with its network."""

    id: int
    name: str
    network: str
    netmask: str
    gateway: str
    dhcp_first: str | None
    dhcp_last: str | None
    dhcp_addresses: int
    broadcast: str


class VlanPlan(Answer):
    """VLANs by their numbers, and what is left of the block."""

    vlans: list[PlannedVlan]
    leftover: list[str]


def vlan_plan(arguments: VlanPlanArguments) -> VlanPlan:
    """Plan the VLANs of a site: numbers, networks, gateways and DHCP ranges out of the site's block.

    Raises `Unprocessable` when they do not fit, a number is given twice, or the block is not IPv4.
    """
    block = network(arguments.block)
    if block.version == 6:
        raise Unprocessable("VLANs are planned from an IPv4 block. For IPv6 use ipv6-plan, a /64 for each VLAN.")
    ids = _numbers(arguments)
    plan = subnet_plan(
        SubnetPlanArguments(
            parent=str(block),
            used=arguments.used,
            growth_percent=arguments.growth_percent,
            needs=[
                Need(name=one.name, hosts=one.hosts + 1 if one.hosts else None,
                     prefix_length=None if one.hosts else max(arguments.prefix_length, block.prefixlen))
                for one in arguments.vlans
            ],
        )
    )  # fmt: skip
    made = [
        _vlan(number, need, network(planned.network), arguments)
        for number, need, planned in zip(ids, arguments.vlans, plan.networks, strict=True)
    ]
    steps = [
        *plan.steps,
        f"One address more than the hosts is counted for the gateway, which is the {arguments.gateway} of its network.",
        f"DHCP leaves out the gateway and {arguments.reserved} addresses beside it, fewer in networks that are small.",
    ]
    return VlanPlan(vlans=sorted(made, key=lambda one: one.id), leftover=plan.leftover, steps=steps)


def _numbers(arguments: VlanPlanArguments) -> list[int]:
    given = [one.id for one in arguments.vlans if one.id is not None]
    if twice := next((number for number in given if given.count(number) > 1), None):
        raise Unprocessable(f"VLAN {twice} is there twice. Give each VLAN a number of its own.")
    taken, at, made = set(given), arguments.first_id, []
    for one in arguments.vlans:
        if one.id is not None:
            made.append(one.id)
            continue
        while at in taken:
            at += arguments.id_step
        if at > 4094:
            raise Unprocessable("The numbers of VLANs go past 4094. Choose a smaller first_id or id_step.")
        taken.add(at)
        made.append(at)
    return made


def _vlan(number: int, need: VlanNeed, of: Network, arguments: VlanPlanArguments) -> PlannedVlan:
    first, last = (int(one) for one in first_and_last(of))
    hosts = last - first + 1
    reserved = min(arguments.reserved, max(0, hosts - 2) // 2)
    gateway = first if arguments.gateway == "first" else last
    low, high = (first + 1 + reserved, last) if arguments.gateway == "first" else (first, last - 1 - reserved)
    serves = need.dhcp and low <= high
    start = of.network_address - int(of.network_address)
    return PlannedVlan(
        id=number,
        name=need.name,
        network=str(of),
        netmask=str(of.netmask),
        gateway=str(start + gateway),
        dhcp_first=str(start + low) if serves else None,
        dhcp_last=str(start + high) if serves else None,
        dhcp_addresses=high - low + 1 if serves else 0,
        broadcast=str(of.broadcast_address),
    )


def _length(need: Need, parent: Network, growth: int) -> int:
    if need.prefix_length is not None:
        if not parent.prefixlen <= need.prefix_length <= parent.max_prefixlen:
            raise Unprocessable(f"{need.name}: a /{need.prefix_length} is not inside {parent}. Give a longer prefix.")
        return need.prefix_length
    hosts = _grown(need, growth)
    extra = 2 if parent.version == 4 else 0
    length = parent.max_prefixlen - max(hosts + extra - 1, 0).bit_length()
    if parent.version == 6 and length > 64:
        return max(64, parent.prefixlen)
    if length < parent.prefixlen:
        raise Unprocessable(f"{need.name}: {count(hosts)} hosts do not fit into {parent}. Give a larger block.")
    return length


def _grown(need: Need, growth: int) -> int:
    return -(-(need.hosts or 0) * (100 + growth) // 100)


def _reason(need: Need, growth: int) -> str:
    if need.hosts is None:
        return "asked for"
    grown = f" and {growth} % growth make {count(_grown(need, growth))}, which" if growth else ""
    return f"{count(need.hosts)} hosts{grown} need"


def _take(free: list[Network], length: int) -> tuple[Network | None, list[Network]]:
    """The first network of a length in the free blocks, and the free blocks without it."""
    for place, block in enumerate(free):
        if block.prefixlen <= length:
            taken = network(f"{block.network_address}/{length}")
            return taken, [*free[:place], *free_in(block, [taken]), *free[place + 1 :]]
    return None, free


def _planned(need: Need, of: Network, growth: int) -> Planned:
    first, last = first_and_last(of)
    hosts = _grown(need, growth) if need.hosts else None
    return Planned(
        name=need.name,
        network=str(of),
        netmask=str(of.netmask),
        first=str(first),
        last=str(last),
        broadcast=str(of.broadcast_address) if of.version == 4 and of.prefixlen < 31 else None,
        needed_hosts=None if hosts is None else str(hosts),
        usable_hosts=str(usable(of)),
        spare_hosts=None if hosts is None else str(usable(of) - hosts),
    )


TOOLS = (
    tool("subnet-plan", "Subnet plan (VLSM)", subnet_plan),
    tool("vlan-plan", "VLAN plan", vlan_plan),
)
