"""Runs begin by the clock: each once, in the name of whoever made the schedule, and never with more rights."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.face import CLIENTS
from tests.operations import Operations

from agents.scheduling import Scheduler
from agents.store import schedules
from oberaconnect import llm
from oberaconnect.auth import SCOPES, Principal, create_key, internal_token
from oberaconnect.db import EVERY_TENANT, as_owner
from oberaconnect.settings import Settings

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def _operations(module_settings: Settings) -> Iterator[Operations]:
    with Operations.running(module_settings.model_copy(update={"llm_provider": "ollama"})) as running:
        yield running


@pytest.fixture
def operations(operations: Operations) -> Operations:
    """The service with an agent at acme and one at globex."""
    for who in ("alice", "charlie"):
        operations.post("/agents", {"name": "nightly", "instructions": f"Check {CLIENTS[who]}."}, who=who, status=201)
    return operations


def add(operations: Operations, *, who: str = "alice", **fields: Any) -> Any:
    wanted = {"agent": "nightly", "cron": "every:15m", "input": "Check the backups.", **fields}
    return operations.post("/schedules", wanted, who=who, status=201)


def runs(operations: Operations) -> list[dict[str, Any]]:
    """All runs of all clients, oldest first."""
    with operations.parts.database.transaction(EVERY_TENANT) as connection:
        return connection.execute("SELECT * FROM run ORDER BY created_at").fetchall()


def show(operations: Operations, schedule: Any, *, who: str = "alice") -> Any:
    return operations.get(f"/schedules/{schedule['id']}", who=who)


def due(schedule: Any) -> datetime:
    return datetime.fromisoformat(schedule["next_at"])


def actions(operations: Operations) -> list[str]:
    """What the audit of acme tells of schedules, oldest first."""
    return [entry["action"] for entry in reversed(operations.get("/audit?action=schedule.", who="alice")["items"])]


def test_a_schedule_shows_when_it_is_due(operations: Operations) -> None:
    before = datetime.now(UTC)
    made = add(operations, cron="30  2 * * 1-5", tz="Europe/Berlin", callback_url="https://n8n.example/hook")
    assert (made["client"], made["subject"], made["cron"], made["enabled"]) == ("acme", "alice", "30 2 * * 1-5", True)
    assert made["input"] == {"messages": [{"role": "user", "content": "Check the backups."}]}
    assert (made["misfire"], made["overlap"], made["budget"]) == ("once", "skip", {})
    assert (made["last_at"], made["last_run"], made["problem"]) == (None, None, None)
    assert before < due(made) <= before + timedelta(days=4)
    assert due(made).minute == 30
    assert show(operations, made) == made
    assert actions(operations) == ["schedule.created"]


def test_nothing_begins_before_it_is_due(operations: Operations) -> None:
    made = add(operations)
    operations.scheduler.tick(due(made) - timedelta(seconds=1))
    assert runs(operations) == []
    operations.scheduler.tick(due(made))
    (run,) = runs(operations)
    assert (run["agent"], run["tenant"], run["subject"], str(run["schedule_id"])) == (
        "nightly", "acme", "alice", made["id"],
    )  # fmt: skip
    assert run["definition"]["instructions"] == "Check acme."
    assert run["input"] == made["input"]
    shown = show(operations, made)
    assert (shown["last_run"], due(shown)) == (str(run["id"]), due(made) + 15 * MINUTE)
    assert datetime.fromisoformat(shown["last_at"]) == due(made)


def test_an_agent_of_another_client_is_never_begun(operations: Operations) -> None:
    made = add(operations, who="charlie")
    operations.scheduler.tick(due(made))
    (run,) = runs(operations)
    assert (run["tenant"], run["definition"]["instructions"]) == ("globex", "Check globex.")


def test_a_run_has_the_budget_and_the_callback_of_its_schedule(operations: Operations) -> None:
    made = add(operations, budget={"steps": 2}, callback_url="https://n8n.example/hook")
    operations.scheduler.tick(due(made))
    (run,) = runs(operations)
    assert (run["budget"]["steps"], run["callback_url"]) == (2, "https://n8n.example/hook")


def test_two_workers_begin_a_run_once(operations: Operations) -> None:
    made = [add(operations, overlap="allow") for _ in range(6)]
    now = max(due(one) for one in made)
    others = [Scheduler(operations.settings, operations.parts.database, operations.parts.models) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda scheduler: scheduler.tick(now), others))
    assert sorted(str(run["schedule_id"]) for run in runs(operations)) == sorted(one["id"] for one in made)


def test_what_another_worker_has_begun_meanwhile_is_not_begun_again(operations: Operations) -> None:
    made = add(operations)
    with operations.parts.database.transaction(EVERY_TENANT) as connection:
        seen = schedules.due(connection, due(made), 10)
    operations.scheduler.tick(due(made))
    with operations.parts.database.transaction(EVERY_TENANT) as connection:
        assert [schedules.take(connection, schedule_id, due(made)) for schedule_id, _ in seen] == [None]


def test_a_run_has_no_more_rights_than_its_maker_had(operations: Operations) -> None:
    scopes = {"agents:write", "agents:read", "rag:read"}
    wanted = {"agent": "nightly", "cron": "every:1h", "input": "Look."}
    principal = Principal("user:1", "acme", frozenset({"acme"}), frozenset(scopes), frozenset({"user:1", "org"}))
    token = internal_token(operations.settings, principal, "agents", scopes)
    made: Any = operations.call("POST", "/schedules", wanted, headers={"Authorization": f"Bearer {token}"}).json
    operations.scheduler.tick(due(made))
    (run,) = runs(operations)
    assert (run["subject"], set(run["scopes"]), run["readers"]) == ("user:1", scopes, ["org", "user:1"])


def test_whoever_changes_what_it_does_gives_it_no_rights_that_its_maker_lacked(operations: Operations) -> None:
    wanted = {"agent": "nightly", "cron": "every:1h", "input": "Look."}
    scopes = ["agents:write", "agents:read"]
    made: Any = operations.call("POST", "/schedules", wanted, who="alice", scopes=scopes).json
    operations.call("PATCH", f"/schedules/{made['id']}", {"input": "Delete."}, who="bob", scopes=SCOPES)
    operations.scheduler.tick(due(made))
    operations.call("PATCH", f"/schedules/{made['id']}", {"input": "Write."}, who="bob", scopes=["agents:write"])
    operations.execute("UPDATE agents.run SET status = 'completed'")
    operations.scheduler.tick(due(show(operations, made)))
    first, second = runs(operations)
    assert (first["subject"], first["scopes"]) == ("bob", ["agents:read", "agents:write"])
    assert first["input"]["messages"][0]["content"] == "Delete."
    assert (second["subject"], second["scopes"]) == ("bob", ["agents:write"])


def test_whoever_changes_only_the_time_leaves_it_its_maker_s(operations: Operations) -> None:
    made = add(operations)
    changed: Any = operations.call("PATCH", f"/schedules/{made['id']}", {"cron": "every:1d"}, who="bob").json
    assert (changed["subject"], changed["cron"]) == ("alice", "every:1d")
    assert due(changed) > due(made) + timedelta(hours=20)


def test_after_hours_of_standing_still_one_run_begins_or_none(operations: Operations) -> None:
    once, skip = add(operations, misfire="once"), add(operations, misfire="skip")
    now = due(once) + timedelta(hours=5, minutes=2)
    operations.scheduler.tick(now)
    (run,) = runs(operations)
    assert str(run["schedule_id"]) == once["id"]
    shown = show(operations, skip)
    assert "did not run when it was due" in shown["problem"]
    for one in (once, skip):
        assert now < due(show(operations, one)) <= now + 15 * MINUTE
    operations.scheduler.tick(now)
    assert len(runs(operations)) == 1


def test_a_clock_that_is_only_a_little_late_misses_nothing(operations: Operations) -> None:
    made = add(operations, misfire="skip")
    operations.scheduler.tick(due(made) + timedelta(seconds=30))
    assert len(runs(operations)) == 1


def test_while_a_run_has_not_ended_the_next_is_left_out_or_not(operations: Operations) -> None:
    skip, allow = add(operations, overlap="skip"), add(operations, overlap="allow")
    now = max(due(skip), due(allow))
    operations.scheduler.tick(now)
    operations.scheduler.tick(now + 15 * MINUTE)
    assert sorted(str(run["schedule_id"]) for run in runs(operations)) == sorted([skip["id"], allow["id"], allow["id"]])
    assert "has not ended" in show(operations, skip)["problem"]
    operations.execute("UPDATE agents.run SET status = 'completed'")
    operations.scheduler.tick(now + 30 * MINUTE)
    assert len(runs(operations)) == 5
    assert show(operations, skip)["problem"] is None


def test_why_nothing_began_is_told_and_the_schedule_goes_on(operations: Operations) -> None:
    made, other = add(operations), add(operations, who="charlie")
    assert operations.call("DELETE", "/agents/nightly", who="alice").status_code == 204
    now = max(due(made), due(other))
    operations.scheduler.tick(now)
    assert [run["tenant"] for run in runs(operations)] == ["globex"]
    assert "There is no agent 'nightly'" in show(operations, made)["problem"]
    operations.scheduler.tick(now + 15 * MINUTE)
    assert actions(operations).count("schedule.refused") == 1  # what is no news is not told again
    operations.post("/agents", {"name": "nightly", "instructions": "Check."}, who="alice", status=201)
    operations.scheduler.tick(now + 30 * MINUTE)
    assert [run["tenant"] for run in runs(operations)].count("acme") == 1
    assert show(operations, made)["problem"] is None
    assert operations.get("/audit/verify", who="alice")["valid"]


def test_without_a_model_it_says_so_and_waits_for_its_next_time(operations: Operations) -> None:
    made = add(operations)
    none = operations.settings.model_copy(update={"llm_provider": "none"})
    Scheduler(none, operations.parts.database, llm.Models(none)).tick(due(made))
    assert runs(operations) == []
    shown = show(operations, made)
    assert "No language model is configured" in shown["problem"]
    assert due(shown) == due(made) + 15 * MINUTE


def test_a_budget_that_is_used_up_stops_it_for_today(operations: Operations) -> None:
    made = add(operations)
    little = operations.settings.model_copy(update={"agents_daily_tokens": 10})
    operations.use("nightly", input_tokens=10)
    Scheduler(little, operations.parts.database, operations.parts.models).tick(due(made))
    assert runs(operations) == []
    assert "AGENTS_DAILY_TOKENS" in show(operations, made)["problem"]


def test_a_schedule_of_a_key_that_was_revoked_begins_nothing(operations: Operations) -> None:
    with as_owner(operations.settings) as connection:
        key = create_key(
            connection, operations.settings, name="n8n", tenant="acme", clients=[], scopes=["agents:write"],
            expires_in=None,
        )  # fmt: skip
    wanted = {"agent": "nightly", "cron": "every:15m", "input": "Look."}
    made: Any = operations.call("POST", "/schedules", wanted, headers={"X-API-Key": key.text}).json
    operations.execute("UPDATE platform.api_key SET revoked_at = now()")
    operations.scheduler.tick(due(made))
    assert runs(operations) == []
    assert "revoked" in show(operations, made)["problem"]


def test_one_that_cannot_be_computed_any_more_does_not_stop_the_others(operations: Operations) -> None:
    broken, sound = add(operations), add(operations)
    operations.execute(
        f"UPDATE agents.schedule SET tz = 'Atlantis/Capital', cron = '0 5 * * *' WHERE id = '{broken['id']}'"
    )
    now = max(due(broken), due(sound))
    operations.scheduler.tick(now)
    assert [str(run["schedule_id"]) for run in runs(operations)] == [sound["id"]]
    shown = show(operations, broken)
    assert "There is no time zone 'Atlantis/Capital'" in shown["problem"]
    assert due(shown) == now + timedelta(hours=1)
    answer = operations.call("PATCH", f"/schedules/{broken['id']}", {"cron": "0 6 * * *"}, who="alice")
    assert (answer.status_code, "There is no time zone" in answer.text) == (422, True)


def test_one_that_fails_in_an_unforeseen_way_does_not_stop_the_others(operations: Operations) -> None:
    broken, sound = add(operations), add(operations)
    operations.execute(f"UPDATE agents.schedule SET input = '{{}}' WHERE id = '{broken['id']}'")
    now = max(due(broken), due(sound))
    operations.scheduler.tick(now)
    operations.scheduler.tick(now)
    assert [str(run["schedule_id"]) for run in runs(operations)] == [sound["id"]]
    assert "unexpected error" in show(operations, broken)["problem"]


def test_a_schedule_that_is_switched_off_rests_and_begins_anew(operations: Operations) -> None:
    made = add(operations, enabled=False)
    assert made["next_at"] is None
    operations.scheduler.tick(datetime.now(UTC) + timedelta(days=1))
    assert runs(operations) == []
    changed: Any = operations.call("PATCH", f"/schedules/{made['id']}", {"enabled": True}, who="alice").json
    operations.scheduler.tick(due(changed))
    assert len(runs(operations)) == 1


def test_bob_begins_a_run_now_in_his_own_name(operations: Operations) -> None:
    made = add(operations, callback_url="https://n8n.example/hook")
    answer = operations.call("POST", f"/schedules/{made['id']}/run", who="bob", scopes=["agents:write"])
    begun: Any = answer.json
    assert (answer.status_code, begun["status"]) == (202, "queued")
    assert answer.headers["Location"] == f"/api/agents/runs/{begun['id']}"
    (run,) = runs(operations)
    assert (run["subject"], run["scopes"], str(run["schedule_id"])) == ("bob", ["agents:write"], made["id"])
    shown = show(operations, made)
    assert (shown["last_run"], shown["next_at"]) == (str(run["id"]), made["next_at"])


def test_whoever_acts_for_all_clients_begins_it_for_the_schedule_s(operations: Operations) -> None:
    made = add(operations, who="charlie")
    operations.post(f"/schedules/{made['id']}/run", None, status=202)
    (run,) = runs(operations)
    assert (run["tenant"], run["subject"], run["definition"]["instructions"]) == ("globex", "local", "Check globex.")


def test_begun_now_twice_under_one_key_is_begun_once(operations: Operations) -> None:
    made = add(operations)
    for _ in range(2):
        operations.call("POST", f"/schedules/{made['id']}/run", who="alice", headers={"Idempotency-Key": "a"})
    assert len(runs(operations)) == 1


def test_schedules_are_listed_for_those_who_may_see_them(operations: Operations) -> None:
    made = [add(operations) for _ in range(3)]
    add(operations, who="charlie")
    first = operations.get("/schedules?limit=2", who="bob")
    assert [item["id"] for item in first["items"]] == [made[2]["id"], made[1]["id"]]
    rest = operations.get(f"/schedules?limit=2&cursor={first['next_cursor']}", who="bob")
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([made[0]["id"]], None)
    assert len(operations.get("/schedules")["items"]) == 4
    assert len(operations.get("/schedules?client=globex")["items"]) == 1
    assert operations.get("/schedules?agent=other")["items"] == []


def test_charlie_cannot_touch_a_schedule_of_acme(operations: Operations) -> None:
    made = add(operations)
    for method, path, body in [
        ("GET", "", None), ("PATCH", "", {"enabled": False}), ("DELETE", "", None), ("POST", "/run", None),
    ]:  # fmt: skip
        answer = operations.call(method, f"/schedules/{made['id']}{path}", body, who="charlie")
        assert answer.status_code == 404
    wanted = {"agent": "nightly", "cron": "every:1h", "input": "Look.", "client": "acme"}
    assert operations.call("POST", "/schedules", wanted, who="charlie").status_code == 403
    assert show(operations, made) == made


def test_who_only_reads_changes_nothing(operations: Operations) -> None:
    made = add(operations)
    for method, path in [("POST", ""), ("PATCH", f"/{made['id']}"), ("DELETE", f"/{made['id']}")]:
        answer = operations.call(method, f"/schedules{path}", {}, who="bob", scopes=["agents:read"])
        assert answer.status_code == 403


def test_a_schedule_that_is_deleted_begins_nothing_more(operations: Operations) -> None:
    made = add(operations)
    assert operations.call("DELETE", f"/schedules/{made['id']}", who="bob").status_code == 204
    operations.scheduler.tick(due(made))
    assert runs(operations) == []
    assert operations.call("DELETE", f"/schedules/{made['id']}", who="bob").status_code == 404
    assert actions(operations) == ["schedule.created", "schedule.deleted"]


def test_the_same_request_sent_again_makes_one_schedule(operations: Operations) -> None:
    wanted = {"agent": "nightly", "cron": "every:1h", "input": "Look."}
    answers = [
        operations.call("POST", "/schedules", wanted, who="alice", headers={"Idempotency-Key": "a"}) for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert len(operations.get("/schedules", who="alice")["items"]) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cron": "every:1s"}, "from 10 seconds to 31 days"),
        ({"cron": "0 0 30 2 *"}, "is not one that exists"),
        ({"cron": "often"}, "Write a cron line"),
        ({"tz": "Mars/Base"}, "There is no time zone"),
        ({"input": ""}, "at least 1 character"),
        ({"input": {"messages": []}}, "at least 1 item"),
        ({"input": {"messages": [{"role": "assistant", "content": "Hello."}]}}, "last message must be a user's"),
        ({"misfire": "all"}, "'once' or 'skip'"),
        ({"budget": {"steps": 0}}, "greater than or equal to 1"),
        ({"callback_url": "ftp://files.example"}, "callback_url: Only http"),
        ({"callback_url": "http://169.254.169.254/"}, "callback_url: The host"),
        ({"subject": "root"}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(operations: Operations, fields: Any, said: str) -> None:
    wanted = {"agent": "nightly", "cron": "every:1h", "input": "Look.", **fields}
    answer = operations.call("POST", "/schedules", wanted, who="alice")
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    made = add(operations)
    answer = operations.call("PATCH", f"/schedules/{made['id']}", fields, who="alice")
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert show(operations, made) == made


def test_an_agent_that_is_not_there_is_refused_at_once(operations: Operations) -> None:
    wanted = {"agent": "unknown", "cron": "every:1h", "input": "Look."}
    answer = operations.call("POST", "/schedules", wanted, who="alice")
    assert (answer.status_code, "There is no agent 'unknown'" in answer.text) == (404, True)


def test_fields_that_are_left_out_stay_and_a_callback_is_taken_away_by_null(operations: Operations) -> None:
    made = add(operations, callback_url="https://n8n.example/hook", budget={"steps": 3})
    path = f"/schedules/{made['id']}"
    assert operations.call("PATCH", path, {}, who="alice").json == made
    changed: Any = operations.call("PATCH", path, {"overlap": "allow", "callback_url": None}, who="alice").json
    assert changed == made | {"overlap": "allow", "callback_url": None}
