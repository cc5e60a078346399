"""The blocks that Anthropic's messages are made of: hearing them, and giving them back in the order they came in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from oberaconnect.llm.conversation import Message, ToolCall, Usage

_THINKING = ("thinking", "redacted_thinking")
_COUNTS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
#: What no identifier may hold here; other vendors' do when a conversation moves on to this one.
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


@dataclass
class Heard:
    """An answer as it comes in."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str | None = None
    model: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def whole(cls, message: Any) -> Self:
        """An answer that came at once."""
        heard = cls([block.to_dict() for block in message.content], message.stop_reason, message.model)
        heard._count(message.usage)
        return heard

    @property
    def usage(self) -> Usage:
        """The tokens. The vendor counts those of its cache apart from the others."""
        fresh, read, written, output = (self.counts.get(name, 0) for name in _COUNTS)
        return Usage(fresh + read + written, output, read)

    def add(self, event: Any) -> str:
        """Take one event of a stream. Returns the piece of text it brought.

        Raises:
            LookupError: for events in an order that no server of this API sends.
        """
        if event.type == "message_start":
            self.model = event.message.model
            self._count(event.message.usage)
        elif event.type == "content_block_start":
            self.blocks.append(event.content_block.to_dict())
            if self.blocks[-1]["type"] == "tool_use":
                self.blocks[-1]["input"] = ""  # its JSON comes in pieces
        elif event.type == "content_block_delta":
            return self._extend(self.blocks[event.index], event.delta)
        elif event.type == "message_delta":
            self.stop_reason = event.delta.stop_reason
            self._count(event.usage)
        return ""

    def _extend(self, block: dict[str, Any], delta: Any) -> str:
        match delta.type:
            case "text_delta":
                block["text"] += delta.text
                return str(delta.text)
            case "thinking_delta":
                block["thinking"] += delta.thinking
            case "signature_delta":
                block["signature"] = delta.signature
            case "input_json_delta" if block["type"] == "tool_use":
                block["input"] += delta.partial_json
        return ""

    def _count(self, usage: Any) -> None:
        """Counts are totals; the later event of a stream repeats those that it knows."""
        for name in _COUNTS:
            if (number := getattr(usage, name, None)) is not None:
                self.counts[name] = number


def text_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """All that was said aloud."""
    return "".join(block["text"] for block in blocks if block["type"] == "text")


def call_of(block: Mapping[str, Any]) -> ToolCall:
    """A `tool_use` block as a call; what a stream brought of its arguments may be no JSON."""
    arguments: Any = block["input"]
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError):
            arguments = None
    readable = isinstance(arguments, dict)
    return ToolCall(block["id"], block["name"], arguments if readable else {}, readable)


def thinking_of(blocks: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """What was thought, unchanged. Where it did not come first, the places of texts and calls between are kept, too.

    The vendor takes its thinking back only where it stood. A text's place is its length, a call's its id.
    """
    kinds = [block["type"] for block in blocks]
    thought = [kind in _THINKING for kind in kinds]
    if not any(thought):
        return ()
    first = thought.index(False) if False in thought else len(thought)
    is_plain = not any(thought[first:]) and "text" not in kinds[first + 1 :]
    return tuple(
        dict(block) if is_thought else _place(block)
        for block, is_thought in zip(blocks, thought, strict=True)
        if is_thought or (not is_plain and block["type"] in ("text", "tool_use"))
    )


def _place(block: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] == "text":
        return {"type": "text", "length": len(block["text"])}
    return {"type": "tool_use", "id": block["id"]}


def turns(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages in Anthropic's dialect."""
    return [{"role": message.role, "content": _content(message)} for message in messages]


def _content(message: Message) -> list[dict[str, Any]]:
    # Results come first: text before them would answer the call.
    content: list[dict[str, Any]] = [
        {
            "type": "tool_result",
            "tool_use_id": _FOREIGN.sub("_", result.id),
            "content": result.content,
            "is_error": result.is_error,
        }
        for result in message.tool_results
    ]
    content += _said(message)
    while content[-1]["type"] in _THINKING:  # what followed was a call that was cut off; thinking may not be the end
        content.pop()
    return content


def _said(message: Message) -> Iterator[dict[str, Any]]:
    """Texts, calls and thoughts of a turn in the order they came in."""
    rest = message.text
    calls = {call.id: call for call in message.tool_calls}
    if any(part.get("type") in _THINKING for part in message.thinking):
        for part in message.thinking:
            if part["type"] in _THINKING:
                yield dict(part)
            elif part["type"] == "text":
                yield from _text(rest[: part["length"]])
                rest = rest[part["length"] :]
            elif call := calls.pop(part["id"], None):
                yield _use(call)
    yield from _text(rest)
    for call in calls.values():
        yield _use(call)


def _text(text: str) -> Iterator[dict[str, Any]]:
    if text.strip():  # texts of nothing are sent by the vendor, but not taken back
        yield {"type": "text", "text": text}


def _use(call: ToolCall) -> dict[str, Any]:
    return {"type": "tool_use", "id": _FOREIGN.sub("_", call.id), "name": call.name, "input": call.arguments}
