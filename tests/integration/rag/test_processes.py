"""Several processes of the service over one database and one vector store: what one does, the others see at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from tests import qdrant
from tests import rag as service
from tests.fakes.embeddings import Embeddings
from tests.rag import Rag, document, document_id

from oberaconnect.settings import Settings


@pytest.fixture
def pair(settings: Settings, tmp_path: Path) -> Iterator[tuple[Rag, Rag]]:
    """Two of them, which share nothing in memory."""
    with Embeddings() as model, qdrant.running(tmp_path / "qdrant") as server:
        shared = qdrant.using(settings, server)
        with service.embedding(shared, model) as one, service.embedding(shared, model) as other:
            yield one, other


def texts(rag: Rag, collection: str = "documents") -> list[str]:
    return sorted(found["text"] for found in rag.search("text", collection=collection, top_k=20))


def test_another_generation_is_searched_by_all_at_once(pair: tuple[Rag, Rag]) -> None:
    one, other = pair
    one.index(document("a", "text old"))
    assert texts(other) == ["text old"]
    path = "/collections/documents/generations"
    begun = one.call("POST", path, {"key": str(uuid4())}, who="alice").json
    assert begun is not None
    number = begun["generation"]
    other.index(document("a", "text new"), generation=number)
    assert one.call("POST", f"{path}/{number}/activate", {"points": 1}, who="alice").status_code == 200
    assert texts(other) == ["text new"]
    for expected in ("text old", "text new"):
        assert one.call("POST", "/collections/documents/rollback").status_code == 200
        assert texts(other) == [expected]


def test_a_collection_deleted_here_is_unknown_there(pair: tuple[Rag, Rag]) -> None:
    one, other = pair
    one.index(document("a", "text"), collection="tickets")
    assert texts(other, "tickets") == ["text"]
    assert one.call("DELETE", "/collections/tickets", who="alice").status_code == 204
    assert other.call("POST", "/search", {"query": "text", "collection": "tickets"}, who="alice").status_code == 404
    other.index(document("b", "text again"), collection="tickets")
    assert texts(one, "tickets") == ["text again"]


def test_what_is_removed_here_is_not_written_there_any_more(pair: tuple[Rag, Rag]) -> None:
    one, other = pair
    one.index(document("a", "text"))
    assert one.call("DELETE", f"/documents/{document_id('a')}", who="alice").status_code == 204
    assert other.index(document("a", "text late")).json == {"points": 0}
    assert texts(other) == []


def test_a_new_collection_is_made_once_by_whoever_comes_first(pair: tuple[Rag, Rag]) -> None:
    names = [f"text {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda item: pair[item[0] % 2].index(document(item[1], item[1])), enumerate(names))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert [texts(rag) for rag in pair] == [names, names]
