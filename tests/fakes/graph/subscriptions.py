"""Change notifications.

Sources: learn.microsoft.com "Create subscription", "subscription resource type", "Update subscription" (/graph/api/
subscription-post-subscriptions, …), "Receive change notifications through webhooks" (/graph/change-notifications-
delivery-webhooks), "changeNotification resource type": the receiver proves itself within 10 seconds by sending the
validation token back as plain text; on a drive only its root and only `updated` can be followed, for at most 42,300
minutes, and an application needs Files.ReadWrite.All for it. Microsoft takes only https addresses; here a loopback
address may be without.
"""

import json
import re
import secrets
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from tests.fakes.graph.call import Call, route
from tests.fakes.graph.errors import Refused, answer, unprivileged
from tests.fakes.graph.state import Drive, Subscription
from tests.fakes.graph.wire import Response

if TYPE_CHECKING:
    from tests.fakes.graph.graph import Graph

_WRITING = frozenset({"Files.ReadWrite.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"})
_LONGEST = timedelta(minutes=42_300)
_SECONDS = 10.0
#: Without the proxy that the environment may name.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_DRIVE_ROOT = re.compile(r"/?drives/(?P<drive>[^/]+)/root/?")


def _bad(message: str, code: str = "InvalidRequest") -> Refused:
    return Refused(400, code, message)


def _create(call: Call) -> Response:
    fields = _fields(call)
    for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
        if not fields.get(name):
            raise _bad(f"Subscription is missing the required property {name}.")
    if not call.caller.roles & _WRITING:
        raise unprivileged()
    match = _DRIVE_ROOT.fullmatch(str(fields["resource"]))
    if match is None:
        raise _bad(f"Invalid resource '{fields['resource']}'.", "ExtensionError")
    with call.graph.lock:
        call.drive(match["drive"])
    if fields["changeType"] != "updated":
        raise _bad("Only the changeType 'updated' is supported for this resource.", "ExtensionError")
    if len(str(fields.get("clientState", ""))) > 128:
        raise _bad("clientState must have at most 128 characters.")
    expires = _expiry(fields["expirationDateTime"])
    url = str(fields["notificationUrl"])
    _validate(url)
    subscription = Subscription(
        call.graph.guid("subscription"),
        call.caller.tenant,
        call.caller.application.id,
        str(fields["resource"]),
        url,
        str(fields.get("clientState", "")),
        expires,
    )
    with call.graph.lock:
        call.graph.subscriptions[subscription.id] = subscription
    return answer(_document(subscription), 201)


def _renew(call: Call) -> Response:
    subscription = _own(call)
    fields = _fields(call)
    if not fields.get("expirationDateTime"):
        raise _bad("Subscription is missing the required property expirationDateTime.")
    subscription.expires = _expiry(fields["expirationDateTime"])
    return answer(_document(subscription))


def _delete(call: Call) -> Response:
    subscription = _own(call)
    with call.graph.lock:
        del call.graph.subscriptions[subscription.id]
    return Response(204)


def _get(call: Call) -> Response:
    return answer(_document(_own(call)))


def _list(call: Call) -> Response:
    found = [each for each in _living(call.graph) if each.application == call.caller.application.id]
    return call.page([_document(each) for each in found], "subscriptions", 100)


def notify(graph: "Graph", drive: Drive) -> list[int]:
    """Tell all who follow a drive that it changed. The statuses that came back, 0 where nobody listened."""
    statuses = []
    for subscription in _living(graph):
        match = _DRIVE_ROOT.fullmatch(subscription.resource)
        if match is None or match["drive"] != drive.id:
            continue
        note = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": _stamp(subscription.expires),
            "clientState": subscription.state,
            "changeType": "updated",
            "resource": subscription.resource,
            "resourceData": {"@odata.type": "#Microsoft.Graph.DriveItem"},
            "tenantId": subscription.tenant.id,
        }
        status, _, _ = _post(subscription.url, json.dumps({"value": [note]}).encode(), "application/json")
        statuses.append(status)
    return statuses


def _validate(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise _bad("The notificationUrl must use the HTTPS protocol.")
    token = f"Validation: Testing client application reachability for subscription {secrets.token_hex(8)} + %é"
    joined = f"{url}{'&' if parts.query else '?'}validationToken={quote(token, safe='')}"
    status, kind, body = _post(joined, b"", "text/plain; charset=utf-8")
    if status != 200:
        raise _bad(
            f"Subscription validation request failed. Notification endpoint answered {status}.", "ValidationError"
        )
    if kind.split(";")[0].strip() != "text/plain" or body.decode("utf-8", "replace") != token:
        raise _bad("Subscription validation request failed. The token was not sent back as text.", "ValidationError")


def _post(url: str, body: bytes, kind: str) -> tuple[int, str, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="POST")
    try:
        with _OPENER.open(request, timeout=_SECONDS) as response:
            return response.status, response.headers.get("Content-Type", ""), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", b""
    except OSError:
        return 0, "", b""


def _living(graph: "Graph") -> list[Subscription]:
    with graph.lock:
        now = datetime.now(UTC)
        graph.subscriptions = {key: each for key, each in graph.subscriptions.items() if each.expires > now}
        return list(graph.subscriptions.values())


def _own(call: Call) -> Subscription:
    for subscription in _living(call.graph):
        if subscription.id == call["subscription"] and subscription.application == call.caller.application.id:
            return subscription
    raise Refused(404, "ResourceNotFound", "The object was not found.")


def _fields(call: Call) -> dict[str, Any]:
    try:
        fields = json.loads(call.request.body)
    except ValueError:
        raise _bad("Unable to read JSON request payload.", "BadRequest") from None
    if not isinstance(fields, dict):
        raise _bad("Unable to read JSON request payload.", "BadRequest")
    return fields


def _expiry(text: object) -> datetime:
    try:
        expires = datetime.fromisoformat(str(text))
    except ValueError:
        raise _bad("expirationDateTime is no date.") from None
    now = datetime.now(UTC)
    if expires.tzinfo is None or expires <= now:
        raise _bad("Subscription expiration must be in the future.", "ExtensionError")
    if expires > now + _LONGEST:
        raise _bad("Subscription expiration can only be 42300 minutes in the future.", "ExtensionError")
    return expires


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _document(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": subscription.application,
        "changeType": "updated",
        "clientState": subscription.state,
        "notificationUrl": subscription.url,
        "expirationDateTime": _stamp(subscription.expires),
        "latestSupportedTlsVersion": "v1_2",
    }


ROUTES = (
    route("POST", "/subscriptions", "subscription", _create),
    route("GET", "/subscriptions", "subscription", _list),
    route("GET", "/subscriptions/{subscription}", "subscription", _get),
    route("PATCH", "/subscriptions/{subscription}", "subscription", _renew),
    route("DELETE", "/subscriptions/{subscription}", "subscription", _delete),
)
