"""Questions about what is linked to what: neighbours, aggregates, native VLANs, and whether two ends fit."""

from collections.abc import Mapping

from engineering_api.ask.about import called, interfaces, meant, named, numbers
from engineering_api.ask.found import Findings, Sentence, Source, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.world import World
from engineering_api.audit.checking import CHECKS
from engineering_api.audit.checks.ends import pairs
from engineering_api.audit.seen import Seen
from engineering_api.chosen import Subject
from engineering_api.facts.ports import Interface
from engineering_api.topology.members import Member
from engineering_api.topology.model import End
from engineering_api.topology.neighbours import layer2

_MOST = 40
_ENDS = ("proposals_differ", "secrecy_differs", "networks_differ", "no_way_back")


def members(subjects: Mapping[str, Subject]) -> list[Member]:
    """Configurations as members of a picture, by their keys."""
    return [Member(key, one.device, name=one.name, site=one.site, texts=one.texts) for key, one in subjects.items()]


def _neighbours(question: Question, world: World) -> Findings | None:
    """What is connected to what, by neighbours that were seen and by what descriptions say of both ends."""
    if not world.subjects:
        return None
    subjects = {str(number): one for number, one in enumerate(world.subjects)}
    picture = layer2(members(subjects))
    names = {node.id: node.name for node in picture.nodes}
    wanted = {key for key, one in subjects.items() if one in meant(question, world)}
    found = Findings()
    for link in picture.links:
        if not wanted & {link.a, link.b} or link.kind == "vlans":
            continue
        proof: list[Source] = []
        for one in link.evidence:
            if one.config_id in subjects:
                proof.extend(lines(subjects[one.config_id], one.source))
        how = {"description": ", as its description says"}.get(link.kind, "")
        found.say(
            f"{names.get(link.a, link.a)}{_at(link.a_end)} is connected to {names.get(link.b, link.b)}"
            f"{_at(link.b_end)}{how}.",
            *proof[:8],
        )
    _say_tunnels(found, question, world)
    del found.sentences[_MOST:]
    if not found.sentences:
        record = world.looked("neighbours", {"devices": [one.name for one in meant(question, world)][:50]}, 0)
        found.say("No configuration that was looked at tells what is connected to it.", record)
    return found


def _say_tunnels(found: Findings, question: Question, world: World) -> None:
    """The VPNs between devices that are meant; between two sites these are what connects them."""
    asked = meant(question, world)
    for one, other in pairs([Seen(subject) for subject in world.subjects]):
        left, right = one.seen.subject, other.seen.subject
        if left in asked or right in asked:
            found.sentences.insert(
                0,
                Sentence(
                    f"{one.seen.name} and {other.seen.name} are connected by the VPN {one.tunnel.name} and "
                    f"{other.tunnel.name}.",
                    (*lines(left, one.tunnel.source), *lines(right, other.tunnel.source)),
                ),
            )


def _at(end: End) -> str:
    ports = listed(end.ports, 4) if end.ports else end.aggregate
    return f" ({ports})" if ports else ""


def _aggregates(question: Question, world: World) -> Findings | None:
    """Aggregates and their members."""
    if question.has(r"\bvlans?\b"):
        return None
    found = Findings()
    subjects = meant(question, world)
    chosen = {
        (id(subject), one.name.casefold()) for subject, one in interfaces(question, subjects) if one.kind == "aggregate"
    }
    for subject in subjects:
        ports = [one for one in subject.device.interfaces if one.aggregate]
        for name in dict.fromkeys(one.aggregate for one in ports):
            if chosen and (id(subject), name.casefold()) not in chosen:
                continue
            members = [one for one in ports if one.aggregate == name]
            modes = listed(list(dict.fromkeys(one.aggregate_mode for one in members if one.aggregate_mode)))
            mode = f" ({modes})" if modes != "nothing" else ""
            found.say(
                f"{name} of {subject.name}{mode} has the members {listed([called(one) for one in members], 16)}.",
                *lines(subject, *[one.source for one in members][:8]),
            )
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at has an aggregate of ports.", world.looked("aggregates", {}, 0))
    return found if found.sentences else None


def _trunks(question: Question, world: World) -> Findings | None:
    """Native VLANs of trunks, and trunks that have no list of VLANs."""
    if not world.subjects:
        return None
    natives = question.has(r"\bnative|\bpvid")
    subjects = meant(question, world)
    wanted = {id(one) for _, one in interfaces(question, subjects)}
    found = Findings()
    for subject in subjects:
        for one in subject.device.interfaces:
            if one.mode != "trunk" or (wanted and id(one) not in wanted):
                continue
            if natives:
                where = lines(subject, one.line_of("native_vlan") if one.native_vlan is not None else one.source)
                found.say(f"The trunk {called(one)} of {subject.name} {_native(one)}.", *where)
            elif one.trunk_vlans is None:
                found.say(
                    f"The trunk {called(one)} of {subject.name} has no list and carries all VLANs.",
                    *lines(subject, one.source),
                )
    if not found.sentences:
        told = "is a trunk there" if natives else "of the trunks is without a list of VLANs"
        found.say(f"No port {told}.", world.looked("trunks", {"native": natives}, 0))
    return found


def _native(one: Interface) -> str:
    if one.native_vlan is None:
        return "names no native VLAN, so that of the platform holds, mostly 1"
    tagged = f", beside the tagged {numbers(one.trunk_vlans)}" if one.trunk_vlans else ""
    return f"has the native VLAN {one.native_vlan}{tagged}"


def _tunnel_ends(question: Question, world: World) -> Findings | None:
    """Whether the two ends of tunnels fit, as the audit checks it."""
    if not world.subjects:
        return None
    seen = [Seen(one) for one in world.subjects]
    both = list(pairs(seen))
    asked = named(question, world)
    found = Findings()
    for name in _ENDS:
        check = CHECKS[name].of_all
        for one in check(seen, {}) if check is not None else ():
            if asked and not any(spot.seen.subject in asked for spot in one.spots):
                continue
            proof: list[Source] = []
            for spot in one.spots:
                proof.extend(lines(spot.seen.subject, spot.span))
            found.say(f"No: {one.detail}", *proof)
    if found.sentences:
        return found
    for left, right in both:
        subjects = (left.seen.subject, right.seen.subject)
        if not asked or any(subject in asked for subject in subjects):
            found.say(
                f"Yes: {left.tunnel.name} of {left.seen.name} and {right.tunnel.name} of {right.seen.name} fit "
                "in what both ends say; the keys are not compared.",
                *lines(subjects[0], left.tunnel.source),
                *lines(subjects[1], right.tunnel.source),
            )
    return found if found.sentences else None


KINDS = (
    kind(
        "links",
        "What is connected",
        _neighbours,
        r"\b(?:neighbou?rs?(?!')|connected to|connects to|connections? (?:of|between)|plugged into|linked to"
        r"|uplinks? of|cdp)\b"
        r"(?<!ospf neighbors)(?<!bgp neighbors)",
    ),
    kind(
        "aggregates",
        "Aggregates of ports",
        _aggregates,
        r"\b(?:port.?channels?|lacp|lags?|ether.?channels?|aggregates?|bonds?|bonding|trk\d*)\b.{0,20}\b(?:members?|groups?|ports)\b",
        r"\b(?:ports?|interfaces?|members?|list|show|which)\b.{0,30}"
        r"\b(?:port.?channels?|lags?|lacp|ether.?channels?|aggregates?"
        r"|bond\w*)\b",
    ),
    kind(
        "trunk-lists",
        "Trunks without a list, native VLANs",
        _trunks,
        r"\bnative vlans?\b|\bpvids?\b",
        r"\btrunks?\b.{0,30}\b(?:without|no|missing|lack\w*)\b.{0,20}"
        r"\b(?:lists?|allowed|vlans?|restrict\w*|prun\w*)\b",
        r"\btrunks?\b.{0,40}\ball vlans\b",
    ),
    kind(
        "tunnel-ends",
        "Whether tunnels fit",
        _tunnel_ends,
        r"\b(?:vpns?|ipsec|tunnels?|phase [12]|proposals?)\b.{0,60}"
        r"\b(?:match(?:es|ing)?|mismatch\w*|fit|agree|same|differ\w*|both (?:sides|ends))\b",
        r"\b(?:match|mismatch|differ\w*)\b.{0,40}\b(?:vpns?|ipsec|tunnels?|phase [12])\b",
        r"\bwhy\b.{0,40}\b(?:vpn|tunnel)\b.{0,30}\b(?:down|fail\w*|not)\b",
    ),
)
