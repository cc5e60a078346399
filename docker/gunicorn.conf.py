"""gunicorn of every service, without Docker and with it. The service's own entry process names it in SERVICE."""

import faulthandler
import gc
import os
import sys
from pathlib import Path
from typing import Any

from oberaconnect.telemetry import logging_config

_service = os.environ.get("SERVICE", "service")
_level = os.environ.get("LOG_LEVEL") or "info"

worker_class = "gthread"
# The embedded vector store belongs to one process: rag-engine never gets a second worker, whatever is set.
workers = (
    1 if _service == "rag-engine" and not os.environ.get("QDRANT_URL") else int(os.environ.get("WEB_CONCURRENCY") or 1)
)
threads = int(os.environ.get("THREADS") or 16)
# Nothing is shared before the fork: pools and models are opened by the process that uses them.
preload_app = False
timeout = 60
graceful_timeout = 30
# nginx keeps idle connections for 30 s; it must always be nginx that closes them.
keepalive = 75
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"  # the heartbeat file, which a slow disk would make late
control_socket_disable = True
# A slow leak ends with its worker. Not for rag-engine: its model and its store take seconds to load.
max_requests = 0 if _service == "rag-engine" else 20_000
max_requests_jitter = 2_000
proc_name = _service
accesslog = None
logconfig_dict = logging_config(_service, _level)


def post_worker_init(worker: Any) -> None:
    """Called in the worker when the application is loaded: what is there now stays, so collecting need not visit it."""
    gc.collect()
    gc.freeze()


def worker_abort(worker: Any) -> None:
    """Called in a worker that did not answer its master in time: say where every thread stands."""
    faulthandler.dump_traceback(file=sys.stderr)
