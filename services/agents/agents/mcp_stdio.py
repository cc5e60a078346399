"""The platform's MCP server for programs that only start local ones: what comes on stdin goes there, answers come back.

    OBERACONNECT_KEY=msp_… python -m agents.mcp_stdio --url http://localhost:8080/api/agents/mcp

It needs nothing but Python, keeps nothing, and understands of the protocol no more than what HTTP adds to it. What goes
wrong on the way is said on stderr, and to the client as the error of its request.
"""

import argparse
import base64
import json
import os
import re
import socket
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, TextIO
from urllib.parse import urlsplit

DEFAULT_URL = "http://localhost:8080/api/agents/mcp"
#: Longer than any call of a tool is waited for.
_SECONDS = 900.0
#: What was asked before stdin ended is still answered, if that does not take long.
_LAST_SECONDS = 5.0
_VERSION = "io.modelcontextprotocol/protocolVersion"
#: What the header Mcp-Name repeats (2026-07-28).
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
_PARSE_ERROR = -32700
_INTERNAL_ERROR = -32603

Message = dict[str, Any]


class Refused(Exception):
    """What went wrong on the way, as a sentence."""


class Relay:
    """Between a client and the platform."""

    def __init__(self, url: str, key: str, out: TextIO, log: TextIO) -> None:
        """`key` may be empty: a platform in open mode asks for none. Raises `Refused` for what cannot be meant."""
        self._parts = urlsplit(url)
        if self._parts.scheme not in ("http", "https") or not self._parts.hostname:
            raise Refused(f"'{url}' is no address. Give one such as --url {DEFAULT_URL}")
        if not _PLAIN.fullmatch(key or "-"):
            raise Refused("OBERACONNECT_KEY holds characters that no key has.")
        self._url = url
        self._key = key
        self._out = out
        self._log = log
        self._lock = threading.Lock()
        self._version = ""
        self._open: dict[str, socket.socket] = {}
        self._cancelled: set[str] = set()

    def run(self, lines: Iterable[str]) -> None:
        """Pass on what the client says until it says no more."""
        threads: list[threading.Thread] = []
        for line in lines:
            try:
                message = json.loads(line) if line.strip() else None
            except ValueError:
                self._fail(None, _PARSE_ERROR, "This line is not valid JSON.")
                continue
            if not isinstance(message, dict) or "method" not in message:
                continue  # the platform asks nothing by itself, so nothing here can be an answer
            if "id" in message:
                threads = [thread for thread in threads if thread.is_alive()]
                threads.append(threading.Thread(target=self._request, args=(message,), daemon=True))
                threads[-1].start()
            elif message["method"] == "notifications/cancelled":
                self._cancel(json.dumps((message.get("params") or {}).get("requestId")))
            # Other notifications are for servers that remember who says them; this one has no sessions.
        for thread in threads:
            thread.join(_LAST_SECONDS)

    def _request(self, message: Message) -> None:
        identifier = json.dumps(message["id"])
        try:
            is_answered = False
            for answer in self._exchange(identifier, message):
                is_answered = is_answered or "method" not in answer
                self._write(answer)
            if not is_answered:
                raise Refused("The platform broke off the answer. Try again.")
        except Refused as refused:
            if identifier not in self._cancelled:
                print(refused, file=self._log, flush=True)
                self._fail(message["id"], _INTERNAL_ERROR, str(refused))
        finally:
            self._open.pop(identifier, None)
            self._cancelled.discard(identifier)

    def _exchange(self, identifier: str, message: Message) -> Iterator[Message]:
        """Send a request; what comes back for it, the answer last."""
        secure = self._parts.scheme == "https"
        assert self._parts.hostname is not None  # noqa: S101 - looked at in the beginning
        connection = (HTTPSConnection if secure else HTTPConnection)(
            self._parts.hostname, self._parts.port, timeout=_SECONDS
        )
        try:
            connection.connect()
            self._open[identifier] = connection.sock
            body = json.dumps(message).encode()
            connection.request("POST", self._parts.path or "/", body, self._headers(message))
            response = connection.getresponse()
            for answer in _answers(response):
                if message["method"] == "initialize" and "result" in answer:
                    self._version = str(answer["result"].get("protocolVersion", ""))
                yield answer
        except (OSError, HTTPException) as error:
            why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            raise Refused(
                f"The platform does not answer at {self._url} ({why}). Is it running? Is --url right?"
            ) from None
        except ValueError:
            raise Refused(f"What answers at {self._url} does not speak MCP. Is --url right?") from None
        finally:
            connection.close()

    def _headers(self, message: Message) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        given = message.get("params")
        params: Mapping[str, Any] = given if isinstance(given, dict) else {}
        meta = params.get("_meta")
        if isinstance(meta, dict) and _VERSION in meta:
            headers["MCP-Protocol-Version"] = _header(meta[_VERSION])
            headers["Mcp-Method"] = _header(message["method"])
            if (field := _NAMED.get(message["method"])) and field in params:
                headers["Mcp-Name"] = _header(params[field])
        elif self._version and message["method"] != "initialize":
            headers["MCP-Protocol-Version"] = self._version
        return headers

    def _cancel(self, identifier: str) -> None:
        """Nobody waits any more: the platform sees that by the closed connection."""
        if (open_socket := self._open.get(identifier)) is not None:
            self._cancelled.add(identifier)
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def _fail(self, identifier: Any, code: int, sentence: str) -> None:
        self._write({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": sentence}})

    def _write(self, message: Message) -> None:
        with self._lock, suppress(BrokenPipeError):  # the client has gone
            self._out.write(json.dumps(message, separators=(",", ":")) + "\n")
            self._out.flush()


def _answers(response: HTTPResponse) -> Iterator[Message]:
    kind = response.headers.get_content_type()
    if kind == "text/event-stream" and response.status == 200:
        data: list[str] = []
        for raw in response:
            line = raw.decode().rstrip("\r\n")
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line and data:
                yield json.loads("\n".join(data))
                data = []
        return
    body = response.read()
    if kind == "application/json":
        yield json.loads(body)
    elif response.status == 401:
        raise Refused("The platform does not accept this key. Put a valid one into OBERACONNECT_KEY ('make key').")
    elif kind == "application/problem+json":
        raise Refused(str(json.loads(body)["detail"]))
    else:
        raise ValueError


def _header(value: Any) -> str:
    """A value as a header can carry it, by the rule of the protocol."""
    text = str(value)
    if _PLAIN.fullmatch(text) and not text.startswith("=?base64?"):
        return text
    return f"=?base64?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="


def main(words: list[str]) -> int:
    """Relay until stdin ends. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="agents.mcp_stdio", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--url", default=DEFAULT_URL, help=f"where the platform's MCP server is (default: {DEFAULT_URL})"
    )
    url = parser.parse_args(words).url
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # both are files here
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        relay = Relay(url, os.environ.get("OBERACONNECT_KEY", "").strip(), sys.stdout, sys.stderr)
    except Refused as refused:
        print(refused, file=sys.stderr)  # noqa: T201
        return 2
    relay.run(sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
