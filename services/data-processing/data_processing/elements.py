"""What a parser finds in a document: elements in reading order, each with its place. Plain values, cheap to pickle."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ElementType = Literal[
    "heading", "paragraph", "list_item", "table", "code", "caption", "header", "footer", "image", "note", "form_field"
]
#: `ok` and `partial` are documents; with any other outcome there is none, only a reason (`ParseFailed`).
Outcome = Literal[
    "ok",
    "partial",
    "empty",
    "no_text_needs_ocr",
    "encrypted",
    "corrupt",
    "unsupported",
    "too_large",
    "timeout",
    "crashed",
    "refused",
]


#: The parser of an element that may be a device's configuration: its text is as it came in, secrets and all. It goes to
#: engineering-api before anything is made of it.
SUSPECT = "suspect"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, all rows of the same width. The first `header_rows` rows name the columns."""

    rows: tuple[tuple[str, ...], ...]
    header_rows: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of a document.

    `text` is always the whole text; of a table, its rows as lines of `a | b | c`. `level` is 1–6 for headings and the
    depth, from 1, for list items. `section_path` holds the headings above, outermost first. Pages count from 1; they
    are not exact where the format stores none and the last program's page breaks were used. `page_turns` says where in
    `text` pages after the first begin, as (offset, page), where that is known. `label` names the part of the file: a
    sheet, a slide, an attachment. `line_start` is the line of a configuration with which `text` begins, from 1.
    """

    ordinal: int
    type: ElementType
    text: str
    level: int | None = None
    table: Table | None = None
    page_start: int | None = None
    page_end: int | None = None
    page_is_exact: bool = True
    label: str | None = None
    section_path: tuple[str, ...] = ()
    ocr: bool = False
    parser: str = ""
    page_turns: tuple[tuple[int, int], ...] = ()
    line_start: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document that could be read. `format` is the short name of `media_type` (pdf, docx, html …).

    With `outcome` `partial` the warnings say what is missing.
    """

    media_type: str
    format: str
    name: str
    n_pages: int | None
    outcome: Outcome
    warnings: tuple[str, ...]
    elements: tuple[Element, ...]
    metadata: dict[str, str] = field(default_factory=dict)


class ParseFailed(Exception):
    """A file that gave no document: the outcome, and the reason as a sentence for the person who sent it."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        """`reason` says what is the matter and, where there is a remedy, what to do."""
        super().__init__(outcome, reason)  # as arguments, so that it survives pickling between processes
        self.outcome = outcome
        self.reason = reason

    def __str__(self) -> str:
        """Outcome and reason."""
        return f"{self.outcome}: {self.reason}"


def as_json(document: ParsedDocument) -> dict[str, Any]:
    """The document as JSON values; what does not apply to an element is left out."""
    plain = asdict(document)
    plain["elements"] = [
        {name: value for name, value in element.items() if value not in (None, (), False, "") or name == "text"}
        | {"page_is_exact": element["page_is_exact"]}
        for element in plain["elements"]
    ]
    return plain
