"""Documents: described once as blocks, written as PDF by Typst, as DOCX by python-docx, as HTML and as Markdown.

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
from oberaconnect.typeset.html import POLICY, html
from oberaconnect.typeset.markdown import markdown
from oberaconnect.typeset.paper import Sheet, sheet_for, svg_size
from oberaconnect.typeset.pdf import Limits, NotTypeset, pdf
from oberaconnect.typeset.word import docx

__all__ = [
    "POLICY",
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
    "html",
    "markdown",
    "pdf",
    "sheet_for",
    "svg_size",
]
