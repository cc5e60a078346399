"""Menus: `Background` and `WaitExten`, with an explicit extension for every key and every number that may be dialled.

Asterisk collects keys as long as an extension of the context can still match, at most so many seconds between two.
"""

from call_flow.export.asterisk.dialplan import Dialplan, Step, when
from call_flow.export.asterisk.system import System
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import Menu


def menu(system: System, dialplan: Dialplan, name: str, node: Menu) -> None:
    """The context of a menu."""
    sound = system.sound(node.prompt)
    context = dialplan.place(
        name,
        [
            "Answer()",
            "Set(TRIES=0)",
            f"Set(TIMEOUT(digit)={node.digit_timeout_s})",
            ("listen", f"Background({sound})" if sound else "NoOp()"),
            f"WaitExten({node.timeout_s})",
            *_tried(system, node, node.no_input),
        ],
    )
    for key, destination in node.keys.items():
        context.extension(key, system.go(destination))
    if node.replay_key is not None and node.replay_key not in node.keys:
        context.extension(node.replay_key, ["Goto(s,listen)"])
    for number in system.plan.dialled_directly(node):
        if number != node.replay_key:
            context.extension(number, system.go(Destination(extension=number)))
    context.extension("i", [*system.play(node.invalid_prompt), *_tried(system, node, node.invalid)])


def _tried(system: System, node: Menu, last: Destination) -> list[Step]:
    """Listen again, or go where the last try leads."""
    return ["Set(TRIES=$[${TRIES} + 1])", when(f"${{TRIES}} < {node.max_tries}", "s,listen"), *system.go(last)]
