"""Ten thousand files of SharePoint, trouble on the way, and a worker that is killed at fifty random moments.

At the end the index equals the drive, every time. SYNC_FILES and SYNC_KILLS make it smaller or larger.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.agreement import assert_agree, settings
from tests.conftest import MakeSettings
from tests.data import Service
from tests.fakes.graph import Graph
from tests.fakes.graph.bulk import churn, grow
from tests.fakes.index import SearchIndex

from data_processing.extract.pool import ParsePool
from oberaconnect.db import migrate

ROOT = Path(__file__).resolve().parents[2]
FILES = int(os.environ.get("SYNC_FILES", "10000"))
KILLS = int(os.environ.get("SYNC_KILLS", "50"))


@pytest.fixture
def graph() -> Iterator[Graph]:
    with Graph() as running:
        running.set_permissions(running.drive.root, [running.permission(running.alice)])
        yield running


@pytest.fixture
def index(make_settings: MakeSettings) -> Iterator[SearchIndex]:
    with SearchIndex(make_settings()) as index:
        yield index


@pytest.fixture
def service(make_settings: MakeSettings, graph: Graph, index: SearchIndex) -> Iterator[Service]:
    """The web application; the work is done by workers of their own, which the test starts and kills."""
    made = make_settings(rag_url=index.url, **settings(graph))
    migrate(made, "data_processing")
    pool = ParsePool(workers=1, timeout_seconds=30, memory_mb=1536)
    with Service(made, pool) as service:
        yield service
    pool.close()


@contextmanager
def worker(service: Service) -> Iterator["subprocess.Popen[bytes]"]:
    """The worker's own entry, with the settings of the service; killed at the end in the middle of what it does."""
    given = service.settings
    names = ("azure_authority", "azure_tenant_id", "azure_client_id", "graph_url", "ingest_allowed_hosts", "rag_url")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'services' / 'data-processing'}",
        "SECRET_KEY": given.secret_key.get_secret_value(),
        "DATABASE_URL": given.database_url.get_secret_value(),
        "AZURE_CLIENT_SECRET": given.azure_client_secret.get_secret_value(),
        "DATA_DIR": str(given.data_dir),
        "INBOX_DIR": str(given.inbox_dir),
        "LOG_LEVEL": "warning",
        **{name.upper(): str(getattr(given, name)) for name in names},
    }
    process = subprocess.Popen([sys.executable, "-m", "data_processing.worker"], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        # What half a minute does: nobody else may take a job while its lease runs.
        service.execute("UPDATE data_processing.job SET lease_until = now() WHERE status = 'running'")


def change(graph: Graph, dice: random.Random) -> None:
    """What people do in a library meanwhile: write, delete, add, rename, move, and change who may read."""
    churn(graph, write=20, delete=15, add=25, seed=dice.randrange(2**32))
    with graph.lock:
        living = [item for item in graph.drive.root.below() if item.content is not None]
        folders = [item for item in graph.drive.root.below() if item.content is None]
    for number, item in enumerate(dice.sample(living, 10)):
        graph.rename(item, f"renamed {graph.history} {number}.txt")
    for item in dice.sample(living, 5):
        graph.set_permissions(item, [graph.permission(dice.choice([graph.alice, graph.bob, graph.charlie]))])
    target = graph.add_folder(f"Moved {graph.history}")
    for item in dice.sample(living, 5):
        graph.rename(item, f"moved {graph.history}.txt")
        graph.move(item, target)
    folder = dice.choice(folders)
    graph.rename(folder, f"Renamed {graph.history}")
    graph.set_permissions(folder, [graph.permission(dice.choice([graph.alice, graph.bob]))])


def runs(service: Service, source: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.call("GET", f"/sources/{source['id']}/runs?limit=100").get_json()["items"]
    return found


def through(service: Service, source: dict[str, Any]) -> dict[str, Any]:
    """One run more, from its beginning to its end."""
    answer = service.call("POST", f"/sources/{source['id']}/sync")
    with worker(service):
        deadline = time.monotonic() + 1200
        while (found := runs(service, source)[0])["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, f"the run does not end: {found}"
            time.sleep(0.5)
    assert answer.status_code in (202, 409)
    return found


@pytest.mark.timeout(3000)
def test_the_index_equals_the_drive_whatever_happened_on_the_way(
    service: Service, graph: Graph, index: SearchIndex
) -> None:
    dice = random.Random(4711)
    grow(graph, FILES)
    mischief = graph.mischief
    mischief.failing, mischief.failing_statuses = 0.01, (403, 423)
    mischief.throttle, mischief.unavailable, mischief.reset, mischief.drop = 0.01, 0.005, 0.01, 0.005
    mischief.retry_after = 0
    graph.tokens.lifetime = 20
    config = {"site": "contoso.sharepoint.com:/sites/hr"}
    body = {"kind": "sharepoint", "name": "Library", "config": config, "max_deletion_share": 1}
    source = service.call("POST", "/sources", json=body).get_json()
    begun = 0
    for kill in range(KILLS):
        answer = service.call("POST", f"/sources/{source['id']}/sync")
        assert answer.status_code in (202, 409), answer.text
        begun += answer.status_code == 202
        with worker(service):
            time.sleep(dice.uniform(1.0, 9.0))
            if dice.random() < 0.2:
                mischief.storm(dice.randrange(50), retry_after=0)
        if kill % 3 == 2:
            change(graph, dice)
        if kill == KILLS // 2:
            graph.expire_delta()
    mischief.throttle = mischief.unavailable = mischief.reset = mischief.drop = 0
    ended = through(service, source)
    assert ended["status"] == "succeeded", ended["problem"]
    last = through(service, source)
    assert last["status"] == "succeeded", last["problem"]
    failing = graph.failing()
    assert_agree(service, index, graph, without=failing)
    # Where a machine is so busy that five lives in a row were too short to bring a run further, it is given up, and the
    # next goes on where it was. Nothing else ends a run badly.
    badly = {run["problem"]["detail"] for run in runs(service, source) if run["status"] != "succeeded"}
    assert badly <= {"The worker stopped 5 times while it worked on this."}
    assert begun < KILLS, "most runs outlived a kill"
    assert graph.seen.bearers_at_downloads == []
    for _ in range(6):  # what fails for good is left alone at last, and still told
        quiet = through(service, source)
    assert quiet["counts"]["failed"] == len(failing)
    assert service.call("GET", f"/sources/{source['id']}").get_json()["quarantined"] == len(failing)
