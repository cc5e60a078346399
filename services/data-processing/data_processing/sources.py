"""Where documents come from: a folder of the inbox, or pages of the web. Listing first, bytes later."""

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from data_processing.ledger import Entry
from oberaconnect.auth import Principal
from oberaconnect.http import Download, FetchRefused, check_address, fetch_public
from oberaconnect.problems import NotFound, Unprocessable

MAX_FOLDER_FILES = 10_000
MAX_PAGES = 50
_MAX_EXTERNAL_ID = 512
_MAX_ADDRESS = 2000
__all__ = ["check_address", "crawl", "inbox_path", "list_folder", "open_inside", "page_entry", "require_access"]
_HTML = {"text/html", "application/xhtml+xml"}


class OutsideInbox(Unprocessable):
    """The path leads out of the inbox. Give a path relative to INBOX_DIR."""


class NoSuchFolder(NotFound):
    """There is no such folder or file in the inbox."""


class NotARegularFile(Exception):
    """Only regular files are read: no links, pipes or devices."""


def inbox_path(inbox: Path, path: str) -> Path:
    """The real path of `path` below the inbox.

    Raises:
        OutsideInbox: for absolute paths, `..`, or links that lead out.
        NoSuchFolder: when there is nothing.
    """
    try:
        base = inbox.resolve(strict=True)
        found = (base / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of links
        outside = ".." in Path(path).parts or Path(path).is_absolute()
        raise (OutsideInbox() if outside else NoSuchFolder()) from None
    if not found.is_relative_to(base):
        raise OutsideInbox()
    return found


def require_access(principal: Principal, client: str | None, inbox: Path, path: str) -> None:
    """Check that a caller may ingest `path` for a client. Who may not act for every client has that client's folder.

    Raises:
        OutsideInbox, NoSuchFolder: as `inbox_path`, and `NoSuchFolder` for what belongs to others.
    """
    found = inbox_path(inbox, path)
    folder = principal.for_client(client).tenant
    if principal.clients is not None and not found.is_relative_to(inbox.resolve() / folder):
        raise NoSuchFolder(
            f"This credential reads the folder '{folder}' of the inbox; name a path that begins with it."
        )


def list_folder(inbox: Path, path: str, *, recursive: bool) -> list[Entry]:
    """The regular files below a path, in order of their names; hidden files and links are left out.

    Raises:
        OutsideInbox, NoSuchFolder: as `inbox_path`.
        Unprocessable: when there are more than 10,000 files.
    """
    base = inbox.resolve()
    root = inbox_path(inbox, path)
    entries: list[Entry] = []
    for file in _files(root, recursive):
        # A name that is no text gets replacement signs: the line then fails with a reason instead of the whole job.
        relative = os.fsencode(file.relative_to(base)).decode("utf-8", "replace")
        name = relative.rsplit("/", 1)[-1]
        entries.append(Entry(_external_id(relative), name, size=file.stat().st_size, path=relative))
        if len(entries) > MAX_FOLDER_FILES:
            raise Unprocessable(f"There are more than {MAX_FOLDER_FILES} files. Ingest the subfolders one by one.")
    return entries


def _files(root: Path, recursive: bool) -> Iterator[Path]:
    if stat.S_ISREG(root.lstat().st_mode):
        yield root
        return
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if recursive and not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and stat.S_ISREG(file.lstat().st_mode):
                yield file


def open_inside(inbox: Path, relative: str) -> IO[bytes]:
    """Open a listed file without following a link that took its place meanwhile.

    Raises:
        NotARegularFile, OSError: when it is not what was listed any more.
    """
    path = inbox_path(inbox, relative)
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotARegularFile()
    return os.fdopen(handle, "rb")


def crawl(
    url: str, depth: int, *, max_bytes: int, allowed_hosts: Collection[str]
) -> Iterator[tuple[Entry, Download | FetchRefused]]:
    """Fetch a page and, to `depth` links away, pages of the same host: at most 50, each once.

    A page that cannot be fetched is given with the reason; the walk goes on.
    """
    waiting, seen = [(urldefrag(url)[0], 0)], {urldefrag(url)[0]}
    for _ in range(MAX_PAGES):
        if not waiting:
            return
        address, level = waiting.pop(0)
        entry = page_entry(address)
        try:
            page = fetch_public(address, max_bytes=max_bytes, allowed_hosts=allowed_hosts)
        except FetchRefused as refusal:
            yield entry, refusal
            continue
        yield entry, page
        if level < depth and page.media_type in _HTML:
            for link in _links(page):
                if link not in seen and len(seen) < MAX_PAGES:  # what can be fetched, and no list of a million links
                    seen.add(link)
                    waiting.append((link, level + 1))


def _links(page: Download) -> Iterator[str]:
    host = urlsplit(page.url).netloc
    for node in LexborHTMLParser(page.content).css("a[href]"):
        try:
            link = urldefrag(urljoin(page.url, node.attributes.get("href") or ""))[0]
            parts = urlsplit(link)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc == host and len(link) <= _MAX_ADDRESS:
            yield link


def page_entry(address: str) -> Entry:
    """The line of a ledger for a page."""
    parts = urlsplit(address)
    name = parts.path.rstrip("/").rsplit("/", 1)[-1] or parts.netloc or address
    return Entry(_external_id(address), name[:300], url=address)


def _external_id(place: str) -> str:
    """A path or an address as the id of a document: cut to fit, with the digest of the whole."""
    if len(place) <= _MAX_EXTERNAL_ID:
        return place
    return f"{place[: _MAX_EXTERNAL_ID - 65]}#{hashlib.sha256(place.encode()).hexdigest()}"
