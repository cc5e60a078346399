"""The workflows that come with n8n: sound files that call the gateway with its key, and nobody without one."""

import json
import re
from itertools import chain
from typing import Any

import pytest

from host.place import ROOT

FOLDER = ROOT / "docker" / "n8n"
FILES = {path.stem: path.read_text() for path in sorted((FOLDER / "workflows").glob("*.json"))}
WORKFLOWS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in FILES.items()}
TRIGGERS = {"webhook", "scheduleTrigger", "formTrigger"}
#: Where a report, a ticket or a message goes to, as the node "Configuration" says.
OUTWARD = {"={{ $json.report_url }}", "={{ $json.ticket_url }}", "={{ $json.message_url }}"}
#: What a person decides: with a key of their own, because n8n's has no right to approve.
DECISION = "=http://gateway:8080/api/agents/approvals/{{ $json.approval_id }}"
PLAIN = TRIGGERS | {"httpRequest", "respondToWebhook", "form", "code", "set", "if", "stickyNote", "wait"}

each = pytest.mark.parametrize("name", WORKFLOWS)


def nodes(name: str, kind: str = "") -> list[dict[str, Any]]:
    return [node for node in WORKFLOWS[name]["nodes"] if node["type"] == f"n8n-nodes-base.{kind}" or not kind]


def following(name: str) -> dict[str, set[str]]:
    connections = WORKFLOWS[name]["connections"]
    return {node: {link["node"] for link in chain(*outputs["main"])} for node, outputs in connections.items()}


def test_the_workflows_of_the_first_release_are_there() -> None:
    assert set(WORKFLOWS) >= {"ask", "callflow", "config", "ingest", "ticket"}


@each
def test_a_workflow_is_known_by_the_name_of_its_file(name: str) -> None:
    assert WORKFLOWS[name]["id"] == f"oberaconnect-{name}"


def test_no_two_workflows_share_a_name_or_an_address() -> None:
    titles = [workflow["name"] for workflow in WORKFLOWS.values()]
    webhooks = [node for name in WORKFLOWS for node in nodes(name, "webhook")]
    called = [node["webhookId"] for name in WORKFLOWS for node in nodes(name) if "webhookId" in node]
    for values in (titles, [node["parameters"]["path"] for node in webhooks], called):
        assert len(values) == len(set(values))


@each
def test_a_workflow_is_built_of_plain_nodes(name: str) -> None:
    assert {node["type"].removeprefix("n8n-nodes-base.") for node in nodes(name)} <= PLAIN


@each
def test_what_n8n_adds_by_itself_is_not_in_the_file(name: str) -> None:
    assert set(WORKFLOWS[name]) == {"id", "name", "nodes", "connections", "settings"}


@each
def test_every_node_has_a_name_of_its_own_and_is_reached_from_a_trigger(name: str) -> None:
    for field in ("id", "name"):
        values = [node[field] for node in nodes(name)]
        assert len(values) == len(set(values))
    links = following(name)
    reached = {node["name"] for kind in TRIGGERS for node in nodes(name, kind)}
    while more := {after for node in reached for after in links.get(node, set())} - reached:
        reached |= more
    assert reached == {node["name"] for node in nodes(name)} - {node["name"] for node in nodes(name, "stickyNote")}


@each
def test_a_note_says_how_each_webhook_is_called(name: str) -> None:
    notes = " ".join(node["parameters"]["content"] for node in nodes(name, "stickyNote"))
    for webhook in nodes(name, "webhook"):
        assert f"POST /webhook/{webhook['parameters']['path']}" in notes
        assert "X-Webhook-Key" in notes
    for form in nodes(name, "formTrigger"):
        assert f"/form/{form['parameters']['options']['path']}" in notes
        assert "N8N_WEBHOOK_KEY" in notes


@each
def test_nobody_calls_a_webhook_without_the_key(name: str) -> None:
    for node in nodes(name, "webhook"):
        assert node["parameters"]["authentication"] == "headerAuth"
        assert node["credentials"]["httpHeaderAuth"]["id"] == "oberaconnect-webhooks"


@each
def test_nobody_fills_in_a_form_without_signing_in(name: str) -> None:
    for node in nodes(name, "formTrigger"):
        assert node["parameters"]["authentication"] == "basicAuth"
        assert node["credentials"]["httpBasicAuth"]["id"] == "oberaconnect-forms"


@each
def test_the_platform_is_called_through_the_gateway_with_its_key(name: str) -> None:
    calls = nodes(name, "httpRequest")
    inward = [node for node in calls if node["parameters"]["url"] not in {*OUTWARD, DECISION}]
    for node in inward:
        assert re.match(r"=?http://gateway:8080/api/", node["parameters"]["url"])
        assert node["parameters"]["genericAuthType"] == "httpHeaderAuth"
        assert node["credentials"]["httpHeaderAuth"]["id"] == "oberaconnect-gateway"
    assert inward
    assert not any("credentials" in node for node in calls if node not in inward)


@each
def test_a_failing_call_does_not_end_the_workflow(name: str) -> None:
    assert {node["onError"] for node in nodes(name, "httpRequest")} == {"continueRegularOutput"}


@each
def test_a_file_holds_no_secret_and_names_no_other_host(name: str) -> None:
    # Where the platform calls back: the workflow itself, at n8n's address in the containers' network.
    text = FILES[name].replace("$execution.resumeUrl.replace(/^https?:\\\\/\\\\/[^/]+/, 'http://n8n:5678')", "")
    assert set(re.findall(r"https?://[^/\s\"'`{]+", text)) == {"http://gateway:8080"}
    assert not re.search(r"msp_|bearer|password|token", FILES[name], re.IGNORECASE)


@each
def test_the_credentials_are_those_that_the_start_brings_in(name: str) -> None:
    brought = set(re.findall(r"id: '([\w-]+)', name: '([\w ]+)'", (FOLDER / "seed.cjs").read_text()))
    used = [one for node in nodes(name) for one in node.get("credentials", {}).values()]
    assert {(one["id"], one["name"]) for one in used} <= brought


def test_no_run_that_was_given_a_configuration_is_kept() -> None:
    settings = WORKFLOWS["config"]["settings"]
    assert {settings["saveDataSuccessExecution"], settings["saveDataErrorExecution"]} == {"none"}


def test_a_decision_is_made_with_the_key_of_whoever_decides_and_no_run_that_saw_it_is_kept() -> None:
    (call,) = [node for name in WORKFLOWS for node in nodes(name, "httpRequest") if "/approvals/" in str(node)]
    assert call["parameters"]["url"] == DECISION
    assert call["parameters"]["headerParameters"] == {
        "parameters": [{"name": "X-API-Key", "value": "={{ $json.key }}"}]
    }
    assert "credentials" not in call
    settings = WORKFLOWS["agent-approval"]["settings"]
    assert {settings["saveDataSuccessExecution"], settings["saveDataErrorExecution"]} == {"none"}


def test_what_a_ticket_says_is_not_trusted() -> None:
    (code,) = [node for node in nodes("escalate", "code") if node["name"] == "Read the ticket"]
    assert "untrusted: true" in code["parameters"]["jsCode"]


def test_a_workflow_that_waits_believes_nothing_of_what_wakes_it() -> None:
    links = WORKFLOWS["agent-approval"]["connections"]
    (after,) = links["Wait for news"]["main"][0]
    (lookup,) = [node for node in nodes("agent-approval", "httpRequest") if node["name"] == after["node"]]
    assert lookup["parameters"]["method"] == "GET"
    assert "$json" not in lookup["parameters"]["url"]
