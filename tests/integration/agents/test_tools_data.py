"""Taking documents in, reading and deleting them as tools: the real data-processing and rag-engine over HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests import background, library
from tests.data import Service
from tests.gateway import free_port
from tests.postgres import Postgres
from tests.toolbox import ALICE, BOB, CHARLIE, Toolbox, lacking

from agents.tools import data as room
from agents.tools import rag as search_room
from oberaconnect.problems import Forbidden, NotFound, Unavailable, Unprocessable
from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Site:
    """Both services with their settings, and their tools."""

    service: Service
    settings: Settings
    tools: Toolbox

    def at_work(self) -> AbstractContextManager[None]:
        """While the worker of data-processing runs."""
        return background.repeated(self.service.work_once)


@pytest.fixture(scope="module")
def site(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    address, folder = postgres.new_database(), tmp_path_factory.mktemp("site")
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": folder / "data", "inbox_dir": folder / "inbox"}
    )
    with ThreadPoolExecutor(8) as threads, library.serving(settings, threads) as both:
        tools = [*room.tools(both.settings), *search_room.tools(both.settings)]
        yield Site(both.data, both.settings, Toolbox(tools))
    postgres.drop(address)


@pytest.fixture(autouse=True)
def _nothing_is_left_to_do(site: Site) -> Iterator[None]:
    yield
    site.service.work()


def ingested(site: Site, external_id: str, text: str, **more: Any) -> str:
    """The id of a document that Alice takes in."""
    with site.at_work():
        found = site.tools.call("ingest_document", ALICE, external_id=external_id, text=text, **more)
    assert not found.is_error, found.content
    return str(found.data["documents"][0]["document_id"])


def test_alice_takes_a_text_in_and_acme_finds_it_and_globex_does_not(site: Site) -> None:
    with site.at_work():
        found = site.tools.call(
            "ingest_document", ALICE, external_id="vpn", title="VPN guide", text="The tunnel to Bath uses IKEv2."
        )
    assert found.data["job"]["status"] == "succeeded"
    assert found.data["job"]["counts"]["indexed"] == 1
    identifier = found.data["documents"][0]["document_id"]
    assert f"document_id {identifier}" in found.content
    assert any("1 of 1" in told for told in site.tools.told)
    for who, titles in ((BOB, {"VPN guide"}), (CHARLIE, set())):
        listed = site.tools.call("list_documents", who, q="VPN guide")
        assert {item["title"] for item in listed.data["documents"]} == titles
    assert site.tools.call("rag_search", BOB, query="tunnel to Bath").data["passages"][0]["document_id"] == identifier
    for name, arguments in (
        ("get_document_text", {"document_id": identifier}),
        ("delete_document", {"document_id": identifier}),
        ("get_ingest_job", {"job_id": found.data["job"]["id"]}),
    ):
        with pytest.raises(NotFound):
            site.tools.call(name, CHARLIE, **arguments)


def test_the_same_call_again_begins_nothing_new(site: Site) -> None:
    with site.at_work():
        asked: dict[str, Any] = {"text": "Printers stand on the second floor.", "title": "Printers"}
        first = site.tools.call("ingest_document", ALICE, key="call-7", **asked)
        again = site.tools.call("ingest_document", ALICE, key="call-7", **asked)
        later = site.tools.call("ingest_document", ALICE, **asked)
    assert again.data == first.data
    assert later.data["job"]["id"] != first.data["job"]["id"]
    assert later.data["job"]["counts"]["unchanged"] == 1
    listed = site.tools.call("list_documents", ALICE, q="Printers")
    assert len(listed.data["documents"]) == 1


def test_the_same_external_id_again_replaces_what_was_there(site: Site) -> None:
    first = ingested(site, "rota", "Ann is on call in June.")
    assert ingested(site, "rota", "Ben is on call in June.") == first
    assert "Ben" in site.tools.call("get_document_text", ALICE, document_id=first).content


def test_a_job_that_is_not_over_in_time_is_named_and_can_be_looked_at(site: Site) -> None:
    found = site.tools.call("ingest_document", ALICE, seconds=0.4, text="Nobody works at the moment.")
    identifier = found.data["job"]["id"]
    assert found.data["job"]["status"] == "queued"
    assert not found.is_error
    assert "get_ingest_job" in found.content
    listed = site.tools.call("list_ingest_jobs", ALICE, status="queued")
    assert [job["id"] for job in listed.data["jobs"]] == [identifier]
    assert identifier in listed.content
    site.service.work()
    assert site.tools.call("get_ingest_job", ALICE, job_id=identifier).data["job"]["status"] == "succeeded"


def test_a_run_that_is_cancelled_stops_waiting_for_its_job(site: Site) -> None:
    class Cancelled(Exception):
        pass

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        site.tools.call("ingest_document", ALICE, check=check, text="This goes on without us.")


def test_a_page_that_cannot_be_fetched_is_an_error_with_its_reason(site: Site) -> None:
    with site.at_work():
        found = site.tools.call("ingest_document", ALICE, url="http://nowhere.invalid/page")
    assert found.is_error
    assert found.data["job"]["status"] == "failed"
    assert "cannot be found" in found.content
    assert found.data["documents"][0]["status"] == "failed"


def test_an_address_inside_the_network_is_refused(site: Site) -> None:
    with pytest.raises(Unprocessable, match="public internet"):
        site.tools.call("ingest_document", ALICE, url="http://169.254.169.254/latest")


@pytest.mark.parametrize(
    "arguments",
    [{}, {"text": "both", "url": "https://example.com/"}, {"url": "https://example.com/", "external_id": "page"}],
)
def test_what_to_take_in_has_to_be_clear(site: Site, arguments: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        site.tools.call("ingest_document", ALICE, **arguments)


def test_whoever_may_only_write_is_told_that_it_has_begun(site: Site) -> None:
    found = site.tools.call("ingest_document", lacking(ALICE, "data:read"), text="Written by a machine.")
    assert found.data["job"]["status"] == "queued"
    with pytest.raises(Forbidden, match="data:write"):
        site.tools.call("ingest_document", lacking(ALICE, "data:write"), text="Not allowed.")


def test_a_long_document_is_read_page_by_page_to_its_end(site: Site) -> None:
    text = "\n\n".join(f"Paragraph {number} says «ü» about routers." for number in range(900))
    identifier = ingested(site, "long", text, title="Long one")
    read = ""
    offset: int | None = 0
    while offset is not None:
        page = site.tools.call("get_document_text", ALICE, document_id=identifier, offset=offset, length=20_000)
        assert page.data["characters"] == len(text)
        read += page.data["text"]
        offset = page.data["next_offset"]
    assert read == text
    assert page.citations[0].title == "Long one"
    assert page.citations[0].document_id == identifier
    with pytest.raises(Unprocessable, match="nothing at"):
        site.tools.call("get_document_text", ALICE, document_id=identifier, offset=len(text) + 1)


def test_a_page_of_many_bytes_is_shorter_and_loses_nothing(site: Site) -> None:
    text = "漢字" * 8_000
    identifier = ingested(site, "wide", text)
    page = site.tools.call("get_document_text", ALICE, document_id=identifier, length=20_000)
    following = page.data["next_offset"]
    assert following < 20_000
    assert page.data["text"] == text[:following]


def test_people_read_only_documents_that_are_for_them(site: Site) -> None:
    identifier = ingested(site, "board", "The board meets in May.")
    site.service.execute(
        "UPDATE data_processing.document SET access = ARRAY['user:bob'] WHERE id = %s::uuid", identifier
    )
    alice = replace(ALICE, readers=frozenset({"user:alice"}))
    with pytest.raises(NotFound):
        site.tools.call("get_document_text", alice, document_id=identifier)
    assert not site.tools.call("list_documents", alice, q="board").data["documents"]
    bob = replace(BOB, readers=frozenset({"user:bob"}))
    assert "meets in May" in site.tools.call("get_document_text", bob, document_id=identifier).content


def test_a_deleted_document_is_gone_from_list_and_search(site: Site) -> None:
    identifier = ingested(site, "old-plan", "The windmill plan of the year before.")
    assert identifier in site.tools.call("delete_document", ALICE, document_id=identifier).content
    assert not site.tools.call("list_documents", ALICE, q="old-plan").data["documents"]
    found = site.tools.call("rag_search", ALICE, query="windmill plan").data["passages"]
    assert identifier not in {item["document_id"] for item in found}
    with pytest.raises(NotFound):
        site.tools.call("delete_document", ALICE, document_id=identifier)


def test_a_list_goes_on_with_its_cursor(site: Site) -> None:
    for number in range(3):
        ingested(site, f"page-{number}", f"Page {number} of the list.", collection="listing")
    first = site.tools.call("list_documents", ALICE, collection="listing", limit=2)
    assert len(first.data["documents"]) == 2
    assert first.data["next_cursor"] in first.content
    rest = site.tools.call("list_documents", ALICE, collection="listing", limit=2, cursor=first.data["next_cursor"])
    assert [item["external_id"] for item in rest.data["documents"]] == ["page-0"]
    assert rest.data["next_cursor"] is None


def test_hostile_ids_never_reach_the_service(site: Site) -> None:
    for identifier in ("", "../jobs", "1", "x" * 36, "00000000-0000-0000-0000-00000000000/"):
        assert site.tools.refuses("get_document_text", document_id=identifier)
        assert site.tools.refuses("get_ingest_job", job_id=identifier)
    assert site.tools.refuses("ingest_document", text="x" * 500_001)
    assert site.tools.refuses("ingest_document", text="x", client="globex")


def test_a_service_that_is_away_is_unavailable(site: Site) -> None:
    away = site.settings.model_copy(update={"data_url": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(Unavailable, match="data-processing"):
        Toolbox(room.tools(away)).call("ingest_document", ALICE, text="Lost.")
