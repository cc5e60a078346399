"""A job of kind `webhook`: an event is told to an address by POST, until its receiver has answered.

It is delivered at least once: `X-Obera-Delivery` is the same in every attempt, for receivers that have to know. With a
secret, `X-Obera-Signature: t=<seconds since 1970>,v1=<hex>` proves where it comes from: HMAC-SHA256 of the time, a dot
and the body.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from oberaconnect import jobs
from oberaconnect.db import Database
from oberaconnect.http import FetchUnreachable, PublicHead, post_public
from oberaconnect.problems import TooMany, Unavailable, Unprocessable
from oberaconnect.sealed import seal, unseal
from oberaconnect.settings import Settings
from oberaconnect.worker import Work

_TIMEOUT_SECONDS = 15.0
#: After this time it is tried again, unless the receiver asks for another one.
_RETRY_AFTER_SECONDS = 30


class WebhookRefused(Unprocessable):
    """The receiver of the webhook refused the event."""


def payload(settings: Settings, client: str, *, url: str, body: Mapping[str, Any], secret: str = "") -> dict[str, Any]:
    """What a `webhook` job of `client` needs. `body` names its `event`; the secret is kept sealed."""
    order = {"url": url, "body": dict(body)}
    if secret:
        sealed = seal(settings, {"secret": secret}, context=_context(client))
        order["sealed_secret"] = base64.b64encode(sealed).decode()
    return order


def allowed_hosts(settings: Settings, url: str) -> list[str]:
    """The hosts an event may be told to although their addresses are private: those of the settings, and our n8n.

    n8n's host counts only for the address of n8n itself, not for whatever else listens there.
    """
    ours = _origin(settings.n8n_url)
    return [*settings.allowed_hosts, *([ours[1]] if ours[1] and _origin(url) == ours else [])]


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The value of `X-Obera-Signature` for a body that is sent at this time."""
    proof = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={proof.hexdigest()}"


class Webhook:
    """The handler of `webhook` jobs."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Parts of the process."""
        self._settings = settings
        self._database = database

    def __call__(self, work: Work) -> None:
        """Send the event once, and end the job with what its receiver answered.

        Raises:
            FetchRefused: when it is an address that nothing is sent to.
            WebhookRefused: when the receiver wants none of it.
            Unavailable, TooMany: when it may want it later, and then when.
        """
        claim = work.claim
        url, event = str(claim.payload["url"]), claim.payload["body"]
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Obera-Event": str(event["event"]),
            "X-Obera-Delivery": str(claim.id),
        }
        if sealed := claim.payload.get("sealed_secret"):
            secret = unseal(self._settings, base64.b64decode(sealed), context=_context(claim.tenant))["secret"]
            headers["X-Obera-Signature"] = signature(secret, body, int(time.time()))
        work.check()
        answer = self._send(url, body, headers)
        _judge(answer)
        with self._database.transaction(claim.tenant) as connection:
            jobs.finish(connection, claim, "succeeded", result={"status": answer.status})

    def _send(self, url: str, body: bytes, headers: Mapping[str, str]) -> PublicHead:
        try:
            return post_public(
                url,
                body,
                headers=headers,
                timeout_seconds=_TIMEOUT_SECONDS,
                allowed_hosts=allowed_hosts(self._settings, url),
            )
        except FetchUnreachable as error:
            detail = f"The event could not be delivered. {error.detail}"
            raise Unavailable(detail, retry_after_seconds=_RETRY_AFTER_SECONDS) from error


def _judge(answer: PublicHead) -> None:
    """Whether an answer ends the delivery, and how."""
    status, said = answer.status, f"The receiver of the webhook answered with status {answer.status}."
    if 200 <= status < 300:
        return
    if status in (408, 429) or status >= 500:
        asked = answer.headers.get("retry-after", "")
        seconds = int(asked) if asked.isdecimal() and len(asked) < 10 else _RETRY_AFTER_SECONDS
        raise (TooMany if status == 429 else Unavailable)(said, retry_after_seconds=seconds)
    if status < 400:
        raise WebhookRefused(f"{said} Redirects are not followed: enter the address that it leads to.")
    raise WebhookRefused(f"{said} Check the address, and that it takes POST requests with JSON.")


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; nothing for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port


def _context(client: str) -> str:
    return f"webhook of {client}"
