"""`qdrant_client.models` to `qdrant_edge`: the same names in other shapes. What is not known here is refused."""

from typing import Any

import qdrant_edge as edge
from qdrant_client import models

_DISTANCES = {models.Distance.COSINE: edge.Distance.Cosine}
_INDEXES = {
    models.PayloadSchemaType.INTEGER: edge.PayloadSchemaType.Integer,
    models.PayloadSchemaType.KEYWORD: edge.PayloadSchemaType.Keyword,
    models.PayloadSchemaType.DATETIME: edge.PayloadSchemaType.Datetime,
}


def config(dense: dict[str, models.VectorParams], sparse: dict[str, models.SparseVectorParams]) -> edge.EdgeConfig:
    """The configuration of a shard. The write-ahead log stays on: without it a crash loses points and nothing locks."""
    return edge.EdgeConfig(
        vectors={
            name: edge.EdgeVectorParams(size=item.size, distance=_DISTANCES[item.distance])
            for name, item in dense.items()
        },
        sparse_vectors={
            name: edge.EdgeSparseVectorParams(
                modifier=edge.Modifier.Idf if item.modifier == models.Modifier.IDF else None
            )
            for name, item in sparse.items()
        },
    )


def payload_index(schema: models.PayloadSchemaType | models.KeywordIndexParams) -> Any:
    """The kind of an index over a payload field."""
    if isinstance(schema, models.KeywordIndexParams):
        return edge.KeywordIndexParams(is_tenant=schema.is_tenant)
    return _INDEXES[schema]


def vector(value: Any) -> Any:
    """A vector, or named vectors."""
    if isinstance(value, models.SparseVector):
        return edge.SparseVector(value.indices, value.values)
    if isinstance(value, dict):
        return {name: vector(item) for name, item in value.items()}
    return value


def where(given: models.Filter) -> edge.Filter:
    """A filter tree."""
    return edge.Filter(must=_conditions(given.must), should=_conditions(given.should))


def _conditions(given: Any) -> list[Any] | None:
    if given is None:
        return None
    return [_condition(item) for item in (given if isinstance(given, list) else [given])]


def _condition(given: Any) -> Any:
    match given:
        case models.Filter():
            return where(given)
        case models.HasIdCondition():
            return edge.HasIdCondition(set(given.has_id))
        case models.IsEmptyCondition():
            return edge.IsEmptyCondition(given.is_empty.key)
        case models.FieldCondition():
            return _field_condition(given)
        case _:
            raise TypeError(f"no such condition in the embedded store: {given!r}")


def _field_condition(given: models.FieldCondition) -> Any:
    match given:
        case models.FieldCondition(match=models.MatchValue(value=value)):
            return edge.FieldCondition(key=given.key, match=edge.MatchValue(value))
        case models.FieldCondition(match=models.MatchAny(any=values)):
            return edge.FieldCondition(key=given.key, match=edge.MatchAny(values))
        case models.FieldCondition(range=models.DatetimeRange() as limits):
            ends = {name: end.isoformat() for name, end in limits if end is not None}
            return edge.FieldCondition(key=given.key, range=edge.RangeDateTime(**ends))
        case models.FieldCondition(range=models.Range() as limits):
            ends = {name: end for name, end in limits if end is not None}
            return edge.FieldCondition(key=given.key, range=edge.RangeFloat(**ends))
        case _:
            raise TypeError(f"no such condition in the embedded store: {given!r}")


def _fields(given: Any) -> bool | list[str]:
    """Which fields of the payload to give back."""
    if isinstance(given, bool) or (isinstance(given, list) and all(isinstance(name, str) for name in given)):
        return given
    raise TypeError(f"no such selection in the embedded store: {given!r}")


def query(request: models.QueryRequest) -> edge.QueryRequest:
    """A search by one vector."""
    if not isinstance(request.query, models.NearestQuery):
        raise TypeError(f"no such query in the embedded store: {request.query!r}")
    return edge.QueryRequest(
        limit=request.limit or 10,
        query=edge.Query.Nearest(vector(request.query.nearest), using=request.using),
        filter=where(request.filter) if request.filter else None,
        with_payload=_fields(request.with_payload),
    )
