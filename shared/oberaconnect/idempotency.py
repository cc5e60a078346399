"""Idempotency-Key: the same request sent again gets the same answer, and nothing happens twice.

The row is written in the transaction of the effect. A second request with the key waits for that transaction and then
finds the row (draft-ietf-httpapi-idempotency-key-header-07).
"""

import hashlib
import json
from dataclasses import dataclass

from flask import Response, request
from pydantic import BaseModel

from oberaconnect.db import Connection
from oberaconnect.problems import BadRequest, Unprocessable

_KEEP = "24 hours"


@dataclass(frozen=True)
class Key:
    """The key of a request and what identifies the request itself."""

    value: str
    fingerprint: str


def read_key(*content: str) -> Key | None:
    """The request's Idempotency-Key, if it has one. `content` stands for the body (for uploads: their hashes).

    Raises:
        BadRequest: for a key that is empty, longer than 255 characters or not printable ASCII.
    """
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    if not 0 < len(value) <= 255 or not value.isascii() or not value.isprintable():
        raise BadRequest("An Idempotency-Key has 1 to 255 printable ASCII characters.")
    digest = hashlib.sha256("\n".join([request.method, request.path, *content]).encode()).hexdigest()
    return Key(value, digest)


def claim(connection: Connection, tenant: str, key: Key | None) -> Response | None:
    """The answer given before under this key, or None: then do the work and `keep` its answer in this transaction.

    Raises:
        Unprocessable: when the key was used for another request.
    """
    if key is None:
        return None
    connection.execute("DELETE FROM idempotency WHERE created_at < now() - %s::interval", [_KEEP])
    inserted = connection.execute(
        "INSERT INTO idempotency VALUES (%s, %s, %s, 0, '{}', '') ON CONFLICT DO NOTHING RETURNING 1 AS one",
        [tenant, key.value, key.fingerprint],
    ).fetchone()
    if inserted:
        return None
    row = connection.execute(
        "SELECT fingerprint, status, headers, body FROM idempotency WHERE tenant = %s AND key = %s", [tenant, key.value]
    ).fetchone()
    if row is None or row["fingerprint"] != key.fingerprint:
        raise Unprocessable("This Idempotency-Key was used for another request.")
    headers = {**row["headers"], "Idempotency-Replayed": "true"}
    return Response(row["body"], row["status"], headers=headers, mimetype="application/json")


def keep(connection: Connection, tenant: str, key: Key | None, model: BaseModel, *, status: int, location: str) -> None:
    """Remember the answer under the key that `claim` took."""
    if key is not None:
        connection.execute(
            "UPDATE idempotency SET status = %s, headers = %s, body = %s WHERE tenant = %s AND key = %s",
            [status, json.dumps({"Location": location}), model.model_dump_json(), tenant, key.value],
        )
