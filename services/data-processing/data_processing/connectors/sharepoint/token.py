"""Access tokens of an application, by client credentials (RFC 6749, 4.4), as msal gets them.

msal speaks through our own HTTP client and to the configured authority alone. What goes wrong is told by the AADSTS
code of the answer: learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

import base64
import json
import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msal import ConfidentialClientApplication

from data_processing.connectors.sharepoint.credentials import Credentials
from data_processing.connectors.sharepoint.patience import Patience
from oberaconnect.http import Client
from oberaconnect.http.client import Answer
from oberaconnect.problems import Problem, Unavailable, Unprocessable

#: A token is renewed so long before its end, or when a tenth of its time is left.
_SPARE_SECONDS = 300.0
_CODE = re.compile(r"AADSTS(\d+)")
_SENTENCES = {
    "7000215": "The client secret is wrong. Take the secret's value, not its id, from 'Certificates & secrets' of the "
    "app registration in Entra ID.",
    "7000222": "The client secret has expired. Create a new one under 'Certificates & secrets' of the app registration "
    "in Entra ID.",
    "700016": "The tenant knows no application with this client id. Check the client id, and that the application is "
    "registered in this tenant.",
    "700027": "The certificate is not one of the application's. Upload its public part under 'Certificates & secrets' "
    "of the app registration in Entra ID.",
    "7000112": "The application is disabled in its tenant. Enable it under 'Enterprise applications' in Entra ID.",
    "90002": "There is no such tenant. Check the tenant id.",
    "900023": "There is no such tenant. Check the tenant id.",
    "500011": "The tenant does not know the service that a token is asked for. Check GRAPH_URL and the site.",
    "53003": "A Conditional Access policy blocks the application. Let its administrator exclude it.",
}

_log = logging.getLogger(__name__)


class _Transport:
    """msal's way out (`msal.oauth2cli.http.HttpClient`): the configured authority, and nowhere else.

    msal takes only https addresses. An authority that is configured without TLS (an intranet's, or a test's) is called
    https towards msal, and by its own name on the wire.
    """

    def __init__(self, authority: str, patience: Patience) -> None:
        self._authority = authority
        self.address = "https://" + authority.split("://", 1)[1]
        self._client = Client(authority, timeout_seconds=20.0, name="Entra ID")
        self._patience = patience

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> "_Response":
        return self._send("GET", url, params=params, headers=headers)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> "_Response":
        body = {"content": data} if isinstance(data, str) else {"data": _form(data or {})}
        return self._send("POST", url, params=params, headers=headers, **body)

    def close(self) -> None:
        self._client.close()

    def _send(self, method: str, url: str, **options: Any) -> "_Response":
        if not url.startswith(self.address + "/"):
            raise Unprocessable("Entra ID names a place to sign in that is not AZURE_AUTHORITY. Check that setting.")
        path = url.removeprefix(self.address)
        given = {name: value for name, value in options.items() if value is not None}
        answer = self._patience.persist(lambda: self._client.exchange(method, path, **given))
        if answer.status >= 500 or answer.status == 429:
            raise Unavailable(f"Entra ID answers with an error ({answer.status}).")
        return _Response(answer, answer.text.replace(self._authority, self.address))


class _Response:
    """What msal reads of an answer (`msal.oauth2cli.http.Response`)."""

    def __init__(self, answer: Answer, text: str) -> None:
        self.status_code = answer.status
        self.headers = answer.headers
        self.text = text

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise Unavailable(f"Entra ID answers with an error ({self.status_code}).")


def _form(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as `requests` would send them: an assertion is bytes, and what is None is left out."""
    given = {name: value for name, value in data.items() if value is not None}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in given.items()}


@dataclass(frozen=True)
class _Token:
    value: str
    until: float


class Tokens:
    """Tokens by the resource they are for (`https://graph.microsoft.com`). Safe under threads."""

    def __init__(self, authority: str, credentials: Credentials, patience: Patience) -> None:
        """Nothing is sent before a token is asked for."""
        self.credentials = credentials
        self._transport = _Transport(authority, patience)
        self._lock = threading.Lock()
        self._application: Any = None
        self._kept: dict[str, _Token] = {}

    def get(self, resource: str) -> str:
        """A token that is valid for a while.

        Raises:
            Unprocessable: the application cannot sign in, with what to do.
            Unavailable, Timeout, TooMany: Entra ID cannot be reached now.
        """
        with self._lock:
            kept = self._kept.get(resource)
            if kept is None or time.monotonic() > kept.until:
                kept = self._kept[resource] = self._new(resource)
            return kept.value

    def renew(self, resource: str, refused: str) -> str:
        """A new token instead of one that was refused, also when that should still be valid."""
        with self._lock:
            kept = self._kept.get(resource)
            if kept is None or kept.value == refused:
                kept = self._kept[resource] = self._new(resource)
            return kept.value

    def roles(self, resource: str) -> frozenset[str]:
        """The application permissions in the token: to tell people what is missing, never to decide on access."""
        found = _claims(self.get(resource)).get("roles")
        return frozenset(str(role) for role in found) if isinstance(found, list) else frozenset()

    def close(self) -> None:
        """Give connections back."""
        self._transport.close()

    def _new(self, resource: str) -> _Token:
        try:
            application = self._signed_up()
            application.remove_tokens_for_client()  # what msal keeps may be the very token that was refused
            answer = application.acquire_token_for_client([f"{resource}/.default"])
        except Problem:
            raise
        except Exception as error:  # msal raises whatever it likes: ValueError, RuntimeError, errors of its own
            _log.warning("no token", extra={"reason": type(error).__name__})
            raise Unprocessable(_untold(str(error), self.credentials)) from error
        if "access_token" not in answer:
            raise Unprocessable(_refusal(answer, self.credentials))
        seconds = float(answer.get("expires_in") or 0)
        return _Token(str(answer["access_token"]), time.monotonic() + seconds - min(_SPARE_SECONDS, seconds / 10))

    def _signed_up(self) -> Any:
        if self._application is None:
            given = self.credentials
            key: Any = given.secret
            if given.certificate is not None:
                key = {"private_key": given.certificate.private_key, "public_certificate": given.certificate.public}
            self._application = ConfidentialClientApplication(
                given.application,
                client_credential=key,
                authority=f"{self._transport.address}/{given.tenant}",
                http_client=self._transport,
                instance_discovery=False,  # the authority is configured: nobody else is asked whether it exists
            )
        return self._application


def _refusal(answer: Mapping[str, Any], credentials: Credentials) -> str:
    description = str(answer.get("error_description") or answer.get("error") or "no reason was given")
    return _untold(description, credentials)


def _untold(description: str, credentials: Credentials) -> str:
    code = _CODE.search(description)
    who = f"The application {credentials.application} cannot sign in to the tenant {credentials.tenant}."
    if code and (sentence := _SENTENCES.get(code[1])):
        return f"{who} {sentence} (AADSTS{code[1]})"
    if "authority configuration" in description:  # msal's words for a tenant without a configuration
        return f"{who} {_SENTENCES['90002']}"
    return f"{who} Entra ID says: {description.splitlines()[0][:300]}"


def _claims(token: str) -> Mapping[str, Any]:
    """The claims of a JWT, unverified. Nothing when it is none."""
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}
