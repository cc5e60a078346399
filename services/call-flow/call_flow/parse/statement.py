"""What a text says, taken apart: pieces of the text itself, each with its place, under the name of what they mean.

Rules and language models only cut and label. Every value is worked out from the pieces afterwards, by rules, so nothing
can come out that does not stand in the text.
"""

from dataclasses import dataclass
from typing import Literal, get_args

#: What a statement is about.
Kind = Literal[
    "customer", "country", "time_zone", "language", "address", "number", "extension", "hours", "closed", "always_open",
    "break", "holiday", "working_holiday", "greeting", "menu", "group", "queue", "during_hours", "after_hours",
    "on_holidays", "no_answer", "operator", "mailbox", "no_voicemail", "direct_dial", "emergency_contact", "provider",
    "uncertain",
]  # fmt: skip
#: What a piece is in its statement.
Role = Literal[
    "name", "number", "phone", "mobile", "direct", "email", "days", "opens", "closes", "day", "until", "key", "label",
    "to", "member", "manner", "seconds", "then", "words",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, order=True)
class Fragment:
    """A piece of a text: `text` is `source[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Statement:
    """One thing that the text says. `quote` proves it and contains its parts; `sentence` numbers where it stands."""

    kind: Kind
    quote: Fragment
    parts: tuple[tuple[Role, Fragment], ...] = ()
    sentence: int = 0

    def all(self, role: Role) -> list[Fragment]:
        """The pieces with a role, in their order."""
        return [fragment for name, fragment in self.parts if name == role]

    def one(self, role: Role) -> Fragment | None:
        """The first piece with a role."""
        return next(iter(self.all(role)), None)


def cut(source: str, start: int, end: int, around: str = " \t\r\n,;") -> Fragment:
    """The piece of a text between two places, without the blanks and signs around it."""
    while start < end and (source[start] in around or source[start].isspace()):
        start += 1
    while end > start and (source[end - 1] in around or source[end - 1].isspace()):
        end -= 1
    return Fragment(start, end, source[start:end])
