"""Addresses as they are written in rules, as intervals of their numbers."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from socket import AF_INET, inet_pton

from engineering_api.packets import intervals
from engineering_api.packets.intervals import Intervals

#: A mask that is not contiguous stands for this many intervals at most.
MOST_PIECES = 65_536
_BITS = 32


def network(text: str) -> tuple[int, Intervals]:
    """The family and addresses of a CIDR prefix or address. Raises `ValueError`."""
    base, _, length = text.partition("/")
    if "." in base and length.isascii() and length.isdecimal() and len(length) < 3 and int(length) <= _BITS:
        # By far the most are of this form, and long lists have tens of thousands.
        try:
            free = (1 << (_BITS - int(length))) - 1
            first = int.from_bytes(inet_pton(AF_INET, base)) & ~free
        except (OSError, ValueError):
            pass  # what else it may be is told below
        else:
            return 4, ((first, first | free),)
    found = ip_network(text.strip(), strict=False)
    return found.version, ((int(found.network_address), int(found.broadcast_address)),)


def span_of(text: str) -> tuple[int, Intervals]:
    """The family and addresses of "first-last". Raises `ValueError`."""
    first, _, last = text.partition("-")
    low, high = ip_address(first.strip()), ip_address(last.strip())
    if low.version != high.version or int(low) > int(high):
        raise ValueError(f"{text} is no range")
    return low.version, ((int(low), int(high)),)


@lru_cache(maxsize=64)
def wildcard(text: str) -> tuple[int, Intervals]:
    """The family and addresses of "address mask", whose set bits do not matter.

    Raises `ValueError`, also when the mask makes more than `MOST_PIECES` intervals.
    """
    base, _, mask = text.partition(" ")
    address, free = ip_address(base.strip()), ip_address(mask.strip())
    if address.version != free.version:
        raise ValueError(f"{text} mixes families")
    bits = int(free)
    low_bits = (~bits & (bits + 1)).bit_length() - 1
    tail = (1 << low_bits) - 1
    fixed, rest = int(address) & ~bits, bits & ~tail
    if rest.bit_count() > MOST_PIECES.bit_length() - 1:
        raise ValueError(f"{text} stands for too many networks")
    pieces, chosen = [], rest
    while True:  # all subsets of the remaining bits, from all of them down to none
        pieces.append((fixed | chosen, fixed | chosen | tail))
        if not chosen:
            return address.version, intervals.union(pieces)
        chosen = (chosen - 1) & rest
