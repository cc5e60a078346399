"""Masks: a prefix length, a netmask and a wildcard are the same thing, unless a wildcard has gaps."""

import re
from ipaddress import IPv4Address

from pydantic import Field

from engineering_api.tools.reading import Short, count
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model
from oberaconnect.problems import Unprocessable

_ALL = (1 << 32) - 1
#: More bits that do not matter in the middle stand for more networks than anybody reads.
MOST_FREE = 8


class MaskArguments(Model):
    """A mask in any of its forms, and an address where a wildcard with gaps is to be applied to one."""

    mask: Short = Field(description="24, /24, 255.255.255.0 or 0.0.0.255.", examples=["255.255.254.0"])
    address: Short | None = Field(None, description="With a wildcard: which addresses the pair stands for.")
    is_wildcard: bool | None = Field(
        None, description="Says how to read what might be either; by itself 0.… is a wildcard, 255.… a netmask."
    )


class Mask(Answer):
    """The forms of a mask. Those of one with gaps are only its wildcard and its opposite."""

    is_contiguous: bool
    prefix_length: int | None
    netmask: str
    wildcard: str
    addresses: str
    matches: list[str] = Field(description="With an address: the networks, at most 256, that it stands for.")


def mask(arguments: MaskArguments) -> Mask:
    """Convert between prefix length, netmask and wildcard, also for wildcards with gaps. Raises `Unprocessable`."""
    free, read = _free(arguments)
    is_contiguous = (free & (free + 1)) == 0
    length = 32 - free.bit_length() if is_contiguous else None
    total = 1 << free.bit_count()
    netmask, wildcard = IPv4Address(_ALL ^ free), IPv4Address(free)
    steps = [f"{arguments.mask} is read as {read}.", "Netmask and wildcard are each other's opposite: 255 - octet."]
    if is_contiguous:
        steps.append(f"{32 - free.bit_count()} leading ones are /{length}, which holds 2^{free.bit_count()} addresses.")
    else:
        steps.append(
            f"The wildcard {wildcard} has gaps: {free.bit_count()} bits do not matter, so that it holds "
            f"2^{free.bit_count()} = {count(total)} addresses. No prefix length stands for it."
        )
    return Mask(
        is_contiguous=is_contiguous,
        prefix_length=length,
        netmask=str(netmask),
        wildcard=str(wildcard),
        addresses=str(total),
        matches=_matches(arguments.address, free, steps) if arguments.address else [],
        steps=steps,
    )


def _free(arguments: MaskArguments) -> tuple[int, str]:
    """The bits that do not matter, and how the words were read."""
    plain = arguments.mask.strip()
    if number := re.fullmatch(r"/?([0-9]{1,2})", plain):
        if int(number[1]) > 32:
            raise Unprocessable(f"'{plain}' is no prefix length of IPv4. Give 0 to 32.")
        return (1 << (32 - int(number[1]))) - 1, "a prefix length"
    try:
        value = int(IPv4Address(plain))
    except ValueError:
        raise Unprocessable(f"'{plain[:40]}' is no mask. Give 24, 255.255.255.0 or 0.0.0.255.") from None
    is_wildcard = arguments.is_wildcard
    if is_wildcard is None:
        is_wildcard = (not value >> 31 and value != 0) or (value == 0 and arguments.address is not None)
    if is_wildcard:
        return value, "a wildcard"
    free = _ALL ^ value
    if free & (free + 1):
        raise Unprocessable(f"{plain} is no netmask, as its ones have gaps. For a wildcard say is_wildcard.")
    return free, "a netmask"


def _matches(text: str, free: int, steps: list[str]) -> list[str]:
    try:
        base = int(IPv4Address(text.strip())) & ~free
    except ValueError:
        raise Unprocessable(f"'{text[:40]}' is no IPv4 address. Write one as 10.0.20.5.") from None
    tail = (~free & (free + 1)).bit_length() - 1
    gaps = free & ~((1 << tail) - 1) & _ALL
    if gaps.bit_count() > MOST_FREE:
        steps.append(f"It stands for 2^{gaps.bit_count()} networks of /{32 - tail}, which are too many to list.")
        return []
    found, chosen = [], gaps
    while True:
        found.append(base | chosen)
        if not chosen:
            break
        chosen = (chosen - 1) & gaps
    steps.append(f"With {text.strip()} it stands for {len(found)} networks of /{32 - tail}.")
    return [f"{IPv4Address(one)}/{32 - tail}" for one in sorted(found)]


TOOLS = (tool("mask", "Masks and wildcards", mask),)
