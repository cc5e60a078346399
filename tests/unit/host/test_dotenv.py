"""The file with the settings: written once, read with its mistakes named."""

import re
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from host import dotenv
from host.obstacle import Obstacle
from oberaconnect.settings import Settings

_EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"
#: Read by the run without Docker and by the gateway's templates, not by the services.
_OF_THE_RUN = {
    "DATA_PORT",
    "RAG_PORT",
    "ENGINEERING_PORT",
    "CALLFLOW_PORT",
    "AGENTS_PORT",
    "GATEWAY_HOSTS",
    "TRUSTED_PROXY",
    "REQUESTS_PER_SECOND",
    "REQUESTS_BURST",
    "CONNECTIONS_PER_ADDRESS",
    "TESSDATA_PREFIX",
}


def _read(folder: Path, text: str, **environ: str) -> dict[str, str]:
    target = folder / ".env"
    target.write_text(text)
    return dotenv.read(target, _EXAMPLE, environ)


def test_the_example_describes_every_setting_and_nothing_else() -> None:
    assert dotenv.known(_EXAMPLE) == {field.upper() for field in Settings.model_fields} | _OF_THE_RUN


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
