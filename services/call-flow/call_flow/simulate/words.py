"""What becomes of a call, in plain English."""

from call_flow.flow.graph import Graph
from call_flow.flow.scenario import Result
from call_flow.render.words import CAUSES, Names, human, phone


def ending(graph: Graph, result: Result) -> str:  # noqa: PLR0911 - a return for each end
    """How a call ends, such as "Ann Archer (101) answers"."""
    names, kind, target = Names(graph), result.terminal.type, result.terminal.target
    if kind == "answered":
        if target in graph.extensions:
            return f"{names.extension(target)} answers"
        if target in graph.nodes:
            return f"the caller joins {names.node(graph.nodes[target])}"
        return f"code {target} is taken"
    if kind == "message_left":
        box = names.mailbox(target)
        return f"the caller leaves a message in {box[:1].lower()}{box[1:]}"
    if kind == "external":
        return f"the caller is connected with {phone(target)}"
    if kind == "emergency":
        return f"the call goes to {target} at once"
    said = {str(cause): words for cause, words in CAUSES.items()}.get(target, target)
    return f"{said[:1].lower()}{said[1:]}"


def experience(graph: Graph, result: Result) -> str:
    """What the caller hears, and how the call ends: one sentence."""
    heard = list(dict.fromkeys(result.prompts))
    quoted = ", ".join(f"“{human(prompt)}”" for prompt in heard)
    said = f"hears {quoted}; " if heard else ""
    whole = f"{said}{ending(graph, result)}"
    return f"{whole[:1].upper()}{whole[1:]}."
