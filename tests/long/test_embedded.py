"""The run without Docker: starting, healing, refusing and ending, with real processes."""

import os
import signal
import socket
import stat
import time
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from tests.embedded import PROGRAMS, Platform

from host import dotenv
from host.processes import Process, look

Victim = Callable[[Platform], int]


def _first(program: str) -> Victim:
    return lambda platform: platform.processes(program)[0].pid


def _last(program: str) -> Victim:
    return lambda platform: platform.processes(program)[-1].pid


def _identities(platform: Platform) -> dict[str, list[int]]:
    return {name: [process.pid for process in platform.processes(name)] for name in PROGRAMS if name != "postgres"}


def _nothing_began(before: dict[str, list[int]], after: dict[str, list[int]]) -> bool:
    """Whether every program goes on as it was. Parsers that nobody needs may have ended meanwhile."""
    return all(after[name] and set(after[name]) <= set(pids) for name, pids in before.items())


def _everybody(platform: Platform) -> list[Process]:
    found = [process for name in PROGRAMS for process in platform.processes(name)]
    manager = look(platform.manager) if platform.manager else None
    return [*found, manager] if manager else found


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while look(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_all_thirteen_services_are_listed_and_the_core_works(platform: Platform) -> None:
    status, found = platform.request("GET", "/api/services")
    states = {one["name"]: one["status"] for one in found["services"]}
    core = {name for name, state in states.items() if state in {"pass", "warn"}}
    assert status == 200
    assert len(states) == 13
    assert core == {*PROGRAMS, "qdrant"}


def test_a_second_start_changes_nothing(platform: Platform) -> None:
    before = _identities(platform)
    done = platform.command("up")
    assert done.returncode == 0, done.stderr
    assert "Nothing was changed." in done.stdout
    assert _nothing_began(before, _identities(platform))


def test_the_table_and_the_first_steps_are_shown(platform: Platform) -> None:
    shown = platform.command("up").stdout
    assert all(name in shown for name in ("ollama", "kali-nmap", "rag-engine"))
    assert f"curl -s http://localhost:{platform.ports['gateway']}/api/services" in shown


def test_health_says_that_everything_works(platform: Platform) -> None:
    done = platform.command("health")
    assert done.returncode == 0, done.stdout
    assert "fails" not in done.stdout


@pytest.mark.parametrize(
    "victim",
    [
        pytest.param(_first("postgres"), id="postgres"),
        pytest.param(_first("gateway"), id="nginx"),
        pytest.param(_last("gateway"), id="nginx-worker"),
        pytest.param(_first("agents"), id="gunicorn"),
        pytest.param(_last("agents"), id="gunicorn-worker"),
        pytest.param(_first("data-processing"), id="entry-process"),
        pytest.param(_last("data-processing"), id="data-processing-child"),
        pytest.param(_first("rag-engine"), id="rag-engine-entry-process"),
        pytest.param(_last("rag-engine"), id="rag-engine-child"),
    ],
)
def test_a_killed_process_comes_back_by_itself(platform: Platform, victim: Victim) -> None:
    pid = victim(platform)
    os.kill(pid, signal.SIGKILL)
    _wait_until_gone(pid)
    platform.wait_until_healthy()


def test_when_the_process_manager_is_killed_the_next_start_heals(platform: Platform) -> None:
    before = _everybody(platform)
    os.kill(platform.manager, signal.SIGKILL)
    platform.up()
    platform.wait_until_healthy()
    assert not {process.pid for process in before} & {process.pid for process in _everybody(platform)}


def test_a_changed_setting_restarts_what_it_concerns(platform: Platform) -> None:
    before = _identities(platform)
    done = platform.command("up", LOG_LEVEL="debug")
    after = _identities(platform)
    assert done.returncode == 0, done.stderr
    assert not set(before["agents"]) & set(after["agents"])
    assert before["gateway"] == after["gateway"]
    platform.up()


def test_a_broken_setting_is_named_and_what_runs_goes_on(platform: Platform) -> None:
    before = _identities(platform)
    done = platform.command("up", THREADS="many")
    assert done.returncode == 1
    assert "THREADS should be a valid integer" in done.stderr
    assert _nothing_began(before, _identities(platform))


def test_open_mode_on_the_network_is_refused(platform: Platform) -> None:
    done = platform.command("up", GATEWAY_BIND="0.0.0.0")
    assert done.returncode == 1
    assert "AUTH=required" in done.stderr
    assert platform.is_healthy("gateway")


def test_a_port_in_use_is_named_with_its_holder(platform: Platform) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        done = platform.command("up", GATEWAY_PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} for gateway is in use by" in done.stderr
    assert f"(process {os.getpid()})" in done.stderr
    assert platform.is_healthy("gateway")


def test_secrets_can_be_read_by_their_owner_only(platform: Platform) -> None:
    files = [platform.place.env_file, *platform.place.run.glob("*.json")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600] * 2
    for folder in (platform.place.run, platform.place.log, platform.place.cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    secret = next(line for line in platform.place.env_file.read_text().splitlines() if line.startswith("SECRET_KEY="))
    for log in platform.place.log.iterdir():
        assert secret.partition("=")[2] not in log.read_text(errors="replace")


def test_the_database_is_durable_and_not_run_by_root(platform: Platform) -> None:
    values = dotenv.read(platform.place.env_file, platform.place.root / ".env.example", {})
    with psycopg.connect(
        host="127.0.0.1", port=platform.ports["postgres"], user="obera", password=values["POSTGRES_PASSWORD"],
        dbname="oberaconnect",
    ) as connection:  # fmt: skip
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",), name
    for process in platform.processes("postgres"):
        assert os.stat(f"/proc/{process.pid}").st_uid != 0


def test_down_leaves_no_process_and_up_finds_everything_again(platform: Platform) -> None:
    made = platform.command("run", "oberaconnect.keys", "create", "--name", "survivor")
    assert made.returncode == 0, made.stderr
    before = _everybody(platform)
    platform.down()
    assert not [process for process in before if look(process.pid)]
    assert platform.manager == 0
    assert platform.command("ps").returncode == 1
    assert platform.command("health").returncode == 1
    assert platform.command("down").stdout == "Nothing runs.\n"
    platform.up()
    assert "survivor" in platform.command("run", "oberaconnect.keys", "list").stdout
