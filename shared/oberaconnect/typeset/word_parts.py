"""The blocks of a document as parts of a DOCX."""

import io
from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from oberaconnect.typeset.blocks import Callout, Cover, Table
from oberaconnect.typeset.word_xml import (
    ACCENT,
    HAIRLINE,
    INK,
    SOFT,
    TINT,
    TONES,
    cell,
    cell_content,
    element,
    paragraph,
    row,
    run,
    table,
)  # fmt: skip
from oberaconnect.typeset.words import lines

_NAMES = 132.0
_BAR = 24  # eighths of a point


def cover(block: Cover, width: float) -> list[BaseOxmlElement]:
    """The first page: a dark field with the title, the status, and the facts."""
    ink, tint = TONES[block.tone]
    size = 18 if len(block.title) > 90 else 24 if len(block.title) > 36 else 32
    title = cell(
        paragraph(run(block.kicker, size=11, bold=True, color="99F6E4"), before=30, after=120),
        paragraph(run(block.title, size=size, bold=True, color="FFFFFF"), after=6),
        paragraph(run(block.subtitle, size=13, color="CBD5E1"), after=30),
        width=width,
        shade=INK,
    )
    status = cell(paragraph(run(block.status, size=11, bold=True, color=ink)), width=width, shade=tint)
    facts = [
        row(
            [
                cell(paragraph(run(name, color=SOFT)), width=_NAMES, borders=[("bottom", 4, HAIRLINE)]),
                cell(paragraph(run(value, bold=True)), width=width - _NAMES, borders=[("bottom", 4, HAIRLINE)]),
            ]
        )
        for name, value in block.facts
    ]
    return [
        table([width], [row([title])], inset=(8, 24)),
        paragraph(after=10),
        table([width], [row([status])], inset=(6, 10)),
        paragraph(after=10),
        table([_NAMES, width - _NAMES], facts, inset=(5, 4)),
    ]


def contents(titles: Sequence[str]) -> list[BaseOxmlElement]:
    """A field that Word can update, which holds the titles as links until then (without pages: Word knows them)."""
    begin = [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", _instruction(' TOC \\o "1-1" \\h \\z \\n ')),
        element("r", element("fldChar", fldCharType="separate")),
    ]
    made = []
    for position, title in enumerate(titles, 1):
        link = element("hyperlink", run(f"{position}   {title}", color=ACCENT), anchor=_bookmark(position))
        made.append(paragraph(*(begin if position == 1 else []), link, after=1.5, keep=position < len(titles)))
    if made:
        made[-1].append(element("r", element("fldChar", fldCharType="end")))
    return made


def mark_heading(heading: Paragraph, position: int) -> None:
    """Makes a heading something that the contents can lead to."""
    start = element("bookmarkStart", id=position, name=_bookmark(position))
    heading._p.insert_element_before(start, "w:r", "w:hyperlink")
    heading._p.append(element("bookmarkEnd", id=position))


def key_value(pairs: Sequence[tuple[str, str]], width: float) -> BaseOxmlElement:
    """Names and values without a frame."""
    rows = [
        row(
            [
                cell(paragraph(run(name, color=SOFT)), width=_NAMES),
                cell(paragraph(run(value, bold=True)), width=width - _NAMES),
            ]
        )
        for name, value in pairs
    ]
    return table([_NAMES, width - _NAMES], rows, inset=(2.5, 0))


def rows_and_head(block: Table, width: float) -> BaseOxmlElement:
    """A table with its head."""
    total = sum(column.weight for column in block.columns)
    widths = [width * column.weight / total for column in block.columns]
    head = [
        cell(
            paragraph(run(column.title, size=8, bold=True, color=SOFT), right=column.numeric),
            width=wide,
            shade=TINT,
            borders=[("bottom", 8, SOFT)],
        )
        for column, wide in zip(block.columns, widths, strict=True)
    ]
    body = (
        row(
            cell(cell_content(item, numeric=column.numeric), width=wide, borders=[("bottom", 4, HAIRLINE)])
            for item, column, wide in zip(items, block.columns, widths, strict=True)
        )
        for items in block.rows
    )
    return table(widths, [row(head, is_head=True), *body], label=block.label)


def callout(block: Callout, width: float) -> BaseOxmlElement:
    """A field with a bar of its tone."""
    ink, tint = TONES[block.tone]
    content = [paragraph(run(block.title, bold=True, color=ink), after=3)]
    if block.text:
        content.append(paragraph(run(block.text)))
    return table(
        [width], [row([cell(*content, width=width, shade=tint, borders=[("left", _BAR, ink)])])], inset=(6, 10)
    )


def signatures(parties: Sequence[tuple[str, Sequence[tuple[str, str]]]], width: float) -> BaseOxmlElement:
    """Columns with lines to write on, and between them a column of air."""
    gap = 34.0
    wide = (width - gap * (len(parties) - 1)) / len(parties)
    widths = [wide, *(each for _ in parties[1:] for each in (gap, wide))]
    depth = max(len(fields) for _, fields in parties)
    heads = [paragraph(run(party, size=11, bold=True)) for party, _ in parties]
    rows = [row(_spread([cell(head, width=wide) for head in heads], gap))]
    for line in range(depth):
        fields = [known[line] if line < len(known) else ("", "") for _, known in parties]
        height = 58 if any(name.startswith("Signature") for name, _ in fields) else 34
        values = [
            cell(paragraph(run(value, bold=True)), width=wide, borders=[("bottom", 6, INK)], bottom=True)
            for _, value in fields
        ]
        rows.append(row(_spread(values, gap), height=height))
        names = [cell(paragraph(run(name, size=8, color=SOFT)), width=wide) for name, _ in fields]
        rows.append(row(_spread(names, gap)))
    return table(widths, rows, inset=(3, 0))


def picture(word: WordDocument, png: bytes, alt: str, size: tuple[float, float], *, right: bool = False) -> None:
    """A picture in the middle of the line or at its end, with its description."""
    holder = word.add_paragraph()
    holder.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    shape = holder.add_run().add_picture(io.BytesIO(png), Pt(size[0]), Pt(size[1]))
    shape._inline.docPr.set("descr", " ".join(lines(alt)))


def running(section: Section, head: tuple[str, str], foot: str, width: float) -> None:
    """The lines at the top and the bottom of pages, with the number of the page and of all pages."""
    for holder, left, right in (
        (section.header.paragraphs[0], head[0], [run(head[1])]),
        (section.footer.paragraphs[0], foot, [*_field("PAGE"), run(" / "), *_field("NUMPAGES")]),
    ):
        holder.paragraph_format.tab_stops.add_tab_stop(Pt(width), WD_TAB_ALIGNMENT.RIGHT)
        for part in (run(left), element("r", element("tab")), *right):
            holder._p.append(part)


def _spread(cells: list[BaseOxmlElement], gap: float) -> list[BaseOxmlElement]:
    return [cells[0], *(each for one in cells[1:] for each in (cell(paragraph(), width=gap), one))]


def _bookmark(position: int) -> str:
    return f"section-{position}"


def _field(name: str) -> list[BaseOxmlElement]:
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", _instruction(f" {name} ")),
        element("r", element("fldChar", fldCharType="separate")),
        run("1"),
        element("r", element("fldChar", fldCharType="end")),
    ]


def _instruction(text: str) -> BaseOxmlElement:
    made = element("instrText")
    made.text = text
    made.set(qn("xml:space"), "preserve")
    return made
