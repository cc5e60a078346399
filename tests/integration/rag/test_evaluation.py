"""POST /evaluate: a job that the worker does by asking the service itself."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.integration.rag.conftest import Serve
from tests.knowledge import fill
from tests.rag import Rag
from werkzeug.serving import make_server

from oberaconnect.jobs import Claim, Queue
from oberaconnect.worker import Work
from rag_engine import app
from rag_engine.worker import Evaluation

CASES = [
    {"query": "guest Wi-Fi passphrase", "relevant": ["wifi.md"]},
    {"query": "subnet of the voice VLAN", "relevant": ["vlans.md", "nowhere.md"]},
    {"query": "daily backup", "relevant": ["nowhere.md"]},
]


@pytest.fixture
def rag(serve: Serve) -> Rag:
    running = serve()
    fill(running)
    return running


@contextmanager
def over_http(rag: Rag) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app.assemble(rag.parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def order(rag: Rag, **fields: Any) -> dict[str, Any]:
    answer = rag.call("POST", "/evaluate", {"cases": CASES} | fields, who="alice")
    assert answer.status_code == 202, answer.text
    assert answer.json is not None
    assert answer.headers["Location"] == f"/api/rag/jobs/{answer.json['id']}"
    found: dict[str, Any] = answer.json
    return found


def work(rag: Rag, url: str) -> Claim:
    queue = Queue(rag.parts.database)
    claim = queue.claim({"evaluate"})
    assert claim is not None
    working = Work(claim, queue, threading.Event())
    try:
        Evaluation(rag.settings.model_copy(update={"rag_url": url}), rag.parts.database)(working)
    finally:
        working.close()
    return claim


def test_an_evaluation_measures_what_the_search_finds(rag: Rag) -> None:
    job = order(rag, k=3)
    assert (job["status"], job["progress"], job["result"]) == ("queued", {"done": 0, "total": 3}, None)
    with over_http(rag) as url:
        work(rag, url)
    done = rag.get(f"/jobs/{job['id']}", who="alice")
    assert (done["status"], done["progress"]) == ("succeeded", {"done": 3, "total": 3})
    result = done["result"]
    assert (result["k"], result["questions"]) == (3, 3)
    assert [case["mrr"] for case in result["cases"]] == [1.0, 1.0, 0.0]
    assert [case["recall"] for case in result["cases"]] == [1.0, 0.5, 0.0]
    assert result["mrr"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["cases"][0]["found"][0] == "wifi.md"
    assert all(len(set(case["found"])) == len(case["found"]) <= 3 for case in result["cases"])


def test_the_worker_process_does_it_and_stays_small(rag: Rag, tmp_path: Path) -> None:
    job = order(rag)
    with over_http(rag) as url:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "SECRET_KEY": rag.settings.secret_key.get_secret_value(),
            "DATABASE_URL": rag.settings.database_url.get_secret_value(),
            "RAG_URL": url,
            "LOG_LEVEL": "error",
        }
        with subprocess.Popen([sys.executable, "-m", "rag_engine.worker"], env=environment, cwd=tmp_path) as process:
            try:
                deadline = time.monotonic() + 60
                while rag.get(f"/jobs/{job['id']}", who="alice")["status"] in {"queued", "running"}:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
                maps = Path(f"/proc/{process.pid}/maps").read_text()
                status = Path(f"/proc/{process.pid}/status").read_text()
            finally:
                process.terminate()
                process.wait(30)
    assert rag.get(f"/jobs/{job['id']}", who="alice")["status"] == "succeeded"
    assert process.returncode == 0
    assert not any(heavy in maps for heavy in ("onnxruntime", "qdrant_edge", "numpy", "tokenizers"))
    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])
    assert resident < 70 * 1024


def test_others_do_not_find_the_job(rag: Rag) -> None:
    job = order(rag)
    assert rag.call("GET", f"/jobs/{job['id']}", who="charlie").status_code == 404
    assert rag.call("DELETE", f"/jobs/{job['id']}", who="charlie").status_code == 404


def test_a_waiting_evaluation_can_be_cancelled(rag: Rag) -> None:
    job = order(rag)
    cancelled = rag.call("DELETE", f"/jobs/{job['id']}", who="alice")
    assert cancelled.status_code == 202
    assert rag.get(f"/jobs/{job['id']}", who="alice")["status"] == "cancelled"
    assert Queue(rag.parts.database).claim({"evaluate"}) is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"collection": "nowhere"}, 404),
        ({"cases": []}, 422),
        ({"cases": [{"query": "x", "relevant": []}]}, 422),
        ({"k": 51}, 422),
    ],
)
def test_what_cannot_be_evaluated_is_refused_at_once(rag: Rag, fields: dict[str, Any], status: int) -> None:
    assert rag.call("POST", "/evaluate", {"cases": CASES} | fields, who="alice").status_code == status


def test_reading_rights_do_not_suffice(rag: Rag) -> None:
    assert rag.call("POST", "/evaluate", {"cases": CASES}, who="alice", scopes=["rag:read"]).status_code == 403
