"""How a run begins: one way in for REST, schedules, MCP, OpenAI's clients and other agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from agents import ready
from agents.definitions import Definition, is_named
from agents.loop import budget as budgets
from agents.loop import own
from agents.store import agents as store
from agents.store import audit, events, runs, turns, usage
from oberaconnect import llm, telemetry
from oberaconnect.auth import SCOPES, Principal
from oberaconnect.db import Connection
from oberaconnect.paging import LATEST
from oberaconnect.problems import Conflict, NotFound, TooLarge, TooMany, Unprocessable
from oberaconnect.settings import Settings

#: A run begun by a run begun by a run begun by a person: deeper is a mistake.
MAX_DEPTH = 3
#: How many runs one run may begin.
MAX_CHILDREN = 20
#: Of all messages together: more than a model reads. The database keeps them twice, and has 352 MB with Docker.
_MAX_CHARACTERS = 1_000_000
#: A run that waits longer for somebody is given up.
_KEEP = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """What is to be begun. `messages` are {"role": "user" | "assistant", "content": text}, the last one a user's.

    `budget` narrows the agent's; `tool_allow` narrows its tools; `tainted_by` says that the input itself was written by
    outsiders.
    """

    agent: str
    messages: Sequence[Mapping[str, str]]
    session: str | None = None
    budget: Mapping[str, Any] | None = None
    callback_url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tool_allow: Sequence[str] | None = None
    model: str | None = None
    retry_of: UUID | None = None
    schedule_id: UUID | None = None
    tainted_by: str | None = None


@dataclass(frozen=True)
class Known:
    """An agent as a client may use it. `version` 0: one of the ready ones."""

    definition: Definition
    version: int
    enabled: bool = True

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A client's own, from its row."""
        return cls(Definition.model_validate(row["definition"]), row["latest"], row["enabled"])


class DailyBudgetUsed(TooMany):
    """What may be used a day is used up. It begins anew at midnight UTC."""


def agent(connection: Connection, tenant: str, name: str) -> Known:
    """The client's own agent of this name, else the ready one.

    Raises:
        NotFound: with the names there are.
    """
    try:
        return Known.of(store.find(connection, tenant, name))
    except store.NoSuchAgent:
        found = ready.load().get(name)
    if found is None:
        own = [row["name"] for row in store.page(connection, LATEST, 100, client=tenant)]
        names = ", ".join(sorted({*own, *ready.load()}))
        raise NotFound(f"There is no agent '{name}'. There are: {names}.")
    return Known(found, 0)


def begin(
    connection: Connection,
    settings: Settings,
    models: llm.Models,
    caller: Principal,
    wanted: Wanted,
    *,
    parent: Mapping[str, Any] | None = None,
) -> runs.Row:
    """Add a run in the caller's transaction, and let a worker begin it when that commits.

    `caller` acts for one client (`Principal.for_client`). `parent` is the locked row of the run that begins it.

    Raises:
        NotFound: no such agent.
        Conflict: the agent is switched off.
        NoModel: no language model is configured, or not this one.
        TooMany: the daily budget is used up, or too many runs wait.
        TooLarge: the messages are longer than a run takes.
    """
    known = agent(connection, caller.tenant, wanted.agent)
    definition = known.definition
    if not known.enabled:
        raise Conflict(f"The agent '{definition.name}' is switched off.")
    if wanted.model is not None:
        definition = definition.model_copy(update={"model": wanted.model})
    if wanted.tool_allow is not None:
        narrower = {
            "tool_allow": _both(definition.tool_allow, wanted.tool_allow),
            "children": [name for name in definition.children if is_named(own.AGENT + name, wanted.tool_allow)],
        }
        definition = definition.model_copy(update=narrower)
    characters = sum(len(message["content"]) for message in wanted.messages)
    if characters > _MAX_CHARACTERS:
        raise TooLarge(
            f"The messages have {characters:,} characters together; at most {_MAX_CHARACTERS:,} are taken. Put long"
            " documents into a collection, where the agent searches them."
        )
    models.get(definition.model)
    check_daily(connection, settings, caller.tenant, caller.subject, definition)
    limits = budgets.narrowed(definition.budget.model_dump(), wanted.budget or {})
    ancestors: list[UUID] = []
    if parent is not None:
        ancestors = [*parent["ancestors"], parent["id"]]
        limits = budgets.narrowed(limits, budgets.left(parent["budget"], budgets.Used.of(parent)))
    if limits.get("cost") is not None and not models.has_prices:
        raise Unprocessable("A budget of cost needs LLM_INPUT_PRICE and LLM_OUTPUT_PRICE, which are not set.")
    scopes = caller.scopes & SCOPES
    if definition.scopes is not None:
        scopes &= set(definition.scopes)
    row = runs.insert(
        connection,
        {
            "tenant": caller.tenant,
            "agent": definition.name,
            "agent_version": known.version,
            "definition": definition.model_dump(mode="json"),
            "parent_id": None if parent is None else parent["id"],
            "ancestors": ancestors,
            "retry_of": wanted.retry_of,
            "schedule_id": wanted.schedule_id,
            "session": wanted.session,
            "input": {"messages": [dict(message) for message in wanted.messages]},
            "narrowed": {"budget": wanted.budget, "tool_allow": wanted.tool_allow, "model": wanted.model},
            "subject": caller.subject,
            "scopes": sorted(scopes),
            "readers": None if caller.readers is None else sorted(caller.readers),
            "tainted_by": wanted.tainted_by or _taint_of_history(connection, caller, wanted),
            "budget": limits,
            "expires_at": datetime.now(UTC) + _KEEP,
            "callback_url": wanted.callback_url,
            "metadata": dict(wanted.metadata),
            "request_id": telemetry.request_id.get(),
            "traceparent": telemetry.traceparent.get(),
        },
    )
    for number, message in enumerate(wanted.messages):
        role = "user" if message["role"] == "user" else "assistant"
        said = llm.Message("user" if role == "user" else "assistant", text=message["content"])
        turns.add(connection, row, number, role, said.plain())
    runs.activate(connection, row, max_queued=settings.max_queued_jobs if parent is None else None)
    events.add(connection, row, ("run.queued", {"agent": definition.name, "version": known.version}))
    usage.add(connection, caller.tenant, caller.subject, definition.name, runs=1)
    audit.record(
        connection,
        caller.tenant,
        actor=caller.subject,
        action="run.created",
        object=f"run:{row['id']}",
        data={"agent": definition.name, "version": known.version, "session": wanted.session},
    )
    return runs.find(connection, row["id"])


def check_daily(
    connection: Connection,
    settings: Settings,
    tenant: str,
    subject: str,
    definition: Definition,
    *,
    is_begun: bool = False,
) -> None:
    """Refuse when an agent, or a caller, has used what it may use a day. Raises `DailyBudgetUsed`.

    `is_begun`: a run asks that is counted among the day's runs itself, and so is not ended by their number.
    """
    daily = definition.daily
    if daily.runs or daily.tokens or daily.cost:
        used = usage.today(connection, tenant, agent=definition.name)
        if (
            (daily.runs is not None and used.runs >= daily.runs and not is_begun)
            or (daily.tokens is not None and used.tokens >= daily.tokens)
            or (daily.cost is not None and used.cost >= daily.cost)
        ):
            raise DailyBudgetUsed(
                f"The agent '{definition.name}' has used what it may use a day.", retry_after_seconds=3600
            )
    if settings.agents_daily_tokens or settings.agents_daily_cost:
        used = usage.today(connection, tenant, subject=subject)
        if (settings.agents_daily_tokens and used.tokens >= settings.agents_daily_tokens) or (
            settings.agents_daily_cost and used.cost >= settings.agents_daily_cost
        ):
            raise DailyBudgetUsed(
                "This credential has used what it may use a day (AGENTS_DAILY_TOKENS, AGENTS_DAILY_COST).",
                retry_after_seconds=3600,
            )


def _taint_of_history(connection: Connection, caller: Principal, wanted: Wanted) -> str | None:
    """What an assistant said before may repeat what outsiders wrote; where its run is known, that one says whether."""
    if not any(message["role"] == "assistant" for message in wanted.messages):
        return None
    latest = None
    if wanted.session is not None:
        latest = runs.latest_of_session(connection, caller.tenant, caller.subject, wanted.session)
    found: str | None = "conversation" if latest is None else latest["tainted_by"]
    return found


def _both(allowed: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The patterns that mean what both mean: those asked for within what is allowed, and the other way round."""
    kept = [pattern for pattern in asked if is_named(pattern, allowed)]
    kept += [pattern for pattern in allowed if is_named(pattern, asked) and pattern not in kept]
    return kept
