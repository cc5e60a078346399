"""Embedding a collection anew while life goes on."""

import pytest
from tests.data import Service
from tests.fakes.index import Call, SearchIndex
from tests.integration.data.conftest import MakeService

from data_processing import reindex


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex, "_PAUSE_SECONDS", 0.01)


def embedders(index: SearchIndex, collection: str = "documents", tenant: str = "default") -> set[str]:
    return {point["embedder"] for _, point in index.points(collection, tenant)}


def start(service: Service, collection: str = "documents") -> str:
    answer = service.call("POST", "/reindex", json={"collection": collection})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/data/jobs/{answer.get_json()['id']}"
    return str(answer.get_json()["id"])


def test_all_clients_documents_are_embedded_anew_and_the_old_ones_kept_for_a_rollback(
    service: Service, index: SearchIndex
) -> None:
    service.text("a", "alpha", metadata={"site": "Leeds"})
    service.text("b", "beta", client="acme")
    service.text("c", "gamma", collection="other")
    before = index.points()
    index.embedder = "second"
    job = service.job(start(service))
    service.work()
    job = service.job(job["id"])
    assert (job["status"], job["kind"]) == ("succeeded", "reindex"), job
    assert job["counts"]["indexed"] == 2
    assert job["result"] == {"generation": 2, "points": 2}
    assert embedders(index) == embedders(index, tenant="acme") == {"second"}
    assert embedders(index, "other") == {"first"}
    collection = index.collections["documents"]
    assert (collection.active, collection.previous) == (2, 1)
    assert len(collection.generations[1].points) == 2
    ((key, point),) = index.points()
    assert (key, point["metadata"], point["text"]) == (before[0][0], {"site": "Leeds"}, "alpha")


def test_what_is_searched_meanwhile_stays_as_it_is(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    index.embedder = "second"
    seen: list[set[str]] = []

    def watch(call: Call) -> None:
        seen.append(embedders(index))

    index.before = watch
    start(service)
    service.work()
    assert set.union(*seen) == {"first"}
    assert embedders(index) == {"second"}


def test_documents_that_come_change_and_go_meanwhile_are_seen_to(service: Service, index: SearchIndex) -> None:
    for name in ("stays", "changes", "goes"):
        service.text(name, f"{name} first")
    goes = next(item["id"] for item in service.documents() if item["external_id"] == "goes")
    lived: list[Call] = []

    def live(call: Call) -> None:
        if call.body.get("generation") and not lived:
            lived.append(call)
            service.text("comes", "comes first")
            service.text("changes", "changes second")
            assert service.call("DELETE", f"/documents/{goes}").status_code == 204

    index.before = live
    job = start(service)
    service.work()
    assert service.job(job)["status"] == "succeeded", service.job(job)
    assert lived
    assert index.collections["documents"].active == 2
    assert sorted(index.texts()) == ["changes second", "comes first", "stays first"]


def test_an_ingestion_that_needs_the_new_model_waits_for_the_end(
    service: Service, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from data_processing import publish

    monkeypatch.setattr(publish, "_REINDEX_POLL_SECONDS", 0.05)
    service.text("a", "alpha")
    index.embedder = "second"
    waiting: list[threading.Thread] = []
    refused = threading.Event()

    def ingest(call: Call) -> None:
        if call.body.get("generation") and not waiting:
            waiting.append(threading.Thread(target=service.text, args=("b", "beta")))
            waiting[0].start()
            assert refused.wait(20), "the ingestion was not refused"
        elif call.path == "/api/rag/index" and not call.body.get("generation"):
            refused.set()

    index.before = ingest
    job = start(service)
    service.work()
    waiting[0].join()
    assert service.job(job)["status"] == "succeeded"
    assert sorted(index.texts()) == ["alpha", "beta"]
    assert embedders(index) == {"second"}


def test_an_ingestion_that_was_refused_just_before_the_end_is_indexed_too(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    index.embedder = "second"
    refused: list[Call] = []

    def end_after_the_refusal(call: Call) -> int | None:
        if call.path != "/api/rag/index" or call.body.get("generation") or refused:
            return None
        refused.append(call)
        start(service)
        service.work()
        return 409

    index.before = end_after_the_refusal
    assert service.text("b", "beta")["status"] == "succeeded"
    assert sorted(index.texts()) == ["alpha", "beta"]
    assert embedders(index) == {"second"}


def test_a_count_that_does_not_agree_is_never_activated(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    index.embedder = "second"

    def lose(call: Call) -> None:
        if call.path.endswith("/activate"):
            index.collections["documents"].generations[2].points.clear()

    index.before = lose
    job = start(service)
    service.work()
    ended = service.job(job)
    assert (ended["status"], ended["problem"]["status"]) == ("failed", 409)
    assert embedders(index) == {"first"}
    index.before = lambda _call: None
    service.sweeper.sweep()
    assert set(index.collections["documents"].generations) == {1}, "the unfinished generation is dropped"
    assert service.call("POST", f"/jobs/{job}/retry").status_code == 202
    service.work()
    assert service.job(job)["status"] == "succeeded"
    assert embedders(index) == {"second"}


def test_an_interrupted_job_goes_on_where_it_was(service: Service, index: SearchIndex) -> None:
    for tenant in ("acme", "bolt", "cogs"):
        service.text("a", f"alpha of {tenant}", client=tenant)
    index.embedder = "second"
    puts: list[str] = []

    def fail(call: Call) -> int | None:
        if call.body.get("generation"):
            puts.append(call.tenant)
            return 503 if len(puts) == 2 else None
        return None

    index.before = fail
    job = start(service)
    service.work()
    assert service.job(job)["status"] == "queued"
    service.hurry()
    service.work()
    assert service.job(job)["status"] == "succeeded"
    assert puts == ["acme", "bolt", "bolt", "cogs"]
    assert index.collections["documents"].latest == 2, "one generation was enough"


def test_a_cancelled_job_leaves_no_generation_behind(service: Service, index: SearchIndex) -> None:
    service.text("a", "alpha")
    job = start(service)

    def away(call: Call) -> int | None:
        return 503 if call.body.get("generation") else None

    index.before = away
    service.work()
    assert service.call("DELETE", f"/jobs/{job}").get_json()["status"] == "cancelled"
    assert set(index.collections["documents"].generations) == {1, 2}
    index.before = lambda _call: None
    service.sweeper.sweep()
    assert set(index.collections["documents"].generations) == {1}
    assert index.texts() == ["alpha"]


def test_one_reindexing_of_a_collection_at_a_time(service: Service) -> None:
    service.text("a", "alpha")
    service.text("b", "beta", collection="other")
    start(service)
    assert service.call("POST", "/reindex", json={"collection": "documents"}).status_code == 409
    start(service, "other")


def test_a_collection_without_documents_is_not_found(service: Service) -> None:
    assert service.call("POST", "/reindex", json={"collection": "nothing"}).status_code == 404


def test_only_who_may_act_for_every_client_may_reindex(make_service: MakeService) -> None:
    service = make_service(auth="required")
    alice = service.key(tenant="acme", clients=["acme"])
    owner = service.key(tenant="acme", clients=None)
    service.text("a", "alpha", key=alice)
    refused = service.call("POST", "/reindex", json={"collection": "documents"}, key=alice)
    assert refused.status_code == 403
    assert "every client" in refused.get_json()["detail"]
    job = service.call("POST", "/reindex", json={"collection": "documents"}, key=owner).get_json()["id"]
    assert service.call("DELETE", f"/jobs/{job}", key=alice).status_code == 403
    service.work()
    assert service.job(job, key=owner)["status"] == "succeeded"
