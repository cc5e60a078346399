"""Small secrets of others, encrypted for the database: a copy of its tables alone gives nobody a password.

A sealed value is a version byte, a nonce of 96 bits, and AES-256-GCM's ciphertext with its tag (NIST SP 800-38D). The
key follows from SECRET_KEY by HKDF-SHA256 (RFC 5869) and is stored nowhere. What it was sealed for (`context`) is
authenticated with it, so that a row copied to another client or source cannot be opened there.
"""

import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from oberaconnect.problems import Conflict
from oberaconnect.settings import Settings

_VERSION = b"\x01"
_NONCE_BYTES = 12


class Unsealable(Conflict):
    """The stored secrets cannot be opened: SECRET_KEY was changed. Enter them again."""


def seal(settings: Settings, value: Mapping[str, str], *, context: str) -> bytes:
    """Encrypt names and their secrets for one purpose, such as `source <id> of <client>`; each time anew."""
    nonce = os.urandom(_NONCE_BYTES)
    text = json.dumps(dict(value)).encode()
    return _VERSION + nonce + _cipher(settings).encrypt(nonce, text, _bound(context))


def unseal(settings: Settings, sealed: bytes, *, context: str) -> dict[str, str]:
    """What was sealed for this very purpose.

    Raises:
        Unsealable: when it was sealed with another SECRET_KEY or for another purpose, or was changed since.
    """
    nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if not sealed.startswith(_VERSION) or len(nonce) < _NONCE_BYTES:
        raise Unsealable()
    try:
        opened = _cipher(settings).decrypt(nonce, text, _bound(context))
    except InvalidTag:
        raise Unsealable() from None
    found: dict[str, str] = json.loads(opened)
    return found


def _cipher(settings: Settings) -> AESGCM:
    secret = settings.secret_key.get_secret_value().encode()
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"oberaconnect sealed secrets").derive(secret))


def _bound(context: str) -> bytes:
    return _VERSION + context.encode()
