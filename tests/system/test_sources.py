"""Sources through the gateway on the real index: what is there is found and quoted, what is gone is neither."""

import base64
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests import office
from tests.caller import Answer, Caller, Event, until
from tests.embedded import Platform
from tests.fakes import web
from tests.fakes.git_http import GitServer
from tests.fakes.web import Asked, Web

from embedded import lifecycle
from oberaconnect import settings
from oberaconnect.auth import create_key
from oberaconnect.db import as_owner

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Alice:
    """A client of her own, the key to it, and its folder of the inbox."""

    client: str
    caller: Caller
    folder: Path

    def add(self, kind: str, config: Mapping[str, Any] = {}, **fields: Any) -> str:
        """Add a source; its address below `/api`."""
        answer = self.caller.call(
            "POST", "/data/sources", {"kind": kind, "name": f"A {kind}", "config": config, **fields}
        )
        assert answer.status == 201, answer.text
        assert answer.headers["Location"] == f"/api/data/sources/{answer.json['id']}"
        return f"/data/sources/{answer.json['id']}"

    def add_folder(self, **fields: Any) -> str:
        """Add her folder as a source."""
        return self.add("folder", {"path": self.client}, **fields)

    def sync(self, source: str, query: str = "") -> dict[str, Any]:
        """Run once; the run when it has ended, or waits for a decision."""
        return self.ended(source, self.caller.call("POST", f"{source}/sync?wait=60{query}"))

    def push(self, source: str, **body: Any) -> dict[str, Any]:
        """Push, and wait; the run when it has ended."""
        return self.ended(source, self.caller.call("POST", f"{source}/documents?wait=60", body))

    def ended(self, source: str, answer: Answer) -> dict[str, Any]:
        """The run that an answer tells of, when it has ended or waits for a decision."""
        assert answer.status in {200, 202}, answer.text
        return self.run(source, answer.json["id"])

    def run(self, source: str, identifier: str) -> dict[str, Any]:
        """A run, when it has ended or waits for a decision."""
        run: dict[str, Any] = {}

        def has_ended() -> bool:
            run.update(self.caller.call("GET", f"{source}/runs/{identifier}").json)
            return run["status"] not in {"queued", "running"}

        until(has_ended)
        return run

    def found(self) -> dict[str, str]:
        """All that the search has of this client: texts by external id."""
        passages = self.caller.search("What is there to know?", top_k=50)
        return {passage["external_id"]: passage["text"] for passage in passages}

    def answers(self, question: str) -> str:
        """What an answer says and quotes; empty when there is none."""
        answer = self.caller.ask(question)
        return json.dumps([answer["answer"], answer["citations"]]) if answer["answered"] else ""


@pytest.fixture
def alice(guarded: Platform) -> Alice:
    configuration = settings.load(lifecycle.in_force(guarded.place))
    client = f"sources-{uuid.uuid4().hex[:12]}"
    with as_owner(configuration) as connection:
        key = create_key(
            connection, configuration, name="test", tenant=client, clients=(), scopes=["*"],
            expires_in=timedelta(hours=1),
        )  # fmt: skip
    folder = guarded.place.state / "inbox" / client
    folder.mkdir()
    return Alice(client, Caller(guarded.url, key.text), folder)


def counts(run: Mapping[str, Any]) -> dict[str, int]:
    """What a run that went through found and did, without zeros."""
    assert run["status"] == "succeeded", run
    return {name: number for name, number in run["counts"].items() if number}


def test_a_folder_and_the_index_stay_in_step(alice: Alice) -> None:
    def key(name: str) -> str:
        return f"{alice.client}/{name}"

    (alice.folder / "below").mkdir()
    gate, lift = alice.folder / "gate.md", alice.folder / "below" / "lift.txt"
    gate.write_text("# Gate\n\nThe gate code of the yard is 4711.")
    lift.write_text("The lift engineer is reached under 0117 496 0111.")
    (alice.folder / "plan.pdf").write_bytes(office.pdf([[("The uplink of cabinet C-17 is port 48.", 11)]]))
    source = alice.add_folder()
    assert counts(alice.sync(source)) == {"seen": 3, "new": 3}
    assert alice.found().keys() == {key("gate.md"), key("below/lift.txt"), key("plan.pdf")}
    assert "4711" in alice.answers("What is the gate code of the yard?")

    assert counts(alice.sync(source)) == {"seen": 3, "unchanged": 3}
    gate.write_text("# Gate\n\nThe gate code of the yard is 90210.")
    (alice.folder / "ups.txt").write_text("The UPS of rack 9 lasts 38 minutes.")
    assert counts(alice.sync(source)) == {"seen": 4, "new": 1, "changed": 1, "unchanged": 2}
    assert "90210" in alice.found()[key("gate.md")]
    now = alice.answers("What is the gate code of the yard?")
    assert "90210" in now
    assert "4711" not in now
    assert "38 minutes" in alice.answers("How long does the UPS of rack 9 last?")

    lift.rename(alice.folder / "elevator.txt")
    assert counts(alice.sync(source)) == {"seen": 4, "new": 1, "deleted": 1, "unchanged": 3}
    assert key("below/lift.txt") not in alice.found()
    assert "0111" in alice.found()[key("elevator.txt")]
    assert key("elevator.txt") in alice.answers("Under which number is the lift engineer reached?")

    gate.unlink()
    assert counts(alice.sync(source)) == {"seen": 3, "deleted": 1, "unchanged": 3}
    assert alice.found().keys() == {key("elevator.txt"), key("plan.pdf"), key("ups.txt")}
    assert "90210" not in json.dumps(alice.caller.search("gate code of the yard 90210"))
    assert "90210" not in alice.answers("What is the gate code of the yard?")
    shown = alice.caller.call("GET", source).json
    assert (shown["documents"], shown["failing"], shown["client"]) == (3, 0, alice.client)


def test_what_is_pushed_is_found_until_a_push_says_that_it_is_gone(alice: Alice) -> None:
    source = alice.add("push")
    plan = office.pdf([[("The uplink of cabinet C-17 is port 48.", 11)]])
    documents = [
        {"external_id": "T-1", "title": "Scanner", "text": "The scanner in dispatch needs firmware 4.2."},
        {"external_id": "T-2", "title": "Badge", "text": "New badges are printed on Mondays."},
        {"external_id": "T-3", "name": "plan.pdf", "content": base64.b64encode(plan).decode()},
    ]
    assert counts(alice.push(source, documents=documents)) == {"seen": 3, "new": 3}
    assert alice.found().keys() == {"T-1", "T-2", "T-3"}
    assert "port 48" in alice.answers("Which port is the uplink of cabinet C-17?")
    newer = {**documents[0], "text": "The scanner in dispatch needs firmware 5.0."}
    assert counts(alice.push(source, documents=[newer, documents[1]], deleted=["T-3"])) == {
        "seen": 2, "changed": 1, "unchanged": 1, "deleted": 1,
    }  # fmt: skip
    assert alice.found().keys() == {"T-1", "T-2"}
    answer = alice.answers("Which firmware does the scanner in dispatch need?")
    assert "5.0" in answer
    assert "4.2" not in answer
    assert counts(alice.push(source, documents=[documents[1]], complete=True)) == {
        "seen": 1, "unchanged": 1, "deleted": 1,
    }  # fmt: skip
    assert alice.found().keys() == {"T-2"}
    assert "firmware" not in alice.answers("Which firmware does the scanner in dispatch need?")


@dataclass
class Site:
    """Pages by path, each with a tag; who brings the tag is told that nothing has changed."""

    pages: dict[str, str] = field(default_factory=dict)

    def answer(self, asked: Asked) -> web.Answer:
        """Serve a page."""
        page = self.pages.get(asked.path)
        if page is None:
            return web.Answer(404, b"gone")
        tag = f'"{hash(page)}"'
        if asked.headers.get("If-None-Match") == tag:
            return web.Answer(304, b"", {"ETag": tag})
        head = f"<!doctype html><html><head><title>Page {asked.path}</title></head>"
        content = f"{head}<body><main>{page}</main></body></html>".encode()
        return web.Answer(200, content, {"Content-Type": "text/html", "ETag": tag})


def test_a_web_site_is_followed_and_what_it_takes_down_is_gone(alice: Alice) -> None:
    site = Site({
        "/": '<p>Hedges are cut in June.</p><a href="/gutters">Gutters</a> <a href="/roof">Roof</a>',
        "/gutters": "<p>Gutters are cleaned in October.</p>",
        "/roof": "<p>The roof was sealed by Fenwick Roofing.</p>",
    })  # fmt: skip
    with Web(site.answer) as server:
        start = f"http://localhost:{server.port}"
        source = alice.add("url", {"url": f"{start}/", "depth": 1, "delay_seconds": 0})
        assert "can be fetched" in alice.caller.call("POST", f"{source}/check").text
        assert counts(alice.sync(source)) == {"seen": 3, "new": 3}
        assert alice.found().keys() == {f"{start}/", f"{start}/gutters", f"{start}/roof"}
        answer = alice.answers("When are the gutters cleaned?")
        assert "October" in answer
        assert f'"url": "{start}/gutters"' in answer
        assert counts(alice.sync(source)) == {"seen": 3, "unchanged": 3}
        site.pages["/gutters"] = "<p>Gutters are cleaned in November.</p>"
        del site.pages["/roof"]
        assert counts(alice.sync(source)) == {"seen": 2, "changed": 1, "unchanged": 1, "deleted": 1}
    assert alice.found().keys() == {f"{start}/", f"{start}/gutters"}
    assert "November" in alice.answers("When are the gutters cleaned?")
    assert "Fenwick" not in alice.answers("Who sealed the roof?")
    away = alice.caller.call("POST", f"{source}/check")
    assert (away.status, away.is_problem) == (503, True)
    assert alice.found().keys() == {f"{start}/", f"{start}/gutters"}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_is_read_commit_by_commit(alice: Alice, tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    with GitServer(tmp_path / "served") as server:
        repository = server.repository("handbook.git")
        repository.commit({
            "README.md": "# Handbook\n\nOn call is Mrs Hall.",
            "network/vlans.md": "The voice VLAN of the depot is VLAN 40.",
            "tool.py": "print('code is left out')",
        })  # fmt: skip
        url = server.url("handbook.git").replace("127.0.0.1", "localhost")
        source = alice.add("git", {"url": url, "web_url": "https://git.example.com/{branch}/{path}"})
        assert counts(alice.sync(source)) == {"seen": 2, "new": 2}
        answer = alice.answers("Which VLAN carries voice in the depot?")
        assert "VLAN 40" in answer
        assert "https://git.example.com/main/network/vlans.md" in answer
        repository.commit({"network/vlans.md": None, "README.md": "# Handbook\n\nOn call is Mr Dale."})
        assert counts(alice.sync(source)) == {"seen": 1, "changed": 1, "deleted": 1}
    assert ["Mr Dale" in text for text in alice.found().values()] == [True]
    assert "VLAN 40" not in alice.answers("Which VLAN carries voice in the depot?")
    assert "Mrs Hall" not in alice.answers("Who is on call?")


def test_a_run_that_would_empty_a_folder_stops_and_asks(alice: Alice) -> None:
    for number in range(8):
        (alice.folder / f"note-{number}.txt").write_text(f"Bay {number} holds pallet P-{number}.")
    source = alice.add_folder()
    assert counts(alice.sync(source)) == {"seen": 8, "new": 8}
    for number in range(1, 8):
        (alice.folder / f"note-{number}.txt").unlink()

    waiting = alice.sync(source)
    assert (waiting["status"], waiting["deletions"]) == ("waiting", 7)
    assert "7 of 8 documents" in waiting["problem"]["detail"]
    assert len(alice.found()) == 8
    assert "P-5" in alice.answers("Which pallet does bay 5 hold?")
    assert alice.caller.call("POST", f"{source}/sync").status == 409
    rejected = alice.caller.call("POST", f"{source}/runs/{waiting['id']}/reject")
    assert (rejected.status, rejected.json["status"]) == (200, "cancelled")
    assert len(alice.found()) == 8

    again = alice.sync(source)
    assert again["status"] == "waiting"
    assert alice.caller.call("POST", f"{source}/runs/{again['id']}/approve").status == 200
    assert counts(alice.run(source, again["id"])) == {"seen": 1, "deleted": 7, "unchanged": 1}
    assert alice.found().keys() == {f"{alice.client}/note-0.txt"}
    assert "P-5" not in alice.answers("Which pallet does bay 5 hold?")


def test_a_dry_run_only_tells_what_would_become_of_the_index(alice: Alice) -> None:
    old, new = alice.folder / "old.txt", alice.folder / "new.txt"
    old.write_text("The sump pump alarm is relay 4.")
    source = alice.add_folder()
    assert counts(alice.sync(source, "&dry_run=true")) == {"seen": 1, "new": 1}
    assert alice.found() == {}
    assert counts(alice.sync(source)) == {"seen": 1, "new": 1}
    old.unlink()
    new.write_text("The sump pump alarm is relay 7.")
    told = alice.sync(source, "&dry_run=true")
    assert told["dry_run"]
    assert counts(told) == {"seen": 1, "new": 1, "deleted": 1}
    lines = alice.caller.call("GET", f"{source}/runs/{told['id']}/documents").json["items"]
    assert {line["name"]: line["change"] for line in lines} == {"old.txt": "deleted", "new.txt": "new"}
    assert alice.found().keys() == {f"{alice.client}/old.txt"}
    assert "relay 4" in alice.answers("Which relay is the sump pump alarm?")


def test_a_schedule_runs_by_itself_again_and_again(alice: Alice) -> None:
    note = alice.folder / "note.txt"
    note.write_text("The barrier opens for tag T-900.")
    source = alice.add_folder(schedule="every:10s")
    until(lambda: any("T-900" in text for text in alice.found().values()))
    note.write_text("The barrier opens for tag T-9001.")
    until(lambda: any("T-9001" in text for text in alice.found().values()))
    assert "T-9001" in alice.answers("For which tag does the barrier open?")
    runs = alice.caller.call("GET", f"{source}/runs").json["items"]
    assert {run["reason"] for run in runs} == {"schedule"}
    assert len(runs) >= 2
    assert alice.caller.call("PATCH", source, {"is_paused": True}).json["is_paused"]


@pytest.mark.parametrize("fate", ["keep", "delete"])
def test_a_source_goes_with_its_documents_or_without_them(alice: Alice, fate: str) -> None:
    other = alice.add("push", name="Another one")
    alice.push(other, documents=[{"external_id": "kept", "text": "The boiler is serviced in May."}])
    for number in range(5):
        (alice.folder / f"key-{number}.txt").write_text(f"Key {number} hangs on hook H-{number}.")
    source = alice.add_folder()
    assert counts(alice.sync(source)) == {"seen": 5, "new": 5}
    assert alice.caller.call("DELETE", f"{source}?documents={fate}").status == 204
    for path in ("", "/runs", "/items"):
        assert alice.caller.call("GET", f"{source}{path}").status == 404
    left = {f"{alice.client}/key-{number}.txt" for number in range(5)} if fate == "keep" else set()
    assert alice.found().keys() == {"kept", *left}
    assert ("H-3" in alice.answers("On which hook hangs key 3?")) == (fate == "keep")
    assert "May" in alice.answers("When is the boiler serviced?")


def test_the_events_of_a_run_arrive_while_it_works(alice: Alice) -> None:
    words = "The patch panel of cabinet {0} feeds room {0} over trunk T-{0}. " * 5
    for number in range(120):
        (alice.folder / f"{number}.txt").write_text(words.format(number))
    source = alice.add_folder()
    run = alice.caller.call("POST", f"{source}/sync").json["id"]
    states: list[str] = []
    seen: list[Event] = []
    with alice.caller.stream("GET", f"{source}/runs/{run}/events") as events:
        for event in events:
            if event.name == "document" and not states:
                # Asked in the middle of the stream: a proxy that collects it would show a run that has ended.
                states.append(alice.caller.call("GET", f"{source}/runs/{run}").json["status"])
            seen.append(event)
    assert states == ["running"]
    documents = [event for event in seen if event.name == "document"]
    assert sorted(event.data["external_id"] for event in documents) == sorted(
        f"{alice.client}/{number}.txt" for number in range(120)
    )
    assert (seen[-1].name, seen[-1].data["status"], seen[-1].data["counts"]["new"]) == ("done", "succeeded", 120)
    resume = {"Last-Event-ID": documents[99].id}
    with alice.caller.stream("GET", f"{source}/runs/{run}/events", headers=resume) as events:
        assert [event.id for event in events if event.name == "document"] == [event.id for event in documents[100:]]
    assert "T-77" in alice.answers("Over which trunk is room 77 fed?")


#: What is no source: the request, the status, and words of the reason.
NO_SOURCES: Mapping[str, tuple[dict[str, Any], int, str]] = {
    "a kind that nobody knows": ({"kind": "gopher"}, 422, "Known: sharepoint, folder"),
    "a kind that is a module": ({"kind": "os:system"}, 422, "kind"),
    "a config of almost a megabyte": ({"kind": "folder", "config": {"path": "a" * 1_000_000}}, 422, "path"),
    "a config of a megabyte": ({"kind": "folder", "config": {"path": "a" * _MEGABYTE}}, 413, "large"),
    "a config with a thousand fields": ({"kind": "push", "config": {str(n): n for n in range(1000)}}, 422, "config"),
    "a config that is deep": ({"kind": "folder", "config": {"path": json.loads("[" * 150 + "]" * 150)}}, 422, "path"),
    "a field of another kind": ({"kind": "push", "config": {"path": "x"}}, 422, "path"),
    "a name of blanks": ({"kind": "push", "name": " \t "}, 422, "name"),
    "a name with a NUL": ({"kind": "push", "name": "a\0b"}, 422, "name"),
    "a name that is no text": ({"kind": "push", "name": "\ud800"}, 400, "JSON"),
    "another client": ({"kind": "push", "client": "somebody-else"}, 403, "client"),
    "a schedule too quick": ({"kind": "push", "schedule": "every:1s"}, 422, "schedule"),
    "a secret it has no use for": ({"kind": "folder", "secrets": {"password": "x"}}, 422, "secrets"),
    "a webhook inside": ({"kind": "push", "webhook": "http://169.254.169.254/latest/"}, 422, "public"),
    "a mailbox of nobody": ({"kind": "imap", "config": {"host": "mail.example.com"}}, 422, "access"),
}


@pytest.mark.parametrize("what", NO_SOURCES)
def test_what_is_no_source_is_refused_with_the_reason(alice: Alice, what: str) -> None:
    body, status, words = NO_SOURCES[what]
    refused = alice.caller.call("POST", "/data/sources", {"name": "Odd", **body})
    assert (refused.status, refused.is_problem) == (status, True), refused.text[:1000]
    assert words in refused.text
    assert len(refused.body) < 10_000
    assert alice.caller.call("GET", "/data/sources").json["items"] == []


@pytest.mark.parametrize(
    "path", ["../", "..", "{own}/../..", "/etc", "{own}/../../data", "{own}/link", "another-client", ""]
)
def test_a_folder_source_stays_in_its_own_folder(alice: Alice, path: str) -> None:
    (alice.folder / "link").symlink_to("/etc")
    source = alice.add("folder", {"path": path.format(own=alice.client)})
    checked = alice.caller.call("POST", f"{source}/check")
    assert (checked.status in {404, 422}, checked.is_problem) == (True, True), checked.text
    run = alice.sync(source)
    assert (run["status"], run["counts"]["seen"]) == ("failed", 0)
    assert run["problem"]["detail"]
    assert alice.found() == {}


def test_files_with_odd_names_are_found_or_told_of(alice: Alice) -> None:
    odd = [
        'wha\'t "is" <this>?.txt',
        "%2e%2e%2fetc.txt",
        "line\nbreak.txt",
        "-rf.txt",
        "über 🙂 \u202efdp.txt",
        "x" * 240,
    ]
    names = [name if name.endswith(".txt") else f"{name}.txt" for name in odd]
    for number, name in enumerate(names):
        (alice.folder / name).write_text(f"Locker {number} belongs to bin B-{number}.")
    Path(os.fsdecode(os.fsencode(alice.folder) + b"/\xff\xfe.txt")).write_text("Nobody can say the name of this.")
    source = alice.add_folder()
    run = alice.sync(source)
    assert counts(run) == {"seen": len(names) + 1, "new": len(names), "failed": 1}
    lines = alice.caller.call("GET", f"{source}/runs/{run['id']}/documents?status=failed").json["items"]
    assert ["UTF-8" in line["reason"] for line in lines] == [True]
    assert alice.found().keys() == {f"{alice.client}/{name}" for name in names}
    assert "B-4" in alice.answers("To which bin does locker 4 belong?")
    shutil.rmtree(alice.folder)
    alice.folder.mkdir()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/latest/meta-data/", "http://10.1.2.3/",
        "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://localhost:{port}/away",
    ],
)  # fmt: skip
def test_a_page_of_a_private_address_is_not_fetched(alice: Alice, url: str) -> None:
    def inside(asked: Asked) -> web.Answer:
        if asked.path == "/away":
            return web.Answer(302, b"", {"Location": f"http://127.0.0.1:{server.port}/secret"})
        return web.Answer(404) if asked.path == "/robots.txt" else web.Answer(200, b"The inner secret is 31-7-22.")

    with Web(inside) as server:
        config = {"url": url.format(port=server.port), "delay_seconds": 0}
        refused = alice.caller.call("POST", "/data/sources", {"kind": "url", "name": "Inside", "config": config})
        if refused.status == 201:
            run = alice.sync(f"/data/sources/{refused.json['id']}")
            assert run["status"] == "failed", run
        else:
            assert (refused.status, refused.is_problem) == (422, True), refused.text
        assert [asked.path for asked in server.asked if asked.path not in {"/robots.txt", "/away"}] == []
    assert alice.found() == {}


def test_a_large_file_can_be_pushed(alice: Alice) -> None:
    source = alice.add("push")
    picture = f"<img src='data:image/png;base64,{base64.b64encode(os.urandom(3 * _MEGABYTE)).decode()}'>"
    page = f"<!doctype html><html><body><p>The plotter is on loan to Fenwick.</p>{picture}</body></html>"
    content = base64.b64encode(page.encode()).decode()
    run = alice.push(source, documents=[{"external_id": "plotter", "name": "plotter.html", "content": content}])
    assert counts(run) == {"seen": 1, "new": 1}
    assert "Fenwick" in alice.answers("Who has the plotter on loan?")


def test_a_push_that_is_too_large_or_broken_is_refused_whole(alice: Alice) -> None:
    source = alice.add("push")
    fine = {"external_id": "fine", "text": "All is well in the comms room."}
    refuse = partial(alice.caller.call, "POST", f"{source}/documents")
    bodies: Mapping[str, Any] = {
        "a text too long": {"documents": [fine, {"external_id": "a", "text": "a" * 2_000_001}]},
        "a thousand and one": {"documents": [{"external_id": str(number), "text": "a"} for number in range(1001)]},
        "broken Base64": {"documents": [fine, {"external_id": "b", "content": "AAA*"}]},
        "Base64 cut off": {"documents": [fine, {"external_id": "b", "content": "AAAAA"}]},
        "text and bytes": {"documents": [{"external_id": "b", "text": "a", "content": "AAAA"}]},
        "nothing": {"documents": [fine, {"external_id": "b"}]},
        "one twice": {"documents": [fine, fine]},
        "an id with a NUL": {"documents": [{"external_id": "a\0b", "text": "a"}]},
        "a reader that is none": {"documents": [{**fine, "access": ["root"]}]},
        "a field that is none": {"documents": [fine], "force": True},
        "a list": [fine],
    }
    for what, body in bodies.items():
        refused = refuse(body)
        assert (refused.status, refused.is_problem) == (422, True), (what, refused.text[:500])
    huge = refuse(data=b'{"documents": [' + b" " * (101 * _MEGABYTE) + b"]}")
    assert (huge.status, huge.is_problem) == (413, True), huge.text[:500]
    assert refuse(data=b'{"documents": [').status == 400
    assert alice.caller.call("GET", f"{source}/runs").json["items"] == []
    assert alice.found() == {}
    assert counts(alice.push(source, documents=[fine])) == {"seen": 1, "new": 1}
    assert "comms room" in alice.answers("Is all well in the comms room?")


def test_the_same_request_sent_twice_is_one(alice: Alice) -> None:
    body = {"kind": "push", "name": "Tickets"}
    send = partial(alice.caller.call, "POST", "/data/sources", body)
    first, second = (send(headers={"Idempotency-Key": "add"}) for _ in range(2))
    assert (first.status, second.status, first.json) == (201, 201, second.json)
    assert len(alice.caller.call("GET", "/data/sources").json["items"]) == 1
    assert send().status == 409
    source = f"/data/sources/{first.json['id']}"
    push = partial(alice.caller.call, "POST", f"{source}/documents", headers={"Idempotency-Key": "push"})
    pushed = {"documents": [{"external_id": "T-1", "text": "The scanner needs firmware 4.2."}]}
    once, again = push(pushed), push(pushed)
    assert (once.status, again.status, once.json["id"]) == (202, 202, again.json["id"])
    assert counts(alice.run(source, once.json["id"])) == {"seen": 1, "new": 1}
    late = push(pushed)
    assert (late.status, late.json["id"]) == (202, once.json["id"])
    assert len(alice.caller.call("GET", f"{source}/runs").json["items"]) == 1
    other = push({"deleted": ["T-1"]})
    assert (other.status, other.is_problem) == (422, True)
    assert "4.2" in alice.answers("Which firmware does the scanner need?")
