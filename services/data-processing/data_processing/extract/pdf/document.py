"""The course of reading a PDF: open (or repair), pages to lines, lines to elements, pages without text to OCR."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as c

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import limits, ocr
from data_processing.extract.build import Build, LimitReached, clean
from data_processing.extract.grid import rectangle
from data_processing.extract.options import Options
from data_processing.extract.pdf import layout, margins, repair
from data_processing.extract.pdf.lines import Line, page_lines
from data_processing.extract.pdf.tables import FoundTable, TableFinder, may_hold_table

_METADATA = {"Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created"}
_DATE = re.compile(r"^D:(\d{4})(\d{2})(\d{2}).*$")
_MIN_TEXT = 8  # characters below which a page with a picture is taken for a scan


@dataclass
class _Page:
    lines: list[Line]
    height: float
    tables: list[FoundTable] = field(default_factory=list)
    is_picture: bool = False


def parse(data: bytes, name: str, options: Options) -> ParsedDocument:
    """Read a PDF.

    Raises:
        ParseFailed: `encrypted`, `corrupt`, `no_text_needs_ocr` or `empty`.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == c.FPDF_ERR_PASSWORD:
            raise ParseFailed(
                "encrypted", "The PDF is protected by a password. Remove the password or upload an unprotected copy."
            ) from None
        return repair.parse(data, name, options, parse)
    try:
        return _Reader(document, data, name, options).read()
    finally:
        document.close()


class _Reader:
    def __init__(self, document: pdfium.PdfDocument, data: bytes, name: str, options: Options) -> None:
        self._document = document
        self._name = name
        self._options = options
        self._build = Build("pdfium")
        self._finder = TableFinder(data)
        self._n_pages = len(document)
        self._tables_stopped = False

    def read(self) -> ParsedDocument:
        self._metadata()
        if self._document.get_formtype() != c.FORMTYPE_NONE:
            self._document.init_forms()
        try:
            pages = list(self._pages())
        finally:
            self._finder.close()
        try:
            self._structure(pages)
            self._read_pictures(pages)
        except LimitReached:
            pass
        self._build.elements.sort(key=lambda element: (element.type == "footer", element.page_start or 0))
        if not self._build.elements:
            self._nothing(pages)
        return self._build.finish("application/pdf", "pdf", self._name, self._n_pages)

    def _metadata(self) -> None:
        found = self._document.get_metadata_dict(skip_empty=True)
        for key, ours in _METADATA.items():
            self._build.metadata[ours] = _DATE.sub(r"\1-\2-\3", found.get(key, ""))

    def _pages(self) -> Iterator[_Page]:
        if self._n_pages > limits.MAX_PAGES:
            self._build.warnings.append(f"Only the first {limits.MAX_PAGES:,} of {self._n_pages:,} pages were read.")
        for index in range(min(self._n_pages, limits.MAX_PAGES)):
            try:
                page = self._document[index]
            except pdfium.PdfiumError:
                self._build.warnings.append(f"Page {index + 1} is damaged and was left out.")
                yield _Page([], 1.0)
                continue
            try:
                yield self._page(page, index)
            finally:
                page.close()

    def _page(self, page: pdfium.PdfPage, index: int) -> _Page:
        textpage = page.get_textpage()
        if self._fill_in(page, textpage):
            textpage.close()
            textpage = page.get_textpage()
        try:
            lines, cut = page_lines(textpage, index + 1)
            if cut:
                self._build.warnings.append(f"Page {index + 1} holds more text than is read of one page.")
            found = _Page(lines, page.get_height() or 1.0)
            if sum(len(line.text) for line in lines) < _MIN_TEXT:
                found.is_picture = _has_picture(page)
            elif may_hold_table(page) and self._time_for_tables():
                found.tables = self._finder.find(page, textpage, index)
                found.lines = _place_tables(lines, found.tables, index + 1)
            return found
        finally:
            textpage.close()

    def _fill_in(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> bool:
        """Make the values of form fields and notes part of the page's text, where there are any. True when it did."""
        annotations = c.FPDFPage_GetAnnotCount(page)
        if not annotations or (self._document.formenv is None and textpage.count_chars() >= _MIN_TEXT):
            return False
        return bool(c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY) == c.FLATTEN_SUCCESS)

    def _time_for_tables(self) -> bool:
        if not self._tables_stopped and not self._options.left(limits.TABLE_SHARE):
            self._tables_stopped = True
            self._build.warnings.append("The document is long: tables of its later pages were read as text.")
        return not self._tables_stopped

    def _structure(self, pages: list[_Page]) -> None:
        bodies, headers, footers = margins.remove([page.lines for page in pages], [page.height for page in pages])
        prose = [[line for line in lines if line.table is None] for lines in bodies]
        body = layout.body_type(prose)
        words = layout.vocabulary(prose)
        found = layout.join_pages([layout.blocks(lines, body) for lines in bodies])
        layout.mark_headings(found, body, self._outline())
        for text in headers:
            self._build.page = 1
            self._build.add("header", text)
        for block in self._with_whole_tables(found, pages):
            self._add(block, pages, words)
        for text in footers:
            self._build.page = 1
            self._build.add("footer", text)

    def _with_whole_tables(self, found: list[layout.Block], pages: list[_Page]) -> Iterator[layout.Block]:
        """The blocks, with a table that goes on over pages drawn into the page where it begins."""
        last: layout.Block | None = None
        for block in found:
            if last is not None and last.is_table and block.is_table:
                first, second = _table(last, pages), _table(block, pages)
                if block.lines[0].page == last.lines[-1].page + 1 and _goes_on(first, second):
                    rows = second.rows[1:] if second.rows[0] == first.rows[0] else second.rows
                    first.turns.append((len(rectangle(first.rows)), block.lines[0].page))
                    first.rows.extend(rows)
                    last.lines.append(block.lines[0])
                    continue
            if last is not None:
                yield last
            last = block
        if last is not None:
            yield last

    def _add(self, block: layout.Block, pages: list[_Page], words: frozenset[str]) -> None:
        build = self._build
        build.page, page_end = block.lines[0].page, block.lines[-1].page
        if block.is_table:
            table = _table(block, pages)
            build.table(table.rows)
            if page_end != build.page and build.elements[-1].type == "table":
                build.extend_to(page_end, _turns_of_rows(build.elements[-1].text, table.turns))
            return
        text = layout.text_of(block, words)
        turns = [(len(clean(layout.text_of(part, words))), page) for part, page in layout.page_turns(block)]
        if block.level is not None:
            build.heading(text, block.level)
        elif block.is_item:
            build.add("list_item", text, level=1, page_end=page_end, page_turns=turns)
        else:
            build.add("paragraph", text, page_end=page_end, page_turns=turns)

    def _outline(self) -> dict[tuple[int, str], int]:
        found: dict[tuple[int, str], int] = {}
        try:
            for number, bookmark in enumerate(self._document.get_toc(max_depth=6)):
                if number >= limits.MAX_OUTLINE_ENTRIES:
                    break
                destination = bookmark.get_dest()
                index = destination.get_index() if destination else None
                if index is not None and (key := layout.key_of(bookmark.get_title())):
                    found.setdefault((index + 1, key), min(bookmark.level + 1, 6))
        except (pdfium.PdfiumError, RecursionError, ValueError):
            return found  # a damaged outline is no reason to lose the text
        return found

    def _read_pictures(self, pages: list[_Page]) -> None:
        """OCR of pages that are only pictures. Their elements come behind and are sorted in by page."""
        numbers = [index for index, page in enumerate(pages) if page.is_picture]
        if not numbers:
            return
        if not ocr.is_available():
            self._build.warnings.append(f"{_count(numbers)} could not be read: they are pictures, and {ocr.MISSING}")
            return
        build = self._build
        build.leave_sections()
        build.ocr, build.parser = True, "tesseract"
        with ocr.Engine() as engine:
            for done, index in enumerate(numbers):
                if done >= limits.MAX_OCR_PAGES or not self._options.left(limits.OCR_SHARE):
                    build.warnings.append(f"{_count(numbers[done:])} could not be read in time: they are pictures.")
                    return
                build.page = index + 1
                page = self._document[index]
                for text in engine.paragraphs(_render(page)):
                    build.add("paragraph", text)
                page.close()

    def _nothing(self, pages: list[_Page]) -> None:
        if any(page.is_picture for page in pages):
            if not ocr.is_available():
                raise ParseFailed("no_text_needs_ocr", f"The PDF holds only pictures of pages, and {ocr.MISSING}")
            raise ParseFailed("empty", "The PDF holds only pictures, and no text was found in them.")
        raise ParseFailed("empty", "No text was found in the PDF.")


def _has_picture(page: pdfium.PdfPage) -> bool:
    return next(iter(page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=4)), None) is not None


def _render(page: pdfium.PdfPage) -> ocr.Picture:
    width, height = page.get_size()
    scale = limits.OCR_DPI / 72
    pixels = width * height * scale * scale
    if pixels > limits.MAX_PIXELS / 4:
        scale *= (limits.MAX_PIXELS / 4 / pixels) ** 0.5
    picture: ocr.Picture = page.render(scale=scale, grayscale=True).to_pil()
    return picture


def _place_tables(lines: list[Line], tables: list[FoundTable], page: int) -> list[Line]:
    """The lines, those inside a table replaced by one that stands for it."""
    placed: list[Line] = []
    done: set[int] = set()
    for line in lines:
        inside = next((number for number, table in enumerate(tables) if _is_inside(line, table)), None)
        if inside is None:
            placed.append(line)
        elif inside not in done:
            done.add(inside)
            left, bottom, right, top = tables[inside].box
            placed.append(Line("", page, left, right, top, bottom, line.size, 0.0, inside))
    return placed


def _is_inside(line: Line, table: FoundTable) -> bool:
    left, bottom, right, top = table.box
    middle = line.y + 0.3 * line.size
    return bottom <= middle <= top and left - 2 <= line.x0 and line.x1 <= right + 2


def _table(block: layout.Block, pages: list[_Page]) -> FoundTable:
    line = block.lines[0]
    return pages[line.page - 1].tables[line.table or 0]


def _turns_of_rows(text: str, turns: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in a table's text where rows begin with which pages do."""
    lines = text.split("\n")
    return [(sum(len(line) + 1 for line in lines[:row]), page) for row, page in turns if row < len(lines)]


def _goes_on(first: FoundTable, second: FoundTable) -> bool:
    one, two = rectangle(first.rows), rectangle(second.rows)
    aligned = abs(first.box[0] - second.box[0]) < 4 and abs(first.box[2] - second.box[2]) < 4
    return aligned and bool(one) and bool(two) and len(one[0]) == len(two[0])


def _count(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0] + 1}"
    listed = ", ".join(str(number + 1) for number in numbers[:10])
    return f"{len(numbers)} pages ({clean(listed)}{' …' if len(numbers) > 10 else ''})"
