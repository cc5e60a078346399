"""Searching and answering as tools, against the real rag-engine over HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from tests import rag as service
from tests import served
from tests.fakes.embeddings import Embeddings
from tests.gateway import free_port
from tests.postgres import Postgres
from tests.rag import Rag, document, document_id
from tests.toolbox import ALICE, BOB, CHARLIE, Toolbox, lacking

from agents.tools import rag as room
from oberaconnect.auth import Principal
from oberaconnect.problems import Forbidden, NotFound, Unavailable, Unprocessable
from oberaconnect.settings import Settings
from rag_engine import app


@dataclass(frozen=True)
class Site:
    """The service, its settings with its address, and its tools."""

    rag: Rag
    settings: Settings
    tools: Toolbox


@pytest.fixture(scope="module")
def site(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    address = postgres.new_database()
    base = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": tmp_path_factory.mktemp("rag")}
    )
    with (
        Embeddings() as model,
        service.embedding(base, model) as rag,
        ThreadPoolExecutor(4) as threads,
        served.serving(app.assemble(rag.parts), threads) as url,
    ):
        settings = rag.settings.model_copy(update={"rag_url": url})
        rag.index(
            document(
                "backup", "The backup of the file server runs every night at two.", "Tapes are kept in the vault."
            ),
            document("wifi", "The guest network is named Acme Guest.", url="https://wiki.example/wifi"),
            who="alice",
        )
        rag.index(document("board", "The salary of the director is secret.", access=["user:bob"]), who="alice")
        rag.index(document("globex", "The backup of globex runs on Sunday."), who="charlie")
        yield Site(rag, settings, Toolbox(room.tools(settings)))
    postgres.drop(address)


def test_alice_finds_passages_with_what_a_following_call_needs(site: Site) -> None:
    found = site.tools.call("rag_search", ALICE, query="when does the backup of the file server run", top_k=2)
    first = found.data["passages"][0]
    assert first["document_id"] == document_id("backup")
    assert f"document_id {document_id('backup')}" in found.content
    assert "page 1" in found.content
    assert "every night at two" in found.content
    assert (found.citations[0].title, found.citations[0].page) == ("backup", 1)
    assert found.citations[0].quote
    assert "every night" in found.citations[0].quote


def test_charlie_does_not_find_what_acme_has(site: Site) -> None:
    titles = {item["title"] for item in site.tools.call("rag_search", CHARLIE, query="backup").data["passages"]}
    assert titles == {"globex"}
    titles = {item["title"] for item in site.tools.call("rag_search", ALICE, query="backup").data["passages"]}
    assert "globex" not in titles


def test_a_document_for_certain_readers_is_found_only_by_them(site: Site) -> None:
    def titles(who: Principal) -> set[str]:
        found = site.tools.call("rag_search", who, query="salary of the director", top_k=20)
        return {item["title"] for item in found.data["passages"]}

    assert "board" in titles(replace(BOB, readers=frozenset({"user:bob"})))
    assert "board" not in titles(replace(ALICE, readers=frozenset({"user:alice"})))
    assert "board" not in titles(replace(ALICE, readers=frozenset()))
    assert "board" in titles(ALICE)  # a key of the client is no person


def test_a_filter_keeps_other_documents_out(site: Site) -> None:
    wanted = document_id("wifi")
    found = site.tools.call("rag_search", ALICE, query="backup", filters={"document_id": [wanted]})
    assert {item["document_id"] for item in found.data["passages"]} == {wanted}


def test_an_answer_comes_with_its_sources(site: Site) -> None:
    found = site.tools.call("rag_query", ALICE, query="What is the guest network named?")
    assert found.data["answered"]
    assert "Acme Guest" in found.data["answer"]
    assert "https://wiki.example/wifi" in found.content
    assert found.citations[0].url == "https://wiki.example/wifi"
    assert found.citations[0].document_id == document_id("wifi")


def test_it_is_said_plainly_that_the_documents_hold_no_answer(site: Site) -> None:
    found = site.tools.call("rag_query", ALICE, query="Who won the football match in Lisbon?")
    assert found.data == {"answered": False, "answer": None, "citations": []}
    assert found.content.startswith("The documents do not hold an answer")
    assert not found.citations


def test_the_collections_are_listed(site: Site) -> None:
    found = site.tools.call("list_collections", ALICE)
    assert found.data == {"collections": [{"name": "documents", "passages": 4}]}
    assert "documents: 4 passages" in found.content


def test_an_unknown_collection_is_the_services_own_refusal(site: Site) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        site.tools.call("rag_search", ALICE, query="backup", collection="nowhere")


def test_whoever_may_not_search_is_refused_before_anything_is_sent(site: Site) -> None:
    with pytest.raises(Forbidden, match="rag:read"):
        site.tools.call("rag_search", lacking(ALICE, "rag:read"), query="backup")


def test_what_the_service_does_not_take_is_its_problem(site: Site) -> None:
    with pytest.raises(Unprocessable, match="updated_at"):
        site.tools.call("rag_search", ALICE, query="backup", filters={"updated_at": {"gte": "not a time"}})


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"query": ""},
        {"query": "   "},
        {"query": "x" * 4_001},
        {"query": "backup", "top_k": 21},
        {"query": "backup", "top_k": 0},
        {"query": "backup", "mode": "magic"},
        {"query": "backup", "client": "globex"},
        {"query": "backup", "collection": "../documents"},
        {"query": "backup", "filters": {"a b": 1}},
        {"query": "backup", "filters": {"type": {"like": "x"}}},
    ],
)
def test_arguments_beyond_the_bounds_never_reach_the_service(site: Site, arguments: dict[str, object]) -> None:
    assert site.tools.refuses("rag_search", **arguments)


def test_an_answer_that_is_too_long_is_cut_between_passages_and_says_so(site: Site) -> None:
    long = [f"Chapter {number} about turbines. " + "Turbine blades turn. " * 130 for number in range(16)]
    site.rag.index(document("turbines", *long), who="alice", collection="manuals")
    found = site.tools.call("rag_search", ALICE, query="turbines", collection="manuals", top_k=20)
    assert len(found.data["passages"]) < 16
    assert "more passages were left out" in found.content
    assert "top_k" in found.content
    assert len(found.citations) == len(found.data["passages"])


def test_a_service_that_is_away_is_unavailable(site: Site) -> None:
    away = site.settings.model_copy(update={"rag_url": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(Unavailable, match="rag-engine"):
        Toolbox(room.tools(away)).call("rag_search", ALICE, query="backup")
