"""How findings name the parts of a flow."""

import unicodedata
from collections.abc import Iterable

from call_flow.flow.graph import Graph, Vertex
from call_flow.flow.values import Weekday

_LONGEST = 60

#: What a node of a kind is called.
KIND_NAMES = {
    "time_switch": "time switch", "menu": "menu", "ring_group": "ring group", "queue": "queue",
    "announcement": "announcement", "voicemail": "voicemail", "directory": "directory",
    "external": "outside call", "caller_match": "caller match", "toggle": "switch", "page": "paging group",
    "conference": "conference", "hangup": "hang-up",
}  # fmt: skip

DAY_NAMES: dict[Weekday, str] = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip


def shown(text: str) -> str:
    """Words of the customer for use within a sentence: on one line, without control characters, not too long."""
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    line = " ".join(kept.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def quoted(text: str) -> str:
    """Words of the customer in quotes."""
    return f'"{shown(text)}"'


def listed(things: Iterable[str], most: int = 6) -> str:
    """Names in a row: `a, b and c`; of more than `most` it says how many are left out."""
    names = list(things)
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def extensions(numbers: Iterable[str]) -> str:
    """Extensions by their numbers."""
    known = list(numbers)
    return f"{'extension' if len(known) == 1 else 'extensions'} {listed(known)}"


def name(graph: Graph, place: Vertex) -> str:
    """A vertex by the label that people know it by."""
    match place.kind:
        case "number":
            number = graph.numbers.get(place.name)
            return f"the number {place.name}" + (f" ({shown(number.label)})" if number and number.label else "")
        case "node":
            node = graph.nodes.get(place.name)
            return f"the {KIND_NAMES[node.kind]} {quoted(node.name or node.id)}" if node else f'"{place.name}"'
        case "extension":
            extension = graph.extensions.get(place.name)
            known = extension and extension.name != extension.number
            return f"extension {place.name}" + (f" ({shown(extension.name)})" if extension and known else "")
        case "mailbox":
            mailbox = graph.mailboxes.get(place.name)
            return f"mailbox {place.name}" + (f" ({shown(mailbox.name)})" if mailbox and mailbox.name else "")
        case "external":
            return f"the outside number {place.name}"
        case "hangup":
            return f"the end of the call ({place.name.replace('_', ' ')})"
