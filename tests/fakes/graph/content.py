"""The bytes of files: the redirection that Microsoft Graph answers with, and the address that it leads to.

Sources: learn.microsoft.com "Download driveItem content", "Download a file in another format" (/graph/api/
driveitem-get-content, driveitem-get-content-format): 302 to an address that is good for a short time and needs no
token; ranges are asked for there. RFC 9110, 13.1.5 (If-Range) and 14 (ranges).
"""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.fakes.graph.call import Call, route
from tests.fakes.graph.drives import BEFORE
from tests.fakes.graph.errors import Refused, missing
from tests.fakes.graph.pdf import pdf
from tests.fakes.graph.state import Content, Item
from tests.fakes.graph.wire import Request, Response
from tests.fakes.graph.world import World

_CONVERTIBLE = re.compile(r"csv|docx?|od[pst]|pot[mx]?|pps|ppsxm?|ppt[mx]?|rtf|xlsx?", re.IGNORECASE)
_PIECE = 2**18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class _Ticket:
    item: Item
    expires: float
    version: str = ""
    is_pdf: bool = False


class Downloads:
    """The addresses that were given out. `seconds` is how long those given out from now on are good for."""

    def __init__(self, world: World) -> None:
        """`url`, the server's own address, is set when it is known."""
        self.seconds = 180.0
        self.server = ""
        self._world = world
        self._tickets: dict[str, _Ticket] = {}

    def url(self, item: Item, *, version: str = "", is_pdf: bool = False) -> str:
        """A new address for a file."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = _Ticket(item, time.time() + self.seconds, version, is_pdf)
        return (
            f"{self.server}{quote(item.drive.site.path)}/_layouts/15/download.aspx"
            f"?UniqueId={item.guid}&Translate=false&tempauth=v1.{ticket}&ApiVersion=2.0"
        )

    def ticket(self, request: Request) -> _Ticket:
        """What an address stands for. Raises `Refused`."""
        ticket = self._tickets.get(request.query.get("tempauth", "").removeprefix("v1."))
        if ticket is None or time.time() > ticket.expires:
            raise Refused(401, "unauthenticated", "The download URL has expired.")
        if ticket.item.guid != request.query.get("UniqueId") or ticket.item.is_deleted:
            raise missing()
        return ticket

    def serve(self, ticket: _Ticket, request: Request) -> Response:
        """The bytes, or the range of them that was asked for."""
        with self._world.lock:
            item = ticket.item
            content = _content(ticket)
            headers = {
                "Content-Type": "application/pdf" if ticket.is_pdf else item.mime,
                "ETag": item.etag,
                "Accept-Ranges": "bytes",
                "Content-Disposition": f"attachment;filename*=utf-8''{quote(item.name)}",
            }
        start, stop = 0, content.size
        asked = _RANGE.fullmatch(request.headers.get("range", ""))
        if asked and (asked[1] or asked[2]) and request.headers.get("if-range", item.etag) == item.etag:
            if asked[1]:
                start, stop = int(asked[1]), min(int(asked[2]) + 1 if asked[2] else content.size, content.size)
            else:
                start = max(content.size - int(asked[2]), 0)
            if start >= stop:
                refused = {"Content-Range": f"bytes */{content.size}"}
                raise Refused(416, "invalidRange", "The specified byte range is invalid.", headers=refused)
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
        status = 206 if "Content-Range" in headers else 200
        if stop - start <= _PIECE:
            return Response(status, content.read(start, stop), headers)
        return Response(status, b"", headers, _pieces(content, start, stop), stop - start)


def content(call: Call) -> Response:
    """Where the bytes of a file are."""
    item = call.item()
    if item.content is None:
        raise Refused(400, "invalidRequest", "You cannot get content for a folder", "notAFile")
    call.graph.mischief.read(item)
    if call.request.headers.get("if-none-match") in (item.etag, item.ctag):
        return Response(304, b"", {"ETag": item.etag})
    wanted = call.request.query.get("format", "")
    if wanted and (wanted != "pdf" or not _CONVERTIBLE.fullmatch(item.name.rpartition(".")[2])):
        raise Refused(406, "notSupported", "The file cannot be converted to the format requested.", "invalidAcceptType")
    return Response(302, b"", {"Location": call.graph.downloads.url(item, is_pdf=bool(wanted))})


def version_content(call: Call) -> Response:
    """Where the bytes of an earlier version are."""
    item, label = call.item(), call["version"]
    if label not in [version.label for version in item.versions]:
        raise missing()
    return Response(302, b"", {"Location": call.graph.downloads.url(item, version=label)})


def _content(ticket: _Ticket) -> Content:
    item = ticket.item
    assert item.content is not None
    if ticket.is_pdf:
        data = pdf(item.text)
        return Content(data, len(data))
    return next((old.content for old in item.versions if old.label == ticket.version), item.content)


def _pieces(content: Content, start: int, stop: int) -> Iterator[bytes]:
    for at in range(start, stop, _PIECE):
        yield content.read(at, min(at + _PIECE, stop))


ROUTES = (
    route("GET", BEFORE + "/content", "content", content),
    route("GET", BEFORE + "/versions/{version}/content", "content", version_content),
)
