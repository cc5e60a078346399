"""PDF files as somebody reads them."""

from contextlib import closing

from pypdfium2 import PdfDocument


def pages(pdf: bytes) -> str:
    """The text of all pages."""
    with closing(PdfDocument(pdf)) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
