"""What is said to a language model and what comes back, in no vendor's dialect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

#: Why an answer ended. `length`: it was cut at `max_tokens` or at the end of the context; its tool calls are left out.
Stop = Literal["end", "length", "tool", "refused"]


@dataclass(frozen=True)
class Tool:
    """Something the model may ask for. `parameters` is the JSON Schema of an object."""

    name: str
    description: str
    parameters: Mapping[str, Any]

    def as_function(self) -> dict[str, Any]:
        """The tool in the words of OpenAI's API, which Ollama took over."""
        function = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "function": function}


@dataclass(frozen=True)
class ToolCall:
    """The model's wish to use a tool.

    `is_readable` is false when its arguments were no JSON object: then do not run it, but answer with an error.
    """

    id: str
    name: str
    arguments: dict[str, Any]
    is_readable: bool = True


@dataclass(frozen=True)
class ToolResult:
    """What a tool gave for the call `id`."""

    id: str
    content: str
    is_error: bool = False


@dataclass(frozen=True)
class Message:
    """One turn. An assistant's carries text and calls; a user's text, or the results of all calls of the turn before.

    `thinking` is the `Completion.thinking` of the same turn: some vendors want it back unchanged while tools are used.
    """

    role: Literal["user", "assistant"]
    text: str = ""
    tool_calls: Sequence[ToolCall] = ()
    tool_results: Sequence[ToolResult] = ()
    thinking: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Request:
    """One question with everything said before. The last message is a user's.

    `max_tokens` bounds the answer. `schema` is the JSON Schema of an object; the text of the answer then follows it
    unless it was cut. A request has tools or a schema, not both: not every vendor can do both at once.
    """

    messages: Sequence[Message]
    system: str = ""
    max_tokens: int = 1024
    tools: Sequence[Tool] = ()
    schema: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a request that no vendor could answer."""
        if not self.messages or self.messages[-1].role != "user":
            raise ValueError("a request ends with a user's message")
        if self.tools and self.schema is not None:
            raise ValueError("a request has tools or a schema, not both")


@dataclass(frozen=True)
class Usage:
    """Tokens counted by the vendor, those read from its cache included."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Completion:
    """A whole answer. `model` is the name the vendor gave; `thinking` is opaque and JSON-ready, see `Message`."""

    text: str
    tool_calls: tuple[ToolCall, ...]
    usage: Usage
    stop: Stop
    model: str
    thinking: tuple[Mapping[str, Any], ...] = ()


class Model(Protocol):
    """A language model that can be asked. Safe under threads.

    Every method raises `Unavailable` when the model cannot be reached, refuses or breaks off, `Timeout` when the whole
    answer of `complete` or the next piece of `stream` takes longer than LLM_TIMEOUT_SECONDS, and `TooMany` when its
    vendor wants us to wait. Nothing is tried twice.
    """

    @property
    def provider(self) -> str:
        """The value of LLM_PROVIDER that brings it."""

    @property
    def name(self) -> str:
        """The model's name at its vendor."""

    def complete(self, request: Request) -> Completion:
        """The whole answer at once."""

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """Pieces of the text as they come, then exactly one `Completion` with all of it."""

    def ping(self) -> None:
        """Prove that the vendor answers, takes our credential and knows the model, without paying for an answer."""

    def close(self) -> None:
        """Give the connections back."""
