"""A document as Markdown: CommonMark with the tables of GitHub's flavour (GFM 0.29), and pictures as Mermaid.

Texts never become markup: every sign that could begin some is escaped, whatever stands around it.
"""

import re
from collections.abc import Iterator
from typing import Final

from oberaconnect.typeset.blocks import (
    Block,
    Callout,
    Cell,
    Contents,
    Cover,
    Document,
    Heading,
    KeyValue,
    Page,
    Paragraph,
    Picture,
    Signatures,
    Table,
)  # fmt: skip
from oberaconnect.typeset.words import lines

_MARKS: Final = {"box": "☐", "tick": "✔", "cross": "✘"}
_SIGNS = re.compile(r"[\\`*{}\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_])|(?<=\w)@(?=\w)|(?<=:)//|^[-+=#]|^\d+(?=[.)])")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_FENCE = re.compile(r"`{3,}")
_NO_SLUG = re.compile(r"[^\w\- ]")


def markdown(document: Document) -> str:
    """Write a document. A heading of the first level is one of the second here, below the title."""
    parts: list[str] = []
    if not any(isinstance(block, Cover) for block in document.blocks):
        parts.append(f"# {_line(document.title)}")
    numbers = iter(range(1, len(document.blocks) + 1))
    titles = [_line(block.text) for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    for block in document.blocks:
        parts.extend(_written(block, numbers, titles))
    return "\n\n".join(parts) + "\n"


def _written(block: Block, numbers: Iterator[int], titles: list[str]) -> Iterator[str]:
    match block:
        case Cover():
            yield f"# {_line(block.title)}"
            yield "\n".join(f"**{_line(text)}**\\" for text in (block.kicker, block.subtitle) if text) + (
                f"\n*{_line(block.status)}*"
            )
            yield from _pairs(block.facts)
        case Contents():
            yield "\n".join(
                f"{place}. [{title}](#{_slug(f'{place} {title}')})" for place, title in enumerate(titles, start=1)
            )
        case Heading():
            yield f"## {next(numbers)} {_line(block.text)}" if block.level == 1 else f"### {_line(block.text)}"
        case Paragraph():
            yield "\\\n".join(_escaped(line) for line in lines(block.text))
        case KeyValue():
            yield from _pairs(block.pairs)
        case Table():
            yield _table(block)
        case Callout():
            said = [f"**{_line(block.title)}**", *(_escaped(line) for line in lines(block.text) if block.text)]
            yield "\\\n".join(f"> {line}" for line in said)
        case Picture():
            yield _drawn(block)
        case Signatures():
            for party, fields in block.parties:
                yield f"**{_line(party)}**"
                yield from _pairs(fields)
        case Page():
            pass


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if pairs:
        yield "\n".join(f"- **{_line(name)}:** {_broken(value)}".rstrip() for name, value in pairs)


def _table(block: Table) -> str:
    heads = [_broken(column.title) for column in block.columns]
    rules = ["---:" if column.numeric else "---" for column in block.columns]
    rows = [heads, rules, *([_cell(item) for item in items] for items in block.rows)]
    return "\n".join(f"| {' | '.join(items)} |" for items in rows)


def _cell(item: Cell | str) -> str:
    if isinstance(item, str):
        return _broken(item)
    text = _broken(item.text)
    if item.look in _MARKS:
        return f"{_MARKS[item.look]} {text}".rstrip()
    return f"**{text}**" if text and item.look in ("strong", "chip") else text


def _drawn(block: Picture) -> str:
    if not block.mermaid:
        return f"*{_line(block.alt)}*"
    longest = max((len(found) for found in _FENCE.findall(block.mermaid)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}mermaid\n{block.mermaid.rstrip()}\n{fence}"


def _line(text: str) -> str:
    return _escaped(" ".join(lines(text)))


def _broken(text: str) -> str:
    """A text of several lines, where Markdown allows but one."""
    return "<br>".join(_escaped(line) for line in lines(text))


def _escaped(text: str) -> str:
    return _SIGNS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ENTITIES:
        return _ENTITIES[sign]
    if sign[:1].isdigit():
        # The sign after a number at the begin would make it a list.
        return f"{sign}\\"
    return f"\\{sign}"


def _slug(text: str) -> str:
    """The address of a heading as GitHub makes it."""
    return _NO_SLUG.sub("", text.lower()).replace(" ", "-")
