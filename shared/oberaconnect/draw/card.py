"""The face of a card: how large it must be for its texts, and where each of them goes.

Sizes and the ends of links are whole pixels, because ELK's network simplex reckons with whole numbers.

In a picture that reads to the right the ports are rows, and links leave at their right end. In one that reads down
they are tabs along the lower edge, and links leave below them.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from oberaconnect.draw.diagram import TIMER, Card, Direction, Port
from oberaconnect.draw.placed import Box, Face, PlacedPort, Point, Text
from oberaconnect.draw.text import CHIP, DETAIL, KIND, PORT, TAB, TITLE, clean, fit, width, wrap

WIDTH: Final[dict[Direction, float]] = {"right": 248.0, "down": 216.0}

_PAD = 14.0
_ICON = Box(13, 13, 32, 32)
_TEXT_X = 56.0
_KIND_BASELINE = 24.0
_TITLE_BASELINE = 41.5
_HEAD = 58.0
_TITLE_LINES = 2
_DETAIL_LINES = 2
_ALL_DETAIL_LINES = 6
_ROW = 26.0
_BELOW_PORTS = 6.0
_TAB_LEAST_LABEL = 48.0
_TAB_LABELS = (66.0, _TAB_LEAST_LABEL, 0.0)
_TAB_LINES = 2
_TAB_LEAST = 34.0
_TABS_MOST = 620.0
_CHIP_HEIGHT = 18.0
_CHIP_LEAST = 20.0
_CHIP_MOST = 64.0
_DOT = 8.0


@dataclass(frozen=True, slots=True)
class _Tab:
    port: Port
    lines: tuple[str, ...]
    width: float


def face(card: Card, direction: Direction) -> Face:
    """Measure the card."""
    tabs = _tabs(card.ports) if direction == "down" else ()
    card_width = max(WIDTH[direction], ceil(sum(tab.width for tab in tabs) + _PAD))
    room = card_width - _TEXT_X - _PAD
    kind = fit(clean(card.kind).upper(), KIND, room)
    titles = wrap(clean(card.title), TITLE, room, _TITLE_LINES)
    title_y = _TITLE_BASELINE if kind else _TITLE_BASELINE - 8
    title = tuple(Text(_TEXT_X, title_y + TITLE.line * at, line, TITLE) for at, line in enumerate(titles))
    bottom = head = _HEAD + TITLE.line * max(0, len(titles) - 1)
    details = _details(card, card_width - 2 * _PAD, head)
    if details:
        bottom = details[-1].baseline + 12
    rule, ports = bottom if card.ports else None, _ports(card.ports, tabs, card_width, bottom)
    if ports:
        bottom = max(port.box.bottom for port in ports) + _BELOW_PORTS
    return Face(
        width=card_width,
        height=bottom,
        icon=_ICON,
        kind=Text(_TEXT_X, _KIND_BASELINE, kind, KIND) if kind else None,
        title=title,
        details=details,
        ports=ports,
        rule=rule,
        head=head,
    )


def _details(card: Card, room: float, head: float) -> tuple[Text, ...]:
    lines = [line for detail in card.details for line in wrap(clean(detail), DETAIL, room, _DETAIL_LINES)]
    if len(lines) > _ALL_DETAIL_LINES:
        left = len(lines) - _ALL_DETAIL_LINES + 1
        lines = [*lines[: _ALL_DETAIL_LINES - 1], f"… {left} more lines"]
    return tuple(Text(_PAD, head + 9 + DETAIL.line * at, line, DETAIL) for at, line in enumerate(lines))


def _ports(ports: tuple[Port, ...], tabs: tuple[_Tab, ...], card_width: float, rule: float) -> tuple[PlacedPort, ...]:
    if tabs:
        return _tab_ports(tabs, card_width, rule + 7)
    return tuple(_row(port, card_width, rule + 5 + _ROW * at) for at, port in enumerate(ports))


def _row(port: Port, card_width: float, top: float) -> PlacedPort:
    box = Box(0, top, card_width, _ROW)
    middle = top + _ROW / 2
    chip, chip_text = _chip(port, Point(_PAD + _CHIP_LEAST / 2, middle))
    if chip.x < _PAD:
        chip = chip._replace(x=_PAD)
        chip_text = chip_text and Text(chip.middle.x, chip_text.baseline, chip_text.text, CHIP, "middle")
    label_x = max(chip.right, _PAD + _CHIP_LEAST) + 9
    label = fit(clean(port.label), PORT, card_width - label_x - _PAD)
    texts = (Text(label_x, middle + 4, label, PORT),) if label else ()
    return PlacedPort(port, box, chip, chip_text, texts, Point(card_width, middle))


def _tabs(ports: tuple[Port, ...]) -> tuple[_Tab, ...]:
    """The tabs with labels as wide as the card can bear; where not even short ones fit, a chip has to do."""
    for room in _TAB_LABELS:
        tabs = tuple(_tab(port, room) for port in ports)
        if sum(tab.width for tab in tabs) <= _TABS_MOST:
            break
    return tabs


def _tab(port: Port, room: float) -> _Tab:
    if not room and not clean(port.chip):
        room = _TAB_LEAST_LABEL
    lines = wrap(clean(port.label), TAB, room, _TAB_LINES) if room else ()
    chip, _ = _chip(port, Point(0, 0))
    return _Tab(port, lines, max(_TAB_LEAST, chip.width + 12, *(width(line, TAB) + 12 for line in lines)))


def _tab_ports(tabs: tuple[_Tab, ...], card_width: float, top: float) -> tuple[PlacedPort, ...]:
    stretch = (card_width - _PAD) / sum(tab.width for tab in tabs)
    lines = max(len(tab.lines) for tab in tabs)
    height = _CHIP_HEIGHT + (4 + TAB.line * lines if lines else 0)
    placed, left = [], _PAD / 2
    for tab in tabs:
        box = Box(left, top, tab.width * stretch, height)
        chip, chip_text = _chip(tab.port, Point(box.middle.x, top + _CHIP_HEIGHT / 2))
        label = tuple(
            Text(box.middle.x, top + _CHIP_HEIGHT + 13 + TAB.line * at, line, TAB, "middle")
            for at, line in enumerate(tab.lines)
        )
        placed.append(
            PlacedPort(tab.port, box, chip, chip_text, label, Point(round(box.middle.x), box.bottom + _BELOW_PORTS))
        )
        left = box.right
    return tuple(placed)


def _chip(port: Port, middle: Point) -> tuple[Box, Text | None]:
    """The chip around its middle, and what stands in it; a dot without text for a port that has no chip."""
    text = clean(port.chip)
    if not text:
        return Box(middle.x - _DOT / 2, middle.y - _DOT / 2, _DOT, _DOT), None
    shown = "" if text == TIMER else fit(text, CHIP, _CHIP_MOST - 12)
    chip_width = max(_CHIP_LEAST, width(shown, CHIP) + 12)
    box = Box(middle.x - chip_width / 2, middle.y - _CHIP_HEIGHT / 2, chip_width, _CHIP_HEIGHT)
    return box, Text(middle.x, middle.y + 3.8, shown, CHIP, "middle") if shown else None
