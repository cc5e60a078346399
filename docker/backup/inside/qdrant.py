"""The vectors that a Qdrant server keeps: `size`, `take`, `send NAME SNAPSHOT`, `receive NAME BYTES`, `finish NAME…`.

A snapshot is the server's own copy of a collection at a moment; it lies in the server's folder until it was sent.
"""

import http.client
import json
import os
import secrets
import sys
from typing import Any
from urllib.parse import quote, urlsplit

_PIECE = 1 << 20
_SECONDS = 3600.0


class _Server:
    def __init__(self) -> None:
        parts = urlsplit(os.environ["QDRANT_URL"])
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname or "", parts.port or 6333, timeout=_SECONDS)
        self.path = parts.path.rstrip("/")
        key = os.environ.get("QDRANT_API_KEY", "")
        self.headers = {"api-key": key} if key else {}

    def answer(self, method: str, path: str, body: Any = None) -> http.client.HTTPResponse:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        try:
            self.connection.request(method, self.path + path, content, {**self.headers, **kind})
            answer = self.connection.getresponse()
        except OSError as error:
            raise SystemExit(f"The vector store does not answer: {error}") from None
        return _good(answer, f"{method} {path}")

    def result(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self.answer(method, path, body).read())["result"]

    def names(self) -> list[str]:
        return sorted(item["name"] for item in self.result("GET", "/collections")["collections"])

    def points(self, name: str) -> int:
        return int(self.result("POST", f"{_path(name)}/points/count", {"exact": True})["count"])


def _good(answer: http.client.HTTPResponse, asked: str) -> http.client.HTTPResponse:
    if answer.status >= 300:
        words = answer.read(500).decode(errors="replace")
        raise SystemExit(f"The vector store answered {asked} with {answer.status}: {words}")
    return answer


def _path(name: str) -> str:
    return f"/collections/{quote(name, safe='')}"


def size(server: _Server) -> dict[str, int]:
    """Only the server knows how much there is; but it must answer."""
    server.names()
    return {"bytes": 0}


def take(server: _Server) -> dict[str, Any]:
    """Have a snapshot made of every collection."""
    found = {}
    for name in server.names():
        made = server.result("POST", f"{_path(name)}/snapshots?wait=true")
        found[name] = {"snapshot": made["name"], "points": server.points(name)}
    return found


def send(server: _Server, name: str, snapshot: str) -> None:
    """Write a snapshot to standard output."""
    answer = server.answer("GET", f"{_path(name)}/snapshots/{quote(snapshot, safe='')}")
    while piece := answer.read(_PIECE):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def drop(server: _Server, name: str, snapshot: str) -> dict[str, int]:
    """Have a snapshot deleted."""
    server.result("DELETE", f"{_path(name)}/snapshots/{quote(snapshot, safe='')}?wait=true")
    return {}


def receive(server: _Server, name: str, size_bytes: int) -> dict[str, int]:
    """Have a collection made from the snapshot in standard input, in place of any other of that name."""
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="snapshot"; filename="snapshot"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    path = f"{_path(name)}/snapshots/upload?wait=true&priority=snapshot"
    connection = server.connection
    connection.putrequest("POST", server.path + path)
    for key, value in server.headers.items():
        connection.putheader(key, value)
    connection.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
    connection.putheader("Content-Length", str(len(head) + size_bytes + len(tail)))
    connection.endheaders(head)
    while piece := sys.stdin.buffer.read(_PIECE):
        connection.send(piece)
    connection.send(tail)
    _good(connection.getresponse(), f"POST {path}").read()
    return {}


def finish(server: _Server, names: list[str]) -> dict[str, int]:
    """Have every other collection deleted; returns the points of these."""
    for name in server.names():
        if name not in names:
            server.result("DELETE", _path(name))
    return {name: server.points(name) for name in names}


def main(verb: str, words: list[str]) -> None:
    """Do one of them."""
    server = _Server()
    match verb:
        case "send":
            send(server, *words)
            return
        case "drop":
            result = drop(server, *words)
        case "receive":
            result = receive(server, words[0], int(words[1]))
        case "finish":
            result = finish(server, words)
        case _:
            result = {"size": size, "take": take}[verb](server)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
