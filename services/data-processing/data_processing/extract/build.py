"""Collecting elements: text is cleaned, headings become section paths, and nothing grows beyond the limits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from data_processing.elements import SUSPECT, Element, ElementType, Outcome, ParsedDocument, ParseFailed, Table
from data_processing.extract import limits
from data_processing.extract.grid import header_rows_of, rectangle, render
from data_processing.extract.suspicion import MOST_CHARACTERS

#: Control characters (NUL above all: PostgreSQL refuses it), lone surrogates, and characters nobody sees.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)
_WIDE_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_RUNS = re.compile(r"[ \t\x0c]+")
_LINE_ENDS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


#: What programs write as a title when people wrote none.
_TOOL_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\s*-\s*)|\.(?:docx?|pptx?|xlsx?|pdf|indd|rtf|odt|tex|dvi)$", re.IGNORECASE
)
_NO_TITLE = {
    "untitled", "untitled document", "untitled spreadsheet", "document", "title", "none", "powerpoint presentation",
    "presentation", "word document", "slide 1", "home",
}  # fmt: skip


#: Formats in which a heading of the first level at the very top is the title; in others it may name a part.
_HEADED = ("markdown", "text", "html", "docx", "odt")
_MAX_TITLE = 200


def clean(text: str, *, layout: bool = False) -> str:
    """Text fit to be stored and searched. With `layout`, runs of spaces are kept (code)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _WIDE_SPACE.sub(" ", unicodedata.normalize("NFC", text))
    text = _UNWANTED.sub("", text)
    if not layout:
        text = _LINE_ENDS.sub("\n", _RUNS.sub(" ", text))
        return _BLANK_LINES.sub("\n\n", text).strip()
    return _BLANK_LINES.sub("\n\n", text).strip("\n").rstrip()


def storable(line: str) -> str:
    """A line without the characters that cannot be stored, and otherwise as it is."""
    return _UNWANTED.sub("", line)


def _title(text: str) -> str:
    """What people wrote as a title; empty when it was a program."""
    title = _TOOL_TITLE.sub("", _TOOL_TITLE.sub("", text)).strip()
    return "" if title.casefold() in _NO_TITLE else title


class LimitReached(Exception):
    """The document is larger than what is kept of one. The reader stops; what was collected is kept."""


class Build:
    """The document under construction. `page`, `page_is_exact` and `label` hold for whatever is added next."""

    def __init__(self, parser: str) -> None:
        """`parser` names the engine on every element."""
        self.parser = parser
        self.page: int | None = None
        self.page_is_exact = True
        self.label: str | None = None
        self.ocr = False
        self.metadata: dict[str, str] = {}
        self.warnings: list[str] = []
        self.elements: list[Element] = []
        self._headings: list[tuple[int, str]] = []
        self._characters = 0
        self._cells = 0

    def add(
        self,
        kind: ElementType,
        text: str,
        *,
        level: int | None = None,
        page_end: int | None = None,
        page_turns: Sequence[tuple[int, int]] = (),
        table: Table | None = None,
    ) -> None:
        """Add an element, unless there is no text in it.

        Raises:
            LimitReached: when the document has become too large.
        """
        if table is None:
            text = clean(text, layout=kind == "code")
        if not text:
            return
        if len(self.elements) >= limits.MAX_ELEMENTS or self._characters + len(text) > limits.MAX_CHARACTERS:
            self._cut(kind, text, level)
        self._characters += len(text)
        path = () if kind in ("header", "footer") else tuple(text for _, text in self._headings)
        self.elements.append(
            Element(
                len(self.elements), kind, text, level, table, self.page, page_end or self.page, self.page_is_exact,
                self.label, path, self.ocr, self.parser, tuple(page_turns),
            )
        )  # fmt: skip

    def suspect(self, text: str) -> None:
        """Add a text that may be a configuration, unchanged: its lines are counted and its secrets taken out later.

        Raises:
            ParseFailed: `too_large`.
        """
        if len(text) > MOST_CHARACTERS:
            raise ParseFailed(
                "too_large",
                f"This looks like the configuration of a device, of which at most {MOST_CHARACTERS >> 20} MB are read."
                " Send the configuration of each device in a file of its own.",
            )
        path = tuple(name for _, name in self._headings)
        self.elements.append(
            Element(len(self.elements), "code", text, label=self.label, section_path=path, parser=SUSPECT)
        )

    def _cut(self, kind: ElementType, text: str, level: int | None) -> None:
        self.warnings.append(
            "The document is very long; only its beginning was read "
            f"({len(self.elements):,} elements, {self._characters:,} characters)."
        )
        room = limits.MAX_CHARACTERS - self._characters
        if kind != "table" and room > 0 and len(self.elements) < limits.MAX_ELEMENTS:
            self.add(kind, text[:room].rsplit(" ", 1)[0], level=level)
        raise LimitReached

    def heading(self, text: str, level: int) -> None:
        """Add a heading; what follows belongs to it until one of the same or a higher rank."""
        text = " ".join(clean(text).split())
        if not text:
            return
        level = min(max(level, 1), 6)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self.add("heading", text, level=level)
        self._headings.append((level, text))

    def extend_to(self, page: int, page_turns: Sequence[tuple[int, int]] = ()) -> None:
        """The element added last goes on to `page`; `page_turns` as in an element."""
        self.elements[-1] = replace(self.elements[-1], page_end=page, page_turns=tuple(page_turns))

    def leave_sections(self) -> None:
        """What follows stands under no heading."""
        self._headings.clear()

    def table(self, rows: Iterable[Sequence[str]], *, header_rows: int | None = None) -> None:
        """Add a table; with a single column its cells become paragraphs. `header_rows` None: judged by the cells.

        Raises:
            LimitReached: when the document has become too large.
        """
        cells = rectangle(rows)
        if not cells:
            return
        if len(cells[0]) == 1:
            for (text,) in cells:
                self.add("paragraph", text)
            return
        room = (limits.MAX_CELLS - self._cells) // len(cells[0])
        characters = 0
        for number, row in enumerate(cells):
            characters += sum(map(len, row)) + 3 * len(row)
            if characters > limits.MAX_CHARACTERS - self._characters:
                room = min(room, number)
                break
        if len(cells) > room:
            self.warnings.append(f"Only the first {room:,} of {len(cells):,} rows of a table were read.")
        kept = cells[: max(room, 0)]
        if kept:
            self._cells += len(kept) * len(kept[0])
            headers = header_rows_of(kept) if header_rows is None else min(header_rows, len(kept) - 1)
            self.add("table", render(kept), table=Table(tuple(kept), headers))
        if len(kept) < len(cells):
            raise LimitReached

    def include(self, document: ParsedDocument, label: str, *, level: int) -> None:
        """Add the elements of an attached document below a heading of `level` with its label."""
        self.heading(label, level)
        above = (*(text for _, text in self._headings),)
        for element in document.elements:
            if len(self.elements) >= limits.MAX_ELEMENTS or self._characters > limits.MAX_CHARACTERS:
                self.warnings.append(f"{label} was read only in part: the message is very long.")
                return
            self._characters += len(element.text)
            self.elements.append(
                replace(
                    element,
                    ordinal=len(self.elements),
                    level=min(element.level + level, 6)
                    if element.type == "heading" and element.level
                    else element.level,
                    label=f"{label} › {element.label}" if element.label else label,
                    section_path=above + element.section_path,
                    page_start=None,  # pages of an attachment are not pages of the message
                    page_end=None,
                    page_turns=(),
                )
            )
        self.warnings.extend(f"{label}: {warning}" for warning in document.warnings)

    def _heading_on_top(self) -> str:
        for element in self.elements:
            if element.type not in ("header", "footer"):
                is_title = element.type == "heading" and element.level == 1 and len(element.text) <= _MAX_TITLE
                return element.text if is_title else ""
        return ""

    def finish(self, media_type: str, form: str, name: str, n_pages: int | None = None) -> ParsedDocument:
        """The finished document, its elements numbered in their order.

        Raises:
            ParseFailed: `empty` when there was nothing to find, `corrupt` when what there was could not be read.
        """
        if not self.elements and self.warnings:
            raise ParseFailed("corrupt", " ".join(self.warnings[:3]))
        if not self.elements:
            raise ParseFailed("empty", "No text was found in the file.")
        outcome: Outcome = "partial" if self.warnings else "ok"
        metadata = {key: value for key, raw in self.metadata.items() if (value := " ".join(clean(raw).split())[:1000])}
        given, on_top = metadata.pop("title", ""), self._heading_on_top() if form in _HEADED else ""
        if title := _title(given) or _title(on_top):
            metadata["title"] = title
        warnings = tuple(dict.fromkeys(self.warnings))
        elements = tuple(
            element if element.ordinal == number else replace(element, ordinal=number)
            for number, element in enumerate(self.elements)
        )
        return ParsedDocument(media_type, form, name, n_pages, outcome, warnings[:50], elements, metadata)
