"""The dialplan. `public` takes the numbers, `callflow` holds the flow, `callflow-inside` is what telephones dial.

Conditions on time, the variable `timezone`, and the variables that applications leave behind are those of FreeSWITCH's
documentation on XML dialplans, mod_callcenter, mod_directory and mod_dptools.
"""

from xml.etree.ElementTree import Element

from call_flow.export.agenda import clock
from call_flow.export.freeswitch.inside import inside
from call_flow.export.freeswitch.rings import (
    CAUSES,
    after,
    goes,
    mailbox,
    prepares,
    rings_extension,
    rings_group,
    rings_outside,
    sound,
)  # fmt: skip
from call_flow.export.freeswitch.xml import Dialplan, Extension, escaped
from call_flow.export.plan import Plan
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.flow.destination import CallSettings
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

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ANONYMOUS = "^(anonymous|restricted|unknown|unavailable|)$"


def dialplan(plan: Plan) -> Element:
    """The contexts."""
    include = Element("include")
    public, flow, dials = (Dialplan(include, name) for name in ("public", "callflow", "callflow-dials"))
    for number in plan.numbers:
        entry = public.extension(f"number-{number.e164[1:]}", rf"^\+?{number.e164[1:]}$")
        entry.do("set", f"callflow_language={number.language or plan.flow.customer.languages[0]}")
        prepares(entry, CallSettings(caller_prefix=number.caller_prefix))
        goes(plan, entry, number.entry)
    for extension in plan.extensions:
        rings_extension(plan, flow, extension)
        dials.extension(extension.number).do("transfer", f"ext-{extension.number} XML callflow")
    for node in plan.nodes:
        _node(plan, flow, node)
    inside(plan, Dialplan(include, "callflow-inside"))
    return include


def _node(plan: Plan, flow: Dialplan, node: Node) -> None:  # noqa: PLR0912 - a branch for each kind
    entry = flow.extension(f"node-{node.id}")
    match node:
        case TimeSwitch():
            _asks(plan, entry, node)
        case Menu():
            for key, destination in node.keys.items():
                goes(plan, flow.extension(f"key-{node.id}-{key}"), destination)
            entry.do("answer").do("ivr", node.id)
            entry.do("transfer", f"after-{node.id}-${{ivr_menu_status}} XML callflow")
            after(plan, flow, node.id, [("timeout", node.no_input)], node.invalid)
        case RingGroup():
            rings_group(plan, flow, entry, node)
        case Queue():
            _waits(plan, flow, entry, node)
        case Announcement():
            goes(plan, sound(plan, entry, node.prompt), node.then)
        case Voicemail():
            mailbox(entry, node.mailbox, node.greeting)
        case Directory():
            names = {"last": "last_name", "first": "first_name", "both": "last_name"}
            entry.do("answer").do("set", f"directory_search_order={names[node.by]}")
            goes(plan, entry.do("directory", "default ${domain_name} callflow-dials"), node.failed)
        case External():
            rings_outside(plan, flow, entry, node)
        case CallerMatch():
            for rule in node.rules:
                if rule.anonymous:
                    goes(plan, entry.when(field="caller_id_number", expression=_ANONYMOUS), rule.then)
                if rule.prefix:
                    pattern = rf"^\+?{rule.prefix[1:]}"
                    goes(plan, entry.when(field="caller_id_number", expression=pattern), rule.then)
            goes(plan, entry.otherwise(), node.otherwise)
        case Toggle():
            other = "off" if node.default == "on" else "on"
            turned = entry.when(field=f"${{db(select/callflow/toggle-{node.id})}}", expression=f"^{other}$")
            goes(plan, turned, node.off if other == "off" else node.on)
            goes(plan, entry.otherwise(), node.on if other == "off" else node.off)
        case Page():
            for number in node.members:
                if number in plan.graph.extensions:
                    entry.do("conference_set_auto_outcall", f"user/{number}@${{domain_name}}")
            entry.do("set", f"conference_auto_outcall_flags={'none' if node.duplex else 'mute'}")
            entry.do("answer").do("conference", f"page-{node.id}@default")
        case Conference():
            entry.do("answer").do("conference", f"{node.room}@default")
        case Hangup():
            sound(plan, entry, node.prompt).do("hangup", CAUSES[node.cause])


def _asks(plan: Plan, entry: Extension, node: TimeSwitch) -> None:
    where = {"open": node.open, "closed": node.closed, "holiday": node.holiday or node.closed}
    entry.do("set", f"timezone={plan.time_zone(node.schedule)}", at_once=True)
    schedule = plan.graph.schedules.get(node.schedule)
    for state in schedule.override.states if schedule and schedule.override else []:
        forced = entry.when(field=f"${{db(select/callflow/override-{node.schedule})}}", expression=f"^{state}$")
        goes(plan, forced, where[state])
    agenda = plan.agenda(node.schedule)
    for day in agenda.dated:
        for start, end in day.open:
            span = f"{day.date} {clock(start)}:00~{day.date} {_last(end)}"
            goes(plan, entry.when(date_time=span), where["open"])
        goes(plan, entry.when(date_time=f"{day.date} 00:00:00~{day.date} 23:59:59"), where[day.otherwise])
    for weekday, spans in enumerate(agenda.weekly):
        for start, end in spans:
            hours = {"wday": _WEEKDAYS[weekday], "time_of_day": f"{clock(start)}:00-{_last(end)}"}
            goes(plan, entry.when(**hours), where["open"])
    goes(plan, entry.otherwise(), where["closed"])


def _last(end: int) -> str:
    """The last second before a time: FreeSWITCH counts the end of a range in."""
    return "23:59:59" if end == MINUTES_A_DAY else f"{clock(end - 1)}:59"


def _waits(plan: Plan, flow: Dialplan, entry: Extension, node: Queue) -> None:
    prepares(entry, CallSettings(caller_prefix=node.caller_prefix))
    sound(plan, entry.do("answer"), node.greeting)
    if node.exit_keys:
        entry.do("set", f"cc_exit_keys={''.join(node.exit_keys)}")
    entry.do("callcenter", f"{node.id}@default")
    entry.do("transfer", f"after-{node.id}-${{cc_cause}}-${{cc_exit_key}} XML callflow")
    for key, destination in node.exit_keys.items():
        pressed = flow.extension(f"after-{node.id}-key-{key}", rf"^after-{node.id}-.*-{escaped(key)}$")
        goes(plan, pressed, destination)
    empty = flow.extension(f"after-{node.id}-no-agents", rf"^after-{node.id}-NO_AGENT_TIMEOUT-.*$")
    goes(plan, empty, node.no_agents or node.timeout)
    goes(plan, flow.extension(f"after-{node.id}", rf"^after-{node.id}-.*$"), node.timeout)
