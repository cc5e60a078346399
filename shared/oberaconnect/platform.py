"""What runs: the live state of all thirteen services, asked in parallel, within a second, at most every two.

The list is public, so a sentence about a service never tells a stranger its address, version or inner checks.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Literal, TypedDict

from oberaconnect import VERSION, probe
from oberaconnect.catalogue import CATALOGUE, Entry
from oberaconnect.settings import Settings, is_loopback

Status = Literal["pass", "warn", "fail", "off"]
_SENTENCES: dict[probe.State, tuple[Status, str]] = {
    "pass": ("pass", "It works."),
    "warn": ("warn", "It works, without {down}."),
    "fail": ("fail", "It runs, but cannot work: {down} is down."),
    "absent": ("fail", "It is not running or is just starting."),
    "silent": ("fail", "It is not running or is just starting."),
    "slow": ("fail", "It does not answer within a second."),
    "stranger": ("fail", "Something else answers at its address."),
}
_WILDCARDS = {"0.0.0.0", "::", "[::]"}  # noqa: S104  compared with, never bound


class ServiceStatus(TypedDict):
    """One line of `GET /api/services`. `url` is for browsers; None when there is nothing to open."""

    name: str
    layer: str
    summary: str
    path: str | None
    url: str | None
    status: Status
    detail: str
    optional: bool
    profile: str | None
    docs: str
    version: str | None


class Platform:
    """The prober. Safe under threads; never more than one round at a time."""

    TIMEOUT_SECONDS = 1.0
    CACHE_SECONDS = 2.0

    def __init__(self, settings: Settings) -> None:
        """`settings` say where each service is; what they leave empty is off."""
        self._settings = settings
        self._lock = threading.Lock()
        self._asked = 0.0
        self._last: list[ServiceStatus] = []

    def services(self) -> list[ServiceStatus]:
        """All thirteen services in the order of the catalogue."""
        # Whoever comes while a round is under way gets the last list: the round asks this very process too, and
        # callers who wait for it must not hold the threads that would answer.
        if self._is_stale() and self._lock.acquire(blocking=not self._last):
            try:
                if self._is_stale():
                    self._last = self._ask()
                    self._asked = time.monotonic()
            finally:
                self._lock.release()
        return self._last

    def _is_stale(self) -> bool:
        return not self._last or time.monotonic() - self._asked > self.CACHE_SECONDS

    def _ask(self) -> list[ServiceStatus]:
        resolved: set[str] = set()
        probes = self._probes(resolved)
        pool = ThreadPoolExecutor(max_workers=len(probes), thread_name_prefix="probe")
        running = {name: pool.submit(ask) for name, ask in probes.items()}
        wait(running.values(), timeout=self.TIMEOUT_SECONDS)
        pool.shutdown(wait=False, cancel_futures=True)
        findings = {
            name: future.result() if future.done() else probe.Finding("slow" if name in resolved else "absent")
            for name, future in running.items()
        }
        return [self._line(entry, findings) for entry in CATALOGUE]

    def _probes(self, resolved: set[str]) -> dict[str, Callable[[], probe.Finding]]:
        """The questions; each enters its service in `resolved` once it knows that there is such a host."""
        settings, seconds = self._settings, self.TIMEOUT_SECONDS
        addresses = {
            "qdrant": (settings.qdrant_url, "/readyz"),
            "data-processing": (settings.data_url, "/health"),
            "rag-engine": (settings.rag_url, "/health"),
            "engineering-api": (settings.engineering_url, "/health"),
            "call-flow": (settings.callflow_url, "/health"),
            "agents": (settings.agents_url, "/health"),
            "ollama": (settings.ollama_url, "/api/version"),
            "n8n": (settings.n8n_url, "/healthz"),
            "open-webui": (settings.open_webui_url, "/health"),
            "nginx-ssl": (settings.nginx_ssl_url, "/health"),
            "kali-nmap": (settings.scan_url, "/health"),
        }
        addresses["gateway"] = (settings.gateway_url or self._base("127.0.0.1"), "/health")

        def ask(name: str, url: str, path: str) -> probe.Finding:
            # A name server that does not answer must not make a service that was never started look broken.
            if not probe.has_host(url):
                return probe.Finding("absent")
            resolved.add(name)
            expected = "gateway" if name == "gateway" else ""
            return probe.http(url, path, timeout_seconds=seconds, service=expected)

        probes: dict[str, Callable[[], probe.Finding]] = {
            name: partial(ask, name, url, path) for name, (url, path) in addresses.items()
        }
        resolved.add("postgres")
        probes["postgres"] = partial(probe.postgres, settings.owner_dsn, timeout_seconds=seconds)
        return probes

    def _line(self, entry: Entry, findings: dict[str, probe.Finding]) -> ServiceStatus:
        is_ours = entry.layer == "services" or entry.name == "gateway"
        if entry.name == "qdrant" and not self._settings.qdrant_url:
            return _described(entry, *_embedded_vectors(findings["rag-engine"]))
        status, detail = _judged(entry, findings[entry.name])
        return _described(
            entry,
            status,
            detail,
            url=None if status == "off" else self._url(entry),
            version=VERSION if is_ours and self._settings.is_open else None,
        )

    def _url(self, entry: Entry) -> str | None:
        if entry.path:
            return self._base("localhost") + entry.path
        ports = {
            "n8n": self._settings.n8n_port,
            "open-webui": self._settings.open_webui_port,
            "nginx-ssl": self._settings.https_port,
        }
        if port := ports.get(entry.name):
            return (
                f"https://localhost:{port}".removesuffix(":443")
                if entry.name == "nginx-ssl"
                else f"http://localhost:{port}"
            )
        return None

    def _base(self, this_machine: str) -> str:
        """The gateway's address; `this_machine` stands for a bind address that is not one to call."""
        bind = self._settings.gateway_bind
        host = this_machine if bind in _WILDCARDS or is_loopback(bind) else bind
        return f"http://{host}:{self._settings.gateway_port}"


def unreachable() -> list[ServiceStatus]:
    """The list that the gateway serves by itself when no service answers it."""
    lines: list[ServiceStatus] = []
    for entry in CATALOGUE:
        if entry.name == "gateway":
            lines.append(_described(entry, "pass", "It answers, but no service answers it."))
        elif entry.layer == "services":
            lines.append(_described(entry, "fail", "It does not answer the gateway. 'make logs' shows why."))
        else:
            lines.append(_described(entry, "off" if entry.optional else "fail", "Not known while no service answers."))
    return lines


def _described(
    entry: Entry, status: Status, detail: str, *, url: str | None = None, version: str | None = None
) -> ServiceStatus:
    return {
        "name": entry.name,
        "layer": entry.layer,
        "summary": entry.summary,
        "path": entry.path,
        "url": url,
        "status": status,
        "detail": detail,
        "optional": entry.optional,
        "profile": entry.profile,
        "docs": entry.docs,
        "version": version,
    }


def _judged(entry: Entry, finding: probe.Finding) -> tuple[Status, str]:
    """A finding in words. The names of checks are in it only when the service itself told them."""
    if finding.state == "absent" and entry.optional:
        return "off", _what_brings(entry)
    status, sentence = _SENTENCES[finding.state]
    return status, sentence.format(down=", ".join(finding.down) or "a part of it")


def _what_brings(entry: Entry) -> str:
    return f"It comes with Docker: make up {f'PROFILE={entry.profile}' if entry.profile else 'MODE=docker'}"


def _embedded_vectors(rag_engine: probe.Finding) -> tuple[Status, str]:
    if rag_engine.state in ("pass", "warn"):
        return "pass", "Embedded in rag-engine: this run needs no Qdrant server."
    return "fail", "Embedded in rag-engine, which does not work at the moment."


if __name__ == "__main__":
    json.dump({"services": unreachable()}, sys.stdout, indent=1)
    sys.stdout.write("\n")
