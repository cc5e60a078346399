"""PDF: text by pdfium, structure by our own reading of lines, ruled tables by pdfplumber, pictures of pages by OCR."""

from data_processing.extract.pdf.document import parse

__all__ = ["parse"]
