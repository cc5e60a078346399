"""The scripted MCP server of `mcp_child` behind real HTTP, with sessions, as a place that may misbehave there too."""

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.mcp_child import ECHO, Message, answered
from tests.fakes.web import Answer, Asked, Web

_JSON = {"Content-Type": "application/json"}


class McpWeb(Web):
    """The server. `plan` is that of `mcp_child.Script`; `instead` answers a method in place of the script."""

    def __init__(self, **plan: Any) -> None:
        """Listens on a free loopback port at once."""
        self.plan: dict[str, Any] = {"tools": [ECHO], "does": "echo", "begins": "well"} | plan
        self.instead: dict[str, Answer] = {}
        self.session = 1
        self.is_event_stream = False
        super().__init__(self._answered)

    @property
    def endpoint(self) -> str:
        """The address to enter."""
        return f"{self.url}/mcp"

    def messages(self, method: str) -> list[Message]:
        """What arrived of a method."""
        bodies = [json.loads(asked.body) for asked in self.asked if asked.method == "POST"]
        return [body for body in bodies if body.get("method") == method]

    def _answered(self, asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer(405)
        message = json.loads(asked.body)
        method = message.get("method", "")
        if method in self.instead:
            return self.instead[method]
        if "id" not in message:
            return Answer(202, b"")
        if method == "initialize":
            self.session += 1
        elif method != "server/discover" and _lower(asked.headers).get("mcp-session-id") != str(self.session):
            error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32001, "message": "Session not found"}}
            return Answer(404, json.dumps(error).encode(), _JSON)
        body = json.dumps(answered(message, self.plan)).encode()
        headers = {"mcp-session-id": str(self.session)}
        if self.is_event_stream:
            event = b"event: message\r\ndata: " + body + b"\r\n\r\n"
            return Answer(200, event, headers | {"Content-Type": "text/event-stream"})
        return Answer(200, body, headers | _JSON)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
