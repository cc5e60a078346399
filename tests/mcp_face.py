"""The platform's MCP server as the SDK's own client meets it, over real HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import mcp_types as types
from mcp.client.client import Client
from mcp.client.context import ClientRequestContext
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.exceptions import MCPError
from tests import served
from tests.agents_service import Agents
from tests.face import CLIENTS

from agents import app
from oberaconnect.auth import SCOPES, Principal, internal_token
from oberaconnect.settings import Settings

#: Clients that shake hands first, and those that do not.
LEGACY: Literal["legacy"] = "legacy"
MODERN = "2026-07-28"

Found = TypeVar("Found")
Answering = Callable[[types.ElicitRequestFormParams], types.ElicitResult]


@dataclass(frozen=True)
class Door:
    """The server's address, and who comes with which kind of client. `answering` fills in forms."""

    url: str
    settings: Settings
    token: str = ""
    mode: Any = "auto"
    answering: Answering | None = None
    progress: list[str] = field(default_factory=list)

    def of(self, who: str, scopes: Iterable[str] = SCOPES) -> "Door":
        """The same for somebody with so many rights."""
        principal = Principal(who, CLIENTS[who], frozenset({CLIENTS[who]}), frozenset(scopes))
        return self.with_key(internal_token(self.settings, principal, "agents", scopes))

    def with_key(self, token: str) -> "Door":
        """The same with a credential."""
        return replace(self, token=token)

    def by(self, mode: str, answering: Answering | None = None) -> "Door":
        """The same with another kind of client."""
        return replace(self, mode=mode, answering=answering)

    def does(self, work: Callable[[Client], Awaitable[Found]]) -> Found:
        """What somebody does while connected."""
        return asyncio.run(self._connected(work))

    def call(self, tool: str, arguments: dict[str, Any] | None = None, **options: Any) -> types.CallToolResult:
        """The result of a tool."""

        async def told(progress: float, total: float | None, message: str | None) -> None:
            self.progress.append(message or "")

        return self.does(lambda client: client.call_tool(tool, arguments or {}, progress_callback=told, **options))

    def data(self, tool: str, arguments: dict[str, Any] | None = None) -> Any:
        """What a tool that succeeds gives to programs."""
        found = self.call(tool, arguments)
        assert not found.is_error, text(found)
        return found.structured_content

    def tools(self) -> dict[str, types.Tool]:
        """The tools, in the order in which they are told."""
        return {tool.name: tool for tool in self.does(lambda client: client.list_tools()).tools}

    async def _connected(self, work: Callable[[Client], Awaitable[Found]]) -> Found:
        async def asked(context: ClientRequestContext, params: types.ElicitRequestParams) -> types.ElicitResult:
            assert self.answering is not None
            assert isinstance(params, types.ElicitRequestFormParams)
            return self.answering(params)

        refused: MCPError | None = None
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with (
            create_mcp_http_client(headers=headers) as http,
            Client(
                streamable_http_client(self.url, http_client=http),
                mode=self.mode,
                elicitation_callback=asked if self.answering else None,
            ) as client,
        ):
            try:
                found = await work(client)
            except MCPError as error:  # the connection's groups of tasks would wrap it
                refused = error
        if refused is not None:
            raise refused
        return found


def text(result: types.CallToolResult) -> str:
    """What a model reads of a result."""
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    return block.text


@contextmanager
def serving(service: Agents) -> Iterator[Door]:
    """The door of a service, until the block ends."""
    application = app.assemble(service.parts)
    with ThreadPoolExecutor(24) as threads, served.serving(application, threads) as base:
        yield Door(f"{base}/api/agents/mcp", service.settings)
