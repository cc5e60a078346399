"""Cursors come back as they went out, and nothing else is one."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from oberaconnect.paging import LATEST, Paged, next_cursor
from oberaconnect.problems import Unprocessable


def test_the_first_page_begins_at_the_end_of_time() -> None:
    assert Paged().position() == LATEST


def test_a_cursor_is_the_place_after_the_last_row_shown() -> None:
    rows = [{"id": uuid4(), "created_at": datetime(2026, 1, day, tzinfo=UTC)} for day in (3, 2, 1)]
    cursor = next_cursor(rows, 2)
    assert Paged(cursor=cursor).position() == (rows[1]["created_at"], rows[1]["id"])


def test_the_last_page_has_no_cursor() -> None:
    assert next_cursor([{"id": UUID(int=1), "created_at": datetime.now(UTC)}], 1) is None


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "%%%", "é", _encoded(None), _encoded([]), _encoded(["a", "b"]), _encoded([1, 2]), _encoded({"a": 1, "b": 2}),
     _encoded(["2026-01-01", 7]), _encoded(["2026-01-01", "not-a-uuid"]), "W1tbW1tbW1tbW1tb"],
)  # fmt: skip
def test_a_cursor_that_no_list_gave_out_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable, match="cursor"):
        Paged(cursor=cursor).position()
