"""Presentations and workbooks."""

import datetime as dt
import io
import zipfile

import pytest
from tests.office import package, pptx, shape, slide_part, xlsx

from data_processing.elements import ParseFailed
from data_processing.extract import parse


def _altered(workbook: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with something replaced in its first sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    assert old in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new)
    return package(parts)


def test_slides_are_pages_with_their_titles_as_headings_and_labels() -> None:
    first = shape("ring all phones", "then voicemail", placeholder="body") + shape("Call flow", placeholder="title")
    document = parse(pptx([first, shape("no title here")]), "x.pptx")
    assert document.n_pages == 2
    assert [(e.type, e.text, e.page_start, e.label, e.section_path) for e in document.elements] == [
        ("heading", "Call flow", 1, "Slide 1: Call flow", ()),
        ("list_item", "ring all phones", 1, "Slide 1: Call flow", ("Call flow",)),
        ("list_item", "then voicemail", 1, "Slide 1: Call flow", ("Call flow",)),
        ("paragraph", "no title here", 2, "Slide 2", ()),
    ]


def test_notes_tables_and_diagrams_of_a_slide_are_read() -> None:
    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in ("DID", "Use")
    )
    table = (
        f'<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/><a:tr>{cells}</a:tr><a:tr>{cells}</a:tr></a:tbl>'
        "</p:graphicFrame>"
        '<p:graphicFrame><d:relIds xmlns:d="d" r:dm="rId2"/></p:graphicFrame>'
    )
    diagram = '<d:m xmlns:d="d" xmlns:a="a"><d:pt><a:t>Night mode</a:t></d:pt></d:m>'
    document = parse(
        pptx(
            [table],
            parts={
                "ppt/notes1.xml": slide_part(shape("Ask Bob", placeholder="body") + shape("7", placeholder="sldNum")),
                "ppt/data1.xml": diagram,
            },
            related=[("notesSlide", "../notes1.xml"), ("diagramData", "../data1.xml")],
        ),
        "x.pptx",
    )
    assert [(e.type, e.text) for e in document.elements] == [
        ("table", "DID | Use\nDID | Use"),
        ("list_item", "Night mode"),
        ("note", "Ask Bob"),
    ]


def test_a_damaged_slide_is_named_and_the_others_are_read() -> None:
    document = parse(pptx([shape("good"), "<broken", shape("also good")]), "x.pptx")
    assert document.outcome == "partial"
    assert document.warnings == ("Slide 2 is damaged and was left out.",)
    assert [element.text for element in document.elements] == ["good", "also good"]


def test_sheets_become_tables_under_their_names_with_titles_and_headers() -> None:
    rows = [
        ["VLAN plan", None, None],
        ["VLAN", "Name", "Subnet"],
        [10, "data", "10.0.10.0/24"],
        [20, "voice", "10.0.20.0/24"],
    ]
    document = parse(xlsx({"Leeds": rows, "York": [["Port", "VLAN"], [1, 10]]}), "x.xlsx")
    assert [(e.type, e.text, e.label) for e in document.elements] == [
        ("heading", "Leeds", "Leeds"),
        ("caption", "VLAN plan", "Leeds"),
        ("table", "VLAN | Name | Subnet\n10 | data | 10.0.10.0/24\n20 | voice | 10.0.20.0/24", "Leeds"),
        ("heading", "York", "York"),
        ("table", "Port | VLAN\n1 | 10", "York"),
    ]
    assert [e.table.header_rows for e in document.elements if e.table] == [1, 1]
    assert document.elements[2].section_path == ("Leeds",)


def test_cells_read_as_people_see_them() -> None:
    values = [441134960000, 10.0, 0.25, True, dt.datetime(2024, 5, 3), "007"]  # noqa: DTZ001 - a workbook has no zones
    (table,) = parse(xlsx({"Sheet1": [["a", "b", "c", "d", "e", "f"], values]}), "x.xlsx").elements
    assert table.text.splitlines()[1] == "441134960000 | 10 | 0.25 | TRUE | 2024-05-03 | 007"


def test_names_of_columns_over_two_rows_are_both_headers() -> None:
    rows = [["", "Q1", "Q1"], ["Site", "Calls", "Missed"], ["Leeds", 17, 2], ["York", 9, 1]]
    (table,) = parse(xlsx({"Sheet1": rows}), "x.xlsx").elements
    assert table.table is not None
    assert table.table.header_rows == 2


def test_ten_thousand_rows_are_read_to_the_last() -> None:
    rows = [["Port", "VLAN", "Device"], *[[number, number % 4094, f"sw-{number}"] for number in range(10_000)]]
    (table,) = parse(xlsx({"Sheet1": rows}), "x.xlsx").elements
    assert table.table is not None
    assert len(table.table.rows) == 10_001
    assert table.table.rows[-1] == ("9999", "1811", "sw-9999")


def test_a_cell_at_the_far_corner_takes_no_room() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    document = parse(_altered(xlsx({"Sheet1": [["near", "by"]]}), b"</sheetData>", far), "x.xlsx")
    assert document.outcome == "partial"
    assert document.elements[0].text == "near | by"


def test_a_workbook_whose_only_sheet_is_damaged_is_not_empty_but_corrupt() -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(_altered(xlsx({"Ports": [["VLAN", 10]]}), b'r="B1"', b'r="?1"'), "x.xlsx")
    assert failure.value.outcome == "corrupt"
    assert "Ports" in failure.value.reason


def test_a_workbook_without_cells_is_empty() -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(xlsx({"Sheet1": []}), "x.xlsx")
    assert failure.value.outcome == "empty"


def test_an_odt_gives_headings_lists_tables_and_notes() -> None:
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:table="b"'
    body = (
        '<text:h text:outline-level="2">Racks</text:h><text:p>Two<text:s text:c="2"/>racks<text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>In the cellar.</text:p></text:note-body>"
        "</text:note>.</text:p>"
        "<text:list><text:list-item><text:p>A</text:p></text:list-item></text:list><table:table><table:table-header-rows>"
        "<table:table-row><table:table-cell><text:p>Unit</text:p></table:table-cell><table:table-cell><text:p>Use</text:p>"
        "</table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:table-cell><text:p>1"
        "</text:p></table:table-cell><table:table-cell><text:p>UPS</text:p></table:table-cell></table:table-row></table:table>"
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {spaces}>{text}</office:document-content>"
    document = parse(package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}), "x.odt")
    assert [(e.type, e.text) for e in document.elements] == [
        ("heading", "Racks"),
        ("paragraph", "Two racks."),
        ("note", "In the cellar."),
        ("list_item", "A"),
        ("table", "Unit | Use\n1 | UPS"),
    ]
