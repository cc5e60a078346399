"""The pictures: how calls travel."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from oberaconnect.typeset import Block, Heading, Page, Paragraph, Picture, sheet_for, svg_size

#: What the headings and the first paragraph take above a picture, in points.
_ABOVE = 118.0


def pictures(material: Material) -> Iterator[Block]:
    """Each picture on a page on which it is legible: upright or landscape, of double size if need be."""
    if not material.pictures:
        return
    for position, (title, svg) in enumerate(material.pictures):
        sheet = sheet_for(svg_size(svg), material.paper, _ABOVE)
        yield sheet.page
        if position == 0:
            yield Heading("How calls travel")
            yield Paragraph(
                "Each box is a place where a call can be. Solid lines show the way of a call, dashed lines where it "
                "goes when nobody takes it. Keys that callers press stand in small coloured squares."
            )
        yield Heading(title, 2)
        yield Picture(
            svg, f"Diagram: {title}. The tables that follow say the same in words.", sheet.width, sheet.height
        )
    yield Page(material.paper)
