"""Lists a page at a time, by keyset: stable while rows come and go, and as fast on the last page as on the first."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import Field

from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

Item = TypeVar("Item", bound=View)
LATEST = (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))


class Paged(Model):
    """Query of a list: how many, and from where on."""

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=200)

    def position(self) -> tuple[datetime, UUID]:
        """Where the page begins: rows ordered by (created_at, id) descending come strictly after it."""
        if self.cursor is None:
            return LATEST
        try:
            created_at, identifier = json.loads(base64.urlsafe_b64decode(self.cursor.encode()))
            return datetime.fromisoformat(created_at), UUID(identifier)
        except (ValueError, TypeError, binascii.Error, AttributeError):
            raise Unprocessable("This cursor is not one that a list gave out.") from None


class Page(View, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


def next_cursor(rows: Sequence[dict[str, Any]], limit: int) -> str | None:
    """The cursor after `rows`, of which one more than `limit` was read to see whether there is a next page."""
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return base64.urlsafe_b64encode(json.dumps([last["created_at"].isoformat(), str(last["id"])]).encode()).decode()
