"""The items of a list, each as a small HTML document, and the files attached to them.

Reference: learn.microsoft.com/graph/api/listitem-list, resources/fieldvalueset. Graph v1.0 tells that an item has
attachments, but not which; SharePoint's own interface does.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from data_processing.connectors.contract import Item
from data_processing.connectors.sharepoint.graph import VERSION, Graph
from data_processing.connectors.sharepoint.items import person
from data_processing.connectors.sharepoint.pages import document
from data_processing.connectors.sharepoint.places import Site, SiteList
from data_processing.connectors.sharepoint.site import SharePoint
from data_processing.connectors.sharepoint.step import Listed, Step, listed

_PAGE_SIZE = 200
#: Fields that SharePoint keeps for itself; what matters of them is in the metadata.
_INTERNAL = frozenset(
    {
        "id", "Title", "ContentType", "Modified", "Created", "AuthorLookupId", "EditorLookupId", "Attachments", "Edit",
        "LinkTitle", "LinkTitleNoMenu", "ItemChildCount", "FolderChildCount", "AppAuthorLookupId", "AppEditorLookupId",
        "ComplianceAssetId",
    }
)  # fmt: skip
#: A character that the internal name of a column does not take: `Phone_x0020_number`.
_ENCODED = re.compile(r"_x([0-9a-fA-F]{4})_")
_MARKUP = re.compile(r"</?(?:div|p|br|span|ul|ol|table|a|b|i|strong|em)\b", re.IGNORECASE)


def partition(of: SiteList) -> str:
    """The part of a source that a list is; also the key of its folder."""
    return f"list:{of.id}"


def step(graph: Graph, sharepoint: SharePoint, site: Site, of: SiteList, saved: Mapping[str, Any]) -> Step:
    """The next items. Raises as `listed` and `SharePoint.values`."""
    fresh = f"{VERSION}/sites/{site.id}/lists/{of.id}/items?$expand=fields&$top={_PAGE_SIZE}"
    what = f"the list '{of.name}'"
    found = listed(graph, fresh, saved, what)
    if not isinstance(found, Listed):
        return Step([_folder(of, graph.refusal(found, what).detail)], {}, True)
    items = [_folder(of)] if found.is_first else []
    for raw in found.values:
        item = _item(raw, site, of)
        items.append(item)
        if (raw.get("fields") or {}).get("Attachments"):
            items += _attachments(sharepoint, site, of, item)
    return Step(items, found.saved, found.is_last, is_complete=found.is_last, is_anew=found.is_first)


def _folder(of: SiteList, problem: str = "") -> Item:
    return Item(
        key=partition(of),
        name=of.name,
        path=of.name,
        is_folder=not problem,
        url=of.url or None,
        problem=problem,
        partition=partition(of),
    )


def _item(raw: Mapping[str, Any], site: Site, of: SiteList) -> Item:
    number = str(raw["id"])
    fields: Mapping[str, Any] = raw.get("fields") or {}
    title = str(fields.get("Title") or fields.get("LinkTitle") or f"{of.name} {number}")
    metadata = {
        "author": person(raw.get("createdBy")),
        "editor": person(raw.get("lastModifiedBy")),
        "created": raw.get("createdDateTime"),
        "modified": raw.get("lastModifiedDateTime"),
        "version": fields.get("_UIVersionString"),
        "list": of.name,
        "site": site.name,
    }
    content = document(title, _rows(fields))
    return Item(
        key=f"{partition(of)}/{number}",
        name=f"{title}.html",
        tag=str(raw.get("eTag") or raw.get("@odata.etag") or raw.get("lastModifiedDateTime") or ""),
        parent=partition(of),
        url=str(raw["webUrl"]) if raw.get("webUrl") else None,
        size=len(content),
        metadata={name: str(value) for name, value in metadata.items() if value},
        reference={"list": of.id, "number": number, "web": site.web},
        content=content,
        has_new_readers=True,
        partition=partition(of),
    )


def _attachments(sharepoint: SharePoint, site: Site, of: SiteList, item: Item) -> list[Item]:
    if not sharepoint.is_open:
        return [
            Item(
                key=f"{item.key}/attachments",
                name=f"Attachments of {item.name}",
                parent=item.parent,
                url=item.url,
                problem="Attachments of list items can be read by applications with a certificate only. Sign in with "
                "one (AZURE_CLIENT_CERTIFICATE, or the secret 'certificate').",
                partition=item.partition,
            )
        ]
    path = f"lists(guid'{of.id}')/items({int(item.reference['number'])})/AttachmentFiles"
    found = sharepoint.values(site.web, path, f"the attachments of list '{of.name}'")
    return [
        Item(
            key=f"{item.key}/{raw['FileName']}"[:512],
            name=str(raw["FileName"]),
            tag=item.tag,
            parent=item.parent,
            url=item.url,
            metadata=item.metadata,
            reference={**item.reference, "file": str(raw["FileName"])},
            has_new_readers=True,
            partition=item.partition,
        )
        for raw in found
    ]


def _rows(fields: Mapping[str, Any]) -> str:
    rows = []
    for name, value in fields.items():
        if name in _INTERNAL or name.startswith(("@", "_")) or name.endswith("LookupId"):
            continue
        if text := _shown(value):
            label = _ENCODED.sub(lambda found: chr(int(found[1], 16)), name)
            rows.append(f"<p><strong>{escape(label)}</strong>: {text}</p>" if "<" not in text else _rich(label, text))
    return "".join(rows)


def _rich(label: str, text: str) -> str:
    return f"<p><strong>{escape(label)}</strong>:</p><div>{text}</div>"


def _shown(value: Any) -> str:
    """A value as HTML: texts of a rich column as they are, all else escaped."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):  # a person or lookup, an address, a term
        parts = [value.get(name) for name in ("LookupValue", "Label", "Description", "Url", "Email")]
        return ", ".join(escape(str(part)) for part in parts if part)
    if isinstance(value, list):
        return ", ".join(text for part in value if (text := _shown(part)))
    text = str(value)
    return text if _MARKUP.search(text) else escape(text)
