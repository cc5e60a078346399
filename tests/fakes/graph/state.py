"""What a tenant of Microsoft 365 holds, as plain records. They are changed only under the lock of the world.

Sources: learn.microsoft.com "site resource type", "drive resource type", "driveItem resource type", "list resource
type", "listItem resource type", "sitePage resource type", "channel resource type", "subscription resource type"
(/graph/api/resources/…).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.graph.people import Group, Person, Principal, SiteGroup
from tests.fakes.graph.sharing import Permission


@dataclass(eq=False)
class Application:
    """A registered application. `granted` are its application permissions, `sites` (ids) what Sites.Selected gives."""

    id: str
    secret: str
    granted: set[str]
    name: str = "OberaConnect"
    expired_secret: str = ""
    #: Certificates in PEM by which it may sign.
    certificates: list[str] = field(default_factory=list)
    sites: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Tenant:
    """An organisation."""

    id: str
    domain: str
    applications: dict[str, Application] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    channels: dict[str, "list[Channel]"] = field(default_factory=dict)


@dataclass(eq=False)
class Site:
    """A site. `path` is relative to the server: /sites/hr, or empty for the root."""

    id: str
    tenant: Tenant
    host: str
    path: str
    title: str
    url: str
    groups: dict[int, SiteGroup] = field(default_factory=dict)
    drives: "list[Drive]" = field(default_factory=list)
    pages: "dict[str, SitePage]" = field(default_factory=dict)
    lists: "dict[str, SiteList]" = field(default_factory=dict)
    is_personal: bool = False


@dataclass(eq=False)
class Drive:
    """A document library, or somebody's OneDrive. `generation` grows when old delta tokens stop counting."""

    id: str
    guid: str
    name: str
    site: Site
    kind: str
    url: str
    owner: Person | Group | None = None
    items: "dict[str, Item]" = field(default_factory=dict)
    is_denied: bool = False
    generation: int = 1
    #: Set right after it was made: a root needs its drive.
    root: "Item" = field(init=False)


@dataclass(frozen=True)
class Content:
    """Bytes; after them zeros up to `size`."""

    data: bytes
    size: int

    def read(self, start: int, stop: int) -> bytes:
        """A part of it."""
        piece = self.data[start:stop]
        return piece + bytes(stop - start - len(piece))


@dataclass
class Refusal:
    """How a file refuses to be read: for good, or so many `times`."""

    status: int
    code: str
    message: str
    inner: str = ""
    times: int | None = None


@dataclass(frozen=True)
class Version:
    """What a file was before."""

    label: str
    content: Content
    modified: datetime
    editor: Person


@dataclass(eq=False)
class Item:
    """A file, a folder, a root or a shortcut (`target`). `changed` and `shared` are numbers of the drive's history."""

    id: str
    guid: str
    drive: Drive
    name: str
    parent: "Item | None"
    author: Person
    editor: Person
    created: datetime
    modified: datetime
    content: Content | None = None
    mime: str = ""
    text: str = ""
    quick_xor: str | None = None
    etag_number: int = 1
    ctag_number: int = 1
    target: "Item | None" = None
    permissions: list[Permission] = field(default_factory=list)
    inherits: bool = True
    children: "dict[str, Item]" = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    refusal: Refusal | None = None
    #: The item whose deletion took this one along, or itself.
    deleted_with: "Item | None" = None
    changed: int = 0
    shared: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether others may lie in it."""
        return self.content is None and self.target is None

    @property
    def is_deleted(self) -> bool:
        """Whether it lies in the recycle bin."""
        return self.deleted_with is not None

    @property
    def path(self) -> str:
        """The path below the root, which itself has the empty one."""
        if self.parent is None:
            return ""
        return f"{self.parent.path}/{self.name}" if self.parent.parent else self.name

    @property
    def etag(self) -> str:
        """The tag of content and metadata."""
        return f'"{{{self.guid.upper()}}},{self.etag_number}"'

    @property
    def ctag(self) -> str:
        """The tag of the content."""
        return f'"c:{{{self.guid.upper()}}},{self.ctag_number}"'

    def ancestors(self) -> "list[Item]":
        """The folders it lies in, from the nearest to the root."""
        return [] if self.parent is None else [self.parent, *self.parent.ancestors()]

    def below(self) -> "list[Item]":
        """All that lies in it, folders before what lies in them."""
        return [found for child in self.children.values() for found in (child, *child.below())]


@dataclass(eq=False)
class SitePage:
    """A modern page. `parts` are the web parts of its one column, as resources."""

    id: str
    site: Site
    name: str
    title: str
    parts: list[dict[str, Any]]
    author: Person
    modified: datetime
    number: int = 1
    is_draft: bool = False
    #: Whom it is shared with when it does not inherit from its site, and who only passes through to something deeper.
    granted: "list[Principal | SiteGroup] | None" = None
    limited: "list[Principal]" = field(default_factory=list)


@dataclass(eq=False)
class ListItem:
    """A row of a list. Attachments are told by SharePoint's own interface only."""

    number: int
    guid: str
    fields: dict[str, Any]
    author: Person
    modified: datetime
    attachments: dict[str, bytes] = field(default_factory=dict)
    version: int = 1
    granted: "list[Principal | SiteGroup] | None" = None
    limited: "list[Principal]" = field(default_factory=list)


@dataclass(eq=False)
class SiteList:
    """A list."""

    id: str
    site: Site
    title: str
    items: dict[int, ListItem] = field(default_factory=dict)
    latest: int = 0


@dataclass(eq=False)
class Channel:
    """A channel of a team, and the folder that its files lie in."""

    id: str
    name: str
    folder: Item
    kind: str = "standard"


@dataclass(eq=False)
class Subscription:
    """Who wants to be told of changes."""

    id: str
    tenant: Tenant
    application: str
    resource: str
    url: str
    state: str
    expires: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
