"""The SVG: valid, accessible, readable, and nothing of a customer's text becomes markup."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from oberaconnect.draw import Card, Diagram, Direction, Group, Link, Port, Tone, engine, lay_out, svg
from oberaconnect.draw.icons import PATHS
from oberaconnect.draw.palette import COLOURS
from oberaconnect.draw.text import clean

from .flows import office, renamed, small

DIRECTIONS: tuple[Direction, ...] = ("right", "down")
NS = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    '"><script>alert(1)</script>',
    "]]>&<!-- x --> &lt;b&gt;",
    "' onload='x",
    "a\x00b\x08c\ud800\uffff",
    "line\nbreak\u2028x",
    '=HYPERLINK("x")',
    "${SHELL(id)}; rm -rf",
    "\u202eevil\u202c",
    "שלום 123 עולם",
    "مرحبا بالعالم",
    "👩\u200d👩\u200d👧 家族 🇩🇪",
    "x" * 200,
)


def _parsed(diagram: Diagram) -> ET.Element:
    text = svg(lay_out(diagram))
    assert text.encode()  # no lone surrogates
    return ET.fromstring(text)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _painted(root: ET.Element) -> Iterator[tuple[ET.Element, float, float]]:
    """Every element in the order of painting, with where its group stands."""

    def walk(element: ET.Element, x: float, y: float) -> Iterator[tuple[ET.Element, float, float]]:
        if moved := re.match(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", "")):
            x, y = x + float(moved[1]), y + float(moved[2])
        yield element, x, y
        for child in element:
            if child.tag != f"{NS}defs":
                yield from walk(child, x, y)

    return walk(root, 0, 0)


def _everything() -> Iterator[Diagram]:
    """Every tone as card, port, label and group, and both papers."""
    tones: list[Tone] = list(COLOURS)
    cards = tuple(
        Card(
            tone,
            f"Title of {tone}",
            "Kind",
            "box",
            tone,
            ("Detail",),
            (Port("p", "Port", "1", tone),),
            group=f"g-{tone}",
        )
        for tone in tones
    )
    links = tuple(Link(a, b, label="label" if at % 2 else "1", tone=a) for at, (a, b) in enumerate(pairwise(tones)))
    groups = tuple(Group(f"g-{tone}", f"Group {tone}", tone) for tone in tones)
    for direction in DIRECTIONS:
        yield Diagram("Title", "Subtitle", cards, links, office().legend, groups, direction)


@pytest.mark.parametrize(
    "diagram", [*_everything(), office("right"), office("down")], ids=lambda d: f"{d.title}-{d.direction}"
)
def test_every_text_has_a_contrast_of_four_and_a_half_to_what_is_painted_under_it(diagram: Diagram) -> None:
    fields: list[tuple[float, float, float, float, str]] = []
    pairs = set()
    for element, x, y in _painted(_parsed(diagram)):
        fill = element.get("fill", "")
        if element.tag == f"{NS}rect" and not element.get("opacity"):
            left, top = x + float(element.get("x", 0)), y + float(element.get("y", 0))
            fields.append(
                (left, top, left + float(element.attrib["width"]), top + float(element.attrib["height"]), fill)
            )
        elif element.tag == f"{NS}text":
            at, baseline = x + float(element.attrib["x"]), y + float(element.attrib["y"]) - 2
            under = [f for f in fields if f[0] <= at <= f[2] and f[1] <= baseline <= f[3]]
            pairs.add((fill, under[-1][4]))
    assert len(pairs) > 5
    assert {pair: round(_contrast(*pair), 2) for pair in pairs if _contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_hostile_texts_stay_texts(text: str, direction: Direction) -> None:
    tame, hostile = _parsed(renamed(small(direction), "Tame")), _parsed(renamed(small(direction), text))
    assert {element.tag for element in hostile.iter()} <= {element.tag for element in tame.iter()}
    names = {name for element in tame.iter() for name in element.attrib}
    assert {name for element in hostile.iter() for name in element.attrib} <= names
    titles = {element.text for element in hostile.iter(f"{NS}title")}
    assert clean(text) in titles
    notes = {element.get("data-note") for element in hostile.iter(f"{NS}g")} - {None}
    assert notes == {clean(text)}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_label_of_the_diagram_is_in_the_text_of_the_picture(direction: Direction) -> None:
    diagram = office(direction)
    words = " ".join(_parsed(diagram).itertext())
    shown = " ".join(text.text or "" for text in _parsed(diagram).iter(f"{NS}text"))
    for card in diagram.cards:
        assert all(
            text in words for text in (card.kind, card.title, *card.details, *(port.label for port in card.ports))
        )
        assert card.title in shown
        assert card.kind.upper() in shown
    for label in (
        *(link.label for link in diagram.links),
        *(entry.label for entry in diagram.legend),
        diagram.subtitle,
    ):
        assert label in shown


def test_the_picture_says_what_it_is_to_those_who_cannot_see_it() -> None:
    root = _parsed(office())
    assert root.get("role") == "img"
    assert root.findtext(f"{NS}title") == "Acme Corp — inbound call flow"
    described = root.findtext(f"{NS}desc") or ""
    assert "Main menu (1 Sales) → Sales ring group" in described
    assert "Main menu (No input ×3) → Operator" in described
    assert "Sales ring group (no answer) → General mailbox 600" in described


def test_a_page_finds_cards_ports_and_links_by_their_names() -> None:
    diagram = replace(
        office(), cards=(replace(office().cards[0], data=(("pointer", "/numbers/0"),)), *office().cards[1:])
    )
    root = _parsed(diagram)
    cards = {e.get("data-id"): e for e in root.iter(f"{NS}g") if "card" in e.get("class", "").split()}
    assert set(cards) == {card.id for card in diagram.cards}
    assert cards["main"].get("data-pointer") == "/numbers/0"
    assert {e.get("data-port") for e in cards["menu"].iter() if e.get("class") == "port"} == {
        "1",
        "2",
        "3",
        "4",
        "0",
        "none",
        "invalid",
    }
    lines = [
        (e.get("data-from"), e.get("data-to"), e.get("data-port") or "")
        for e in root.iter()
        if e.get("class") == "link"
    ]
    assert sorted(lines) == sorted((link.source, link.target, link.port) for link in diagram.links)


@pytest.mark.parametrize(
    ("href", "kept"),
    [("/api/x?a=1&b=2", True), ("#menu", True), ("https://acme.example/", True), ("javascript:alert(1)", False),
     ("//evil.example", False), ("JaVaScRiPt:x", False), ("/x onload=1", False), ("data:text/html,x", False)],
)  # fmt: skip
def test_a_card_links_only_to_pages(href: str, kept: bool) -> None:
    root = _parsed(Diagram("x", cards=(Card("a", "A", href=href),)))
    assert [a.get("href") for a in root.iter(f"{NS}a")] == ([href] if kept else [])


def test_the_same_diagram_gives_the_same_bytes() -> None:
    first = svg(lay_out(small()))
    engine._arranged.cache_clear()
    assert svg(lay_out(small())) == first


def test_dashed_lines_into_one_arrow_have_their_dashes_in_step() -> None:
    placed = lay_out(office())
    lines = [
        e for e in ET.fromstring(svg(placed)).iter() if e.get("data-to") == "mailbox" and e.get("stroke-dasharray")
    ]
    assert len(lines) == 4
    ends = {e.attrib["d"].rsplit("L", 1)[1] for e in lines}
    assert len(ends) == 1
    for line in lines:  # the dashes begin anew at the arrow: offset and length together are whole periods
        total = float(line.attrib["stroke-dashoffset"]) + _length(line.attrib["d"])
        assert min(total % 9, 9 - total % 9) < 0.15


def _length(path: str) -> float:
    """The length of a path of lines and quadratic curves, by walking along it in small steps."""
    x = y = total = 0.0
    for command, rest in re.findall(r"([MLQ])([^MLQ]+)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        end_x, end_y = numbers[-2:]
        bend_x, bend_y = numbers[:2] if command == "Q" else ((x + end_x) / 2, (y + end_y) / 2)
        start_x, start_y = x, y
        for step in range(1, 101):
            t = step / 100
            a, b, c = (1 - t) ** 2, 2 * (1 - t) * t, t * t
            to_x, to_y = a * start_x + b * bend_x + c * end_x, a * start_y + b * bend_y + c * end_y
            total += 0 if command == "M" else math.hypot(to_x - x, to_y - y)
            x, y = to_x, to_y
    return total


def test_every_icon_is_drawn_inside_its_field() -> None:
    for name, path in PATHS.items():
        root = _parsed(Diagram("x", cards=(Card("a", "A", icon=name),)))
        assert any(element.get("d") == path for element in root.iter(f"{NS}path"))
        assert re.fullmatch(r"[MLHVCQAZahm\d., -]+", path)
        assert all(0 <= float(number) <= 24 for number in re.findall(r"(?<=[MLHVCQ ])\d+\.?\d*", path))
