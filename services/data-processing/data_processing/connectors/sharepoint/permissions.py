"""Who may read which file, in batches: learn.microsoft.com/graph/api/driveitem-list-permissions."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any

from data_processing.connectors.contract import Unreadable, Wanted
from data_processing.connectors.sharepoint.graph import BATCH_SIZE, VERSION, Graph, error_of
from data_processing.connectors.sharepoint.groups import Groups
from data_processing.connectors.sharepoint.principals import Granted, granted
from oberaconnect.http.client import Answer
from oberaconnect.problems import TooMany, Unavailable

_FIELDS = "id,roles,link,invitation,grantedToV2,grantedToIdentitiesV2,expirationDateTime"

Readers = Sequence[str] | Unreadable


def file_readers(
    graph: Graph, groups: Groups, items: Sequence[Wanted], pool: Executor, *, with_links: bool
) -> dict[str, Readers]:
    """The readers of files in libraries, by key; without those that are gone.

    Raises:
        Problem: as `Graph.batch` and `Groups.readers`.
    """
    parts = [items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE)]
    found: dict[str, Readers] = {}
    for part in pool.map(lambda some: _of_batch(graph, some, with_links=with_links), parts):
        for item, result in part:
            if isinstance(result, Unreadable):
                found[item.key] = result
            else:
                found[item.key] = groups.readers(result, str(item.reference["web"]))
    return found


def _of_batch(
    graph: Graph, items: Sequence[Wanted], *, with_links: bool
) -> Iterable[tuple[Wanted, Granted | Unreadable]]:
    paths = {_path(item): item for item in items}
    results = []
    for path, answer in graph.batch(list(paths)).items():
        if answer.status not in (404, 410):
            results.append((paths[path], _granted(graph, answer, with_links=with_links)))
    return results


def _granted(graph: Graph, answer: Answer, *, with_links: bool) -> Granted | Unreadable:
    if answer.status == 429:
        raise TooMany("Microsoft Graph keeps holding our requests for permissions back.", retry_after_seconds=60)
    if answer.status != 200:
        remedy = f" {graph.remedy()}" if answer.status == 403 else ""
        return Unreadable(f"Its permissions cannot be read ({answer.status}, {error_of(answer)}).{remedy}")
    body = answer.json()
    if not isinstance(body, Mapping):
        raise Unavailable("Microsoft Graph sent permissions that cannot be read.")
    permissions: list[Mapping[str, Any]] = list(body.get("value") or ())
    if link := body.get("@odata.nextLink"):
        permissions += graph.values(str(link), "the permissions of a file")
    return granted(permissions, with_links=with_links, now=datetime.now(UTC))


def _path(item: Wanted) -> str:
    return f"{VERSION}/drives/{item.reference['drive']}/items/{item.reference['item']}/permissions?$select={_FIELDS}"
