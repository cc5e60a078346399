"""What a tool is, for the loop that calls it, the models that are told of it and the MCP face that offers it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from oberaconnect.auth import Principal

#: What a call can do: look, change what can be changed back, take away, or reach the world outside the platform.
ToolClass = Literal["read", "write", "destructive", "external"]


@dataclass(frozen=True)
class Spec:
    """A tool as it is described.

    `name` matches ^[A-Za-z0-9_-]{1,64}$. `parameters` and `output` are the JSON Schemas of objects. `scope` is what the
    caller's credential must carry (None: nothing). `idempotent`: the same call twice does what one does, so it may be
    made again when nobody knows how it ended. `taints`: what it returns may have been written by outsiders. `seconds`
    is the longest that a call may take.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    tool_class: ToolClass
    scope: str | None = None
    output: Mapping[str, Any] | None = None
    idempotent: bool = False
    taints: bool = True
    seconds: float = 120.0


@dataclass(frozen=True)
class Citation:
    """Where something that a tool returned stands; the fields of `POST /api/rag/query`."""

    title: str
    url: str | None = None
    document_id: str | None = None
    page: int | None = None
    section: str | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a call gave. `content` is what the model reads; `data` the same for programs, following `Spec.output`.

    `is_error`: the tool could not do it and `content` says why and what to do; that is no failure of the run.
    """

    content: str
    data: Any = None
    citations: Sequence[Citation] = ()
    is_error: bool = False


@dataclass(frozen=True)
class Calling:
    """Around one call: for whom, under which key, and until when.

    `key` is the same when the call is made again (it goes out as Idempotency-Key). `check` is asked between the steps
    of a long call and raises when the run was cancelled, lost or is stopped; `seconds` is the longest it may take.
    `progress` takes a sentence for whoever watches.
    """

    principal: Principal
    key: str
    seconds: float = 60.0
    check: Callable[[], None] = field(default=lambda: None)
    progress: Callable[[str], None] = field(default=lambda _: None)


class Tool(Protocol):
    """Something that can be called. Safe under threads."""

    @property
    def spec(self) -> Spec:
        """How it is described."""

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Do it. `arguments` have been checked against `Spec.parameters`, and the scope against the caller.

        Raises:
            Unavailable: what it needs is away and nothing was done: it may be tried again.
            Timeout: it may have been done. Where that must not be repeated, a person is asked what to do.
            Problem: everything else that the platform refuses, in the platform's words.
        """
