"""What telephones dial: each other, codes, calls for help, and the outside as far as they may."""

from typing import get_args

from call_flow.export.freeswitch.rings import gateway, goes
from call_flow.export.freeswitch.xml import Dialplan, Extension, escaped
from call_flow.export.numberplan import NumberPlan, foreign_areas
from call_flow.export.plan import Plan
from call_flow.flow.destination import Destination
from call_flow.flow.hours import Schedule
from call_flow.flow.model import OutboundRoute
from call_flow.flow.nodes import Conference, Directory, Toggle
from call_flow.simulate.outbound import CallClass

#: What somebody may call who may call this.
_ALLOWED = {"national": "^(national|international)$", "international": "^international$"}


def inside(plan: Plan, context: Dialplan) -> None:
    """Fills the context. Calls for help come first, before any restriction."""
    _emergency(plan, context)
    for extension in plan.extensions:
        context.extension(extension.number).do("transfer", f"ext-{extension.number} XML callflow")
    for node in plan.nodes:
        if isinstance(node, Conference):
            goes(plan, context.extension(node.room), Destination(node=node.id))
        elif isinstance(node, Toggle):
            other = "off" if node.default == "on" else "on"
            _turns(context.extension(node.code), f"toggle-{node.id}", [other])
    for schedule in plan.schedules:
        if schedule.override is not None:
            _overrides(context, schedule)
    _codes(plan, context)
    _parking(plan, context)
    _outbound(plan, context)


def _turns(entry: Extension, name: str, states: list[str]) -> None:
    """Each time the code is dialled the next state is kept; after the last none is."""
    for state, following in zip(states, [*states[1:], None], strict=True):
        known = entry.when(field=f"${{db(select/callflow/{name})}}", expression=f"^{state}$")
        how = f"delete/callflow/{name}" if following is None else f"insert/callflow/{name}/{following}"
        known.do("db", how).do("answer").do("playback", "tone_stream://%(200,100,350,440)").do("hangup")
    entry.otherwise().do("db", f"insert/callflow/{name}/{states[0]}").do("answer")
    entry.do("playback", "tone_stream://%(500,100,350,440)").do("hangup")


def _overrides(context: Dialplan, schedule: Schedule) -> None:
    if schedule.override is not None:
        states = [str(state) for state in dict.fromkeys(schedule.override.states)]
        _turns(context.extension(schedule.override.code), f"override-{schedule.id}", states)


def _codes(plan: Plan, context: Dialplan) -> None:
    codes = plan.flow.feature_codes
    given = (
        (codes.voicemail, "voicemail", "check default ${domain_name} ${caller_id_number}"),
        (codes.voicemail_any, "voicemail", "check default ${domain_name}"),
        (codes.pickup, "intercept", "${hash(select/${domain_name}-callflow/ringing)}"), (codes.echo_test, "echo", ""),
    )  # fmt: skip
    for code, application, data in given:
        if code is not None:
            context.extension(code).do("answer").do(application, data)
    directory = next((node for node in plan.nodes if isinstance(node, Directory)), None)
    if codes.directory is not None and directory is not None:
        goes(plan, context.extension(codes.directory), Destination(node=directory.id))


def _parking(plan: Plan, context: Dialplan) -> None:
    """Calls are parked in the slots after the parking number, where whoever dials the slot takes them."""
    if plan.flow.numbering.parking is None:
        return
    first, width = int(plan.flow.numbering.parking) + 1, len(plan.flow.numbering.parking)
    slots = [f"{first + at:0{width}}" for at in range(plan.flow.numbering.parking_slots)]
    context.extension(plan.flow.numbering.parking).do("valet_park", f"callflow auto in {slots[0]} {slots[-1]}")
    for slot in slots:
        if slot not in plan.graph.extensions:
            context.extension(slot).do("answer").do("valet_park", f"callflow {slot}")


def _emergency(plan: Plan, context: Dialplan) -> None:
    calls = plan.flow.emergency
    known = [trunk.id for trunk in plan.trunks]
    trunks = [trunk for trunk in calls.trunks or known if trunk in known] or [gateway(plan)]
    numbers = [*calls.numbers, *calls.test_numbers]
    before = f"(?:{'|'.join(map(escaped, calls.accept_prefixes))})?" if calls.accept_prefixes else ""
    for number in numbers:
        entry = context.extension(f"emergency-{number}", rf"^{before}{escaped(number)}$")
        if calls.callback is not None:
            called_back = "${emergency_caller_id_number}"
            entry.do("set", f"effective_caller_id_number={called_back}")
        told = [notice.extension for notice in calls.notify if notice.extension in plan.graph.extensions]
        if number in calls.numbers:
            for extension in told:
                rings = f"originate user/{extension}@${{domain_name}} &playback(tone_stream://%(500,500,440,480))"
                entry.do("set", f"told=${{bgapi({rings})}}")
        entry.do("set", "continue_on_fail=true")
        entry.do("bridge", "|".join(f"sofia/gateway/{trunk}/{number}" for trunk in trunks))


def _outbound(plan: Plan, context: Dialplan) -> None:
    """National numbers first: what goes abroad is told from them by how it begins."""
    numbers = NumberPlan(plan.flow.customer.country)
    for kind in get_args(CallClass):
        for route in plan.flow.outbound:
            if kind in route.classes:
                _route(plan, context, route, kind, numbers)


def _route(plan: Plan, context: Dialplan, route: OutboundRoute, kind: CallClass, numbers: NumberPlan) -> None:
    known = [trunk for trunk in route.trunks if any(item.id == trunk for item in plan.trunks)]
    prefix = escaped(route.prefix or plan.flow.numbering.outbound_prefix or "")
    for position, (pattern, before) in enumerate(_patterns(numbers, prefix)[kind], 1):
        entry = context.extension(f"outbound-{route.id}-{kind}-{position}", pattern)
        allowed = entry.when(field="${callflow_outbound}", expression=_ALLOWED[kind])
        allowed.do("set", "hangup_after_bridge=true")
        if known:
            allowed.do("bridge", "|".join(f"sofia/gateway/{trunk}/{before}$1" for trunk in known))
        entry.otherwise().do("hangup", "CALL_REJECTED")


def _patterns(numbers: NumberPlan, prefix: str) -> dict[CallClass, list[tuple[str, str]]]:
    """What is dialled for calls of each class after a prefix, and what the number in brackets begins with.

    Numbers of the Caribbean are dialled like those of the United States, but are calls abroad; those at premium rate
    count as such.
    """
    code, abroad = numbers.code, f"{prefix}{escaped(numbers.abroad)}"
    beyond = (rf"^(?:{abroad}|\+)([1-9]\d{{6,14}})$", "+")
    if code == 1:
        foreign = "|".join(foreign_areas(numbers.country))
        begin = rf"^(?:{prefix}1?|\+1)"
        home = (rf"{begin}((?!{foreign})[2-9]\d{{2}}[2-9]\d{{6}})$", "+1")
        return {"national": [home], "international": [(rf"{begin}((?:{foreign})[2-9]\d{{6}})$", "+1"), beyond]}
    if not code:
        return {"national": [], "international": [beyond]}
    begin, digits = rf"^(?:\+{code}|{abroad}{code}|{prefix}{numbers.national})", r"\d{3,}"
    zero, premium = "0?" if numbers.has_zero else "", "|".join(numbers.premium)
    if not premium:
        return {"national": [(rf"{begin}({zero}[1-9]{digits})$", f"+{code}")], "international": [beyond]}
    national = (rf"{begin}((?!{premium}){zero}[1-9]{digits})$", f"+{code}")
    return {"national": [national], "international": [(rf"{begin}((?:{premium})\d+)$", f"+{code}"), beyond]}
