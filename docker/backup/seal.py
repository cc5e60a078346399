"""The outside of a backup: plain, encrypted with a passphrase (openssl), or for an age recipient.

With a passphrase the file begins with a header of 80 bytes: what it is, a salt, a check of the passphrase, and an
HMAC-SHA256 over everything behind it, for AES-CBC alone would not notice a change. Behind it is what `openssl enc`
writes: `tail -c +81 FILE | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass env:BACKUP_PASSPHRASE | tar x`.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backup import closing
from host.obstacle import Obstacle

_ITERATIONS = 600_000
_MAGIC = b"oberaconnect1\n\0\0"
_AGE_MAGIC = b"age-encryption.org/v1"
_HEADER_BYTES = 80
_OPENSSL = ["openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-iter", str(_ITERATIONS), "-md", "sha256"]
_PASSWORD = "BACKUP_PASSPHRASE"


@dataclass(frozen=True)
class Keys:
    """With what backups are closed and opened; empty: not at all."""

    passphrase: str = ""
    recipient: str = ""
    identity: str = ""

    @property
    def ending(self) -> str:
        """What a new backup's name ends with."""
        return ".tar.age" if self.recipient else ".tar.enc" if self.passphrase else ".tar"


def keys(values: Mapping[str, str]) -> Keys:
    """Read BACKUP_PASSPHRASE (or _FILE), BACKUP_AGE_RECIPIENT and BACKUP_AGE_IDENTITY. Raises `Obstacle`."""
    passphrase = values.get(_PASSWORD, "")
    if path := values.get(f"{_PASSWORD}_FILE"):
        try:
            passphrase = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Obstacle(f"{_PASSWORD}_FILE={path} cannot be read.") from None
        if not passphrase:
            raise Obstacle(f"{_PASSWORD}_FILE={path} is empty.")
    if "\n" in passphrase or (passphrase and len(passphrase) < 12):
        raise Obstacle(f"{_PASSWORD} must be one line of at least 12 characters.")
    return Keys(passphrase, values.get("BACKUP_AGE_RECIPIENT", ""), values.get("BACKUP_AGE_IDENTITY", ""))


@contextmanager
def writing(file: IO[bytes], with_keys: Keys) -> Iterator[IO[bytes]]:
    """Where to write what ends up, closed, in `file`. Raises `Obstacle` when the program that closes it fails."""
    if with_keys.recipient:
        with closing.into(["age", "--encrypt", "--recipient", with_keys.recipient], file, {}) as sink:
            yield sink
    elif with_keys.passphrase:
        file.write(bytes(_HEADER_BYTES))
        file.flush()
        with closing.into([*_OPENSSL, "-pass", f"env:{_PASSWORD}"], file, {_PASSWORD: with_keys.passphrase}) as sink:
            yield sink
        salt = secrets.token_bytes(16)
        key = _derive(with_keys.passphrase, salt)
        file.seek(_HEADER_BYTES)
        tag = _tag(file, key, salt)
        file.seek(0)
        file.write(_MAGIC + salt + _check_value(key) + tag)
    else:
        yield file


@contextmanager
def reading(path: Path, with_keys: Keys) -> Iterator[IO[bytes]]:
    """The tar inside a backup.

    Raises:
        Obstacle: when there is no such file, it is no backup, or it cannot be opened or was changed.
    """
    if path.is_symlink() or not path.is_file():
        raise Obstacle(f"{path} is {'a link' if path.is_symlink() else 'no file'}. Name a backup: FILE=var/backups/…")
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
        file.seek(0)
        if head.startswith(_AGE_MAGIC):
            if not with_keys.identity:
                raise Obstacle(f"{path} is closed with age. Name the file with its key: BACKUP_AGE_IDENTITY=…")
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            with closing.out_of(["age", "--decrypt", "--identity", with_keys.identity], file, {}) as source:
                yield source
        elif head.startswith(_MAGIC):
            _require_unchanged(path, file, head, with_keys)
            os.lseek(file.fileno(), _HEADER_BYTES, os.SEEK_SET)
            command = [*_OPENSSL, "-d", "-pass", f"env:{_PASSWORD}"]
            with closing.out_of(command, file, {_PASSWORD: with_keys.passphrase}) as source:
                yield source
        elif len(head) < _HEADER_BYTES:
            raise Obstacle(f"{path} is {'empty' if not head else 'no backup: it is too short'}.")
        else:
            yield file


def _require_unchanged(path: Path, file: IO[bytes], head: bytes, with_keys: Keys) -> None:
    if not with_keys.passphrase:
        raise Obstacle(f"{path} is closed with a passphrase. Set BACKUP_PASSPHRASE or BACKUP_PASSPHRASE_FILE.")
    salt, check, tag = head[16:32], head[32:48], head[48:80]
    key = _derive(with_keys.passphrase, salt)
    if not hmac.compare_digest(check, _check_value(key)):
        raise Obstacle(f"The passphrase is not the one of {path}. Nothing was changed.")
    file.seek(_HEADER_BYTES)
    if not hmac.compare_digest(tag, _tag(file, key, salt)):
        raise Obstacle(f"{path} was changed or cut off after it was made. Take another one; nothing was changed.")


def _derive(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), b"mac" + salt, _ITERATIONS)


def _check_value(key: bytes) -> bytes:
    return hmac.digest(key, b"passphrase", "sha256")[:16]


def _tag(file: IO[bytes], key: bytes, salt: bytes) -> bytes:
    """Over everything from where the file stands."""
    found = hmac.new(key, salt, hashlib.sha256)
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.digest()
