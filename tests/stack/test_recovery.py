"""Containers that are killed, and a platform that is stopped and started: what was there is there."""

import os
import signal

import pytest
from tests.caller import Caller
from tests.compose import CORE, Stack

_QUESTION = "Where is the spare router kept?"


@pytest.fixture(scope="module")
def alice(stack: Stack) -> Caller:
    """Alice, whose document must outlive everything that happens here."""
    caller = stack.caller()
    caller.texts({"spare": "The spare router is kept in cabinet 14 of the depot."}, collection="recovery")
    return caller


def _answer(caller: Caller) -> str:
    found = caller.ask(_QUESTION, collection="recovery")
    return str(found["answer"])


@pytest.mark.parametrize("service", sorted(CORE))
def test_a_killed_container_comes_back_by_itself_with_all_it_knew(stack: Stack, alice: Caller, service: str) -> None:
    before = stack.inspect(service)
    # Not `docker kill`: the engine takes that for somebody's wish and leaves the container down.
    os.kill(before["State"]["Pid"], signal.SIGKILL)

    stack.wait_until_restarted(service, before)
    stack.wait_until_healthy(*CORE)

    assert "cabinet 14" in _answer(alice)


def test_a_restart_of_everything_keeps_documents_chats_and_keys(stack: Stack, alice: Caller) -> None:
    made = stack.inside("agents", "python", "-m", "oberaconnect.keys", "create", "--name", "bob").split()[-1]
    session = alice.call("POST", "/rag/sessions", {"title": "Spare parts"}).json["id"]

    stack.compose("down", "--remove-orphans")
    stack.up()

    assert "cabinet 14" in _answer(alice)
    assert stack.caller(made).call("GET", "/rag/collections").status == 200
    assert alice.call("GET", f"/rag/sessions/{session}").json["title"] == "Spare parts"
