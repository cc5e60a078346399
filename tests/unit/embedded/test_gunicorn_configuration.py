"""gunicorn's configuration, read the way gunicorn reads it."""

from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from oberaconnect.settings import Settings

_FILE = Path(__file__).resolve().parents[3] / "docker" / "gunicorn.conf.py"
_NGINX_KEEPS_IDLE_CONNECTIONS_SECONDS = 30


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    def configuration(**environ: str) -> dict[str, Any]:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return run_path(str(_FILE))

    return configuration


def test_nothing_set_means_what_the_settings_say(read: Any) -> None:
    found = read(SERVICE="call-flow")
    assert found["threads"] == Settings.model_fields["threads"].default
    assert found["workers"] == Settings.model_fields["web_concurrency"].default
    assert found["logconfig_dict"]["root"]["level"] == Settings.model_fields["log_level"].default.upper()


def test_threads_and_processes_follow_the_settings(read: Any) -> None:
    found = read(SERVICE="call-flow", THREADS="4", AGENTS_THREADS="5", WEB_CONCURRENCY="3")
    assert (found["threads"], found["workers"]) == (4, 3)


def test_agents_has_threads_of_its_own_number(read: Any) -> None:
    assert read(SERVICE="agents", THREADS="4")["threads"] == Settings.model_fields["agents_threads"].default
    assert read(SERVICE="agents", THREADS="4", AGENTS_THREADS="5")["threads"] == 5


def test_only_several_processes_share_what_is_loaded(read: Any) -> None:
    assert read(SERVICE="agents")["preload_app"] is False
    assert read(SERVICE="agents", WEB_CONCURRENCY="3")["preload_app"] is True


def test_the_embedded_store_has_one_process_and_keeps_it(read: Any) -> None:
    found = read(SERVICE="rag-engine", WEB_CONCURRENCY="3")
    assert (found["workers"], found["max_requests"]) == (1, 0)


def test_with_a_vector_server_rag_engine_scales(read: Any) -> None:
    assert read(SERVICE="rag-engine", WEB_CONCURRENCY="3", QDRANT_URL="http://qdrant:6333")["workers"] == 3


def test_idle_connections_outlive_those_of_nginx(read: Any) -> None:
    assert read()["keepalive"] > _NGINX_KEEPS_IDLE_CONNECTIONS_SECONDS
