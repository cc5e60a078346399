"""What comes in as files: archives are opened, and everything has a limit before it is read."""

import codecs
import gzip
import io
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO

from call_flow.export.labels import shown
from call_flow.importers.ledger import Ledger, Source
from oberaconnect.problems import TooLarge, Unprocessable

#: Of one text, of all that came in, and of what an archive holds when it is unpacked. Bytes.
MAX_TEXT_BYTES = 5 * 2**20
MAX_BYTES = 64 * 2**20
_MAX_UNPACKED = 128 * 2**20
#: Configurations shrink by 5 to 60; what shrinks more holds nothing.
_MAX_RATIO = 250
_MAX_FILES = 3000
_MAX_NAME = 400
_MAX_DEPTH = 200
_MEGABYTE = 2**20
_TEXTS = (".conf", ".json", ".csv", ".yaml", ".yml", ".sql", ".txt", ".md", ".js", "manifest", "astdb")
_DAMAGED = "The archive {} is broken off or damaged. Make it again, and send it whole."
#: A text that does not end goes on to the end, so that it is looked through once.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)

Files = dict[str, bytes]


def expanded(files: Mapping[str, bytes], ledger: Ledger) -> Files:
    """The files, with what is in archives among them; an archive in an archive is opened too.

    Members that are no plain files, or whose names lead out of the archive, are listed in the ledger and not read. So
    are recordings. Nothing is ever written to a disk.

    Raises:
        Unprocessable: when there is nothing, or an archive is damaged.
        TooLarge: when there is more than is read.
    """
    if not any(files.values()):
        raise Unprocessable("There is nothing to import: send the files of the telephone system's configuration.")
    if sum(map(len, files.values())) > MAX_BYTES or len(files) > _MAX_FILES:
        raise TooLarge(
            f"An import takes {MAX_BYTES // _MEGABYTE} MB and {_MAX_FILES} files. Send the configuration without "
            "recordings and voicemail."
        )
    budget = _Budget()
    found: Files = {}
    for name, content in files.items():
        for path, text in _opened(name, content, budget, ledger, 2):
            found[path] = text
            if len(found) > _MAX_FILES:
                raise TooLarge(f"There are more than {_MAX_FILES} files. Send the configuration alone.")
    return found


class _Budget:
    """How much may still be unpacked."""

    def __init__(self) -> None:
        self.left = _MAX_UNPACKED

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise TooLarge(
                f"Unpacked, the archives hold more than {_MAX_UNPACKED // _MEGABYTE} MB. Send the configuration "
                "without recordings and voicemail."
            )


def _opened(name: str, content: bytes, budget: _Budget, ledger: Ledger, levels: int) -> Iterator[tuple[str, bytes]]:
    if not levels or (not content.startswith((b"\x1f\x8b", b"PK\x03\x04")) and not _is_tar(content)):
        yield name, content
        return
    try:
        members = (
            _zip(name, content, budget, ledger) if content.startswith(b"PK") else _tar(name, content, budget, ledger)
        )
        for member, inside in members:
            yield from _opened(member, inside, budget, ledger, levels - 1)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError, OverflowError):  # fmt: skip
        raise Unprocessable(_DAMAGED.format(shown(name))) from None


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def _tar(name: str, content: bytes, budget: _Budget, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    plain = content
    if content.startswith(b"\x1f\x8b"):
        plain = _unzipped(name, content, budget)
        if not _is_tar(plain):
            yield name.removesuffix(".gz"), plain
            return
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
        for count, member in enumerate(tar):
            if count >= _MAX_FILES:
                raise TooLarge(f"The archive {shown(name)} has more than {_MAX_FILES} files.")
            inside = Source(f"{name}/{member.name[:_MAX_NAME]}", "a member of the archive")
            if member.isdir():
                continue
            if not member.isreg() or member.sparse is not None:
                ledger.ignored(inside, "It is a link or a device. Only plain files are read.")
            elif _is_wanted(inside, member.name, member.size, ledger):
                stream = tar.extractfile(member)
                yield f"{name}/{_tidy(member.name)}", stream.read() if stream else b""


def _unzipped(name: str, content: bytes, budget: _Budget) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
        return _limited(name, stream, len(content), budget)


def _limited(name: str, stream: io.BufferedIOBase | IO[bytes], packed: int, budget: _Budget) -> bytes:
    parts = bytearray()
    while part := stream.read(_MEGABYTE):
        budget.take(len(part))
        parts += part
        if len(parts) > _MEGABYTE and len(parts) > packed * _MAX_RATIO:
            raise Unprocessable(f"The archive {shown(name)} unpacks to more than it can hold. It is not opened.")
    return bytes(parts)


def _zip(name: str, content: bytes, budget: _Budget, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > _MAX_FILES:
            raise TooLarge(f"The archive {shown(name)} has more than {_MAX_FILES} files.")
        for member in members:
            inside = Source(f"{name}/{member.filename[:_MAX_NAME]}", "a member of the archive")
            if not member.is_dir() and _is_wanted(inside, member.filename, member.file_size, ledger):
                with archive.open(member) as stream:
                    yield f"{name}/{_tidy(member.filename)}", _limited(name, stream, member.compress_size, budget)


def _is_wanted(inside: Source, path: str, size: int, ledger: Ledger) -> bool:
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\")) or len(path) > _MAX_NAME:
        ledger.ignored(inside, "Its name leads out of the archive, so it is not read.")
        return False
    if not parts[-1].lower().endswith((*_TEXTS, ".gz", ".zip", ".tar", ".tgz")):
        ledger.ignored(inside, "It is no configuration, by its name. Recordings and messages are not imported.")
        return False
    if size > MAX_TEXT_BYTES * 4:
        ledger.ignored(inside, f"It is larger than {MAX_TEXT_BYTES * 4 // _MEGABYTE} MB, so it is not read.")
        return False
    return True


def _tidy(path: str) -> str:
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def base(path: str) -> str:
    """The name of a file without the folders and archives it lies in, in small letters."""
    return path.rsplit("/", 1)[-1].lower()


def text(name: str, content: bytes) -> str:
    """A file as text: UTF-8, UTF-16 by its mark, else Latin-1 as older systems write it.

    Raises:
        TooLarge: of more than 5 MB.
        Unprocessable: when it is no text.
    """
    if len(content) > MAX_TEXT_BYTES:
        raise TooLarge(f"{shown(name)} is larger than {MAX_TEXT_BYTES // _MEGABYTE} MB. Send the part that is in use.")
    encodings = ["utf-8-sig", "cp1252", "latin-1"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            found = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in found:
            break
        return found
    raise Unprocessable(f"{shown(name)} is no text. Send configuration files as the telephone system has them.")


def document(name: str, content: bytes) -> object:
    """A file as JSON.

    Raises:
        TooLarge: of more than 20 MB.
        Unprocessable: when it is no JSON, or is nested more than 200 deep.
    """
    if len(content) > MAX_TEXT_BYTES * 4:
        raise TooLarge(f"{shown(name)} is larger than {MAX_TEXT_BYTES * 4 // _MEGABYTE} MB.")
    depth = 0
    for match in _BRACKETS.finditer(content):
        sign = match[0][:1]
        depth += (sign in b"[{") - (sign in b"]}") if sign != b'"' else 0
        if depth > _MAX_DEPTH:
            raise Unprocessable(
                f"{shown(name)} is nested more than {_MAX_DEPTH} deep. No telephone system writes that."
            )
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise Unprocessable(f"{shown(name)} is not valid JSON: {error.msg} (line {error.lineno}).") from None
    except (RecursionError, ValueError):
        raise Unprocessable(f"{shown(name)} is not valid JSON.") from None


def is_json(content: bytes) -> bool:
    """Whether a file begins as a JSON document does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
