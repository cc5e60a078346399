"""What there is to say about each element of a flow.

An export gives a verdict on each aspect; one that has none for an aspect that occurs does not build. So nothing that a
flow says is left out in silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from call_flow.flow.destination import Destination
from call_flow.flow.hours import Schedule
from call_flow.flow.model import Extension, Flow, Mailbox, Number, Prompt
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip
from call_flow.flow.places import Site

_NAMES = """
customer customer.languages site site.address site.locations number number.fax number.language number.caller_prefix
number.emergency_registered extension extension.no_device extension.caller_id extension.emergency_caller_id
extension.ring_s extension.on_no_answer extension.on_busy extension.on_offline extension.follow_me
extension.unlisted extension.outbound extension.location extension.mobile mailbox mailbox.email mailbox.emails
mailbox.no_attach mailbox.delete mailbox.transcribe mailbox.operator mailbox.max_s mailbox.greetings schedule
schedule.exceptions schedule.override holiday_set prompt prompt.languages prompt.file time_switch
time_switch.holiday menu menu.long_keys menu.star_hash menu.direct_dial menu.direct_dial_list menu.invalid_prompt
menu.digit_timeout menu.timeout menu.tries menu.two_ends menu.replay_key ring_group.simultaneous
ring_group.sequential ring_group.rotating ring_group.random ring_group.outside ring_group.delay ring_group.confirm
ring_group.greeting ring_group.caller_prefix ring_group.busy ring_group.offline queue queue.ringall
queue.leastrecent queue.fewestcalls queue.random queue.rrmemory queue.linear queue.outside queue.penalty
queue.wrapup queue.max_wait queue.retry queue.max_callers queue.greeting queue.announce queue.music queue.exit_keys
queue.join_empty queue.caller_prefix queue.full queue.no_agents announcement voicemail voicemail.greeting directory
directory.list directory.by directory.operator external external.trunk external.caller external.confirm
external.busy caller_match.prefix caller_match.anonymous toggle page page.duplex conference conference.announce
hangup hangup.cause hangup.prompt to.language to.caller_prefix to.priority to.greeting to.cause trunk
trunk.registers trunk.channels outbound outbound.prefix emergency emergency.callback emergency.notify
emergency.test_numbers emergency.accept_prefixes numbering numbering.parking numbering.outbound_prefix
feature_codes feature.voicemail feature.voicemail_any feature.pickup feature.directory feature.echo_test
"""
ASPECTS = frozenset(_NAMES.split())


@dataclass(frozen=True)
class Element:
    """A part of a flow: where it stands, what it is called, and what is to be said about it."""

    pointer: str
    title: str
    aspects: tuple[str, ...]


def elements(flow: Flow) -> Iterator[Element]:
    """Every element of a flow, in its order."""
    yield Element("/customer", "customer", _chosen("customer", languages=len(flow.customer.languages) > 1))
    for position, site in enumerate(flow.sites):
        yield Element(f"/sites/{position}", f"site {site.id}", _site(site))
    for position, number in enumerate(flow.numbers):
        yield Element(f"/numbers/{position}", f"number {number.e164}", (*_number(number), *_to(number.entry)))
    for position, extension in enumerate(flow.extensions):
        yield Element(f"/extensions/{position}", f"extension {extension.number}", _extension(extension))
    for position, mailbox in enumerate(flow.mailboxes):
        yield Element(f"/mailboxes/{position}", f"mailbox {mailbox.number}", _mailbox(mailbox))
    for position, schedule in enumerate(flow.schedules):
        yield Element(f"/schedules/{position}", f"schedule {schedule.id}", _schedule(schedule))
    for position, holiday_set in enumerate(flow.holiday_sets):
        yield Element(f"/holiday_sets/{position}", f"holidays {holiday_set.id}", ("holiday_set",))
    for position, prompt in enumerate(flow.prompts):
        yield Element(f"/prompts/{position}", f"prompt {prompt.id}", _prompt(prompt))
    for position, node in enumerate(flow.nodes):
        yield Element(f"/nodes/{position}", f"{node.kind.replace('_', ' ')} {node.id}", of_node(node))
    for position, trunk in enumerate(flow.trunks):
        chosen = _chosen("trunk", registers=trunk.registers, channels=trunk.channels is not None)
        yield Element(f"/trunks/{position}", f"trunk {trunk.id}", chosen)
    for position, route in enumerate(flow.outbound):
        yield Element(f"/outbound/{position}", f"outbound route {route.id}", _chosen("outbound", prefix=route.prefix))
    yield from _general(flow)


def _general(flow: Flow) -> Iterator[Element]:
    calls, numbering, codes = flow.emergency, flow.numbering, flow.feature_codes
    chosen = _chosen("emergency", callback=calls.callback, notify=calls.notify, test_numbers=calls.test_numbers,
                     accept_prefixes=calls.accept_prefixes)  # fmt: skip
    yield Element("/emergency", "emergency calls", chosen)
    chosen = _chosen("numbering", parking=numbering.parking, outbound_prefix=numbering.outbound_prefix)
    yield Element("/numbering", "numbering", chosen)
    given = (name for name in type(codes).model_fields if getattr(codes, name) is not None)
    yield Element("/feature_codes", "feature codes", ("feature_codes", *(f"feature.{name}" for name in given)))


def _chosen(base: str, **parts: object) -> tuple[str, ...]:
    return (base, *(f"{base}.{part}" for part, present in parts.items() if present))


def _to(*destinations: Destination | None) -> Iterator[str]:
    """What destinations carry along."""
    given = [destination for destination in destinations if destination is not None]
    settings = [destination.set for destination in given if destination.set is not None]
    for name in ("language", "caller_prefix", "priority"):
        if any(getattr(setting, name) is not None for setting in settings):
            yield f"to.{name}"
    if any(destination.greeting not in (None, "unavailable") for destination in given):
        yield "to.greeting"
    if any(destination.hangup not in (None, "normal") for destination in given):
        yield "to.cause"


def _site(site: Site) -> tuple[str, ...]:
    return _chosen("site", address=site.address, locations=site.locations)


def _number(number: Number) -> tuple[str, ...]:
    return _chosen("number", fax=number.kind == "fax", language=number.language, caller_prefix=number.caller_prefix,
                   emergency_registered=number.emergency_registered)  # fmt: skip


def _extension(extension: Extension) -> tuple[str, ...]:
    shown = extension.caller_id
    chosen = _chosen(
        "extension", no_device=extension.device == "none", caller_id=shown and shown.external,
        emergency_caller_id=shown and shown.emergency, ring_s=True, on_no_answer=extension.on_no_answer,
        on_busy=extension.on_busy, on_offline=extension.on_offline, follow_me=extension.follow_me,
        unlisted=not extension.in_directory, outbound=extension.device != "none", location=extension.location,
        mobile=extension.mobile,
    )  # fmt: skip
    return (*chosen, *_to(extension.on_no_answer, extension.on_busy, extension.on_offline))


def _mailbox(mailbox: Mailbox) -> tuple[str, ...]:
    chosen = _chosen(
        "mailbox", email=mailbox.email, emails=len(mailbox.email) > 1, no_attach=mailbox.email and not mailbox.attach,
        delete=mailbox.delete_after_send, transcribe=mailbox.transcribe, operator=mailbox.operator, max_s=True,
        greetings=mailbox.unavailable_greeting or mailbox.busy_greeting,
    )  # fmt: skip
    return (*chosen, *_to(mailbox.operator))


def _schedule(schedule: Schedule) -> tuple[str, ...]:
    return _chosen("schedule", exceptions=schedule.exceptions, override=schedule.override)


def _prompt(prompt: Prompt) -> tuple[str, ...]:
    return _chosen("prompt", languages=len(prompt.texts) > 1, file=prompt.file)


def of_node(node: Node) -> tuple[str, ...]:  # noqa: PLR0911, PLR0912 - a branch for each kind
    """The aspects of a node."""
    match node:
        case TimeSwitch():
            return (*_chosen("time_switch", holiday=node.holiday), *_to(node.open, node.closed, node.holiday))
        case Menu():
            return (*_menu(node), *_to(*node.keys.values(), node.no_input, node.invalid))
        case RingGroup():
            chosen = _chosen(
                f"ring_group.{node.strategy}"
            ) + tuple(f"ring_group.{name}" for name, present in (
                ("outside", any(member.number for member in node.members)),
                ("delay", any(member.delay_s for member in node.members)),
                ("confirm", any(member.confirm for member in node.members)), ("greeting", node.greeting),
                ("caller_prefix", node.caller_prefix), ("busy", node.busy), ("offline", node.offline),
            ) if present)  # fmt: skip
            return (*chosen, *_to(node.no_answer, node.busy, node.offline))
        case Queue():
            return (*_queue(node), *_to(*node.exit_keys.values(), node.timeout, node.full, node.no_agents))
        case Announcement():
            return ("announcement", *_to(node.then))
        case Voicemail():
            return _chosen("voicemail", greeting=node.greeting != "unavailable")
        case Directory():
            chosen = _chosen("directory", list=node.extensions != "listed", by=node.by != "last",
                             operator=node.operator)  # fmt: skip
            return (*chosen, *_to(node.operator, node.failed))
        case External():
            chosen = _chosen("external", trunk=node.trunk, caller=node.caller_id == "caller", confirm=node.confirm,
                             busy=node.busy)  # fmt: skip
            return (*chosen, *_to(node.no_answer, node.busy))
        case CallerMatch():
            kinds = [f"caller_match.{'anonymous' if rule.anonymous else 'prefix'}" for rule in node.rules]
            return (*dict.fromkeys(kinds), *_to(*(rule.then for rule in node.rules), node.otherwise))
        case Toggle():
            return ("toggle", *_to(node.on, node.off))
        case Page():
            return _chosen("page", duplex=node.duplex)
        case Conference():
            return _chosen("conference", announce=node.announce)
        case Hangup():
            return _chosen("hangup", cause=node.cause != "normal", prompt=node.prompt)


def _menu(node: Menu) -> tuple[str, ...]:
    keys = [*node.keys, *([node.replay_key] if node.replay_key else [])]
    dialled = node.direct_dial != "none"
    return _chosen(
        "menu", long_keys=any(len(key) > 1 for key in keys), star_hash=any(set(key) & set("*#") for key in keys),
        direct_dial=dialled, direct_dial_list=isinstance(node.direct_dial, list), invalid_prompt=node.invalid_prompt,
        digit_timeout=dialled or any(len(key) > 1 for key in keys), timeout=True, tries=True,
        two_ends=node.no_input != node.invalid, replay_key=node.replay_key,
    )  # fmt: skip


def _queue(node: Queue) -> tuple[str, ...]:
    return _chosen(
        "queue", **{node.strategy: True}, outside=any(agent.number for agent in node.agents),
        penalty=any(agent.penalty for agent in node.agents), wrapup=node.wrapup_s, max_wait=True, retry=True,
        max_callers=node.max_callers, greeting=node.greeting, announce=node.announce, music=node.music != "default",
        exit_keys=node.exit_keys, join_empty=True, caller_prefix=node.caller_prefix, full=node.full,
        no_agents=node.no_agents,
    )  # fmt: skip
