"""What runs used: one row a client, day (UTC), subject and agent."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from oberaconnect.db import Connection

Row = dict[str, Any]
By = Literal["client", "agent", "subject", "day"]

_COLUMNS: dict[By, str] = {"client": "tenant", "agent": "agent", "subject": "subject", "day": "day::text"}
_SUMS = (
    "coalesce(sum(runs), 0)::bigint AS runs, coalesce(sum(steps), 0)::bigint AS steps,"
    " coalesce(sum(tool_calls), 0)::bigint AS tool_calls, coalesce(sum(input_tokens), 0)::bigint AS input_tokens,"
    " coalesce(sum(output_tokens), 0)::bigint AS output_tokens, coalesce(sum(cost), 0)::double precision AS cost"
)
_WHERE = (
    " WHERE day BETWEEN %(begin)s AND %(end)s AND (%(client)s::text IS NULL OR tenant = %(client)s)"
    " AND (%(agent)s::text IS NULL OR agent = %(agent)s) AND (%(subject)s::text IS NULL OR subject = %(subject)s)"
)
_TODAY = "(now() AT TIME ZONE 'UTC')::date"


@dataclass(frozen=True)
class Totals:
    """What was used: `tokens` of input and output together, `cost` in the currency of the prices."""

    runs: int
    steps: int
    tool_calls: int
    tokens: int
    cost: float


@dataclass(frozen=True)
class Wanted:
    """Which usage is asked for: from the day `begin` to the day `end`, both included."""

    begin: date
    end: date
    client: str | None = None
    agent: str | None = None
    subject: str | None = None


def add(
    connection: Connection,
    tenant: str,
    subject: str,
    agent: str,
    *,
    runs: int = 0,
    steps: int = 0,
    tool_calls: int = 0,
    input_tokens: int = 0,
    output_tokens: int = 0,
    cost: float = 0.0,
) -> None:
    """Count what was used now, within the transaction of what used it."""
    connection.execute(
        "INSERT INTO usage AS kept (tenant, day, subject, agent, runs, steps, tool_calls, input_tokens, output_tokens,"
        f" cost) VALUES (%(tenant)s, {_TODAY}, %(subject)s, %(agent)s, %(runs)s, %(steps)s, %(tool_calls)s,"
        " %(input_tokens)s, %(output_tokens)s, %(cost)s)"
        " ON CONFLICT (tenant, day, subject, agent) DO UPDATE SET runs = kept.runs + excluded.runs,"
        " steps = kept.steps + excluded.steps, tool_calls = kept.tool_calls + excluded.tool_calls,"
        " input_tokens = kept.input_tokens + excluded.input_tokens,"
        " output_tokens = kept.output_tokens + excluded.output_tokens, cost = kept.cost + excluded.cost",
        {
            "tenant": tenant, "subject": subject, "agent": agent, "runs": runs, "steps": steps,
            "tool_calls": tool_calls, "input_tokens": input_tokens, "output_tokens": output_tokens, "cost": cost,
        },
    )  # fmt: skip


def today(connection: Connection, tenant: str, *, subject: str | None = None, agent: str | None = None) -> Totals:
    """What a client used today (UTC); with `subject` or `agent` only what that one did."""
    row = connection.execute(
        f"SELECT {_SUMS} FROM usage WHERE tenant = %(tenant)s AND day = {_TODAY}"
        " AND (%(subject)s::text IS NULL OR subject = %(subject)s) AND (%(agent)s::text IS NULL OR agent = %(agent)s)",
        {"tenant": tenant, "subject": subject, "agent": agent},
    ).fetchone()
    assert row is not None  # noqa: S101 - sums are always one row
    tokens = row["input_tokens"] + row["output_tokens"]
    return Totals(row["runs"], row["steps"], row["tool_calls"], tokens, row["cost"])


def total(connection: Connection, wanted: Wanted) -> Row:
    """The sums of all that is asked for, of the clients that the transaction sees."""
    row = connection.execute(f"SELECT {_SUMS} FROM usage{_WHERE}", vars(wanted)).fetchone()
    assert row is not None  # noqa: S101 - sums are always one row
    return row


def groups(connection: Connection, wanted: Wanted, by: By, *, limit: int) -> list[Row]:
    """The same by client, agent, subject or day: `key` and the sums. Days in their order, else who used most first."""
    order = "key" if by == "day" else "sum(input_tokens + output_tokens) DESC, key"
    return connection.execute(
        f"SELECT {_COLUMNS[by]} AS key, {_SUMS} FROM usage{_WHERE} GROUP BY key ORDER BY {order} LIMIT %(limit)s",
        {**vars(wanted), "limit": limit},
    ).fetchall()
