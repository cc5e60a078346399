"""All services in one process, with a model that says what a test tells it: agents work with the real tools."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests import agents_service, background, devices, phones, served
from tests import rag as searching
from tests.agents_service import Agents
from tests.data import Service
from tests.devices import Devices
from tests.fakes.llm import LanguageModel

from call_flow import app as flows_app
from data_processing.extract.pool import ParsePool
from engineering_api import app as configurations_app
from oberaconnect.db import migrate
from oberaconnect.settings import Settings
from rag_engine import app as search_app


@dataclass(frozen=True)
class House:
    """The services. Each test has a client of its own, so nothing has to be cleared between them."""

    agents: Agents
    data: Service
    devices: Devices
    model: LanguageModel

    def documents(self, client: str, *documents: dict[str, str]) -> dict[str, str]:
        """Take texts in, each {"external_id", "title", "text"}; their ids by external id."""
        if documents:
            self.data.ingest({"source": "text", "client": client, "documents": list(documents)})
        return {one["external_id"]: one["id"] for one in self.data.documents(f"?client={client}&limit=100")}

    def config(self, client: str, name: str, text: str) -> str:
        """Keep a device's configuration; its id."""
        body = {"client": client, "files": [{"name": name, "text": text}]}
        made: str = self.devices.post("/configs", body, status=201)["config_ids"][0]
        return made

    def at_work(self) -> AbstractContextManager[None]:
        """While the worker of data-processing runs."""
        return background.repeated(self.data.work_once)


@contextmanager
def running(settings: Callable[..., Settings]) -> Iterator[House]:
    """The services on one database; `settings` makes settings that name it, with some values replaced."""
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(12))

        def serve(app: Any) -> str:
            return stack.enter_context(served.serving(app, threads))

        search = stack.enter_context(searching.running(settings()))
        urls = {"rag_url": serve(search_app.assemble(search.parts))}
        configurations = stack.enter_context(devices.running(settings(**urls)))
        urls["engineering_url"] = serve(configurations_app.assemble(configurations.parts))
        flows = stack.enter_context(phones.running(settings()))
        urls["callflow_url"] = serve(flows_app.assemble(flows.parts))
        migrate(settings(), "data_processing")
        settings().inbox_dir.mkdir(exist_ok=True)
        pool = ParsePool(workers=1, timeout_seconds=30, memory_mb=1_536)
        stack.callback(pool.close)
        data = stack.enter_context(Service(settings(**urls), pool))
        urls["data_url"] = serve(data.app)
        model = stack.enter_context(LanguageModel())
        agents = stack.enter_context(agents_service.running(model.settings(settings(**urls), "anthropic")))
        yield House(agents, data, configurations, model)
