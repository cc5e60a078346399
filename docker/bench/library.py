"""A library of Microsoft 365 to read from: the tests' server that speaks Graph, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from demo.gateway import Gateway, GatewayError
from host.place import Place

#: How long Graph takes to answer, in the order of what Microsoft's takes from the same continent.
LATENCY_MS = 50
#: Who may read the library. With a secret instead of a certificate nobody can ask SharePoint who is in them.
_SITE_GROUPS = ("Human Resources Owners", "Human Resources Members", "Human Resources Visitors")
_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Library:
    """A running server with so many files in one library, and what a source needs to sign in and find it."""

    url: str
    site: str
    secrets: dict[str, str]

    @property
    def settings(self) -> dict[str, str]:
        """The settings with which a platform asks this server instead of Microsoft's."""
        return {"GRAPH_URL": self.url, "AZURE_AUTHORITY": self.url, "INGEST_ALLOWED_HOSTS": "127.0.0.1"}

    @property
    def source(self) -> dict[str, Any]:
        """The source that reads the library, as it is added. It never stops to ask."""
        return {
            "kind": "sharepoint",
            "name": "Library",
            "config": {"site": self.site, "site_groups": {name: ["org"] for name in _SITE_GROUPS}},
            "secrets": self.secrets,
            "max_deletion_share": 1,
        }

    def change(self, files: int) -> None:
        """Let people write into so many files. Raises `GatewayError`."""
        with closing(Gateway(self.url)) as graph:
            graph.post("/_fake/churn", {"write": files})


@contextmanager
def library(place: Place, files: int) -> Iterator[Library]:
    """A server with so many text files, a hundred to a folder; ended with the block.

    Raises:
        GatewayError: when it does not start.
    """
    words = ["-m", "tests.fakes.graph", "--files", str(files), "--latency-ms", str(LATENCY_MS)]
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=place.root,
        env=os.environ | {"PYTHONPATH": place.path},
    )
    try:
        assert process.stdout is not None  # a pipe was asked for
        url, about = process.stdout.readline().strip(), process.stdout.readline()
        if not about:
            raise GatewayError("The Graph test server did not start.")
        known = json.loads(about)
        secrets = {
            "tenant_id": known["tenant"],
            "client_id": known["application"],
            "client_secret": known["secret"],
        }
        yield Library(url, known["site"], secrets)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
