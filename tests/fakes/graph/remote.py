"""What another process may ask of the server about itself: no part of Microsoft's interface.

GET  /_fake/counts   what arrived: kinds, statuses, concurrency, bytes_sent, unauthorised, bearers_at_downloads
POST /_fake/churn    {"write": 100, "delete": 10, "add": 5}: change the library
"""

import json
from typing import TYPE_CHECKING

from tests.fakes.graph.bulk import churn
from tests.fakes.graph.errors import answer, missing
from tests.fakes.graph.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.graph.graph import Graph


def remote(graph: "Graph", request: Request) -> Response:
    """Answer one such request."""
    seen = graph.seen
    if (request.method, request.path) == ("GET", "/_fake/counts"):
        return answer(
            {
                "kinds": seen.kinds,
                "statuses": {str(status): count for status, count in seen.statuses.items()},
                "concurrency": seen.concurrency,
                "bytes_sent": seen.bytes_sent,
                "unauthorised": len(seen.unauthorised),
                "bearers_at_downloads": len(seen.bearers_at_downloads),
            }
        )
    if (request.method, request.path) == ("POST", "/_fake/churn"):
        churn(graph, **{name: int(count) for name, count in json.loads(request.body).items()})
        return answer({"files": len(graph.truth(graph.drive))})
    raise missing()
