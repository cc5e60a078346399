"""Rules about what callers go through: how far it is to a person, and who is sorted out."""

from collections.abc import Iterator

from call_flow.flow.graph import Vertex, vertex
from call_flow.flow.nodes import (
    CallerMatch,
    Hangup,
    Menu,
    TimeSwitch,
    Toggle,
)
from call_flow.validate.context import Context
from call_flow.validate.graph import words
from call_flow.validate.rule import Found, Subject

CALLERS = Subject()
_MOST_DECISIONS = 3
_MOST_MENUS = 2


@CALLERS.rule(
    "graph.no-human", "warning",
    title="No way to a person while it is open",
    why="Callers who need a person find none, however they choose.",
    fix="Lead at least one way from this number to an extension, a group or a queue.",
)  # fmt: skip
def no_human(context: Context) -> Iterator[Found]:
    """From a number, no way leads to somebody who can answer within opening hours."""
    humans = context.paths.decisions_in_hours
    for position, number in enumerate(context.flow.numbers):
        start = Vertex("number", number.e164)
        entered = context.graph.exists(vertex(number.entry))
        if number.kind != "fax" and entered and start not in humans:
            yield Found(f"/numbers/{position}", f"No way leads from {context.name(start)} to a person while open.")


@CALLERS.rule(
    "graph.far-from-human", "warning",
    title="Many choices before a person",
    why="Callers give up, or press 0 over and over.",
    fix="Make a shorter way, for instance key 0 of the first menu to the front desk.",
)  # fmt: skip
def far_from_human(context: Context) -> Iterator[Found]:
    """A caller must choose more than three times to come to a person."""
    for position, number in enumerate(context.flow.numbers):
        start = Vertex("number", number.e164)
        if (choices := context.paths.decisions.get(start, 0)) > _MOST_DECISIONS:
            message = f"Who calls {context.name(start)} has to choose {choices} times before a person can answer."
            yield Found(f"/numbers/{position}", message)


@CALLERS.rule(
    "graph.deep-menu", "warning",
    title="More than two menus in a row",
    why="Callers lose track of where they are.",
    fix="Bring its choices into a menu above, or lead to a group instead.",
)  # fmt: skip
def deep_menu(context: Context) -> Iterator[Found]:
    """A menu below a menu below a menu."""
    for position, node in enumerate(context.flow.nodes):
        level = context.paths.key_presses.get(Vertex("node", node.id), 0) + 1
        if isinstance(node, Menu) and level > _MOST_MENUS:
            yield Found(f"/nodes/{position}", f"{context.name(node.id)} is menu number {level} on a caller's way.")


@CALLERS.rule(
    "graph.silent-hangup", "warning",
    title="Callers are cut off without a word",
    why="They think that the line is broken, and call again.",
    fix="Play an announcement before the hang-up, or lead to a mailbox.",
)  # fmt: skip
def silent_hangup(context: Context) -> Iterator[Found]:
    """A call from outside is ended before it heard or reached anything."""
    waiting = [Vertex("number", number) for number in context.graph.numbers]
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        for edge in context.graph.outgoing.get(place, []):
            if edge.outcome.startswith("match:"):
                continue  # such callers are turned away on purpose
            if edge.destination.hangup == "normal" or _ends_silently(context, edge.target):
                if not edge.implied:
                    yield Found(
                        edge.pointer, f"{context.name(edge.source)} ends the call without a word ({words(edge)})."
                    )
            elif edge.target not in seen and isinstance(
                context.graph.nodes.get(edge.target.name), TimeSwitch | Toggle | CallerMatch
            ):
                seen.add(edge.target)
                waiting.append(edge.target)


def _ends_silently(context: Context, place: Vertex) -> bool:
    node = context.graph.nodes.get(place.name) if place.kind == "node" else None
    return isinstance(node, Hangup) and node.prompt is None and node.cause == "normal"
