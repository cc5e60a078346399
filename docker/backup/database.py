"""Both databases over PostgreSQL's own programs: one view of a moment, its dump, its counts, and putting it back."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from backup import commands
from backup.commands import Conversation
from backup.installation import Database, Installation
from host.obstacle import Obstacle
from host.place import SERVICES

#: What belongs to the platform: in a database of the user's own there may be more.
SCHEMAS = ("platform", *(name.replace("-", "_") for name in SERVICES))
_PSQL = ("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
_RESTORED = "restored"
#: A dump that breaks off must not be committed: only pg_restore's own success leads to the COMMIT.
_RESTORE = f"""
{{ printf '%s\n' "$0" && pg_restore --no-owner --no-privileges --file=- && echo "COMMIT; SELECT '{_RESTORED}';"; }} |
psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 | grep -x {_RESTORED} >/dev/null
"""
_QUESTIONS = """
    SELECT coalesce(jsonb_agg(jsonb_build_object('client', tenant, 'collection', collection, 'text', text)), '[]')
    FROM (
        SELECT chunk.tenant, collection, left(chunk.text, 2000) AS text, row_number() OVER (
            PARTITION BY chunk.tenant, collection ORDER BY md5(document_id::text || ordinal)) AS turn
        FROM data_processing.chunk JOIN data_processing.document ON document.id = document_id
        WHERE document.status = 'indexed' ORDER BY turn, chunk.tenant, collection LIMIT {number}) AS chosen
"""


class Session:
    """One connection of the owner, kept open."""

    def __init__(self, installation: Installation, which: Database) -> None:
        """Connects. Raises `Obstacle` at the first question when that did not work."""
        self._installation, self.which = installation, which
        self._psql = Conversation(installation.database(which, *_PSQL))
        self._snapshot = ""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._psql.close()

    def ask(self, query: str) -> Any:
        """The one JSON value that a query gives."""
        return json.loads(self._psql.ask(f"{query};"))

    def hold(self) -> None:
        """From now on see the database as it is at this moment, and dump it so."""
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        self._snapshot = str(self.ask(f"{begin}; SELECT to_json(pg_export_snapshot())"))

    def dump(self) -> Iterator[bytes]:
        """The database at that moment, in PostgreSQL's custom format."""
        words = ["--format=custom", "--compress=1", "--no-password", f"--snapshot={self._snapshot}"]
        if self.which == "platform":
            # The owner of a database of your own is no superuser: the policies hold for it, and let it see all.
            words += ["--enable-row-security", *(f"--schema={name}" for name in SCHEMAS)]
        return commands.stream(self._installation.database(self.which, "pg_dump", *words))

    def size_bytes(self) -> int:
        """What the database takes on the disk."""
        return int(self.ask("SELECT pg_database_size(current_database())"))

    def counts(self) -> dict[str, int]:
        """The rows of every table."""
        schemas = ", ".join(f"'{name}'" for name in (SCHEMAS if self.which == "platform" else ("public",)))
        names = self.ask(
            "SELECT coalesce(jsonb_agg(format('%I.%I', schemaname, tablename)), '[]') FROM pg_tables"
            f" WHERE schemaname IN ({schemas})"
        )
        if not names:
            return {}
        counted = " UNION ALL ".join(
            f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in sorted(names) if "'" not in name
        )
        return dict(self.ask(f"SELECT jsonb_object_agg(name, rows) FROM ({counted}) AS counted"))

    def passages(self, number: int) -> list[dict[str, str]]:
        """Texts to ask about, the same ones for the same data: of every client and collection in turn."""
        return list(self.ask(_QUESTIONS.format(number=number)))

    def collections(self) -> list[str]:
        """Collections that hold documents."""
        return list(
            self.ask(
                "SELECT coalesce(jsonb_agg(DISTINCT collection), '[]') FROM data_processing.document"
                " WHERE version > 0 AND status <> 'deleting'"
            )
        )

    def forget_key(self, identifier: str) -> None:
        """Delete an API key."""
        self.ask(
            f"WITH gone AS (DELETE FROM platform.api_key WHERE id = '{identifier}' RETURNING 1)"
            " SELECT count(*) FROM gone"
        )

    def cancel_jobs(self) -> None:
        """End what waits or runs: a copy of the platform must not do it a second time."""
        for schema in SCHEMAS[1:]:
            self.ask(
                f"WITH ended AS (UPDATE {schema}.job SET status = 'cancelled', finished_at = now()"
                " WHERE status IN ('queued', 'running') RETURNING 1) SELECT count(*) FROM ended"
            )


def restore(installation: Installation, which: Database, content: Iterable[bytes]) -> None:
    """Put a dump in the place of what is there, in one transaction. Raises `Obstacle`; nothing was changed then."""
    if which == "platform":
        before = [f"DROP SCHEMA IF EXISTS {name} CASCADE" for name in SCHEMAS]
    else:
        before = ["DROP SCHEMA IF EXISTS public CASCADE", "CREATE SCHEMA public AUTHORIZATION n8n", "SET ROLE n8n"]
    first = "; ".join(["BEGIN", "SET LOCAL lock_timeout = '30s'", *before]) + ";"
    command = installation.database(which, "sh", "-c", _RESTORE, first)
    try:
        commands.fed(command, content)
    except Obstacle as obstacle:
        raise Obstacle(f"The database {which} stays as it was: {obstacle}") from None
