"""The forms of a document: Markdown, HTML, DOCX and PDF, with the same blocks and the same words."""

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from oberaconnect import typeset
from oberaconnect.typeset import Document, Limits

Format = Literal["md", "html", "docx", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: Mapping[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
#: Documents of all rows that one may have, on a machine that is busy.
_LIMITS = Limits(seconds=120, memory_bytes=2 << 30)

_WRITERS: Mapping[Format, Callable[[Document], bytes]] = {
    "md": lambda document: typeset.markdown(document).encode(),
    "html": lambda document: typeset.html(document).encode(),
    "docx": typeset.docx,
    "pdf": lambda document: typeset.pdf(document, _LIMITS),
}


def written(document: Document, form: Format) -> bytes:
    """The document in one form. Raises `oberaconnect.typeset.NotTypeset` and `Busy` for PDF."""
    return _WRITERS[form](document)
