"""An object store that speaks S3: listing, reading, and signatures that it works out for itself.

Written from the Amazon S3 API Reference: ListObjectsV2, GetObject, and Signature Version 4.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes
from xml.sax.saxutils import escape

from tests.fakes.web import Answer, Asked, Web


@dataclass
class Stored:
    """An object. `packed` is what its Content-Encoding says."""

    content: bytes
    storage: str = "STANDARD"
    packed: str = ""

    @property
    def etag(self) -> str:
        """As S3 makes it: a digest in quotes."""
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'


@dataclass
class Bucket:
    """The bucket `handbook`, reached in the path. With `keys` (id to secret) only signed requests are answered.

    `errors` are answered before anything else, the first one first: a status and a code, or headers with them.
    `break_after`: so many bytes of an object come before the connection breaks off, that often.
    """

    objects: dict[bytes, Stored] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    token: str = ""
    errors: list[tuple[int, str, Mapping[str, str]]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    forgets_start: bool = False
    asked: list[Asked] = field(default_factory=list)

    def put(self, key: str | bytes, content: bytes = b"x", storage: str = "STANDARD", packed: str = "") -> None:
        """Store an object."""
        self.objects[key.encode() if isinstance(key, str) else key] = Stored(content, storage, packed)

    def serve(self) -> Web:
        """The web server of the store."""
        return Web(self._answer)

    def _answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.errors:
            status, code, headers = self.errors.pop(0)
            return _error(status, code, headers)
        if self.keys and (code := self._refused(asked)):
            return _error(403, code)
        path, _, query = asked.path.partition("?")
        if not path.startswith("/handbook/"):
            return _error(404, "NoSuchBucket")
        if path == "/handbook/":
            return self._list(dict(part.split("=", 1) for part in query.split("&")))
        return self._get(unquote_to_bytes(path.removeprefix("/handbook/")), asked)

    def _list(self, query: Mapping[str, str]) -> Answer:
        after = b"" if self.forgets_start else unquote_to_bytes(query.get("start-after", ""))
        prefix = unquote_to_bytes(query.get("prefix", ""))
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        at_most = min(int(query["max-keys"]), 1000)
        lines = "".join(
            f"<Contents><Key>{quote_plus(key, safe='/')}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
            f"<ETag>{escape(self.objects[key].etag, {chr(34): '&quot;'})}</ETag>"
            f"<Size>{len(self.objects[key].content)}</Size>"
            f"<StorageClass>{self.objects[key].storage}</StorageClass></Contents>"
            for key in keys[:at_most]
        )
        return Answer(
            body=(
                '<?xml version="1.0" encoding="UTF-8"?>'
                '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>handbook</Name>'
                f"<EncodingType>url</EncodingType><IsTruncated>{str(len(keys) > at_most).lower()}</IsTruncated>"
                f"{lines}</ListBucketResult>"
            ).encode()
        )

    def _get(self, key: bytes, asked: Asked) -> Answer:
        found = self.objects.get(key)
        if found is None:
            return _error(404, "NoSuchKey")
        headers = {name.lower(): value for name, value in asked.headers.items()}
        if headers.get("if-match", found.etag) != found.etag:
            return _error(412, "PreconditionFailed")
        if found.storage in ("GLACIER", "DEEP_ARCHIVE"):
            return _error(403, "InvalidObjectState")
        status, content = 200, found.content
        if span := headers.get("range"):
            start, _, end = span.removeprefix("bytes=").partition("-")
            status, content = 206, content[int(start) : int(end) + 1 if end else None]
        more = {"ETag": found.etag} | ({"Content-Encoding": found.packed} if found.packed else {})
        if self.breaks:
            return Answer(status, content[: self.breaks.pop(0)], more, length=len(content))
        return Answer(status, content, more)

    def _refused(self, asked: Asked) -> str:
        """The code of what is wrong with the signature of a request, worked out from what arrived."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        claim = dict(part.split("=", 1) for part in headers.get("authorization", " =").split(" ", 1)[1].split(","))
        if "Credential" not in claim:
            return "AccessDenied"
        key_id, day, region, service, end = claim["Credential"].split("/")
        if key_id not in self.keys:
            return "InvalidAccessKeyId"
        if self.token and headers.get("x-amz-security-token") != self.token:
            return "InvalidToken"
        names = claim["SignedHeaders"].split(";")
        if not {"host", *(name for name in headers if name.startswith("x-amz-") or name == "range")} <= {*names}:
            return "AccessDenied"
        path, _, query = asked.path.partition("?")
        pairs = sorted(tuple(part.split("=", 1)) for part in query.split("&")) if query else []
        request = [
            asked.method,
            quote(unquote_to_bytes(path), safe="/-._~"),
            "&".join(f"{name}={quote(unquote_to_bytes(value), safe='-._~')}" for name, value in pairs),
            *(f"{name}:{headers[name]}" for name in names),
            "",
            claim["SignedHeaders"],
            headers["x-amz-content-sha256"],
        ]
        digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
        to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{day}/{region}/{service}/{end}", digest])
        key = b"AWS4" + self.keys[key_id].encode()
        for part in (day, region, service, end):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        is_right = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest() == claim["Signature"]
        return "" if is_right else "SignatureDoesNotMatch"


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> Answer:
    body = f"<Error><Code>{escape(unquote(code))}</Code><Message>No.</Message></Error>" if code else "<html>"
    return Answer(status, body.encode(), headers or {})
