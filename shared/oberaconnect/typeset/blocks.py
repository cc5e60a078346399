"""What a document consists of, without any place, size of letter or file format.

Texts may come from anybody: both writers clean them, and neither takes them for markup. A line feed in a text is a new
line.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "good", "warning", "bad"]
Paper = Literal["a4", "a3", "letter", "tabloid"]
#: plain text, heavier text, a remark, a smaller one, a code in a frame (a key, something that is dialled), or a mark
#: before the text.
Look = Literal["plain", "strong", "soft", "small", "chip", "box", "tick", "cross"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table. `language` (BCP 47) is of its words, if they are not in that of the document."""

    text: str
    look: Look = "plain"
    tone: Tone = "plain"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Columns share the width by their weights."""

    title: str
    weight: float = 1.0
    numeric: bool = False


#: Rows of a table; text alone is a plain cell.
Rows = tuple[tuple[Cell | str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing. `alt` says what it shows to a reader who cannot see it; width and height are in points.

    `mermaid` is the same drawing for Markdown, which holds no SVG.
    """

    svg: str
    alt: str
    width: float
    height: float
    mermaid: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: whom it is for, what it is, where it stands, its facts, and whose it is."""

    kicker: str
    title: str
    subtitle: str
    status: str
    tone: Tone
    facts: tuple[tuple[str, str], ...]
    logo: Picture | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """A list of the headings of the first level, with links to them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; those of level 1 are numbered. It stays with what follows it."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `soft` is smaller and lighter, for remarks."""

    text: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class KeyValue:
    """Names and what they are, in two columns without a frame."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its head returns on each page. `label` names it for readers who cannot see it.

    Raises:
        ValueError: when a row has another number of cells than there are columns.
    """

    label: str
    columns: tuple[Column, ...]
    rows: Rows

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.label}: a row of {len(row)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Callout:
    """Something that must be seen, with a bar of its tone at its side."""

    title: str
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Page:
    """A new page, and all that follow it are like it until the next of these."""

    paper: Paper
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, a column for each party: its heading, and what is known of name, role and date."""

    parties: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


Block = Cover | Contents | Heading | Paragraph | KeyValue | Table | Callout | Picture | Page | Signatures


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `made` is its date; nothing in it depends on when or where it is written."""

    title: str
    author: str
    language: str
    made: dt.date
    header: str
    footer: str
    paper: Paper
    blocks: tuple[Block, ...]
