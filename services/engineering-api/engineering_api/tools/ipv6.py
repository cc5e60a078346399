"""IPv6: forms of an address, plans of /64 networks, unique local prefixes."""

import hashlib
import secrets
from ipaddress import IPv6Address, IPv6Network
from typing import Annotated

from pydantic import Field

from engineering_api.tools.reading import Name, Network, Short, count, network
from engineering_api.tools.special import purpose
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable


class Ipv6Arguments(Model):
    """An IPv6 address, with or without a prefix length."""

    address: Short = Field(examples=["2001:db8:0:0:1::1/64"])


class Ipv6(Answer):
    """The forms of an address and what it says."""

    compressed: str
    expanded: str
    network: str
    interface_id: str
    purpose: str
    purpose_document: str
    reverse_name: str
    solicited_node: str
    embedded_mac: str | None
    embedded_ipv4: str | None


def ipv6(arguments: Ipv6Arguments) -> Ipv6:
    """Write an IPv6 address short (RFC 5952) and in full, with its network and meaning. Raises `Unprocessable`."""
    plain, _, length = arguments.address.strip().partition("/")
    try:
        # The zone of fe80::1%eth0 (RFC 4007) means something on one host only.
        address = IPv6Address(int(IPv6Address(plain)))
        around = IPv6Network((int(address), int(length) if length else 64), strict=False)
    except ValueError:
        raise Unprocessable(f"'{arguments.address[:60]}' is no IPv6 address. Write one as 2001:db8::5/64.") from None
    special = purpose(IPv6Network(int(address)))
    low = int(address) & ((1 << 64) - 1)
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return Ipv6(
        compressed=str(address),
        expanded=address.exploded,
        network=str(around),
        interface_id=":".join(f"{low >> shift & 0xFFFF:04x}" for shift in (48, 32, 16, 0)),
        purpose=special.name if special else "not assigned",
        purpose_document=special.document if special else "",
        reverse_name=address.reverse_pointer,
        solicited_node=str(IPv6Address(int(IPv6Address("ff02::1:ff00:0")) | (int(address) & 0xFFFFFF))),
        embedded_mac=_mac(low),
        embedded_ipv4=str(inner) if inner else None,
        steps=[
            f"In full it has 8 groups: {address.exploded}.",
            "Short: leading zeros go, and the longest row of zero groups becomes :: (RFC 5952).",
            f"Its network is {around}; the last {128 - around.prefixlen} bits are for the interface.",
        ],
    )


class Ipv6PlanArguments(Model):
    """A prefix and the networks that are needed."""

    prefix: Short = Field(examples=["2001:db8:1200::/48"])
    names: Annotated[list[Name], Field(min_length=1, max_length=1_000)]
    vlan_ids: Annotated[list[Annotated[int, Field(ge=1, le=4094)]], Field(max_length=1_000)] = Field(
        default_factory=list,
        description="VLANs of the names in order; the number becomes the network's, as it is read.",
    )


class Planned6(View):
    """A /64 of a plan."""

    name: str
    network: str
    gateway: str


class Ipv6Plan(Answer):
    """A /64 for each name."""

    networks: list[Planned6]
    available: str


def ipv6_plan(arguments: Ipv6PlanArguments) -> Ipv6Plan:
    """Plan a /64 for each network of a site, by order or by VLAN number. Raises `Unprocessable`."""
    parent: Network = network(arguments.prefix)
    if parent.version == 4 or parent.prefixlen > 64:
        raise Unprocessable(f"{parent} holds no /64. Give an IPv6 prefix of at most 64, such as 2001:db8:1200::/48.")
    total = 1 << (64 - parent.prefixlen)
    if arguments.vlan_ids and len(arguments.vlan_ids) != len(arguments.names):
        raise Unprocessable("Give as many vlan_ids as names, or none.")
    # VLAN 120 is read as …:120::, so that people find it again; its digits are taken for hexadecimal ones.
    numbers = [int(str(one), 16) for one in arguments.vlan_ids] or list(range(len(arguments.names)))
    if max(numbers) >= total or len(set(numbers)) < len(numbers):
        raise Unprocessable(
            f"{parent} has {count(total)} networks of /64, which are too few for these numbers, or a number is twice."
        )
    base = int(parent.network_address)
    made = [IPv6Network((base + (number << 64), 64)) for number in numbers]
    return Ipv6Plan(
        networks=[
            Planned6(name=name, network=str(one), gateway=f"{one.network_address + 1}/64")
            for name, one in zip(arguments.names, made, strict=True)
        ],
        available=str(total),
        steps=[
            f"{parent} leaves {64 - parent.prefixlen} bits for networks of /64: {count(total)}.",
            "The digits of a VLAN's number are the network's." if arguments.vlan_ids else "They are numbered in order.",
            "Every network is a /64, as SLAAC needs one (RFC 4291, RFC 4862); the gateway has ::1.",
        ],
    )


class UlaArguments(Model):
    """Where a unique local prefix comes from."""

    seed: Name = Field("", description="The same words give the same prefix; without any it is drawn at random.")
    networks: int = Field(1, ge=1, le=256)


class Ula(Answer):
    """A prefix of RFC 4193 and its first networks."""

    prefix: str
    global_id: str
    networks: list[str]


def ipv6_ula(arguments: UlaArguments) -> Ula:
    """Make a unique local prefix (RFC 4193), at random or from a site's name."""
    drawn = hashlib.sha256(arguments.seed.encode()).digest()[-5:] if arguments.seed else secrets.token_bytes(5)
    prefix = IPv6Network((int.from_bytes(b"\xfd" + drawn + b"\x00" * 10, "big"), 48))
    base = int(prefix.network_address)
    how = "the last 40 bits of the SHA-256 of the seed" if arguments.seed else "40 bits drawn at random"
    return Ula(
        prefix=str(prefix),
        global_id=drawn.hex(),
        networks=[str(IPv6Network((base + (number << 64), 64))) for number in range(arguments.networks)],
        steps=[
            f"fd (fc00::/7 with the local bit) and {how}: {drawn.hex()} (RFC 4193, section 3).",
            "The next 16 bits number the networks of /64.",
        ],
    )


def _mac(low: int) -> str | None:
    """The MAC address from which an interface's number was made by EUI-64; None for others."""
    octets = low.to_bytes(8, "big")
    if octets[3:5] != b"\xff\xfe":
        return None
    return ":".join(f"{one:02x}" for one in (octets[0] ^ 2, *octets[1:3], *octets[5:]))


TOOLS = (
    tool("ipv6", "IPv6 addresses", ipv6),
    tool("ipv6-plan", "IPv6 plan", ipv6_plan),
    tool("ipv6-ula", "Unique local prefix", ipv6_ula),
)
