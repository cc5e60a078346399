"""Questions about interfaces by what they are called, about NAT, and about routing protocols, answered from facts."""

import re
from collections.abc import Iterator

from engineering_api.ask.about import called, meant, named, one_meant
from engineering_api.ask.found import Findings, counted, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.telling import ends_told
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Translation

_MOST = 40
_PROTOCOLS = ("ospf", "bgp", "eigrp", "rip", "isis")
#: Words of questions that are no names of things.
_COMMON_WORDS = """
which what where when who whose does have has port ports interface interfaces connected connect with from this
that there plugged into device devices switch switches router firewall description described labelled labeled
called named used uses using find show list tell number name site office client customer configured
configuration vlan vlans rule rules anywhere anything something please about their they your many much running
located phone address addresses
"""
#: What descriptions shorten.
_SAME = {"srv": "server", "svr": "server", "prn": "printer", "fw": "firewall", "tel": "phone", "ap": "access"}
_COMMON = frozenset(_COMMON_WORDS.split())


def _interfaces(question: Question, world: World) -> Findings | None:
    """All interfaces of devices, in short."""
    found = Findings()
    for subject in one_meant(question, world):
        for one in subject.device.interfaces[:_MOST]:
            parts = [str(held.value) for held in one.addresses]
            parts += [f"VLAN {one.access_vlan}"] if one.access_vlan is not None and one.mode != "trunk" else []
            parts += ["trunk"] if one.mode == "trunk" else []
            state = "up" if one.is_enabled else "shut down"
            found.say(f"{called(one)} of {subject.name}: {', '.join([*parts, state])}.", *lines(subject, one.source))
        if (left := len(subject.device.interfaces) - _MOST) > 0:
            found.unanswered.append(f"{subject.name} has {left} more interfaces.")
    return found if found.sentences else None


def _translations(question: Question, world: World) -> Findings | None:
    """The rules of NAT."""
    if not world.subjects:
        return None
    found = Findings()
    forwards = question.has(r"\bforward|\bdnat\b|\bdestination\b|\bpublish")
    for subject in meant(question, world):
        chosen = [one for one in subject.device.translations if not forwards or one.kind in ("destination", "static")]
        for one in chosen[:_MOST]:
            found.say(f"{subject.name} {_translates(one)}.", *lines(subject, one.source))
        if (left := len(chosen) - _MOST) > 0:
            found.unanswered.append(f"{subject.name} has {left} more such rules.")
    if not found.sentences:
        found.say("No configuration that was looked at translates addresses so.", world.looked("translations", {}, 0))
    return found


def _translates(one: Translation) -> str:
    """A rule of NAT in a sentence."""
    name = f" ({one.name})" if one.name else ""
    off = ", which is off" if not one.is_enabled else ""
    source = ends_told(one.original_source) if one.original_source is not None else "any"
    destination = ends_told(one.original_destination) if one.original_destination is not None else "any"
    towards = f"{one.translated}{f' port {one.translated_port}' if one.translated_port else ''}"
    services = one.service.services if one.service is not None else []
    told = [
        f"{thing.protocol} "
        f"{listed([port if len(set(port.split('-'))) > 1 else port.split('-')[0] for port in thing.ports])}"
        for thing in services
        if thing.ports
    ]
    what = f" for {listed(told)}" if told else ""
    if one.kind == "exempt":
        return f"does not translate {source} to {destination}{name}{off}"
    if one.kind == "source":
        return (
            f"translates the source of {source} to {destination}{what} into {towards or 'another address'}{name}{off}"
        )
    return f"forwards {destination}{what} to {towards or 'another address'}{name}{off}"


def _processes(question: Question, world: World) -> Findings | None:
    """Routing protocols, their networks and peers."""
    wanted = [one for one in _PROTOCOLS if question.has(rf"\b{one}\b")] or list(_PROTOCOLS)
    found = Findings()
    without = []
    for subject in meant(question, world):
        chosen = [one for one in subject.device.routing if one.protocol in wanted]
        for one in chosen:
            name = f"{one.protocol.upper()} {one.process}".strip()
            parts = [f"router id {one.router_id}"] if one.router_id else []
            parts += [f"networks {listed(one.networks)}"] if one.networks else []
            parts += [f"passive on {listed(one.passive)}"] if one.passive else []
            parts += [f"redistributes {listed(one.redistributes)}"] if one.redistributes else []
            found.say(
                f"{subject.name} runs {name}{': ' + ', '.join(parts) if parts else ''}.", *lines(subject, one.source)
            )
            for peer in one.peers[:_MOST]:
                system = f" in AS {peer.remote_as}" if peer.remote_as else ""
                label = f" ({peer.description})" if peer.description else ""
                found.say(
                    f"{subject.name} has the {one.protocol.upper()} peer {peer.address}{system}{label}.",
                    *lines(subject, peer.source),
                )
        if not chosen:
            without.append(subject.name)
    if without and world.subjects:
        which = listed([one.upper() for one in wanted]) if len(wanted) < len(_PROTOCOLS) else "a routing protocol"
        record = world.looked("routing", {"protocols": wanted}, len(found.sentences))
        found.say(f"{which} is not in the configuration of {listed(without)}.", record)
    return found if found.sentences else None


def _described(question: Question, world: World) -> Findings | None:
    """Interfaces, objects and reservations whose names or descriptions have the words of the question."""
    words = _words(question, world)
    if not words:
        return None
    hits = [hit for subject in meant(question, world) for hit in _hits(subject, words)]
    best = max((share for share, *_ in hits), default=0)
    found = Findings()
    for share, told, subject, span in hits:
        if share == best and best * 2 > len(words):
            found.say(told, *lines(subject, span))
    del found.sentences[_MOST:]
    return found if found.sentences else None


def _hits(subject: Subject, words: frozenset[str]) -> Iterator[tuple[int, str, Subject, Span]]:
    """What of a device has some of the words, and how many."""
    device = subject.device
    for one in device.interfaces:
        if share := _share(words, f"{one.description} {one.alias}"):
            vlan = f" in VLAN {one.access_vlan}" if one.access_vlan is not None and one.mode != "trunk" else ""
            state = "" if one.is_enabled else ", which is shut down"
            yield share, f"{called(one)} is on {subject.name}{vlan}{state}.", subject, one.source
    for thing in device.address_objects:
        if share := _share(words, f"{thing.name} {thing.comment}"):
            yield share, f"{subject.name} calls {ends_told(thing.ends)} {thing.name}.", subject, thing.source
    for pool in device.dhcp_pools:
        for reserved in pool.reservations:
            if share := _share(words, reserved):
                yield share, f"{subject.name} reserves by DHCP: {reserved}.", subject, pool.source
    for neighbour in device.neighbours:
        if share := _share(words, neighbour.device):
            told = f"{neighbour.device} is on {neighbour.interface} of {subject.name}."
            yield share, told, subject, neighbour.source


def _words(question: Question, world: World) -> frozenset[str]:
    names = {part for one in world.subjects for part in re.findall(r"[a-z0-9]{2,}", one.name.casefold())}
    sites = {part for one in world.subjects for part in re.findall(r"[a-z0-9]{2,}", one.site.casefold())}
    plain = {_plain(word) for word in re.findall(r"[a-z][a-z0-9]{3,}|\d+\.\d+", question.folded)}
    return frozenset(plain - {_plain(word) for word in _COMMON | names | sites})


def _plain(word: str) -> str:
    word = _SAME.get(word.rstrip("0123456789"), word)
    return word.removesuffix("s") if len(word) > 4 else word


def _share(words: frozenset[str], text: str) -> int:
    folded = text.casefold()
    had = {_plain(word) for word in re.findall(r"[a-z][a-z0-9]{3,}|\d+\.\d+", folded)}
    # FILE1 is the file server's name, SRV its kind.
    had |= {_plain(word) for word in re.findall(r"[a-z]{2,}(?![a-z])", folded)}
    return len(words & had)


def _line(question: Question, world: World) -> Findings | None:
    """Lines of a configuration by their numbers."""
    match = re.search(r"\blines? (\d{1,6})(?:\s*(?:-|to)\s*(\d{1,6}))?\b", question.folded)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    found = Findings()
    for subject in one_meant(question, world):
        if not 1 <= first <= last <= len(subject.texts):
            record = world.looked("lines", {"first": first, "last": last}, 0)
            found.say(f"The configuration of {subject.name} has {len(subject.texts):,} lines.", record)
            continue
        for number in range(first, min(last, first + _MOST - 1) + 1):
            text = subject.texts[number - 1].strip()
            found.say(f'Line {number} of {subject.name} is "{text[:200]}".', *lines(subject, Span(number, number)))
    return found if found.sentences else None


def _overview(question: Question, world: World) -> Findings | None:
    """What a device is, in a few sentences."""
    found = Findings()
    for subject in named(question, world)[:4]:
        device = subject.device
        one = device.identity
        parts = [part for part in (one.model, f"version {one.version}" if one.version else "") if part]
        told = f" ({', '.join(parts)})" if parts else ""
        place = f" at {subject.site}" if subject.site else ""
        proof = lines(subject, one.line_of("hostname"))
        found.say(f"{subject.name} is a device of the platform {subject.platform}{told}{place}.", *proof)
        counts = [
            counted(len(held), one_, many)
            for held, one_, many in (
                (device.interfaces, "interface", ""), (device.vlans, "VLAN", ""), (device.routes, "static route", ""),
                ([rule for held in device.access_lists for rule in held.rules], "rule", ""),
                (device.tunnels, "VPN tunnel", ""), (device.dhcp_pools, "DHCP scope", ""), (device.users, "user", ""),
            )
            if held
        ]  # fmt: skip
        record = world.looked("overview", {"device": subject.name}, len(counts))
        found.say(f"Its configuration of {len(subject.texts):,} lines has {listed(counts)}.", record)
    return found if found.sentences else None


KINDS = (
    kind("line", "Lines by their numbers", _line, r"\blines? \d"),
    kind(
        "overview",
        "A device in short",
        _overview,
        r"\b(?:describe|overview|summary|summari[sz]e|everything|details|tell me about|about)\b",
        r"\bwhat(?: is|'s) [\w.-]+\??$",
        r"^(?:show which )?[\w.-]+$",
    ),
    kind(
        "translations",
        "NAT rules",
        _translations,
        r"\b(?:nat|dnat|snat|pat|masquerad\w+)\b",
        r"\bport.?forward(?:s|ed|ing|ings)?\b",
        r"\bforwarded ports\b",
        r"\bpublished\b",
    ),
    kind("processes", "Routing protocols", _processes, r"\b(?:ospf|bgp|eigrp|rip|isis)\b", r"\brouting protocols?\b"),
    kind("interfaces", "Interfaces", _interfaces, r"\b(?:list|show|which|what)\b.{0,30}\binterfaces\b"),
    kind(
        "described-vlan",
        "VLAN of what is called so",
        _described,
        r"\b(?:which|what) vlan\b.{0,8}\b(?:is|are|does|do)\b",
    ),
    kind("described", "What is called so", _described, r"\b(?:which|what|where|who|find|show)\b"),
)
