"""What a caller wants scanned, as addresses that were all checked. Nothing else reaches nmap."""

import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network, summarize_address_range

from scan.networks import Ground, Network, merged, read
from scan.refusal import Invalid, shown

_MOST_TARGETS = 64
_RANGE = re.compile(r"((?:[0-9]{1,3}\.){3})([0-9]{1,3})-([0-9]{1,3})")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
#: A name never ends so: the system's own look-up takes 127.1, 0x7f.1 and 2130706433 for addresses.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

#: The addresses of a host name; raises OSError for one that nobody knows.
LookUp = Callable[[str], Sequence[str]]


def look_up(name: str) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return sorted({str(address[0]) for *_, address in found})


@dataclass(frozen=True)
class Targets:
    """Checked targets: each address once. `names` are those the caller used, by address."""

    networks: tuple[Network, ...]
    names: Mapping[str, tuple[str, ...]]

    @property
    def words(self) -> list[str]:
        """As nmap's arguments: they begin with a digit or a hexadecimal letter, or hold a colon, never with a dash."""
        return [str(net.network_address if net.num_addresses == 1 else net) for net in self.networks]


def checked(texts: Sequence[str], ground: Ground, *, is_six: bool, most: int, ask: LookUp = look_up) -> Targets:
    """Read and check targets; a host name is looked up once, here, and nmap gets the address.

    Raises:
        Invalid: for what is no target, for the other family of addresses, and for too many.
        Refused: for an address that may not be scanned.
    """
    if not texts:
        raise Invalid("Name a target: an address, a network like 192.0.2.0/28, a range like 192.0.2.1-20, or a name.")
    if len(texts) > _MOST_TARGETS:
        raise Invalid(f"{len(texts)} targets are too many for one scan: at most {_MOST_TARGETS}.")
    networks: list[Network] = []
    names: dict[str, tuple[str, ...]] = {}
    for text in texts:
        plain = _plain(text)
        found = plain or _named(text, ask)
        for network in found:
            ground.check(network, text)
        fitting = [network for network in found if (network.version == 6) == is_six]
        if not fitting:
            raise Invalid(
                f"{shown(text)} has no IPv6 address. Leave -6 out, or scan it by itself."
                if is_six
                else f'{shown(text)} is IPv6. Scan it by itself, with -6 (in a request: "ipv6": true).'
            )
        networks += fitting
        if not plain:
            for network in fitting:
                address = str(network.network_address)
                names[address] = (*names.get(address, ()), text)
    networks = merged(networks)
    count = sum(network.num_addresses for network in networks)
    if count > most:
        raise Invalid(f"{count} addresses are too many for one scan: at most {most} (SCAN_MAX_ADDRESSES).")
    return Targets(tuple(networks), names)


def _plain(text: str) -> list[Network]:
    """The networks of a target in numbers; empty for one that may be a name."""
    if network := read(text):
        return [network]
    if found := _RANGE.fullmatch(text):
        ends = [read(found[1] + end) for end in found.groups()[1:]]
        first, last = (net.network_address if isinstance(net, IPv4Network) else None for net in ends)
        if first is None or last is None or first > last:
            raise Invalid(f"{shown(text)} is no range of addresses. Write it like 192.0.2.1-20.")
        return list(_spanned(first, last))
    return []


def _spanned(first: IPv4Address, last: IPv4Address) -> Iterator[IPv4Network]:
    return summarize_address_range(first, last)


def _named(text: str, ask: LookUp) -> list[Network]:
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not name.isascii() or not all(_LABEL.fullmatch(label) for label in labels):
        raise Invalid(f"{shown(text)} is no address, network, range like 192.0.2.1-20, or host name.")
    if _NUMBER.fullmatch(labels[-1]):
        raise Invalid(f"{shown(text)} is no address in four decimal numbers. Write it like 192.0.2.1.")
    try:
        addresses = ask(name)
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        raise Invalid(f"The name {shown(text)} is not known here. Use the address.")
    return [ip_network(ip_address(address.partition("%")[0])) for address in addresses]
