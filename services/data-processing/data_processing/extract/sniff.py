"""What a file is, by its content. The name only tells kinds of text apart, which nothing inside does."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import olefile

from data_processing.elements import ParseFailed
from data_processing.extract import limits
from data_processing.extract.encoding import looks_like_text, utf16_kind

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "text": "text/plain",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "image": "image/*",
}
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
)
_OOXML = (
    (b"wordprocessingml.document.main", b"wordprocessingml.template.main", b"word.document.macroEnabled.main", "docx"),
    (b"presentationml.presentation.main", b"presentationml.slideshow.main", b"powerpoint.presentation.macro", "pptx"),
    (b"spreadsheetml.sheet.main", b"spreadsheetml.template.main", b"excel.sheet.macroEnabled.main", "xlsx"),
    (b"ms-excel.sheet.binary", b"\x00", b"\x00", "xlsb"),
)
_OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_MAIL_HEADER = re.compile(
    rb"(?:From |(?:From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[\w-]+|Reply-To"
    rb"|Content-Type|DKIM-Signature|Sender|Thread-Topic|Importance)\s*:)",
    re.IGNORECASE,
)
_MAIL_NEEDED = re.compile(
    rb"^(?:From|Date|Received|Message-ID|MIME-Version|Subject|To)\s*:", re.IGNORECASE | re.MULTILINE
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body)[\s>]|<(?:div|p|table|h1|span|ul|script|meta)[\s>/]", re.IGNORECASE
)
_TEXT_SUFFIXES = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown",
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".eml": "eml",
}  # fmt: skip
#: Programs write these in text form; they are shown as they are and never taken for prose or for a web page.
_CODE_SUFFIXES = {".xml", ".json", ".yaml", ".yml", ".py", ".js", ".ts", ".sh", ".ps1", ".svg", ".css", ".php", ".vue"}
_ADVICE = "Save it as {0} and upload that."


@dataclass(frozen=True)
class Kind:
    """A format this package reads, and the media type to tell people."""

    format: str
    media_type: str


def sniff(data: bytes, name: str = "") -> Kind:
    """What the bytes are.

    Raises:
        ParseFailed: `empty`, `encrypted` or `unsupported`, with the reason.
    """
    if not data.strip(b"\x00 \t\r\n"):
        size = "The file is empty (0 bytes)." if not data else "The file holds nothing but blanks."
        raise ParseFailed("empty", size)
    for magic, media_type in _PICTURES:
        if data.startswith(magic) and (magic != b"BM" or data[6:10] == b"\0\0\0\0"):
            return Kind("image", media_type)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind("image", "image/webp")
    if b"%PDF-" in data[:1024] and not _MAIL_HEADER.match(data):
        return _kind("pdf")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind(_archive(data))
    if data.startswith(olefile.MAGIC):
        return _kind(_compound(data))
    if data.startswith(b"{\\rtf"):
        raise ParseFailed("unsupported", "RTF documents are not read. " + _ADVICE.format("DOCX or PDF"))
    return _kind(_text(data, name))


def _kind(form: str) -> Kind:
    return Kind(form, MEDIA_TYPES[form])


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > limits.MAX_ENTRIES:
                raise ParseFailed(
                    "too_large", f"The archive holds {len(names):,} entries; {limits.MAX_ENTRIES:,} are read."
                )
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as part:
                    types = part.read(limits.MEGABYTE)
                for first, second, third, form in _OOXML:
                    if first in types or second in types or third in types:
                        return form
                return _by_parts(names)
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    kind = part.read(100).strip()
                if opened := _OPENDOCUMENT.get(kind.removesuffix(b"-template")):
                    if b"manifest:encryption-data" in _start(archive, "META-INF/manifest.xml"):
                        raise ParseFailed("encrypted", _protected("document"))
                    return opened
                raise ParseFailed("unsupported", "This kind of document is not read. " + _ADVICE.format("PDF"))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise ParseFailed(
            "corrupt", "The file is damaged or was cut off: it begins like an Office document, but its end is missing."
        ) from None
    raise ParseFailed("unsupported", "Archives are not read. Unpack it and upload the files in it.")


def _by_parts(names: list[str]) -> str:
    """The content types did not say; the folders of the parts do."""
    for part, form in (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"), ("xl/workbook.xml", "xlsx")):
        if part in names:
            return form
    raise ParseFailed("unsupported", "This Office file holds no document, presentation or workbook.")


def _start(archive: zipfile.ZipFile, part: str) -> bytes:
    if part not in archive.namelist():
        return b""
    with archive.open(part) as file:
        return file.read(limits.MEGABYTE)


def _compound(data: bytes) -> str:
    """An OLE compound file: what it is, its streams tell."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            streams = {"/".join(entry).lower() for entry in compound.listdir()}
    except (OSError, ValueError, IndexError, RecursionError, OverflowError, AttributeError, TypeError):
        raise ParseFailed(
            "corrupt", "The file is damaged: it begins like an Office document, but cannot be opened."
        ) from None
    if "encryptedpackage" in streams:
        raise ParseFailed("encrypted", _protected("Office document"))
    if "__properties_version1.0" in streams:
        return "msg"
    if streams & {"workbook", "book"}:
        return "xls"
    if "worddocument" in streams:
        raise ParseFailed(
            "unsupported", "Word's format of before 2007 (.doc) is not read. " + _ADVICE.format("DOCX or PDF")
        )
    if "powerpoint document" in streams:
        raise ParseFailed(
            "unsupported", "PowerPoint's format of before 2007 (.ppt) is not read. " + _ADVICE.format("PPTX or PDF")
        )
    raise ParseFailed("unsupported", "This kind of file is not read. " + _ADVICE.format("PDF"))


def _protected(what: str) -> str:
    return f"The {what} is protected by a password. Remove the password or upload an unprotected copy."


def _text(data: bytes, name: str) -> str:
    if not looks_like_text(data):
        raise ParseFailed(
            "unsupported",
            "This kind of file is not read. PDF, Word, PowerPoint, Excel, OpenDocument, HTML, Markdown, e-mail, CSV, "
            "text and pictures are.",
        )
    suffix = PurePath(name).suffix.lower()
    if _is_mail(data):
        return "eml"
    start = data[:8192]
    wide = utf16_kind(data)
    head = start.decode(wide, "ignore") if wide else start.decode("latin-1")
    if suffix not in _CODE_SUFFIXES and _is_html(head, known=suffix in _TEXT_SUFFIXES or suffix in (".txt", ".log")):
        return "html"
    form = _TEXT_SUFFIXES.get(suffix, "text")
    if form == "eml":  # named a message, but without headers
        return "text"
    return form


def _is_mail(data: bytes) -> bool:
    """Whether the first lines are the header of a message: at least two fields that mails have."""
    start = data[:16384].lstrip(b"\r\n")
    header = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    if not _MAIL_HEADER.match(header):
        return False
    lines = header.splitlines()
    fields = sum(1 for line in lines if re.match(rb"[!-9;-~]+\s*:|\s|From ", line))
    return len({match.lower() for match in _MAIL_NEEDED.findall(header)}) >= 2 and fields >= len(lines) - 1


def _is_html(head: str, *, known: bool) -> bool:
    start = head.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html")):
        return True
    if start.startswith("<?xml"):
        return "<html" in start[:2000]
    # A suffix that names a kind of text is believed unless the file begins as a page does.
    if known:
        return start.startswith(("<head", "<body", "<script", "<meta"))
    return start.startswith("<") and len(_HTML.findall(head)) >= 3
