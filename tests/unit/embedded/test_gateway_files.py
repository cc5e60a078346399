"""The gateway's templates, filled in for the run without Docker."""

from pathlib import Path

import pytest

from embedded import gateway
from embedded.account import Account
from host.obstacle import Obstacle
from host.place import ROOT, Place

_PORTS = {"DATA_PORT": 1, "RAG_PORT": 2, "ENGINEERING_PORT": 3, "CALLFLOW_PORT": 4, "AGENTS_PORT": 5}


def _variables(folder: Path, user: Account | None = None, **values: str) -> dict[str, str]:
    return gateway.variables(Place(ROOT, folder, folder / ".env"), values, user, _PORTS)


def test_variables_are_filled_in_and_those_of_nginx_stay() -> None:
    text = gateway.render("listen ${PORT}; return 200 $request_id;", {"PORT": "80"}, "x")
    assert text == "listen 80; return 200 $request_id;"


def test_a_variable_that_nobody_sets_is_named() -> None:
    with pytest.raises(Obstacle, match=r"gateway/http.conf.template asks for COLOUR"):
        gateway.render("${COLOUR}", {}, "http.conf.template")


def test_every_template_of_this_run_can_be_filled_in(tmp_path: Path) -> None:
    written = gateway.install(Place(ROOT, tmp_path, tmp_path / ".env"), _variables(tmp_path))
    assert "nginx.embedded.conf" in written
    assert not [name for name, text in written.items() if "${" in text]
    assert (tmp_path / "gateway" / "site" / "index.html").is_file()


def test_open_mode_answers_only_to_names_of_this_machine(tmp_path: Path) -> None:
    assert _variables(tmp_path)["GATEWAY_HOSTS"] == "localhost 127.0.0.1 [::1]"
    assert _variables(tmp_path, AUTH="required")["GATEWAY_HOSTS"] == "~."


def test_an_ipv6_address_gets_the_brackets_that_nginx_wants(tmp_path: Path) -> None:
    assert _variables(tmp_path, GATEWAY_BIND="::1")["GATEWAY_BIND"] == "[::1]"
    assert _variables(tmp_path, GATEWAY_BIND="127.0.0.1")["GATEWAY_BIND"] == "127.0.0.1"


def test_a_normal_user_writes_no_user_line(tmp_path: Path) -> None:
    assert _variables(tmp_path)["GATEWAY_USER_LINE"] == ""
    assert _variables(tmp_path, Account("daemon", 1, 1))["GATEWAY_USER_LINE"] == "user daemon daemon;"
