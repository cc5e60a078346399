"""The address of the platform's MCP server: `/api/agents/mcp`.

It is no operation of the REST API: what is said there is JSON-RPC, and the description of the tools is asked of it. The
guard before it is that of every route: a credential, or open mode with its rules for hosts and origins. Which tools,
resources and prompts there are depends on the scopes of the credential, so the address itself asks for none.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Flask, Response, g, request
from mcp.server.lowlevel import Server

from agents.mcp_face.bridge import MAX_BODY_BYTES, Bridge
from agents.mcp_face.caller import ENVIRON
from oberaconnect import stream

PATH = "/api/agents/mcp"


def mount(app: Flask, make: Callable[[], Server[Any]]) -> Bridge:
    """Add the address to an application that `web.create_app` made. `make` is called at the first request.

    Only POST: without sessions there is nothing to listen to and nothing to end, which the protocol says by 405.
    """
    bridge = Bridge(make)

    def mcp() -> Response:
        return _answer(bridge)

    app.add_url_rule(PATH, endpoint="mcp", view_func=mcp, methods=["POST"], provide_automatic_options=False)
    return bridge


def _answer(bridge: Bridge) -> Response:
    request.max_content_length = MAX_BODY_BYTES
    body = request.get_data()
    place = stream.long_answers()
    place.take()
    environ = {
        **request.environ,
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),  # also where the body came in chunks
        ENVIRON: g.principal,
    }
    try:
        answer: Response = Response.from_app(bridge, environ)  # type: ignore[assignment] # it is one of the class
    except BaseException:
        place.give()
        raise
    answer.call_on_close(place.give)
    return answer
