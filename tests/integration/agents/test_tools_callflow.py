"""Call flows as tools, from a wish to a proof, against the real call-flow over HTTP."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests import pbx, served
from tests import phones as service
from tests.gateway import free_port
from tests.phones import Phones
from tests.postgres import Postgres
from tests.toolbox import ALICE, BOB, CHARLIE, Toolbox, lacking

from agents.tools import callflow as room
from agents.tools.callflow_flows import SECTIONS
from agents.tools.callflow_output import FORMATS, TARGETS
from agents.tools.callflow_wishes import WISHES
from call_flow import app
from call_flow.output import MEDIA_TYPES
from call_flow.spec.specification import Specification
from oberaconnect.jobs import Cancelled
from oberaconnect.problems import Conflict, Forbidden, NotFound, Unavailable, Unprocessable
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # the real service

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "services/call-flow/samples").glob("*.yaml"))
OFFICE: dict[str, Any] = {
    "customer": "Birch Office",
    "extensions": ["101 Ann Archer", "102 Ben Baker"],
    "hours": "Mon-Fri 09:00-17:00",
    "menu": {"1": "101", "2": "102", "0": "operator"},
}
#: Two nodes: small enough to be called as a whole in seconds.
SHOP: dict[str, Any] = {
    "customer": {"name": "Corner Shop", "country": "US", "subdivision": "NY", "time_zone": "America/New_York"},
    "numbers": [{"e164": "+12125550123", "entry": {"node": "welcome"}}],
    "extensions": [{"number": "101", "first": "Ann", "last": "Archer", "mailbox": "101"}],
    "mailboxes": [{"number": "101", "name": "Ann Archer", "email": ["ann@shop.example"]}],
    "prompts": [{"id": "welcome", "texts": {"en-US": "Welcome to the shop."}, "seconds": 2}],
    "nodes": [
        {"id": "welcome", "kind": "announcement", "prompt": "welcome", "then": {"node": "counter"}},
        {
            "id": "counter", "kind": "ring_group", "strategy": "simultaneous", "members": [{"extension": "101"}],
            "ring_s": 20, "no_answer": {"mailbox": "101"}, "busy": {"mailbox": "101"},
        },
    ],
    "trunks": [{"id": "carrier", "host": "sip.carrier.example", "registers": True, "username": "shop"}],
}  # fmt: skip
#: One case of its plan that takes less than a second.
CALL = "12125550123-call"


@dataclass(frozen=True)
class Site:
    """The service, its settings with its address, and its tools."""

    phones: Phones
    settings: Settings
    tools: Toolbox


@contextmanager
def served_by(phones: Phones) -> Iterator[Site]:
    """The tools of a running service."""
    with ThreadPoolExecutor(4) as threads, served.serving(app.assemble(phones.parts), threads) as url:
        settings = phones.settings.model_copy(update={"callflow_url": url})
        yield Site(phones, settings, Toolbox(room.tools(settings)))


@pytest.fixture(scope="module")
def _site(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    address, folder = postgres.new_database(), tmp_path_factory.mktemp("phones")
    settings = Settings.model_validate(
        {"secret_key": secret_key, "database_url": address, "data_dir": folder, "asterisk_dir": folder / "asterisk"}
    )
    with service.running(settings) as phones, served_by(phones) as site:
        yield site
    postgres.drop(address)


@pytest.fixture
def site(_site: Site) -> Site:
    """The service with nothing kept, and without Asterisk."""
    _site.phones.forget()
    return _site


@pytest.fixture
def office(site: Site) -> Iterator[Site]:
    """The same service with Asterisk, and the shop's flow kept by Alice."""
    phones = Phones(site.phones.settings.model_copy(update={"asterisk_dir": pbx.tree().folder}))
    with served_by(phones) as running:
        running.tools.call("call_flow_generate", specification=SHOP, flow_id="shop")
        yield running
    phones.parts.close()


def make(site: Site, **more: Any) -> dict[str, Any]:
    """What the tool tells of the office's flow."""
    made: dict[str, Any] = site.tools.call("call_flow_generate", **OFFICE | more).data
    return made


def test_a_flow_is_made_of_short_fields_and_says_what_is_open(site: Site) -> None:
    made = site.tools.call("call_flow_generate", **OFFICE)
    assert (made.data["flow_id"], made.data["number"]) == ("birch-office", 1)
    assert made.data["sizes"]["extensions"] == 2
    kept = site.phones.get("/flows/birch-office?client=acme", who="alice")
    assert kept["version"] == made.data["version"]
    assert kept["author"] == "alice"
    asked = {one["question"] for one in made.data["questions"]}
    assert "Which number do customers call?" in asked
    assert "To ask the customer, at /numbers/0: Which number do customers call?" in made.content
    first = made.data["findings"][0]
    assert f"{first['severity'].upper()} {first['code']} at {first['pointer']}: {first['message']}" in made.content
    page = made.data["artifacts"]["view"]
    assert page in made.content
    assert (made.citations[0].url, made.citations[0].title) == (page, "birch-office")


def test_the_same_call_again_makes_one_flow_with_one_version(site: Site) -> None:
    first, again = (site.tools.call("call_flow_generate", key="same", **OFFICE) for _ in range(2))
    assert first.data == again.data
    assert [one["number"] for one in site.tools.call("call_flow_list").data["flows"]] == [1]
    changed = make(site, hours="Mon-Fri 08:00-17:00")
    assert (changed["flow_id"], changed["number"]) == ("birch-office", 2)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: file.stem)
def test_every_sample_is_made_into_a_flow(site: Site, sample: Path) -> None:
    told = json.loads(json.dumps(yaml.safe_load(sample.read_text()), default=str))
    short = {name: told[name] for name in ("customer", "hours", "menu", "groups") if name in told}
    rest = {name: value for name, value in told.items() if name not in short}
    made = site.tools.call("call_flow_generate", specification=rest, **short)
    assert made.data["number"] == 1
    assert made.data["counts"].get("error", 0) == 0


def test_the_short_fields_are_those_of_the_specification() -> None:
    assert set(WISHES) <= set(Specification.model_fields)


def test_fields_count_before_those_of_the_specification(site: Site) -> None:
    made = site.tools.call("call_flow_generate", specification=OFFICE | {"customer": "Nobody"}, customer="Elm Office")
    assert made.data["flow_id"] == "elm-office"


def test_a_wish_is_read_and_what_is_open_is_asked(site: Site) -> None:
    text = "We are Acme Corp. 101 Ann Archer, 102 Ben Baker. Open Monday to Friday from 8 to 5."
    read = site.tools.call("call_flow_parse", text=text)
    assert (read.data["by"], read.data["specification"]["customer"]) == ("rules", "Acme Corp")
    assert "Which number do customers call?" in {one["question"] for one in read.data["questions"]}
    assert "/extensions/0/name is from the words 'Ann Archer'." in read.content
    made = site.tools.call("call_flow_generate", specification=read.data["specification"])
    assert made.data["flow_id"] == "acme-corp"


def test_a_flow_is_shown_with_its_sections_by_pointer(site: Site) -> None:
    made = make(site)
    shown = site.tools.call("call_flow_get", flow_id="birch-office")
    assert shown.data["version"] == made["version"]
    assert (shown.data["is_latest"], shown.data["approvals"], shown.data["proof"]) == (True, [], None)
    assert shown.data["findings"] == made["findings"]
    assert "Approved by: nobody." in shown.content
    extensions = site.tools.call("call_flow_get", flow_id="birch-office", section="extensions")
    assert [one["number"] for one in extensions.data["items"]] == ["101", "102"]
    assert '/extensions/1: {"number": "102"' in extensions.content
    customer = site.tools.call("call_flow_get", flow_id="birch-office", section="customer")
    assert customer.data["items"][0]["name"] == "Birch Office"
    make(site, hours="24/7")
    old = site.tools.call("call_flow_get", flow_id="birch-office", version=made["version"])
    assert (old.data["is_latest"], "not the latest" in old.content) == (False, True)


def test_who_approved_a_flow_is_told_and_no_tool_approves(site: Site) -> None:
    made = make(site)
    body = {"flow_id": "birch-office", "version": made["version"], "name": "Ann Archer", "role": "Owner"}
    site.phones.post("/approve", body, who="alice")
    shown = site.tools.call("call_flow_get", flow_id="birch-office")
    assert [(one["name"], one["role"]) for one in shown.data["approvals"]] == [("Ann Archer", "Owner")]
    assert "Approved by: Ann Archer Owner" in shown.content
    assert site.tools.call("call_flow_list").data["flows"][0]["approved"] is True
    assert not [name for name in site.tools.tools if "approve" in name]


def test_a_section_that_is_too_long_goes_on_where_it_ended(site: Site) -> None:
    many = [f"{number} Somebody {number}" for number in range(1000, 1250)]
    site.tools.call("call_flow_generate", customer="Large Corp", extensions=many)
    seen: list[str] = []
    while len(seen) < len(many):
        page = site.tools.call("call_flow_get", flow_id="large-corp", section="extensions", first=len(seen))
        assert page.data["items"]
        seen += [one["number"] for one in page.data["items"]]
        assert (f"Ask on with first {len(seen)}." in page.content) == (len(seen) < len(many))
    assert seen == [str(number) for number in range(1000, 1250)]


def test_every_section_format_and_target_of_the_service_is_offered(site: Site) -> None:
    make(site)
    flow = site.phones.get("/flows/birch-office?client=acme", who="alice")["flow"]
    assert set(SECTIONS) == set(flow) - {"schema", "provenance"}
    assert set(FORMATS) == set(MEDIA_TYPES)
    assert set(TARGETS) == {one["name"] for one in site.phones.get("/targets")["items"]}


def test_lists_go_on_where_they_ended(site: Site) -> None:
    assert "call_flow_generate" in site.tools.call("call_flow_list").content
    for name in ("Ash", "Oak", "Elm"):
        make(site, customer=name)
    first = site.tools.call("call_flow_list", limit=2)
    rest = site.tools.call("call_flow_list", limit=2, cursor=first.data["next_cursor"])
    named = [one["flow_id"] for page in (first, rest) for one in page.data["flows"]]
    assert (named, rest.data["next_cursor"]) == (["elm", "oak", "ash"], None)


def test_a_flow_is_checked_and_the_worst_comes_first(site: Site) -> None:
    twice = {"customer": "Acme Corp", "extensions": ["101 Ann Archer", "101 Ben Baker"]}
    found = site.tools.call("call_flow_validate", specification=twice)
    assert (found.data["valid"], found.data["findings"][0]["severity"]) == (False, "error")
    assert "/extensions" in found.data["findings"][0]["pointer"]
    assert found.data["findings"][0]["fix"] in found.content
    assert site.tools.call("call_flow_list").data["flows"] == []
    make(site)
    assert site.tools.call("call_flow_validate", flow_id="birch-office").data["valid"] is True


def test_findings_are_capped_and_the_rest_counted(site: Site) -> None:
    nobody = [{"id": f"n{number}", "kind": "voicemail", "mailbox": f"6{number:02}"} for number in range(100)]
    flow = {"customer": "Acme Corp", "extensions": ["101"], "nodes": nobody}
    found = site.tools.call("call_flow_validate", specification=flow)
    assert len(found.data["findings"]) == 40
    assert found.data["left_off"] >= sum(found.data["counts"].values()) - 40 > 0
    assert f"{found.data['left_off']} more are not told." in found.content or "left out" in found.content


def test_a_call_is_simulated_in_words_and_as_a_scenario(site: Site) -> None:
    make(site)
    said = site.tools.call("call_flow_simulate", flow_id="birch-office", question="Saturday 19:00, presses 2")
    assert said.data["terminal"]["type"] == "message_left"
    assert "hours: closed, Saturday, outside its hours" in said.content
    assert "pressing 2" in said.content.splitlines()[0]
    scenario = {"at": "2026-11-30T10:00:00", "keys": [{"press": "2"}], "states": {"102": "busy"}}
    called = site.tools.call("call_flow_simulate", flow_id="birch-office", scenario=scenario)
    assert [step["node"] for step in called.data["path"]][-1] == called.data["terminal"]["target"]
    assert "102 busy" in called.content
    assert "menu" in called.data["prompts"]


def test_the_test_plan_lists_its_calls_and_goes_on(site: Site) -> None:
    make(site)
    plan = site.tools.call("call_flow_testplan", flow_id="birch-office")
    assert len(plan.data["cases"]) == 40
    assert plan.data["calls"] == 40 + plan.data["left_off"]
    assert "Ask on with first 40." in plan.content
    rest = site.tools.call("call_flow_testplan", flow_id="birch-office", first=40)
    assert not {one["id"] for one in rest.data["cases"]} & {one["id"] for one in plan.data["cases"]}
    assert plan.data["cases"][0]["ends"] in plan.content


def test_a_picture_comes_as_text_and_every_other_form_by_its_address(site: Site) -> None:
    made = make(site)
    drawn = site.tools.call("call_flow_render", flow_id="birch-office", direction="down")
    assert drawn.data["text"].startswith('---\ntitle: "Birch Office"')
    assert "flowchart TD" in drawn.content
    assert drawn.data["url"].endswith("&direction=down")
    for form in FORMATS:
        told = site.tools.call("call_flow_render", flow_id="birch-office", format=form).data
        assert told["url"] == made["artifacts"][form]
        assert (told["text"] is None) == (form not in ("mermaid", "dot"))
    answer = site.phones.call("GET", drawn.data["url"].removeprefix("/api/callflow"), who="alice")
    assert answer.text == drawn.data["text"]


def test_an_export_gives_the_address_of_the_zip_and_what_is_lost(site: Site) -> None:
    make(site)
    found = site.tools.call("call_flow_export", flow_id="birch-office", target="3cx")
    answer = site.phones.call("GET", found.data["url"].removeprefix("/api/callflow"), who="alice")
    assert answer.data.startswith(b"PK")
    assert len(found.data["losses"]) == found.data["approximated"] + found.data["unsupported"] > 0
    first = found.data["losses"][0]
    assert f"{first['status']} {first['element']} at {first['pointer']}: {first['how']}" in found.content
    assert found.data["url"] in found.content


def test_a_flow_with_errors_has_no_zip_and_the_first_error_is_told(site: Site) -> None:
    make(site, extensions=["101 Ann Archer", "101 Ben Baker"], menu={"1": "101"})
    found = site.tools.call("call_flow_export", flow_id="birch-office", target="asterisk")
    assert found.data["url"] is None
    assert "There is no zip while the flow has" in found.content


def test_two_versions_are_compared_in_sentences(site: Site) -> None:
    first = make(site)
    make(site, hours="Mon-Fri 08:00-17:00")
    before, after = {"flow_id": "birch-office", "version": first["version"]}, {"flow_id": "birch-office"}
    found = site.tools.call("call_flow_diff", before=before, after=after)
    sentence = "Schedule 'office': Monday is now 08:00–17:00, was 09:00–17:00."
    assert sentence in {one["sentence"] for one in found.data["changes"]}
    assert sentence in found.content
    assert found.data["callers"]
    assert f"Callers: {found.data['callers'][0]}" in found.content
    same = site.tools.call("call_flow_diff", before=after, after=after)
    assert (same.data["changes"], same.content) == ([], "They are the same.")
    sent = site.tools.call("call_flow_diff", before=after, after={"specification": OFFICE | {"hours": "24/7"}})
    assert sent.data["changes"]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("call_flow_generate", {"customer": "A", "extensions": ["101-110"]}, "#/extensions/0: this is a range"),
        ("call_flow_generate", {"extensions": ["101"]}, "#/customer: "),
        ("call_flow_generate", {"customer": "A", "extensions": ["101-110", "201-210"]}, "#/extensions/1: "),
        ("call_flow_generate", {"customer": "A", "specification": {"sauce": 1}}, "#/sauce: "),
        ("call_flow_validate", {}, "give either flow_id or flow"),
        ("call_flow_validate", {"flow_id": "a", "specification": {"customer": "A"}}, "give either flow_id or flow"),
        ("call_flow_simulate", {"specification": {"customer": "A"}}, "give either scenario or question"),
        ("call_flow_simulate", {"specification": {"customer": "A"}, "question": "dances a tango"}, "tango"),
        ("call_flow_parse", {"text": "\u0000"}, "#/text: "),
        ("call_flow_diff", {"before": {}, "after": {}}, "#/before: "),
    ],
)
def test_bad_arguments_get_the_sentence_of_the_service_with_the_place(
    site: Site, name: str, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        site.tools.call(name, **arguments)
    assert told in refused.value.detail


def test_what_no_schema_allows_never_reaches_the_service(site: Site) -> None:
    assert site.tools.refuses("call_flow_get", flow_id="../jobs")
    assert site.tools.refuses("call_flow_generate", customer="A", client="globex")
    assert site.tools.refuses("call_flow_export", flow_id="a", target="avaya")
    assert site.tools.refuses("call_flow_parse", text="x" * 60_001)
    assert site.tools.refuses("call_flow_prove")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("call_flow_get", {}),
        ("call_flow_validate", {}),
        ("call_flow_simulate", {"question": "Saturday 19:00"}),
        ("call_flow_testplan", {}),
        ("call_flow_render", {}),
        ("call_flow_export", {"target": "asterisk"}),
    ],
)
def test_charlie_cannot_use_alices_flow_and_learns_nothing_of_it(
    site: Site, name: str, arguments: dict[str, Any]
) -> None:
    make(site)
    site.tools.call(name, BOB, flow_id="birch-office", **arguments)
    refused = []
    for flow_id in ("birch-office", "no-such-flow"):
        with pytest.raises(NotFound) as problem:
            site.tools.call(name, CHARLIE, flow_id=flow_id, **arguments)
        refused.append(problem.value.detail.replace(flow_id, ""))
    assert refused[0] == refused[1]
    assert site.tools.call("call_flow_list", CHARLIE).data["flows"] == []


def test_charlie_makes_a_flow_of_the_same_name_for_his_own_client(site: Site) -> None:
    make(site)
    made = site.tools.call("call_flow_generate", CHARLIE, **OFFICE | {"hours": "24/7"})
    assert (made.data["flow_id"], made.data["number"]) == ("birch-office", 1)
    assert "client=globex" in made.data["artifacts"]["pdf"]
    with pytest.raises(NotFound):
        site.tools.call(
            "call_flow_diff", CHARLIE, before={"flow_id": "birch-office"},
            after={"flow_id": "birch-office", "version": "0" * 64},
        )  # fmt: skip


def test_without_asterisk_a_proof_says_how_to_get_one(site: Site) -> None:
    make(site)
    found = site.tools.call("call_flow_prove", flow_id="birch-office")
    assert found.is_error
    assert "make asterisk" in found.content
    assert site.phones.claim() is None


def test_the_right_to_read_is_none_to_write(site: Site) -> None:
    reader = lacking(ALICE, "callflow:write")
    calls: dict[str, dict[str, Any]] = {"call_flow_generate": OFFICE, "call_flow_prove": {"flow_id": "shop"}}
    for name, arguments in calls.items():
        with pytest.raises(Forbidden, match="callflow:write"):
            site.tools.call(name, reader, **arguments)
    with pytest.raises(Forbidden, match="callflow:read"):
        site.tools.call("call_flow_list", lacking(ALICE, "callflow:read"))


def test_the_service_that_is_away_is_unavailable(site: Site) -> None:
    away = Toolbox(room.tools(site.settings.model_copy(update={"callflow_url": f"http://127.0.0.1:{free_port()}"})))
    with pytest.raises(Unavailable, match="call-flow"):
        away.call("call_flow_list")


def test_what_customers_wrote_taints_and_what_a_call_itself_said_does_not(site: Site) -> None:
    specs = {name: tool.spec for name, tool in site.tools.tools.items()}
    assert {name for name, spec in specs.items() if not spec.taints} == {"call_flow_generate"}
    writing = {name for name, spec in specs.items() if spec.tool_class == "write"}
    assert writing == {"call_flow_generate", "call_flow_prove"}
    assert all(spec.idempotent and spec.scope and spec.output for spec in specs.values())


def proving(office: Site, **arguments: Any) -> Any:
    """What a proof tells that a worker makes meanwhile."""
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(office.tools.call, "call_flow_prove", flow_id="shop", seconds=120, **arguments)
        while not office.phones.work():
            assert not working.done(), working.result()
        return working.result()


@pytest.mark.long
def test_a_flow_is_proven_once_by_real_calls_and_told_while_it_is(office: Site) -> None:
    found = proving(office, key="proof")
    assert (found.data["verdict"], found.data["failed"], found.data["failures"]) == ("passed", 0, [])
    assert found.data["passed"] == found.data["planned"] > 5
    assert any(f" of {found.data['planned']}" in line for line in office.tools.told)
    assert found.citations[0].url == f"/api/callflow/proofs/{found.data['proof_id']}"
    again = office.tools.call("call_flow_prove", flow_id="shop", key="proof")
    assert again.data == found.data
    assert not office.phones.work(), "the same key is the same proof"
    assert office.tools.call("call_flow_get", flow_id="shop").data["proof_id"] == found.data["proof_id"]


@pytest.mark.long
def test_calls_that_fail_are_told_with_what_was_different(office: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from call_flow.export.asterisk.proving import proving as exported
    from call_flow.prove import engine

    def silent(*given: Any, **named: Any) -> dict[str, str]:
        files = exported(*given, **named)
        return files | {"extensions.conf": files["extensions.conf"].replace("Playback(custom/welcome)", "NoOp()")}

    monkeypatch.setattr(engine, "proving", silent)
    found = proving(office, cases=[CALL])
    assert (found.data["verdict"], found.data["failed"]) == ("failed", 1)
    assert found.data["failures"][0]["difference"].startswith("The caller should hear welcome, and heard nothing.")
    assert f"Failed: {CALL} (" in found.content


@pytest.mark.long
def test_a_proof_of_an_unknown_case_is_an_error_with_the_reason(office: Site) -> None:
    found = proving(office, cases=["no-such-case"])
    assert (found.is_error, "'no-such-case'" in found.content) == (True, True)


@pytest.mark.long
def test_a_proof_that_takes_longer_than_the_call_goes_on(office: Site) -> None:
    found = office.tools.call("call_flow_prove", flow_id="shop", cases=[CALL], seconds=1.0)
    assert (found.data["status"], found.data["verdict"], found.is_error) == ("queued", None, False)
    assert found.data["proof_id"] in found.content
    assert office.phones.work()


@pytest.mark.long
def test_a_cancelled_run_cancels_its_calls_and_one_that_moves_on_does_not(office: Site) -> None:
    ends: list[Exception] = [Cancelled(), RuntimeError()]

    def check() -> None:
        raise ends[0]

    with pytest.raises(Cancelled):
        office.tools.call("call_flow_prove", flow_id="shop", check=check)
    assert not office.phones.work(), "it was cancelled before it began"
    ends.pop(0)
    with pytest.raises(RuntimeError):
        office.tools.call("call_flow_prove", flow_id="shop", cases=[CALL], check=check)
    assert office.phones.work()


@pytest.mark.long
def test_a_flow_with_errors_is_not_proven(office: Site) -> None:
    twice: dict[str, Any] = {"customer": "Acme Corp", "extensions": ["101 Ann Archer", "101 Ben Baker"]}
    office.tools.call("call_flow_generate", flow_id="wrong", **twice)
    with pytest.raises(Conflict, match="errors"):
        office.tools.call("call_flow_prove", flow_id="wrong")
    with pytest.raises(NotFound):
        office.tools.call("call_flow_prove", CHARLIE, flow_id="shop")
