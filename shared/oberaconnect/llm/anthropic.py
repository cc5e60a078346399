"""Claude, through Anthropic's Messages API."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from oberaconnect.http import sdk_client
from oberaconnect.llm.conversation import Completion, Message, Request, Stop, ToolCall, Usage
from oberaconnect.llm.refusals import Vendor, in_our_words
from oberaconnect.settings import Settings

DEFAULT_MODEL = "claude-sonnet-5-5"
_URL = "https://api.anthropic.com"
_STOPS: dict[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "pause_turn": "end",
    "tool_use": "tool",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}
#: From this generation on models think by themselves, and what they think counts as output. They take no temperature.
_THINKING_GENERATION = 5
_THINKING_TOKENS = 4096


class Anthropic:
    """A Claude model."""

    provider = "anthropic"

    def __init__(self, settings: Settings) -> None:
        """Uses ANTHROPIC_API_KEY (or LLM_API_KEY), LLM_MODEL, LLM_BASE_URL and LLM_TIMEOUT_SECONDS."""
        import anthropic  # noqa: PLC0415 - only who uses it pays for it

        own_key = settings.anthropic_api_key.get_secret_value()
        self.name = settings.llm_model or DEFAULT_MODEL
        self._sdk = anthropic
        self._vendor = Vendor("Anthropic", self.name, "ANTHROPIC_API_KEY" if own_key else "LLM_API_KEY")
        self._is_anthropic = not settings.llm_base_url
        http = sdk_client(settings.llm_timeout_seconds)
        # All is passed: without it the package looks in the environment and in a login of the person who runs it.
        self._client = anthropic.Anthropic(
            api_key=own_key or settings.llm_api_key.get_secret_value(),
            base_url=settings.llm_base_url or _URL,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
            open_telemetry=False,
        )

    def complete(self, request: Request) -> Completion:
        """See `Model.complete`."""
        arguments = self._arguments(request)
        with in_our_words(self._vendor, self._sdk):
            return self._completion(self._client.messages.create(**arguments))

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """See `Model.stream`."""
        arguments = self._arguments(request)
        with in_our_words(self._vendor, self._sdk), self._client.messages.stream(**arguments) as stream:
            yield from stream.text_stream
            yield self._completion(stream.get_final_message())

    def ping(self) -> None:
        """See `Model.ping`. Of other servers that speak this API not each knows how to look up one model."""
        with in_our_words(self._vendor, self._sdk):
            if self._is_anthropic:
                self._client.models.retrieve(self.name)
            else:
                self._client.models.list()

    def close(self) -> None:
        """See `Model.close`."""
        self._client.close()

    def _arguments(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self.name,
            "max_tokens": request.max_tokens,
            "messages": [_turn(message) for message in request.messages],
        }
        output: dict[str, Any] = {}
        if _generation(self.name) >= _THINKING_GENERATION:
            arguments["max_tokens"] += _THINKING_TOKENS
            output["effort"] = "medium" if request.tools else "low"
        if request.schema is not None:
            output["format"] = {"type": "json_schema", "schema": self._sdk.transform_schema(dict(request.schema))}
        if output:
            arguments["output_config"] = output
        if request.system:
            # The rules are the same for every question: the vendor keeps them, and what stands before them (the tools).
            cached = {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral"}}
            arguments["system"] = [cached]
        if request.tools:
            arguments["tools"] = [
                {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
                for tool in request.tools
            ]
        return arguments

    def _completion(self, message: Any) -> Completion:
        if message.stop_reason is None:
            raise self._vendor.away()
        stop = _STOPS.get(message.stop_reason, "end")
        calls = [] if stop == "length" else [block for block in message.content if block.type == "tool_use"]
        usage = message.usage
        cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        return Completion(
            text="".join(block.text for block in message.content if block.type == "text"),
            tool_calls=tuple(_call(block) for block in calls),
            usage=Usage(usage.input_tokens + cached, usage.output_tokens),
            stop=stop,
            model=message.model,
            thinking=tuple(block.to_dict() for block in message.content if "thinking" in block.type),
        )


def _generation(model: str) -> int:
    """The first number of a name such as `claude-sonnet-5-5`; names without one are taken for the newest."""
    found = re.search(r"-(\d+)(?:-|$)", model)
    return int(found[1]) if found else _THINKING_GENERATION


def _call(block: Any) -> ToolCall:
    readable = isinstance(block.input, dict)
    return ToolCall(block.id, block.name, dict(block.input) if readable else {}, readable)


def _turn(message: Message) -> dict[str, Any]:
    content: list[Mapping[str, Any]] = list(message.thinking)
    # Results come first: text before them would answer the call.
    content += [
        {"type": "tool_result", "tool_use_id": result.id, "content": result.content, "is_error": result.is_error}
        for result in message.tool_results
    ]
    if message.text:
        content.append({"type": "text", "text": message.text})
    content += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments} for call in message.tool_calls
    ]
    return {"role": message.role, "content": content}
