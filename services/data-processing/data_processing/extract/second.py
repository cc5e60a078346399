"""The second engine: unstructured, for Office files and messages that the first could not read. An optional extra.

It runs only in a process of its own: it is slow, large, and would ask the network for a model and about its use.
"""

import importlib
import importlib.util
import io
import os
import re
import sys
import types
from functools import cache
from pathlib import Path
from typing import Any

from data_processing.elements import ElementType, ParsedDocument, ParseFailed
from data_processing.extract.archive import Archive, refuse_declarations
from data_processing.extract.build import Build, LimitReached
from data_processing.extract.options import Options
from data_processing.extract.sniff import sniff

#: Format to the function that reads it. PDFs are not among them: without its models it reads them worse than the first.
_PARTITIONS = {
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "html": "html",
    "markdown": "md",
    "csv": "csv",
    "eml": "email",
    "msg": "msg",
}
_ARCHIVES = {"docx", "pptx", "xlsx"}
_KINDS: dict[str, ElementType] = {
    "ListItem": "list_item",
    "CodeSnippet": "code",
    "FigureCaption": "caption",
    "Header": "header",
    "Footer": "footer",
    "Image": "image",
    "FormKeysValues": "form_field",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+|[^\w\s]")


@cache
def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("unstructured") is not None


def may_read(path: Path, name: str) -> bool:
    """Whether it is worth giving the file to this engine."""
    if not is_installed():
        return False
    try:
        return sniff(path.read_bytes(), name).format in _PARTITIONS
    except (ParseFailed, OSError):
        return False


class Second:
    """unstructured behind the interface of the first engine."""

    def parse(self, data: bytes, name: str, _: Options) -> ParsedDocument:
        """Read a file of one of the formats this engine is for.

        Raises:
            ParseFailed: with the outcome and the reason.
        """
        kind = sniff(data, name)
        if kind.format in _ARCHIVES:
            _check(data)
        build = Build("unstructured")
        try:
            for element in _partition(_PARTITIONS[kind.format])(file=io.BytesIO(data)):
                _add(element, build)
        except LimitReached:
            pass
        except (ParseFailed, MemoryError):
            raise
        except Exception as error:  # it raises what its many libraries raise
            raise ParseFailed("corrupt", f"The file is damaged and cannot be read ({type(error).__name__}).") from error
        build.warnings.append("The file is unusual; it was read by a second parser that may have missed parts of it.")
        return build.finish(kind.media_type, kind.format, name, build.page)


def _check(data: bytes) -> None:
    """Refuse bombs: this engine has no guard of its own."""
    with Archive(data) as archive:
        for part in archive.parts:
            if not part.endswith("/"):
                refuse_declarations(archive.read(part))


def _partition(name: str) -> Any:
    """Load a partition function, with everything that would leave the machine turned off."""
    os.environ |= {
        "DO_NOT_TRACK": "1",
        "SCARF_NO_ANALYTICS": "1",
        "UNSTRUCTURED_DISABLE_NOTICE": "1",
        "HF_HUB_OFFLINE": "1",
    }
    if "unstructured.nlp.tokenize" not in sys.modules:
        # It would download a language model to tell titles from sentences. These three functions are all it asks for.
        words = types.ModuleType("unstructured.nlp.tokenize")
        words.sent_tokenize = _SENTENCE.split  # type: ignore[attr-defined]
        words.word_tokenize = _WORD.findall  # type: ignore[attr-defined]
        words.pos_tag = _tagged  # type: ignore[attr-defined]
        sys.modules[words.__name__] = words
    return getattr(importlib.import_module(f"unstructured.partition.{name}"), f"partition_{name}")


def _tagged(text: str) -> list[tuple[str, str]]:
    """Each word with a part of speech: verbs are what it looks for to recognise a sentence."""
    return [(word, "VB" if len(word) > 3 and word.islower() else "NN") for word in _WORD.findall(text)]


def _add(element: Any, build: Build) -> None:
    found = element.metadata
    build.page = found.page_number
    build.page_is_exact = False
    build.label = found.page_name or None
    if element.category == "Title":
        build.heading(element.text, (found.category_depth or 0) + 1)
    elif element.category == "Table" and found.text_as_html:
        from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only this engine's tables need it here

        from data_processing.extract.tags import table_rows  # noqa: PLC0415

        table = LexborHTMLParser(found.text_as_html).css_first("table")
        rows = table_rows(table) if table is not None else None
        if rows is None:
            build.add("paragraph", element.text)
        else:
            build.table(rows[0], header_rows=rows[1] or None)
    else:
        kind = _KINDS.get(element.category, "paragraph")
        build.add(kind, element.text, level=(found.category_depth or 0) + 1 if kind == "list_item" else None)
