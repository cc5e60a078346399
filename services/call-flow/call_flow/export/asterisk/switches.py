"""Switches that staff turn, and the sorting of callers by their number."""

from call_flow.export.asterisk.dialplan import Dialplan, Step, labelled, when, when_equal
from call_flow.export.asterisk.system import System
from call_flow.export.numberplan import NumberPlan
from call_flow.flow.nodes import CallerMatch, Toggle


def toggle(system: System, dialplan: Dialplan, name: str, node: Toggle) -> None:
    """The context of a switch, and what its code does. AstDB holds its state under `toggle/<id>`."""
    other = "off" if node.default == "on" else "on"
    destinations = {"on": system.go(node.on), "off": system.go(node.off)}
    dialplan.place(
        name,
        [
            f"Set(STATE=${{DB(toggle/{node.id})}})",
            when_equal("STATE", other, other),
            *destinations[node.default],
            *labelled(other, destinations[other]),
        ],
    )
    lamp = f"DEVICE_STATE(Custom:toggle-{node.id})"
    dialplan.place(
        f"switch-{node.id}",
        [
            "Answer()",
            f"Set(STATE=${{IF($[${{LEN(${{DB(toggle/{node.id})}})}} > 0]?${{DB(toggle/{node.id})}}:{node.default})}})",
            when_equal("STATE", "on", "off"),
            f"Set(DB(toggle/{node.id})=on)",
            f"Set({lamp}=INUSE)",
            "Playback(activated)",
            "Hangup()",
            ("off", f"Set(DB(toggle/{node.id})=off)"),
            f"Set({lamp}=NOT_INUSE)",
            "Playback(de-activated)",
            "Hangup()",
        ],
    )


def caller_match(system: System, dialplan: Dialplan, name: str, node: CallerMatch) -> None:
    """The context of a sorting of callers."""
    steps: list[Step] = ["Gosub(caller,s,1)", "Set(CALLER=${GOSUB_RETVAL})"]
    for position, rule in enumerate(node.rules):
        if rule.anonymous:
            steps.append(when_equal("CALLER", "anonymous", f"match{position}"))
        if rule.prefix is not None:
            steps.append(when_equal(f"CALLER:0:{len(rule.prefix)}", rule.prefix, f"match{position}"))
    steps += system.go(node.otherwise)
    for position, rule in enumerate(node.rules):
        steps += labelled(f"match{position}", system.go(rule.then))
    dialplan.place(name, steps)


def callers(system: System, dialplan: Dialplan) -> None:
    """The subroutine that returns who calls: their number as E.164 writes it, or `anonymous`."""
    plan = NumberPlan(system.flow.customer.country)
    steps: list[Step] = [
        when('"${CALLERID(num-pres):0:5}" = "prohi"', "anonymous"),
        "Set(LOCAL(number)=${FILTER(0-9+,${CALLERID(num)})})",
        when("${LEN(${number})} = 0", "anonymous"),
    ]
    for begin, length, instead in plan.written():
        condition = f'"x${{number:0:{len(begin)}}}" = "x{begin}"'
        if length:
            condition = f"({condition}) & (${{LEN(${{number}})}} = {length})"
        steps += [f"ExecIf($[{condition}]?Set(LOCAL(number)={instead}${{number:{len(begin)}}}))"]
    dialplan.place("caller", [*steps, "Return(${number})", ("anonymous", "Return(anonymous)")])
