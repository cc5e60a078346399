"""Answers to a challenge for a password (RFC 2617 digest with MD5, which is what SIP phones speak)."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_PARAMETER = re.compile(r'([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))')


@dataclass(frozen=True)
class Credentials:
    """The user name and password of a phone."""

    user: str
    password: str = field(repr=False)


def answer(challenge: str, method: str, uri: str, credentials: Credentials) -> str | None:
    """The Authorization value for a WWW-Authenticate value; None when it asks for something else than MD5."""
    asked = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(challenge)}
    if not challenge.lower().startswith("digest") or asked.get("algorithm", "MD5").upper() != "MD5":
        return None
    realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
    secret = _md5(f"{credentials.user}:{realm}:{credentials.password}")
    request = _md5(f"{method}:{uri}")
    fields = {"username": credentials.user, "realm": realm, "nonce": nonce, "uri": uri}
    bare = {"algorithm": "MD5"}
    if "auth" in [quality.strip() for quality in asked.get("qop", "").split(",")]:
        client = secrets.token_hex(8)
        fields["cnonce"] = client
        bare |= {"qop": "auth", "nc": "00000001"}
        fields["response"] = _md5(f"{secret}:{nonce}:00000001:{client}:auth:{request}")
    else:
        fields["response"] = _md5(f"{secret}:{nonce}:{request}")
    if "opaque" in asked:
        fields["opaque"] = asked["opaque"]
    quoted = [f'{name}="{value}"' for name, value in fields.items()]
    return "Digest " + ", ".join(quoted + [f"{name}={value}" for name, value in bare.items()])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
