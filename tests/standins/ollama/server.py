"""An HTTP server that speaks as Ollama does; its models are the fakes of the tests.

GET    /api/tags, /api/version, /api/ps, /v1/models
POST   /api/show, /api/pull, /api/chat, /api/generate, /api/embed, /api/embeddings
POST   /v1/chat/completions, /v1/embeddings
DELETE /api/delete
"""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.fakes.embeddings import vector
from tests.fakes.llm import LanguageModel
from tests.standins.ollama import reader
from tests.standins.ollama.store import Kind, Known, Store, details, digest, full_name, offered

_VERSION = "0.35.1"
_DIMENSION = 768
_FOLDER = Path("/root/.ollama/models")


def serve(host: str, port: int, folder: Path = _FOLDER) -> None:
    """Answer until the process is stopped."""
    with LanguageModel() as model, ThreadingHTTPServer((host, port), _Handler) as server:
        model.answer(reader.reply)
        server.daemon_threads = True
        _Handler.store = Store(folder)
        _Handler.mind = urlsplit(model.url).netloc
        server.serve_forever()


class Refused(Exception):
    """A status and Ollama's own words."""

    def __init__(self, status: int, words: str) -> None:
        """Both are as the real server has them."""
        super().__init__(words)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: ClassVar[Store]
    mind: ClassVar[str]

    def do_GET(self) -> None:
        """Lists."""
        known: dict[str, Any] = {
            "/": "Ollama is running",
            "/api/version": {"version": _VERSION},
            "/api/tags": {"models": self.store.all()},
            "/api/ps": {"models": []},
            "/v1/models": {
                "object": "list",
                "data": [
                    {"id": item["name"], "object": "model", "created": 0, "owned_by": "library"}
                    for item in self.store.all()
                ],
            },
        }
        if self.path in known:
            self._send(200, known[self.path])
        else:
            self._send(404, {"error": f'path "{self.path}" not found'})

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """What a model does."""
        self._answer()

    def do_DELETE(self) -> None:
        """Only models can be deleted."""
        self._answer()

    def _answer(self) -> None:
        try:
            body = self._body()
            match self.command, self.path:
                case "POST", "/api/pull":
                    self._pull(_name(body), body)
                case "DELETE", "/api/delete":
                    if not self.store.remove(_name(body)):
                        raise Refused(404, f"model '{_name(body)}' not found")
                    self._send(200, {})
                case "POST", "/api/show":
                    known = self._model(body)
                    self._send(200, {"details": details(known), "model_info": {}, "capabilities": [known.kind]})
                case "POST", "/api/chat" if not body.get("messages"):
                    self._model(body, "completion")
                    self._send(200, _loaded(body))
                case "POST", "/api/chat" | "/v1/chat/completions":
                    self._model(body, "completion")
                    self._hand_on(self._ask(self.path, body))
                case "POST", "/api/generate":
                    self._model(body, "completion")
                    self._stream(map(_as_generated, self._ask("/api/chat", _as_chat(body))), body)
                case "POST", "/api/embed" | "/api/embeddings" | "/v1/embeddings":
                    self._model(body)
                    self._send(200, _embedded(self.path, body))
                case _:
                    raise Refused(404, f'path "{self.path}" not found')
        except Refused as refused:
            self._send(refused.status, {"error": str(refused)})

    def _body(self) -> dict[str, Any]:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ValueError:
            raise Refused(400, "invalid JSON in the request body") from None
        if not isinstance(body, dict):
            raise Refused(400, "the request body is no object")
        return body

    def _model(self, body: dict[str, Any], kind: Kind | None = None) -> Known:
        name = _name(body)
        known = self.store.find(name)
        if known is None:
            raise Refused(404, f"model '{name}' not found")
        if kind == "completion" and known.kind != kind:
            raise Refused(400, f'"{full_name(name)}" does not support chat')
        return known

    def _pull(self, name: str, body: dict[str, Any]) -> None:
        known = offered(name)
        if known:
            self.store.put(name)
        self._stream(_pulling(name, known), body)

    def _ask(self, path: str, body: dict[str, Any]) -> HTTPResponse:
        connection = HTTPConnection(self.mind, timeout=60)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        try:
            return connection.getresponse()
        except HTTPException:
            raise Refused(400, "the fake behind the stand-in cannot read these messages") from None

    def _hand_on(self, answer: HTTPResponse) -> None:
        self._head(answer.status, answer.headers["Content-Type"])
        while piece := answer.read1():
            self._chunk(piece)
        self._chunk(b"")

    def _stream(self, lines: Iterator[dict[str, Any]], body: dict[str, Any]) -> None:
        if body.get("stream", True):
            self._head(200, "application/x-ndjson")
            for line in lines:
                self._chunk(json.dumps(line).encode() + b"\n")
            self._chunk(b"")
            return
        *_, last = lines
        self._send(500 if "error" in last else 200, last)

    def _head(self, status: int, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.flush()

    def _send(self, status: int, document: Any) -> None:
        body = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(document, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _name(body: dict[str, Any]) -> str:
    name = body.get("model") or body.get("name")
    if not isinstance(name, str):
        raise Refused(400, "model is required")
    return name


def _pulling(name: str, known: Known | None) -> Iterator[dict[str, Any]]:
    yield {"status": "pulling manifest"}
    if known is None:
        yield {"error": "pull model manifest: file does not exist"}
        return
    layer = f"sha256:{digest(name)}"
    for done in (0, known.size // 2, known.size):
        yield {"status": f"pulling {layer[7:19]}", "digest": layer, "total": known.size, "completed": done}
    for status in ("verifying sha256 digest", "writing manifest", "success"):
        yield {"status": status}


def _loaded(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a chat without messages, by which clients only have a model loaded."""
    return {
        "model": body["model"],
        "message": {"role": "assistant", "content": ""},
        "done_reason": "load",
        "done": True,
    }


def _as_chat(body: dict[str, Any]) -> dict[str, Any]:
    turns = [{"role": "system", "content": body["system"]}] if body.get("system") else []
    turns.append({"role": "user", "content": body.get("prompt") or ""})
    kept = {"model", "stream", "format"}
    return {"messages": turns} | {name: value for name, value in body.items() if name in kept}


def _as_generated(line: bytes) -> dict[str, Any]:
    part: dict[str, Any] = json.loads(line)
    return {"response": part.pop("message")["content"], **part}


def _embedded(path: str, body: dict[str, Any]) -> dict[str, Any]:
    given = body.get("prompt") if path == "/api/embeddings" else body.get("input")
    texts = given if isinstance(given, list) else [given or ""]
    vectors = [vector(text, _DIMENSION) for text in texts]
    if path == "/api/embeddings":
        return {"embedding": vectors[0]}
    if path == "/api/embed":
        return {"model": body["model"], "embeddings": vectors, "total_duration": 1, "prompt_eval_count": len(texts)}
    items = [{"object": "embedding", "index": at, "embedding": item} for at, item in enumerate(vectors)]
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    return {"object": "list", "data": items, "model": body["model"], "usage": usage}
