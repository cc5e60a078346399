"""A card in SVG: its body, icon, texts and ports."""

import re

from oberaconnect.draw.diagram import Card
from oberaconnect.draw.icons import PATHS, Icon
from oberaconnect.draw.markup import attribute, content, moved, number, rect, text
from oberaconnect.draw.palette import BORDER, COLOURS, HAIRLINE, SOFT_TEXT, SURFACE, TEXT
from oberaconnect.draw.placed import Face, PlacedCard, PlacedPort, Point
from oberaconnect.draw.text import clean

_RADIUS = 11
_HREF = re.compile(r"(https?://|/(?!/)|#)\S*")


def card_svg(placed: PlacedCard) -> str:
    """Write a card."""
    card, face, colours = placed.card, placed.face, COLOURS[placed.card.tone]
    data = "".join(f" data-{name}={attribute(value)}" for name, value in card.data)
    fill = colours.tint if colours.filled else SURFACE
    parts = [
        f'<g class="card tone-{card.tone}" data-id={attribute(card.id)}{data} {moved(placed.box.x, placed.box.y)}>',
        f"<title>{content(_whole(card))}</title>",
        _body(face, fill, colours.ink if colours.filled else ""),
        rect(face.icon, 9, colours.ink),
        _icon(card.icon, Point(face.icon.x + 6.5, face.icon.y + 6.5), 0.79, 2.1),
        text(face.kind, colours.ink) if face.kind else "",
        *(text(line, TEXT) for line in face.title),
        *(text(line, SOFT_TEXT) for line in face.details),
        *(_port(port, fill) for port in face.ports),
        "</g>",
    ]
    whole = "".join(parts)
    return f"<a href={attribute(card.href)}>{whole}</a>" if _HREF.fullmatch(card.href) else whole


def _whole(card: Card) -> str:
    return " · ".join(part for part in (card.kind, card.title, *card.details) if part)


def _body(face: Face, fill: str, ink: str) -> str:
    """The shadow, the surface, and the rule above the ports; `ink` is the border of a filled card."""
    size = f'width="{number(face.width)}" height="{number(face.height)}" rx="{_RADIUS}"'
    border = f'stroke="{ink}" stroke-opacity=".45"' if ink else f'stroke="{BORDER}"'
    parts = [
        f'<rect class="shadow" y="2" {size} fill="{TEXT}" opacity=".06"/>',
        f'<rect class="body" {size} fill="{fill}" {border}/>',
    ]
    if face.rule is not None:
        line = f'stroke="{ink}" stroke-opacity=".3"' if ink else f'stroke="{HAIRLINE}"'
        parts.append(f'<path d="M14,{number(face.rule)}H{number(face.width - 14)}" {line} fill="none"/>')
    return "".join(parts)


def _icon(icon: Icon, at: Point, scale: float, stroke: float) -> str:
    return (
        f'<path transform="translate({number(at.x)},{number(at.y)}) scale({scale:g})" d="{PATHS[icon]}" fill="none" '
        f'stroke="{SURFACE}" stroke-width="{stroke:g}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _port(placed: PlacedPort, fill: str) -> str:
    port, chip, ink = placed.port, placed.chip, COLOURS[placed.port.tone].ink
    middle, anchor = chip.middle, placed.anchor
    if not clean(port.chip):
        mark = f'<circle cx="{number(middle.x)}" cy="{number(middle.y)}" r="{number(chip.width / 2)}" fill="{ink}"/>'
    elif placed.chip_text:
        mark = rect(chip, 5, ink) + text(placed.chip_text, SURFACE)
    else:
        mark = rect(chip, 5, ink) + _icon("clock", Point(middle.x - 6, middle.y - 6), 0.5, 2.6)
    labels = "".join(text(line, TEXT) for line in placed.label)
    return (
        f'<g class="port" data-port={attribute(port.id)}><title>{content(port.words)}</title>{mark}{labels}'
        f'<circle class="anchor" cx="{number(anchor.x)}" cy="{number(anchor.y)}" r="3" fill="{fill}" stroke="{ink}" '
        'stroke-width="1.5"/></g>'
    )
