"""What holds for every export."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from tests.callflow import acme
from tests.exports import HOSTILE, PLAIN, differences, everything, flows, made, secret, worded

from call_flow.export.archive import archive
from call_flow.export.aspects import ASPECTS, elements
from call_flow.export.labels import bare, cell, shown
from call_flow.export.package import Package, Target
from call_flow.export.plan import Secret
from call_flow.export.targets import TARGETS
from call_flow.flow.model import Flow

OTHERS = [target for name, target in TARGETS.items() if name != "asterisk"]
each = pytest.mark.parametrize("target", OTHERS, ids=lambda target: target.name)


def test_there_is_a_flow_that_has_every_aspect_an_export_must_judge() -> None:
    found = {aspect for flow in flows().values() for element in elements(flow) for aspect in element.aspects}

    assert found == ASPECTS


@each
def test_every_element_of_every_flow_has_exactly_one_line(target: Target) -> None:
    for flow in flows().values():
        lines = made(target, flow).fidelity

        assert [line.pointer for line in lines] == [element.pointer for element in elements(flow)]
        assert all(line.how for line in lines if line.status != "exact")


@each
def test_no_verdict_is_about_something_that_does_not_occur(target: Target) -> None:
    verdicts = __import__(f"{target.make.__module__}.verdicts", fromlist=["VERDICTS"]).VERDICTS

    assert set(verdicts) == ASPECTS
    assert all(verdict.how.endswith(".") for verdict in verdicts.values() if verdict.status != "exact")


@each
def test_the_same_flow_is_the_same_package_byte_for_byte(target: Target) -> None:
    assert archive(target, everything(), secret) == archive(target, everything(), secret)


@each
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_the_customer_change_labels_only(target: Target, words: str) -> None:
    # What is spelled on the keys for a name follows from the name.
    found = [where for where in differences(target, everything(), words) if "/directories/" not in where]

    assert found == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_the_comparison_finds_words_that_are_more_than_a_label(words: str) -> None:
    def careless(flow: Flow, _: Secret) -> Package:
        return Package({"a.json": json.dumps({flow.customer.name: 1}).encode()}, [])

    target = Target("careless", "Careless", "structure", "Writes names as they are.", careless)

    assert list(differences(target, everything(), words))


@each
def test_a_flow_with_loose_ends_and_doubles_is_exported_all_the_same(target: Target) -> None:
    def break_it(plain: dict[str, Any]) -> None:
        plain["numbers"][0]["entry"] = {"node": "nowhere"}
        plain["numbers"].append(dict(plain["numbers"][1]))
        plain["nodes"][0]["schedule"] = "unknown"
        plain["nodes"].append({"id": "sales", "kind": "hangup"})
        plain["nodes"].append({"id": "spin", "kind": "caller_match", "otherwise": {"node": "spin"},
                               "rules": [{"prefix": "+1", "then": {"node": "spin"}}]})  # fmt: skip
        plain["nodes"][3]["members"] = [{"extension": "999"}]
        plain["nodes"][4]["agents"] = []
        plain["schedules"][0]["time_zone"] = "Mars/Olympus"
        plain["holiday_sets"][0]["source"] = {"country": "ZZ"}
        plain["extensions"].append(dict(plain["extensions"][0]))
        plain["prompts"] = []
        plain["trunks"] = []

    lines = {line.pointer: line for line in made(target, acme(break_it)).fidelity}

    assert lines["/numbers/2"].status == "unsupported"
    assert lines["/extensions/4"].status == "unsupported"
    assert lines["/holiday_sets/0"].status == "unsupported"


@each
def test_an_empty_flow_is_exported(target: Target) -> None:
    def empty(plain: dict[str, Any]) -> None:
        for name in [name for name in plain if name not in ("schema", "customer")]:
            del plain[name]

    assert made(target, acme(empty)).files


def test_the_archive_holds_the_files_and_both_reports_in_the_order_of_their_names() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(TARGETS["kazoo"], acme(), secret))) as packed:
        names = packed.namelist()
        report = json.loads(packed.read("report.json"))
        page = packed.read("REPORT.md").decode()

    assert names == sorted(names)
    assert {"report.json", "REPORT.md", "README.md", "documents/callflows.json"} <= set(names)
    assert (report["target"], report["assurance"]) == ("kazoo", "schema")
    assert {line["status"] for line in report["elements"]} == {"exact", "approximated"}
    assert "Checked against the maker's published schema" in page
    assert "| toggle emergency-line `/nodes/8` | approximated | The code asks what to do" in page


def test_the_page_of_a_report_shows_hostile_words_and_does_nothing_with_them() -> None:
    for words in HOSTILE:
        packed = archive(TARGETS["jambonz"], worded(acme(), words), secret)
        page = zipfile.ZipFile(io.BytesIO(packed)).read("REPORT.md").decode()
        plain = zipfile.ZipFile(io.BytesIO(archive(TARGETS["jambonz"], worded(acme(), PLAIN), secret)))

        assert page.splitlines()[1:4] == plain.read("REPORT.md").decode().splitlines()[1:4]
        assert "<script" not in page
        assert len(page.splitlines()) == len(plain.read("REPORT.md").decode().splitlines())


def test_every_target_says_how_far_it_is_checked() -> None:
    assert {name: target.assurance for name, target in TARGETS.items()} == {
        "asterisk": "proven", "freepbx": "structure", "freeswitch": "structure", "3cx": "schema", "teams": "schema",
        "twilio": "structure", "kazoo": "schema", "jambonz": "schema",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_cell_never_begins_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["Hello;=1+1", "Hello; +1", 'Hello;"=1"', "\uff1d1"])
def test_no_cell_begins_a_formula_where_semicolons_part_them_or_signs_are_wide(text: str) -> None:
    assert re.search(r"(^|;)'", cell(text))


def test_shown_words_are_one_line_and_bare_ones_are_signs_that_mean_nothing() -> None:
    assert shown("a\r\nb\x00\u202ec ", 200) == "a b c"
    assert bare("--${SHELL(id)}; Café, 2nd", 50) == "SHELL id Café 2nd"
    assert bare("{}", 50, "main") == "main"
