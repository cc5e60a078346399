"""What a client may have scanned: addresses, networks and ranges that lie wholly in its own networks."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
    summarize_address_range,
)

from oberaconnect.problems import Forbidden, Unprocessable
from oberaconnect.settings import Network

#: A /22, or a /118 of IPv6; also of all targets of a call together.
MOST_ADDRESSES = 1_024
_MOST_NETWORKS = 64
_SHORT_RANGE = re.compile(r"((?:[0-9]{1,3}\.){3})([0-9]{1,3})-([0-9]{1,3})\Z")


def checked(texts: Sequence[str], allowed: Sequence[Network]) -> list[Network]:
    """The targets, each address once, all of one family.

    Raises:
        Unprocessable: for what is no target, for both families at once, and for too many addresses.
        Forbidden: for an address outside the allowed networks.
    """
    networks = [network for text in texts for network in _read(text)]
    if len({network.version for network in networks}) > 1:
        raise Unprocessable("Scan IPv4 and IPv6 addresses in calls of their own.")
    merged = _merged(networks)
    if (count := sum(network.num_addresses for network in merged)) > MOST_ADDRESSES:
        raise Unprocessable(f"{count} addresses are too many for one scan: at most {MOST_ADDRESSES}, which is a /22.")
    if len(merged) > _MOST_NETWORKS:
        raise Unprocessable("These ranges are too many pieces for one scan: use networks, or scan them in parts.")
    ground = _merged(allowed)
    for network in merged:
        if not any(_is_inside(network, entry) for entry in ground):
            named = ", ".join(str(entry) for entry in allowed)
            raise Forbidden(f"{word(network)} is not within the networks of this client ({named}).")
    return merged


def word(network: Network) -> str:
    """A network as it is given to the scanner; one address without its prefix."""
    return str(network.network_address if network.num_addresses == 1 else network)


def _read(text: str) -> list[Network]:
    if "%" in text:
        raise Unprocessable(f"'{text}' names an interface. Write the address alone.")
    if "-" in text:
        return _range(text)
    try:
        network = ip_network(text, strict=False)
        address = ip_address(text.partition("/")[0])
    except ValueError:
        raise Unprocessable(
            f"'{text}' is no address, no network such as 192.0.2.0/28, and no range such as 192.0.2.1-20."
            " Names are not taken."
        ) from None
    if network.network_address != address:
        raise Unprocessable(f"'{text}' names a machine within a network. Write {network}, or {address} alone.")
    return [network]


def _range(text: str) -> list[Network]:
    """A range as 192.0.2.1-20, or with two whole addresses."""
    short = _SHORT_RANGE.match(text)
    begin, _, end = (f"{short[1]}{short[2]}-{short[1]}{short[3]}" if short else text).partition("-")
    try:
        first, last = ip_address(begin.strip()), ip_address(end.strip())
        if isinstance(first, IPv4Address) and isinstance(last, IPv4Address):
            return list(summarize_address_range(first, last))
        if isinstance(first, IPv6Address) and isinstance(last, IPv6Address):
            return list(summarize_address_range(first, last))
        raise ValueError("two families")
    except ValueError:
        raise Unprocessable(f"'{text}' is no range of addresses. Write it like 192.0.2.1-20.") from None


def _merged(networks: Iterable[Network]) -> list[Network]:
    found = list(networks)
    four = collapse_addresses(network for network in found if isinstance(network, IPv4Network))
    six = collapse_addresses(network for network in found if isinstance(network, IPv6Network))
    return [*four, *six]


def _is_inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)
