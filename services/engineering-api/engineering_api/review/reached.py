"""Whether commands lead where they should: what a trial of them gave against what was wanted."""

from collections.abc import Iterator, Sequence

from engineering_api.reading.tree import Node
from engineering_api.review import wording


def missed(before: Sequence[Node], trial: Sequence[Node], wanted: Sequence[Node]) -> list[str]:
    """What differs between two canonical trees of a Cisco-like platform, a line each with its section.

    The order of lines counts only in lists that are tried in their order. "no shutdown" and no line at all are the
    same, and so is a line whose "no" was there `before`, as what a device does by itself has no line, a value that a
    line is set back to, and an interface of which nothing is said.
    """
    made: list[tuple[str, str, str]] = []
    usual = {node.text[3:] for top in before for node in top.walk() if node.text.startswith("no ")}
    waiting: list[tuple[str, Sequence[Node], Sequence[Node]]] = [("", trial, wanted)]
    while waiting:
        path, one, other = waiting.pop()
        is_list = wording.is_ordered(path.rpartition(" / ")[2]) and not wording.is_numbered([*one, *other])
        if is_list and [node.text for node in one] != [node.text for node in other]:
            made.append((path, "", "the order of its lines"))
            continue
        mine, theirs = ({node.text: node for node in nodes} for nodes in (one, other))
        for text in [] if path else list(mine):
            is_bare = text.startswith("interface ") and not mine[text].children
            if (is_bare or text.startswith("hostname ")) and text not in theirs:
                del mine[text]
        made += [(path, text, "stays") for text in _only(mine, theirs, usual)]
        made += [(path, text, "is not there") for text in _only(theirs, mine, usual)]
        for text, node in mine.items():
            if text in theirs:
                waiting.append((f"{path} / {text}" if path else text, node.children, theirs[text].children))
    set_back = (
        {text for top in before for node in top.walk() for text in wording.set_back(node.text)} if made else set()
    )
    return [
        f"{path}: {' '.join(filter(None, (text, what)))}".removeprefix(": ")
        for path, text, what in made
        if text not in set_back or what != "stays"
    ]


def _only(one: dict[str, Node], other: dict[str, Node], usual: set[str]) -> Iterator[str]:
    for text in one:
        if text not in other and not text.startswith("no ") and text not in usual:
            yield text
