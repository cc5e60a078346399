"""An answer as a response of the Responses API, whole or as its events. Pure but for the clock."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from agents.openai_face.errors import error
from agents.openai_face.pieces import Answer, Called, Cited, Ended, Said
from oberaconnect.llm import ToolCall, Usage
from oberaconnect.problems import Problem


@dataclass
class ResponseReply:
    """One response: what of it is there, as the pieces come."""

    model: str
    id: str = field(default_factory=lambda: f"resp_{secrets.token_hex(16)}")
    created: int = field(default_factory=lambda: int(time.time()))
    _output: list[dict[str, Any]] = field(default_factory=list, init=False)
    _text: list[str] = field(default_factory=list, init=False)
    _annotations: list[dict[str, Any]] = field(default_factory=list, init=False)
    _number: int = field(default=0, init=False)

    def whole(self, pieces: Answer) -> dict[str, Any]:
        """The response when it is complete."""
        last: dict[str, Any] = {}
        for _, data in self._events(pieces):
            last = data
        found: dict[str, Any] = last["response"]
        return found

    def frames(self, pieces: Answer) -> Iterator[str]:
        """The events of the response as they come. The first piece is waited for, so that no refusal comes late."""
        for name, data in self._events(pieces):
            yield self._frame(name, data)

    def failed(self, problem: Problem) -> str:
        """The last frame of a response that broke off."""
        return self._frame("error", error(problem) | {"code": error(problem)["code"] or "server_error"})

    def _frame(self, name: str, data: Mapping[str, Any]) -> str:
        document = {"type": name, "sequence_number": self._number, **({"error": dict(data)} if name == "error" else {})}
        self._number += 1
        return f"event: {name}\ndata: {json.dumps({**document, **data, 'type': name}, ensure_ascii=False)}\n\n"

    def _events(self, pieces: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
        first = next(pieces)
        yield "response.created", {"response": self._response("in_progress")}
        yield "response.in_progress", {"response": self._response("in_progress")}
        ended = Ended()
        for piece in chain([first], pieces):
            match piece:
                case Said():
                    yield from self._say(piece.text)
                case Cited():
                    yield from self._cite(piece)
                case Called():
                    yield from self._close()
                    for call in piece.calls:
                        yield from self._call(call)
                case Ended():
                    ended = piece
        yield from self._close()
        if ended.finish in ("length", "content_filter"):
            reason = "max_output_tokens" if ended.finish == "length" else "content_filter"
            cut = self._response("incomplete", ended.usage) | {"incomplete_details": {"reason": reason}}
            yield "response.incomplete", {"response": cut}
        else:
            yield "response.completed", {"response": self._response("completed", ended.usage)}

    def _say(self, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
        if not self._is_open:
            item = {
                "id": _identifier("msg"),
                "type": "message",
                "status": "in_progress",
                "role": "assistant",
                "content": [],
            }
            self._output.append(item)
            yield "response.output_item.added", {"output_index": self._index, "item": {**item, "content": []}}
            part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
            yield "response.content_part.added", self._place() | {"part": part}
        self._text.append(text)
        yield "response.output_text.delta", self._place() | {"delta": text, "logprobs": []}

    def _cite(self, cited: Cited) -> Iterator[tuple[str, dict[str, Any]]]:
        if not self._is_open:
            return
        place = {"url": cited.url, "title": cited.title, "start_index": cited.start, "end_index": cited.end}
        annotation = {"type": "url_citation", **place}
        self._annotations.append(annotation)
        number = len(self._annotations) - 1
        yield (
            "response.output_text.annotation.added",
            self._place() | {"annotation_index": number, "annotation": annotation},
        )

    def _close(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """End the message that is being written, if there is one."""
        if not self._is_open:
            return
        text = "".join(self._text)
        part = {"type": "output_text", "text": text, "annotations": [*self._annotations], "logprobs": []}
        yield "response.output_text.done", self._place() | {"text": text, "logprobs": []}
        yield "response.content_part.done", self._place() | {"part": part}
        self._output[-1] |= {"status": "completed", "content": [part]}
        yield "response.output_item.done", {"output_index": self._index, "item": dict(self._output[-1])}
        self._text, self._annotations = [], []

    def _call(self, call: ToolCall) -> Iterator[tuple[str, dict[str, Any]]]:
        arguments = json.dumps(call.arguments, ensure_ascii=False)
        item = {
            "id": _identifier("fc"), "type": "function_call", "status": "in_progress", "call_id": call.id,
            "name": call.name, "arguments": "",
        }  # fmt: skip
        self._output.append(item)
        yield "response.output_item.added", {"output_index": self._index, "item": dict(item)}
        place = {"item_id": item["id"], "output_index": self._index}
        yield "response.function_call_arguments.delta", place | {"delta": arguments}
        yield "response.function_call_arguments.done", place | {"name": call.name, "arguments": arguments}
        item |= {"status": "completed", "arguments": arguments}
        yield "response.output_item.done", {"output_index": self._index, "item": dict(item)}

    @property
    def _is_open(self) -> bool:
        last = self._output[-1] if self._output else {}
        return last.get("type") == "message" and last["status"] == "in_progress"

    @property
    def _index(self) -> int:
        return len(self._output) - 1

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._output[-1]["id"], "output_index": self._index, "content_index": 0}

    def _response(self, status: str, counted: Usage | None = None) -> dict[str, Any]:
        return {
            "id": self.id, "object": "response", "created_at": self.created, "status": status, "model": self.model,
            "output": [dict(item) for item in self._output] if status != "in_progress" else [],
            "error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "store": False,
            "parallel_tool_calls": True, "previous_response_id": None, "temperature": None, "top_p": None,
            "tool_choice": "auto", "tools": [], "max_output_tokens": None, "text": {"format": {"type": "text"}},
            "usage": None if counted is None else _usage(counted),
        }  # fmt: skip


def _usage(counted: Usage) -> dict[str, Any]:
    return {
        "input_tokens": counted.input_tokens,
        "input_tokens_details": {"cached_tokens": counted.cached_input_tokens, "cache_write_tokens": 0},
        "output_tokens": counted.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": counted.input_tokens + counted.output_tokens,
    }


def _identifier(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
