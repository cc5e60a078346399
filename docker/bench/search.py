"""How fast and how well search finds."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from bench import collection, datasets, metrics
from bench.datasets import Case
from bench.figures import Figure, Target
from demo.gateway import Gateway

CLOUD = "bench-mtrag"
PRODUCT = "bench-anthropic"
_CHUNKS = 10_000
_WARM_UP = 20
#: Requests altogether, by the number of clients that share them.
_REQUESTS = {1: 300, 8: 800}
_TARGETS = {1: (Target("<=", 25.0), Target("<=", 60.0))}
#: Several chunks of one passage may be found: enough of them for ten passages.
_TOP_K = 50


def search(gateway: Gateway, tell: Callable[[str], None]) -> list[Figure]:
    """Fill a collection with 10,000 chunks and search it, alone and with eight clients at once."""
    seconds = collection.fill(gateway, CLOUD, datasets.cloud_passages(), enough=_CHUNKS, tell=tell)
    chunks = collection.points(gateway, CLOUD)
    figures = []
    if seconds is not None:
        note = "from the first request, text documents"
        figures.append(Figure("search", f"{_CHUNKS:,} chunks searchable", seconds / 60, "min", Target("<=", 6.0), note))
    queries = [case.query for case in datasets.cloud_cases("rewrite")]
    _take_times(gateway, queries, 1, _WARM_UP)
    for clients, requests in _REQUESTS.items():
        started = time.monotonic()
        times = _take_times(gateway, queries, clients, requests)
        rate = len(times) / (time.monotonic() - started)
        who = "1 client" if clients == 1 else f"{clients} clients"
        wanted = _TARGETS.get(clients, (None, None))
        note = f"{len(times)} requests, {rate:.0f} a second, {chunks:,} chunks"
        figures.append(Figure("search", f"hybrid p50, {who}", metrics.quantile(times, 0.5), "ms", wanted[0], note))
        figures.append(Figure("search", f"hybrid p95, {who}", metrics.quantile(times, 0.95), "ms", wanted[1]))
    return figures


def _take_times(gateway: Gateway, queries: Sequence[str], clients: int, requests: int) -> list[float]:
    """Milliseconds of each request, `clients` threads asking at once. Raises what a request raised."""
    times: list[float] = []
    failures: list[Exception] = []

    def ask(first: int) -> None:
        try:
            with closing(Gateway(gateway.url, gateway.key)) as own:
                for number in range(first, requests, clients):
                    query = queries[number % len(queries)]
                    started = time.perf_counter()
                    own.post("/api/rag/search", {"query": query, "collection": CLOUD})
                    times.append((time.perf_counter() - started) * 1000)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return times


def quality(gateway: Gateway, tell: Callable[[str], None]) -> list[Figure]:
    """nDCG@10 and R@5 of hybrid search, passages ingested as documents of their own."""
    figures = []
    collection.fill(gateway, PRODUCT, datasets.product_passages(), tell=tell)
    figures += _judge(gateway, PRODUCT, "anthropic-docs", datasets.product_cases())
    collection.fill(gateway, CLOUD, datasets.cloud_passages(), tell=tell)
    for form in ("last_turn", "rewrite"):
        figures += _judge(gateway, CLOUD, f"mtrag-cloud, {form}", datasets.cloud_cases(form))
    return figures


def _judge(gateway: Gateway, name: str, title: str, cases: Sequence[Case]) -> list[Figure]:
    scores = []
    for case in cases:
        asked = {"query": case.query, "collection": name, "top_k": _TOP_K}
        passages = gateway.post("/api/rag/search", asked)["passages"]
        ranked = list(dict.fromkeys(passage["external_id"] for passage in passages))
        scores.append((metrics.ndcg(ranked, case.relevant, 10), metrics.recall(ranked, case.relevant, 5)))
    note = f"{len(cases)} queries, {collection.points(gateway, name):,} chunks"
    return [
        Figure("quality", f"{title}: nDCG@10", sum(ndcg for ndcg, _ in scores) / len(scores), "", note=note),
        Figure("quality", f"{title}: R@5", sum(found for _, found in scores) / len(scores), ""),
    ]
