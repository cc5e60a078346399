"""Anthropic's dialect of the fake language model: its answers, and what the real one refuses."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fakes.llm_reply import Call, Reply, Thought

_MAX_BREAKPOINTS = 4
_ID = re.compile(r"[A-Za-z0-9_-]+\Z")


def message(reply: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    """An answer at once."""
    blocks = [_block(number, part) for number, part in enumerate(_parts(reply))]
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"],
        "content": blocks, "stop_reason": _stop(reply), "stop_sequence": None,
        "usage": _usage(reply, reply.output_tokens),
    }  # fmt: skip


def stream(reply: Reply, body: Mapping[str, Any], wrong: bytes) -> Iterator[bytes]:
    """An answer as events; `wrong` stands where the connection is cut."""
    start = message(reply, body) | {"content": [], "stop_reason": None, "usage": _usage(reply, 1)}
    yield _event("message_start", message=start)
    yield _event("ping")
    said = 0
    parts = _parts(reply)
    for index, part in enumerate(parts):
        block = _block(index, part)
        yield _event("content_block_start", index=index, content_block=block | _emptied(block))
        for delta in _deltas(part, block, reply.pieces):
            if delta["type"] == "text_delta":
                if reply.fail_after == said:
                    yield from _failure(reply, wrong)
                    return
                said += 1
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    if reply.fail_after is not None:
        yield from _failure(reply, wrong)
        return
    ending = {"stop_reason": _stop(reply), "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage={"output_tokens": reply.output_tokens})
    yield _event("message_stop")


def refusal(body: Mapping[str, Any]) -> str | None:
    """Why the real API answers 400 to this body."""
    turns = [(turn["role"], _listed(turn["content"])) for turn in body["messages"]]
    blocks = [block for _, content in turns for block in content]
    if any(not content for _, content in turns):
        return "messages: all messages must have non-empty content"
    if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
        return "messages: text content blocks must be non-empty"
    if any(role == "assistant" and "thinking" in content[-1]["type"] for role, content in turns):
        return "messages: the final block in an assistant message cannot be `thinking`"
    if turns[-1][0] != "user":
        return "this model does not support assistant message prefill"
    marked = [*_listed(body.get("system", [])), *body.get("tools", []), *blocks]
    if sum("cache_control" in block for block in marked) > _MAX_BREAKPOINTS:
        return "a maximum of 4 blocks with cache_control may be provided"
    identifiers = [block[name] for block in blocks for name in ("id", "tool_use_id") if name in block]
    if not all(map(_ID.match, identifiers)):
        return "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
    for (_, content), (_, following) in zip(turns, [*turns[1:], ("user", [])], strict=True):
        asked = {block["id"] for block in content if block["type"] == "tool_use"}
        given = {block["tool_use_id"] for block in following if block["type"] == "tool_result"}
        if asked - given:
            return "`tool_use` ids were found without `tool_result` blocks immediately after"
    return _refused_setting(body)


def _refused_setting(body: Mapping[str, Any]) -> str | None:
    """The newest models refuse what older ones took."""
    if re.match(r"claude-[a-z]+-5", body["model"]):
        if "temperature" in body:
            return "temperature is not supported on this model"
        if body.get("tool_choice", {}).get("type") in ("any", "tool"):
            return "forced tool use is not supported on this model"
    if "tool_choice" in body and not body.get("tools"):
        return "tool_choice may only be specified while providing tools"
    return None


def _listed(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _parts(reply: Reply) -> Sequence[str | Thought | Call]:
    if reply.blocks:
        return reply.blocks
    thought = [Thought(reply.thinking)] if reply.thinking else []
    text = ["".join(reply.pieces)] if reply.pieces or reply.fail_after is not None else []
    return [*thought, *text, *reply.calls]


def _block(number: int, part: str | Thought | Call) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Call):
        return {
            "type": "tool_use", "id": part.id or f"toolu_{number}", "name": part.name, "input": dict(part.arguments)
        }  # fmt: skip
    if part.redacted:
        return {"type": "redacted_thinking", "data": part.text}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _emptied(block: Mapping[str, Any]) -> dict[str, Any]:
    """What a block is before its deltas."""
    empty: dict[str, dict[str, Any]] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "tool_use": {"input": {}},
    }
    return empty.get(str(block["type"]), {})


def _deltas(part: str | Thought | Call, block: Mapping[str, Any], pieces: Sequence[str]) -> Iterator[dict[str, Any]]:
    if isinstance(part, str):
        for piece in pieces or [part]:
            yield {"type": "text_delta", "text": piece}
    elif isinstance(part, Call):
        text = json.dumps(dict(part.arguments)) if part.broken is None else part.broken
        for half in (text[: len(text) // 2], text[len(text) // 2 :]):
            yield {"type": "input_json_delta", "partial_json": half}
    elif not part.redacted:
        for half in (part.text[: len(part.text) // 2], part.text[len(part.text) // 2 :]):
            yield {"type": "thinking_delta", "thinking": half}
        yield {"type": "signature_delta", "signature": block["signature"]}


def _usage(reply: Reply, output_tokens: int) -> dict[str, int]:
    return {
        "input_tokens": reply.input_tokens - reply.cached_tokens - reply.cache_written_tokens,
        "cache_read_input_tokens": reply.cached_tokens,
        "cache_creation_input_tokens": reply.cache_written_tokens,
        "output_tokens": output_tokens,
    }


def _stop(reply: Reply) -> str:
    if reply.stop == "end":
        return "tool_use" if any(isinstance(part, Call) for part in _parts(reply)) else "end_turn"
    return {"length": "max_tokens", "refused": "refusal"}[reply.stop]


def _failure(reply: Reply, wrong: bytes) -> Iterator[bytes]:
    if reply.fail_how == "error":
        yield _event("error", error={"type": "overloaded_error", "message": reply.error})
    elif reply.fail_how == "cut":
        yield wrong


def _event(kind: str, **data: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()
