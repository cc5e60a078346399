"""What is said to a language model and what comes back, in no vendor's dialect."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, Self

#: Why an answer ended. `length`: it was cut at `max_tokens` or at the end of the context; its tool calls are left out.
Stop = Literal["end", "length", "tool", "refused"]
#: Whether the model may use the tools it was given. `required`: it must use one.
ToolChoice = Literal["auto", "none", "required"]
#: What is sent where somebody said nothing: no vendor takes an empty last turn.
_NOTHING = "(no text)"


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

    `thinking` is the `Completion.thinking` of the same turn: some vendors want it back unchanged while tools are used,
    and with it everything said before it (the system prompt and the tools, too) as it was. A vendor gets only its own.
    """

    role: Literal["user", "assistant"]
    text: str = ""
    tool_calls: Sequence[ToolCall] = ()
    tool_results: Sequence[ToolResult] = ()
    thinking: Sequence[Mapping[str, Any]] = ()

    def plain(self) -> dict[str, Any]:
        """The turn as a JSON-ready document for the database, without what is empty.

        The arguments of a call stay text: the database may sort the keys of an object, and a vendor wants back what it
        sent.
        """
        document: dict[str, Any] = {"role": self.role}
        if self.text:
            document["text"] = self.text
        if self.tool_calls:
            document["tool_calls"] = [
                {"id": call.id, "name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
                | ({} if call.is_readable else {"is_readable": False})
                for call in self.tool_calls
            ]
        if self.tool_results:
            document["tool_results"] = [
                {"id": result.id, "content": result.content} | ({"is_error": True} if result.is_error else {})
                for result in self.tool_results
            ]
        if self.thinking:
            document["thinking"] = [dict(part) for part in self.thinking]
        return document

    @classmethod
    def from_plain(cls, document: Mapping[str, Any]) -> Self:
        """The turn that `plain` gave this document for."""
        return cls(
            role=document["role"],
            text=document.get("text", ""),
            tool_calls=tuple(
                ToolCall(call["id"], call["name"], json.loads(call["arguments"]), call.get("is_readable", True))
                for call in document.get("tool_calls", ())
            ),
            tool_results=tuple(
                ToolResult(result["id"], result["content"], result.get("is_error", False))
                for result in document.get("tool_results", ())
            ),
            thinking=tuple(document.get("thinking", ())),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said with it: no call, no result and no text but white space."""
        return not (self.tool_calls or self.tool_results or self.text.strip())


@dataclass(frozen=True)
class Request:
    """One question with everything said before. The last message is a user's.

    `max_tokens` bounds the answer. `schema` is the JSON Schema of an object; the text of the answer then follows it
    unless it was cut. A request has tools or a schema, not both: not every vendor can do both at once.

    `temperature` (0 to 2), `stop` (texts at which the answer ends) and `tool_choice` are wishes. They are left out
    where a model does not know them: models that think by themselves take no temperature, Claude from the fifth
    generation on and Ollama cannot be made to use a tool, and OpenAI's thinking models know no `stop`.
    """

    messages: Sequence[Message]
    system: str = ""
    max_tokens: int = 1024
    tools: Sequence[Tool] = ()
    schema: Mapping[str, Any] | None = None
    temperature: float | None = None
    stop: Sequence[str] = ()
    tool_choice: ToolChoice | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a request that no vendor could answer."""
        if not self.messages or self.messages[-1].role != "user":
            raise ValueError("a request ends with a user's message")
        if self.tools and self.schema is not None:
            raise ValueError("a request has tools or a schema, not both")

    @property
    def turns(self) -> list[Message]:
        """The messages as they can be sent: without empty turns, for vendors refuse those. The last is a user's."""
        turns = [message for message in self.messages[:-1] if not message.is_empty]
        last = self.messages[-1]
        return [*turns, replace(last, text=_NOTHING) if last.is_empty else last]


@dataclass(frozen=True)
class Usage:
    """Tokens counted by the vendor; 0 where it does not count. Those read from its cache are part of `input_tokens`."""

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0


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
