"""The tree of configurations that show by indentation what belongs where: IOS, NX-OS, ASA, EOS, ProCurve, AOS-CX."""

from collections.abc import Callable, Iterable

from engineering_api.reading.tree import Node

#: Given the text of a line, the text that ends what begins there (a banner, a certificate); None for all other lines.
Verbatim = Callable[[str], str | None]


def tree(texts: Iterable[str], *, verbatim: Verbatim, comment: str = "!") -> list[Node]:
    """The nodes of the outermost level.

    Lines that begin with `comment` and blank lines belong to nothing. The lines of verbatim text are children of the
    line that begins it, as they are.
    """
    top: list[Node] = []
    open_: list[tuple[int, Node]] = []
    ending: str | None = None
    for number, text in enumerate(texts, start=1):
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
            continue
        depth = len(text) - len(stripped)
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        node = Node(stripped, number, number)
        (open_[-1][1].children if open_ else top).append(node)
        open_.append((depth, node))
        _extend(open_, number)
        ending = verbatim(stripped)
    return top


def _extend(open_: list[tuple[int, Node]], number: int) -> None:
    for _, node in open_:
        node.last = number
