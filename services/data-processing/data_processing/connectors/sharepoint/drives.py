"""The changes of a library, page by page, by delta queries: learn.microsoft.com/graph/api/driveitem-delta.

A delta query is asked of a library's root: SharePoint and OneDrive for Business know it nowhere else. Where a library's
listing goes on is kept as a link of Graph's. A link that counts no more (410), or that Graph refuses as it refuses one
of another tenant, makes the listing begin anew.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data_processing.connectors.contract import Item
from data_processing.connectors.sharepoint.graph import VERSION, Graph, error_of
from data_processing.connectors.sharepoint.items import FIELDS, drive_item, folder_key
from data_processing.connectors.sharepoint.places import Drive
from data_processing.connectors.sharepoint.step import Step
from oberaconnect.http.client import Answer
from oberaconnect.problems import Problem, Unavailable

_PAGE_SIZE = 500
#: With this permission Graph tells of changed permissions, too. The three go together, says the reference.
_TELLS_SHARING = "Sites.FullControl.All"
_SHARING = "deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges"
_NOT_THERE = (400, 403, 404, 410)

_log = logging.getLogger(__name__)


def step(graph: Graph, drive: Drive, saved: Mapping[str, Any], permissions_hours: int, *, is_only: bool) -> Step:
    """The next page. `saved` holds what the step before left, or nothing.

    `next`: the page that follows, in a listing that is `whole` or not. `delta`: where the next run begins. `read`: when
    (seconds since 1970) all permissions were asked for last. `refused`: the library could not be read.

    Raises:
        Problem: as `Graph.get`; when the library is the source's only one, also because it cannot be read.
    """
    link = saved.get("next") or saved.get("delta")
    whole = bool(saved.get("whole", False)) if saved.get("next") else not link
    is_anew = False
    page = None
    if link:
        page = _followed(graph, drive, str(link), whole)
        if page is None:
            whole = is_anew = True
    if page is None:
        fresh = f"{VERSION}/drives/{drive.id}/root/delta?$select={FIELDS}&$top={_PAGE_SIZE}"
        answer = graph.send("GET", fresh, headers=_headers(graph, whole=True))
        if answer.status in (403, 404) and not is_only:
            return _refused(graph, drive, saved, answer)
        page = _page(graph, drive, answer)
    return _step(graph, drive, page, _State(saved, whole, is_anew, permissions_hours))


@dataclass(frozen=True)
class _State:
    saved: Mapping[str, Any]
    whole: bool
    is_anew: bool
    permissions_hours: int


def _followed(graph: Graph, drive: Drive, link: str, whole: bool) -> dict[str, Any] | None:
    """The page behind a stored link; None when the listing has to begin anew."""
    try:
        path = graph.own(link)
    except Problem:
        _log.warning("a stored link leads elsewhere: the library is listed anew", extra={"drive": drive.id})
        return None
    answer = graph.send("GET", path, headers=_headers(graph, whole=whole))
    if answer.status in _NOT_THERE:
        _log.warning(
            "a stored link counts no more, or is of another tenant: the library is listed anew",
            extra={"drive": drive.id, "status": answer.status, "reason": error_of(answer)},
        )
        return None
    page = _page(graph, drive, answer)
    others = {(raw.get("parentReference") or {}).get("driveId") for raw in page["value"]} - {None, drive.id}
    if others:
        _log.warning("a stored link is of another library: this one is listed anew", extra={"drive": drive.id})
        return None
    return page


def _page(graph: Graph, drive: Drive, answer: Answer) -> dict[str, Any]:
    if answer.status != 200:
        raise graph.refusal(answer, f"the library '{drive.name}'")
    page = answer.json()
    links = {"@odata.nextLink", "@odata.deltaLink"}
    if not isinstance(page, dict) or not isinstance(page.get("value"), list) or not links & page.keys():
        raise Unavailable(f"Microsoft Graph sent a page of library '{drive.name}' that cannot be read.")
    return page


def _headers(graph: Graph, *, whole: bool) -> dict[str, str]:
    headers = {}
    if _TELLS_SHARING in graph.roles():
        headers["Prefer"] = _SHARING
    if not whole:
        # Without the folders above what changed: a folder that is named did change itself.
        headers["deltaExcludeParent"] = "true"
    return headers


def _step(graph: Graph, drive: Drive, page: dict[str, Any], state: _State) -> Step:
    saved, whole = state.saved, state.whole
    found: dict[str, Item] = {}
    gone: dict[str, None] = {}
    if saved.get("refused"):
        gone[drive.id] = None
    for raw in page["value"]:  # an item may come twice: the last time counts
        key = folder_key(drive.id, str(raw["id"]))
        found.pop(key, None)
        gone.pop(key, None)
        if "deleted" in raw:
            gone[key] = None
        else:
            found[key] = drive_item(raw, _about(drive), has_new_readers=_has_new_readers(raw, whole))
    read = float(saved.get("read") or 0)
    if link := page.get("@odata.nextLink"):
        graph.own(str(link))  # also a link that is only kept must be Graph's own
        kept = {"next": link, "whole": whole, "read": read}
        return Step(list(found.values()), kept, False, list(gone), is_anew=state.is_anew)
    graph.own(str(page["@odata.deltaLink"]))
    now = time.time()
    if whole or now - read > state.permissions_hours * 3600:
        root = graph.get(f"{VERSION}/drives/{drive.id}/root?$select={FIELDS}", f"the library '{drive.name}'")
        item = drive_item({"root": {}, **root}, _about(drive), has_new_readers=True)
        found[item.key] = item
        read = now
    kept = {"delta": page["@odata.deltaLink"], "read": read}
    return Step(list(found.values()), kept, True, list(gone), is_complete=whole, is_anew=state.is_anew)


def _has_new_readers(raw: Mapping[str, Any], whole: bool) -> bool:
    """Whether permissions may have changed. In a whole listing, the root says it for all at its end.

    Graph marks items that are listed for their permissions, but no folders (msgraph-sdk-java, issue 2548), and a file
    that was moved inherits others: whatever is named in a listing of changes is asked again. The root is named always.
    """
    if whole:
        return False
    return "root" not in raw or str(raw.get("@microsoft.graph.sharedChanged", "")).lower() == "true"


def _refused(graph: Graph, drive: Drive, saved: Mapping[str, Any], answer: Answer) -> Step:
    """The other libraries go on; what is known of this one stays."""
    problem = graph.refusal(answer, f"the library '{drive.name}'").detail
    item = Item(
        key=drive.id, name=drive.name, path=drive.name, url=drive.url or None, problem=problem, partition=drive.id
    )
    kept = {name: value for name, value in saved.items() if name in ("delta", "read")}
    return Step([item], {**kept, "refused": True}, True)


def _about(drive: Drive) -> dict[str, str]:
    return {"id": drive.id, "name": drive.name, "site": drive.site, "web": drive.web}
