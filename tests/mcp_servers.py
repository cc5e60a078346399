"""MCP servers as an administrator and the agents meet them: the real service, its pool, and a worker in a thread."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from tests import agents_service
from tests.agents_service import Agents
from tests.fakes.mcp_child import Script

from agents import api_secrets, api_servers, pool
from agents.tools.contract import Calling, Outcome, Tool
from oberaconnect import worker
from oberaconnect.auth import Principal
from oberaconnect.settings import Settings

#: Importing them registers their handlers.
__all__ = ["Servers", "api_secrets", "api_servers", "is_open", "open_pool", "running"]

#: A program that may be started and is not there.
MISSING = "no-such-program"
ALICE = Principal("alice", "acme", frozenset({"acme"}), frozenset())


class Servers:
    """The service with its MCP servers. Whatever is not said otherwise is done for the client acme."""

    def __init__(self, service: Agents) -> None:
        """The pool and the worker run from now on."""
        self.service = service
        self.pool = service.pool
        self.database = service.parts.database
        self.stopping = threading.Event()
        self._testing = pool.Testing(self.pool, self.database)
        self.pool.start()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def _work(self) -> None:
        while not self.stopping.is_set():
            claim = self.service.queue.claim(["mcp_test", "mcp_call"])
            if claim is None:
                self.stopping.wait(0.02)
            else:
                worker.attempt(self.service.queue, self._testing.handlers, claim, threading.Event())

    def close(self) -> None:
        """Stop the worker."""
        self.stopping.set()
        self._worker.join()

    def secret(self, name: str, value: str, *, client: str = "acme") -> None:
        """Keep a secret."""
        self.service.post("/secrets", {"client": client, "name": name, "value": value}, status=201)

    def enter(self, name: str, **fields: Any) -> str:
        """Enter a server; its id."""
        transport = "http" if "url" in fields else "stdio"
        body = {"client": "acme", "name": name, "transport": transport} | fields
        found: str = self.service.post("/mcp-servers", body, status=201)["id"]
        return found

    def script(self, name: str, script: Script, **fields: Any) -> str:
        """Enter a scripted program; its id."""
        return self.enter(name, argv=script.argv, **fields)

    def test(self, server_id: str, *, status: int = 200) -> Any:
        """Test a server."""
        return self.service.post(f"/mcp-servers/{server_id}/test?wait=60", None, status=status)

    def listed(self, server_id: str) -> dict[str, Any]:
        """The tools of a server by name."""
        return {one["name"]: one for one in self.service.get(f"/mcp-servers/{server_id}/tools")["items"]}

    def approve(self, server_id: str, name: str, **fields: Any) -> Any:
        """Approve a tool as it is."""
        body = {"hash": self.listed(server_id)[name]["hash"], **fields}
        return self.service.post(f"/mcp-servers/{server_id}/tools/{name}/approve", body)

    def ready(self, server_id: str, **fields: Any) -> None:
        """Test a server and approve whatever it has."""
        for line in self.test(server_id)["tools"]:
            self.approve(server_id, line["name"], **fields)

    def tools(self, client: str = "acme") -> Mapping[str, Tool]:
        """What runs of a client can call."""
        with self.database.transaction(client) as connection:
            return self.pool.tools(connection)

    def call(
        self, name: str, arguments: Mapping[str, Any] | None = None, *, through: pool.Pool | None = None, **calling: Any
    ) -> Outcome:
        """Call a tool, as a run of Alice's does; through another pool when that is given."""
        with self.database.transaction("acme") as connection:
            found = (through or self.pool).tools(connection)[name]
        return found.call(Calling(ALICE, "key", **calling), {"text": "hello"} if arguments is None else arguments)


def is_open(pool: pool.Pool, server_id: str) -> bool:
    """Whether a pool is connected to a server."""
    return pool.is_open(UUID(server_id))


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that happens in another process or thread."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@contextmanager
def open_pool(servers: Servers) -> Iterator[pool.Pool]:
    """Another worker's pool."""
    other = pool.Pool(servers.service.settings, servers.database)
    other.start()
    try:
        yield other
    finally:
        other.close()


@contextmanager
def running(settings: Settings, *programs: str) -> Iterator[Servers]:
    """The service on a database of its own; it may start Python and those programs, and reach this machine."""
    named = ", ".join(("uvx", sys.executable, MISSING, *programs))
    allowed = settings.model_copy(update={"mcp_commands": named, "ingest_allowed_hosts": "127.0.0.1"})
    with agents_service.running(allowed) as service:
        servers = Servers(service)
        try:
            yield servers
        finally:
            servers.close()
