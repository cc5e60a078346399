"""From the identities of Microsoft 365 to readers as the platform keeps them. Pure.

Reference: learn.microsoft.com/graph/api/resources/permission, sharinglink, sharepointidentityset. How SharePoint writes
login names: learn.microsoft.com/sharepoint/dev/general-development/claim-types-and-encodings; `i:0#.f|membership|` is a
person by sign-in name, `c:0t.c|tenant|` a security group, `c:0o.c|federateddirectoryclaimprovider|` a Microsoft 365
group by its members, with `_o` at its end by its owners, `spo-grid-all-users` everyone except external users.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ORGANISATION = "org"
ANYONE = "anyone"
_READING = frozenset({"read", "write", "owner", "member", "sp.full control", "sp.owner", "sp.member"})
_MEMBER = re.compile(r"i:0#\.f\|membership\|(.+)")
_GROUP = re.compile(r"c:0(?:t\.c\|tenant|o\.c\|federateddirectoryclaimprovider)\|([0-9a-f-]{36})(_o)?")
#: Groups that SharePoint makes for itself. Whom a sharing link names is told with the link.
_INTERNAL_GROUPS = ("limited access system group", "sharinglinks.")


@dataclass(frozen=True)
class SiteGroup:
    """A group of a SharePoint site: its number there, and its name."""

    number: str
    name: str


@dataclass
class Granted:
    """Who may read something. `owners` are ids of Microsoft 365 groups of which only the owners may."""

    readers: set[str] = field(default_factory=set)
    site_groups: set[SiteGroup] = field(default_factory=set)
    owners: set[str] = field(default_factory=set)

    def add(self, other: "Granted") -> None:
        """Join with what others may."""
        self.readers |= other.readers
        self.site_groups |= other.site_groups
        self.owners |= other.owners


def granted(permissions: Iterable[Mapping[str, Any]], *, with_links: bool, now: datetime) -> Granted:
    """Who may read an item with these permissions. Applications are not meant.

    An invitation that nobody took up yet is for the address it was sent to.
    """
    found = Granted()
    for permission in permissions:
        if not _READING & {str(role).lower() for role in permission.get("roles") or ()}:
            continue
        if _has_expired(str(permission.get("expirationDateTime") or ""), now):
            continue
        link = permission.get("link")
        if isinstance(link, Mapping):
            found.add(_by_link(permission, link, with_links=with_links))
        else:
            found.add(_identity(permission.get("grantedToV2") or {}))
            if not permission.get("grantedToV2") and (address := _part(permission, "invitation").get("email")):
                found.readers.add(f"mail:{str(address).lower()}")
    return found


def by_login(login: str) -> Granted:
    """Whom a login name of SharePoint stands for. Nobody when it is of a kind that no token of a person tells of."""
    found = Granted()
    login = login.strip().lower()
    if member := _MEMBER.fullmatch(login):
        found.readers.add(f"mail:{member[1]}")
    elif group := _GROUP.fullmatch(login):
        if group[2]:
            found.owners.add(group[1])
        else:
            found.readers.add(f"group:{group[1]}")
    elif "spo-grid-all-users/" in login:
        found.readers.add(ORGANISATION)
    elif login == "c:0(.s|true":  # also guests of the organisation
        found.readers.add(ANYONE)
    return found


def _by_link(permission: Mapping[str, Any], link: Mapping[str, Any], *, with_links: bool) -> Granted:
    found = Granted()
    scope = link.get("scope")
    if scope == "existingAccess" or link.get("type") == "createOnly":
        return found
    for identity in permission.get("grantedToIdentitiesV2") or ():
        found.add(_identity(identity))
    if with_links and scope == "organization":
        found.readers.add(ORGANISATION)
    if with_links and scope == "anonymous":
        found.readers.add(ANYONE)
    return found


def _identity(identity: Mapping[str, Any]) -> Granted:
    login = str(_part(identity, "siteUser").get("loginName") or "")
    found = by_login(login)
    user, group = _part(identity, "user"), _part(identity, "group")
    if user.get("id"):
        found.readers.add(f"user:{str(user['id']).lower()}")
    if "@" in str(user.get("email") or ""):
        found.readers.add(f"mail:{str(user['email']).lower()}")
    # By its owners, a group has its own id just the same.
    if group.get("id") and not found.owners:
        found.readers.add(f"group:{str(group['id']).lower()}")
    site_group = _part(identity, "siteGroup")
    name = str(site_group.get("displayName") or site_group.get("loginName") or "")
    if site_group.get("id") and not name.lower().startswith(_INTERNAL_GROUPS):
        found.site_groups.add(SiteGroup(str(site_group["id"]), name))
    return found


def _part(identity: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = identity.get(name)
    return found if isinstance(found, Mapping) else {}


def _has_expired(moment: str, now: datetime) -> bool:
    """Whether a time is over; the first moment of the calendar means: never."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return found.year > 1 and found.replace(tzinfo=found.tzinfo or UTC) < now
