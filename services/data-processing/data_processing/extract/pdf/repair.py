"""PDFs that pdfium refuses: saved anew by qpdf and tried again, then read by pypdf, which forgives more."""

import io
import logging
from collections.abc import Callable

import pikepdf

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import limits, text
from data_processing.extract.build import Build, LimitReached
from data_processing.extract.options import Options

_REASON = "The PDF is damaged and could not be repaired. Print it to a new PDF, or upload another copy."


def parse(
    data: bytes, name: str, options: Options, parse_again: Callable[[bytes, str, Options], ParsedDocument]
) -> ParsedDocument:
    """Read a damaged PDF.

    Raises:
        ParseFailed: `corrupt` when nothing helps, `encrypted` when only a password would.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            saved = io.BytesIO()
            document.save(saved)
    except pikepdf.PasswordError:
        raise ParseFailed(
            "encrypted", "The PDF is protected by a password. Remove the password or upload an unprotected copy."
        ) from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError):
        return _by_pypdf(data, name)
    if saved.getvalue() == data:
        return _by_pypdf(data, name)
    try:
        return parse_again(saved.getvalue(), name, options)
    except (ParseFailed, RecursionError):
        return _by_pypdf(data, name)


def _by_pypdf(data: bytes, name: str) -> ParsedDocument:
    import pypdf  # noqa: PLC0415 - a fifth of the time that a parser's start takes; few files come this far

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports each oddity of a file that is odd throughout
    build = Build("pypdf")
    build.warnings.append("The PDF is damaged; what could be recovered was read, without headings and tables.")
    pages = 0
    try:
        for page in pypdf.PdfReader(io.BytesIO(data), strict=False).pages[: limits.MAX_PAGES]:
            pages += 1
            build.page = pages
            text.read(page.extract_text().replace("\f", "\n"), build)
    except LimitReached:
        pass
    except Exception:  # pypdf raises whatever it stumbles over; nothing of it helps the person who sent the file
        if not build.elements:
            raise ParseFailed("corrupt", _REASON) from None
    if not build.elements:
        raise ParseFailed("corrupt", _REASON)
    return build.finish("application/pdf", "pdf", name, pages)
