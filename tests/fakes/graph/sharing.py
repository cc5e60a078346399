"""What a permission of a file or folder says, and who reads by it.

Sources: learn.microsoft.com "permission resource type", "sharingLink resource type", "sharePointIdentitySet resource
type" (/graph/api/resources/permission, …/sharinglink, …/sharepointidentityset), "List sharing permissions on a
driveItem" (/graph/api/driveitem-list-permissions).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.graph.people import Everyone, Group, OwnersOf, Person, Principal, SiteGroup, readers

Scope = Literal["anonymous", "organization", "users", "existingAccess"]


@dataclass(frozen=True)
class AppGrant:
    """An application that was given access."""

    id: str
    name: str


@dataclass(frozen=True)
class Link:
    """A sharing link."""

    scope: Scope
    type: str
    url: str
    people: Sequence[Principal] = ()


@dataclass(frozen=True)
class Permission:
    """One permission: to somebody (`to`), by a `link`, or by an invitation to an address that nobody took up yet."""

    id: str
    to: Principal | SiteGroup | AppGrant | None = None
    link: Link | None = None
    invited: str = ""
    roles: Sequence[str] = ("read",)
    expires: str | None = None

    def readers(self) -> frozenset[str]:
        """Whom it lets read, as the platform writes readers. Links for all who hold them are told by `scopes`."""
        if isinstance(self.to, SiteGroup):
            return frozenset().union(*(readers(member) for member in self.to.members))
        if self.to is not None and not isinstance(self.to, AppGrant):
            return readers(self.to)
        if self.link is not None and self.link.scope == "users":
            return frozenset().union(*(readers(person) for person in self.link.people))
        return frozenset({f"mail:{self.invited.lower()}"}) if self.invited else frozenset()

    def document(self, inherited_from: dict[str, Any] | None) -> dict[str, Any]:
        """The resource."""
        document: dict[str, Any] = {"id": self.id, "roles": list(self.roles), "shareId": f"u!{self.id}"}
        if self.expires:
            document["expirationDateTime"] = self.expires
        if self.to is not None:
            document["grantedTo"] = _legacy_identity(self.to)
            document["grantedToV2"] = identity_set(self.to)
        if self.link is not None:
            document["link"] = {
                "scope": self.link.scope,
                "type": self.link.type,
                "webUrl": self.link.url,
                "preventsDownload": False,
            }
            document["hasPassword"] = False
            document["grantedToIdentities"] = [_legacy_identity(person) for person in self.link.people]
            document["grantedToIdentitiesV2"] = [identity_set(person) for person in self.link.people]
        if self.invited:
            document["invitation"] = {"email": self.invited, "signInRequired": True}
        if inherited_from is not None:
            document["inheritedFrom"] = inherited_from
        return document


def identity_set(to: Principal | SiteGroup | AppGrant) -> dict[str, Any]:
    """A sharePointIdentitySet."""
    if isinstance(to, AppGrant):
        return {"application": {"id": to.id, "displayName": to.name}}
    if isinstance(to, SiteGroup):
        return {"siteGroup": {"id": str(to.id), "displayName": to.title, "loginName": to.title}}
    site_user = {"id": number(to), "displayName": to.name, "email": to.mail, "loginName": to.login}
    if isinstance(to, Person):
        return {"user": {"id": to.id, "displayName": to.name, "email": to.mail}, "siteUser": site_user}
    if isinstance(to, Everyone):
        return {"siteUser": site_user}
    group = to.group if isinstance(to, OwnersOf) else to
    return {"group": {"id": group.id, "displayName": to.name, "email": to.mail}, "siteUser": site_user}


def _legacy_identity(to: Principal | SiteGroup | AppGrant) -> dict[str, Any]:
    if isinstance(to, AppGrant):
        return {"application": {"id": to.id, "displayName": to.name}}
    if isinstance(to, SiteGroup):
        return {"user": {"displayName": to.title}}
    if isinstance(to, Person):
        return {"user": {"id": to.id, "displayName": to.name, "email": to.mail}}
    if isinstance(to, Group):
        return {"group": {"id": to.id, "displayName": to.name, "email": to.mail}}
    return {"user": {"displayName": to.name}}


def number(to: Principal) -> str:
    """The number of somebody in a site's user information list; any that is stable does."""
    return str(10 + sum(to.login.encode()) % 9000)
