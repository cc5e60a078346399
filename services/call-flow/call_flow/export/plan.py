"""What every export begins with: a flow with its parts by name, its hours cut at midnight, and its notes."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from call_flow.export.agenda import Agenda, agenda
from call_flow.export.fidelity import Notes
from call_flow.export.labels import shown
from call_flow.flow.calendar import Calendar, UnknownHolidays, zone
from call_flow.flow.destination import Destination
from call_flow.flow.graph import Graph, vertex
from call_flow.flow.hours import Schedule
from call_flow.flow.model import Extension, Flow, Prompt
from call_flow.flow.nodes import Agent, Member, Menu
from call_flow.flow.values import Part

#: Gives the password of a name, as `Target` says.
Secret = Callable[[str], str]
_Some = TypeVar("_Some", bound=Part)
_NOWHERE = Destination(hangup="unallocated")
_ASCENDING = "01234567890123456789"


class Plan:
    """A flow as exports see it. Of parts that share a name the first counts, as in `call_flow.flow.graph`."""

    def __init__(self, flow: Flow) -> None:
        """Reads the flow; parts that are there twice are noted."""
        self.flow = flow
        self.graph = Graph(flow)
        self.notes = Notes()
        self.numbers = self._unique(flow.numbers, "e164", "numbers")
        self.extensions = self._unique(flow.extensions, "number", "extensions")
        self.mailboxes = self._unique(flow.mailboxes, "number", "mailboxes")
        self.nodes = self._unique(flow.nodes, "id", "nodes")
        self.prompts = self._unique(flow.prompts, "id", "prompts")
        self.schedules = self._unique(flow.schedules, "id", "schedules")
        self.trunks = self._unique(flow.trunks, "id", "trunks")
        self._pointers = {id(part): pointer for pointer, part in self._listed()}

    def _listed(self) -> Iterator[tuple[str, Part]]:
        for where in ("numbers", "extensions", "mailboxes", "nodes", "prompts", "schedules", "trunks", "outbound"):
            for position, part in enumerate(getattr(self.flow, where)):
                yield f"/{where}/{position}", part

    def _unique(self, parts: Sequence[_Some], key: str, where: str) -> list[_Some]:
        found: dict[str, _Some] = {}
        for position, part in enumerate(parts):
            if found.setdefault(getattr(part, key), part) is not part:
                how = "Another one has the same name and comes before it. Give it a name of its own."
                self.notes.unsupported(f"/{where}/{position}", how)
        return list(found.values())

    def pointer(self, part: Part) -> str:
        """Where a part of this flow stands in it."""
        return self._pointers[id(part)]

    @cached_property
    def agendas(self) -> dict[str, Agenda]:
        """The hours of each schedule. Holidays that the calendar library does not know are noted and left out."""
        found: dict[str, Agenda] = {}
        for schedule in self.schedules:
            holiday_set = self.graph.holiday_sets.get(schedule.holiday_set or "")
            try:
                found[schedule.id] = agenda(Calendar(schedule, holiday_set))
            except UnknownHolidays:
                how = "The public holidays of this country or subdivision are not known. Enter them as custom holidays."
                self.notes.unsupported(f"/holiday_sets/{self._holidays(schedule)}", how)
                found[schedule.id] = agenda(Calendar(schedule, None))
        return found

    def _holidays(self, schedule: Schedule) -> int:
        return next(at for at, known in enumerate(self.flow.holiday_sets) if known.id == schedule.holiday_set)

    def agenda(self, schedule: str) -> Agenda:
        """The hours of a schedule; one that does not exist is never open."""
        return self.agendas.get(schedule, Agenda(((),) * 7, ()))

    def time_zone(self, schedule: str) -> str:
        """The zone of a schedule; UTC in place of one that does not exist."""
        known = self.graph.schedules.get(schedule)
        return self.valid_zone(known.time_zone if known else self.flow.customer.time_zone)

    @staticmethod
    def valid_zone(name: str) -> str:
        """A name of the IANA database; UTC in place of one that is none."""
        return name if zone(name) is not None else "UTC"

    def sound(self, destination: Destination) -> Destination:
        """The destination itself, or the end of the call when there is nothing there."""
        return destination if self.graph.exists(vertex(destination)) else _NOWHERE

    def members(self, members: Sequence[Member]) -> list[Member]:
        """Those of a group that exist."""
        return [member for member in members if member.number or member.extension in self.graph.extensions]

    def agents(self, agents: Sequence[Agent]) -> list[Agent]:
        """Those of a queue that exist."""
        return [agent for agent in agents if agent.number or agent.extension in self.graph.extensions]

    def dialled_directly(self, menu: Menu) -> list[str]:
        """The extensions that a caller may dial in a menu, less those that do not exist or are a key of it."""
        known = (number for number in self.graph.direct_dial(menu) if number in self.graph.extensions)
        return [number for number in dict.fromkeys(known) if number not in menu.keys]

    def prompt(self, name: str | None) -> Prompt | None:
        """A prompt by its id, if there is one."""
        return self.graph.prompts.get(name or "")

    def words(self, name: str | None) -> str:
        """What a prompt says in the customer's first language, or the first it has, as one line.

        Empty if there is no prompt, or nothing in it that can be said.
        """
        prompt = self.prompt(name)
        if prompt is None:
            return ""
        first = self.flow.customer.languages[0]
        return shown(prompt.texts.get(first) or next(iter(prompt.texts.values())), 4000)

    def after(self, extension: Extension) -> Destination:
        """Where calls go that an extension does not answer."""
        return self.sound(self.graph.after(extension, "no_answer"))


def key(*parts: str, length: int = 32) -> str:
    """A name of hexadecimal digits that is the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


def pin(secret: Secret, mailbox: str) -> str:
    """Six digits that open a mailbox, which nobody guesses first: no row, no repetition, not the mailbox's number."""
    found = _drawn(secret(f"voicemail:{mailbox}"))
    while _is_weak(found, mailbox):
        found = _drawn(found)
    return found


def _drawn(word: str) -> str:
    return f"{int(key(word), 16) % 1_000_000:06}"


def _is_weak(digits: str, mailbox: str) -> bool:
    rows = digits in _ASCENDING or digits in _ASCENDING[::-1]
    repeated = len(set(digits)) < 3 or digits[:3] == digits[3:]
    return rows or repeated or (len(mailbox) > 1 and mailbox in digits)
