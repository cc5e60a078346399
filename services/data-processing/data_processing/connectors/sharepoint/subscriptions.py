"""Change notifications of a library: learn.microsoft.com/graph/api/subscription-post-subscriptions.

Graph calls `notificationUrl` with a validation token before it answers, so whoever creates a subscription must be able
to answer that call meanwhile. Security events, which tell of permissions, are asked for by a header:
learn.microsoft.com/onedrive/developer/rest-api/concepts/scan-guidance.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from data_processing.connectors.sharepoint.graph import VERSION, Graph
from oberaconnect.http.client import Answer
from oberaconnect.problems import Forbidden, Unavailable

#: Graph takes at most 42,300 minutes for a driveItem. Renew at the latest when half of that is over.
LIFETIME = timedelta(minutes=42_000)
_CONSENT = (
    "Microsoft 365 does not let us subscribe to changes. Grant the application permission Files.ReadWrite.All and admin"
    " consent, or leave it: the schedule finds the changes, too."
)
_SECURITY = {"Prefer": "includesecuritywebhooks"}


@dataclass(frozen=True)
class Subscription:
    """Who is told of changes of the library `drive`, and until when."""

    id: str
    drive: str
    expires: datetime


def create(graph: Graph, drive: str, *, notification_url: str, client_state: str, now: datetime) -> Subscription:
    """Subscribe to all changes of a library. Graph sends `client_state` (at most 128 characters) with each of them.

    Raises:
        Problem: as `Graph.get`; also when the address did not answer the validation.
    """
    body = {
        "changeType": "updated",
        "notificationUrl": notification_url,
        "lifecycleNotificationUrl": notification_url,
        "resource": f"/drives/{drive}/root",
        "expirationDateTime": _written(now + LIFETIME),
        "clientState": client_state,
    }
    answer = graph.send("POST", f"{VERSION}/subscriptions", headers=_SECURITY, json=body)
    if answer.status == 403:
        raise Forbidden(_CONSENT)
    if answer.status not in (200, 201):
        raise graph.refusal(answer, "a subscription to changes")
    return _read(answer, drive)


def renew(graph: Graph, subscription: Subscription, *, now: datetime) -> Subscription | None:
    """Prolong it. None when Graph does not know it any more: create a new one. Raises as `create`."""
    body = {"expirationDateTime": _written(now + LIFETIME)}
    answer = graph.send("PATCH", f"{VERSION}/subscriptions/{subscription.id}", json=body)
    if answer.status == 404:
        return None
    if answer.status == 403:
        raise Forbidden(_CONSENT)
    if answer.status != 200:
        raise graph.refusal(answer, "a longer subscription to changes")
    return _read(answer, subscription.drive)


def delete(graph: Graph, subscription: Subscription) -> None:
    """End it, if it is still there. Raises as `create`."""
    answer = graph.send("DELETE", f"{VERSION}/subscriptions/{subscription.id}")
    if answer.status not in (200, 204, 404):
        raise graph.refusal(answer, "the end of a subscription to changes")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(answer: Answer, drive: str) -> Subscription:
    body: Any = answer.json()
    try:
        return Subscription(str(body["id"]), drive, datetime.fromisoformat(str(body["expirationDateTime"])))
    except (TypeError, KeyError, ValueError) as error:
        raise Unavailable("Microsoft Graph sent a subscription that cannot be read.") from error
