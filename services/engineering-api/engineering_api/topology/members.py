"""The devices of a picture: what is known of each, and by which names others speak of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, Literal

from netutils.interface import canonical_interface_name

from engineering_api import platforms
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.ports import Interface
from engineering_api.topology.model import Evidence, Node, Role
from oberaconnect.problems import Unprocessable

#: Networks that many places have (RFC 1918, RFC 6598, RFC 4193). Those of examples stand for public ones.
_PRIVATE: Final = tuple(
    ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
#: More ports than a router has; a device of an unclear platform with so many is a switch.
_MANY_PORTS = 8
#: Words that many descriptions have. A device of such a name is not recognised in them.
_COMMON: Final = frozenset({
    "router", "switch", "firewall", "gateway", "uplink", "core", "access", "server", "default", "internet", "office",
    "trunk", "lan", "wan", "dmz", "localhost", "vlan", "unused", "spare", "link", "port", "cisco", "mikrotik",
    "opnsense", "pfsense", "management", "guest", "voice",
})  # fmt: skip
_SERIAL = re.compile(r"\([^()]*\)$")
#: The dots of a MAC or an IP address begin no domain.
_ADDRESS = re.compile(r"[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}|\d{1,3}(?:\.\d{1,3}){3}", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """A device of the picture.

    Attributes:
        id: of its configuration, as evidence names it.
        name: by which people know it; its own hostname if empty.
        site: where it is. The same private subnet at two sites is two subnets.
        texts: the lines of its configuration without secrets, for evidence.
        role: what it is, where somebody knows it.
    """

    id: str
    device: Device
    name: str = ""
    site: str = ""
    texts: Sequence[str] = ()
    role: Role | None = None

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return self.name or self.device.identity.hostname or self.id

    @cached_property
    def interfaces(self) -> dict[str, Interface]:
        """Its interfaces by their names in one spelling."""
        return {canonical(one.name): one for one in reversed(self.device.interfaces)}

    def evidence(self, span: Span) -> Evidence:
        """Lines of its configuration as evidence, with the first of them as text."""
        text = self.texts[span.first - 1].strip() if 0 < span.first <= len(self.texts) else ""
        return Evidence(config_id=self.id, source=span, text=text)

    def node(self) -> Node:
        """It as a node."""
        identity = self.device.identity
        system = " ".join(word for word in (_title(self.device.platform), identity.version) if word)
        return Node(
            id=self.id,
            name=self.title,
            kind="device",
            role=self.role or _role(self.device),
            site=self.site,
            config_id=self.id,
            details=[word for word in (system, identity.model) if word],
        )


@dataclass(frozen=True)
class Sighting:
    """A neighbour that a device saw, as a row of "show cdp neighbors" and the like.

    Attributes:
        member: the id of the device that saw it.
        row: the line of what the command showed, from 1.
    """

    member: str
    port: str
    neighbour: str
    neighbour_port: str = ""
    platform: str = ""
    protocol: Literal["cdp", "lldp", "mndp"] = "lldp"
    row: int = 1
    text: str = ""
    command: str = ""


@dataclass(frozen=True)
class Names:
    """Finds devices by what others call them."""

    members: Sequence[Member]
    _known: dict[str, Member | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Names that two devices have stand for neither."""
        for member in self.members:
            for name in {plain(member.name), plain(member.device.identity.hostname)} - {""}:
                self._known[name] = None if name in self._known and self._known[name] is not member else member

    def find(self, name: str) -> Member | None:
        """The device of a name as CDP and LLDP write it: with its domain, or a serial number in brackets."""
        return self._known.get(plain(name))

    def mentioned(self, text: str, *, by: Member) -> list[tuple[Member, str]]:
        """The devices that a description names, other than that which it belongs to, each with the text after it."""
        if self._pattern is None:
            return []
        found: dict[str, tuple[Member, str]] = {}
        for match in self._pattern.finditer(text):
            member = self._known.get(match[0].casefold())
            if member is not None and member is not by:
                found.setdefault(member.id, (member, text[match.end() :]))
        return list(found.values())

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = [name for name, member in self._known.items() if member and len(name) > 2 and name not in _COMMON]
        words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(rf"(?<![A-Za-z0-9-])(?:{words})(?![A-Za-z0-9-])", re.IGNORECASE) if words else None


def is_private(what: IPv4Address | IPv6Address | IPv4Network | IPv6Network) -> bool:
    """Whether an address or a network may be another one elsewhere."""
    first = what.network_address if isinstance(what, IPv4Network | IPv6Network) else what
    return any(first.version == one.version and first in one for one in _PRIVATE)


def plain(name: str) -> str:
    """A name without domain, serial number and case."""
    bare = _SERIAL.sub("", name.strip())
    return (bare if _ADDRESS.fullmatch(bare) else bare.split(".", maxsplit=1)[0]).casefold()


def canonical(port: str) -> str:
    """A port's name in one spelling: Gi1/0/1 and GigabitEthernet 1/0/1 are the same."""
    try:
        long = canonical_interface_name(port.strip())
    except (ValueError, KeyError):
        long = port
    return "".join(long.split()).casefold()


def _title(platform: str) -> str:
    try:
        return platforms.named(platform).title
    except Unprocessable:
        return platform


def _role(device: Device) -> Role:
    """What a device is: by its platform, and where that may be several things by what it does."""
    try:
        roles: tuple[Role, ...] = platforms.named(device.platform).roles
    except Unprocessable:
        roles = ()
    if len(roles) == 1:
        return roles[0]
    if "firewall" in roles:
        return "firewall" if device.access_lists or device.translations else roles[0]
    switched = [one for one in device.interfaces if one.mode in ("access", "trunk", "hybrid")]
    ports = [one for one in device.interfaces if one.kind == "physical"]
    if "switch" in roles and (len(switched) > 1 or len(ports) > _MANY_PORTS):
        return "switch"
    if "router" in roles:
        return "router"
    return roles[0] if roles else "unknown"
