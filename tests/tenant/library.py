"""What happens in the folder, what delta has to tell of it yet, and what is there at the end.

Reference: learn.microsoft.com/graph/api/ site-getbypath, driveitem-put-content, driveitem-post-children,
driveitem-update, driveitem-move, driveitem-delete, driveitem-invite, permission-delete, driveitem-list-children,
driveitem-delta.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from tests.tenant.access import Access
from tests.tenant.line import Line

#: Delta may lag some seconds. It is asked for a minute.
_POLLS, _POLL_SECONDS = 30, 2.0
#: With this permission delta tells of changed permissions, too, when it is asked to.
_TELLS_SHARING = "Sites.FullControl.All"
_SHARING = "deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges"
#: The last part of an eTag: `"{GUID},4"`.
_COUNT = re.compile(r",(\d+)\"?$")


@dataclass(frozen=True)
class Drive:
    """A library."""

    id: str
    name: str


@dataclass(eq=False)
class Item:
    """A file or folder, as its last change left it. `granted`: the ids of its own permissions, by address."""

    id: str
    name: str
    parent: "Item | None"
    count: int
    is_folder: bool
    granted: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path below the root of the library."""
        return f"{self.parent.path}/{self.name}" if self.parent else self.name

    @property
    def readers(self) -> frozenset[str]:
        """Whom the test let read it, by what the platform calls them."""
        own = frozenset(f"mail:{address}" for address in self.granted)
        return own | self.parent.readers if self.parent else own


@dataclass(frozen=True)
class File:
    """A file that lives."""

    path: str
    text: str
    readers: frozenset[str]


class Tenant:
    """The folder `top`, which only this test knows, and all that happens in it. See `opened`."""

    def __init__(self, line: Line, drive: Drive, top: Item, access: Access, pause: Callable[[float], None]) -> None:
        """Nothing is followed before `begin`."""
        self.top = top
        self.drives = {drive.id: drive}
        self.users = access.users
        self.tells_sharing = _TELLS_SHARING in line.roles
        self._line = line
        self._root = f"/drives/{drive.id}"
        self._pause = pause
        self._items = {top.id: top}
        self._texts: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        #: What delta has to name yet: at least with this count in its eTag, or (None) as deleted.
        self._awaited: dict[str, int | None] = {}
        self._link = ""

    def begin(self) -> None:
        """Changes are followed from now on."""
        self._awaited.clear()
        self._link = f"{self._root}/root/delta?token=latest"
        self._follow()

    @property
    def alice(self) -> str:
        """Who may read all that is in the folder."""
        return self.users[0]

    @property
    def bob(self) -> str:
        """Who may not, as long as nobody says so."""
        return self.users[1]

    @property
    def site_groups(self) -> list[str]:
        """The names of the site's groups that may read the folder, too. With a secret nobody is told who is in them."""
        found = self._line.values(f"{self._of(self.top)}/permissions")
        groups = [(permission.get("grantedToV2") or {}).get("siteGroup") for permission in found]
        return sorted({str(group.get("displayName") or group.get("loginName")) for group in groups if group})

    def add_folder(self, path: str) -> Item:
        """The folder at a path below `top`; those on the way are made where they are missing."""
        folder = self.top
        for name in path.split("/"):
            found = self._line.ask("GET", f"{self._of(folder)}:/{quote(name, safe='')}")
            folder = self._items[str(found["id"])] if found else self._make(folder, name)
        return folder

    def add_file(self, path: str, content: str = "") -> Item:
        """A new file. Text, because SharePoint writes properties of its own into files of Office."""
        before, _, name = path.rpartition("/")
        folder = self.add_folder(before) if before else self.top
        item = self._upload(f"{self._of(folder)}:/{quote(name, safe='')}:/content", content)
        return self._keep(item, folder, is_folder=False, text=content)

    def write(self, item: Item, content: str) -> None:
        """New content."""
        self._changed(item, self._upload(f"{self._of(item)}/content", content))
        self._texts[item.id] = content

    def rename(self, item: Item, name: str) -> None:
        """Another name."""
        self._changed(item, self._line.do("PATCH", self._of(item), json={"name": name}))
        item.name = name

    def move(self, item: Item, to: Item) -> None:
        """Another folder."""
        self._changed(item, self._line.do("PATCH", self._of(item), json={"parentReference": {"id": to.id}}))
        item.parent = to

    def delete(self, item: Item) -> None:
        """Into the recycle bin. What happened before is waited for: of what is gone, delta tells nothing else."""
        self.settle()
        self._line.do("DELETE", self._of(item))
        self._awaited[item.id] = None

    def permission(self, to: str) -> str:
        """A permission to be set: to read, for one of the users."""
        return to

    def set_permissions(self, item: Item, permissions: Sequence[str], *, inherits: bool) -> None:
        """Who may read an item besides those who may read its folder.

        Inheritance stays: Graph is said to refuse the flag that breaks it (microsoft-graph-docs, issue 22261).
        """
        assert inherits, "On a tenant, permissions are only added to what is inherited."
        for address in set(item.granted) - set(permissions):
            self._line.do("DELETE", f"{self._of(item)}/permissions/{quote(item.granted.pop(address), safe='')}")
        for address in set(permissions) - set(item.granted):
            wanted = {
                "recipients": [{"email": address}],
                "roles": ["read"],
                "requireSignIn": True,
                "sendInvitation": False,
            }
            (given,) = self._line.do("POST", f"{self._of(item)}/invite", json=wanted)["value"]
            item.granted[address] = str(given["id"])
            if user := (given.get("grantedToV2") or {}).get("user"):
                self._ids[f"user:{str(user['id']).lower()}"] = f"mail:{address}"
        if self.tells_sharing:
            self._awaited.setdefault(item.id, item.count)

    def inherit(self, item: Item) -> None:
        """Take an item's own permissions away."""
        self.set_permissions(item, [], inherits=True)

    def settle(self) -> None:
        """Wait until delta tells of every change made so far, at most a minute."""
        for _ in range(_POLLS):
            self._follow()
            if not self._awaited:
                return
            self._pause(_POLL_SECONDS)
        names = [self._items[key].path for key in self._awaited]
        raise AssertionError(f"After a minute, delta does not tell of {names}.")

    def truth(self, *within: Item) -> dict[tuple[str, str], File]:
        """Every file that lives in the folders named, or in `top`, by drive and item: where Graph lists it, with what
        the test wrote into it, and whom the test let read it."""
        (drive,) = self.drives
        return {
            (drive, item.id): File(item.path, self._texts[item.id], item.readers)
            for folder in within or (self.top,)
            for item in self._files(folder)
        }

    def named(self, readers: Iterable[str]) -> frozenset[str]:
        """Of these readers the two users, as `truth` names them: what else the site grants is not the test's."""
        known = {f"mail:{user}" for user in self.users}
        return frozenset(self._ids.get(reader, reader) for reader in readers) & known

    def _files(self, folder: Item) -> Iterator[Item]:
        for raw in self._line.values(f"{self._of(folder)}/children"):
            item = self._items[str(raw["id"])]
            assert (item.name, item.parent) == (raw["name"], folder), f"{item.path} is not where it should be"
            if item.is_folder:
                yield from self._files(item)
            else:
                yield item

    def _follow(self) -> None:
        headers = {"Prefer": _SHARING} if self.tells_sharing else {}
        link: str | None = self._link
        while link:
            page = self._line.do("GET", link, headers=headers)
            for raw in page["value"]:
                key = str(raw["id"])
                if key in self._awaited and is_told(raw, self._awaited[key]):
                    del self._awaited[key]
            link = page.get("@odata.nextLink")
            self._link = str(link or page["@odata.deltaLink"])

    def _make(self, folder: Item, name: str) -> Item:
        return self._keep(_made(self._line, self._of(folder), name), folder, is_folder=True)

    def _upload(self, path: str, content: str) -> dict[str, Any]:
        return self._line.do("PUT", path, content=content.encode(), headers={"Content-Type": "text/plain"})

    def _keep(self, raw: Mapping[str, Any], folder: Item, *, is_folder: bool, text: str = "") -> Item:
        item = Item(str(raw["id"]), str(raw["name"]), folder, _count(raw), is_folder)
        self._items[item.id] = item
        self._texts[item.id] = text
        self._changed(item, raw)
        return item

    def _changed(self, item: Item, raw: Mapping[str, Any]) -> None:
        item.count = _count(raw)
        self._awaited[item.id] = item.count

    def _of(self, item: Item) -> str:
        return f"{self._root}/items/{item.id}"


@contextmanager
def opened(access: Access, pause: Callable[[float], None] = time.sleep) -> Iterator[Tenant]:
    """A folder of its own in the site's default library, which Alice may read; at the end it is deleted.

    Raises:
        Refused: the application cannot sign in, or may not write there.
    """
    line = Line(access, pause)
    try:
        raw = line.do("GET", f"{_site(access.site)}/drive")
        drive = Drive(str(raw["id"]), str(raw["name"]))
        made = _made(line, f"/drives/{drive.id}/root", f"OberaConnect test {secrets.token_hex(4)}")
        try:
            top = Item(str(made["id"]), str(made["name"]), None, _count(made), True)
            tenant = Tenant(line, drive, top, access, pause)
            if access.users:
                tenant.set_permissions(top, [tenant.permission(tenant.alice)], inherits=True)
            tenant.begin()
            yield tenant
        finally:
            line.do("DELETE", f"/drives/{drive.id}/items/{made['id']}")
    finally:
        line.close()


def _made(line: Line, parent: str, name: str) -> dict[str, Any]:
    """A new folder."""
    wanted = {"name": name, "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}
    return line.do("POST", f"{parent}/children", json=wanted)


def _site(wanted: str) -> str:
    """The path of a site, by its address or as `host:/path`."""
    parts = urlsplit(wanted) if "://" in wanted else None
    host, _, path = (parts.netloc, "", parts.path) if parts else wanted.partition(":/")
    path = path.strip("/")
    return f"/sites/{host}:/{quote(path)}:" if path else f"/sites/{host}"


def _count(raw: Mapping[str, Any]) -> int:
    """How often an item was changed; 0 when its tag does not tell."""
    found = _COUNT.search(str(raw.get("eTag") or ""))
    return int(found[1]) if found else 0


def is_told(raw: Mapping[str, Any], awaited: int | None) -> bool:
    """Whether what delta says of an item is as new as the change (None: its deletion) that is waited for."""
    if awaited is None:
        return "deleted" in raw
    return "deleted" not in raw and _count(raw) >= awaited
