"""Tenants stay apart inside PostgreSQL itself, and migrations are applied once, in order, unchanged."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import MakeSettings

from oberaconnect import db
from oberaconnect.db import EVERY_TENANT, Database, MigrationError, migrate
from oberaconnect.problems import Unavailable, Unprocessable
from oberaconnect.settings import Settings

NOTES = """
CREATE TABLE note (id serial PRIMARY KEY, tenant text NOT NULL, text text NOT NULL);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON note USING (platform.sees(tenant)) WITH CHECK (platform.sees(tenant));
"""


class Package:
    """A package of migrations that a test writes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder / name / "migrations"
        self.folder.mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    monkeypatch.syspath_prepend(tmp_path)
    found = Package(tmp_path, "noted_service")
    found.write("0001_notes.sql", NOTES)
    yield found
    sys.modules.pop(found.name, None)


@pytest.fixture
def database(settings: Settings, package: Package) -> Iterator[Database]:
    migrate(settings, package.name)
    # One connection, so that every transaction meets what the one before left on it.
    found = Database(settings, package.name, max_connections=1)
    yield found
    found.close()


def _texts(database: Database, tenants: str) -> set[str]:
    with database.transaction(tenants) as connection:
        return {row["text"] for row in connection.execute("SELECT text FROM note").fetchall()}


def _write(database: Database, seen: str, tenant: str, text: str) -> None:
    with database.transaction(seen) as connection:
        connection.execute("INSERT INTO note (tenant, text) VALUES (%s, %s)", [tenant, text])


@pytest.fixture
def notes(database: Database) -> Database:
    _write(database, "acme", "acme", "alice's")
    _write(database, "charlie", "charlie", "charlie's")
    return database


def test_a_transaction_without_a_tenant_sees_nothing(notes: Database) -> None:
    assert _texts(notes, "") == set()


def test_a_transaction_sees_its_tenants_only(notes: Database) -> None:
    assert _texts(notes, "acme") == {"alice's"}
    assert _texts(notes, "acme,charlie") == {"alice's", "charlie's"}
    assert _texts(notes, EVERY_TENANT) == {"alice's", "charlie's"}


@pytest.mark.parametrize("tenants", ["acm", "acme%", "ACME", " acme", "acme'--", "*,", "{acme}", "**"])
def test_nothing_that_looks_like_a_tenant_is_one(notes: Database, tenants: str) -> None:
    assert _texts(notes, tenants) == set()


def test_the_tenant_does_not_leak_through_the_pooled_connection(notes: Database) -> None:
    assert _texts(notes, EVERY_TENANT) == {"alice's", "charlie's"}
    assert _texts(notes, "") == set()
    with notes.transaction("acme") as connection:
        connection.execute("SELECT 1")
        connection.commit()
        assert connection.execute("SELECT count(*) AS n FROM note").fetchone() == {"n": 0}
    assert _texts(notes, "charlie") == {"charlie's"}


def test_the_tenant_does_not_leak_from_a_transaction_that_failed(notes: Database) -> None:
    with pytest.raises(ZeroDivisionError), notes.transaction(EVERY_TENANT):
        raise ZeroDivisionError
    assert _texts(notes, "") == set()


def test_charlie_cannot_write_or_change_what_is_alices(notes: Database) -> None:
    with pytest.raises(Exception, match="row-level security"):
        _write(notes, "charlie", "acme", "forged")
    with notes.transaction("charlie") as connection:
        assert connection.execute("UPDATE note SET text = 'mine' WHERE tenant = 'acme'").rowcount == 0
        assert connection.execute("DELETE FROM note WHERE tenant = 'acme'").rowcount == 0
    with pytest.raises(Exception, match="row-level security"), notes.transaction("charlie") as connection:
        connection.execute("UPDATE note SET tenant = 'acme'")
    assert _texts(notes, "acme") == {"alice's"}


@pytest.fixture
def letters(notes: Database, settings: Settings) -> Database:
    """Notes of acme that not everybody may read, by the readers they are for."""
    with db.as_owner(settings) as connection:
        connection.execute("ALTER TABLE noted_service.note ADD COLUMN access text[]")
        connection.execute(
            "CREATE POLICY reader ON noted_service.note AS RESTRICTIVE FOR SELECT USING (platform.reads(access))"
        )
    with notes.transaction("acme") as connection:
        for text, access in [("to alice", ["user:alice"]), ("to the board", ["group:board", "org"]), ("to none", [])]:
            connection.execute("INSERT INTO note (tenant, text, access) VALUES ('acme', %s, %s)", [text, access])
    return notes


@pytest.mark.parametrize(
    ("readers", "seen"),
    [
        (["user:alice", "anyone"], {"to alice"}),
        (["anyone", "user:bob", "group:board"], {"to the board"}),
        (["org", "user:alice"], {"to alice", "to the board"}),
        (["anyone", "user:charlie"], set()),
        (["user:alic", "user:alice ", "USER:ALICE", "user:%", "*", "{}", ""], set()),
        ([], set()),
        (None, {"to alice", "to the board", "to none"}),
    ],
    ids=["alice", "bob", "alice at home", "charlie", "look-alikes", "nobody", "no person"],
)
def test_a_person_sees_what_is_for_one_of_their_readers(
    letters: Database, readers: list[str] | None, seen: set[str]
) -> None:
    with letters.transaction("acme", readers) as connection:
        found = {row["text"] for row in connection.execute("SELECT text FROM note").fetchall()}
    assert found == {"alice's"} | seen


def test_the_readers_do_not_leak_through_the_pooled_connection(letters: Database) -> None:
    with letters.transaction("acme", ["user:charlie"]) as connection:
        assert connection.execute("SELECT count(*) AS n FROM note").fetchone() == {"n": 1}
    assert len(_texts(letters, "acme")) == 4


def test_a_person_changes_nothing_that_they_cannot_read(letters: Database) -> None:
    with letters.transaction("acme", ["user:charlie"]) as connection:
        assert connection.execute("UPDATE note SET text = 'mine' WHERE access IS NOT NULL").rowcount == 0
        assert connection.execute("DELETE FROM note WHERE access IS NOT NULL").rowcount == 0
    assert _texts(letters, "acme") == {"alice's", "to alice", "to the board", "to none"}


def test_a_session_that_never_named_a_tenant_sees_nothing(
    notes: Database, settings: Settings, package: Package
) -> None:
    import psycopg

    with psycopg.connect(db.service_dsn(settings, package.name)) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE note DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON note",
        "TRUNCATE note",
        "SET LOCAL row_security = off; SELECT * FROM note",
        "SET ROLE obera",
        "CREATE TABLE mine (a int)",
        "DELETE FROM migration",
        "UPDATE platform.api_key SET scopes = '{*}'",
        "INSERT INTO platform.api_key VALUES ('a', 'a', '', 'a', NULL, '{}')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE FUNCTION platform.sees(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    ],
)
def test_a_service_cannot_lift_its_own_limits(notes: Database, statement: str) -> None:
    with (
        pytest.raises(Exception, match=r"permission denied|must be owner|row-level security"),
        notes.transaction("charlie") as connection,
    ):
        connection.execute(statement.encode())
    assert _texts(notes, "charlie") == {"charlie's"}


def test_a_service_cannot_reach_the_tables_of_another(notes: Database, settings: Settings, tmp_path: Path) -> None:
    other = Package(tmp_path, "other_service")
    other.write("0001_notes.sql", NOTES)
    migrate(settings, other.name)
    with pytest.raises(Exception, match="permission denied"), notes.transaction(EVERY_TENANT) as connection:
        connection.execute("SELECT * FROM other_service.note")


def _write_half(database: Database) -> None:
    with database.transaction("acme") as connection:
        connection.execute("INSERT INTO note (tenant, text) VALUES ('acme', 'half')")
        raise ZeroDivisionError


def test_what_was_not_committed_is_not_there(notes: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_half(notes)
    assert _texts(notes, "acme") == {"alice's"}


@pytest.mark.parametrize("value", ["a\x00b", 2**40])
def test_a_value_that_cannot_be_stored_is_unprocessable(notes: Database, value: object) -> None:
    with pytest.raises(Unprocessable), notes.transaction("acme") as connection:
        connection.execute(
            "INSERT INTO note (id, tenant, text) VALUES (%s::int, 'acme', %s)",
            [7 if isinstance(value, str) else value, str(value)],
        )


def _end_all_sessions(settings: Settings, package: Package) -> None:
    with db.as_owner(settings) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [db.service_role(package.name)]
        )


def test_after_a_restart_of_the_database_work_goes_on(notes: Database, settings: Settings, package: Package) -> None:
    _end_all_sessions(settings, package)
    assert _texts(notes, "acme") == {"alice's"}


def test_a_connection_lost_in_the_middle_is_unavailable_and_changes_nothing(
    notes: Database, settings: Settings, package: Package
) -> None:
    def write() -> None:
        with notes.transaction("acme") as connection:
            connection.execute("INSERT INTO note (tenant, text) VALUES ('acme', 'half')")
            _end_all_sessions(settings, package)
            connection.execute("SELECT 1")

    with pytest.raises(Unavailable):
        write()
    assert _texts(notes, "acme") == {"alice's"}


def test_a_database_that_is_away_is_unavailable(make_settings: MakeSettings) -> None:
    away = Database(make_settings(database_url="postgresql://nobody:x@127.0.0.1:1/none"), "noted_service")
    try:
        with pytest.raises(Unavailable, match="not available"):
            away.ping()
    finally:
        away.close()


def test_migrations_are_applied_once(settings: Settings, package: Package) -> None:
    assert migrate(settings, package.name) == [
        "platform/0001_platform.sql", "platform/0002_reads.sql",
        "service/0001_jobs.sql", "service/0002_readers_and_progress.sql", "noted_service/0001_notes.sql",
    ]  # fmt: skip
    assert migrate(settings, package.name) == []
    package.write("0002_more.sql", "ALTER TABLE note ADD COLUMN stars int")
    assert migrate(settings, package.name) == ["noted_service/0002_more.sql"]


def test_a_migration_that_was_changed_afterwards_is_an_error(settings: Settings, package: Package) -> None:
    migrate(settings, package.name)
    package.write("0001_notes.sql", NOTES + "-- harmless")
    with pytest.raises(MigrationError, match=r"noted_service/0001_notes.sql was changed after it was applied"):
        migrate(settings, package.name)


def test_a_database_of_a_newer_release_is_an_error(settings: Settings, package: Package) -> None:
    package.write("0002_more.sql", "ALTER TABLE note ADD COLUMN stars int")
    migrate(settings, package.name)
    (package.folder / "0002_more.sql").unlink()
    with pytest.raises(MigrationError, match=r"noted_service/0002_more.sql, which this release does not know"):
        migrate(settings, package.name)


def test_a_migration_that_fails_leaves_nothing_behind(settings: Settings, package: Package) -> None:
    package.write("0002_broken.sql", "CREATE TABLE half (a int); SELECT nonsense")
    with pytest.raises(Exception, match="nonsense"):
        migrate(settings, package.name)
    (package.folder / "0002_broken.sql").unlink()
    assert "noted_service/0001_notes.sql" in migrate(settings, package.name)


def test_replicas_that_start_together_migrate_once(settings: Settings, package: Package) -> None:
    applied: list[str] = []
    errors: list[Exception] = []

    def start() -> None:
        try:
            applied.extend(migrate(settings, package.name))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(applied) == [
        "noted_service/0001_notes.sql", "platform/0001_platform.sql", "platform/0002_reads.sql",
        "service/0001_jobs.sql", "service/0002_readers_and_progress.sql",
    ]  # fmt: skip


def test_every_table_with_a_tenant_forces_its_policy(settings: Settings) -> None:
    services = ["data_processing", "rag_engine"]
    for name in services:
        migrate(settings, name)
    with db.as_owner(settings) as connection:
        rows = connection.execute(
            "SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'"
            " WHERE c.relkind = 'r' AND n.nspname = ANY (%s)",
            [services],
        ).fetchall()
    assert {"data_processing.job", "rag_engine.job"} <= {row["name"] for row in rows}
    assert [row["name"] for row in rows if not row["forced"]] == []
