"""`python -m bench [PART…]`: measure, print a table, keep it in a file, and take the test documents away again."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench import collection, datasets, figures, search, speed
from bench.figures import Figure
from bench.memory import memory
from demo.gateway import Gateway, GatewayError, here
from host import place
from host.obstacle import Obstacle
from host.place import Place

#: In this order: memory is measured before anything has been asked for, and quality builds on what search filled.
PARTS = ("memory", "pdf", "ingest", "search", "quality", "sync", "callflow", "engineering", "agents")
_NEED_DATA = {"search", "quality"}
#: What they are measured on is a platform that the bench starts itself.
_ON_THEIR_OWN = {"sync", "callflow", "engineering", "agents"}
_COLLECTIONS = (speed.FILES, speed.PAPERS, search.CLOUD, search.PRODUCT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.part if part not in (*PARTS, "clean")]:
        parser.error(f"unknown part: {', '.join(unknown)} (known: {', '.join(PARTS)}, clean)")
    wanted = [part for part in PARTS if part in (options.part or PARTS)]
    try:
        gateway = here(timeout_seconds=120.0)
        gateway.get("/api/data/health")
        gateway.get("/api/rag/health")
        conditions = figures.machine()
        found: list[Figure] = []
        try:
            for part in wanted:
                found += _measure(gateway, part)
        finally:
            if not options.keep:
                _clean(gateway)
    except (GatewayError, Obstacle) as failure:
        print(f"The bench stopped: {failure} 'make health' says more.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. 'make bench ARGS=clean' takes away what was ingested.", file=sys.stderr)
        return 130
    if found:
        print(figures.table(found))
        path = figures.save(place.find().state / "bench", found, conditions, datetime.now(UTC))
        _tell(f"Kept in {path}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("part", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (all of them), or clean")
    parser.add_argument("--keep", action="store_true", help="leave the test documents in the platform")
    return parser


def _measure(gateway: Gateway, part: str) -> list[Figure]:
    if part in _NEED_DATA and not (datasets.folder() / "mtrag-cloud").is_dir():
        _tell(f"{part}: skipped, because there are no evaluation data in {datasets.folder()} (OBERA_EVAL_DATA).")
        return []
    if part in _ON_THEIR_OWN and (lacking := _lacks_for_own(place.find())):
        _tell(f"{part}: skipped, because {lacking}.")
        return []
    parts: dict[str, Callable[[], list[Figure]]] = {
        "memory": memory,
        "pdf": lambda: speed.pdf(gateway),
        "ingest": lambda: speed.ingest(gateway),
        "search": lambda: search.search(gateway, _tell),
        "quality": lambda: search.quality(gateway, _tell),
        # Loaded when they are asked for: they need the tests and the services' environment, the others only Python.
        "sync": lambda: import_module("bench.sync").sync(_tell),
        "callflow": lambda: import_module("bench.callflow").callflow(_tell),
        "engineering": lambda: import_module("bench.engineering").engineering(_tell),
        "agents": lambda: import_module("bench.agents").agents(_tell),
    }
    started = time.monotonic()
    found = parts[part]()
    _tell(f"{part}: {len(found)} figures in {time.monotonic() - started:.0f} s")
    return found


def _lacks_for_own(here: Place) -> str:
    """Why a platform of its own cannot be started for a part; empty when it can."""
    if not (here.root / "tests" / "fakes" / "graph").is_dir():
        return "there are no tests in this copy, and with them nothing that starts a platform of its own"
    if Path(sys.prefix).resolve() != here.venv.resolve():
        return "it runs a platform of its own without Docker: add MODE=embedded"
    return ""


def _clean(gateway: Gateway) -> None:
    for name in _COLLECTIONS:
        collection.remove(gateway, name)
    _tell("The test documents are removed.")


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
