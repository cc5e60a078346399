"""Which networks may be scanned: those that SCAN_ALLOWED_CIDRS names, and some never."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network

from scan.refusal import Invalid, Refused, shown

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SETTING = "SCAN_ALLOWED_CIDRS"
#: Wider entries name half the world by mistake.
_WIDEST_PREFIX = 8
_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(cidr), what)
    for cidr, what in (
        ("0.0.0.0/8", "no address of a machine"),
        ("127.0.0.0/8", "the machine itself"),
        ("169.254.0.0/16", "link-local, where clouds keep their secrets"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved, or a broadcast"),
        ("::/96", "the machine itself, or no address of a machine"),
        ("::ffff:0:0/96", "an IPv4 address in disguise: write it as one"),
        ("64:ff9b::/96", "an IPv4 address in disguise: write it as one"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise: write it as one"),
        ("2001::/32", "an IPv4 address in disguise: write it as one"),
        ("2002::/16", "an IPv4 address in disguise: write it as one"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)


def parse(text: str) -> tuple[Network, ...]:
    """The entries of SCAN_ALLOWED_CIDRS, separated by commas or white space.

    Raises:
        Invalid: naming the entry that is not understood or can never be scanned.
    """
    return tuple(_entry(word) for word in text.replace(",", " ").split())


def _entry(word: str) -> Network:
    network = read(word)
    if network is None:
        raise Invalid(f"{shown(word)} in {SETTING} is no address and no network. Write it like 192.0.2.0/24.")
    if "/" in word and network.network_address != ip_address(word.partition("/")[0]):
        raise Invalid(f"{shown(word)} in {SETTING} names a machine and a network. Is {network} meant?")
    if network.prefixlen < _WIDEST_PREFIX:
        raise Invalid(f"{shown(word)} in {SETTING} is wider than /{_WIDEST_PREFIX}. Name your own networks.")
    for never, what in _NEVER:
        if _overlap(network, never):
            raise Invalid(f"{shown(word)} in {SETTING} is never scanned: {never} is {what}.")
    return network


def read(word: str) -> Network | None:
    """An address, or a network with its prefix length, as everybody writes them; None for anything else."""
    host, slash, prefix = word.partition("/")
    # Neither net masks, nor zones, nor digits of other scripts: two programs may read those differently.
    if not word.isascii() or "%" in word or (slash and not (prefix.isdigit() and str(int(prefix[:4])) == prefix)):
        return None
    try:
        return ip_network(f"{ip_address(host)}{slash}{prefix}", strict=False)
    except ValueError:
        return None


@dataclass(frozen=True)
class Ground:
    """Where scans may go. `allowed` as the setting has it; `own` are the networks this process has a foot in."""

    allowed: tuple[Network, ...]
    own: tuple[Network, ...]

    def check(self, network: Network, asked: str) -> None:
        """Let a target pass. `asked` is what the caller called it.

        Raises:
            Refused: when any address of it may not be scanned.
        """
        plain = str(network.network_address if network.num_addresses == 1 else network)
        name = plain if asked == plain else f"{shown(asked)} ({plain})"
        for never, what in _NEVER:
            if _overlap(network, never):
                raise Refused(f"{name} is never scanned: {never} is {what}.")
        if not self.allowed:
            raise Refused(f"Nothing may be scanned, since {SETTING} is empty. Set it to your own networks.")
        if not _within(network, self.allowed):
            raise Refused(f"{name} is not within {SETTING}. If the network is yours, add it there.")
        for own in self.own:
            if _overlap(network, own):
                part = max(network, own, key=lambda found: found.prefixlen)
                if not _within(part, (entry for entry in self.allowed if _inside(entry, own))):
                    raise Refused(
                        f"{name} reaches into {own}, the network this scanner stands in. "
                        f"If that is meant, {SETTING} must name it by itself."
                    )


def _overlap(one: Network, other: Network) -> bool:
    return _inside(one, other) or _inside(other, one)


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _within(network: Network, entries: Iterable[Network]) -> bool:
    return any(_inside(network, entry) for entry in merged(entries))


def merged(networks: Iterable[Network]) -> list[Network]:
    """The same addresses in as few networks as possible, each address once."""
    found = list(networks)
    four = collapse_addresses(network for network in found if isinstance(network, IPv4Network))
    six = collapse_addresses(network for network in found if isinstance(network, IPv6Network))
    return [*four, *six]
