"""What an index should hold once it has caught up with the drives."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.fakes.graph.sharing import Scope
from tests.fakes.graph.state import Item


@dataclass(frozen=True)
class File:
    """A file that lives. `readers` are written as the platform writes them (`user:<id>`, `group:<id>`, `org`, …).

    `links` are the scopes of the links by which anybody of the organisation, or anybody at all, may read it.
    """

    drive: str
    item: str
    path: str
    text: str
    data: bytes
    size: int
    etag: str
    ctag: str
    hash: str
    readers: frozenset[str]
    links: frozenset[Scope]


def file(item: Item, quick_xor: str) -> File:
    """What there is to know of a file."""
    assert item.content is not None
    granted = []
    for holder in (item, *item.ancestors()):
        granted += holder.permissions
        if not holder.inherits:
            break
    links = {permission.link.scope for permission in granted if permission.link}
    return File(
        item.drive.id,
        item.id,
        item.path,
        item.text,
        item.content.data,
        item.content.size,
        item.etag,
        item.ctag,
        quick_xor,
        frozenset().union(*(permission.readers() for permission in granted)),
        frozenset(links) & {"anonymous", "organization"},
    )


def files(folders: Iterable[Item]) -> list[Item]:
    """The files that live in these folders, however deep."""
    return [found for folder in folders for found in folder.below() if found.content is not None]
