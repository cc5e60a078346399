"""The page of a flow, and its files. They are the same for everybody and hold no data: the page's script asks for them.

What it asks it asks as its reader, with the key that they typed in.
"""

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from flask import Response, request

from call_flow.api import api
from oberaconnect import draw
from oberaconnect.endpoint import PUBLIC, Model, Text
from oberaconnect.problems import NotFound

_HTML = "text/html; charset=utf-8"
_TYPES = {
    ".html": _HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".otf": "font/otf",
}
#: Everything comes from here, and nothing in the page itself is run.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class PageQuery(Model):
    """What the page is to show: its script asks for it, and says what is wrong with it."""

    version: Text | None = None
    client: Text | None = None


@api.get("/flows/<flow_id>/view", scope=PUBLIC, media_types=["text/html"], tag="Page")
def view_flow(flow_id: str, query: PageQuery) -> Response:
    """The page of a flow: its picture, a simulator, findings, assumptions and downloads.

    `version` and `client` as for the flow itself. The page holds no data: it asks for them with the reader's key.
    """
    return _file("view.html")


@api.get("/view/<name>", scope=PUBLIC, media_types=["text/css", "text/javascript", "font/otf"], tag="Page")
def page_file(name: str) -> Response:
    """A style, script or font of the page."""
    if name not in _files() or name == "view.html":
        raise NotFound()
    return _file(name)


def _file(name: str) -> Response:
    content, tag = _read(name)
    response = Response(content, content_type=_TYPES[name[name.rindex(".") :]])
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = _POLICY
    response.make_conditional(request)
    return response


@cache
def _read(name: str) -> tuple[bytes, str]:
    content = _files()[name].read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:32]


@cache
def _files() -> dict[str, Traversable]:
    """The page's files, and the fonts with which its pictures were measured."""
    folders = (resources.files("call_flow") / "view", resources.files(draw) / "fonts")
    return {item.name: item for folder in folders for item in folder.iterdir() if item.name.endswith(tuple(_TYPES))}
