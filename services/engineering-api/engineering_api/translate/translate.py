"""From one platform to another: written block by block, read again, compared fact by fact, and tried with packets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Fact, Span
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.path import Tracer
from engineering_api.parsing import Parsed
from engineering_api.platforms.platform import Platform
from engineering_api.review.examples import packets
from engineering_api.translate import aoscx, asa, eos, fortios, ios, nxos, procurve
from engineering_api.translate.naming import names
from engineering_api.translate.plan import SECTIONS, Block, Source, Status, joined, word
from engineering_api.translate.policies import rules
from oberaconnect.problems import Problem, Unprocessable

_WRITERS: dict[str, Callable[[Source], Iterator[Block]]] = {
    "cisco_ios": ios.write,
    "arista_eos": eos.write,
    "cisco_nxos": nxos.write,
    "aruba_aoscx": aoscx.write,
    "hp_procurve": procurve.write,
    "cisco_asa": asa.write,
    "fortinet": fortios.write,
}
TARGETS = tuple(_WRITERS)
_FIREWALLS = ("cisco_asa", "fortinet")
_MOST_PACKETS = 60
_NO_FACT = "Nothing of the common subset says this; it is not carried over."
#: The note of lines that say nothing.
SILENT = "It says nothing."


@dataclass(frozen=True)
class Mapped:
    """Lines of the source and what became of them."""

    source: Span
    target: Span | None
    status: Status
    note: str


@dataclass(frozen=True)
class Differing:
    """A packet that both sides treat otherwise, with the lines that decide."""

    packet: str
    inward: str
    source_answer: str
    target_answer: str
    source_lines: Span | None
    target_lines: Span | None


@dataclass(frozen=True)
class Trials:
    """Packets that were tried on both sides."""

    run: int = 0
    agreed: int = 0
    differing: tuple[Differing, ...] = ()


@dataclass(frozen=True)
class Translation:
    """The text for the target, what became of each line, and how it was checked."""

    lines: tuple[str, ...]
    mapped: tuple[Mapped, ...]
    trials: Trials
    names: Mapping[str, str]
    warnings: tuple[str, ...] = field(default_factory=tuple)


def translate(
    device: Device,
    texts: Sequence[str],
    platforms: tuple[Platform, Platform],
    read: Callable[[str], Parsed],
    *,
    given: Mapping[str, str],
    scope: Sequence[str],
) -> Translation:
    """Translate a device for another platform. `read` reads what was written, as the target's own configuration.

    Raises `Unprocessable` for a platform for which nothing is written and for a section that there is not.
    """
    target = platforms[1]
    device = _whole(device)
    write = _WRITERS.get(target.name)
    if write is None:
        raise Unprocessable(f"Nothing is written for {target.title} yet. There are: {', '.join(TARGETS)}.")
    if unknown := [one for one in scope if one not in SECTIONS]:
        raise Unprocessable(f"There is no section '{unknown[0][:40]}'. There are {', '.join(SECTIONS)}.")
    named = names(device, target.name, given)
    source = Source(device, named, frozenset(scope or SECTIONS), _zones(device, named, target.name))
    lines, placed = joined(list(write(source)))
    parsed = read("\n".join(lines) + "\n")
    checked = [(block, span, *_judged(block, parsed.device, source)) for block, span in placed]
    warnings = [
        f"Line {one.source.first} of what was written is not understood: {one.text}" for one in parsed.device.unparsed
    ]
    if left := [one.name for one in device.interfaces if one.name not in named]:
        warnings.append(f"Interfaces without a counterpart: {', '.join(left[:20])}. Name them by `names`.")
    trials = Trials()
    if target.name in _FIREWALLS and "access_lists" in source.wanted:
        trials = _tried(source, parsed.device)
    return Translation(tuple(lines), tuple(_map(device, texts, platforms[0], checked)), trials, named, tuple(warnings))


def _zones(device: Device, named: Mapping[str, str], target: str) -> dict[str, tuple[str, ...]]:
    """What the target calls the interfaces of zones, and interfaces by any of their names."""
    called = {
        port.name: word(port.alias or port.zone or port.name) if target == "cisco_asa" else named[port.name]
        for port in device.interfaces
        if port.name in named
    }
    members: dict[str, list[str]] = {zone.name.casefold(): list(zone.interfaces) for zone in device.zones}
    for port in device.interfaces:
        if port.zone:
            members.setdefault(port.zone.casefold(), []).append(port.name)
        for name in (port.alias, port.name):
            if name:
                members[name.casefold()] = [port.name]
    made = {
        zone: tuple(dict.fromkeys(called[one] for one in names_ if one in called)) for zone, names_ in members.items()
    }
    return {zone: names_ for zone, names_ in made.items() if names_}


def _whole(device: Device) -> Device:
    """Junos has addresses and zones on units: what its unit without a tag says is said of the port itself."""
    units = {
        one.parent: one for one in device.interfaces if one.kind == "subinterface" and one.vlan is None and one.parent
    }
    if not units:
        return device
    merged = {one.name for one in units.values()}
    by_unit = {one.name: one.parent for one in units.values()}
    ports = []
    for port in device.interfaces:
        unit = units.get(port.name)
        if port.name in merged and any(one.name == port.parent for one in device.interfaces):
            continue
        if unit is not None:
            said = {
                name: getattr(unit, name)
                for name in ("addresses", "zone", "mode", "access_vlan", "native_vlan", "trunk_vlans", "acl_in", "vrf")
                if getattr(unit, name)
            }
            port = port.model_copy(update=said)  # noqa: PLW2901
        ports.append(port)
    zones = [
        zone.model_copy(update={"interfaces": [by_unit.get(name, name) for name in zone.interfaces]})
        for zone in device.zones
    ]
    return device.model_copy(update={"interfaces": ports, "zones": zones})


def _judged(block: Block, target: Device, source: Source) -> tuple[Status, str]:
    """Whether the target says the same facts; read from what was written, not taken on trust."""
    if not block.lines:
        return "unsupported", block.note
    if block.note:
        return "approx", block.note
    differing = [what for fact in block.facts for what in _differs(block.section, fact, target, source)]
    if differing:
        return "approx", f"Otherwise on the target: {', '.join(dict.fromkeys(differing))}."
    return "exact", ""


def _differs(section: str, fact: Any, target: Device, source: Source) -> list[str]:
    """In which fields a fact is otherwise on the target."""
    if section == "vlans":
        found: Any = next((one for one in target.vlans if one.id == fact.id), None)
        return _fields(fact, found, ("name",))
    if section == "interfaces":
        found = next(
            (
                one
                for one in target.interfaces
                if one.name.casefold().replace(" ", "") == source.name(fact.name).casefold().replace(" ", "")
            ),
            None,
        )
        made = _fields(fact, found, ("is_enabled", "access_vlan", "native_vlan", "trunk_vlans", "mtu"))
        if found is not None and [one.value for one in fact.addresses] != [one.value for one in found.addresses]:
            made.append("addresses")
        return made
    if section == "routes":
        found = next((one for one in target.routes if one.prefix == fact.prefix and one.gateway == fact.gateway), None)
        return [] if found is not None and (found.distance or 1) == (fact.distance or 1) else ["the route"]
    if section == "servers":
        return (
            []
            if any((one.kind, one.address) == (fact.kind, fact.address) for one in target.servers)
            else ["the server"]
        )
    return []


def _fields(fact: Fact, found: Fact | None, fields: Sequence[str]) -> list[str]:
    if found is None:
        return ["it is not there"]
    return [name.replace("_", " ") for name in fields if getattr(fact, name) != getattr(found, name)]


def _tried(source: Source, target: Device) -> Trials:
    """A packet for each rule, on its way through both devices."""
    matcher = Matcher(source.device)
    tracers = Tracer(source.device), Tracer(target)
    lists = {one.name: one for one in source.device.access_lists}
    run = agreed = 0
    differing: list[Differing] = []
    known = {one.name for one in target.interfaces} | {one.alias for one in target.interfaces}
    for flat in rules(source.device):
        if run >= _MOST_PACKETS:
            break
        for packet in packets(matcher.match(flat.rule, lists[flat.list_name]).sure, 1) if not flat.why_not else ():
            for zone in flat.inward[:1] or ("",):
                there = source.ends([zone])[0] if zone else ""
                if there and there not in known:
                    continue
                answers = [_answer(tracer, packet, name) for tracer, name in zip(tracers, (zone, there), strict=True)]
                if "unknown" in (answers[0][0], answers[1][0]):
                    continue
                run += 1
                if answers[0][0] == answers[1][0]:
                    agreed += 1
                    continue
                differing.append(
                    Differing(str(packet), zone, answers[0][0], answers[1][0], answers[0][1], answers[1][1])
                )
    return Trials(run, agreed, tuple(differing))


def _answer(tracer: Tracer, packet: Packet, inward: str) -> tuple[str, Span | None]:
    try:
        path = tracer.trace(packet.through(inward, ""))
    except Problem:
        return "unknown", None
    return path.answer, path.deciding.source


def _map(
    device: Device, texts: Sequence[str], platform: Platform, checked: Sequence[tuple[Block, Span | None, Status, str]]
) -> Iterator[Mapped]:
    """What became of every line of the source, each once: the narrowest block that is for it tells."""
    owner: list[tuple[int, int] | None] = [None] * (len(texts) + 1)
    for number, (block, *_) in enumerate(checked):
        for span in block.sources:
            size = span.last - span.first
            for line in range(max(span.first, 1), min(span.last, len(texts)) + 1):
                known = owner[line]
                if known is None or size < known[0]:
                    owner[line] = (size, number)
    unknown = {line for one in device.unparsed for line in range(one.source.first, one.source.last + 1)}
    rows: list[tuple[tuple[Span | None, Status, str], int]] = []
    for line in range(1, len(texts) + 1):
        text = texts[line - 1].strip()
        found = owner[line]
        if line in unknown:
            rows.append(((None, "unsupported", "It is not understood."), line))
        elif found is not None:
            _, target, status, note = checked[found[1]]
            rows.append(((target, status, note), line))
        elif not text or text.startswith(platform.comments) or text in ("exit", "end", "next", "}"):
            rows.append(((None, "exact", SILENT), line))
        else:
            rows.append(((None, "unsupported", _NO_FACT), line))
    yield from _runs(rows)


def _runs(rows: Sequence[tuple[tuple[Span | None, Status, str], int]]) -> Iterator[Mapped]:
    """Neighbouring lines with the same fate as one."""
    at = 0
    while at < len(rows):
        end = at
        while end + 1 < len(rows) and rows[end + 1][0] == rows[at][0]:
            end += 1
        target, status, note = rows[at][0]
        yield Mapped(Span(rows[at][1], rows[end][1]), target, status, note)
        at = end + 1
