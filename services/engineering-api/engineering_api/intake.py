"""From what was handed over to what is kept: parsed, without secrets, as the configuration of a device."""

import base64
import hashlib
import threading
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from engineering_api import store, views
from engineering_api.facts.device import Device
from engineering_api.parsing import READER, Parsed, parse
from engineering_api.parts import Parts
from oberaconnect.auth import Principal
from oberaconnect.db import Connection
from oberaconnect.problems import Conflict
from oberaconnect.sealed import seal, unseal
from oberaconnect.settings import Settings

_LONGEST_NAME = 120
#: From so many lines on a configuration is read alone: it may take hundreds of megabytes for some seconds.
_LARGE_LINES = 20_000
_ALONE = threading.Lock()


class NoOriginal(Conflict):
    """The original of this configuration was not kept. Set CONFIG_ORIGINALS=encrypt before sending it."""


@dataclass(frozen=True)
class Handed:
    """A configuration that was handed over."""

    name: str
    content: bytes
    platform: str | None


def understand(parts: Parts, caller: Principal, handed: Handed) -> Parsed:
    """Read what was handed over, for the client that it belongs to. Raises `Unprocessable` for what is no text."""
    is_large = handed.content.count(b"\n") > _LARGE_LINES
    with _ALONE if is_large else nullcontext():
        return parse(handed.content, fingerprint=parts.fingerprint(caller.tenant), platform=handed.platform)


def keep(
    connection: Connection,
    parts: Parts,
    caller: Principal,
    handed: Handed,
    parsed: Parsed,
    *,
    site: str,
    document_id: UUID | None,
) -> tuple[UUID, UUID, bool]:
    """Keep a configuration: its id, its device's, and whether it is new."""
    name = parsed.device.identity.hostname or PurePosixPath(handed.name).stem
    device_id = store.device(connection, caller, site=site, name=name[:_LONGEST_NAME], platform=parsed.platform.name)
    text = "\n".join(parsed.texts)
    config_id, is_new = store.save(
        connection,
        caller,
        device_id,
        {
            "name": handed.name,
            "platform": parsed.platform.name,
            "is_told": handed.platform is not None,
            "confidence": parsed.confidence,
            "form": parsed.form,
            "encoding": parsed.encoding,
            "text": text,
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "original": _sealed(parts.settings, caller.tenant, handed),
            "lines": len(parsed.texts),
            "redactions": views.kinds(parsed),
            "document_id": document_id,
            **_said(parsed),
        },
    )
    return config_id, device_id, is_new


def device_of(connection: Connection, parts: Parts, row: store.Row) -> Device:
    """What a kept configuration says. What an older reader made of it is made anew and kept."""
    if row["reader"] != READER:
        # The lines have no secrets any more, so whatever stands for them stays as it is.
        parsed = parse(row["text"].encode(), fingerprint=parts.fingerprint(row["client"]), platform=row["platform"])
        row |= _said(parsed)
        store.understood_anew(connection, row["id"], _said(parsed))
    return Device.model_validate(row["facts"])


def original(parts: Parts, row: store.Row) -> bytes:
    """The bytes that were handed over. Raises `NoOriginal`, `Unsealable`."""
    if row["original"] is None:
        raise NoOriginal()
    opened = unseal(parts.settings, bytes(row["original"]), context=_context(row["client"]))
    return zlib.decompress(base64.b64decode(opened["content"]))


def _said(parsed: Parsed) -> dict[str, Any]:
    return {
        "facts": parsed.device.model_dump(mode="json"),
        "unparsed": len(parsed.device.unparsed),
        "read": parsed.read,
        "reader": READER,
    }


def _sealed(settings: Settings, tenant: str, handed: Handed) -> bytes | None:
    if settings.config_originals == "drop":
        return None
    packed = base64.b64encode(zlib.compress(handed.content)).decode()
    return seal(settings, {"content": packed}, context=_context(tenant))


def _context(tenant: str) -> str:
    return f"configuration of {tenant}"
