"""The first engine: the kind of a file decides its reader, and whatever goes wrong becomes a `ParseFailed`."""

import importlib
import logging
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, Protocol

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract.build import Build, LimitReached
from data_processing.extract.encoding import decode
from data_processing.extract.options import Options
from data_processing.extract.sniff import MEDIA_TYPES, Kind, sniff
from data_processing.extract.suspicion import may_be_configuration

#: Names what the parsers make of a file. Raise it when they make something else: documents are then read anew.
PIPELINE = "extract-3"

#: Formats of text: module and name of the parser. The module's `read(text, build)` returns the number of pages.
_TEXTS = {
    "text": ("text", "text"),
    "csv": ("delimited", "csv"),
    "markdown": ("markdown", "markdown-it"),
}
#: All others: `read(data, build, options)` does. Modules are loaded when needed, few processes see all formats.
_FILES = {
    "docx": ("word.document", "lxml"),
    "pptx": ("slides", "lxml"),
    "odt": ("opendocument", "lxml"),
    "xlsx": ("sheets", "calamine"),
    "xlsb": ("sheets", "calamine"),
    "xls": ("sheets", "calamine"),
    "ods": ("sheets", "calamine"),
    "html": ("html", "lexbor"),
    "eml": ("eml", "email"),
    "msg": ("msg", "oxmsg"),
    "image": ("pictures", "tesseract"),
}
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"[ ]{0,3}#{1,6} +\S")

_log = logging.getLogger(__name__)


class Engine(Protocol):
    """What reads files. Both engines give the same elements, so that what follows need not know which it was."""

    def parse(self, data: bytes, name: str, options: Options) -> ParsedDocument:
        """Read a file.

        Raises:
            ParseFailed: with the outcome and the reason.
        """
        ...


class First:
    """Our own readers over C libraries: fast, guarded, and with pages, headings and tables."""

    def parse(self, data: bytes, name: str, options: Options) -> ParsedDocument:
        """Read a file of any kind.

        Raises:
            ParseFailed: with the outcome and the reason.
        """
        kind = sniff(data, name)
        try:
            return _read(kind, data, name, options)
        except (ParseFailed, MemoryError):
            raise
        except RecursionError:
            raise ParseFailed("too_large", "The file is nested too deeply to be read.") from None
        except Exception as error:  # parsers of hostile files meet what nobody thought of; the reader wants a sentence
            _log.warning("a %s file stopped its reader", kind.format, exc_info=True)
            reason = f"The file is damaged: its contents could not be understood ({type(error).__name__})."
            raise ParseFailed("corrupt", reason) from None


def parse(source: Path | bytes, name: str, options: Options | None = None) -> ParsedDocument:
    """Read a file with the first engine, in this process. Files of strangers go through `pool.ParsePool`.

    Raises:
        ParseFailed: with the outcome and the reason.
        MemoryError: when this process may not take as much as the file needs.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    return First().parse(data, name, options or Options())


def text_document(text: str, name: str, title: str | None, *, is_ordinary: bool = False) -> ParsedDocument:
    """A document that was given as text. Its name or its headings tell Markdown, its name CSV; else it is plain.

    `is_ordinary`: it is known to be no configuration of a device.

    Raises:
        ParseFailed: `empty`, or `too_large`.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        form = "csv"
    elif suffix in (".md", ".markdown") or (suffix in ("", ".txt") and _has_headings(text)):
        form = "markdown"
    else:
        form = "text"
    build = Build(_TEXTS[form][1])
    document = _collect(Kind(form, MEDIA_TYPES[form]), text, build, name, is_ordinary=is_ordinary)
    return replace(document, metadata=document.metadata | {"title": title}) if title else document


def _has_headings(text: str) -> bool:
    """Whether lines that begin with # are headings: they stand alone, as comments in a configuration do not."""
    lines = _FENCED.sub("", text).split("\n")
    marked = [number for number, line in enumerate(lines) if _HEADING.match(line)]
    alone = [
        number
        for number in marked
        if (number == 0 or not lines[number - 1].strip()) and not "".join(lines[number + 1 : number + 2]).strip()
    ]
    return bool(marked) and len(alone) == len(marked)


def _read(kind: Kind, data: bytes, name: str, options: Options) -> ParsedDocument:
    if kind.format == "pdf":
        document: ParsedDocument = _module("pdf").parse(data, name, options)
        return document
    if kind.format in _TEXTS:
        return _collect(kind, decode(data), Build(_TEXTS[kind.format][1]), name)
    module, parser = _FILES[kind.format]
    build = Build(parser)
    try:
        n_pages = _module(module).read(data, build, options)
    except LimitReached:
        n_pages = build.page
    return build.finish(kind.media_type, kind.format, name, n_pages)


def _collect(kind: Kind, text: str, build: Build, name: str, *, is_ordinary: bool = False) -> ParsedDocument:
    if not is_ordinary and may_be_configuration(text):
        build.suspect(text)
        return build.finish(MEDIA_TYPES["text"], "text", name)
    try:
        n_pages = _module(_TEXTS[kind.format][0]).read(text, build)
    except LimitReached:
        n_pages = build.page
    return build.finish(kind.media_type, kind.format, name, n_pages)


def _module(name: str) -> Any:
    return importlib.import_module(f"data_processing.extract.{name}")


def load_all() -> None:
    """Load every reader now: the process that parsers are forked from does, so that none has to wait for it."""
    for name in ("pdf", *(module for module, _ in (*_TEXTS.values(), *_FILES.values()))):
        _module(name)
