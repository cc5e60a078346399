"""Rules about calls that go round."""

from collections.abc import Iterator

from call_flow.flow.graph import Edge, Vertex
from call_flow.validate.context import Context
from call_flow.validate.graph import words
from call_flow.validate.naming import listed
from call_flow.validate.paths import chosen
from call_flow.validate.people import people
from call_flow.validate.rule import Found, Subject

LOOPS = Subject()


@LOOPS.rule(
    "graph.self", "error",
    title="A part that leads to itself",
    why="The caller never comes out of it.",
    fix="Lead somewhere else; a menu that shall be heard again has a replay key and a number of tries.",
)  # fmt: skip
def leads_to_itself(context: Context) -> Iterator[Found]:
    """An outcome that nobody chooses leads back to where it comes from."""
    for edge in context.graph.edges:
        if edge.source == edge.target and not chosen(edge) and not context.paths.is_queue(edge.source):
            yield Found(edge.pointer, f"{context.name(edge.source)} leads to itself ({words(edge)}).")


@LOOPS.rule(
    "graph.loop", "error",
    title="A loop without an end",
    why="A caller who does nothing goes round for ever, and holds a line.",
    fix="Let one of these outcomes lead to a mailbox, a person or a hang-up.",
)  # fmt: skip
def loop(context: Context) -> Iterator[Found]:
    """Outcomes that the caller does not decide lead in a circle, and no queue is on it."""
    for circle in context.paths.loops:
        if not circle.waits:
            yield Found(circle.edges[0].pointer, f"{_round(context, circle.edges)} lead in a circle without an end.")


@LOOPS.rule(
    "graph.loop-through-queue", "warning",
    title="Callers return to a queue without end",
    why="When nobody takes the call, the caller waits until they give up.",
    fix="Let one of these outcomes lead to a mailbox after some rounds, or raise the longest wait of the queue.",
)  # fmt: skip
def loop_through_queue(context: Context) -> Iterator[Found]:
    """Outcomes that the caller does not decide lead in a circle through a queue."""
    for circle in context.paths.loops:
        if circle.waits:
            message = f"Who waits in vain comes back again and again: {_round(context, circle.edges)}."
            yield Found(circle.edges[0].pointer, message)


def _round(context: Context, edges: tuple[Edge, ...]) -> str:
    return listed(f"{context.name(edge.source)} ({words(edge)})" for edge in edges)


@LOOPS.rule(
    "graph.loop-outside", "error",
    title="A call that goes out and comes back in",
    why="Each round takes two more lines of the carrier, until none is left.",
    fix="Lead to the extension, group or mailbox itself, not to a number of the customer's own.",
)  # fmt: skip
def loop_outside(context: Context) -> Iterator[Found]:
    """A call forwarded to an own number comes back to where it was forwarded."""
    ways = list(_to_own_numbers(context))
    circles = context.paths.together((source, Vertex("number", number)) for source, number, _ in ways)
    for source, number, where in ways:
        if circles.get(source, -1) == circles.get(Vertex("number", number), -2):
            yield Found(where, f"{context.name(source)} calls {number}, which is an own number and leads back to it.")


@LOOPS.rule(
    "graph.own-number", "warning",
    title="An own number called through the carrier",
    why="The call takes two lines, and the caller's number may be lost on the way.",
    fix="Lead to what the number leads to.",
)  # fmt: skip
def own_number(context: Context) -> Iterator[Found]:
    """A destination outside is a number of the customer's own."""
    for source, number, where in _to_own_numbers(context):
        yield Found(where, f"{context.name(source)} calls {number} outside, which is a number of the customer's own.")


def _to_own_numbers(context: Context) -> Iterator[tuple[Vertex, str, str]]:
    """From where, the number, and the pointer of it."""
    own, flow = context.graph.numbers, context.flow
    for edge in context.explicit():
        if edge.target.kind == "external" and edge.target.name in own:
            yield edge.source, edge.target.name, f"{edge.pointer}/number"
    for position, node in enumerate(flow.nodes):
        source = Vertex("node", node.id)
        if node.kind == "external" and node.number in own:
            yield source, node.number, f"/nodes/{position}/number"
    for person in people(context):
        if person.number in own:
            yield Vertex("node", person.group), str(person.number), f"{person.pointer}/number"
    for position, extension in enumerate(flow.extensions):
        for place, other in enumerate(extension.follow_me):
            if other.number in own:
                where = f"/extensions/{position}/follow_me/{place}/number"
                yield Vertex("extension", extension.number), other.number, where
