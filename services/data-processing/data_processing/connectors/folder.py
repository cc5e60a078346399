"""Files of a folder below the inbox. There is no list of changes: each run looks at everything and compares."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Annotated
from urllib.parse import quote_from_bytes, unquote_to_bytes

from pydantic import Field

from data_processing import sources
from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Unfetchable, Wanted
from data_processing.connectors.keys import key_of
from data_processing.connectors.patterns import wanted
from oberaconnect.endpoint import Model, Text
from oberaconnect.problems import Forbidden, Unavailable

PAGE_FILES = 500
_PIECE_BYTES = 1 << 20
_REPLACED = "Another folder has taken the place of this one. Check what is mounted at INBOX_DIR."

Pattern = Annotated[Text, Field(min_length=1, max_length=500)]


class FolderConfig(Model):
    """A folder or file below the inbox."""

    path: Annotated[Text, Field(max_length=1000)] = Field(default="", description="Below the inbox; empty: all of it")
    recursive: bool = True
    include: list[Pattern] = Field(default=[], max_length=100, description="Only files that match; empty: all")
    exclude: list[Pattern] = Field(default=[], max_length=100, description="Files and folders that are left out")


class FolderConnector(Connector[FolderConfig]):
    """Keys are paths below the inbox, as the one-off ingestion of a folder names its documents."""

    kind = "folder"
    Config = FolderConfig

    def __init__(self, config: FolderConfig, secrets: Mapping[str, str], context: Context) -> None:
        """The walk is kept from page to page; a run that goes on in another process begins one after its last file."""
        super().__init__(config, secrets, context)
        self._walk: Iterator[Path] = iter(())
        self._walked: str | None = None

    def changes(self, cursor: Cursor | None) -> Page:
        """The next 500 files. Whatever cannot be read is a problem of the whole: its files must not count as gone."""
        known = cursor or {}
        root = self._root()
        identity = _identity(root)
        is_another = known.get("root", identity) != identity
        after = None if is_another else known.get("after")
        if after is None or after != self._walked:
            self._walk = self._files(root, after or "")
        self._walked = None  # a walk that fails has ended, and must not look like one with nothing left
        try:
            files = list(islice(self._walk, PAGE_FILES))
        except OSError as error:
            raise _unreadable(error, self.context.inbox) from error
        items = [item for file in files if (item := self._item(file))]
        if len(files) == PAGE_FILES:
            self._walked = _quoted(files[-1].relative_to(root))
            return Page(items, {"root": identity, "after": self._walked}, more=True)
        if _identity(self._root()) != identity or (is_another and not files):
            raise Unavailable(_REPLACED)
        return Page(items, {"root": identity}, more=False, complete=("",))

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Copy a file."""
        limit = self.context.max_bytes
        try:
            with sources.open_inside(self.context.inbox, item.reference.get("path", item.key)) as file:
                while piece := file.read(_PIECE_BYTES):
                    if into.tell() + len(piece) > limit:
                        raise Unfetchable(f"The file is larger than {limit >> 20} MB. Raise MAX_UPLOAD_MB or split it.")
                    into.write(piece)
        except PermissionError:
            raise Unfetchable("The service may not read this file. Let others read it: chmod o+r") from None
        except (OSError, sources.NotARegularFile, sources.OutsideInbox):
            raise Unfetchable("The file cannot be read any more.") from None
        return Fetched()

    def check(self) -> Sequence[str]:
        """Look at the first files."""
        page = self.changes(None)
        return [f"The folder can be read and holds {'more than ' if page.more else ''}{len(page.items)} such files."]

    def _root(self) -> Path:
        if not os.path.isdir(self.context.inbox):
            raise Unavailable("The inbox is not there. Check INBOX_DIR and what is mounted there.")
        own = None if self.context.may_read_all else self.context.client
        return sources.require_own_folder(self.context.inbox, self.config.path, own)

    def _files(self, root: Path, after: str) -> Iterator[Path]:
        """The wanted files below a folder. Raises `OSError` for what cannot be read."""
        files = sources.files_below(
            root,
            recursive=self.config.recursive,
            after=Path(os.fsdecode(unquote_to_bytes(after))).parts,
            enters=lambda folder: wanted(_text(folder.relative_to(root)), (), self.config.exclude),
            on_error=_raise_unless_gone,
        )
        for file in files:
            below = file.name if file == root else _text(file.relative_to(root))
            if wanted(below, self.config.include, self.config.exclude):
                yield file

    def _item(self, file: Path) -> Item | None:
        """None when the file went meanwhile."""
        relative = file.relative_to(self.context.inbox.resolve())
        path = _text(relative)
        try:
            state = file.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(error, self.context.inbox) from error
        key, problem = key_of(path), ""
        if os.fsencode(relative) != path.encode():
            # Two such names may look the same, so their bytes stand in the key.
            key = key_of(f"{path}#{quote_from_bytes(os.fsencode(relative))}")
            problem = "The name of this file is no text in UTF-8. Rename it."
        return Item(
            key=key,
            name=path.rsplit("/", 1)[-1],
            tag=f"{state.st_mtime_ns}-{state.st_size}",
            path=path,
            size=state.st_size,
            metadata=_modified(state.st_mtime),
            reference={} if key == path else {"path": path},
            problem=problem,
        )


def _text(path: Path) -> str:
    """A path as text; what is no UTF-8 in it becomes replacement signs."""
    return os.fsencode(path).decode("utf-8", "replace")


def _quoted(path: Path) -> str:
    """A path as the cursor keeps it: whatever its bytes are, JSON can hold them."""
    return quote_from_bytes(os.fsencode(path))


def _modified(seconds: float) -> dict[str, str]:
    try:
        return {"modified": datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")}
    except (OverflowError, ValueError, OSError):  # a file system may hold any number
        return {}


def _identity(root: Path) -> str:
    """What tells a folder from another that is mounted or made in its place."""
    try:
        state = root.stat()
    except OSError:
        raise sources.NoSuchFolder() from None
    return f"{state.st_dev}-{state.st_ino}"


def _raise_unless_gone(error: OSError) -> None:
    """A subfolder that went while its parent was read is gone. Whether the root did is looked at in the end."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _unreadable(error: OSError, inbox: Path) -> Forbidden | Unavailable:
    place = os.path.relpath(os.fsdecode(error.filename or inbox), inbox.resolve())
    name = os.fsencode(place).decode("utf-8", "replace")
    if isinstance(error, PermissionError):
        return Forbidden(
            f"The service may not read '{name}' in the inbox. Let others read it (chmod o+rX), or exclude it."
        )
    return Unavailable(f"'{name}' in the inbox cannot be read at the moment. Check the disk or share it lies on.")
