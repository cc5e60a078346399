"""One page of one part of a source: a library, the pages of a site, or a list."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_processing.connectors.contract import Item
from data_processing.connectors.sharepoint.graph import Graph, error_of
from oberaconnect.http.client import Answer

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """`saved`: where the part goes on, as JSON. `is_last`: of this run. `is_complete`: the part was named in full.

    `is_anew`: the listing of the part begins again with this page.
    """

    items: Sequence[Item]
    saved: Mapping[str, Any]
    is_last: bool
    gone: Sequence[str] = ()
    is_complete: bool = False
    is_anew: bool = False


@dataclass(frozen=True)
class Listed:
    """A page of a collection that is listed from beginning to end each time."""

    values: Sequence[Mapping[str, Any]]
    saved: Mapping[str, Any]
    is_last: bool
    is_first: bool


def listed(graph: Graph, fresh: str, saved: Mapping[str, Any], what: str) -> Listed | Answer:
    """The next page of a collection; the answer instead, when Graph does not give it to us.

    Raises:
        Problem: as `Graph.send`, and for what is no matter of this collection.
    """
    link = saved.get("next")
    answer = graph.send("GET", str(link or fresh))
    if link and answer.status in (400, 404, 410):
        _log.warning(
            "a stored link counts no more: the listing begins anew", extra={"of": what, "reason": error_of(answer)}
        )
        link = None
        answer = graph.send("GET", fresh)
    if answer.status in (403, 404):
        return answer
    body = answer.json() if answer.status == 200 else None
    if not isinstance(body, Mapping):
        raise graph.refusal(answer, what)
    values = list(body.get("value") or ())
    if follows := body.get("@odata.nextLink"):
        graph.own(str(follows))  # also a link that is only kept must be Graph's own
        return Listed(values, {"next": follows}, False, not link)
    return Listed(values, {}, True, not link)
