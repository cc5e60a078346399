"""The protocol's own suites against our bridge, with two processes that share nothing.

What is tested is the way from WSGI to the SDK and back: a server with the tools that the suites expect stands where the
platform's own stands, behind the same guard.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import node, processes

_SECONDS = 240
_STAMP = re.compile(r"-\d{4}-\d\d-\d\dT[\d-]+Z$")
#: What must be left out of the suite of 2025-11-25. In those sessions the server asks its client something on a stream
#: of its own and the answer comes as another request, which may reach another process: nothing there knows of it. Later
#: clients get the same by `input_required`, which the other suite tests.
PUSHED = {
    "tools-call-sampling": "the server asks the client's model",
    "tools-call-elicitation": "the server asks the client's user",
    "elicitation-sep1034-defaults": "the server asks the client's user",
    "elicitation-sep1330-enums": "the server asks the client's user",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the suites' server in two processes, in open mode."""
    folder = tmp_path_factory.mktemp("suite")
    settings = {
        "SECRET_KEY": "0123456789abcdef0123456789abcdef",
        "POSTGRES_PASSWORD": "not used 0123456789",
        "DATA_DIR": str(folder),
    }
    with processes.serving("tests.fakes.mcp_suite:from_environment()", settings, folder) as address:
        yield f"{address}/api/agents/mcp"


def run(package: str, url: str, words: list[str], folder: Path) -> tuple[int, dict[str, set[str]]]:
    """The exit status of a suite, and how the checks of each of its scenarios ended."""
    command = [*node.command(package), "server", "--url", url, *words, "--output-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    found = {}
    for file in folder.glob("server-*/checks.json"):
        name = _STAMP.sub("", file.parent.name.removeprefix("server-"))
        found[name] = {check["status"] for check in json.loads(file.read_text(encoding="utf-8"))}
    assert found, f"{done.stdout}\n{done.stderr}"
    return done.returncode, found


def required(revision: str) -> set[str]:
    """The scenarios that a suite wants of every server of a revision of the protocol, as it lists them."""
    command = [*node.command(node.CONFORMANCE), "list", "--server", "--requirements", revision]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    servers = listed.split("Server scenarios")[1].split("\n\n")[0]
    return set(re.findall(r"^ +- (\S+)", servers, re.MULTILINE))


def failed(scenarios: dict[str, set[str]]) -> set[str]:
    return {name for name, statuses in scenarios.items() if "FAILURE" in statuses}


def test_all_that_the_protocol_of_2026_requires_of_a_server_passes(url: str, tmp_path: Path) -> None:
    status, found = run(node.CONFORMANCE, url, ["--requirements", "2026-07-28"], tmp_path)
    wanted = required("2026-07-28")
    assert len(wanted) == 37
    assert wanted <= set(found)
    assert failed(found) & wanted == set()
    assert status == 0


def test_the_suite_of_2025_passes_but_for_what_a_server_pushes(url: str, tmp_path: Path) -> None:
    _, found = run(node.CONFORMANCE_2025, url, ["--suite", "all"], tmp_path)
    assert len(found) == 32
    assert failed(found) == set(PUSHED)
