"""Collections: who sees them, what another embedding model means to them, and how one generation follows another."""

import shutil
from typing import Any
from uuid import uuid4

from tests import rag as service
from tests.fakes.embeddings import Embeddings
from tests.rag import Rag, document, document_id

from oberaconnect.settings import Settings


def listed(rag: Rag, who: str = "") -> dict[str, int]:
    return {item["name"]: item["points"] for item in rag.get("/collections", who=who)["items"]}


def test_the_default_collection_is_there_from_the_beginning(rag: Rag) -> None:
    assert listed(rag, "alice") == {"documents": 0}
    found = rag.get("/collections/documents", who="alice")
    assert (found["generation"], found["embedder"], found["dimensions"]) == (None, None, None)
    assert rag.search("anything") == []


def test_indexing_into_a_new_name_makes_the_collection(rag: Rag) -> None:
    rag.index(document("a", "text"), collection="tickets")
    assert listed(rag, "alice") == {"documents": 0, "tickets": 1}
    found = rag.get("/collections/tickets", who="alice")
    assert (found["generation"], found["dimensions"], found["previous"]) == (1, 64, None)
    assert found["embedder"].startswith("ollama|test-embed|64")


def test_an_empty_collection_can_be_made_once(rag: Rag) -> None:
    answer = rag.call("POST", "/collections", {"name": "tickets"}, who="alice")
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/rag/collections/tickets"
    assert rag.call("POST", "/collections", {"name": "tickets"}, who="bob").status_code == 409
    assert rag.call("POST", "/collections", {"name": "Bad Name"}, who="bob").status_code == 422


def test_charlie_does_not_learn_that_alices_collection_exists(rag: Rag) -> None:
    rag.index(document("a", "text"), collection="project-x")
    assert listed(rag, "charlie") == {"documents": 0}
    assert rag.call("GET", "/collections/project-x", who="charlie").status_code == 404
    assert rag.call("DELETE", "/collections/project-x", who="charlie").status_code == 404
    assert (
        rag.call("POST", "/collections/project-x/generations", {"key": str(uuid4())}, who="charlie").status_code == 404
    )
    search = rag.call("POST", "/search", {"query": "text", "collection": "project-x"}, who="charlie")
    never = rag.call("POST", "/search", {"query": "text", "collection": "project-y"}, who="charlie")
    assert (search.status_code, never.status_code) == (404, 404)
    assert rag.call("POST", "/collections", {"name": "project-x"}, who="charlie").status_code == 201
    assert listed(rag, "charlie") == {"documents": 0, "project-x": 0}


def test_each_sees_the_points_of_its_own_clients(rag: Rag) -> None:
    rag.index(document("a", "text", "more"))
    rag.index(document("b", "text"), who="charlie")
    assert listed(rag, "alice") == {"documents": 2}
    assert listed(rag, "charlie") == {"documents": 1}
    assert listed(rag) == {"documents": 3}
    assert rag.get("/collections/documents?client=globex")["points"] == 1
    assert rag.get("/collections/documents")["size_bytes"] > 0
    assert rag.get("/collections/documents", who="alice")["size_bytes"] is None


def test_deleting_leaves_what_others_hold_and_the_last_one_takes_all(rag: Rag) -> None:
    rag.index(document("a", "text"), collection="shared")
    rag.index(document("b", "text"), collection="shared", who="charlie")
    assert rag.call("DELETE", "/collections/shared", who="alice").status_code == 204
    assert rag.call("GET", "/collections/shared", who="alice").status_code == 404
    assert [item["external_id"] for item in rag.search("text", who="charlie", collection="shared")] == ["b.md"]
    assert rag.call("DELETE", "/collections/shared", who="charlie").status_code == 204
    assert not list((rag.settings.data_dir / "vectors").iterdir())
    rag.index(document("c", "text"), collection="shared")
    assert listed(rag, "alice") == {"documents": 0, "shared": 1}


def test_the_default_collection_can_be_emptied_but_stays(rag: Rag) -> None:
    rag.index(document("a", "text"))
    assert rag.call("DELETE", "/collections/documents", who="alice").status_code == 204
    assert listed(rag, "alice") == {"documents": 0}


def test_another_embedder_is_a_conflict_that_names_both_and_the_way_out(settings: Settings, model: Embeddings) -> None:
    with service.embedding(settings, model) as rag:
        rag.index(document("a", "text"))
    with service.embedding(settings, model, "other-model") as rag:
        for answer in (
            rag.call("POST", "/search", {"query": "text"}, who="alice"),
            rag.index(document("b", "text")),
        ):
            assert answer.status_code == 409
            assert answer.json is not None
            assert answer.json["collection_embedder"].startswith("ollama|test-embed|64")
            assert answer.json["service_embedder"].startswith("ollama|other-model|64")
            assert "POST /api/data/reindex" in answer.json["detail"]
        assert [item["external_id"] for item in rag.search("text", mode="keyword")] == ["a.md"]


def reindexed(rag: Rag, *documents: dict[str, Any]) -> int:
    begun = rag.call("POST", "/collections/documents/generations", {"key": str(uuid4())}, who="alice")
    assert begun.status_code == 201, begun.text
    assert begun.json is not None
    number: int = begun.json["generation"]
    assert rag.index(*documents, generation=number).status_code == 200
    return number


def activate(rag: Rag, number: int, points: int) -> Any:
    return rag.call("POST", f"/collections/documents/generations/{number}/activate", {"points": points}, who="alice")


def test_a_collection_is_embedded_anew_beside_the_old_one(settings: Settings, model: Embeddings) -> None:
    with service.embedding(settings, model) as rag:
        rag.index(document("a", "text one"), document("b", "text two"))
    with service.embedding(settings, model, "other-model") as rag:
        number = reindexed(rag, document("a", "text one"), document("b", "text two"))
        assert rag.call("POST", "/search", {"query": "text"}, who="alice").status_code == 409
        answer = activate(rag, number, 2)
        assert answer.status_code == 200
        assert (answer.json["generation"], answer.json["points"]) == (2, 2)
        assert answer.json["previous"]["embedder"].startswith("ollama|test-embed")
        assert len(rag.search("text")) == 2


def test_an_incomplete_generation_is_not_activated(rag: Rag) -> None:
    rag.index(document("a", "text one"), document("b", "text two"))
    number = reindexed(rag, document("a", "text one"))
    answer = activate(rag, number, 2)
    assert answer.status_code == 409
    assert (answer.json["expected"], answer.json["found"]) == (2, 1)
    assert len(rag.search("text")) == 2
    assert activate(rag, 99, 2).status_code == 404


def test_a_generation_without_charlies_documents_is_not_activated(rag: Rag) -> None:
    rag.index(document("a", "text"))
    rag.index(document("b", "text"), who="charlie")
    number = reindexed(rag, document("a", "text"))
    assert activate(rag, number, 1).status_code == 409
    rag.index(document("b", "text"), who="charlie", generation=number)
    assert activate(rag, number, 2).status_code == 200


def test_lost_vectors_are_replaced_by_embedding_anew(settings: Settings, model: Embeddings) -> None:
    with service.embedding(settings, model) as rag:
        rag.index(document("a", "text"))
    shutil.rmtree(settings.data_dir / "vectors")
    with service.embedding(settings, model) as rag:
        answer = rag.call("POST", "/search", {"query": "text"}, who="alice")
        assert answer.status_code == 503
        assert str(settings.data_dir) not in answer.text
        assert rag.call("DELETE", f"/documents/{document_id('b')}", who="alice").status_code == 204
        number = reindexed(rag, document("a", "text"))
        answer = activate(rag, number, 1)
        assert (answer.status_code, answer.json["previous"]) == (200, None)
        assert len(rag.search("text")) == 1
        assert rag.call("DELETE", f"/documents/{document_id('a')}", who="alice").status_code == 204


def test_documents_that_come_in_meanwhile_are_in_both_generations(rag: Rag) -> None:
    rag.index(document("a", "text"))
    number = reindexed(rag, document("a", "text"))
    rag.index(document("b", "text"))
    rag.call("DELETE", f"/documents/{document_id('a')}", who="alice")
    assert activate(rag, number, 1).status_code == 200
    assert [item["external_id"] for item in rag.search("text")] == ["b.md"]


def test_a_rollback_goes_back_and_a_second_one_forward(rag: Rag) -> None:
    rag.index(document("a", "text old"))
    number = reindexed(rag, document("a", "text new"))
    activate(rag, number, 1)
    assert [item["text"] for item in rag.search("text")] == ["text new"]
    for expected in ("text old", "text new"):
        assert rag.call("POST", "/collections/documents/rollback").status_code == 200
        assert [item["text"] for item in rag.search("text")] == [expected]


def test_a_key_for_one_client_cannot_roll_back_what_all_share(rag: Rag) -> None:
    rag.index(document("a", "text"))
    assert rag.call("POST", "/collections/documents/rollback", who="alice").status_code == 403


def test_a_deleted_document_does_not_come_back_with_a_rollback(rag: Rag) -> None:
    rag.index(document("a", "text"), document("b", "text"))
    activate(rag, reindexed(rag, document("a", "text"), document("b", "text")), 2)
    rag.call("DELETE", f"/documents/{document_id('a')}", who="alice")
    assert rag.call("POST", "/collections/documents/rollback").status_code == 200
    assert [item["external_id"] for item in rag.search("text")] == ["b.md"]


def test_only_one_generation_is_kept_for_a_rollback(rag: Rag) -> None:
    rag.index(document("a", "text"))
    for expected in (2, 3):
        number = reindexed(rag, document("a", "text"))
        assert number == expected
        assert activate(rag, number, 1).status_code == 200
    kept = sorted(folder.name for folder in (rag.settings.data_dir / "vectors").iterdir())
    assert kept == ["documents-2", "documents-3"]


def test_a_generation_can_be_given_up_but_not_the_active_one(rag: Rag) -> None:
    rag.index(document("a", "text"))
    number = reindexed(rag, document("a", "text"))
    assert rag.call("DELETE", "/collections/documents/generations/1", who="alice").status_code == 409
    path = f"/collections/documents/generations/{number}"
    assert rag.call("DELETE", path, who="alice").status_code == 204
    assert rag.call("DELETE", path, who="alice").status_code == 404
    assert rag.index(document("a", "text"), generation=number).status_code == 404
    assert rag.index(document("a", "text"), generation=1).status_code == 200, "who built it goes on"


def test_a_generation_is_found_again_by_its_key_until_it_is_given_up(rag: Rag) -> None:
    rag.index(document("a", "text"))
    path, body = "/collections/documents/generations", {"key": str(uuid4())}
    begun = [rag.call("POST", path, body, who="alice").json for _ in range(2)]
    assert begun == [{"generation": 2}, {"generation": 2}]
    rag.index(document("a", "text"), generation=2)
    activate(rag, 2, 1)
    assert rag.call("POST", path, body, who="alice").json == {"generation": 2}
    activate(rag, reindexed(rag, document("a", "text")), 1)
    assert rag.call("DELETE", f"{path}/2", who="alice").status_code == 204
    assert rag.call("POST", path, body, who="alice").json == {"generation": 4}


def test_a_generation_kept_for_a_rollback_is_not_written_to(rag: Rag) -> None:
    rag.index(document("a", "text"))
    activate(rag, reindexed(rag, document("a", "text")), 1)
    assert rag.index(document("b", "text"), generation=1).status_code == 409


def test_without_an_earlier_generation_a_rollback_is_a_conflict(rag: Rag) -> None:
    rag.index(document("a", "text"))
    assert rag.call("POST", "/collections/documents/rollback").status_code == 409


def test_everything_is_there_after_a_restart(settings: Settings, model: Embeddings) -> None:
    with service.embedding(settings, model) as rag:
        rag.index(document("a", "text one"), document("b", "text two"))
    with service.embedding(settings, model) as rag:
        assert len(rag.search("text")) == 2
        assert rag.get("/health")["status"] == "pass"


def test_health_names_what_is_wrong_with_the_embedder(settings: Settings, model: Embeddings) -> None:
    model.close()
    with service.embedding(settings, model) as rag:
        answer = rag.call("GET", "/health")
        assert answer.status_code == 503
        assert answer.json is not None
        assert answer.json["checks"]["vectors"][0]["status"] == "pass"
        assert "cannot be reached" in answer.json["checks"]["embedder"][0]["output"]
