"""The run without Docker, as a backup sees it."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Literal

from backup import connection, elsewhere, guard
from backup.commands import Command
from backup.installation import Database, Installation, Room
from embedded import launch, lifecycle, postgres, programs
from embedded.programs import POSTGRES
from embedded.supervisor import Supervisor
from host.obstacle import Obstacle
from host.place import SERVICES, Place

_INSIDE = Path(__file__).with_name("inside")
#: Whoever writes documents and vectors: the one on behalf of callers and jobs, the other as it is told.
_WRITERS = ("data-processing", "rag-engine")
#: Settings that say where a platform is: a copy of it is elsewhere.
_OWN_PLACE = {"DATABASE_URL", "QDRANT_URL", "QDRANT_API_KEY", "DATA_DIR", "INBOX_DIR", "GATEWAY_BIND", "GATEWAY_URL"}
_SIGNAL = 'signal=$1; shift; for process; do kill -"$signal" "$process" 2>/dev/null || :; done'


class Embedded:
    """One installation without Docker."""

    run = "embedded"

    def __init__(self, place: Place) -> None:
        """Nothing is read yet."""
        self.place = place

    @property
    def values(self) -> Mapping[str, str]:
        """The settings."""
        return lifecycle.read(self.place)

    @property
    def databases(self) -> list[Database]:
        """The platform's only: there is no n8n."""
        return ["platform"]

    @property
    def vectors(self) -> Literal["edge", "qdrant"]:
        """Who keeps the vectors."""
        return "qdrant" if self.values.get("QDRANT_URL") else "edge"

    def database(self, which: Database, *words: str) -> Command:
        """A program from the wheel, or a shell that finds them."""
        values = self.values
        folder = postgres.find(self.place, values).programs
        reached = connection.environment(values["DATABASE_URL"]) if values.get("DATABASE_URL") else {
            "PGHOST": "127.0.0.1",
            "PGPORT": values.get("POSTGRES_PORT", "5432"),
            "PGUSER": values.get("POSTGRES_USER", "obera"),
            "PGPASSWORD": values.get("POSTGRES_PASSWORD", ""),
            "PGDATABASE": values.get("POSTGRES_DB", "oberaconnect"),
        }  # fmt: skip
        path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        # For an owner whom the policies hold back: it may see every tenant.
        options = {"PGOPTIONS": "-c app.tenants=*", "PGCONNECT_TIMEOUT": "10", "PATH": path}
        program = words[0] if words[0] == "sh" else str(folder / words[0])
        return Command([program, *words[1:]], inherited | reached | options, f"PostgreSQL ({words[0]}, {which})")

    def inside(self, room: Room, *words: str) -> Command:
        """The program itself, in the environment's Python."""
        command = [str(self.place.python), str(_INSIDE / f"{room}.py"), *words]
        return Command(command, self._environment(), f"{room} {words[0]}")

    def keys(self, *words: str) -> Command:
        """`oberaconnect.keys` of the checkout."""
        return Command([str(self.place.python), "-m", "oberaconnect.keys", *words], self._environment(), "make key")

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **programs.environment(self.place, self.values)}

    def require_database(self) -> None:
        """Whether the process manager runs PostgreSQL."""
        state = Supervisor(self.place).states().get(POSTGRES)
        is_here = self.values.get("DATABASE_URL") and Supervisor(self.place).pid
        if not is_here and (state is None or state.state != "RUNNING"):
            raise Obstacle("The platform does not run, and its database is needed. Type: make up")

    def still(self) -> AbstractContextManager[None]:
        """Stops the processes of the writers where they are."""
        known = programs.saved(self.place.run)
        writing = [str(process.pid) for name in _WRITERS for process in launch.members(known[name])]
        if not writing:
            return nullcontext()
        hold, release = (["sh", "-c", _SIGNAL, "signal", number, *writing] for number in ("STOP", "CONT"))
        return guard.held(hold, release, os.environ)

    def stop(self) -> None:
        """Stop the five services."""
        Supervisor(self.place).stop_programs(SERVICES)

    def forget_n8n_key(self) -> None:
        """There is no n8n."""

    def start(self) -> None:
        """As `make up` does, without its words."""
        with contextlib.redirect_stdout(io.StringIO()):
            lifecycle.up(self.place)

    @contextmanager
    def throwaway(self) -> Iterator[Installation]:
        """Settings, folders and ports of its own; PostgreSQL's password is the only thing it shares."""
        values = dict(self.values)
        folder = Path(tempfile.mkdtemp(prefix="oberaconnect-verify-"))
        folder.chmod(0o711)  # as root, PostgreSQL and nginx's workers run as others and must get in
        place = Place(self.place.root, folder / "var", folder / ".env")
        names = [*(f"{prefix}_PORT" for prefix, _ in programs.PREFIXES.values()), "GATEWAY_PORT", "POSTGRES_PORT"]
        addresses = {f"{prefix}_URL" for prefix, _ in programs.PREFIXES.values()}
        kept = {name: value for name, value in values.items() if name not in _OWN_PLACE | addresses}
        kept |= dict(zip(names, elsewhere.free_ports(len(names)), strict=True))
        elsewhere.write_settings(place.env_file, kept)
        copy = Embedded(place)
        try:
            with elsewhere.without_settings(self.place):
                copy.start()
                yield copy
        finally:
            with contextlib.redirect_stdout(io.StringIO()):
                lifecycle.down(place)
            if place.outside.is_symlink():
                shutil.rmtree(place.shared, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
