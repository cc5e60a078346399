"""Documents and call flows as resources: the newest in a list, all others by their address.

obera://documents/{id}     obera://clients/{client}/documents/{id}     the text of a document
obera://flows/{id}         obera://clients/{client}/flows/{id}         a flow as Mermaid, and its specification
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from agents.tools.contract import Calling
from agents.tools.platform import Acting, Service
from oberaconnect.auth import Principal
from oberaconnect.problems import Forbidden, NotFound, Problem, Unprocessable
from oberaconnect.settings import Settings

_ADDRESS = re.compile(
    r"^obera://(?:clients/(?P<client>[a-z0-9-]{1,63})/)?(?P<kind>documents|flows)/(?P<id>[\w.-]{1,128})\Z"
)
_MOST = 50
#: A list asks each of its clients; whoever may act for more finds the others by their addresses.
_MOST_CLIENTS = 10
_SECONDS = 30.0


@dataclass(frozen=True)
class _Kind:
    """A kind of resources: the service that has them, and how one is described and read."""

    name: str
    title: str
    scope: str
    service: Service
    mime_type: str
    described: Callable[[str, Any], types.Resource]
    read: Callable[[Acting, str], list[tuple[str, str]]]


class Resources:
    """What may be read. Safe under threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked before somebody reads."""
        data = Service(settings, "data-processing", settings.data_url, "data")
        flows = Service(settings, "call-flow", settings.callflow_url, "callflow")
        self._kinds = {
            "documents": _Kind("documents", "Document", "data:read", data, "text/plain", _document, _document_text),
            "flows": _Kind("flows", "Call flow", "callflow:read", flows, "text/vnd.mermaid", _flow, _flow_parts),
        }

    def listed(self, principal: Principal) -> list[types.Resource]:
        """The newest of what a caller may read. A service that is away leaves its own out."""
        return [one for kind in self._allowed(principal) for one in self._newest(kind, principal)]

    def templates(self, principal: Principal) -> list[types.ResourceTemplate]:
        """How all others are addressed."""
        return [
            types.ResourceTemplate(
                uri_template=f"obera://{place}{kind.name}/{{id}}",
                name=f"{place and 'client_'}{kind.name}",
                title=f"{kind.title}{place and ' of a client'}",
                mime_type=kind.mime_type,
            )
            for kind in self._allowed(principal)
            for place in ("", "clients/{client}/")
        ]

    def read(self, principal: Principal, uri: str) -> types.ReadResourceResult:
        """One of them.

        Raises:
            MCPError: there is none that the caller may read, in the same words whether it exists or not.
            Problem: the service that has it is away.
        """
        found = _ADDRESS.match(uri)
        if found is None:
            raise _missing(uri)
        kind = self._kinds[found["kind"]]
        try:
            acting = self._acting(kind, principal.for_client(found["client"]))
            parts = kind.read(acting, found["id"])
        except (NotFound, Forbidden, Unprocessable):
            raise _missing(uri) from None
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type=mime, text=text) for mime, text in parts]
        )

    def _allowed(self, principal: Principal) -> Iterable[_Kind]:
        return (kind for kind in self._kinds.values() if kind.scope in principal.scopes)

    def _newest(self, kind: _Kind, principal: Principal) -> list[types.Resource]:
        clients = [principal.tenant, *sorted((principal.clients or frozenset()) - {principal.tenant})][:_MOST_CLIENTS]
        rows: list[tuple[str, str, Any]] = []
        for client in clients:
            home = "obera://" if client == principal.tenant else f"obera://clients/{client}/"
            try:
                page = self._acting(kind, principal.for_client(client)).get(kind.name, params={"limit": _MOST})
            except Problem:
                break  # it is away for the others too
            rows += [(row["created_at"], f"{home}{kind.name}/", row) for row in page["items"]]
        newest = sorted(rows, key=lambda one: one[0], reverse=True)[:_MOST]
        return [kind.described(place, row) for _, place, row in newest]

    def _acting(self, kind: _Kind, principal: Principal) -> Acting:
        return kind.service.acting(Calling(principal, key="", seconds=_SECONDS), kind.scope)


def _missing(uri: str) -> MCPError:
    return MCPError(types.INVALID_PARAMS, "There is no such resource.", {"uri": uri})


def _document(place: str, row: Any) -> types.Resource:
    return types.Resource(
        uri=f"{place}{row['id']}",
        name=row["name"],
        title=row["title"] or row["name"],
        description=f"{row['type']} in the collection '{row['collection']}'",
        mime_type="text/plain",
    )


def _document_text(acting: Acting, identifier: str) -> list[tuple[str, str]]:
    title = acting.get("documents", identifier)["title"]
    return [("text/plain", f"{title}\n\n{acting.text('documents', identifier, 'text')}")]


def _flow(place: str, row: Any) -> types.Resource:
    return types.Resource(
        uri=f"{place}{row['flow_id']}",
        name=row["flow_id"],
        title=f"Call flow of {row['customer']}",
        description=f"Version {row['number']}, {'approved' if row['approved'] else 'not approved'}",
        mime_type="text/vnd.mermaid",
    )


def _flow_parts(acting: Acting, identifier: str) -> list[tuple[str, str]]:
    flow = acting.get("flows", identifier)["flow"]
    picture = acting.text("render", "mermaid", params={"flow_id": identifier})
    return [("text/vnd.mermaid", picture), ("application/json", json.dumps(flow, ensure_ascii=False))]
