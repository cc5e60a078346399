"""The tree of FortiOS and of what Fortinet makes besides: config, edit, set, next, end.

Blocks are closed by words, not by indentation. `next` closes an `edit`, `end` closes a `config` and with it an `edit`
that is still open in it, as backups with several VDOMs have it ("config vdom", "edit root", ..., "end"). A value in
quotes may run over many lines (certificates, comments, replacement messages) and is one node whose span covers them.
The syntax is in Fortinet's CLI reference, "CLI basics".
"""

import re
from collections.abc import Iterator, Sequence

from engineering_api.reading.tree import Node

#: A backslash takes away the meaning of what follows it, so that of a quote as well.
_QUOTE = re.compile(r'\\.|(")')
#: The lines that are left of a secret which had several.
_MASKED = re.compile(r'"?REDACTED-[\w-]+"?')


def tree(texts: Sequence[str], *, header: str = "#") -> list[Node]:
    """The nodes of the outermost level.

    Lines that begin with `header` are comments, and belong to nothing; those before the first block are kept as nodes,
    for they say what the device is. A `next` or `end` that closes nothing is a node as well.
    """
    top: list[Node] = []
    open_: list[Node] = []
    begun = False
    previous: Node | None = None
    ended = 0
    for text, first, last in _statements(texts):
        if not text:
            continue
        if text.startswith(header):
            if not begun:
                top.append(Node(text, first, last))
            continue
        if previous is not None and _MASKED.fullmatch(text):
            previous.last = ended = last
            continue
        previous = None
        word = text.partition(" ")[0]
        if word in ("next", "end") and (kept := _closed(open_, word)) is not None:
            _close(open_, kept, last)
            ended = last
            continue
        if word == "edit" and open_ and _is(open_[-1], "edit"):
            _close(open_, len(open_) - 1, ended)
        node = Node(text, first, last)
        (open_[-1].children if open_ else top).append(node)
        if word in ("config", "edit"):
            begun = True
            open_.append(node)
        else:
            previous = node
        ended = last
    _close(open_, 0, ended)
    return top


def _close(open_: list[Node], kept: int, last: int) -> None:
    for node in open_[kept:]:
        node.last = last
    del open_[kept:]


def _closed(open_: Sequence[Node], word: str) -> int | None:
    """How many of the open blocks stay open after a closing word; None where it closes none of them."""
    if not open_:
        return None
    if word == "next":
        return len(open_) - 1 if _is(open_[-1], "edit") else None
    if _is(open_[-1], "config"):
        return len(open_) - 1
    return len(open_) - 2 if len(open_) > 1 else None


def _is(node: Node, word: str) -> bool:
    return node.text.partition(" ")[0] == word


def _statements(texts: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The statements with their first and last lines; those of several lines are joined by blanks."""
    at = 0
    while at < len(texts):
        text = texts[at].strip()
        end = _end_of_value(texts, at) if '"' in text and not text.startswith("#") else at
        if end > at:
            text = " ".join((text, *(one.strip() for one in texts[at + 1 : end + 1])))
        yield text, at + 1, end + 1
        at = end + 1


def _end_of_value(texts: Sequence[str], at: int) -> int:
    """The line in which the quotes that a line opens are closed; the line itself where that is nowhere.

    A quote closes only before a blank or at the end of a line. Where another follows instead, the first was never
    closed, as in a file that was cut or had its secrets taken out, and its line stands alone.
    """
    if len(_quotes(texts[at])) % 2 == 0:
        return at
    for number in range(at + 1, len(texts)):
        quotes = _quotes(texts[number])
        if quotes:
            after = texts[number][quotes[0] + 1 : quotes[0] + 2]
            if after and after != " ":
                return at
            if len(quotes) % 2:
                return number
    return at


def _quotes(text: str) -> list[int]:
    return [match.start() for match in _QUOTE.finditer(text) if match[1]]
