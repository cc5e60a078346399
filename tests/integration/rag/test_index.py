"""Documents go into the index, are found, replaced and removed, each client's by itself."""

import uuid

import pytest
from tests.fakes.embeddings import Embeddings
from tests.rag import Rag, document, document_id


def names(passages: list[dict[str, object]]) -> list[object]:
    return [passage["external_id"] for passage in passages]


def test_what_was_indexed_is_found_with_all_that_was_said_about_it(rag: Rag) -> None:
    answer = rag.index(
        document("vlans", "voice is vlan 20", "data is vlan 10", metadata={"site": "north"}, url="https://x.test/v")
    )
    assert (answer.status_code, answer.json) == (200, {"points": 2})
    (passage,) = rag.search("voice", top_k=1)
    assert passage["text"] == "voice is vlan 20"
    assert passage["document_id"] == document_id("vlans")
    assert passage["external_id"] == "vlans.md"
    assert passage["title"] == "vlans"
    assert passage["url"] == "https://x.test/v"
    assert passage["page"] == 1
    assert passage["section"] == "Guide › Part"
    assert passage["metadata"] == {"site": "north"}


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
def test_every_mode_finds_the_best_first(rag: Rag, mode: str) -> None:
    rag.index(document("a", "printer offline"), document("b", "router firmware"), document("c", "wifi password"))
    assert names(rag.search("router firmware", mode=mode))[0] == "b.md"


def test_words_nobody_wrote_find_nothing_in_keyword_mode(rag: Rag) -> None:
    rag.index(document("a", "printer offline"))
    assert rag.search("zeppelin", mode="keyword") == []
    assert rag.search("what is the", mode="keyword") == []


def test_charlie_finds_nothing_of_alice_and_bob_does(rag: Rag) -> None:
    rag.index(document("secret", "the safe code is 4711"))
    rag.index(document("own", "the safe is in the cellar"), who="charlie")
    for mode in ("hybrid", "dense", "keyword"):
        assert names(rag.search("safe code 4711", who="charlie", mode=mode)) == ["own.md"]
        assert names(rag.search("safe code 4711", who="bob", mode=mode)) == ["secret.md"]


def test_indexing_twice_is_indexing_once(rag: Rag) -> None:
    for _ in range(2):
        rag.index(document("a", "one", "two", "three"))
    assert rag.get("/collections/documents", who="alice")["points"] == 3


def test_a_search_shows_only_the_newest_version_while_both_are_there(rag: Rag) -> None:
    rag.index(document("plan", "vlan plan old", "vlan annex old"))
    rag.index(document("plan", "vlan plan new", version=2))
    for mode in ("hybrid", "dense", "keyword"):
        assert [item["text"] for item in rag.search("vlan plan old annex", mode=mode)] == ["vlan plan new"]


def test_pruning_removes_the_versions_it_names_and_no_others(rag: Rag) -> None:
    for version in (1, 2, 3):
        rag.index(document("plan", f"vlan plan {version}", version=version))
    rag.index(document("other", "vlan other"))
    answer = rag.call(
        "POST", "/index/prune", {"documents": [{"id": document_id("plan"), "first": 1, "before": 3}]}, who="alice"
    )
    assert (answer.status_code, answer.json) == (200, {"documents": 1})
    assert rag.get("/collections/documents", who="alice")["points"] == 2
    rag.call("POST", "/index/prune", {"documents": [{"id": document_id("plan")}]}, who="alice")
    assert names(rag.search("vlan")) == ["other.md"]


@pytest.mark.parametrize("collection", ["documents", "new"])
def test_what_is_removed_while_it_is_being_written_does_not_come_back(
    rag: Rag, model: Embeddings, collection: str
) -> None:
    rag.index(document("other", "vlan other"))

    def remove() -> None:
        body = {"collection": collection, "documents": [{"id": document_id("plan")}]}
        assert rag.call("POST", "/index/prune", body, who="alice").status_code == 200

    model.before = remove
    answer = rag.index(document("plan", "vlan plan"), document("stays", "vlan stays"), collection=collection)
    assert answer.json == {"points": 1}
    model.before = lambda: None
    assert "plan.md" not in names(rag.search("vlan plan", collection=collection))
    assert "stays.md" in names(rag.search("vlan stays", collection=collection))


def test_a_removed_version_is_not_written_again_and_a_newer_one_is(rag: Rag) -> None:
    rag.index(document("plan", "vlan one"))
    body = {
        "documents": [{"id": document_id("plan"), "before": 2}, {"id": document_id("plan"), "first": 5, "before": 3}]
    }
    assert rag.call("POST", "/index/prune", body, who="alice").status_code == 200
    assert rag.index(document("plan", "vlan one")).json == {"points": 0}
    assert rag.index(document("plan", "vlan two", version=2)).json == {"points": 1}
    assert [item["text"] for item in rag.search("vlan")] == ["vlan two"]


def test_what_charlie_removes_does_not_keep_alice_from_writing(rag: Rag) -> None:
    rag.call("POST", "/index/prune", {"documents": [{"id": document_id("plan")}]}, who="charlie")
    assert rag.index(document("plan", "vlan plan")).json == {"points": 1}


def test_charlie_cannot_prune_or_delete_alices_document(rag: Rag) -> None:
    rag.index(document("plan", "vlan plan"))
    rag.index(document("own", "vlan own"), who="charlie")
    rag.call("POST", "/index/prune", {"documents": [{"id": document_id("plan")}]}, who="charlie")
    assert rag.call("DELETE", f"/documents/{document_id('plan')}", who="charlie").status_code == 204
    assert names(rag.search("vlan plan")) == ["plan.md"]


def test_putting_a_document_replaces_its_older_versions(rag: Rag) -> None:
    rag.index(document("plan", "vlan one", "vlan two"))
    body = document("plan", "vlan three", version=2)
    path = f"/documents/{body.pop('id')}/chunks"
    answer = rag.call("PUT", path, body, who="alice")
    assert (answer.status_code, answer.json) == (200, {"points": 1})
    assert rag.get("/collections/documents", who="alice")["points"] == 1


def test_deleting_a_document_removes_it_from_every_collection(rag: Rag) -> None:
    rag.index(document("plan", "vlan plan"))
    rag.index(document("plan", "vlan plan"), collection="tickets")
    assert rag.call("DELETE", f"/documents/{document_id('plan')}", who="alice").status_code == 204
    assert rag.call("DELETE", f"/documents/{document_id('plan')}", who="alice").status_code == 204
    assert rag.search("vlan") == rag.search("vlan", collection="tickets") == []


def test_numbers_larger_than_the_store_counts_are_kept_as_they_fit(rag: Rag) -> None:
    rag.index(document("a", "vlan", metadata={"serial": 10**30, "port": 2**63 - 1}))
    (passage,) = rag.search("vlan")
    assert passage["metadata"] == {"serial": 1e30, "port": 2**63 - 1}


def test_filters_narrow_the_search(rag: Rag) -> None:
    rag.index(
        document("a", "vlan plan", metadata={"site": "north", "floor": 1, "live": True}),
        document("b", "vlan plan", metadata={"site": "south", "floor": 2, "live": False}, type="pdf"),
    )
    for given, expected in [
        ({"site": "south"}, ["b.md"]),
        ({"floor": {"lte": 1}}, ["a.md"]),
        ({"live": True}, ["a.md"]),
        ({"type": "pdf"}, ["b.md"]),
        ({"document_id": document_id("a")}, ["a.md"]),
        ({"updated_at": {"gte": "2100-01-01"}}, []),
    ]:
        for mode in ("hybrid", "dense", "keyword"):
            assert names(rag.search("vlan plan", filters=given, mode=mode)) == expected


def test_more_chunks_than_are_embedded_at_a_time_are_all_there(rag: Rag) -> None:
    rag.index(document("long", *[f"paragraph number{number}" for number in range(150)]))
    assert rag.get("/collections/documents", who="alice")["points"] == 150
    assert rag.search("number149", top_k=1)[0]["text"] == "paragraph number149"


def test_an_embedder_that_is_away_is_503_and_nothing_is_half_there(rag: Rag, model: Embeddings) -> None:
    rag.index(document("a", "vlan"))
    model.status = 500
    assert rag.index(document("b", "vlan")).status_code == 503
    assert rag.call("POST", "/search", {"query": "other words"}, who="alice").status_code == 503
    assert names(rag.search("vlan", mode="keyword")) == ["a.md"]


@pytest.mark.parametrize(
    "broken",
    [
        {"version": -1},
        {"id": "no uuid"},
        {"unknown": 1},
        {"chunks": [{"ordinal": 0}]},
        {"external_id": ""},
        {"title": "a\x00b"},
        {"metadata": {"bad key!": 1}},
        {"metadata": {"deep": {"x": 1}}},
        {"updated_at": "soon"},
    ],
)
def test_a_malformed_document_is_422(rag: Rag, broken: dict[str, object]) -> None:
    assert rag.index(document("a", "text") | broken).status_code == 422


def test_writing_needs_the_scope(rag: Rag) -> None:
    read = {"rag:read", "rag:write"}
    body = {"documents": [document("a", "text")]}
    assert rag.call("POST", "/index", body, who="alice", scopes=read).status_code == 403
    prune = {"documents": [{"id": str(uuid.uuid4())}]}
    assert rag.call("POST", "/index/prune", prune, who="alice", scopes=read).status_code == 403
    assert rag.call("DELETE", f"/documents/{uuid.uuid4()}", who="alice", scopes=read).status_code == 403


def test_pruning_what_is_not_there_is_no_error(rag: Rag) -> None:
    body = {"collection": "never", "documents": [{"id": str(uuid.uuid4())}]}
    assert rag.call("POST", "/index/prune", body, who="alice").status_code == 200
