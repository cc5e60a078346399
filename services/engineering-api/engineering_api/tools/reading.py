"""Addresses and networks as people write them, with a sentence for what is none."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import Field

from oberaconnect.endpoint import Text
from oberaconnect.problems import Unprocessable

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

#: An address, a prefix, or an address and a mask: never longer than this.
Short = Annotated[Text, Field(max_length=100)]
#: Which of its links a host means (RFC 4007); to a calculation it means nothing.
_ZONE = re.compile(r"(?<=[0-9a-fA-F:])%[\w.-]+")
Name = Annotated[Text, Field(max_length=80)]


def network(text: str, *, strict: bool = False) -> Network:
    """A network from 10.0.0.0/24, 10.0.0.0 255.255.255.0 or a bare address; the zone of fe80::1%eth0 is left away.

    Raises `Unprocessable`; with `strict` also for an address that is not the first of its network.
    """
    plain = _ZONE.sub("", "/".join(text.split()) if len(text.split()) == 2 else text.strip())
    try:
        return ip_network(plain, strict=strict)
    except ValueError as error:
        raise Unprocessable(f"{error}. Write a network as 10.0.20.0/24 or 10.0.20.0 255.255.255.0.") from None


def address(text: str) -> Address:
    """An address without its zone. Raises `Unprocessable`."""
    try:
        return ip_address(_ZONE.sub("", text.strip()))
    except ValueError:
        raise Unprocessable(f"'{text[:60]}' is no address. Write one as 10.0.20.5 or 2001:db8::5.") from None


def networks(texts: Iterable[str]) -> list[Network]:
    """Several networks, in the order in which they were given. Raises `Unprocessable`."""
    return [network(text) for text in texts]


def one_family(found: Sequence[Network]) -> None:
    """Raises `Unprocessable` when networks are of both families."""
    if len({one.version for one in found}) > 1:
        raise Unprocessable("These are IPv4 and IPv6 networks. Give networks of one family.")


def usable(of: Network) -> int:
    """How many hosts a network has room for: all but its own and the broadcast address, in /31 and /32 all."""
    if of.version == 6 or of.prefixlen >= 31:
        return of.num_addresses
    return of.num_addresses - 2


def first_and_last(of: Network) -> tuple[Address, Address]:
    """The first and the last address that hosts may have."""
    if of.version == 4 and of.prefixlen < 31:
        return of.network_address + 1, of.broadcast_address - 1
    return of.network_address, of.broadcast_address


def count(number: int) -> str:
    """A number as people read it; a very long one by its power of ten."""
    return f"{number:,}" if number < 10**15 else f"about {number:.3g}".replace("e+", " x 10^")
