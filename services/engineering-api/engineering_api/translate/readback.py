"""What was written is read again and compared with what was meant, fact by fact."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import Ends, Rule, Services
from engineering_api.facts.ports import Vlan
from engineering_api.packets import intervals
from engineering_api.packets.intervals import Intervals
from engineering_api.packets.members import Kinds, Members
from engineering_api.packets.shapes import EVERY_SERVICE
from engineering_api.translate.nat import Nat, nats
from engineering_api.translate.plan import Block, Source, Status, word
from engineering_api.translate.policies import Flat, rules
from engineering_api.translate.switches import carried, mode_of

#: Of a rule: its effect, whether it counts, whether it is noted, and whether it is for open connections alone.
_Effect = tuple[str, bool, bool, bool]
_MOST = 400
#: Platforms as which ports of a switch are compared whole.
SWITCHES = ("cisco_ios", "arista_eos", "cisco_nxos", "aruba_aoscx", "hp_procurve")


class ReadBack:
    """What the target says, ready to be compared."""

    def __init__(self, source: Source, target: Device) -> None:
        """Takes the source and the device that was read from what was written."""
        self._source, self._target = source, target
        self._members = Members(source.device), Members(target)
        self._ports = {_plain(one.name): one for one in target.interfaces}
        self._called = {word.casefold(): one.name for one in target.interfaces for word in (one.alias, one.name)}
        self._in_zones = {one.name.casefold(): list(one.interfaces) for one in target.zones}
        for port in target.interfaces:
            if port.zone:
                self._in_zones.setdefault(port.zone.casefold(), []).append(port.name)
        self._objects = {one.name: one for one in reversed(target.address_objects)}
        self._services = {one.name for one in target.service_objects}
        self._flats = {id(one.rule): one for one in rules(source.device)}
        self._rules = sorted(rules(target), key=lambda one: one.rule.source)
        self._nats: dict[Span, list[Nat]] = {}
        for one in nats(source.device):
            self._nats.setdefault(one.fact.source, []).append(one)
        self._starts = [one.rule.source.first for one in self._rules]
        self._made: dict[tuple[Any, ...], list[Nat]] = {}
        for one in nats(target):
            if not one.why_not:
                self._made.setdefault(self._said(1, one), []).append(one)

    def judge(self, block: Block, where: Span | None) -> tuple[Status, str]:
        """Whether the target says the same facts; read from what was written, not taken on trust."""
        if not block.lines:
            return "unsupported", block.note
        if block.note:
            return "approx", block.note
        differing = [what for fact in block.facts for what in self._differs(block.section, fact, where)]
        if block.section == "identity":
            differing += self._identity(block)
        if differing:
            return "approx", f"Otherwise on the target: {', '.join(dict.fromkeys(differing))}."
        return "exact", ""

    def _identity(self, block: Block) -> list[str]:
        """A block of the identity says its name or its domain, by the lines that it is for."""
        mine, other = self._source.device.identity, self._target.identity
        fields = [one for one in ("hostname", "domain") if mine.line_of(one) in block.sources and getattr(mine, one)]
        return [name for name in fields if getattr(mine, name) != getattr(other, name)]

    def _differs(self, section: str, fact: Any, where: Span | None) -> list[str]:
        """In what a fact is otherwise on the target."""
        by_section: dict[str, Callable[[Any], list[str]]] = {
            "vlans": lambda one: self._vlan(one) if isinstance(one, Vlan) else self._vlan_interface(one),
            "interfaces": self._interface,
            "routes": self._route,
            "servers": self._server,
            "address_objects": self._address_object,
            "service_objects": self._service_object,
            "translations": self._translation,
        }
        if section == "access_lists" and where is not None:
            return self._rule(fact, where)
        return by_section[section](fact) if section in by_section else []

    def _vlan(self, fact: Any) -> list[str]:
        return _fields(fact, next((one for one in self._target.vlans if one.id == fact.id), None), ("name",))

    def _vlan_interface(self, fact: Any) -> list[str]:
        """Where VLANs have addresses themselves, an interface says of a VLAN that it is off."""
        is_there = _plain(self._source.name(fact.name)) in self._ports
        is_said = (fact.addresses and fact.is_enabled) or fact.dhcp_relays or fact.acl_in or fact.acl_out
        if not is_there and not is_said:
            return []
        return [one for one in self._interface(fact) if one not in ("its description", "is enabled")]

    def _route(self, fact: Any) -> list[str]:
        found = [one for one in self._target.routes if (one.prefix, one.gateway) == (fact.prefix, fact.gateway)]
        return [] if any((one.distance or 1) == (fact.distance or 1) for one in found) else ["the route"]

    def _server(self, fact: Any) -> list[str]:
        is_there = any((one.kind, one.address) == (fact.kind, fact.address) for one in self._target.servers)
        return [] if is_there else ["the server"]

    def _service_object(self, fact: Any) -> list[str]:
        name = fact.name if fact.name in self._services else word(fact.name)
        mine, other = self._kinds(0, fact.name), self._kinds(1, name)
        return [] if _shapes(mine.sure) == _shapes(other.sure) and mine.sure else ["its services"]

    def _kinds(self, at: int, name: str) -> Kinds:
        return self._members[at].kinds(Services(names=[name]))

    def _translation(self, fact: Any) -> list[str]:
        return [] if all(self._has(one) for one in self._nats.get(fact.source, ())) else ["the translation"]

    def _interface(self, fact: Any) -> list[str]:
        found = self._ports.get(_plain(self._source.name(fact.name)))
        device, group = self._source.device, self._source.names.get(fact.aggregate, "")
        is_member = bool(group) and self._target.platform in ("aruba_aoscx", "hp_procurve")
        names = ("is_enabled", "mtu") if is_member or fact.mode == "trunk" else ("is_enabled", "access_vlan", "mtu")
        made = _fields(fact, found, names)
        if found is None:
            return made
        if [one.value for one in fact.addresses] != [one.value for one in found.addresses]:
            made.append("addresses")
        if group and _plain(found.aggregate) != _plain(group):
            made.append("the aggregate that it belongs to")
        if fact.kind == "aggregate" and device.platform in SWITCHES and self._target.platform in SWITCHES:
            made += ["how it comes about"] if mode_of(device, fact) != mode_of(self._target, found) else []
        if is_member:
            return made
        if fact.mode == "trunk" and carried(device.platform, fact) != carried(self._target.platform, found):
            made.append("what it carries")
        made += _fields(fact, found, ("voice_vlan", "dhcp_relays"))
        made += ["its protections"] if not set(fact.protections) <= set(found.protections) else []
        if fact.description and _words(fact.description) != _words(found.description):
            made.append("its description")
        return made

    def _address_object(self, fact: Any) -> list[str]:
        found = self._objects.get(fact.name) or self._objects.get(word(fact.name))
        if found is None:
            return ["its name"]
        if fact.ends.fqdns or found.ends.fqdns:
            return [] if fact.ends.fqdns == found.ends.fqdns else ["its names"]
        return [] if self._addresses(0, fact.ends) == self._addresses(1, found.ends) else ["its addresses"]

    def _addresses(self, at: int, ends: Ends) -> tuple[Intervals, Intervals]:
        """The addresses of ends that are certain. Ends of IPv4 alone are as wide as all where they are 0.0.0.0/0."""
        found = self._members[at].addresses(ends if ends != Ends() else Ends(is_any=True))
        every = found.sure[4] == ((0, (1 << 32) - 1),)
        return found.sure[4], () if every else found.sure[6]

    def _zones(self, at: int, names: Iterable[str]) -> frozenset[str]:
        """The interfaces of zones by their names on the target."""
        if at == 0:
            names = self._source.ends(list(names))
        made: set[str] = set()
        for name in names:
            if name.casefold() in ("any", "all"):
                return frozenset()
            known = self._called.get(name.casefold()) or self._called.get(_plain(name))
            made.update([known] if known else self._in_zones.get(name.casefold(), [name]))
        return frozenset(_unit(one) for one in made)

    def _rule(self, fact: Rule, where: Span) -> list[str]:
        flat = self._flats.get(id(fact)) or Flat(fact, (), (), "")
        found = self._rules[bisect_left(self._starts, where.first) : bisect_right(self._starts, where.last)]
        if not found or len(found) > _MOST:
            return ["the rule"]
        made = []
        if {_effect(one.rule) for one in found} != {_effect(fact)}:
            made.append("its action, state or log")
        wanted = self._sides(0, flat)
        parts = [self._sides(1, one) for one in found]
        sources, targets = {part[0] for part in parts}, {part[1] for part in parts}
        services = {part[2] for part in parts}
        if len({part[:3] for part in parts}) != len(sources) * len(targets) * len(services):
            return [*made, "the rule"]
        for what, values, meant in (
            ("its sources", sources, wanted[0]),
            ("its destinations", targets, wanted[1]),
        ):
            if _addresses_of(values) != _addresses_of([meant]):
                made.append(what)
        if frozenset().union(*services) != wanted[2]:
            made.append("its services")
        for what, each, names in (
            ("where it comes in", [part[3] for part in parts], wanted[3]),
            ("where it goes out", [part[4] for part in parts], wanted[4]),
        ):
            if _together(each) != names:
                made.append(what)
        return made

    def _sides(self, at: int, flat: Flat) -> tuple[Any, Any, frozenset[Any], frozenset[str], frozenset[str]]:
        rule = flat.rule
        services = rule.services
        kinds = self._members[at].kinds(services if services != Services() else Services(is_any=True))
        return (
            self._addresses(at, rule.source_ends),
            self._addresses(at, rule.destination_ends),
            _shapes(kinds.sure),
            self._zones(at, flat.inward),
            self._zones(at, flat.outward),
        )

    def _has(self, wanted: Nat) -> bool:
        """Whether the target has a translation: a single one, or several that are for its zones together."""
        found = self._made.get(self._said(0, wanted), [])
        is_hiding = wanted.kind == "hide"
        return bool(found) and all(
            _together(self._zones(1, getattr(one, side)) for one in found) == self._zones(0, getattr(wanted, side))
            for side in (("inside", "outside") if is_hiding else ("outside",))
        )

    def _said(self, at: int, one: Nat) -> tuple[Any, ...]:
        ends = self._addresses(at, one.real), self._addresses(at, one.towards)
        return (one.kind, one.public, one.protocol, one.public_port, one.real_port, *ends)


def _words(text: str) -> list[str]:
    return text.split()


def _together(zones: Iterable[frozenset[str]]) -> frozenset[str]:
    """The interfaces of several lines; a line that names none is for all."""
    each = list(zones)
    return frozenset[str]().union(*each) if all(each) else frozenset()


def _effect(rule: Rule) -> _Effect:
    return ("permit" if rule.action == "permit" else "deny", rule.is_enabled, rule.is_logged, rule.is_established)


def _shapes(found: Sequence[Any]) -> frozenset[Any]:
    """Services piece by piece, so that one with two ports is as two with one; every one is by itself."""
    if EVERY_SERVICE in found:
        return frozenset([EVERY_SERVICE])
    return frozenset(
        (protocol, sources, (pair,)) for protocols, sources, pairs in found for protocol in protocols for pair in pairs
    )


def _addresses_of(values: Iterable[tuple[Intervals, Intervals]]) -> tuple[Intervals, Intervals]:
    """Addresses of several lines together."""
    pairs = list(values)
    four = intervals.union(pair for one in pairs for pair in one[0])
    return four, intervals.union(pair for one in pairs for pair in one[1])


def _unit(name: str) -> str:
    """Junos has zones on units: the unit 0 is the port."""
    return name.removesuffix(".0")


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "")


def _fields(fact: Fact, found: Fact | None, fields: Sequence[str]) -> list[str]:
    if found is None:
        return ["it is not there"]
    return [name.replace("_", " ") for name in fields if getattr(fact, name) != getattr(found, name)]
