"""JSON of others as the database takes it."""

from collections.abc import Mapping
from typing import Any

from oberaconnect.db import Jsonb


def stored(value: Any) -> Jsonb:
    """A JSON value for a column. NUL and halves of characters, which PostgreSQL refuses, become U+FFFD."""
    return Jsonb(clean(value))


def clean(value: Any) -> Any:
    """A JSON value as the database gives it back."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {clean(str(name)): clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value
