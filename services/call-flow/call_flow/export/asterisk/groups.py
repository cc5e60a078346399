"""Ring groups."""

from call_flow.export.asterisk.dialplan import Dialplan, Step, when
from call_flow.export.asterisk.ringing import branches, calls, dial_legs, leg, rings
from call_flow.export.asterisk.system import System
from call_flow.flow.nodes import Member, RingGroup


def ring_group(system: System, dialplan: Dialplan, name: str, node: RingGroup) -> None:
    """The context of a group, and that of its legs."""
    in_turn = node.strategy != "simultaneous"
    members = [member for member in node.members if member.target and (in_turn or member.delay_s < node.ring_s)]
    legs = f"legs-{node.id}"
    steps = [*system.play(node.greeting), *system.prefix(node.caller_prefix)]
    no_answer = system.go(node.no_answer)
    outcomes = {
        "busy": system.go(node.busy) if node.busy else no_answer,
        "offline": system.go(node.offline) if node.offline else no_answer,
    }
    if not members:
        dialplan.place(name, [*steps, *outcomes["offline"]])
        return
    steps += _in_turn(node, legs, len(members)) if in_turn else dial_legs(legs, range(1, len(members) + 1), node.ring_s)
    steps += [f"Gosub(together,s,1({len(members)}))", *branches(outcomes, no_answer)]
    dialplan.place(name, steps)
    context = dialplan.context(legs)
    for position, member in enumerate(members, 1):
        delay = 0 if in_turn else member.delay_s
        context.extension(str(position), leg(position, _tries(system, node, member), delay))


def _tries(system: System, node: RingGroup, member: Member) -> str:
    if system.has_phone(member.extension):
        return rings(member.target, node.ring_s, confirm=member.confirm)
    if member.extension is None and member.number is not None:
        return calls(system, member.number, node.ring_s, confirm=member.confirm)
    return "Set(GOSUB_RETVAL=offline)"


def _in_turn(node: RingGroup, legs: str, count: int) -> list[Step]:
    """One after the other: in their order, from the one after who was first last time, or by lot."""
    begin: list[Step] = ["Set(__LEGS=${CHANNEL})", "Set(TURN=0)"]
    choose: list[Step] = ["Set(MEMBER=${TURN})"]
    if node.strategy == "rotating":
        begin += [f"Set(FIRST=$[0${{DB(rotate/{node.id})}} % {count}])", f"Set(DB(rotate/{node.id})=$[${{FIRST}} + 1])"]
        choose = [f"Set(MEMBER=$[(${{FIRST}} + ${{TURN}} - 1) % {count} + 1])"]
    if node.strategy == "random":
        begin.append(f"Set(LEFT={'-'.join(str(position) for position in range(1, count + 1))})")
        choose = [
            "Set(MEMBER=${CUT(LEFT,-,${RAND(1,${FIELDQTY(LEFT,-)})})})",
            "Set(LEFT=${LISTFILTER(LEFT,-,${MEMBER})})",
        ]
    return [
        *begin,
        ("next", "Set(TURN=$[${TURN} + 1])"),
        when(f"${{TURN}} > {count}", "over"),
        *choose,
        f"Dial(Local/${{MEMBER}}@{legs},{node.ring_s})",
        "Goto(next)",
        ("over", "NoOp()"),
    ]
