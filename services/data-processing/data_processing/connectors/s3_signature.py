"""AWS Signature Version 4 for reading from S3: what a GET has to carry. Pure.

Source: "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)" in the Amazon S3 API
Reference, whose examples are the tests.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

_NO_BODY = hashlib.sha256(b"").hexdigest()
_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    """An access key; the token belongs to keys that hold for a while."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def encoded(text: str | bytes, *, safe: str = "") -> str:
    """Percent-encoded as the signature wants it: all but letters, digits and `-._~`."""
    return quote(text, safe=safe + "-._~")


def query_string(query: Mapping[str, str | bytes]) -> str:
    """A query in the order and spelling that is signed."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query.items()))


def signed(
    credentials: Credentials,
    region: str,
    when: datetime,
    *,
    host: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
) -> dict[str, str]:
    """The headers of a GET with its signature; all of them are signed, and the host.

    `path` and `query` are encoded as by `encoded` and `query_string`; `host` has the port if the request names it;
    `when` is in UTC.
    """
    stamp = when.strftime("%Y%m%dT%H%M%SZ")
    sent = {name.lower(): value for name, value in headers.items()}
    sent |= {"x-amz-content-sha256": _NO_BODY, "x-amz-date": stamp}
    if credentials.token:
        sent["x-amz-security-token"] = credentials.token
    lines = sorted((sent | {"host": host}).items())
    names = ";".join(name for name, _ in lines)
    request = "\n".join(
        ["GET", path, query, *(f"{name}:{' '.join(value.split())}" for name, value in lines), "", names, _NO_BODY]
    )
    scope = [stamp[:8], region, "s3", "aws4_request"]
    to_sign = "\n".join([_ALGORITHM, stamp, "/".join(scope), hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope:
        key = _hmac(key, part)
    signature = _hmac(key, to_sign).hex()
    claim = f"Credential={credentials.key_id}/{'/'.join(scope)},SignedHeaders={names},Signature={signature}"
    return sent | {"authorization": f"{_ALGORITHM} {claim}"}


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
