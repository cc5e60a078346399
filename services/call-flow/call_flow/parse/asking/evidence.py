"""What a model said, held against the text: a piece that does not stand there does not count. Pure."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from call_flow.parse import mentions
from call_flow.parse.mentions import Span
from call_flow.parse.statement import Fragment, Kind, Role, Statement

_ALIKE = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
}  # fmt: skip
#: So many statements and parts are looked for in an answer, and each at so many places.
_MOST, _MOST_PLACES = 5000, 50
_LONGEST_QUOTE = 1000
_PHONES: frozenset[Role] = frozenset(("phone", "mobile", "direct"))
#: Kinds whose statements still say something when one of their parts is taken away.
_SEVERAL: frozenset[Kind] = frozenset(("extension", "number", "group", "queue", "mailbox", "emergency_contact"))
_SHORT: frozenset[Role] = frozenset(("number", "seconds", "key", "opens", "closes"))
_ASKED: dict[Kind, tuple[str, str]] = {
    "customer": ("/customer", "What is the company called?"),
    "country": ("/country", "In which country are you?"),
    "time_zone": ("/time_zone", "In which time zone are your opening hours?"),
    "language": ("/languages", "In which languages are callers greeted?"),
    "address": ("/address", "What is the address of the building?"),
    "provider": ("/trunk", "Who is the telephone provider?"),
    "number": ("/numbers", "Which telephone numbers do you have?"),
    "extension": ("/extensions", "Who has which extension, mail address and mobile number?"),
    "greeting": ("/greeting", "What shall callers hear first?"),
    "menu": ("/menu", "What does each key of the menu do?"),
    "group": ("/groups", "Who answers for which group, and for how long does it ring?"),
    "queue": ("/queues", "Who answers for which queue?"),
    "during_hours": ("/during_hours", "Where do calls go when you are open?"),
    "after_hours": ("/after_hours", "What shall happen to calls when it is closed?"),
    "on_holidays": ("/on_holidays", "What shall happen to calls on holidays?"),
    "no_answer": ("/groups", "Where do calls go that nobody takes, and after how many seconds?"),
    "operator": ("/operator", "Who takes callers that need a person?"),
    "mailbox": ("/mailbox", "Which mail address gets the messages?"),
    "emergency_contact": ("/emergency", "Who is told of an emergency call?"),
    "holiday": ("/holidays", "On which holidays are you closed?"),
    "working_holiday": ("/holidays", "On which holidays are you open?"),
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Role
    text: str


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")
    kind: Kind
    quote: str
    parts: list[_Part] = []


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    statements: list[_Said]


@dataclass
class Checked:
    """The statements that stand in the text; of those that do not, what is to be asked and told to the model."""

    statements: list[Statement] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def check(answer: str, text: "Text", *, sentence_of: Sequence[int]) -> Checked | None:
    """Hold a model's answer against the text; None when the answer cannot be read.

    `sentence_of` are the places where the text's sentences begin.
    """
    try:
        said = _Answer.model_validate_json(answer.strip())
    except ValidationError:
        return None
    found = Checked()
    sought = 0
    for item in said.statements:
        sought += 1 + len(item.parts)
        if sought > _MOST:
            break
        statement = _statement(item, text, found)
        if statement is not None:
            index = bisect_right(sentence_of, statement.quote.start)
            found.statements.append(Statement(statement.kind, statement.quote, statement.parts, index))
    return found


def _statement(item: _Said, text: "Text", found: Checked) -> Statement | None:
    quote = text.find(item.quote) if len(item.quote) <= _LONGEST_QUOTE else None
    if quote is None:
        _drop(found, item, f"no place of the text reads {item.quote[:80]!r}")
        return None
    parts: list[tuple[Role, Fragment]] = []
    for part in item.parts:
        piece = text.part(part.role, part.text, quote)
        if piece is not None:
            parts.append((part.role, piece))
            continue
        _drop(found, item, f"{part.text[:80]!r} does not stand in the quote {item.quote[:80]!r}")
        if item.kind not in _SEVERAL:
            return None
    if item.parts and not parts:
        return None
    return Statement(item.kind, quote, tuple(parts))


def _drop(found: Checked, item: _Said, fault: str) -> None:
    found.faults.append(fault)
    found.questions.append(_ASKED.get(item.kind, ("/hours", "When are you open?")))


class Text:
    """A text in which pieces are found again, whatever their spaces, capitals, quotation marks and dashes."""

    def __init__(self, source: str) -> None:
        """Makes it comparable once."""
        self.source = source
        signs: list[str] = []
        self._places: list[int] = []
        for place, sign in enumerate(source):
            for plain in unicodedata.normalize("NFKC", _ALIKE.get(sign, sign)).casefold():
                if plain.isspace() and signs and signs[-1] == " ":
                    continue
                signs.append(" " if plain.isspace() else plain)
                self._places.append(place)
        self._plain = "".join(signs)
        mentioned = sorted([*mentions.phones(source), *mentions.emails(source)])
        self._starts = [start for start, _ in mentioned]
        self._ends = [end for _, end in mentioned]

    def find(self, quote: str) -> Fragment | None:
        """Where a quote stands, with whole words."""
        return self._find(quote, 0, len(self._plain), is_cut=self._cuts_a_mention)

    def part(self, role: Role, words: str, quote: Fragment) -> Fragment | None:
        """Where a part of a statement stands in its quote: figures whole, and of the right form."""
        start, end = self._plain_place(quote.start), self._plain_place(quote.end)
        wrong = self._wrong_form if role in _SHORT else self._cuts_a_mention
        if role in _PHONES or role == "email":
            return self._mention(role, words, start, end)
        return self._find(words, start, end, is_cut=wrong)

    def _mention(self, role: Role, words: str, start: int, end: int) -> Fragment | None:
        piece = self._find(words, start, end, is_cut=self._cuts_a_mention)
        if piece is None:
            return None
        spans = mentions.emails(piece.text) if role == "email" else mentions.phones(piece.text)
        if len(spans) != 1:
            return None
        first, last = spans[0]
        return Fragment(piece.start + first, piece.start + last, piece.text[first:last])

    def _find(self, words: str, start: int, end: int, *, is_cut: Callable[[Span], bool]) -> Fragment | None:
        wanted = _comparable(words)
        if not wanted:
            return None
        place = self._plain.find(wanted, start, end)
        for _ in range(_MOST_PLACES):
            if place < 0:
                break
            first, last = self._places[place], self._places[place + len(wanted) - 1] + 1
            if not self._splits_a_word(first, last) and not is_cut((first, last)):
                return Fragment(first, last, self.source[first:last])
            place = self._plain.find(wanted, place + 1, end)
        return None

    def _plain_place(self, place: int) -> int:
        """The first comparable sign at or after a place of the text."""
        return bisect_left(self._places, place)

    def _splits_a_word(self, start: int, end: int) -> bool:
        text = self.source
        before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
        return before or (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())

    def _cuts_a_mention(self, span: Span) -> bool:
        """Whether it begins or ends within a telephone number or mail address."""
        return any(
            self._ends[before] > place for place in span if (before := bisect_left(self._starts, place) - 1) >= 0
        )

    def _wrong_form(self, span: Span) -> bool:
        """Whether figures are a piece of something longer: of a number, a time, an address."""
        last = bisect_left(self._starts, span[1]) - 1
        before, after = self.source[max(0, span[0] - 2) : span[0]], self.source[span[1] : span[1] + 2]
        return (
            (last >= 0 and self._ends[last] > span[0])
            or re.search(r"[0-9][:.,/]$|[+@]$", before) is not None
            or re.match(r"[:.,/][0-9]|@", after) is not None
        )


def _comparable(words: str) -> str:
    plain = unicodedata.normalize("NFKC", "".join(_ALIKE.get(sign, sign) for sign in words)).casefold()
    return " ".join(plain.split())
