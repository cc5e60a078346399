"""Microsoft Entra ID access tokens, verified against the signing keys of the one tenant we trust (OWASP ASVS 9).

Accepted are version 2.0 access tokens for our application from the configured tenant. The app roles of the registration
are our scopes (`rag.read` for `rag:read`, `platform.all` for every scope) and the clients a person may act for
(`client.<name>`, `client.all`).

Who the token is about decides which documents are found. Claims: learn.microsoft.com/entra/identity-platform, "Access
token claims reference" and "Optional claims reference". The optional claims `groups`, `idtyp`, `acct` and `upn` of the
registration say more of the caller; without them an application is taken for a person, and everybody sees less.
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

import jwt

from oberaconnect.auth import HOME_TENANT, SCOPES, TENANT, Principal
from oberaconnect.http import Client
from oberaconnect.problems import Problem, Unauthorized, Unavailable
from oberaconnect.settings import Settings

_LEEWAY_SECONDS = 60
_REFETCH_SECONDS = 300.0
_MAX_TOKEN_CHARACTERS = 16_384
#: As many groups as Entra ID puts into an access token; of whoever is in more, it names none.
_MAX_GROUPS = 200
_MAX_READER_CHARACTERS = 320

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
        return Principal(
            f"entra:{claims.get('oid') or claims['sub']}",
            home,
            clients,
            _allowed(roles, delegated),
            None if _is_application(claims) else readers(claims),
        )

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


def _is_application(claims: Mapping[str, Any]) -> bool:
    """Whether no person takes part. Only `idtyp` says so for certain, and `scp` is given to persons' tokens only."""
    return claims.get("idtyp") == "app" and "scp" not in claims


def readers(claims: Mapping[str, Any]) -> frozenset[str]:
    """What a person is to the documents that not everybody may read, from the claims of a verified token.

    `mail:` is the name that the person signs in with. The claim `email` is not: who administers another tenant can
    write anything into it.
    """
    found = {"anyone", f"user:{claims.get('oid') or ''}"}
    found.update(f"group:{group}" for group in _groups(claims))
    name = claims.get("preferred_username") or claims.get("upn")
    if isinstance(name, str) and "@" in name:
        found.add(f"mail:{name.lower()}")
    if not _is_guest(claims):
        found.add("org")
    return frozenset(item for item in found if _is_usable(item))


def _groups(claims: Mapping[str, Any]) -> list[str]:
    """The ids of the person's groups; none when the token cannot hold them all: then the person finds less."""
    given = claims.get("groups")
    groups = [item for item in given if isinstance(item, str)] if isinstance(given, list) else []
    elsewhere = claims.get("_claim_names")
    is_over = bool(claims.get("hasgroups")) or (isinstance(elsewhere, dict) and "groups" in elsewhere)
    if is_over or len(groups) > _MAX_GROUPS:
        _log.warning("too many groups for the token: its person is known without them")
        return []
    return groups


def _is_guest(claims: Mapping[str, Any]) -> bool:
    """Whether the account is another organisation's: `acct` says it; without it, a foreign identity provider does."""
    if "acct" in claims:
        return str(claims["acct"]) != "0"
    provider = claims.get("idp")
    return provider is not None and claims["tid"] not in str(provider).split("/")


def _is_usable(reader: str) -> bool:
    """Whether it names somebody, and can stand in a line of its own (`Database.transaction`)."""
    return reader.isprintable() and not reader.endswith(":") and len(reader) <= _MAX_READER_CHARACTERS
