"""What an agent is: its instructions, its tools, what it may do unasked, and how much it may spend."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from agents.tools.contract import ToolClass
from oberaconnect.auth import SCOPES
from oberaconnect.endpoint import Model, Text

#: `auto`: without asking; `ask`: a person approves each call; `deny`: never.
Rule = Literal["auto", "ask", "deny"]
_AGENT = re.compile(r"^[a-z0-9][a-z0-9-]{0,47}\Z")
_PATTERN = re.compile(r"^[A-Za-z0-9_*-]{1,64}\Z")


def _agent_name(name: str) -> str:
    if not _AGENT.match(name):
        raise ValueError("an agent's name has lower-case letters, digits and dashes, at most 48")
    return name


def _pattern(text: str) -> str:
    if not _PATTERN.match(text):
        raise ValueError("a tool is named by letters, digits, '_' and '-'; '*' stands for any of them")
    return text


def _scope(name: str) -> str:
    if name not in SCOPES:
        raise ValueError(f"there is no scope '{name}' (there are: {', '.join(sorted(SCOPES))})")
    return name


AgentName = Annotated[str, AfterValidator(_agent_name)]
ToolPattern = Annotated[str, AfterValidator(_pattern)]
ScopeName = Annotated[str, AfterValidator(_scope)]


class Budget(Model):
    """How much one run, with all that it begins, may use. `cost` needs LLM_INPUT_PRICE and LLM_OUTPUT_PRICE.

    `seconds` are those in which it works; what it waits for people is not counted.
    """

    steps: int = Field(default=24, ge=1, le=1_000, description="Turns of the model")
    tool_calls: int = Field(default=60, ge=0, le=5_000)
    tokens: int = Field(default=400_000, ge=1, le=100_000_000, description="Of input and output together")
    cost: float | None = Field(default=None, gt=0, le=100_000)
    seconds: float = Field(default=900.0, gt=0, le=86_400)


class Daily(Model):
    """How much all runs of an agent may use a day (UTC)."""

    runs: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    cost: float | None = Field(default=None, gt=0)


class ApprovalPolicy(Model):
    """What happens to a call of each class, as long as the run has read nothing that outsiders wrote.

    Afterwards every class but `read` asks; `deny` stays.
    """

    read: Rule = "auto"
    write: Rule = "ask"
    destructive: Rule = "ask"
    external: Rule = "ask"
    #: Whether whoever asked for the run may approve its calls.
    self_approval: bool = True

    def rule(self, tool_class: ToolClass) -> Rule:
        """The rule for a class."""
        found: Rule = getattr(self, tool_class)
        return found


class Definition(Model):
    """One version of an agent."""

    name: AgentName
    description: Annotated[Text, Field(max_length=1_000)] = ""
    instructions: Annotated[Text, Field(min_length=1, max_length=40_000)]
    model: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="provider/model of LLM_MODELS or LLM_FALLBACK; null: the platform's own"
    )
    tool_allow: list[ToolPattern] = Field(default_factory=list, max_length=100)
    approval_policy: ApprovalPolicy = ApprovalPolicy()
    budget: Budget = Budget()
    daily: Daily = Daily()
    children: list[AgentName] = Field(default_factory=list, max_length=20, description="Agents that it may begin")
    scopes: list[ScopeName] | None = Field(default=None, description="At most these of its caller's; null: all of them")
    max_tokens: int = Field(default=4_096, ge=64, le=64_000, description="Of one turn of the model")

    def allows(self, tool: str) -> bool:
        """Whether a tool is among those it may use."""
        return is_named(tool, self.tool_allow)


def is_named(tool: str, patterns: Iterable[str]) -> bool:
    """Whether a tool's name is meant by one of the patterns."""
    return any(fnmatchcase(tool, pattern) for pattern in patterns)
