"""Calling people, and where calls go afterwards."""

from collections.abc import Sequence

from call_flow.export.freeswitch.xml import Dialplan, Extension, label
from call_flow.export.plan import Plan
from call_flow.flow.destination import CallSettings, Destination
from call_flow.flow.model import Extension as Telephone
from call_flow.flow.nodes import External, RingGroup

CAUSES = {"normal": "NORMAL_CLEARING", "busy": "USER_BUSY", "no_answer": "NO_ANSWER",
          "congestion": "NORMAL_CIRCUIT_CONGESTION", "rejected": "CALL_REJECTED",
          "unallocated": "UNALLOCATED_NUMBER"}  # fmt: skip
_BUSY = "USER_BUSY"
_OFFLINE = "(USER_NOT_REGISTERED|SUBSCRIBER_ABSENT|UNALLOCATED_NUMBER|NO_ROUTE_DESTINATION|RECOVERY_ON_TIMER_EXPIRE)"
_CONFIRM = "group_confirm_key=1,group_confirm_file=ivr/ivr-accept_reject_voicemail.wav"


def prepares(entry: Extension, settings: CallSettings | None) -> Extension:
    """What the call carries along from here on."""
    if settings is None:
        return entry
    if settings.caller_prefix:
        entry.do("set", f"effective_caller_id_name={label(settings.caller_prefix, 'call')} ${{caller_id_name}}")
    if settings.language:
        entry.do("set", f"callflow_language={settings.language}")
    if settings.priority is not None:
        entry.do("set", f"cc_base_score={settings.priority * 60}")
    return entry


def goes(plan: Plan, entry: Extension, given: Destination) -> Extension:
    """The call goes on at a destination."""
    destination = plan.sound(given)
    prepares(entry, destination.set)
    match destination.kind:
        case "node":
            return entry.do("transfer", f"node-{destination.target} XML callflow")
        case "extension":
            return entry.do("transfer", f"ext-{destination.target} XML callflow")
        case "mailbox":
            return mailbox(entry, destination.target, destination.greeting or "unavailable")
        case "number":
            return entry.do("set", "hangup_after_bridge=true").do("bridge", outside(plan, destination.target))
        case "hangup":
            return entry.do("hangup", CAUSES[destination.target])


def mailbox(entry: Extension, number: str, greeting: str) -> Extension:
    """Takes a message."""
    if greeting == "none":
        entry.do("set", "skip_greeting=true")
    return entry.do("answer").do("voicemail", f"default ${{domain_name}} {number}").do("hangup", CAUSES["normal"])


def sound(plan: Plan, entry: Extension, prompt: str | None) -> Extension:
    """Plays a prompt, if there is one."""
    if plan.prompt(prompt) is None:
        return entry
    return entry.do("answer").do("playback", recording(str(prompt)))


def recording(prompt: str) -> str:
    """Where the recording of a prompt is, in the language of the call."""
    return f"$${{sounds_dir}}/callflow/${{callflow_language}}/{prompt}.wav"


def gateway(plan: Plan, trunk: str | None = None) -> str:
    """The gateway for calls outside: the one asked for, else the first of the first outbound route."""
    known = {item.id for item in plan.trunks}
    wanted = [trunk, *(name for route in plan.flow.outbound for name in route.trunks), *sorted(known)]
    return next((name for name in wanted if name in known), "none")


def outside(plan: Plan, number: str, trunk: str | None = None) -> str:
    """How a number outside is called."""
    return f"sofia/gateway/{gateway(plan, trunk)}/{number}"


def after(plan: Plan, flow: Dialplan, name: str, found: Sequence[tuple[str, Destination]], rest: Destination) -> None:
    """Where a call goes by the word that an application left behind."""
    for word, destination in found:
        place = flow.extension(f"after-{name}-{word.strip('()').split('|')[0].lower()}", rf"^after-{name}-{word}$")
        goes(plan, place, destination)
    goes(plan, flow.extension(f"after-{name}", rf"^after-{name}-.*$"), rest)


def _calls(entry: Extension, how: str, name: str) -> None:
    entry.do("hash", "insert/${domain_name}-callflow/ringing/${uuid}")
    entry.do("set", "hangup_after_bridge=true").do("set", "continue_on_fail=true").do("bridge", how)
    entry.do("transfer", f"after-{name}-${{originate_disposition}} XML callflow")


def rings_extension(plan: Plan, flow: Dialplan, telephone: Telephone) -> None:
    """A telephone rings, and perhaps numbers outside a little later."""
    name = f"ext-{telephone.number}"
    entry = flow.extension(name)
    no_answer, busy, offline = (
        plan.graph.after(telephone, "no_answer"), plan.graph.after(telephone, "busy"),
        plan.graph.after(telephone, "offline"),
    )  # fmt: skip
    if telephone.device == "none" and not telephone.follow_me:
        goes(plan, entry, offline)
        return
    seconds = telephone.ring_s
    legs = [] if telephone.device == "none" else [f"[leg_timeout={seconds}]user/{telephone.number}@${{domain_name}}"]
    legs += [f"[leg_delay_start={other.delay_s}]{outside(plan, other.number)}" for other in telephone.follow_me]
    confirm = f",{_CONFIRM}" if any(other.confirm for other in telephone.follow_me) else ""
    # Each rings for as long as the telephone does, from its own time on.
    seconds += max((other.delay_s for other in telephone.follow_me), default=0)
    _calls(entry, f"{{originate_timeout={seconds}{confirm}}}{','.join(legs)}", name)
    after(plan, flow, name, [(_BUSY, busy), (_OFFLINE, offline)], no_answer)


def rings_group(plan: Plan, flow: Dialplan, entry: Extension, node: RingGroup) -> None:
    """The members of a group ring."""
    prepares(entry, CallSettings(caller_prefix=node.caller_prefix))
    sound(plan, entry, node.greeting)
    at_once = node.strategy == "simultaneous"
    legs = []
    for member in plan.members(node.members):
        where = f"user/{member.extension}@${{domain_name}}" if member.extension else outside(plan, str(member.number))
        wait = f"leg_delay_start={member.delay_s}" if at_once else f"leg_timeout={node.ring_s}"
        legs.append(f"[{wait}]{where}")
    if not legs:
        plan.notes.approximated(plan.pointer(node), "It has no members, so calls go on at once.")
        goes(plan, entry, node.no_answer)
        return
    confirm = f",{_CONFIRM}" if any(member.confirm for member in node.members) else ""
    seconds = node.ring_s if at_once else node.ring_s * len(legs)
    _calls(entry, f"{{originate_timeout={seconds}{confirm}}}{(',' if at_once else '|').join(legs)}", node.id)
    no_answer = node.no_answer
    after(plan, flow, node.id, [(_BUSY, node.busy or no_answer), (_OFFLINE, node.offline or no_answer)], no_answer)


def rings_outside(plan: Plan, flow: Dialplan, entry: Extension, node: External) -> None:
    """A number outside rings."""
    own = next((number.e164 for number in plan.numbers), None)
    if node.caller_id == "own" and own is not None:
        entry.do("set", f"effective_caller_id_number={own}")
    confirm = f",{_CONFIRM}" if node.confirm else ""
    _calls(entry, f"{{originate_timeout={node.ring_s}{confirm}}}{outside(plan, node.number, node.trunk)}", node.id)
    after(plan, flow, node.id, [(_BUSY, node.busy or node.no_answer)], node.no_answer)
