"""The pool with MCP servers that others wrote: in Python of 2026, in Node of 2025, over pipes and over HTTP."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from tests import mcp_servers, node
from tests.fakes import mcp_modern
from tests.mcp_servers import ALICE, Servers, until

from agents.tools.contract import Calling
from oberaconnect.problems import Conflict
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # programs of npm and PyPI are started for each

TIME = [sys.executable, "-m", "mcp_server_time", "--local-timezone=UTC"]


@pytest.fixture(scope="module")
def _servers(module_settings: Settings) -> Iterator[Servers]:
    """The service, which may start Node too."""
    with mcp_servers.running(module_settings, node.command(node.EVERYTHING)[0]) as running:
        yield running


def test_the_time_server_is_spoken_to_in_the_protocol_of_2026(servers: Servers) -> None:
    server_id = servers.enter("time", argv=TIME, trust=True)
    found = servers.test(server_id)
    assert found["protocol"] == "2026-07-28"
    assert [line["tool"] for line in found["tools"]] == ["time__convert_time", "time__get_current_time"]
    servers.approve(server_id, "convert_time")
    arguments = {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Tokyo"}
    answer = servers.call("time__convert_time", arguments)
    assert "21:00" in answer.content
    assert servers.call("time__convert_time", arguments | {"time": "noon"}).is_error


def test_files_are_read_and_written_below_the_one_folder(servers: Servers, tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    (folder / "note.txt").write_text("buy milk", encoding="utf-8")
    server_id = servers.enter("files", argv=[*node.command(node.FILESYSTEM), str(folder)], trust=True)
    servers.ready(server_id)
    offered = {name: tool.spec for name, tool in servers.tools().items()}
    assert offered["files__read_text_file"].tool_class == "read"
    assert offered["files__write_file"].tool_class == "destructive"
    assert servers.call("files__read_text_file", {"path": str(folder / "note.txt")}).content == "buy milk"
    servers.call("files__write_file", {"path": str(folder / "other.txt"), "content": "done"})
    assert (folder / "other.txt").read_text(encoding="utf-8") == "done"
    outside = servers.call("files__read_text_file", {"path": "/etc/passwd"})
    assert outside.is_error
    assert "root:" not in outside.content


def test_the_server_that_does_everything_does_it_over_pipes(servers: Servers) -> None:
    servers.ready(servers.enter("all", argv=[*node.command(node.EVERYTHING), "stdio"]))
    _try_everything(servers)


def test_the_server_that_does_everything_does_it_over_http(servers: Servers) -> None:
    port = _free_port()
    with _serving([*node.command(node.EVERYTHING), "streamableHttp"], port):
        servers.ready(servers.enter("all", url=f"http://127.0.0.1:{port}/mcp"))
        _try_everything(servers)


@pytest.mark.parametrize("is_http", [False, True])
def test_a_server_of_2026_that_changes_a_tool_is_found_out_at_once(servers: Servers, is_http: bool) -> None:
    port = _free_port()
    with _serving([sys.executable, mcp_modern.__file__, str(port)], port) if is_http else nullcontext():
        place = {"url": f"http://127.0.0.1:{port}/mcp"} if is_http else {"argv": [sys.executable, mcp_modern.__file__]}
        servers.ready(servers.enter("modern", **place))
        tool = servers.tools()["modern__add"]
        assert tool.call(Calling(ALICE, "key"), {"a": 1, "b": 2}).content == "3"
        assert servers.call("modern__rewrite", {}).content == "changed"

        def is_refused() -> bool:
            try:
                tool.call(Calling(ALICE, "key"), {"a": 1, "b": 2})
            except Conflict:
                return True
            return False

        until(is_refused)
        assert "modern__add" not in servers.tools()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    environment = {"PORT": str(port)}
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            until(lambda: _is_listening(port), 30.0)
            yield
        finally:
            process.kill()


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _try_everything(servers: Servers) -> None:
    assert servers.call("all__echo", {"message": "hello"}).content == "Echo: hello"
    assert "42" in servers.call("all__get-sum", {"a": 40, "b": 2}).content
    image = servers.call("all__get-tiny-image", {}).content
    assert "[An image of the type image/png with" in image
    structured = servers.call("all__get-structured-content", {"location": "Chicago"})
    assert structured.data["temperature"] == json.loads(structured.content)["temperature"]
    told: list[str] = []
    arguments = {"duration": 0.2, "steps": 2}
    assert not servers.call("all__trigger-long-running-operation", arguments, progress=told.append).is_error
    assert told
