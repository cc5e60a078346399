"""ODT: the body of content.xml with its headings, lists, tables and notes."""

from data_processing.extract import limits
from data_processing.extract.archive import Archive
from data_processing.extract.build import Build
from data_processing.extract.grid import Spans
from data_processing.extract.options import Options
from data_processing.extract.xml import Node, attribute, child, children, local, number, within

_META = {"title": "title", "creator": "author", "subject": "subject", "date": "created"}
_SKIPPED = {"tracked-changes", "annotation", "sequence-decls", "forms", "note-citation", "ruby-text"}
_MAX_SPACES = 100


def read(data: bytes, build: Build, _: Options) -> None:
    """Collect the elements of an ODT. It does not tell where pages begin."""
    with Archive(data) as archive:
        meta = archive.xml_or_none("meta.xml")
        for node in within(meta, *_META) if meta is not None else ():
            build.metadata.setdefault(_META[local(node)], node.text or "")
        styles = archive.xml_or_none("styles.xml")
        _margins(styles, "header", build)
        body = child(archive.xml("content.xml"), "body", "text")
        if body is not None:
            _Reader(build).blocks(body, 0)
        _margins(styles, "footer", build)


def _margins(styles: Node | None, kind: str, build: Build) -> None:
    seen: set[str] = set()
    for node in within(styles, kind) if styles is not None else ():
        text = "\n".join(_plain(paragraph) for paragraph in within(node, "p"))
        if text not in seen and any(character.isalpha() for character in text):
            seen.add(text)
            build.add("header" if kind == "header" else "footer", text)


class _Reader:
    def __init__(self, build: Build) -> None:
        self._build = build

    def blocks(self, container: Node, depth: int) -> None:
        """Add what is in a container; `depth` is that of the list it is in."""
        for node in container:
            name = local(node)
            if name == "h":
                self._build.heading(_plain(node), number(attribute(node, "outline-level"), 1))
            elif name == "p":
                if depth:
                    self._build.add("list_item", _plain(node), level=depth)
                else:
                    self._build.add("paragraph", _plain(node))
            elif name == "list":
                self.blocks(node, depth + 1)
            elif name == "table":
                self._table(node)
                continue
            elif name not in _SKIPPED:
                self.blocks(node, depth)
            if name in ("h", "p"):
                self._hanging(node)

    def _hanging(self, paragraph: Node) -> None:
        """Notes and text boxes, after the paragraph they hang on."""
        for node in within(paragraph, "note-body", "text-box"):
            if local(node) == "text-box":
                self.blocks(node, 0)
            else:
                self._build.add("note", "\n".join(_plain(part) for part in within(node, "p")))

    def _table(self, table: Node) -> None:
        spans = Spans(limits.MAX_COLUMNS)
        headers = 0
        for row in within(table, "table-row"):
            parent = row.getparent()
            if parent is not None and local(parent) == "table-header-rows" and headers == len(spans.rows):
                headers += 1
            # Cells under a merged one are written as `covered-table-cell` and come from the one that covers them.
            spans.row(
                (
                    "\n".join(_plain(paragraph) for paragraph in within(cell, "p", "h")),
                    number(attribute(cell, "number-columns-spanned"), 1),
                    number(attribute(cell, "number-rows-spanned"), 1),
                )
                for cell in children(row, "table-cell")
            )
        self._build.table(spans.rows, header_rows=headers or None)


def _plain(node: Node) -> str:
    """The text of a paragraph without that of its notes and boxes."""
    pieces = [node.text or ""]
    for part in node:
        name = local(part)
        if name == "s":
            pieces.append(" " * min(number(attribute(part, "c"), 1), _MAX_SPACES))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name and name not in _SKIPPED and name not in ("note", "frame", "custom-shape"):
            pieces.append(_plain(part))
        pieces.append(part.tail or "")
    return "".join(pieces)
