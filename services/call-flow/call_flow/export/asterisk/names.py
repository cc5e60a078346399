"""What the parts of a flow are called in Asterisk: names made of ids and numbers, never of words."""

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.model import Flow
from call_flow.flow.values import Language

_PREFIXES = {
    "number": "number", "node": "node", "extension": "dial", "mailbox": "mailbox", "external": "external",
    "hangup": "hangup",
}  # fmt: skip
#: What calls for help come to, whichever number was dialled.
EMERGENCY_CALL = "emergency-call"


def context(place: Vertex) -> str:
    """The context in which a vertex of the graph has its extension `s`."""
    return f"{_PREFIXES[place.kind]}-{place.name.removeprefix('+')}"


def contexts(flow: Flow) -> dict[str, str]:
    """Which vertex each context stands for, as `kind:name`; calls for help are `emergency`.

    Contexts that are not listed are steps on the way: an AMI `Newexten` in one of them is no part of the path.
    """
    graph = Graph(flow)
    places = [Vertex("number", number) for number in graph.numbers]
    places += [Vertex("node", name) for name in graph.nodes]
    places += [Vertex("extension", number) for number in graph.extensions]
    places += [Vertex("mailbox", number) for number in graph.mailboxes]
    on = [edge.target for edge in graph.edges if not edge.answers]
    places += sorted({place for place in on if place.kind in ("external", "hangup")})
    found = {context(place): f"{place.kind}:{place.name}" for place in places}
    emergency = flow.emergency
    return found | ({EMERGENCY_CALL: "emergency"} if emergency.numbers or emergency.test_numbers else {})


def trunk(name: str) -> str:
    """The endpoint of a trunk."""
    return f"trunk-{name}"


def emergency_trunk(name: str) -> str:
    """The endpoint by which calls for help take a trunk: it tells where the caller is."""
    return f"emergency-{name}"


def place(site: str, location: str | None) -> str:
    """The profile that tells where a telephone is."""
    return f"place-{site}.{location}" if location else f"place-{site}"


def directory_file(node: str) -> str:
    """Who can be found in a directory."""
    return f"directory_{node.replace('-', '_')}.conf"


def language(code: Language) -> str:
    """A language as Asterisk writes it."""
    return code.replace("-", "_")
