"""Who did what is kept for good: it can be read by its client, copied, and proven to be as it was written."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.operations import Operations

from agents import audit_command, chain
from agents.store import audit
from oberaconnect.db import as_owner


def _tampered(operations: Operations, statement: str) -> None:
    """What only the owner of the database can do, after taking away what guards the audit."""
    operations.execute("ALTER TABLE agents.audit DISABLE TRIGGER audit_stays")
    operations.execute(statement)
    operations.execute("ALTER TABLE agents.audit ENABLE TRIGGER audit_stays")


def test_alice_reads_who_did_what_newest_first(operations: Operations) -> None:
    operations.record("run.created", who="alice", object="run:1", agent="helpdesk")
    operations.record("tool.approved", who="bob", object="approval:1", reason="looks right")
    found = operations.get("/audit", who="alice")
    assert (found["client"], found["next_cursor"]) == ("acme", None)
    newest, oldest = found["items"]
    assert (newest["number"], newest["actor"], newest["action"]) == (2, "bob", "tool.approved")
    assert newest["data"] == {"reason": "looks right"}
    assert (oldest["number"], oldest["prev_hash"]) == (1, chain.BEGINNING)
    assert newest["prev_hash"] == oldest["hash"]


def test_charlie_has_an_audit_of_his_own(operations: Operations) -> None:
    operations.record("run.created", who="alice")
    operations.record("run.created", who="charlie", object="run:2")
    (entry,) = operations.get("/audit", who="charlie")["items"]
    assert (entry["number"], entry["object"]) == (1, "run:2")
    for path in ("/audit", "/audit/export", "/audit/verify"):
        assert operations.call("GET", f"{path}?client=acme", who="charlie").status_code == 403


def test_the_audit_is_read_a_page_at_a_time(operations: Operations) -> None:
    for number in range(1, 6):
        operations.record("run.created", object=f"run:{number}")
    first = operations.get("/audit?limit=3", who="alice")
    assert [entry["number"] for entry in first["items"]] == [5, 4, 3]
    second = operations.get(f"/audit?limit=3&cursor={first['next_cursor']}", who="alice")
    assert ([entry["number"] for entry in second["items"]], second["next_cursor"]) == ([2, 1], None)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("actor=bob", [2]),
        ("action=run.", [3, 1]),
        ("action=run.created", [1]),
        ("action=r%25", []),
        ("object=approval:1", [2]),
        ("from=2026-01-01T00:00:00Z", [3, 2, 1]),
        ("to=2026-01-01T00:00:00Z", []),
        ("from=2026-01-01T00:00:00Z&actor=bob&action=run.", []),
    ],
)
def test_the_audit_is_narrowed(operations: Operations, query: str, numbers: list[int]) -> None:
    operations.record("run.created", who="alice", object="run:1")
    operations.record("tool.approved", who="bob", object="approval:1")
    operations.record("run.completed", who="alice", object="run:1")
    assert [entry["number"] for entry in operations.get(f"/audit?{query}", who="alice")["items"]] == numbers


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026",
        "from=2026-01-01T00:00:00",
        "limit=0",
        "limit=501",
        "cursor=0",
        "cursor=99999999999999999999",
        "actor=",
        "what=1",
        "client=ACME",
        f"object={'x' * 301}",
        "actor=a%00b",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(operations: Operations, query: str) -> None:
    answer = operations.call("GET", f"/audit?{query}", who="alice")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_nothing_of_a_secret_is_kept(operations: Operations) -> None:
    operations.record("secret.written", object="secret:psa", name="psa", value="s", api_key="Rosenstock-7")
    found = operations.get("/audit", who="alice")
    assert "Rosenstock" not in str(found)
    assert found["items"][0]["data"]["name"] == "psa"


def test_many_who_write_at_once_make_one_chain_without_gaps(operations: Operations) -> None:
    def write(number: int) -> None:
        operations.record("run.created", who=("alice", "bob", "charlie")[number % 3], object=f"run:{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(60)))
    assert operations.get("/audit/verify", who="alice")["entries"] == 40
    assert operations.get("/audit/verify", who="charlie")["entries"] == 20
    assert operations.get("/audit/verify", who="alice")["valid"]
    lines = operations.call("GET", "/audit/export", who="charlie").text.splitlines()
    assert len({json.loads(line)["object"] for line in lines[:-1]}) == 20


def test_what_is_rolled_back_leaves_no_gap(operations: Operations) -> None:
    operations.record("run.created")
    with operations.parts.database.transaction("acme") as connection:
        audit.record(connection, "acme", actor="alice", action="run.created", object="run:2", data={})
        connection.rollback()
    operations.record("run.created", object="run:3")
    found = operations.get("/audit/verify", who="alice")
    assert (found["valid"], found["entries"]) == (True, 2)


def test_the_service_itself_can_change_nothing(operations: Operations) -> None:
    operations.record("run.created")
    for statement in ("UPDATE audit SET actor = 'bob'", "DELETE FROM audit"):
        with (
            pytest.raises(Exception, match="the audit is only added to"),
            operations.parts.database.transaction("acme") as connection,
        ):
            connection.execute(statement)
    assert operations.get("/audit/verify", who="alice")["entries"] == 1


@pytest.mark.parametrize(
    "data", [{"cost": 0.1, "large": 1e22, "small": 1e-9, "nought": -0.0, "n": [1.0, 2, True, None]}]
)
def test_numbers_are_the_same_after_they_were_stored(operations: Operations, data: dict[str, Any]) -> None:
    operations.record("run.completed", who="alice", object="Größe ☎", **data)
    assert operations.get("/audit/verify", who="alice")["valid"]


@pytest.mark.parametrize(
    ("change", "number", "why"),
    [
        ("UPDATE agents.audit SET actor = 'bob' WHERE number = 2", 2, "Entry 2 was changed."),
        ("UPDATE agents.audit SET data = '{}' WHERE number = 1", 1, "Entry 1 was changed."),
        ("UPDATE agents.audit SET at = at + interval '1 microsecond' WHERE number = 3", 3, "Entry 3 was changed."),
        ("DELETE FROM agents.audit WHERE number = 2", 2, "Entry 2 is missing"),
        ("DELETE FROM agents.audit WHERE number = 1", 1, "Entry 1 is missing"),
    ],
)
def test_whoever_owns_the_database_cannot_change_an_entry_unseen(
    operations: Operations, change: str, number: int, why: str
) -> None:
    for each in range(1, 4):
        operations.record("run.created", object=f"run:{each}", agent="helpdesk")
    _tampered(operations, change)
    found = operations.get("/audit/verify", who="alice")
    assert (found["valid"], found["broken_at"], found["entries"]) == (False, number, number - 1)
    assert why in found["why"]


def test_entries_that_are_taken_from_the_end_are_missed_by_who_noted_the_head(operations: Operations) -> None:
    for each in range(1, 4):
        operations.record("run.created", object=f"run:{each}")
    head = operations.get("/audit/verify", who="alice")["head"]
    operations.record("run.created", object="run:4")
    assert operations.get(f"/audit/verify?expect={head}", who="alice")["valid"]
    _tampered(operations, "DELETE FROM agents.audit WHERE number >= 3")
    found = operations.get(f"/audit/verify?expect={head}", who="alice")
    assert (found["valid"], found["broken_at"], found["entries"]) == (False, None, 2)
    assert "taken from the end" in found["why"]
    assert operations.call("GET", "/audit/verify?expect=none", who="alice").status_code == 422


def test_an_export_holds_everything_and_proves_itself(operations: Operations) -> None:
    operations.record("run.created", object="run:1")
    operations.execute(_many(operations, 2, 1_204))  # more than are read at a time
    answer = operations.call("GET", "/audit/export", who="alice")
    assert answer.mimetype == "application/x-ndjson"
    assert 'filename="audit-acme.jsonl"' in answer.headers["Content-Disposition"]
    lines = answer.text.splitlines()
    head = operations.get("/audit/verify", who="alice")["head"]
    assert json.loads(lines[-1]) == {"count": 1_203, "hash": head}
    assert chain.check_export(lines, head).valid


def _many(operations: Operations, begin: int, end: int) -> str:
    """A statement that continues the chain of acme by many entries at once."""
    with as_owner(operations.settings) as connection:
        rows = connection.execute("SELECT * FROM agents.audit WHERE tenant = 'acme' ORDER BY number").fetchall()
    entry, made = dict(rows[-1]), []
    for number in range(begin, end):
        entry = {**entry, "number": number, "prev_hash": entry["hash"], "data": {}}
        entry["hash"] = chain.digest(entry)
        made.append(
            f"('acme', {number}, '{chain.written(entry['at'])}', 'alice', 'run.created', '{entry['object']}', '{{}}',"
            f" '{entry['prev_hash']}', '{entry['hash']}')"
        )
    return f"INSERT INTO agents.audit VALUES {', '.join(made)}"


class Shell:
    """The command, with the settings of the environment."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        status = audit_command.main(words)
        told = self._capsys.readouterr()
        return status, told.out, told.err


@pytest.fixture
def shell(operations: Operations, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("SECRET_KEY", operations.settings.secret_key.get_secret_value())
    monkeypatch.setenv("DATABASE_URL", operations.settings.database_url.get_secret_value())
    return Shell(capsys)


def test_the_command_verifies_the_audits_of_all_clients(operations: Operations, shell: Shell) -> None:
    assert shell.run("verify") == (0, "There is no audit yet.\n", "")
    operations.record("run.created", who="alice")
    operations.record("run.created", who="charlie")
    status, told, _ = shell.run("verify")
    assert (status, [line.split(".")[0] for line in told.splitlines()]) == (
        0,
        ["acme: 1 entries are as they were written", "globex: 1 entries are as they were written"],
    )
    _tampered(operations, "UPDATE agents.audit SET actor = 'bob' WHERE tenant = 'globex'")
    status, told, said = shell.run("verify")
    assert (status, said) == (1, "globex: Entry 1 was changed. The 0 entries before are sound.\n")
    assert told.startswith("acme: 1 entries")
    assert shell.run("verify", "--client", "acme")[0] == 0


def test_the_command_misses_entries_that_were_taken_from_the_end(operations: Operations, shell: Shell) -> None:
    operations.record("run.created")
    operations.record("run.created")
    head = operations.get("/audit/verify", who="alice")["head"]
    assert shell.run("verify", "--client", "acme", "--expect", head)[0] == 0
    _tampered(operations, "DELETE FROM agents.audit WHERE number = 2")
    status, _, said = shell.run("verify", "--client", "acme", "--expect", head)
    assert (status, head in said) == (1, True)
    with pytest.raises(SystemExit):
        shell.run("verify", "--expect", head)


def test_the_command_verifies_a_copy_without_the_database(
    operations: Operations, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations.record("run.created", agent="helpdesk")
    copy = tmp_path / "audit.jsonl"
    copy.write_text(operations.call("GET", "/audit/export", who="alice").text)
    monkeypatch.delenv("DATABASE_URL")
    assert shell.run("verify", "--file", str(copy))[0] == 0
    copy.write_text(copy.read_text().replace("helpdesk", "helpdisk"))
    status, _, said = shell.run("verify", "--file", str(copy))
    assert (status, said) == (1, f"{copy}: Entry 1 was changed. The 0 entries before are sound.\n")
    assert shell.run("verify", "--file", str(tmp_path / "none"))[0] == 1


def test_the_command_says_which_setting_is_missing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    status, _, said = shell.run("verify")
    assert (status, "SECRET_KEY is missing" in said) == (1, True)
