"""Models on this machine or in this network, through Ollama's own API: only that lets us set the context's size."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oberaconnect.http import Client
from oberaconnect.llm.conversation import Completion, Message, Request, ToolCall, Usage
from oberaconnect.llm.refusals import Vendor
from oberaconnect.problems import Problem, Timeout, Unavailable
from oberaconnect.settings import Settings

DEFAULT_MODEL = "llama3.2"
_URL = "http://127.0.0.1:11434"
#: How thinking from here is told apart from another vendor's.
_THINKING = "ollama_thinking"


@dataclass
class _Heard:
    """An answer as it comes in."""

    text: str = ""
    thinking: str = ""
    calls: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, message: Mapping[str, Any]) -> str:
        """Take one message. Returns the piece of text it brought."""
        piece = str(message.get("content") or "")
        self.text += piece
        self.thinking += str(message.get("thinking") or "")
        self.calls += message.get("tool_calls") or []
        return piece


class Ollama:
    """A model that Ollama runs."""

    provider = "ollama"

    def __init__(self, settings: Settings) -> None:
        """Uses LLM_BASE_URL (or OLLAMA_URL), LLM_MODEL, LLM_API_KEY, LLM_CONTEXT_TOKENS and LLM_TIMEOUT_SECONDS."""
        key = settings.llm_api_key.get_secret_value()
        self.name = settings.llm_model or DEFAULT_MODEL
        self._context_tokens = settings.llm_context_tokens
        self._vendor = Vendor("Ollama", self.name, "LLM_API_KEY")
        self._client = Client(
            settings.llm_base_url or settings.ollama_url or _URL,
            timeout_seconds=settings.llm_timeout_seconds,
            headers={"Authorization": f"Bearer {key}"} if key else None,
            name="Ollama",
        )

    def complete(self, request: Request) -> Completion:
        """See `Model.complete`."""
        try:
            last = self._client.post_json("/api/chat", self._body(request, stream=False))
        except Problem as problem:
            raise self._in_our_words(problem) from problem
        heard = _Heard()
        heard.add(_message(last))
        return self._completion(heard, last)

    def stream(self, request: Request) -> Iterator[str | Completion]:
        """See `Model.stream`."""
        heard = _Heard()
        try:
            with self._client.stream("POST", "/api/chat", json=self._body(request, stream=True)) as response:
                for line in response.iter_lines():
                    part = self._part(line)
                    if piece := heard.add(_message(part)):
                        yield piece
                    if part.get("done"):
                        yield self._completion(heard, part)
                        return
        except Problem as problem:
            raise self._in_our_words(problem) from problem
        raise self._vendor.away()

    def ping(self) -> None:
        """See `Model.ping`."""
        try:
            self._client.post_json("/api/show", {"model": self.name})
        except Problem as problem:
            raise self._in_our_words(problem) from problem

    def close(self) -> None:
        """See `Model.close`."""
        self._client.close()

    def _body(self, request: Request, *, stream: bool) -> dict[str, Any]:
        system = request.system
        if request.schema is not None:
            # The grammar alone forces the form; said in words too, the model also fills it with sense.
            system += f"\n\nAnswer with one JSON object that follows this JSON Schema:\n{json.dumps(request.schema)}"
        options: dict[str, Any] = {"num_ctx": self._context_tokens, "num_predict": request.max_tokens}
        if request.temperature is not None:
            options["temperature"] = request.temperature
        if request.stop:
            options["stop"] = list(request.stop)
        body: dict[str, Any] = {
            "model": self.name,
            "messages": _turns(system.strip(), request.turns),
            "stream": stream,
            "options": options,
            # An error is better than an answer to a question of which the beginning was silently cut off.
            "truncate": False,
            "shift": False,
        }
        if request.schema is not None:
            body["format"] = dict(request.schema)
        if request.tools and request.tool_choice != "none":
            body["tools"] = [tool.as_function() for tool in request.tools]
        return body

    def _part(self, line: str) -> dict[str, Any]:
        try:
            part = json.loads(line)
        except ValueError as error:
            raise self._vendor.unreadable() from error
        if not isinstance(part, dict):
            raise self._vendor.unreadable()
        if "error" in part:  # the status was sent long ago, so a failure comes as a line
            raise self._vendor.refused(500, {}, str(part["error"]))
        return part

    def _completion(self, heard: _Heard, last: Any) -> Completion:
        if not isinstance(last, dict) or not last.get("done"):
            raise self._vendor.unreadable()
        cut = last.get("done_reason") == "length"
        found = () if cut else tuple(_call(call) for call in heard.calls)
        return Completion(
            text=heard.text,
            tool_calls=found,
            # What its cache holds is not counted apart.
            usage=Usage(int(last.get("prompt_eval_count") or 0), int(last.get("eval_count") or 0)),
            stop="length" if cut else "tool" if found else "end",
            model=str(last.get("model") or self.name),
            thinking=({"type": _THINKING, "text": heard.thinking},) if heard.thinking else (),
        )

    def _in_our_words(self, problem: Problem) -> Problem:
        if isinstance(problem, Unavailable | Timeout):
            return problem
        return self._vendor.refused(problem.status, {"retry-after": problem.headers.get("Retry-After", "")})


def _message(part: Any) -> dict[str, Any]:
    message = part.get("message") if isinstance(part, dict) else None
    return message if isinstance(message, dict) else {}


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function") or {}
    arguments: Any = function.get("arguments")
    readable = isinstance(arguments, dict)
    # Older versions give no id; results are matched by the tool's name then.
    identifier = str(call.get("id") or f"call_{secrets.token_hex(6)}")
    return ToolCall(identifier, str(function.get("name", "")), arguments if readable else {}, readable)


def _turns(system: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for message in messages:
        turns += [
            {
                "role": "tool",
                "tool_name": names.get(result.id, ""),
                "tool_call_id": result.id,
                "content": f"Error: {result.content}" if result.is_error else result.content,
            }
            for result in message.tool_results
        ]
        turn: dict[str, Any] = {"role": message.role, "content": message.text}
        if message.tool_calls:
            turn["tool_calls"] = [
                {"id": call.id, "function": {"name": call.name, "arguments": call.arguments}}
                for call in message.tool_calls
            ]
        if thoughts := [part["text"] for part in message.thinking if part.get("type") == _THINKING]:
            turn["thinking"] = "".join(thoughts)
        if message.text or message.tool_calls:
            turns.append(turn)
    return turns
