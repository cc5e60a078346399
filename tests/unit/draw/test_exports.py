"""draw.io, Mermaid and DOT: the same picture elsewhere, and customers' texts stay texts there too."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from oberaconnect.draw import Diagram, Direction, Group, dot, drawio, lay_out, mermaid
from oberaconnect.draw.text import clean

from .flows import office, renamed, small
from .test_svg import DIRECTIONS, HOSTILE


def _cells(diagram: Diagram) -> dict[str, ET.Element]:
    return {cell.attrib["id"]: cell for cell in ET.fromstring(drawio(lay_out(diagram))).iter("mxCell")}


def _geometry(cell: ET.Element) -> tuple[float, float, float, float]:
    geometry = cell.find("mxGeometry")
    assert geometry is not None
    x, y, width, height = (float(geometry.attrib[name]) for name in ("x", "y", "width", "height"))
    return x, y, width, height


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_drawio_has_the_cards_ports_and_bends_where_the_picture_has_them(direction: Direction) -> None:
    placed, cells = lay_out(office(direction)), _cells(office(direction))
    for at, card in enumerate(placed.cards):
        assert _geometry(cells[f"card-{at}"]) == pytest.approx(card.box, abs=0.01)
        for number, port in enumerate(card.face.ports):
            cell = cells[f"card-{at}-{number}"]
            assert cell.get("parent") == f"card-{at}"
            assert _geometry(cell) == pytest.approx(port.box, abs=0.01)
    for at, link in enumerate(placed.links):
        bends = [(float(point.attrib["x"]), float(point.attrib["y"])) for point in cells[f"link-{at}"].iter("mxPoint")]
        assert bends == [(round(point.x, 2), round(point.y, 2)) for point in link.points[1:-1]]


def test_drawio_links_leave_and_enter_at_the_ends_of_the_lines() -> None:
    placed, cells = lay_out(office()), _cells(office())
    for at, link in enumerate(placed.links):
        edge = cells[f"link-{at}"]
        style = dict(part.split("=", 1) for part in edge.attrib["style"].split(";") if "=" in part)
        for which, id_, end in (("exit", edge.attrib["source"], 0), ("entry", edge.attrib["target"], -1)):
            x, y, width, height = _geometry(cells[id_])
            parent = cells[id_].attrib["parent"]
            if parent != "1":
                x, y = x + _geometry(cells[parent])[0], y + _geometry(cells[parent])[1]
            found = (x + float(style[f"{which}X"]) * width, y + float(style[f"{which}Y"]) * height)
            assert found == pytest.approx(tuple(link.points[end]), abs=0.2)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_drawio_labels_have_no_markup_but_ours(text: str) -> None:
    for cell in _cells(renamed(small(), text)).values():
        html = _Tags()
        html.feed(cell.get("value", ""))
        assert html.tags <= {"b", "font", "br"}
        if cell.get("id") == "title":
            assert "".join(html.words) == clean(text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_mermaid_has_one_statement_a_line_and_only_safe_signs_in_its_labels(text: str, direction: Direction) -> None:
    statement = re.compile(
        r"---|title: \"[^\"\\]*\"|flowchart (LR|TD)|  subgraph g\d+\[\"[^\"]*\"\]|  end"
        r"|  n\d+\[\"(?P<label>[^\"]*)\"\]:::\w+|  n\d+ (-->|-\.->)(\|\"(?P<link>[^\"]*)\"\|)? n\d+"
        r"|  classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}|  linkStyle \d+ stroke:#\w{6}"
    )
    lines = mermaid(renamed(small(direction), text)).rstrip("\n").split("\n")
    for line in lines:
        match = statement.fullmatch(line)
        assert match, line
        for label in (match["label"], match["link"]):
            assert not re.search(r"[<>&`%{}\\\[\]$*~|]", (label or "").replace("<br/>", ""))
    assert len(lines) == len(mermaid(small(direction)).rstrip("\n").split("\n"))


def test_mermaid_names_what_the_diagram_names() -> None:
    cards = tuple(replace(card, group="site" if card.id == "menu" else "") for card in office().cards)
    text = mermaid(replace(office("down"), cards=cards, groups=(Group("site", "Head office"),)))
    assert "flowchart TD" in text
    assert 'n6["MENU<br/>Main menu<br/>' in text
    assert 'n6 -->|"1 Sales"| n8' in text
    assert 'n6 -.->|"No input ×3"| n12' in text
    assert 'subgraph g0["Head office"]' in text


@pytest.mark.parametrize("text", HOSTILE)
def test_dot_labels_are_well_formed_and_hold_the_text(text: str) -> None:
    written = dot(renamed(small(), text))
    labels = re.findall(r"label=<(.*?)>(?=[,\]; ]+(?:\];|;|$|\n))", written, re.MULTILINE)
    assert len(labels) > len(small().cards)
    for label in labels:
        root = ET.fromstring(f"<x>{label}</x>")
        assert {element.tag for element in root.iter()} <= {"x", "TABLE", "TR", "TD", "FONT", "B", "BR"}
        assert clean(text)[:20].upper() in "".join(root.itertext()).upper()


def test_dot_names_ports_and_groups() -> None:
    cards = tuple(replace(card, group="site" if card.id == "menu" else "") for card in office().cards)
    written = dot(replace(office(), cards=cards, groups=(Group("site", "Head office"),)))
    assert "n6:p0 -> n8 [" in written
    assert "subgraph cluster_0 { label=<Head office>; n6; }" in written
    assert "style=dashed, label=<no answer>" in written
