"""The parts of a flow in plain English, for pictures and documents."""

import re

import phonenumbers

from call_flow.flow.destination import Cause, Destination
from call_flow.flow.graph import Graph, Vertex, vertex
from call_flow.flow.hours import Range, Schedule
from call_flow.flow.nodes import Agent, Member, Node
from call_flow.flow.values import WEEKDAYS, Weekday

DAYS: dict[Weekday, str] = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
CAUSES: dict[Cause, str] = {
    "normal": "The call ends", "busy": "Busy tone", "no_answer": "The call ends unanswered",
    "congestion": "Tone of a full network", "rejected": "The call is refused", "unallocated": "“Number not in use”",
}  # fmt: skip
_KIND_WORDS = re.compile(r"[-_]+")


def phone(number: str) -> str:
    """A number of E.164 with the spaces that are usual in its country."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def duration(seconds: float) -> str:
    """A time in hours, minutes and seconds, such as "1 min 30 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return " ".join(parts) or "0 s"


def several(count: int, one: str, more: str = "") -> str:
    """A number with its noun, such as "1 call" or "3 calls"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def listed(items: list[str], most: int) -> list[str]:
    """The items; of too many the first ones, and how many are left."""
    return items if len(items) <= most else [*items[: most - 1], f"and {len(items) - most + 1:,} more"]


def spans(ranges: list[Range]) -> str:
    """The ranges of a day; "closed" for none."""
    return ", ".join("all day" if _is_whole_day(span) else f"{span.start}–{span.end}" for span in ranges) or "closed"


def week(schedule: Schedule) -> list[str]:
    """The week in as few lines as it takes: days in a row with equal hours are one, such as "Mon–Fri 08:00–17:00"."""
    runs: list[tuple[str, str, str]] = []
    for position, day in enumerate(WEEKDAYS):
        short, said = DAYS[day][:3], spans(schedule.ranges(position))
        if runs and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], short, said)
        else:
            runs.append((short, short, said))
    if len(runs) == 1:
        return [f"Every day {runs[0][2]}"]
    return [f"{first if first == last else f'{first}–{last}'} {said}" for first, last, said in runs]


def human(identifier: str) -> str:
    """An id as words: "main-menu" is "Main menu"."""
    return _KIND_WORDS.sub(" ", identifier).capitalize()


class Names:
    """What the parts of one flow are called."""

    def __init__(self, graph: Graph) -> None:
        """Parts are looked up in the graph."""
        self._graph = graph

    def node(self, node: Node) -> str:
        """The name of a node, or its id as words."""
        return node.name or human(node.id)

    def schedule(self, schedule: Schedule) -> str:
        """The name of a schedule, or its id as words."""
        return schedule.name or human(schedule.id)

    def extension(self, number: str) -> str:
        """Name and number of an extension."""
        found = self._graph.extensions.get(number)
        return f"{found.name} ({number})" if found and found.name != number else f"Extension {number}"

    def mailbox(self, number: str) -> str:
        """Number and name of a mailbox."""
        found = self._graph.mailboxes.get(number)
        return f"Mailbox {number} ({found.name})" if found and found.name else f"Mailbox {number}"

    def member(self, member: Member | Agent) -> str:
        """Who is rung."""
        return self.extension(member.extension) if member.extension else phone(member.number or "nobody")

    def vertex(self, place: Vertex) -> str:
        """The name of any place where a call can be."""
        match place.kind:
            case "node":
                node = self._graph.nodes.get(place.name)
                return human(place.name) if node is None else self.node(node)
            case "extension":
                return self.extension(place.name)
            case "mailbox":
                return self.mailbox(place.name)
            case "hangup":
                return {str(cause): words for cause, words in CAUSES.items()}.get(place.name, place.name)
            case "number" | "external":
                return phone(place.name)

    def destination(self, destination: Destination) -> str:
        """Where a call goes."""
        return self.vertex(vertex(destination))

    def prompt(self, identifier: str) -> str:
        """The words of a prompt in the first language that has them; empty if there is no such prompt."""
        found = self._graph.prompts.get(identifier)
        return next(iter(found.texts.values())) if found else ""


def _is_whole_day(span: Range) -> bool:
    return span.start == "00:00" and span.end in ("24:00", "00:00")
