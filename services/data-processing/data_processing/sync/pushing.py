"""Documents that are pushed into a source: listed by whoever sends them, in place of a connector."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

from data_processing.blobs import Blobs
from data_processing.sync import merge, run_store
from data_processing.sync.models import Push, PushedDocument
from oberaconnect.db import Connection, Jsonb
from oberaconnect.problems import Unprocessable

Row = dict[str, Any]


def contents(blobs: Blobs, tenant: str, documents: Sequence[PushedDocument]) -> dict[str, str]:
    """Keep the bytes of pushed documents; returns their digests by external id.

    Raises:
        Unprocessable: for a document with both text and content, or neither, or that is not Base64, and for one that is
            named twice.
    """
    names = [document.external_id for document in documents]
    if len(set(names)) < len(names):
        raise Unprocessable("Two documents of the request have the same external_id.")
    found = {}
    for number, document in enumerate(documents):
        if (document.text is None) == (document.content is None):
            raise Unprocessable(f"documents/{number}: give either text or content (bytes in Base64).")
        if document.content is not None:
            try:
                content = base64.b64decode(document.content, validate=True)
            except binascii.Error:
                raise Unprocessable(f"documents/{number}/content: this is not Base64.") from None
            found[document.external_id] = blobs.put(tenant, content).sha256
    return found


def keep(connection: Connection, run: Row, push: Push, digests: dict[str, str]) -> None:
    """Write a push as what a run has listed; the run goes on from there."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO source_listed (run_id, tenant, key, is_gone, name, path, title, url, size, tag, metadata,"
            " content, text, access) VALUES (%s, %s, %s, false, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                [
                    run["id"], run["tenant"], document.external_id,
                    document.name or document.title or document.external_id,
                    document.path or document.name or document.external_id, document.title, document.url,
                    len((document.text or document.content or "").encode()), _tag(document, digests),
                    Jsonb(document.metadata), digests.get(document.external_id), document.text, document.access,
                ]
                for document in push.documents
            ],
        )  # fmt: skip
    merge.add_gone(connection, run["id"], run["tenant"], push.deleted)
    run_store.listed(connection, run["id"], len(push.documents), complete=[""] if push.complete else [])


def _tag(document: PushedDocument, digests: dict[str, str]) -> str:
    """What stands for the content: its digest."""
    return digests.get(document.external_id) or hashlib.sha256((document.text or "").encode()).hexdigest()
