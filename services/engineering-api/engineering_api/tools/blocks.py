"""Arithmetic of networks of one family."""

from ipaddress import collapse_addresses, summarize_address_range
from typing import Any

from engineering_api.tools.reading import Network


def free_in(parent: Network, used: list[Network]) -> list[Network]:
    """What of a network is in none of the others, as the fewest networks in order."""
    low, end = span(parent)
    free: list[Network] = []
    at = low
    for one in collapsed(used):
        first, last = span(one)
        if last < low or first > end:
            continue
        if first > at:
            free.extend(_between(parent, at, first - 1))
        at = max(at, last + 1)
    if at <= end:
        free.extend(_between(parent, at, end))
    return free


def _between(parent: Network, first: int, last: int) -> list[Network]:
    kind: Any = type(parent.network_address)
    return list(summarize_address_range(kind(first), kind(last)))


def collapsed(given: list[Network]) -> list[Network]:
    """The fewest networks with the same addresses, in order."""
    found: list[Any] = list(collapse_addresses(given))  # type: ignore[type-var]
    return found


def around(given: list[Network]) -> Network:
    """The smallest network that holds all of them."""
    low, high = min(span(one)[0] for one in given), max(span(one)[1] for one in given)
    length = given[0].max_prefixlen - (low ^ high).bit_length()
    kind: Any = type(given[0])
    found: Network = kind((low, length), strict=False)
    return found


def span(one: Network) -> tuple[int, int]:
    """Its first and last address as numbers."""
    return int(one.network_address), int(one.broadcast_address)
