"""Several requests in one.

Source: learn.microsoft.com "Combine multiple HTTP requests using JSON batching" (/graph/json-batching): at most 20;
each is answered by itself, in any order, and may be throttled by itself; what depends on a failed one fails with 424.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.fakes.graph.errors import Refused, answer
from tests.fakes.graph.wire import Request, Response

_MOST = 20


def batch(request: Request, carry_out: Callable[[Request], Response]) -> Response:
    """Answer a batch, the last request first where the order is free."""
    try:
        requests = json.loads(request.body)["requests"]
        ids = [str(each["id"]).lower() for each in requests]
    except (ValueError, KeyError, TypeError):
        raise _malformed("Invalid batch payload format.") from None
    if len(requests) > _MOST:
        raise _malformed(f"Number of batch request steps exceeds the maximum value of {_MOST}.")
    if len(set(ids)) < len(ids):
        raise _malformed("Duplicate request id in batch.")
    if any("dependsOn" in each for each in requests):
        return answer({"responses": _in_turn(requests, request, carry_out)})
    return answer({"responses": [_one(each, request, carry_out) for each in reversed(requests)]})


def _in_turn(
    requests: list[dict[str, Any]], request: Request, carry_out: Callable[[Request], Response]
) -> list[dict[str, Any]]:
    failed: set[str] = set()
    responses = []
    for each in requests:
        if failed & set(each.get("dependsOn", ())):
            refused = Refused(424, "FailedDependency", "A request that this one depends on failed.")
            response = _shown(str(each["id"]), refused.response())
        else:
            response = _one(each, request, carry_out)
        if response["status"] >= 400:
            failed.add(str(each["id"]))
        responses.append(response)
    return responses


def _one(each: dict[str, Any], outer: Request, carry_out: Callable[[Request], Response]) -> dict[str, Any]:
    headers = {str(name).lower(): str(value) for name, value in each.get("headers", {}).items()}
    headers["authorization"] = outer.headers.get("authorization", "")
    body = json.dumps(each["body"]).encode() if "body" in each else b""
    target = f"/v1.0/{str(each['url']).lstrip('/')}"
    return _shown(str(each["id"]), carry_out(Request(str(each["method"]).upper(), target, headers, body)))


def _shown(key: str, response: Response) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": key, "status": response.status, "headers": dict(response.headers)}
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        shown["headers"]["Content-Type"] = "application/json"
        shown["body"] = json.loads(response.body)
    elif response.body:
        shown["body"] = base64.b64encode(response.body).decode()
    return shown


def _malformed(message: str) -> Refused:
    return Refused(400, "BadRequest", message)
