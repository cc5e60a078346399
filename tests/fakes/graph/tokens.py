"""The Microsoft identity platform as far as an application needs it to sign in, and the check of what it gave out.

Sources: learn.microsoft.com "OAuth 2.0 client credentials flow on the Microsoft identity platform"
(/entra/identity-platform/v2-oauth2-client-creds-grant-flow), "Microsoft identity platform application authentication
certificate credentials" (…/certificate-credentials), "Access token claims reference", "Microsoft Entra authentication
and authorization error codes" (…/reference-error-codes). That SharePoint takes no token got by a secret (claim appidacr
1 in place of 2): learn.microsoft.com "Granting access via Entra ID App-Only" (/sharepoint/dev/solution-guidance).
"""

import base64
import binascii
import json
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate
from tests.fakes.graph.errors import Refused, Unsigned, answer
from tests.fakes.graph.state import Application, Tenant
from tests.fakes.graph.wire import Request, Response
from tests.fakes.graph.world import World

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_GRAPH = "00000003-0000-0000-c000-000000000000"
#: What SharePoint answers to a token that was got by a secret.
UNSUPPORTED = "Unsupported app only token."
_SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"


class SignInRefused(Exception):
    """No token, by the number of the error."""

    def __init__(self, number: int, error: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.number, self.error, self.message, self.status = number, error, message, status


@dataclass(frozen=True)
class Caller:
    """Whose token it is. `roles` are as they were when it was issued; `proof` is how its application signed in."""

    tenant: Tenant
    application: Application
    roles: frozenset[str]
    audience: Literal["graph", "sharepoint", "any"]
    proof: Literal["secret", "certificate"]
    expires: float


class Tokens:
    """What was given out. `lifetime` in seconds counts for tokens that are issued from now on."""

    def __init__(self, world: World) -> None:
        """`url`, the server's own address, is set when it is known."""
        self.lifetime = 3599
        self.url = ""
        self._world = world
        self._issued: dict[str, Caller] = {}

    def forget(self) -> None:
        """No token given out so far counts any more, as after a sign-in was revoked."""
        with self._world.lock:
            self._issued.clear()

    def discovery(self, name: str) -> Response:
        """The OpenID configuration of a tenant."""
        try:
            tenant = self._tenant(name)
        except SignInRefused as refused:
            return self._refusal(refused)
        base = f"{self.url}/{tenant.id}"
        return answer(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "tenant_region_scope": "EU",
                "cloud_instance_name": "microsoftonline.com",
                "msgraph_host": "graph.microsoft.com",
            }
        )

    def instance(self, request: Request) -> Response:
        """The instance discovery, for the authority that is asked for."""
        path = urlsplit(request.query.get("authorization_endpoint", "")).path
        tenant = path.strip("/").split("/", 1)[0]
        return answer(
            {
                "tenant_discovery_endpoint": f"{self.url}/{tenant}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [],
            }
        )

    def issue(self, name: str, request: Request) -> Response:
        """Answer a request for a token."""
        form = dict(parse_qsl(request.body.decode()))
        try:
            with self._world.lock:
                return self._issue(self._tenant(name), form)
        except SignInRefused as refused:
            return self._refusal(refused)

    def caller(self, request: Request, audience: Literal["graph", "sharepoint"]) -> Caller:
        """Whose request that is. Raises `Unsigned` when there is no token that counts here."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unsigned("Access token is empty.")
        caller = self._issued.get(token)
        if caller is None:
            raise Unsigned("Access token validation failure.")
        if caller.audience not in ("any", audience):
            raise Unsigned("Access token validation failure. Invalid audience.")
        if time.time() >= caller.expires:
            raise Unsigned("Lifetime validation failed, the token is expired.")
        if audience == "sharepoint" and caller.proof == "secret":
            raise Refused(401, "-2147024891, System.UnauthorizedAccessException", UNSUPPORTED)
        return caller

    def _issue(self, tenant: Tenant, form: dict[str, str]) -> Response:
        for name in ("grant_type", "client_id", "scope"):
            if not form.get(name):
                message = f"The request body must contain the following parameter: '{name}'."
                raise SignInRefused(900144, "invalid_request", message)
        if form["grant_type"] != "client_credentials":
            raise SignInRefused(70003, "unsupported_grant_type", "The app requested an unsupported grant type.")
        application = tenant.applications.get(form["client_id"])
        if application is None:
            message = f"Application with identifier '{form['client_id']}' was not found in the directory."
            raise SignInRefused(700016, "unauthorized_client", message)
        proof = self._proof(tenant, application, form)
        resource, dot, rest = form["scope"].rpartition("/.default")
        if not dot or rest:
            message = f"The provided value for scope {form['scope']} is not valid: it must end with /.default."
            raise SignInRefused(1002012, "invalid_scope", message)
        audience = self._audience(tenant, resource)
        seconds = self.lifetime
        claims = {
            "aud": _SHAREPOINT if audience == "sharepoint" else "https://graph.microsoft.com",
            "iss": f"https://sts.windows.net/{tenant.id}/",
            "iat": int(time.time()),
            "nbf": int(time.time()),
            "exp": int(time.time()) + seconds,
            "appid": application.id,
            "app_displayname": application.name,
            "appidacr": "1" if proof == "secret" else "2",
            "idtyp": "app",
            "tid": tenant.id,
            "ver": "1.0",
            "uti": secrets.token_urlsafe(16),
        }
        if application.granted:
            claims["roles"] = sorted(application.granted)
        token = ".".join((_encoded({"typ": "JWT", "alg": "RS256"}), _encoded(claims), secrets.token_urlsafe(64)))
        until = time.time() + seconds
        self._issued[token] = Caller(tenant, application, frozenset(application.granted), audience, proof, until)
        return answer(
            {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token},
            headers={"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"},
        )

    def _tenant(self, name: str) -> Tenant:
        for tenant in self._world.tenants.values():
            if name.lower() in (tenant.id, tenant.domain):
                return tenant
        message = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID."
        raise SignInRefused(90002, "invalid_request", message)

    def _proof(
        self, tenant: Tenant, application: Application, form: dict[str, str]
    ) -> Literal["secret", "certificate"]:
        if form.get("client_assertion_type") == _ASSERTION:
            self._verify(tenant, application, form.get("client_assertion", ""))
            return "certificate"
        secret = form.get("client_secret", "")
        if not secret:
            message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise SignInRefused(7000218, "invalid_client", message, 401)
        if secret == application.expired_secret:
            message = f"The provided client secret keys for app '{application.id}' are expired."
            raise SignInRefused(7000222, "invalid_client", message, 401)
        if secret != application.secret:
            message = f"Invalid client secret provided for app '{application.id}'."
            raise SignInRefused(7000215, "invalid_client", message, 401)
        return "secret"

    def _verify(self, tenant: Tenant, application: Application, assertion: str) -> None:
        try:
            header = jwt.get_unverified_header(assertion)
            certificate = next(
                found
                for found in (load_pem_x509_certificate(text.encode()) for text in application.certificates)
                if _thumbprint(header.get("x5t", "")) == found.fingerprint(SHA1())
                or _thumbprint(header.get("x5t#S256", "")) == found.fingerprint(SHA256())
            )
            jwt.decode(
                assertion,
                _public_key(certificate),
                algorithms=["RS256", "PS256"],
                audience=[
                    f"{scheme}://{urlsplit(self.url).netloc}/{name}/{rest}"
                    for scheme in ("http", "https")
                    for name in (tenant.id, tenant.domain)
                    for rest in ("oauth2/v2.0/token", "v2.0")
                ],
                issuer=application.id,
                subject=application.id,
                options={"require": ["exp", "iss", "sub", "aud", "jti"]},
            )
        except StopIteration:
            message = "The certificate with identifier used to sign the client assertion is not registered."
            raise SignInRefused(700027, "invalid_client", message, 401) from None
        except jwt.ExpiredSignatureError:
            message = "Client assertion is not within its valid time range."
            raise SignInRefused(700024, "invalid_client", message, 401) from None
        except jwt.PyJWTError as error:
            message = f"Client assertion failed signature validation. ({error})"
            raise SignInRefused(700027, "invalid_client", message, 401) from None

    def _audience(self, tenant: Tenant, resource: str) -> Literal["graph", "sharepoint", "any"]:
        resource = resource.rstrip("/")
        if resource in ("https://graph.microsoft.com", _GRAPH):
            return "graph"
        hosts = {site.host for site in self._world.sites.values() if site.tenant is tenant}
        netloc = urlsplit(self.url).netloc
        # The server stands for both services, so a token for its own address counts at both.
        if resource in (f"http://{netloc}", f"https://{netloc}"):
            return "any"
        if resource.removeprefix("https://") in hosts:
            return "sharepoint"
        message = f"The resource principal named {resource} was not found in the tenant named {tenant.domain}."
        raise SignInRefused(500011, "invalid_resource", message)

    def _refusal(self, refused: SignInRefused) -> Response:
        trace, correlation = uuid.uuid4(), uuid.uuid4()
        stamp = "2026-01-05 09:00:00Z"
        described = (
            f"AADSTS{refused.number}: {refused.message} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {stamp}"
        )
        return answer(
            {
                "error": refused.error,
                "error_description": described,
                "error_codes": [refused.number],
                "timestamp": stamp,
                "trace_id": str(trace),
                "correlation_id": str(correlation),
                "error_uri": f"https://login.microsoftonline.com/error?code={refused.number}",
            },
            refused.status,
        )


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _thumbprint(value: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return b""


def _public_key(certificate: Certificate) -> Any:
    return certificate.public_key()
