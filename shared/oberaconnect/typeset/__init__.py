"""Documents: described once as blocks, written as PDF by Typst and as DOCX by python-docx.

Needs `typst`, `python-docx` and `resvg-py`, which only the services that make documents install.
"""

from oberaconnect.typeset.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Contents,
    Cover,
    Document,
    Heading,
    KeyValue,
    Page,
    Paper,
    Paragraph,
    Picture,
    Rows,
    Signatures,
    Table,
    Tone,
)  # fmt: skip
from oberaconnect.typeset.paper import Sheet, sheet_for, svg_size
from oberaconnect.typeset.pdf import Limits, NotTypeset, pdf
from oberaconnect.typeset.word import docx

__all__ = [
    "Block",
    "Callout",
    "Cell",
    "Column",
    "Contents",
    "Cover",
    "Document",
    "Heading",
    "KeyValue",
    "Limits",
    "NotTypeset",
    "Page",
    "Paper",
    "Paragraph",
    "Picture",
    "Rows",
    "Sheet",
    "Signatures",
    "Table",
    "Tone",
    "docx",
    "pdf",
    "sheet_for",
    "svg_size",
]
