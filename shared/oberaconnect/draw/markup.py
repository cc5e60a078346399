"""The few XML elements that pictures are made of, and how texts and numbers are written in them."""

from xml.sax.saxutils import escape, quoteattr

from oberaconnect.draw.placed import Box, Text
from oberaconnect.draw.text import clean


def number(value: float) -> str:
    """A length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def content(text: str) -> str:
    """Anybody's text between two tags."""
    return escape(clean(text))


def attribute(text: str) -> str:
    """Anybody's text as the value of an attribute, with its quotes."""
    return quoteattr(clean(text))


def text(line: Text, colour: str, css_class: str = "") -> str:
    """A line of text in its place."""
    style = line.style
    spacing = f' letter-spacing="{number(style.spacing)}"' if style.spacing else ""
    anchor = ' text-anchor="middle"' if line.anchor == "middle" else ""
    named = f' class="{css_class}"' if css_class else ""
    return (
        f'<text x="{number(line.x)}" y="{number(line.baseline)}" font-size="{number(style.size)}" '
        f'font-weight="{style.weight}"{spacing}{anchor} fill="{colour}"{named}>{escape(line.text)}</text>'
    )


def rect(box: Box, radius: float, fill: str, stroke: str = "") -> str:
    """A rectangle with round corners."""
    border = f' stroke="{stroke}"' if stroke else ""
    return (
        f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}" '
        f'rx="{number(radius)}" fill="{fill}"{border}/>'
    )


def moved(x: float, y: float) -> str:
    """The attribute that moves a group."""
    return f'transform="translate({number(x)},{number(y)})"'
