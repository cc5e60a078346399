"""A run while one worker has it: what it knows of it, and the transactions that nobody else can make meanwhile."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents.control import Control, RunCancelled
from agents.definitions import Definition
from agents.loop import budget, own
from agents.pool import Pool
from agents.store import calls, events, runs, turns
from agents.tools.contract import Spec, Tool
from oberaconnect import jobs, llm
from oberaconnect.db import Connection, Database
from oberaconnect.problems import Forbidden, TooMany
from oberaconnect.settings import Settings
from oberaconnect.worker import Stopping, Work


class BudgetExhausted(TooMany):
    """What the run may use is used up."""


class NotAllowedAnyMore(Forbidden):
    """In whose name the run acts may not act any more."""


@dataclass(frozen=True)
class Means:
    """What a worker brings to every run."""

    settings: Settings
    database: Database
    models: llm.Models
    tools: Mapping[str, Tool]
    pool: Pool
    control: Control


@dataclass
class Activation:
    """One worker's time with a run. `row` and `turns` are as of the last transaction."""

    means: Means
    work: Work
    row: runs.Row
    turns: list[turns.Row]
    tools: Mapping[str, Tool]
    children: Sequence[tuple[str, str]]
    #: Those of the last turn of the model, as of the last transaction.
    calls: list[runs.Row] = field(default_factory=list)
    definition: Definition = field(init=False)
    _since: float = field(default_factory=time.monotonic)
    _spent: dict[str, Any] = field(default_factory=dict)
    _root: runs.Row | None = None

    def __post_init__(self) -> None:
        """The definition is the one that the run began with."""
        self.definition = Definition.model_validate(self.row["definition"])

    @property
    def id(self) -> UUID:
        """The run's."""
        found: UUID = self.row["id"]
        return found

    @property
    def specs(self) -> dict[str, Spec]:
        """What the model may ask for, by name: what the agent may use, its caller may do, and nobody switched off."""
        held = set(self.row["scopes"])
        found = {
            name: tool.spec
            for name, tool in sorted(self.tools.items())
            if self.definition.allows(name) and (tool.spec.scope is None or tool.spec.scope in held)
        }
        return found | own.specs(self.children)

    @contextmanager
    def step(self, *, further: bool = False, despite_cancel: bool = False) -> Iterator[Connection]:
        """A transaction of this worker's alone. `further`: it brings the run on for good, so attempts count anew.

        Raises:
            LostLease: another worker has the run.
            RunCancelled: somebody asked to cancel it, unless what is written has happened anyway.
        """
        now = time.monotonic()
        self._spent = {}
        with self.means.database.transaction(self.row["tenant"]) as connection:
            if further:
                jobs.advance(connection, self.work.claim)
            self.row = runs.hold(connection, self.id, self.work.claim)
            if self.row["cancel_requested"] and not despite_cancel:
                raise RunCancelled()
            before = budget.Used.of(self.row)
            yield connection
            self.row = runs.spend(connection, self.row, seconds=now - self._since, **self._spent)
            for passed in budget.passed(self.row["budget"], before, budget.Used.of(self.row)):
                events.add(connection, self.row, ("budget.warning", passed))
            self.calls = self.calls_now(connection)
        self._since = now

    def spend(self, **used: Any) -> None:
        """Count what is used in the running transaction, which writes it at its end; names as of `runs.spend`."""
        for name, amount in used.items():
            self._spent[name] = self._spent.get(name, 0) + amount

    def trusted(self) -> list[str]:
        """What people who may decide have written: the instructions, and what was asked for, unless outsiders wrote it.

        The task of a run that another run began was written by a model, so what counts there is what the first of them
        was asked for.
        """
        root = self._root
        if root is None:
            root = self.row
            if self.row["ancestors"]:
                with self.means.database.transaction(self.row["tenant"]) as connection:
                    root = runs.find(connection, self.row["ancestors"][0])
            self._root = root  # what is looked at of it stays as it was when it began
        if root["tainted_by"] == "input":
            return [self.definition.instructions]
        said = [message["content"] for message in root["input"]["messages"] if message["role"] == "user"]
        return [self.definition.instructions, *said]

    def calls_now(self, connection: Connection) -> list[runs.Row]:
        """The calls of the last turn of the model, as they are now; none when something was said since."""
        last = self.turns[-1]
        return calls.of_turn(connection, self.id, last["number"]) if last["role"] == "assistant" else []

    def add_turn(self, connection: Connection, role: str, said: llm.Message, **usage: Any) -> int:
        """Add a turn and return its number."""
        number = len(self.turns)
        content = said.plain()
        turns.add(connection, self.row, number, role, content, **usage)
        self.turns.append({"number": number, "role": role, "content": content})
        return number

    def check(self, *, stoppable: bool = True) -> None:
        """Raise when the work must end here.

        Raises:
            LostLease, Stopping: see `worker.Work.check`; the latter only where the work is `stoppable`.
            RunCancelled: somebody asked to cancel the run.
            BudgetExhausted: it has worked for as long as it may.
        """
        try:
            self.work.check()
        except Stopping:
            if stoppable:
                raise
        self.means.control.check(self.id)
        limit = self.row["budget"].get("seconds")
        if limit is not None and self.seconds >= limit:
            raise BudgetExhausted(f"The run has worked for the {limit:g} seconds that it may.")

    @property
    def seconds(self) -> float:
        """How long the run has worked, up to now."""
        worked: float = self.row["seconds"]
        return worked + time.monotonic() - self._since

    def require(self, before: str) -> None:
        """Raise `BudgetExhausted` when the next `step` or `tool_call` is beyond the budget."""
        if sentence := budget.exhausted(self.row["budget"], budget.Used.of(self.row), before=before):
            raise BudgetExhausted(sentence)
