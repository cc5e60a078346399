"""How tests change files and folders. Each change is one step: whoever reads sees it whole, and so does delta.

What is allowed in a name: learn.microsoft.com "Restrictions and limitations in OneDrive and SharePoint"
(support.microsoft.com): not " * : < > ? / \\ |, no space at either end, no ~$ at the beginning.
"""

import mimetypes
from collections.abc import Sequence

from tests.fakes.graph.hashing import quick_xor_hash
from tests.fakes.graph.people import Person, Principal, SiteGroup
from tests.fakes.graph.sharing import Link, Permission, Scope
from tests.fakes.graph.state import Content, Drive, Item, ListItem, Refusal, Site, SiteList, SitePage, Version
from tests.fakes.graph.world import World

#: Names that SharePoint takes and software trips over.
ODD_NAMES = (
    "100% sure.txt",
    "%20literal.txt",
    "a#b.txt",
    "C++ & C#.txt",
    "Bob's 'notes'.txt",
    "fox 🦊 emoji.txt",
    "e\u0301 combining.txt",
    "\u00e9 composed.txt",
    "ünïcödé.txt",
    "日本語.txt",
    "مرحبا.txt",
    "semi;colon,comma.txt",
    "[brackets]{braces}(round).txt",
    "~tilde!@$^=`.txt",
    "two  spaces.txt",
    "dots...many.txt",
    ".leading dot.txt",
    "a+b=c&d=e.txt",
    "no extension",
    "UPPER.TXT",
    "non\u00a0breaking.txt",
    "zero\u200bwidth.txt",
    f"{'long ' * 48}end.txt",
)
_FORBIDDEN = frozenset('"*:<>?/\\|')
LOCKED = Refusal(423, "resourceLocked", "The resource you are attempting to access is locked", "resourceLocked")
PROTECTED = Refusal(403, "accessDenied", "The caller does not have permission to download it.", "accessRestricted")


class Changes(World):
    """The world, and what happens in it."""

    #: Whether delta names what lay in a deleted folder, or the folder only.
    deletion_names_children = False

    def add_folder(self, path: str, *, within: Drive | Item | None = None, by: Person | None = None) -> Item:
        """The folder at a path; those on the way are made where they are missing."""
        with self.lock:
            folder = self._folder(within)
            for name in path.split("/"):
                found = folder.children.get(name.casefold())
                folder = found if found and found.is_folder else self._add(folder, name, by, None)
            return folder

    def add_file(
        self,
        path: str,
        content: str | bytes = "",
        *,
        within: Drive | Item | None = None,
        by: Person | None = None,
        text: str = "",
    ) -> Item:
        """A new file. `text`: what it says, when its bytes are not text themselves (for the conversion to PDF)."""
        with self.lock:
            before, _, name = path.rpartition("/")
            folder = self.add_folder(before, within=within, by=by) if before else self._folder(within)
            data = content.encode() if isinstance(content, str) else content
            item = self._add(folder, name, by, Content(data, len(data)))
            item.text = text or (content if isinstance(content, str) else "")
            return item

    def add_huge(self, path: str, size: int = 5 * 2**30, *, within: Drive | Item | None = None) -> Item:
        """A file of so many zero bytes, which take no room here."""
        with self.lock:
            item = self.add_file(path, b"", within=within)
            item.content = Content(b"", size)
            item.quick_xor = None
            return item

    def add_shortcut(self, name: str, target: Item, *, within: Drive | Item | None = None) -> Item:
        """A shortcut to a folder or file, which may lie in another drive, or around the shortcut itself."""
        with self.lock:
            shortcut = self._add(self._folder(within), name, None, None)
            shortcut.target = target
            return shortcut

    def write(self, item: Item, content: str | bytes, *, by: Person | None = None) -> None:
        """New content: a new eTag and cTag, and the old one among the versions."""
        with self.lock:
            assert item.content is not None
            label = f"{len(item.versions) + 1}.0"
            item.versions.append(Version(label, item.content, item.modified, item.editor))
            data = content.encode() if isinstance(content, str) else content
            item.content = Content(data, len(data))
            item.quick_xor = None
            item.text = content if isinstance(content, str) else ""
            item.ctag_number += 1
            self._touch(item, by)

    def touch(self, item: Item, *, by: Person | None = None) -> None:
        """Change only metadata (a column of the library): a new eTag, the cTag as it was."""
        with self.lock:
            self._touch(item, by)

    def rename(self, item: Item, name: str) -> None:
        """Another name. Of a folder, delta names only the folder."""
        with self.lock:
            assert item.parent is not None
            self._check(item.parent, name, but=item)
            del item.parent.children[item.name.casefold()]
            item.name = name
            item.parent.children[name.casefold()] = item
            self._touch(item, None)

    def move(self, item: Item, to: Drive | Item) -> Item:
        """Another folder. In another drive it becomes another item with another id, and the old one is deleted."""
        with self.lock:
            folder = self._folder(to)
            if folder.drive is not item.drive:
                moved = self._copy(item, folder)
                self.delete(item)
                return moved
            if item in (folder, *folder.ancestors()):
                raise ValueError("A folder cannot be moved into itself.")
            assert item.parent is not None
            self._check(folder, item.name)
            del item.parent.children[item.name.casefold()]
            item.parent = folder
            folder.children[item.name.casefold()] = item
            self._touch(item, None)
            return item

    def delete(self, item: Item) -> None:
        """Into the recycle bin, with all that lies in it."""
        with self.lock:
            assert item.parent is not None
            del item.parent.children[item.name.casefold()]
            for gone in (item, *item.below()):
                gone.deleted_with = item
                if gone is item or self.deletion_names_children:
                    self._touch(gone, None)

    def restore(self, item: Item) -> None:
        """Out of the recycle bin, with all that was deleted with it, under the same ids."""
        with self.lock:
            assert item.parent is not None
            self._check(item.parent, item.name)
            item.parent.children[item.name.casefold()] = item
            for back in (item, *item.below()):
                if back.deleted_with is item:
                    back.deleted_with = None
                    self._touch(back, None)

    def set_permissions(self, item: Item, permissions: Sequence[Permission], *, inherits: bool = False) -> None:
        """Give an item permissions of its own, in place of what it inherits unless `inherits`."""
        with self.lock:
            item.permissions = list(permissions)
            item.inherits = inherits
            self.history += 1
            item.shared = self.history

    def inherit(self, item: Item) -> None:
        """Delete an item's own permissions."""
        self.set_permissions(item, [], inherits=True)

    def share_link(
        self, item: Item, scope: Scope, people: Sequence[Principal] = (), *, type: str = "view", expires: str = ""
    ) -> Permission:
        """Add a sharing link; `people` when its scope is users."""
        with self.lock:
            number = self.guid("link")
            link = Link(scope, type, f"{item.drive.site.url}/:t:/s/{number[:12]}", list(people))
            permission = Permission(number, link=link, roles=["write" if type == "edit" else "read"], expires=expires)
            self.set_permissions(item, [*item.permissions, permission], inherits=item.inherits)
            return permission

    def permission(self, to: Principal, *roles: str) -> Permission:
        """A permission to be set; to read when no role is named."""
        return Permission(self.guid("permission"), to, roles=list(roles or ("read",)))

    def grant(self, *permissions: str) -> None:
        """Consent to more permissions of the application. Tokens that were issued stay as they are."""
        with self.lock:
            self.app.granted |= set(permissions)

    def revoke(self, *permissions: str) -> None:
        """Take permissions of the application away. Tokens that were issued stay as they are: see `tokens.forget`."""
        with self.lock:
            self.app.granted -= set(permissions)

    def select_site(self, site: Site) -> None:
        """Let the application read this site by Sites.Selected."""
        with self.lock:
            self.app.sites[site.id] = "read"

    def refuse(self, item: Item, refusal: Refusal | None) -> None:
        """Let reading a file fail, or (None) succeed again. `LOCKED` and `PROTECTED` are ready."""
        with self.lock:
            item.refusal = refusal

    def deny(self, drive: Drive, denied: bool = True) -> None:
        """Take the access to one library away from every application, or give it back."""
        with self.lock:
            drive.is_denied = denied

    def remove_drive(self, drive: Drive) -> None:
        """Delete a library."""
        with self.lock:
            drive.site.drives.remove(drive)
            del self.drives[drive.id]

    def remove_site(self, site: Site) -> None:
        """Delete a site with all its libraries."""
        with self.lock:
            for drive in list(site.drives):
                self.remove_drive(drive)
            del self.sites[site.id]

    def expire_delta(self, drive: Drive | None = None) -> None:
        """Let all delta tokens given so far be too old: of one drive, or of all."""
        with self.lock:
            for each in [drive] if drive else self.drives.values():
                each.generation += 1

    def edit_page(self, page: SitePage, html: str) -> None:
        """Another text in a page's first web part."""
        with self.lock:
            self.history += 1
            page.parts[0] = {**page.parts[0], "innerHtml": html}
            page.number += 1
            page.modified = self.now

    def delete_page(self, page: SitePage) -> None:
        """Delete a page."""
        with self.lock:
            del page.site.pages[page.id]

    def edit_row(self, row: ListItem, **fields: object) -> None:
        """Other values in a row of a list."""
        with self.lock:
            self.history += 1
            row.fields.update(fields)
            row.version += 1
            row.modified = self.now

    def delete_row(self, where: SiteList, row: ListItem) -> None:
        """Delete a row of a list."""
        with self.lock:
            del where.items[row.number]

    def share(
        self,
        what: SitePage | ListItem,
        granted: Sequence[Principal | SiteGroup] | None,
        *,
        limited: Sequence[Principal] = (),
    ) -> None:
        """Who may read a page or a row (None: whoever may read its site), and who has no more than Limited Access."""
        with self.lock:
            what.granted = None if granted is None else list(granted)
            what.limited = list(limited)

    def quick_xor(self, item: Item) -> str:
        """The hash of a file, reckoned once for each content."""
        assert item.content is not None
        if item.quick_xor is None:
            item.quick_xor = quick_xor_hash(item.content.data, item.content.size)
        return item.quick_xor

    def _folder(self, within: Drive | Item | None) -> Item:
        folder = within if isinstance(within, Item) else (within or self.drive).root
        if not folder.is_folder or folder.is_deleted:
            raise ValueError(f"{folder.name} is no folder that things can lie in.")
        return folder

    def _check(self, folder: Item, name: str, but: Item | None = None) -> None:
        if not name or _FORBIDDEN & set(name) or name != name.strip(" ") or name.startswith("~$"):
            raise ValueError(f"SharePoint does not take the name {name!r}.")
        if folder.children.get(name.casefold()) not in (None, but):
            raise ValueError(f"There is a {name!r} already.")

    def _add(self, folder: Item, name: str, by: Person | None, content: Content | None) -> Item:
        self._check(folder, name)
        self.history += 1
        guid = self.guid("item")
        by = by or self.alice
        item = Item(
            self.item_id(folder.drive, guid), guid, folder.drive, name, folder, by, by, self.now, self.now, content
        )
        item.mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        item.changed = self.history
        folder.children[name.casefold()] = item
        folder.drive.items[item.id] = item
        return item

    def _touch(self, item: Item, by: Person | None) -> None:
        self.history += 1
        item.changed = self.history
        item.etag_number += 1
        item.modified = self.now
        item.editor = by or item.editor

    def _copy(self, item: Item, folder: Item) -> Item:
        copy = self._add(folder, item.name, item.editor, item.content)
        copy.text, copy.target = item.text, item.target
        for child in item.children.values():
            self._copy(child, copy)
        return copy
