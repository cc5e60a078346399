"""The tree of configurations that show by indentation what belongs where: IOS, NX-OS, ASA, EOS, ProCurve, AOS-CX."""

import re
from collections.abc import Callable, Iterable

from engineering_api.reading.tree import Node

#: Given the text of a line, the text that ends what begins there (a banner, a certificate); None for all other lines.
Verbatim = Callable[[str], str | None]

#: Where verbatim text has no end within so many lines, the end was lost and the lines are read as any others.
_LONGEST_VERBATIM = 500
#: A file that begins verbatim text so often that more lines would have to be looked at is no configuration.
_MOST_LOOKED_AT = 100_000


def tree(
    texts: Iterable[str],
    *,
    verbatim: Verbatim,
    comment: str | tuple[str, ...] = "!",
    telling: re.Pattern[str] | None = None,
) -> list[Node]:
    """The nodes of the outermost level.

    Lines that begin with `comment` and blank lines belong to nothing, but comments that match `telling` are nodes of
    the outermost level. The lines of verbatim text are children of the line that begins it, as they are.
    """
    lines = list(texts)
    top: list[Node] = []
    open_: list[tuple[int, Node]] = []
    ending: str | None = None
    looked_at = 0
    for number, text in enumerate(lines, start=1):
        if ending is not None:
            owner = open_[-1][1]
            _extend(open_, number)
            if ending in text:
                ending = None
                open_.pop()
            else:
                owner.children.append(Node(text, number, number))
            continue
        stripped = text.lstrip()
        if not stripped or stripped.startswith(comment):
            if telling is not None and telling.match(stripped):
                top.append(Node(stripped, number, number))
            continue
        depth = len(text) - len(stripped)
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        node = Node(stripped, number, number)
        (open_[-1][1].children if open_ else top).append(node)
        open_.append((depth, node))
        _extend(open_, number)
        ending = verbatim(stripped)
        if ending is not None:
            ahead = lines[number : number + _LONGEST_VERBATIM]
            looked_at += len(ahead)
            if looked_at > _MOST_LOOKED_AT or not any(ending in later for later in ahead):
                ending = None
    return top


def _extend(open_: list[tuple[int, Node]], number: int) -> None:
    for _, node in open_:
        node.last = number
