"""Can this service do its work? (draft-inadarei-api-health-check): checks in parallel, each within a second."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["pass", "warn", "fail"]
MEDIA_TYPE = "application/health+json"

_log = logging.getLogger(__name__)
_RANK: dict[Status, int] = {"pass": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True)
class Check:
    """One dependency. `probe` returns a sentence or None and raises when it is down; optional ones only warn."""

    probe: Callable[[], str | None]
    optional: bool = False


class Health:
    """The health of a service, asked at most every two seconds however often it is called."""

    TIMEOUT_SECONDS = 1.0
    CACHE_SECONDS = 2.0

    def __init__(self, service: str, version: str, checks: Mapping[str, Check]) -> None:
        """`checks` by the name they have in the answer."""
        self._service = service
        self._version = version
        self._checks = dict(checks)
        self._lock = threading.Lock()
        self._asked = 0.0
        self._last: dict[str, Any] = {}

    def report(self) -> dict[str, Any]:
        """The whole document: `status`, `service`, `version`, `checks`."""
        with self._lock:
            if not self._last or time.monotonic() - self._asked > self.CACHE_SECONDS:
                self._last = self._ask()
                self._asked = time.monotonic()
            return self._last

    def _ask(self) -> dict[str, Any]:
        found: dict[str, list[dict[str, Any]]] = {}
        status: Status = "pass"
        # A pool of its own: a probe that hangs keeps a thread of it, never one of the server.
        pool = ThreadPoolExecutor(max_workers=max(1, len(self._checks)))
        running = {name: pool.submit(_timed, check) for name, check in self._checks.items()}
        wait(running.values(), timeout=self.TIMEOUT_SECONDS)
        pool.shutdown(wait=False, cancel_futures=True)
        for name, future in running.items():
            outcome: dict[str, Any] = (
                future.result() if future.done() else {"status": "fail", "output": "no answer within 1 s"}
            )
            if outcome["status"] == "fail" and self._checks[name].optional:
                outcome["status"] = "warn"
            status = max(status, outcome["status"], key=_RANK.__getitem__)
            found[name] = [outcome]
        return {"status": status, "service": self._service, "version": self._version, "checks": found}


def _timed(check: Check) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        note = check.probe()
        outcome: dict[str, Any] = {"status": "pass"}
    except Exception as error:
        _log.debug("health check failed", exc_info=True)
        note, outcome = str(error) or type(error).__name__, {"status": "fail"}
    outcome["observedValue"] = round((time.perf_counter() - started) * 1000, 1)
    outcome["observedUnit"] = "ms"
    if note:
        outcome["output"] = note
    return outcome
