"""Whether commands lead where they should: what a trial of them gave against what was wanted."""

from collections.abc import Iterator, Sequence

from engineering_api.reading.tree import Node
from engineering_api.review import wording


def missed(before: Sequence[Node], trial: Sequence[Node], wanted: Sequence[Node]) -> list[str]:
    """What differs between two canonical trees of a Cisco-like platform, a line each with its section.

    The order of lines counts only in lists that are tried in their order. "no shutdown" and no line at all are the
    same, and so is a line whose "no" was there `before`, as what a device does by itself has no line.
    """
    made: list[str] = []
    usual = {node.text[3:] for top in before for node in top.walk() if node.text.startswith("no ")}
    waiting: list[tuple[str, Sequence[Node], Sequence[Node]]] = [("", trial, wanted)]
    while waiting:
        path, one, other = waiting.pop()
        is_list = wording.is_ordered(path.rpartition(" / ")[2]) and not wording.is_numbered([*one, *other])
        if is_list and [node.text for node in one] != [node.text for node in other]:
            made.append(f"{path}: the order of its lines")
            continue
        mine, theirs = ({node.text: node for node in nodes} for nodes in (one, other))
        for text in _only(mine, theirs, usual):
            made.append(f"{path}: {text} stays" if path else f"{text} stays")
        for text in _only(theirs, mine, usual):
            made.append(f"{path}: {text} is not there" if path else f"{text} is not there")
        for text, node in mine.items():
            if text in theirs:
                waiting.append((f"{path} / {text}" if path else text, node.children, theirs[text].children))
    return made


def _only(one: dict[str, Node], other: dict[str, Node], usual: set[str]) -> Iterator[str]:
    for text in one:
        if text not in other and not text.startswith("no ") and text not in usual:
            yield text
