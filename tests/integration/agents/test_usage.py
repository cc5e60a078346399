"""What runs used is counted by the day, and added up for the clients that the caller may see."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from tests.operations import Operations

from agents.store import usage

NOTHING = {"runs": 0, "steps": 0, "tool_calls": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}


@pytest.fixture
def used(operations: Operations) -> Operations:
    """Alice, Bob and Charlie let agents work today."""
    operations.use("helpdesk", who="alice", runs=1, steps=3, tool_calls=2, input_tokens=100, output_tokens=10, cost=0.5)
    operations.use("helpdesk", who="alice", steps=1, input_tokens=50, output_tokens=5, cost=0.25)
    operations.use("auditor", who="bob", runs=1, steps=1, input_tokens=1000, output_tokens=100)
    operations.use("helpdesk", who="charlie", runs=2, steps=2, input_tokens=7)
    return operations


def _day(ago: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()


def test_alice_sees_what_her_client_used_by_agent(used: Operations) -> None:
    found = used.get("/usage", who="alice")
    assert (found["from"], found["to"], found["by"]) == (_day(29), _day(0), "agent")
    assert found["total"] == {
        "runs": 2, "steps": 5, "tool_calls": 2, "input_tokens": 1150, "output_tokens": 115, "cost": 0.75,
    }  # fmt: skip
    assert [item["key"] for item in found["items"]] == ["auditor", "helpdesk"]
    assert found["items"][1] == {
        "key": "helpdesk", "runs": 1, "steps": 4, "tool_calls": 2, "input_tokens": 150, "output_tokens": 15,
        "cost": 0.75,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("by=client", ["acme", "globex"]),
        ("by=subject", ["bob", "alice", "charlie"]),
        ("by=agent&client=globex", ["helpdesk"]),
        ("by=client&agent=helpdesk", ["acme", "globex"]),
        ("by=agent&subject=bob", ["auditor"]),
        ("by=agent&subject=nobody", []),
    ],
)
def test_whoever_acts_for_all_clients_sees_them_all(used: Operations, query: str, keys: list[str]) -> None:
    assert [item["key"] for item in used.get(f"/usage?{query}")["items"]] == keys


def test_charlie_sees_nothing_of_acme(used: Operations) -> None:
    assert [item["key"] for item in used.get("/usage?by=client", who="charlie")["items"]] == ["globex"]
    assert used.call("GET", "/usage?client=acme", who="charlie").status_code == 403
    assert used.get("/usage?subject=alice", who="charlie")["total"] == NOTHING


def test_days_are_told_in_their_order_and_only_those_asked_for(used: Operations) -> None:
    used.execute("UPDATE agents.usage SET day = day - 2 WHERE subject = 'bob'")
    used.execute("UPDATE agents.usage SET day = day - 40 WHERE subject = 'charlie'")
    assert [item["key"] for item in used.get("/usage?by=day")["items"]] == [_day(2), _day(0)]
    found = used.get(f"/usage?by=day&from={_day(40)}&to={_day(2)}")
    assert [(item["key"], item["runs"]) for item in found["items"]] == [(_day(40), 2), (_day(2), 1)]
    assert found["total"]["runs"] == 3
    assert used.get(f"/usage?to={_day(11)}")["from"] == _day(40)


@pytest.mark.parametrize(
    "query",
    [
        "by=week",
        "from=2026-13-01",
        "from=2026-02-02&to=2026-02-01",
        "from=1999-01-01",
        "agent=A",
        "to=0",
        "to=20260101",
    ],
)
def test_a_question_that_makes_no_sense_is_refused(operations: Operations, query: str) -> None:
    answer = operations.call("GET", f"/usage?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_the_first_days_of_all_are_no_error(operations: Operations) -> None:
    assert operations.get("/usage?to=0001-01-02")["from"] == "0001-01-01"


def test_nothing_is_lost_when_many_count_at_once(operations: Operations) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: operations.use("helpdesk", steps=1, output_tokens=2), range(50)))
    total = operations.get("/usage", who="alice")["total"]
    assert (total["steps"], total["output_tokens"]) == (50, 100)


def test_what_was_used_today_is_known_by_subject_and_agent(used: Operations) -> None:
    used.execute("UPDATE agents.usage SET day = day - 1 WHERE subject = 'bob'")
    with used.parts.database.transaction("acme") as connection:
        assert usage.today(connection, "acme") == usage.Totals(runs=1, steps=4, tool_calls=2, tokens=165, cost=0.75)
        assert usage.today(connection, "acme", subject="alice").tokens == 165
        assert usage.today(connection, "acme", agent="auditor") == usage.Totals(0, 0, 0, 0, 0.0)
