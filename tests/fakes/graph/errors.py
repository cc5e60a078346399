"""How Microsoft says no.

Sources: learn.microsoft.com "Microsoft Graph error responses and resource types" (/graph/errors), "Common error
responses and codes" (/onedrive/developer/rest-api/concepts/errors), "Microsoft Entra authentication and authorization
error codes" (/entra/identity-platform/reference-error-codes).
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tests.fakes.graph.wire import Response

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class Refused(Exception):
    """A request that is answered with an error. `inner` is the more exact code that `innerError` carries."""

    def __init__(
        self, status: int, code: str, message: str, inner: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The body, as Microsoft Graph words it."""
        inner = {"date": "2026-01-05T09:00:00", "request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
        if self.inner:
            inner["code"] = self.inner
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}

    def response(self) -> Response:
        """The whole answer."""
        return answer(self.document(), self.status, self.headers)


class Unsigned(Refused):
    """No token, or none that counts: 401 with the challenge that Microsoft Graph sends."""

    def __init__(self, message: str) -> None:
        challenge = (
            'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
            'client_id="00000003-0000-0000-c000-000000000000"'
        )
        super().__init__(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def denied() -> Refused:
    """What SharePoint answers to who may not."""
    return Refused(403, "accessDenied", "Access denied")


def unprivileged() -> Refused:
    """What the directory answers to who may not."""
    return Refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def missing() -> Refused:
    """There is no such thing."""
    return Refused(404, "itemNotFound", "The resource could not be found.")


def invalid(message: str, inner: str = "") -> Refused:
    """The request makes no sense."""
    return Refused(400, "invalidRequest", message, inner)


def answer(document: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, {"Content-Type": JSON, "request-id": str(uuid.uuid4()), **(headers or {})})
