"""Who is asking, and what they may do: API keys, Entra ID tokens, tokens between the services, and open mode."""

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from oberaconnect.db import EVERY_TENANT, Connection, Database
from oberaconnect.problems import Forbidden, TooMany, Unauthorized, Unprocessable
from oberaconnect.settings import API_KEY, Settings

#: What a credential can be allowed. `*` in a key stands for all of them that fit the key's clients.
SCOPES = frozenset(
    {
        "data:read", "data:write", "rag:read", "rag:write", "index:write",
        "engineering:read", "engineering:write", "callflow:read", "callflow:write",
        "agents:read", "agents:write", "agents:approve", "agents:admin",
        "ollama:use", "ollama:admin", "qdrant:admin",
    }
)  # fmt: skip
#: What reaches beyond one client: only keys that may act for every client can have it.
PLATFORM_SCOPES = frozenset({"index:write", "ollama:admin", "qdrant:admin", "agents:admin"})
HOME_TENANT = "default"
TENANT = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}\Z")

_INTERNAL_TYPE = "obera+jwt"
_INTERNAL_SECONDS = 300


@dataclass(frozen=True)
class Principal:
    """A caller. `tenant` is where writes and searches go; `clients` are those it may name (None: all).

    `readers` is what a person is to the documents that not everybody may read: `user:<id>`, `group:<id>`,
    `mail:<address>`, `org`, `anyone`. None: no person, and so no limit within its clients.
    """

    subject: str
    tenant: str
    clients: frozenset[str] | None
    scopes: frozenset[str]
    readers: frozenset[str] | None = None

    def require(self, scope: str) -> None:
        """Raise `Forbidden` unless the credential carries `scope`."""
        if scope not in self.scopes:
            raise Forbidden(f"This credential lacks the scope '{scope}'.")

    def for_client(self, client: str | None) -> "Principal":
        """The same caller acting for one client only.

        The refusal is the same for every name, so that it does not tell which clients exist.

        Raises:
            Forbidden: the credential is of other clients.
            Unprocessable: it is for every client, and this is no client's name.
        """
        if client is None:
            return replace(self, clients=frozenset({self.tenant}))
        if self.clients is not None and client not in self.clients:
            raise Forbidden("This credential may not act for that client.")
        if self.clients is None and not TENANT.match(client):
            raise Unprocessable("A client's name has lower-case letters, digits and dashes, at most 63.")
        return replace(self, tenant=client, clients=frozenset({client}))

    @property
    def tenants(self) -> str:
        """What its transactions see, in the form `Database.transaction` takes."""
        return EVERY_TENANT if self.clients is None else ",".join(sorted(self.clients))


def local_principal() -> Principal:
    """The one caller of open mode: whoever sits at this machine."""
    return Principal("local", HOME_TENANT, None, SCOPES)


@dataclass(frozen=True)
class NewKey:
    """A key that was just made. `text` is shown once and stored nowhere."""

    id: str
    text: str


def create_key(
    connection: Connection,
    settings: Settings,
    *,
    name: str,
    tenant: str,
    clients: Iterable[str] | None,
    scopes: Iterable[str],
    expires_in: timedelta | None,
) -> NewKey:
    """Make an API key. `clients` None lets it act for every client.

    Raises:
        ValueError: for unknown scopes or names, and for a scope of the whole platform in a key for certain clients.
    """
    wanted = set(scopes)
    fitting = SCOPES if clients is None else SCOPES - PLATFORM_SCOPES
    allowed = set(fitting) if "*" in wanted else wanted
    if beyond := allowed & (SCOPES - fitting):
        raise ValueError(
            f"{', '.join(sorted(beyond))} reaches beyond one client: only a key for all clients can have it"
        )
    if unknown := allowed - SCOPES:
        raise ValueError(f"unknown scope: {', '.join(sorted(unknown))} (known: {', '.join(sorted(SCOPES))}, or *)")
    named = None if clients is None else sorted({tenant, *clients})
    for slug in [tenant, *(named or [])]:
        if not TENANT.match(slug):
            raise ValueError(f"'{slug}' is not a client name: lower-case letters, digits and dashes, at most 63")
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    expires_at = None if expires_in is None else datetime.now(UTC) + expires_in
    connection.execute(
        "INSERT INTO platform.api_key (id, name, digest, tenant, clients, scopes, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [identifier, name, _digest(settings, secret), tenant, named, sorted(allowed), expires_at],
    )
    return NewKey(identifier, f"msp_{identifier}_{secret}")


def register_keys(connection: Connection, settings: Settings) -> list[str]:
    """Enter the keys that the settings give to n8n and Open WebUI, unless they are known; returns whose are new.

    They act for every client, and carry no scope of the whole platform and no right to approve. A revoked one stays
    revoked.
    """
    given = {"n8n": settings.n8n_gateway_key, "open-webui": settings.webui_gateway_key}
    made = []
    for name, key in given.items():
        if match := API_KEY.match(key.get_secret_value()):
            scopes = sorted(SCOPES - PLATFORM_SCOPES - {"agents:approve"})
            done = connection.execute(
                "INSERT INTO platform.api_key (id, name, digest, tenant, clients, scopes)"
                " VALUES (%s, %s, %s, %s, NULL, %s) ON CONFLICT (id) DO NOTHING",
                [match[1], name, _digest(settings, match[2]), HOME_TENANT, scopes],
            )
            made += [name] * done.rowcount
    return made


def is_withdrawn(connection: Connection, subject: str) -> bool:
    """Whether a `Principal.subject` was an API key that is revoked, has run out or is gone by now."""
    kind, _, identifier = subject.partition(":")
    if kind != "key":
        return False
    row = connection.execute(
        "SELECT 1 AS one FROM platform.api_key WHERE id = %s AND revoked_at IS NULL"
        " AND (expires_at IS NULL OR expires_at > now())",
        [identifier],
    ).fetchone()
    return row is None


def _digest(settings: Settings, secret: str) -> bytes:
    # The secret carries 256 bits, so a plain keyed hash is enough: there is nothing to guess.
    return hmac.new(settings.secret_key.get_secret_value().encode(), secret.encode(), hashlib.sha256).digest()


def internal_token(settings: Settings, principal: Principal, audience: str, scopes: Iterable[str]) -> str:
    """A token that lets one of our services act at another (`audience`) for this principal, for five minutes.

    Whoever acts for a person may read there what that person may.
    """
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": "oberaconnect",
        "aud": audience,
        "sub": principal.subject,
        "tenant": principal.tenant,
        "scopes": sorted(scopes),
        "iat": now,
        "exp": now + _INTERNAL_SECONDS,
    }
    if principal.readers is not None:
        claims["readers"] = sorted(principal.readers)
    return jwt.encode(claims, _signing_key(settings), algorithm="HS256", headers={"typ": _INTERNAL_TYPE})


def _signing_key(settings: Settings) -> bytes:
    # Derived, so that it has the length HS256 asks for and serves no other purpose.
    return hmac.new(settings.secret_key.get_secret_value().encode(), b"internal tokens", hashlib.sha256).digest()


class Authenticator:
    """Turns a credential into a `Principal`. One a process; safe under threads."""

    #: A revoked key is refused at the latest after this time.
    CACHE_SECONDS = 30.0
    #: Wrong credentials from one address within a minute before it must wait.
    MAX_FAILURES = 20

    def __init__(
        self,
        settings: Settings,
        service: str,
        database: Database,
        entra: "Callable[[str], Principal] | None" = None,
    ) -> None:
        """`service` is the audience that internal tokens must name; `entra` verifies Microsoft's tokens."""
        self._settings = settings
        self._service = service
        self._database = database
        self._entra = entra
        self._lock = threading.Lock()
        self._cache: dict[str, tuple[float, dict[str, Any] | None]] = {}
        self._failures: dict[str, tuple[float, int]] = {}

    def authenticate(self, credential: str, address: str) -> Principal:
        """The principal of a credential sent from `address`.

        Raises:
            Unauthorized: for every wrong credential in the same words.
            TooMany: in its place after many wrong ones from the same address.
        """
        try:
            return self._principal(credential)
        except Unauthorized:
            # A good credential is never refused: whoever shares its address could otherwise lock its owner out.
            if self._guesses(address) > self.MAX_FAILURES:
                raise TooMany("Too many wrong credentials from this address.", retry_after_seconds=60) from None
            raise

    def _guesses(self, address: str) -> int:
        """Count a wrong credential. Returns how many there were within the last minute, this one included."""
        now = time.monotonic()
        with self._lock:
            for old in [key for key, (started, _) in self._failures.items() if now - started > 60]:
                del self._failures[old]
            started, count = self._failures.get(address, (now, 0))
            self._failures[address] = (started, count + 1)
            return count + 1

    def _principal(self, credential: str) -> Principal:
        if match := API_KEY.match(credential):
            return self._api_key(match[1], match[2])
        if credential.count(".") == 2 and len(credential) < 16_384:
            try:
                header = jwt.get_unverified_header(credential)
            except jwt.PyJWTError:
                raise Unauthorized("This credential is not valid.") from None
            if header.get("typ") == _INTERNAL_TYPE:
                return self._internal(credential)
            if self._entra is not None:
                return self._entra(credential)
        raise Unauthorized("This credential is not valid.")

    def _internal(self, token: str) -> Principal:
        try:
            claims = jwt.decode(
                token,
                _signing_key(self._settings),
                algorithms=["HS256"],
                audience=self._service,
                issuer="oberaconnect",
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWTError:
            raise Unauthorized("This credential is not valid.") from None
        tenant = str(claims["tenant"])
        readers = frozenset(claims["readers"]) if "readers" in claims else None
        return Principal(str(claims["sub"]), tenant, frozenset({tenant}), frozenset(claims["scopes"]), readers)

    def _api_key(self, identifier: str, secret: str) -> Principal:
        row = self._row(identifier)
        expected = bytes(row["digest"]) if row else bytes(32)
        # Compared also when the key is unknown, so that the time to answer does not tell.
        matches = hmac.compare_digest(_digest(self._settings, secret), expected)
        now = datetime.now(UTC)
        if not row or not matches or row["revoked_at"] or (row["expires_at"] and row["expires_at"] <= now):
            raise Unauthorized("This credential is not valid.")
        clients = None if row["clients"] is None else frozenset(row["clients"])
        return Principal(f"key:{identifier}", row["tenant"], clients, frozenset(row["scopes"]))

    def _row(self, identifier: str) -> dict[str, Any] | None:
        now = time.monotonic()
        with self._lock:
            cached = self._cache.get(identifier)
        if cached and now - cached[0] < self.CACHE_SECONDS:
            return cached[1]
        with self._database.transaction("") as connection:
            row = connection.execute(
                "UPDATE platform.api_key SET last_used_at = now() WHERE id = %s"
                " RETURNING digest, tenant, clients, scopes, expires_at, revoked_at",
                [identifier],
            ).fetchone()
        with self._lock:
            if len(self._cache) > 10_000:  # guesses must not fill the memory
                self._cache.clear()
            self._cache[identifier] = (now, row)
        return row
