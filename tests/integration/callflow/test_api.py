"""call-flow over HTTP: from the seed's minimal request to an approved version."""

import io
import json
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from openapi_spec_validator import validate
from tests.callflow import ACME, MAIN
from tests.phones import Phones

SEED = {"customer": "Acme Corp", "extensions": ["101", "102", "103"]}
SATURDAY = {"at": "2026-11-28T19:00:00"}
MONDAY = {"at": "2026-11-30T10:00:00"}
FORMATS = {
    "svg": (b"<svg", "image/svg+xml"),
    "png": (b"\x89PNG", "image/png"),
    "pdf": (b"%PDF", "application/pdf"),
    "docx": (b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "drawio": (b"<mxfile", "application/xml"),
    "mermaid": (b'---\ntitle: "Acme Corp"', "text/plain"),
    "dot": (b"digraph", "text/vnd.graphviz"),
}
TARGETS = ("asterisk", "freepbx", "freeswitch", "3cx", "teams", "twilio", "kazoo", "jambonz")


def test_the_service_is_well_with_its_database_and_describes_itself(phones: Phones) -> None:
    report = phones.get("/health")
    assert (report["status"], report["service"]) == ("pass", "call-flow")
    document = phones.get("/openapi.json")
    validate(document)
    assert {"/api/callflow/generate", "/api/callflow/prove", "/api/callflow/render/{format}"} <= set(document["paths"])


@pytest.mark.parametrize(
    "extensions",
    [
        ["101", "102", "103"],
        [101, 102, 103],
        [{"number": "101"}, {"number": 102}, {"ext": "103"}],
        ["101 Ann Archer", {"extension": 102, "name": "Ben Baker"}, 103],
        ["101: Ann Archer", "Ben Baker (102)", "Cleo Carter, ext. 103"],
    ],
    ids=["strings", "numbers", "objects", "mixed", "as people write"],
)
def test_a_customer_and_extensions_make_a_complete_flow_without_errors(phones: Phones, extensions: Any) -> None:
    made = phones.post("/generate", {"customer": "Acme Corp", "extensions": extensions})
    assert made["flow_id"] == "acme-corp"
    assert [item["number"] for item in made["flow"]["extensions"]] == ["101", "102", "103"]
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    assert made["assumptions"], "what was not said is listed to be confirmed"
    called = phones.post("/simulate", {"flow_id": "acme-corp", "scenario": MONDAY})
    assert called["terminal"]["type"] in {"answered", "message_left"}


def test_a_range_is_no_name(phones: Phones) -> None:
    answer = phones.call("POST", "/generate", {"customer": "Acme Corp", "extensions": ["101-110"]})
    assert answer.status_code == 422
    assert answer.json["errors"] == [  # type: ignore[index]
        {"pointer": "#/extensions/0", "detail": "this is a range; list each of its extensions"}
    ]


def test_the_artifacts_are_those_that_were_asked_for(phones: Phones) -> None:
    made = phones.post("/generate", SEED | {"formats": ["svg", "pdf"], "targets": ["asterisk"]})
    assert set(made["artifacts"]) == {"svg", "pdf", "asterisk", "view"}
    for unknown in ({"formats": ["gif"]}, {"targets": ["avaya"]}):
        answer = phones.call("POST", "/generate", SEED | unknown | {"customer": "Somebody Else"})
        assert answer.status_code == 422, answer.text
    assert [item["flow_id"] for item in phones.get("/flows")["items"]] == ["acme-corp"]


def test_every_artifact_that_is_named_can_be_had(phones: Phones) -> None:
    made = phones.post("/generate", SEED)
    for name, (start, media_type) in FORMATS.items():
        answer = phones.call("GET", made["artifacts"][name].removeprefix("/api/callflow"))
        assert answer.status_code == 200, (name, answer.text)
        assert answer.mimetype == media_type
        assert answer.data.startswith(start), name
    for name in TARGETS:
        answer = phones.call("GET", made["artifacts"][name].removeprefix("/api/callflow"))
        assert answer.status_code == 200, (name, answer.text)
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert json.loads(archive.read("report.json"))["target"] == name
    assert phones.call("GET", made["artifacts"]["view"].removeprefix("/api/callflow")).status_code == 200


def test_the_same_request_again_is_the_same_version_and_other_content_another(phones: Phones) -> None:
    first, again = phones.post("/generate", SEED), phones.post("/generate", SEED)
    assert (again["version"], again["number"]) == (first["version"], 1)
    other = phones.post("/generate", SEED | {"extensions": ["101", "102"]})
    assert other["version"] != first["version"]
    assert [item["number"] for item in phones.get("/flows/acme-corp/versions")["items"]] == [2, 1]
    old = phones.get(f"/flows/acme-corp?version={first['version']}")
    assert (old["flow"], old["is_latest"]) == (first["flow"], False)


def test_many_at_once_number_their_versions_without_a_gap(phones: Phones) -> None:
    def generate(count: int) -> int:
        return int(phones.post("/generate", SEED | {"extensions": list(range(101, 102 + count))})["number"])

    with ThreadPoolExecutor(6) as threads:
        numbers = sorted(threads.map(generate, range(1, 13)))
    assert numbers == list(range(1, 13))


def test_a_customer_never_gets_the_next_version_of_anothers_flow(phones: Phones) -> None:
    def flow_of(customer: str) -> tuple[str, int]:
        made = phones.post("/generate", {"customer": customer, "extensions": ["101"]})
        return made["flow_id"], made["number"]

    assert flow_of("Café Müller") == ("cafe-muller", 1)
    other, number = flow_of("Cafe Muller")
    assert (other[:12], number) == ("cafe-muller-", 1)
    assert flow_of("CAFE MULLER") == (other, 2), "written otherwise, and the same customer"
    assert flow_of("株式会社山田")[0] != flow_of("ООО Ромашка")[0], "names in other scripts are names too"
    assert phones.call("DELETE", "/flows/cafe-muller").status_code == 204
    assert flow_of("Cafe Muller") == (other, 1), "it stays what it was"


def test_two_new_customers_at_once_get_flows_of_their_own(phones: Phones) -> None:
    names = ["Zoe Ltd", "Zoë Ltd", "Zoê Ltd"] * 4
    with ThreadPoolExecutor(12) as threads:
        made = list(threads.map(lambda name: phones.post("/generate", SEED | {"customer": name}), names))
    found = {(one["flow"]["customer"]["name"], one["flow_id"]) for one in made}
    assert len(found) == len({flow_id for _, flow_id in found}) == 3


def test_a_whole_flow_is_taken_as_it_is(phones: Phones) -> None:
    made = phones.post("/generate", ACME)
    assert made["flow"]["nodes"] == phones.get("/flows/acme-corp")["flow"]["nodes"]
    assert {node["id"] for node in made["flow"]["nodes"]} == {node["id"] for node in ACME["nodes"]}


def test_a_scenario_is_simulated_with_its_path_and_prompts(phones: Phones) -> None:
    asked = {"flow": ACME, "scenario": MONDAY | {"keys": [{"after": 1, "press": "1"}], "states": {"102": "busy"}}}
    found = phones.post("/simulate", asked)
    assert found["terminal"] == {"type": "answered", "target": "103"}
    assert [step["node"] for step in found["path"]][-2:] == ["menu", "sales"]
    assert found["prompts"] == ["welcome"]


@pytest.mark.parametrize(
    "keys",
    [[{"press": 1}], ["1"], [1], [{"after": 2.5, "press": "1"}]],
    ids=["a number", "a text", "only a number", "after a while"],
)
def test_keys_are_taken_as_they_are_meant(phones: Phones, keys: Any) -> None:
    found = phones.post("/simulate", {"flow": ACME, "scenario": MONDAY | {"keys": keys, "from": 101, "to": MAIN}})
    assert found["scenario"]["from"] == "101"
    called = phones.post("/simulate", {"flow": ACME, "scenario": MONDAY | {"keys": keys}})
    assert called["terminal"] == {"type": "answered", "target": "102"}


def test_a_body_that_is_a_flow_or_a_specification_is_the_one_that_is_meant(phones: Phones) -> None:
    for said in (ACME, SEED):
        assert phones.post("/validate", said) == phones.post("/validate", {"flow": said})
        asked = {"scenario": MONDAY}
        assert phones.post("/simulate", said | asked) == phones.post("/simulate", {"flow": said} | asked)
    assert phones.post("/diff", {"before": ACME, "after": {"flow": ACME}}) == {"changes": [], "callers": []}
    wrong = phones.call("POST", "/validate", SEED | {"surprise": 1})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "#/surprise")  # type: ignore[index]
    both = phones.call("POST", "/validate", SEED | {"flow_id": "acme-corp"})
    assert both.status_code == 422, "two flows, and only one can be meant"


def test_a_question_in_words_is_understood(phones: Phones) -> None:
    found = phones.post("/simulate", {"flow": ACME, "question": "Saturday 19:00"})
    assert found["terminal"] == {"type": "message_left", "target": "600"}
    assert found["scenario"]["at"].startswith("20")


def test_what_cannot_be_understood_is_refused_with_what_to_do(phones: Phones) -> None:
    for body in (
        {"flow": ACME, "question": "colourless green ideas"},
        {"flow": ACME, "scenario": MONDAY | {"to": "+19995550100"}},
        {"flow": ACME, "scenario": MONDAY | {"states": {"999": "busy"}}},
    ):
        answer = phones.call("POST", "/simulate", body)
        assert answer.status_code == 422, answer.text
        assert len(answer.json["detail"]) > 20  # type: ignore[index]


def test_a_test_plan_covers_every_branch_or_says_why_not(phones: Phones) -> None:
    found = phones.post("/testplan", {"flow": ACME})
    assert found["covered"] + len(found["not_covered"]) == found["edges"]
    assert len(found["cases"]) > 40


def test_findings_have_a_code_a_place_a_sentence_and_a_fix(phones: Phones) -> None:
    broken = json.loads(json.dumps(ACME))
    broken["nodes"][0]["open"] = {"node": "nowhere"}
    found = phones.post("/validate", {"flow": broken})
    assert found["valid"] is False
    dangling = next(item for item in found["findings"] if item["pointer"] == "/nodes/0/open")
    assert dangling["severity"] == "error"
    assert "nowhere" in dangling["message"]
    assert dangling["fix"]


def test_a_flow_with_errors_is_drawn_but_not_exported_approved_or_proven(phones: Phones) -> None:
    broken = json.loads(json.dumps(ACME))
    broken["nodes"][0]["open"] = {"node": "nowhere"}
    made = phones.post("/generate", broken)
    which = {"flow_id": "acme-corp", "version": made["version"]}
    assert phones.call("POST", "/render/svg", {"flow_id": "acme-corp"}).status_code == 200
    for path, body in (
        ("/export/asterisk", {"flow_id": "acme-corp"}),
        ("/approve", which | {"name": "Alice"}),
        ("/prove", {"flow_id": "acme-corp"}),
    ):
        answer = phones.call("POST", path, body)
        assert answer.status_code == 409, (path, answer.text)
        assert answer.json["findings"][0]["pointer"] == "/nodes/0/open"  # type: ignore[index]


def test_approval_is_of_the_version_that_was_seen(phones: Phones) -> None:
    first = phones.post("/generate", SEED)
    second = phones.post("/generate", SEED | {"extensions": ["101", "102"]})
    which = {"flow_id": "acme-corp", "name": "Alice", "role": "Owner"}
    late = phones.call("POST", "/approve", which | {"version": first["version"]})
    assert late.status_code == 409
    assert phones.post("/approve", which | {"version": second["version"]})["version"] == second["version"]
    shown = phones.get("/flows/acme-corp")
    assert [item["name"] for item in shown["approvals"]] == ["Alice"]
    assert phones.get("/flows")["items"][0]["approved"] is True
    phones.post("/approve", which | {"version": second["version"]})
    assert phones.get("/flows/acme-corp")["approvals"] == shown["approvals"], "said twice is said once"
    phones.post("/generate", SEED)
    assert phones.get("/flows")["items"][0]["approved"] is False, "what was approved is not what it says now"


def test_who_approves_while_others_change_and_delete_approves_what_is_there_or_nothing(phones: Phones) -> None:
    def storm(seed: int) -> list[int]:
        dice = random.Random(seed)
        answers = []
        for _ in range(12):
            shown = phones.call("GET", "/flows/acme-corp").json or {}
            approval = {"flow_id": "acme-corp", "version": shown.get("version", "0" * 64), "name": "Alice"}
            what: tuple[str, str, Any] = dice.choice(
                [
                    ("POST", "/generate", SEED | {"extensions": [101 + dice.randrange(3)]}),
                    ("DELETE", "/flows/acme-corp", None),
                    ("POST", "/approve", approval),
                ]
            )
            answers.append(phones.call(*what).status_code)
        return answers

    with ThreadPoolExecutor(12) as threads:
        answers = {status for found in threads.map(storm, range(16)) for status in found}
    assert answers <= {200, 204, 404, 409}


def test_the_difference_of_two_versions_is_told_in_sentences(phones: Phones) -> None:
    first = phones.post("/generate", ACME)
    changed = json.loads(json.dumps(ACME))
    changed["nodes"][2]["keys"]["1"] = {"node": "support"}
    phones.post("/generate", changed)
    found = phones.post(
        "/diff",
        {"before": {"flow_id": "acme-corp", "version": first["version"]}, "after": {"flow_id": "acme-corp"}},
    )
    assert found["changes"]
    assert found["callers"]
    same = phones.post("/diff", {"before": {"flow": ACME}, "after": {"flow": ACME}})
    assert (same["changes"], same["callers"]) == ([], [])


def test_charlie_finds_nothing_of_alices(phones: Phones) -> None:
    made = phones.post("/generate", SEED, who="alice")
    assert phones.get("/flows/acme-corp", who="bob")["version"] == made["version"]
    which = {"flow_id": "acme-corp", "version": made["version"]}
    for method, path, body in (
        ("GET", "/flows/acme-corp", None),
        ("GET", "/flows/acme-corp/versions", None),
        ("DELETE", "/flows/acme-corp", None),
        ("POST", "/simulate", {"flow_id": "acme-corp", "scenario": MONDAY}),
        ("POST", "/render/svg", {"flow_id": "acme-corp"}),
        ("POST", "/export/asterisk", {"flow_id": "acme-corp"}),
        ("POST", "/approve", which | {"name": "Charlie"}),
        ("POST", "/prove", {"flow_id": "acme-corp"}),
    ):
        assert phones.call(method, path, body, who="charlie").status_code == 404, path
    assert phones.get("/flows", who="charlie")["items"] == []
    assert phones.call("GET", "/flows/acme-corp?client=acme", who="charlie").status_code == 403
    mine = phones.post("/generate", {"customer": "Acme Corp", "extensions": ["900"]}, who="charlie")
    assert mine["version"] != made["version"]
    assert phones.get("/flows/acme-corp", who="alice")["version"] == made["version"]


def test_reading_needs_no_right_to_write_and_passwords_do(phones: Phones) -> None:
    phones.post("/generate", SEED, who="alice")
    for method, path, body in (
        ("POST", "/generate", SEED),
        ("DELETE", "/flows/acme-corp", None),
        ("POST", "/export/asterisk", {"flow_id": "acme-corp"}),
        ("POST", "/prove", {"flow_id": "acme-corp"}),
    ):
        answer = phones.call(method, path, body, who="bob", scopes=["callflow:read"])
        assert answer.status_code == 403, path
    assert (
        phones.call("POST", "/render/svg", {"flow_id": "acme-corp"}, who="bob", scopes=["callflow:read"]).status_code
        == 200
    )


def test_passwords_differ_between_clients_and_stay_the_same_for_one(phones: Phones) -> None:
    def passwords(who: str) -> bytes:
        answer = phones.call("POST", "/export/asterisk", {"flow_id": "acme-corp"}, who=who)
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            return archive.read("pjsip.conf")

    for who in ("alice", "charlie"):
        phones.post("/generate", SEED, who=who)
    assert passwords("alice") == passwords("bob")
    assert passwords("alice") != passwords("charlie")


def test_a_flow_that_is_deleted_is_gone_with_its_versions(phones: Phones) -> None:
    phones.post("/generate", SEED)
    assert phones.call("DELETE", "/flows/acme-corp").status_code == 204
    assert phones.call("GET", "/flows/acme-corp").status_code == 404
    assert phones.call("DELETE", "/flows/acme-corp").status_code == 404
    assert phones.post("/generate", SEED)["number"] == 1


def test_lists_go_on_page_by_page(phones: Phones) -> None:
    for number in range(5):
        phones.post("/generate", SEED | {"flow_id": f"flow-{number}"})
    found: list[str] = []
    cursor = ""
    while True:
        page = phones.get(f"/flows?limit=2{cursor}")
        found += [item["flow_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == [f"flow-{number}" for number in reversed(range(5))]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"customer": ""},
        {"customer": "Acme", "extensions": "101"},
        {"customer": "Acme", "extensions": [{"number": "12a"}]},
        {"customer": "Acme", "schema": "callflow/2"},
        {"customer": "Acme", "surprise": True},
        {"customer": "Acme", "hours": "whenever"},
        {"customer": "Acme\x00", "extensions": ["101"]},
    ],
)
def test_what_is_no_specification_is_refused_and_nothing_is_kept(phones: Phones, body: Any) -> None:
    answer = phones.call("POST", "/generate", body)
    assert answer.status_code == 422, answer.text
    assert answer.json["detail"]  # type: ignore[index]
    assert phones.get("/flows")["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"flow": ACME | {"surprise": 1}}, "#/flow/surprise"),
        ({"flow": {"customer": "Acme", "flow_id": "acme"}}, "#/flow/flow_id"),
        ({"flow": {"extensions": []}}, "#/flow/customer"),
        (
            {"flow": ACME | {"nodes": [{"id": "a", "kind": "menu", "keys": {"1": {"node": 5}}}]}},
            "#/flow/nodes/0/prompt",
        ),
        ({"flow": ACME | {"nodes": [{"id": "a", "kind": "tower"}]}}, "#/flow/nodes/0"),
        (
            {"flow": ACME | {"provenance": {"/customer/\x00": {"origin": "stated"}}}},
            "#/flow/provenance/~1customer~1\x00",
        ),
    ],
)
def test_the_place_of_a_mistake_is_one_in_the_document(phones: Phones, body: Any, pointer: str) -> None:
    answer = phones.call("POST", "/validate", body)
    assert answer.status_code == 422
    assert pointer in {item["pointer"] for item in answer.json["errors"]}  # type: ignore[index]


def test_two_thousand_extensions_are_a_flow_like_another(phones: Phones) -> None:
    made = phones.post("/generate", {"customer": "Big", "extensions": list(range(1000, 3000))})
    assert len(made["flow"]["extensions"]) == 2000
    assert not [finding for finding in made["findings"] if finding["severity"] == "error"]
    assert phones.call("POST", "/render/svg", {"flow_id": "big"}).status_code in {200, 422}


def test_what_would_take_minutes_is_refused(phones: Phones) -> None:
    """Menus from which every key leads to another menu, and waiting too."""
    dense = json.loads(json.dumps(ACME))
    dense["nodes"] = [
        {
            "id": f"m{number}", "kind": "menu", "prompt": "welcome", "direct_dial": "extensions",
            "keys": {f"{key:02}": {"node": f"m{(number * 31 + key * 17 + 1) % 200}"} for key in range(60)},
            "no_input": {"node": f"m{(number + 1) % 200}"}, "invalid": {"node": f"m{(number + 2) % 200}"},
        }
        for number in range(200)
    ]  # fmt: skip
    for number in dense["numbers"]:
        number["entry"] = {"node": "m0"}
    assert phones.call("POST", "/render/pdf", dense).status_code == 422
    dense["extensions"] = [{"number": str(number), "site": "hq"} for number in range(1000, 2000)]
    assert "graph.too-large" in {item["code"] for item in phones.post("/validate", dense)["findings"]}
    refused = [phones.call("POST", path, dense) for path in ("/testplan", "/render/svg", "/export/twilio/report")]
    assert [answer.status_code for answer in refused] == [422] * 3
    assert {answer.json["detail"].split(".")[0] for answer in refused} == {  # type: ignore[index]
        "The flow has more outcomes than can be walked"
    }


def test_the_schema_rules_and_targets_are_published(phones: Phones) -> None:
    schema = phones.get("/schema")
    assert "nodes" in schema["flow"]["properties"]
    assert "extensions" in schema["specification"]["properties"]
    rules = phones.get("/rules")["items"]
    assert len(rules) >= 60
    assert len({rule["code"] for rule in rules}) == len(rules)
    assert {item["name"] for item in phones.get("/targets")["items"]} == set(TARGETS)


def test_a_report_says_of_every_element_how_a_target_takes_it(phones: Phones) -> None:
    found = phones.post("/export/twilio/report", {"flow": ACME})
    pointers = {line["pointer"] for line in found["fidelity"]}
    assert {f"/nodes/{number}" for number in range(len(ACME["nodes"]))} <= pointers
    assert found["exact"] + found["approximated"] + found["unsupported"] == len(found["fidelity"])
    assert all(line["how"] for line in found["fidelity"] if line["status"] != "exact")


def test_unknown_formats_and_targets_are_named(phones: Phones) -> None:
    for path in ("/render/gif", "/export/avaya"):
        answer = phones.call("POST", path, {"flow": ACME})
        assert answer.status_code == 404
        assert "There are" in answer.json["detail"]  # type: ignore[index]


def test_calls_to_the_main_line_are_the_ones_that_are_meant_when_none_is_named(phones: Phones) -> None:
    named = phones.post("/simulate", {"flow": ACME, "scenario": SATURDAY | {"to": MAIN}})
    assert named["path"] == phones.post("/simulate", {"flow": ACME, "scenario": SATURDAY})["path"]


def test_provenance_that_points_nowhere_is_no_harm(phones: Phones) -> None:
    origin = {"origin": "assumed"}
    pointers = {"": origin, "x": origin, "/": origin, "/nodes/²": origin, "/numbers/99": origin, "/a~1b": origin}
    made = phones.post("/generate", ACME | {"provenance": pointers})
    assert made["flow_id"] == "acme-corp"
