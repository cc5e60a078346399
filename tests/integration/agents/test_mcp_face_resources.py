"""Documents and call flows as MCP resources: the real data-processing and call-flow behind the real face."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError
from tests import agents_service, library, mcp_face, phones, served
from tests.data import Service
from tests.gateway import free_port
from tests.mcp_face import LEGACY, MODERN, Door
from tests.phones import Phones
from tests.postgres import Postgres

from call_flow import app as phones_app
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # the real services


@dataclass(frozen=True)
class Site:
    """The face, the services behind it, and the keys of those who come."""

    door: Door
    data: Service
    flows: Phones
    alice: str
    charlie: str
    team: str

    def document(self, name: str, text: str, key: str) -> str:
        """The id of a document that somebody takes in."""
        document = {"external_id": name, "title": name.title(), "text": text}
        self.data.ingest({"source": "text", "documents": [document]}, key=key)
        answer = self.data.call("GET", f"/documents?q={name}", key=key).json
        assert answer is not None
        return str(answer["items"][0]["id"])

    def at(self, key: str) -> Door:
        """The face for whoever has a key."""
        return self.door.with_key(key)


@pytest.fixture(scope="module")
def site(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    address, folder = postgres.new_database(), tmp_path_factory.mktemp("site")
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": folder / "data", "inbox_dir": folder / "inbox"}
    )
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(16))
        documents = stack.enter_context(library.serving(settings, threads))
        data = documents.data
        flows = stack.enter_context(phones.running(settings))
        flows_url = stack.enter_context(served.serving(phones_app.assemble(flows.parts), threads))
        settings = documents.settings.model_copy(update={"callflow_url": flows_url})
        agents = stack.enter_context(agents_service.running(settings))
        door = stack.enter_context(mcp_face.serving(agents))
        yield Site(
            door,
            data,
            flows,
            alice=data.key(tenant="acme"),
            charlie=data.key(tenant="globex"),
            team=data.key(tenant="acme", clients=["globex"]),
        )
    postgres.drop(address)


def read(door: Door, uri: str) -> list[types.TextResourceContents]:
    contents = door.does(lambda client: client.read_resource(uri)).contents
    return [one for one in contents if isinstance(one, types.TextResourceContents)]


def listed(door: Door) -> dict[str, types.Resource]:
    return {one.uri: one for one in door.does(lambda client: client.list_resources()).resources}


@pytest.mark.parametrize("mode", [LEGACY, MODERN])
def test_alice_reads_a_document_of_acme(site: Site, mode: str) -> None:
    identifier = site.document("runbook", "The tunnel to Bath uses IKEv2.", site.alice)
    door = site.at(site.alice).by(mode)
    uri = f"obera://documents/{identifier}"
    assert listed(door)[uri].title == "Runbook"
    (content,) = read(door, uri)
    assert content.text == "Runbook\n\nThe tunnel to Bath uses IKEv2."
    assert content.mime_type == "text/plain"
    assert read(door, f"obera://clients/acme/documents/{identifier}")[0].text == content.text


def test_charlie_cannot_read_a_document_of_acme_nor_learn_that_it_is_there(site: Site) -> None:
    identifier = site.document("secret", "The safe is behind the picture.", site.alice)
    charlie = site.at(site.charlie)
    assert not [uri for uri in listed(charlie) if identifier in uri]
    refusals = set()
    for uri in (
        f"obera://documents/{identifier}",
        f"obera://clients/acme/documents/{identifier}",
        f"obera://clients/globex/documents/{identifier}",
        "obera://documents/00000000-0000-0000-0000-000000000000",
        "obera://clients/initech/documents/00000000-0000-0000-0000-000000000000",
    ):
        with pytest.raises(MCPError) as refused:
            read(charlie, uri)
        assert refused.value.error.data == {"uri": uri}
        refusals.add((refused.value.error.code, refused.value.error.message))
    assert refusals == {(types.INVALID_PARAMS, "There is no such resource.")}


def test_a_call_flow_is_a_picture_and_its_specification(site: Site) -> None:
    site.flows.post("/generate", {"customer": "Acme Corp", "extensions": ["101", "102"]}, who="alice")
    alice = site.at(site.alice)
    assert listed(alice)["obera://flows/acme-corp"].title == "Call flow of Acme Corp"
    picture, specification = read(alice, "obera://flows/acme-corp")
    assert "flowchart" in picture.text
    assert picture.mime_type == "text/vnd.mermaid"
    assert json.loads(specification.text)["customer"]["name"] == "Acme Corp"
    with pytest.raises(MCPError, match="no such resource"):
        read(site.at(site.charlie), "obera://flows/acme-corp")


def test_a_team_reads_both_clients_and_sees_which_is_which(site: Site) -> None:
    ours = site.document("plan", "Acme's plan.", site.alice)
    theirs = site.document("offer", "Globex's offer.", site.charlie)
    team = site.at(site.team)
    found = listed(team)
    assert f"obera://documents/{ours}" in found
    assert f"obera://clients/globex/documents/{theirs}" in found
    assert "Globex's offer." in read(team, f"obera://clients/globex/documents/{theirs}")[0].text
    templates = team.does(lambda client: client.list_resource_templates()).resource_templates
    assert {one.uri_template for one in templates} == {
        "obera://documents/{id}", "obera://clients/{client}/documents/{id}",
        "obera://flows/{id}", "obera://clients/{client}/flows/{id}",
    }  # fmt: skip


@pytest.mark.parametrize(
    "uri",
    [
        "obera://documents/",
        "obera://documents/../../etc/passwd",
        "obera://documents/..",
        "obera://flows/a%2fb",
        "obera://clients/ACME/flows/x",
        "obera://keys/x",
        "file:///etc/passwd",
        "obera://documents/" + "x" * 5_000,
        "obera://documents/x\ny",
    ],
)
def test_an_address_that_means_nothing_is_no_resource(site: Site, uri: str) -> None:
    with pytest.raises(MCPError, match="no such resource"):
        read(site.at(site.alice), uri)


def test_a_service_that_is_away_leaves_out_its_own_and_says_so_when_read(site: Site) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    settings = site.door.settings.model_copy(update={"data_url": away})
    site.flows.post("/generate", {"customer": "Acme Corp", "extensions": ["101", "102"]}, who="alice")
    with agents_service.running(settings) as agents, mcp_face.serving(agents) as door:
        alice = door.with_key(site.alice)
        assert set(listed(alice)) == {"obera://flows/acme-corp"}
        with pytest.raises(MCPError, match="cannot be reached"):
            read(alice, "obera://documents/00000000-0000-0000-0000-000000000000")
