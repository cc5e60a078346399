"""Questions about ports as a whole: which are unused, shut, trunks or give power, and how loops are kept out."""

from engineering_api.ask.about import called, meant, numbers
from engineering_api.ask.found import Findings, counted, lines, listed
from engineering_api.ask.kind import kind
from engineering_api.ask.managing import WITHOUT
from engineering_api.ask.question import Question
from engineering_api.ask.world import World
from engineering_api.chosen import Subject
from engineering_api.facts.ports import Interface

_MOST_SPANS = 8


def _ports_of(question: Question, world: World) -> Findings | None:
    """Ports that are shut, that nothing is said of, or that are trunks."""
    if question.has(r"\bpoe\b|\bpower\b"):
        return _powered(question, world)
    found = Findings()
    wants_trunks = question.has(r"\btrunks?\b|\buplinks?\b")
    for subject in meant(question, world):
        physical = [one for one in subject.device.interfaces if one.kind in ("physical", "aggregate")]
        if wants_trunks:
            _say_trunks(found, subject, physical)
            continue
        shut = [one for one in physical if not one.is_enabled]
        idle = [one for one in physical if one.is_enabled and _says_nothing(one)]
        if shut:
            found.say(
                f"{subject.name} has {counted(len(shut), 'port')} shut down: "
                f"{listed([called(one) for one in shut], 48)}.",
                *lines(subject, *[one.line_of("is_enabled") for one in shut][:_MOST_SPANS]),
            )
        if idle and not question.has(r"\bshut|\bdisabled\b|\bdown\b"):
            found.say(
                f"{subject.name} has {counted(len(idle), 'enabled port')} of which its configuration says neither a "
                f"description nor a VLAN, address or aggregate: {listed([one.name for one in idle], 48)}.",
                *lines(subject, *[one.source for one in idle][:_MOST_SPANS]),
            )
    if not found.sentences:
        record = world.looked("ports", {"trunks": wants_trunks}, 0)
        found.say("No configuration of the scope has such a port.", record)
    elif not wants_trunks:
        found.unanswered.append(
            "Whether a cable is plugged in is not in a configuration: send the output of 'show interfaces status'."
        )
    return found


def _powered(question: Question, world: World) -> Findings | None:
    """Ports of which the configuration says how they give power."""
    found = Findings()
    for subject in meant(question, world):
        ports = [one for one in subject.device.interfaces if one.power]
        for setting in dict.fromkeys(one.power for one in ports):
            chosen = [one for one in ports if one.power == setting]
            names = listed([one.name for one in chosen], 48)
            proof = lines(subject, *[one.line_of("power") for one in chosen][:_MOST_SPANS])
            found.say(f"{subject.name} has PoE set to {setting} on {names}.", *proof)
    if not found.sentences and world.subjects:
        found.say("No configuration that was looked at says anything of PoE.", world.looked("poe", {}, 0))
    return found if found.sentences else None


def _loops(question: Question, world: World) -> Findings | None:
    """How devices keep loops out."""
    found = Findings()
    silent = []
    for subject in meant(question, world):
        for one in subject.device.spanning_tree:
            priorities = [f"{where}: {value}" for where, value in one.priorities.items()]
            told = f", with the priorities {listed(priorities)}" if priorities else ""
            state = "on" if one.is_enabled else "off"
            found.say(
                f"{subject.name} has spanning tree {one.mode} {state}{told}.".replace("  ", " "),
                *lines(subject, one.source),
            )
        if not subject.device.spanning_tree:
            silent.append(subject.name)
    if silent and question.has(WITHOUT):
        found.sentences.clear()
    if silent and world.subjects:
        record = world.looked("spanning-tree", {}, len(found.sentences))
        found.say(f"The configuration of {listed(silent)} says nothing of spanning tree.", record)
    return found if found.sentences else None


def _count(question: Question, world: World) -> Findings | None:
    """How many ports the configuration of a device names."""
    found = Findings()
    for subject in meant(question, world):
        ports = [one for one in subject.device.interfaces if one.kind == "physical"]
        if ports:
            spans = [ports[0].source, ports[-1].source]
            found.say(
                f"The configuration of {subject.name} names {counted(len(ports), 'physical port')}.",
                *lines(subject, *spans),
            )
    return found if found.sentences else None


def _say_trunks(found: Findings, subject: Subject, physical: list[Interface]) -> None:
    trunks = [one for one in physical if one.mode == "trunk"]
    for one in trunks[:24]:
        vlans = "all VLANs" if one.trunk_vlans is None else f"the VLANs {numbers(one.trunk_vlans)}"
        found.say(f"{called(one)} on {subject.name} is a trunk for {vlans}.", *lines(subject, one.source))


def _says_nothing(one: Interface) -> bool:
    return not (
        one.description
        or one.alias
        or one.addresses
        or one.access_vlan not in (None, 1)
        or one.mode == "trunk"
        or one.voice_vlan
        or one.aggregate
        or one.zone
        or one.is_dhcp_client
        or one.members
        or one.parent
    )


KINDS = (
    kind("port-count", "Number of ports", _count, r"\bhow many (?:physical |switch )?(?:ports|interfaces)\b"),
    kind("spanning-tree", "Spanning tree", _loops, r"\bspanning.?tree\b", r"\b(?:r|m|pv)?stp\b", r"\broot bridge\b"),
    kind(
        "unused-ports",
        "Unused ports",
        _ports_of,
        r"\bports?\b.{0,30}\b(?:poe|power)\b|\bpoe\b.{0,30}\bports?\b",
        r"\b(?:free|unused|spare|shut|shutdown|disabled|idle|available|down)\b.{0,20}\b(?:ports?|interfaces?)\b",
        r"\b(?:ports?|interfaces?)\b.{0,40}\b(?:free|unused|spare|shut|shutdown|disabled|idle|available|down)\b",
        r"\b(?:which|what|list|show)\b.{0,30}\b(?:trunks?|uplinks?)\b",
    ),
)
