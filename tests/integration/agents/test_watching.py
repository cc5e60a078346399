"""Watching a run: as it happens, from where one left off, and without keeping anybody else from anything."""

import json
import threading
from typing import Any

from tests.agents_service import Agents
from tests.face import document
from tests.fakes.llm import Call, LanguageModel
from tests.fakes.tools import Counted


def stream(service: Agents, run_id: str, *, after: int | None = None, query: str = "") -> list[tuple[str, Any]]:
    """The events of a stream that was read to its end: their ids and data with their types."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    answer = service.call("GET", f"/runs/{run_id}/events{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/event-stream"
    found = []
    for block in answer.text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines.get("id", ""), {"type": lines["event"], **json.loads(lines["data"])}))
    return found


def test_a_run_is_followed_to_its_end_while_it_goes_on(service: Agents, model: LanguageModel, sums: Counted) -> None:
    model.say("One moment. ", calls=[Call("sums", {"text": "1"})])
    model.say("It is 42.")
    begun = service.begin("tester", "Add.")
    worker = threading.Thread(target=service.work_all)
    worker.start()
    told = stream(service, begun["id"])
    worker.join()
    assert [number for number, _ in told] == [str(place) for place in range(1, len(told) + 1)]
    assert (told[0][1]["type"], told[-1][1]["type"]) == ("run.queued", "run.completed")
    assert "".join(data["text"] for _, data in told if data["type"] == "message.delta") == "One moment. It is 42."
    assert told[-1][1]["result"]["text"] == "It is 42."


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(service: Agents, model: LanguageModel) -> None:
    model.say("Hello.")
    begun = service.begin("tester", "Hello")
    service.work_all()
    everything = stream(service, begun["id"])
    assert stream(service, begun["id"], after=3) == everything[3:]
    assert stream(service, begun["id"], after=len(everything)) == []
    assert stream(service, begun["id"], after=10**15) == []


def test_a_snapshot_comes_first_and_the_rest_follows_it(service: Agents, model: LanguageModel) -> None:
    model.say("Hello.")
    begun = service.begin("tester", "Hello")
    service.work_all()
    (told,) = stream(service, begun["id"], query="?snapshot=1")
    assert (told[1]["type"], told[1]["status"], told[1]["result"]["text"]) == ("snapshot", "completed", "Hello.")


def test_events_are_also_read_a_page_at_a_time(service: Agents, model: LanguageModel) -> None:
    model.say("Hello.")
    begun = service.begin("tester", "Hello")
    service.work_all()
    first = service.get(f"/runs/{begun['id']}/events?after=0&limit=2")
    second = service.get(f"/runs/{begun['id']}/events?after={first['next']}&snapshot=true")
    assert [event["seq"] for event in first["items"] + second["items"]] == list(
        range(1, len(first["items"] + second["items"]) + 1)
    )
    assert second["run"]["status"] == "completed"
    assert service.get(f"/runs/{begun['id']}/events?after={second['next']}")["items"] == []


def test_whoever_waits_gets_the_run_when_it_has_ended_or_asks(
    service: Agents, model: LanguageModel, send: Counted
) -> None:
    model.say(calls=[Call("send", {"text": "x"})])
    worker = threading.Timer(0.1, service.work_all)
    worker.start()
    asked = service.call("POST", "/runs?wait=20", {"agent": "tester", "input": "Send."})
    worker.join()
    assert (asked.status_code, document(asked)["status"]) == (200, "waiting_approval")
    service.call("POST", f"/approvals/{document(asked)['waiting']['approvals'][0]['id']}", {"decision": "deny"})
    model.say("Not sent.")
    worker = threading.Timer(0.1, service.work_all)
    worker.start()
    ended = service.get(f"/runs/{document(asked)['id']}?wait=20")
    worker.join()
    assert (ended["status"], ended["result"]["text"]) == ("completed", "Not sent.")


def test_whoever_waits_too_short_gets_the_run_as_it_is(service: Agents) -> None:
    answer = service.call("POST", "/runs", {"agent": "tester", "input": "x"}, headers={"Prefer": "wait=1"})
    assert (answer.status_code, document(answer)["status"]) == (202, "queued")
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Location"] == f"/api/agents/runs/{document(answer)['id']}"
