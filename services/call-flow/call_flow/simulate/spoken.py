"""How long things take that a caller listens to."""

from call_flow.flow.graph import Graph

#: Unhurried speech, about 150 words a minute.
_SECONDS_A_WORD = 0.4


def seconds(graph: Graph, prompt: str | None) -> float:
    """How long a prompt is: as given, else by its words. What the flow does not have takes no time."""
    found = graph.prompts.get(prompt) if prompt is not None else None
    if found is None:
        return 0.0
    if found.seconds is not None:
        return found.seconds
    return round(max(len(text.split()) for text in found.texts.values()) * _SECONDS_A_WORD, 1)
