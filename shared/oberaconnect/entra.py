"""Microsoft Entra ID access tokens, verified against the signing keys of the one tenant we trust (OWASP ASVS 9).

Accepted are version 2.0 access tokens for our application from the configured tenant. The app roles of the registration
are our scopes (`rag.read` for `rag:read`, `platform.all` for every scope) and the clients a person may act for
(`client.<name>`, `client.all`).
"""

import logging
import threading
import time
from typing import Any

import jwt

from oberaconnect.auth import HOME_TENANT, SCOPES, TENANT, Principal
from oberaconnect.http import Client
from oberaconnect.problems import Problem, Unauthorized, Unavailable
from oberaconnect.settings import Settings

_LEEWAY_SECONDS = 60
_REFETCH_SECONDS = 300.0
_MAX_TOKEN_CHARACTERS = 16_384

_log = logging.getLogger(__name__)


class EntraVerifier:
    """Callable: an access token in, a `Principal` out. Keeps the last good set of signing keys."""

    def __init__(self, settings: Settings) -> None:
        """Uses AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_AUTHORITY."""
        self._tenant = settings.azure_tenant_id
        self._audience = settings.azure_client_id
        self._issuer = f"{settings.azure_authority}/{self._tenant}/v2.0"
        self._client = Client(settings.azure_authority, timeout_seconds=3.0, name="Entra ID")
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._fetched = float("-inf")

    def __call__(self, token: str) -> Principal:
        """Verify. Raises `Unauthorized` for whatever is wrong with it, always in the same words."""
        try:
            if len(token) > _MAX_TOKEN_CHARACTERS:
                raise jwt.InvalidTokenError("too long")
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(
                token,
                self._key(str(header.get("kid", ""))),
                algorithms=["RS256"],
                audience=[self._audience, f"api://{self._audience}"],
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "nbf", "iss", "aud", "sub"]},
            )
            return self._principal(claims)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            _log.info("token refused", extra={"reason": type(error).__name__})
            raise Unauthorized("This credential is not valid.") from None

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _principal(self, claims: dict[str, Any]) -> Principal:
        if claims.get("tid") != self._tenant or claims.get("ver") != "2.0":
            raise jwt.InvalidTokenError("not a version 2.0 token of our tenant")
        roles, delegated = _words(claims.get("roles", [])), _words(str(claims.get("scp", "")).split())
        if not roles and not delegated:
            # An ID token has neither: it says who somebody is, not what may be done in their name.
            raise jwt.InvalidTokenError("neither roles nor scp")
        granted = roles | delegated
        names = {item.removeprefix("client:") for item in granted if item.startswith("client:")}
        every_client = "all" in names
        clients = None if every_client else frozenset({name for name in names if TENANT.match(name)} or {HOME_TENANT})
        home = sorted(clients)[0] if clients and HOME_TENANT not in clients else HOME_TENANT
        return Principal(f"entra:{claims.get('oid') or claims['sub']}", home, clients, _allowed(roles, delegated))

    def _key(self, kid: str) -> Any:
        with self._lock:
            if kid not in self._keys and time.monotonic() - self._fetched > _REFETCH_SECONDS:
                self._fetched = time.monotonic()
                self._fetch()
            if kid in self._keys:
                return self._keys[kid]
            if not self._keys:
                raise Unavailable("The signing keys of Entra ID cannot be fetched right now.")
        raise jwt.InvalidTokenError("unknown key id")

    def _fetch(self) -> None:
        try:
            found = self._client.get_json(f"/{self._tenant}/discovery/v2.0/keys")
            keys = jwt.PyJWKSet.from_dict(found).keys
        except (Problem, jwt.PyJWTError, TypeError, AttributeError, ValueError) as error:
            self._fetched = float("-inf") if not self._keys else self._fetched
            _log.warning("signing keys not fetched", extra={"reason": type(error).__name__})
            return
        self._keys = {str(key.key_id): key.key for key in keys if key.key_id}


def _words(found: Any) -> set[str]:
    """Roles or scopes as we write them: `data.read`, which Entra asks for, is `data:read`."""
    return {str(item).replace(".", ":", 1) for item in found} if isinstance(found, list) else set()


def _allowed(roles: set[str], delegated: set[str]) -> frozenset[str]:
    """What may be done. An application that acts for a person may do what both may."""
    of_roles = SCOPES if "platform:all" in roles else frozenset(roles & SCOPES)
    of_application = SCOPES if "platform:all" in delegated else frozenset(delegated & SCOPES)
    if of_roles and of_application:
        return of_roles & of_application
    return of_roles | of_application
