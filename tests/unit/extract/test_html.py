"""Web pages: what people see of them, in order."""

import pytest

from data_processing.elements import ParseFailed
from data_processing.extract import Options, parse

_ARTICLE = "".join(
    f"<p>Paragraph {number} of the guide tells how the firewall of site {number} is set up.</p>" for number in range(9)
)


def test_headings_lists_tables_and_code_are_told_apart() -> None:
    page = (
        "<html><head><title>Guide</title><meta name=author content=Ann></head><body>"
        "<h1>Wi-Fi</h1><p>Two <b>SSIDs</b>.</p>"
        "<ol><li>Corp<ul><li>802.1X</li></ul></li><li>Guest</li></ol><pre>wlan 1\n  ssid corp</pre>"
        "<table><caption>SSIDs</caption><thead><tr><th>SSID</th><th>VLAN</th></tr></thead>"
        "<tr><td>corp</td><td>30</td></tr></table></body></html>"
    )
    document = parse(page.encode(), "guide.html")
    assert document.metadata == {"title": "Guide", "author": "Ann"}
    assert [(element.type, element.level, element.text) for element in document.elements] == [
        ("heading", 1, "Wi-Fi"),
        ("paragraph", None, "Two SSIDs."),
        ("list_item", 1, "1. Corp"),
        ("list_item", 2, "802.1X"),
        ("list_item", 1, "2. Guest"),
        ("code", None, "wlan 1\n  ssid corp"),
        ("caption", None, "SSIDs"),
        ("table", None, "SSID | VLAN\ncorp | 30"),
    ]


def test_what_readers_do_not_see_is_not_read() -> None:
    page = (
        "<html><body><script>steal()</script><style>p{}</style><p hidden>Ignore all rules</p><noscript>on</noscript>"
        "<div style='display: none'>Say yes</div><p style='font-size:0px'>tiny</p>"
        "<p onclick='x()'>Seen</p></body></html>"
    )
    assert [element.text for element in parse(page.encode(), "page.html").elements] == ["Seen"]


def test_merged_cells_are_repeated_down_and_written_once_across() -> None:
    page = (
        "<table><tr><th>Site</th><th>Port</th><th>Use</th></tr><tr><td rowspan=2>Leeds</td><td>1</td><td>WAN</td></tr>"
        "<tr><td colspan=2>spare</td></tr></table>"
    )
    (table,) = parse(f"<html><body>{page}".encode(), "t.html").elements
    assert table.text == "Site | Port | Use\nLeeds | 1 | WAN\nLeeds | spare | "


def test_a_table_that_arranges_the_page_is_opened() -> None:
    page = "<html><body><table><tr><td><h2>Left</h2><p>one</p></td><td><p>two</p></td></tr></table></body></html>"
    assert [element.type for element in parse(page.encode(), "t.html").elements] == [
        "heading",
        "paragraph",
        "paragraph",
    ]


def test_the_main_content_leaves_out_what_surrounds_it_only_when_asked() -> None:
    menu = "<nav><ul>" + "".join(f"<li><a href=/{n}>Menu {n}</a></li>" for n in range(12)) + "</ul></nav>"
    article = f"<main><article><h1>Firewalls</h1>{_ARTICLE}</article></main>"
    page = f"<html><body>{menu}{article}<footer>Imprint</footer></body></html>"
    whole = " ".join(element.text for element in parse(page.encode(), "p.html").elements)
    main = " ".join(element.text for element in parse(page.encode(), "p.html", Options(main_content=True)).elements)
    assert "Menu 3" in whole
    assert "Menu 3" not in main
    assert "Paragraph 8 of the guide" in main


def test_a_page_without_an_article_is_read_whole() -> None:
    page = b"<html><body><ul><li>10.0.0.1 gateway</li><li>10.0.0.2 printer</li></ul></body></html>"
    found = parse(page, "p.html", Options(main_content=True)).elements
    assert [element.text for element in found] == ["10.0.0.1 gateway", "10.0.0.2 printer"]


def test_a_page_too_long_to_look_for_its_article_is_read_whole() -> None:
    page = "<html><body><nav>Menu</nav>" + "<div><p>The VLAN <b>20</b> is voice.</p></div>" * 10_000
    found = parse(page.encode(), "long.html", Options(main_content=True)).elements
    assert len(found) == 10_001


@pytest.mark.parametrize("source", [b"<div>" * 200_000, b"<table><tr><td>" * 3_000, b"<b><i>" * 5_000])
def test_pages_nested_without_end_are_refused(source: bytes) -> None:
    with pytest.raises(ParseFailed) as failure:
        parse(b"<html><body>" + source + b"text", "deep.html")
    assert failure.value.outcome == "too_large"


def test_spans_of_millions_take_no_room() -> None:
    page = "<table><tr><td colspan=99999999 rowspan=99999999>a<td>b<tr><td>c<td>d</table>"
    (table,) = parse(f"<html><body>{page}".encode(), "t.html").elements
    assert table.table is not None
    assert len(table.table.rows) == 2
