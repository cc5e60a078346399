"""Runs, approvals and agents as requests and answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Discriminator, Field, JsonValue, Tag, model_validator

from agents.definitions import AgentName, Definition, ToolPattern
from oberaconnect.endpoint import Model, Text, View
from oberaconnect.paging import Paged

Status = Literal[
    "queued", "running", "waiting_approval", "waiting_input", "waiting_child", "sleeping", "cancelling", "completed",
    "failed", "cancelled", "expired",
]  # fmt: skip
#: In pydantic's dialect of regular expressions `$` is the very end.
Client = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="The client (the MSP's customer) it belongs to")
]


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must say something")  # vendors refuse what has nothing but blanks
    return text


Said = Annotated[Text, Field(min_length=1, max_length=200_000), AfterValidator(_said)]


class ClientQuery(Model):
    """Which client is meant; without one, that of the credential."""

    client: Client | None = None


class ClientPaged(Paged):
    """Query of a list that one client's part can be asked of."""

    client: Client | None = None


class Spoken(Model):
    """One message of the input."""

    role: Literal["user", "assistant"]
    content: Said


class Conversation(Model):
    """A conversation as the input: the last message is a user's."""

    messages: list[Spoken] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _ends_with_a_question(self) -> "Conversation":
        if self.messages[-1].role != "user":
            raise ValueError("the last message must be a user's")
        return self


def _kind(given: object) -> str:
    return "text" if isinstance(given, str) else "conversation"


#: A text, or a conversation; what is wrong with one is not told as if it were the other.
Input = Annotated[Annotated[Said, Tag("text")] | Annotated[Conversation, Tag("conversation")], Discriminator(_kind)]


class BudgetRequest(Model):
    """How much a run may use; each can only be less than the agent's."""

    steps: int | None = Field(default=None, ge=1, le=1_000)
    tool_calls: int | None = Field(default=None, ge=0, le=5_000)
    tokens: int | None = Field(default=None, ge=1, le=100_000_000)
    cost: float | None = Field(default=None, gt=0, le=100_000)
    seconds: float | None = Field(default=None, gt=0, le=86_400)


class RunRequest(Model):
    """What to begin."""

    agent: AgentName
    input: Input
    client: Client | None = None
    session: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    budget: BudgetRequest | None = None
    callback_url: Annotated[Text, Field(max_length=2_000)] | None = None
    metadata: dict[Annotated[Text, Field(max_length=100)], Annotated[Text, Field(max_length=1_000)]] = Field(
        default_factory=dict, max_length=20
    )
    tool_allow: list[ToolPattern] | None = Field(default=None, max_length=100, description="Narrows the agent's tools")
    model: Annotated[Text, Field(max_length=200)] | None = None
    untrusted: bool = Field(
        default=False, description="The input was written by outsiders (a ticket, a mail): nothing is changed unasked"
    )

    @property
    def messages(self) -> list[dict[str, str]]:
        """The input as messages."""
        if isinstance(self.input, str):
            return [{"role": "user", "content": self.input}]
        return [message.model_dump() for message in self.input.messages]


class Result(View):
    """What a run came to."""

    text: str
    citations: list[dict[str, JsonValue]]


class Usage(View):
    """What a run has used, with all runs that it began. `seconds` are those in which it worked."""

    steps: int
    tool_calls: int
    input_tokens: int
    output_tokens: int
    cost: float
    seconds: float


class Waiting(View):
    """What a run waits for: `approval` and `input` are for people, `child` and `time` pass by themselves."""

    kind: Literal["approval", "input", "child", "time"]
    approvals: list["ApprovalView"] = []
    question: str | None = None
    choices: list[str] = []
    wake_at: datetime | None = None


class RunView(View):
    """A run."""

    id: UUID
    agent: str
    agent_version: int
    status: Status
    client: str
    input: dict[str, JsonValue]
    result: Result | None
    problem: dict[str, JsonValue] | None
    waiting: Waiting | None
    parent_id: UUID | None
    retry_of: UUID | None
    session: str | None
    attempt: int
    taint: str | None = Field(description="The tool that first brought in what outsiders wrote")
    budget: dict[str, JsonValue]
    usage: Usage
    callback_url: str | None
    metadata: dict[str, JsonValue] = Field(description="The caller's, and what the platform adds: `via`, `speaker`")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunsQuery(ClientPaged):
    """Which runs to list."""

    status: Status | None = None
    agent: Annotated[Text, Field(max_length=48)] | None = None
    session: Annotated[Text, Field(max_length=200)] | None = None
    parent_id: UUID | None = None


class StepView(View):
    """A turn of a run: what was said, or what the tools gave."""

    number: int
    role: Literal["user", "assistant", "tool"]
    text: str
    model: str | None
    input_tokens: int
    output_tokens: int
    created_at: datetime


class CallView(View):
    """A call of a tool."""

    id: UUID
    turn: int
    tool: str
    args: dict[str, JsonValue]
    args_hash: str
    tool_class: str = Field(serialization_alias="class")
    status: str
    attempt: int
    result: dict[str, JsonValue] | None
    child_id: UUID | None
    started_at: datetime | None
    finished_at: datetime | None


class Steps(View):
    """Everything that was said and done in a run, in order."""

    turns: list[StepView]
    tool_calls: list[CallView]


class InputRequest(Model):
    """The answer to what a run asks."""

    input: Said


class EventView(View):
    """Something that happened in a run."""

    seq: int
    type: str
    data: dict[str, JsonValue]
    at: datetime


class Events(View):
    """Events in order. `next` is the number to ask from; `run` is there with `snapshot=1`."""

    items: list[EventView]
    next: int
    run: RunView | None = None


class EventsQuery(Model):
    """From where on. With `after` the answer is JSON at once, without it a stream."""

    after: int | None = Field(default=None, ge=0, le=2**62)
    limit: int = Field(default=500, ge=1, le=1_000)
    snapshot: bool = False


class ApprovalView(View):
    """A question to a person about a call."""

    id: UUID
    run_id: UUID
    agent: str
    client: str
    kind: Literal["call", "outcome"]
    tool: str
    tool_class: str = Field(serialization_alias="class")
    args: dict[str, JsonValue]
    args_hash: str
    why: str
    status: Literal["pending", "approved", "denied", "expired", "cancelled"]
    decision: str | None
    decided_by: str | None
    reason: str | None
    scope: str | None
    url: str
    expires_at: datetime
    created_at: datetime
    decided_at: datetime | None


class ApprovalsQuery(ClientPaged):
    """Which questions to list."""

    status: Literal["pending", "approved", "denied", "expired", "cancelled"] | None = None
    run_id: UUID | None = None


class DecisionRequest(Model):
    """What is decided. `args_hash` of the approval that was read makes sure that nothing changed since."""

    decision: Literal["approve", "deny", "retry", "skip"]
    reason: Annotated[Text, Field(max_length=2_000)] = ""
    scope: Literal["once", "run"] = "once"
    args_override: dict[str, JsonValue] | None = None
    args_hash: Annotated[str, Field(max_length=64)] | None = None


class AgentRequest(Definition):
    """An agent of a client."""

    client: Client | None = None


class AgentChange(Model):
    """The switch of an agent: false lets it begin nothing, and ends what it has begun at its next step."""

    enabled: bool
    client: Client | None = None


class AgentView(Definition, View):
    """An agent. `version` 0 and `origin` ready: it comes with the platform."""

    client: str | None
    version: int
    origin: Literal["own", "ready"]
    enabled: bool
    created_at: datetime | None
    updated_at: datetime | None


class AgentVersionView(View):
    """What an agent was at a time."""

    version: int
    definition: Definition
    created_by: str
    created_at: datetime


class AgentVersions(View):
    """All versions of an agent, the newest first."""

    items: list[AgentVersionView]
