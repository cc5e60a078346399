"""Who sees and changes what: Alice and Bob work for acme, Charlie for another client."""

from pathlib import Path

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.integration.data.conftest import MakeService


@pytest.fixture
def guarded(make_service: MakeService) -> Service:
    return make_service(auth="required")


@pytest.fixture
def alice(guarded: Service) -> str:
    return guarded.key(tenant="acme")


@pytest.fixture
def bob(guarded: Service) -> str:
    return guarded.key(tenant="acme")


@pytest.fixture
def charlie(guarded: Service) -> str:
    return guarded.key(tenant="cogs")


def test_without_a_key_nothing_is_given(guarded: Service) -> None:
    for method, path in [("GET", "/documents"), ("POST", "/ingest"), ("GET", "/jobs"), ("POST", "/reindex")]:
        answer = guarded.call(method, path)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert "WWW-Authenticate" in answer.headers


def test_a_wrong_or_expired_key_is_refused_in_the_same_words(guarded: Service) -> None:
    expired = guarded.key(tenant="acme", seconds=-1)
    wrong = "msp_0123456789ab_" + "x" * 43
    answers = [guarded.call("GET", "/documents", key=key) for key in (expired, wrong, "nonsense")]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.get_json()["detail"] for answer in answers}) == 1


def test_a_key_that_may_only_read_cannot_write(guarded: Service, alice: str) -> None:
    guarded.text("a", "alpha", key=alice)
    reader = guarded.key(tenant="acme", scopes="data:read")
    (document,) = guarded.documents(key=reader)
    for method, path in [("POST", "/ingest"), ("DELETE", f"/documents/{document['id']}"), ("POST", "/reindex")]:
        assert guarded.call(method, path, key=reader, json={}).status_code == 403
    assert len(guarded.documents(key=alice)) == 1


def test_bob_sees_what_alice_brought_in(guarded: Service, index: SearchIndex, alice: str, bob: str) -> None:
    job = guarded.text("a", "alpha", key=alice)
    (document,) = guarded.documents(key=bob)
    assert document["client"] == "acme"
    assert guarded.job(job["id"], key=bob)["status"] == "succeeded"
    assert index.texts(tenant="acme") == ["alpha"]
    assert guarded.text("a", "alpha", key=bob)["counts"]["unchanged"] == 1


def test_charlie_can_neither_see_nor_touch_alices_document_or_job(
    guarded: Service, index: SearchIndex, alice: str, charlie: str
) -> None:
    job = guarded.text("a", "alpha", key=alice)
    (document,) = guarded.documents(key=alice)
    path, job_path = f"/documents/{document['id']}", f"/jobs/{job['id']}"
    for method, address in [
        ("GET", path), ("GET", f"{path}/text"), ("GET", f"{path}/chunks"), ("GET", f"{path}/content"),
        ("DELETE", path), ("POST", f"{path}/reindex"),
        ("GET", job_path), ("GET", f"{job_path}/documents"), ("GET", f"{job_path}/events"),
        ("DELETE", job_path), ("POST", f"{job_path}/retry"),
    ]:  # fmt: skip
        answer = guarded.call(method, address, key=charlie)
        assert (method, address, answer.status_code) == (method, address, 404)
        assert "alpha" not in answer.text
    assert guarded.documents(key=charlie) == []
    assert guarded.documents("?client=acme", key=charlie) == []
    assert guarded.call("GET", "/jobs", key=charlie).get_json()["items"] == []
    assert index.texts(tenant="acme") == ["alpha"]
    assert len(guarded.documents(key=alice)) == 1


def test_charlie_cannot_write_for_alices_client(guarded: Service, index: SearchIndex, charlie: str) -> None:
    body = {"source": "text", "client": "acme", "documents": [{"external_id": "a", "text": "planted"}]}
    refused = guarded.call("POST", "/ingest", json=body, key=charlie)
    unknown = guarded.call("POST", "/ingest", json={**body, "client": "nobody"}, key=charlie)
    assert refused.status_code == unknown.status_code == 403
    assert refused.get_json()["detail"] == unknown.get_json()["detail"], "the refusal tells no client's name"
    upload = guarded.post_files("/documents", {"a.txt": b"planted"}, key=charlie, form={"client": "acme"})
    assert upload.status_code == 403
    guarded.work()
    assert index.texts(tenant="acme") == []


def test_the_same_name_at_two_clients_is_two_documents(
    guarded: Service, index: SearchIndex, alice: str, charlie: str
) -> None:
    guarded.text("a", "alpha of acme", key=alice)
    guarded.text("a", "alpha of cogs", key=charlie)
    assert index.texts(tenant="acme") == ["alpha of acme"]
    assert index.texts(tenant="cogs") == ["alpha of cogs"]
    (mine,) = guarded.documents(key=charlie)
    assert guarded.call("DELETE", f"/documents/{mine['id']}", key=charlie).status_code == 204
    assert index.texts(tenant="acme") == ["alpha of acme"]


def test_a_key_for_two_clients_writes_where_it_says(guarded: Service, index: SearchIndex, alice: str) -> None:
    dora = guarded.key(tenant="cogs", clients=["acme"])
    guarded.text("a", "for acme", key=dora, client="acme")
    guarded.text("b", "for cogs", key=dora)
    assert (index.texts(tenant="acme"), index.texts(tenant="cogs")) == (["for acme"], ["for cogs"])
    assert [item["external_id"] for item in guarded.documents(key=alice)] == ["a"]
    assert len(guarded.documents(key=dora)) == 2
    assert [item["external_id"] for item in guarded.documents("?client=acme", key=dora)] == ["a"]


def test_a_client_reads_only_its_own_folder_of_the_inbox(
    guarded: Service, index: SearchIndex, alice: str, charlie: str
) -> None:
    for client in ("acme", "cogs"):
        (guarded.inbox / client).mkdir()
        (guarded.inbox / client / "secret.txt").write_text(f"the secret of {client}")
    (guarded.inbox / "cogs" / "way").symlink_to(guarded.inbox / "acme")
    for path in ("acme", "acme/secret.txt", "", ".", "cogs/../acme", "cogs/way"):
        refused = guarded.call("POST", "/ingest", json={"source": "folder", "path": path}, key=charlie)
        assert (path, refused.status_code) == (path, 404)
    assert guarded.ingest({"source": "folder", "path": "cogs"}, key=charlie)["status"] == "succeeded"
    assert index.texts(tenant="cogs") == ["the secret of cogs"]
    everybody = guarded.key(tenant="acme", clients=None)
    assert guarded.ingest({"source": "folder"}, key=everybody)["counts"]["indexed"] == 2


def test_an_idempotency_key_of_another_client_replays_nothing(guarded: Service, alice: str, charlie: str) -> None:
    body = {"source": "text", "documents": [{"external_id": "a", "text": "alpha"}]}
    headers = {"Idempotency-Key": "one"}
    first = guarded.call("POST", "/ingest", json=body, key=alice, headers=headers)
    second = guarded.call("POST", "/ingest", json=body, key=charlie, headers=headers)
    assert first.get_json()["id"] != second.get_json()["id"]
    assert second.get_json()["client"] == "cogs"


def test_equal_files_of_two_clients_are_two_files_on_the_disk(guarded: Service, alice: str, charlie: str) -> None:
    guarded.upload({"a.txt": b"the same bytes"}, key=alice)
    guarded.upload({"a.txt": b"the same bytes"}, key=charlie)
    root: Path = guarded.parts.blobs.root
    assert {file.relative_to(root).parts[0] for file in root.rglob("*") if file.is_file()} == {"acme", "cogs"}
