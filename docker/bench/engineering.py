"""How fast configurations are read, cleaned, audited, written about and compared, and with how much memory.

Reading is measured in this process, on the configurations of the tests; the rest through the gateway of a platform of
its own, as callers meet it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import embedded

from bench.clock import taken
from bench.devices import firewall, switch
from bench.figures import Figure, Target
from bench.memory import of_service
from bench.own import without_settings
from demo.gateway import Gateway, GatewayError
from engineering_api import platforms
from engineering_api.parsing import parse
from engineering_api.reading import lines
from engineering_api.redact import redact
from host import place

_PATH = "/api/engineering"
_WORKER = b"engineering_api.worker"
#: Each platform's files are read again and again for so long, in time of the processor.
_SECONDS = 1.0
_FIREWALL_LINES = 10_000
_CHANGED_LINES = 5_000
_LINES_BEFORE = 700
_DEVICES = 20
_TREE = Target(">=", 100_000.0)


def engineering(tell: Callable[[str], None]) -> list[Figure]:
    """All figures.

    Raises:
        GatewayError: when something is not done.
    """
    here = place.find()
    samples = _samples(here.root / "tests" / "configs")
    found = [*_reading(samples), _redaction(samples)]
    tell("engineering: files of all platforms are read; now a platform audits, writes and compares")
    with (
        without_settings(here.root / ".env.example"),
        embedded.running() as platform,
        closing(Gateway(platform.url, timeout_seconds=300.0)) as gateway,
    ):
        found += [
            *_firewall(gateway),
            *_document(gateway, samples),
            *_reviews(gateway),
            _picture(gateway, "l3"),
            _picture(gateway, "l2"),
        ]
        found += of_service("engineering", platform.processes("engineering-api"), _WORKER)
    return found


def _samples(folder: Path) -> dict[str, list[tuple[str, bytes]]]:
    """Name and content of the files of each platform."""
    return {
        name: [(file.name, file.read_bytes()) for file in sorted((folder / name).iterdir())]
        for name in platforms.known()
        if (folder / name).is_dir()
    }


def _reading(samples: Mapping[str, Sequence[tuple[str, bytes]]]) -> list[Figure]:
    """Lines a second of each platform: its tree alone, and all of it from bytes to facts."""
    return [_read(name, files) for name, files in samples.items()]


def _read(name: str, files: Sequence[tuple[str, bytes]]) -> Figure:
    platform = platforms.named(name)
    texts = [redact(lines.read(content).texts, _fingerprint).texts for _, content in files]
    count = sum(len(one) for one in texts)

    def trees() -> None:
        for one in texts:
            platform.tree(one)

    def whole() -> None:
        for _, content in files:
            parse(content, fingerprint=_fingerprint)

    note = (
        f"{len(files)} files with {count:,} lines; recognised, cleaned and read as facts: {_rate(whole, count):,.0f}/s"
    )
    return Figure("engineering", f"{name}: tree", _rate(trees, count), "lines/s", _TREE, note)


def _redaction(samples: Mapping[str, Sequence[tuple[str, bytes]]]) -> Figure:
    texts = [lines.read(content).texts for files in samples.values() for _, content in files]
    count = sum(len(one) for one in texts)

    def run() -> None:
        for one in texts:
            redact(one, _fingerprint)

    return Figure("engineering", "redaction", _rate(run, count), "lines/s", None, f"{count:,} lines of all platforms")


def _rate(doing: Callable[[], None], count: int) -> float:
    doing()  # what is made once, such as patterns, is there from now on
    begun, rounds = time.process_time(), 0
    while time.process_time() - begun < _SECONDS:
        doing()
        rounds += 1
    return rounds * count / (time.process_time() - begun)


def _firewall(gateway: Gateway) -> list[Figure]:
    text = firewall(_FIREWALL_LINES)
    kept: dict[str, Any] = {}
    keeping = taken(lambda: kept.update(gateway.post(f"{_PATH}/configs", {"files": [{"text": text}], "client": "fw"})))
    body = {"config_ids": kept["config_ids"]}
    gateway.post(f"{_PATH}/audit", {"client": "fw", "only": ["fw.any-any-permit"]})  # the rules are read once
    told: dict[str, Any] = {}
    auditing = taken(lambda: told.update(gateway.post(f"{_PATH}/audit", body)))
    note = f"{len(told['findings'])} findings of {told['summary']['rules']} rules"
    return [
        _figure(f"firewall of {_FIREWALL_LINES:,} lines: kept", keeping, None, "read, cleaned and stored"),
        _figure(f"firewall of {_FIREWALL_LINES:,} lines: audit", auditing, 2.0, note),
    ]


def _document(gateway: Gateway, samples: Mapping[str, Sequence[tuple[str, bytes]]]) -> list[Figure]:
    """As-built documentation of different devices; files that have no device's name bear that of the file."""
    named = [(f"{platform}-{name}", content) for platform, files in samples.items() for name, content in files]
    files = [{"name": name, "text": content.decode()} for name, content in named]
    gateway.post(f"{_PATH}/configs", {"files": files, "client": "twenty"})
    ids = [one["config_id"] for one in gateway.get(f"{_PATH}/devices", client="twenty", limit=_DEVICES)["items"]]
    return [
        _written(gateway, ids, ["pdf"], 10.0), _written(gateway, ids, ["docx"], None),
        _written(gateway, ids, ["html", "md"], None),
    ]  # fmt: skip


def _written(gateway: Gateway, ids: Sequence[str], formats: Sequence[str], at_most: float | None) -> Figure:
    wanted = {"template": "as_built", "inputs": {"config_ids": ids}, "formats": formats}
    job: dict[str, Any] = {}
    took = taken(lambda: job.update(gateway.post(f"{_PATH}/documents?wait=300", wanted)))
    if job["status"] != "succeeded":
        raise GatewayError(f"The document {job['status']}: {(job.get('problem') or {}).get('detail', 'no reason')}")
    size = sum(one["bytes"] for one in job["result"]["files"].values()) / 1024
    name = " and ".join(one.upper() for one in formats)
    note = f"from the request to its end; {size:,.0f} kB"
    return _figure(f"as-built of {len(ids)} devices: {name}", took, at_most, note)


def _reviews(gateway: Gateway) -> list[Figure]:
    few, many = switch(_LINES_BEFORE), switch(_LINES_BEFORE + _CHANGED_LINES)
    # Of the seven lines of a port one changes.
    here, there = switch(7 * _CHANGED_LINES), switch(7 * _CHANGED_LINES, vlan=30)
    name = f"review of {_CHANGED_LINES:,} lines"
    return [
        _reviewed(gateway, f"{name} that are new", few, many, 3.0),
        _reviewed(gateway, f"{name} that change in {len(here.splitlines()):,}", here, there, None),
    ]


def _reviewed(gateway: Gateway, name: str, before: str, after: str, at_most: float | None) -> Figure:
    told: dict[str, Any] = {}
    body = {"before": {"text": before}, "after": {"text": after}}
    took = taken(lambda: told.update(gateway.post(f"{_PATH}/changes/review", body)))
    return _figure(name, took, at_most, f"both read; {len(told['remediation']):,} commands")


def _picture(gateway: Gateway, layer: str) -> Figure:
    told: dict[str, Any] = {}
    took = taken(lambda: told.update(gateway.post(f"{_PATH}/topology", {"client": "twenty", "layer": layer})))
    return _figure(f"topology {layer}", took, None, f"{len(told['links'])} links, as data")


def _figure(name: str, seconds: float, at_most: float | None, note: str) -> Figure:
    return Figure("engineering", name, seconds, "s", None if at_most is None else Target("<=", at_most), note)


def _fingerprint(secret: str) -> str:
    return f"{hash(secret) & 0xFFFFFF:06x}"
