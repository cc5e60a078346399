"""Questions about rules: which let something in, which never decide, which lists are used."""

import re

from engineering_api.ask.about import is_outside, meant, named, stands
from engineering_api.ask.found import Findings, counted, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.question import Question
from engineering_api.ask.telling import ends_told, services_told
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.filters import AccessList, Rule
from engineering_api.lint.references import undefined, unused
from engineering_api.packets import words
from engineering_api.packets.covering import coverage
from engineering_api.packets.deciding import called
from engineering_api.packets.intervals import Intervals
from engineering_api.packets.matching import Matcher, conditions
from engineering_api.packets.space import Space

_MOST = 40
#: Of so many rules it is looked at once which never decide.
_MOST_RULES = 10_000
#: All IPv4 addresses but those of private networks (RFC 1918), carrier NAT (RFC 6598) and the machine itself.
_PUBLIC_V4: Intervals = (
    (0x01000000, 0x09FFFFFF), (0x0B000000, 0x643FFFFF), (0x64800000, 0x7EFFFFFF), (0x80000000, 0xA9FDFFFF),
    (0xA9FF0000, 0xAC0FFFFF), (0xAC200000, 0xC0A7FFFF), (0xC0A90000, 0xDFFFFFFF),
)  # fmt: skip
_ALL = (0, 2**32 - 1)
#: Ports by which devices are managed, and words of questions about what passes through them.
_MANAGED_BY = {"ssh": 22, "telnet": 23, "http": 80, "https": 443, "winbox": 8291, "snmp": 161}
_MANAGING = frozenset({22, 23, 161})
_RULES = r"\b(?:rules?|polic(?:y|ies)|lists?|firewall|forward\w*|internet|outside|wan|traffic|through)\b"
_OUTSIDE_ZONES = re.compile(r"(?<![a-z])(?:wan|outside|untrust|internet|external|isp|any)", re.I)


def _allowing(question: Question, world: World) -> Findings | None:
    """Which enabled rules let a service in, from outside or at all."""
    service = question.service
    if service is None or not world.subjects:
        return None
    if service[1] in _MANAGING and named(question, world) and not question.has(_RULES):
        return None  # whether a device itself takes SSH is no matter of its rules for others
    outside = question.has(r"\b(?:outside|internet|wan|external|anywhere|public|world|any)\b")
    denies = question.has(r"\b(?:block|den(?:y|ies)|drop|reject|forbid)")
    found = Findings()
    for subject in meant(question, world):
        matcher = Matcher(subject.device)
        wanted = _space(service, outside)
        before = len(found.sentences)
        for access_list in subject.device.access_lists:
            if outside and not _is_from_outside(subject, access_list):
                continue
            for rule in access_list.rules:
                if (rule.action == "permit") != denies and _fits(
                    subject, rule, access_list, matcher, wanted=wanted, outside=outside
                ):
                    found.say(_rule_told(subject, access_list, rule, denies), *lines(subject, rule.source))
        _forwards(found, subject, service)
        if outside and not denies:
            _managed_from_outside(found, subject, service)
        if len(found.sentences) - before > _MOST:
            left = len(found.sentences) - before - _MOST
            del found.sentences[before + _MOST :]
            found.unanswered.append(f"{subject.name} has {left} more such rules.")
    name = f"{service[0].upper()} port {service[1]}"
    if not found.sentences:
        record = world.looked("rules", {"protocol": service[0], "port": service[1], "from_outside": outside}, 0)
        where = " from outside" if outside else ""
        found.say(f"No enabled rule of the scope {'blocks' if denies else 'lets in'} {name}{where}.", record)
    return found


def _space(service: tuple[str, int], outside: bool) -> Space:
    numbers = words.protocols(service[0]) or ((6, 6),)
    everything: Intervals = ((0, 2**31),)
    source = _PUBLIC_V4 if outside else (_ALL,)
    port: Intervals = ((service[1], service[1]),)
    return Space(((((4, 4),), everything, everything, source, (_ALL,), numbers, ((0, 65_535),), port, ((0, 0),)),))


def _fits(
    subject: Subject, rule: Rule, access_list: AccessList, matcher: Matcher, *, wanted: Space, outside: bool
) -> bool:
    if rule.jump or rule.is_passing or not rule.is_enabled or rule.is_established:
        return False
    if outside and rule.from_zones and not _zones_outside(subject, rule.from_zones):
        return False
    return matcher.match(rule, access_list).possible.meets(wanted)


def _is_from_outside(subject: Subject, access_list: AccessList) -> bool:
    """Whether packets from outside meet the list: it is on an interface that leads out, or a policy for all."""
    on = [one for one in subject.device.interfaces if access_list.name in (one.acl_in, one.acl_local)]
    if on:
        return any(is_outside(one, subject) for one in on)
    return access_list.kind == "policy" or bool(
        access_list.rules and any(rule.from_zones for rule in access_list.rules)
    )


def _zones_outside(subject: Subject, zones: list[str]) -> bool:
    wanted = {zone.casefold().lstrip("!") for zone in zones}
    if any(zone.startswith("!") for zone in zones) or any(map(_OUTSIDE_ZONES.search, wanted)):
        return True
    members = {
        name.casefold() for zone in subject.device.zones if zone.name.casefold() in wanted for name in zone.interfaces
    }
    return any(
        is_outside(one, subject)
        for one in subject.device.interfaces
        if {one.name.casefold(), one.alias.casefold(), one.zone.casefold()} & (wanted | members)
    )


def _rule_told(subject: Subject, access_list: AccessList, rule: Rule, denies: bool) -> str:
    logged = ", logged" if rule.is_logged else ""
    logged += f", if {'; '.join(conditions(rule))}" if conditions(rule) else ""
    via = f" from {listed(rule.from_zones)}" if rule.from_zones else ""
    to = f" to {listed(rule.to_zones)}" if rule.to_zones else ""
    what = f"{'blocks' if denies else 'allows'} it ({services_told(rule)})"
    ends = f"{ends_told(rule.source_ends)} to {ends_told(rule.destination_ends)}"
    return f"{called(rule)} of {access_list.name} on {subject.name} {what}{via}{to}: {ends}{logged}."


def _forwards(found: Findings, subject: Subject, service: tuple[str, int]) -> None:
    for one in subject.device.translations:
        if one.kind not in ("destination", "static") or not one.is_enabled or one.service is None:
            continue
        ports = [port for thing in one.service.services if thing.protocol in (service[0], "ip") for port in thing.ports]
        if any(_within(service[1], port) for port in ports):
            towards = f"{one.translated}{f' port {one.translated_port}' if one.translated_port else ''}"
            found.say(
                f"{subject.name} forwards it to {towards}{f' ({one.name})' if one.name else ''}.",
                *lines(subject, one.source),
            )


def _managed_from_outside(found: Findings, subject: Subject, service: tuple[str, int]) -> None:
    """What the device itself takes on interfaces that lead out."""
    faces = {one.name for one in subject.device.interfaces if is_outside(one, subject)}
    for one in subject.device.management:
        port = one.port or _MANAGED_BY.get(one.protocol)
        on = [name for name in one.interfaces if name in faces]
        if one.is_enabled and port == service[1] and on:
            limit = f", from {listed(one.allowed)}" if one.allowed else ""
            found.say(
                f"{subject.name} itself takes {one.protocol} on {listed(on)}{limit}.", *lines(subject, one.source)
            )


def _within(number: int, ports: str) -> bool:
    first, _, last = ports.partition("-")
    return first.isdigit() and int(first) <= number <= int(last if last.isdigit() else first)


def _dead(question: Question, world: World) -> Findings | None:
    """Rules that never decide anything because earlier ones take all that they match."""
    if not world.subjects:
        return None
    found = Findings()
    wanted = named_rules(question, world)
    looked = skipped = 0
    for subject in meant(question, world):
        matcher = Matcher(subject.device)
        for access_list in subject.device.access_lists:
            chosen = [rule for owner, name, rule in wanted if owner is subject and name is access_list]
            if wanted and not chosen:
                continue
            if looked > _MOST_RULES:
                skipped += 1
                continue
            covered = coverage(access_list, matcher)
            looked += len(access_list.rules)
            dead = [one for one in covered.dead if not chosen or one.rule in chosen]
            for one in dead[:_MOST]:
                by = listed([called(rule) for rule in one.by], 4)
                which = "decides" if len(one.by) == 1 else "decide"
                effect = f", and {which} otherwise" if one.is_opposed else ""
                found.say(
                    f"{called(one.rule)} of {access_list.name} on {subject.name} never decides: {by} "
                    f"{'takes' if len(one.by) == 1 else 'take'} all that it matches{effect}.",
                    *lines(subject, one.rule.source, *(rule.source for rule in one.by[:4])),
                )
            for rule in chosen:
                if rule in covered.unknown:
                    found.unanswered.append(
                        f"{called(rule)} of {access_list.name} on {subject.name}: too much in pieces to be decided."
                    )
                elif not rule.is_enabled:
                    found.say(
                        f"{called(rule)} of {access_list.name} on {subject.name} is off.", *lines(subject, rule.source)
                    )
                elif all(one.rule is not rule for one in covered.dead):
                    found.say(
                        f"{called(rule)} of {access_list.name} on {subject.name} is not dead: earlier "
                        "rules leave something to it.",
                        *lines(subject, rule.source),
                    )
    if skipped:
        found.unanswered.append(f"{counted(skipped, 'list')} more were not looked at: ask for one device or list.")
    if not found.sentences:
        record = world.looked("dead-rules", {"rules": looked}, 0)
        found.say(f"Of {counted(looked, 'rule')} none is covered by earlier ones.", record)
    return found


def named_rules(question: Question, world: World) -> list[tuple[Subject, AccessList, Rule]]:
    """Rules that a question names, by their number or name."""
    number = re.search(
        r"\b(?:rule|policy|sequence|seq|entry|line)\s+(?:no\.?\s*|number\s*|id\s*|#)?(\d{1,10})\b", question.folded
    )
    is_line = number is not None and number[0].startswith("line")
    made = []
    for subject in meant(question, world):
        named = [one for one in subject.device.access_lists if stands(one.name, question)]
        for access_list in named or subject.device.access_lists:
            for rule in access_list.rules:
                by_line = is_line and number is not None and rule.source.first <= int(number[1]) <= rule.source.last
                by_number = number is not None and not is_line and rule.id == number[1]
                by_name = len(rule.name) > 3 and stands(rule.name, question)
                if by_line or by_number or by_name:
                    made.append((subject, access_list, rule))
        if named and not number and not any(owner is subject for owner, _, _ in made):
            made.extend((subject, one, rule) for one in named for rule in one.rules)
    return made


def _used(question: Question, world: World) -> Findings | None:
    """Whether a list, object or other name is used, and by which lines."""
    found = Findings()
    for subject in meant(question, world):
        defined = [
            one
            for one in subject.device.definitions
            if stands(one.name, question) and one.kind not in ("interface", "vlan")
        ]
        referred = [
            one
            for one in subject.device.references
            if stands(one.name, question) and set(one.kinds) - {"interface", "vlan"}
        ]
        names = {(one.kind, one.name) for one in defined}
        idle = {(one.definition.kind, one.definition.name) for one in unused(subject.device)}
        for kind_, name in sorted(names):
            uses = [one for one in referred if one.name == name and kind_ in one.kinds]
            here = [one.source for one in defined if (one.kind, one.name) == (kind_, name)]
            if uses:
                told = listed([f"{one.context or 'another line'} (line {one.source.first})" for one in uses], 6)
                found.say(
                    f"The {kind_} {name} on {subject.name} is used: {told}.",
                    *lines(subject, *[one.source for one in uses][:6]),
                )
            elif (kind_, name) in idle:
                found.say(
                    f"The {kind_} {name} on {subject.name} is used nowhere in its configuration.",
                    *lines(subject, *here[:2]),
                )
            else:
                found.say(
                    f"The {kind_} {name} on {subject.name} takes effect by being there.", *lines(subject, *here[:2])
                )
        for name in sorted({one.name for one in referred} - {name for _, name in names}):
            uses = [one for one in referred if one.name == name]
            found.say(
                f"{name} is used on {subject.name} and defined nowhere.",
                *lines(subject, *[one.source for one in uses][:6]),
            )
    return found if found.sentences else None


def _unused(question: Question, world: World) -> Findings | None:
    """All names that nothing uses."""
    found = Findings()
    wants_lists = question.has(r"\bacls?\b|\baccess.?lists?\b")
    for subject in meant(question, world):
        idle = [one.definition for one in unused(subject.device) if not wants_lists or one.definition.kind == "acl"]
        for one in idle[:_MOST]:
            found.say(
                f"The {one.kind} {one.name} on {subject.name} is used nowhere in its configuration.",
                *lines(subject, one.source),
            )
    if not found.sentences and world.subjects:
        found.say("No name that the configurations define is unused.", world.looked("unused-names", {}, 0))
    return found if found.sentences else None


def _undefined(question: Question, world: World) -> Findings | None:
    """Names that are used and defined nowhere."""
    if not world.subjects:
        return None
    found = Findings()
    for subject in meant(question, world):
        for one in undefined(subject.device)[:_MOST]:
            uses = [use.source for use in one.references]
            found.say(
                f"{one.name} ({' or '.join(one.kinds[:3])}) is used on {subject.name} and defined nowhere.",
                *lines(subject, *uses[:4]),
            )
    if not found.sentences:
        record = world.looked("undefined-names", {}, 0)
        found.say("Every name that the configurations use is defined in them.", record)
    return found


KINDS = (
    kind(
        "undefined-names",
        "Undefined names",
        _undefined,
        r"\b(?:undefined|not defined|dangling|broken references?|missing (?:acls?|objects?|references?))\b",
    ),
    kind(
        "dead-rules",
        "Rules that never decide",
        _dead,
        r"\b(?:dead|shadow(?:ed|s)?|redundant|never (?:hit|match(?:es|ed)?|decides?)|unreachable|ineffective)\b",
    ),
    kind(
        "allowing-rules",
        "Rules that let something in",
        _allowing,
        r"\b(?:which|what|who|any|is|are|does|do|show|list)\b.{0,60}\b(?:rules?|polic(?:y|ies)|acls?"
        r"|forward(?:s|ed|ing)?|exposed|open|allow(?:s|ed)?|permit(?:s|ted)?|block(?:s|ed)?|den(?:y|ies)|let)\b.{0,80}",
    ),
    kind(
        "unused-names",
        "Unused names",
        _unused,
        r"\b(?:which|what|list|show|any)\b.{0,30}\b(?:unused|not used"
        r"|orphan(?:ed)?)\b.{0,40}\b(?:acls?|access.?lists?|objects?|names?|groups?|lists?|route.?maps?)",
        r"\b(?:acls?|access.?lists?|objects?|route.?maps?)\b.{0,30}\b(?:unused|not used|never used)",
    ),
    kind(
        "used-list",
        "Whether a list is used",
        _used,
        r"\b(?:which|what|where)\b.{0,30}\b(?:interfaces?|applied|bound)\b.{0,30}\b(?:acls?|access.?lists?)\b",
        r"\b(?:acls?|access.?lists?|objects?|groups?|prefix.?lists?|route.?maps?|alias(?:es)?"
        r"|transform.?sets?|pools?)\b.{0,60}\b(?:used|in use|referenced|applied|bound|needed)\b",
        r"\b(?:used?|uses|references?|applied)\b.{0,30}\b(?:acls?|access.?lists?|objects?|groups?"
        r"|prefix.?lists?|route.?maps?|alias(?:es)?)\b",
    ),
    kind(
        "used-name",
        "Whether a name is used",
        _used,
        r"\b(?:used|in use|referenced|applied|bound|unused|needed|defined|exists?)\b",
    ),
)
