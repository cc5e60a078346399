"""Documents as DOCX: the same words under Word's own styles."""

import datetime as dt
import io
import zipfile

import docx as python_docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from oberaconnect.typeset import (
    Block,
    Callout,
    Cell,
    Column,
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
    docx,
)  # fmt: skip

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><rect width="90" height="40" fill="#0f766e"/></svg>'


def document(*blocks: Block, title: str = "A title") -> Document:
    return Document(title, "An author", "en", dt.date(2026, 11, 25), "The header", "The footer", "a4", blocks)


def opened(*blocks: Block, title: str = "A title") -> WordDocument:
    return python_docx.Document(io.BytesIO(docx(document(*blocks, title=title))))


def texts(word: WordDocument) -> list[str]:
    """Every paragraph of the body, also those in tables, in their order."""
    return [
        "".join("\n" if part.tag == qn("w:br") else part.text or "" for part in paragraph.iter(qn("w:t"), qn("w:br")))
        for paragraph in word.element.body.iter(qn("w:p"))
    ]


def test_headings_are_words_own_and_numbered() -> None:
    word = opened(Heading("One"), Heading("Below", 2), Heading("Two"))
    found = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style is not None]
    assert found == [("Heading 1", "1   One"), ("Heading 2", "Below"), ("Heading 1", "2   Two")]


def test_every_kind_of_block_has_its_words() -> None:
    word = opened(
        Cover("Kicker", "Cover title", "Subtitle", "Status", "good", (("Fact", "Value"),)),
        Paragraph("first\nsecond"),
        KeyValue((("Name", "Known"),)),
        Table("Label", (Column("Left"), Column("Right")), (("plain", Cell("1", "chip")), (Cell("", "box"), "x"))),
        Callout("Look", "At this."),
        Signatures((("For one", (("Name", "Ann"),)), ("For two", (("Name", ""),)))),
    )
    found = [text.replace("\u00a0", "") for text in texts(word) if text]
    assert found == [
        "Kicker", "Cover title", "Subtitle", "Status", "Fact", "Value", "first\nsecond", "Name", "Known", "Left",
        "Right", "plain", "1", "☐", "x", "Look", "At this.", "For one", "For two", "Ann", "Name", "Name",
    ]  # fmt: skip


def test_contents_lead_to_the_headings() -> None:
    word = opened(Contents(), Heading("One"), Heading("Two"))
    anchors = [link.get(qn("w:anchor")) for link in word.element.body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in word.element.body.iter(qn("w:bookmarkStart"))]
    assert anchors == marks
    assert len(marks) == 2


def test_pages_have_their_size_and_number_and_the_cover_has_none() -> None:
    word = opened(Cover("", "T", "", "S", "plain", ()), Heading("A"), Page("a3", landscape=True), Heading("B"))
    cover, upright, wide = word.sections
    assert cover.different_first_page_header_footer
    assert not upright.different_first_page_header_footer
    assert wide.orientation == WD_ORIENT.LANDSCAPE
    assert [round(side.pt) for side in (wide.page_width, wide.page_height) if side is not None] == [1191, 842]
    for section in (upright, wide):
        assert section.header.paragraphs[0].text == "The header\tA title"
        codes = [code.text for code in section.footer.paragraphs[0]._p.iter(qn("w:instrText"))]
        assert codes == [" PAGE ", " NUMPAGES "]


def test_no_empty_paragraph_that_might_be_alone_on_a_page_ends_a_section() -> None:
    word = opened(Heading("A"), Page("a3", landscape=True), Heading("B"), Page("a4"), Heading("C"))
    ending = [one.text for one in word.paragraphs if one._p.xpath("w:pPr/w:sectPr")]
    assert ending == ["1   A", "2   B"]


def test_the_head_of_a_table_returns_on_each_page_and_columns_fill_the_width() -> None:
    word = opened(Table("L", (Column("A", 3), Column("B", 1)), (("x", "y"),)))
    table = word.tables[0]
    assert table.rows[0]._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    widths = [cell.width.pt for cell in table.rows[1].cells if cell.width is not None]
    assert widths[0] == pytest.approx(3 * widths[1], abs=1)
    assert sum(widths) == pytest.approx(595.28 - 2 * 56, abs=1)


def test_words_of_another_language_say_so_and_arabic_runs_from_the_right() -> None:
    word = opened(Table("L", (Column("A"),), ((Cell("شكرا", language="ar-EG"),), (Cell("merci", language="fr"),))))
    arabic, french = (row.cells[0].paragraphs[0]._p for row in word.tables[0].rows[1:])
    assert arabic.find(qn("w:pPr")).find(qn("w:bidi")) is not None
    assert [lang.get(qn("w:bidi")) for lang in arabic.iter(qn("w:lang"))] == ["ar-EG"]
    assert [lang.get(qn("w:val")) for lang in french.iter(qn("w:lang"))] == ["fr"]


def test_a_picture_has_its_size_and_its_description() -> None:
    word = opened(Picture(SVG, "A green field", 90, 40))
    shape = word.inline_shapes[0]
    assert (shape.width.pt, shape.height.pt) == (90, 40)
    assert shape._inline.docPr.get("descr") == "A green field"


def test_it_says_what_it_is() -> None:
    properties = opened(Heading("One")).core_properties
    assert (properties.title, properties.author, properties.language) == ("A title", "An author", "en")
    assert properties.created == properties.modified == dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def test_the_same_document_is_the_same_file() -> None:
    one = document(Contents(), Heading("One"), Picture(SVG, "A drawing", 90, 40))
    assert docx(one) == docx(one)


@pytest.mark.parametrize(
    "text", ["<w:p/>&amp;", "\x00\x07bell", "a\x1b[31m", "🙂 שלום 漢字 \u202e.", "x" * 200, "=1+1"]
)
def test_whatever_is_written_stays_text(text: str) -> None:
    word = opened(
        Cover(text, text, text, text, "plain", ((text, text),)),
        Heading(text),
        Paragraph(text),
        Table(text, (Column(text),), ((text,), (Cell(text, "chip"),))),
        title=text,
    )
    shown = "".join(char for char in text if char.isprintable() or char == " ").strip()
    assert sum(shown in found for found in texts(word)) == 11


def test_it_holds_nothing_that_acts() -> None:
    content = docx(document(Heading("One"), Table("L", (Column("A"),), (("=HYPERLINK(1)",),))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower() or "embed" in name.lower()]
        assert b"TargetMode" not in archive.read("word/_rels/document.xml.rels")


def test_a_cover_has_a_logo_at_the_end_of_its_line() -> None:
    word = opened(Cover("", "T", "", "S", "plain", (), Picture(SVG, "The logo", 90, 40)), Heading("A"))
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ["The logo"]
    assert word.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
