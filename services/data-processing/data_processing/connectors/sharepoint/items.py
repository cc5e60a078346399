"""From a driveItem to an item of the platform. Pure. Reference: learn.microsoft.com/graph/api/resources/driveitem."""

import re
from collections.abc import Mapping
from typing import Any

from data_processing.connectors.contract import Item

#: What is asked of every item. `publication` has the version's label, and is given only when asked for.
FIELDS = (
    "id,name,size,webUrl,eTag,cTag,file,folder,package,root,deleted,remoteItem,malware,parentReference,publication,"
    "createdBy,createdDateTime,lastModifiedBy,lastModifiedDateTime"
)
_MAX_HEADLINE = 300
#: The last part of an eTag or cTag of SharePoint: `"{GUID},4"`.
_COUNT = re.compile(r",(\d+)\"?$")
_NOTEBOOK = (".one", ".onetoc2")


def folder_key(drive: str, item: str) -> str:
    """The key of an item: the same after it was renamed or moved within its library."""
    return f"{drive}/{item}"


def drive_item(raw: Mapping[str, Any], drive: Mapping[str, str], *, has_new_readers: bool) -> Item:
    """An item that is there. `drive`: `id`, `name`, `site` and `web`, the address of the site."""
    identifier = str(raw["id"])
    is_root = "root" in raw
    parent = str((raw.get("parentReference") or {}).get("id") or "")
    name = drive["name"] if is_root else str(raw.get("name") or identifier)
    return Item(
        key=folder_key(drive["id"], identifier),
        name=name,
        tag=content_tag(raw),
        path="" if parent and not is_root else (name if is_root else f"{drive['name']}/{name}"),
        parent=folder_key(drive["id"], parent) if parent and not is_root else None,
        is_folder=is_root or "folder" in raw,
        url=str(raw["webUrl"]) if raw.get("webUrl") else None,
        size=int(raw.get("size") or 0),
        metadata=_metadata(raw, drive),
        reference={"drive": drive["id"], "item": identifier, "web": drive["web"]},
        problem="" if is_root else _problem(raw, name),
        has_new_readers=has_new_readers,
        partition=drive["id"],
    )


def content_tag(raw: Mapping[str, Any]) -> str:
    """What stands for the bytes: the cTag; where a listing leaves that out, the hash; at last the eTag.

    "Delta query won't return some properties": learn.microsoft.com/graph/api/driveitem-delta, remarks.
    """
    hashes = (raw.get("file") or {}).get("hashes") or {}
    found = raw.get("cTag") or hashes.get("quickXorHash") or hashes.get("sha256Hash") or hashes.get("sha1Hash")
    return str(found or raw.get("eTag") or "")


def person(identity: Any) -> str:
    """The name of whoever did something."""
    found = identity if isinstance(identity, Mapping) else {}
    for kind in ("user", "group", "application"):
        one = found.get(kind)
        if isinstance(one, Mapping) and (name := one.get("displayName") or one.get("email")):
            return str(name)[:_MAX_HEADLINE]
    return ""


def _metadata(raw: Mapping[str, Any], drive: Mapping[str, str]) -> dict[str, str]:
    found = {
        "author": person(raw.get("createdBy")),
        "editor": person(raw.get("lastModifiedBy")),
        "created": raw.get("createdDateTime"),
        "modified": raw.get("lastModifiedDateTime"),
        "version": version(raw),
        "drive": drive["name"],
        "site": drive["site"],
    }
    return {name: str(value) for name, value in found.items() if value}


def version(raw: Mapping[str, Any]) -> str:
    """The label that people see in the version history, else how often the item was changed."""
    label = (raw.get("publication") or raw.get("publishingState") or {}).get("versionId")
    count = _COUNT.search(str(raw.get("cTag") or raw.get("eTag") or ""))
    return str(label or (count[1] if count else ""))


def _problem(raw: Mapping[str, Any], name: str) -> str:
    """What Graph alone knows of a file that cannot be taken."""
    if "malware" in raw:
        return "Microsoft 365 found malware in this file and does not give it out."
    if "remoteItem" in raw:
        return (
            "This is a shortcut to a place in another library. Shortcuts are not followed: add that place as a source "
            "of its own."
        )
    kind = str((raw.get("package") or {}).get("type") or "")
    if kind.lower() == "onenote" or name.lower().endswith(_NOTEBOOK):
        return "This is a OneNote notebook, or a section of one, which is not read. Export it as PDF or DOCX."
    if "package" in raw:
        return "Microsoft 365 keeps this as a package, which cannot be downloaded. Export it as PDF or DOCX."
    return ""
