"""A backup of the run with Docker: after a disaster everything is there again, and verify proves it beforehand."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from tests.compose import Stack

from host import dotenv

_PLAN = "The voice VLAN of the head office of Alice's client is VLAN 40, and its gateway is 10.20.40.1."
_WORKFLOW = (
    'INSERT INTO workflow_entity (id, name, active, nodes, connections, "versionId")'
    " VALUES ('{}', 'x', false, '[]', '{{}}', 'x')"
)


def _run(stack: Stack, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "backup", "--run", "docker", *words],
        env=stack.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, timeout=900,
    )  # fmt: skip
    return done.returncode, done.stdout


def _in_n8n(stack: Stack, statement: str) -> str:
    program = 'psql -U "$POSTGRES_USER" -d n8n -v ON_ERROR_STOP=1 -Atc "$1"'
    return stack.compose("exec", "-T", "postgres", "sh", "-c", program, "psql", statement).stdout.strip()


@pytest.fixture(scope="module")
def workflow(stack: Stack) -> str:
    """A workflow that Alice made in n8n."""
    name = f"alice{secrets.token_hex(4)}"
    _in_n8n(stack, _WORKFLOW.format(name))
    return name


@pytest.fixture(scope="module")
def backup(stack: Stack, workflow: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made while Alice's documents and her workflow were there."""
    caller = stack.caller()
    caller.texts({"plan": _PLAN}, collection="backed-up")
    caller.upload({"plan.txt": _PLAN.encode()}, collection="backed-up")
    target = tmp_path_factory.mktemp("backups") / "alice.tar"
    status, said = _run(stack, "create", str(target))
    assert status == 0, said
    return target


def test_ingestion_goes_on_after_a_backup(stack: Stack, backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert all(one["State"] == "running" for one in stack.project.ps())
    assert stack.caller().texts({"after": "A text that came after."}, collection="other")["status"] == "succeeded"


def test_verify_finds_everything_again_and_leaves_nothing(stack: Stack, backup: Path) -> None:
    status, said = _run(stack, "verify", str(backup))
    assert status == 0, said
    assert "0 counts differ" in said
    left = subprocess.run(
        ["docker", "volume", "ls", "--quiet", "--filter", "name=oberaverify"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert left.stdout == ""


@pytest.mark.timeout(1200)
def test_after_the_loss_of_all_volumes_alice_finds_what_she_had(stack: Stack, backup: Path, workflow: str) -> None:
    before = stack.caller().search(_PLAN, collection="backed-up")
    stack.compose("down", "--volumes", "--timeout", "10")
    # The settings are lost with the volumes: the next ones have secrets of their own.
    dotenv.change(
        stack.project.env_file, {name: secrets.token_hex(32) for name in ("SECRET_KEY", "N8N_ENCRYPTION_KEY")}
    )
    stack.up()
    assert stack.caller().documents() == []

    status, said = _run(stack, "restore", str(backup))
    assert status == 0, said
    assert "all counts are those of the backup" in said
    assert dotenv.raw(stack.project.env_file)["SECRET_KEY"] == stack.env["SECRET_KEY"]
    stack.wait_until_healthy("data-processing", "rag-engine", "gateway", "n8n")
    assert {one["external_id"] for one in stack.caller().documents("&collection=backed-up")} == {"plan", "plan.txt"}
    assert stack.caller().search(_PLAN, collection="backed-up") == before
    assert _in_n8n(stack, f"SELECT id FROM workflow_entity WHERE id = '{workflow}'") == workflow


def test_a_restore_over_documents_asks_first(stack: Stack, backup: Path) -> None:
    before = stack.caller().documents()
    status, said = _run(stack, "restore", str(backup))
    assert status == 1, said
    assert "Nothing was changed" in said
    assert stack.caller().documents() == before
