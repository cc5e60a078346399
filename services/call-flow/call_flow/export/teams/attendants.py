"""Auto attendants."""

from collections.abc import Iterator, Mapping

from call_flow.export.labels import shown
from call_flow.export.plan import Plan
from call_flow.export.teams.entities import Entity, entity
from call_flow.export.teams.hours import Names, State
from call_flow.export.teams.powershell import Raw, Value, command, put, variable
from call_flow.export.teams.zones import windows_zone
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import Announcement, Directory, Hangup, Menu, Node, TimeSwitch

_TONES = {**{str(key): f"Tone{key}" for key in range(10)}, "*": "ToneStar", "#": "TonePound"}


def attendant(plan: Plan, node: Node, schedules: Mapping[str, Names]) -> Iterator[str]:
    """The commands that make the attendant of a node."""
    title = shown(node.name or "", 60) or node.id
    match node:
        case TimeSwitch():
            yield from _asks(plan, node, title, schedules)
        case Menu():
            yield from _chooses(plan, node, title)
        case Announcement():
            yield from automatic(plan, node.id, title, node.prompt, entity(plan, node.then))
        case Hangup():
            yield from automatic(plan, node.id, title, node.prompt, None)
        case Directory():
            yield from _finds(plan, node, title)
        case _:
            raise NotImplementedError(node.kind)


def automatic(plan: Plan, name: str, title: str, prompt: str | None, then: Entity | None) -> Iterator[str]:
    """An attendant that plays a prompt, if there is one, and goes on."""
    yield _flow(plan, variable("flow", name), title, then, prompt)
    yield _attendant(plan, name, title, DefaultCallFlow=variable("flow", name))


def _spoken(plan: Plan, prompt: str | None) -> list[str] | None:
    words = plan.words(prompt)
    if not shown(words):
        return None
    return [Raw(f"({command('New-CsAutoAttendantPrompt', TextToSpeechPrompt=words)})")]


def _option(key: str, then: Entity | None, **more: str | None) -> Raw:
    if then is None:
        return Raw(f"({command('New-CsAutoAttendantMenuOption', Action='DisconnectCall', DtmfResponse=key, **more)})")
    target = then.made()
    made = command("New-CsAutoAttendantMenuOption", Action="TransferCallToTarget", DtmfResponse=key, CallTarget=target,
                   **more)  # fmt: skip
    return Raw(f"({made})")


def _flow(plan: Plan, name: Raw, title: str, then: Entity | None, prompt: str | None = None) -> str:
    menu = command("New-CsAutoAttendantMenu", Name=title, MenuOptions=[_option("Automatic", then)])
    made = command("New-CsAutoAttendantCallFlow", Name=title, Menu=Raw(f"({menu})"), Greetings=_spoken(plan, prompt))
    return put(name, made)


def _attendant(plan: Plan, name: str, title: str, **more: Value | None) -> str:
    values: dict[str, Value | None] = {"Name": title, "LanguageId": plan.flow.customer.languages[0],
                                       "TimeZoneId": windows_zone(plan.flow.customer.time_zone)}  # fmt: skip
    return put(variable("app", name), command("New-CsAutoAttendant", **(values | more)))


def _asks(plan: Plan, node: TimeSwitch, title: str, schedules: Mapping[str, Names]) -> Iterator[str]:
    after_hours, dated = schedules.get(node.schedule, (None, []))
    where: dict[State, Destination] = {"open": node.open, "closed": node.closed, "holiday": node.holiday or node.closed}
    used: list[State] = list(dict.fromkeys(["open", "closed", *(state for _, state in dated)]))
    for state in used:
        yield _flow(plan, variable("flow", node.id, state), f"{title} {state}", entity(plan, where[state]))
    links = [] if after_hours is None else [_link(node, "AfterHours", after_hours, "closed")]
    links += [_link(node, "Holiday", schedule, state) for schedule, state in dated]
    default: State = "closed" if after_hours is None else "open"
    flows = [variable("flow", node.id, state) for state in used if state != default]
    yield _attendant(plan, node.id, title, TimeZoneId=windows_zone(plan.time_zone(node.schedule)),
                     DefaultCallFlow=variable("flow", node.id, default), CallFlows=flows if links else None,
                     CallHandlingAssociations=links or None)  # fmt: skip


def _link(node: TimeSwitch, what: str, schedule: Raw, state: State) -> Raw:
    flow = Raw(f"{variable('flow', node.id, state)}.Id")
    made = command("New-CsAutoAttendantCallHandlingAssociation", Type=what, ScheduleId=Raw(f"{schedule}.Id"),
                   CallFlowId=flow)  # fmt: skip
    return Raw(f"({made})")


def _chooses(plan: Plan, node: Menu, title: str) -> Iterator[str]:
    options = [_option(_TONES[key], entity(plan, then)) for key, then in node.keys.items() if key in _TONES]
    dialled = bool(plan.dialled_directly(node))
    menu = command("New-CsAutoAttendantMenu", Name=title, Prompts=_spoken(plan, node.prompt),
                   MenuOptions=options or None, EnableDialByName=dialled or None,
                   DirectorySearchMethod="ByExtension" if dialled else "None")  # fmt: skip
    yield put(variable("flow", node.id), command("New-CsAutoAttendantCallFlow", Name=title, Menu=Raw(f"({menu})")))
    silent = entity(plan, node.no_input)
    yield _attendant(plan, node.id, title, DefaultCallFlow=variable("flow", node.id),
                     Operator=None if silent is None else silent.made())  # fmt: skip


def _finds(plan: Plan, node: Directory, title: str) -> Iterator[str]:
    operator = entity(plan, node.operator or node.failed)
    options = None
    if node.operator is not None and operator is not None:
        made = command("New-CsAutoAttendantMenuOption", Action="TransferCallToOperator", DtmfResponse="Tone0")
        options = [Raw(f"({made})")]
    menu = command("New-CsAutoAttendantMenu", Name=title, MenuOptions=options, EnableDialByName=True,
                   DirectorySearchMethod="ByName")  # fmt: skip
    yield put(variable("flow", node.id), command("New-CsAutoAttendantCallFlow", Name=title, Menu=Raw(f"({menu})")))
    yield _attendant(plan, node.id, title, DefaultCallFlow=variable("flow", node.id),
                     Operator=None if operator is None else operator.made())  # fmt: skip
