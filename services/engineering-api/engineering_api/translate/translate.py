"""From one platform to another: written block by block, read again, compared fact by fact, and tried with packets."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Ends, Rule
from engineering_api.packets.matching import Matcher
from engineering_api.packets.packet import Packet
from engineering_api.packets.path import Tracer
from engineering_api.parsing import Parsed
from engineering_api.platforms.platform import Platform
from engineering_api.reading.addresses import is_address
from engineering_api.review.examples import packets
from engineering_api.translate import aoscx, asa, edgeos, eos, fortios, ios, junos, nxos, procurve, routeros
from engineering_api.translate.naming import names
from engineering_api.translate.nat import nats
from engineering_api.translate.plan import SECTIONS, Block, Source, Status, joined, word
from engineering_api.translate.policies import is_any, rules
from engineering_api.translate.readback import SWITCHES, ReadBack
from engineering_api.translate.switches import is_left_out
from oberaconnect.problems import Problem, Unprocessable

_WRITERS: dict[str, Callable[[Source], Iterator[Block]]] = {
    "cisco_ios": ios.write,
    "arista_eos": eos.write,
    "cisco_nxos": nxos.write,
    "aruba_aoscx": aoscx.write,
    "hp_procurve": procurve.write,
    "cisco_asa": asa.write,
    "fortinet": fortios.write,
    "juniper_junos": junos.write,
    "mikrotik_routeros": routeros.write,
    "ubiquiti_edgeos": edgeos.write,
}
TARGETS = tuple(_WRITERS)
_FIREWALLS = ("cisco_asa", "fortinet", "juniper_junos", "mikrotik_routeros", "ubiquiti_edgeos")
#: Where rules name something else than interfaces.
_BY_ZONE = ("cisco_asa", "juniper_junos")
#: Where a VLAN on a port is a part of that port.
_BY_PORT = ("cisco_asa", "ubiquiti_edgeos")
#: Where what is for the device itself has rules of its own, and passes without any.
_OWN_CHAINS = ("mikrotik_routeros", "ubiquiti_edgeos")
_MOST_PACKETS = 60
#: Addresses on the Internet for packets that are tried.
_ELSEWHERE = tuple(IPv4Address(f"198.51.100.{at}") for at in range(71, 79))
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
    device = _tagged(_real(_whole(_learnt(device))), target.name)
    write = _WRITERS.get(target.name)
    if write is None:
        raise Unprocessable(f"Nothing is written for {target.title} yet. There are: {', '.join(TARGETS)}.")
    if unknown := [one for one in scope if one not in SECTIONS]:
        raise Unprocessable(f"There is no section '{unknown[0][:40]}'. There are {', '.join(SECTIONS)}.")
    named = names(device, target.name, given)
    published = frozenset(one.host for one in nats(device) if one.kind == "forward" and not one.why_not)
    source = Source(device, named, frozenset(scope or SECTIONS), _zones(device, named, target.name), published)
    lines, placed = joined(list(write(source)))
    parsed = read("\n".join(lines) + "\n")
    made = _whole(parsed.device)
    back = ReadBack(source, made)
    checked = [(block, span, *back.judge(block, span)) for block, span in placed]
    warnings = [
        f"Line {one.source.first} of what was written is not understood: {one.text}" for one in parsed.device.unparsed
    ]
    if left := [one.name for one in device.interfaces if one.name not in named]:
        warnings.append(f"Interfaces without a counterpart: {', '.join(left[:20])}. Name them by `names`.")
    if target.name in _FIREWALLS and "access_lists" in source.wanted:
        warnings += _open(device, target.name)
    trials = Trials()
    if target.name in _FIREWALLS and "access_lists" in source.wanted:
        trials = _tried(source, made)
    return Translation(tuple(lines), tuple(_map(device, texts, platforms[0], checked)), trials, named, tuple(warnings))


def _open(device: Device, target: str) -> list[str]:
    """What passes on the source without a rule, and not on the target."""
    used = {flat.list_name for flat in rules(device) if not flat.why_not}
    made = []
    denying = [
        flat.rule
        for flat in rules(device)
        if flat.why_not and flat.rule.action != "permit" and flat.rule.is_enabled and flat.list_name in used
    ]
    if denying:
        at = ", ".join(str(one.source.first) for one in denying[:10])
        made.append(f"Rules that deny are left out (lines {at}): what they stop, later rules may let through.")
    if target in _OWN_CHAINS and used:
        made.append(
            "The rules are for what passes through. Write those for the device itself (input, local) before use."
        )
    open_ = [one.name for one in device.access_lists if one.name in used and not one.ends_denying]
    if open_ and target != "mikrotik_routeros":
        made.append(f"What no rule of {', '.join(open_[:5])} fits passes on the source; the target drops it.")
    bare = [one.alias or one.name for one in device.interfaces if one.level and not one.acl_in]
    if bare and device.platform == "cisco_asa" and target != "cisco_asa":
        made.append(f"By their security level, packets pass from {', '.join(bare[:10])}; no rule is written for this.")
    return made


def _zones(device: Device, named: Mapping[str, str], target: str) -> dict[str, tuple[str, ...]]:
    """What the target calls the interfaces of zones, and interfaces by any of their names."""
    zoned = Counter(port.zone for port in device.interfaces if port.name in named)
    called = dict(named)
    for port in device.interfaces if target in _BY_ZONE else ():
        # Only where there are zones may two interfaces have one name.
        zone = port.zone if target == "juniper_junos" or zoned[port.zone] == 1 else ""
        one = zone or port.alias if target == "juniper_junos" else port.alias or zone
        called[port.name] = word(one or port.name)
    called = {name: one for name, one in called.items() if name in named}
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


def _learnt(device: Device) -> Device:
    """Routes whose gateway is learnt by DHCP have no gateway that could be written."""
    routes = [
        one if not one.gateway or is_address(one.gateway) else one.model_copy(update={"gateway": ""})
        for one in device.routes
    ]
    return device.model_copy(update={"routes": routes})


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
    translations = [
        one.model_copy(
            update={
                "from_zones": [by_unit.get(name, name) for name in one.from_zones],
                "to_zones": [by_unit.get(name, name) for name in one.to_zones],
            }
        )
        for one in device.translations
    ]
    return device.model_copy(update={"interfaces": ports, "zones": zones, "translations": translations})


def _tagged(device: Device, target: str) -> Device:
    """FortiOS and RouterOS have VLANs on ports as interfaces of their own; elsewhere they are parts of the port."""
    if target not in _BY_PORT:
        return device
    ports = {one.name for one in device.interfaces if one.kind in ("physical", "aggregate")}
    made = [
        one.model_copy(update={"kind": "subinterface"}) if one.kind == "vlan" and one.parent in ports else one
        for one in device.interfaces
    ]
    return device.model_copy(update={"interfaces": made})


def _real(device: Device) -> Device:
    """FortiOS's policies name a virtual address; elsewhere rules name where it leads."""
    hosts = {one.fact.name: one.host for one in nats(device) if one.kind == "forward" and not one.why_not}
    if device.platform != "fortinet" or not hosts:
        return device
    objects = [
        one.model_copy(update={"ends": Ends(networks=[f"{hosts[one.name]}/32"])}) if one.name in hosts else one
        for one in device.address_objects
    ]
    return device.model_copy(update={"address_objects": objects})


def _tried(source: Source, target: Device) -> Trials:
    """A packet for each rule, on its way through both devices."""
    matcher = Matcher(source.device)
    tracers = Tracer(source.device), Tracer(target)
    lists = {one.name: one for one in source.device.access_lists}
    run = agreed = 0
    differing: list[Differing] = []
    known = {word for one in target.interfaces for word in (one.name, one.alias, one.zone)}
    own = {str(one.value.ip) for port in source.device.interfaces for one in port.addresses}
    for flat in rules(source.device):
        if run >= _MOST_PACKETS:
            break
        tried = packets(matcher.match(flat.rule, lists[flat.list_name]).sure, 4) if not flat.why_not else []
        # What is for the device itself is decided by other rules than these.
        for packet in _passing(flat.rule, tried, own):
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


def _passing(rule: Rule, tried: Sequence[Packet], own: set[str]) -> list[Packet]:
    """The first packet that is for somebody behind the device; another destination where all are allowed."""
    if found := [one for one in tried if str(one.destination) not in own][:1]:
        return found
    elsewhere = next((one for one in _ELSEWHERE if str(one) not in own), _ELSEWHERE[0])
    is_free = is_any(rule.destination_ends) and not rule.destination_ends.is_negated
    return [replace(one, destination=elsewhere) for one in tried[:1] if is_free and one.destination.version == 4]


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
            block, target, status, note = checked[found[1]]
            is_inside = platform.name in SWITCHES and block.section in ("interfaces", "vlans")
            if is_inside and is_left_out(text):
                target, status, note = None, "unsupported", _NO_FACT
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
