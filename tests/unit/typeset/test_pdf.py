"""Documents as PDF: what is in them can be read back, whatever anybody wrote into them."""

import datetime as dt
from pathlib import Path

import pypdfium2
import pytest

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
    Limits,
    NotTypeset,
    Page,
    Paragraph,
    Picture,
    Signatures,
    Table,
    pdf,
)  # fmt: skip

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><text y="20" font-family="Inter">Drawn</text></svg>'
MARKUP = '#read("/etc/hostname") #eval("6*7") [b] $x^2$ *b* _i_ @ref <lab> // c /* d'


def document(*blocks: Block, title: str = "A title", language: str = "en") -> Document:
    return Document(title, "An author", language, dt.date(2026, 11, 25), "The header", "The footer", "a4", blocks)


def pages(content: bytes) -> list[str]:
    """The text of each page, with the spaces that line breaks are."""
    opened = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    return [" ".join(text.replace("\u200b", "").replace("\ufffe", "").split()) for text in texts]


def everything(content: bytes) -> str:
    return " ".join(pages(content))


def test_every_kind_of_block_can_be_read_back() -> None:
    written = document(
        Cover("Kicker", "Cover title", "Subtitle", "Status", "good", (("Fact", "Value"),)),
        Contents(),
        Heading("First heading"),
        Heading("Second level", 2),
        Paragraph("A paragraph."),
        Paragraph("A remark.", soft=True),
        KeyValue((("Name", "Known"),)),
        Table(
            "Label",
            (Column("Left"), Column("Right", numeric=True)),
            (("plain", "12"), (Cell("chip", "chip"), Cell("strong", "strong", "bad"))),
        ),
        Table(
            "Marks", (Column("M"), Column("N")), ((Cell("", "box"), Cell("ticked", "tick")), (Cell("", "cross"), ""))
        ),
        Callout("Look", "At this.", "warning"),
        Picture(SVG, "A drawing", 90, 40),
        Page("a3", landscape=True),
        Heading("On a large page"),
        Page("a4"),
        Signatures((("For one", (("Name", "Ann"), ("Signature", ""))), ("For two", (("Name", ""), ("Signature", ""))))),
    )
    texts = pages(pdf(written))
    assert len(texts) == 4
    for words in ("Kicker", "Cover title", "Subtitle", "Status", "Fact", "Value"):
        assert words in texts[0]
    for words in (
        "First heading", "Second level", "A paragraph.", "A remark.", "Name Known", "Left Right", "plain 12", "chip",
        "strong", "ticked", "Look", "At this.", "Drawn",
    ):  # fmt: skip
        assert words in texts[1]
    assert "On a large page" in texts[2]
    assert "For one" in texts[3]
    assert "Ann" in texts[3]


def test_pages_have_the_size_that_was_asked_for() -> None:
    opened = pypdfium2.PdfDocument(pdf(document(Heading("One"), Page("a3", landscape=True), Heading("Two"))))
    assert [tuple(map(round, page.get_size())) for page in opened] == [(595, 842), (1191, 842)]


def test_all_pages_but_the_cover_are_numbered_and_have_header_and_footer() -> None:
    texts = pages(pdf(document(Cover("", "T", "", "S", "plain", ()), Heading("A"), Page("a4"), Heading("B"))))
    assert "The header" not in texts[0]
    assert ["2 / 3" in texts[1], "3 / 3" in texts[2]] == [True, True]
    assert all("The header" in text and "The footer" in text for text in texts[1:])


def test_it_says_what_it_is_and_has_bookmarks() -> None:
    opened = pypdfium2.PdfDocument(pdf(document(Heading("One"), Heading("Below", 2), Heading("Two"), language="de")))
    assert opened.get_metadata_dict(skip_empty=True) | {"ModDate": ""} == {
        "Title": "A title", "Author": "An author", "Creator": opened.get_metadata_value("Creator"),
        "CreationDate": "D:20261125000000Z", "ModDate": "",
    }  # fmt: skip
    assert [item.get_title() for item in opened.get_toc()] == ["1 One", "Below", "2 Two"]
    assert opened.is_tagged()


def test_the_same_document_is_the_same_file() -> None:
    one = document(Contents(), Heading("One"), Picture(SVG, "A drawing", 90, 40))
    assert pdf(one) == pdf(one)


@pytest.mark.parametrize(
    "text",
    [
        MARKUP,
        '"quoted" \\u{41} \\n \\"',
        "${SHELL(id)};,&|",
        "<script>alert(1)</script>",
        '=HYPERLINK("http://x")',
        "x" * 200,
    ],
)
def test_text_is_never_markup(text: str) -> None:
    written = document(
        Cover(text, text, text, text, "plain", ((text, text),)),
        Heading(text),
        Paragraph(text),
        KeyValue(((text, text),)),
        Table(text, (Column(text),), ((text,), (Cell(text, "chip"),))),
        Callout(text, text),
        Signatures(((text, ((text, text),)),)),
        title=text,
    )
    found = everything(pdf(written)).replace(" ", "")
    assert found.count(text.replace(" ", "")) >= 15


def test_control_characters_and_changes_of_direction_are_left_out() -> None:
    assert "one two evil." in everything(pdf(document(Paragraph("one\x07 \x1btwo \u202eevil\u2066.\x00"))))


def test_a_word_is_broken_only_where_it_has_no_room_and_first_after_its_signs() -> None:
    digest, code = "5425bcf2" * 8, "emergency.moving-device"
    narrow = Table("Codes", (Column("Wide", 5), Column("Narrow", 1)), ((digest, code),))
    blocks = (Callout("Hash", digest), Paragraph(digest))
    text = pypdfium2.PdfDocument(pdf(document(*blocks, narrow)))[0].get_textpage().get_text_range()
    assert text.count(digest) == 3
    assert text.split(digest)[-1].replace("\u200b", "").split()[:2] == ["emergency.", "moving-device"]


def test_a_line_feed_begins_a_new_line() -> None:
    opened = pypdfium2.PdfDocument(pdf(document(Paragraph("first\nsecond"))))
    assert "first\r\nsecond" in opened[0].get_textpage().get_text_range()


def test_characters_that_no_typeface_has_are_squares_and_are_named(tmp_path: Path) -> None:
    content = pdf(document(Cover("", "漢 and 字", "", "", "plain", ()), Heading("After")), folders=[tmp_path])
    texts = pages(content)
    assert "□ and □" in texts[0]
    assert "Some characters cannot be shown in this copy" in texts[1]
    assert "U+5B57 CJK UNIFIED IDEOGRAPH-5B57, U+6F22 CJK UNIFIED IDEOGRAPH-6F22." in texts[1]


def test_a_document_in_inter_alone_says_nothing_of_characters(tmp_path: Path) -> None:
    content = pdf(document(Paragraph("Ærø, Łódź, Ελλάδα, Україна – “fine” … €")), folders=[tmp_path])
    assert pages(content) == ["The header A title Ærø, Łódź, Ελλάδα, Україна – “fine” … € The footer 1 / 1"]


def test_a_file_that_is_no_typeface_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Broken Sans.ttf").write_bytes(b"\x00\x01\x00\x00\xff\xff" + b"\xff" * 40)
    (tmp_path / "Empty Sans.otf").write_bytes(b"")
    assert "U+6F22" in everything(pdf(document(Paragraph("漢")), folders=[tmp_path]))


def test_the_head_of_a_long_table_returns_on_each_page_and_no_row_is_lost() -> None:
    rows = tuple((f"row-{number}", "words") for number in range(200))
    texts = pages(pdf(document(Table("Long", (Column("Head"), Column("Other")), rows))))
    assert len(texts) > 3
    assert all("Head Other" in text for text in texts)
    found = " ".join(texts).split()
    assert [word for word in found if word.startswith("row-")] == [f"row-{number}" for number in range(200)]


def test_a_cell_longer_than_a_page_goes_on_on_the_next() -> None:
    words = " ".join(f"w{number}" for number in range(2500))
    texts = pages(pdf(document(Table("Long", (Column("A"), Column("B")), ((words, "x"),)))))
    assert len(texts) > 1
    assert "w0 w1 w2" in texts[0]
    assert "w2498 w2499" in texts[-1]


def test_what_takes_too_long_is_refused_with_advice() -> None:
    with pytest.raises(NotTypeset, match="too large to be typeset"):
        pdf(document(Paragraph("x")), Limits(seconds=0.001))


def test_what_takes_too_much_memory_is_refused_with_advice() -> None:
    rows = tuple((f"row-{number}" * 5, "words" * 20) for number in range(3000))
    with pytest.raises(NotTypeset, match="too large to be typeset"):
        pdf(document(Table("Long", (Column("A"), Column("B")), rows)), Limits(memory_bytes=300 << 20))


def test_a_row_with_a_cell_too_few_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells in a table of 2 columns"):
        Table("T", (Column("A"), Column("B")), (("only",),))


def test_a_cover_has_a_logo_and_small_remarks_are_there() -> None:
    logo = Picture(SVG, "The logo", 90, 40)
    read = pages(
        pdf(
            document(
                Cover("K", "T", "", "S", "plain", (), logo),
                Heading("A"),
                Table("L", (Column("A"),), ((Cell("sw1:12", "small"),),)),
            )
        )
    )
    assert "D r a w n" in read[0]
    assert "sw1:12" in read[1]
