"""An embedding model over real HTTP, in the two dialects: a text's vector says which words are in it.

POST /api/embed, GET /api/version      Ollama
POST /v1/embeddings, GET /v1/models    OpenAI

with Embeddings() as model:
    embed.from_settings(model.settings(settings, "ollama"))
"""

import json
import re
import threading
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from oberaconnect.settings import Settings

Provider = Literal["ollama", "openai"]


def vector(text: str, dimension: int) -> list[float]:
    """One number a bucket of words; not of length one, as those of many models."""
    numbers = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()):
        numbers[zlib.crc32(word.encode()) % dimension] += 2.0
    numbers[0] += 0.1
    return numbers


class Embeddings:
    """The server. `asked` lists the bodies that arrived, `keys` their credentials, oldest first."""

    def __init__(self, dimension: int = 64) -> None:
        """Listens on a free loopback port at once."""
        self.dimension = dimension
        #: Instead of vectors: this status, or this body with status 200.
        self.status = 200
        self.body: bytes | None = None
        #: Called before texts are embedded.
        self.before: Callable[[], None] = lambda: None
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self, given: Settings, provider: Provider, model: str = "test-embed") -> Settings:
        """The settings of a platform that embeds with this model."""
        return Settings.model_validate(
            given.model_dump()
            | {"embed_provider": provider, "embed_model": model, "embed_base_url": self.url, "embed_api_key": "key-1"}
        )

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What a path says to a body."""
        self.before()
        given = body["input"]
        texts = [given] if isinstance(given, str) else given
        vectors = [vector(text, self.dimension) for text in texts]
        if path == "/api/embed":
            return 200, {"model": body["model"], "embeddings": vectors, "total_duration": 1, "prompt_eval_count": 3}
        if path == "/v1/embeddings":
            # Backwards: the dialect promises an index, not an order.
            items = [{"object": "embedding", "index": at, "embedding": item} for at, item in enumerate(vectors)][::-1]
            usage = {"prompt_tokens": 3, "total_tokens": 3}
            return 200, {"object": "list", "data": items, "model": body["model"], "usage": usage}
        return 404, {"error": "not found"}

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self.close()


def _handler(model: Embeddings) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.keys.append(self.headers.get("Authorization", ""))
            if model.status != 200:
                self._send(model.status, b'{"error": "vendor words that nobody should see"}')
            elif model.body is not None:
                self._send(200, model.body)
            else:
                status, answer = model.answer(self.path, body)
                self._send(status, json.dumps(answer).encode())

        def do_GET(self) -> None:
            known: dict[str, Any] = {
                "/api/version": {"version": "0.33.0"},
                "/v1/models": {"object": "list", "data": []},
            }
            found = self.path in known
            self._send(200 if found else 404, json.dumps(known.get(self.path, {"error": "not found"})).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
