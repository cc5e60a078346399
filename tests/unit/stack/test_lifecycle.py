"""Starting, waiting, scaling and ending, with a docker command that plays the engine."""

import json
import stat
from pathlib import Path

import pytest
from tests.unit.stack.conftest import Configure, FakeDocker

from host.obstacle import Obstacle
from host.place import Place
from stack import database, engine, installation, lifecycle, models, profiles, scale, show, upgrade, wait
from stack.compose import Compose


@pytest.fixture(autouse=True)
def _engine(docker: FakeDocker) -> None:
    services = {"gateway": {"image": "nginx:1"}, "agents": {"image": "our/agents:1"}, "postgres": {"image": "p:16"}}
    docker.answers("config --format json", json.dumps({"services": services}))
    docker.answers("image inspect", "sha256:1\n")
    docker.runs("gateway", "agents", {"Service": "postgres", "Image": "p:16"})


def _start(place: Place, asked: str = "") -> bool:
    return lifecycle.start(installation.find(place), engine.look(), asked)


def test_a_start_of_what_runs_already_says_that_nothing_changed(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lifecycle.up(place, "") == 0
    assert "Everything runs. Nothing was changed." in capsys.readouterr().out
    assert docker.asked[-3] == "compose up --detach --remove-orphans"


def test_a_start_brings_n8ns_database_in_line(docker: FakeDocker, place: Place) -> None:
    _start(place)
    assert "compose exec --no-TTY postgres sh /docker-entrypoint-initdb.d/10-n8n.sh" in docker.asked


def test_a_start_keeps_the_number_of_containers(docker: FakeDocker, place: Place) -> None:
    docker.runs("gateway", "agents", "agents", "agents")
    _start(place)
    assert "compose up --detach --remove-orphans --scale agents=3" in docker.asked


def test_what_stops_a_start_is_all_said_before_anything_is_touched(
    docker: FakeDocker, place: Place, configure: Configure
) -> None:
    configure(GATEWAY_BIND="0.0.0.0", POSTGRES_PASSWORD="short")
    with pytest.raises(Obstacle, match=r"(?s)POSTGRES_PASSWORD is weak.*make expose"):
        lifecycle.up(place, "")
    assert not [words for words in docker.asked if " up " in words]


def test_a_missing_image_is_named_before_anything_is_started(docker: FakeDocker, place: Place) -> None:
    docker.answers("image inspect --format {{.Id}} nginx:1", status=1)
    docker.answers("pull gateway", status=1)
    with pytest.raises(Obstacle, match=r"The image nginx:1 of gateway could not be fetched.* NGINX_IMAGE=…"):
        _start(place)
    assert not [words for words in docker.asked if " up " in words]


def test_gpus_are_used_where_the_engine_has_them(docker: FakeDocker, place: Place, configure: Configure) -> None:
    gpus = json.dumps({"ServerVersion": "28.5.2", "MemTotal": 2**36, "Runtimes": {"runc": {}, "nvidia": {}}})
    docker.answers("info --format", gpus)
    compose = lifecycle.for_containers(installation.find(place), engine.look())
    assert compose.environment()["OLLAMA_RUNTIME"] == "nvidia"
    configure(OLLAMA_RUNTIME="runc")
    compose = lifecycle.for_containers(installation.find(place), engine.look())
    assert "OLLAMA_RUNTIME" not in compose.environment()


def test_a_password_that_an_older_volume_refuses_is_named(docker: FakeDocker, place: Place) -> None:
    docker.answers("SELECT 1", status=2, err='FATAL: password authentication failed for user "obera"')
    with pytest.raises(Obstacle, match=r"refuses POSTGRES_PASSWORD .* docker/stack.sh password && make up"):
        _start(place)
    assert not [words for words in docker.asked if "--remove-orphans" in words]


def test_the_password_is_given_to_the_database_without_standing_in_a_command(docker: FakeDocker, place: Place) -> None:
    here = installation.find(place)
    assert database.adopt_password(here) == 0
    assert "ALTER ROLE" in docker.asked[-1]
    assert here.setting("POSTGRES_PASSWORD") not in docker.asked[-1]


@pytest.mark.parametrize(
    ("container", "why"),
    [
        ({"State": "exited", "ExitCode": 3}, "it ended with status 3"),
        (
            {"State": "exited", "ExitCode": 137},
            "it took more memory than it may have (see its …_MEMORY in .env.example)",
        ),
        ({"State": "restarting"}, "it ends as soon as it starts"),
    ],
)
def test_a_service_that_does_not_work_is_named_with_the_end_of_its_log(
    docker: FakeDocker, place: Place, container: dict[str, object], why: str
) -> None:
    docker.runs("gateway", {"Service": "agents", "Health": ""} | container)
    docker.answers("inspect --format {{json .State.OOMKilled}}", "true\n")
    docker.answers("inspect --format {{.RestartCount}}", "3\n")
    line = json.dumps({"level": "error", "message": "no database", "service": "agents", "reason": "refused"})
    docker.answers("logs --no-log-prefix", f"{line}\n{line}\n")
    with pytest.raises(Obstacle) as caught:
        wait.until_healthy(Compose(place.root, place.env_file), "gateway", "agents")
    assert str(caught.value).splitlines() == [
        f"agents does not work: {why}. The end of its log:",
        "  error: no database (reason=refused)",
        "See more: make logs S=agents. Try again: make up",
    ]


def test_health_names_the_service_and_the_reason(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    docker.runs("postgres", {"Service": "gateway", "Health": "unhealthy"})
    docker.answers("inspect --format {{json .State.Health.Log}}", json.dumps([{"Output": "wget: refused\n"}]))
    assert show.health(place, "") == 1
    said = capsys.readouterr().out
    assert "gateway   ✗ fails  its health check says: wget: refused" in said
    assert "agents    ✗ fails  it does not run" in said
    assert "postgres  ✓ works" in said


def test_an_unknown_log_is_refused_with_the_names_there_are(docker: FakeDocker, place: Place) -> None:
    with pytest.raises(Obstacle, match=r"There is no log of agnets. There are: agents, gateway, postgres"):
        show.logs(place, ["agnets"], follow=False)


@pytest.mark.parametrize(
    ("service", "number", "sentence"),
    [
        ("postgres", "2", "postgres cannot be scaled: its data belongs to one process"),
        ("gateway", "2", "gateway cannot be scaled: it holds the port"),
        ("n8n", "2", "n8n cannot be scaled: .* every schedule"),
        ("rag-engnie", "2", "There is no service 'rag-engnie'"),
        ("agents", "0", "'0' is not a number from 1 to 32"),
        ("agents", "many", "'many' is not a number"),
        ("rag-engine", "3", "rag-engine does not run. Type: make up"),
    ],
)
def test_what_cannot_be_scaled_is_said_with_the_reason(
    docker: FakeDocker, place: Place, service: str, number: str, sentence: str
) -> None:
    with pytest.raises(Obstacle, match=sentence):
        scale.scale(place, service, number)
    assert "--scale" not in " ".join(docker.asked)


def test_models_that_are_there_are_not_pulled_again(docker: FakeDocker, place: Place, configure: Configure) -> None:
    with pytest.raises(Obstacle, match=r"Ollama does not run. Type: make up PROFILE=local-llm"):
        models.models(place)
    docker.runs("ollama")
    docker.answers("ollama list", "NAME ID SIZE\nllama3.2:latest 1 2 GB\n")
    configure(MODELS="llama3.2 nomic-embed-text")
    assert models.models(place) == 0
    assert [words for words in docker.asked if " pull " in words] == [
        "compose exec ollama ollama pull nomic-embed-text"
    ]


def test_an_upgrade_that_is_refused_has_fetched_nothing(docker: FakeDocker, place: Place) -> None:
    docker.runs({"Service": "postgres", "Image": "postgres:15.2"})
    with pytest.raises(Obstacle, match="PostgreSQL 16 does not read the data of PostgreSQL 15"):
        upgrade.upgrade(place, "")
    assert not [words for words in docker.asked if " pull" in words]


def test_everything_is_ended_whatever_its_profile(docker: FakeDocker, place: Place) -> None:
    assert lifecycle.down(place) == 0
    assert docker.asked[-1] == "compose down --remove-orphans"
    assert docker.environment["COMPOSE_PROFILES"] == "*"
    docker.runs()
    lifecycle.down(place)
    assert docker.asked[-1].startswith("compose ps")


def test_the_configuration_is_shown_without_a_secret(
    docker: FakeDocker, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = installation.find(place).setting("QDRANT_API_KEY")
    docker.answers("compose --project", f"  x:\n    DB_PASSWORD: hunter2\n    command: run --key {secret}\n    A: b\n")
    docker.answers("config --profiles", "chat\n")
    show.config(place, "")
    assert "  x:\n    DB_PASSWORD: •••\n    command: run --key •••\n    A: b\n" in capsys.readouterr().out


def test_folders_are_made_for_their_readers(docker: FakeDocker, place: Place, tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    (root / ".env.example").write_text((place.root / ".env.example").read_text())
    elsewhere = Place(root, tmp_path / "s", root / ".env")
    assert lifecycle.setup(elsewhere) == lifecycle.setup(elsewhere) == 0
    assert stat.S_IMODE((root / "var" / "inbox").stat().st_mode) == 0o755
    assert stat.S_IMODE((root / "var" / "backups").stat().st_mode) == 0o700


def _with_options(docker: FakeDocker, *running: str) -> None:
    services = {
        "gateway": {"image": "nginx:1"},
        "open-webui": {"image": "w:1", "profiles": ["chat"]},
        "nginx-ssl": {"image": "s:1", "profiles": ["ssl"]},
    }
    docker.answers("config --format json", json.dumps({"services": services}))
    docker.runs("gateway", {"Service": "postgres", "Image": "p:16"}, *running)


def test_an_optional_service_that_runs_follows_the_settings_too(docker: FakeDocker, place: Place) -> None:
    _with_options(docker, "open-webui")
    compose = profiles.with_running(installation.find(place).compose.with_profiles("scan"))
    assert compose.environment()["COMPOSE_PROFILES"] == "scan,chat"


def test_https_ends_where_nobody_is_asked_for_a_key(
    docker: FakeDocker, place: Place, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    _with_options(docker, "nginx-ssl")
    _start(place)
    assert "compose rm --stop --force nginx-ssl" in docker.asked
    assert "nginx-ssl was stopped" in capsys.readouterr().out


def test_https_goes_on_where_a_key_is_needed(docker: FakeDocker, place: Place, configure: Configure) -> None:
    _with_options(docker, "nginx-ssl")
    configure(AUTH="required")
    _start(place)
    assert not [words for words in docker.asked if " rm " in words]
