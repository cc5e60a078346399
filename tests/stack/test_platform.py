"""The nine services as somebody on this machine meets them."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.caller import Caller
from tests.compose import CORE, PROFILES, Stack, project
from tests.gateway import free_port

from host.place import SEGMENTS


@pytest.fixture(scope="module")
def alice(stack: Stack) -> Caller:
    """Alice sits at the machine: no key is needed."""
    return stack.caller()


def test_every_service_of_the_core_is_healthy_in_the_eyes_of_the_engine(stack: Stack) -> None:
    assert {one["Service"]: one["Health"] for one in stack.project.ps()} == dict.fromkeys(CORE, "healthy")


def test_the_list_of_services_says_what_works_and_what_is_off(alice: Caller) -> None:
    listed = {one["name"]: one["status"] for one in alice.call("GET", "/services").json["services"]}

    assert listed == dict.fromkeys(CORE, "pass") | dict.fromkeys(PROFILES.values(), "off")


@pytest.mark.parametrize("prefix", sorted(SEGMENTS.values()))
def test_every_service_answers_through_the_gateway(alice: Caller, prefix: str) -> None:
    health = alice.call("GET", f"/{prefix}/health")
    assert (health.status, health.json["status"]) == (200, "pass")
    assert alice.call("GET", f"/{prefix}/openapi.json").json["openapi"] == "3.1.0"
    assert alice.call("GET", f"/{prefix}/nowhere").is_problem


def test_the_pages_and_the_health_of_the_gateway_are_there(stack: Stack) -> None:
    # Caller adds /api to a path: the pages stand beside it.
    for path, word in (("/../", "OberaConnect"), ("/../docs", "API"), ("/../health", "pass")):
        answer = stack.caller().call("GET", path)
        assert (answer.status, word in answer.text) == (200, True), answer.text


def test_qdrant_answers_through_the_gateway_and_its_key_stays_there(stack: Stack, alice: Caller) -> None:
    answer = alice.call("GET", "/qdrant/collections")

    assert answer.status == 200
    assert "collections" in answer.json["result"]
    assert stack.env["QDRANT_API_KEY"] not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["/ollama/tags", "/ollama/v1/models"])
def test_what_is_off_is_a_problem_that_says_how_to_start_it(alice: Caller, path: str) -> None:
    answer = alice.call("GET", path)

    assert answer.status == 503
    assert answer.is_problem
    assert "make up PROFILE=local-llm" in answer.json["detail"]


def test_the_demo_of_the_first_day_runs_against_the_containers(stack: Stack) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo"], env=stack.environment, capture_output=True, text=True, check=False, timeout=240
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "All of it worked" in done.stdout


def test_a_file_in_the_inbox_is_ingested_by_its_path(stack: Stack, alice: Caller) -> None:
    folder = stack.folder / "var" / "inbox" / "notes"
    folder.mkdir()
    (folder / "guest-wifi.md").write_text("# Guest Wi-Fi\n\nThe guest network of the annex is VLAN 77.\n")

    job = alice.ingest({"source": "folder", "path": "notes", "collection": "inbox"})

    assert job["counts"]["indexed"] == 1, job
    assert "VLAN 77" in alice.ask("Which VLAN is the guest network of the annex?", collection="inbox")["answer"]


def test_a_file_that_the_container_may_not_read_is_a_line_with_the_remedy(stack: Stack, alice: Caller) -> None:
    folder = stack.folder / "var" / "inbox" / "private"
    folder.mkdir()
    (folder / "wages.md").write_text("Nobody but Alice reads this.\n")
    (folder / "wages.md").chmod(0o600)

    job = alice.ingest({"source": "folder", "path": "private", "collection": "inbox"})

    assert "chmod o+r" in alice.ledger(job)["wages.md"]["reason"]


def test_a_page_of_another_name_is_refused(alice: Caller) -> None:
    assert alice.call("GET", "/services", headers={"Host": "evil.example"}).status == 421


def test_inside_the_network_only_a_key_opens_the_gateway(stack: Stack) -> None:
    ask = (
        "import urllib.request as u, urllib.error as e\n"
        "def ask(headers):\n"
        "    try: return u.urlopen(u.Request('http://gateway:8080/api/rag/collections', headers=headers)).status\n"
        "    except e.HTTPError as error: return error.code\n"
        f"print(ask({{}}), ask({{'X-API-Key': '{stack.env['N8N_GATEWAY_KEY']}'}}))\n"
    )
    assert stack.inside("agents", "python", "-c", ask).split() == ["421", "200"]


def test_an_address_of_the_network_in_open_mode_stops_every_service_with_a_sentence(stack: Stack) -> None:
    with project(GATEWAY_BIND="0.0.0.0") as wrong:
        done = wrong.compose("run", "--rm", "--no-deps", "-T", "agents", check=False)

    assert done.returncode == 78
    assert "GATEWAY_BIND=0.0.0.0 with AUTH=open would give everybody on the network full access" in done.stderr


@pytest.fixture(scope="module")
def guarded() -> Iterator[Stack]:
    """A platform that nobody may use without a key, without n8n."""
    with project(AUTH="required") as stack:
        stack.up(*sorted(CORE - {"n8n"}))
        yield stack


def test_charlie_without_a_key_gets_nothing_and_bob_with_one_works(guarded: Stack) -> None:
    made = guarded.inside("agents", "python", "-m", "oberaconnect.keys", "create", "--name", "bob", check=True)
    charlie, bob = guarded.caller(), guarded.caller(made.split()[-1])

    assert charlie.call("GET", "/rag/collections").status == 401
    assert charlie.call("GET", "/qdrant/collections").status == 401
    assert bob.call("GET", "/rag/collections").status == 200
    assert bob.call("GET", "/qdrant/collections").status == 403


def test_a_port_that_is_taken_is_named(stack: Stack) -> None:
    with project(GATEWAY_PORT=stack.env["GATEWAY_PORT"], N8N_PORT=str(free_port())) as second:
        done = second.command("up")

    assert done.returncode == 1
    assert f"Port {stack.env['GATEWAY_PORT']}" in done.stderr
