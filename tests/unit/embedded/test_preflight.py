"""What is said when something stands in the way before the start."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.gateway import free_port

from embedded import preflight
from host import ports
from host.obstacle import Obstacle
from host.place import ROOT, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(ROOT, tmp_path, tmp_path / ".env")


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield int(listener.getsockname()[1])


def test_a_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free("127.0.0.1", taken)
    assert ports.holders(taken) == {os.getpid()}


def test_a_port_is_free_again_when_its_holder_has_gone() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    assert ports.is_free("127.0.0.1", port)
    assert ports.holders(port) == set()


def test_a_port_in_use_is_named_with_its_holder_and_the_setting(place: Place, taken: int) -> None:
    with pytest.raises(Obstacle) as caught:
        preflight.check_ports(place, {"rag-engine": taken}, "127.0.0.1")
    sentence = str(caught.value)
    assert f"Port {taken} for rag-engine is in use by" in sentence
    assert f"(process {os.getpid()})" in sentence
    assert f"kill {os.getpid()}" in sentence
    assert f"set RAG_PORT in {place.env_file}" in sentence


def test_one_port_for_two_programs_is_refused(place: Place) -> None:
    port = free_port()
    with pytest.raises(Obstacle, match=rf"agents and gateway both have port {port}. .* AGENTS_PORT"):
        preflight.check_ports(place, {"gateway": port, "agents": port}, "127.0.0.1")


def test_a_full_disk_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_RUN_MB", 2**40)
    with pytest.raises(Obstacle, match=f"The disk of {place.state} is full: .* df -h {place.state}"):
        preflight.check_room(place)


def test_little_memory_is_a_warning_and_not_a_refusal(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_MEMORY_MB", 2**40)
    assert "of memory are free" in preflight.check_room(place)[0]
