"""Places that speak, record, or bring people together."""

from call_flow.flow.graph import Graph
from call_flow.flow.model import Mailbox
from call_flow.flow.nodes import Announcement, Conference, Hangup, Page, Voicemail
from call_flow.simulate.call import Call, End, Place, Way, way
from call_flow.simulate.spoken import seconds

#: Of the system's own greeting, where the customer has recorded none.
_GREETING_SECONDS = 5.0
_KEYS = "0123456789*#"


def mailbox(graph: Graph, item: Mailbox) -> Place:
    """A mailbox as a place."""
    prompts = {"unavailable": item.unavailable_greeting, "busy": item.busy_greeting, "none": None}
    lengths = {greeting: seconds(graph, prompt) or _GREETING_SECONDS for greeting, prompt in prompts.items()}
    operator = way(item.operator) if item.operator else None

    def place(call: Call, onward: Way) -> Way | End:
        greeting = onward.greeting
        if greeting != "none":
            prompt = prompts[greeting]
            if prompt is not None:
                call.prompts.append(prompt)
            if operator is None:
                call.seconds += lengths[greeting]
            elif _asks_for_operator(call, lengths[greeting], ends=_KEYS if prompt is not None else "#"):
                call.passes("mailbox", item.number, "mailbox", "key:0", "pressed 0 during the greeting")
                return operator
        call.passes("mailbox", item.number, "mailbox", "message", "left a message")
        return End("message_left", item.number)

    return place


def _asks_for_operator(call: Call, greeting_seconds: float, ends: str) -> bool:
    """Whether 0 is pressed before the greeting ends, by itself or by another key; the time of the greeting passes."""
    heard = 0.0
    while (found := call.pressed_within(greeting_seconds - heard)) is not None:
        key, after = found
        heard += after
        if key == "0" or key in ends:
            call.seconds += heard
            return key == "0"
    call.seconds += greeting_seconds
    return False


def voicemail(_: Graph, node: Voicemail) -> Place:
    """A node that leads to a mailbox, as a place."""
    onward = Way("mailbox", node.mailbox, node.greeting)

    def place(call: Call, _: Way) -> Way | End:
        call.passes("node", node.id, "voicemail", "message", f"to mailbox {node.mailbox}")
        return onward

    return place


def announcement(graph: Graph, node: Announcement) -> Place:
    """An announcement as a place."""
    length, onward = seconds(graph, node.prompt), way(node.then)

    def place(call: Call, _: Way) -> Way | End:
        call.play(node.prompt, length)
        call.passes("node", node.id, "announcement", "done", "heard to the end")
        return onward

    return place


def hangup(graph: Graph, node: Hangup) -> Place:
    """An end as a place."""
    length = seconds(graph, node.prompt)

    def place(call: Call, _: Way) -> Way | End:
        call.play(node.prompt, length)
        call.passes("node", node.id, "hangup", "done", "the call is ended")
        return End("hangup", node.cause)

    return place


def page(_: Graph, node: Page) -> Place:
    """A loudspeaker call as a place."""

    def place(call: Call, _: Way) -> Way | End:
        call.passes("node", node.id, "page", "done", f"speaks through {len(node.members)} telephones")
        return End("answered", node.id)

    return place


def conference(_: Graph, node: Conference) -> Place:
    """A room where callers meet, as a place."""

    def place(call: Call, _: Way) -> Way | End:
        call.passes("node", node.id, "conference", "done", f"joined room {node.room}")
        return End("answered", node.id)

    return place
