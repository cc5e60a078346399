"""The network as a picture, on a page on which it is legible."""

from collections.abc import Iterator

from engineering_api.documents.desk import Desk
from engineering_api.topology.drawing import diagram
from engineering_api.topology.model import Topology
from oberaconnect import draw
from oberaconnect.typeset import Block, Callout, Heading, Paragraph, Picture, sheet_for, svg_size

#: What the headings take above a picture, in points.
_ABOVE = 100.0
#: More cards and lines are no picture that anybody can read.
_MOST = 260
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
    described = diagram(picture, desk.material.block.client or desk.material.title, subtitle=title)
    try:
        svg = draw.svg(draw.lay_out(described))
    except draw.NotArranged as problem:
        yield Heading(title, 2)
        yield Callout(f"{title}: not drawn", problem.detail)
        return
    sheet = sheet_for(svg_size(svg), desk.material.paper, _ABOVE)
    yield sheet.page
    if is_first:
        yield Heading("Topology")
    yield Heading(title, 2)
    said = "The tables say the same in words."
    yield Picture(svg, f"Diagram: {title}. {said}", sheet.width, sheet.height, draw.mermaid(described))
    if picture.layer == "l2" and any(link.confidence < 0.7 for link in picture.links):
        yield Paragraph("Dashed lines are likely, not sure: the percentage says how likely.", soft=True)
