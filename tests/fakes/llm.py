"""A language model that says what a test tells it, over real HTTP and in three dialects.

POST /v1/messages           Anthropic Messages   (JSON, or server-sent events)
POST /api/chat, /api/show   Ollama               (JSON, or one JSON document a line)
POST /v1/chat/completions   OpenAI               (JSON, or server-sent events)

with LanguageModel() as model:
    model.say("Hello", " world")                       # the next answer
    model.answer(lambda asked: Reply(["…"]))           # every answer that was not said before
    llm.from_settings(model.settings(settings, "ollama"))
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import SecretStr
from tests.fakes import llm_anthropic
from tests.fakes.llm_reply import Call, Reply, Thought

from oberaconnect.settings import Settings

__all__ = ["Asked", "Call", "LanguageModel", "Provider", "Reply", "Thought"]

Provider = Literal["anthropic", "ollama", "openai"]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        """The system prompt in any dialect."""
        given = self.body.get("system")
        if given is not None:
            return given if isinstance(given, str) else "\n".join(block["text"] for block in given)
        return "\n".join(item["content"] for item in self.body.get("messages", []) if item["role"] == "system")

    @property
    def text(self) -> str:
        """The last user message in any dialect."""
        content = [item["content"] for item in self.body.get("messages", []) if item["role"] == "user"][-1]
        return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


class LanguageModel:
    """The server. `asked` lists what arrived, oldest first; `refused` why Anthropic's dialect answered 400 to some."""

    def __init__(self) -> None:
        """Listens on a free loopback port at once."""
        self.asked: list[Asked] = []
        self.refused: list[str] = []
        self._next: deque[Reply] = deque()
        self._always: Callable[[Asked], Reply] | None = None
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.model = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The server's address without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def say(self, *pieces: str, **options: Any) -> None:
        """Script the next answer: text pieces, and the options of `Reply`."""
        self._next.append(Reply(pieces, **options))

    def answer(self, always: Callable[[Asked], Reply]) -> None:
        """Answer whatever was not scripted by `say`."""
        self._always = always

    def forget(self) -> None:
        """Begin anew: nothing was asked, and nothing is scripted."""
        self.asked.clear()
        self.refused.clear()
        self._next.clear()
        self._always = None

    def settings(self, settings: Settings, provider: Provider, **changes: Any) -> Settings:
        """The settings with this server as the model; `changes` by field name."""
        update: dict[str, Any] = {
            "llm_provider": provider,
            "llm_model": "test-model",
            "llm_base_url": f"{self.url}/v1" if provider == "openai" else self.url,
            "llm_timeout_seconds": 5.0,
            "anthropic_api_key": SecretStr("test-key-for-the-fake"),
        }
        return settings.model_copy(update=update | changes)

    def reply_to(self, asked: Asked) -> Reply:
        """What to answer now."""
        self.asked.append(asked)
        if self._next:
            return self._next.popleft()
        if self._always is not None:
            return self._always(asked)
        return Reply(status=500, error="the test scripted no answer")

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    model: LanguageModel

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle of an answer is part of the tests."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        """Model listings, which is what a ping asks for."""
        reply = self.server.model.reply_to(Asked(self.path, dict(self.headers.items()), {}))
        if reply.status != 200:
            self._send(reply.status, _error(self.path, reply), reply.headers)
        elif self.path.startswith("/v1/models/"):
            self._send(200, {"type": "model", "id": self.path.rsplit("/", 1)[1], "display_name": "Test"}, {})
        else:
            self._send(200, {"object": "list", "data": [{"id": "test-model", "object": "model"}]}, {})

    def do_POST(self) -> None:
        """One question."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        asked = Asked(self.path, dict(self.headers.items()), body)
        reply = self.server.model.reply_to(asked)
        if asked.path.startswith("/v1/messages") and (why := llm_anthropic.refusal(body)):
            reply = Reply(status=400, error=why)
            self.server.model.refused.append(why)
        time.sleep(reply.delay_seconds)
        if reply.body is not None:
            self._raw(200, reply.body, "application/json", {})
        elif reply.status != 200:
            self._send(reply.status, _error(self.path, reply), reply.headers)
        elif self.path == "/api/show":
            self._send(200, {"capabilities": ["completion", "tools"]}, {})
        elif body.get("stream", self.path.startswith("/api/")):
            self._stream(reply, _DIALECTS[self.path.partition("?")[0]](reply, body))
        else:
            self._send(200, _WHOLE[self.path.partition("?")[0]](reply, body), {})

    def _send(self, status: int, document: Any, headers: Mapping[str, str]) -> None:
        self._raw(status, json.dumps(document).encode(), "application/json", headers)

    def _raw(self, status: int, body: bytes, media_type: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply, frames: Iterator[bytes]) -> None:
        self.send_response(200)
        lines = self.path.startswith("/api/")
        self.send_header("Content-Type", "application/x-ndjson" if lines else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for frame in frames:
            if frame == _CUT:
                self.wfile.flush()
                self.close_connection = True
                return
            self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")


_CUT = b"\x00cut"


def _error(path: str, reply: Reply) -> dict[str, Any]:
    if path.startswith("/api/"):
        return {"error": reply.error}
    return {"type": "error", "error": {"type": "vendor_error", "message": reply.error, "code": None, "param": None}}


def _pieces(reply: Reply) -> Iterator[str | None]:
    """The pieces; None where the stream goes wrong (and nothing comes after)."""
    for index, piece in enumerate(reply.pieces):
        if reply.fail_after == index:
            yield None
            return
        yield piece
    if reply.fail_after is not None and reply.fail_after >= len(reply.pieces):
        yield None


def _wrong(reply: Reply, error: bytes) -> Iterator[bytes]:
    if reply.fail_how == "error":
        yield error
    elif reply.fail_how == "cut":
        yield _CUT


# Ollama


def _ollama_calls(reply: Reply) -> list[dict[str, Any]]:
    return [
        ({"id": call.id} if call.id else {})
        | {"function": {"index": number, "name": call.name, "arguments": dict(call.arguments)}}
        for number, call in enumerate(reply.calls)
    ]


def _ollama_last(reply: Reply, body: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": body["model"], "created_at": "2026-01-01T00:00:00Z", "message": dict(message), "done": True,
        "done_reason": "length" if reply.stop == "length" else "stop", "total_duration": 1,
        **({"prompt_eval_count": reply.input_tokens, "eval_count": reply.output_tokens} if reply.counts else {}),
    }  # fmt: skip


def _ollama_whole(reply: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(reply.pieces)}
    if reply.thinking:
        message["thinking"] = reply.thinking
    if reply.calls:
        message["tool_calls"] = _ollama_calls(reply)
    return _ollama_last(reply, body, message)


def _ollama_stream(reply: Reply, body: Mapping[str, Any]) -> Iterator[bytes]:
    def line(document: Mapping[str, Any]) -> bytes:
        return json.dumps(document).encode() + b"\n"

    def part(**message: Any) -> bytes:
        return line({"model": body["model"], "message": {"role": "assistant", "content": "", **message}, "done": False})

    if reply.thinking:
        yield part(thinking=reply.thinking)
    for piece in _pieces(reply):
        if piece is None:
            yield from _wrong(reply, line({"error": reply.error}))
            return
        yield part(content=piece)
    if reply.calls:
        yield part(tool_calls=_ollama_calls(reply))
    yield line(_ollama_last(reply, body, {"role": "assistant", "content": ""}))


# OpenAI


def _openai_stop(reply: Reply) -> str:
    if reply.stop == "end":
        return "tool_calls" if reply.calls else "stop"
    return {"length": "length", "refused": "content_filter"}[reply.stop]


def _openai_call(number: int, call: Call) -> dict[str, Any]:
    text = json.dumps(dict(call.arguments)) if call.broken is None else call.broken
    return {"id": call.id or f"call_{number}", "type": "function", "function": {"name": call.name, "arguments": text}}


def _openai_usage(reply: Reply) -> dict[str, Any] | None:
    if not reply.counts:
        return None
    return {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
    }


def _openai_whole(reply: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(reply.pieces) or None}
    if reply.thinking:
        message["reasoning_content"] = reply.thinking
    if reply.calls:
        message["tool_calls"] = [_openai_call(number, call) for number, call in enumerate(reply.calls)]
    choice = {"index": 0, "message": message, "finish_reason": _openai_stop(reply)}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"]}
    return {**head, "choices": [choice], "usage": _openai_usage(reply)}


def _openai_stream(reply: Reply, body: Mapping[str, Any]) -> Iterator[bytes]:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
        return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n".encode()

    yield chunk({"role": "assistant", "content": ""})
    if reply.thinking:
        yield chunk({"reasoning_content": reply.thinking})
    for piece in _pieces(reply):
        if piece is None:
            error = {"error": {"message": reply.error, "type": "server_error", "code": None, "param": None}}
            yield from _wrong(reply, f"data: {json.dumps(error)}\n\n".encode())
            return
        yield chunk({"content": piece})
    for number, call in enumerate(reply.calls):
        whole = _openai_call(number, call)
        text = whole["function"]["arguments"]
        first = {**whole, "index": number, "function": {"name": call.name, "arguments": text[: len(text) // 2]}}
        yield chunk({"tool_calls": [first]})
        yield chunk({"tool_calls": [{"index": number, "function": {"arguments": text[len(text) // 2 :]}}]})
    yield chunk({}, _openai_stop(reply))
    if reply.counts and body.get("stream_options", {}).get("include_usage"):
        yield f"data: {json.dumps({**head, 'choices': [], 'usage': _openai_usage(reply)})}\n\n".encode()
    yield b"data: [DONE]\n\n"


_DIALECTS: dict[str, Callable[[Reply, Mapping[str, Any]], Iterator[bytes]]] = {
    "/v1/messages": lambda reply, body: llm_anthropic.stream(reply, body, _CUT),
    "/api/chat": _ollama_stream,
    "/v1/chat/completions": _openai_stream,
}
_WHOLE: dict[str, Callable[[Reply, Mapping[str, Any]], dict[str, Any]]] = {
    "/v1/messages": llm_anthropic.message,
    "/api/chat": _ollama_whole,
    "/v1/chat/completions": _openai_whole,
}
