"""Walking the tree of a page. Without recursion: pages may be nested deeper than Python's stack."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from data_processing.extract import limits
from data_processing.extract.build import Build
from data_processing.extract.grid import Spans

_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|;|$)", re.IGNORECASE
)
_SKIPPED = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "head", "title", "select", "button", "canvas",
    "audio", "video", "math",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "li", "main", "nav", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "textarea",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CAPTIONS = {"figcaption", "caption", "legend"}
_MAX_SPAN = 1_000
_MIN_ALT_WORDS = 3


class Walk:
    """Turns nodes into elements. Inline text is gathered until a block begins or ends."""

    def __init__(self, build: Build) -> None:
        """Elements go to `build`."""
        self._build = build
        self._text: list[str] = []
        self._open: list[str] = []  # the blocks around, outermost first
        self._counters: list[int | None] = []  # of each list around: the next number, None without numbers
        self._marker = ""

    def node(self, root: LexborNode) -> None:
        """Add what is in a node."""
        stack: list[tuple[LexborNode, bool]] = [(root, True)]
        while stack:
            node, is_entered = stack.pop()
            if not is_entered:
                self._leave(node.tag or "")
            elif node.is_text_node:
                self._inline(node.text_content or "")
            elif node.is_element_node and not is_hidden(node) and self._enter(node):
                stack.append((node, False))
                stack.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
        self._flush()

    def _inline(self, text: str) -> None:
        self._text.append(text if "pre" in self._open else _SPACE.sub(" ", text))

    def _enter(self, node: LexborNode) -> bool:
        """Begin an element; False when it is dealt with already."""
        tag = node.tag or ""
        if tag == "br":
            self._text.append("\n")
        elif tag == "img":
            self._picture(node)
        elif tag == "table" and (rows := table_rows(node)) is not None:
            self._flush()
            for caption in node.css("caption"):
                self._build.add("caption", text_of(caption))
            self._build.table(rows[0], header_rows=rows[1] or None)
            return False
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._flush()
            self._open.append(tag)
            if tag in ("ul", "ol"):
                start = node.attributes.get("start") or "1"
                self._counters.append(int(start) if tag == "ol" and start.isascii() and start.isdigit() else None)
            elif tag == "li":
                self._marker = self._next_marker()
        return True

    def _next_marker(self) -> str:
        if not self._counters or (number := self._counters[-1]) is None:
            return ""
        self._counters[-1] = number + 1
        return f"{number}. "

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _HEADINGS:
            self._flush()
            self._open.pop()
            if tag in ("ul", "ol"):
                self._counters.pop()

    def _picture(self, node: LexborNode) -> None:
        text = node.attributes.get("alt") or ""
        if len(text.split()) >= _MIN_ALT_WORDS:
            self._flush()
            self._build.add("image", text)

    def _flush(self) -> None:
        text, self._text = "".join(self._text), []
        if not text.strip():
            return
        heading = next((_HEADINGS[tag] for tag in reversed(self._open) if tag in _HEADINGS), None)
        if heading is not None:
            self._build.heading(text, heading)
        elif "pre" in self._open:
            self._build.add("code", text)
        elif "li" in self._open:
            marker, self._marker = self._marker, ""
            self._build.add("list_item", marker + text.strip(), level=max(len(self._counters), 1))
        elif self._open and self._open[-1] in _CAPTIONS:
            self._build.add("caption", text)
        else:
            self._build.add("paragraph", text)


def is_hidden(node: LexborNode) -> bool:
    """Whether a reader of the page would not see the element. What only machines see is not quoted to people."""
    if node.tag in _SKIPPED:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN_STYLE.search(style) is not None)


def text_of(root: LexborNode) -> str:
    """The visible text in a node, blocks on lines of their own."""
    pieces: list[str] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_text_node:
            pieces.append(_SPACE.sub(" ", node.text_content or ""))
        elif node.is_element_node and (node is root or not is_hidden(node)):
            if node.tag == "br" or node.tag in _BLOCKS or node.tag in _HEADINGS:
                pieces.append("\n")
            stack.extend(reversed(list(node.iter(include_text=True))))
    return "".join(pieces)


def table_rows(table: LexborNode) -> tuple[list[list[str]], int] | None:
    """The rows of a table and how many of them are headers; None for one that only arranges the page."""
    if (table.attributes.get("role") or "") in ("presentation", "none") or table.css_first(
        "table table, h1, h2, h3"
    ) is not None:
        return None
    spans = Spans(limits.MAX_COLUMNS)
    headers = widest = 0
    for row in table.css("tr"):
        if is_hidden(row):
            continue
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th") and not is_hidden(cell)]
        widest = max(widest, len(cells))
        in_head = row.parent is not None and row.parent.tag == "thead"
        if headers == len(spans.rows) and cells and (in_head or all(cell.tag == "th" for cell in cells)):
            headers += 1
        spans.row(_measured(cells))
    return (spans.rows, headers) if len(spans.rows) > 1 and widest > 1 else None


def _measured(cells: list[LexborNode]) -> Iterator[tuple[str, int, int]]:
    for cell in cells:
        yield text_of(cell), _span(cell, "colspan"), _span(cell, "rowspan")


def _span(cell: LexborNode, name: str) -> int:
    text = (cell.attributes.get(name) or "1").strip()
    return min(int(text), _MAX_SPAN) if text.isascii() and text.isdigit() else 1
