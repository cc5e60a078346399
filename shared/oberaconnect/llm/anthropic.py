"""Claude, through Anthropic's Messages API."""

import re
from collections.abc import Iterator
from typing import Any

from oberaconnect.http import sdk_client
from oberaconnect.llm.anthropic_blocks import Heard, call_of, text_of, thinking_of, turns
from oberaconnect.llm.conversation import Completion, Request, Stop
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
#: From this generation on models think by themselves, and what they think counts as output. They take no temperature,
#: and most of them cannot be made to use a tool.
_THINKING_GENERATION = 5
#: What they may think, in tokens. Between tools there is more to think about.
_THINKING_TOKENS = {"low": 4096, "medium": 8192}
#: From this version on what was thought is only taken back after the very same words. See `_binding`.
_BOUND_VERSION = (5, 1)
_BINDING_BETA = "thinking-binding-controls-2026-08-01"
_KEPT = {"type": "ephemeral"}
#: How many of the last user turns are marked for the cache. An earlier mark is found again even when one turn of many
#: results pushed it further back than the vendor looks (20 blocks).
_MARKED_TURNS = 2


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
        self._version = _version(self.name)
        self._thinks = self._version[0] >= _THINKING_GENERATION
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
            message = self._client.messages.create(**arguments)
            return self._completion(Heard.whole(message))

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """See `Model.stream`."""
        arguments = self._arguments(request)
        heard = Heard()
        with in_our_words(self._vendor, self._sdk):
            # Not the package's own reading of the stream: it completes arguments that were cut, as if they were whole.
            with self._client.messages.create(**arguments, stream=True) as events:
                for event in events:
                    if piece := heard.add(event):
                        yield piece
            yield self._completion(heard)

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
            "messages": turns(request.turns),
            **self._wishes(request),
        }
        output: dict[str, Any] = {}
        if self._thinks:
            output["effort"] = "medium" if request.tools else "low"
            arguments["max_tokens"] += _THINKING_TOKENS[output["effort"]]
        if request.schema is not None:
            output["format"] = {"type": "json_schema", "schema": self._sdk.transform_schema(dict(request.schema))}
        if output:
            arguments["output_config"] = output
        if request.system.strip():
            # The rules are the same for every question: the vendor keeps them, and what stands before them (the tools).
            arguments["system"] = [{"type": "text", "text": request.system, "cache_control": _KEPT}]
        if request.tools:
            arguments["tools"] = [
                {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
                for tool in request.tools
            ]
            if "system" not in arguments:
                arguments["tools"][-1]["cache_control"] = _KEPT
            # Who uses tools comes back with the same conversation and a little more.
            users = [turn for turn in arguments["messages"] if turn["role"] == "user"]
            for turn in users[-_MARKED_TURNS:]:
                turn["content"][-1]["cache_control"] = _KEPT
        return arguments

    def _wishes(self, request: Request) -> dict[str, Any]:
        """What the request asks for beyond the answer itself, as far as this model takes it."""
        wishes: dict[str, Any] = {}
        if request.temperature is not None and not self._thinks:
            # The package knows only what the newest models take.
            wishes["extra_body"] = {"temperature": min(request.temperature, 1.0)}
        if stops := [text for text in request.stop if text.strip()]:
            wishes["stop_sequences"] = stops
        if request.tools and request.tool_choice in ("auto", "none"):
            wishes["tool_choice"] = {"type": request.tool_choice}
        elif request.tools and request.tool_choice == "required" and not self._thinks:
            wishes["tool_choice"] = {"type": "any"}
        if self._version >= _BOUND_VERSION and (request.tools or any(turn.thinking for turn in request.messages)):
            wishes |= _binding()
        return wishes

    def _completion(self, heard: Heard) -> Completion:
        if heard.stop_reason is None:
            raise self._vendor.away()
        stop = _STOPS.get(heard.stop_reason, "end")
        calls = [] if stop == "length" else [block for block in heard.blocks if block["type"] == "tool_use"]
        return Completion(
            text=text_of(heard.blocks),
            tool_calls=tuple(call_of(block) for block in calls),
            usage=heard.usage,
            stop=stop,
            model=heard.model or self.name,
            thinking=thinking_of(heard.blocks),
        )


def _version(model: str) -> tuple[int, int]:
    """The numbers of a name such as `claude-sonnet-5-5`; names without one are taken for the first that thinks.

    What follows may be a date (`claude-opus-4-20250514`), which is no number of a version.
    """
    found = re.search(r"-(\d{1,2})(?:-(\d{1,2}))?(?=-|$)", model)
    return (int(found[1]), int(found[2] or 0)) if found else (_THINKING_GENERATION, 0)


def _binding() -> dict[str, Any]:
    """Thinking that no longer fits the words before it is left out instead of being a reason to refuse the question.

    The instructions or the tools of an agent may change between two questions of a conversation, and long ones are
    shortened. Source: Anthropic's documentation, "Preserved thinking".
    """
    binding = {"prefix_mismatch_behavior": "drop_block"}
    return {
        "thinking": {"type": "adaptive", "block_binding": binding},
        "extra_headers": {"anthropic-beta": _BINDING_BETA},
    }
