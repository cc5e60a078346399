"""What differs between two configurations in what they say: fact by fact, each known by what it is, not where."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.filters import AccessList, Rule
from engineering_api.tools.difference import same

Op = Literal["added", "removed", "changed"]

#: What says where a fact stands and not what it says.
_OF_THE_FILE = frozenset(("source", "at", "scope"))
#: Lists in which the order says nothing.
_SETS = frozenset(
    ("dhcp_relays", "allowed", "interfaces", "members", "management", "local_networks", "remote_networks", "networks")
)


@dataclass(frozen=True)
class Change:
    """Something that is said on one side and not, or otherwise, on the other.

    `before` and `after` are the facts, `field` is what differs in them; "" for a fact as a whole.
    """

    op: Op
    path: str
    section: str
    field: str
    old: Any
    new: Any
    lines_before: Span | None
    lines_after: Span | None
    before: Any = None
    after: Any = None


_KEYS: dict[str, Callable[[Any], tuple[object, ...]]] = {
    "members": lambda one: (one.hostname,),
    "interfaces": lambda one: (one.name,),
    "vlans": lambda one: (one.id,),
    "spanning_tree": lambda one: ("instance",),
    "neighbours": lambda one: (one.interface, one.device),
    "vrfs": lambda one: (one.name,),
    "routes": lambda one: (one.vrf, one.prefix, one.gateway or one.interface or "discard"),
    "routing": lambda one: (one.protocol, one.process, one.vrf),
    "access_lists": lambda one: (one.name, *((one.kind,) if one.kind in ("ipv6", "mac") else ())),
    "address_objects": lambda one: (one.name,),
    "service_objects": lambda one: (one.name,),
    "zones": lambda one: (one.name,),
    "translations": lambda one: (one.name,) if one.name else _content(one),
    "tunnels": lambda one: (one.name,),
    "dhcp_pools": lambda one: (one.name,),
    "servers": lambda one: (one.kind, one.vrf, one.address),
    "snmp": lambda one: (one.version, one.user or "community", one.access if not one.user else ""),
    "users": lambda one: (one.name,),
    "management": lambda one: (one.protocol, *one.interfaces[:1]),
    "wireless": lambda one: (one.ssid,),
    "settings": lambda one: (one.name, one.value if one.name in ("banner", "certificate") else ""),
    "addresses": lambda one: (one.value,),
    "peers": lambda one: (one.address,),
}


def differences(before: Device, after: Device) -> list[Change]:
    """All that differs between what two configurations say."""
    made: list[Change] = list(_fields(before.identity, after.identity, "identity", "identity"))
    for section in Device.model_fields:
        if section in _KEYS:
            made.extend(_collection(section, section, getattr(before, section), getattr(after, section)))
    return made


def plain(value: Any) -> Any:
    """A fact or a value as JSON, without where it stands."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {name: plain(getattr(value, name)) for name in fields if name not in _OF_THE_FILE}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _collection(section: str, path: str, before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[Change]:
    old, new = (_by_key(section, facts) for facts in (before, after))
    for key, fact in old.items():
        if key not in new:
            yield Change("removed", f"{path}/{key}", section, "", plain(fact), None, fact.source, None, fact, None)
    for key, fact in new.items():
        known = old.get(key)
        if known is None:
            yield Change("added", f"{path}/{key}", section, "", None, plain(fact), None, fact.source, None, fact)
        elif isinstance(fact, AccessList) and isinstance(known, AccessList):
            yield from _fields(known, fact, section, f"{path}/{key}", without="rules")
            yield from _rules(known, fact, f"{path}/{key}")
        else:
            yield from _fields(known, fact, section, f"{path}/{key}")


def _by_key(section: str, facts: Iterable[Fact]) -> dict[str, Fact]:
    """Facts by what they are; a second one that is the same thing has a number."""
    made: dict[str, Fact] = {}
    times: Counter[str] = Counter()
    for fact in facts:
        words = [str(word) for word in _KEYS[section](fact) if str(word)]
        key = "/".join([*((fact.scope,) if fact.scope else ()), *words])
        times[key] += 1
        made[key if times[key] == 1 else f"{key} ({times[key]})"] = fact
    return made


def _fields(before: Fact, after: Fact, section: str, path: str, *, without: str = "") -> Iterator[Change]:
    for name in type(before).model_fields:
        if name in _OF_THE_FILE or name == without:
            continue
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name in _KEYS and (_are_facts(old) or _are_facts(new)):
            yield from _nested(name, f"{path}/{name}", before, after, section)
            continue
        one, other = plain(old), plain(new)
        if name in _SETS and isinstance(one, list) and isinstance(other, list):
            one, other = (sorted(found, key=str) for found in (one, other))
        if one != other:
            lines_before = before.line_of(name) if old else before.source
            lines_after = after.line_of(name) if new else after.source
            op: Op = "changed" if _is_said(old) and _is_said(new) else "added" if _is_said(new) else "removed"
            op = "changed" if isinstance(old, bool) else op
            yield Change(op, f"{path}/{name}", section, name, one, other, lines_before, lines_after, before, after)


def _nested(name: str, path: str, before: Fact, after: Fact, section: str) -> Iterator[Change]:
    for change in _collection(name, path, getattr(before, name), getattr(after, name)):
        yield Change(
            change.op, change.path, section, name, change.old, change.new, change.lines_before, change.lines_after,
            before, after,
        )  # fmt: skip


def _is_said(value: Any) -> bool:
    return value not in (None, "", [], {})


def _are_facts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Fact)


def _rules(before: AccessList, after: AccessList, path: str) -> Iterator[Change]:
    """Rules by their numbers where they have them, else by what they say; and whether others changed their order."""
    old, new = _rules_by_key(before.rules), _rules_by_key(after.rules)
    for key, rule in old.items():
        if key not in new:
            yield Change(
                "removed", f"{path}/rules/{key}", "rules", "", plain(rule), None, rule.source, None, rule, None
            )
    for key, rule in new.items():
        known = old.get(key)
        if known is None:
            yield Change("added", f"{path}/rules/{key}", "rules", "", None, plain(rule), None, rule.source, None, rule)
        else:
            yield from _fields(known, rule, "rules", f"{path}/rules/{key}")
    was, becomes = [key for key in old if key in new], [key for key in new if key in old]
    if was != becomes:
        stays = {becomes[run.after + step] for run in same(was, becomes) for step in range(run.size)}
        moved = [key for key in becomes if key not in stays]
        first = new[moved[0]] if moved else after
        yield Change(
            "changed", f"{path}/rules/order", "rules", "order", was[:200], becomes[:200],
            old[moved[0]].source if moved else before.source, first.source, before, after,
        )  # fmt: skip


def _rules_by_key(rules: Sequence[Rule]) -> dict[str, Rule]:
    ids = Counter(rule.id for rule in rules)
    made: dict[str, Rule] = {}
    times: Counter[str] = Counter()
    for rule in rules:
        key = rule.id if rule.id and ids[rule.id] == 1 else _by_words(rule)
        times[key] += 1
        made[key if times[key] == 1 else f"{key} ({times[key]})"] = rule
    return made


def _by_words(rule: Rule) -> str:
    """A rule in all words by which two that look alike differ."""
    more = ["established"] if rule.is_established else []
    more += [str(one) for one in rule.conditions]
    return " ".join([described(rule), *([f"if {', '.join(more)}"] if more else [])])


def described(rule: Rule) -> str:
    """A rule in a few words, the same for all platforms."""
    services = [_service(one) for one in rule.services.services] + rule.services.names
    what = "any" if rule.services.is_any or not services else ",".join(services[:6])
    parts = [rule.action, what, _ends(rule.source_ends), "to", _ends(rule.destination_ends)]
    return " ".join(parts + ([",".join(rule.from_zones), "->", ",".join(rule.to_zones)] if rule.from_zones else []))


def _service(one: Any) -> str:
    ports = ",".join(low if low == high else f"{low}-{high}" for low, _, high in (p.partition("-") for p in one.ports))
    return f"{one.protocol}/{ports}" if ports else str(one.protocol)


def _ends(ends: Any) -> str:
    if ends.is_any:
        return "any"
    words = [*ends.networks, *ends.ranges, *ends.wildcards, *ends.names, *ends.fqdns, *ends.interfaces]
    return ("not " if ends.is_negated else "") + (",".join(words[:6]) or "any")


def _content(fact: Fact) -> tuple[object, ...]:
    """A fact without a name by what it says."""
    value = plain(fact)
    words = [str(value.get(name)) for name in ("kind", "translated", "translated_port") if value.get(name)]
    for name in ("original_source", "original_destination"):
        if (ends := getattr(fact, name, None)) is not None:
            words.append(_ends(ends))
    return (*words, *getattr(fact, "from_zones", ()), *getattr(fact, "to_zones", ()))
