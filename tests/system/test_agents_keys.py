"""Agents through the gateway of a platform that asks for keys: a run is followed, and nobody else sees it."""

from tests.caller import Answer, Caller
from tests.embedded import Platform


def key(platform: Platform, *words: str) -> Caller:
    """Somebody with a new key."""
    made = platform.command("run", "oberaconnect.keys", "create", "--name", "agents", *words)
    return Caller(platform.url, made.stdout.strip())


def test_a_run_is_watched_to_its_end_and_nobody_else_sees_it(guarded: Platform) -> None:
    alice = key(guarded, "--client", "acme", "--scopes", "agents:read,agents:write")
    charlie = key(guarded, "--client", "globex", "--scopes", "agents:read,agents:write")
    assert Caller(guarded.url).call("GET", "/agents/runs").status == 401
    begun = alice.call("POST", "/agents/runs", {"agent": "help-desk", "input": "Hello", "model": "ollama/absent"})
    assert begun.status == 202, begun.text
    path = f"/agents/runs/{begun.json['id']}"
    assert charlie.call("GET", path).status == 404
    assert charlie.call("POST", f"{path}/cancel").status == 404
    with alice.stream("GET", f"{path}/events") as events:
        first = next(events)
        assert alice.call("POST", f"{path}/cancel").status == 202
        told = [first, *events]
    assert (told[0].name, told[-1].name) == ("run.queued", "run.cancelled")
    with alice.stream("GET", f"{path}/events", headers={"Last-Event-ID": first.id}) as events:
        assert [event.id for event in events] == [event.id for event in told[1:]]
    refused: Answer = alice.call("GET", "/agents/callback-key")
    assert (refused.status, "agents:admin" in refused.text) == (403, True)
