"""The tool that calls a workflow of n8n by its webhook."""

import json
import re
from collections.abc import Mapping
from typing import Any
from weakref import finalize

from agents.tools import making, readable
from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.making import Made
from agents.tools.watching import watched
from oberaconnect.http import Client
from oberaconnect.http.client import Answer
from oberaconnect.problems import Forbidden, Problem, Timeout, TooLarge, Unavailable, Unprocessable
from oberaconnect.settings import Settings

_SECONDS = 120.0
_PATH = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_MOST_BYTES = 256_000
_MOST_ANSWER_BYTES = 1_000_000
_KNOCK_SECONDS = 3.0
_AWAY = "n8n cannot be reached. It comes with Docker: 'make up' brings it."

_WEBHOOK = Spec(
    name="n8n_webhook",
    title="Call an n8n workflow",
    description="Call a workflow of n8n by the path of its webhook, with a JSON object, and read its answer. Use it for"
    " what the house has automated there: tickets, messages, reports, systems that have no tool of their own. The"
    " workflow acts for the client of this run; its field `client` is set to that. Do not call again when it is not"
    " known whether the workflow ran: that may do things twice.",
    parameters=making.record(
        {
            "path": making.text(
                "What follows /webhook/ in the address, such as ticket.",
                longest=200,
                shortest=1,
                pattern=f"^{_PATH.pattern}$",
            ),
            "payload": {
                "type": "object",
                "description": "The fields that the workflow takes.",
                "maxProperties": 100,
                "propertyNames": {"maxLength": 200},
                "additionalProperties": True,
            },
        },
        required=["path"],
    ),
    tool_class="external",
    scope="agents:write",
    output=making.record({"status": {"type": "integer"}, "answer": making.text(longest=readable.MOST_BYTES)}),
    seconds=_SECONDS,
)


def tools(settings: Settings) -> list[Tool]:
    """The tool of n8n."""
    return [Made(_WEBHOOK, _N8n(settings).call)]


class _N8n:
    """n8n, at N8N_URL and with N8N_WEBHOOK_KEY."""

    def __init__(self, settings: Settings) -> None:
        self._is_there = bool(settings.n8n_url)
        self._key = settings.n8n_webhook_key.get_secret_value()
        self._client = Client(settings.n8n_url, timeout_seconds=_SECONDS, name="n8n")
        finalize(self, self._client.close)

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Call a webhook. What is known not to have run is `Unavailable`, what may have run `Timeout`."""
        if calling.principal.readers is not None:
            raise Forbidden("Workflows of n8n act with rights of their own, which are more than those of one person.")
        if not self._is_there:
            return Outcome(_AWAY, is_error=True)
        if not self._key:
            return Outcome("N8N_WEBHOOK_KEY is not set: 'make setup' writes it into .env.", is_error=True)
        path = str(arguments["path"])
        if not _PATH.fullmatch(path):  # a validator may let a line break follow the end
            raise Unprocessable("The path of a webhook has small letters, digits, dashes, and slashes between them.")
        payload = _pinned(arguments.get("payload") or {}, calling.principal.tenant)
        body = json.dumps(payload, ensure_ascii=False).encode(errors="replace")
        if len(body) > _MOST_BYTES:
            raise TooLarge(f"The payload has {len(body)} bytes; at most {_MOST_BYTES} are sent.")
        self._knock(min(_KNOCK_SECONDS, calling.seconds))
        headers = {
            "X-Webhook-Key": self._key,
            "Idempotency-Key": calling.key,
            "Content-Type": "application/json",
        }
        try:
            answer = watched(
                calling,
                f"The workflow '{path}' is running",
                lambda: self._post(path, body, headers, min(_SECONDS, calling.seconds)),
            )
        except (Unavailable, Timeout):  # a run asks a person then
            raise Timeout(
                f"n8n took the call of '{path}' and did not answer: the workflow may have run, wholly or in part. Look"
                " in n8n before it is called again."
            ) from None
        return _outcome(path, answer)

    def _post(self, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
        address = f"/webhook/{path}"
        with self._client.open("POST", address, content=body, headers=headers, timeout_seconds=seconds) as answer:
            read = bytearray()
            for piece in answer.pieces():
                read += piece
                if len(read) > _MOST_ANSWER_BYTES:
                    break
            return Answer(answer.status, answer.headers, bytes(read))

    def _knock(self, seconds: float) -> None:
        """Raises `Unavailable` when there is nobody, before anything was sent that could do something."""
        try:
            self._client.exchange("GET", "/healthz", timeout_seconds=seconds)
        except Problem:
            raise Unavailable(_AWAY) from None


def _pinned(payload: Mapping[str, Any], tenant: str) -> dict[str, Any]:
    """The payload for the client of the run. Workflows act for whichever client they are told, so it is not chosen."""
    if payload.get("client", tenant) != tenant:
        raise Forbidden("This run acts for one client, and a workflow cannot be called for another one.")
    return {**payload, "client": tenant}


def _outcome(path: str, answer: Answer) -> Outcome:
    status = answer.status
    said = readable.cut(_plain(answer), most=readable.MOST_BYTES - 500)
    data = {"status": status, "answer": said}
    if status < 300:
        return Outcome(said or "The workflow has run and gave no answer.", data)
    if status == 404:
        reason = f"There is no published workflow with the webhook '{path}' that takes POST."
    elif status in (401, 403):
        reason = "n8n refused the key: the webhook has to ask for the credential 'OberaConnect webhooks'."
    else:
        reason = f"The workflow answered with status {status}."
    return Outcome(f"{reason}\n{said}".strip(), data, is_error=True)


def _plain(answer: Answer) -> str:
    """JSON as lines, other text as it is, and of a file only what it is."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if answer.content and not kind.startswith("text/") and not kind.endswith("json"):
        return f"The answer is a file ({kind or 'of unknown type'}, {len(answer.content)} bytes), which is not shown."
    try:
        return readable.outline(json.loads(answer.content))
    except (ValueError, RecursionError):
        return answer.text.strip()
