"""Extensions: their telephone rings, other places so much later, and then the call goes on."""

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Dialplan, Step
from call_flow.export.asterisk.ringing import branches, calls, dial_legs, leg, rings
from call_flow.export.asterisk.system import System
from call_flow.flow.graph import Vertex
from call_flow.flow.model import Extension

_PHONE = 0


def extensions(system: System, dialplan: Dialplan) -> None:
    """A context for each, and for its legs where it rings elsewhere too."""
    for extension in system.plan.extensions:
        name = names.context(Vertex("extension", extension.number))
        busy, offline, no_answer = (
            system.go(system.graph.after(extension, outcome)) for outcome in ("busy", "offline", "no_answer")
        )
        if not extension.follow_me and not system.has_phone(extension.number):
            dialplan.place(name, offline)
            continue
        attempt = _with_others(system, dialplan, extension) if extension.follow_me else [_phone(extension)]
        if not system.has_phone(extension.number):
            dialplan.place(name, [*attempt, *offline])
            continue
        dialplan.place(name, [*attempt, *branches({"busy": busy, "offline": offline}, no_answer)])


def _phone(extension: Extension) -> str:
    return rings(extension.number, extension.ring_s)


def _with_others(system: System, dialplan: Dialplan, extension: Extension) -> list[Step]:
    """Everybody rings for as long as the extension does, each from its own time on; the telephone's outcome counts."""
    legs = f"follow-{extension.number}"
    context = dialplan.context(legs)
    positions = list(range(1, len(extension.follow_me) + 1))
    if system.has_phone(extension.number):
        context.extension(str(_PHONE), leg(_PHONE, _phone(extension)))
        positions.insert(0, _PHONE)
    for position, follow in enumerate(extension.follow_me, 1):
        call = calls(system, follow.number, extension.ring_s, confirm=follow.confirm)
        context.extension(str(position), leg(position, call, follow.delay_s))
    seconds = extension.ring_s + max(follow.delay_s for follow in extension.follow_me)
    return [
        *dial_legs(legs, positions, seconds),
        f"Set(GOSUB_RETVAL=${{SHARED(leg-{_PHONE})}})",
        f"Set(SHARED(leg-{_PHONE})=)",
    ]
