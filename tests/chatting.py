"""agents as clients of OpenAI's API meet it: the real application on a real port, and its worker in this process."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager

import openai
from tests import agents_service, background
from tests.agents_service import Agents
from tests.served import serving

from agents import app
from agents.tools.contract import Tool
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings


class Chatting:
    """The running service on a real port."""

    def __init__(self, agents: Agents, settings: Settings, stack: ExitStack) -> None:
        """`stack` ends what is opened here."""
        self.agents = agents
        self.settings = settings
        self.parts = agents.parts
        threads = stack.enter_context(ThreadPoolExecutor(12))
        self.url = stack.enter_context(serving(app.assemble(agents.parts), threads))
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

    def working(self) -> AbstractContextManager[None]:
        """Runs go on while the block lasts."""
        return background.repeated(self.agents.work)


@contextmanager
def running(settings: Settings, tools: Mapping[str, Tool] | None = None) -> Iterator[Chatting]:
    """The service on a database of its own. `tools` stand beside those of the platform."""
    with agents_service.running(settings, tools) as agents, ExitStack() as stack:
        yield Chatting(agents, settings, stack)
