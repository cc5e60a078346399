"""Elements of a DOCX (ECMA-376, WordprocessingML): runs, paragraphs, cells and tables.

They are written at once: python-docx's own cells take too long for thousands of rows. Children stand in the order that
the schema asks for.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from oberaconnect.typeset.blocks import Cell, Tone
from oberaconnect.typeset.words import lines

INK: Final = "0F172A"
SOFT: Final = "475569"
ACCENT: Final = "0F766E"
HAIRLINE: Final = "D5DDE7"
TINT: Final = "F4F7FA"
#: The colour of letters and of what is behind them.
TONES: Final[dict[Tone, tuple[str, str]]] = {
    "plain": ("0F766E", "F0FDFA"), "good": ("047857", "ECFDF5"), "warning": ("A16207", "FEFCE8"),
    "bad": ("B91C1C", "FEF2F2"),
}  # fmt: skip
TABLE_SIZE: Final = 8.5
_SMALL_SIZE: Final = 7

_MARKS = {"box": "☐", "tick": "✔", "cross": "✘"}
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_TWIPS = 20  # to a point


def element(tag: str, /, *children: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    """An element of the main namespace with its children and attributes."""
    made: BaseOxmlElement = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(children)
    return made


def twips(points: float) -> int:
    """Points in twentieths of a point."""
    return round(points * _TWIPS)


def run(
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    color: str = "",
    shade: str = "",
    language: str = "",
) -> BaseOxmlElement:
    """Text of one look; a line feed is a new line."""
    properties = []
    if bold:
        properties += [element("b"), element("bCs")]
    if color:
        properties.append(element("color", val=color))
    if size:
        properties += [element("sz", val=round(size * 2)), element("szCs", val=round(size * 2))]
    if shade:
        properties.append(element("shd", val="clear", color="auto", fill=shade))
    if language:
        is_rtl = is_right_to_left(language)
        properties += [element("rtl")] if is_rtl else []
        properties.append(element("lang", bidi=language) if is_rtl else element("lang", val=language))
    made = element("r", element("rPr", *properties))
    for position, line in enumerate(lines(text)):
        if position:
            made.append(element("br"))
        written = element("t")
        written.text = line
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(written)
    return made


def is_right_to_left(language: str) -> bool:
    """Whether a language (BCP 47) is usually written from right to left."""
    return language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT


def paragraph(
    *content: BaseOxmlElement,
    after: float = 0,
    before: float = 0,
    keep: bool = False,
    right: bool = False,
    bidi: bool = False,
) -> BaseOxmlElement:
    """A paragraph with room in points before and after it; with `keep` it stays on the page of the next one."""
    properties = [element("keepNext")] if keep else []
    properties += [element("bidi")] if bidi else []
    properties.append(element("spacing", before=twips(before), after=twips(after)))
    if right:
        properties.append(element("jc", val="right"))
    return element("p", element("pPr", *properties), *content)


def cell(
    *content: BaseOxmlElement,
    width: float,
    shade: str = "",
    borders: Sequence[tuple[str, int, str]] = (),
    bottom: bool = False,
) -> BaseOxmlElement:
    """A cell. `borders` are sides with their thickness in eighths of a point and their colour."""
    properties = [element("tcW", w=twips(width), type="dxa")]
    if borders:
        sides = [element(side, val="single", sz=thick, space=0, color=color) for side, thick, color in borders]
        properties.append(element("tcBorders", *sides))
    if shade:
        properties.append(element("shd", val="clear", color="auto", fill=shade))
    if bottom:
        properties.append(element("vAlign", val="bottom"))
    return element("tc", element("tcPr", *properties), *content)


def row(cells: Iterable[BaseOxmlElement], *, is_head: bool = False, height: float = 0) -> BaseOxmlElement:
    """A row that stays on one page; a head returns on each."""
    properties = [element("cantSplit")]
    if height:
        properties.append(element("trHeight", val=twips(height), hRule="atLeast"))
    if is_head:
        properties.append(element("tblHeader"))
    return element("tr", element("trPr", *properties), *cells)


def table(
    widths: Sequence[float], rows: Iterable[BaseOxmlElement], *, label: str = "", inset: tuple[float, float] = (3.5, 5)
) -> BaseOxmlElement:
    """A table of columns with fixed widths. `inset`: points above and below, and beside, what is in its cells."""
    above, beside = inset
    margins = [
        element(side, w=twips(points), type="dxa")
        for side, points in (("top", above), ("left", beside), ("bottom", above), ("right", beside))
    ]
    properties = [
        element("tblW", w=twips(sum(widths)), type="dxa"),
        element("tblInd", w=twips(beside), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
    ]
    if label:
        properties.append(element("tblCaption", val=" ".join(lines(label))))
    grid = element("tblGrid", *(element("gridCol", w=twips(width)) for width in widths))
    return element("tbl", element("tblPr", *properties), grid, *rows)


def cell_content(item: Cell | str, *, numeric: bool) -> BaseOxmlElement:
    """The paragraph in a cell of a table."""
    one = Cell(item) if isinstance(item, str) else item
    color = TONES[one.tone][0] if one.tone != "plain" else ""
    parts = []
    if one.look in _MARKS:
        marks = {"tick": TONES["good"][0], "cross": TONES["bad"][0]}
        parts.append(run(_MARKS[one.look] + (" " if one.text else ""), size=10, color=marks.get(one.look, SOFT)))
    if one.text:
        is_chip = one.look == "chip"
        text = f"\u00a0{one.text}\u00a0" if is_chip else one.text
        strong = is_chip or one.look == "strong"
        shown = color or (SOFT if one.look in ("soft", "small") else "")
        parts.append(
            run(
                text,
                size=_SMALL_SIZE if one.look == "small" else TABLE_SIZE,
                bold=strong,
                color=shown,
                shade="E7ECF2" if is_chip else "",
                language=one.language,
            )
        )
    return paragraph(*parts, right=numeric, bidi=bool(one.language) and is_right_to_left(one.language))
