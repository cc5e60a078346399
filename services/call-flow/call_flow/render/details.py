"""What a card says about its place, in short lines."""

from collections.abc import Sequence

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension, Mailbox
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
from call_flow.render.words import Names, duration, listed, phone, several, week

STRATEGIES = {
    "simultaneous": "Rings all for {}", "sequential": "Rings one after the other, {} each",
    "rotating": "Rings in turn, {} each", "random": "Rings in random order, {} each",
    "ringall": "Rings everybody who is free", "leastrecent": "Rings who has rested longest",
    "fewestcalls": "Rings who had the fewest calls", "rrmemory": "Rings in turn", "linear": "Rings in a fixed order",
}  # fmt: skip
_GREETINGS = {
    "unavailable": "Says that nobody is available",
    "busy": "Says that the line is busy",
    "none": "Without a greeting",
}
_MEMBERS = 4


def of_node(graph: Graph, node: Node) -> list[str]:  # noqa: PLR0911, PLR0912 - a return for each kind
    """The lines of a node."""
    names = Names(graph)
    match node:
        case TimeSwitch():
            return _hours(graph, node)
        case Menu():
            dialling = ["Callers may dial an extension"] if node.direct_dial != "none" else []
            return [*_quoted(names, node.prompt), f"Up to {several(node.max_tries, 'try', 'tries')}", *dialling]
        case RingGroup():
            ringing = STRATEGIES[node.strategy].format(duration(node.ring_s))
            return [ringing, *_members(names, node.members)]
        case Queue():
            waiting = f"Callers wait up to {duration(node.max_wait_s)}"
            return [STRATEGIES[node.strategy], waiting, *_members(names, node.agents)]
        case Announcement():
            return _quoted(names, node.prompt)
        case Voicemail():
            return [_GREETINGS[node.greeting]]
        case Directory():
            return ["Callers spell a name", f"Knows {several(len(graph.listed(node)), 'person', 'people')}"]
        case External():
            return [phone(node.number), f"Rings for {duration(node.ring_s)}", *_confirmed(confirm=node.confirm)]
        case Toggle():
            return [f"Staff dial {node.code} to switch", f"Normally {node.default}"]
        case Page():
            return listed([names.extension(number) for number in node.members], _MEMBERS)
        case Conference():
            return [f"Room {node.room}"]
        case Hangup():
            return _quoted(names, node.prompt) if node.prompt else []
        case CallerMatch():
            return []


def of_extension(extension: Extension) -> list[str]:
    """The lines of a telephone."""
    follow = [f"Then {phone(also.number)} after {duration(also.delay_s)}" for also in extension.follow_me]
    return [f"Rings for {duration(extension.ring_s)}", *listed(follow, _MEMBERS)]


def of_mailbox(mailbox: Mailbox) -> list[str]:
    """The lines of a mailbox."""
    return listed([f"Mail to {address}" for address in mailbox.email], _MEMBERS)


def _hours(graph: Graph, node: TimeSwitch) -> list[str]:
    schedule = graph.schedules.get(node.schedule)
    if schedule is None:
        return [f"The schedule “{node.schedule}” is missing"]
    override = [f"By hand with {schedule.override.code}"] if schedule.override else []
    return [*listed(week(schedule), _MEMBERS), *override]


def _quoted(names: Names, prompt: str) -> list[str]:
    said = names.prompt(prompt)
    return [f"“{said}”"] if said else [f"The prompt “{prompt}” is missing"]


def _members(names: Names, members: Sequence[Member | Agent]) -> list[str]:
    return listed([names.member(member) for member in members], _MEMBERS) or ["Nobody"]


def _confirmed(*, confirm: bool) -> list[str]:
    return ["Takes the call by pressing 1"] if confirm else []
