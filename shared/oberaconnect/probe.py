"""One question to one server: is it there, and is it well? Standard library only; nothing is kept open."""

import json
import shlex
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

State = Literal["pass", "warn", "fail", "absent", "silent", "slow", "stranger"]
_MAX_BYTES = 65_536
#: PostgreSQL's SSLRequest: length 8, code 80877103. Every server answers it with one byte, before any password.
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")


@dataclass(frozen=True)
class Finding:
    """What was found. `down` names the checks that failed, when the service told them."""

    state: State
    down: tuple[str, ...] = ()


def http(base_url: str, path: str, *, timeout_seconds: float, service: str = "") -> Finding:
    """GET a health address. An empty `base_url`, or a host name that nobody has, is `absent`.

    `service`: the answer must be JSON that names this service; else a stranger sits at the address.
    """
    if not base_url:
        return Finding("absent")
    try:
        status, body = _get(base_url, path, timeout_seconds)
    except (OSError, HTTPException, ValueError) as error:
        return _failure(error)
    document = _json_object(body)
    if (service and document.get("service") != service) or status not in {200, 204, 503}:
        return Finding("stranger")
    if status == 503:
        return Finding("fail", _down(document, "fail"))
    return Finding("warn", _down(document, "warn")) if document.get("status") == "warn" else Finding("pass")


def has_host(base_url: str) -> bool:
    """Whether somebody has the name in `base_url`. Takes as long as the name server takes."""
    try:
        socket.getaddrinfo(urlsplit(base_url).hostname, None)
    except (OSError, ValueError):
        return False
    return bool(base_url)


def _get(base_url: str, path: str, timeout_seconds: float) -> tuple[int, bytes]:
    address = urlsplit(base_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=timeout_seconds)
    try:
        # In open mode a server answers only to this machine's own names, whatever name it was found under.
        headers = {"Host": "localhost", "Accept": "application/json"}
        connection.request("GET", address.path + path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(_MAX_BYTES)
    finally:
        connection.close()


def postgres(dsn: str, *, timeout_seconds: float) -> Finding:
    """Whether a PostgreSQL server takes connections at the address of `dsn` (an address or `name=value` pairs)."""
    host, port = _postgres_address(dsn)
    try:
        if host.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout_seconds)
            connection.connect(f"{host}/.s.PGSQL.{port}")
        else:
            connection = socket.create_connection((host, port), timeout=timeout_seconds)
        with connection:
            connection.sendall(_SSL_REQUEST)
            answer = connection.recv(1)
    except OSError as error:
        return _failure(error)
    # E: it is there, but takes nobody at the moment (starting, stopping, or full).
    return Finding({b"S": "pass", b"N": "pass", b"E": "fail"}.get(answer, "stranger"))  # type: ignore[arg-type]


def _failure(error: Exception) -> Finding:
    if isinstance(error, socket.gaierror | ValueError):  # no such name, or nothing that could be one
        return Finding("absent")
    if isinstance(error, TimeoutError):
        return Finding("slow")
    # Also a certificate that does not fit.
    return Finding("stranger" if isinstance(error, HTTPException | ssl.SSLError) else "silent")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _down(document: Mapping[str, Any], status: str) -> tuple[str, ...]:
    checks = document.get("checks")
    if not isinstance(checks, dict):
        return ()
    return tuple(
        name
        for name, found in checks.items()
        if isinstance(found, list) and found and isinstance(found[0], dict) and found[0].get("status") == status
    )


def _postgres_address(dsn: str) -> tuple[str, int]:
    if "://" in dsn:
        parts = urlsplit(dsn)
        query = parse_qs(parts.query)
        host = query.get("host", [unquote(parts.hostname or "")])[0]
        port = query.get("port", [str(parts.port or "")])[0]
    else:
        pairs = dict(pair.split("=", 1) for pair in shlex.split(dsn) if "=" in pair)
        host, port = pairs.get("host", ""), pairs.get("port", "")
    return host or "127.0.0.1", int(port or 5432)
