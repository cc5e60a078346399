"""A sentence as rules look at it: what stands in it by form, and statements made of its pieces."""

import re
from functools import cached_property

from call_flow.parse import mentions
from call_flow.parse.meaning.dates import DATE
from call_flow.parse.mentions import Span
from call_flow.parse.sentences import Sentence
from call_flow.parse.statement import Fragment, Kind, Role, Statement
from call_flow.spec.words import folded

_DATE = re.compile(DATE, re.IGNORECASE)
Part = tuple[Role, int, int]


class Scan:
    """A sentence with its telephone numbers and mail addresses found."""

    def __init__(self, sentence: Sentence) -> None:
        """Looks at one sentence."""
        self.sentence = sentence
        self.text = sentence.text

    @cached_property
    def phones(self) -> list[Span]:
        """Where telephone numbers stand."""
        return mentions.phones(self.text)

    @cached_property
    def emails(self) -> list[Span]:
        """Where mail addresses stand."""
        return mentions.emails(self.text)

    @cached_property
    def dates(self) -> list[Span]:
        """Where dates stand."""
        if not self.has_figures:
            return []
        return [match.span() for match in _DATE.finditer(self.text)]

    @cached_property
    def has_figures(self) -> bool:
        """Whether there are digits in it at all."""
        return any(sign.isdigit() for sign in self.text)

    @property
    def taken(self) -> list[Span]:
        """Where figures stand that are part of a telephone number or mail address."""
        return [*self.phones, *self.emails]

    def say(self, kind: Kind, start: int, end: int, *parts: Part) -> Statement:
        """A statement that the piece from `start` to `end` makes; each part gets its own piece."""
        pieces = tuple((role, self.sentence.cut(first, last)) for role, first, last in parts)
        begin, stop = min([start, *(p[1] for p in parts)]), max([end, *(p[2] for p in parts)])
        return Statement(
            kind, self.sentence.cut(begin, stop, " \t\r\n"), tuple(p for p in pieces if p[1].text), self.sentence.index
        )


class Names:
    """Words that mean somebody: of people and groups that the text tells of."""

    def __init__(self, statements: list[Statement]) -> None:
        """Reads the names of extensions, groups and queues."""
        self.people: set[str] = set()
        self.groups: set[str] = set()
        for statement in statements:
            if statement.kind == "extension":
                for name in statement.all("name"):
                    self.people |= _words(name)
                self.people |= {number.text for number in statement.all("number")}
            elif statement.kind in ("group", "queue"):
                self.groups |= {folded(name.text) for name in statement.all("name")}
        self._first_words = {word for name in (*self.people, *self.groups) for word in name.split()}

    def occur_in(self, text: str) -> bool:
        """Whether a text may mention somebody."""
        return any(
            word.strip(".,;:()\"'").casefold() in self._first_words for word in re.split(r"[\s,;:()&/+-]+", text)
        )

    def knows(self, words: str) -> bool:
        """Whether somebody is called so."""
        plain = folded(words)
        return plain in self.people or plain in self.groups


_TITLE = re.compile(r"(?:dr|mr|mrs|ms|miss|prof|herr|frau)\.?\s+")


def _words(name: Fragment) -> set[str]:
    whole = folded(name.text)
    plain = _TITLE.sub("", whole)
    parts = plain.replace(",", " ").split()
    return {whole, plain, *parts[:1], *(" ".join(parts[first:]) for first in range(1, len(parts)))}
