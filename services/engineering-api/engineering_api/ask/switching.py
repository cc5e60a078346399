"""Questions about VLANs and ports, answered from facts."""

import re
from collections.abc import Sequence

from engineering_api.ask.about import called, interfaces, meant, named, numbers
from engineering_api.ask.found import Findings, counted, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Fact, Span
from engineering_api.facts.ports import Interface

_MOST_SPANS = 8
_VOICE = re.compile(r"voice|voip|phone|telef", re.IGNORECASE)


def _carries(question: Question, world: World) -> Findings | None:
    """Which devices have a VLAN, by which ports, with which address."""
    subjects = meant(question, world)
    if question.has(r"\bswitch(?:es)?\b"):
        subjects = tuple(one for one in subjects if any(port.mode for port in one.device.interfaces)) or subjects
    found = Findings()
    for number in question.vlans[:8]:
        told = [subject for subject in subjects if _say_vlan(found, subject, number)]
        if not told and world.subjects:
            which = listed([one.name for one in subjects], 5)
            record = world.looked("vlan", {"vlan": number}, 0)
            found.say(f"VLAN {number} is not in the configuration of {which}.", record)
    return found if found.sentences else None


def _for_purpose(question: Question, world: World) -> Findings | None:
    """The VLANs that are named after what the question asks for, on each device."""
    found = Findings()
    for subject in meant(question, world):
        for number in by_name(question, subject):
            _say_vlan(found, subject, number)
    return found if found.sentences else None


def _say_vlan(found: Findings, subject: Subject, number: int) -> bool:
    device = subject.device
    defined = [one for one in device.vlans if one.id == number]
    untagged, tagged, voice, routed = _members(subject, number)
    if not defined and not (untagged or tagged or voice or routed):
        return False
    name = next((one.name for one in defined if one.name), "")
    parts = []
    if untagged:
        parts.append(f"untagged on {listed([one.name for one in untagged], 8)}")
    if tagged:
        parts.append(f"tagged on {listed([one.name for one in tagged], 8)}")
    if voice:
        parts.append(f"as voice VLAN on {listed([one.name for one in voice], 8)}")
    addresses = [str(one.value) for interface in routed for one in interface.addresses]
    if addresses:
        parts.append(f"with the address {listed(addresses)} on {listed([one.name for one in routed])}")
    state = "" if all(one.is_enabled for one in defined) else " (shut down)"
    spans = [one.source for one in defined] + [
        one.line_of(field)
        for group, field in (
            (routed, "addresses"),
            (tagged, "trunk_vlans"),
            (untagged, "access_vlan"),
            (voice, "voice_vlan"),
        )
        for one in group
    ]
    shown = ", ".join(parts) or "but on no port that the configuration names"
    found.say(
        f"{subject.name} has VLAN {number}{f' ({name})' if name else ''}{state} {shown}.",
        *lines(subject, *spans[:_MOST_SPANS]),
    )
    return True


def _members(
    subject: Subject, number: int
) -> tuple[list[Interface], list[Interface], list[Interface], list[Interface]]:
    untagged: list[Interface] = []
    tagged: list[Interface] = []
    voice: list[Interface] = []
    routed: list[Interface] = []
    for one in subject.device.interfaces:
        if one.vlan == number:
            routed.append(one)
        elif (one.mode != "trunk" and one.access_vlan == number) or (one.mode == "trunk" and one.native_vlan == number):
            untagged.append(one)
        elif (one.trunk_vlans is not None and number in one.trunk_vlans) or (
            one.mode == "trunk" and one.trunk_vlans is None and any(vlan.id == number for vlan in subject.device.vlans)
        ):
            tagged.append(one)
        if one.voice_vlan == number:
            voice.append(one)
    return untagged, tagged, voice, routed


def by_name(question: Question, subject: Subject) -> list[int]:
    """VLANs whose name stands in the question, or whose purpose does: the voice VLAN, the VLAN for guests."""
    made: list[int] = []
    words = set(re.findall(r"[a-z]{3,}", question.folded))
    words |= {word.removesuffix("s") for word in words}
    for vlan in subject.device.vlans:
        name = vlan.name.casefold()
        parts = set(re.findall(r"[a-z]{3,}", name)) - {"vlan"}
        if (len(name) > 2 and name in question.folded) or {part.removesuffix("s") for part in parts} & words:
            made.append(vlan.id)
    if question.has(r"\bvoice\b|\bphones?\b|\bvoip\b"):
        made.extend(one.id for one in subject.device.vlans if _VOICE.search(one.name))
        made.extend(one.voice_vlan for one in subject.device.interfaces if one.voice_vlan is not None)
    return list(dict.fromkeys(made))


def named_vlans(question: Question, world: World) -> list[int]:
    """The ids of the VLANs whose name or purpose stands in the question."""
    return list(dict.fromkeys(one for subject in meant(question, world) for one in by_name(question, subject)))


def _vlans(question: Question, world: World) -> Findings | None:
    """All VLANs of the devices."""
    if question.vlans:
        return _carries(question, world)
    if (found := _for_purpose(question, world)) is not None:
        return found
    if not question.has(r"\bvlans\b"):
        return None
    found = Findings()
    for subject in meant(question, world):
        vlans = sorted(subject.device.vlans, key=lambda one: one.id)
        if vlans:
            told = [f"{one.id} {one.name}".strip() for one in vlans]
            found.say(
                f"{subject.name} has {counted(len(vlans), 'VLAN')}: {listed(told, 40)}.",
                *lines(subject, *_first(vlans)),
            )
        known = {one.id for one in vlans}
        faces = [one for one in subject.device.interfaces if one.vlan is not None and one.vlan not in known]
        if faces:
            told = [f"{one.vlan} on {called(one)}" for one in faces]
            found.say(
                f"{subject.name} has interfaces for the VLANs {listed(told, 40)}.", *lines(subject, *_first(faces))
            )
    if not found.sentences:
        found.say("No configuration of the scope defines a VLAN.", world.looked("vlans", {}, 0))
    return found


def _first(facts: Sequence[Fact]) -> list[Span]:
    return [one.source for one in facts][:_MOST_SPANS]


def _port(question: Question, world: World) -> Findings | None:
    """What is on a port, and how it is set up."""
    subjects = meant(question, world)
    chosen = interfaces(question, subjects)
    found = Findings()
    if not chosen:
        if not question.interfaces or not world.subjects:
            return None
        record = world.looked("interface", {"names": question.interfaces}, 0)
        which = listed([one.name for one in subjects], 5)
        found.say(f"No interface {listed(question.interfaces)} is in the configuration of {which}.", record)
        return found
    for subject, one in chosen[:12]:
        found.say(f"{one.name} on {subject.name} is {_told(one)}.", *lines(subject, one.source))
        for neighbour in subject.device.neighbours:
            if neighbour.interface == one.name:
                port = f" port {neighbour.port}" if neighbour.port else ""
                found.say(
                    f"{neighbour.protocol.upper() if neighbour.protocol != 'description' else 'Its description'} shows "
                    f"{neighbour.device}{port} on {one.name} of {subject.name}.", *lines(subject, neighbour.source),
                )  # fmt: skip
    return found


def _told(one: Interface) -> str:
    is_trunk = one.mode == "trunk"
    parts = (
        "enabled" if one.is_enabled else "shut down",
        one.description and f'described as "{one.description}"',
        one.alias and one.alias != one.description and f"called {one.alias}",
        one.addresses and f"with the address {listed([str(address.value) for address in one.addresses])}",
        one.is_dhcp_client and "with an address by DHCP",
        one.mode and f"in {one.mode} mode",
        one.access_vlan is not None and not is_trunk and f"in VLAN {one.access_vlan}",
        one.voice_vlan is not None and f"with voice VLAN {one.voice_vlan}",
        one.vlan is not None and f"for VLAN {one.vlan}",
        one.trunk_vlans is not None and f"with the tagged VLANs {numbers(one.trunk_vlans)}",
        one.native_vlan is not None and is_trunk and f"with native VLAN {one.native_vlan}",
        one.aggregate and f"a member of {one.aggregate}",
        one.zone and f"in zone {one.zone}",
        one.acl_in and f"with the list {one.acl_in} in",
        one.mtu is not None and f"with an MTU of {one.mtu}",
        one.speed and f"at speed {one.speed}",
        one.duplex and f"with duplex {one.duplex}",
        one.power and f"with PoE {one.power}",
        one.protections and f"with {listed(one.protections)}",
        one.acl_out and f"with the list {one.acl_out} out",
    )
    return ", ".join(part for part in parts if part)


def _ports_in(question: Question, world: World) -> Findings | None:
    """Which ports are in a VLAN."""
    return _carries(question, world) if question.vlans or named(question, world) else None


KINDS = (
    kind(
        "port",
        "What is on a port",
        _port,
        r"\bmtu\b|\bduplex\b|\bspeed of\b",
        r"\b(?:what|who|which|where|show|describe|how)\b.{0,60}(?:\bport\b|\binterface\b|\d/\d|\bgi"
        r"|\bte\d|\bfa\d|\beth|\bether\d|\bwan\d?\b|\blan\d?\b)",
    ),
    kind(
        "vlan-ports",
        "Ports of a VLAN",
        _ports_in,
        r"\bports?\b.{0,30}\bvlans?\b",
    ),
    kind(
        "vlan",
        "Who carries a VLAN",
        _carries,
        r"\b(?:which|what|who|where|does|do|is|are|show)\b.{0,80}\bvlan\s*(?:id\s*)?\d",
        r"\bvlan\s*\d{1,4}\b.{0,60}\b(?:on|used|carried|configured|called|named|tagged)\b",
        r"\bvlan \d{1,4}\s*\?",
        r"^(?:show which )?vlans? \d{1,4}$",
    ),
    kind(
        "vlans",
        "VLANs",
        _vlans,
        r"\b(?:which|what|list|show|how many)\b.{0,40}\bvlans?\b(?!.{0,20}\b(?:mean|stand for|purpose of a)\b)",
    ),
)
