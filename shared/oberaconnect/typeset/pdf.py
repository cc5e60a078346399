"""A document as PDF: tagged for screen readers (PDF/UA-1), fit for an archive (PDF/A-2a), the same bytes each time.

Typst runs in a process of its own, held by the kernel to memory and time. It reads nothing but its template and the
fonts, and knows no package.
"""

import datetime as dt
import json
import math
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from oberaconnect.apart import Program
from oberaconnect.draw.text import FONTS
from oberaconnect.problems import Unavailable, Unprocessable
from oberaconnect.typeset.blocks import Block, Callout, Cover, Document
from oberaconnect.typeset.fonts import SYSTEM_FOLDERS, UNKNOWN, typefaces
from oberaconnect.typeset.words import characters, plain

_NAMED_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take."""

    seconds: float = 30
    memory_bytes: int = 2 << 30


class NotTypeset(Unprocessable):
    """This document is too large to be typeset. Ask for a part of it, or for DOCX."""


class Busy(Unavailable):
    """Other documents are being typeset. Try again in a moment."""


_TYPST = Program(Path(__file__).with_name("compile.py"), busy=Busy, refused=NotTypeset)


def pdf(document: Document, limits: Limits = Limits(), folders: Iterable[Path] = SYSTEM_FOLDERS) -> bytes:
    """Typeset a document. `folders` hold typefaces for scripts that Inter does not have.

    Characters that no typeface has are shown as an empty square, and the document says so after its cover.

    Raises:
        NotTypeset: when it takes more time or memory than the limits.
        Busy: when others are being typeset and do not end.
    """
    faces, missing = typefaces(characters(document), folders)
    if missing:
        document = _with_a_note(document, missing)
    text = json.dumps(plain(document), ensure_ascii=False).translate(dict.fromkeys(map(ord, missing), UNKNOWN))
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        for position, face in enumerate(faces):
            (Path(folder) / f"{position:03}{face.suffix}").symlink_to(face)
        order = {
            "document": text,
            "made": dt.datetime.combine(document.made, dt.time(), dt.UTC).isoformat(),
            "font_folders": [str(FONTS), folder],
            "memory_bytes": limits.memory_bytes,
            "seconds": math.ceil(limits.seconds),
        }
        return _TYPST.run(json.dumps(order).encode(), limits.seconds)


def _with_a_note(document: Document, missing: set[str]) -> Document:
    listed = [f"U+{ord(char):04X} {unicodedata.name(char, 'without a name')}" for char in sorted(missing)]
    more = f", and {len(listed) - _NAMED_CHARACTERS} more" if len(listed) > _NAMED_CHARACTERS else ""
    note = Callout(
        "Some characters cannot be shown in this copy",
        f"No typeface on the system that made it has them; an empty square ({UNKNOWN}) stands in their place. "
        f"They are: {', '.join(listed[:_NAMED_CHARACTERS])}{more}.",
        "warning",
    )
    at = 1 if document.blocks and isinstance(document.blocks[0], Cover) else 0
    blocks: tuple[Block, ...] = (*document.blocks[:at], note, *document.blocks[at:])
    return replace(document, blocks=blocks)
