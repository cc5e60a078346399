"""Sessions: conversations that remember, and that nobody but their owner sees."""

from typing import Any

import pytest
from tests.integration.rag.conftest import Serve
from tests.integration.rag.test_query import ask
from tests.knowledge import GUEST_PASSWORD, fill
from tests.rag import Rag

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def rag(serve: Serve) -> Rag:
    running = serve()
    fill(running)
    return running


def begin(rag: Rag, *, who: str = "alice", **fields: Any) -> dict[str, Any]:
    answer = rag.call("POST", "/sessions", fields, who=who)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.headers["Location"] == f"/api/rag/sessions/{answer.json['id']}"
    found: dict[str, Any] = answer.json
    return found


def test_a_session_is_titled_by_its_first_question_and_keeps_both_sides(rag: Rag) -> None:
    session = begin(rag)
    assert (session["title"], session["messages"], session["client"]) == ("", 0, "acme")
    answer = ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    assert answer["session_id"] == session["id"]
    shown = rag.get(f"/sessions/{session['id']}", who="alice")
    assert (shown["title"], shown["messages"]) == ("What is the guest Wi-Fi password?", 2)
    question, reply = rag.get(f"/sessions/{session['id']}/messages", who="alice")["items"]
    assert (question["role"], question["text"]) == ("user", "What is the guest Wi-Fi password?")
    assert (reply["role"], reply["text"], reply["id"]) == ("assistant", answer["answer"], answer["message_id"])
    assert reply["citations"] == answer["citations"]
    assert reply["answered"] is True


def test_a_question_that_leaves_something_out_is_understood_from_the_one_before(rag: Rag) -> None:
    session = begin(rag)
    ask(rag, "Which subnet does the voice VLAN have?", session_id=session["id"])
    answer = ask(rag, "And the guest one?", session_id=session["id"])
    assert answer["query_used"] == "And the guest one? (subnet voice VLAN)"
    assert "10.21.90.0/24" in answer["answer"]


def test_a_question_that_stands_alone_is_not_touched(rag: Rag) -> None:
    session = begin(rag)
    ask(rag, "Which subnet does the voice VLAN have?", session_id=session["id"])
    answer = ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    assert answer["query_used"] == "What is the guest Wi-Fi password?"
    assert GUEST_PASSWORD in answer["answer"]


def test_a_session_given_a_title_keeps_it(rag: Rag) -> None:
    session = begin(rag, title="Monday")
    ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    assert rag.get(f"/sessions/{session['id']}", who="alice")["title"] == "Monday"
    renamed = rag.call("PATCH", f"/sessions/{session['id']}", {"title": "Tuesday"}, who="alice")
    assert renamed.json is not None
    assert renamed.json["title"] == "Tuesday"


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_nobody_else_finds_alices_session(rag: Rag, who: str) -> None:
    session = begin(rag)
    answer = ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    path = f"/sessions/{session['id']}"
    rating = {"message_id": answer["message_id"], "rating": "down"}
    refused = [
        rag.call("GET", path, who=who),
        rag.call("GET", f"{path}/messages", who=who),
        rag.call("PATCH", path, {"title": "mine"}, who=who),
        rag.call("DELETE", path, who=who),
        rag.call("POST", "/query", {"query": "And then?", "session_id": session["id"]}, who=who),
        rag.call("POST", "/feedback", rating, who=who),
    ]
    assert [response.status_code for response in refused] == [404] * 6
    assert rag.get("/sessions", who=who)["items"] == []
    assert rag.get(path, who="alice")["title"] == "What is the guest Wi-Fi password?"


def test_a_deleted_session_is_gone_with_its_messages(rag: Rag) -> None:
    session = begin(rag)
    ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    assert rag.call("DELETE", f"/sessions/{session['id']}", who="alice").status_code == 204
    assert rag.call("GET", f"/sessions/{session['id']}/messages", who="alice").status_code == 404
    assert rag.call("DELETE", f"/sessions/{session['id']}", who="alice").status_code == 404


def test_a_session_about_one_client_is_not_asked_about_another(rag: Rag) -> None:
    session = begin(rag, who="", client="acme")
    wrong = {"query": "What is the door code?", "session_id": session["id"], "client": "globex"}
    assert rag.call("POST", "/query", wrong).status_code == 422
    answer = ask(rag, "What is the guest Wi-Fi password?", who="", session_id=session["id"])
    assert GUEST_PASSWORD in answer["answer"]


def test_passages_alone_are_not_kept(rag: Rag) -> None:
    session = begin(rag)
    answer = ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"], generate=False)
    assert answer["message_id"] is None
    assert rag.get(f"/sessions/{session['id']}/messages", who="alice") == {"items": [], "next_after": None}


def test_a_streamed_answer_is_kept_like_any_other(rag: Rag) -> None:
    session = begin(rag)
    body = {"query": "What is the guest Wi-Fi password?", "session_id": session["id"], "stream": True}
    assert "event: done" in rag.call("POST", "/query", body, who="alice").text
    assert rag.get(f"/sessions/{session['id']}", who="alice")["messages"] == 2


def test_lists_go_page_by_page(rag: Rag) -> None:
    made = [begin(rag, title=f"number {number}")["id"] for number in range(3)]
    first = rag.get("/sessions?limit=2", who="alice")
    second = rag.get(f"/sessions?limit=2&cursor={first['next_cursor']}", who="alice")
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    for question in ("What is the guest Wi-Fi password?", "Who approves changes?"):
        ask(rag, question, session_id=made[0])
    page = rag.get(f"/sessions/{made[0]}/messages?limit=3", who="alice")
    rest = rag.get(f"/sessions/{made[0]}/messages?limit=3&after={page['next_after']}", who="alice")
    assert [item["role"] for item in page["items"] + rest["items"]] == ["user", "assistant"] * 2
    assert rest["next_after"] is None


def test_an_answer_can_be_rated_and_rated_again(rag: Rag) -> None:
    session = begin(rag)
    message = ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])["message_id"]
    first = rag.call("POST", "/feedback", {"message_id": message, "rating": "down", "comment": "old"}, who="alice")
    assert first.status_code == 200
    rag.call("POST", "/feedback", {"message_id": message, "rating": "up"}, who="alice")
    reply = rag.get(f"/sessions/{session['id']}/messages", who="alice")["items"][1]
    assert reply["rating"] == "up"
    assert rag.call("POST", "/feedback", {"message_id": NOBODYS, "rating": "up"}, who="alice").status_code == 404
    assert rag.call("POST", "/feedback", {"message_id": message, "rating": "meh"}, who="alice").status_code == 422


def test_a_question_cannot_be_rated(rag: Rag) -> None:
    session = begin(rag)
    ask(rag, "What is the guest Wi-Fi password?", session_id=session["id"])
    question = rag.get(f"/sessions/{session['id']}/messages", who="alice")["items"][0]
    rating = {"message_id": question["id"], "rating": "up"}
    assert rag.call("POST", "/feedback", rating, who="alice").status_code == 404
