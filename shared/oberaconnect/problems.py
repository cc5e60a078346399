"""Errors that speak HTTP: RFC 9457 problem documents, raised anywhere and rendered once.

    Problem
    ├── BadRequest 400            ├── Unprocessable 422
    ├── Unauthorized 401          ├── TooMany 429
    ├── Forbidden 403             ├── InternalError 500
    ├── NotFound 404              ├── Unavailable 503
    ├── MethodNotAllowed 405      ├── Timeout 504
    ├── Conflict 409              └── InsufficientStorage 507
    ├── TooLarge 413
    ├── UnsupportedMediaType 415
    └── MisdirectedRequest 421

The docstring of a class is the sentence shown when the raiser has nothing more precise to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

MEDIA_TYPE = "application/problem+json"


class FieldError(TypedDict):
    """One invalid place in a request: a JSON pointer fragment and what is wrong there."""

    pointer: str
    detail: str


class Problem(Exception):
    """The request could not be carried out."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal Server Error"
    type: ClassVar[str] = "about:blank"

    def __init__(
        self,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldError] = (),
        **extra: Any,
    ) -> None:
        """`detail` is for the person reading it; `extra` members go into the document as they are."""
        self.detail = detail or " ".join((self.__doc__ or "").split())
        self.headers = dict(headers or {})
        self.errors = list(errors)
        self.extra = extra
        super().__init__(self.detail)

    def document(self, instance: str | None = None, request_id: str | None = None) -> dict[str, Any]:
        """The problem document as a JSON-ready dictionary."""
        body: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if instance:
            body["instance"] = instance
        if request_id:
            body["request_id"] = request_id
        if self.errors:
            body["errors"] = self.errors
        return body | self.extra


class BadRequest(Problem):
    """The request could not be read."""

    status = 400
    title = "Bad Request"


class Unauthorized(Problem):
    """A valid API key or token is needed. Send it as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'."""

    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        """Adds the challenge that RFC 9110 asks of every 401."""
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="oberaconnect"'}, **extra)


class Forbidden(Problem):
    """This credential does not allow that."""

    status = 403
    title = "Forbidden"


class NotFound(Problem):
    """There is nothing at this address."""

    status = 404
    title = "Not Found"


class MethodNotAllowed(Problem):
    """This address does not take that method."""

    status = 405
    title = "Method Not Allowed"


class Conflict(Problem):
    """The state of the resource does not allow that now."""

    status = 409
    title = "Conflict"


class TooLarge(Problem):
    """The request is larger than this service takes."""

    status = 413
    title = "Content Too Large"


class UnsupportedMediaType(Problem):
    """Send the body as application/json."""

    status = 415
    title = "Unsupported Media Type"


class MisdirectedRequest(Problem):
    """This host name is not served here. In open mode only localhost, 127.0.0.1 and [::1] are."""

    status = 421
    title = "Misdirected Request"


class Unprocessable(Problem):
    """The request was read, but its content is not valid."""

    status = 422
    title = "Unprocessable Content"


class TooMany(Problem):
    """Too many requests at once. Wait a moment and try again."""

    status = 429
    title = "Too Many Requests"

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 1, **extra: Any) -> None:
        """Every 429 says when to come back."""
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)}, **extra)


class InternalError(Problem):
    """Something went wrong on our side. The log has the details under this request id."""


class Unavailable(Problem):
    """A part of the platform that this request needs is not available right now."""

    status = 503
    title = "Service Unavailable"

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 5, **extra: Any) -> None:
        """Every 503 says when to come back."""
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)}, **extra)


class Timeout(Problem):
    """A part of the platform that this request needs did not answer in time."""

    status = 504
    title = "Gateway Timeout"


class InsufficientStorage(Problem):
    """There is not enough free disk space to accept this."""

    status = 507
    title = "Insufficient Storage"


#: Problem classes by status, for translating an HTTP status into our words.
BY_STATUS: dict[int, type[Problem]] = {
    cls.status: cls
    for cls in (
        BadRequest,
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        TooLarge,
        UnsupportedMediaType,
        MisdirectedRequest,
        Unprocessable,
        TooMany,
        InternalError,
        Unavailable,
        Timeout,
        InsufficientStorage,
    )
}
