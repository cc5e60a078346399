"""Who answers which request, and what befalls it before."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fakes.graph import content, directory, drives, lists, pages, sites, subscriptions, writing
from tests.fakes.graph.batch import batch
from tests.fakes.graph.call import Call, Route
from tests.fakes.graph.errors import Refused, Unsigned, invalid, missing
from tests.fakes.graph.remote import remote
from tests.fakes.graph.seen import Asked
from tests.fakes.graph.sharepoint import rest
from tests.fakes.graph.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.graph.graph import Graph

_ROUTES: Sequence[Route] = (
    *content.ROUTES,
    *drives.ROUTES,
    *sites.ROUTES,
    *pages.ROUTES,
    *lists.ROUTES,
    *directory.ROUTES,
    *subscriptions.ROUTES,
    *writing.ROUTES,
)
_VERSION = "/v1.0"


class Front:
    """The entrance of the server."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        graph = self._graph
        path = request.path
        if path.startswith("/_fake/"):
            return remote(graph, request)
        with graph.seen.under_way():
            if graph.mischief.latency:
                time.sleep(graph.mischief.latency)
            if path.startswith(f"{_VERSION}/"):
                return self._of_graph(request, batched=False)
            first = path.split("/", 2)[1]
            if "/_layouts/15/download.aspx" in path:
                # The address itself is new each time; what it is about is not.
                key = f"download {request.query.get('UniqueId', '')}"
                return self._carry_out("download", key, request, lambda: self._download(request))
            if "/_api/" in path:
                return self._carry_out("sharepoint", request.target, request, lambda: rest(graph, request))
            if path.endswith("/oauth2/v2.0/token"):
                return self._carry_out("token", path, request, lambda: graph.tokens.issue(first, request))
            if path.endswith("/.well-known/openid-configuration"):
                return self._carry_out("discovery", path, request, lambda: graph.tokens.discovery(first))
            if path == "/common/discovery/instance":
                return self._carry_out("discovery", path, request, lambda: graph.tokens.instance(request))
            return self._carry_out("other", path, request, self._nothing)

    def _of_graph(self, request: Request, batched: bool) -> Response:
        graph = self._graph
        path = request.path.removeprefix(_VERSION).rstrip("/")
        kind = "graph"
        try:
            caller = graph.tokens.caller(request, "graph")
            if path == "/$batch" and not batched:
                inner = lambda each: self._of_graph(each, batched=True)  # noqa: E731
                return self._carry_out("batch", path, request, lambda: batch(request, inner))
            with graph.lock:
                path = sites.canonical(graph, caller.tenant, path)
            route, groups = _find(request.method, path)
            call = Call(graph, request, caller, groups)
            return self._carry_out(
                route.kind, f"{request.method} {request.target}", request, lambda: self._handle(route, call), batched
            )
        except Refused as refused:
            refusal = refused
            return self._carry_out(kind, request.target, request, lambda: _raise(refusal), batched)

    def _handle(self, route: Route, call: Call) -> Response:
        if route.kind == "subscription":
            # Asks whoever subscribes, who may in turn ask here.
            return route.handler(call)
        with self._graph.lock:
            return route.handler(call)

    def _download(self, request: Request) -> Response:
        if "authorization" in request.headers:
            self._graph.seen.bearers_at_downloads.append(request.target)
            raise Refused(401, "unauthenticated", "A preauthenticated URL takes no Authorization header.")
        ticket = self._graph.downloads.ticket(request)
        self._graph.mischief.read(ticket.item)
        return self._graph.downloads.serve(ticket, request)

    def _nothing(self) -> Response:
        raise missing()

    def _carry_out(
        self, kind: str, key: str, request: Request, handler: Callable[[], Response], batched: bool = False
    ) -> Response:
        seen, mischief = self._graph.seen, self._graph.mischief
        try:
            if struck := mischief.strike(kind, key):
                raise struck
            response = handler()
        except Refused as refused:
            if isinstance(refused, Unsigned):
                seen.unauthorised.append(request.target)
            response = refused.response()
        broken = "" if batched else mischief.breaks(kind, key)
        if broken == "drop":
            response = Response(0, drop=True)
        elif broken == "reset":
            response = replace(response, cut=response.size // 2)
        seen.note(Asked(kind, request.method, request.target, response.status, batched))
        return response


def _find(method: str, path: str) -> tuple[Route, dict[str, str | None]]:
    allowed = False
    for route in _ROUTES:
        if match := route.pattern.fullmatch(path):
            if route.method == method:
                return route, match.groupdict()
            allowed = True
    if allowed:
        raise Refused(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    raise invalid(f"Resource not found for the segment '{path.rsplit('/', 1)[-1]}'.")


def _raise(refused: Refused) -> Response:
    raise refused
