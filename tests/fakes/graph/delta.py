"""Following what changes in a drive.

Sources: learn.microsoft.com "driveItem: delta" (/graph/api/driveitem-delta): pages of 200; items may come more than
once; parentReference without path; in OneDrive for Business and SharePoint cTag is left out, and of deleted items the
name as well; 410 with a Location that starts afresh; the Prefer headers on permissions. "Best practices for discovering
files and detecting changes at scale" (/onedrive/developer/rest-api/concepts/scan-guidance): an answer holds what was
changed and the parents of it; hierarchicalsharing puts an empty `shared` on what stopped inheriting.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.fakes.graph import render
from tests.fakes.graph.call import Call
from tests.fakes.graph.errors import Refused, answer, invalid, unprivileged
from tests.fakes.graph.state import Drive, Item
from tests.fakes.graph.wire import Response

_HIERARCHY = "hierarchicalsharing"
#: The first of these counts only together with the others.
_FOR_SHARING = frozenset({"deltashowsharingchanges", "deltashowremovedasdeleted", "deltatraversepermissiongaps"})
_RESYNC = (
    "Resync required. Replace any local items with the server's version (including deletes) if you're sure that the "
    "service was up to date with your local changes when you last sync'd. Upload any local changes that the server "
    "doesn't know about."
)


@dataclass
class Deltas:
    """How delta behaves, where Microsoft leaves it open, and the listings that are under way.

    `shuffled`: parents may come after their children. `repeated`: the share of items that come twice.
    `shows_ctag`, `shows_deleted_name`: what the reference says SharePoint leaves out, but servers have been seen to
    send. `shows_hash`: whether files carry a quickXorHash. `link_style`: the token as an argument of the function, or
    in the query. `needs_full_control`: the headers on sharing are refused without Sites.FullControl.All. `late`: so
    many times more, whoever asks what has changed is told that nothing has: changes take a while to get around.
    """

    shuffled: bool = False
    repeated: float = 0.0
    shows_ctag: bool = False
    shows_deleted_name: bool = False
    shows_hash: bool = True
    link_style: str = "function"
    page_size: int = 200
    needs_full_control: bool = False
    late: int = 0
    listings: list[list[Item]] = field(default_factory=list)


@dataclass(frozen=True)
class _Token:
    """Since when (-1: from the beginning), or at which item of a listing that began with `since` and ends at `upto`."""

    drive: str
    generation: int
    since: int
    upto: int = 0
    listing: int = -1
    start: int = 0

    def text(self) -> str:
        parts = (self.drive, self.generation, self.since, self.upto, self.listing, self.start)
        return base64.urlsafe_b64encode(";".join(map(str, parts)).encode()).decode().rstrip("=")


def delta(call: Call) -> Response:
    """The next page of changes."""
    item = call.item()
    if item.parent is not None:
        # OneDrive for Business and SharePoint follow whole drives only.
        raise invalid("The expression is not valid: delta is supported only on the root folder.")
    drive, deltas = item.drive, call.graph.deltas
    preferred = _preferred(call)
    with_sharing = preferred >= _FOR_SHARING
    if with_sharing and deltas.needs_full_control and "Sites.FullControl.All" not in call.caller.roles:
        raise unprivileged()
    given = call["token"] or call.request.query.get("token", "")
    if given == "latest":
        return _last(call, drive, [], call.graph.history)
    token = _read(given, drive) if given else _Token(drive.guid, drive.generation, -1)
    if token.generation != drive.generation:
        fresh = _link(call, drive, _Token(drive.guid, drive.generation, -1))
        raise Refused(410, "resyncRequired", _RESYNC, "resyncApplyDifferences", {"Location": fresh})
    if deltas.late and token.since >= 0 and token.listing < 0:
        deltas.late -= 1
        return _last(call, drive, [], token.since)
    if token.listing < 0:
        upto = call.graph.history
        listing = _listing(call, drive, token.since, with_sharing)
        deltas.listings.append(listing)
        token = _Token(drive.guid, drive.generation, token.since, upto, len(deltas.listings) - 1)
    listing = deltas.listings[token.listing]
    stop = token.start + call.top(deltas.page_size)
    items = listing[token.start : stop]
    documents = [_document(call, found, token.since, preferred) for found in items]
    if stop >= len(listing):
        return _last(call, drive, documents, token.upto)
    following = _Token(drive.guid, drive.generation, token.since, token.upto, token.listing, stop)
    return _page(call, documents, "@odata.nextLink", _link(call, drive, following))


def _last(call: Call, drive: Drive, documents: list[dict[str, Any]], upto: int) -> Response:
    link = _link(call, drive, _Token(drive.guid, drive.generation, upto))
    return _page(call, documents, "@odata.deltaLink", link)


def _page(call: Call, documents: list[dict[str, Any]], name: str, link: str) -> Response:
    context = f"{call.graph.url}/v1.0/$metadata#Collection(driveItem)"
    return answer({"@odata.context": context, name: link, "value": documents})


def _listing(call: Call, drive: Drive, since: int, with_sharing: bool) -> list[Item]:
    """What a listing names, each item once: all that lives, or what was changed since and the folders around it."""
    if since < 0:
        items = [drive.root, *drive.root.below()]
    else:
        changed = [found for found in drive.items.values() if found.changed > since]
        if with_sharing:
            changed += [found for found in drive.items.values() if found.shared > since and not found.is_deleted]
        changed.sort(key=lambda found: max(found.changed, found.shared))
        without_parents = "deltaexcludeparent" in call.request.headers
        items = list(_with_parents(changed, without_parents))
    deltas, dice = call.graph.deltas, call.graph.mischief.dice
    if deltas.shuffled:
        items.sort(key=lambda found: dice("shuffle", found.id, since))
    if deltas.repeated:
        items += [found for found in items if dice("repeat", found.id, since) < deltas.repeated]
    return items


def _with_parents(changed: Iterable[Item], without: bool) -> Iterable[Item]:
    named: dict[str, Item] = {}
    for found in changed:
        if not (without or found.is_deleted):
            for parent in reversed(found.ancestors()):
                named.setdefault(parent.id, parent)
        named.setdefault(found.id, found)
    return named.values()


def _document(call: Call, found: Item, since: int, preferred: frozenset[str]) -> dict[str, Any]:
    deltas = call.graph.deltas
    if found.is_deleted:
        reference = render.parent_reference(found, with_path=False)
        document: dict[str, Any] = {"id": found.id, "parentReference": reference, "deleted": {"state": "deleted"}}
        document |= {"folder": {}} if found.is_folder else {"file": {}}
        if deltas.shows_deleted_name:
            document["name"] = found.name
    else:
        document = render.item(call.graph, found, with_path=False)
        if not deltas.shows_ctag:
            document.pop("cTag", None)
        if not deltas.shows_hash and "file" in document:
            del document["file"]["hashes"]
        _add_sharing(document, found, _HIERARCHY in preferred)
        if preferred >= _FOR_SHARING and -1 < since < found.shared:
            document["@microsoft.graph.sharedChanged"] = "True"
    return render.select({"@odata.type": "#microsoft.graph.driveItem", **document}, call.request.query)


def _add_sharing(document: dict[str, Any], found: Item, hierarchical: bool) -> None:
    own = {"scope": "users"} if found.permissions else {}
    if hierarchical:
        if not found.inherits or found.permissions:
            document["shared"] = own if found.parent else {}
    elif found.parent is not None and any(
        each.permissions for each in (found, *found.ancestors()) if each.parent is not None
    ):
        document["shared"] = {"scope": "users"}


def _preferred(call: Call) -> frozenset[str]:
    text = call.request.headers.get("prefer", "").lower()
    return frozenset(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def _link(call: Call, drive: Drive, token: _Token) -> str:
    base = f"{call.graph.url}/v1.0/drives/{drive.id}/root/delta"
    kept = "&".join(
        f"{name}={quote(value, safe=',*')}" for name, value in call.request.query.items() if name != "token"
    )
    if call.graph.deltas.link_style == "function":
        return f"{base}(token='{token.text()}')" + (f"?{kept}" if kept else "")
    return f"{base}?{kept}{'&' if kept else ''}token={token.text()}"


def _read(text: str, drive: Drive) -> _Token:
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(";")
        token = _Token(parts[0], *map(int, parts[1:]))
    except (binascii.Error, ValueError, TypeError, IndexError):
        raise invalid("The provided token is not valid.", "invalidParameterFormat") from None
    if token.drive != drive.guid:
        raise invalid("The provided token belongs to another drive.", "invalidParameterFormat")
    return token
