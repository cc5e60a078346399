"""Access lists and where they are put to use: access-list, access-group, time-range."""

from collections.abc import Callable
from typing import NamedTuple

from engineering_api.dialects.asa import addresses
from engineering_api.dialects.asa.addresses import Words
from engineering_api.dialects.asa.ports import OPERATORS, protocol, take_ports
from engineering_api.dialects.asa.state import Reading
from engineering_api.dialects.beginnings import beginnings
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, Action, Ends, Rule, Service, Services
from engineering_api.reading.grammar import Found, Place

ACCESS_LISTS: Place[Reading] = Place("access lists")
ACCESS_LISTS.knows(
    *beginnings("access-list mode, access-list cached"),
    "access-list (alert-interval|deny-flow-max) NUMBER",
)
_USERS = frozenset({"user", "user-group", "object-group-user"})
_SECURITY = frozenset({"security-group", "object-group-security"})


class Said(NamedTuple):
    """What a rule says of services: the protocol or what names it, ports or the group that names them."""

    protocol: tuple[str, bool]
    source_ports: tuple[list[str], str]
    ports: tuple[list[str], str]
    icmp: str


def _list(reading: Reading, name: str, where: Span, kind: str = "extended") -> AccessList:
    if (known := reading.lists.get(name)) is None:
        known = AccessList(source=where, name=name)
        reading.lists[name] = known
        reading.device.access_lists.append(known)
        reading.device.define("acl", name, where)
    known.source = Span(known.source.first, where.last)
    if kind == "standard":
        known.kind = "standard"
    return known


@ACCESS_LISTS.line("access-list NAME [line NUMBER] remark [TEXT...]")
def _remark(reading: Reading, found: Found) -> None:
    _list(reading, found["NAME"], found.line).at["comment"] = found.line
    reading.remarks.setdefault(found["NAME"], []).append(found["TEXT"])


@ACCESS_LISTS.line("access-list NAME [line NUMBER] standard ACTION:(permit|deny) REST...")
def _standard(reading: Reading, found: Found) -> None:
    words = Words(found["REST"])
    destination = addresses.take_ends(words, reading, found.line, f"access-list {found['NAME']}")
    if words.rest():
        raise ValueError("more than a network")
    # A standard list says destinations to routing and split tunnels; as a filter it stands for sources.
    rule = Rule(
        source=found.line,
        action=_action(found["ACTION"]),
        source_ends=destination,
        destination_ends=Ends(is_any=True),
        services=Services(is_any=True),
    )
    _list(reading, found["NAME"], found.line, "standard").rules.append(rule)


@ACCESS_LISTS.line("access-list NAME [line NUMBER] (webtype|ethertype) ACTION:(permit|deny) REST...")
def _other(reading: Reading, found: Found) -> None:
    _list(reading, found["NAME"], found.line).at["other"] = found.line


def _action(word: str) -> Action:
    return "permit" if word in {"permit", "trust"} else "deny"


@ACCESS_LISTS.line(
    "access-list NAME [line NUMBER] [extended] ACTION:(permit|deny) REST...",
    "ipv6 access-list NAME [line NUMBER] ACTION:(permit|deny) REST...",
    # As Firepower writes it for its own rules: "trust" lets through what is not inspected any further.
    "access-list NAME [line NUMBER] advanced ACTION:(permit|deny|trust) REST...",
)
def _extended(reading: Reading, found: Found) -> None:
    name, where = found["NAME"], found.line
    context = f"access-list {name}"
    words = Words(found["REST"])
    kind = _protocol(words, reading, where, context)
    users = _identities(words)
    inward = _interface(words, reading, where, context)
    source = addresses.take_ends(words, reading, where, context)
    source_ports = _ports(words, reading, where, context)
    _identities(words)
    outward = _interface(words, reading, where, context)
    destination = addresses.take_ends(words, reading, where, context)
    ports = _ports(words, reading, where, context)
    rule = Rule(
        source=where,
        action=_action(found["ACTION"]),
        source_ends=source,
        destination_ends=destination,
        services=Services(),
        users=users,
        from_zones=inward,
        to_zones=outward,
    )
    if "any4" in (kinds := found["REST"].split()):
        rule.family = "ipv4"
    elif "any6" in kinds:
        rule.family = "ipv6"
    icmp = _options(rule, words, reading, where, context)
    acl = _list(reading, name, where)
    acl.rules.append(rule)
    rule.comment = " ".join(reading.remarks.pop(name, ()))
    rule.id = found["NUMBER"]
    said = Said(kind, source_ports, ports, icmp)
    reading.later.append(lambda: _say_services(rule, reading, said))


def _protocol(words: Words, reading: Reading, where: Span, context: str) -> tuple[str, bool]:
    """The protocol, or the name of an object or group that says it."""
    word = words.take()
    if word not in {"object", "object-group"}:
        return protocol(word), False
    name = words.take()
    reading.device.refer("service" if word == "object" else "object-group", name, where, context)
    return name, True


def _interface(words: Words, reading: Reading, where: Span, context: str) -> list[str]:
    """The interface through which a side is reached, where Firepower names one."""
    if not words.accept("ifc"):
        return []
    name = words.take()
    reading.refer_interface(name, where, context)
    return [name]


def _identities(words: Words) -> list[str]:
    """Users and security groups that narrow a side down."""
    found: list[str] = []
    while words.peek() in _USERS | _SECURITY:
        kind = words.take()
        if kind == "security-group":
            words.take()
        name = words.take()
        if kind in _USERS:
            found.append(name)
    return found


def _ports(words: Words, reading: Reading, where: Span, context: str) -> tuple[list[str], str]:
    """Ports, or the name of a group of them. A group that is not one of services is the next side's."""
    if words.peek() in OPERATORS:
        return take_ports(words), ""
    if words.peek() == "object-group" and (name := words.peek(1)) in reading.services:
        words.take()
        reading.device.refer("object-group", words.take(), where, context)
        return [], name
    return [], ""


def _options(rule: Rule, words: Words, reading: Reading, where: Span, context: str) -> str:
    """What follows both sides; gives ICMP's type."""
    icmp: list[str] = []
    while word := words.peek():
        words.take()
        if word == "log":
            rule.is_logged = words.peek() != "disable"
            while words.peek() not in {"", "inactive", "time-range"}:
                words.take()
        elif word == "inactive":
            rule.is_enabled = False
        elif word == "time-range":
            rule.schedule = words.take()
            reading.device.refer("schedule", rule.schedule, where, context)
        elif word == "object-group":
            # A group that is defined nowhere: it stands where ports do.
            name = words.take()
            reading.device.refer("object-group", name, where, context)
            icmp.append(f"object-group {name}")
        elif word == "established":
            rule.is_established = True
        elif word in {"rule-id", "event-log", "time-range-id"}:
            rule.is_logged = rule.is_logged or word == "event-log"
            words.take()
        elif len(icmp) < 2 and (word.isdigit() or word.replace("-", "").isalpha()):
            icmp.append(word)
        else:
            raise ValueError(f"not known in a rule: {word}")
    return " ".join(icmp)


def _say_services(rule: Rule, reading: Reading, said: Said) -> None:
    """Say the services of a rule, when all groups are known.

    Groups of ports are looked up, for of a group "tcp-udp" a rule for TCP means only half.
    """
    word, is_name = said.protocol
    source_ports, ports, icmp = said.source_ports, said.ports, said.icmp
    if is_name and not (source_ports[0] or source_ports[1] or ports[0] or ports[1]):
        rule.services.names.append(word)
        return
    known = reading.services.get(word) if is_name else None
    protocols = [one.protocol for one in known.services.services] if known else [] if is_name else [word]
    if word == "ip" and not is_name:
        rule.services.is_any = True
        return
    if icmp.startswith("object-group "):
        rule.services.names.append(icmp.removeprefix("object-group "))
        return
    groups = [name for name in (source_ports[1], ports[1]) if name]
    if groups and not reading.take_room(sum(len(_members(name, reading)) for name in groups)):
        rule.services.names += groups
        return
    for one in dict.fromkeys(protocols):
        if (kinds := _icmp_types(one, ports[1], reading)) is not None:
            rule.services.services += kinds
            continue
        rule.services.services.append(
            Service(
                protocol=one,
                source_ports=source_ports[0] or _group_ports(source_ports[1], one, reading),
                ports=ports[0] or _group_ports(ports[1], one, reading),
                icmp=icmp,
            )
        )
    if is_name and not known:
        rule.services.names.append(word)


def _members(name: str, reading: Reading) -> list[Service]:
    """The services of a group and of what is in it."""
    if (known := reading.members.get(name)) is None:
        known = reading.members[name] = _look_up(name, reading)
    return known


def _look_up(name: str, reading: Reading) -> list[Service]:
    found: list[Service] = []
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        if (one := waiting.pop()) not in seen and (known := reading.services.get(one)):
            seen.add(one)
            found += known.services.services
            waiting += reversed(known.services.names)
    return found


def _group_ports(name: str, protocol: str, reading: Reading) -> list[str]:
    ports = [port for one in _members(name, reading) if one.protocol == protocol for port in one.ports]
    return list(dict.fromkeys(ports))


def _icmp_types(protocol: str, group: str, reading: Reading) -> list[Service] | None:
    """The types of a group of them; None where there is none."""
    if not group or protocol not in {"icmp", "icmp6"}:
        return None
    return [one.model_copy(update={"protocol": protocol}) for one in _members(group, reading)]


@ACCESS_LISTS.line(
    "access-group NAME DIRECTION:(in|out) interface INTERFACE [per-user-override]",
    "access-group NAME DIRECTION:(in|out) interface INTERFACE control-plane",
)
def _group(reading: Reading, found: Found) -> None:
    name, alias = found["NAME"], found["INTERFACE"]
    reading.device.refer("acl", name, found.line, f"interface {alias} {found['DIRECTION']}")
    reading.refer_interface(alias, found.line, "access-group")
    if found.node.text.endswith("control-plane"):
        return
    field = "acl_in" if found["DIRECTION"] == "in" else "acl_out"
    reading.later.append(_applying(reading, alias, found.line, **{field: name}))


def _applying(reading: Reading, alias: str, where: Span, **fields: str) -> Callable[[], None]:
    def tell() -> None:
        if port := reading.interfaces.get(alias):
            port.say(where, **fields)

    return tell


@ACCESS_LISTS.line("access-group NAME global")
def _global_group(reading: Reading, found: Found) -> None:
    reading.device.refer("acl", found["NAME"], found.line, "global")
    reading.global_list = (found["NAME"], found.line)


TIME_RANGE: Place[Reading] = Place("time-range")
TIME_RANGE.knows(
    *beginnings("absolute, periodic"),
)


@ACCESS_LISTS.opens(TIME_RANGE, "time-range NAME")
def _time_range(reading: Reading, found: Found) -> Reading:
    reading.device.define("schedule", found["NAME"], found.span)
    return reading
