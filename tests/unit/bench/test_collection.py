"""Filling and removing a collection, against a real server that keeps count."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.gateway import Service

from bench import collection
from bench.datasets import Text
from demo.gateway import Gateway, GatewayError


@dataclass
class Platform:
    """Takes text documents, each a chunk, and ends every job at once."""

    service: Service
    documents: dict[str, str] = field(default_factory=dict)
    job_status: str = "succeeded"

    def __post_init__(self) -> None:
        self.service.handlers |= {
            "/api/data/ingest": self._ingest,
            "/api/data/jobs/j": self._job,
            "/api/rag/collections/c": self._collection,
            "/api/data/documents": self._list,
        }

    def _ingest(self, request: Any) -> None:
        for one in json.loads(self.service.seen[-1].body)["documents"]:
            self.documents[one["external_id"]] = one["text"]
            self.service.handlers[f"/api/data/documents/{one['external_id']}"] = self._delete
        _answer(request, {"id": "j"})

    def _job(self, request: Any) -> None:
        _answer(request, {"status": self.job_status, "problem": {"detail": "Disk full."}})

    def _collection(self, request: Any) -> None:
        _answer(request, {"points": len(self.documents)}, 200 if self.documents else 404)

    def _list(self, request: Any) -> None:
        _answer(request, {"items": [{"id": name} for name in list(self.documents)[:100]]})

    def _delete(self, request: Any) -> None:
        self.documents.pop(request.path.rpartition("/")[2], None)
        request.reply(204, b"", {})


def _answer(request: Any, document: object, status: int = 200) -> None:
    request.reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def platform() -> Iterator[Platform]:
    service = Service("platform")
    service.start()
    yield Platform(service)
    service.stop()


@pytest.fixture
def gateway(platform: Platform) -> Iterator[Gateway]:
    with closing(Gateway(f"http://127.0.0.1:{platform.service.port}")) as gateway:
        yield gateway


def texts(count: int) -> list[Text]:
    return [Text(f"d{number}", "", f"Text {number}") for number in range(count)]


def fill(gateway: Gateway, count: int, enough: int | None = None) -> float | None:
    return collection.fill(gateway, "c", texts(count), enough=enough, tell=lambda _: None)


def test_everything_is_ingested_in_jobs_of_a_bounded_size(platform: Platform, gateway: Gateway) -> None:
    assert fill(gateway, collection.JOB_DOCUMENTS + 1) is not None
    assert len(platform.documents) == collection.JOB_DOCUMENTS + 1
    jobs = [seen for seen in platform.service.seen if seen.path == "/api/data/ingest"]
    assert [len(json.loads(seen.body)["documents"]) for seen in jobs] == [collection.JOB_DOCUMENTS, 1]


def test_filling_stops_when_there_is_enough(platform: Platform, gateway: Gateway) -> None:
    jobs = collection.JOBS_AHEAD + 5
    fill(gateway, jobs * collection.JOB_DOCUMENTS, enough=10)
    assert len(platform.documents) == collection.JOBS_AHEAD * collection.JOB_DOCUMENTS


def test_a_collection_that_holds_enough_is_left_alone(platform: Platform, gateway: Gateway) -> None:
    platform.documents["kept"] = "Text"
    assert fill(gateway, 5, enough=1) is None
    assert list(platform.documents) == ["kept"]


def test_a_failed_job_ends_the_bench_with_its_reason(platform: Platform, gateway: Gateway) -> None:
    platform.job_status = "failed"
    with pytest.raises(GatewayError, match=r"Disk full\."):
        fill(gateway, 1)


def test_removing_takes_every_document_away(platform: Platform, gateway: Gateway) -> None:
    fill(gateway, 130)
    collection.remove(gateway, "c")
    assert platform.documents == {}
