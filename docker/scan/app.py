"""The HTTP face, for the other services: GET /health and POST /scans."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from scan import audit, fields, networks, result, settings
from scan.gate import Gate
from scan.refusal import Busy, Invalid, Refused

_MOST_BODY_BYTES = 65536
_SENTENCES = {
    404: "There are GET /health and POST /scans here, and nothing else.",
    405: "There are GET /health and POST /scans here, and nothing else.",
    413: f"The body is larger than {_MOST_BODY_BYTES} bytes.",
}
#: As RFC 9110 has them; this Python still knows the older ones.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_LOG = Path("/proc/self/fd/1")


def create() -> Flask:
    """The application of the container."""
    return build(Gate(settings.from_environ(os.environ), audit.to(_LOG)))


def build(gate: Gate) -> Flask:
    """The application over a gate."""
    app = Flask("kali-nmap", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BODY_BYTES

    def health() -> Response:
        missing = [
            name
            for name, value in ((networks.SETTING, gate.settings.allowed), ("SCAN_TOKEN", gate.settings.token))
            if not value
        ]
        document: dict[str, Any] = {"status": "warn" if missing else "pass", "service": "kali-nmap"}
        if missing:
            document["checks"] = {name: [{"status": "warn", "output": "It is not set."}] for name in missing}
        return Response(json.dumps(document), mimetype="application/health+json")

    def scans() -> Response:
        if answer := _stranger(gate):
            return answer
        if request.mimetype != "application/json":
            return _refuse(gate, 415, "Send the body as application/json.")
        try:
            body = fields.document(request.get_data())
        except fields.Unreadable as error:
            return _refuse(gate, 400, str(error))
        who = body.get("caller") if isinstance(body.get("caller"), str) else ""
        return _scan(gate, body, f"{who or 'unnamed'} ({request.remote_addr})")

    app.add_url_rule("/health", view_func=health, methods=["GET"])
    app.add_url_rule("/scans", view_func=scans, methods=["POST"], provide_automatic_options=False)
    _problems(app)
    return app


def _stranger(gate: Gate) -> Response | None:
    """The answer for somebody without the token, who also leaves a line; None for who has it."""
    token = gate.settings.token
    given = request.headers.get("Authorization", "")
    kind, _, credential = given.partition(" ")
    # Hashes: of equal length, and in bytes whatever was sent.
    same = hmac.compare_digest(_digest(credential.strip()), _digest(token))
    if token and kind.lower() == "bearer" and same:
        return None
    sentence = (
        "The token of this service is needed: 'Authorization: Bearer <SCAN_TOKEN>'."
        if token
        else "SCAN_TOKEN is not set, so nobody can be let in here. 'make setup' writes one."
    )
    challenge = {"WWW-Authenticate": 'Bearer realm="kali-nmap"'} if token else {}
    return _refuse(gate, 401 if token else 503, sentence, headers=challenge)


def _refuse(gate: Gate, status: int, sentence: str, *, who: str = "", **more: Any) -> Response:
    """A problem that the gate never gets to see, with its line in the record."""
    who = who or str(request.remote_addr)
    gate.record(audit.line("scan.refused", words=[], face="http", who=who[:300], sentence=sentence[:1000]))
    return _problem(status, sentence, **more)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()


def _scan(gate: Gate, body: Mapping[str, Any], who: str) -> Response:
    try:
        words = fields.words(body)
    except fields.WrongFields as refusal:
        return _refuse(gate, 422, str(refusal), who=who, errors=refusal.errors)
    scan = gate.scan(words, who=who, face="http")
    outcome = scan.outcome
    if outcome.cut == "time":
        return _problem(504, f"Stopped after {gate.settings.timeout_seconds} s (SCAN_TIMEOUT_SECONDS).")
    if outcome.cut == "size":
        return _problem(422, "Stopped: that was too much output. Ask for fewer targets or ports.")
    if outcome.status != 0:
        return _problem(500, f"nmap ended with status {outcome.status}: {outcome.error.strip()[:500]}")
    answer = {
        "hosts": result.hosts(outcome.output, scan.names),
        "started": scan.started,
        "seconds": round(outcome.seconds, 2),
        "arguments": list(scan.arguments),
    }
    return Response(json.dumps(answer), mimetype="application/json")


def _problems(app: Flask) -> None:
    def refused(error: Refused) -> Response:
        if isinstance(error, Busy):
            return _problem(429, str(error), headers={"Retry-After": "10"})
        return _problem(422 if isinstance(error, Invalid) else 403, str(error))

    def http(error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        code = error.code or 500
        return _problem(code, _SENTENCES.get(code) or str(error.description), headers=headers)

    def other(error: Exception) -> Response:
        app.logger.exception("unexpected", exc_info=error)
        return _problem(500, "The scanner could not do it. Its log says why.")

    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, other)


def _problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(json.dumps(document), status, headers=headers, mimetype="application/problem+json")
