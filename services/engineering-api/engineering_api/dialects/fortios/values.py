"""The values of settings: words in quotes, networks, ports, proposals."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from engineering_api.facts.filters import Ends, Service
from engineering_api.facts.tunnels import Proposal

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?|\'([^\']*)\'|(\S+)')
_ESCAPED = re.compile(r"\\(.)")
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


def words(text: str) -> list[str]:
    """The words of a value without their quotes."""
    return [
        _ESCAPED.sub(r"\1", match[1]) if match[1] is not None else match[2] if match[2] is not None else match[3]
        for match in _WORD.finditer(text)
    ]


def word(text: str) -> str:
    """A value that is one word, or was meant to be."""
    return " ".join(words(text))


def number(text: str) -> int:
    """A whole number.

    Raises:
        ValueError: where it is none.
    """
    plain = word(text)
    if not (plain.isascii() and plain.isdigit() and len(plain) < 12):
        raise ValueError(plain)
    return int(plain)


def network(text: str) -> IPv4Network | IPv6Network:
    """The network of "10.0.0.0 255.255.255.0" or "10.0.0.0/24".

    Raises:
        ValueError: where it is none, or its mask has holes.
    """
    return ip_network("/".join(words(text)), strict=False)


def span_of(first: str, last: str) -> str:
    """A range of addresses "first-last".

    Raises:
        ValueError: where they are no addresses.
    """
    return f"{ip_address(first)}-{ip_address(last)}"


def ports(text: str, protocol: str) -> list[Service]:
    """The services of "80 443:1024-65535": ports of the destination, after a colon those of the source.

    Raises:
        ValueError: where they are no ports.
    """
    made = []
    for one in words(text):
        destination, _, source = one.partition(":")
        made.append(Service(protocol=protocol, ports=_ports(destination), source_ports=_ports(source)))
    return made


def _ports(text: str) -> list[str]:
    if not text or text in ("0-65535", "1-65535"):
        return []
    match = _PORTS.fullmatch(text)
    if match is None or not int(match[1]) <= int(match[2] or match[1]) <= 65_535:
        raise ValueError(text)
    return [f"{int(match[1])}-{int(match[2] or match[1])}"]


def offer(text: str, into: Proposal) -> Proposal:
    """A proposal with the algorithms of "aes256-sha256 aes128gcm-prfsha256 chacha20poly1305", each once."""
    encryption, hashes = dict.fromkeys(into.encryption), dict.fromkeys(into.hashes)
    for one in words(text):
        cipher, _, integrity = one.lower().partition("-")
        for kept, name in ((encryption, cipher), (hashes, integrity.removeprefix("prf"))):
            if name:
                kept[name] = None
    return into.model_copy(update={"encryption": list(encryption), "hashes": list(hashes)})


def subnet(text: str) -> Ends:
    """What the subnet of an address object stands for; a mask with holes makes it a wildcard.

    Raises:
        ValueError: where it is no subnet.
    """
    parts = words(text)
    try:
        found = network(text)
    except ValueError:
        if len(parts) != 2:
            raise
        mask = 0xFFFFFFFF ^ int(ip_address(parts[1]))
        return Ends(wildcards=[f"{ip_address(parts[0])} {ip_address(mask)}"])
    if found.prefixlen == 0:
        return Ends(is_any=True)
    return Ends(networks=[str(found)])
