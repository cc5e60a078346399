"""How fast documents go in: the samples, real files, and one PDF of twenty pages."""

import time
from pathlib import Path
from typing import Any

from bench import collection, datasets, paper
from bench.figures import Figure, Target
from demo.gateway import Gateway, GatewayError

FILES = "bench-files"
PAPERS = "bench-papers"
_PAPER_PAGES = 20
_PAPER_RUNS = 3
_PAPER_MAX_SECONDS = 60.0


def ingest(gateway: Gateway) -> list[Figure]:
    """Documents and pages a second through the whole pipeline, from the upload until they are searchable."""
    sets = [("samples", datasets.ROOT / "samples"), ("real files", datasets.folder() / "documents")]
    collection.remove(gateway, FILES)
    figures = []
    for name, folder in sets:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        if files:
            figures += _ingest_set(gateway, name, folder, files)
    return figures


def _ingest_set(gateway: Gateway, name: str, folder: Path, files: list[Path]) -> list[Figure]:
    sent = [(f"{name}/{path.relative_to(folder)}", path.read_bytes()) for path in files]
    lines, seconds = collection.upload(gateway, FILES, sent)
    indexed = [line for line in lines if line["status"] == "indexed"]
    pages = sum(line["pages"] or 1 for line in indexed)
    megabytes = sum(len(content) for _, content in sent) / 2**20
    note = (
        f"{len(indexed)} of {len(files)} files indexed, {pages} pages, {megabytes:.1f} MB, "
        f"{sum(line['chunks'] for line in indexed)} chunks in {seconds:.1f} s"
    )
    return [
        Figure("ingest", f"{name}: documents", len(lines) / seconds, "/s", note=note),
        Figure("ingest", f"{name}: pages", pages / seconds, "/s"),
    ]


def pdf(gateway: Gateway) -> list[Figure]:
    """Seconds from the upload of a 20-page text PDF until a search finds its last page. The middle one of three."""
    collection.remove(gateway, PAPERS)
    taken = sorted(_paper_seconds(gateway, number) for number in range(_PAPER_RUNS))
    note = (
        f"from the upload until a search finds the last page; {_PAPER_RUNS} runs, {taken[0]:.2f} to {taken[-1]:.2f} s"
    )
    return [Figure("pdf", f"{_PAPER_PAGES}-page PDF searchable", taken[len(taken) // 2], "s", Target("<=", 3.0), note)]


def _paper_seconds(gateway: Gateway, number: int) -> float:
    content, last_words = paper.make(_PAPER_PAGES, seed=number)
    started = time.monotonic()
    gateway.upload([(f"paper-{number}.pdf", content)], {"collection": PAPERS})
    while True:
        passages = _find(gateway, last_words)
        seconds = time.monotonic() - started
        if any(passage["page"] == _PAPER_PAGES and last_words in passage["text"] for passage in passages):
            return seconds
        if seconds > _PAPER_MAX_SECONDS:
            raise GatewayError(f"The last page of paper-{number}.pdf is not found after {_PAPER_MAX_SECONDS:.0f} s.")
        time.sleep(0.05)


def _find(gateway: Gateway, words: str) -> list[dict[str, Any]]:
    if not collection.points(gateway, PAPERS):
        return []
    found: list[dict[str, Any]] = gateway.post("/api/rag/search", {"query": words, "collection": PAPERS})["passages"]
    return found
