"""The file with the settings: written once, read with its mistakes named."""

import re
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from host import dotenv
from host.obstacle import Obstacle
from oberaconnect.settings import Settings

_EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"
_ROOT = _EXAMPLE.parent
#: Read by the two runs and their commands, not by the services.
_OF_THE_RUNS = {
    "DATA_PORT",
    "RAG_PORT",
    "ENGINEERING_PORT",
    "CALLFLOW_PORT",
    "AGENTS_PORT",
    "TESSDATA_PREFIX",
    "COMPOSE_PROFILES",
    "MODELS",
    "BACKUP_DIR",
    "BACKUP_KEEP",
    "BACKUP_PASSPHRASE",
    "BACKUP_AGE_RECIPIENT",
    "BACKUP_AGE_IDENTITY",
    "COMPOSE_FILE",
}


def _of_compose() -> set[str]:
    """The variables that compose files take from the settings: ${NAME…}, or a name without a value."""
    files = [_ROOT / "docker-compose.yml", *(_ROOT / "docker").rglob("*.yml")]
    text = "".join(file.read_text() for file in files)
    return {*re.findall(r"\$\{([A-Z][A-Z0-9_]*)", text), *re.findall(r"^ +([A-Z][A-Z0-9_]*):$", text, re.MULTILINE)}


def _read(folder: Path, text: str, **environ: str) -> dict[str, str]:
    target = folder / ".env"
    target.write_text(text)
    return dotenv.read(target, _EXAMPLE, environ)


def test_the_example_describes_every_setting_and_nothing_else() -> None:
    assert dotenv.known(_EXAMPLE) == {field.upper() for field in Settings.model_fields} | _of_compose() | _OF_THE_RUNS


def test_every_setting_of_the_example_has_its_sentence() -> None:
    lines = _EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z0-9_]*=", line):
            assert re.match(r"# .+\.$", lines[number - 1]), line


def test_the_example_shows_the_values_that_are_in_force() -> None:
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    shown = dict(re.findall(r"^#([A-Z][A-Z0-9_]*)=(.+)$", _EXAMPLE.read_text(), re.MULTILINE))
    for name in shown.keys() & defaults.keys():
        default = defaults[name]
        assert shown[name] == (f"{default:g}" if isinstance(default, float) else str(default)), name


def test_the_example_holds_no_secret() -> None:
    secret = [name.upper() for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)]
    text = _EXAMPLE.read_text()
    for name in secret:
        assert re.search(rf"^#?{name}=$", text, re.MULTILINE), name


def test_a_written_file_has_strong_secrets_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    assert dotenv.write(target, _EXAMPLE)
    values = dotenv.read(target, _EXAMPLE, {})
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,}", values["SECRET_KEY"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,}", values["POSTGRES_PASSWORD"])
    assert values["SECRET_KEY"] != values["POSTGRES_PASSWORD"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_two_installations_never_share_a_secret(tmp_path: Path) -> None:
    for name in ("one", "two"):
        dotenv.write(tmp_path / name, _EXAMPLE)
    one, two = (dotenv.read(tmp_path / name, _EXAMPLE, {}) for name in ("one", "two"))
    assert one["SECRET_KEY"] != two["SECRET_KEY"]


def test_a_file_that_is_there_is_never_touched(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text("SECRET_KEY=mine\n")
    assert dotenv.write(target, _EXAMPLE) == []
    assert target.read_text() == "SECRET_KEY=mine\n"


def test_passwords_of_people_satisfy_n8n_and_keys_have_the_form_of_the_platforms(tmp_path: Path) -> None:
    dotenv.write(tmp_path / ".env", _EXAMPLE)
    values = dotenv.read(tmp_path / ".env", _EXAMPLE, {})
    for name in ("N8N_BASIC_AUTH_PASSWORD", "WEBUI_ADMIN_PASSWORD"):
        assert re.fullmatch(r"(?=.*[0-9])(?=.*[A-Z])[A-Za-z0-9]{8,64}", values[name]), name
    for name in ("N8N_GATEWAY_KEY", "WEBUI_GATEWAY_KEY"):
        assert re.fullmatch(r"msp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", values[name]), name


def test_no_secret_of_the_example_stays_empty(tmp_path: Path) -> None:
    dotenv.write(tmp_path / ".env", _EXAMPLE)
    assert re.findall(r"^[A-Z0-9_]+=$", (tmp_path / ".env").read_text(), re.MULTILINE) == []


def test_an_older_file_gets_what_it_lacks_and_keeps_what_it_has(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    older = "# Bob's own words\nSECRET_KEY=mine\nN8N_ENCRYPTION_KEY_FILE=/run/key\n#SCAN_TOKEN=\nTHREADS=8"
    target.write_text(older)
    target.chmod(0o640)
    [said] = dotenv.complete(target, _EXAMPLE)
    assert target.read_text().startswith(f"{older}\n\n# Added by make setup")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    values = dotenv.read(target, _EXAMPLE, {})
    assert values["SECRET_KEY"] == "mine"
    assert len(values["SCAN_TOKEN"]) == 64
    assert "SCAN_TOKEN" in said
    assert "N8N_ENCRYPTION_KEY" not in values
    assert "SECRET_KEY," not in said.replace("WEBUI_SECRET_KEY,", "")
    assert values["SCAN_TOKEN"] not in said


def test_a_file_that_lacks_nothing_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    dotenv.write(target, _EXAMPLE)
    before = (target.read_text(), target.stat().st_ino)
    assert dotenv.complete(target, _EXAMPLE) == []
    assert (target.read_text(), target.stat().st_ino) == before


def test_a_copy_of_the_example_is_filled_in_where_it_is_empty(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text(_EXAMPLE.read_text())
    dotenv.complete(target, _EXAMPLE)
    assert len(target.read_text().splitlines()) == len(_EXAMPLE.read_text().splitlines())
    assert len(dotenv.read(target, _EXAMPLE, {})["SECRET_KEY"]) == 64


def test_two_commands_at_once_add_a_secret_once(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text("SECRET_KEY=mine\n")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: dotenv.complete(target, _EXAMPLE), range(4)))
    assert len([one for one in said if one]) == 1
    assert target.read_text().count("\nSCAN_TOKEN=") == 1


def test_a_link_to_the_settings_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("SECRET_KEY=mine\n")
    (tmp_path / ".env").symlink_to("real")
    dotenv.change(tmp_path / ".env", {"THREADS": "8"})
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real").read_text() == "SECRET_KEY=mine\nTHREADS=8\n"


def test_a_change_replaces_the_value_in_force_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    target.write_text("AUTH=open\n#THREADS=16\nMY=x\nAUTH=open\n")
    dotenv.change(target, {"AUTH": "required", "THREADS": "8", "LOG_LEVEL": "debug"})
    assert target.read_text() == "AUTH=open\nTHREADS=8\nMY=x\nAUTH=required\nLOG_LEVEL=debug\n"


def test_postgres_gets_another_port_when_its_own_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(dotenv, "_POSTGRES_PORT", port)
        said = dotenv.write(tmp_path / ".env", _EXAMPLE)
    chosen = dotenv.read(tmp_path / ".env", _EXAMPLE, {})["POSTGRES_PORT"]
    assert int(chosen) > port
    assert f"Port {port} is in use, so PostgreSQL gets {chosen}" in said[1]


def test_an_unknown_name_is_refused_with_the_one_that_is_meant(tmp_path: Path) -> None:
    with pytest.raises(Obstacle, match=r"GATEWAY_PROT in line 2 .* is not a setting. Is GATEWAY_PORT meant?"):
        _read(tmp_path, "# a comment\nGATEWAY_PROT=8080\n")


def test_a_line_that_is_no_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(Obstacle, match=r"Line 1 of .* is not NAME=value"):
        _read(tmp_path, "GATEWAY_PORT 8080\n")


def test_a_missing_file_names_the_command_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(Obstacle, match="'make setup' writes it"):
        dotenv.read(tmp_path / "absent", _EXAMPLE, {})


def test_quotes_and_comments_at_the_end_are_not_part_of_a_value(tmp_path: Path) -> None:
    values = _read(tmp_path, "LLM_MODEL='a b'  \nPOSTGRES_DB=\"x#y\"\nTHREADS=8 # eight\nLLM_API_KEY=a#b\n")
    assert values == {"LLM_MODEL": "a b", "POSTGRES_DB": "x#y", "THREADS": "8", "LLM_API_KEY": "a#b"}


def test_an_empty_value_means_not_set(tmp_path: Path) -> None:
    assert _read(tmp_path, "THREADS=\n") == {}


def test_the_command_line_stands_above_the_file(tmp_path: Path) -> None:
    assert _read(tmp_path, "THREADS=8\n", THREADS="4", HOME="/home/alice") == {"THREADS": "4"}


def test_a_value_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    assert _read(tmp_path, "SECRET_KEY_FILE=/run/secrets/key\n") == {"SECRET_KEY_FILE": "/run/secrets/key"}
