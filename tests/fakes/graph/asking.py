"""A small client: asks the server as anybody may, and never follows a redirection by itself."""

import base64
import http.client
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.fakes.graph.graph import Graph

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Got:
    """An answer as it came. Headers have names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error."""
        return str(self.json["error"]["code"])


def ask(url: str, method: str = "GET", body: bytes = b"", **headers: str) -> Got:
    """One request on a connection of its own; in the names of headers _ stands for -."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Got(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def sign_in(graph: Graph, resource: str = "https://graph.microsoft.com", *, tenant: str = "", **form: str) -> Got:
    """Ask for a token: by the secret, unless the form holds something else."""
    fields = {"grant_type": "client_credentials", "client_id": graph.app.id, "scope": f"{resource}/.default"}
    if "client_assertion" not in form:
        fields["client_secret"] = graph.app.secret
    url = f"{graph.authority}/{tenant or graph.tenant.id}/oauth2/v2.0/token"
    return ask(url, "POST", urlencode(fields | form).encode())


class Client:
    """Asks Microsoft Graph with a token that it got by the application's secret."""

    def __init__(self, graph: Graph) -> None:
        """Signs in at once."""
        self._graph = graph
        self._token = str(sign_in(graph).json["access_token"])

    def __call__(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Got:
        """An answer; `path` is below the version, or a link."""
        url = path if path.startswith("http") else f"{self._graph.url}/v1.0{path}"
        content = b"" if body is None else json.dumps(body).encode()
        return ask(url, method, content, **{"Authorization": f"Bearer {self._token}", **headers})

    def delta(self, link: str = "", **headers: str) -> tuple[list[dict[str, Any]], str]:
        """All items of all pages, and the link for the next time. Without a link: the library from the beginning."""
        found = []
        page = self(link or f"/drives/{self._graph.drive.id}/root/delta", **headers).json
        while "@odata.nextLink" in page:
            found += page["value"]
            page = self(page["@odata.nextLink"], **headers).json
        return found + page["value"], str(page["@odata.deltaLink"])


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate with its key, both in PEM."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def private(self) -> str:
        """The key."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public(self) -> str:
        """The certificate: what `graph.app.certificates` holds."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def form(self, graph: Graph, algorithm: str = "PS256", **claims: Any) -> dict[str, str]:
        """The fields of a sign-in with an assertion that this signs; by RS256 it names itself as was usual before."""
        said = {
            "aud": f"{graph.authority}/{graph.tenant.id}/oauth2/v2.0/token",
            "iss": graph.app.id,
            "sub": graph.app.id,
            "jti": str(uuid.uuid4()),
            "exp": int(time.time()) + 600,
            **claims,
        }
        name, digest = ("x5t", SHA1()) if algorithm == "RS256" else ("x5t#S256", SHA256())
        print_of = base64.urlsafe_b64encode(self.certificate.fingerprint(digest)).decode()
        assertion = jwt.encode(said, self.key, algorithm, {name: print_of})
        return {"client_assertion_type": _ASSERTION, "client_assertion": assertion}


def certify(key: RSAPrivateKey) -> Certificate:
    """A certificate for a key, good for a day around now."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "connector")])
    now = datetime.now(UTC)
    serial = x509.random_serial_number()
    builder = x509.CertificateBuilder(name, name, key.public_key(), serial, now - timedelta(1), now + timedelta(1))
    return Certificate(key, builder.sign(key, SHA256()))
