"""PostgreSQL: one pool a process, transactions that see only their tenants, numbered SQL migrations.

Each service connects as a role of its own that owns nothing, so that row-level security holds for it. Which tenants a
transaction may see is set inside that transaction only: a setting of the session would leak to the next user of a
pooled connection.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import psycopg
from psycopg import conninfo, sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout

from oberaconnect.problems import Unavailable, Unprocessable
from oberaconnect.settings import Settings

__all__ = [
    "EVERY_TENANT",
    "Connection",
    "Database",
    "Jsonb",
    "MigrationError",
    "as_owner",
    "migrate",
]

Connection = psycopg.Connection[dict[str, Any]]

#: The most that a web process holds at a time.
_MAX_CONNECTIONS = 8
#: What a process of the platform itself sees (workers, migrations). Never taken from a request.
EVERY_TENANT = "*"

#: Any number will do; all services must use the same one, because they share the role table.
_MIGRATION_LOCK = 7_203_551
_FILE = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")

_log = logging.getLogger(__name__)


class MigrationError(Exception):
    """The database cannot be brought to the state this release needs."""


class Database:
    """The tables of one service. Open it after the fork, in the process that uses it."""

    def __init__(self, settings: Settings, schema: str, *, max_connections: int | None = None) -> None:
        """`schema` is the service's package name. No connection is made before the first transaction."""
        self._schema = schema
        self._dsn = service_dsn(settings, schema)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            self._dsn,
            connection_class=psycopg.Connection[dict[str, Any]],
            kwargs={"row_factory": dict_row, "autocommit": False},
            # A connection holds 12 to 18 MB of the server's memory; making one takes 5 ms.
            min_size=0,
            # A request holds one for milliseconds: several processes, each with one a thread, would only ask the server
            # for more than it has.
            max_size=max_connections or min(settings.threads, _MAX_CONNECTIONS),
            max_idle=30,
            timeout=5,
            open=False,
            # A pooled connection may be older than the server's last restart.
            check=ConnectionPool.check_connection,
            name=schema,
        )

    @contextmanager
    def transaction(self, tenants: str, readers: Collection[str] | None = None) -> Iterator[Connection]:
        """A transaction that sees the rows of `tenants` (comma-separated, or EVERY_TENANT).

        For a person, `readers` are those of its `Principal`: where a table's policies ask for `platform.reads`, only
        rows that the person may read are seen. None: no person, and no such limit.

        Raises:
            Unavailable: when the database does not answer; nothing was committed then.
            Unprocessable: when a value cannot be stored (out of range, not a number); nothing was committed then.
        """
        self._pool.open()
        try:
            with self._pool.connection() as connection:
                connection.execute(
                    "SELECT set_config('app.tenants', %s, true), set_config('app.readers', %s, true)",
                    [tenants, _lines(readers)],
                )
                yield connection
        except (PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError) as error:
            _log.warning("database unavailable", extra={"error": type(error).__name__})
            raise Unavailable("The database is not available right now. Nothing was changed.") from error
        except psycopg.DataError as error:
            # The models refuse what they can foresee; this is the net below them.
            _log.exception("value not storable")
            raise Unprocessable("A value of this request cannot be stored.") from error

    def listen(self, seconds: float, topic: str = "") -> Iterator[list[str]]:
        """Wait for `notify` on a connection of its own: the words of those that came, empty after `seconds` without.

        The first is empty, too, and comes as soon as nothing can be missed any more.

        Raises:
            Unavailable: when the database does not answer (any more).
        """
        try:
            with psycopg.connect(self._dsn, autocommit=True) as connection:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_channel(self._schema, topic))))
                yield []
                while True:
                    yield [said.payload for said in connection.notifies(timeout=seconds, stop_after=1)]
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable("The database is not available right now.") from error

    def ping(self) -> None:
        """Prove that the database answers. Raises `Unavailable` otherwise."""
        with self.transaction("") as connection:
            connection.execute("SELECT 1")

    def close(self) -> None:
        """Give all connections back."""
        self._pool.close()


def _lines(readers: Collection[str] | None) -> str:
    # It begins with a line end, so that a person who is nobody in particular is not taken for no person.
    return "" if readers is None else "\n" + "\n".join(readers)


def notify(connection: Connection, topic: str = "", word: str = "") -> None:
    """Wake whoever listens to this topic of the service of this connection, when the transaction commits.

    The same word said twice in a transaction arrives once.
    """
    connection.execute(
        "SELECT pg_notify(current_schema() || CASE %(topic)s WHEN '' THEN '' ELSE '.' || %(topic)s END, %(word)s)",
        {"topic": topic, "word": word},
    )


def _channel(schema: str, topic: str) -> str:
    return f"{schema}.{topic}" if topic else schema


def service_role(schema: str) -> str:
    """The login role of a service."""
    return f"oberaconnect_{schema}"


def service_dsn(settings: Settings, schema: str) -> str:
    """How a service connects: as its own role, whose password follows from SECRET_KEY and is stored nowhere."""
    return conninfo.make_conninfo(
        settings.owner_dsn,
        user=service_role(schema),
        password=_role_password(settings, schema),
        connect_timeout=3,
        application_name=schema,
        options=f"-c search_path={schema} -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s",
    )


def _role_password(settings: Settings, schema: str) -> str:
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"postgres role {schema}".encode(), hashlib.sha256).hexdigest()


def migrate(settings: Settings, package: str) -> list[str]:
    """Bring the shared tables and those of `package` up to date, as the owner, one release at a time.

    Safe to call from every replica at once: an advisory lock lets one do the work and the others find it done.

    Returns:
        The names of the migrations that were applied now.
    Raises:
        MigrationError: when an applied file was changed afterwards, or the database is of a newer release.
        Unavailable: when the database does not answer.
    """
    shared = files("oberaconnect") / "migrations"
    with as_owner(settings) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATION_LOCK])
        applied = _apply(connection, "platform", "platform", shared / "platform")
        applied += _apply(connection, package, "service", shared / "service")
        applied += _apply(connection, package, package, files(package) / "migrations")
        _grant(connection, settings, package)
    return applied


@contextmanager
def as_owner(settings: Settings) -> Iterator[Connection]:
    """One transaction as the role that owns the schemas: migrations and `make key`, never a request.

    Raises:
        Unavailable: when the database does not answer.
    """
    try:
        with psycopg.connect(settings.owner_dsn, connect_timeout=5, row_factory=dict_row) as connection:
            connection.execute("SELECT set_config('app.tenants', %s, true)", [EVERY_TENANT])
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable(f"The database is not available: {error}".strip()) from error


def _apply(connection: Connection, schema: str, source: str, folder: Traversable) -> list[str]:
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
    connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(name))
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migration (source text, name text, checksum text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (source, name))"
    )
    rows = connection.execute("SELECT name, checksum FROM migration WHERE source = %s", [source]).fetchall()
    known = {row["name"]: row["checksum"] for row in rows}
    listing = folder.iterdir() if folder.is_dir() else iter(())
    present = sorted((item for item in listing if _FILE.match(item.name)), key=lambda item: item.name)
    if newer := sorted(known.keys() - {item.name for item in present}):
        raise MigrationError(f"The database has {source}/{newer[-1]}, which this release does not know. Upgrade it.")
    applied = []
    for item in present:
        text = item.read_text(encoding="utf-8")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        if item.name not in known:
            connection.execute(text)
            connection.execute("INSERT INTO migration VALUES (%s, %s, %s)", [source, item.name, checksum])
            applied.append(f"{source}/{item.name}")
        elif known[item.name] != checksum:
            raise MigrationError(f"{source}/{item.name} was changed after it was applied. Add a new file instead.")
    return applied


def _grant(connection: Connection, settings: Settings, package: str) -> None:
    role = service_role(package)
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    statements = [
        sql.SQL(verb + " ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {password}"),
        sql.SQL("GRANT USAGE ON SCHEMA {schema}, platform TO {role}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {schema}.migration FROM {role}"),
        sql.SQL("GRANT SELECT ON platform.api_key TO {role}"),
        sql.SQL("GRANT UPDATE (last_used_at) ON platform.api_key TO {role}"),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA platform TO {role}"),
    ]
    for statement in statements:
        connection.execute(
            statement.format(
                role=sql.Identifier(role),
                schema=sql.Identifier(package),
                password=sql.Literal(_role_password(settings, package)),
            )
        )
