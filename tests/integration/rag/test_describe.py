"""POST /index/describe: what is true of a version changes, wherever it is held, and whoever writes it meanwhile."""

from typing import Any
from uuid import uuid4

import pytest
from tests.fakes.embeddings import Embeddings
from tests.rag import Rag, document, document_id
from werkzeug.test import TestResponse

from oberaconnect import db
from oberaconnect.auth import Principal, internal_token


def describe(rag: Rag, *names: str, who: str = "alice", collection: str = "documents", **fields: Any) -> TestResponse:
    known = {"version": 1, "metadata": {}, "access": None}
    documents = [{"id": document_id(name)} | known | fields for name in names]
    return rag.call("POST", "/index/describe", {"collection": collection, "documents": documents}, who=who)


def seen(rag: Rag, *readers: str, query: str = "vlan plan") -> list[str]:
    """The texts that a person finds, by the text."""
    person = Principal("entra:x", "acme", frozenset({"acme"}), frozenset({"rag:read"}), frozenset(readers))
    token = internal_token(rag.settings, person, "rag-engine", ["rag:read"])
    answer = rag.call("POST", "/search", {"query": query}, credential=token)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return sorted(passage["text"] for passage in answer.json["passages"])


def test_address_metadata_and_filters_change_with_it(rag: Rag, model: Embeddings) -> None:
    rag.index(
        document("plan", "vlan plan", "vlan annex", url="https://old.test", metadata={"site": "north", "live": True}),
        document("other", "vlan other", metadata={"site": "north"}),
    )
    embedded = len(model.asked)
    for _ in range(2):
        answer = describe(rag, "plan", url="https://new.test", metadata={"site": "south", "live": False})
        assert (answer.status_code, answer.json) == (200, {"documents": 1})
    assert len(model.asked) == embedded
    passages = rag.search("vlan plan annex", filters={"site": "south", "live": False})
    assert {passage["text"] for passage in passages} == {"vlan plan", "vlan annex"}
    assert {passage["url"] for passage in passages} == {"https://new.test"}
    assert [passage["metadata"] for passage in passages] == [{"site": "south", "live": False}] * 2
    assert {passage["title"] for passage in rag.search("vlan", filters={"site": "north"})} == {"other"}
    describe(rag, "plan")
    assert {passage["url"] for passage in rag.search("vlan plan") if passage["title"] == "plan"} == {None}


def test_only_the_version_that_is_named_is_described(rag: Rag) -> None:
    rag.index(document("plan", "vlan plan one"))
    rag.index(document("plan", "vlan plan two", version=2))
    describe(rag, "plan", version=2, access=["user:alice"])
    assert seen(rag, "user:alice") == ["vlan plan two"]
    assert seen(rag, "user:charlie") == ["vlan plan one"]


def test_what_charlies_client_describes_changes_nothing_of_alices(rag: Rag) -> None:
    rag.index(document("plan", "vlan plan", access=["user:alice"]))
    rag.index(document("plan", "vlan of globex"), who="charlie")
    describe(rag, "plan", who="charlie", access=None, url="https://globex.test")
    assert seen(rag, "user:bob") == []
    assert [passage["url"] for passage in rag.search("vlan plan")] == [None]


def test_more_versions_than_are_described_at_a_time_are_all_described(rag: Rag) -> None:
    names = [f"plan{number}" for number in range(230)]
    rag.index(*[document(name, f"vlan {name}") for name in names])
    assert describe(rag, *names, access=[]).json == {"documents": 230}
    assert seen(rag, "anyone") == []


def test_every_generation_is_described_also_the_one_kept_for_a_rollback(rag: Rag) -> None:
    def generation() -> int:
        begun = rag.call("POST", "/collections/documents/generations", {"key": str(uuid4())}, who="alice").json
        assert begun is not None
        return int(begun["generation"])

    def activate(number: int) -> None:
        path = f"/collections/documents/generations/{number}/activate"
        assert rag.call("POST", path, {"points": 1}, who="alice").status_code == 200

    rag.index(document("plan", "vlan plan"))
    second = generation()
    rag.index(document("plan", "vlan plan"), generation=second)
    activate(second)
    third = generation()
    rag.index(document("plan", "vlan plan"), generation=third)
    describe(rag, "plan", access=["user:alice"])
    assert seen(rag, "user:charlie") == []
    assert rag.call("POST", "/collections/documents/rollback").status_code == 200
    assert (seen(rag, "user:charlie"), seen(rag, "user:alice")) == ([], ["vlan plan"])
    activate(third)
    assert (seen(rag, "user:charlie"), seen(rag, "user:alice")) == ([], ["vlan plan"])


@pytest.mark.parametrize("chunks", [1, 150], ids=["one slice", "several slices"])
def test_a_writing_that_was_on_its_way_keeps_to_what_was_described_meanwhile(
    rag: Rag, model: Embeddings, chunks: int
) -> None:
    texts = [f"vlan plan {number}" for number in range(chunks)]
    rag.index(document("other", "vlan other"))
    asked = 0

    def take_away() -> None:
        nonlocal asked
        asked += 1
        if asked == (chunks // 64) + 1:  # while the last slice is embedded
            assert describe(rag, "plan", access=["user:alice"], url="https://new.test").status_code == 200

    model.before = take_away
    assert rag.index(document("plan", *texts, url="https://old.test")).json == {"points": chunks}
    model.before = lambda: None
    assert seen(rag, "user:charlie") == ["vlan other"]
    found = rag.search("vlan plan", filters={"document_id": document_id("plan")}, top_k=50)
    assert {passage["url"] for passage in found} == {"https://new.test"}


def test_a_writing_that_comes_after_it_keeps_to_it_too(rag: Rag) -> None:
    assert describe(rag, "plan", access=["user:alice"]).status_code == 200
    rag.index(document("plan", "vlan plan"))
    assert (seen(rag, "user:charlie"), seen(rag, "user:alice")) == ([], ["vlan plan"])
    describe(rag, "plan", access=None)
    rag.index(document("plan", "vlan plan", access=["user:alice"]))
    assert seen(rag, "user:charlie") == ["vlan plan"]


def test_a_newer_version_says_for_itself_who_may_read_it(rag: Rag) -> None:
    describe(rag, "plan", access=["user:alice"])
    rag.index(document("plan", "vlan plan two", version=2, access=["user:charlie"]))
    assert (seen(rag, "user:charlie"), seen(rag, "user:alice")) == (["vlan plan two"], [])


def test_what_nothing_can_contradict_any_more_is_forgotten(rag: Rag) -> None:
    describe(rag, "plan", access=["user:alice"])
    with db.as_owner(rag.settings) as connection:
        connection.execute("UPDATE rag_engine.description SET described_at = now() - interval '2 days'")
    describe(rag, "other", access=["user:alice"])
    with db.as_owner(rag.settings) as connection:
        rows = connection.execute("SELECT document_id::text AS id FROM rag_engine.description").fetchall()
    assert rows == [{"id": document_id("other")}]


def test_an_index_that_is_away_half_way_leaves_nothing_more_open_than_it_was(
    rag: Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done before it broke off: each of the steps is tried as the last one."""
    rag.index(document("plan", "vlan plan", url="https://old.test", access=["user:alice"]))
    client = rag.parts.vectors._client
    for step in ("set_payload", "delete_payload"):
        with monkeypatch.context() as broken:
            broken.setattr(client, step, _fail)
            assert describe(rag, "plan", url="https://secret.test", access=None).status_code == 503
        assert seen(rag, "user:charlie") == []
        assert seen(rag, "user:alice") == ["vlan plan"]
    describe(rag, "plan", url="https://secret.test", access=None)
    assert seen(rag, "user:charlie") == ["vlan plan"]


def _fail(*_: Any, **__: Any) -> None:
    raise OSError("away")


@pytest.mark.parametrize(
    "broken",
    [
        {"access": ["alice"]},
        {"access": ["user:"]},
        {"access": ["user:a\nuser:b"]},
        {"access": ["user:a\x00"]},
        {"access": ["everyone"]},
        {"access": ["user:" + "x" * 320]},
        {"access": ["org"] * 5001},
        {"access": "org"},
        {"version": -1},
        {"id": "no uuid"},
        {"metadata": {"deep": {"x": 1}}},
        {"unknown": 1},
    ],
    ids=lambda broken: str(next(iter(broken.items())))[:40],
)
def test_a_malformed_description_is_422(rag: Rag, broken: dict[str, object]) -> None:
    item = {"id": document_id("plan"), "version": 1, "metadata": {}, "access": None} | broken
    assert rag.call("POST", "/index/describe", {"documents": [item]}, who="alice").status_code == 422
    if "access" in broken:
        assert rag.index(document("plan", "text", access=broken["access"])).status_code == 422


def test_who_may_read_it_must_be_said(rag: Rag) -> None:
    item = {"id": document_id("plan"), "version": 1, "metadata": {}}
    assert rag.call("POST", "/index/describe", {"documents": [item]}, who="alice").status_code == 422


def test_describing_what_is_in_no_collection_is_no_error(rag: Rag) -> None:
    assert describe(rag, "plan", collection="never").json == {"documents": 1}
    assert rag.call("GET", "/collections/never", who="alice").status_code == 404


def test_describing_needs_the_scope(rag: Rag) -> None:
    body = {"documents": [{"id": document_id("plan"), "version": 1, "metadata": {}, "access": None}]}
    answer = rag.call("POST", "/index/describe", body, who="alice", scopes={"rag:read", "rag:write"})
    assert answer.status_code == 403
