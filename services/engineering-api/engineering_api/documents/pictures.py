"""The network as a picture, on a page on which it is legible."""

from collections.abc import Iterator

from engineering_api.documents.desk import Desk
from engineering_api.topology.drawing import diagram
from engineering_api.topology.model import Topology
from oberaconnect import draw
from oberaconnect.draw import Direction
from oberaconnect.typeset import (
    Block,
    Callout,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Sheet,
    sheet_for,
    svg_size,
)  # fmt: skip

#: What the headings take above a picture, in points.
_ABOVE = 100.0
#: More cards and lines are no picture that anybody can read.
_MOST = 260
_DIRECTIONS: tuple[Direction, ...] = ("down", "right")
_LAYERS = {"l3": "Subnets and addresses", "l2": "Cables and ports"}


def topology(desk: Desk) -> Iterator[Block]:
    """Layer 3 and layer 2, each on a page of its own, as far as there is something to draw."""
    drawn = [picture for picture in (desk.routed, desk.switched) if picture.links]
    for position, picture in enumerate(drawn):
        title = _LAYERS[picture.layer]
        size = len(picture.nodes) + len(picture.links)
        if size > _MOST:
            yield Heading(title, 2)
            yield Callout(
                f"{title}: too much for one picture",
                f"There are {len(picture.nodes):,} devices and subnets and {len(picture.links):,} links. Ask for the "
                "document of one site, or for a picture by /topology.",
            )
            continue
        yield from _picture(desk, picture, title, is_first=position == 0)


def _picture(desk: Desk, picture: Topology, title: str, *, is_first: bool) -> Iterator[Block]:
    described = [
        diagram(picture, desk.material.block.client or desk.material.title, subtitle=title, direction=direction)
        for direction in _DIRECTIONS
    ]
    try:
        drawn = [draw.svg(draw.lay_out(one)) for one in described]
    except draw.NotArranged as problem:
        yield Heading(title, 2)
        yield Callout(f"{title}: not drawn", problem.detail)
        return
    sheets = [sheet_for(svg_size(svg), desk.material.paper, _ABOVE) for svg in drawn]
    best = min(range(len(sheets)), key=lambda place: _badness(sheets[place], drawn[place], desk.material.paper))
    sheet = sheets[best]
    yield sheet.page
    if is_first:
        yield Heading("Topology")
    yield Heading(title, 2)
    alt = f"Diagram: {title}. The tables say the same in words."
    yield Picture(drawn[best], alt, sheet.width, sheet.height, draw.mermaid(described[best]))
    if picture.layer == "l2" and any(link.confidence < 0.7 for link in picture.links):
        yield Paragraph("Dashed lines are likely, not sure: the percentage says how likely.", soft=True)


def _badness(sheet: Sheet, svg: str, paper: Paper) -> tuple[bool, float]:
    """The usual paper first, then what is drawn largest."""
    return sheet.page.paper != paper, -sheet.width / svg_size(svg)[0]
