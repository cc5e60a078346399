"""The embedded vector store as a process lives it: killed, forked, doubled, refused, damaged."""

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdrant_edge as edge
from qdrant_client import models

from oberaconnect.problems import Unavailable
from rag_engine import sparse
from rag_engine.vectors import Point, Vectors
from rag_engine.vectors.edge import EdgeClient, StoreBusy, StoreFailed

NAME = "documents-1"
DIMENSION = 8

#: Writes points without end, and says after each batch how many there are.
WRITER = """
import sys
from pathlib import Path
from tests.integration.rag import test_edge as shared
store = shared.Vectors(shared.EdgeClient(Path(sys.argv[1])))
first = store.total(shared.NAME)
print("open", first, flush=True)
for number in range(first, 10**9, 10):
    store.put(shared.NAME, "alice", [shared.point(at) for at in range(number, number + 10)])
    print("written", number + 10, flush=True)
"""

#: Holds the shard until its standard input ends.
HOLDER = """
import sys
from pathlib import Path
from tests.integration.rag import test_edge as shared
store = shared.Vectors(shared.EdgeClient(Path(sys.argv[1])))
print("open", store.total(shared.NAME), flush=True)
sys.stdin.read()
store.close()
"""

#: Says who may read a point, and then nothing more.
DESCRIBER = """
import sys
from pathlib import Path
from tests.integration.rag import test_edge as shared
store = shared.Vectors(shared.EdgeClient(Path(sys.argv[1])))
store.describe(shared.NAME, "alice", "1", 1, {"access": ["user:alice"]})
print("described", flush=True)
sys.stdin.read()
"""


def point(number: int) -> Point:
    dice = np.random.default_rng(number)
    vector = dice.normal(size=DIMENSION).astype(np.float32)
    key = str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))
    payload = {"document_id": str(number), "version": 1, "text": f"word{number}"}
    return Point(key, vector / np.linalg.norm(vector), sparse.document(f"word{number} common", ""), payload)


def start(program: str, folder: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


@pytest.fixture
def client(folder: Path) -> Iterator[EdgeClient]:
    made = EdgeClient(folder)
    Vectors(made).create(NAME, DIMENSION)
    yield made
    made.close()


def struct(**vectors: Any) -> models.PointStruct:
    given = {"dense": [1.0] * DIMENSION, "bm25": models.SparseVector(indices=[1], values=[1.0])} | vectors
    return models.PointStruct(id=str(uuid.uuid4()), vector=given, payload={"tenant": "alice"})


@pytest.mark.long
def test_nothing_that_was_written_is_lost_when_the_process_is_killed(client: EdgeClient, folder: Path) -> None:
    client.close()
    written = 0
    for cycle in range(4):
        process = start(WRITER, folder)
        assert process.stdout is not None
        assert int(process.stdout.readline().split()[1]) >= written
        for _ in range(3 + 4 * cycle):
            written = int(process.stdout.readline().split()[1])
        process.kill()
        process.communicate()
    store = Vectors(EdgeClient(folder))
    # The batch that was being written may be there, wholly or in part.
    assert written <= store.total(NAME) <= written + 10
    for number in range(written):
        kept = point(number)
        assert store.read(NAME, "alice", None, [kept.id])[kept.id].vector == pytest.approx(kept.vector, abs=1e-6)
        _, keywords = store.search(
            NAME, "alice", None, [], vector=None, terms=sparse.question(f"word{number}"), limit=1
        )
        assert keywords[0].id == kept.id
    store.close()


def test_a_new_process_waits_until_the_old_one_lets_go(client: EdgeClient, folder: Path) -> None:
    Vectors(client).put(NAME, "alice", [point(1)])
    client.close()
    holder = start(HOLDER, folder)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open 1\n"
    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(client.count(NAME).count))
    waiting.start()
    time.sleep(1.0)
    assert found == []
    holder.communicate("")
    waiting.join(30)
    assert found == [1]


def test_a_forked_process_is_refused_instead_of_hanging(client: EdgeClient) -> None:
    child = os.fork()
    if child == 0:
        try:
            client.count(NAME)
        except RuntimeError:
            os._exit(42)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


@pytest.mark.parametrize(
    "vector", [[1.0] * (DIMENSION - 1), [float("nan")] * DIMENSION, [float("inf")] * DIMENSION, [[1.0] * DIMENSION]]
)
def test_a_vector_that_does_not_fit_is_refused_with_its_batch(client: EdgeClient, folder: Path, vector: Any) -> None:
    with pytest.raises(ValueError, match="'dense' must be 8 finite numbers"):
        client.upsert(NAME, [struct(), struct(dense=vector)])
    client.close()
    again = EdgeClient(folder)
    assert again.count(NAME).count == 0
    again.close()


def test_nothing_of_a_batch_that_the_engine_refuses_comes_back_with_the_next_start(
    client: EdgeClient, folder: Path
) -> None:
    kept = struct()
    client.upsert(NAME, [kept])
    with pytest.raises(StoreFailed):
        client.upsert(NAME, [struct(), struct(unknown=[1.0] * DIMENSION), struct()])
    assert client.count(NAME).count == 1
    client.close()
    again = EdgeClient(folder)
    records, _ = again.scroll(NAME, models.Filter(), limit=10, with_payload=True, with_vectors=["dense"])
    assert [(item.id, item.payload) for item in records] == [(kept.id, kept.payload)]
    again.close()


def test_a_damaged_collection_is_unhealthy_and_the_others_still_answer(client: EdgeClient, folder: Path) -> None:
    store = Vectors(client)
    store.create("other-1", DIMENSION)
    store.put("other-1", "alice", [point(1)])
    client.close()
    # The engine panics when it loads this, which is no ordinary exception.
    damaged = next((folder / NAME).glob("segments/*/vector_storage-dense/deleted/status.dat"))
    os.truncate(damaged, 4)
    again = Vectors(EdgeClient(folder))
    with pytest.raises(Unavailable, match=NAME):
        again.check()
    with pytest.raises(Unavailable, match=NAME):
        again.total(NAME)
    assert again.total("other-1") == 1
    again.close()


def test_a_collection_that_grew_large_is_indexed_by_a_process_of_its_own_before_it_serves(
    client: EdgeClient, folder: Path
) -> None:
    Vectors(client).put(NAME, "alice", [point(number) for number in range(30)])
    client.close()

    class SmallEdgeClient(EdgeClient):
        MAX_UNINDEXED = 10

    again = SmallEdgeClient(folder)
    with pytest.raises(StoreBusy):
        again.count(NAME)
    assert "being indexed" in str(again.check())
    deadline = time.monotonic() + 60
    while again.check() is not None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert again.count(NAME).count == 30
    again.close()


def test_a_collection_of_an_earlier_release_is_searched_for_a_person(client: EdgeClient, folder: Path) -> None:
    with client._using(NAME) as shard:
        shard.update(edge.UpdateOperation.delete_field_index("access"))
    store = Vectors(client)
    store.put(NAME, "alice", [point(1), replace(point(2), payload={**point(2).payload, "access": ["user:alice"]})])
    store.close()
    reopened = EdgeClient(folder)
    again = Vectors(reopened)

    def found(readers: list[str]) -> list[str]:
        _, hits = again.search(NAME, "alice", readers, [], vector=None, terms=sparse.question("common"), limit=9)
        return sorted(hit.document_id for hit in hits)

    for _ in range(2):
        assert found(["user:alice"]) == ["1", "2"]
        assert found(["user:charlie"]) == ["1"]
    with reopened._using(NAME) as shard:
        assert "access" in shard.info().payload_schema
    again.close()


def test_what_was_described_is_not_lost_when_the_process_is_killed(client: EdgeClient, folder: Path) -> None:
    store = Vectors(client)
    store.put(NAME, "alice", [point(1)])
    store.close()
    process = start(DESCRIBER, folder)
    assert process.stdout is not None
    assert process.stdout.readline() == "described\n"
    process.kill()
    process.communicate()
    again = Vectors(EdgeClient(folder))
    assert again.read(NAME, "alice", ["user:charlie"], [point(1).id]) == {}
    assert list(again.read(NAME, "alice", ["user:alice"], [point(1).id])) == [point(1).id]
    again.close()


def test_threads_read_and_write_at_the_same_time(client: EdgeClient) -> None:
    store = Vectors(client)
    store.put(NAME, "alice", [point(number) for number in range(100)])
    failures: list[BaseException] = []

    def run(action: Any) -> None:
        try:
            for number in range(40):
                action(number)
        except BaseException as error:
            failures.append(error)

    actions = [
        lambda number: store.put(NAME, "alice", [point(1000 + number)]),
        lambda number: store.put(NAME, "bob", [point(2000 + number)]),
        lambda number: store.describe(NAME, "bob", str(2000 + number), 1, {"access": ["user:bob"]}),
        lambda number: store.remove(NAME, "alice", str(number), 0, None),
        lambda _: store.flush(NAME),
        lambda number: store.search(
            NAME, "alice", None, [], vector=point(number).vector, terms=sparse.question("common"), limit=10
        ),
        lambda _: store.count(NAME, "alice"),
    ]
    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (store.count(NAME, "alice"), store.count(NAME, "bob")) == (100, 40)
