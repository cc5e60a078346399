"""PDF: lines to paragraphs, headings, margins, pages; and what cannot be opened."""

import io

import pikepdf
import pytest
from tests.office import pdf

from data_processing.elements import ParseFailed
from data_processing.extract import parse
from data_processing.extract.pdf import layout, margins
from data_processing.extract.pdf.lines import BROKEN, Line


def _line(text: str, y: float, page: int = 1, x0: float = 72, size: float = 11) -> Line:
    return Line(text, page, x0, x0 + 5.5 * len(text), y, y, size, 0.0)


def test_larger_type_makes_headings_and_lines_make_paragraphs() -> None:
    document = parse(
        pdf(
            [
                [("Voice", 20), ("All phones are in VLAN 20 and get their", 11), ("address from 10.0.20.1.", 11)],
                [("Next page.", 11)],
            ]
        ),
        "x.pdf",
    )
    assert document.n_pages == 2
    assert [(e.type, e.text, e.page_start) for e in document.elements] == [
        ("heading", "Voice", 1),
        ("paragraph", "All phones are in VLAN 20 and get their address from 10.0.20.1.", 1),
        ("paragraph", "Next page.", 2),
    ]
    assert document.elements[2].section_path == ("Voice",)


def test_a_paragraph_that_runs_over_pages_says_where_the_next_begins() -> None:
    above = [(f"Line {number} of the first page tells of the pump and goes on and", 11) for number in range(3)]
    document = parse(pdf([[("Pumps", 20), *above], [("further to the valve, which is red.", 11)]]), "x.pdf")
    element = document.elements[1]
    assert (element.page_start, element.page_end) == (1, 2)
    ((place, page),) = element.page_turns
    assert (element.text[place:].strip(), page) == ("further to the valve, which is red.", 2)


def test_three_hundred_pages_keep_their_numbers() -> None:
    document = parse(
        pdf([[(f"Ticket {4000 + 7 * n}", 20), (f"Router r{n} was replaced.", 11)] for n in range(300)]), "x.pdf"
    )
    assert document.n_pages == 300
    last = document.elements[-1]
    assert (last.text, last.page_start, last.section_path) == ("Router r299 was replaced.", 300, ("Ticket 6093",))


def test_lines_that_only_count_pages_are_said_once() -> None:
    pages = [[_line(f"Handbook page {n} of 5", 800, n), _line(f"Text of page {n}.", 500, n)] for n in range(1, 6)]
    kept, headers, _ = margins.remove(pages, [842.0] * 5)
    assert headers == ["Handbook page 1 of 5"]
    assert [[line.text for line in lines] for lines in kept] == [[f"Text of page {n}."] for n in range(1, 6)]


def test_pages_of_a_single_line_are_not_taken_for_headers_without_a_text() -> None:
    pages = [[_line(f"Rack {page} holds unit U-{page}", 800, page)] for page in range(1, 6)]
    kept, headers, footers = margins.remove(pages, [842.0] * 5)
    assert (kept, headers, footers) == (pages, [], [])


def test_a_word_broken_at_the_end_of_a_line_is_mended() -> None:
    block = layout.Block(
        [_line(f"The configu{BROKEN}ration of fw{BROKEN}01 and of the site{BROKEN}to-site tunnel", 500)]
    )
    assert layout.text_of(block, frozenset()) == "The configuration of fw-01 and of the site-to-site tunnel"


def test_a_password_is_asked_for_in_words() -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(pdf([[("secret", 11)]], password="hunter2"), "x.pdf")
    assert failure.value.outcome == "encrypted"
    assert "password" in failure.value.reason


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40])
def test_a_pdf_of_rubbish_is_corrupt(data: bytes) -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(data, "x.pdf")
    assert failure.value.outcome == "corrupt"


def test_a_pdf_without_its_end_is_repaired() -> None:
    whole = pdf([[("The gateway is 10.0.0.1 in every branch.", 11)]])
    assert "10.0.0.1" in parse(whole[: whole.rindex(b"startxref")], "x.pdf").elements[0].text


def test_a_pdf_of_empty_pages_is_empty() -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(pdf([[], []]), "x.pdf")
    assert failure.value.outcome == "empty"


def test_ruled_tables_are_tables_with_their_header() -> None:
    document = pikepdf.open(io.BytesIO(pdf([[("Ports of the switch", 11)]])))
    page = document.pages[0]
    rules = "".join(f"100 {y} m 400 {y} l S " for y in (600, 580, 560, 540))
    rules += "".join(f"{x} 540 m {x} 600 l S " for x in (100, 250, 400))
    cells = [
        (105, 586, "Port"),
        (255, 586, "VLAN"),
        (105, 566, "Gi1/0/1"),
        (255, 566, "20"),
        (105, 546, "Gi1/0/2"),
        (255, 546, "30"),
    ]
    texts = "".join(f"BT /F1 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET " for x, y, text in cells)
    page.contents_add(document.make_stream((rules + texts).encode()))
    file = io.BytesIO()
    document.save(file)
    table = parse(file.getvalue(), "x.pdf").elements[-1]
    assert table.table is not None
    assert table.table.rows == (("Port", "VLAN"), ("Gi1/0/1", "20"), ("Gi1/0/2", "30"))
    assert table.table.header_rows == 1
