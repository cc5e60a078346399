"""`python -m bench.containers` (`make bench-stack`): what containers weigh, and what the gateway adds to a request.

It runs on the machine of the engine, since it asks a service at the address that its container has there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from bench import figures, metrics
from bench.figures import Figure, Target
from host import place, reach
from host.obstacle import Obstacle
from host.place import SERVICES
from stack import installation
from stack.compose import Compose

_CORE = (*SERVICES, "postgres", "qdrant", "gateway", "n8n")
_IMAGES_MB, _REST_MB, _GATEWAY_MS = 2_500.0, 2_500.0, 2.0
_REQUESTS = 400
_PATH = "/api/agents/openapi.json"


def main() -> int:
    """Measure, print a table and keep it in a file; returns the exit status."""
    try:
        here = installation.find(place.find())
        found = [*_images(here.compose), *_memory(here.compose), *_gateway(here.compose, reach.address(here.values))]
    except (Obstacle, OSError, HTTPException) as failure:
        print(f"The bench stopped: {failure} 'make health' says more.", file=sys.stderr)
        return 1
    print(figures.table(found))
    path = figures.save(here.place.state / "bench", found, figures.machine(), datetime.now(UTC))
    print(f"Kept in {path}", file=sys.stderr)
    return 0


def _images(compose: Compose) -> list[Figure]:
    """The five images: each with all its layers, and all of them with each layer once."""
    listed = json.loads(compose.run("config", "--format", "json").stdout)["services"]
    layers: dict[str, float] = {}
    found = []
    for name in SERVICES:
        image = listed[name]["image"]
        size = float(_docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6
        found.append(Figure("images", name, size, "MB"))
        layers |= _layers(image)
    note = "layers that images share are counted once"
    return [*found, Figure("images", "all five", sum(layers.values()), "MB", Target("<=", _IMAGES_MB), note)]


def _layers(image: str) -> dict[str, float]:
    """The size of each layer in MB, by its digest."""
    digests = json.loads(_docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image))
    history = _docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}", image).split()
    sizes = [float(size) / 1e6 for size in reversed(history) if int(size)]
    # An instruction that changed nothing has a layer of no size; those digests are one and the same empty layer.
    return dict(zip(_without_empty(digests, len(sizes)), sizes, strict=False))


def _without_empty(digests: Sequence[str], wanted: int) -> list[str]:
    repeated = {one for one in digests if digests.count(one) > 1}
    kept = [one for one in digests if one not in repeated]
    return kept if len(kept) == wanted else list(digests)


def _memory(compose: Compose) -> list[Figure]:
    """What each container holds now, as the engine counts it: without the files that it only has in its cache."""
    ids = {one["ID"][:12]: one["Service"] for one in compose.ps() if one["State"] == "running"}
    lines = _docker("stats", "--no-stream", "--format", "{{.ID}} {{.MemUsage}}", *ids).splitlines()
    held = {ids[line.split()[0][:12]]: _megabytes(line.split()[1]) for line in lines}
    core = sum(value for name, value in held.items() if name in _CORE)
    total = Figure("memory", "core together", core, "MB", Target("<=", _REST_MB))
    return [*(Figure("memory", name, value, "MB") for name, value in sorted(held.items())), total]


def _megabytes(text: str) -> float:
    for unit, factor in (("GiB", 1024.0), ("MiB", 1.0), ("KiB", 1 / 1024), ("B", 1 / 2**20)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)


def _gateway(compose: Compose, url: str) -> list[Figure]:
    """The same document from a service itself and through the gateway, in turns, on kept connections."""
    container = compose.run("ps", "--quiet", "agents").stdout.split()[0]
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    address = _docker("inspect", "--format", form, container).split()[0]
    parts = urlsplit(url)
    ways = {
        "direct": HTTPConnection(address, 8080, timeout=10),
        "through the gateway": HTTPConnection(str(parts.hostname), parts.port, timeout=10),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_REQUESTS):
        for name, connection in ways.items():
            times[name].append(_milliseconds(connection))
    found = [
        Figure("gateway", f"{name}, {word}", metrics.quantile(taken, share), "ms")
        for name, taken in times.items()
        for word, share in (("p50", 0.5), ("p95", 0.95))
    ]
    added = found[2].value - found[0].value
    note = f"{_REQUESTS} requests of {_PATH} each way, in turns"
    return [
        *found,
        Figure("gateway", "added, p50", added, "ms", Target("<=", _GATEWAY_MS), note),
        Figure("gateway", "added, p95", found[3].value - found[1].value, "ms"),
    ]


def _milliseconds(connection: HTTPConnection) -> float:
    started = time.perf_counter()
    connection.request("GET", _PATH, headers={"Host": "localhost"})
    response = connection.getresponse()
    response.read()
    taken = (time.perf_counter() - started) * 1000
    if response.status != 200:
        raise Obstacle(f"{_PATH} answers {response.status}.")
    return taken


def _docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Obstacle(f"'docker {' '.join(words[:2])}' failed: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
