"""Any endpoint that speaks OpenAI's chat completions: OpenAI itself, llama-server, vLLM, LM Studio and many more."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from oberaconnect.http import sdk_client
from oberaconnect.llm.conversation import Completion, Message, Request, Stop, ToolCall, Usage
from oberaconnect.llm.refusals import Vendor, in_our_words
from oberaconnect.settings import Settings

_URL = "https://api.openai.com/v1"
_STOPS: dict[str, Stop] = {"length": "length", "content_filter": "refused"}


@dataclass
class _Heard:
    """An answer as it comes in."""

    text: list[str] = field(default_factory=list)
    #: By position: id, name, and the arguments' JSON in fragments.
    calls: dict[int, list[str]] = field(default_factory=dict)
    finish: str | None = None
    usage: Any = None
    model: str = ""
    refused: bool = False

    def add_call(self, index: int, part: Any) -> None:
        call = self.calls.setdefault(index, ["", "", ""])
        call[0] = call[0] or part.id or ""
        function = part.function
        call[1] += (function.name if function else "") or ""
        call[2] += (function.arguments if function else "") or ""


class OpenAI:
    """A model behind an OpenAI-compatible endpoint."""

    provider = "openai"

    def __init__(self, settings: Settings) -> None:
        """Uses LLM_MODEL, LLM_BASE_URL, LLM_API_KEY and LLM_TIMEOUT_SECONDS."""
        import openai  # noqa: PLC0415 - only who uses it pays for it

        base_url = settings.llm_base_url or _URL
        host = urlsplit(base_url).hostname or ""
        self.name = settings.llm_model
        self._sdk = openai
        self._vendor = Vendor("OpenAI" if base_url == _URL else host, self.name, "LLM_API_KEY")
        # OpenAI refuses the old name for its newer models; other servers know only the old one.
        self._limit = "max_completion_tokens" if base_url == _URL else "max_tokens"
        http = sdk_client(settings.llm_timeout_seconds)
        self._client = openai.OpenAI(
            # Servers in one's own network need none, but the package insists on something to send.
            api_key=settings.llm_api_key.get_secret_value() or "none",
            base_url=base_url,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
        )

    def complete(self, request: Request) -> Completion:
        """See `Model.complete`."""
        with in_our_words(self._vendor, self._sdk):
            answer = self._client.chat.completions.create(**self._arguments(request))
            choice = answer.choices[0]
            heard = _Heard([choice.message.content or ""], finish=choice.finish_reason, usage=answer.usage)
            heard.model, heard.refused = answer.model, bool(choice.message.refusal)
            for index, call in enumerate(choice.message.tool_calls or []):
                heard.add_call(index, call)
            return self._completion(heard)

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """See `Model.stream`."""
        heard = _Heard()
        with in_our_words(self._vendor, self._sdk):
            chunks = self._client.chat.completions.create(
                **self._arguments(request), stream=True, stream_options={"include_usage": True}
            )
            with chunks:
                for chunk in chunks:
                    heard.usage = chunk.usage or heard.usage
                    heard.model = chunk.model or heard.model
                    for choice in chunk.choices or []:
                        heard.finish = choice.finish_reason or heard.finish
                        heard.refused = heard.refused or bool(choice.delta.refusal)
                        for part in choice.delta.tool_calls or []:
                            heard.add_call(part.index, part)
                        if piece := choice.delta.content:
                            heard.text.append(piece)
                            yield piece
            yield self._completion(heard)

    def ping(self) -> None:
        """See `Model.ping`. Whether the model is known shows only at the first question: not every server lists it."""
        with in_our_words(self._vendor, self._sdk):
            self._client.models.list()

    def close(self) -> None:
        """See `Model.close`."""
        self._client.close()

    def _arguments(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self.name,
            "messages": _turns(request.system, request.messages),
            self._limit: request.max_tokens,
        }
        if request.tools:
            arguments["tools"] = [tool.as_function() for tool in request.tools]
        if request.schema is not None:
            arguments["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": dict(request.schema),
                    "strict": _is_strict(request.schema),
                },
            }
        return arguments

    def _completion(self, heard: _Heard) -> Completion:
        if heard.finish is None:  # the connection was closed in good order, but too early
            raise self._vendor.away()
        stop: Stop = "refused" if heard.refused else _STOPS.get(heard.finish, "end")
        calls = () if stop == "length" else tuple(_call(heard.calls[index]) for index in sorted(heard.calls))
        return Completion(
            text="".join(heard.text),
            tool_calls=calls,
            usage=Usage(heard.usage.prompt_tokens, heard.usage.completion_tokens) if heard.usage else Usage(0, 0),
            stop="tool" if calls and stop == "end" else stop,
            model=heard.model or self.name,
        )


def _call(parts: Sequence[str]) -> ToolCall:
    identifier, name, text = parts
    try:
        arguments = json.loads(text or "{}")
    except ValueError:
        arguments = None
    readable = isinstance(arguments, dict)
    return ToolCall(identifier, name, arguments if readable else {}, readable)


def _is_strict(schema: Any) -> bool:
    """Whether a schema is of the kind that OpenAI can promise: every object closed, every property required."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "object":
            closed = schema.get("additionalProperties") is False
            complete = set(schema.get("required", ())) == set(schema.get("properties", ()))
            if not (closed and complete):
                return False
        return all(_is_strict(value) for value in schema.values())
    return all(_is_strict(item) for item in schema) if isinstance(schema, list | tuple) else True


def _turns(system: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    for message in messages:
        turns += [
            {
                "role": "tool",
                "tool_call_id": result.id,
                "content": f"Error: {result.content}" if result.is_error else result.content,
            }
            for result in message.tool_results
        ]
        turn: dict[str, Any] = {"role": message.role, "content": message.text}
        if message.tool_calls:
            turn["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
                }
                for call in message.tool_calls
            ]
        if message.text or message.tool_calls:
            turns.append(turn)
    return turns
