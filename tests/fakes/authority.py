"""Microsoft Entra ID as our services see it: an authority that publishes its keys over HTTP, and tokens it signed.

with running() as authority:
    settings = authority.settings(settings)
    token = authority.token("alice", groups=["finance"])
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from oberaconnect.settings import Settings

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Authority:
    """The authority; `asked` are the paths that were fetched."""

    url: str
    keys: list[dict[str, Any]]
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def settings(self, settings: Settings) -> Settings:
        """The settings with this authority in them."""
        return Settings.model_validate(
            settings.model_dump()
            | {"auth": "required", "azure_tenant_id": TENANT, "azure_client_id": CLIENT, "azure_authority": self.url}
        )

    def token(self, name: str = "alice", **changes: Any) -> str:
        """An access token of a person; `changes` replace claims, None leaves one out."""
        claims = person(self.url, name) | changes
        return signed({key: value for key, value in claims.items() if value is not None})


def person(url: str, name: str = "alice") -> dict[str, Any]:
    """The claims of an access token in which a person may read the data of the client acme."""
    now = int(time.time())
    return {
        "iss": f"{url}/{TENANT}/v2.0", "aud": CLIENT, "tid": TENANT, "ver": "2.0", "sub": name, "oid": f"{name}-oid",
        "roles": ["data.read", "client.acme"], "iat": now, "nbf": now, "exp": now + 600,
    }  # fmt: skip


def signed(claims: dict[str, Any], key: Any = KEY, kid: Any = "ours", algorithm: str = "RS256", **header: Any) -> str:
    """A token with these claims."""
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid, **header})


@contextmanager
def running() -> Iterator[Authority]:
    """Publish the key that `token` signs with."""
    published = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "ours", "use": "sig"}
    state = Authority("", [published])

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            body = json.dumps({"keys": state.keys}).encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
