"""Which of the two runs `make` chooses, and how the commands are found."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.stack.conftest import FakeDocker

from host.place import ROOT, Place


def _mode(state: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "STATE_DIR": str(state)} | environ
    return subprocess.run([ROOT / "docker" / "mode.sh"], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[None]:
    """Something that is called like the process manager of the run without Docker."""
    (tmp_path / "run").mkdir()
    with subprocess.Popen(["sh", "-c", "read nothing", "supervisord"], stdin=subprocess.PIPE) as process:
        (tmp_path / "run" / "supervisord.pid").write_text(f"{process.pid}\n")
        yield
        process.kill()


def test_with_an_engine_docker_is_chosen(docker: FakeDocker, tmp_path: Path) -> None:
    assert _mode(tmp_path).stdout == "docker\n"


def test_without_an_engine_or_without_compose_it_is_the_other_run(docker: FakeDocker, tmp_path: Path) -> None:
    docker.answers("compose version", status=1)
    assert _mode(tmp_path).stdout == "embedded\n"
    docker.answers("version --format", status=1, err="Cannot connect")
    assert _mode(tmp_path).stdout == "embedded\n"


@pytest.mark.usefixtures("manager")
def test_what_runs_already_stays_what_it_is(docker: FakeDocker, tmp_path: Path) -> None:
    assert _mode(tmp_path).stdout == "embedded\n"


def test_the_record_of_a_manager_that_has_gone_counts_for_nothing(docker: FakeDocker, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    for text in (f"{os.getppid()}\n", "999999999\n", "nonsense\n", ""):
        (tmp_path / "run" / "supervisord.pid").write_text(text)
        assert _mode(tmp_path).stdout == "docker\n"


@pytest.mark.usefixtures("manager")
def test_what_is_asked_for_wins(docker: FakeDocker, tmp_path: Path) -> None:
    assert _mode(tmp_path, MODE="docker").stdout == "docker\n"
    wrong = _mode(tmp_path, MODE="dokcer")
    assert (wrong.returncode, wrong.stderr) == (2, "MODE=dokcer is neither docker nor embedded.\n")


def _command(place: Place, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    here = {"ENV_FILE": str(place.env_file), "STATE_DIR": str(place.state), "PYTHON": sys.executable}
    return subprocess.run(
        [ROOT / "docker" / "stack.sh", *words],
        env={"PATH": os.environ["PATH"]} | here | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_obstacle_is_one_sentence_and_exit_status_1(docker: FakeDocker, place: Place) -> None:
    done = _command(place, "scale", "postgres", "2")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("postgres cannot be scaled")
    assert len(done.stderr.splitlines()) == 1


def test_words_for_a_command_inside_are_handed_on_as_they_are(docker: FakeDocker, place: Place) -> None:
    docker.runs("data-processing")
    assert _command(place, "key", "create", "--name", "Alice's laptop", "--help").returncode == 0
    assert docker.asked[-1].endswith("-m oberaconnect.keys create --name Alice's laptop --help")


def test_the_audit_is_verified_where_agents_runs(docker: FakeDocker, place: Place) -> None:
    docker.runs("agents")
    assert _command(place, "audit", "verify", "--client", "acme").returncode == 0
    assert docker.asked[-1].endswith("agents python -m agents.audit_command verify --client acme")


def test_a_module_runs_with_the_settings_of_the_platform_and_without_those_of_the_shell(
    place: Place,
) -> None:
    code = "import os; print(*(os.environ.get(name) for name in ('GATEWAY_PORT', 'BACKUP_PASSPHRASE')))"
    words = ["run", "timeit", "--number=1", "--repeat=1", code]
    done = _command(place, *words, GATEWAY_PORT="1", BACKUP_PASSPHRASE="of-alice")
    assert done.stdout.splitlines()[0] == "None of-alice"
    assert _command(place, "run").stderr == "Name a module: docker/stack.sh run demo\n"


def test_without_a_python_that_is_new_enough_its_installation_is_named(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "sh"):
        (tmp_path / "bin" / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", ROOT / "docker" / "stack.sh", "ps"],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is missing" in done.stderr
