"""Lists and their rows.

Sources: learn.microsoft.com "Enumerate lists in a site", "Enumerate items in a list", "listItem resource type"
(/graph/api/list-list, listitem-list; /graph/api/resources/listitem). Of attachments version 1.0 says only, in a field,
whether there are any; their names and bytes are in SharePoint's own interface.
"""

from typing import Any

from tests.fakes.graph import render
from tests.fakes.graph.call import Call, route
from tests.fakes.graph.errors import answer, missing
from tests.fakes.graph.state import ListItem, SiteList
from tests.fakes.graph.wire import Response


def _list(found: SiteList) -> dict[str, Any]:
    return {
        "@odata.etag": f'"{found.id},{found.latest}"',
        "createdDateTime": "2025-01-01T00:00:00Z",
        "description": "",
        "eTag": f'"{found.id},{found.latest}"',
        "id": found.id,
        "lastModifiedDateTime": "2025-01-01T00:00:00Z",
        "name": found.title.replace(" ", ""),
        "webUrl": f"{found.site.url}/Lists/{found.title.replace(' ', '%20')}",
        "displayName": found.title,
        "list": {"contentTypesEnabled": False, "hidden": False, "template": "genericList"},
    }


def _row(call: Call, found: SiteList, row: ListItem) -> dict[str, Any]:
    etag = f'"{row.guid},{row.version}"'
    document = {
        "@odata.etag": etag,
        "createdDateTime": render.stamp(row.modified),
        "eTag": etag,
        "id": str(row.number),
        "lastModifiedDateTime": render.stamp(row.modified),
        "webUrl": f"{found.site.url}/Lists/{found.title.replace(' ', '%20')}/{row.number}_.000",
        "createdBy": render.user(row.author),
        "lastModifiedBy": render.user(row.author),
        "parentReference": {"siteId": found.site.id},
        "contentType": {"id": "0x0100", "name": "Item"},
    }
    document = render.select(document, call.request.query)
    expanded = call.request.query.get("$expand") or call.request.query.get("expand", "")
    if expanded.startswith("fields"):
        document["fields"] = {
            "@odata.etag": etag,
            **row.fields,
            "id": str(row.number),
            "Attachments": bool(row.attachments),
            "Modified": render.stamp(row.modified),
        }
    return document


def _found(call: Call) -> SiteList:
    for found in call.site(call["site"]).lists.values():
        if call["list"] in (found.id, found.title):
            return found
    raise missing()


def _lists(call: Call) -> Response:
    site = call.site(call["site"])
    return call.page([render.select(_list(found), call.request.query) for found in site.lists.values()], "lists")


def _one(call: Call) -> Response:
    return answer(render.select(_list(_found(call)), call.request.query))


def _rows(call: Call) -> Response:
    found = _found(call)
    return call.page([_row(call, found, row) for row in found.items.values()], "items")


def _one_row(call: Call) -> Response:
    found = _found(call)
    row = found.items.get(int(call["row"]))
    if row is None:
        raise missing()
    return answer(_row(call, found, row))


ROUTES = (
    route("GET", "/sites/{site}/lists", "list", _lists),
    route("GET", "/sites/{site}/lists/{list}", "list", _one),
    route("GET", "/sites/{site}/lists/{list}/items", "list", _rows),
    route("GET", r"/sites/{site}/lists/{list}/items/(?P<row>\d+)", "list", _one_row),
)
