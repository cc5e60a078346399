"""The subscriptions to the libraries of a Microsoft 365 source, at Microsoft Graph.

Importing this loads that connector: do so where a source of its kind is at hand.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from data_processing.connectors.contract import Connector
from data_processing.connectors.sharepoint import SharePointConnector, subscriptions
from data_processing.sync.subscribed import Kept, digest


def drives(connector: Connector[Any]) -> list[str]:
    """The libraries that the source consists of. Raises a `Problem` when they cannot be looked up."""
    return [drive.id for drive in _sharepoint(connector).places.drives]


def subscribe(connector: Connector[Any], drive: str, url: str) -> Kept:
    """Subscribe to the changes of a library. Raises a `Problem`, also when nobody answers for us at `url`."""
    secret = secrets.token_urlsafe(32)
    made = subscriptions.create(
        _sharepoint(connector).graph, drive, notification_url=url, client_state=secret, now=datetime.now(UTC)
    )
    return Kept(id=made.id, client_state=digest(secret), url=url, expires_at=made.expires)


def is_fresh(kept: Kept) -> bool:
    """Whether nothing is to be done about it yet."""
    return not kept.is_doubtful and kept.expires_at - datetime.now(UTC) > subscriptions.LIFETIME / 2


def renew(connector: Connector[Any], drive: str, kept: Kept) -> Kept | None:
    """Prolong it. None when Graph does not know it any more. Raises a `Problem`."""
    renewed = subscriptions.renew(_sharepoint(connector).graph, _named(drive, kept), now=datetime.now(UTC))
    return kept.model_copy(update={"expires_at": renewed.expires, "is_doubtful": False}) if renewed else None


def end(connector: Connector[Any], drive: str, kept: Kept) -> None:
    """End it, unless it ended by itself. Raises a `Problem`."""
    if kept.expires_at > datetime.now(UTC):
        subscriptions.delete(_sharepoint(connector).graph, _named(drive, kept))


def _named(drive: str, kept: Kept) -> subscriptions.Subscription:
    return subscriptions.Subscription(kept.id, drive, kept.expires_at)


def _sharepoint(connector: Connector[Any]) -> SharePointConnector:
    if not isinstance(connector, SharePointConnector):
        raise TypeError(f"a {connector.kind} source has no subscriptions")
    return connector
