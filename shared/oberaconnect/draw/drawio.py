"""The picture as a draw.io file: the same places, and everything can be moved, edited and restyled there.

A card is a container; its ports are rows inside it, from which the links leave. The format is mxGraph's XML, not
compressed. Labels are HTML in draw.io, so that texts are escaped twice: as HTML, then as an attribute.
"""

from html import escape
from xml.sax.saxutils import quoteattr

from oberaconnect.draw.markup import attribute, number
from oberaconnect.draw.palette import BORDER, COLOURS, SOFT_TEXT, SURFACE, TEXT
from oberaconnect.draw.placed import (
    Box,
    Placed,
    PlacedCard,
    PlacedGroup,
    PlacedLegendEntry,
    PlacedLink,
    PlacedPort,
    Point,
    Text,
)
from oberaconnect.draw.text import clean

_BASE = "html=1;whiteSpace=wrap;fontFamily=Inter;"
_TAB_LETTERS = 60


def drawio(placed: Placed) -> str:
    """Write the picture."""
    name = clean(placed.diagram.title)[:_TAB_LETTERS] or "Page 1"
    cells = [
        _heading("title", placed.title, placed.diagram.title, placed.width, f"fontStyle=1;fontColor={TEXT};"),
        _heading("subtitle", placed.subtitle, placed.diagram.subtitle, placed.width, f"fontColor={SOFT_TEXT};"),
        *(_group(at, group) for at, group in enumerate(placed.groups)),
        *(cell for at, card in enumerate(placed.cards) for cell in _card(at, card)),
        *_links(placed),
        *(cell for at, entry in enumerate(placed.legend) for cell in _legend_entry(at, entry)),
    ]
    return "\n".join(
        [
            '<mxfile host="oberaconnect">',
            f"<diagram name={attribute(name)}>",
            f'<mxGraphModel grid="1" gridSize="10" page="1" pageWidth="{number(placed.width)}" '
            f'pageHeight="{number(placed.height)}" math="0" shadow="0">',
            '<root><mxCell id="0"/><mxCell id="1" parent="0"/>',
            *(cell for cell in cells if cell),
            "</root></mxGraphModel></diagram></mxfile>",
        ]
    )


def _heading(id_: str, lines: tuple[Text, ...], whole: str, width: float, look: str) -> str:
    if not lines:
        return ""
    first, style = lines[0], lines[0].style
    box = Box(first.x, first.baseline - style.size, width - 2 * first.x, style.line * len(lines))
    look = f"text;{_BASE}align=left;verticalAlign=top;spacing=0;fontSize={number(style.size)};{look}"
    return _vertex(id_, _html(whole), look, box)


def _group(at: int, placed: PlacedGroup) -> str:
    colours = COLOURS[placed.group.tone]
    look = (
        f"rounded=1;arcSize=16;absoluteArcSize=1;{_BASE}align=left;verticalAlign=top;spacingLeft=12;spacingTop=6;"
        f"fillColor={colours.tint};strokeColor={BORDER};fontColor={colours.ink};fontStyle=1;fontSize=12;"
    )
    return _vertex(f"group-{at}", _html(placed.group.title), look, placed.box)


def _card(at: int, placed: PlacedCard) -> list[str]:
    card, colours = placed.card, COLOURS[placed.card.tone]
    lines = [f'<b><font style="font-size:14px">{_html(card.title)}</font></b>']
    if card.kind:
        lines.insert(0, f'<b><font color="{colours.ink}" style="font-size:10px">{_html(card.kind.upper())}</font></b>')
    lines += [f'<font color="{SOFT_TEXT}" style="font-size:11px">{_html(detail)}</font>' for detail in card.details]
    look = (
        f"rounded=1;arcSize=22;absoluteArcSize=1;{_BASE}overflow=hidden;container=1;collapsible=0;align=left;"
        "verticalAlign=top;spacingLeft=12;spacingRight=12;spacingTop=8;"
        f"fillColor={colours.tint if colours.filled else SURFACE};strokeColor={colours.ink};fontColor={TEXT};"
    )
    ports = [_port(f"card-{at}", number_, port) for number_, port in enumerate(placed.face.ports)]
    return [_vertex(f"card-{at}", "<br>".join(lines), look, placed.box), *ports]


def _port(card: str, at: int, placed: PlacedPort) -> str:
    port = placed.port
    chip = f'<b><font color="{COLOURS[port.tone].ink}">{_html(port.key) or "•"}</font></b>'
    if placed.box.x > 0:  # a tab
        html, look = f"{chip}<br>{_html(port.label)}", "align=center;verticalAlign=top;spacing=0;fontSize=10;"
    else:
        html, look = f"{chip}&nbsp; {_html(port.label)}", "align=left;verticalAlign=middle;spacingLeft=12;fontSize=11;"
    look = f"{_BASE}overflow=hidden;fillColor=none;strokeColor=none;{look}fontColor={TEXT};"
    return _vertex(f"{card}-{at}", html, look, placed.box, card)


def _links(placed: Placed) -> list[str]:
    boxes: dict[tuple[str, str], tuple[str, Box]] = {}
    for at, card in enumerate(placed.cards):
        boxes[card.card.id, ""] = f"card-{at}", card.box
        for number_, port in enumerate(card.face.ports):
            box = port.box._replace(x=card.box.x + port.box.x, y=card.box.y + port.box.y)
            boxes[card.card.id, port.port.id] = f"card-{at}-{number_}", box
    return [
        _link(at, link, boxes[link.link.source, link.link.port], boxes[link.link.target, ""])
        for at, link in enumerate(placed.links)
    ]


def _link(at: int, placed: PlacedLink, source: tuple[str, Box], target: tuple[str, Box]) -> str:
    link, points, ink = placed.link, placed.points, COLOURS[placed.link.tone].ink
    arrow = "block" if link.is_directed else "none"
    look = (
        f"edgeStyle=orthogonalEdgeStyle;rounded=1;{_BASE}strokeColor={ink};strokeWidth=1.7;endArrow={arrow};endFill=1;"
        f"endSize=5;dashed={int(link.dashed)};fontSize=11;fontColor={ink};labelBackgroundColor={SURFACE};"
        f"{_end('exit', points[0], source[1])}{_end('entry', points[-1], target[1])}"
    )
    between = "".join(f'<mxPoint x="{number(x)}" y="{number(y)}"/>' for x, y in points[1:-1])
    array = f'<Array as="points">{between}</Array>' if between else ""
    return (
        f'<mxCell id="link-{at}" value={quoteattr(_html(link.label))} style="{look}" edge="1" parent="1" '
        f'source="{source[0]}" target="{target[0]}">'
        f'<mxGeometry relative="1" as="geometry">{array}</mxGeometry></mxCell>'
    )


def _end(which: str, point: Point, box: Box) -> str:
    """Where a link meets a box, as shares of its sides."""
    x, y = (point.x - box.x) / box.width, (point.y - box.y) / box.height
    return f"{which}X={x:.4f};{which}Y={y:.4f};{which}Dx=0;{which}Dy=0;{which}Perimeter=0;"


def _legend_entry(at: int, placed: PlacedLegendEntry) -> list[str]:
    start, end, entry = placed.start, placed.end, placed.entry
    line = f"line;html=1;strokeColor={COLOURS[entry.tone].ink};strokeWidth=2;dashed={int(entry.dashed)};fillColor=none;"
    words = f"text;{_BASE}align=left;verticalAlign=middle;spacing=0;fontSize=11;fontColor={SOFT_TEXT};"
    return [
        _vertex(f"legend-{at}", "", line, Box(start.x, start.y - 5, end.x - start.x, 10)),
        _vertex(f"legend-{at}-text", _html(entry.label), words, Box(placed.label.x, start.y - 10, 260, 20)),
    ]


def _vertex(id_: str, html: str, style: str, box: Box, parent: str = "1") -> str:
    return (
        f'<mxCell id="{id_}" value={quoteattr(html)} style="{style}" vertex="1" parent="{parent}">'
        f'<mxGeometry x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" as="geometry"/></mxCell>'
    )


def _html(text: str) -> str:
    return escape(clean(text))
