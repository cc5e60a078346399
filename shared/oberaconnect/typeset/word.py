"""A document as DOCX: with Word's own headings, repeating table heads, numbered pages, and the same bytes each time."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

import docx as python_docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from oberaconnect.typeset import paper, word_parts
from oberaconnect.typeset.blocks import (
    Block,
    Callout,
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
from oberaconnect.typeset.raster import png
from oberaconnect.typeset.word_xml import INK, SOFT
from oberaconnect.typeset.words import lines

#: On every computer that has Word; Liberation Sans has the same measures elsewhere.
FONT: Final = "Arial"
#: The earliest time that a zip can hold.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
#: Style: size, colour, bold, room before and after, all in points.
_STYLES: Final = {
    "Normal": (9.5, INK, False, 0, 6), "Remark": (8.5, SOFT, False, 0, 6), "Heading 1": (17, INK, True, 20, 8),
    "Heading 2": (11.5, INK, True, 14, 6), "Header": (8, SOFT, False, 0, 0), "Footer": (8, SOFT, False, 0, 0),
    "Gap": (4, SOFT, False, 0, 4),
}  # fmt: skip


def docx(document: Document) -> bytes:
    """Write a document. Word breaks pages itself, so they may be others than in the PDF."""
    word = python_docx.Document()
    _describe(word, document)
    _style(word)
    first = word.sections[0]
    _set_page(first, Page(document.paper))
    first.different_first_page_header_footer = any(isinstance(block, Cover) for block in document.blocks)
    body = _Body(word, document)
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        body.add(block, following)
    return _same_each_time(word)


class _Body:
    """Blocks as they are added."""

    def __init__(self, word: WordDocument, document: Document) -> None:
        self._word = word
        self._document = document
        self._width = 0.0
        self._run(word.sections[0], Page(document.paper))
        self._headings = 0
        self._is_empty = True

    def add(self, block: Block, following: Block | None) -> None:
        """Adds a block at the end. A page that nothing stands on yet is not begun again."""
        match block:
            case Page():
                if not self._is_empty:
                    self._new_section(block)
                return
            case Cover():
                if block.logo is not None:
                    logo = block.logo
                    word_parts.picture(
                        self._word, png(logo.svg, logo.width), logo.alt, (logo.width, logo.height), right=True
                    )
                self._append(word_parts.cover(block, self._width))
                self._new_section(Page(self._document.paper))
                return
            case Contents():
                titles = [item.text for item in self._document.blocks if isinstance(item, Heading) and item.level == 1]
                self._append(word_parts.contents([_one_line(title) for title in titles]))
            case Heading():
                self._heading(block)
            case Paragraph(text=text, soft=soft):
                added = self._word.add_paragraph("\n".join(lines(text)), "Remark" if soft else "Normal")
                added.paragraph_format.keep_with_next = isinstance(following, Table)
            case Picture(svg=svg, alt=alt, width=width, height=height):
                word_parts.picture(self._word, png(svg, width), alt, (width, height))
            case KeyValue() | Table() | Callout() | Signatures():
                self._append([self._framed(block)])
                self._word.add_paragraph(style="Gap")
        self._is_empty = False

    def _framed(self, block: KeyValue | Table | Callout | Signatures) -> BaseOxmlElement:
        match block:
            case KeyValue():
                return word_parts.key_value(block.pairs, self._width)
            case Table():
                return word_parts.rows_and_head(block, self._width)
            case Callout():
                return word_parts.callout(block, self._width)
            case Signatures():
                return word_parts.signatures(block.parties, self._width)

    def _heading(self, block: Heading) -> None:
        text = _one_line(block.text)
        if block.level == 1:
            self._headings += 1
            heading = self._word.add_heading(f"{self._headings}   {text}", 1)
            word_parts.mark_heading(heading, self._headings)
        else:
            self._word.add_heading(text, block.level)

    def _append(self, elements: Iterable[BaseOxmlElement]) -> None:
        for made in elements:
            self._word.element.body.insert_element_before(made, "w:sectPr")

    def _new_section(self, page: Page) -> None:
        section = self._word.add_section(WD_SECTION.NEW_PAGE)
        self._end_with_the_last_paragraph()
        section.different_first_page_header_footer = False
        _set_page(section, page)
        self._run(section, page)
        self._is_empty = True

    def _end_with_the_last_paragraph(self) -> None:
        """An empty paragraph that only ends a section would be alone on a page when the one before is full."""
        ending = self._word.element.body[-2]
        last = ending.getprevious()
        if isinstance(last, CT_P) and last.xpath("not(w:pPr/w:sectPr)"):
            last.get_or_add_pPr().append(ending.pPr.find(qn("w:sectPr")))
            self._word.element.body.remove(ending)

    def _run(self, section: Section, page: Page) -> None:
        """Gives pages of another width their own lines at the top and the bottom."""
        width = paper.room(page)[0]
        if width != self._width:
            section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
            word_parts.running(section, (self._document.header, self._document.title), self._document.footer, width)
        self._width = width


def _one_line(text: str) -> str:
    return " ".join(lines(text))


def _set_page(section: Section, page: Page) -> None:
    short, long = paper.SIZES[page.paper]
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Pt(long), Pt(short)) if page.landscape else (Pt(short), Pt(long))
    section.left_margin = section.right_margin = Pt(paper.SIDE)
    section.top_margin, section.bottom_margin = Pt(paper.TOP), Pt(paper.BOTTOM)
    section.header_distance = section.footer_distance = Pt(30)


def _describe(word: WordDocument, document: Document) -> None:
    made = dt.datetime.combine(document.made, dt.time())
    author = _one_line(document.author)[:255]
    properties = word.core_properties
    properties.title, properties.author, properties.last_modified_by = _one_line(document.title)[:255], author, author
    properties.comments, properties.revision, properties.language = "", 1, document.language
    properties.created = properties.modified = made


def _style(word: WordDocument) -> None:
    for own in ("Remark", "Gap"):
        word.styles.add_style(own, WD_STYLE_TYPE.PARAGRAPH)
    for name, (size, color, bold, before, after) in _STYLES.items():
        style = word.styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"{name} is no style of paragraphs")
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(color)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.tab_stops.clear_all()
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), FONT)


def _same_each_time(word: WordDocument) -> bytes:
    """Save, without the time at which it was saved."""
    saved, steady = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return steady.getvalue()
