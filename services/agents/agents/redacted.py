"""What the audit keeps of what was said: small, without secrets, and the same after it was stored as before."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

HIDDEN = "(hidden)"
_MAX_TEXT = 500
_MAX_ITEMS = 50
_MAX_DEPTH = 6
_MAX_BYTES = 16_384
#: What a key is called that holds a secret: one of these words, or `key` behind one of those.
_SECRET = {
    "password", "passwords", "passwd", "passphrase", "pwd", "secret", "secrets", "token", "apikey", "authorization",
    "credential", "credentials", "cookie", "psk", "pin", "bearer", "jwt",
}  # fmt: skip
_SECRET_KEY = {"api", "private", "secret", "access", "signing", "shared", "encryption", "ssh", "license"}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
#: Secrets that are known by their looks: keys, JSON Web Tokens, credentials in headers and addresses.
_LOOKS = re.compile(
    r"\bmsp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|\bsk-[A-Za-z0-9_-]{16,}|(?<=Bearer )[A-Za-z0-9._~+/=-]{8,}|(?<=Basic )[A-Za-z0-9+/=]{8,}|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"
)


def redacted(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that is small enough to be kept for good and holds no value whose key looks like that of a secret.

    Long texts are cut and named by their sha256; what is too large as a whole is only named by it.
    """
    kept: dict[str, Any] = _kept(data, 0)
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    if len(text.encode()) > _MAX_BYTES:
        return {"cut": True, "bytes": len(text.encode()), "sha256": _sha256(text)}
    return kept


def short(text: str) -> str:
    """A text that can be stored, without what looks like a secret, cut when it is long."""
    storable = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    shown = _LOOKS.sub(HIDDEN, storable)
    if len(shown) <= _MAX_TEXT:
        return shown
    return f"{shown[:_MAX_TEXT]}… ({len(storable)} characters, sha256 {_sha256(storable)})"


def _kept(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping | list | tuple) and depth >= _MAX_DEPTH:
        return "(deeper)"
    if isinstance(value, Mapping):
        items = list(value.items())
        kept = {
            short(str(key)): HIDDEN if one is not None and is_secret(str(key)) else _kept(one, depth + 1)
            for key, one in items[:_MAX_ITEMS]
        }
        return kept | ({"…": f"{len(items) - _MAX_ITEMS} more"} if len(items) > _MAX_ITEMS else {})
    if isinstance(value, list | tuple):
        more = [f"… {len(value) - _MAX_ITEMS} more"] if len(value) > _MAX_ITEMS else []
        return [_kept(one, depth + 1) for one in value[:_MAX_ITEMS]] + more
    return short(str(value))


def is_secret(key: str) -> bool:
    """Whether a key is called as if its value were a secret."""
    words = [word.lower() for word in _WORD.findall(key)]
    behind = {second for first, second in pairwise(words) if first in _SECRET_KEY}
    return bool(_SECRET & set(words)) or bool({"key", "keys"} & behind)


def _number(value: float) -> Any:
    """A number that PostgreSQL's JSON gives back as it is here; as a text where it has none for it."""
    if isinstance(value, int):
        return value if abs(value) < 2**63 else f"{value:#x}"[:_MAX_TEXT]
    if not math.isfinite(value):
        return str(value)
    # Large ones come back without their exponent, as whole numbers; and nought has no sign there.
    return _number(int(value)) if value.is_integer() else value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
