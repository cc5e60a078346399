"""The picture as SVG 1.1: one string, no script, no outside resource, the same bytes for the same picture.

A page can find its way by `class` (card, port, link, label, group, legend), by `data-id` and the card's own data on
cards, `data-port` on ports, and `data-from`, `data-to`, `data-port` on links and their labels. What had to be cut is
whole in the `<title>` of its card, port or link.
"""

from collections import defaultdict
from typing import Final

from oberaconnect.draw.diagram import Link
from oberaconnect.draw.markup import attribute, content, moved, number, rect, text
from oberaconnect.draw.palette import BORDER, COLOURS, PAPER, SOFT_TEXT, SURFACE, TEXT, Tone
from oberaconnect.draw.placed import Box, Placed, PlacedGroup, PlacedLegendEntry, PlacedLink
from oberaconnect.draw.route import Route
from oberaconnect.draw.svg_card import card_svg
from oberaconnect.draw.text import clean

#: Those after Inter are narrower, up to the last two, so that texts stay inside their cards where it is not installed.
FONT_FAMILY: Final = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

_LINE = 1.7
_HALO = 6
_DASHES = "5 4"
_DASHES_LENGTH = 9
_KEY_LETTERS = 2  # a label this short is a key, and looks like one


def svg(placed: Placed) -> str:
    """Write the picture."""
    diagram = placed.diagram
    wide, high = number(placed.width), number(placed.height)
    paper = SURFACE if diagram.direction == "down" else PAPER
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'font-family="{FONT_FAMILY}" role="img">',
        f"<title>{content(diagram.title)}</title><desc>{content(_in_words(placed))}</desc>",
        f"<defs>{''.join(_arrow_head(tone) for tone in sorted({link.tone for link in diagram.links}))}</defs>",
        f'<rect class="paper" width="{wide}" height="{high}" fill="{paper}"/>',
        *(text(line, TEXT, "heading") for line in placed.title),
        *(text(line, SOFT_TEXT, "subtitle") for line in placed.subtitle),
        *(_group(group) for group in placed.groups),
        *_lines(placed, paper),
        *(card_svg(card) for card in placed.cards),
        *(_label(link) for link in placed.links),
        *(_legend_entry(entry) for entry in placed.legend),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _in_words(placed: Placed) -> str:
    """What a person who cannot see the picture gets of it: every link as a phrase."""
    titles = {card.id: clean(card.title) for card in placed.diagram.cards}
    ports = {(card.id, port.id): port for card in placed.diagram.cards for port in card.ports}
    phrases = [clean(placed.diagram.subtitle)]
    for link in placed.diagram.links:
        port = ports.get((link.source, link.port))
        how = clean(f"{port.words if port else ''} {link.label}")
        phrases.append(f"{titles[link.source]}{f' ({how})' if how else ''} → {titles[link.target]}")
    return ". ".join(phrase for phrase in phrases if phrase)


def _arrow_head(tone: Tone) -> str:
    return (
        f'<marker id="arrow-{tone}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6.5" markerHeight="6.5" '
        f'orient="auto"><path d="M0.5,1L9.5,5L0.5,9Z" fill="{COLOURS[tone].ink}"/></marker>'
    )


def _lines(placed: Placed, paper: str) -> list[str]:
    """The lines, each on a halo that keeps it apart from those it crosses; lines into one arrow share theirs."""
    bundles: dict[tuple[str, Tone, bool], list[PlacedLink]] = defaultdict(list)
    for link in placed.links:
        bundles[link.link.target, link.link.tone, link.link.dashed].append(link)
    parts = []
    for bundle in bundles.values():
        routes = [Route(link.points) for link in bundle]
        halo = "".join(route.path for route in routes)
        parts.append(f'<path class="halo" d="{halo}" fill="none" stroke="{paper}" stroke-width="{_HALO}"/>')
        parts += [_line(link.link, route) for link, route in zip(bundle, routes, strict=True)]
    return parts


def _line(link: Link, route: Route) -> str:
    dashes = ""
    if link.dashed:  # counted from the arrow, so that the dashes of lines that become one lie on each other
        dashes = f' stroke-dasharray="{_DASHES}" stroke-dashoffset="{number(-route.length % _DASHES_LENGTH)}"'
    arrow = f' marker-end="url(#arrow-{link.tone})"' if link.is_directed else ""
    return (
        f'<path class="link" {_ends(link)} d="{route.path}" fill="none" stroke="{COLOURS[link.tone].ink}" '
        f'stroke-width="{_LINE}"{dashes}{arrow}/>'
    )


def _label(placed: PlacedLink) -> str:
    if not placed.label or not placed.label_box:
        return ""
    link, box, ink = placed.link, placed.label_box, COLOURS[placed.link.tone].ink
    if len(placed.label.text) <= _KEY_LETTERS:
        pill = rect(box, box.height / 2, ink) + text(placed.label, SURFACE)
    else:
        pill = rect(box, box.height / 2, SURFACE, BORDER) + text(placed.label, ink)
    return f'<g class="label" {_ends(link)}><title>{content(link.label)}</title>{pill}</g>'


def _ends(link: Link) -> str:
    port = f" data-port={attribute(link.port)}" if link.port else ""
    return f"data-from={attribute(link.source)} data-to={attribute(link.target)}{port}"


def _group(placed: PlacedGroup) -> str:
    group, box, colours = placed.group, placed.box, COLOURS[placed.group.tone]
    frame = rect(Box(0, 0, box.width, box.height), 16, colours.tint, BORDER)
    return (
        f'<g class="group" data-id={attribute(group.id)} {moved(box.x, box.y)}><title>{content(group.title)}</title>'
        f"{frame}{text(placed.title, colours.ink)}</g>"
    )


def _legend_entry(placed: PlacedLegendEntry) -> str:
    entry, start = placed.entry, placed.start
    dashes = f' stroke-dasharray="{_DASHES}"' if entry.dashed else ""
    return (
        f'<g class="legend"><title>{content(entry.label)}</title>'
        f'<path d="M{number(start.x)},{number(start.y)}H{number(placed.end.x)}" stroke="{COLOURS[entry.tone].ink}" '
        f'stroke-width="2"{dashes} fill="none"/>{text(placed.label, SOFT_TEXT)}</g>'
    )
