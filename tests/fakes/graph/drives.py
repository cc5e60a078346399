"""Drives, and what lies in them.

Sources: learn.microsoft.com "Get drive", "Get a file or folder", "List children of a driveItem", "List versions of a
driveItem", "List sharing permissions on a driveItem", "Working with drives and folders: addressing" (/graph/api/
drive-get, driveitem-get, driveitem-list-children, driveitem-list-versions, driveitem-list-permissions;
/graph/onedrive-addressing-driveitems).
"""

from typing import Any

from tests.fakes.graph import render
from tests.fakes.graph.call import Call, route
from tests.fakes.graph.delta import delta
from tests.fakes.graph.errors import answer, missing
from tests.fakes.graph.state import Item
from tests.fakes.graph.wire import Response

#: A drive item by id or path; by path it ends with a colon when something follows.
_ITEM = r"/drives/{drive}/(?:root|items/(?P<item>[^/:()]+))(?::/(?P<path>[^:]+))?:?"
#: A drive item that something of it follows on: `root:/a/b:` or `items/id`.
BEFORE = r"/drives/{drive}/(?:root|items/(?P<item>[^/:()]+))(?::/(?P<path>[^:]+):)?"


def document(call: Call, item: Item) -> dict[str, Any]:
    """A drive item as a listing or a single answer shows it: with its path, and where it can be downloaded."""
    url = call.graph.downloads.url(item) if item.content is not None else ""
    return render.select(render.item(call.graph, item, download_url=url), call.request.query)


def _drive(call: Call) -> Response:
    drive = call.drive(call["drive"])
    return answer(render.select(render.drive(drive, call.graph.now), call.request.query))


def _item(call: Call) -> Response:
    return answer({"@odata.context": f"{call.graph.url}/v1.0/$metadata#items/$entity", **document(call, call.item())})


def _children(call: Call) -> Response:
    children = sorted(call.item().children.values(), key=lambda child: (not child.is_folder, child.name.casefold()))
    return call.page([document(call, child) for child in children], "Collection(driveItem)")


def _versions(call: Call) -> Response:
    item = call.item()
    if item.content is None:
        raise missing()
    current = {
        "id": f"{len(item.versions) + 1}.0",
        "lastModifiedDateTime": render.stamp(item.modified),
        "size": item.content.size,
        "lastModifiedBy": render.user(item.editor),
    }
    older = [
        {
            "id": version.label,
            "lastModifiedDateTime": render.stamp(version.modified),
            "size": version.content.size,
            "lastModifiedBy": render.user(version.editor),
        }
        for version in reversed(item.versions)
    ]
    return call.page([current, *older], "Collection(driveItemVersion)")


def _permissions(call: Call) -> Response:
    """Its own ones and those of the folders around it, as far up as it inherits."""
    item = call.item()
    documents: list[dict[str, Any]] = []
    if call.graph.permissions_need_full_control and "Sites.FullControl.All" not in call.caller.roles:
        return call.page(documents, "permissions")
    for holder in (item, *item.ancestors()):
        inherited_from = None
        if holder is not item:
            below = f":/{holder.path}" if holder.parent else ":"
            inherited_from = {
                "driveId": holder.drive.id,
                "id": holder.id,
                "path": f"/drives/{holder.drive.id}/root{below}",
            }
        shown = inherited_from if call.graph.shows_inherited_from else None
        documents += [permission.document(shown) for permission in holder.permissions]
        if not holder.inherits:
            break
    return call.page(documents, "permissions", call.graph.permissions_a_page)


def _list_item(call: Call) -> Response:
    item = call.item()
    fields = {"FileLeafRef": item.name, "Modified": render.stamp(item.modified), "id": item.id[-6:]}
    ids = {"listId": item.drive.guid, "listItemUniqueId": item.guid, "siteUrl": item.drive.site.url}
    return answer({"@odata.etag": item.etag, "id": item.id[-6:], "sharepointIds": ids, "fields": fields})


ROUTES = (
    route("GET", BEFORE + r"/(?:microsoft\.graph\.)?delta(?:\((?:token='?(?P<token>[^')]*)'?)?\))?", "delta", delta),
    route("GET", BEFORE + "/children", "children", _children),
    route("GET", BEFORE + "/permissions", "permissions", _permissions),
    route("GET", BEFORE + "/versions", "versions", _versions),
    route("GET", BEFORE + "/listItem", "item", _list_item),
    route("GET", _ITEM, "item", _item),
    route("GET", "/drives/{drive}", "drive", _drive),
)
