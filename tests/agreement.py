"""What an index must hold once it has caught up with a drive of the Graph test server, and whether it does."""

from collections.abc import Collection
from typing import Any

from tests.data import Service
from tests.fakes.graph import Drive, Graph, Item
from tests.fakes.index import SearchIndex

#: Of how many differences a failed test tells.
_SHOWN = 5


def settings(graph: Graph) -> dict[str, Any]:
    """The settings with which a platform reads from the server."""
    return {
        "azure_authority": graph.authority,
        "azure_tenant_id": graph.tenant.id,
        "azure_client_id": graph.app.id,
        "azure_client_secret": graph.app.secret,
        "graph_url": graph.url,
        "ingest_allowed_hosts": "127.0.0.1",
    }


def assert_agree(
    service: Service,
    index: SearchIndex,
    graph: Graph,
    *within: Drive | Item,
    tenant: str = "default",
    without: Collection[str] = (),
) -> None:
    """The index and the lists hold exactly the files of the drive: their words, places, addresses and readers.

    `without`: ids of files that cannot be read, which must not be there.
    """
    expected = {
        f"{drive}/{item}": (
            _words(file.text), f"{graph.drives[drive].name}/{file.path.removeprefix('/')}", graph.named(file.readers),
        )
        for (drive, item), file in graph.truth(*within).items()
        if item not in without
    }  # fmt: skip
    held = {
        key: (_words(" ".join(item.texts)), item.metadata["path"], graph.named(item.access or ["nobody knows"]))
        for key, item in index.documents("documents", tenant).items()
    }
    differ = sorted(key for key in expected.keys() | held.keys() if expected.get(key) != held.get(key))
    assert not differ, [(key, "drive:", expected.get(key), "index:", held.get(key)) for key in differ[:_SHOWN]]
    rows = service.execute("SELECT external_id, version, status FROM data_processing.document")
    searchable = {row["external_id"] for row in rows if row["version"] > 0 and row["status"] == "indexed"}
    assert searchable == held.keys()
    versions = {(key[1], key[2]) for key, _ in index.points("documents", tenant)}
    assert len(versions) == len(held), "no version is there beside another one"


def _words(text: str) -> str:
    return " ".join(text.split())
