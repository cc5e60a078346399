"""Office archives with guards: entries, sizes as they really inflate, and XML without declarations of its own."""

import io
import posixpath
import zipfile
import zlib
from typing import Any, Self

from lxml import etree

from data_processing.elements import ParseFailed
from data_processing.extract import limits

_PIECE = 1 << 18
#: A part below this size may inflate as it likes.
_SMALL = 8 * limits.MEGABYTE
_MAX_RATIO = 500


class Archive:
    """The parts of a zip file, each read within limits. What the file's directory says of sizes is not believed."""

    def __init__(self, data: bytes) -> None:
        """Raises `ParseFailed` when it is damaged, or holds too many entries."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise _damaged() from None
        names = self._zip.namelist()
        if len(names) > limits.MAX_ENTRIES:
            raise ParseFailed("too_large", f"The file holds {len(names):,} parts; {limits.MAX_ENTRIES:,} are read.")
        self._entries = {entry.filename.lstrip("/"): entry for entry in self._zip.infolist()}
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, part: str) -> bool:
        return part in self._entries

    @property
    def parts(self) -> list[str]:
        """The names of all parts."""
        return list(self._entries)

    def read(self, part: str) -> bytes:
        """The bytes of a part.

        Raises:
            ParseFailed: `corrupt` when it is missing or damaged, `too_large` beyond 64 MB, or 128 MB of all parts.
        """
        pieces = io.BytesIO()
        self._inflate(part, pieces)
        return pieces.getvalue()

    def peek(self, part: str) -> bytes:
        """The bytes of a part that was read before: they do not count again.

        Raises:
            ParseFailed: as `read`.
        """
        before = self._read
        try:
            return self.read(part)
        finally:
            self._read = before

    def check_all(self) -> None:
        """Inflate every part once, keeping nothing: for readers that open the archive themselves.

        Raises:
            ParseFailed: as `read`.
        """
        for part in self._entries:
            if not part.endswith("/"):
                self._inflate(part, None)

    def _inflate(self, part: str, sink: io.BytesIO | None) -> None:
        entry = self._entries.get(part)
        if entry is None:
            raise ParseFailed("corrupt", f"The file is damaged: its part {part} is missing.")
        if entry.flag_bits & 1:
            raise ParseFailed(
                "encrypted", "The document is protected by a password. Remove it or upload an unprotected copy."
            )
        size = 0
        ceiling = max(_SMALL, min(limits.MAX_PART_BYTES, max(entry.compress_size, 1) * _MAX_RATIO))
        try:
            with self._zip.open(entry) as file:
                while piece := file.read(_PIECE):
                    size += len(piece)
                    self._read += len(piece)
                    if size > ceiling or self._read > limits.MAX_PARTS_BYTES:
                        raise ParseFailed(
                            "too_large",
                            f"The file unpacks to more than is read ({limits.MAX_PART_BYTES >> 20} MB a part, "
                            f"{limits.MAX_PARTS_BYTES >> 20} MB together). Split the document.",
                        )
                    if sink is not None:
                        sink.write(piece)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError):
            raise _damaged() from None

    def xml(self, part: str) -> Any:
        """The root of an XML part.

        Raises:
            ParseFailed: as `read`; `corrupt` when it is not XML or declares a document type (entities, bombs).
        """
        return parse_xml(self.read(part))

    def xml_or_none(self, part: str | None) -> Any | None:
        """The root of a part that is useful but not needed: None when it is missing or damaged."""
        if part is None or part not in self._entries:
            return None
        try:
            return self.xml(part)
        except ParseFailed as failure:
            if failure.outcome == "corrupt":
                return None
            raise

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id to (last word of the type, target part or external address)."""
        folder, name = posixpath.split(part)
        root = self.xml_or_none(f"{folder}/_rels/{name}.rels".lstrip("/"))
        found: dict[str, tuple[str, str]] = {}
        for relation in root if root is not None else ():
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], target)
        return found


def parse_xml(data: bytes) -> Any:
    """Parse XML that may be hostile: no document type, no entities, no network, no huge trees.

    Raises:
        ParseFailed: `corrupt`.
    """
    refuse_declarations(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _damaged() from None
    if root is None:
        raise _damaged()
    return root


def refuse_declarations(data: bytes) -> None:
    """Refuse XML with a document type or entities of its own: bombs, and doors to other files.

    Raises:
        ParseFailed: `corrupt`.
    """
    # UTF-16 parts are legal and rare; a document type would be hidden from the search in bytes.
    probe = data if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.decode("utf-16", "replace").encode()
    if b"<!DOCTYPE" in probe or b"<!ENTITY" in probe:
        raise ParseFailed("corrupt", "The file declares XML entities, which no Office program writes. It was not read.")


def _damaged() -> ParseFailed:
    return ParseFailed(
        "corrupt", "The file is damaged: it cannot be unpacked. Open and save it again, or upload another copy."
    )
