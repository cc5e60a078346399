"""The networks this process has a foot in, from the kernel's routing tables (Linux)."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from scan.networks import Network


def networks(folder: Path = Path("/proc/net")) -> tuple[Network, ...]:
    """Every network that is reached without a router, as it is now."""
    return (*four(_lines(folder / "route")), *six(_lines(folder / "ipv6_route")))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:  # a kernel without IPv6
        return []


def four(lines: Iterable[str]) -> Iterator[Network]:
    """The networks in /proc/net/route: numbers in hexadecimal, their bytes in the order of the machine (x86, ARM)."""
    for line in lines:
        words = line.split()
        if len(words) < 8 or words[0] == "Iface":
            continue
        destination, router, mask = (IPv4Address(bytes.fromhex(words[place])[::-1]) for place in (1, 2, 7))
        if int(router) == 0 and int(mask) > 0:
            yield IPv4Network(f"{destination}/{mask}", strict=False)


def six(lines: Iterable[str]) -> Iterator[Network]:
    """The networks in /proc/net/ipv6_route."""
    for line in lines:
        words = line.split()
        if len(words) < 10:
            continue
        prefix = int(words[1], 16)
        if int(words[4], 16) == 0 and prefix > 0:
            yield IPv6Network((IPv6Address(int(words[0], 16)), prefix), strict=False)
