"""Scans: only of what the list names, by an nmap without privileges, and with a line in the log each.

Nothing is sent to anybody but the containers of this test's own network.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests import compose
from tests.gateway import free_port

_PYTHON = "python:3.11.17-slim-trixie"
_AIM = f"""
services:
  aim:
    image: {_PYTHON}
    command: [python, -m, http.server, "8000"]
    init: true
    networks: [oberaconnect-network]
"""
_POST = """
import json, sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1], sys.argv[3].encode() or None, json.loads(sys.argv[2]))
try:
    answer = urllib.request.urlopen(request, timeout=100)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps([answer.status, json.load(answer)]))
"""


@dataclass(frozen=True)
class Network:
    """kali-nmap and a web server beside it, in a network that the list names."""

    stack: compose.Stack
    subnet: str
    aim: str

    def nmap(self, *words: str) -> tuple[int, str]:
        """Exit status and all output of the command that Alice types."""
        done = self.stack.compose("exec", "-T", "kali-nmap", "nmap", *words, check=False)
        return done.returncode, done.stdout + done.stderr

    def once(self, allowed: str, *words: str) -> tuple[int, str]:
        """The same in a container of its own with another list."""
        setting = ("-e", f"SCAN_ALLOWED_CIDRS={allowed}")
        done = self.stack.compose("run", "--rm", "-T", "--no-deps", *setting, "kali-nmap", *words, check=False)
        return done.returncode, done.stdout + done.stderr

    def post(self, body: object, token: str | None = None) -> tuple[int, Any]:
        """Another service calls the HTTP face."""
        given = self.stack.env["SCAN_TOKEN"] if token is None else token
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {given}"}
        return self._call("/scans", headers, json.dumps(body))

    def health(self) -> tuple[int, Any]:
        """Another service asks whether it is well."""
        return self._call("/health", {}, "")

    def _call(self, path: str, headers: dict[str, str], body: str) -> tuple[int, Any]:
        words = ("python", "-c", _POST, f"http://kali-nmap:8080{path}", json.dumps(headers), body)
        status, document = json.loads(self.stack.compose("exec", "-T", "aim", *words).stdout)
        return status, document

    def record(self) -> list[dict[str, Any]]:
        """The lines of the container's log that are the audit's."""
        lines = self.stack.compose("logs", "--no-log-prefix", "kali-nmap").stdout.splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with compose.project() as bare:
        overlay = Path(bare.folder) / "aim.yml"
        overlay.write_text(_AIM)
        project = replace(bare.project, files=(overlay,)).with_profiles("scan")
        stack = replace(bare, project=project)
        stack.compose("up", "--detach", "--no-deps", "aim")
        found = json.loads(compose.docker("network", "inspect", bare.env["NETWORK_NAME"]))[0]
        subnet = found["IPAM"]["Config"][0]["Subnet"]
        aim = next(iter(stack.inspect("aim")["NetworkSettings"]["Networks"].values()))["IPAddress"]
        stack = replace(stack, project=project.with_settings(SCAN_ALLOWED_CIDRS=subnet))
        stack.up("--build", "--no-deps", "kali-nmap")
        try:
            yield Network(stack, subnet, aim)
        finally:
            stack.compose("down", "--volumes", "--remove-orphans", timeout=180)


def test_the_command_scans_what_the_list_names_and_leaves_its_lines(network: Network) -> None:
    status, said = network.nmap("-sV", "-p", "8000", "--why", "ticket 4711", network.aim)
    assert status == 0, said
    assert "8000/tcp open  http" in said
    assert "SimpleHTTPServer" in said

    begun, ended = [line for line in network.record() if line.get("why") == "ticket 4711"]
    assert (begun["event"], ended["event"]) == ("scan.started", "scan.finished")
    assert (ended["who"], ended["targets"], ended["status"]) == ("appuser", [network.aim], 0)
    assert ended["hosts_up"] == 1
    assert ended["arguments"][:3] == ["--unprivileged", "-n", "-sT"]


@pytest.mark.parametrize(
    "words",
    [
        ("198.51.100.1",), ("127.0.0.1",), ("169.254.169.254",), ("localhost",), ("127.1",), ("0x7f.1",),
        ("-iL", "/etc/passwd"), ("-oN", "/tmp/x", "AIM"), ("--script=vuln", "AIM"), ("-sS", "AIM"), ("AIM;id",),
        ("--privileged", "AIM"), ("AIM", "198.51.100.1"), (),
    ],
)  # fmt: skip
def test_the_command_refuses_and_records_everything_else(network: Network, words: tuple[str, ...]) -> None:
    asked = [word.replace("AIM", network.aim) for word in words]
    before = len(network.record())
    status, said = network.nmap(*asked)
    assert status == 2
    assert said.startswith("nmap: ")

    (line,) = network.record()[before:]
    assert (line["event"], line["asked"]) == ("scan.refused", asked)


def test_an_empty_list_refuses_everything(network: Network) -> None:
    status, said = network.once("", "nmap", "-p", "8000", network.aim)
    assert status == 2
    assert "SCAN_ALLOWED_CIDRS is empty" in said


def test_a_wide_entry_does_not_open_the_containers_network(network: Network) -> None:
    wide = f"{network.subnet.split('.')[0]}.0.0.0/8"
    status, said = network.once(wide, "nmap", "-p", "8000", network.aim)
    assert status == 2
    assert "must name it by itself" in said


def test_a_wrong_list_keeps_the_container_from_starting(network: Network) -> None:
    status, said = network.once("10.0.0.0/99", "python", "-m", "scan")
    assert status == 1
    assert "'10.0.0.0/99' in SCAN_ALLOWED_CIDRS" in said
    assert "Traceback" not in said


def test_another_service_gets_a_scan_as_a_document(network: Network) -> None:
    body = {"targets": ["aim"], "profile": "ports", "ports": "8000,8001", "reason": "inventory", "caller": "Alice"}
    status, found = network.post(body)
    assert status == 200, found
    (host,) = found["hosts"]
    assert (host["address"], host["names"], host["state"]) == (network.aim, ["aim"], "up")
    assert [(port["port"], port["state"]) for port in host["ports"]] == [(8000, "open"), (8001, "closed")]

    ended = network.record()[-1]
    assert (ended["event"], ended["face"], ended["why"]) == ("scan.finished", "http", "inventory")
    assert ended["who"].startswith("Alice (")


def test_another_service_gets_no_other_scan(network: Network) -> None:
    body = {"targets": [network.aim], "profile": "quick", "reason": "inventory"}
    assert network.post(body, token="")[0] == 401
    assert network.post(body, token="x" * 64)[0] == 401
    assert network.post({**body, "targets": ["198.51.100.1"]})[0] == 403
    for wrong in ({"targets": ["-iL", "/etc/passwd"]}, {"arguments": ["-A"]}, {"scripts": ["vuln"]}, {"ports": "1;id"}):
        status, problem = network.post({**body, **wrong})
        assert status == 422
        assert problem["detail"]
    assert {line["event"] for line in network.record()[-7:]} == {"scan.refused"}


def test_its_health_is_open_and_says_little(network: Network) -> None:
    assert network.health() == (200, {"status": "pass", "service": "kali-nmap"})


def test_nothing_in_the_container_has_a_privilege(network: Network) -> None:
    said = network.stack.inside("kali-nmap", "sh", "-c", "id -u; cat /proc/self/status; touch /x /app/x", check=False)
    lines = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    assert said.startswith("10001\n")
    assert {int(lines[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert lines["NoNewPrivs"].strip() == "1"
    assert said.count("Read-only file system") == 2
    assert network.stack.inside("kali-nmap", "sh", "-c", "command -v nmap") == "/usr/local/bin/nmap\n"
    assert network.stack.inspect("kali-nmap")["HostConfig"]["PortBindings"] in (None, {})


def test_its_surroundings_hold_no_secret_but_its_own(network: Network) -> None:
    variables = network.stack.inspect("kali-nmap")["Config"]["Env"]
    values = [network.stack.env[name] for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "QDRANT_API_KEY")]
    assert not [line for line in variables if any(value in line for value in values)]


@pytest.mark.parametrize("mode", ["raw", "host"])
def test_the_opt_ins_add_one_capability_and_the_gate_stays(network: Network, mode: str) -> None:
    opened = replace(
        network.stack.project.with_settings(SCAN_PORT=str(free_port())),
        files=(*network.stack.project.files, network.stack.project.root / "docker" / "scan" / f"{mode}.yml"),
    )
    stack = replace(network.stack, project=opened)
    try:
        stack.up("--no-deps", "kali-nmap")
        assert int(stack.inside("kali-nmap", "grep", "CapBnd", "/proc/self/status").split()[1], 16) == 1 << 13
        said = stack.inside("kali-nmap", "nmap", "-sS", "--reason", "-p", "8000", network.aim)
        assert "arp-response" in said
        assert "8000/tcp open  http-alt syn-ack" in said
        assert "is never scanned" in stack.inside("kali-nmap", "nmap", "127.0.0.1", check=False)
        host = stack.inspect("kali-nmap")["HostConfig"]
        assert (host["NetworkMode"] == "host", host["Privileged"]) == (mode == "host", False)
    finally:
        network.stack.up("--no-deps", "kali-nmap")
