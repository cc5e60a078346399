"""data-processing and the real rag-engine: what one deletes, the other does not find, whatever was on its way."""

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.embeddings import Embeddings
from tests.integration.data.conftest import MakeService
from tests.integration.data.test_crash import expire_leases, worker
from tests.rag import Rag
from werkzeug.serving import make_server

from rag_engine import app


@pytest.fixture
def service(make_service: MakeService, rag: Rag) -> Iterator[Service]:
    server = make_server("127.0.0.1", 0, app.assemble(rag.parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service = make_service(rag_url=f"http://127.0.0.1:{server.server_port}")
    yield service
    service.parts.index.close()  # it keeps its connections, and the server waits for them
    server.shutdown()
    server.server_close()
    thread.join()


def found(rag: Rag) -> list[Any]:
    answer = rag.call("POST", "/search", {"query": "vlan plan", "mode": "keyword"})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return sorted(passage["text"] for passage in answer.json["passages"])


def test_a_new_version_takes_the_place_of_the_old_one_and_a_deleted_document_is_gone(
    service: Service, rag: Rag
) -> None:
    service.text("a", "vlan plan one")
    service.text("a", "vlan plan two")
    assert found(rag) == ["vlan plan two"]
    (document,) = service.documents()
    assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
    assert found(rag) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_a_document_deleted_while_it_is_embedded_is_not_found(
    service: Service, rag: Rag, model: Embeddings, is_first: bool
) -> None:
    if not is_first:
        service.text("other", "something else")
    seen: list[Any] = []

    def delete() -> None:
        model.before = lambda: None
        document = service.documents()[0]
        assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
        seen.append(document)

    model.before = delete
    job = service.text("a", "vlan plan")
    assert seen
    assert service.ledger(job)[0]["outcome"] == "superseded"
    assert found(rag) == []
    assert rag.get("/collections/documents")["points"] == len(service.documents())
    service.text("a", "vlan plan anew")
    assert found(rag) == ["vlan plan anew"]


@pytest.mark.parametrize("is_deleted", [True, False])
def test_what_a_killed_worker_was_writing_is_not_found(
    service: Service, rag: Rag, model: Embeddings, is_deleted: bool
) -> None:
    service.text("a", "vlan plan one")
    (document,) = service.documents()
    body = {"source": "text", "documents": [{"external_id": "a", "text": "vlan plan two"}]}
    job = service.call("POST", "/ingest", json=body).get_json()
    killed = threading.Event()

    def kill() -> None:
        model.before = lambda: None
        if is_deleted:
            assert service.call("DELETE", f"/documents/{document['id']}").status_code == 204
        os.kill(process.pid, signal.SIGKILL)
        killed.set()

    model.before = kill
    with worker(service) as process:
        process.wait(timeout=60)
    assert killed.wait(30)
    service.call("DELETE", f"/jobs/{job['id']}")
    expire_leases(service)
    service.work()
    service.sweeper.sweep()
    assert service.job(job["id"])["status"] == "cancelled"
    assert found(rag) == ([] if is_deleted else ["vlan plan one"])


def test_a_collection_is_embedded_anew_and_stays_so(service: Service, rag: Rag) -> None:
    service.text("a", "vlan plan")
    service.text("b", "vlan plan of bolt", client="bolt")
    job = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    assert service.finished(job)["status"] == "succeeded"
    assert rag.get("/collections/documents")["generation"] == 2
    service.sweeper.sweep()
    assert found(rag) == ["vlan plan"]
    assert rag.get("/collections/documents")["points"] == 2


def test_documents_of_a_deleted_collection_come_back_by_ingesting_them_again(service: Service, rag: Rag) -> None:
    service.text("a", "vlan plan")
    service.text("b", "vlan plan of the branch")
    assert rag.call("DELETE", "/collections/documents").status_code == 204
    assert found(rag) == []
    job = service.text("a", "vlan plan")
    assert job["counts"]["indexed"] == 1, "what the index has no more is not unchanged"
    assert service.text("b", "vlan plan of the branch")["counts"]["indexed"] == 1, (
        "nor when the collection is there again"
    )
    assert service.text("a", "vlan plan")["counts"]["unchanged"] == 1
    assert found(rag) == ["vlan plan", "vlan plan of the branch"]


def test_documents_of_a_deleted_collection_come_back_by_embedding_it_anew(service: Service, rag: Rag) -> None:
    service.text("a", "vlan plan")
    assert rag.call("DELETE", "/collections/documents").status_code == 204
    job = service.call("POST", "/reindex", json={"collection": "documents"}).get_json()
    assert service.finished(job)["status"] == "succeeded"
    assert found(rag) == ["vlan plan"]
