"""A source that tests fill and change at will: a kind `shelf`, whose connector lists what lies on the shelf.

shelf = Shelf()
monkeypatch.setitem(connectors.KINDS, "shelf", "tests.fakes.shelf:ShelfConnector")
source = {"kind": "shelf", "config": {"shelf": shelf.name}}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import IO, Any, ClassVar

from data_processing.connectors.contract import (
    Connector,
    Cursor,
    Fetched,
    Item,
    Page,
    Unfetchable,
    Unreadable,
    Wanted,
)
from oberaconnect.endpoint import Model
from oberaconnect.problems import Problem

_numbers = count()


@dataclass
class Book:
    """A file, or a folder when it has no text. `failure` is raised when it is fetched."""

    name: str
    parent: str | None
    text: str | None
    readers: Sequence[str] = ("anyone",)
    failure: str = ""
    problem: str = ""
    has_new_readers: bool = False
    edition: int = 0


@dataclass
class Shelf:
    """What lies there. With `tells_changes` only what was touched since the cursor is listed, else always everything.

    `scope`: the folders that are wanted. `page_size`: items a page. `away`: raised when it is listed.
    """

    tells_changes: bool = False
    page_size: int = 3
    scope: Sequence[str] | None = None
    away: Problem | None = None
    books: dict[str, Book] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    listed: list[Cursor | None] = field(default_factory=list)
    all: ClassVar[dict[str, "Shelf"]] = {}

    def __post_init__(self) -> None:
        """It is found by its name."""
        self.name = f"shelf-{next(_numbers)}"
        Shelf.all[self.name] = self

    def put(self, key: str, text: str | None = None, *, name: str = "", parent: str | None = None, **more: Any) -> Book:
        """Put a file there, or a folder; or change one."""
        known = self.books.get(key)
        edition = 0 if known is None else known.edition + (known.text != text)
        book = Book(name or f"{key}.txt", parent, text, edition=edition, **more)
        self.books[key] = book
        self.touch(key)
        return book

    def take(self, key: str) -> None:
        """Take a file away, or a folder with all in it; only the folder is told."""
        for below in [name for name, book in self.books.items() if book.parent == key]:
            self.take(below)
            self.log.remove(below)
        del self.books[key]
        self.touch(key)

    def touch(self, key: str) -> None:
        """The next listing tells of it."""
        self.log.append(key)


class ShelfConfig(Model):
    """Which shelf."""

    shelf: str
    include: list[str] = []
    exclude: list[str] = []


class ShelfConnector(Connector[ShelfConfig]):
    """The connector of shelves."""

    kind = "shelf"
    Config = ShelfConfig
    secret_names = frozenset({"token"})
    reads_permissions = True
    is_at_fixed_place = True

    @property
    def shelf(self) -> Shelf:
        """What it looks at."""
        return Shelf.all[self.config.shelf]

    def changes(self, cursor: Cursor | None) -> Page:
        """Pages of a few items each."""
        shelf = self.shelf
        shelf.listed.append(cursor)
        if shelf.away is not None:
            raise shelf.away
        if cursor is None:
            cursor = {"everything": True, "at": "", "until": len(shelf.log)}
        if "everything" in cursor:
            left = sorted(key for key in shelf.books if key > cursor["at"])
            keys, more = left[: shelf.page_size], len(left) > shelf.page_size
            after: Cursor = {**cursor, "at": keys[-1]} if more else {"since": cursor["until"]}
            if not more and not shelf.tells_changes:
                after = {"everything": True, "at": "", "until": 0}
            return Page([self._item(key) for key in keys], after, more, complete=[""], scope=shelf.scope)
        since = cursor["since"]
        changed = shelf.log[since : since + shelf.page_size]
        after = {"since": since + len(changed)}
        here = [self._item(key) for key in changed if key in shelf.books]
        gone = [key for key in changed if key not in shelf.books]
        return Page(here, after, after["since"] < len(shelf.log), gone=gone, scope=shelf.scope)

    def _item(self, key: str) -> Item:
        book = self.shelf.books[key]
        return Item(
            key=key,
            name=book.name,
            tag=f"edition {book.edition}",
            parent=book.parent,
            path=book.name,
            is_folder=book.text is None,
            url=f"https://shelf.example/{key}",
            size=len(book.text or ""),
            metadata={"author": "Alice"},
            problem=book.problem,
            has_new_readers=book.has_new_readers,
        )

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Its text, or its failure."""
        book = self.shelf.books[item.key]
        self.shelf.fetched.append(item.key)
        if book.failure:
            raise Unfetchable(book.failure)
        into.write((book.text or "").encode())
        return Fetched()

    def readers(self, items: Sequence[Wanted]) -> Mapping[str, Sequence[str] | Unreadable]:
        """Those of each book."""
        self.shelf.asked += [item.key for item in items]
        return {
            item.key: Unreadable(self.shelf.unreadable[item.key])
            if item.key in self.shelf.unreadable
            else self.shelf.books[item.key].readers
            for item in items
        }
