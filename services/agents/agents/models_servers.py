"""MCP servers, their tools and their secrets, as requests and answers."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from agents.models import Client
from agents.pool.names import SERVER
from agents.pool.server import CALLS_AT_ONCE, RESULT_BYTES, SECONDS
from agents.tools.contract import ToolClass
from oberaconnect.endpoint import Model, Text, View

Transport = Literal["stdio", "http"]
ToolStatus = Literal["new", "approved", "changed", "gone"]

#: `agent__<name>` begins another agent.
_RESERVED = {"agent"}
_SECRET = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
#: They decide which program runs, or what it loads first. That is what MCP_COMMANDS is for.
_REFUSED_VARIABLES = re.compile(
    r"^(?:PATH|HOME|SHELL|ENV|IFS|BASH_.*|LD_.*|DYLD_.*|PYTHON.*|NODE_(?:OPTIONS|PATH)|PERL.*|RUBY.*|JAVA_TOOL_OPTIONS"
    r"|NPM_CONFIG_.*|UV_.*|PIP_.*|GIT_.*)\Z",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
#: They belong to the protocol, not to whoever enters a server.
_REFUSED_HEADERS = re.compile(
    r"^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|accept.*|expect|mcp-.*|last-event-id|proxy-.*"
    r"|x-forwarded-.*|forwarded)\Z",
    re.IGNORECASE,
)


def _server_name(name: str) -> str:
    if not SERVER.match(name):
        raise ValueError("a server's name has lower-case letters, digits and dashes between them, at most 32")
    if name in _RESERVED:
        raise ValueError(f"'{name}' is the platform's own")
    return name


def _secret_name(name: str) -> str:
    if not _SECRET.match(name):
        raise ValueError("a secret's name has letters, digits, '_', '.' and '-', at most 64")
    return name


def _variable(name: str) -> str:
    if not _VARIABLE.match(name) or _REFUSED_VARIABLES.match(name):
        raise ValueError(f"the variable '{name}' cannot be given to a server")
    return name


def _header(name: str) -> str:
    if not _HEADER.match(name) or _REFUSED_HEADERS.match(name):
        raise ValueError(f"the header '{name}' cannot be given to a server")
    return name


ServerName = Annotated[Text, AfterValidator(_server_name)]
SecretName = Annotated[Text, AfterValidator(_secret_name)]
SecretValue = Annotated[Text, Field(min_length=1, max_length=16_384)]
Url = Annotated[Text, Field(min_length=1, max_length=2_000)]
Argv = Annotated[list[Annotated[Text, Field(max_length=4_000)]], Field(min_length=1, max_length=100)]
Env = Annotated[
    dict[Annotated[str, AfterValidator(_variable)], SecretName],
    Field(max_length=50, description="The name of a variable, and that of the secret it gets"),
]
Headers = Annotated[
    dict[Annotated[str, AfterValidator(_header)], SecretName],
    Field(max_length=20, description="The name of a header, and that of the secret it gets"),
]
ToolNames = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=200)]],
    Field(max_length=200, description="Names of tools at the server; '*' stands for any characters"),
]


class LimitsRequest(Model):
    """What one call may take, and how many the server gets at once."""

    seconds: float = Field(default=SECONDS, gt=0, le=600)
    result_bytes: int = Field(default=RESULT_BYTES, ge=256, le=1_048_576)
    calls_at_once: int = Field(default=CALLS_AT_ONCE, ge=1, le=64)


class ServerRequest(Model):
    """A new server: `http` with a url, or `stdio` with the program and its arguments."""

    client: Client | None = None
    name: ServerName
    transport: Transport
    url: Url | None = None
    argv: Argv | None = None
    env: Env = Field(default_factory=dict)
    headers: Headers = Field(default_factory=dict)
    trust: bool = Field(
        default=False,
        description="Whether what it says of its tools is believed, and what they return taints no run",
    )
    enabled: bool = True
    tool_allow: ToolNames = Field(default_factory=lambda: ["*"])
    limits: LimitsRequest = LimitsRequest()


class ServerChange(Model):
    """What is left out, or null, stays as it is."""

    url: Url | None = None
    argv: Argv | None = None
    env: Env | None = None
    headers: Headers | None = None
    trust: bool | None = None
    enabled: bool | None = None
    tool_allow: ToolNames | None = None
    limits: LimitsRequest | None = None


class TestQuery(Model):
    """How long to hold the answer back until it is there."""

    wait: float = Field(default=30, ge=0, le=300, description="Seconds")


class ServerStatus(View):
    """What the last test found."""

    tested_at: datetime
    works: bool
    problem: str | None = None
    protocol: str | None = None
    server: dict[str, str] | None = None
    milliseconds: int | None = None
    left_out: int = 0


class LimitsView(View):
    """As `LimitsRequest`."""

    seconds: float
    result_bytes: int
    calls_at_once: int


class ServerView(View):
    """A server. `tools` counts them by status; `status` is null before the first test."""

    id: UUID
    client: str
    name: str
    transport: Transport
    url: str | None
    argv: list[str] | None
    env: dict[str, str]
    headers: dict[str, str]
    trust: bool
    enabled: bool
    tool_allow: list[str]
    limits: LimitsView
    tools: dict[ToolStatus, int]
    status: ServerStatus | None
    created_by: str
    created_at: datetime
    updated_at: datetime


class ToolLine(View):
    """A tool in short. `tool` is what agents and models call it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str
    tool: str
    status: ToolStatus
    tool_class: ToolClass = Field(alias="class")
    hash: str


class ToolView(ToolLine):
    """A tool: as its server describes it now, and what differs from what was approved."""

    title: str
    idempotent: bool
    definition: dict[str, JsonValue]
    diff: list[str]
    approved_by: str | None
    approved_at: datetime | None
    seen_at: datetime
    gone_at: datetime | None


class ToolsView(View):
    """All tools of a server, by name."""

    items: list[ToolView]


class TestView(View):
    """A test. Until it has succeeded only `job` and `job_status` tell something."""

    job: UUID
    job_status: Literal["queued", "running", "succeeded"]
    protocol: str | None = None
    server: dict[str, str] | None = None
    milliseconds: int | None = None
    left_out: int = Field(default=0, description="Tools that are too large, or too many, to be taken")
    tools: list[ToolLine] = Field(default_factory=list)


class ToolCallView(View):
    """A call of a tool by an administrator. Until it has succeeded only `job` and `job_status` tell something."""

    job: UUID
    job_status: Literal["queued", "running", "succeeded"]
    content: str | None = None
    data: JsonValue = None
    is_error: bool = False


class ApproveTool(Model):
    """Which definition is approved, and, where that is to differ, as what."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    hash: Annotated[Text, Field(min_length=64, max_length=64)]
    tool_class: ToolClass | None = Field(default=None, alias="class")
    idempotent: bool | None = None


class CallTool(Model):
    """The arguments of a call."""

    arguments: dict[str, JsonValue] = Field(default_factory=dict)


class SecretRequest(Model):
    """A new secret."""

    client: Client | None = None
    name: SecretName
    value: SecretValue


class SecretChange(Model):
    """Another value for a secret."""

    value: SecretValue


class SecretView(View):
    """A secret, without its value."""

    client: str
    name: str
    created_by: str
    created_at: datetime
    updated_at: datetime


def server_fields(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of `ServerView` from a server's row."""
    own = ServerView.model_fields.keys() - {"client", "tools", "status"}
    return {
        **{name: row[name] for name in own},
        "client": row["tenant"],
        "tools": row["counts"],
        "status": row["state"] or None,
    }
