"""How a configuration is cut into a tree: what is text as it stands, and what was written without indentation."""

import re
from collections.abc import Sequence
from typing import Any

from engineering_api.reading import indented
from engineering_api.reading.grammar import Place
from engineering_api.reading.tree import Node

_BANNER = re.compile(
    r"(?:banner \S+|menu \S+ (?:title|prompt)|(?:vacant|refuse)-message|aaa authentication (?:banner|fail-message))"
    r"\s+(\^C|\S)(.*)",
    re.DOTALL,
)
_OPEN_BANNER = re.compile(r"banner (?:motd|login|exec|lcd)|code unit \S+|macro name \S+")


def verbatim(text: str) -> str | None:
    """The text that ends a banner: the delimiter of IOS and NX-OS, or EOS's EOF; "@" ends a macro."""
    if found := _BANNER.fullmatch(text):
        delimiter, rest = found[1], found[2]
        # Repeated: IOS shows some banners as "banner motd ^CCC", whose delimiter is ^C.
        return None if delimiter in rest else delimiter
    if _OPEN_BANNER.fullmatch(text):
        return "@" if text.startswith("macro") else "EOF"
    return None


def tree(texts: Sequence[str], top: Place[Any], telling: re.Pattern[str]) -> list[Node]:
    """The tree of a configuration whose lines a place knows. Comments that match `telling` are kept."""
    nodes = indented.tree(texts, verbatim=verbatim, telling=telling)
    return nodes if any(node.children for node in nodes) else top.nested(nodes)
