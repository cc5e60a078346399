"""What every vector store must do: the embedded one, the client's own model of the server, a real server if given."""

import os
import uuid
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from qdrant_client import QdrantClient

from oberaconnect.problems import Unavailable
from rag_engine import sparse, vectors
from rag_engine.vectors import Point, Vectors, filters
from rag_engine.vectors.edge import EdgeClient
from rag_engine.vectors.store import BATCH

DIMENSION = 8
STORES = ["embedded", "memory", *(["server"] if os.environ.get("QDRANT_TEST_URL") else [])]


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vectors]:
    if request.param == "embedded":
        made = Vectors(EdgeClient(tmp_path_factory.mktemp("vectors")))
    elif request.param == "memory":
        made = Vectors(QdrantClient(":memory:"))
    else:
        made = vectors.server(os.environ["QDRANT_TEST_URL"], os.environ.get("QDRANT_TEST_API_KEY", ""))
    yield made
    made.close()


@contextmanager
def collection(store: Vectors) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex}-1"
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # in memory, payload indexes have no effect
        store.create(name, DIMENSION)
    yield name
    store.drop(name)


@pytest.fixture
def name(store: Vectors) -> Iterator[str]:
    with collection(store) as name:
        yield name


def vector(*numbers: float) -> Any:
    full = np.zeros(DIMENSION, np.float32)
    full[: len(numbers)] = numbers
    return full / np.linalg.norm(full)


def point(text: str = "text", *, at: Any = None, document: str = "d1", version: int = 1, **payload: Any) -> Point:
    key = str(uuid.uuid5(uuid.NAMESPACE_OID, repr((text, document, version, sorted(payload.items(), key=str)))))
    metadata: Mapping[str, Any] = payload.pop("metadata", {})
    return Point(
        id=key,
        vector=vector(1.0) if at is None else at,
        terms=sparse.document(text, ""),
        payload={
            "document_id": document,
            "version": version,
            "text": text,
            "metadata": metadata,
            "flags": filters.flags(metadata),
            **payload,
        },
    )


def texts(
    store: Vectors, name: str, tenant: str, given: Mapping[str, Any], readers: Collection[str] | None = None
) -> list[str]:
    """The texts of all points of a tenant that pass a filter, in order; both legs must agree, and reading by ids."""
    dense, keywords = store.search(
        name, tenant, readers, filters.read(given), vector=vector(1.0), terms=sparse.question("text"), limit=100
    )
    assert {hit.id for hit in dense} == {hit.id for hit in keywords}
    every, _ = store.search(name, tenant, None, filters.read(given), vector=vector(1.0), terms=None, limit=100)
    read = store.read(name, tenant, readers, [hit.id for hit in every])
    assert read.keys() == {hit.id for hit in dense}
    return sorted(found.payload["text"] for found in read.values())


def test_the_nearest_come_first_with_their_cosine(store: Vectors, name: str) -> None:
    near, middle, far = point("a", at=vector(1)), point("b", at=vector(1, 1)), point("c", at=vector(0, 1))
    store.put(name, "alice", [far, near, middle])
    dense, _ = store.search(name, "alice", None, [], vector=vector(1), terms=None, limit=2)
    assert [hit.id for hit in dense] == [near.id, middle.id]
    assert [hit.score for hit in dense] == pytest.approx([1.0, 0.5**0.5], abs=1e-5)


def test_rare_words_weigh_more_than_common_ones(store: Vectors, name: str) -> None:
    common = [point(f"router number {number}") for number in range(9)]
    rare = point("router firmware")
    store.put(name, "alice", [*common, rare])
    _, keywords = store.search(name, "alice", None, [], vector=None, terms=sparse.question("router firmware"), limit=3)
    assert keywords[0].id == rare.id
    idf = np.log((10 - 1 + 0.5) / (1 + 0.5) + 1)
    only = store.search(name, "alice", None, [], vector=None, terms=sparse.question("firmware"), limit=3)[1]
    assert [hit.score for hit in only] == pytest.approx([idf * rare.terms[next(iter(sparse.question("firmware")))]])


def test_a_repeated_word_of_the_question_counts_twice(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point("printer"), point("offline")])
    once = store.search(name, "alice", None, [], vector=None, terms=sparse.question("printer"), limit=1)[1][0].score
    twice = store.search(name, "alice", None, [], vector=None, terms=sparse.question("printer printer"), limit=1)[1][
        0
    ].score
    assert twice == pytest.approx(2 * once)


def test_each_leg_finds_nothing_of_another_tenant(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point("secret of alice")])
    store.put(name, "charlie", [point("something of charlie")])
    dense, keywords = store.search(
        name, "charlie", None, [], vector=vector(1), terms=sparse.question("secret alice"), limit=100
    )
    assert [hit.document_id for hit in dense] == ["d1"]
    assert keywords == []
    assert [item.payload["text"] for item in store.read(name, "charlie", None, [dense[0].id]).values()] == [
        "something of charlie"
    ]


def test_a_point_of_another_tenant_cannot_be_read_by_its_id(store: Vectors, name: str) -> None:
    secret = point("secret")
    store.put(name, "alice", [secret])
    assert store.read(name, "charlie", None, [secret.id]) == {}
    assert list(store.read(name, "alice", None, [secret.id])) == [secret.id]


def test_a_payload_cannot_name_another_tenant(store: Vectors, name: str) -> None:
    store.put(name, "charlie", [point("forged", tenant="alice")])
    assert store.count(name, "alice") == 0
    assert store.count(name, "charlie") == 1


def test_a_search_with_an_empty_question_finds_nothing(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point("text")])
    assert store.search(name, "alice", None, [], vector=None, terms={}, limit=5) == ([], [])


def test_reading_gives_payload_and_vector_back(store: Vectors, name: str) -> None:
    kept = point("text", at=vector(3, 4), metadata={"site": "Köln", "n": 1, "list": ["a"], "deep": {"x": None}})
    store.put(name, "alice", [kept])
    found = store.read(name, "alice", None, [kept.id, str(uuid.uuid4())])
    assert list(found) == [kept.id]
    assert found[kept.id].payload == {**kept.payload, "tenant": "alice"}
    assert found[kept.id].vector == pytest.approx(vector(3, 4), abs=1e-6)


def test_reading_nothing_is_no_error(store: Vectors, name: str) -> None:
    assert store.read(name, "alice", None, []) == {}


def test_writing_again_replaces(store: Vectors, name: str) -> None:
    first = point("text")
    store.put(name, "alice", [first])
    store.put(name, "alice", [Point(first.id, vector(0, 1), first.terms, {**first.payload, "text": "new"})])
    assert store.total(name) == 1
    assert store.read(name, "alice", None, [first.id])[first.id].payload["text"] == "new"


def test_more_points_than_a_batch_are_all_written(store: Vectors, name: str) -> None:
    points = [point(f"text {number}") for number in range(BATCH * 2 + 7)]
    store.put(name, "alice", points)
    assert store.count(name, "alice") == store.total(name) == len(points)


@pytest.fixture
def letters(store: Vectors, name: str) -> str:
    """A collection with documents that not everybody of the client may read."""
    store.put(
        name,
        "acme",
        [
            point("text to all", document="all"),
            point("text to alice", document="alice", access=["user:alice"]),
            point("text to the board", document="board", access=["user:dora", "group:board"]),
            point("text to the house", document="house", access=["org"]),
            point("text to nobody", document="nobody", access=[]),
        ],
    )
    store.put(name, "globex", [point("text of globex", document="all"), point("text to alice", access=["user:alice"])])
    return name


@pytest.mark.parametrize(
    ("readers", "seen"),
    [
        (["anyone", "org", "user:alice"], ["alice", "all", "the house"]),
        (["anyone", "user:bob", "group:board", "group:other"], ["all", "the board"]),
        (["anyone", "user:charlie"], ["all"]),
        (["user:alic", "user:alice ", "USER:ALICE", "user:*", "", "null"], ["all"]),
        ([], ["all"]),
        (None, ["alice", "all", "nobody", "the board", "the house"]),
    ],
    ids=["alice", "bob", "charlie", "look-alikes", "nobody", "no person"],
)
def test_a_person_is_shown_what_is_for_everybody_or_for_them(
    store: Vectors, letters: str, readers: list[str] | None, seen: list[str]
) -> None:
    assert texts(store, letters, "acme", {}, readers) == [f"text to {who}" for who in seen]


def test_what_is_for_a_person_narrows_the_other_filters_and_is_narrowed_by_them(store: Vectors, letters: str) -> None:
    assert texts(store, letters, "acme", {"document_id": ["alice", "board"]}, ["user:alice"]) == ["text to alice"]
    assert texts(store, letters, "acme", {"document_id": "board"}, ["user:alice"]) == []


def test_a_filter_cannot_lift_the_limit(store: Vectors, letters: str) -> None:
    for given in ({"access": ["user:alice", "group:board"]}, {"access": "org"}):
        assert texts(store, letters, "acme", given, ["user:charlie"]) == []


def test_a_description_changes_the_points_of_its_version_and_no_others(store: Vectors, name: str) -> None:
    first, second = point("text 1", version=1), point("text 2", version=2)
    other, theirs = point("text other", document="d2"), point("text of globex")
    store.put(name, "acme", [first, second, other])
    store.put(name, "globex", [theirs])
    fields = {"url": "https://new.test", "metadata": {"site": "south", "none": None}, "access": ["user:alice"]}
    for _ in range(2):
        store.describe(name, "acme", "d1", 2, fields)
    found = store.read(name, "acme", None, [first.id, second.id, other.id])
    assert found[second.id].payload == {**second.payload, **fields, "tenant": "acme"}
    assert found[second.id].vector == pytest.approx(vector(1), abs=1e-6)
    assert found[first.id].payload == {**first.payload, "tenant": "acme"}
    assert found[other.id].payload == {**other.payload, "tenant": "acme"}
    assert store.read(name, "globex", None, [theirs.id])[theirs.id].payload == {**theirs.payload, "tenant": "globex"}
    assert texts(store, name, "acme", {"site": "south"}, ["user:alice"]) == ["text 2"]
    assert texts(store, name, "acme", {}, ["user:bob"]) == ["text 1", "text other"]


def test_describing_replaces_metadata_as_a_whole(store: Vectors, name: str) -> None:
    kept = point("text", metadata={"site": "north", "floor": 1})
    store.put(name, "acme", [kept])
    store.describe(name, "acme", "d1", 1, {"metadata": {"floor": 2}})
    assert store.read(name, "acme", None, [kept.id])[kept.id].payload["metadata"] == {"floor": 2}


def test_a_description_can_take_away_and_give_back(store: Vectors, name: str) -> None:
    kept = point("text", url="https://old.test", access=["user:alice"])
    store.put(name, "acme", [kept])
    charlie: list[str] = ["user:charlie", "anyone"]
    for access, seen in [(["org"], []), (["anyone"], ["text"]), ([], []), (None, ["text"]), (["user:alice"], [])]:
        store.describe(name, "acme", "d1", 1, {"url": None, "access": access})
        assert texts(store, name, "acme", {}, charlie) == seen
        assert ("access" in store.read(name, "acme", None, [kept.id])[kept.id].payload) is (access is not None)
    assert not store.read(name, "acme", None, [kept.id])[kept.id].payload.get("url")


def test_describing_what_is_not_there_is_no_error(store: Vectors, name: str) -> None:
    store.describe(name, "acme", "d1", 1, {"access": ["user:alice"]})
    assert store.total(name) == 0


def test_removing_versions_leaves_the_others(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point(f"text {number}", version=number) for number in (1, 2, 3, 4)])
    store.put(name, "alice", [point("text other", document="d2")])
    store.put(name, "charlie", [point("text charlie", version=2)])
    store.remove(name, "alice", "d1", 2, 4)
    assert texts(store, name, "alice", {}) == ["text 1", "text 4", "text other"]
    store.remove(name, "alice", "d1", 0, None)
    assert texts(store, name, "alice", {}) == ["text other"]
    assert store.count(name, "charlie") == 1


def test_removing_a_tenant_leaves_the_others(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point("a")])
    store.put(name, "charlie", [point("c")])
    store.remove_tenant(name, "alice")
    assert (store.count(name, "alice"), store.count(name, "charlie"), store.total(name)) == (0, 1, 1)


def test_creating_again_begins_empty(store: Vectors, name: str) -> None:
    store.put(name, "alice", [point("a")])
    store.create(name, DIMENSION + 1)
    assert store.total(name) == 0


def test_dropping_what_is_not_there_is_no_error(store: Vectors) -> None:
    store.drop("never-1")
    assert not store.exists("never-1")


def test_a_collection_is_there_from_its_creation(store: Vectors, name: str) -> None:
    assert store.exists(name)


def test_searching_what_is_not_there_is_unavailable(store: Vectors) -> None:
    with pytest.raises((Unavailable, ValueError)):
        store.search("never-1", "alice", None, [], vector=vector(1), terms=None, limit=1)


def test_a_healthy_store_says_so(store: Vectors, name: str) -> None:
    assert store.check() is None


SITES: list[dict[str, Any]] = [
    {
        "text": "text a",
        "document": "1" * 8,
        "source": "folder",
        "type": "pdf",
        "updated_at": "2026-01-10T08:00:00+00:00",
        "metadata": {"site": "north", "floor": 1, "area": 10.5, "tags": ["wifi", "lan"], "live": True, "a.b-c": "x"},
    },
    {
        "text": "text b",
        "document": "2" * 8,
        "source": "url",
        "type": "html",
        "updated_at": "2026-06-10T08:00:00+00:00",
        "metadata": {"site": "south", "floor": 2, "area": 20.0, "tags": ["lan"], "live": False, "built": "2020-05-01"},
    },
    {
        "text": "text c",
        "document": "3" * 8,
        "source": "url",
        "type": "pdf",
        "updated_at": "2026-11-10T08:00:00+00:00",
        "metadata": {"site": 'it\'s "x"', "floor": 3, "area": 30, "built": "2024-05-01T10:00:00Z", "source": "trap"},
    },
]


@pytest.fixture(scope="module")
def sites(store: Vectors) -> Iterator[str]:
    with collection(store) as name:
        store.put(name, "alice", [point(**site) for site in SITES])
        store.put(name, "charlie", [point(**(SITES[0] | {"text": "text of charlie"}))])
        yield name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "abc"),
        ({"site": "north"}, "a"),
        ({"site": 'it\'s "x"'}, "c"),
        ({"site": ["north", "south", "east"]}, "ab"),
        ({"site": "east"}, ""),
        ({"unknown": "x"}, ""),
        ({"floor": 2}, "b"),
        ({"floor": [1, 3]}, "ac"),
        ({"floor": [1, "2"]}, "a"),
        ({"floor": {"gte": 2}}, "bc"),
        ({"floor": {"gte": 2, "lte": 2.5}}, "b"),
        ({"area": 10.5}, "a"),
        ({"area": 30.0}, "c"),
        ({"area": {"lte": 20}}, "ab"),
        ({"tags": "wifi"}, "a"),
        ({"tags": ["lan", "wan"]}, "ab"),
        ({"live": True}, "a"),
        ({"live": False}, "b"),
        ({"live": [True, False]}, "ab"),
        ({"live": 1}, ""),
        ({"a.b-c": "x"}, "a"),
        ({"built": {"gte": "2021-01-01"}}, "c"),
        ({"built": {"gte": "2020-01-01", "lte": "2020-12-31T23:59:59Z"}}, "b"),
        ({"document_id": "2" * 8}, "b"),
        ({"document_id": ["2" * 8, "3" * 8]}, "bc"),
        ({"source": "url"}, "bc"),
        ({"type": "pdf", "source": "url"}, "c"),
        ({"updated_at": {"gte": "2026-06-10"}}, "bc"),
        ({"updated_at": {"gte": "2026-06-10T10:00:00+02:00", "lte": "2026-06-10T08:00:00Z"}}, "b"),
        ({"updated_at": "2026-01-10T08:00:00Z"}, "a"),
        ({"updated_at": ["2026-01-10T08:00:00Z", "2026-11-10T08:00:00Z"]}, "ac"),
    ],
)
def test_a_filter_lets_through_what_it_says(
    store: Vectors, sites: str, given: Mapping[str, Any], expected: str
) -> None:
    assert texts(store, sites, "alice", given) == [f"text {letter}" for letter in expected]
