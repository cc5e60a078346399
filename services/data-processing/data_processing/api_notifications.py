"""Where Microsoft 365 tells of changes: learn.microsoft.com/graph/change-notifications-delivery-webhooks.

It comes without a credential of ours. A notification is believed for the secret in it, and all it can do is to let a
source be looked at. Every answer is the same, so none tells whether there is such a subscription.
"""

import logging
from typing import Annotated

from flask import Response, request
from pydantic import ConfigDict, Field, ValidationError

from data_processing.api import api
from data_processing.parts import Parts
from data_processing.sync import subscribed
from oberaconnect.db import EVERY_TENANT
from oberaconnect.endpoint import PUBLIC, Model, Text
from oberaconnect.problems import BadRequest, UnsupportedMediaType

_MAX_BYTES = 2**20
_PLAIN = "text/plain; charset=utf-8"

_log = logging.getLogger(__name__)


class Validation(Model):
    """What Microsoft sends once, to see that it may send notifications here."""

    validation_token: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, alias="validationToken")


class Notifications(Model):
    """What comes in one request."""

    model_config = ConfigDict(extra="ignore")

    value: Annotated[list[subscribed.Notification], Field(max_length=1000)]


@api.post(
    "/notifications/microsoft",
    scope=PUBLIC,
    status=202,
    also=[200],
    media_types=["text/plain"],
    tag="Sources",
)
def receive_notifications(parts: Parts, query: Validation) -> Response:
    """Take change notifications of Microsoft Graph. For Microsoft: whatever it sends, the answer is 202.

    The body is Microsoft's `{"value": [{"subscriptionId", "clientState", "lifecycleEvent", …}]}`. With
    `validationToken` the answer is that token, as text.
    """
    if query.validation_token is not None:
        return Response(query.validation_token, 200, content_type=_PLAIN)
    notifications = _read().value
    with parts.database.transaction(EVERY_TENANT) as connection:
        genuine = subscribed.notified(connection, notifications)
    if refused := len(notifications) - genuine:
        _log.info("notifications not known", extra={"count": refused})
    return Response(status=202, content_type=_PLAIN)


def _read() -> Notifications:
    """The body, which a request for validation has not."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    request.max_content_length = _MAX_BYTES
    try:
        return Notifications.model_validate_json(request.get_data())
    except ValidationError as error:
        raise BadRequest("The body is no collection of change notifications as Microsoft Graph sends them.") from error
