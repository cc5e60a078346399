"""n8n as Alice, who owns it, finds it, and its workflows, run with documents against the running platform."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from tests.caller import PROBLEM, Answer, until
from tests.compose import Stack
from tests.paper import pages

from host import dotenv
from host.place import ROOT

OWNER = "admin@oberaconnect.local"
WEBHOOKS = [
    "agent", "agent-approve", "agent-task", "ask", "callflow", "config-backup", "escalate", "ingest-now", "sync-now",
    "ticket",
]  # fmt: skip
GRAPH = ROOT / "tests" / "standins" / "graph" / "compose.yml"
BROKEN = "PK\x03\x04 broken"
#: Where the last page of a form of n8n holds the files that it hands over.
FILES = re.compile(r'const binaries = "([^"]*)"')
BACKUPS = "# Backups\n\nBackups of the file server are kept for ninety days. They run every night at three.\n"


class N8n:
    """Somebody at n8n's own address, with the cookie and the webhook key that they have."""

    def __init__(self, stack: Stack, key: str = "") -> None:
        self._port = stack.port("N8N_PORT")
        self._headers = {"Content-Type": "application/json"} | ({"X-Webhook-Key": key} if key else {})

    def call(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=180)) as connection:
            content = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, content, {**self._headers, **(headers or {})})
            response = connection.getresponse()
            kind = (response.headers.get("Content-Type") or "").split(";")[0]
            return Answer(response.status, kind, dict(response.headers), response.read())

    def post(self, webhook: str, body: Any) -> Answer:
        return self.call("POST", f"/webhook/{webhook}", body)

    def fills_in(self, form: str, values: list[str], password: str) -> Answer:
        """Send a form as n8n's own page does, as somebody with this password; returns its last page."""
        # n8n's page names the fields by their positions.
        parts = [
            f'--field\r\nContent-Disposition: form-data; name="field-{n}"\r\n\r\n{value}\r\n'
            for n, value in enumerate(values)
        ]
        headers = {"Content-Type": "multipart/form-data; boundary=field"} | signed_in(password)
        answer = self.call("POST", f"/form/{form}", "".join([*parts, "--field--\r\n"]).encode(), headers)
        if answer.status != 200:
            return answer
        page = urlsplit(answer.json["formWaitingUrl"])
        # Asked for before it is there, the page would never come.
        status = f"{page.path}/n8n-execution-status?{page.query}"
        until(lambda: self.call("GET", status).text == "form-waiting", 60)
        return self.call("GET", f"{page.path}?{page.query}")

    def signs_in(self, user: str, password: str) -> int:
        answer = self.call("POST", "/rest/login", {"emailOrLdapLoginId": user, "password": password})
        if answer.status == 200:
            self._headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
        return answer.status

    def workflow(self, name: str) -> dict[str, Any]:
        answer = self.call("GET", f"/rest/workflows/{name}")
        assert answer.status == 200, answer.text
        return dict(answer.json["data"])

    def changes(self, name: str, change: Callable[[str], str]) -> None:
        """Edit a workflow's text and publish it, as the editor does."""
        old = self.workflow(name)
        fields = {field: old[field] for field in ("name", "nodes", "connections", "settings")}
        edited = {**json.loads(change(json.dumps(fields))), "versionId": old["versionId"]}
        saved = self.call("PATCH", f"/rest/workflows/{name}", edited)
        assert saved.status == 200, saved.text
        version = {"versionId": saved.json["data"]["versionId"]}
        assert self.call("POST", f"/rest/workflows/{name}/activate", version).status == 200

    def runs(self, name: str, trigger: str) -> str:
        """How a run that begins at a trigger ends."""
        start = {"workflowId": name, "triggerToStartFrom": {"name": trigger}}
        answer = self.call("POST", f"/rest/workflows/{name}/run", start)
        assert answer.status == 200, answer.text
        status = ""

        def ended() -> bool:
            nonlocal status
            found = self.call("GET", f"/rest/executions/{answer.json['data']['executionId']}")
            status = found.json["data"]["status"] if found.status == 200 else ""
            return status in {"success", "error", "crashed", "canceled"}

        until(ended, 120)
        return status


@dataclass(frozen=True)
class Library:
    """A folder of a library in SharePoint, and the source that keeps it in step."""

    stack: Stack
    folder: str
    source: str

    def put(self, name: str, text: str) -> None:
        """Write a file."""
        graph(self.stack, "put", f"{self.folder}/{name}", text)

    def finds(self, words: str) -> list[tuple[str, str]]:
        """What the search through the gateway finds first: the file's path and the text."""
        found = self.stack.caller().search(words, collection=self.folder, top_k=1)
        return [(passage["metadata"]["path"], passage["text"]) for passage in found]

    def decide(self, run: str, decision: str) -> None:
        """Approve or reject a run."""
        answer = self.stack.caller().call("POST", f"/data/sources/{self.source}/runs/{run}/{decision}")
        assert answer.status == 200, answer.text


def graph(stack: Stack, *words: str) -> Any:
    """Have something happen in SharePoint."""
    return json.loads(stack.inside("graph", "python", "-m", "tests.standins.graph", *words))


def signed_in(password: str) -> dict[str, str]:
    """The header of somebody who signed in to a form."""
    return {"Authorization": "Basic " + b64encode(f"oberaconnect:{password}".encode()).decode()}


def ready(stack: Stack) -> None:
    """n8n is healthy a moment before its webhooks are open."""
    stack.wait_until_healthy("n8n", seconds=180)
    until(lambda: all(N8n(stack).post(path, {}).status != 404 for path in WEBHOOKS), 60)


@pytest.fixture(scope="module")
def documents(stack: Stack) -> Stack:
    """The platform with one runbook in the inbox and in the collection."""
    folder = stack.folder / "var" / "inbox" / "runbooks"
    folder.mkdir()
    (folder / "backups.md").write_text(BACKUPS)
    job = stack.caller().ingest({"source": "folder", "path": "runbooks"})
    assert job["status"] == "succeeded", job
    ready(stack)
    return stack


@pytest.fixture
def caller(documents: Stack) -> N8n:
    """The help desk's own program: it has the webhook key and no account."""
    return N8n(documents, documents.env["N8N_WEBHOOK_KEY"])


@pytest.fixture(scope="module")
def alice(documents: Stack) -> N8n:
    """The owner, signed in. Once for all tests: n8n lets nobody sign in more than five times a minute."""
    owner = N8n(documents)
    assert owner.signs_in(OWNER, documents.env["N8N_BASIC_AUTH_PASSWORD"]) == 200
    return owner


@pytest.fixture(scope="module")
def sharepoint(documents: Stack) -> Iterator[Stack]:
    """The platform, and Microsoft 365 beside it."""
    env_file = documents.project.env_file
    old = env_file.read_text()
    env_file.write_text(f"{old}GRAPH_URL=http://127.0.0.1:9500\nAZURE_AUTHORITY=http://127.0.0.1:9500\n")
    stack = replace(documents, project=replace(documents.project, files=(GRAPH,)))
    try:
        stack.up("data-processing", "graph")
        until(lambda: stack.caller().call("GET", "/data/health").status == 200)
        yield stack
    finally:
        stack.compose("rm", "--stop", "--force", "graph")
        env_file.write_text(old)
        documents.up("data-processing")
        until(lambda: documents.caller().call("GET", "/data/health").status == 200)


@pytest.fixture
def library(sharepoint: Stack, request: pytest.FixtureRequest) -> Iterator[Library]:
    """Three policies, and a source of them."""
    folder = request.node.name.removeprefix("test_").replace("_", "-")[:40]
    for name, text in (
        ("leave.txt", "Everybody has thirty days of leave a year."),
        ("travel.txt", "Journeys by train are booked in the second class."),
        ("visitors.txt", "Visitors sign the book at the reception."),
    ):
        graph(sharepoint, "put", f"{folder}/{name}", text)
    about = graph(sharepoint, "about")
    site_groups = {f"Human Resources {name}": ["org"] for name in ("Owners", "Members", "Visitors")}
    body = {
        "kind": "sharepoint",
        "name": folder,
        "collection": folder,
        "config": {"site": about["site"], "path": f"/{folder}", "site_groups": site_groups},
        "secrets": about["secrets"],
    }
    added = sharepoint.caller().call("POST", "/data/sources", body)
    assert added.status == 201, added.text
    source = added.json["id"]
    try:
        yield Library(sharepoint, folder, source)
    finally:
        sharepoint.caller().call("DELETE", f"/data/sources/{source}?documents=delete")


def test_the_owner_signs_in_with_the_name_and_password_of_the_settings(alice: N8n) -> None:
    listed = alice.call("GET", "/rest/workflows").json["data"]
    assert {one["id"]: one["active"] for one in listed} == {
        f"oberaconnect-{path.stem}": True for path in (ROOT / "docker" / "n8n" / "workflows").glob("*.json")
    }


@pytest.mark.parametrize(("user", "password"), [(OWNER, "Wrong-one-4711"), (OWNER, ""), ("charlie@example.com", None)])
def test_a_stranger_does_not_get_in(documents: Stack, user: str, password: str | None) -> None:
    right = documents.env["N8N_BASIC_AUTH_PASSWORD"]
    charlie = N8n(documents)

    assert charlie.signs_in(user, right if password is None else password) in {400, 401}
    basic = {"Authorization": "Basic " + b64encode(f"admin:{right}".encode()).decode()}
    assert charlie.call("GET", "/rest/workflows", headers=basic).status == 401


def test_nobody_can_make_himself_the_owner(documents: Stack) -> None:
    himself = {"email": "charlie@example.com", "firstName": "C", "lastName": "C", "password": "Charlie-4711"}
    assert N8n(documents).call("POST", "/rest/owner/setup", himself).status == 400
    assert N8n(documents).signs_in(himself["email"], himself["password"]) == 401


@pytest.mark.parametrize("path", WEBHOOKS)
@pytest.mark.parametrize("key", ["", "guessed"])
def test_a_webhook_is_closed_to_those_without_the_key(documents: Stack, path: str, key: str) -> None:
    assert N8n(documents, key).post(path, {"question": "Who keeps backups?"}).status == 403


def test_a_question_is_answered_with_its_sources(caller: N8n) -> None:
    answer = caller.post("ask", {"question": "How long are backups of the file server kept?"})

    assert (answer.status, answer.kind) == (200, "application/json")
    assert answer.json["answered"]
    assert "ninety days" in answer.json["answer"]
    assert any(source["quote"] in BACKUPS and source["title"] == "Backups" for source in answer.json["sources"])


def test_a_question_that_no_document_answers_is_not_answered(caller: N8n) -> None:
    answer = caller.post("ask", {"question": "Who won the regatta of 1911?"}).json

    assert (answer["answered"], answer["sources"]) == (False, [])


@pytest.mark.parametrize("body", [{}, {"question": " "}, {"question": 7}, ["question"], "question"])
def test_a_question_that_is_none_is_refused_with_a_reason(caller: N8n, body: Any) -> None:
    answer = caller.post("ask", body)

    # A bare text is not taken by n8n itself.
    assert answer.status == 422
    assert isinstance(body, str) or (answer.is_problem and "question" in answer.json["detail"])


@pytest.mark.parametrize("path", ["ask", "ticket"])
def test_what_the_platform_refuses_is_passed_on_with_its_status(caller: N8n, path: str) -> None:
    answer = caller.post(path, {"question": "Who?", "id": 1, "subject": "Who?", "client": "NOT A CLIENT"})

    assert (answer.status, answer.kind) == (422, PROBLEM)
    assert answer.json["errors"][0]["pointer"] == "#/client"


def test_a_failing_source_is_in_the_report_and_does_not_stop_the_others(caller: N8n) -> None:
    answer = caller.post("ingest-now", {"folders": ["nowhere", "runbooks"], "pages": ["http://127.0.0.1/"]})

    assert answer.status == 200
    report = answer.json
    assert not report["ok"]
    assert {one["source"]: one["status"] for one in report["sources"]} == {
        "inbox/nowhere": "refused", "inbox/runbooks": "succeeded", "http://127.0.0.1/": "refused",
    }  # fmt: skip
    assert report["totals"]["unchanged"] == 1
    reason = next(one["reason"] for one in report["sources"] if one["source"] == "inbox/nowhere")
    assert f"- inbox/nowhere: {reason}" in report["markdown"]


def test_a_broken_file_is_in_the_report_with_its_reason(documents: Stack, caller: N8n) -> None:
    folder = documents.folder / "var" / "inbox" / "mixed"
    folder.mkdir()
    (folder / "good.md").write_text("# Printers\n\nThe printer of the annex is on floor two.\n")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 broken")

    report = caller.post("ingest-now", {"folders": ["mixed"], "collection": "mixed"}).json

    (source,) = report["sources"]
    assert (source["status"], report["totals"]["indexed"], report["totals"]["failed"]) == ("succeeded", 1, 1)
    (failed,) = source["failed"]
    assert failed["name"].endswith("broken.docx")
    assert failed["reason"] in report["markdown"]


@pytest.mark.parametrize("body", [{"folders": []}, {"folders": "all"}, {"pages": [1]}])
def test_an_ingestion_of_nothing_is_refused_with_a_reason(caller: N8n, body: Any) -> None:
    answer = caller.post("ingest-now", body)

    assert answer.status == 422
    assert answer.is_problem
    assert "folders" in answer.json["detail"]


def test_the_nightly_run_takes_in_the_whole_inbox(documents: Stack, alice: N8n) -> None:
    folder = documents.folder / "var" / "inbox" / "tonight"
    folder.mkdir()
    (folder / "lift.md").write_text("# Lift\n\nThe lift of the annex is serviced in March.\n")
    # The broken file of another test would rightly make the run a failed one.
    (documents.folder / "var" / "inbox" / "mixed" / "broken.docx").unlink(missing_ok=True)

    assert alice.runs("oberaconnect-ingest", "Every night at two") == "success"
    assert "serviced in March" in documents.caller().ask("When is the lift of the annex serviced?")["answer"]


def test_a_library_is_taken_in_and_can_be_searched(library: Library, caller: N8n) -> None:
    report = caller.post("sync-now", {}).json

    assert report["ok"], report["markdown"]
    (source,) = report["sources"]
    assert (source["source"], source["status"], report["totals"]["new"]) == (library.folder, "succeeded", 3)
    assert {"name": "leave.txt", "change": "new"} in source["changed"]
    assert f"- {library.folder}: new: leave.txt" in report["markdown"]
    assert library.finds("days of leave") == [
        (f"Documents/{library.folder}/leave.txt", "Everybody has thirty days of leave a year.")
    ]


def test_what_changes_in_the_library_is_in_the_report_and_in_the_search(library: Library, caller: N8n) -> None:
    caller.post("sync-now", {})
    library.put("leave.txt", "Everybody has thirty-one days of leave a year.")
    library.put("parking.txt", "The car park is closed at night.")
    library.put("broken.docx", BROKEN)
    graph(library.stack, "rename", f"{library.folder}/travel.txt", "journeys.txt")
    graph(library.stack, "delete", f"{library.folder}/visitors.txt")

    report = caller.post("sync-now", {}).json

    assert not report["ok"]
    expected = {"new": 1, "changed": 1, "moved": 1, "deleted": 1, "failed": 1}
    assert {name: number for name, number in report["totals"].items() if number} == expected
    (source,) = report["sources"]
    (failed,) = source["failed"]
    assert (failed["name"], failed["attempt"]) == ("broken.docx", 1)
    for text in ("broken.docx", "journeys.txt", "visitors.txt"):
        assert text in report["markdown"]
        assert text in report["html"]
    assert failed["reason"] in report["markdown"]
    assert library.finds("days of leave")[0][1] == "Everybody has thirty-one days of leave a year."
    assert library.finds("the car park")[0][0] == f"Documents/{library.folder}/parking.txt"
    assert library.finds("journeys by train")[0][0] == f"Documents/{library.folder}/journeys.txt"
    assert "Visitors" not in library.finds("visitors sign the book")[0][1]


def test_a_night_without_changes_says_so(library: Library, caller: N8n) -> None:
    caller.post("sync-now", {})

    report = caller.post("sync-now", {}).json

    assert report["ok"]
    assert {name: number for name, number in report["totals"].items() if number} == {}
    assert "What changed" not in report["markdown"]


def test_a_run_that_would_empty_the_library_waits_and_the_report_says_so_every_night(
    library: Library, caller: N8n
) -> None:
    caller.post("sync-now", {})
    for name in ("leave.txt", "travel.txt", "visitors.txt"):
        graph(library.stack, "delete", f"{library.folder}/{name}")

    for _ in range(2):
        report = caller.post("sync-now", {}).json
        (source,) = report["sources"]
        assert (source["status"], source.get("deletions"), report["ok"]) == ("waiting", 3, False)
        assert f"/runs/{source['run']}/approve" in report["markdown"]
        assert library.finds("days of leave")

    library.decide(source["run"], "approve")
    until(lambda: library.finds("days of leave") == [])


def test_a_source_that_is_paused_is_left_out(library: Library, caller: N8n) -> None:
    library.stack.caller().call("PATCH", f"/data/sources/{library.source}", {"is_paused": True})

    report = caller.post("sync-now", {}).json

    assert (report["ok"], report["sources"][0]["status"]) == (True, "left out")
    assert "It is paused." in report["markdown"]


def test_a_source_that_cannot_be_read_is_in_the_report_and_does_not_stop_the_others(
    library: Library, caller: N8n
) -> None:
    everyone = library.stack.caller()
    body = {"kind": "folder", "name": "A folder that is not there", "config": {"path": "nowhere"}}
    broken = everyone.call("POST", "/data/sources", body).json["id"]
    try:
        report = caller.post("sync-now", {"kind": ""}).json
    finally:
        everyone.call("DELETE", f"/data/sources/{broken}")

    assert {one["source"]: one["status"] for one in report["sources"]} == {
        library.folder: "succeeded", "A folder that is not there": "failed",
    }  # fmt: skip
    reason = next(one["reason"] for one in report["sources"] if one["status"] == "failed")
    assert f"- A folder that is not there: {reason}" in report["markdown"]


def test_the_nightly_sync_runs_by_itself_and_fails_when_something_needs_a_look(library: Library, alice: N8n) -> None:
    assert alice.runs("oberaconnect-sync", "Every night at three") == "success"
    assert library.finds("days of leave")

    library.put("broken.docx", BROKEN)
    assert alice.runs("oberaconnect-sync", "Every night at three") == "error"


def test_where_there_is_no_source_the_report_says_how_to_add_one(caller: N8n) -> None:
    report = caller.post("sync-now", {"client": "nobody-yet"}).json

    assert (report["ok"], report["sources"]) == (True, [])
    assert "POST /api/data/sources" in report["hint"]
    assert report["hint"] in report["markdown"]


@pytest.mark.parametrize("body", [{"kind": 7}, {"kind": None}, {"client": ["acme"]}])
def test_a_sync_of_nothing_is_refused_with_a_reason(caller: N8n, body: Any) -> None:
    answer = caller.post("sync-now", body)

    assert answer.status == 422
    assert answer.is_problem
    assert "kind" in answer.json["detail"]


def test_a_ticket_gets_a_draft_with_its_sources(caller: N8n) -> None:
    ticket = {"id": "4711", "subject": "Restore", "body": "How long are backups of the file server kept?"}
    answer = caller.post("ticket", ticket).json

    assert (answer["ticket"], answer["kind"]) == ("4711", "draft")
    assert "ninety days" in answer["text"]
    assert "[1] Backups" in answer["text"]
    assert answer["sources"]


def test_a_ticket_that_no_document_answers_gets_an_honest_note(caller: N8n) -> None:
    answer = caller.post("ticket", {"id": 4712, "subject": "Regatta", "body": "Who won the regatta of 1911?"}).json

    assert (answer["ticket"], answer["kind"], answer["sources"]) == (4712, "note", [])
    assert answer["text"].startswith("Not in the documents")
    assert answer["nearest"][0]["title"] in answer["text"]


WISHES = {
    "customer": "Larkspur Bakery",
    "numbers": ["+1 212 555 0123"],
    "extensions": ["101 Ann Archer", "102 Ben Baker"],
    "hours": "Mon-Fri 08:00-17:00",
}


def test_what_a_customer_wants_becomes_the_document_to_sign(caller: N8n) -> None:
    answer = caller.post("callflow", WISHES)

    assert (answer.status, answer.kind) == (200, "application/pdf"), answer.text
    assert answer.body.startswith(b"%PDF")
    assert answer.headers["x-flow-id"] == "larkspur-bakery"
    text = pages(answer.body)
    assert "Larkspur Bakery" in text
    assert "Ann Archer" in text
    assert answer.headers["x-flow-version"][:8] in text


def test_what_was_made_of_the_wishes_is_told_as_json_on_request(documents: Stack, caller: N8n) -> None:
    answer = caller.call("POST", "/webhook/callflow?answer=json", WISHES)

    assert (answer.status, answer.kind) == (200, "application/json"), answer.text
    made = answer.json
    assert set(made) == {"flow_id", "version", "findings", "assumptions", "pdf"}
    assert any("America/New_York" in one["message"] for one in made["assumptions"])
    found = documents.caller().call("GET", made["pdf"].removeprefix("/api"))
    assert (found.status, found.body[:4]) == (200, b"%PDF")


def test_wishes_that_the_platform_refuses_are_answered_with_its_reasons(caller: N8n) -> None:
    answer = caller.post("callflow", WISHES | {"menu": {"1": "nobody we know"}})

    assert answer.status == 422
    assert answer.is_problem
    assert "nobody we know" in answer.text


def test_a_flow_with_errors_is_answered_with_its_findings(caller: N8n) -> None:
    answer = caller.post("callflow", WISHES | {"extensions": ["101 Ann Archer", "101 Ben Baker"]})

    assert answer.status == 422
    assert answer.is_problem
    (error,) = [one for one in answer.json["findings"] if one["severity"] == "error"]
    assert error["code"] == "numbering.extension-twice"
    assert error["message"] in answer.json["detail"]


@pytest.mark.parametrize("path", ["/webhook/callflow", "/webhook/callflow?answer=docx"])
def test_wishes_that_are_none_are_refused_with_a_reason(caller: N8n, path: str) -> None:
    answer = caller.call("POST", path, ["Larkspur Bakery"] if path == "/webhook/callflow" else WISHES)

    assert answer.status == 422
    assert answer.is_problem


def test_a_form_is_closed_to_those_without_the_password(documents: Stack) -> None:
    charlie = N8n(documents)

    assert charlie.call("GET", "/form/callflow-request").status == 401
    assert charlie.call("GET", "/form/callflow-request", headers=signed_in("guessed")).status == 401
    assert charlie.fills_in("callflow-request", ["Charlie"], "guessed").status == 401


def test_a_form_that_is_filled_in_ends_with_the_document(documents: Stack) -> None:
    password = documents.env["N8N_WEBHOOK_KEY"]
    alice = N8n(documents)
    shown = alice.call("GET", "/form/callflow-request", headers=signed_in(password))
    assert (shown.status, "Extensions, one per line" in shown.text) == (200, True)

    values = [
        "Fennel & Sons",
        "+1 212 555 0124",
        "101 Ann Archer\n102 Ben Baker",
        "Mon-Fri 9-17",
        "a@fennel.example",
        "",
    ]
    answer = alice.fills_in("callflow-request", values, password)

    assert "The document is ready" in answer.text
    (file,) = json.loads(unquote(FILES.findall(answer.text)[0]))
    assert (file["fileName"], file["type"]) == ("fennel-sons.pdf", "application/pdf")
    content = file["data"]["data"] if isinstance(file["data"], dict) else file["data"].encode("latin-1")
    assert "Fennel & Sons" in pages(bytes(content))


@pytest.mark.parametrize(
    ("numbers", "extensions", "title", "reason"),
    [
        ("no number <b>", "", "This cannot be read", "is no telephone number of US"),
        ("+1 212 555 0124", "101 Ann\n101 Ben", "This would not work yet", "Another extension has the number 101 too."),
    ],
)
def test_a_form_says_what_would_not_work(
    documents: Stack, numbers: str, extensions: str, title: str, reason: str
) -> None:
    values = ["Fennel & Sons", numbers, extensions, "", "", ""]
    answer = N8n(documents).fills_in("callflow-request", values, documents.env["N8N_WEBHOOK_KEY"])

    assert title in answer.text
    assert reason in answer.text
    assert "number <b>" not in answer.text


SWITCH = (ROOT / "services" / "engineering-api" / "samples" / "bath-core.cfg").read_text()


def test_a_backup_is_audited_and_the_next_one_tells_only_what_is_new(documents: Stack, caller: N8n) -> None:
    backup = {"text": SWITCH, "name": "bath-core.cfg", "client": "rowan-vale", "site": "Bath"}
    first = caller.post("config-backup", backup)

    assert first.status == 200, first.text
    assert (first.json["device"], first.json["is_new"]) == ("bath-core", True)
    assert first.json["findings"]["new"] == first.json["findings"]["open"] == len(first.json["ticket"]["findings"])
    assert first.json["ticket"]["severity"] == "high"
    assert "It is the first configuration of this device." in first.json["ticket"]["markdown"]
    assert "Sample-Only-2024" not in first.text

    again = caller.post("config-backup", backup).json
    assert (again["config_id"], again["is_new"], again["ticket"]) == (first.json["config_id"], False, None)

    opened = SWITCH.replace("ip http secure-server", "ip http server\nip http secure-server")
    after = caller.post("config-backup", backup | {"text": opened}).json
    (finding,) = after["ticket"]["findings"]
    assert (finding["rule"], finding["fix"]) == ("mgmt.http-enabled", ["no ip http server"])
    assert after["ticket"]["subject"] == "bath-core: a new finding (medium) in the configuration"
    assert finding["detail"] in after["ticket"]["markdown"]
    assert finding["detail"] in after["ticket"]["html"]

    mended = caller.post("config-backup", backup).json
    assert (mended["findings"]["new"], mended["findings"]["solved"], mended["ticket"]) == (0, 1, None)
    scores = documents.caller().call("GET", "/engineering/scores?client=rowan-vale").json["device_scores"]
    assert len(scores) == 3, "each backup counts once"


def test_a_ticket_is_sent_where_the_configuration_says(caller: N8n, alice: N8n) -> None:
    # The gateway takes no tickets from whoever shows no key, and says so.
    told, url = 'ticket_url\\": \\"', "http://gateway:8080/api/data/chunk"
    alice.changes("oberaconnect-config", lambda text: text.replace(f'{told}\\"', f'{told}{url}\\"'))
    answers: list[Any] = []

    def is_sent() -> bool:  # n8n takes a moment to use what was published
        answers.append(caller.post("config-backup", {"text": SWITCH, "client": f"sent-{len(answers)}"}).json)
        return "delivery" in answers[-1]

    try:
        until(is_sent, 30)
    finally:
        alice.changes("oberaconnect-config", lambda text: text.replace(url, ""))

    assert answers[-1]["ticket"]["findings"]
    assert answers[-1]["delivery"] == "status 421"


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": ["hostname x"]}, ["hostname x"]])
def test_a_backup_of_nothing_is_refused_with_a_reason(caller: N8n, body: Any) -> None:
    answer = caller.post("config-backup", body)

    assert (answer.status, answer.is_problem) == (422, True)
    assert "text" in answer.json["detail"]


def test_a_backup_that_the_platform_refuses_is_answered_with_its_reason(caller: N8n) -> None:
    answer = caller.post("config-backup", {"text": SWITCH, "platform": "nosuch"})

    assert (answer.status, answer.is_problem) == (422, True)
    assert "There is no platform 'nosuch'" in answer.json["detail"]


def test_a_restart_keeps_what_the_owner_changed_and_does_not_sign_her_out(
    documents: Stack, alice: N8n, caller: N8n
) -> None:
    ticket = {"id": 1, "subject": "How long are backups of the file server kept?"}
    alice.changes("oberaconnect-ticket", lambda text: text.replace("'Hello,'", "'Good day,'"))
    try:
        documents.compose("restart", "n8n")
        ready(documents)

        assert alice.workflow("oberaconnect-ticket")["active"]
        assert caller.post("ticket", ticket).json["text"].startswith("Good day,")
        # The stored credential is still readable, or there would be no answer.
        assert caller.post("ask", {"question": ticket["subject"]}).json["answered"]
    finally:
        alice.changes("oberaconnect-ticket", lambda text: text.replace("'Good day,'", "'Hello,'"))


def test_a_changed_webhook_key_is_taken_over(documents: Stack, caller: N8n) -> None:
    old = documents.project.env_file.read_text()
    key = documents.env["N8N_WEBHOOK_KEY"]
    try:
        documents.project.env_file.write_text(old + "N8N_WEBHOOK_KEY=another-key-for-the-webhooks\n")
        documents.up("n8n")
        ready(documents)
        assert caller.post("ask", {"question": "Who?"}).status == 403
        assert N8n(documents, "another-key-for-the-webhooks").post("ask", {"question": "Who?"}).status == 200
    finally:
        documents.project.env_file.write_text(old)
        documents.up("n8n")
        ready(documents)
    assert dotenv.read(documents.project.env_file, ROOT / ".env.example", {})["N8N_WEBHOOK_KEY"] == key


@pytest.mark.parametrize("url", ["http://rag-engine:8080/livez", "http://postgres:5432/", "http://localhost:5678/"])
def test_a_workflow_reaches_nothing_inside_the_network_but_the_gateway(alice: N8n, url: str) -> None:
    def ends(url: str) -> str:
        start = {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "parameters": {}}
        fetch = {"name": "Fetch", "type": "n8n-nodes-base.httpRequest", "typeVersion": 4.2, "parameters": {"url": url}}
        nodes = [{"id": str(n), "position": [n * 200, 0], **node} for n, node in enumerate((start, fetch))]
        links = {"Start": {"main": [[{"node": "Fetch", "type": "main", "index": 0}]]}}
        made = alice.call("POST", "/rest/workflows", {"name": url, "nodes": nodes, "connections": links})
        assert made.status == 200, made.text
        name = made.json["data"]["id"]
        try:
            return alice.runs(name, "Start")
        finally:
            alice.call("POST", f"/rest/workflows/{name}/archive")
            alice.call("DELETE", f"/rest/workflows/{name}")

    assert (ends("http://gateway:8080/health"), ends(url)) == ("success", "error")


@pytest.mark.parametrize("database", ["oberaconnect", "postgres"])
def test_n8n_sees_its_own_database_only(documents: Stack, database: str) -> None:
    def connects(to: str) -> str:
        words = f'PGPASSWORD="$N8N_DB_PASSWORD" psql -h postgres -U n8n -d {to} -tAc "SELECT current_database()"'
        return documents.inside("postgres", "sh", "-c", words, check=False)

    assert connects("n8n") == "n8n\n"
    assert "rejects connection" in connects(database)
