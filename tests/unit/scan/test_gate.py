"""The way to nmap: checked, recorded, ended in time. nmap is a small program here that says what it was told."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from scan import app, audit, command, networks, result, settings
from scan.gate import Gate
from scan.refusal import Invalid
from scan.settings import Settings

_TOKEN = "a-token-for-tests-only-0123456789"
_BODY: dict[str, Any] = {"targets": ["192.0.2.1"], "profile": "services", "reason": "ticket 4711", "caller": "Alice"}
_XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap"><host><status state="up" reason="conn-refused"/>
<address addr="192.0.2.1" addrtype="ipv4"/><address addr="02:00:00:00:00:01" addrtype="mac"/>
<hostnames/><ports><extraports state="closed" count="999"/>
<port protocol="tcp" portid="443"><state state="open" reason="syn-ack"/>
<service name="http" product="nginx &lt;x&gt;" version="1.30.6" method="probed"/>
<script id="http-title" output="Hello"/></port>
<port protocol="tcp" portid="25"><state state="filtered"/></port></ports></host>
<runstats><finished elapsed="0.1"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>
"""


class Cast:
    """A gate with a nmap that runs `code`, and everything it recorded."""

    def __init__(self, folder: Path, code: str) -> None:
        """`folder` holds the program, what it was told, and the places."""
        self.told = folder / "told"
        program = folder / "program"
        program.write_text(
            f"#!{sys.executable} -IS\nimport json, os, sys, time\n"
            f"told = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()])\n"
            f"open({str(self.told)!r}, 'w').write(told)\n{code}"
        )
        program.chmod(0o700)
        self.lines: list[dict[str, Any]] = []
        allowed = networks.parse("192.0.2.0/24")
        self.gate = Gate(
            Settings(allowed=allowed, token=_TOKEN, timeout_seconds=20),
            record=lambda line: self.lines.append(json.loads(line)),
            program=program,
            folder=folder,
            own=tuple,
            look_up=lambda name: ["192.0.2.7"],
        )

    def post(self, body: object, *, token: str = _TOKEN, kind: str = "application/json") -> TestResponse:
        """POST /scans with a body as JSON, or as it stands when it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return app.build(self.gate).test_client().post("/scans", data=data, content_type=kind, headers=headers)

    @property
    def events(self) -> list[str]:
        """What was recorded, in order."""
        return [line["event"] for line in self.lines]


@pytest.fixture
def cast(tmp_path: Path) -> Callable[..., Cast]:
    return lambda code=f"print({_XML!r})": Cast(tmp_path, code)


def test_alices_scan_is_answered_and_recorded(cast: Callable[..., Cast]) -> None:
    scene = cast()
    answer = scene.post(_BODY)
    assert answer.status_code == 200, answer.text
    assert answer.json
    assert answer.json["hosts"] == [
        {
            "address": "192.0.2.1", "names": [], "state": "up", "mac": "02:00:00:00:00:01",
            "ports": [
                {"port": 443, "protocol": "tcp", "state": "open", "service": "http", "product": "nginx <x>",
                 "version": "1.30.6", "scripts": {"http-title": "Hello"}},
                {"port": 25, "protocol": "tcp", "state": "filtered", "service": "", "product": "", "version": "",
                 "scripts": {}},
            ],
        }
    ]  # fmt: skip
    assert answer.json["arguments"] == ["--unprivileged", "-n", "-sT", "-sV", "-oX", "-", "192.0.2.1"]
    assert scene.events == ["scan.started", "scan.finished"]
    begin, end = scene.lines
    assert begin["who"] == "Alice (127.0.0.1)"
    assert (end["why"], end["targets"], end["hosts_up"], end["status"]) == ("ticket 4711", ["192.0.2.1"], 1, 0)
    assert begin["id"] == end["id"]


def test_nmap_gets_no_variable_of_the_container(cast: Callable[..., Cast], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NMAP_PRIVILEGED", "1")
    monkeypatch.setenv("SCAN_TOKEN", _TOKEN)
    scene = cast()
    scene.post(_BODY)
    words, environment, folder = json.loads(scene.told.read_text())
    assert words == ["--unprivileged", "-n", "-sT", "-sV", "-oX", "-", "192.0.2.1"]
    assert environment.keys() - {"LC_CTYPE"} == {"PATH", "HOME", "LANG"}
    assert folder == "/"


def test_a_name_is_scanned_by_its_address_and_answered_by_its_name(cast: Callable[..., Cast]) -> None:
    scene = cast(f"print({_XML.replace('192.0.2.1', '192.0.2.7')!r})")
    answer = scene.post({**_BODY, "targets": ["printer.example"]})
    assert answer.json
    assert answer.json["hosts"][0]["names"] == ["printer.example"]
    assert "printer.example" not in scene.told.read_text()


@pytest.mark.parametrize("token", ["", "wrong", _TOKEN + "x", _TOKEN[:-1], "ÿ"])
def test_charlie_without_the_token_stays_outside(cast: Callable[..., Cast], token: str) -> None:
    scene = cast()
    answer = scene.post(_BODY, token=token)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert scene.events == ["scan.refused"]
    assert not scene.told.exists()


def test_without_a_token_set_nobody_is_let_in(cast: Callable[..., Cast]) -> None:
    scene = cast()
    scene.gate = replace(scene.gate, settings=replace(scene.gate.settings, token=""))
    for token in ("", " ", _TOKEN):
        answer = scene.post(_BODY, token=token)
        assert answer.status_code == 503
        assert "SCAN_TOKEN is not set" in answer.text
    assert not scene.told.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b"\xff\xfe", 400), (b"[" * 60_000, 400), (b"NaN", 400),
        (b'{"targets": ["192.0.2.1"], "targets": []}', 400), (b"1" * 60_000, 400), (b"x" * 10_000_000, 413),
        ({}, 422), ({**_BODY, "arguments": ["-iL", "/etc/passwd"]}, 422), ({**_BODY, "targets": ["-iL"]}, 422),
        ({**_BODY, "targets": ["; rm -rf /"]}, 422), ({**_BODY, "ports": "22;id"}, 422),
        ({**_BODY, "profile": "-sS"}, 422),
        ({**_BODY, "targets": ["198.51.100.1"]}, 403), ({**_BODY, "targets": ["127.0.0.1"]}, 403),
        ({**_BODY, "targets": ["192.0.2.1\0"]}, 422), ({**_BODY, "targets": ["\ud800"]}, 422),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_problem_and_nothing_is_scanned(
    cast: Callable[..., Cast], body: object, status: int
) -> None:
    scene = cast()
    answer = scene.post(body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json
    assert answer.json["status"] == status
    assert len(answer.json["detail"]) < 700
    assert scene.events == ([] if status == 413 else ["scan.refused"])
    assert not scene.told.exists()


def test_other_kinds_of_requests_are_problems(cast: Callable[..., Cast]) -> None:
    scene = cast()
    assert scene.post(_BODY, kind="text/plain").status_code == 415
    client = app.build(scene.gate).test_client()
    assert (client.get("/scans").status_code, client.get("/scans").mimetype) == (405, "application/problem+json")
    assert (client.get("/x").status_code, client.get("/x").mimetype) == (404, "application/problem+json")


def test_health_warns_of_what_is_not_set(cast: Callable[..., Cast]) -> None:
    scene = cast()

    def health() -> tuple[int, str | None, Any]:
        answer = app.build(scene.gate).test_client().get("/health")
        return answer.status_code, answer.mimetype, answer.json

    assert health() == (200, "application/health+json", {"status": "pass", "service": "kali-nmap"})
    scene.gate = replace(scene.gate, settings=replace(scene.gate.settings, allowed=()))
    status, _, document = health()
    assert (status, document["status"], list(document["checks"])) == (200, "warn", ["SCAN_ALLOWED_CIDRS"])


def test_a_scan_that_takes_too_long_is_ended(cast: Callable[..., Cast]) -> None:
    scene = cast("time.sleep(600)")
    scene.gate = replace(scene.gate, settings=replace(scene.gate.settings, timeout_seconds=0))
    answer = scene.post(_BODY)
    assert answer.status_code == 504
    assert "SCAN_TIMEOUT_SECONDS" in answer.text
    assert (scene.lines[-1]["event"], scene.lines[-1]["cut"]) == ("scan.finished", "time")
    assert scene.lines[-1]["status"] == -signal.SIGKILL


def test_a_scan_that_says_too_much_is_ended(cast: Callable[..., Cast]) -> None:
    scene = cast("b = b'x' * 2**20\nwhile True: os.write(1, b)")
    answer = scene.post(_BODY)
    assert answer.status_code == 422
    assert "too much output" in answer.text
    assert scene.lines[-1]["cut"] == "size"


@pytest.mark.parametrize(
    "code", ["print('<nmaprun>')", "", "os.write(1, b'\\0')", "print('<!DOCTYPE x []><nmaprun/>')"]
)
def test_an_answer_that_nmap_would_not_give_is_a_problem(cast: Callable[..., Cast], code: str) -> None:
    answer = cast(code).post(_BODY)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")


def test_nmaps_own_failure_is_told(cast: Callable[..., Cast]) -> None:
    answer = cast("sys.exit('no such device')").post(_BODY)
    assert answer.status_code == 500
    assert "status 1: no such device" in answer.text


def test_only_so_many_scans_run_at_a_time(cast: Callable[..., Cast]) -> None:
    scene = cast()
    scene.gate = replace(scene.gate, settings=replace(scene.gate.settings, at_once=1))
    meanwhile: list[tuple[object, ...]] = []

    def try_another(piece: bytes) -> None:
        answer = scene.post(_BODY)
        meanwhile.append((answer.status_code, answer.headers.get("Retry-After")))
        meanwhile.append((command.scan(scene.gate, ["192.0.2.1"], "bob"),))

    scene.gate.scan(["192.0.2.1"], who="alice", face="command", on_output=try_another)
    assert meanwhile[:2] == [(429, "10"), (75,)]
    assert scene.post(_BODY).status_code == 200


def test_without_a_record_there_is_no_scan(cast: Callable[..., Cast], tmp_path: Path) -> None:
    scene = cast()
    scene.gate = replace(scene.gate, record=audit.to(tmp_path / "missing" / "log"))
    assert scene.post(_BODY).status_code == 500
    assert command.scan(scene.gate, ["192.0.2.1"], "bob") == 1
    assert not scene.told.exists()


def test_bobs_command_shows_what_nmap_says(cast: Callable[..., Cast], capfdbinary: Any) -> None:
    scene = cast("print('Nmap done: 16 IP addresses (3 hosts up) scanned'); sys.exit(4)")
    assert command.scan(scene.gate, ["-sV", "192.0.2.0/28"], "bob") == 4
    assert capfdbinary.readouterr().out == b"Nmap done: 16 IP addresses (3 hosts up) scanned\n"
    end = scene.lines[-1]
    assert (end["who"], end["face"], end["hosts_up"], end["addresses"]) == ("bob", "command", 3, 16)


@pytest.mark.parametrize("line", ["-iL /etc/passwd", "-oN /x 192.0.2.1", "--script=vuln 192.0.2.1", "198.51.100.1", ""])
def test_bobs_mistake_is_refused_and_recorded(
    cast: Callable[..., Cast], capsys: pytest.CaptureFixture[str], line: str
) -> None:
    scene = cast()
    assert command.scan(scene.gate, line.split(), "bob") == 2
    assert capsys.readouterr().err.startswith("nmap: ")
    assert scene.events == ["scan.refused"]
    assert scene.lines[0]["asked"] == line.split()
    assert not scene.told.exists()


def test_an_interrupted_command_leaves_no_nmap_behind(cast: Callable[..., Cast]) -> None:
    scene = cast("print(os.getpid(), flush=True); time.sleep(600)")

    def interrupt(piece: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scene.gate.scan(["192.0.2.1"], who="bob", face="command", on_output=interrupt)
    assert scene.events == ["scan.started", "scan.finished"]
    assert scene.lines[-1]["cut"] == "stopped"
    running = subprocess.run(["pgrep", "-f", str(scene.gate.program)], capture_output=True, check=False)
    assert running.stdout == b""


def test_a_line_of_the_record_is_one_line_whatever_was_asked() -> None:
    words = ["a\nb", "\x1b[2J", "x" * 10_000, *["192.0.2.1"] * 1000]
    line = audit.line("scan.refused", words=words, who="a\nb")
    assert line.count(b"\n") == 1
    assert len(line) < 4096
    assert all(32 <= byte < 127 for byte in line[:-1])


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE nmaprun><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nmaprun>&b;</nmaprun>'
    with pytest.raises(result.Unreadable, match="document type"):
        result.hosts(bomb, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SCAN_ALLOWED_CIDRS", "10.0.0.0/99"), ("SCAN_TOKEN", "short"), ("SCAN_MAX_ADDRESSES", "0"),
        ("SCAN_MAX_ADDRESSES", "1e3"), ("SCAN_TIMEOUT_SECONDS", "-1"), ("SCAN_AT_ONCE", "9"), ("SCAN_RAW", "yes"),
        ("SCAN_MAX_ADDRESSES", "٣"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        settings.from_environ({name: value})


def test_empty_settings_are_the_defaults() -> None:
    names = ("SCAN_ALLOWED_CIDRS", "SCAN_TOKEN", "SCAN_MAX_ADDRESSES", "SCAN_TIMEOUT_SECONDS", "SCAN_RAW", "SCAN_BIND")
    assert settings.from_environ(dict.fromkeys(names, "")) == settings.from_environ({}) == Settings()
