"""Where documents come from: a folder of the inbox, or pages of the web. Listing first, bytes later."""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urldefrag

from data_processing import pages
from data_processing.connectors.keys import key_of
from data_processing.ledger import Entry
from oberaconnect.auth import Principal
from oberaconnect.http import Download, FetchRefused, check_address, fetch_public
from oberaconnect.problems import NotFound, Unprocessable

MAX_FOLDER_FILES = 10_000
MAX_PAGES = 50
__all__ = [
    "check_address",
    "crawl",
    "files_below",
    "inbox_path",
    "list_folder",
    "open_inside",
    "page_entry",
    "require_access",
    "require_own_folder",
]


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
    folder = principal.for_client(client).tenant
    require_own_folder(inbox, path, None if principal.clients is None else folder)


def require_own_folder(inbox: Path, path: str, folder: str | None) -> Path:
    """The real path of `path`, which must lie in the folder of a client, unless `folder` is None.

    Raises:
        OutsideInbox, NoSuchFolder: as `inbox_path`, and `NoSuchFolder` for what belongs to others.
    """
    found = inbox_path(inbox, path)
    if folder is not None and not found.is_relative_to(inbox.resolve() / folder):
        raise NoSuchFolder(
            f"This credential reads the folder '{folder}' of the inbox; name a path that begins with it."
        )
    return found


def list_folder(inbox: Path, path: str, *, recursive: bool) -> list[Entry]:
    """The regular files below a path, in order of their names; hidden files and links are left out.

    Raises:
        OutsideInbox, NoSuchFolder: as `inbox_path`.
        Unprocessable: when there are more than 10,000 files.
    """
    base = inbox.resolve()
    root = inbox_path(inbox, path)
    entries: list[Entry] = []
    for file in files_below(root, recursive=recursive):
        # A name that is no text gets replacement signs: the line then fails with a reason instead of the whole job.
        relative = os.fsencode(file.relative_to(base)).decode("utf-8", "replace")
        name = relative.rsplit("/", 1)[-1]
        entries.append(Entry(key_of(relative), name, size=file.stat().st_size, path=relative))
        if len(entries) > MAX_FOLDER_FILES:
            raise Unprocessable(f"There are more than {MAX_FOLDER_FILES} files. Ingest the subfolders one by one.")
    return entries


def files_below(
    root: Path,
    *,
    recursive: bool,
    after: Sequence[str] = (),
    enters: Callable[[Path], bool] = lambda folder: True,
    on_error: Callable[[OSError], object] | None = None,
) -> Iterator[Path]:
    """The regular files below a folder: its own by name, then those of each subfolder in turn; or the file it is.

    Hidden files and folders, and links, are left out, and so are folders that `enters` does not want. `after`: the
    parts of the path below `root` of the file after which to go on. `on_error` is told of folders that cannot be read.
    """
    if stat.S_ISREG(root.lstat().st_mode):
        if not after:
            yield root
        return
    for folder, folders, names in os.walk(root, followlinks=False, onerror=on_error):
        at = Path(folder).relative_to(root).parts
        folders[:] = sorted(
            name for name in folders if recursive and not name.startswith(".") and enters(Path(folder, name))
        )
        seen = ""
        if at == tuple(after[: len(at)]) and len(at) < len(after):  # the walk was in here, or in a folder of it
            if len(at) < len(after) - 1:
                folders[:] = [name for name in folders if name >= after[len(at)]]
                continue
            seen = after[-1]
        for name in sorted(names):
            file = Path(folder, name)
            if name > seen and not name.startswith(".") and _is_regular(file):
                yield file


def _is_regular(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except FileNotFoundError:  # it went while the folder was read
        return False


def open_inside(inbox: Path, relative: str) -> IO[bytes]:
    """Open a listed file without following links that took its place, or that of a folder above it, meanwhile.

    Raises:
        OutsideInbox: for absolute paths and `..`.
        NotARegularFile, OSError: when it is not what was listed any more.
    """
    path = PurePosixPath(relative)
    if path.is_absolute() or ".." in path.parts:
        raise OutsideInbox()
    handle = os.open(inbox, os.O_RDONLY | os.O_DIRECTORY)
    for part in path.parts:
        above = handle
        try:
            handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
        finally:
            os.close(above)
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
        if level < depth:
            for link in pages.links(page):
                if link not in seen and len(seen) < MAX_PAGES:  # what can be fetched, and no list of a million links
                    seen.add(link)
                    waiting.append((link, level + 1))


def page_entry(address: str) -> Entry:
    """The line of a ledger for a page."""
    return Entry(key_of(address), pages.page_name(address), url=address)
