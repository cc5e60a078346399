"""The server as a process of its own, for benches: python -m tests.fakes.graph --files 10000 --latency-ms 50

The first line it prints is its address, the second what a source needs, as JSON. It ends with SIGTERM or SIGINT.
"""

import argparse
import json
import signal
import sys

from tests.fakes.graph.bulk import grow
from tests.fakes.graph.graph import Graph


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.graph", description="A Microsoft Graph test server.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--files", type=int, default=100, help="text files in the library, a hundred to a folder")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="how long each request waits")
    parser.add_argument("--seed", type=int, default=0, help="for all dice")
    for name, what in (
        ("throttle", "share of requests answered with 429"),
        ("unavailable", "share of requests answered with 503"),
        ("reset", "share of downloads that break off in the middle"),
        ("drop", "share of requests whose connection ends without an answer"),
        ("failing", "share of files that can never be read"),
        ("flaky", "share of files that can be read at the third attempt"),
    ):
        parser.add_argument(f"--{name}", type=float, default=0.0, help=what)
    given = parser.parse_args()
    stopped = {signal.SIGTERM, signal.SIGINT}
    # Before any thread is made, so that all of them leave the signals to this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, stopped)
    # An address of its own as host, so that SharePoint's interface is where webUrl says.
    with Graph(host="", port=given.port) as graph:
        grow(graph, given.files, seed=given.seed)
        mischief = graph.mischief
        mischief.seed, mischief.latency = given.seed, given.latency_ms / 1000
        mischief.throttle, mischief.unavailable = given.throttle, given.unavailable
        mischief.reset, mischief.drop = given.reset, given.drop
        mischief.failing, mischief.flaky = given.failing, given.flaky
        about = {
            "tenant": graph.tenant.id,
            "application": graph.app.id,
            "secret": graph.app.secret,
            "site": graph.site.url,
            "drive": graph.drive.id,
        }
        sys.stdout.write(f"{graph.url}\n{json.dumps(about)}\n")
        sys.stdout.flush()
        signal.sigwait(stopped)


if __name__ == "__main__":
    main()
