"""Questions in, answers with checked citations out, through the gateway."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests import office
from tests.caller import Caller, until
from tests.embedded import Platform

#: Pages of a chunk each.
GUIDE = [
    [
        (heading, 20),
        (fact, 11),
        *((f"Remark {number}: {about} was looked at in week {number} and found in order.", 11) for number in range(8)),
    ]
    for heading, fact, about in (
        ("Telephone guide", "The main number of the practice is 0117 496 0155.", "the switchboard"),
        ("Voice network", "The voice VLAN of the head office is VLAN 40 with the subnet 10.20.40.0/24.", "the cabling"),
        ("Comms room", "The UPS in the comms room lasts 38 minutes on a full charge.", "the cooling"),
    )
]


@pytest.fixture(scope="module")
def alice(platform: Platform) -> Caller:
    return Caller(platform.url)


@pytest.fixture(scope="module")
def client(alice: Caller) -> str:
    """A client with a guide of three pages and two notes."""
    name = f"answers-{uuid.uuid4().hex[:12]}"
    alice.upload({"guide.pdf": office.pdf(GUIDE)}, client=name, metadata='{"area": "network"}')
    notes = {
        "printers": "# Printers\n\nThe label printer in dispatch has the address 10.20.45.17.",
        "alarm": "# Alarm\n\nThe alarm company is Fenwick Security, account FS-20931.",
    }
    job = alice.texts(notes, client=name, metadata={"area": "site", "year": 2026})
    assert job["counts"]["indexed"] == 2
    return name


def test_an_answer_quotes_its_document_word_for_word_with_page_and_section(alice: Caller, client: str) -> None:
    answer = alice.ask("Which VLAN carries voice in the head office?", client=client)
    assert answer["answered"]
    assert "VLAN 40" in answer["answer"]
    first = answer["citations"][0]
    assert (first["external_id"], first["page"], first["section"]) == ("guide.pdf", 2, "Voice network")
    for citation in answer["citations"]:
        text = alice.call("GET", f"/data/documents/{citation['document_id']}/text").text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("How long does the UPS last?", "38 minutes"),
        ("What is the address of the label printer?", "10.20.45.17"),
        ("Who is the alarm company?", "Fenwick Security"),
    ],
)
def test_a_question_is_answered_from_the_document_that_knows(
    alice: Caller, client: str, question: str, fact: str
) -> None:
    answer = alice.ask(question, client=client)
    assert answer["answered"]
    assert fact in answer["answer"]


@pytest.mark.parametrize(
    "question", ["Who won the 1966 World Cup?", "What is the admin password of the firewall?", "?!"]
)
def test_what_the_documents_do_not_say_is_not_answered(alice: Caller, client: str, question: str) -> None:
    answer = alice.ask(question, client=client)
    assert not answer["answered"]
    assert answer["citations"] == []


def test_a_client_without_documents_gets_no_answer(alice: Caller) -> None:
    answer = alice.ask("Which VLAN carries voice?", client=f"empty-{uuid.uuid4().hex[:12]}")
    assert (answer["answered"], answer["citations"], answer["passages"]) == (False, [], [])


@pytest.mark.parametrize("mode", ["hybrid", "dense", "keyword"])
def test_every_mode_finds_the_passage(alice: Caller, client: str, mode: str) -> None:
    found = alice.search("voice VLAN subnet", client=client, mode=mode)
    assert found[0]["page"] == 2
    assert [passage["score"] for passage in found] == sorted((p["score"] for p in found), reverse=True)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"area": "network"}, {"guide.pdf"}),
        ({"area": ["network", "site"]}, {"guide.pdf", "printers", "alarm"}),
        ({"year": {"gte": 2026}}, {"printers", "alarm"}),
        ({"year": {"lte": 2025}}, set()),
        ({"source": "upload"}, {"guide.pdf"}),
        ({"type": "application/pdf"}, {"guide.pdf"}),
        ({"nothing": "like it"}, set()),
    ],
)
def test_filters_decide_what_is_searched(
    alice: Caller, client: str, filters: dict[str, Any], expected: set[str]
) -> None:
    found = alice.search("VLAN printer alarm number", client=client, top_k=50, filters=filters)
    assert {passage["external_id"] for passage in found} == expected


def test_a_session_remembers_what_was_asked_and_takes_a_rating(alice: Caller, client: str) -> None:
    session = alice.call("POST", "/rag/sessions", {"client": client}).json
    path = f"/rag/sessions/{session['id']}"
    first = alice.ask("Which VLAN carries voice in the head office?", client=client, session_id=session["id"])
    alice.ask("And its subnet?", session_id=session["id"])
    messages = alice.call("GET", f"{path}/messages").json["items"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    rated = alice.call("POST", "/rag/feedback", {"message_id": first["message_id"], "rating": "up"})
    assert rated.status == 200
    assert alice.call("GET", f"{path}/messages").json["items"][1]["rating"] == "up"
    assert alice.call("PATCH", path, {"title": "Voice"}).json["title"] == "Voice"
    assert alice.call("DELETE", path).status == 204
    assert alice.call("GET", f"{path}/messages").status == 404


def test_an_evaluation_measures_the_search(alice: Caller, client: str) -> None:
    cases = [
        {"query": "How long does the UPS last?", "relevant": ["guide.pdf"]},
        {"query": "What is the account with the alarm company?", "relevant": ["alarm"]},
    ]
    accepted = alice.call("POST", "/rag/evaluate", {"client": client, "cases": cases})
    assert accepted.status == 202
    path = accepted.headers["Location"].removeprefix("/api")
    until(lambda: alice.call("GET", path).json["status"] not in {"queued", "running"})
    job = alice.call("GET", path).json
    assert (job["status"], job["progress"]) == ("succeeded", {"done": 2, "total": 2})
    assert job["result"]["ndcg"] == 1.0


def test_a_collection_comes_into_being_is_counted_and_goes(alice: Caller, client: str) -> None:
    name = f"c-{uuid.uuid4().hex[:12]}"
    path = f"/rag/collections/{name}?client={client}"
    body = {"name": name, "client": client}
    assert alice.call("POST", "/rag/collections", body).status == 201
    again = alice.call("POST", "/rag/collections", body)
    assert (again.status, again.is_problem) == (409, True)
    alice.texts({"a": "The gate code is 4711."}, client=client, collection=name)
    assert alice.call("GET", path).json["points"] == 1
    assert alice.ask("What is the gate code?", client=client, collection=name)["answered"]
    assert not alice.ask("What is the gate code?", client=client)["answered"]
    assert alice.call("DELETE", path).status == 204
    assert alice.call("GET", path).status == 404


def test_questions_asked_at_once_are_all_answered_alike(alice: Caller, client: str) -> None:
    def ask(_number: int) -> str:
        return str(alice.ask("Who is the alarm company?", client=client)["answer"])

    with ThreadPoolExecutor(16) as threads:
        answers = set(threads.map(ask, range(64)))
    assert len(answers) == 1
