"""agents as clients of OpenAI's API meet it: the real application on a real port, and its worker in this process."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import openai
from flask import Flask
from tests.served import serving

from agents import api_models, parts
from agents.api import api
from agents.openai_face import errors
from agents.store import runs
from agents.tools.contract import Tool
from oberaconnect import web, worker
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner, migrate
from oberaconnect.jobs import Queue
from oberaconnect.settings import Settings

assert api_models


class NoServers:
    """No MCP servers."""

    def tools(self, connection: Any) -> dict[str, Any]:
        """None."""
        del connection
        return {}


class Chatting:
    """The running service."""

    def __init__(self, settings: Settings, stack: ExitStack, tools: Mapping[str, Tool]) -> None:
        """`settings` name the database, which is migrated. `tools` stand beside those of the platform."""
        migrate(settings, "agents")
        self.settings = settings
        self.parts = parts.build(settings)
        self.parts.tools.update(tools)
        stack.callback(self.parts.close)
        threads = stack.enter_context(ThreadPoolExecutor(12))
        self.url = stack.enter_context(serving(_app(self.parts), threads))
        self._stack = stack

    def key(self, name: str, tenant: str = "acme", scopes: Iterable[str] = ("*",), *, everywhere: bool = False) -> str:
        """A new key of somebody; `everywhere`: for all clients."""
        with as_owner(self.settings) as connection:
            clients = None if everywhere else [tenant]
            return create_key(
                connection, self.settings, name=name, tenant=tenant, clients=clients, scopes=scopes, expires_in=None
            ).text

    def client(self, key: str, headers: Mapping[str, str] | None = None) -> openai.OpenAI:
        """OpenAI's own client with a key."""
        made = openai.OpenAI(
            api_key=key, base_url=f"{self.url}/api/agents/v1", max_retries=0, default_headers=dict(headers or {})
        )
        return self._stack.enter_context(made)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Runs go on while the block lasts."""
        from agents import ending
        from agents.control import Control
        from agents.loop.activation import Means
        from agents.loop.running import Running

        stopping = threading.Event()
        queue = Queue(self.parts.database, gave_up=ending.gave_up(self.settings))
        control = Control(self.parts.database)
        means = Means(
            self.settings, self.parts.database, self.parts.models, self.parts.tools, NoServers(), control
        )
        handlers = {runs.KIND: Running(means, queue)}

        def work() -> None:
            while not stopping.is_set():
                if (claim := queue.claim([runs.KIND])) is None:
                    stopping.wait(0.02)
                else:
                    worker.attempt(queue, handlers, claim, threading.Event())

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()


@contextmanager
def running(settings: Settings, tools: Mapping[str, Tool] | None = None) -> Iterator[Chatting]:
    """The service on a database of its own."""
    with ExitStack() as stack:
        yield Chatting(settings, stack, tools or {})


def _app(built: parts.Parts) -> Flask:
    return web.create_app(
        web.Service("agents", "agents"), api=api, parts=built, settings=built.settings, database=built.database, checks={},
        dialect=errors.members,
    )  # fmt: skip
