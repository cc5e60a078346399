"""The tree of RouterOS's `/export`: sections such as "/ip firewall filter" with commands below, or one command a line.

The format is that of MikroTik's "Configuration Management": long commands go on in the next line after a backslash,
which may stand inside a word or a quoted value; the next line's indentation is not part of it. Scripts begin with ":"
and have blocks in braces.
"""

import re
from collections.abc import Iterable, Iterator

from engineering_api.reading.tree import Node

#: Words with which a command begins; what stands before is the path of its section.
VERBS = frozenset({"add", "set", "unset", "remove", "disable", "enable", "move", "comment", "reset", "print", "export"})

#: The console's prompt, which a terminal's capture has before the command.
PROMPT = re.compile(r"\[[^\s\[\]@]+@[^\[\]]*\] ?(?:/[\w /-]*)?> ?")
#: Comments that say who the device is; all others say nothing.
_HEADER = re.compile(r"#.*\bby RouterOS\b|# (?:model|serial number|software id|system id) *=")
_INDENTATION = 4


def tree(texts: Iterable[str]) -> list[Node]:
    """The nodes of the outermost level: headers in comments, sections with their commands, single commands, scripts."""
    top: list[Node] = []
    section: Node | None = None
    block: Node | None = None
    depth = 0
    for text, first, last in _commands(texts):
        node = Node(text, first, last)
        if block is not None:
            block.children.append(node)
            block.last = last
            depth += _depth(text)
            block = block if depth > 0 else None
        elif text.startswith("#"):
            if _HEADER.match(text):
                top.append(node)
            continue
        elif text.startswith("/"):
            top.append(node)
            section = None if is_command(text) else node
            depth = _depth(text)
            block = node if depth > 0 else None
        elif PROMPT.match(text):
            top.append(node)
            section = None
        else:
            is_script = text.startswith((":", "{")) or section is None
            (top if is_script or section is None else section.children).append(node)
            depth = _depth(text)
            block = node if depth > 0 else None
            if is_script:
                section = None
        if section is not None:
            section.last = last
    return top


def _commands(texts: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Whole commands, each with its first and last line."""
    parts: list[str] = []
    first = last = 0
    is_quoted = False
    for number, text in enumerate(texts, start=1):
        if not parts:
            part = text.strip()
            if not part:
                continue
            first = number
            is_quoted = False
        else:
            part = _unindented(text) if is_quoted else text.strip()
        last = number
        goes_on = _goes_on(part) and not (part.startswith("#") and not parts)
        parts.append(part[:-1] if goes_on else part)
        if goes_on:
            is_quoted ^= _quotes(part[:-1]) % 2 == 1
            continue
        yield "".join(parts).strip(), first, number
        parts = []
    if parts:
        yield "".join(parts).strip(), first, last


def _goes_on(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _unindented(text: str) -> str:
    blanks = len(text) - len(text.lstrip(" "))
    return text[min(blanks, _INDENTATION) :]


def _quotes(text: str) -> int:
    """How many quotes open or close a value; a backslash takes the next character's meaning away."""
    return re.sub(r"\\.", "", text).count('"')


def _depth(text: str) -> int:
    """How many braces are left open, outside of quoted values."""
    bare = re.sub(r'"[^"]*"?', "", re.sub(r"\\.", "", text))
    return bare.count("{") - bare.count("}")


def is_command(text: str) -> bool:
    """Whether a line that begins with a path is a whole command. A path has at most seven words."""
    first, _, rest = text.partition(" ")
    return any(word in VERBS for word in (*first.split("/")[:8], *rest.split(maxsplit=7)[:7]))
