"""What happens to a call from a place on, told in a sentence or two."""

from collections.abc import Sequence

from call_flow.documents.material import Material
from call_flow.flow.destination import Destination
from call_flow.flow.nodes import (
    Agent,
    Announcement,
    CallerMatch,
    Conference,
    Directory,
    External,
    Hangup,
    Member,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
    Toggle,
    Voicemail,
)  # fmt: skip
from call_flow.render.words import duration, phone, several

_NODES = 4
_SHOWN = 6
_ENDS = (".", "!", "?", "…", ".”", "!”", "?”")
_TOGETHER = {
    "simultaneous": "together for {}", "sequential": "one after the other, {} each", "rotating": "in turn, {} each",
    "random": "in random order, {} each",
}  # fmt: skip


def story(material: Material, destination: Destination, told: frozenset[str] = frozenset()) -> str:
    """What a caller gets who is sent there. After some nodes, or at one of those `told`, only where they come to."""
    names = material.names
    match destination.kind:
        case "node":
            node = material.graph.nodes.get(destination.target)
            if node is None or node.id in told or len(told) == _NODES:
                return f"the call goes on to “{names.destination(destination)}”"
            return _of_node(material, node, told | {node.id})
        case "extension":
            return f"{names.destination(destination)} rings"
        case "mailbox":
            return f"the caller may leave a message in {_lower(names.destination(destination))}"
        case "number":
            return f"{names.destination(destination)} rings"
        case "hangup":
            return _lower(names.destination(destination))


def _of_node(material: Material, node: Node, told: frozenset[str]) -> str:  # noqa: PLR0911, PLR0912 - a return for each kind
    names = material.names
    match node:
        case Menu():
            keys = [f"{key} {names.destination(destination)}" for key, destination in node.keys.items()]
            return f"the menu “{names.node(node)}” offers {_and(keys)}"
        case RingGroup():
            how = _TOGETHER[node.strategy].format(duration(node.ring_s))
            ring = f"ring {how}" if len(node.members) > 1 else f"rings for {duration(node.ring_s)}"
            return f"{_who(material, node.members)} {ring}. If nobody answers, {story(material, node.no_answer, told)}"
        case Queue():
            waits = f"the caller waits up to {duration(node.max_wait_s)} for {_who(material, node.agents)}"
            return f"{waits}. If nobody is free by then, {story(material, node.timeout, told)}"
        case Announcement():
            return f"the caller hears “{names.prompt(node.prompt)}” Then {story(material, node.then, told)}"
        case Voicemail():
            return f"the caller may leave a message in {_lower(names.mailbox(node.mailbox))}"
        case Directory():
            people = several(len(material.graph.listed(node)), "person", "people")
            return f"the caller finds one of {people} by spelling the name"
        case External():
            rings = f"{phone(node.number)} rings for {duration(node.ring_s)}"
            return f"{rings}. If nobody answers, {story(material, node.no_answer, told)}"
        case CallerMatch():
            some = f"callers who are known by their number go their own way ({several(len(node.rules), 'rule')})"
            return f"{some}. For all others {story(material, node.otherwise, told)}"
        case Toggle():
            on = f"while staff have “{names.node(node)}” switched on, {story(material, node.on, told)}"
            return f"{on}. Otherwise {story(material, node.off, told)}"
        case TimeSwitch():
            return f"it depends on the hours “{names.node(node)}”"
        case Page():
            return f"the caller speaks through the loudspeakers of {several(len(node.members), 'telephone')}"
        case Conference():
            return f"the caller joins the meeting room {node.room}"
        case Hangup():
            said = f"the caller hears “{names.prompt(node.prompt)}” Then " if node.prompt else ""
            return f"{said}the call ends"


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(_ENDS) else '.'}"


def _who(material: Material, members: Sequence[Member | Agent]) -> str:
    return _and([material.names.member(member) for member in members]) or "nobody"


def _and(items: list[str]) -> str:
    if len(items) > _SHOWN:
        items = [*items[: _SHOWN - 1], f"{len(items) - _SHOWN + 1} more"]
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
