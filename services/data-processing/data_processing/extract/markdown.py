"""Markdown by markdown-it: headings, lists, tables, code, and the HTML that people put between."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from data_processing.extract import html, limits
from data_processing.extract import text as plain
from data_processing.extract.build import Build

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?P<body>.{0,20000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_FIELDS = {"title": "title", "author": "author", "date": "created"}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MAX_LINE = 100_000
_TASK = re.compile(r"\[[ xX]\]\s")


def read(text: str, build: Build) -> None:
    """Collect the elements of a Markdown text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if max(map(len, text.split("\n"))) > _MAX_LINE:
        plain.read(text, build)  # nobody's prose; the parser's time grows faster than the length of a line
        return
    if front := _FRONT.match(text):
        for name, value in _FIELD.findall(front["body"]):
            build.metadata[_FIELDS[name.lower()]] = value.strip().strip("'\"")
        text = text[front.end() :]
    if len(text) > limits.MAX_MARKDOWN_CHARACTERS:
        build.warnings.append(f"Only the first {limits.MAX_MARKDOWN_CHARACTERS:,} characters were read.")
        text = text[: limits.MAX_MARKDOWN_CHARACTERS]
    _Walk(build).tokens(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))


class _Walk:
    def __init__(self, build: Build) -> None:
        self._build = build
        self._lists: list[str] = []  # the marker of the item that is open at each depth; empty once it is written
        self._rows: list[list[str]] = []
        self._header_rows = 0

    def tokens(self, tokens: Sequence[Token]) -> None:
        heading: int | None = None
        in_cell = False
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                heading = int(token.tag[1])
            elif kind == "inline" and in_cell:
                self._rows[-1].append(_text(token))
            elif kind == "inline":
                self._inline(_text(token), heading)
                heading = None
            elif kind in ("fence", "code_block"):
                self._build.add("code", token.content)
            elif kind == "html_block":
                html.fragment(token.content, self._build)
            elif kind == "list_item_open":
                self._lists.append(f"{token.info}. " if token.info else "")
            elif kind == "list_item_close":
                self._lists.pop()
            else:
                in_cell = self._table(kind, in_cell)

    def _inline(self, text: str, heading: int | None) -> None:
        if heading is not None:
            self._build.heading(text, heading)
        elif self._lists:
            marker, self._lists[-1] = self._lists[-1], ""
            self._build.add("list_item", marker + _TASK.sub("", text, count=1), level=len(self._lists))
        else:
            self._build.add("paragraph", text)

    def _table(self, kind: str, in_cell: bool) -> bool:
        if kind == "table_open":
            self._rows, self._header_rows = [], 0
        elif kind == "thead_close":
            self._header_rows = len(self._rows)
        elif kind == "tr_open":
            self._rows.append([])
        elif kind == "table_close":
            self._build.table(self._rows, header_rows=self._header_rows)
        elif kind in ("th_open", "td_open"):
            return True
        elif kind in ("th_close", "td_close"):
            return False
        return in_cell


def _text(token: Token) -> str:
    pieces: list[str] = []
    for part in token.children or ():
        if part.type in ("text", "code_inline", "image"):
            pieces.append(part.content)
        elif part.type == "softbreak":
            pieces.append(" ")
        elif part.type == "hardbreak" or (part.type == "html_inline" and _BREAK.fullmatch(part.content)):
            pieces.append("\n")
    return "".join(pieces)
