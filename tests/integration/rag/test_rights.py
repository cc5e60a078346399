"""Who may read a document: Alice by name, Bob by his group, Charlie not, and all three work for the same client."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.fakes.authority import Authority, running
from tests.fakes.embeddings import Embeddings
from tests.integration.rag.test_evaluation import over_http, work
from tests.rag import Rag, document, document_id, embedding
from werkzeug.test import TestResponse

from oberaconnect import db
from oberaconnect.auth import Principal, create_key, internal_token
from oberaconnect.settings import Settings

CODE = "4711"
SECRET = "The code of the safe is 4711."
QUESTION = "What is the code of the safe?"
ACCESS = ["user:alice-oid", "group:board"]
GROUPS = {"alice": ["staff"], "bob": ["staff", "board"], "charlie": ["staff"]}
MODES = ["hybrid", "dense", "keyword"]
ROLES = ["rag.read", "rag.write", "client.acme"]


class People:
    """Alice, Bob and Charlie before the service, each with a token of Entra ID."""

    def __init__(self, rag: Rag, authority: Authority) -> None:
        self.rag = rag
        self.authority = authority

    def token(self, name: str, **changes: Any) -> str:
        return self.authority.token(name, **({"roles": ROLES, "groups": GROUPS[name]} | changes))

    def ask(self, name: str, path: str, **body: Any) -> str:
        """All that an answer says."""
        return told(self.rag.call("POST", path, body, credential=self.token(name)))

    def found(self, name: str, query: str = QUESTION, **body: Any) -> set[str]:
        """The documents that a search finds."""
        answer = self.rag.call("POST", "/search", {"query": query} | body, credential=self.token(name))
        return names(answer)


def told(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text


def names(answer: TestResponse) -> set[str]:
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {passage["title"] for passage in answer.json["passages"]}


@pytest.fixture
def authority() -> Iterator[Authority]:
    with running() as found:
        yield found


@pytest.fixture
def people(settings: Settings, authority: Authority, model: Embeddings) -> Iterator[People]:
    """The service with a document for everybody, and one that is Alice's and the board's."""
    with embedding(authority.settings(settings), model) as rag:
        rag.index(
            document("open", "The safe is in the cellar."),
            document("secret", SECRET, "A second page about the safe.", access=ACCESS),
        )
        yield People(rag, authority)


def describe(rag: Rag, name: str = "secret", **fields: Any) -> TestResponse:
    known = {"id": document_id(name), "version": 1, "metadata": {}, "access": None}
    answer = rag.call("POST", "/index/describe", {"documents": [known | fields]}, who="alice")
    assert (answer.status_code, answer.json) == (200, {"documents": 1})
    return answer


@pytest.mark.parametrize("mode", MODES)
def test_each_finds_what_they_may_read(people: People, mode: str) -> None:
    found = {name: people.found(name, mode=mode) for name in GROUPS}
    assert found == {"alice": {"open", "secret"}, "bob": {"open", "secret"}, "charlie": {"open"}}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("body", [{}, {"stream": True}, {"generate": False}], ids=["answer", "stream", "passages"])
def test_no_answer_tells_charlie_what_he_may_not_read(people: People, mode: str, body: dict[str, Any]) -> None:
    said = {name: people.ask(name, "/query", query=QUESTION, mode=mode, **body) for name in GROUPS}
    assert {name for name, text in said.items() if CODE in text} == {"alice", "bob"}
    assert "secret" not in said["charlie"]
    assert "cellar" in said["charlie"]


def test_no_filter_opens_a_document(people: People) -> None:
    for filters in ({"document_id": document_id("secret")}, {"access": "user:alice-oid"}, {"access": ACCESS}):
        assert people.found("charlie", filters=filters) == set()


def test_in_a_session_charlie_is_not_told_either(people: People) -> None:
    for name, knows in [("alice", True), ("charlie", False)]:
        token = people.token(name)
        session = people.rag.call("POST", "/sessions", {}, credential=token).json
        assert session is not None
        for query in (QUESTION, "And what is it?"):
            people.rag.call("POST", "/query", {"query": query, "session_id": session["id"]}, credential=token)
        kept = people.rag.call("GET", f"/sessions/{session['id']}/messages", credential=token)
        assert (CODE in told(kept)) is knows
        others = people.rag.call("GET", f"/sessions/{session['id']}/messages", credential=people.token("bob"))
        assert others.status_code == 404


def test_whoever_is_in_too_many_groups_finds_less_and_is_not_refused(people: People) -> None:
    token = people.token("bob", groups=None, _claim_names={"groups": "src1"})
    assert names(people.rag.call("POST", "/search", {"query": QUESTION}, credential=token)) == {"open"}


def test_an_address_of_a_person_is_a_reader(people: People) -> None:
    describe(people.rag, access=["mail:charlie@acme.test"])
    for claims, found in [
        ({"preferred_username": "Charlie@Acme.test"}, {"open", "secret"}),
        ({"upn": "charlie@acme.test"}, {"open", "secret"}),
        ({"email": "charlie@acme.test"}, {"open"}),
    ]:
        token = people.token("charlie", **claims)
        assert names(people.rag.call("POST", "/search", {"query": QUESTION}, credential=token)) == found


def test_a_guest_is_not_the_organisation(people: People) -> None:
    describe(people.rag, access=["org"])
    assert people.found("charlie") == {"open", "secret"}
    token = people.token("charlie", acct=1)
    assert names(people.rag.call("POST", "/search", {"query": QUESTION}, credential=token)) == {"open"}


def test_what_is_no_person_finds_everything_of_its_clients(people: People) -> None:
    rag = people.rag
    with db.as_owner(rag.settings) as connection:
        key = create_key(
            connection, rag.settings, name="key", tenant="acme", clients=[], scopes=["rag:read"], expires_in=None
        ).text
    robot = people.token("charlie", idtyp="app", groups=None)
    for credential in (key, robot):
        assert names(rag.call("POST", "/search", {"query": QUESTION}, credential=credential)) == {"open", "secret"}
    assert rag.search(QUESTION, who="charlie") == []  # a service that acts for another client


def test_a_service_that_asks_for_charlie_is_told_what_charlie_may_read(people: People) -> None:
    for readers, found in [
        (frozenset({"anyone", "org", "user:charlie-oid"}), {"open"}),
        (frozenset({"anyone", "group:board"}), {"open", "secret"}),
        (frozenset[str](), {"open"}),
    ]:
        person = Principal("entra:charlie-oid", "acme", frozenset({"acme"}), frozenset({"rag:read"}), readers)
        token = internal_token(people.rag.settings, person, "rag-engine", ["rag:read"])
        assert names(people.rag.call("POST", "/search", {"query": QUESTION}, credential=token)) == found


def test_what_a_person_may_read_changes_without_embedding_anew(people: People, model: Embeddings) -> None:
    embedded = len(model.asked)
    describe(people.rag, access=["user:charlie-oid"])
    assert len(model.asked) == embedded
    assert {name for name in GROUPS if "secret" in people.found(name)} == {"charlie"}
    describe(people.rag, access=[])
    assert {name for name in GROUPS if "secret" in people.found(name)} == set()
    describe(people.rag, access=None)
    assert {name for name in GROUPS if "secret" in people.found(name)} == set(GROUPS)


def order(people: People, name: str) -> str:
    body = {"cases": [{"query": QUESTION, "relevant": ["secret.md"]}]}
    answer = people.rag.call("POST", "/evaluate", body, credential=people.token(name))
    assert answer.status_code == 202, answer.text
    assert answer.json is not None
    return str(answer.json["id"])


def test_an_evaluation_finds_what_whoever_ordered_it_may_read(people: People) -> None:
    jobs = {name: order(people, name) for name in GROUPS}
    with over_http(people.rag) as url:
        for _ in jobs:
            work(people.rag, url)
    said = {
        name: told(people.rag.call("GET", f"/jobs/{job}", credential=people.token(name))) for name, job in jobs.items()
    }
    assert {name for name, text in said.items() if '"recall":1.0' in text.replace(" ", "")} == {"alice", "bob"}
    for method in ("GET", "DELETE"):
        assert people.rag.call(method, f"/jobs/{jobs['alice']}", credential=people.token("charlie")).status_code == 404
    assert people.rag.call("GET", f"/jobs/{jobs['alice']}", who="bob").status_code == 200  # a service, no person
