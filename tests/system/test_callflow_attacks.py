"""A telephone system said badly, through the gateway: each answer is a finding or a problem; nothing is kept half."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from tests.caller import Answer, Caller
from tests.callflow import ACME
from tests.embedded import Platform

ACME_CORP: dict[str, Any] = {"customer": "Acme Corp", "extensions": ["101 Ann Archer", "102 Ben Baker"]}
_MEGABYTES = "x" * 5_000_000
#: What would be a line, a formula, a command or a tag, if somebody pasted it into what they write.
INJECTIONS = [
    "101)\nexten => _X.,1,System(rm -rf /)", "${SHELL(id)}", "=cmd|'/c calc'!A1", "@SUM(1+1)", "<script>alert(1)",
    '"; DROP TABLE flow; --', "'@; Remove-Item C:\\ -Recurse #", "#set text(red)", "{{7*7}}", "]]>&xxe;", "\u202eecila",
    "شركة الاتصالات", "👩‍👩‍👧‍👦 & Söhne",
]  # fmt: skip


@pytest.fixture(scope="module")
def alice(platform: Platform) -> Caller:
    return Caller(platform.url)


@pytest.fixture
def nothing_new(alice: Caller) -> Iterator[None]:
    """What is kept stays as it is."""
    before = alice.call("GET", "/callflow/flows?limit=100").json
    yield
    assert alice.call("GET", "/callflow/flows?limit=100").json == before


def _post(alice: Caller, path: str, text: str | bytes) -> Answer:
    return alice.call("POST", f"/callflow{path}", data=text.encode() if isinstance(text, str) else text)


@pytest.mark.usefixtures("nothing_new")
@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", "{", '{"customer": "A"} {}', '{"customer": NaN}', '{"customer": "A", "hours": NaN}',
        b'{"customer": "\xff\xfe"}', r'{"customer": "\ud800"}', r'{"customer": "A\u0000"}', '"' * 1000,
        "[" * 100_000, '{"customer": "A", "hours": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"customer": "A", "extensions": [' + "9" * 5000 + "]}",
        '{"customer": "A", "extensions": [{"number": "101", "ring_s": 1e400}]}',
        '{"customer": "A", "extensions": [true, null, [], 1.5]}', '{"customer": "A", "extensions": {"101": "Ann"}}',
        '{"customer": "A", "schema": "callflow/2"}', '{"customer": "A", "hours": "Mon 25:00-26:00"}',
        '{"customer": "A", "holidays": ["2027-02-29"]}', '{"customer": "A", "holidays": ["02-30"]}',
        '{"customer": "A", "time_zone": 5}', '{"customer": "A", "flow_id": "../a"}', '{"customer": "A", "client": "*"}',
        json.dumps({"customer": _MEGABYTES}), json.dumps({"customer": "A", "description": _MEGABYTES}),
        json.dumps({"customer": "A", "greeting": _MEGABYTES}),
        json.dumps({"customer": "A", "extensions": [_MEGABYTES]}),
        json.dumps({"customer": "A", "extensions": list(range(10_000))}),
        json.dumps({"customer": "A", "holidays": ["12-24"] * 100_000}),
        json.dumps({"customer": "A", "during_hours": [101] * 100_000}),
    ],
    ids=lambda text: repr(text[:40]),
)  # fmt: skip
def test_what_is_no_specification_is_a_problem_with_its_reason(alice: Caller, text: str | bytes) -> None:
    answer = _post(alice, "/generate", text)
    assert answer.status in {400, 422}, answer.text[:300]
    assert answer.is_problem
    assert len(answer.body) < 30_000, "the answer does not send back what came in"


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"extensions": []}, "graph.no-human"),
        ({"extensions": ["101", "101"]}, "numbering.extension-twice"),
        ({"extensions": ["911"]}, "numbering.extension-is-emergency"),
        ({"time_zone": "Mars/Olympus"}, "hours.unknown-zone"),
        (
            {
                "during_hours": {"node": "a"},
                "prompts": [{"id": "p", "texts": {"en-US": "Round and round."}}],
                "nodes": [
                    {"id": "a", "kind": "announcement", "prompt": "p", "then": {"node": "b"}},
                    {"id": "b", "kind": "announcement", "prompt": "p", "then": {"node": "a"}},
                ],
            },
            "graph.loop",
        ),
    ],
    ids=["nobody", "a number twice", "an emergency number", "a zone that is nowhere", "round and round"],
)
def test_what_has_a_shape_and_no_sense_is_found(alice: Caller, wishes: dict[str, Any], code: str) -> None:
    found = alice.call("POST", "/callflow/validate", ACME_CORP | wishes).json
    assert code in {item["code"] for item in found["findings"]}


def test_leap_days_and_hours_past_midnight_are_none_of_these(alice: Caller) -> None:
    wishes = ACME_CORP | {"hours": "daily 22:00-05:00", "holidays": ["2028-02-29 Leap day"]}
    assert alice.call("POST", "/callflow/validate", wishes).json["valid"] is True
    for at, kind in (("2028-02-28T23:00:00", "answered"), ("2028-02-29T23:00:00", "message_left")):
        called = alice.call("POST", "/callflow/simulate", wishes | {"scenario": {"at": at}}).json
        assert called["terminal"]["type"] == kind, called


def test_whatever_people_are_called_is_drawn_written_and_exported(alice: Caller) -> None:
    wishes = {
        "customer": INJECTIONS[0], "flow_id": "hostile", "greeting": INJECTIONS[4],
        "extensions": [{"number": str(101 + position), "name": name} for position, name in enumerate(INJECTIONS)],
    }  # fmt: skip
    made = alice.call("POST", "/callflow/generate", wishes)
    assert made.status == 200, made.text
    found = {name: alice.call("GET", url.removeprefix("/api")) for name, url in made.json["artifacts"].items()}
    assert {name: answer.status for name, answer in found.items() if answer.status not in {200, 409}} == {}
    assert b"<script" not in found["svg"].body
    with zipfile.ZipFile(io.BytesIO(found["asterisk"].body)) as archive:
        dialplan = archive.read("extensions.conf").decode()
    assert not [line for line in dialplan.splitlines() if line.startswith("exten") and "System(" in line]
    assert alice.call("DELETE", "/callflow/flows/hostile").status == 204


@pytest.mark.usefixtures("nothing_new")
def test_methods_and_kinds_of_content_are_told(alice: Caller) -> None:
    text = json.dumps(ACME_CORP).encode()
    for method, path in (("GET", "/generate"), ("PUT", "/flows/acme"), ("DELETE", "/validate"), ("PATCH", "/approve")):
        answer = alice.call(method, f"/callflow{path}")
        assert (answer.status, answer.is_problem, bool(answer.headers["Allow"])) == (405, True, True), path
    for kind in ("text/plain", "application/yaml", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = alice.call("POST", "/callflow/generate", data=text, kind=kind)
        assert (answer.status, answer.is_problem) == (415, True), kind
    assert alice.call("POST", "/callflow/import", data=text).status == 415
    assert alice.call("POST", "/callflow/generate", data=b" " * (17 << 20) + text).status == 413


@pytest.mark.usefixtures("nothing_new")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.yaml", b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
            b"%c: &%c [%s]\n" % (98 + step, 98 + step, b", ".join([b"*%c" % (97 + step)] * 9)) for step in range(9)
        ) + b"customer: A"),
        ("itself.yaml", b"customer: &a {name: *a}"),
        ("tag.yaml", b"customer: !!python/object/apply:os.system ['true']"),
        ("deep.yaml", b"customer: A\nhours: " + b"[" * 50_000),
        ("two.yaml", b"customer: A\n---\ncustomer: B"),
        ("rows.csv", b"customer,number\n" + b"A,101\n" * 6000),
        ("cell.csv", b"customer,number\nA," + b"1" * 300_000),
        ("columns.csv", b"customer,number,salary\nA,101,1"),
        ("half.json", rb'{"customer": "A", "extensions": ["101 \ud800"]}'),
        ("deep.json", b'{"customer": "A", "hours": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_files_that_are_made_to_hurt_are_refused(alice: Caller, name: str, content: bytes) -> None:
    answer = alice.send("/callflow/import", {name: content})
    assert answer.status in {413, 422}, answer.text[:300]
    assert answer.is_problem
    assert len(answer.body) < 30_000


def test_a_scenario_may_be_said_with_and_without_its_zone(alice: Caller) -> None:
    def called(**scenario: Any) -> Any:
        answer = alice.call("POST", "/callflow/simulate", {"flow": ACME, "scenario": scenario})
        assert answer.status == 200, answer.text
        assert set(answer.json) >= {"terminal", "path", "prompts"}
        assert {"node", "outcome", "at"} <= set(answer.json["path"][0])
        return answer.json["path"]

    local = called(at="2026-11-28T19:00:00", keys=[{"after": 1, "press": "2"}], states={"101": "busy"})
    assert local == called(at="2026-11-29T00:00:00Z", keys=[{"after": 1, "press": 2}], states={"101": "busy"})
    assert local == called(at="2026-11-28T19:00:00-05:00", **{"to": None, "from": None})
    for at in (
        "2027-02-29T10:00:00",
        "2026-11-28T25:00:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "soon",
    ):
        answer = alice.call("POST", "/callflow/simulate", {"flow": ACME, "scenario": {"at": at}})
        assert (answer.status, answer.is_problem) == (422, True), at
