"""DOCX: headings, lists, tables, margins, notes, boxes and pages."""

import pytest
from tests.office import docx, paragraph, word_part

from data_processing.elements import Element, ParseFailed
from data_processing.extract import parse

_PAGE = "<w:r><w:lastRenderedPageBreak/><w:t>{}</w:t></w:r>"


def _read(body: str, **parts: object) -> list[Element]:
    return list(parse(docx(body, **parts), "x.docx").elements)  # type: ignore[arg-type]


def _cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text) if text else '<w:p/>'}</w:tc>"


def test_headings_make_the_section_path() -> None:
    found = _read(paragraph("Network", style="H1") + paragraph("VLANs", style="H2") + paragraph("Voice is 20."))
    assert [(element.type, element.level) for element in found] == [("heading", 1), ("heading", 2), ("paragraph", None)]
    assert found[2].section_path == ("Network", "VLANs")


def test_an_outline_level_of_the_paragraph_makes_a_heading_without_a_style() -> None:
    (found,) = _read('<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Scope</w:t></w:r></w:p>')
    assert (found.type, found.level) == ("heading", 2)


def test_lists_are_numbered_as_they_are_printed() -> None:
    found = _read(
        "".join(paragraph(text, level=level) for text, level in (("a", 0), ("b", 1), ("c", 1), ("d", 0), ("e", 1)))
    )
    assert [(element.text, element.level) for element in found] == [
        ("1. a", 1), ("a. b", 2), ("b. c", 2), ("2. d", 1), ("a. e", 2),
    ]  # fmt: skip


def test_a_table_keeps_its_header_and_repeats_cells_merged_downwards() -> None:
    starts, spans = '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'
    rows = (
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{_cell('Site')}{_cell('Port')}{_cell('VLAN')}</w:tr>"
        f"<w:tr>{_cell('Leeds', starts)}{_cell('1')}{_cell('20')}</w:tr>"
        f"<w:tr>{_cell('', '<w:vMerge/>')}{_cell('spare', spans)}</w:tr>"
    )
    (table,) = _read(f"<w:tbl>{rows}</w:tbl>")
    assert table.table is not None
    assert table.table.rows == (("Site", "Port", "VLAN"), ("Leeds", "1", "20"), ("Leeds", "spare", ""))
    assert table.table.header_rows == 1


def test_a_table_in_a_cell_stays_in_the_cell() -> None:
    inner = f"<w:tbl><w:tr>{_cell('x')}{_cell('y')}</w:tr></w:tbl>"
    (table,) = _read(
        f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc>{_cell('b')}</w:tr><w:tr>{_cell('c')}{_cell('d')}</w:tr></w:tbl>"
    )
    assert table.text == "x y | b\nc | d"


def test_a_frame_of_one_cell_is_no_table() -> None:
    found = _read(
        f"<w:tbl><w:tr><w:tc>{paragraph('Note', style='H1')}{paragraph('Mind the UPS.')}</w:tc></w:tr></w:tbl>"
    )
    assert [element.type for element in found] == ["heading", "paragraph"]


def test_headers_footers_and_footnotes_are_read_once_and_in_place() -> None:
    note = f'<w:footnote w:id="2">{paragraph("Plan of 2024.")}</w:footnote>'
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    found = _read(
        paragraph("See the plan.", extra=reference) + paragraph("Next."),
        parts={
            "word/header1.xml": word_part("hdr", paragraph("Acme Ltd")),
            "word/header2.xml": word_part("hdr", paragraph("Acme Ltd")),
            "word/footer1.xml": word_part("ftr", paragraph("Confidential")),
            "word/footer2.xml": word_part("ftr", paragraph("3")),
            "word/footnotes.xml": word_part("footnotes", note),
        },
        related=[
            ("header", "header1.xml"), ("header", "header2.xml"), ("footer", "footer1.xml"), ("footer", "footer2.xml"),
            ("footnotes", "footnotes.xml"),
        ],
    )  # fmt: skip
    assert [(element.type, element.text) for element in found] == [
        ("header", "Acme Ltd"),
        ("paragraph", "See the plan."),
        ("note", "Plan of 2024."),
        ("paragraph", "Next."),
        ("footer", "Confidential"),
    ]


def test_a_text_box_is_read_once_although_it_is_written_twice() -> None:
    box = f"<w:txbxContent>{paragraph('Emergency: 0113 496 0000')}</w:txbxContent>"
    twice = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert [e.text for e in _read(paragraph("Before.", extra=twice))] == ["Before.", "Emergency: 0113 496 0000"]


def test_deleted_text_and_instructions_of_fields_are_not_text() -> None:
    extra = (
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:instrText> PAGEREF x </w:instrText></w:r>"
        "<w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
    )
    assert [e.text for e in _read(paragraph("The", extra=extra))] == ["The new"]


def test_pages_are_those_of_the_last_layout_and_say_that_they_are_not_exact() -> None:
    document = parse(docx(paragraph("one", extra=_PAGE.format(" still")) + paragraph("two")), "x.docx")
    assert document.n_pages == 2
    assert [(e.page_start, e.page_end, e.page_is_exact) for e in document.elements] == [(1, 2, False), (2, 2, False)]


def test_figures_of_a_chart_become_a_table() -> None:
    chart = (
        '<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart><c:title><c:tx><a:t>Calls</a:t></c:tx></c:title><c:plotArea>'
        '<c:ser><c:tx><c:pt idx="0"><c:v>2024</c:v></c:pt></c:tx><c:cat><c:pt idx="0"><c:v>May</c:v></c:pt></c:cat>'
        '<c:val><c:pt idx="0"><c:v>17</c:v></c:pt></c:val></c:ser></c:plotArea></c:chart></c:chartSpace>'
    )
    drawing = '<w:r><w:drawing><c:chart xmlns:c="c" r:id="rId3"/></w:drawing></w:r>'
    found = _read(paragraph("See:", extra=drawing), parts={"word/chart.xml": chart}, related=[("chart", "chart.xml")])
    assert [(e.type, e.text) for e in found[1:]] == [("caption", "Calls"), ("table", " | 2024\nMay | 17")]


@pytest.mark.parametrize(
    "declaration", ['<!DOCTYPE x [<!ENTITY e "lol">]>', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>']
)
def test_a_document_that_declares_entities_is_refused(declaration: str) -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(docx(paragraph("&e;"), before=declaration), "x.docx")
    assert failure.value.outcome == "corrupt"
    assert "entities" in failure.value.reason


def test_tables_nested_sixty_deep_are_read() -> None:
    body = paragraph("innermost")
    for _ in range(60):
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc>{_cell('beside')}</w:tr></w:tbl>"
    (table,) = _read(body)
    assert table.text.startswith("innermost beside")
