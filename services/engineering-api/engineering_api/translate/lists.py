"""IP access lists in the words of IOS, EOS, NX-OS, AOS-CX and ArubaOS-Switch."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, Ends, Rule, Service
from engineering_api.facts.ports import Interface
from engineering_api.translate import policies
from engineering_api.translate.plan import Block, Source, sources_of, word

_MOST = 200
#: Platforms that call types of ICMP by the same words.
_ALIKE = ("cisco_", "arista_")
_NO_LIST = "A firewall's rules, and lists of MAC or IPv6 addresses, have no counterpart in IP access lists here."
_UNDEFINED = "It names something that is not defined, or that a list cannot say."
_CONDITIONS = "It is off, or asks for other conditions."
_NO_STATE = "The target keeps no state of connections: answers need lines of their own, so that it is put to no port."
_AFTER = "It names an address after its translation; lists of the target see it before."
_STANDARD = (range(1, 100), range(1300, 2000))
_EXTENDED = (range(100, 200), range(2000, 2700))


@dataclass(frozen=True)
class Style:
    """How a platform writes lists.

    Attributes:
        indent: before a line of a list.
        standard, extended: before the name; "" for standard where there are only extended lists.
        is_prefix: networks are written with a prefix, not with a mask.
        has_numbers: lines have numbers.
        on_switched: a port that switches may have a list by the same words.
        every: the protocol that means all of them.
        host: a single address, in braces.
        remark: what begins a comment.
        named: a list's name, in braces.
        closing: what ends a list.
        put: the line that puts a list to a port, and that to a VLAN's interface: its name and direction in braces.
    """

    indent: str
    standard: str
    extended: str
    is_prefix: bool
    has_numbers: bool
    on_switched: bool = True
    every: str = "ip"
    host: str = "host {0}"
    remark: str = "remark"
    named: str = "{0}"
    closing: str = ""
    put: tuple[str, str] = ("ip access-group {0} {1}", "ip access-group {0} {1}")


IOS = Style(" ", "ip access-list standard", "ip access-list extended", is_prefix=False, has_numbers=False)
EOS = Style("   ", "ip access-list standard", "ip access-list", is_prefix=True, has_numbers=True)
NXOS = Style("  ", "", "ip access-list", is_prefix=True, has_numbers=True, on_switched=False)
AOSCX = Style(
    "    ", "", "access-list ip", is_prefix=True, has_numbers=True, every="any", host="{0}", remark="comment",
    put=("apply access-list ip {0} {1}", "apply access-list ip {0} routed-{1}"),
)  # fmt: skip
PROCURVE = Style(
    "     ", "ip access-list standard", "ip access-list extended", is_prefix=False, has_numbers=True, named='"{0}"',
    closing="   exit", put=('ip access-group "{0}" {1}', 'ip access-group "{0}" {1}'),
)  # fmt: skip


def write(source: Source, style: Style, left_out: frozenset[str]) -> Iterator[Block]:
    """The blocks of access lists, but for those that are written elsewhere."""
    bound = {name for port in source.device.interfaces for name in (port.acl_in, port.acl_out) if name}
    for one in source.device.access_lists:
        if one.name in left_out:
            continue
        if one.kind not in ("standard", "extended"):
            yield from (Block("access_lists", (), sources_of(rule), (rule,), _NO_LIST) for rule in one.rules)
            continue
        head = style.standard if one.kind == "standard" and style.standard else style.extended
        # The first line of lists with numbers is already a rule.
        first = Span(one.source.first, one.source.first)
        is_own = all(rule.source.first > first.first for rule in one.rules)
        line = f"{head} {style.named.format(name_of(one))}"
        yield Block("access_lists", (line,), (first,) if is_own and one.rules else ())
        number = 0
        for rule in one.rules:
            lines, why = _lines(source, one, rule, style)
            made = []
            for line in lines:
                number += 10
                made.append(f"{style.indent}{f'{number} ' if style.has_numbers else ''}{line}")
            note = why or (_NO_STATE if _keeps_state(source) and one.name in bound else "")
            note = note or ("Its times are not carried over." if rule.schedule else "")
            yield Block("access_lists", tuple(made), sources_of(rule), (rule,), note)
        if style.closing:
            yield Block("access_lists", (style.closing,), ())


def applied(source: Source, port: Interface, style: Style) -> tuple[list[str], str]:
    """The lines that put lists to a port. A list that lacks lines is put to none; then the note tells it."""
    lines: list[str] = []
    note = ""
    for name, direction in ((port.acl_in, "in"), (port.acl_out, "out")):
        if not name:
            continue
        known = next((one for one in source.device.access_lists if one.name == name), None)
        is_routed = style.on_switched or port.mode not in ("access", "trunk", "hybrid")
        if _keeps_state(source):
            note = "its filter, as the target keeps no state of connections"
        elif known is not None and is_routed and _is_whole(source, known, style):
            lines.append(style.put[port.kind == "vlan"].format(name_of(known), direction))
        else:
            note = "its filter, as some of its lines have no counterpart"
    return lines, note


def _keeps_state(source: Source) -> bool:
    return source.device.platform == "cisco_asa"


def name_of(one: AccessList) -> str:
    """What a list is called; numbers mean a kind of list."""
    name = word(one.name)
    if name.isdecimal():
        fitting = _STANDARD if one.kind == "standard" else _EXTENDED
        return name if len(name) < 5 and any(int(name) in part for part in fitting) else f"list-{name}"
    return name


def _is_whole(source: Source, one: AccessList, style: Style) -> bool:
    if one.kind not in ("standard", "extended") or not one.rules:
        return False
    return not any(_lines(source, one, rule, style)[1] for rule in one.rules if rule.is_enabled)


def _lines(source: Source, one: AccessList, rule: Rule, style: Style) -> tuple[list[str], str]:
    """The lines for one rule, or why there are none."""
    services = policies.all_services(source, rule.services)
    ends = [_sides(source, each, style) for each in (rule.source_ends, rule.destination_ends)]
    if services is None or None in ends:
        return [], _UNDEFINED
    if why := _why_not(source, rule, services):
        return [], why
    tail = " log" if rule.is_logged else ""
    action = "permit" if rule.action == "permit" else "deny"
    made = [f"{style.remark} {style.named.format(_remark(rule.comment))}"] if rule.comment else []
    if one.kind == "standard" and style.standard:
        return [*made, *(f"{action} {each}{tail}" for each in ends[0] or ())], ""
    if one.kind == "standard" and not style.standard:
        return [*made, *(f"{action} {style.every} {each} any{tail}" for each in ends[0] or ())], ""
    words = [(style.every, "", "")] if policies.is_every(rule.services) else _services(services, style)
    if len(words) * len(ends[0] or ()) * len(ends[1] or ()) > _MOST:
        return [], "It stands for too many lines."
    tail = (" established" if rule.is_established else "") + tail
    for (protocol, near, far), first, other in itertools.product(words, ends[0] or (), ends[1] or ()):
        made.append(f"{action} {protocol} {first}{near} {other}{far}{tail}")
    return made, ""


def _why_not(source: Source, rule: Rule, services: list[Service]) -> str:
    """Why a list cannot say a rule; "" where it can."""
    platform = source.device.platform
    reasons = (
        (rule.services.is_negated, _UNDEFINED),
        (not rule.is_enabled or rule.users or rule.conditions or rule.jump or rule.is_passing, _CONDITIONS),
        (any(one.icmp for one in services) and not platform.startswith(_ALIKE), "Types of ICMP have other names."),
        (platform != "cisco_ios" and _is_real(source, rule), _AFTER),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _is_real(source: Source, rule: Rule) -> bool:
    if not source.published:
        return False
    found = policies.all_networks(source, rule.destination_ends) or []
    return any(each.removesuffix("/32") in source.published for each in found)


def _remark(comment: str) -> str:
    return " ".join(comment.replace('"', "'").split())[:100]


def _services(services: list[Service], style: Style) -> list[tuple[str, str, str]]:
    made = []
    for one in services:
        if one.protocol == "ip" and not one.ports:
            made.append((style.every, "", ""))
            continue
        if one.icmp:
            made.append((one.protocol, "", f" {one.icmp}"))
            continue
        for near, far in itertools.product(one.source_ports or [""], one.ports or [""]):
            made.append((one.protocol, _port(near), _port(far)))
    return made


def _port(port: str) -> str:
    if not port:
        return ""
    low, _, high = port.partition("-")
    return f" eq {low}" if low == (high or low) else f" range {low} {high}"


def _sides(source: Source, ends: Ends, style: Style) -> list[str] | None:
    """The addresses of one side as a list has them; None where it cannot."""
    if policies.is_any(ends) and not (ends.wildcards or ends.interfaces or ends.fqdns):
        return ["any"]
    plain = ends.model_copy(update={"wildcards": []})
    found = policies.all_networks(source, plain)
    if found is None:
        return None
    made = []
    for literal in found:
        one = policies.network(literal)
        if one.prefixlen == 0:
            made.append("any")
        elif one.num_addresses == 1:
            made.append(style.host.format(one.network_address))
        else:
            made.append(str(one) if style.is_prefix else f"{one.network_address} {one.hostmask}")
    return made + ends.wildcards or None
