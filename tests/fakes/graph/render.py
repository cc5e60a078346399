"""Sites, drives and drive items as JSON.

Sources: learn.microsoft.com "site resource type", "drive resource type", "driveItem resource type", "remoteItem
resource type", "deleted resource type", "shared resource type" (/graph/api/resources/…).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.fakes.graph.change import Changes
from tests.fakes.graph.people import Person
from tests.fakes.graph.state import Drive, Item, Site

Document = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A time as Microsoft writes it."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def user(person: Person) -> Document:
    """An identitySet with a user in it."""
    return {"user": {"email": person.mail, "id": person.id, "displayName": person.name}}


def site(found: Site, now: datetime) -> Document:
    """A site."""
    return {
        "createdDateTime": "2025-01-01T00:00:00Z",
        "description": "",
        "id": found.id,
        "lastModifiedDateTime": stamp(now),
        "name": found.path.rsplit("/", 1)[-1],
        "webUrl": found.url,
        "displayName": found.title,
        "isPersonalSite": found.is_personal,
        "root": {},
        "siteCollection": {"hostname": found.host},
    }


def drive(found: Drive, now: datetime) -> Document:
    """A drive."""
    document: Document = {
        "createdDateTime": "2025-01-01T00:00:00Z",
        "description": "",
        "id": found.id,
        "lastModifiedDateTime": stamp(now),
        "name": found.name,
        "webUrl": found.url,
        "driveType": found.kind,
        "quota": {"deleted": 0, "remaining": 27487790644620, "state": "normal", "total": 27487790694400, "used": 49780},
    }
    if isinstance(found.owner, Person):
        document["owner"] = user(found.owner)
    return document


def web_url(item: Item) -> str:
    """Where people see it."""
    return f"{item.drive.url}/{quote(item.path)}" if item.parent else item.drive.url


def parent_reference(item: Item, *, with_path: bool) -> Document:
    """Where it lies. Delta never says the path, so that renaming a folder changes nothing below it."""
    drive_of = item.drive
    site_id = drive_of.site.id.split(",")[1]
    document: Document = {"driveType": drive_of.kind, "driveId": drive_of.id, "siteId": site_id}
    if item.parent is not None:
        document["id"] = item.parent.id
        if with_path:
            below = f"/{quote(item.parent.path)}" if item.parent.parent else ""
            document["path"] = f"/drives/{drive_of.id}/root:{below}"
            document["name"] = item.parent.name if item.parent.parent else drive_of.url.rsplit("/", 1)[-1]
    return document


def item(world: Changes, found: Item, *, download_url: str = "", with_path: bool = True) -> Document:
    """A drive item that lives."""
    document: Document = {}
    if download_url:
        document["@microsoft.graph.downloadUrl"] = download_url
    document |= {
        "createdDateTime": stamp(found.created),
        "eTag": found.etag,
        "id": found.id,
        "lastModifiedDateTime": stamp(found.modified),
        "name": found.name,
        "webUrl": web_url(found),
        "size": found.content.size if found.content else 0,
        "createdBy": user(found.author),
        "lastModifiedBy": user(found.editor),
        "parentReference": parent_reference(found, with_path=with_path),
        "fileSystemInfo": {
            "createdDateTime": stamp(found.created),
            "lastModifiedDateTime": stamp(found.modified),
        },
    }
    if found.content is not None:
        document["cTag"] = found.ctag
        document["file"] = {"hashes": {"quickXorHash": world.quick_xor(found)}, "mimeType": found.mime}
    elif found.target is not None:
        document["remoteItem"] = remote_item(found.target)
    else:
        document["folder"] = {"childCount": len(found.children)}
        if found.parent is None:
            document["root"] = {}
    return document


def remote_item(target: Item) -> Document:
    """What a shortcut points to."""
    document: Document = {
        "createdDateTime": stamp(target.created),
        "id": target.id,
        "lastModifiedDateTime": stamp(target.modified),
        "name": target.name,
        "size": target.content.size if target.content else 0,
        "webUrl": web_url(target),
        "parentReference": {**parent_reference(target, with_path=False), "siteId": target.drive.site.id},
        "fileSystemInfo": {"lastModifiedDateTime": stamp(target.modified)},
        "sharepointIds": {"siteUrl": target.drive.site.url, "listItemUniqueId": target.guid},
    }
    if target.content is not None:
        document["file"] = {"mimeType": target.mime}
    else:
        document["folder"] = {"childCount": len(target.children)}
    return document


def select(document: Document, query: Mapping[str, str]) -> Document:
    """Only the properties that $select names; annotations always stay, save the download URL."""
    names = query.get("$select") or query.get("select")
    if not names or "*" in names.split(","):
        return document
    # The documented way to ask for the address is the name of the annotation, or content.downloadUrl.
    wanted = set(names.split(",")) | {"id"}
    if "content.downloadUrl" in wanted:
        wanted.add("@microsoft.graph.downloadUrl")
    kept = {"@microsoft.graph.sharedChanged"}
    return {name: value for name, value in document.items() if name in wanted or name in kept or "@odata" in name}
