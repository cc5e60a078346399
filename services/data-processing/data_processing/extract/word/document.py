"""The course of reading a DOCX: headers, the body with its notes, footers. Pages are those of the last layout."""

from collections.abc import Iterator

from data_processing.extract import drawing, limits
from data_processing.extract.archive import Archive
from data_processing.extract.build import Build, clean
from data_processing.extract.options import Options
from data_processing.extract.word.runs import Paragraph, Runs
from data_processing.extract.word.styles import Styles
from data_processing.extract.xml import Node, attribute, child, children, is_on, local, number, within

_BLOCKS = {
    "p",
    "tbl",
    "sdt",
    "sdtContent",
    "customXml",
    "ins",
    "moveTo",
    "smartTag",
    "txbxContent",
    "AlternateContent",
    "Choice",
}
_CORE = {"title": "title", "creator": "author", "subject": "subject", "created": "created"}


def read(data: bytes, build: Build, _: Options) -> int | None:
    """Collect the elements of a DOCX. Returns the number of pages when the file tells where they begin."""
    with Archive(data) as archive:
        return _Reader(archive, build).read()


def core_properties(archive: Archive, build: Build) -> None:
    """Take title, author, subject and date from an Office file."""
    root = archive.xml_or_none("docProps/core.xml")
    for node in root if root is not None else ():
        if (ours := _CORE.get(local(node))) and node.text:
            build.metadata[ours] = node.text


class _Reader:
    def __init__(self, archive: Archive, build: Build) -> None:
        self._archive = archive
        self._build = build
        starts = [part for kind, part in archive.relations("").values() if kind == "officeDocument"]
        self._main = starts[0] if starts and starts[0] in archive else "word/document.xml"
        self._root = archive.xml(self._main)
        self._relations = archive.relations(self._main)
        self._styles = Styles(archive, self._part("styles"), self._part("numbering"))
        self._runs = Runs(self._root)
        self._notes = {kind: self._read_notes(kind) for kind in ("footnote", "endnote")}

    def _part(self, kind: str) -> str | None:
        return next((part for found, part in self._relations.values() if found == kind), None)

    def read(self) -> int | None:
        build = self._build
        core_properties(self._archive, build)
        build.page_is_exact = False
        build.page = 1 if self._runs.has_pages else None
        self._margins("header")
        body = child(self._root, "body")
        if body is not None:
            self._blocks(body)
        self._margins("footer")
        return self._runs.page if self._runs.has_pages else None

    def _margins(self, kind: str) -> None:
        """Headers or footers of all sections, each text once. Page numbers alone say nothing."""
        seen: set[str] = set()
        for found, part in self._relations.values():
            if found != kind or (root := self._archive.xml_or_none(part)) is None:
                continue
            text = clean("\n".join(Runs(root).plain(paragraph) for paragraph in within(root, "p")))
            if text not in seen and any(character.isalpha() for character in text):
                seen.add(text)
                self._build.add("header" if kind == "header" else "footer", text)

    def _read_notes(self, kind: str) -> dict[str, str]:
        root = self._archive.xml_or_none(self._part(f"{kind}s"))
        runs = Runs(root) if root is not None else None
        return {
            attribute(note, "id") or "": clean(" ".join(runs.plain(paragraph) for paragraph in within(note, "p")))
            for note in children(root, kind)
            if runs is not None and attribute(note, "type") in (None, "normal")
        }

    def _blocks(self, container: Node) -> None:
        for node in container:
            name = local(node)
            if name == "p":
                self._paragraph(node)
            elif name == "tbl":
                self._table(node)
            elif name in _BLOCKS:
                self._blocks(node)
            elif name == "sectPr":
                self._runs.section(node)

    def _paragraph(self, node: Node) -> None:
        properties = child(node, "pPr")
        paragraph = self._runs.read(node)
        if paragraph.text.strip():
            self._add(paragraph, properties)
        self._follow(paragraph)
        for box in paragraph.boxes:
            self._blocks(box)
        for graphic in paragraph.graphics:
            drawing.add_graphics(graphic, self._archive, self._relations, self._build)
        section = child(properties, "sectPr")
        if section is not None:
            self._runs.section(section)

    def _add(self, paragraph: Paragraph, properties: Node | None) -> None:
        build = self._build
        if self._runs.has_pages:
            build.page = paragraph.page
        kind = self._styles.kind(properties)
        text = f"{kind.number} {paragraph.text}" if kind.number else paragraph.text
        page_end = self._runs.page if self._runs.has_pages else None
        if kind.heading is not None:
            build.heading(text, kind.heading)
        elif kind.depth is not None:
            build.add("list_item", text, level=kind.depth, page_end=page_end)
        elif (attribute(child(properties, "pStyle"), "val") or "").lower() == "caption":
            build.add("caption", text, page_end=page_end)
        else:
            build.add("paragraph", text, page_end=page_end)

    def _follow(self, paragraph: Paragraph) -> None:
        """What stands at the foot of the page is read where the text refers to it."""
        for kind, identifier in paragraph.notes:
            self._build.add("note", self._notes[kind].pop(identifier, ""))

    def _table(self, node: Node) -> None:
        rows = list(_rows(node))
        cells = [list(_cells(row)) for row in rows]
        if max((len(row) for row in cells), default=0) <= 1:
            for row in cells:  # a frame around text, not a table
                for cell in row:
                    self._blocks(cell)
            return
        build, start = self._build, self._runs.page
        pending: list[Paragraph] = []
        above: dict[int, str] = {}
        grid: list[list[str]] = []
        headers = 0
        for number_of_row, (row, in_row) in enumerate(zip(rows, cells, strict=True)):
            properties = child(row, "trPr")
            if is_on(child(properties, "tblHeader")) and headers == number_of_row:
                headers += 1
            line = [""] * min(number(attribute(child(properties, "gridBefore"), "val")), limits.MAX_COLUMNS)
            for cell in in_row:
                self._cell(cell, line, above, pending)
            grid.append(line[: limits.MAX_COLUMNS])
        if self._runs.has_pages:
            build.page = start
        before = len(build.elements)
        build.table(grid, header_rows=headers or None)
        if self._runs.has_pages and self._runs.page != start and len(build.elements) > before:
            build.extend_to(self._runs.page)
        for paragraph in pending:
            self._follow(paragraph)
            for graphic in paragraph.graphics:
                drawing.add_graphics(graphic, self._archive, self._relations, build)

    def _cell(self, cell: Node, line: list[str], above: dict[int, str], pending: list[Paragraph]) -> None:
        """Add a cell to its row: repeated where it is merged downwards, once where it spans columns."""
        properties = child(cell, "tcPr")
        column = len(line)
        merge = child(properties, "vMerge")
        text = self._cell_text(cell, pending, 0)
        if merge is not None and attribute(merge, "val") != "restart":
            text = text.strip() or above.get(column, "")
        if merge is not None:
            above[column] = text
        else:
            above.pop(column, None)
        span = number(attribute(child(properties, "gridSpan"), "val"), 1)
        line.append(text)
        line.extend([""] * (min(max(span, 1), limits.MAX_COLUMNS) - 1))

    def _cell_text(self, container: Node, pending: list[Paragraph], depth: int) -> str:
        if depth > limits.MAX_TABLE_DEPTH:
            return " ".join(run.text or "" for run in within(container, "t"))
        texts: list[str] = []
        for node in container:
            name = local(node)
            if name == "p":
                paragraph = self._runs.read(node)
                pending.append(paragraph)
                kind = self._styles.kind(child(node, "pPr"))
                texts.append(f"{kind.number} {paragraph.text}" if kind.number else paragraph.text)
                texts.extend(self._cell_text(box, pending, depth + 1) for box in paragraph.boxes)
            elif name in ("tbl", "tr", "tc") or name in _BLOCKS:
                texts.append(self._cell_text(node, pending, depth + 1))
        return "\n".join(text for text in texts if text.strip())


def _rows(table: Node) -> Iterator[Node]:
    for node in table:
        name = local(node)
        if name == "tr":
            properties = child(node, "trPr")
            if child(properties, "del") is None:
                yield node
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _rows(node)


def _cells(row: Node) -> Iterator[Node]:
    for node in row:
        name = local(node)
        if name == "tc":
            yield node
        elif name in ("sdt", "sdtContent", "customXml"):
            yield from _cells(node)
