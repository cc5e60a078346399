"""Where things stand: nothing overlaps or overflows, and every line ends where it should."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from oberaconnect.draw import Card, Diagram, Direction, Group, Link, Placed, Port, engine, lay_out
from oberaconnect.draw.placed import Box, Point, Text
from oberaconnect.draw.text import width

from .flows import office, offices, renamed

DIRECTIONS: tuple[Direction, ...] = ("right", "down")
LONG = "Wonderfully long department names that never seem to end, " * 4


def _overlap(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _extent(text: Text, corner: Box | None = None) -> tuple[float, float]:
    long = width(text.text, text.style)
    left = (corner.x if corner else 0) + text.x - (long / 2 if text.anchor == "middle" else 0)
    return left, left + long


def _inside(text: Text, box: Box, corner: Box | None = None) -> bool:
    left, right = _extent(text, corner)
    baseline = (corner.y if corner else 0) + text.baseline
    return box.x <= left and right <= box.right and box.y + text.style.size * 0.7 <= baseline <= box.bottom


def _on_border(point: Point, box: Box) -> bool:
    across = box.x - 0.02 <= point.x <= box.right + 0.02 and box.y - 0.02 <= point.y <= box.bottom + 0.02
    sides = (point.x - box.x, point.x - box.right, point.y - box.y, point.y - box.bottom)
    return across and min(abs(side) for side in sides) < 0.02


DIAGRAMS = [
    *(office(direction) for direction in DIRECTIONS),
    *(offices(30, direction) for direction in DIRECTIONS),
    *(renamed(office(direction), LONG) for direction in DIRECTIONS),
]


@pytest.fixture(params=range(len(DIAGRAMS)), ids=[f"{d.direction}-{d.title[:12]}" for d in DIAGRAMS])
def placed(request: pytest.FixtureRequest) -> Placed:
    return lay_out(DIAGRAMS[request.param])


def test_no_two_cards_overlap_and_all_are_on_the_paper(placed: Placed) -> None:
    assert not [pair for pair in combinations(placed.cards, 2) if _overlap(pair[0].box, pair[1].box)]
    paper = Box(0, 0, placed.width, placed.height)
    for card in placed.cards:
        assert card.box.x >= 0
        assert card.box.y >= 0
        assert card.box.right <= paper.right
        assert card.box.bottom <= paper.bottom


def test_no_text_overflows_its_card_its_chip_its_pill_or_the_paper(placed: Placed) -> None:
    for card in placed.cards:
        face = card.face
        texts = [*([face.kind] if face.kind else []), *face.title, *face.details]
        assert all(_inside(text, card.box, card.box) for text in texts)
        for port in face.ports:
            assert all(_inside(text, port.box, Box(0, 0, 0, 0)) for text in port.label)
            assert port.chip_text is None or _inside(port.chip_text, port.chip)
    assert all(link.label is None or (link.label_box and _inside(link.label, link.label_box)) for link in placed.links)
    outside = (*placed.title, *placed.subtitle, *(entry.label for entry in placed.legend))
    assert all(_inside(text, Box(0, 0, placed.width, placed.height)) for text in outside)


def test_texts_of_a_card_do_not_overlap_each_other(placed: Placed) -> None:
    for card in placed.cards:
        face = card.face
        lines = [*([face.kind] if face.kind else []), *face.title, *face.details]
        baselines = [line.baseline for line in lines]
        gaps = [lower - upper for upper, lower in pairwise(baselines)]
        assert all(gap >= line.style.size for gap, line in zip(gaps, lines[1:], strict=True))
        assert not [pair for pair in combinations([port.box for port in face.ports], 2) if _overlap(*pair)]
        for port in face.ports:
            starts = [_extent(text)[0] for text in port.label]
            assert placed.diagram.direction == "down" or all(start > port.chip.right for start in starts)


def test_every_link_leaves_its_port_or_card_and_enters_its_target(placed: Placed) -> None:
    cards = {card.card.id: card for card in placed.cards}
    for link in placed.links:
        source, target = cards[link.link.source], cards[link.link.target]
        if link.link.port:
            anchor = next(port.anchor for port in source.face.ports if port.port.id == link.link.port)
            wanted = Point(source.box.x + anchor.x, source.box.y + anchor.y)
            assert tuple(link.points[0]) == pytest.approx(tuple(wanted), abs=0.02)
        assert _on_border(link.points[0], source.box)
        assert _on_border(link.points[-1], target.box)


def test_every_line_is_made_of_level_and_upright_pieces_that_cross_no_card(placed: Placed) -> None:
    for link in placed.links:
        for one, other in pairwise(link.points):
            assert abs(one.x - other.x) < 0.02 or abs(one.y - other.y) < 0.02
            left, top = min(one.x, other.x), min(one.y, other.y)
            piece = Box(left, top, abs(one.x - other.x), abs(one.y - other.y))
            inner = [Box(c.box.x + 1, c.box.y + 1, c.box.width - 2, c.box.height - 2) for c in placed.cards]
            assert not any(_overlap(piece, box) for box in inner)


def test_no_label_covers_a_card_or_another_label(placed: Placed) -> None:
    pills = [link.label_box for link in placed.links if link.label_box]
    assert not [pair for pair in combinations(pills, 2) if _overlap(*pair)]
    assert not [1 for pill in pills for card in placed.cards if _overlap(pill, card.box)]


def test_links_that_look_alike_share_one_arrow_and_others_do_not() -> None:
    placed = lay_out(office())
    ends = {link.points[-1] for link in placed.links if link.link.target == "mailbox"}
    looks = {(link.link.tone, link.link.dashed) for link in placed.links if link.link.target == "mailbox"}
    assert len(ends) == len(looks) == 2


def test_equal_diagrams_have_equal_places_and_the_direction_decides_which_way_they_read() -> None:
    first = lay_out(office())
    engine._arranged.cache_clear()
    assert lay_out(office()) == first
    right = {card.card.id: card.box for card in first.cards}
    down = {card.card.id: card.box for card in lay_out(office("down")).cards}
    assert right["main"].right < right["holidays"].x < right["menu"].x < right["mailbox"].x
    assert down["main"].bottom < down["holidays"].y < down["menu"].y < down["mailbox"].y


def test_a_picture_has_no_cards_one_card_or_a_card_that_leads_to_itself() -> None:
    assert lay_out(Diagram("Nothing yet")).cards == ()
    one = lay_out(Diagram("", cards=(Card("a", ""),)))
    assert one.cards[0].box.width == one.cards[0].face.width
    ports = (Port("again", "Again", "9"),)
    loop = lay_out(
        Diagram("Loop", cards=(Card("a", "A", ports=ports),), links=(Link("a", "a", "again"), Link("a", "a")))
    )
    assert all(_on_border(end, loop.cards[0].box) for link in loop.links for end in (link.points[0], link.points[-1]))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_circles_parallel_links_and_islands_are_arranged(direction: Direction) -> None:
    cards = tuple(Card(id_, id_.upper()) for id_ in "abcde")
    links = (Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("a", "b", label="again"), Link("a", "b", dashed=True))
    placed = lay_out(Diagram("Circle", cards=cards, links=links, direction=direction))
    assert len(placed.links) == 5
    assert not [pair for pair in combinations(placed.cards, 2) if _overlap(pair[0].box, pair[1].box)]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_card_with_fourteen_outcomes_keeps_its_tabs_apart(direction: Direction) -> None:
    ports = (
        *(Port(key, f"Department of {key}", key) for key in "0123456789*#"),
        Port("none", "No input ×3", "timer"),
        Port("invalid", "Invalid ×3"),
    )
    face = lay_out(Diagram("Keys", cards=(Card("menu", "Menu", ports=ports),), direction=direction)).cards[0].face
    assert not [pair for pair in combinations([port.box for port in face.ports], 2) if _overlap(*pair)]
    assert all(port.box.right <= face.width for port in face.ports)
    assert "Invalid" in face.ports[-1].label[0].text


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_group_frames_its_cards_and_no_others(direction: Direction) -> None:
    cards = tuple(
        replace(card, group="site" if card.id in {"menu", "sales", "names"} else "") for card in office().cards
    )
    diagram = replace(office(direction), cards=cards, groups=(Group("site", "Head office"), Group("empty", "Nobody")))
    placed = lay_out(diagram)
    assert [group.group.id for group in placed.groups] == ["site"]
    frame = placed.groups[0].box
    for card in placed.cards:
        assert _overlap(card.box, frame) == bool(card.card.group)
    for box in (card.box for card in placed.cards if card.card.group):
        assert frame.x < box.x < box.right < frame.right
        assert frame.y < box.y < box.bottom < frame.bottom


@pytest.mark.parametrize(
    ("diagram", "words"),
    [
        (lambda: Diagram("x", cards=(Card("a", "A"), Card("a", "B"))), "'a' is given twice"),
        (lambda: Diagram("x", cards=(Card("a", "A", ports=(Port("1", ""), Port("1", ""))),)), "'1' is given twice"),
        (lambda: Diagram("x", links=(Link("a", "b"),)), "the card 'a', which does not exist"),
        (lambda: Diagram("x", cards=(Card("a", "A"),), links=(Link("a", "a", "1"),)), "the port '1' of card 'a'"),
        (lambda: Diagram("x", cards=(Card("a", "A", group="g"),)), "the group 'g', which does not exist"),
        (lambda: Diagram("x", cards=(Card("a", "A", data=(("on load", "x"),)),)), "cannot be a data attribute"),
    ],
)
def test_a_diagram_that_contradicts_itself_is_refused(diagram: object, words: str) -> None:
    assert callable(diagram)
    with pytest.raises(ValueError, match=words):
        diagram()
