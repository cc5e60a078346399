"""Runs that use the tools of MCP servers: what they are asked about, what the model reads, and what stops them."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests import mcp_servers
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.mcp_child import ECHO, Script
from tests.integration.agents.conftest import make_agent
from tests.mcp_servers import Servers

from oberaconnect.settings import Settings


@pytest.fixture(scope="module")
def _running(module_settings: Settings, vendor: LanguageModel) -> Iterator[tuple[Servers, LanguageModel]]:
    with mcp_servers.running(vendor.settings(module_settings, "anthropic")) as running:
        yield running, vendor


@pytest.fixture
def model(_running: tuple[Servers, LanguageModel]) -> LanguageModel:
    """The model, with nothing to say yet."""
    _running[1].forget()
    return _running[1]


@pytest.fixture
def servers(_running: tuple[Servers, LanguageModel], model: LanguageModel) -> Servers:
    """The service with an agent of Alice's that may use the tools of one server, which is not there yet."""
    _running[0].service.forget()
    make_agent(_running[0].service, who="alice", tool_allow=["files__*"])
    return _running[0]


def _asked(servers: Servers, model: LanguageModel) -> Any:
    model.say(calls=[Call("files__echo", {"text": "good morning"})])
    begun = servers.service.begin("tester", "Say good morning.", who="alice")
    servers.service.work_all()
    return servers.service.run(begun["id"], who="alice")


def test_a_call_that_may_reach_out_is_made_when_somebody_approved_it(
    servers: Servers, script: Script, model: LanguageModel
) -> None:
    servers.ready(servers.script("files", script))
    run = _asked(servers, model)
    (asked,) = run["waiting"]["approvals"]
    assert (asked["tool"], asked["class"], script.asked("tools/call")) == ("files__echo", "external", [])
    servers.service.call("POST", f"/approvals/{asked['id']}", {"decision": "approve"}, who="alice")
    model.say("It said good morning.")
    servers.service.work_all()
    ended = servers.service.run(run["id"], who="alice")
    assert (ended["status"], ended["taint"]) == ("completed", "files__echo")
    assert "good morning" in str(model.asked[-1].body["messages"][-1])
    assert len(script.asked("tools/call")) == 1


def test_a_tool_of_a_trusted_server_that_only_reads_is_called_unasked_and_taints_nothing(
    servers: Servers, script: Script, model: LanguageModel
) -> None:
    script.plan(tools=[{**ECHO, "annotations": {"readOnlyHint": True}}])
    servers.ready(servers.script("files", script, trust=True))
    model.say(calls=[Call("files__echo", {"text": "good morning"})])
    model.say("It said good morning.")
    begun = servers.service.begin("tester", "Say good morning.", who="alice")
    servers.service.work_all()
    ended = servers.service.run(begun["id"], who="alice")
    assert (ended["status"], ended["taint"]) == ("completed", None)


def test_a_tool_that_changes_while_its_call_waits_for_a_person_is_not_called(
    servers: Servers, script: Script, model: LanguageModel
) -> None:
    server_id = servers.script("files", script)
    servers.ready(server_id)
    run = _asked(servers, model)
    (asked,) = run["waiting"]["approvals"]
    script.plan(tools=[{**ECHO, "description": "Says it again, to everybody."}])
    servers.test(server_id)
    servers.service.call("POST", f"/approvals/{asked['id']}", {"decision": "approve"}, who="alice")
    model.say("Then I cannot.")
    servers.service.work_all()
    assert servers.service.run(run["id"], who="alice")["status"] == "completed"
    assert script.asked("tools/call") == []


def test_a_run_of_another_client_cannot_name_the_tool(servers: Servers, script: Script, model: LanguageModel) -> None:
    servers.ready(servers.script("files", script), **{"class": "read"})
    make_agent(servers.service, who="charlie", tool_allow=["files__*"])
    model.say(calls=[Call("files__echo", {"text": "a"})])
    model.say("I have no such tool.")
    begun = servers.service.begin("tester", "Say a.", who="charlie")
    servers.service.work_all()
    assert servers.service.run(begun["id"], who="charlie")["status"] == "completed"
    assert script.asked("tools/call") == []
