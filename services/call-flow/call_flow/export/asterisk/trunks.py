"""The ways outside: a subroutine for each trunk, for each outbound route, and for all trunks in their order.

Each takes a number, seconds and options of `Dial`, and returns `busy`, `offline` or `no_answer`. Numbers are literals
of the flow, or what staff dialled and `FILTER` let through; no caller from outside chooses one.
"""

from collections.abc import Sequence

from call_flow.export.asterisk import names
from call_flow.export.asterisk.dialplan import Dialplan, Step, when
from call_flow.export.asterisk.system import System
from call_flow.flow.model import Trunk
from call_flow.flow.values import Id

_UNLESS_FAILED = when('"${GOSUB_RETVAL}" != "failed"', "done")


def ways_outside(system: System, dialplan: Dialplan) -> None:
    """Their contexts."""
    for trunk in system.plan.trunks:
        dialplan.place(names.trunk(trunk.id), _trunk(trunk))
    for route in system.outbound:
        dialplan.place(f"route-{route.id}", _in_turn(system.trunks_of(route)))
    dialplan.place("outside", _in_turn([trunk.id for trunk in system.plan.trunks]))


def _trunk(trunk: Trunk) -> list[Step]:
    """A call by one trunk: `failed` when the trunk itself could not take it."""
    limit = [when(f"${{GROUP_COUNT({trunk.id}@trunk)}} >= {trunk.channels}", "failed")] if trunk.channels else []
    return [
        *limit,
        "Set(LOCAL(since)=${EPOCH})",
        f"Dial(PJSIP/${{ARG1}}@{names.trunk(trunk.id)},${{ARG2}},${{ARG3}})",
        when('"${DIALSTATUS}" = "CONGESTION"', "failed"),
        # Cause 1: the number does not exist. Cause 21: it was declined. Another trunk would not help.
        when('("${DIALSTATUS}" = "CHANUNAVAIL") & ("${HANGUPCAUSE}" != "1") & ("${HANGUPCAUSE}" != "21")', "failed"),
        "Gosub(outcome,s,1(${since},${ARG2}))",
        "Return(${GOSUB_RETVAL})",
        ("failed", "Return(failed)"),
    ]


def _in_turn(trunks: Sequence[Id]) -> list[Step]:
    steps: list[Step] = []
    for name in trunks:
        steps += [f"Gosub({names.trunk(name)},s,1(${{ARG1}},${{ARG2}},${{ARG3}}))", _UNLESS_FAILED]
    return [*steps, "Return(offline)", *([("done", "Return(${GOSUB_RETVAL})")] if trunks else [])]
