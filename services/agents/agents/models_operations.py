"""What the API takes and gives of the audit, of usage and of schedules."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, JsonValue, model_validator

from agents.definitions import AgentName
from agents.models import BudgetRequest, ClientPaged, ClientQuery, Input
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.schedule import ScheduleText, TimeZoneName

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_out(value: object) -> object:
    """Refuse what would be read as seconds since 1970, such as a year, or a day without dashes."""
    if isinstance(value, str) and not _DAY.match(value):
        raise ValueError("write a day as 2026-11-26, and a moment as 2026-11-26T12:00:00Z")
    return value


Day = Annotated[date, BeforeValidator(_written_out)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
Name = Annotated[Text, Field(min_length=1, max_length=300)]

DAYS = 30
MAX_DAYS = 366


class AuditQuery(ClientQuery):
    """Which entries to list."""

    limit: int = Field(default=50, ge=1, le=500)
    cursor: int | None = Field(
        default=None, ge=1, le=2**63 - 1, description="The number before which the page begins; without: the newest"
    )
    actor: Name | None = None
    action: Name | None = Field(default=None, description="How the action begins: `run.` finds all of runs")
    object: Name | None = None
    begin: Moment | None = Field(default=None, alias="from", description="The first moment that counts")
    end: Moment | None = Field(default=None, alias="to", description="The first moment that does not")


class AuditEntry(View):
    """What somebody did. `hash` covers everything beside it."""

    number: int
    at: datetime
    actor: str
    action: str
    object: str
    data: dict[str, JsonValue]
    prev_hash: str
    hash: str


class AuditPage(View):
    """One page of the audit, newest first. `next_cursor` is null on the last one."""

    client: str
    items: list[AuditEntry]
    next_cursor: int | None


class VerifyQuery(ClientQuery):
    """Whose audit to verify, and by what."""

    expect: Hash | None = Field(
        default=None, description="A hash noted before, such as the head of an earlier check: it has to be in the chain"
    )


class Verified(View):
    """Whether the audit of a client is as it was written."""

    client: str
    valid: bool
    entries: int = Field(description="How many are sound, from the first on")
    broken_at: int | None = Field(description="The number of the first entry that is not")
    why: str = Field(description="What is wrong, in a sentence")
    head: str = Field(description="The hash of the last sound entry: note it, and expect it at the next check")


class UsageQuery(ClientQuery):
    """Which usage to add up; without a client, that of all clients of the credential."""

    begin: Day | None = Field(default=None, alias="from", description="The first day (UTC)")
    end: Day | None = Field(default=None, alias="to", description="The last day (UTC); without: today")
    by: Literal["client", "agent", "subject", "day"] = "agent"
    agent: AgentName | None = None
    subject: Name | None = None

    @model_validator(mode="after")
    def _days_in_their_order(self) -> Self:
        begin, end = self.days()
        if not timedelta(0) <= end - begin < timedelta(days=MAX_DAYS):
            raise ValueError(f"'from' is no later than 'to', and at most {MAX_DAYS} days are added up")
        return self

    def days(self) -> tuple[date, date]:
        """The first and the last day; without any, the last 30."""
        end = self.end or datetime.now(UTC).date()
        return self.begin or date.fromordinal(max(1, end.toordinal() - DAYS + 1)), end


class Used(View):
    """What was used. `cost` is in the currency of LLM_INPUT_PRICE and LLM_OUTPUT_PRICE; 0 without prices."""

    runs: int
    steps: int
    tool_calls: int
    input_tokens: int
    output_tokens: int
    cost: float


class UsedBy(Used):
    """What one client, agent or subject used, or what was used on one day."""

    key: str


class UsageReport(View):
    """What was used between two days (UTC), both included: all of it, and by what was asked for (at most 1,000)."""

    begin: date = Field(alias="from")
    end: date = Field(alias="to")
    by: str
    total: Used
    items: list[UsedBy]


Misfire = Annotated[
    Literal["once", "skip"],
    Field(
        description="After a time in which the platform did not run: begin one run for all that were missed, or none"
    ),
]
Overlap = Annotated[
    Literal["skip", "allow"], Field(description="While its run before has not ended: begin none, or another")
]
CallbackUrl = Annotated[Text, Field(min_length=1, max_length=2_000)]


class ScheduleRequest(ClientQuery):
    """Runs that begin by the clock, in the name and with the rights of whoever asks for them here."""

    agent: AgentName
    cron: ScheduleText = Field(description="A cron line such as '30 2 * * 1-5', or an interval such as every:15m")
    tz: TimeZoneName = "UTC"
    input: Input
    enabled: bool = True
    misfire: Misfire = "once"
    overlap: Overlap = "skip"
    budget: BudgetRequest = BudgetRequest()
    callback_url: CallbackUrl | None = None


class ScheduleChange(Model):
    """What is to be changed; fields that are left out stay. `callback_url` is taken away by null."""

    agent: AgentName | None = None
    cron: ScheduleText | None = None
    tz: TimeZoneName | None = None
    input: Input | None = None
    enabled: bool | None = None
    misfire: Misfire | None = None
    overlap: Overlap | None = None
    budget: BudgetRequest | None = None
    callback_url: CallbackUrl | None = None


class ScheduleQuery(ClientPaged):
    """Which schedules to list."""

    agent: AgentName | None = None


class ScheduleView(View):
    """A schedule. `next_at` is null while it is not enabled; `problem` says why the last time came to nothing."""

    id: UUID
    client: str
    agent: str
    cron: str
    tz: str
    input: dict[str, JsonValue]
    enabled: bool
    misfire: str
    overlap: str
    budget: dict[str, JsonValue]
    callback_url: str | None
    subject: str = Field(description="In whose name its runs act")
    next_at: datetime | None
    last_at: datetime | None
    last_run: UUID | None
    problem: str | None
    created_at: datetime


class CallbackKey(View):
    """With what a client's callbacks are signed."""

    client: str
    key: str = Field(description="The key of the HMAC, as text")
