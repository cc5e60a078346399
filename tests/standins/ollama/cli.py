"""The command `ollama`: serve, list, pull, rm, ps, as far as a person or a health check uses them."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit


def main(words: list[str]) -> int:
    """Run one command. Returns the exit status."""
    match words:
        case ["serve"]:
            from tests.standins.ollama import server

            server.serve(*_address())
        case ["list" | "ls"]:
            _table(_one("GET", "/api/tags"))
        case ["ps"]:
            _one("GET", "/api/ps")
            _say("NAME    ID    SIZE    PROCESSOR    CONTEXT    UNTIL")
        case ["pull", name]:
            for line in _lines("POST", "/api/pull", {"model": name}):
                _say(line["status"])
        case ["rm", *names] if names:
            for name in names:
                _one("DELETE", "/api/delete", {"model": name})
                _say(f"deleted '{name}'")
        case _:
            raise Wrong(f"unknown command for the stand-in: ollama {' '.join(words)}")
    return 0


class Wrong(Exception):
    """What the person reads after 'Error: '."""


def _address() -> tuple[str, int]:
    given = urlsplit(f"//{os.environ.get('OLLAMA_HOST') or '127.0.0.1:11434'}")
    return given.hostname or "127.0.0.1", given.port or 11434


def _lines(method: str, path: str, body: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    host, port = _address()
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}{path}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            for line in answer:
                found = json.loads(line)
                if "error" in found:
                    raise Wrong(found["error"])
                yield found
    except urllib.error.HTTPError as error:
        raise Wrong(json.loads(error.read())["error"]) from error
    except OSError as error:
        raise Wrong("could not connect to ollama server, run 'ollama serve' to start it") from error


def _one(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return next(_lines(method, path, body), {})


def _table(tags: dict[str, Any]) -> None:
    _say(f"{'NAME':<28}{'ID':<16}{'SIZE':<10}MODIFIED")
    for model in tags["models"]:
        size = f"{model['size'] / 1e9:.1f} GB"
        _say(f"{model['name']:<28}{model['digest'][:12]:<16}{size:<10}{model['modified_at'][:19]}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Wrong as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
