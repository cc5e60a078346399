"""The parts of the service, wired once: for the web processes and for the worker."""

from dataclasses import dataclass

from data_processing.blobs import Blobs
from data_processing.deletion import Deletion
from data_processing.engineering import Engineering
from data_processing.extract.pool import ParsePool
from data_processing.index import Index
from oberaconnect.db import Database
from oberaconnect.places import Places
from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What handlers and jobs work with. `parsing` has the places of requests that want a file parsed at once."""

    settings: Settings
    database: Database
    blobs: Blobs
    index: Index
    engineering: Engineering
    pool: ParsePool
    deletion: Deletion
    parsing: Places

    def close(self) -> None:
        """End the parsers and give all connections back."""
        self.pool.close()
        self.index.close()
        self.engineering.close()
        self.database.close()


def build(settings: Settings, *, parse_workers: int, max_connections: int) -> Parts:
    """Wire the parts. Nothing is opened or started before it is used."""
    database = Database(settings, "data_processing", max_connections=max_connections)
    blobs = Blobs(settings.data_dir / "uploads", max_bytes=settings.max_upload_mb * 2**20)
    index = Index(settings)
    pool = ParsePool(
        workers=parse_workers,
        timeout_seconds=settings.parse_timeout_seconds,
        memory_mb=settings.parse_memory_mb,
    )
    # One at a time is parsed; those that wait for it leave half of the threads to all other requests.
    parsing = Places(settings.threads // 2, refusal="Too many files are being parsed. Try again in a moment.")
    deletion = Deletion(database, blobs, index)
    return Parts(settings, database, blobs, index, Engineering(settings), pool, deletion, parsing)
