"""The world behind the server: tenants with people, applications, sites, libraries, lists, pages and teams.

Everything is deterministic: ids follow from a counter, and the clock moves on by one second with every change.
"""

import base64
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.fakes.graph.people import Group, OwnersOf, Person, Principal, SiteGroup
from tests.fakes.graph.sharing import Permission
from tests.fakes.graph.state import (
    Application,
    Channel,
    Drive,
    Item,
    ListItem,
    Site,
    SiteList,
    SitePage,
    Subscription,
    Tenant,
)

#: Everything a connector may want. Tests take away what they are about.
ALL_PERMISSIONS = frozenset(
    {
        "Sites.Read.All",
        "Sites.FullControl.All",
        "Files.Read.All",
        "Files.ReadWrite.All",
        "User.Read.All",
        "GroupMember.Read.All",
        "Channel.ReadBasic.All",
        "Team.ReadBasic.All",
    }
)
_BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_NAMESPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


class World:
    """All state, and how it comes into being. `lock` guards every reading and every change."""

    def __init__(self, host: str, web: str) -> None:
        """`host` is the SharePoint host of the first tenant; `web` the address that pages are said to be at."""
        self.lock = threading.RLock()
        self.history = 0
        self._made = 0
        self.tenants: dict[str, Tenant] = {}
        self.sites: dict[str, Site] = {}
        self.drives: dict[str, Drive] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.web = web
        self.tenant = self.add_tenant("contoso.com")
        self.app = self.add_application(secret="a-secret-of-contoso")
        self.alice = self.add_person("Alice Adams")
        self.bob = self.add_person("Bob Brown")
        self.charlie = self.add_person("Charlie Clark")
        self.site = self.add_site("hr", "Human Resources", host=host)
        self.drive = self.site.drives[0]

    @property
    def now(self) -> datetime:
        """The world's time: its beginning, and a second for every change."""
        return _BEGINNING + timedelta(seconds=self.history)

    def guid(self, kind: str) -> str:
        """The next id."""
        self._made += 1
        return str(uuid.uuid5(_NAMESPACE, f"{kind}/{self._made}"))

    def add_tenant(self, domain: str) -> Tenant:
        """Another organisation."""
        with self.lock:
            tenant = Tenant(self.guid("tenant"), domain)
            self.tenants[tenant.id] = tenant
            return tenant

    def add_application(
        self, *, secret: str, granted: Iterable[str] = ALL_PERMISSIONS, tenant: Tenant | None = None
    ) -> Application:
        """A registered application with admin consent for the permissions named."""
        with self.lock:
            application = Application(self.guid("application"), secret, set(granted))
            (tenant or self.tenant).applications[application.id] = application
            return application

    def add_person(self, name: str, mail: str = "", *, is_guest: bool = False) -> Person:
        """A user. Without `mail`: the first name at the tenant's domain."""
        with self.lock:
            mail = mail or f"{name.split(maxsplit=1)[0].lower()}@{self.tenant.domain}"
            person = Person(self.guid("user"), name, mail, is_guest)
            self.tenant.people[person.id] = person
            return person

    def add_group(
        self, name: str, members: Sequence[Person | Group] = (), *, owners: Sequence[Person] = (), unified: bool = False
    ) -> Group:
        """A group: of Microsoft 365 if `unified`, or else for security."""
        with self.lock:
            mail = f"{name.lower().replace(' ', '-')}@{self.tenant.domain}"
            group = Group(self.guid("group"), name, mail, unified, list(members), list(owners))
            self.tenant.groups[group.id] = group
            return group

    def add_site(self, name: str, title: str, *, host: str = "", tenant: Tenant | None = None) -> Site:
        """A site at /sites/`name` (the root site when that is empty), with its three groups and one library."""
        with self.lock:
            path = f"/sites/{name}" if name else ""
            site = self._site(host or self.site.host, path, title, tenant or self.tenant)
            for number, role in ((3, "Owners"), (4, "Visitors"), (5, "Members")):
                site.groups[number] = SiteGroup(number, f"{title} {role}")
            self.add_drive("Documents", site)
            return site

    def add_drive(self, name: str, site: Site | None = None) -> Drive:
        """A document library. Its root is shared with the site's groups, and everything in it inherits that."""
        with self.lock:
            site = site or self.site
            folder = "Shared Documents" if name == "Documents" else name
            drive = self._drive(site, name, "documentLibrary", f"{site.url}/{quote(folder)}")
            site.drives.append(drive)
            roles = ((3, "owner"), (4, "read"), (5, "write"))
            drive.root.permissions = [
                Permission(self.guid("permission"), site.groups[number], roles=[role]) for number, role in roles
            ]
            return drive

    def add_onedrive(self, owner: Person) -> Drive:
        """Somebody's OneDrive, in a site of its own. Only its owner may read it."""
        with self.lock:
            name = owner.mail.replace("@", "_").replace(".", "_")
            site = self._site(self.site.host, f"/personal/{name}", owner.name, self.tenant)
            site.is_personal = True
            drive = self._drive(site, "OneDrive", "business", f"{site.url}/Documents")
            drive.owner = owner
            drive.root.permissions = [Permission(self.guid("permission"), owner, roles=["owner"])]
            site.drives.append(drive)
            return drive

    def add_page(
        self, title: str, html: str, *, name: str = "", site: Site | None = None, by: Person | None = None
    ) -> SitePage:
        """A published page with one text web part."""
        with self.lock:
            site = site or self.site
            self.history += 1
            page_id = self.guid("page")
            part = {"@odata.type": "#microsoft.graph.textWebPart", "id": self.guid("webpart"), "innerHtml": html}
            page = SitePage(
                page_id, site, name or f"{title.replace(' ', '-')}.aspx", title, [part], by or self.alice, self.now
            )
            site.pages[page_id] = page
            return page

    def add_list(self, title: str, site: Site | None = None) -> SiteList:
        """An empty list."""
        with self.lock:
            site = site or self.site
            made = SiteList(self.guid("list"), site, title)
            site.lists[made.id] = made
            return made

    def add_row(
        self, where: SiteList, fields: Mapping[str, Any], attachments: Mapping[str, bytes] | None = None
    ) -> ListItem:
        """A row of a list."""
        with self.lock:
            self.history += 1
            where.latest += 1
            row = ListItem(where.latest, self.guid("row"), dict(fields), self.alice, self.now, dict(attachments or {}))
            where.items[row.number] = row
            return row

    def add_team(self, name: str, title: str, members: Sequence[Person | Group], owners: Sequence[Person]) -> Group:
        """A team: its group, and a site with a library that belongs to both. It has no channel yet."""
        with self.lock:
            group = self.add_group(title, members, owners=owners, unified=True)
            site = self.add_site(name, title)
            self.join(site.groups[3], OwnersOf(group))
            self.join(site.groups[5], group)
            site.drives[0].owner = group
            self.tenant.channels[group.id] = []
            return group

    def add_channel(self, team: Group, name: str, folder: Item, kind: str = "standard") -> Channel:
        """A channel of a team: its files lie in `folder`."""
        with self.lock:
            channel = Channel(f"19:{self.guid('channel').replace('-', '')}@thread.tacv2", name, folder, kind)
            self.tenant.channels.setdefault(team.id, []).append(channel)
            return channel

    def join(self, site_group: SiteGroup, *members: Principal) -> None:
        """Add members to a group of a site."""
        with self.lock:
            site_group.members.extend(members)

    def leave(self, site_group: SiteGroup, member: Principal) -> None:
        """Take a member out of a group of a site. No delta tells of it."""
        with self.lock:
            site_group.members.remove(member)

    def item_id(self, drive: Drive, guid: str) -> str:
        """The id of a drive item: 34 letters and digits, as SharePoint makes them."""
        letters = base64.b32encode(uuid.UUID(guid).bytes).decode().rstrip("=")
        return f"01{drive.guid.replace('-', '')[:6].upper()}{letters}"

    def _site(self, host: str, path: str, title: str, tenant: Tenant) -> Site:
        site = Site(f"{host},{self.guid('site')},{self.guid('web')}", tenant, host, path, title, f"{self.web}{path}")
        self.sites[site.id] = site
        return site

    def _drive(self, site: Site, name: str, kind: str, url: str) -> Drive:
        guid = self.guid("drive")
        parts = b"".join(uuid.UUID(part).bytes for part in (*site.id.split(",")[1:], guid))
        drive = Drive(f"b!{base64.urlsafe_b64encode(parts).decode()}", guid, name, site, kind, url)
        root = self.guid("item")
        drive.root = Item(
            self.item_id(drive, root), root, drive, "root", None, self.alice, self.alice, self.now, self.now
        )
        drive.root.inherits = False
        drive.items[drive.root.id] = drive.root
        self.drives[drive.id] = drive
        return drive
