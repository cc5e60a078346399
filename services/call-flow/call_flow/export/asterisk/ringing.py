"""The subroutines by which telephones ring, and what became of it: `busy`, `offline` or `no_answer`.

What Asterisk 22 says after `Dial` of one telephone, found by calls: 486 and 600 BUSY; 480 NOANSWER with cause 19; 603
CHANUNAVAIL with cause 21; 404, 408 and no registration CHANUNAVAIL with other causes; 503 CONGESTION; ringing to the
end of the time NOANSWER, with whatever cause an earlier attempt of the same call left. So 480 is told from ringing by
the time it took.

Of several telephones in one `Dial` it keeps one status and loses the others. Each member of a group therefore rings by
a leg of its own (a Local channel), which leaves its outcome in a variable of the caller's channel.
"""

from collections.abc import Sequence

from call_flow.export.asterisk.dialplan import Dialplan, Step, labelled, when, when_equal
from call_flow.export.asterisk.system import System

#: Dial with a confirmation: whoever answers presses 1.
CONFIRM = "U(confirm)"
#: Dial with the customer's own number as that of the caller. Each leg gets it, so the call itself keeps its caller.
OWN = "b(own^s^1(${OWN}))"


def subroutines(system: System, dialplan: Dialplan) -> None:
    """`ring`, `outcome`, `together`, `confirm`, `own` and `prefix`."""
    dialplan.place(
        "ring",
        [
            when("${LEN(${PJSIP_DIAL_CONTACTS(${ARG1})})} = 0", "offline"),
            "Set(LOCAL(since)=${EPOCH})",
            "Dial(PJSIP/${ARG1},${ARG2},${ARG3})",
            "Gosub(outcome,s,1(${since},${ARG2}))",
            "Return(${GOSUB_RETVAL})",
            ("offline", "Return(offline)"),
        ],
    )
    dialplan.place(
        "outcome",
        [
            when('"${DIALSTATUS}" = "BUSY"', "busy"),
            when('"${DIALSTATUS}" = "CONGESTION"', "offline"),
            when('("${DIALSTATUS}" = "CHANUNAVAIL") & ("${HANGUPCAUSE}" != "21")', "offline"),
            when(
                '("${DIALSTATUS}" = "NOANSWER") & ("${HANGUPCAUSE}" = "19") & (${EPOCH} - ${ARG1} < ${ARG2})', "offline"
            ),
            "Return(no_answer)",
            ("busy", "Return(busy)"),
            ("offline", "Return(offline)"),
        ],
    )
    dialplan.place(
        "together",
        [
            *(f"Set(LOCAL({name})=0)" for name in ("at", "busy", "offline")),
            ("next", "Set(LOCAL(at)=$[${at} + 1])"),
            when("${at} > ${ARG1}", "over"),
            "Set(LOCAL(leg)=${SHARED(leg-${at})})",
            "Set(SHARED(leg-${at})=)",
            'ExecIf($["${leg}" = "busy"]?Set(LOCAL(busy)=$[${busy} + 1]))',
            'ExecIf($["${leg}" = "offline"]?Set(LOCAL(offline)=$[${offline} + 1]))',
            "Goto(next)",
            ("over", "GotoIf($[${offline} = ${ARG1}]?offline)"),
            when("${busy} = ${ARG1}", "busy"),
            "Return(no_answer)",
            ("busy", "Return(busy)"),
            ("offline", "Return(offline)"),
        ],
    )
    dialplan.place(
        "confirm",
        [
            "Read(KEY,followme/options,1,,2,5)",
            when_equal("KEY", "1", "taken"),
            "Set(GOSUB_RESULT=CONTINUE)",
            ("taken", "Return()"),
        ],
    )
    default = system.own_number()
    dialplan.place(
        "own",
        [
            *([f"ExecIf($[${{LEN(${{ARG1}})}} = 0]?Set(ARG1={default}))"] if default else []),
            "ExecIf($[${LEN(${ARG1})} > 0]?Set(CALLERID(num)=${ARG1}))",
            "ExecIf($[${LEN(${ARG1})} > 0]?Set(CONNECTEDLINE(num,i)=${ARG1}))",
            "Return()",
        ],
    )
    dialplan.place(
        "prefix",
        [
            when("${LEN(${CALLER_NAME})} > 0", "known"),
            "Set(CALLER_NAME=${CALLERID(name)})",
            when("${LEN(${CALLER_NAME})} > 0", "known"),
            "Set(CALLER_NAME=${FILTER(0-9+,${CALLERID(num)})})",
            ("known", "Set(CALLERID(name)=${${ARG1}} ${CALLER_NAME})"),
            "Return()",
        ],
    )


def rings(extension: str, seconds: int, *, confirm: bool = False) -> str:
    """The step that rings an extension's telephone; its outcome is in GOSUB_RETVAL."""
    return f"Gosub(ring,s,1({extension},{seconds}{',' + CONFIRM if confirm else ''}))"


def calls(system: System, number: str, seconds: int, *, confirm: bool = False) -> str:
    """The step that calls a number outside with the customer's own as caller; its outcome is in GOSUB_RETVAL."""
    return f"Gosub({system.way_outside(number)},s,1({number},{seconds},{OWN}{CONFIRM if confirm else ''}))"


def leg(position: int, step: str, delay_seconds: int = 0) -> list[Step]:
    """The steps of a leg that tries a telephone after a while."""
    wait: list[Step] = [f"Wait({delay_seconds})"] if delay_seconds else []
    return [*wait, step, f"Set(SHARED(leg-{position},${{LEGS}})=${{GOSUB_RETVAL}})", "Hangup()"]


def dial_legs(context: str, positions: Sequence[int], seconds: int) -> list[Step]:
    """The steps that try legs at once."""
    legs = "&".join(f"Local/{position}@{context}" for position in positions)
    return ["Set(__LEGS=${CHANNEL})", f"Dial({legs},{seconds})"]


def branches(outcomes: dict[str, list[Step]], otherwise: Sequence[Step]) -> list[Step]:
    """The steps that go where an outcome in GOSUB_RETVAL leads."""
    steps: list[Step] = [when_equal("GOSUB_RETVAL", outcome, outcome) for outcome in outcomes]
    steps += otherwise
    for outcome, there in outcomes.items():
        steps += labelled(outcome, there)
    return steps
