"""Whether a text is a device's configuration, and into which sections it falls. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engineering_api.parsing import Parsed
from engineering_api.reading.tree import Node

#: A text is a configuration when its platform is at least so sure, and at least this share of the lines that say
#: something was understood. Whole configurations reach 0.9 of both, with prose between them still 0.5; articles that
#: quote some lines have the one or the other below 0.4.
LEAST_CONFIDENCE = 0.5
LEAST_UNDERSTOOD = 0.5

#: What has no more lines than this is not taken apart.
_LONGEST = 24
_DEEPEST = 5
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, counted from 1, and the lines above them in the tree, outermost first."""

    path: tuple[str, ...]
    first: int
    last: int


def is_configuration(parsed: Parsed) -> bool:
    """Whether a text that was read without being told its platform is a configuration of it."""
    understood = parsed.read - len(parsed.device.unparsed)
    return parsed.confidence >= LEAST_CONFIDENCE and 0 < parsed.read * LEAST_UNDERSTOOD <= understood


def sections(parsed: Parsed) -> list[Section]:
    """The whole text in sections without gaps: what is below one line, or some lines that have nothing below them."""
    return list(_sections(parsed.nodes, (), 1, len(parsed.texts))) if parsed.texts else []


def _sections(nodes: Sequence[Node], path: tuple[str, ...], first: int, last: int) -> Iterator[Section]:
    """Sections of the lines from `first` to `last`, to which `nodes` belong, in their order."""
    begun = first
    for node in nodes:
        if node.first < begun or node.last > last:  # lines that belong to two nodes are told once
            continue
        if node.first - begun >= _LONGEST:
            yield from _runs(path, begun, node.first - 1)
            begun = node.first
        if not node.children:
            continue
        if node.first > begun:
            yield from _runs(path, begun, node.first - 1)
        below = (*path, node.text.strip()[:_LONGEST_NAME])
        if node.last - node.first < _LONGEST or len(below) >= _DEEPEST:
            yield from _runs(below, node.first, node.last)
        else:
            yield from _sections(node.children, below, node.first, node.last)
        begun = node.last + 1
    if begun <= last:
        yield from _runs(path, begun, last)


def _runs(path: tuple[str, ...], first: int, last: int) -> Iterator[Section]:
    for begin in range(first, last + 1, _LONGEST):
        yield Section(path, begin, min(begin + _LONGEST - 1, last))
