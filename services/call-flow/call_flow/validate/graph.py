"""Rules about where calls go."""

from collections.abc import Iterator

from call_flow.flow.graph import MOST_EDGES, Edge, Vertex
from call_flow.flow.nodes import (
    Announcement,
    CallerMatch,
    Conference,
    Hangup,
    Page,
    TimeSwitch,
    Toggle,
)
from call_flow.validate.context import Context
from call_flow.validate.rule import Found, Subject

GRAPH = Subject()


@GRAPH.rule(
    "graph.too-large", "error",
    title="More outcomes than can be checked",
    why="Every extension that can be dialled in every menu is an outcome of its own; so many cannot be gone through.",
    fix="Let fewer menus and directories lead to all extensions, or split the system.",
)  # fmt: skip
def too_large(context: Context) -> Iterator[Found]:
    """The flow has more edges than are walked."""
    if (count := context.graph.edge_count) > MOST_EDGES:
        yield Found("/nodes", f"The flow has about {count} outcomes; up to {MOST_EDGES} are checked.")


@GRAPH.rule(
    "graph.dangling", "error",
    title="A destination that does not exist",
    why="The call would end in silence.",
    fix="Name a part of the flow that exists, or add this one.",
)  # fmt: skip
def dangling(context: Context) -> Iterator[Found]:
    """A destination names a node, extension or mailbox that the flow does not have."""
    for edge in context.explicit():
        if not context.graph.exists(edge.target):
            kind, target = edge.destination.kind, edge.destination.target
            what = f'a part "{target}"' if kind == "node" else f"{kind} {target}"
            yield Found(
                edge.pointer,
                f"{context.name(edge.source)} leads to {what}, which does not exist ({words(edge)}).",
                f"Add {what}, or lead to something that exists.",
            )


def words(edge: Edge) -> str:
    """An outcome as people say it."""
    kind, _, detail = edge.outcome.partition(":")
    said = {"key": f"key {detail}", "match": f"rule {int(detail) + 1}" if detail.isdigit() else ""}
    return said.get(kind) or edge.outcome.replace("_", " ")


@GRAPH.rule(
    "graph.no-number", "warning",
    title="No telephone number",
    why="Nobody can call in before a number leads into the flow.",
    fix="Which numbers does the customer have, and where shall each begin? Add them under numbers.",
)  # fmt: skip
def no_number(context: Context) -> Iterator[Found]:
    """The flow has no number."""
    if not context.flow.numbers:
        yield Found("/numbers", "The flow has no telephone number, so no call from outside enters it.")


@GRAPH.rule(
    "graph.unreachable", "warning",
    title="A part that no call comes to",
    why="It was meant to be used, or it is left over.",
    fix="Lead to it from somewhere, or remove it.",
)  # fmt: skip
def unreachable(context: Context) -> Iterator[Found]:
    """No call, from outside or inside, comes to a node."""
    if not context.flow.numbers:
        return
    for position, node in enumerate(context.flow.nodes):
        if Vertex("node", node.id) not in context.from_anywhere and not isinstance(node, Conference):
            fix = None
            if isinstance(node, Page):
                fix = "Staff dial it by an extension without a telephone (device none) whose on_no_answer leads here."
            yield Found(f"/nodes/{position}", f"No call comes to {context.name(node.id)}.", fix)


@GRAPH.rule(
    "graph.no-effect", "warning",
    title="A decision without an effect",
    why="Whatever it decides, the call goes to the same place.",
    fix="Lead its outcomes to different places, or leave it out.",
)  # fmt: skip
def no_effect(context: Context) -> Iterator[Found]:
    """All outcomes of a time switch, switch or caller match are the same."""
    for position, node in enumerate(context.flow.nodes):
        match node:
            case TimeSwitch():
                outcomes = [node.open, node.closed, node.holiday or node.closed]
            case Toggle():
                outcomes = [node.on, node.off]
            case CallerMatch():
                outcomes = [*(rule.then for rule in node.rules), node.otherwise]
            case _:
                continue
        if all(outcome == outcomes[0] for outcome in outcomes):
            yield Found(f"/nodes/{position}", f"All outcomes of {context.name(node.id)} lead to the same place.")


@GRAPH.rule(
    "graph.twin", "info",
    title="Two parts that do the same",
    why="A change to one of them is easily forgotten in the other.",
    fix="Use one of them for both, unless they are to become different.",
)  # fmt: skip
def twin(context: Context) -> Iterator[Found]:
    """Two nodes differ in nothing but their id and name."""
    first: dict[str, str] = {}
    for position, node in enumerate(context.flow.nodes):
        if isinstance(node, Hangup | Announcement) and node.prompt is None:
            continue
        same = first.setdefault(node.model_dump_json(exclude={"id", "name"}), node.id)
        if same != node.id:
            yield Found(f"/nodes/{position}", f"{context.name(node.id)} does the same as {context.name(same)}.")
