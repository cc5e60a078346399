"""A configuration that commands are tried on: a tree that gives back all lines that were not touched as they were."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engineering_api.reading.tree import Node


@dataclass(slots=True, eq=False)
class Piece:
    """A statement with its own lines, those before it that say nothing, and those that close its block."""

    text: str
    own: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    children: list["Piece"] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def walk(self) -> Iterator["Piece"]:
        """Itself and everything below."""
        waiting = [self]
        while waiting:
            piece = waiting.pop()
            yield piece
            waiting.extend(reversed(piece.children))

    def remove(self, child: "Piece") -> None:
        """Take a statement out, with all that is below it."""
        self.children.remove(child)


def draft(texts: Sequence[str], nodes: Sequence[Node]) -> Piece:
    """The outermost level as a piece without a text, whose children are the nodes."""
    top = Piece("")
    waiting: list[tuple[Piece, Sequence[Node], int, int]] = [(top, nodes, 0, len(texts))]
    while waiting:
        owner, inside, at, last = waiting.pop()
        for node in inside:
            own_end = node.first if node.children else node.last
            piece = Piece(node.text, list(texts[node.first - 1 : own_end]), list(texts[at : node.first - 1]))
            owner.children.append(piece)
            if node.children:
                waiting.append((piece, node.children, own_end, node.last))
            at = max(at, node.last)
        owner.closing = list(texts[at:last])
    return top


def lines(top: Piece) -> list[str]:
    """All lines of a draft."""
    made: list[str] = []
    waiting: list[Piece | list[str]] = [top]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            made.extend(part)
            continue
        made.extend(part.before)
        made.extend(part.own)
        waiting.append(part.closing)
        waiting.extend(reversed(part.children))
    return made


@dataclass(slots=True)
class Trial:
    """What came of commands on a configuration: its lines then, and what could not be applied."""

    texts: tuple[str, ...]
    refused: tuple[str, ...] = ()
    #: Commands that change no configuration and are done at once: reload, erase, write.
    done_at_once: tuple[str, ...] = ()


#: Tries commands on the lines of a configuration.
Apply = Callable[[Sequence[str], Sequence[str]], Trial]
