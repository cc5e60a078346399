"""The specification while it is being filled in: each value with the words that prove it, and what must be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import JsonValue

from call_flow.parse.statement import Fragment, Statement
from call_flow.spec.draft import escaped

#: As long as labels may be.
LONGEST_LABEL = 200
_SHOWN = 160
_NEAR = 800
_MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Cell:
    """A value and the piece of the text that proves it."""

    value: JsonValue
    proof: Fragment


#: A specification, or a part of one, in which each value is a cell.
Made: TypeAlias = "dict[str, Made] | list[Made] | Cell"
Tree: TypeAlias = dict[str, Made]


@dataclass(frozen=True)
class Question:
    """What the customer must be asked, and the place of the specification that it is about."""

    pointer: str | None
    question: str


@dataclass
class Sheet:
    """What is known so far. `country` is the one whose numbers and holidays are meant."""

    source: str
    country: str
    is_country_known: bool
    year: int
    tree: Tree = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    used: list[Fragment] = field(default_factory=list)

    def ask(self, pointer: str | None, question: str) -> None:
        """Note a question, once."""
        asked = Question(pointer, question)
        if asked not in self.questions and len(self.questions) < _MOST_QUESTIONS:
            self.questions.append(asked)

    def contradiction(self, pointer: str, first: Fragment, second: Fragment, question: str) -> None:
        """Note that the text says two things; neither is taken."""
        self.ask(pointer, f"The text says {shown(first)} and also {shown(second)}. {question}")

    def put(self, name: str, value: JsonValue, proof: Fragment) -> None:
        """Give a field of the specification its value."""
        self.tree[name] = Cell(value, proof)

    def both(self, first: Fragment, second: Fragment) -> Fragment:
        """The piece of the text that holds two others, if they are near; else the second."""
        start, end = min(first.start, second.start), max(first.end, second.end)
        return Fragment(start, end, self.source[start:end]) if end - start <= _NEAR else second

    def use(self, statement: Statement) -> None:
        """Note that something was made of a statement."""
        self.used.append(statement.quote)


def shown(fragment: Fragment) -> str:
    """A piece of the text as it stands in a question: on one line and not too long."""
    plain = " ".join(fragment.text.split()).rstrip(".,;")
    return f"“{plain[:_SHOWN]}…”" if len(plain) > _SHOWN else f"“{plain}”"


def shortened(text: str, most: int) -> str:
    """A text on one line, of so many signs and of whole words."""
    spaced = " ".join(text.split())
    if len(spaced) <= most:
        return spaced
    return spaced[: most + 1].rpartition(" ")[0] or spaced[:most]


def plain(tree: Made) -> JsonValue:
    """The values alone."""
    if isinstance(tree, Cell):
        return tree.value
    if isinstance(tree, list):
        return [plain(item) for item in tree]
    return {name: plain(item) for name, item in tree.items()}


def cells(tree: Made, pointer: str = "") -> Iterator[tuple[str, JsonValue, Fragment]]:
    """Each value that stands alone, with its JSON pointer and its proof."""
    if isinstance(tree, Cell):
        yield from ((where, value, tree.proof) for where, value in _leaves(tree.value, pointer))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from cells(item, f"{pointer}/{number}")
    else:
        for name, item in tree.items():
            yield from cells(item, f"{pointer}/{escaped(name)}")


def _leaves(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{number}")
    elif isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _leaves(item, f"{pointer}/{escaped(name)}")
    else:
        yield pointer, value
