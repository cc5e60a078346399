"""An answer as a chat completion, whole or in chunks. Pure but for the clock."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from agents.openai_face.pieces import Answer, Called, Cited, Doing, Ended, Said
from oberaconnect.llm import ToolCall, Usage

_DONE = "data: [DONE]\n\n"


@dataclass(frozen=True)
class ChatReply:
    """One answer to a chat. `with_usage`: the stream ends with what it cost."""

    model: str
    with_usage: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, pieces: Answer) -> dict[str, Any]:
        """The answer when it is complete."""
        text: list[str] = []
        annotations: list[dict[str, Any]] = []
        calls: list[dict[str, Any]] = []
        ended = Ended()
        for piece in pieces:
            match piece:
                case Said():
                    text.append(piece.text)
                case Cited():
                    annotations.append(annotation(piece))
                case Called():
                    calls += [_call(call) for call in piece.calls]
                case Ended():
                    ended = piece
        message: dict[str, Any] = {"role": "assistant", "content": "".join(text) or (None if calls else "")}
        if annotations:
            message["annotations"] = annotations
        if calls:
            message["tool_calls"] = calls
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": ended.finish}
        return self._head("chat.completion") | {"choices": [choice], "usage": usage(ended.usage)}

    def frames(self, pieces: Answer) -> Iterator[str]:
        """The answer as it comes: the role, the deltas, why it ended, what it cost, and that it is done.

        The first piece is waited for, so that what fails before it is no half answer.
        """
        first = next(pieces)
        yield self._chunk({"role": "assistant", "content": ""})
        ended = Ended()
        for piece in chain([first], pieces):
            match piece:
                case Said():
                    yield self._chunk({"content": piece.text})
                case Cited():
                    yield self._chunk({"annotations": [annotation(piece)]})
                case Called():
                    calls = [{"index": index, **_call(call)} for index, call in enumerate(piece.calls)]
                    yield self._chunk({"tool_calls": calls})
                case Doing():
                    # Open WebUI shows it as a line above the answer; others see a delta without content.
                    status = {"type": "status", "data": {"description": piece.description, "done": piece.done}}
                    yield self._chunk({}, event=status)
                case Ended():
                    ended = piece
        yield self._chunk({}, ended.finish)
        if self.with_usage:
            yield _frame(self._head("chat.completion.chunk") | {"choices": [], "usage": usage(ended.usage)})
        yield _DONE

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _frame(self._head("chat.completion.chunk") | {"choices": [choice]} | more)


def annotation(cited: Cited) -> dict[str, Any]:
    """A citation in OpenAI's words."""
    place = {"url": cited.url, "title": cited.title, "start_index": cited.start, "end_index": cited.end}
    return {"type": "url_citation", "url_citation": place}


def usage(counted: Usage) -> dict[str, int]:
    """What a model counted, in OpenAI's words."""
    return {
        "prompt_tokens": counted.input_tokens,
        "completion_tokens": counted.output_tokens,
        "total_tokens": counted.input_tokens + counted.output_tokens,
    }


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
    return {"id": call.id, "type": "function", "function": function}


def _frame(document: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"
