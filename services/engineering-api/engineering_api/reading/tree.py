"""A configuration as a tree: every line once, with the lines that belong to it below it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engineering_api.facts.fact import Span


@dataclass(slots=True, eq=False)
class Node:
    """A line and what is below it. `first` and `last` count from 1; what closes the line's block is its last."""

    text: str
    first: int
    last: int
    children: list["Node"] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """Its lines with all that is below."""
        return Span(self.first, self.last)

    @property
    def line(self) -> Span:
        """Its own line."""
        return Span(self.first, self.first)

    def walk(self) -> Iterator["Node"]:
        """Itself and everything below, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))
