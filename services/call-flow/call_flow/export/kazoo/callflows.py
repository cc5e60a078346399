"""Callflows: one for each number, extension, node and code. Where a call goes on elsewhere it branches to that one."""

from collections.abc import Iterator, Sequence
from typing import Any

from call_flow.export.labels import shown
from call_flow.export.plan import Plan, key
from call_flow.flow.destination import CallSettings, Destination
from call_flow.flow.hours import Schedule
from call_flow.flow.model import Extension
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    CallerRule,
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

Document = dict[str, Any]
_CODES = {"normal": 480, "busy": 486, "no_answer": 480, "congestion": 503, "rejected": 603, "unallocated": 404}
_ANONYMOUS = "^(anonymous|restricted|unknown|unavailable|)$"


def callflows(plan: Plan) -> Iterator[Document]:
    """Every callflow of the account."""
    for number in plan.numbers:
        settings = CallSettings(language=number.language, caller_prefix=number.caller_prefix)
        yield _callflow(("number", number.e164), number.label or number.e164, [number.e164],
                        _prepared(settings, to(plan, number.entry)))  # fmt: skip
    for extension in plan.extensions:
        yield _callflow(("extension", extension.number), extension.name, [extension.number], _rings(plan, extension))
    for node in plan.nodes:
        numbers = [node.room] if isinstance(node, Conference) else []
        yield _callflow(("node", node.id), node.name or node.id, numbers, _node(plan, node))
    yield from _codes(plan)


def uses_device(node: External) -> bool:
    """Whether an outside number is rung as a device, which can ask for a key."""
    return node.confirm


def allowed(numbers: Sequence[str]) -> str:
    """A pattern that takes exactly these numbers."""
    return f"^({'|'.join(numbers)})$"


def _callflow(name: tuple[str, str], title: str, numbers: list[str], flow: Document) -> Document:
    return {"id": key(*name), "name": shown(title, 128) or name[1], "numbers": numbers, "flow": flow}


def _action(module: str, data: Document, **children: Document) -> Document:
    return {"module": module, "data": data, "children": children}


def _next(module: str, data: Document, then: Document) -> Document:
    return {"module": module, "data": data, "children": {"_": then}}


def _prepared(settings: CallSettings | None, then: Document) -> Document:
    if settings is not None and settings.caller_prefix:
        then = _next("prepend_cid", {"action": "prepend", "apply_to": "current",
                                     "caller_id_name_prefix": shown(settings.caller_prefix, 35)}, then)  # fmt: skip
    if settings is not None and settings.language:
        then = _next("language", {"language": settings.language.lower()}, then)
    return then


def to(plan: Plan, given: Destination) -> Document:
    """What leads to a destination."""
    destination = plan.sound(given)
    match destination.kind:
        case "node":
            found = _action("callflow", {"id": key("node", destination.target)})
        case "extension":
            found = _action("callflow", {"id": key("extension", destination.target)})
        case "mailbox":
            found = _action("voicemail", _composes(plan, destination.target))
        case "number":
            found = _action("resources", {"to_did": destination.target, "use_local_resources": True})
        case "hangup":
            found = _ends(destination.target)
    return _prepared(destination.set, found)


def _composes(plan: Plan, number: str) -> Document:
    mailbox = plan.graph.mailboxes.get(number)
    longest = mailbox.max_s if mailbox else 180
    return {"action": "compose", "id": key("mailbox", number), "max_message_length": longest}


def _ends(cause: str) -> Document:
    return _action("hangup", {}) if cause == "normal" else _action("response", {"code": _CODES[cause]})


def _rings(plan: Plan, extension: Extension) -> Document:
    after = to(plan, plan.after(extension))
    if extension.device == "none":
        return after
    return _next("user", {"id": key("user", extension.number), "timeout": extension.ring_s}, after)


def _plays(plan: Plan, prompt: str | None, then: Document) -> Document:
    if not plan.words(prompt):
        return then
    return _next("play", {"id": key("prompt", str(prompt)), "answer": True}, then)


def _node(plan: Plan, node: Node) -> Document:  # noqa: PLR0911, PLR0912 - a branch for each kind
    match node:
        case TimeSwitch():
            return _asks(plan, node)
        case Menu():
            return _chooses(plan, node)
        case RingGroup():
            return _rings_all(plan, node)
        case Queue():
            data = {"id": key("queue", node.id)}
            waits = _plays(plan, node.greeting, _next("acdc_member", data, to(plan, node.timeout)))
            return _prepared(CallSettings(caller_prefix=node.caller_prefix), waits)
        case Announcement():
            return _plays(plan, node.prompt, to(plan, node.then))
        case Voicemail():
            return to(plan, Destination(mailbox=node.mailbox))
        case Directory():
            return _next("directory", {"id": key("node", node.id)}, to(plan, node.failed))
        case External():
            return _rings_outside(plan, node)
        case CallerMatch():
            return _sorts(plan, list(node.rules), node.otherwise)
        case Toggle():
            rule = key("rule", "toggle", node.id)
            return _action("temporal_route", {"rules": [rule]}, **{rule: to(plan, node.on), "_": to(plan, node.off)})
        case Page():
            members = [number for number in node.members if number in plan.graph.extensions]
            if not members:
                plan.notes.unsupported(plan.pointer(node), "It has no members, and KAZOO takes no group without any.")
                return _ends("unallocated")
            endpoints = [{"endpoint_type": "user", "id": key("user", number)} for number in members]
            return _action("page_group", {"audio": "two-way" if node.duplex else "one-way", "endpoints": endpoints})
        case Conference():
            return _action("conference", {"id": key("conference", node.id)})
        case Hangup():
            return _plays(plan, node.prompt, _ends(node.cause))


def _asks(plan: Plan, node: TimeSwitch) -> Document:
    holiday = node.holiday or node.closed
    goes = {"open": to(plan, node.open), "closed": to(plan, node.closed), "holiday": to(plan, holiday)}
    children: dict[str, Document] = {}
    schedule = plan.graph.schedules.get(node.schedule)
    if schedule is not None:
        children = {rule: goes[state] for rule, state in rules_of(plan, schedule)}
    data = {"timezone": plan.time_zone(node.schedule), "rules": list(children)}
    return _action("temporal_route", data, **children, _=goes["closed"])


def rules_of(plan: Plan, schedule: Schedule) -> Iterator[tuple[str, str]]:
    """The rules of a schedule in the order in which they are asked, each with the state it stands for."""
    for state in schedule.override.states if schedule.override else []:
        yield key("rule", "override", schedule.id, state), state
    agenda = plan.agenda(schedule.id)
    for day in agenda.dated:
        for begin, _ in day.open:
            yield key("rule", "open", schedule.id, str(day.date), str(begin)), "open"
        yield key("rule", "rest", schedule.id, str(day.date)), day.otherwise
    for weekday, spans in enumerate(agenda.weekly):
        for begin, _ in spans:
            yield key("rule", "weekly", schedule.id, str(weekday), str(begin)), "open"


def _chooses(plan: Plan, node: Menu) -> Document:
    children = {pressed: to(plan, destination) for pressed, destination in node.keys.items()}
    if node.replay_key and node.replay_key not in children:
        children[node.replay_key] = _action("callflow", {"id": key("node", node.id)})
    if node.no_input != node.invalid:
        children["timeout"] = to(plan, node.no_input)
    return _action("menu", {"id": key("menu", node.id)}, **children, _=to(plan, node.invalid))


def _rings_all(plan: Plan, node: RingGroup) -> Document:
    after = to(plan, node.no_answer)
    members = plan.members(node.members)
    if not members:
        plan.notes.approximated(plan.pointer(node), "It has no members, so calls go on at once.")
        return after
    in_turn = node.strategy != "simultaneous"
    endpoints = []
    for member in members:
        confirm = ["confirm"] if member.confirm else []
        inside = {"endpoint_type": "user", "id": key("user", member.target)}
        outside = {"endpoint_type": "device", "id": key("device", member.target, *confirm)}
        endpoint: Document = dict(inside if member.extension else outside)
        endpoint |= {"delay": 0 if in_turn else member.delay_s, "timeout": node.ring_s}
        if node.strategy in ("rotating", "random"):
            endpoint["weight"] = 50
        endpoints.append(endpoint)
    strategy = {"simultaneous": "simultaneous", "sequential": "single"}.get(node.strategy, "weighted_random")
    data = {"endpoints": endpoints, "strategy": strategy, "ignore_forward": False,
            "timeout": node.ring_s * (len(members) if in_turn else 1)}  # fmt: skip
    rings = _plays(plan, node.greeting, _next("ring_group", data, after))
    return _prepared(CallSettings(caller_prefix=node.caller_prefix), rings)


def _rings_outside(plan: Plan, node: External) -> Document:
    after = to(plan, node.no_answer)
    if uses_device(node):
        return _next("device", {"id": key("device", node.number, "confirm"), "timeout": node.ring_s}, after)
    data: Document = {"to_did": node.number, "timeout": node.ring_s, "use_local_resources": True}
    if node.trunk:
        data["outbound_flags"] = [node.trunk]
    return _next("resources", data, after)


def _sorts(plan: Plan, rules: list[CallerRule], otherwise: Destination) -> Document:
    found = to(plan, otherwise)
    for rule in reversed(rules):
        then = to(plan, rule.then)
        if rule.anonymous:
            found = _checks(_ANONYMOUS, then, found)
        if rule.prefix:
            found = _checks(rf"^\+?{rule.prefix[1:]}", then, found)
    return found


def _checks(pattern: str, match: Document, nomatch: Document) -> Document:
    return _action("check_cid", {"regex": pattern, "use_absolute_mode": False}, match=match, nomatch=nomatch)


def _codes(plan: Plan) -> Iterator[Document]:
    codes = plan.flow.feature_codes
    found: list[tuple[str, str | None, Document]] = [
        ("voicemail", codes.voicemail, _action("voicemail", {"action": "check"})),
        (
            "voicemail_any",
            codes.voicemail_any,
            _action("voicemail", {"action": "check", "single_mailbox_login": False}),
        ),
        ("parking", plan.flow.numbering.parking, _action("park", {"action": "auto"})),
    ]
    directory = next((node for node in plan.nodes if isinstance(node, Directory)), None)
    if directory is not None:
        found.append(("directory", codes.directory, to(plan, Destination(node=directory.id))))
    for node in plan.nodes:
        if isinstance(node, Toggle):
            rules = {"action": "menu", "rules": [key("rule", "toggle", node.id)]}
            found.append((f"toggle {node.id}", node.code, _action("temporal_route", rules)))
    for schedule in plan.schedules:
        if schedule.override is not None:
            states = schedule.override.states
            rules = {"action": "menu", "rules": [key("rule", "override", schedule.id, state) for state in states]}
            found.append((f"override {schedule.id}", schedule.override.code, _action("temporal_route", rules)))
    for name, code, flow in found:
        if code is not None:
            yield _callflow(("code", name), name, [code], flow)
