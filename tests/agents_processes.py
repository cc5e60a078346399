"""agents in processes of their own: the real workers on a database of the test, a scripted model, counted effects.

A run is asked for by a text that begins with its name and the tool that it is to call. The model says some pieces of
text and calls that tool, and when it has its result, some pieces more.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests import agents_service
from tests.agents_service import Agents
from tests.caller import until
from tests.fakes.effects import Effects
from tests.fakes.llm import Asked, Call, LanguageModel, Reply
from tests.fakes.moments import Hold, Moments

from agents.store import runs
from oberaconnect.db import as_owner
from oberaconnect.settings import Settings

WEBHOOK, INGEST = "n8n_webhook", "ingest_document"
#: Pieces of text in each answer of the model.
PIECES = 6
_PIECE_SECONDS = 0.01
_SECRET = "only-for-tests"
#: Everything that a worker writes of a run.
_TABLES = ("run", "turn", "tool_call", "event", "approval", "usage", "audit")


class Worker:
    """One `python -m agents.worker`. Killed when the block ends, however it stands."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        """It begins at once; what it says goes to `log`."""
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agents.worker"], env=dict(environment), cwd=log.parent, stdout=file, stderr=file
            )

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def told(self, message: str) -> int:
        """How often its log has a message so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return sum(line.startswith("{") and json.loads(line).get("message") == message for line in lines)

    def __enter__(self) -> Self:
        """The process itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill it, also while it is stopped."""
        self.kill()


class _Pieces(list[str]):
    """Pieces of text that take their time, and come by a place before each of them and at their end."""

    def __init__(self, texts: list[str], moments: Moments, name: str, place: str) -> None:
        super().__init__(texts)
        self._reach: Callable[[object], None] = lambda where: moments.reach(name, f"{place} {where}")

    def __iter__(self) -> Iterator[str]:
        for number, text in enumerate(super().__iter__()):
            self._reach(number)
            yield text
            time.sleep(_PIECE_SECONDS)
        self._reach("end")


class House:
    """Everything around the workers.

    Places of a run: `model 1` and `model 2` (asked, nothing said yet), `model 1 0` … `model 2 end` (before a piece, and
    before it is said that the answer is whole), `call` and `effect` of its tool.
    """

    def __init__(self, service: Agents, model: LanguageModel, effects: Effects, moments: Moments, folder: Path) -> None:
        """`service` is the web process, within the test's."""
        self.service = service
        self.effects = effects
        self.moments = moments
        self.asked: Counter[tuple[str, int]] = Counter()
        self.greedy_seconds = 0.3
        self._folder = folder
        self._workers = 0
        self.environment = {
            "PYTHONPATH": ":".join(sys.path),
            "PATH": "/usr/bin:/bin",
            "SECRET_KEY": service.settings.secret_key.get_secret_value(),
            "DATABASE_URL": service.settings.database_url.get_secret_value(),
            "DATA_DIR": str(folder),
            "LLM_PROVIDER": "ollama",
            "LLM_MODEL": "test-model",
            "LLM_BASE_URL": model.url,
            "N8N_URL": effects.url,
            "N8N_WEBHOOK_KEY": _SECRET,
            "DATA_URL": effects.url,
        }
        model.answer(self._say)

    def worker(self) -> Worker:
        """Another worker."""
        self._workers += 1
        return Worker(self.environment, self._folder / f"worker-{self._workers}.log")

    def wait_for_workers(self, count: int) -> None:
        """Return when so many workers listen for runs."""
        listening = (
            "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN \"agents\"'"
        )
        until(lambda: len(self.rows(listening)) == count, 60)

    def begin(self, name: str, tool: str, **fields: Any) -> str:
        """Ask for a run; its id."""
        begun = self.service.begin("doer", f"{name} {tool}", **fields)
        return str(begun["id"])

    def hold(self, name: str, place: str, **how: Any) -> Hold:
        """See `Moments.hold`."""
        return self.moments.hold(name, place, **how)

    def settled(self, ids: Mapping[str, str], seconds: float = 60.0) -> dict[str, Any]:
        """The runs by name, when each is over or waits for a person."""
        states = self.rows("SELECT id::text, status FROM agents.run")
        deadline = time.monotonic() + seconds
        while open_ := {row["id"] for row in states if row["status"] not in runs.SETTLED} & set(ids.values()):
            assert time.monotonic() < deadline, f"{len(open_)} runs neither end nor wait for anybody: {states}"
            time.sleep(0.05)
            states = self.rows("SELECT id::text, status FROM agents.run")
        return {name: self.service.run(run_id) for name, run_id in ids.items()}

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """What the owner of the database reads."""
        with as_owner(self.service.settings) as connection:
            return connection.execute(statement).fetchall()

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that was written of runs."""
        return {table: self.rows(f"SELECT * FROM agents.{table} ORDER BY 2, 1, 3") for table in _TABLES}

    def _say(self, asked: Asked) -> Reply:
        if "messages" not in asked.body:  # what the model is able to do
            return Reply()
        name, tool = asked.text.split()[:2]
        step = 1 + sum(message["role"] == "tool" for message in asked.body["messages"])
        self.asked[name, step] += 1
        self.moments.reach(name, f"model {step}")
        if tool == "greedy":
            time.sleep(self.greedy_seconds)
            return Reply([f"{step}."], calls=[Call(INGEST, {"text": f"Note {step}.", "title": name})])
        texts = [f"{name} says {step}.{number}. " for number in range(PIECES)]
        arguments = {"path": "do", "payload": {"run": name}} if tool == WEBHOOK else {"text": "Note.", "title": name}
        calls = [Call(tool, arguments)] if step == 1 and tool in (WEBHOOK, INGEST) else []
        return Reply(_Pieces(texts, self.moments, name, f"model {step}"), calls=calls)


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[House]:
    """A house on a new database, without a worker."""
    moments = Moments()
    definition = {
        "name": "doer", "instructions": "Do what is asked.", "tool_allow": [WEBHOOK, INGEST],
        "approval_policy": {"write": "auto", "external": "auto"},
    }  # fmt: skip
    with (
        LanguageModel() as model,
        Effects(moments) as effects,
        agents_service.running(model.settings(settings, "ollama")) as service,
    ):
        service.post("/agents", definition, status=201)
        yield House(service, model, effects, moments, folder)


def said(name: str, step: int) -> str:
    """The whole text of an answer of the model."""
    return "".join(f"{name} says {step}.{number}. " for number in range(PIECES))
