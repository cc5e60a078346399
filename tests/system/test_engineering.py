"""Devices through the gateway: five configurations of five vendors become answers, findings, documents and pictures."""

import json
import uuid
from typing import Any

import pytest
from tests.caller import Answer, Caller
from tests.embedded import Platform
from tests.paper import pages

from host.place import ROOT

SAMPLES = ROOT / "services" / "engineering-api" / "samples"
SITES = {"Bath": ("bath-fw.conf", "bath-core.cfg", "bath-acc1.cfg"), "Wells": ("wells-gw.rsc", "wells-sw.cfg")}
VENDORS = {
    "bath-fw": "fortinet", "bath-core": "cisco_ios", "bath-acc1": "hp_procurve", "wells-gw": "mikrotik_routeros",
    "wells-sw": "aruba_aoscx",
}  # fmt: skip
#: What stands in the files where a secret would.
SECRETS = (
    "sampleOnlyNotASecret",
    "Sample-Only-2024",
    "sampleOnlyRw",
    "sampleOnlyRo",
    "NotASecretAtAll",
    "0NotASecret0",
)


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Caller:
    return Caller(platform.url)


@pytest.fixture(scope="module")
def client() -> str:
    """A client of this run's own."""
    return f"rowan-{uuid.uuid4().hex[:8]}"


def ask(caller: Caller, path: str, body: Any = None, status: int = 200) -> Any:
    """The JSON of a request that ends as it should."""
    answer = caller.call("GET" if body is None else "POST", f"/engineering{path}", body)
    assert answer.status == status, answer.text
    return answer.json


@pytest.fixture(scope="module")
def configs(caller: Caller, client: str) -> dict[str, str]:
    """The ids of the configurations by their devices."""
    found: dict[str, str] = {}
    for site, names in SITES.items():
        answer = caller.send(
            "/engineering/configs", {name: (SAMPLES / name).read_bytes() for name in names}, client=client, site=site
        )
        assert answer.status == 201, answer.text
        for file in answer.json["files"]:
            assert (file["platform"], file["unparsed"], file["warnings"]) == (VENDORS[file["hostname"]], [], [])
            found[file["hostname"]] = file["config_id"]
    assert set(found) == set(VENDORS)
    return found


def test_a_question_is_answered_with_the_lines_that_say_it(
    caller: Caller, client: str, configs: dict[str, str]
) -> None:
    answer = ask(caller, "/query", {"question": "Which switch carries VLAN 30?", "scope": {"client": client}})
    assert answer["answered"]
    assert "bath-acc1" in answer["answer"]
    cited = {(one["locator"]["config_id"], one["quote"]) for one in answer["citations"] if one["type"] == "config"}
    assert (configs["bath-acc1"], "   untagged 22") in cited
    lines = ask(caller, f"/configs/{configs['bath-acc1']}/text")["lines"]
    for one in answer["citations"]:
        where = one["locator"]
        if where["config_id"] == configs["bath-acc1"]:
            assert "\n".join(lines[where["line_start"] - 1 : where["line_end"]]) == one["quote"]


def test_a_plain_question_needs_no_configuration_and_comes_with_its_calculation(caller: Caller) -> None:
    answer = ask(caller, "/ask", {"question": "How many usable addresses has a /26?"})
    assert "62" in answer["answer"]
    (cited,) = [one for one in answer["citations"] if one["type"] == "calc"]
    assert ask(caller, f"/calculations/{cited['locator']['calc_id']}")["tool"] == "subnet"


def test_an_audit_finds_what_is_wrong_on_one_device_and_between_two(
    caller: Caller, client: str, configs: dict[str, str]
) -> None:
    found = ask(caller, "/audit", {"client": client})
    seen = {(one["rule"], one["device"]) for one in found["findings"]}
    assert seen >= {
        ("fw.any-any-permit", "bath-fw"), ("fw.acl-undefined", "bath-core"), ("fw.shadowed-rule", "bath-core"),
        ("mgmt.telnet-enabled", "bath-core"), ("snmp.default-community", "bath-acc1"),
        ("vpn.ends-proposals-differ", "bath-fw"),
    }  # fmt: skip
    assert all(one["evidence"] and one["why"] for one in found["findings"])
    ends = next(one for one in found["findings"] if one["rule"] == "vpn.ends-proposals-differ")
    assert {one["device"] for one in ends["evidence"]} == {"bath-fw", "wells-gw"}
    sarif = caller.call("POST", "/engineering/audit?format=sarif", {"client": client}).json
    assert len(sarif["runs"][0]["results"]) == len(found["findings"])
    scores = ask(caller, f"/scores?client={client}")["device_scores"]
    assert {one["config_id"] for one in scores} == set(configs.values())


def test_a_change_that_takes_vlan_10_from_the_uplink_is_no_small_one(caller: Caller, configs: dict[str, str]) -> None:
    review = ask(
        caller,
        "/changes/review",
        {
            "before": {"config_id": configs["bath-core"]},
            "commands": ["interface Port-channel1", " switchport trunk allowed vlan 20,30"],
        },
    )
    assert review["verdict"] != "go"
    assert review["risk"]["reasons"][0]["evidence"]
    assert "switchport trunk allowed vlan 20,30" in "\n".join(review["remediation"])
    assert "switchport trunk allowed vlan 10,20,30" in "\n".join(review["rollback"])
    assert review["prechecks"]
    assert review["postchecks"]


def test_the_as_built_document_names_every_device(caller: Caller, client: str, configs: dict[str, str]) -> None:
    assert configs
    wanted = {"template": "as_built", "inputs": {"client": client}, "formats": ["pdf", "docx", "html", "md"]}
    job = ask(caller, "/documents?wait=120", wanted)
    assert job["status"] == "succeeded", job
    address = f"/documents/{job['document_id']}"
    content: dict[str, Answer] = {
        form: caller.call("GET", f"/engineering{address}.{form}") for form in wanted["formats"]
    }
    starts = {"pdf": b"%PDF", "docx": b"PK", "html": b"<!doctype html>", "md": b"#"}
    for form, start in starts.items():
        assert content[form].status == 200
        assert content[form].body[:200].lower().lstrip().startswith(start.lower()), form
    printed = pages(content["pdf"].body)
    assert all(name in printed for name in VENDORS)
    shown = ask(caller, address)
    assert {one["config_id"] for one in shown["sources"]} == set(configs.values())


def test_the_picture_shows_the_tunnel_and_the_cables(caller: Caller, client: str, configs: dict[str, str]) -> None:
    assert configs
    routed = ask(caller, "/topology", {"client": client})
    kinds = {frozenset((link["a"], link["b"])): link["kind"] for link in routed["links"]}
    assert kinds[frozenset(("bath-fw", "wells-gw"))] == "tunnel"
    assert kinds[frozenset(("bath-fw", "bath-core"))] == "point-to-point"
    seen = (SAMPLES / "cdp-of-bath-core.txt").read_text()
    body = {"client": client, "layer": "l2", "show_outputs": [{"device": "bath-core", "text": seen}]}
    trunk = next(
        link for link in ask(caller, "/topology", body)["links"] if {link["a"], link["b"]} == {"bath-core", "bath-acc1"}
    )
    assert (trunk["kind"], trunk["confidence"]) == ("port-channel", 0.99)
    svg = caller.call("POST", "/engineering/topology", body, headers={"Accept": "image/svg+xml"})
    assert (svg.status, svg.kind, svg.body[:4]) == (200, "image/svg+xml", b"<svg")
    assert all(name in svg.text for name in VENDORS)


def test_no_secret_of_the_files_is_in_anything_that_comes_back(
    caller: Caller, client: str, configs: dict[str, str]
) -> None:
    said = [
        caller.call("GET", f"/engineering/configs/{one}{part}").text
        for one in configs.values()
        for part in ("", "/text", "/changes")
    ]
    said += [
        caller.call("POST", f"/engineering{path}", body).text
        for path, body in (
            ("/audit", {"client": client}), ("/topology", {"client": client}),
            ("/query", {"question": "What is the pre-shared key of the tunnel to Wells?", "scope": {"client": client}}),
            ("/query", {"question": "What is the password of helpdesk?", "scope": {"client": client}}),
        )
    ]  # fmt: skip
    assert not [secret for secret in SECRETS if any(secret in text for text in said)]


def test_one_request_is_about_one_client(caller: Caller, client: str, configs: dict[str, str]) -> None:
    other = f"other-{uuid.uuid4().hex[:8]}"
    switch = (SAMPLES / "wells-sw.cfg").read_text()
    (foreign,) = ask(caller, "/configs", {"files": [{"text": switch}], "client": other}, status=201)["config_ids"]
    for path in ("/audit", "/topology"):
        mixed = caller.call("POST", f"/engineering{path}", {"config_ids": [configs["wells-sw"], foreign]})
        assert (mixed.status, "several clients" in mixed.json["detail"]) == (422, True)
    scores = json.dumps(ask(caller, f"/scores?client={other}"))
    assert not any(one in scores for one in configs.values())
    assert {one["client"] for one in ask(caller, f"/devices?client={client}")["items"]} == {client}


def test_a_stream_tells_the_answer_as_it_grows(caller: Caller, client: str, configs: dict[str, str]) -> None:
    assert configs
    body = {"question": "Which switch carries VLAN 30?", "scope": {"client": client}, "stream": True}
    with caller.stream("POST", "/engineering/query", body) as events:
        told = list(events)
    assert told[-1].name == "done"
    assert told[-1].data["answer"] == ask(caller, "/query", body | {"stream": False})["answer"]
