"""What the machinery around a model and its tools costs: per step, under fifty runs at once, for watchers, at rest.

The model is a server of the bench's own that takes exactly so long; what is beyond its time is the platform's. Asked
through the gateway of a platform of its own.
"""

import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from tests import embedded
from tests.embedded import Platform
from tests.fakes.llm import Asked, Call, LanguageModel, Reply

from agents.pool import Pool
from agents.tools.contract import Calling
from bench.clock import taken
from bench.figures import Figure, Target
from bench.memory import of_service
from bench.own import without_settings
from demo.gateway import Gateway, GatewayError
from embedded import lifecycle
from host import place
from oberaconnect import llm
from oberaconnect import settings as configuration
from oberaconnect.auth import HOME_TENANT, local_principal
from oberaconnect.db import Database

_MODEL_SECONDS = 0.2
_AT_ONCE = 50
_STEPS = 20
_READERS = 60
_WAITING = 200
_POOLED_CALLS = 50
_ASKED = 100
_PLAN = {"parent": "10.40.0.0/22", "needs": [{"name": "Staff", "hosts": 100}]}
_PATH = "/api/agents"
_WORKER = b"agents.worker"


def agents(tell: Callable[[str], None]) -> list[Figure]:
    """All figures.

    Raises:
        GatewayError: when a run does not end as it should.
    """
    here = place.find()
    with LanguageModel() as model, without_settings(here.root / ".env.example"):
        given = {
            "LLM_PROVIDER": "openai", "LLM_MODEL": "bench", "LLM_BASE_URL": f"{model.url}/v1",
            "AGENTS_CONCURRENCY": str(_AT_ONCE), "MCP_COMMANDS": sys.executable,
        }  # fmt: skip
        with (
            embedded.running(**given) as platform,
            closing(Gateway(platform.url, timeout_seconds=120.0)) as gateway,
        ):
            agent = {"name": "bench", "instructions": "Answer.", "tool_allow": ["subnet_plan"]}
            gateway.post(f"{_PATH}/agents", agent)
            found = _per_step(gateway, model)
            tell("agents: one run is measured; now fifty at once")
            found += [_fifty(gateway, model), *_watched(platform, gateway, model)]
            tell("agents: sixty watched; now what waits")
            found += [*_resting(platform, gateway, model), *of_service("agents", platform.processes("agents"), _WORKER)]
            found += _pool(platform, gateway)
    return found


def _run(gateway: Gateway, text: str = "Hello") -> dict[str, Any]:
    run: dict[str, Any] = gateway.post(f"{_PATH}/runs?wait=120", {"agent": "bench", "input": text})
    if run["status"] != "completed":
        raise GatewayError(f"A run {run['status']}: {(run.get('problem') or {}).get('detail', 'no reason')}")
    return run


def _steps(count: int, seconds: float) -> Callable[[Asked], Reply]:
    """A model that calls a tool so many times less one, and then answers."""

    def answer(asked: Asked) -> Reply:
        done = sum(1 for message in asked.body["messages"] if message["role"] == "tool")
        if done + 1 < count:
            return Reply(["Next. "], calls=[Call("subnet_plan", _PLAN)], delay_seconds=seconds)
        return Reply(["Done."], delay_seconds=seconds)

    return answer


def _per_step(gateway: Gateway, model: LanguageModel) -> list[Figure]:
    """A step is a turn of the model, which answers at once, and a call of a tool, whose own time is taken off."""
    model.answer(_steps(_STEPS, 0.0))
    _run(gateway)
    alone = _model_alone(model)
    whole, tools = [], []
    for _ in range(5):
        run = _run(gateway)
        took = (_time(run["finished_at"]) - _time(run["started_at"])) / _STEPS
        whole.append(took)
        tools.append(_in_tools(gateway, run["id"]) / _STEPS)
    net = sorted(one - tool - alone for one, tool in zip(whole, tools, strict=True))
    return [
        Figure("agents", "overhead of a step, outside model and tool", median(net) * 1000, "ms", Target("<=", 15.0),
               f"5 runs of {_STEPS} turns, {net[0] * 1000:.1f} to {net[-1] * 1000:.1f} ms"),
        Figure("agents", "a step with model and tool", median(whole) * 1000, "ms", None,
               f"a model that answers at once, asked alone: {alone * 1000:.1f} ms; subnet_plan of engineering-api"),
    ]  # fmt: skip


def _model_alone(model: LanguageModel) -> float:
    """The seconds of an answer that is only asked for and listened to, in the middle of a run's conversation."""
    with _models(model) as models:
        call = llm.ToolCall("call_0", "subnet_plan", _PLAN)
        turns = [llm.Message("user", "Hello")]
        for _ in range(_STEPS // 2):
            turns.append(llm.Message("assistant", "Next. ", tool_calls=(call,)))
            turns.append(llm.Message("user", tool_results=(llm.ToolResult("call_0", "10.40.0.0/25 " * 20),)))
        request = llm.Request(turns, tools=(llm.Tool("subnet_plan", "Plan networks.", {"type": "object"}),))
        return median(taken(lambda: list(models.get().stream(request))) for _ in range(_ASKED))


def _in_tools(gateway: Gateway, run_id: str) -> float:
    """The seconds that a run spent in its tools, from the times of its events."""
    events = gateway.get(f"{_PATH}/runs/{run_id}/events?after=0&limit=1000")["items"]
    begun = sum(_time(event["at"]) for event in events if event["type"] == "tool.started")
    ended = sum(_time(event["at"]) for event in events if event["type"] == "tool.completed")
    return ended - begun


@contextmanager
def _models(model: LanguageModel) -> Iterator[llm.Models]:
    plain = configuration.Settings.model_validate(
        {"secret_key": secrets.token_hex(32), "database_url": "postgresql://nowhere"}
    )
    with closing(llm.Models(model.settings(plain, "openai"))) as models:
        yield models


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _fifty(gateway: Gateway, model: LanguageModel) -> Figure:
    model.answer(_steps(3, _MODEL_SECONDS))
    alone = 3 * _MODEL_SECONDS
    taken: list[float] = []

    def one() -> None:
        with closing(Gateway(gateway.url, timeout_seconds=120.0)) as own:
            began = time.monotonic()
            _run(own)
            taken.append(time.monotonic() - began - alone)

    _together(one, _AT_ONCE)
    taken.sort()
    return Figure(
        "agents", f"{_AT_ONCE} runs at once: added latency, p95", taken[int(len(taken) * 0.95) - 1], "s", None,
        f"3 turns of {_MODEL_SECONDS} s each; median {median(taken):.2f} s, slowest {taken[-1]:.2f} s",
    )  # fmt: skip


def _watched(platform: Platform, gateway: Gateway, model: LanguageModel) -> list[Figure]:
    """Sixty watchers of one run that says much, and how quickly the service says meanwhile that it is well."""
    pieces = ["word " * 4] * 200
    model.answer(lambda _: Reply(pieces, delay_seconds=0.5))
    run = gateway.post(f"{_PATH}/runs", {"agent": "bench", "input": "Talk."})
    read: list[int] = []
    healthy: list[float] = []
    began = time.monotonic()

    def watch() -> None:
        with closing(HTTPConnection("127.0.0.1", platform.ports["gateway"], timeout=60)) as connection:
            connection.request("GET", f"{_PATH}/runs/{run['id']}/events")
            read.append(connection.getresponse().read().count(b"\nevent: "))

    def ask() -> None:
        while len(read) < _READERS:
            before = time.monotonic()
            gateway.get(f"{_PATH}/health")
            healthy.append(time.monotonic() - before)
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    _together(watch, _READERS)
    seconds = time.monotonic() - began - 0.5
    asking.join()
    healthy.sort()
    return [
        Figure("agents", f"events to {_READERS} watchers", sum(read) / seconds, "/s", None, f"{read[0]} to each"),
        Figure("agents", f"/health beside {_READERS} watchers, slowest", healthy[-1] * 1000, "ms", Target("<=", 200.0),
               f"median {median(healthy) * 1000:.0f} ms of {len(healthy)}"),
    ]  # fmt: skip


def _resting(platform: Platform, gateway: Gateway, model: LanguageModel) -> list[Figure]:
    """Runs that wait for a person, and what the worker's memory says to it."""
    model.answer(lambda _: Reply(calls=[Call("ask_person", {"question": "Which?"})]))
    before = _worker_kb(platform)

    def one() -> None:
        with closing(Gateway(gateway.url, timeout_seconds=120.0)) as own:
            for _ in range(_WAITING // 10):
                own.post(f"{_PATH}/runs?wait=60", {"agent": "bench", "input": "Ask."})

    _together(one, 10)
    grown = max(0, _worker_kb(platform) - before)
    return [
        Figure("agents", "memory of a run that waits", grown / _WAITING, "kB", None,
               f"the worker before {before / 1024:.0f} MB, with {_WAITING} more runs at rest {grown / 1024:+.1f} MB")
    ]  # fmt: skip


def _worker_kb(platform: Platform) -> int:
    pids = [one.pid for one in platform.processes("agents")]
    (worker,) = (pid for pid in pids if _WORKER in Path(f"/proc/{pid}/cmdline").read_bytes())
    found = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    return int(next(line for line in found.splitlines() if line.startswith("VmRSS")).split()[1])


def _pool(platform: Platform, gateway: Gateway) -> list[Figure]:
    """A stdio server of PyPI, started by the first call and kept for those after it."""
    given = {"name": "clock", "transport": "stdio", "argv": [sys.executable, "-m", "mcp_server_time"]}
    server = gateway.post(f"{_PATH}/mcp-servers", given)["id"]
    gateway.post(f"{_PATH}/mcp-servers/{server}/test?wait=60", {})
    listed = gateway.get(f"{_PATH}/mcp-servers/{server}/tools")["items"]
    (tool,) = (one for one in listed if one["name"] == "get_current_time")
    path = f"{_PATH}/mcp-servers/{server}/tools/{tool['name']}/approve"
    gateway.post(path, {"hash": tool["hash"], "class": "read"})
    settings = configuration.load(lifecycle.in_force(platform.place))
    with closing(Database(settings, "agents")) as database, closing(Pool(settings, database)) as pool:
        pool.start()
        with database.transaction(HOME_TENANT) as connection:
            clock = pool.tools(connection)["clock__get_current_time"]
        calling = Calling(local_principal(), key="bench")
        first, *others = (taken(lambda: clock.call(calling, {"timezone": "UTC"})) for _ in range(_POOLED_CALLS))
    return [
        Figure("agents", "stdio server from the pool, warm", median(others) * 1000, "ms", Target("<=", 5.0),
               f"a whole call of mcp-server-time, checked against its pin; the first, which starts it, {first:.1f} s")
    ]  # fmt: skip


def _together(doing: Callable[[], None], times: int) -> None:
    threads = [threading.Thread(target=doing) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
