"""Telling whoever began a run how it goes: a signed POST when it waits for somebody and when it is over.

Each is a job of kind `callback`, delivered at least once: `X-Obera-Delivery` is the same in each attempt, for receivers
that must know. `X-Obera-Signature: v1=<hex>` proves where it comes from: HMAC-SHA256 of the value of
`X-Obera-Timestamp` (seconds since 1970), a dot and the body as it was sent, with the key of the client, which
`GET /api/agents/callback-key` shows. In n8n, with the body kept raw:

    const proof = crypto.createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
    if (signature !== `v1=${proof}` || Math.abs(Date.now() / 1000 - timestamp) > 300) throw new Error('not genuine');
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from agents.store import runs
from agents.views import public_url, run_view
from oberaconnect import jobs
from oberaconnect.db import Connection, Database
from oberaconnect.http import FetchRefused, FetchUnreachable, PublicHead, check_address, post_public
from oberaconnect.problems import TooMany, Unavailable, Unprocessable
from oberaconnect.settings import Settings, is_loopback
from oberaconnect.worker import Work

#: The kind of the jobs that deliver.
KIND = "callback"
_TIMEOUT_SECONDS = 15.0
#: The first pause; each later one is half as long as all the time since the event.
_PAUSE_SECONDS = 5
_MAX_PAUSE_SECONDS = 600
#: n8n says 409 of a workflow that has not come to its Wait node yet, and also of one that has ended.
_BUSY_SECONDS = 300


class CallbackRefused(Unprocessable):
    """The receiver of the callback refused it."""


def check_url(url: str, settings: Settings) -> None:
    """Refuse an address that nothing would be sent to, as far as that can be said before its host is looked up.

    Raises:
        Unprocessable: for anything but http(s), for credentials in it, ports and private addresses that nobody allowed.
    """
    target, hosts = _target(url, settings)
    try:
        check_address(target, hosts)
    except FetchRefused as error:
        raise Unprocessable(f"callback_url: {error.detail}") from None


def enqueue(connection: Connection, row: Mapping[str, Any], settings: Settings) -> None:
    """Tell the receiver of a run, if it has one, what became of it: `row` as it is now that it waits or is over.

    Within the transaction of that transition: the callback exists when it does. What is sent is the run as it is now,
    without its input, which whoever began it knows.
    """
    if not row["callback_url"]:
        return
    event = f"run.{row['status']}" if row["status"] in runs.ENDED else "run.waiting"
    shown = run_view(connection, row, public_url(settings)).model_dump(mode="json", by_alias=True, exclude={"input"})
    jobs.enqueue(
        connection,
        principal=runs.principal(row),
        kind=KIND,
        payload={"url": row["callback_url"], "body": {"event": event, "run": shown}, "since": time.time()},
        max_queued=None,  # a run never fails because nobody takes its callbacks
    )


def key(settings: Settings, client: str) -> str:
    """With what the callbacks of a client are signed. It follows from SECRET_KEY and is stored nowhere."""
    secret = settings.secret_key.get_secret_value().encode()
    return hmac.new(secret, f"callbacks of {client}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Obera-Signature` for a body that is sent with this `X-Obera-Timestamp`."""
    return f"v1={hmac.new(secret.encode(), timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


class Delivering:
    """The handler of `callback` jobs."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Parts of the process."""
        self._settings = settings
        self._database = database

    def __call__(self, work: Work) -> None:
        """Send it once, and end the job with the status of the answer; what else the answer says is not kept.

        Raises:
            FetchRefused: when it is an address that nothing is sent to.
            CallbackRefused: when the receiver wants none of it.
            Unavailable, TooMany: when it may want it later, and then when.
        """
        claim = work.claim
        body = json.dumps(claim.payload["body"], ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Obera-Event": str(claim.payload["body"]["event"]),
            "X-Obera-Delivery": str(claim.id),
            "X-Obera-Timestamp": timestamp,
            "X-Obera-Signature": signature(key(self._settings, claim.tenant), timestamp, body),
        }
        age = time.time() - claim.payload["since"]
        pause = _pause(age)
        work.check()
        answer = self._send(str(claim.payload["url"]), body, headers, pause)
        _judge(answer, pause, is_young=age < _BUSY_SECONDS)
        with self._database.transaction(claim.tenant) as connection:
            jobs.finish(connection, claim, "succeeded", result={"status": answer.status})

    def _send(self, url: str, body: bytes, headers: Mapping[str, str], pause: int) -> PublicHead:
        target, hosts = _target(url, self._settings)
        try:
            return post_public(target, body, headers=headers, timeout_seconds=_TIMEOUT_SECONDS, allowed_hosts=hosts)
        except FetchUnreachable as error:
            detail = f"The callback could not be delivered. {error.detail}"
            raise Unavailable(detail, retry_after_seconds=pause) from error


def _judge(answer: PublicHead, pause: int, *, is_young: bool) -> None:
    """Whether an answer ends the delivery, and how."""
    status, said = answer.status, f"The receiver of the callback answered with status {answer.status}."
    if 200 <= status < 300:
        return
    if status in (408, 429) or status >= 500 or (status == 409 and is_young):
        asked = answer.headers.get("retry-after", "")
        seconds = int(asked) if asked.isdecimal() and len(asked) < 10 else pause
        raise (TooMany if status == 429 else Unavailable)(said, retry_after_seconds=seconds)
    if status < 400:
        raise CallbackRefused(f"{said} Redirects are not followed: give the address that it leads to.")
    raise CallbackRefused(f"{said} It is not told again.")


def _pause(age: float) -> int:
    """How long to wait after an attempt that failed so many seconds after the event."""
    return int(min(_MAX_PAUSE_SECONDS, max(_PAUSE_SECONDS, age / 2)))


def _target(url: str, settings: Settings) -> tuple[str, list[str]]:
    """Where a callback goes in fact, and to which hosts it may although their addresses are private.

    Our n8n is one of them, but only n8n itself and not what else listens on its host. The addresses that it gives out
    (`resumeUrl`) may be those for browsers on this machine; from here it is found at N8N_URL.
    """
    try:
        parts, ours = urlsplit(url), urlsplit(settings.n8n_url)
        if ours.hostname and _is_browsers_door(parts, settings):
            parts = parts._replace(scheme=ours.scheme, netloc=ours.netloc)
        is_ours = bool(ours.hostname) and _origin(parts) == _origin(ours)
    except ValueError:
        return url, settings.allowed_hosts
    return parts.geturl(), [*settings.allowed_hosts, *([ours.hostname or ""] if is_ours else [])]


def _is_browsers_door(parts: SplitResult, settings: Settings) -> bool:
    return parts.scheme == "http" and is_loopback(parts.hostname or "") and parts.port == settings.n8n_port


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
