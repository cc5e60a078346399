"""What an index must hold once it has caught up with libraries of Microsoft 365, and whether it does."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from tests.data import Service
from tests.fakes.graph import Graph
from tests.fakes.index import SearchIndex

#: Of how many differences a failed test tells.
_SHOWN = 5


class Drive(Protocol):
    """A library."""

    @property
    def name(self) -> str:
        """What people call it."""


class File(Protocol):
    """A file that lives."""

    @property
    def path(self) -> str:
        """The path below the root of its library."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def readers(self) -> frozenset[str]:
        """Who may read it."""


class World(Protocol):
    """The test server, or a folder of a real tenant."""

    @property
    def drives(self) -> Mapping[str, Drive]:
        """The libraries, by id."""

    def truth(self, *within: Any) -> Mapping[tuple[str, str], File]:
        """Every file that lives, by drive and item: in the places named, or in all."""

    def named(self, readers: Iterable[str]) -> frozenset[str]:
        """Readers as `truth` names them."""


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
    world: World,
    *within: Any,
    tenant: str = "default",
    without: Collection[str] = (),
) -> None:
    """The index and the lists hold exactly the files of the libraries: their words, places, addresses and readers.

    `without`: ids of files that cannot be read, which must not be there.
    """
    expected = {
        f"{drive}/{item}": (
            _words(file.text), f"{world.drives[drive].name}/{file.path.removeprefix('/')}", world.named(file.readers),
        )
        for (drive, item), file in world.truth(*within).items()
        if item not in without
    }  # fmt: skip
    held = {
        key: (_words(" ".join(item.texts)), item.metadata["path"], world.named(item.access or ["nobody knows"]))
        for key, item in index.documents("documents", tenant).items()
    }
    differ = sorted(key for key in expected.keys() | held.keys() if expected.get(key) != held.get(key))
    assert not differ, [(key, "library:", expected.get(key), "index:", held.get(key)) for key in differ[:_SHOWN]]
    rows = service.execute("SELECT external_id, version, status FROM data_processing.document")
    searchable = {row["external_id"] for row in rows if row["version"] > 0 and row["status"] == "indexed"}
    assert searchable == held.keys()
    versions = {(key[1], key[2]) for key, _ in index.points("documents", tenant)}
    assert len(versions) == len(held), "no version is there beside another one"


def _words(text: str) -> str:
    return " ".join(text.split())
