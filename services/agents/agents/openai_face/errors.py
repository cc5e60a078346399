"""Refusals in OpenAI's words, beside those of the platform."""

import json
import re
from collections.abc import Mapping
from typing import Any

from oberaconnect.problems import Problem

#: Below it OpenAI's clients look for their member `error`, in whatever refuses them.
FACE = "/api/agents/v1"

_PARTS = re.compile(r"/([0-9]+)(?=/|$)")
_CODES = {
    401: "invalid_api_key",
    403: "insufficient_permissions",
    429: "rate_limit_exceeded",
    503: "service_unavailable",
    504: "timeout",
}


def members(path: str, problem: Problem) -> Mapping[str, Any]:
    """The member `error` for a refusal at a path of this face; nothing elsewhere. See `web.Dialect`."""
    return {"error": error(problem)} if path == FACE or path.startswith(f"{FACE}/") else {}


def error(problem: Problem) -> dict[str, Any]:
    """A problem as OpenAI's error object: message, type, param, code."""
    if given := problem.extra.get("error"):
        return dict(given)
    param = None
    if problem.errors:
        # '#/messages/0/content' is called messages[0].content.
        param = _PARTS.sub(r"[\1]", problem.errors[0]["pointer"].removeprefix("#/")).replace("/", ".")
    kind = "invalid_request_error"
    if problem.status >= 500:
        kind = "server_error"
    elif problem.status == 429:
        kind = "rate_limit_error"
    return {"message": problem.detail, "type": kind, "param": param or None, "code": _CODES.get(problem.status)}


def frame(problem: Problem) -> str:
    """The last frame of a stream that broke off; OpenAI's clients raise it."""
    return f"data: {json.dumps({'error': error(problem)}, ensure_ascii=False)}\n\n"


def about(param: str, sentence: str, code: str = "unsupported_value") -> dict[str, Any]:
    """The member `error` of a refusal that is about one field; to be given to the `Problem` as `error`."""
    return {"message": sentence, "type": "invalid_request_error", "param": param, "code": code}
