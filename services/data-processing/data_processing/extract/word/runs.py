"""The text of a paragraph, run by run, and on which page each piece of it stands."""

from dataclasses import dataclass, field
from typing import Literal

from data_processing.extract.xml import Node, attribute, child, children, local, within

NoteKind = Literal["footnote", "endnote"]

#: Not text of the document: what was deleted or moved away, instructions of fields, readings above characters.
_SKIPPED = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "rPr",
    "pPr",
    "rt",
    "Fallback",
    "sdtPr",
    "fldData",
}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


@dataclass
class Paragraph:
    """A paragraph's text, the page where it begins, and what hangs on it."""

    text: str = ""
    page: int = 1
    notes: list[tuple[NoteKind, str]] = field(default_factory=list)
    boxes: list[Node] = field(default_factory=list)
    graphics: list[Node] = field(default_factory=list)


class Runs:
    """Reads paragraphs in their order, counting pages.

    Word notes where its last layout began a page; programs that do not still write the breaks people put in.
    """

    def __init__(self, root: Node) -> None:
        """`root` is the part that the paragraphs are in."""
        self.page = 1
        self._rendered = next(within(root, "lastRenderedPageBreak"), None) is not None
        self.has_pages = self._rendered or any(attribute(node, "type") == "page" for node in within(root, "br"))

    def section(self, properties: Node) -> None:
        """A section ends: unless it says otherwise, the next begins on a new page."""
        kind = attribute(child(properties, "type"), "val") or "nextPage"
        following = properties.getnext() if local(properties.getparent()) == "body" else properties
        if self.has_pages and not self._rendered and kind != "continuous" and following is not None:
            self.page += 1

    def plain(self, node: Node) -> str:
        """The text of a paragraph."""
        return self.read(node).text

    def read(self, node: Node) -> Paragraph:
        """A paragraph; what is in its text boxes is left in them."""
        found = Paragraph(page=self.page)
        pieces: list[str] = []
        self._walk(node, found, pieces)
        found.text = "".join(pieces)
        return found

    def _walk(self, node: Node, found: Paragraph, pieces: list[str]) -> None:
        for part in node:
            name = local(part)
            if name == "t":
                self._add(part.text or "", found, pieces)
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "br":
                self._break(part, pieces)
            elif name == "lastRenderedPageBreak":
                self.page += 1
            elif name == "sym":
                pieces.append(_symbol(attribute(part, "char")))
            elif name in ("footnoteReference", "endnoteReference"):
                kind: NoteKind = "footnote" if name[0] == "f" else "endnote"
                found.notes.append((kind, attribute(part, "id") or ""))
            elif name in ("drawing", "pict", "object"):
                _hang(part, found)
            elif name == "AlternateContent":
                # The same thing twice, for new programs and for old ones.
                choices = [*children(part, "Choice"), *children(part, "Fallback")]
                for choice in choices[:1]:
                    self._walk(choice, found, pieces)
            elif name and name not in _SKIPPED:
                self._walk(part, found, pieces)

    def _add(self, text: str, found: Paragraph, pieces: list[str]) -> None:
        if text.strip() and not any(piece.strip() for piece in pieces):
            found.page = self.page
        pieces.append(text)

    def _break(self, node: Node, pieces: list[str]) -> None:
        if attribute(node, "type") != "page":
            pieces.append("\n")
        elif not self._rendered:
            self.page += 1


def _hang(part: Node, found: Paragraph) -> None:
    boxes = list(within(part, "txbxContent"))
    found.boxes.extend(box for box in boxes if not any(outer in boxes for outer in box.iterancestors()))
    if not boxes:
        found.graphics.append(part)


def _symbol(code: str | None) -> str:
    """A character of a symbol font: those in the private area mean nothing in another font."""
    try:
        value = int(code or "", 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= value <= 0xF8FF else chr(value)
