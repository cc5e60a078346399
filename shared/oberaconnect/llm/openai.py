"""Any endpoint that speaks OpenAI's chat completions: OpenAI itself, llama-server, vLLM, LM Studio and many more."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from oberaconnect.http import sdk_client
from oberaconnect.llm.conversation import Completion, Message, Request, Stop, ToolCall, Usage
from oberaconnect.llm.refusals import Vendor, in_our_words
from oberaconnect.settings import Settings

_URL = "https://api.openai.com/v1"
#: OpenAI's models that think by themselves; they refuse a temperature and texts to stop at.
_THINKING_MODELS = re.compile(r"o\d|gpt-[5-9]")
#: From this version on they take tools here only when they are told not to think; with both OpenAI wants another API.
_THOUGHTLESS_WITH_TOOLS = (5, 4)
_THINKING_FIELDS = ("reasoning_content", "reasoning")
#: How thinking from here is told apart from another vendor's.
_THINKING = "openai_thinking"
_MAX_STOPS = 4
_STOPS: dict[str, Stop] = {"length": "length", "content_filter": "refused"}


@dataclass
class _HeardCall:
    index: int | None
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class _Heard:
    """An answer as it comes in."""

    text: list[str] = field(default_factory=list)
    calls: list[_HeardCall] = field(default_factory=list)
    #: By the field it came in: servers of open models differ.
    thinking: dict[str, str] = field(default_factory=dict)
    finish: str | None = None
    usage: Any = None
    model: str = ""
    refused: bool = False

    def add(self, message: Any) -> str:
        """Take a message or a part of one. Returns the piece of text it brought."""
        piece = message.content or ""
        self.text.append(piece)
        self.refused = self.refused or bool(message.refusal)
        for name in _THINKING_FIELDS:
            if isinstance(thought := getattr(message, name, None), str) and thought:
                self.thinking[name] = self.thinking.get(name, "") + thought
        for position, part in enumerate(message.tool_calls or []):
            # Only the parts of a stream say which call they belong to.
            self._add_call(getattr(part, "index", position), part)
        return str(piece)

    def _add_call(self, index: int | None, part: Any) -> None:
        """Not every server counts the calls of a stream: a new id begins a new call, too."""
        same = [
            call
            for call in self.calls
            if (index is None or call.index == index) and (not part.id or call.id in ("", part.id))
        ]
        if not same:
            same = [_HeardCall(index)]
            self.calls += same
        call = same[-1]
        call.id = call.id or part.id or ""
        if part.function:
            call.name = call.name or part.function.name or ""
            call.arguments += part.function.arguments or ""


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
        self._thinks = base_url == _URL and _THINKING_MODELS.match(self.name) is not None
        self._must_not_think_with_tools = base_url == _URL and _version(self.name) >= _THOUGHTLESS_WITH_TOOLS
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
            heard = _Heard(finish=choice.finish_reason, usage=answer.usage, model=answer.model or "")
            heard.add(choice.message)
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
                        if piece := heard.add(choice.delta):
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
            "messages": _turns(request.system, request.turns, self.name),
            self._limit: request.max_tokens,
        }
        if request.temperature is not None and not self._thinks:
            arguments["temperature"] = request.temperature
        if request.stop and not self._thinks:
            arguments["stop"] = list(request.stop)[:_MAX_STOPS]
        if request.tools:
            arguments["tools"] = [tool.as_function() for tool in request.tools]
            if self._must_not_think_with_tools:
                arguments["reasoning_effort"] = "none"
            if request.tool_choice is not None:
                arguments["tool_choice"] = request.tool_choice
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
        calls = () if stop == "length" else tuple(_call(call) for call in heard.calls)
        return Completion(
            text="".join(heard.text),
            tool_calls=calls,
            usage=_usage(heard.usage),
            stop="tool" if calls and stop == "end" else stop,
            model=heard.model or self.name,
            thinking=tuple(
                {"type": _THINKING, "model": self.name, "field": name, "text": text}
                for name, text in heard.thinking.items()
            ),
        )


def _version(model: str) -> tuple[int, int]:
    """The numbers of a name such as `gpt-5.5-mini`; (0, 0) for names without any."""
    found = re.match(r"gpt-(\d+)(?:\.(\d+))?", model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def _usage(usage: Any) -> Usage:
    """What was counted; not every server does."""
    details = getattr(usage, "prompt_tokens_details", None)
    return Usage(
        getattr(usage, "prompt_tokens", None) or 0,
        getattr(usage, "completion_tokens", None) or 0,
        getattr(details, "cached_tokens", None) or 0,
    )


def _call(heard: _HeardCall) -> ToolCall:
    try:
        arguments = json.loads(heard.arguments or "{}")
    except (ValueError, RecursionError):
        arguments = None
    readable = isinstance(arguments, dict)
    # Some servers give no id, but all want one back with the result.
    identifier = heard.id or f"call_{secrets.token_hex(6)}"
    return ToolCall(identifier, heard.name, arguments if readable else {}, readable)


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


def _turns(system: str, messages: Sequence[Message], model: str) -> list[dict[str, Any]]:
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
        for part in message.thinking:
            # Another server may refuse a field that it does not know.
            if part.get("type") == _THINKING and part.get("model") == model:
                turn[part["field"]] = part["text"]
        if message.text or message.tool_calls:
            turns.append(turn)
    return turns
