"""gunicorn of every service, without Docker and with it. The service's own entry process names it in SERVICE."""

import faulthandler
import gc
import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from oberaconnect import telemetry

_service = os.environ.get("SERVICE", "service")
_level = os.environ.get("LOG_LEVEL") or "info"

worker_class = "gthread"
# The embedded vector store belongs to one process: rag-engine never gets a second worker, whatever is set.
workers = (
    1 if _service == "rag-engine" and not os.environ.get("QDRANT_URL") else int(os.environ.get("WEB_CONCURRENCY") or 1)
)
# Agents has many readers who only wait for what happens next.
threads = int((os.environ.get("AGENTS_THREADS") or 128) if _service == "agents" else (os.environ.get("THREADS") or 16))
# Loaded once, before the fork, the code and the embedding model take the memory of one process, not of each. Pools,
# connections and the vector store are opened later, by the process that uses them: no thread may run at the fork.
# A worker that is alone would only share with a master that has no use for it.
preload_app = workers > 1
timeout = 60
graceful_timeout = 30
# nginx keeps idle connections for 30 s; it must always be nginx that closes them.
keepalive = 75
_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
worker_tmp_dir = _memory  # the heartbeat file, which a slow disk would make late
control_socket_disable = True
# A slow leak ends with its worker. Not for rag-engine: its model and its store take seconds to load.
max_requests = 0 if _service == "rag-engine" else 20_000
max_requests_jitter = 2_000
# An access token that names two hundred groups has some 13 kB; nginx takes as much.
limit_request_field_size = 16_384
# Addresses: as long as the gateway takes them (16 kB), and it is who says that one is longer.
limit_request_line = 0
proc_name = _service
accesslog = None
logconfig_dict = telemetry.logging_config(_service, _level)

_metrics = ""
_number = 0


def on_starting(server: Any) -> None:
    """Called in the master at the beginning: a folder for what the workers count."""
    global _metrics  # noqa: PLW0603 - hooks are functions
    root = Path(_memory or tempfile.gettempdir())
    for left in root.glob(f"{_service}-metrics-*"):
        if not Path("/proc", left.name.rsplit("-", 2)[1]).exists():  # its master was killed
            shutil.rmtree(left, ignore_errors=True)
    _metrics = tempfile.mkdtemp(prefix=f"{_service}-metrics-{os.getpid()}-", dir=root)
    telemetry.share_metrics(_metrics, lambda: _number)


def when_ready(server: Any) -> None:
    """Called in the master before the first fork."""
    if preload_app:
        _keep_what_is_there()


def post_worker_init(worker: Any) -> None:
    """Called in the worker when the application is loaded."""
    if not preload_app:
        _keep_what_is_there()


def _keep_what_is_there() -> None:
    """What is loaded now stays, so that collecting need not visit it, nor copy its pages."""
    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """Called in the master: the worker gets the first number that no other one has."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = next(number for number in itertools.count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Called in the new worker."""
    global _number  # noqa: PLW0603 - hooks are functions
    _number = worker.number


def child_exit(server: Any, worker: Any) -> None:
    """Called in the master when a worker has ended, however it did."""
    telemetry.process_ended(worker.number)


def on_exit(server: Any) -> None:
    """Called in the master at the end."""
    shutil.rmtree(_metrics, ignore_errors=True)


def worker_abort(worker: Any) -> None:
    """Called in a worker that did not answer its master in time: say where every thread stands."""
    faulthandler.dump_traceback(file=sys.stderr)
