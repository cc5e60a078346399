"""JSON of Qdrant's REST API to the engine's own types, and back. What the stand-in does not know is refused by name."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, NoReturn

import qdrant_edge as edge

Json = Mapping[str, Any]

#: What our service asks of a vector: `{"size": …, "distance": "Cosine"}`.
_DISTANCES = {"Cosine": edge.Distance.Cosine, "Dot": edge.Distance.Dot, "Euclid": edge.Distance.Euclid}
_TYPES = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
    "float": edge.PayloadSchemaType.Float,
    "bool": edge.PayloadSchemaType.Bool,
    "datetime": edge.PayloadSchemaType.Datetime,
    "uuid": edge.PayloadSchemaType.Uuid,
}
_DEFAULT_LIMIT, _DEFAULT_RANK_CONSTANT = 10, 2


class WrongInput(Exception):
    """Qdrant answers such a request with 400."""


def read(body: bytes) -> dict[str, Any]:
    """The JSON object of a request."""
    try:
        found = json.loads(body or b"{}", parse_constant=_no_number)
    except ValueError as error:
        raise WrongInput(f"Format error in JSON body: {error}") from None
    if not isinstance(found, dict):
        raise WrongInput("Format error in JSON body: expected an object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def vectors(collection: Json) -> dict[str, int | None]:
    """The vectors of a collection with their dimensions; None for sparse ones. One without a name is called ''."""
    given = collection.get("vectors") or {}
    dense = {"": given} if "size" in given else given
    return {name: int(item["size"]) for name, item in dense.items()} | dict.fromkeys(
        collection.get("sparse_vectors") or {}
    )


def config(collection: Json) -> edge.EdgeConfig:
    """The configuration of a shard, from the body that creates a collection."""
    given = collection.get("vectors") or {}
    named = {"": given} if "size" in given else given
    sparse = collection.get("sparse_vectors") or {}
    return edge.EdgeConfig(
        vectors={
            name: edge.EdgeVectorParams(size=item["size"], distance=_DISTANCES[item["distance"]])
            for name, item in named.items()
        },
        sparse_vectors={
            name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if item.get("modifier") == "idf" else None)
            for name, item in sparse.items()
        },
    )


def index(schema: Any) -> tuple[str, Any]:
    """The type of an index over a payload field, and the engine's parameters of it."""
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind not in _TYPES:
        raise WrongInput(f"Wrong input: the stand-in has no payload index of the type {kind!r}")
    if isinstance(schema, dict) and kind == "keyword":
        return kind, edge.KeywordIndexParams(is_tenant=schema.get("is_tenant"))
    return kind, _TYPES[kind]


def point(given: Json, known: Mapping[str, int | None]) -> edge.Point:
    """A point to write. Its vectors are checked here: the engine would do it only after it has logged them."""
    named = given["vector"] if isinstance(given["vector"], dict) else {"": given["vector"]}
    for name, numbers in named.items():
        if name not in known:
            raise WrongInput(f"Wrong input: Not existing vector name error: {name}")
        if isinstance(numbers, list) and len(numbers) != known[name]:
            raise WrongInput(f"Wrong input: Vector dimension error: expected dim: {known[name]}, got {len(numbers)}")
    made = {name: _vector(item) for name, item in named.items()}
    return edge.Point(identifier(given["id"]), made, given.get("payload"))


def identifier(given: Any) -> int | str:
    """The id of a point: a number or a UUID."""
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return given
    try:
        return str(uuid.UUID(given))
    except (ValueError, AttributeError, TypeError):
        raise WrongInput(
            f"Format error in JSON body: value {given} is not a valid point ID, valid values are either an unsigned"
            " integer or a UUID"
        ) from None


def where(given: Json | None) -> edge.Filter | None:
    """A filter tree."""
    if given is None:
        return None
    _refuse_unknown("filter", given, {"must", "should", "must_not"})
    return edge.Filter(
        must=_conditions(given.get("must")),
        should=_conditions(given.get("should")),
        must_not=_conditions(given.get("must_not")),
    )


def _conditions(given: Any) -> list[Any] | None:
    if given is None:
        return None
    return [_condition(item) for item in (given if isinstance(given, list) else [given])]


def _condition(given: Json) -> Any:
    match given:
        case {"has_id": ids}:
            return edge.HasIdCondition({identifier(item) for item in ids})
        case {"is_empty": {"key": key}}:
            return edge.IsEmptyCondition(key)
        case {"key": key, "match": {"value": value}}:
            return edge.FieldCondition(key=key, match=edge.MatchValue(value))
        case {"key": key, "match": {"any": values}}:
            return edge.FieldCondition(key=key, match=edge.MatchAny(values))
        case {"key": key, "range": limits}:
            ends = {name: end for name, end in limits.items() if end is not None}
            if any(isinstance(end, str) for end in ends.values()):
                return edge.FieldCondition(key=key, range=edge.RangeDateTime(**ends))
            return edge.FieldCondition(key=key, range=edge.RangeFloat(**ends))
        case {"must": _} | {"should": _} | {"must_not": _}:
            return where(given)
    raise WrongInput(f"Wrong input: the stand-in has no such condition: {json.dumps(given)[:200]}")


def query(given: Json) -> edge.QueryRequest:
    """A search: by a vector, by several that are fused, or through all points."""
    return edge.QueryRequest(
        limit=_limit(given),
        offset=given.get("offset") or 0,
        query=_scoring(given),
        prefetches=_prefetches(given),
        filter=where(given.get("filter")),
        score_threshold=given.get("score_threshold"),
        with_payload=fields(given.get("with_payload"), False),
        with_vector=given.get("with_vector") or False,
    )


def _prefetches(given: Json) -> list[edge.Prefetch]:
    legs = given.get("prefetch") or []
    return [
        edge.Prefetch(
            limit=_limit(leg),
            query=_scoring(leg),
            prefetches=_prefetches(leg),
            filter=where(leg.get("filter")),
            score_threshold=leg.get("score_threshold"),
        )
        for leg in (legs if isinstance(legs, list) else [legs])
    ]


def _limit(given: Json) -> int:
    return _DEFAULT_LIMIT if given.get("limit") is None else int(given["limit"])


def _scoring(given: Json) -> Any:
    match given.get("query"):
        case None:
            return None
        case {"fusion": "rrf"}:
            return edge.Fusion.Rrf(k=_DEFAULT_RANK_CONSTANT)
        case {"rrf": {} as how}:
            return edge.Fusion.Rrf(k=how.get("k") or _DEFAULT_RANK_CONSTANT, weights=how.get("weights"))
        case {"fusion": "dbsf"}:
            return edge.Fusion.Dbsf()
        case {"nearest": nearest} | (list() as nearest) | ({"indices": _, "values": _} as nearest):
            return edge.Query.Nearest(_vector(nearest), using=given.get("using"))
    raise WrongInput(f"Wrong input: the stand-in has no such query: {json.dumps(given['query'])[:200]}")


def _vector(given: Any) -> Any:
    if isinstance(given, dict):
        return edge.SparseVector(given["indices"], given["values"])
    if not isinstance(given, list):
        raise WrongInput(f"Wrong input: the stand-in has no vector of this kind: {str(given)[:200]}")
    return given


def fields(given: Any, default: bool) -> Any:
    """Which fields of the payload to give back."""
    match given:
        case None:
            return default
        case {"include": names}:
            return names
        case {"exclude": names}:
            return edge.PayloadSelector.Exclude(names)
    return given


def record(found: "edge.Record | edge.ScoredPoint") -> dict[str, Any]:
    """A point as Qdrant shows it."""
    shown: dict[str, Any] = {"id": found.id if isinstance(found.id, int) else str(found.id)}
    if isinstance(found, edge.ScoredPoint):
        shown |= {"version": found.version, "score": found.score}
    if found.payload is not None:
        shown["payload"] = found.payload
    if found.vector is not None:
        named: Any = found.vector
        shown["vector"] = {k: _shown(v) for k, v in named.items()} if isinstance(named, dict) else named
    return shown


def _shown(vector: Any) -> Any:
    if isinstance(vector, edge.SparseVector):
        return {"indices": vector.indices, "values": vector.values}
    return vector


def _refuse_unknown(what: str, given: Json, known: set[str]) -> None:
    if unknown := {name for name in given if given[name] is not None} - known:
        raise WrongInput(f"Wrong input: the stand-in's {what} does not know {', '.join(sorted(unknown))}")
