"""Plain text, Markdown and CSV."""

from data_processing.elements import Element
from data_processing.extract import parse


def _read(text: str, name: str) -> list[Element]:
    return list(parse(text.encode(), name).elements)


def test_plain_text_has_paragraphs_underlined_headings_and_lists() -> None:
    found = _read("Site survey\n===========\n\nTwo racks.\nOne UPS.\n\n- rack A\n- rack B\n", "survey.txt")
    assert [(element.type, element.text) for element in found] == [
        ("heading", "Site survey"),
        ("paragraph", "Two racks.\nOne UPS."),
        ("list_item", "- rack A"),
        ("list_item", "- rack B"),
    ]
    assert found[1].section_path == ("Site survey",)


def test_form_feeds_divide_a_text_into_pages() -> None:
    document = parse(b"first\n\fsecond\n", "print.txt")
    assert document.n_pages == 2
    assert [element.page_start for element in document.elements] == [1, 2]


def test_markdown_keeps_headings_numbered_lists_code_and_tables() -> None:
    source = (
        "---\ntitle: Router swap\n---\n# Swap\n\n## Steps\n\n1. Export the configuration\n2. Power down\n"
        "   - mind the UPS\n\n"
        "```\nshow run\n  vlan 20\n```\n\n| Port | VLAN |\n| --- | --- |\n| 1 | 20 |\n"
    )
    document = parse(source.encode(), "swap.md")
    assert document.metadata["title"] == "Router swap"
    assert [(element.type, element.level, element.text) for element in document.elements] == [
        ("heading", 1, "Swap"),
        ("heading", 2, "Steps"),
        ("list_item", 1, "1. Export the configuration"),
        ("list_item", 1, "2. Power down"),
        ("list_item", 2, "mind the UPS"),
        ("code", None, "show run\n  vlan 20"),
        ("table", None, "Port | VLAN\n1 | 20"),
    ]
    table = document.elements[-1]
    assert table.table is not None
    assert table.table.header_rows == 1
    assert table.section_path == ("Swap", "Steps")


def test_html_inside_markdown_is_read_as_html() -> None:
    found = _read(
        "# Hosts\n\n<table><tr><th>Name</th><th>IP</th></tr><tr><td>fw</td><td>10.0.0.1</td></tr></table>\n", "a.md"
    )
    assert [(element.type, element.text) for element in found][1:] == [("table", "Name | IP\nfw | 10.0.0.1")]


def test_csv_finds_its_delimiter_and_its_header() -> None:
    (table,) = _read("Name;Number;Site\nAmy;+44 113 496 0001;Leeds\nBo;+44 113 496 0002;York\n", "phones.csv")
    assert table.table is not None
    assert table.table.rows[1] == ("Amy", "+44 113 496 0001", "Leeds")
    assert table.table.header_rows == 1


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_file() -> None:
    rows = "\n".join(f"{number},host-{number},10.0.0.{number % 250}" for number in range(60_000))
    found = _read(f'id,name,ip\n0,"broken,10.0.0.0\n{rows}\n', "hosts.csv")
    assert all(f"host-{number}" in found[-1].text for number in (5, 59_999))


def test_code_pages_are_told_apart() -> None:
    assert parse("Büro Größe café".encode("cp1252"), "a.txt").elements[0].text == "Büro Größe café"
    assert parse("Büro Größe café".encode("utf-16"), "a.txt").elements[0].text == "Büro Größe café"
