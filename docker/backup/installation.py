"""What a backup needs of the platform it is about. The two runs offer the same."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from backup.commands import Command
from host.place import Place

Database = Literal["platform", "n8n"]
#: Programs that run where the data lies; see `backup.inside`.
Room = Literal["uploads", "edge", "qdrant"]


class Installation(Protocol):
    """One platform: this checkout's, or a throw-away one."""

    #: How it runs: embedded or docker.
    run: str
    place: Place

    @property
    def values(self) -> Mapping[str, str]:
        """The settings."""
        ...

    @property
    def databases(self) -> list[Database]:
        """The databases that there are."""
        ...

    @property
    def vectors(self) -> Literal["edge", "qdrant"]:
        """Who keeps the vectors."""
        ...

    def database(self, which: Database, *words: str) -> Command:
        """A program of PostgreSQL (or a shell that finds them) connected to a database as its owner."""
        ...

    def inside(self, room: Room, *words: str) -> Command:
        """A program of `backup.inside` with the services' settings, where the services' files are."""
        ...

    def keys(self, *words: str) -> Command:
        """`oberaconnect.keys` with the services' settings."""
        ...

    def require_database(self) -> None:
        """See that the stores run. Raises `Obstacle` with what to type when they cannot."""
        ...

    def still(self) -> AbstractContextManager[None]:
        """Meanwhile nobody writes documents or vectors; requests wait. Ends by itself when this process dies."""
        ...

    def stop(self) -> None:
        """Stop whatever writes; the stores go on."""
        ...

    def forget_n8n_key(self) -> None:
        """Have n8n take its key from the settings: it refuses one that is not the key it saw first."""
        ...

    def start(self) -> None:
        """Start everything with the settings as they are now, and return when it works. Raises `Obstacle`."""
        ...

    def throwaway(self) -> AbstractContextManager["Installation"]:
        """An empty platform of the same kind beside this one, gone when the block ends."""
        ...
