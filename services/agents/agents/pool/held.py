"""One connection to an MCP server. A task of its own opens it, holds it and closes it; others call through it.

Whoever opens the SDK's connection has to close it, in the same task: its task groups see to that, and to calls that
never end where it is ignored.
"""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

import anyio
import mcp_types
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, SubscriptionLost
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from agents.pool import failures
from agents.pool.child import Child
from agents.pool.failures import Broken
from agents.pool.pins import MAX_TOOLS, Seen, seen
from agents.pool.results import outcome
from agents.pool.server import Server, check_command
from agents.pool.texts import visible
from agents.tools.contract import Outcome
from oberaconnect import VERSION, http
from oberaconnect.problems import Conflict, NotFound, Problem, Timeout, Unavailable
from oberaconnect.settings import Settings

OPEN_SECONDS = 30.0
#: How long a list of tools is believed. A notice that it changed ends that at once, but not all servers give one.
RECHECK_SECONDS = 60.0
MAX_MESSAGE_BYTES = 8 * 2**20
_READ_SECONDS = 300.0
_MAX_PAGES = 50
_MAX_SAID = 2_000
_MAX_WORDS = 200
#: How long an ended connection is waited for to say why.
_WHY_SECONDS = 0.5
_CLIENT = mcp_types.Implementation(name="oberaconnect", version=VERSION)

Answer = TypeVar("Answer")
Observed = Callable[[Server, Sequence[Seen]], None]


class Held:
    """One connection, from `begin` to its end, which `ended` is told of. To be used within its event loop."""

    def __init__(
        self, settings: Settings, server: Server, *, observed: Observed, ended: Callable[["Held"], None]
    ) -> None:
        """`observed` keeps a list of tools that is new; it is called in a thread of its own."""
        self.server = server
        self.busy = 0
        self.used_at = time.monotonic()
        self.tools: Mapping[str, Seen] = {}
        self.left_out = 0
        self.protocol = ""
        self._info: mcp_types.Implementation | None = None
        self._settings = settings
        self._observed = observed
        self._ended = ended
        self._client: Client | None = None
        self._child: Child | None = None
        self._error: Problem | None = None
        self._was_sent = True
        self._status = 0
        self._is_stale = False
        self._is_retired = False
        self._listed_at = 0.0
        self._scope = anyio.CancelScope()
        self._settled = asyncio.Event()
        self._finished = asyncio.Event()
        self._over = asyncio.Event()
        self._listing = asyncio.Lock()
        self._places = asyncio.Semaphore(server.limits.calls_at_once)
        self._task: asyncio.Task[None] | None = None

    @property
    def about(self) -> dict[str, str] | None:
        """What the server calls itself: `name` and `version`; None when it does not say."""
        if self._info is None:
            return None
        return {"name": visible(self._info.name, _MAX_WORDS), "version": visible(self._info.version, _MAX_WORDS)}

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._over.is_set()

    def begin(self) -> None:
        """Let the owner open it."""
        self._task = asyncio.create_task(self._own(), name=f"mcp {self.server.name}")

    async def opened(self) -> None:
        """Wait until it can be used. Raises the `Problem` that kept it from being opened."""
        await self._settled.wait()
        if self._client is None:
            raise self._error or Unavailable(f"The connection to the MCP server '{self.server.name}' was closed.")

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """While something is done with it: it is not idle, and ends only afterwards when it is let go meanwhile."""
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1
            self.used_at = time.monotonic()
            if self._is_retired and not self.busy:
                self.end()

    def retire(self) -> None:
        """Let it end as soon as nothing is done with it any more."""
        self._is_retired = True
        if not self.busy:
            self.end()

    def end(self) -> None:
        """Let the owner close it."""
        self._over.set()
        if not self._settled.is_set():
            self._scope.cancel()

    async def close(self) -> None:
        """Let the owner close it, and wait until it has."""
        self.end()
        await self._finished.wait()

    def kill(self) -> None:
        """End its program at once."""
        if self._child is not None:
            self._child.kill()

    async def call(self, name: str, pin: str, arguments: Mapping[str, Any], progress: Callable[[str], None]) -> Outcome:
        """Call a tool whose definition has this hash.

        Raises:
            Broken: when the connection ended before there was an answer.
            Conflict, NotFound: when the tool is not what was approved; nothing was done.
            Problem: when the server's status tells why it refused.
        """
        async with self._places:
            await self._check(name, pin)
            return await self._called(name, arguments, progress)

    async def _check(self, name: str, pin: str) -> None:
        async with self._listing:
            if self._is_stale or time.monotonic() - self._listed_at > RECHECK_SECONDS:
                await self._listed_again()
        found = self.tools.get(name)
        if found is None:
            raise NotFound(f"The MCP server '{self.server.name}' has no tool '{visible(name, 100)}' any more.")
        if found.hash != pin:
            raise Conflict(
                f"The tool '{visible(name, 100)}' of the MCP server '{self.server.name}' is not what was approved: its"
                " server describes it differently now. It is not called until an administrator has looked at the"
                " change and approved it."
            )

    async def _listed_again(self) -> None:
        try:
            await self._guarded(self._list)
        except (MCPError, ValidationError, RuntimeError) as error:
            raise failures.explained(self.server, error, self._status, self._words()) from error
        except Broken as broken:  # before the tool was called
            raise Broken(broken.reason, undone=True) from broken

    async def _called(self, name: str, arguments: Mapping[str, Any], tell: Callable[[str], None]) -> Outcome:
        async def told(progress: float, total: float | None, message: str | None) -> None:
            share = f"{progress:g} of {total:g}" if total else f"{progress:g}"
            tell(visible(self.server.hidden(message or share), _MAX_WORDS))

        async def ask() -> Outcome:
            result = await self._connected().call_tool(name, dict(arguments), progress_callback=told)
            return outcome(result, self.server.limits.result_bytes, self.server.hidden)

        try:
            return await self._guarded(ask)
        except MCPError as error:
            if failures.is_status(error) and (problem := failures.by_status(self.server.name, self._status)):
                raise (Broken(problem) if isinstance(problem, Unavailable) else problem) from error
            said = visible(self.server.hidden(error.message), _MAX_SAID)
            return Outcome(f"The MCP server answered with an error: {said}", is_error=True)
        except (ValidationError, RuntimeError):
            return Outcome(
                "The tool was called, but what it answered is not what its description promises, so it is not shown.",
                is_error=True,
            )

    async def _guarded(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Ask something. What tells that the connection is of no use any more becomes `Broken`."""
        try:
            return await ask()
        except MCPError as error:
            if failures.is_forgotten(error):
                raise Broken(self._reason(), undone=True) from error
            if error.code != mcp_types.CONNECTION_CLOSED:
                raise
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            pass
        with anyio.move_on_after(_WHY_SECONDS):
            await self._finished.wait()  # the owner knows why
        raise Broken(self._reason(), undone=not self._was_sent)

    def _reason(self) -> Problem:
        return self._error or Unavailable(
            f"The MCP server '{self.server.name}' ended the connection. {self._words()}".strip()
        )

    def _words(self) -> str:
        return visible(self.server.hidden(self._child.last_words), _MAX_SAID) if self._child else ""

    def _connected(self) -> Client:
        if self._client is None:
            raise anyio.ClosedResourceError
        return self._client

    async def _own(self) -> None:
        try:
            with self._scope:
                self._scope.deadline = anyio.current_time() + OPEN_SECONDS
                await self._hold()
            if self._scope.cancelled_caught and not self._over.is_set():
                self._error = Timeout(
                    f"The MCP server '{self.server.name}' did not answer in time. {self._words()}".strip()
                )
        except Exception as error:
            self._was_sent = failures.was_sent(error)
            self._error = failures.explained(self.server, error, self._status, self._words())
        finally:
            self._client = None
            self._over.set()
            self._settled.set()
            self._finished.set()
            self._ended(self)

    async def _hold(self) -> None:
        async with (
            self._streams() as streams,
            Client(
                streams, client_info=_CLIENT, message_handler=self._heard, cache=None, read_timeout_seconds=None
            ) as client,
        ):
            self._client = client
            self.protocol, self._info = client.protocol_version, client.server_info
            await self._list()
            self._scope.deadline = math.inf
            self._settled.set()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._follow, client)
                await self._over.wait()
                tasks.cancel_scope.cancel()

    @asynccontextmanager
    async def _streams(self) -> AsyncGenerator[Any]:
        """The transport, not yet entered: the SDK's client does that."""
        server, allowed = self.server, self._settings.allowed_hosts
        if server.url is None:
            check_command(self._settings, server.argv)  # the operator may have thought better of it since
            folder = self._settings.data_dir.absolute() / "mcp" / str(server.id)
            self._child = Child(server.argv, server.env, folder, max_bytes=MAX_MESSAGE_BYTES, died=self._over.set)
            yield self._child.transport()
            return
        async with http.gated_client(
            server.url,
            headers=server.headers,
            allowed_hosts=allowed,
            read_seconds=_READ_SECONDS,
            max_bytes=MAX_MESSAGE_BYTES,
            answered=self._answered,
        ) as client:
            yield streamable_http_client(server.url, http_client=client, max_sse_event_size=MAX_MESSAGE_BYTES)

    def _answered(self, status: int) -> None:
        self._status = status

    async def _heard(self, message: object) -> None:
        if isinstance(message, mcp_types.ToolListChangedNotification):
            self._is_stale = True

    async def _follow(self, client: Client) -> None:
        """Servers of the protocol of 2026 tell of changes only to those who listen."""
        tools = client.server_capabilities.tools
        if tools is None or not tools.list_changed:
            return
        with suppress(MCPError, ListenNotSupportedError, SubscriptionLost, TimeoutError):
            async with client.listen(tools_list_changed=True) as events:
                async for _ in events:
                    self._is_stale = True

    async def _list(self) -> None:
        """Ask for the tools, and have them kept when they are not those of the last time."""
        self._is_stale = False  # before asking: a notice that comes meanwhile counts
        client, found, left_out = self._connected(), dict[str, Seen](), 0
        cursor: str | None = None
        for _ in range(_MAX_PAGES if client.server_capabilities.tools else 0):
            listed = await client.list_tools(cursor=cursor)
            for tool in listed.tools:
                one = seen(tool)
                if one is None or len(found) >= MAX_TOOLS:
                    left_out += 1
                else:
                    found[one.name] = one
            cursor = listed.next_cursor
            if cursor is None:
                break
        if found != self.tools or not self._listed_at:
            await asyncio.to_thread(self._observed, self.server, list(found.values()))
        self.tools, self.left_out, self._listed_at = found, left_out, time.monotonic()
