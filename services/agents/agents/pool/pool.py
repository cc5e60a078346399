"""The open connections of a process to MCP servers: one event loop in a thread of its own, used from any thread."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

import anyio

from agents.pool.failures import Broken
from agents.pool.held import Held
from agents.pool.pins import Seen
from agents.pool.server import Server, opened
from agents.pool.tools import RemoteTool, specs
from agents.store import servers
from agents.tools.contract import Calling, Outcome, Tool
from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import Conflict, Timeout, TooMany, Unavailable
from oberaconnect.settings import Settings

MAX_OPEN = 32
IDLE_SECONDS = 600.0
SWEEP_SECONDS = 15.0
_CHECK_SECONDS = 0.25
_CLOSE_SECONDS = 6.0
_JOIN_SECONDS = 2.0
#: What of the SDK's own logs would hold what servers say: the pool says itself what goes wrong.
_QUIET = ("mcp", "client", "httpx2", "httpcore2")

Answer = TypeVar("Answer")
_UNKNOWN = "It is not known whether the call was carried out: look before it is made again."


class Pool:
    """MCP servers, each connected to when it is first needed and kept while it is used. Safe under threads."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Nothing runs before `start`."""
        self.settings = settings
        self._database = database
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._held: dict[UUID, Held] = {}
        self._open: set[Held] = set()
        self._ending = asyncio.Event()
        self._is_closing = False

    def start(self) -> None:
        """Begin the thread of the connections."""
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._loop = loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="mcp", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all connections, within seconds: what does not end by then is killed."""
        self._is_closing = True
        if self._loop is None or self._thread is None:
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._close_all(), self._loop).result(_CLOSE_SECONDS)
        for held in list(self._open):
            held.kill()
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_JOIN_SECONDS)
        self._loop = None

    def tools(self, connection: Connection) -> dict[str, Tool]:
        """What the servers of the transaction's tenants offer, by name: approved, unchanged, of enabled servers."""
        return {name: RemoteTool(spec, pin, self.call) for name, (spec, pin) in specs(connection).items()}

    def call(self, tool: RemoteTool, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Call a tool of a server, after looking whether it still may be.

        Raises:
            Unavailable, TooMany: the server is away or busy, and nothing was done.
            Timeout, Conflict, NotFound, Problem: with what to do; whether it was done, where that is not known.
        """
        pin = tool.pin
        with self._database.transaction(pin.tenant) as connection:
            row = servers.find(connection, pin.server_id)
            if not row["enabled"]:
                raise Conflict(f"The MCP server '{row['name']}' is switched off. An administrator can switch it on.")
            found = servers.tool(connection, pin.server_id, pin.name)
            if found["status"] != "approved" or found["hash"] != pin.hash:
                raise Conflict(
                    f"The tool '{tool.spec.name}' was changed, or is not approved any more. It is not called until an"
                    " administrator has approved it again."
                )
            server = opened(connection, self.settings, row)
        seconds = min(calling.seconds, server.limits.seconds)
        return self._wait(lambda tell: self._call(server, tool, arguments, seconds, tell), calling)

    def look(self, server: Server, calling: Calling) -> dict[str, Any]:
        """Connect to a server anew, whatever is open, and list its tools, which are kept as seen.

        Returns:
            `protocol`, `server` (`name`, `version`), `milliseconds`, `left_out`: tools too large or too many to take.
        Raises:
            Problem: why that was not possible.
        """
        return self._wait(lambda _: self._look(server), calling)

    def is_open(self, server_id: UUID) -> bool:
        """Whether there is a connection to this server."""
        return any(held.server.id == server_id for held in list(self._open))

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(self._live())

    def _wait(self, begin: Callable[[Callable[[str], None]], Coroutine[Any, Any, Answer]], calling: Calling) -> Answer:
        """Run something in the loop. What it tells of itself is passed on here, in the thread of the caller."""
        if self._is_closing or self._loop is None:
            raise Unavailable("This process is ending.")
        told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        running: Future[Answer] = asyncio.run_coroutine_threadsafe(begin(told.put), self._loop)
        running.add_done_callback(lambda _: told.put(None))
        try:
            while True:
                with suppress(queue.Empty):
                    if (sentence := told.get(timeout=_CHECK_SECONDS)) is None:
                        return running.result()
                    calling.progress(sentence)
                calling.check()
        except CancelledError:
            raise Unavailable("This process is ending.") from None
        finally:
            running.cancel()  # of no effect when it has ended

    async def _call(
        self,
        server: Server,
        tool: RemoteTool,
        arguments: Mapping[str, Any],
        seconds: float,
        tell: Callable[[str], None],
    ) -> Outcome:
        may_repeat = tool.spec.idempotent or tool.spec.tool_class == "read"
        try:
            with anyio.fail_after(seconds):
                try:
                    return await self._once(server, tool, arguments, tell)
                except Broken as broken:
                    if not (may_repeat or broken.undone):
                        raise
                return await self._once(server, tool, arguments, tell)
        except Broken as broken:
            if may_repeat or broken.undone:
                raise broken.reason from broken
            raise Conflict(f"{broken.reason.detail} {_UNKNOWN}") from broken
        except TimeoutError as error:
            sentence = f"The MCP server '{server.name}' did not answer within {seconds:g} seconds."
            raise Timeout(sentence if may_repeat else f"{sentence} {_UNKNOWN}") from error

    async def _once(
        self, server: Server, tool: RemoteTool, arguments: Mapping[str, Any], tell: Callable[[str], None]
    ) -> Outcome:
        held = self._connection(server)
        with held.in_use():
            await held.opened()
            try:
                return await held.call(tool.pin.name, tool.pin.hash, arguments, tell)
            except Broken:
                self._let_go(held)
                raise

    def _connection(self, server: Server) -> Held:
        held = self._held.get(server.id)
        if held is not None and (held.is_over or held.server.revision != server.revision):
            self._let_go(held)
            held = None
        if held is None:
            self._make_room()
            held = self._held[server.id] = self._begin(server)
        return held

    def _begin(self, server: Server) -> Held:
        held = Held(self.settings, server, observed=self._observed, ended=self._forget)
        self._open.add(held)
        held.begin()
        return held

    def _make_room(self) -> None:
        if len(self._held) < MAX_OPEN:
            return
        idle = [held for held in self._held.values() if not held.busy]
        if not idle:
            raise TooMany("Too many MCP servers are in use at once. Try again in a moment.", retry_after_seconds=5)
        self._let_go(min(idle, key=lambda held: held.used_at))

    def _let_go(self, held: Held) -> None:
        """No longer found, and closed when nothing is done with it any more."""
        if self._held.get(held.server.id) is held:
            del self._held[held.server.id]
        held.retire()

    def _forget(self, held: Held) -> None:
        self._let_go(held)
        self._open.discard(held)

    async def _live(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), SWEEP_SECONDS)
            await self._sweep()

    async def _sweep(self) -> None:
        """Close what nobody uses, and what nobody wants any more."""
        ids = list(self._held)
        wanted = set(ids)
        with suppress(Unavailable):  # the database will be back
            wanted = await asyncio.to_thread(self._enabled, ids) if ids else set()
        for held in list(self._held.values()):
            is_idle = not held.busy and time.monotonic() - held.used_at > IDLE_SECONDS
            if is_idle or (held.server.id in ids and held.server.id not in wanted):
                self._let_go(held)

    def _enabled(self, ids: Sequence[UUID]) -> set[UUID]:
        with self._database.transaction(EVERY_TENANT) as connection:
            return servers.enabled(connection, ids)

    async def _close_all(self) -> None:
        await asyncio.gather(*(held.close() for held in list(self._open)))

    async def _look(self, server: Server) -> dict[str, Any]:
        begun = time.monotonic()
        held = self._begin(server)
        try:
            await held.opened()
            return {
                "protocol": held.protocol,
                "server": held.about,
                "milliseconds": round((time.monotonic() - begun) * 1000),
                "left_out": held.left_out,
            }
        finally:
            held.end()

    def _observed(self, server: Server, listed: Sequence[Seen]) -> None:
        with self._database.transaction(server.tenant) as connection:
            servers.observe(connection, server.tenant, server.id, [tool.row(trust=server.trust) for tool in listed])
