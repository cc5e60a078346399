"""The filters of the API as conditions on points."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from qdrant_client import models

from oberaconnect.problems import Unprocessable

Condition = models.FieldCondition | models.Filter

#: Fields of a document itself; every other name is one of its metadata.
_FIELDS = frozenset({"document_id", "source", "type", "updated_at"})
_MAX_FIELDS, _MAX_VALUES, _MAX_INTEGER = 32, 256, 2**63 - 1
_SHAPES = 'a value, a list of values, or {"gte": …, "lte": …}'
_TIME: TypeAdapter[datetime] = TypeAdapter(datetime)


def read(filters: Mapping[str, Any]) -> list[Condition]:
    """Conditions that all must hold.

    Raises:
        Unprocessable: naming the field whose filter has no shape that is understood.
    """
    if len(filters) > _MAX_FIELDS:
        raise Unprocessable(f"At most {_MAX_FIELDS} filters can be combined.")
    return [_condition(name, value) for name, value in filters.items()]


def flags(metadata: Mapping[str, Any]) -> list[str]:
    """The booleans of `metadata` as words to be matched: qdrant-edge 0.9.0 takes True for the number 1."""
    return [_flag(name, value) for name, value in metadata.items() if isinstance(value, bool)]


def _flag(name: str, value: bool) -> str:
    return f"{name}:{str(value).lower()}"


def _condition(name: str, value: Any) -> Condition:
    if not name or '"' in name or "\\" in name or "\x00" in name or len(name) > 64:
        raise Unprocessable(f"filters: '{name[:64]}' cannot be the name of a field.")
    key = name if name in _FIELDS else f'metadata."{name}"'
    match value:
        case dict():
            return _range(name, key, value)
        case list():
            return _any(name, key, value)
        case _:
            return _equals(name, key, value)


def _equals(name: str, key: str, value: Any) -> Condition:
    match value:
        case bool():
            return models.FieldCondition(key="flags", match=models.MatchValue(value=_flag(name, value)))
        case str():
            if name == "updated_at":
                when = _time(name, value)
                return models.FieldCondition(key=key, range=models.DatetimeRange(gte=when, lte=when))
            return models.FieldCondition(key=key, match=models.MatchValue(value=value))
        case int() if abs(value) <= _MAX_INTEGER:
            return models.FieldCondition(key=key, match=models.MatchValue(value=value))
        case float():
            return models.FieldCondition(key=key, range=models.Range(gte=value, lte=value))
        case _:
            raise Unprocessable(f"filters: '{name}' must be {_SHAPES}.")


def _any(name: str, key: str, values: list[Any]) -> Condition:
    if not 0 < len(values) <= _MAX_VALUES:
        raise Unprocessable(f"filters: '{name}' must name between 1 and {_MAX_VALUES} values.")
    if all(isinstance(value, str) for value in values) and name != "updated_at":
        return models.FieldCondition(key=key, match=models.MatchAny(any=values))
    return models.Filter(should=[_equals(name, key, value) for value in values])


def _range(name: str, key: str, ends: dict[str, Any]) -> Condition:
    if not ends or ends.keys() - {"gte", "lte"}:
        raise Unprocessable(f"filters: '{name}' must be {_SHAPES}.")
    if all(isinstance(end, str) for end in ends.values()):
        times = {side: _time(name, end) for side, end in ends.items()}
        return models.FieldCondition(key=key, range=models.DatetimeRange(**times))
    if all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends.values()):
        return models.FieldCondition(key=key, range=models.Range(**ends))
    raise Unprocessable(f"filters: both ends of '{name}' must be numbers, or both times.")


def _time(name: str, value: str) -> datetime:
    try:
        return _TIME.validate_python(value)
    except ValidationError:
        raise Unprocessable(f"filters: '{name}' needs times such as 2026-11-25 or 2026-11-25T08:00:00Z.") from None
