"""A device as the checks look at it: its facts, and what follows from them, worked out once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from engineering_api import platforms
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import AccessList, Rule
from engineering_api.facts.ports import Interface
from engineering_api.facts.services import Management, Server
from engineering_api.facts.settings import Name, Setting
from engineering_api.lint import references
from engineering_api.lint.references import Undefined
from engineering_api.packets.covering import Coverage, coverage
from engineering_api.packets.matching import Matcher

#: Networks that nobody outside can reach: RFC 1918, 6598, 3927, 4193, 4291. Examples' networks count as public ones.
_INNER = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip
_OUTSIDE = re.compile(
    r"(?:.*[-_. ])?(?:wan\d*(?:[-_. ].*)?|(?:outside|untrust|internet|external|pppoe|dialer)[-_. ]?\d*)", re.IGNORECASE
)
#: Platforms whose exports leave out the host name while it is the default.
_NAMELESS = ("mikrotik", "fortinet")
_SWITCHED = ("access", "trunk", "hybrid")
_MOST_SPOTS = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """Lines of a device."""

    seen: "Seen"
    span: Span


@dataclass(frozen=True)
class Found:
    """What a check found.

    Attributes:
        spots: its lines, the telling ones first.
        values: what fills the fix's commands in.
        about: what it is about where the lines do not tell, such as the name of a list.
        is_default: nothing in the configuration says it.
        is_whole: it is about the thing as a whole, so that lines may come and go and it is the same finding.
        commands: that belong to the fix and are of the lines, where the rule cannot know them.
    """

    spots: tuple[Spot, ...]
    detail: str
    values: dict[str, str] = field(default_factory=dict)
    about: str = ""
    is_default: bool = False
    is_whole: bool = False
    commands: tuple[str, ...] = ()


class Seen:
    """A device that is audited."""

    def __init__(self, subject: Subject, together: dict[str, Any] | None = None) -> None:
        """Takes a device as one of its configurations tells of it.

        `together` keeps what several checks work out of all devices that are audited together.
        """
        self.together = {} if together is None else together
        self.subject = subject
        self.device = subject.device
        self.platform = subject.platform
        self.name = subject.name

    def is_on(self, *starts: str) -> bool:
        """Whether its platform's name begins with one of these."""
        return self.platform.startswith(starts)

    def spot(self, where: Fact | Span) -> Spot:
        """Its lines as evidence."""
        return Spot(self, where.source if isinstance(where, Fact) else where)

    def found(
        self,
        where: Fact | Span | Iterable[Fact | Span],
        detail: str,
        *,
        about: str = "",
        is_default: bool = False,
        is_whole: bool = False,
        commands: tuple[str, ...] = (),
        values: Mapping[str, str] | None = None,
        **more: object,
    ) -> Found:
        """Something that is wrong at these lines."""
        places = (where,) if isinstance(where, Fact | Span) else tuple(where)
        spots = tuple(dict.fromkeys(self.spot(one) for one in places[:_MOST_SPOTS]))
        if isinstance(places[0], Fact) and places[0].scope:
            more = {"scope": places[0].scope, **more}
        told = {name: str(value) for name, value in {**(values or {}), **more}.items() if value not in (None, "")}
        return Found(spots, detail, told, about, is_default, is_whole, commands)

    def missing(self, detail: str, *, about: str = "", protocol: str = "") -> Found:
        """Something that the configuration should say and does not; the line that names the device stands for it."""
        return self.found(
            self.device.identity.line_of("hostname"), detail, about=about, is_default=True, protocol=protocol
        )

    @cached_property
    def whole(self) -> Span:
        """All its lines."""
        return Span(1, len(self.subject.texts))

    @cached_property
    def is_whole(self) -> bool:
        """Whether it is a device's configuration, not a piece of one: else what is missing means nothing."""
        return bool(self.device.interfaces) and (bool(self.device.identity.hostname) or self.is_on(*_NAMELESS))

    def lacks(self, *words: str) -> bool:
        """Whether what is missing is really missing: the configuration is whole, and no line that was not understood
        has one of these words.
        """
        return self.is_whole and not any(word in text for text in self._missed for word in words)

    @cached_property
    def _missed(self) -> list[str]:
        return [one.text.casefold() for one in self.device.unparsed]

    def lines(self, where: Span) -> Iterator[tuple[Span, str]]:
        """The single lines of a span with their numbers."""
        texts = self.subject.texts
        for number in range(where.first, min(where.last, len(texts)) + 1):
            yield Span(number, number), texts[number - 1]

    def line(self, where: Span, pattern: str) -> tuple[Span, re.Match[str]] | None:
        """The first line of a span in which a pattern is found."""
        wanted = re.compile(pattern)
        return next(((span, match) for span, text in self.lines(where) if (match := wanted.search(text))), None)

    def settings(self, name: Name) -> list[Setting]:
        """All that is said of a setting."""
        return self._settings.get(name, [])

    @cached_property
    def _settings(self) -> dict[str, list[Setting]]:
        found: dict[str, list[Setting]] = {}
        for one in self.device.settings:
            found.setdefault(one.name, []).append(one)
        return found

    def servers(self, *kinds: str) -> list[Server]:
        """The servers of these kinds."""
        return [one for one in self.device.servers if one.kind in kinds]

    def managed_by(self, *protocols: str) -> list[Management]:
        """The ways to manage it that are open, of these protocols."""
        return [one for one in self.device.management if one.protocol in protocols and one.is_enabled]

    @cached_property
    def undefined(self) -> list[Undefined]:
        """The names that it uses and does not define."""
        return references.undefined(self.device)

    @cached_property
    def roles(self) -> frozenset[str]:
        """What it is by its platform; of several, what its facts show."""
        roles = frozenset(getattr(platforms.known().get(self.platform), "roles", ()))
        if "switch" in roles and len(roles) > 1:
            return roles if self.switch_ports else roles - {"switch"}
        return roles

    @cached_property
    def switch_ports(self) -> list[Interface]:
        """Ports that carry VLANs."""
        return [one for one in self.device.interfaces if one.mode in _SWITCHED or one.access_vlan is not None]

    @cached_property
    def interfaces(self) -> dict[str, Interface]:
        """Its interfaces by name and alias, in small letters."""
        named = {one.name.casefold(): one for one in self.device.interfaces}
        return {one.alias.casefold(): one for one in self.device.interfaces if one.alias} | named

    @cached_property
    def matcher(self) -> Matcher:
        """What its rules match."""
        return Matcher(self.device)

    @cached_property
    def coverages(self) -> dict[int, Coverage]:
        """The rules of each list that never decide, by the list's place."""
        return {
            number: coverage(one, self.matcher)
            for number, one in enumerate(self.device.access_lists)
            if one.kind != "mac" and len(one.rules) > 1
        }

    @cached_property
    def dead(self) -> frozenset[int]:
        """The rules that never decide, by their identity."""
        return frozenset(id(one.rule) for found in self.coverages.values() for one in found.dead)

    @cached_property
    def outer(self) -> list[Interface]:
        """Its interfaces towards the internet, as far as the configuration shows it: by their name or zone, or by a
        public address and the default route.
        """
        return [one for one in self.device.interfaces if self._is_outer(one)]

    @cached_property
    def _outer_names(self) -> frozenset[str]:
        names = {word.casefold() for one in self.outer for word in (one.name, one.alias, one.zone) if word}
        inner = {one.zone.casefold() for one in self.device.interfaces if one.zone and not self._is_outer(one)}
        return frozenset(names - inner)

    def is_outside(self, name: str) -> bool:
        """Whether a name of an interface or zone is towards the internet."""
        plain = name.removeprefix("!").casefold()
        is_outer = plain in self._outer_names or (plain not in self.interfaces and bool(_OUTSIDE.fullmatch(plain)))
        return is_outer != name.startswith("!")

    @cached_property
    def _hiding(self) -> frozenset[str]:
        """The interfaces behind whose address inner ones are hidden."""
        hidden = [one for one in self.device.translations if one.kind == "source" and one.is_enabled]
        return frozenset(zone.casefold() for one in hidden for zone in one.to_zones)

    def _is_outer(self, interface: Interface) -> bool:
        if not interface.is_enabled or interface.kind == "loopback":
            return False
        if any(_OUTSIDE.fullmatch(word) for word in (interface.name, interface.alias, interface.zone) if word):
            return True
        networks = [one.value.network for one in interface.addresses if is_public(one.value.ip)]
        if (
            interface.is_dhcp_client
            and not interface.addresses
            and (interface.name.casefold() in self._hiding or _OUTSIDE.fullmatch(interface.description.strip()))
        ):
            return True
        return bool(networks) and any(
            route.interface.casefold() in (interface.name.casefold(), interface.alias.casefold() or None)
            or any(_is_in(route.gateway, one) for one in networks)
            for route in self.device.routes
            if route.prefix.prefixlen == 0 and route.is_enabled
        )

    @cached_property
    def filtering(self) -> list[tuple[AccessList, list[Interface] | None]]:
        """The lists that filter packets: with the interfaces where they do so inwards, or None for a policy as a whole.

        Lists that choose routes, traffic for NAT or for tunnels filter nothing.
        """
        inward: dict[str, list[Interface]] = {}
        other: set[str] = set()
        for interface in self.device.interfaces:
            if interface.acl_in:
                inward.setdefault(interface.acl_in, []).append(interface)
            other.update(name for name in (interface.acl_out, interface.acl_local) if name)
        found: list[tuple[AccessList, list[Interface] | None]] = []
        for one in self.device.access_lists:
            if one.name in inward or one.name in other:
                found.append((one, inward.get(one.name, [])))
            elif one.kind == "policy" and self._is_policy(one):
                found.append((one, None))
        return found

    def _is_policy(self, access_list: AccessList) -> bool:
        name = access_list.name.casefold()
        if self.is_on("mikrotik"):
            return name.removeprefix("ipv6 ") in ("input", "forward")
        if self.is_on("ubiquiti_edgeos"):
            return re.fullmatch(r"ipv[46] (?:forward|input) filter", name) is not None
        return not name.startswith("local-in")

    def comes_from_outside(self, rule: Rule, interfaces: list[Interface] | None) -> bool:
        """Whether a rule of a filtering list holds for packets from the internet."""
        if interfaces is not None:
            return any(one in self.outer for one in interfaces)
        return not rule.from_zones or any(self.is_outside(one) for one in rule.from_zones)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is not one of those that are used inside."""
    return not address.is_multicast and not any(address in one for one in _INNER if one.version == address.version)


def _is_in(gateway: str, network: object) -> bool:
    try:
        return ip_address(gateway) in network  # type: ignore[operator]
    except ValueError:
        return False
