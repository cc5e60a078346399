"""The pages of a site, as HTML: their titles and their text web parts.

Reference: learn.microsoft.com/graph/api/sitepage-list, sitepage-get, resources/textwebpart. Web parts of other kinds
hold no text of their own.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from data_processing.connectors.contract import Item, Unfetchable, Wanted
from data_processing.connectors.sharepoint.graph import VERSION, Graph, error_of
from data_processing.connectors.sharepoint.items import person, version
from data_processing.connectors.sharepoint.places import Site
from data_processing.connectors.sharepoint.step import Listed, Step, listed
from oberaconnect.http.client import Answer

PARTITION = "pages"
_PAGE_SIZE = 100


def folder(site: Site, problem: str = "") -> Item:
    """The folder that all pages of a site lie in."""
    return Item(
        key=folder_key(site),
        name="Pages",
        path="Pages",
        is_folder=not problem,
        url=site.web or None,
        problem=problem,
        partition=PARTITION,
    )


def folder_key(site: Site) -> str:
    """Its key."""
    return f"pages:{site.id}"


def step(graph: Graph, site: Site, saved: Mapping[str, Any]) -> Step:
    """The next pages. Raises as `listed`."""
    fresh = f"{VERSION}/sites/{site.id}/pages/microsoft.graph.sitePage?$top={_PAGE_SIZE}"
    what = f"the pages of site '{site.name}'"
    found = listed(graph, fresh, saved, what)
    if not isinstance(found, Listed):
        return Step([folder(site, graph.refusal(found, what).detail)], {}, True)
    items = [folder(site)] if found.is_first else []
    items += [_item(raw, site) for raw in found.values]
    return Step(items, found.saved, found.is_last, is_complete=found.is_last, is_anew=found.is_first)


def html(graph: Graph, item: Wanted) -> bytes:
    """A page as HTML.

    Raises:
        Unfetchable: it is gone meanwhile, or not given out.
        Problem: as `Graph.get`.
    """
    site, page = item.reference["site"], item.reference["page"]
    answer = graph.send("GET", f"{VERSION}/sites/{site}/pages/{page}/microsoft.graph.sitePage?$expand=canvasLayout")
    body = answer.json()
    if answer.status != 200 or not isinstance(body, Mapping):
        raise _refusal(graph, answer, item)
    return document(str(body.get("title") or item.name), "".join(_texts(body.get("canvasLayout") or {})))


def document(title: str, body: str) -> bytes:
    """A small HTML document. `body` is HTML, `title` is text."""
    name = escape(title)
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>{name}</title></head>'
    return f"{head}<body><h1>{name}</h1>{body}</body></html>".encode()


def _refusal(graph: Graph, answer: Answer, item: Wanted) -> Exception:
    if answer.status == 404:
        return Unfetchable(f"The page is gone meanwhile ({error_of(answer)}).")
    if answer.status >= 500 or answer.status == 401:
        return graph.refusal(answer, f"the page '{item.name}'")
    return Unfetchable(f"Microsoft Graph does not give this page out ({answer.status}, {error_of(answer)}).")


def _item(raw: Mapping[str, Any], site: Site) -> Item:
    identifier = str(raw["id"])
    url = str(raw.get("webUrl") or "")
    if url and not url.startswith(("https://", "http://")):
        url = f"{site.web.rstrip('/')}/{url.lstrip('/')}"
    title = str(raw.get("title") or raw.get("name") or identifier)
    level = str((raw.get("publishingState") or {}).get("level") or "published")
    metadata = {
        "author": person(raw.get("createdBy")),
        "editor": person(raw.get("lastModifiedBy")),
        "created": raw.get("createdDateTime"),
        "modified": raw.get("lastModifiedDateTime"),
        "version": version(raw),
        "site": site.name,
    }
    return Item(
        key=f"page:{site.id}/{identifier}",
        name=f"{title}.html",
        tag=str(raw.get("eTag") or raw.get("@odata.etag") or raw.get("lastModifiedDateTime") or ""),
        parent=folder_key(site),
        url=url or None,
        metadata={name: str(value) for name, value in metadata.items() if value},
        reference={"site": site.id, "page": identifier, "web": site.web},
        problem="" if level == "published" else "The page has changes that are not published. Publish it.",
        has_new_readers=True,
        partition=PARTITION,
    )


def _texts(layout: Mapping[str, Any]) -> Iterator[str]:
    columns = [column for section in layout.get("horizontalSections") or () for column in section.get("columns") or ()]
    if aside := layout.get("verticalSection"):
        columns.append(aside)
    for column in columns:
        for part in column.get("webparts") or ():
            if text := part.get("innerHtml"):
                yield f"<div>{text}</div>"
