"""Networks: what one is, which overlap, how they are summed up, split, and where there is room."""

from ipaddress import summarize_address_range
from typing import Annotated, Any, Literal

from pydantic import Field

from engineering_api.tools.blocks import around, collapsed, free_in, span
from engineering_api.tools.reading import (
    Network,
    Short,
    address,
    count,
    first_and_last,
    network,
    networks,
    one_family,
    usable,
)
from engineering_api.tools.special import letter, purpose
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

MOST_NETWORKS = 5_000
MOST_PARTS = 4_096
MOST_PAIRS = 1_000


class SubnetArguments(Model):
    """A network, or an address in it with its mask."""

    network: Short = Field(
        description="10.0.20.7/24, 10.0.20.7 255.255.255.0, or 2001:db8::/48", examples=["10.0.20.0/24"]
    )


class Subnet(Answer):
    """Everything about a network."""

    network: str
    version: Literal[4, 6]
    prefix_length: int
    netmask: str
    wildcard: str
    broadcast: str | None = Field(description="None for IPv6, /31 and /32, which have none.")
    first: str
    last: str
    addresses: str
    usable_hosts: str
    letter: str = Field(description="The class before CIDR, A to E; empty for IPv6.")
    purpose: str
    purpose_document: str
    is_private: bool
    reverse_zone: str
    given_address: str
    is_network_address: bool


def subnet(arguments: SubnetArguments) -> Subnet:
    """Calculate a network: mask, wildcard, broadcast, first and last host, hosts, purpose. Raises `Unprocessable`."""
    found = network(arguments.network)
    given = address(arguments.network.split()[0].partition("/")[0])
    first, last = first_and_last(found)
    special = purpose(found)
    bits = found.max_prefixlen - found.prefixlen
    steps = [
        f"/{found.prefixlen} leaves {bits} of {found.max_prefixlen} bits for hosts: 2^{bits} = "
        f"{count(found.num_addresses)} addresses.",
        f"The mask is {found.netmask}; {given} and the mask give the network {found.network_address}.",
    ]
    if found.version == 4 and found.prefixlen < 31:
        steps.append(f"The last address {found.broadcast_address} is the broadcast; {count(usable(found))} are left.")
    elif found.prefixlen == 31:
        steps.append("In a /31 both addresses are for hosts (RFC 3021).")
    if special:
        steps.append(f"It lies in {special.block}: {special.name} ({special.document}).")
    return Subnet(
        network=str(found),
        version=found.version,
        prefix_length=found.prefixlen,
        netmask=str(found.netmask),
        wildcard=str(found.hostmask),
        broadcast=str(found.broadcast_address) if found.version == 4 and found.prefixlen < 31 else None,
        first=str(first),
        last=str(last),
        addresses=str(found.num_addresses),
        usable_hosts=str(usable(found)),
        letter=letter(found),
        purpose=special.name if special else "public" if found.version == 4 else "not assigned",
        purpose_document=special.document if special else "",
        is_private=special is not None and special.document in ("RFC 1918", "RFC 4193"),
        reverse_zone=_reverse(found),
        given_address=str(given),
        is_network_address=given == found.network_address,
        steps=steps,
    )


class NetworksArguments(Model):
    """Networks of one family."""

    networks: Annotated[list[Short], Field(min_length=1, max_length=MOST_NETWORKS)]


class Overlap(View):
    """Two networks with addresses in common."""

    first: str
    second: str
    relation: Literal["same", "contains", "inside"]


class Overlaps(Answer):
    """The networks that overlap, at most 1,000 pairs."""

    overlaps: list[Overlap]


def subnet_overlap(arguments: NetworksArguments) -> Overlaps:
    """Find networks that overlap: the same twice, or one inside another. Raises `Unprocessable`."""
    given = networks(arguments.networks)
    found: dict[frozenset[Network], Overlap] = {}
    order = sorted(range(len(given)), key=lambda place: _order(given[place]))
    open_: list[int] = []
    for place in order:
        one = given[place]
        open_ = [other for other in open_ if given[other].version == one.version and _ends(given[other]) >= _ends(one)]
        for other in open_:
            pair = frozenset((one, given[other]))
            if pair not in found:  # networks that are given again overlap no others
                found[pair] = _related(min(place, other), max(place, other), given)
        if len(found) >= MOST_PAIRS:
            break
        if not open_ or given[open_[-1]] != one:  # the same once more overlaps nothing new
            open_.append(place)
    return Overlaps(
        overlaps=list(found.values())[:MOST_PAIRS],
        steps=[
            f"{count(len(given))} networks sorted by their first address; one overlaps those before it that end later.",
            f"{len(found)} pairs overlap."
            if len(found) < 1_000
            else "There are 1,000 pairs or more; the first are told.",
        ],
    )


class Summary(Answer):
    """The fewest networks that hold exactly the same addresses, and the one that holds them all."""

    networks: list[str]
    supernet: str
    supernet_unused: str = Field(description="How many addresses of the supernet are in none of the networks.")


def subnet_summarise(arguments: NetworksArguments) -> Summary:
    """Sum up networks: the fewest that hold exactly them, and the smallest one around all. Raises `Unprocessable`."""
    given = networks(arguments.networks)
    one_family(given)
    exact = collapsed(given)
    whole = around(given)
    held = sum(one.num_addresses for one in exact)
    unused = whole.num_addresses - held
    return Summary(
        networks=[str(one) for one in exact],
        supernet=str(whole),
        supernet_unused=str(unused),
        steps=[
            f"Neighbouring networks that make up a larger one are joined: {len(given)} become {len(exact)}.",
            f"The smallest network around all is {whole} with {count(whole.num_addresses)} addresses.",
            f"{count(held)} of them are in the networks, {count(unused)} are not.",
        ],
    )


class NextFreeArguments(Model):
    """A block, what is used of it, and how large the new network is."""

    parent: Short = Field(examples=["10.0.0.0/16"])
    used: Annotated[list[Short], Field(max_length=MOST_NETWORKS)] = Field(default_factory=list)
    prefix_length: int = Field(ge=0, le=128)
    how_many: int = Field(1, ge=1, le=256)


class NextFree(Answer):
    """The free networks of a size, first ones first, and all that is free."""

    networks: list[str]
    free: list[str] = Field(description="All free space as the fewest networks, at most 1,000.")
    is_enough: bool


def subnet_next_free(arguments: NextFreeArguments) -> NextFree:
    """Find the next free networks of a size in a block, given those in use. Raises `Unprocessable`."""
    parent = network(arguments.parent)
    used = networks(arguments.used)
    one_family([parent, *used])
    if not parent.prefixlen <= arguments.prefix_length <= parent.max_prefixlen:
        raise Unprocessable(f"A /{arguments.prefix_length} is not inside {parent}. Give a longer prefix.")
    free = free_in(parent, used)
    found: list[str] = []
    for block in free:
        if block.prefixlen > arguments.prefix_length:
            continue
        for part in block.subnets(new_prefix=arguments.prefix_length):
            found.append(str(part))
            if len(found) == arguments.how_many:
                break
        if len(found) == arguments.how_many:
            break
    steps = [
        f"{len(used)} networks in use are taken out of {parent}; {len(free)} blocks are left.",
        f"{len(found)} of {arguments.how_many} networks of /{arguments.prefix_length} fit, on their boundaries.",
    ]
    return NextFree(
        networks=found, free=[str(one) for one in free[:1_000]], is_enough=len(found) == arguments.how_many, steps=steps
    )


class SplitArguments(Model):
    """A network and into what it is split: a prefix length, or how many parts there must be at least."""

    network: Short
    prefix_length: int | None = Field(None, ge=0, le=128)
    parts: int | None = Field(None, ge=2, le=MOST_PARTS)


class Split(Answer):
    """The parts of a network; of more than 4,096 the first 4,096."""

    networks: list[str]
    total: str
    prefix_length: int
    usable_hosts: str


def subnet_split(arguments: SplitArguments) -> Split:
    """Split a network into equal parts by a prefix length or a number of parts. Raises `Unprocessable`."""
    whole = network(arguments.network)
    if (arguments.prefix_length is None) == (arguments.parts is None):
        raise Unprocessable("Give either a prefix_length or the number of parts.")
    length = arguments.prefix_length
    if length is None:
        length = whole.prefixlen + ((arguments.parts or 2) - 1).bit_length()
    if not whole.prefixlen <= length <= whole.max_prefixlen:
        raise Unprocessable(f"{whole} has no room for that. Parts may be /{whole.prefixlen} to /{whole.max_prefixlen}.")
    total = 1 << (length - whole.prefixlen)
    parts: list[Network] = []
    for part in whole.subnets(new_prefix=length):
        parts.append(part)
        if len(parts) == MOST_PARTS:
            break
    return Split(
        networks=[str(one) for one in parts],
        total=str(total),
        prefix_length=length,
        usable_hosts=str(usable(parts[0])),
        steps=[
            f"From /{whole.prefixlen} to /{length} are {length - whole.prefixlen} bits: "
            f"2^{length - whole.prefixlen} = {count(total)} networks.",
            f"Each has room for {count(usable(parts[0]))} hosts.",
        ],
    )


class RangeArguments(Model):
    """The first and the last address of a range."""

    first: Short = Field(examples=["10.0.0.5"])
    last: Short = Field(examples=["10.0.0.20"])


class Prefixes(Answer):
    """The fewest networks that hold exactly a range."""

    networks: list[str]
    addresses: str


def range_to_cidr(arguments: RangeArguments) -> Prefixes:
    """Turn a range of addresses into the fewest networks that hold exactly it. Raises `Unprocessable`."""
    first, last = address(arguments.first), address(arguments.last)
    if first.version != last.version or int(first) > int(last):
        raise Unprocessable(f"{first} to {last} is no range. Give the lower address first, both of one family.")
    found: list[Any] = list(summarize_address_range(first, last))
    total = int(last) - int(first) + 1
    return Prefixes(
        networks=[str(one) for one in found],
        addresses=str(total),
        steps=[
            f"{first} to {last} are {count(total)} addresses.",
            f"From the first on, the largest network that begins there and ends in the range: {len(found)} networks.",
        ],
    )


def _order(one: Network) -> tuple[int, int, int]:
    """By the first address, of equal ones the larger network first."""
    first, last = span(one)
    return one.version, first, -last


def _ends(one: Network) -> int:
    return int(one.broadcast_address)


def _related(first: int, second: int, given: list[Network]) -> Overlap:
    one, other = given[first], given[second]
    if one == other:
        return Overlap(first=str(one), second=str(other), relation="same")
    relation: Literal["contains", "inside"] = "contains" if one.prefixlen < other.prefixlen else "inside"
    return Overlap(first=str(one), second=str(other), relation=relation)


def _reverse(of: Network) -> str:
    """The zone of the DNS for the names of its addresses, on the boundary at or above it."""
    step = 8 if of.version == 4 else 4
    parts = of.network_address.reverse_pointer.split(".")
    return ".".join(parts[(of.max_prefixlen - of.prefixlen // step * step) // step :])


TOOLS = (
    tool("subnet", "Subnet calculator", subnet),
    tool("subnet-overlap", "Overlapping networks", subnet_overlap),
    tool("subnet-summarise", "Summary of networks", subnet_summarise),
    tool("subnet-next-free", "Next free network", subnet_next_free),
    tool("subnet-split", "Split of a network", subnet_split),
    tool("range-to-cidr", "Range as networks", range_to_cidr),
)
