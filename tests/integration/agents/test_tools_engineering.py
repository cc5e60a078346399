"""Configurations, audits, calculations, documents and pictures as tools, against the real engineering-api over HTTP."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import devices as service
from tests import served
from tests.devices import Devices
from tests.fakes.llm import LanguageModel
from tests.gateway import free_port
from tests.postgres import Postgres
from tests.toolbox import ALICE, BOB, CHARLIE, Toolbox, lacking

from agents.tools import engineering as room
from agents.tools.contract import Outcome
from agents.tools.engineering_calculators import CALCULATORS, READERS
from agents.tools.engineering_facts import SECTIONS
from engineering_api import app
from engineering_api.documents.job import KIND, Writing
from oberaconnect import worker
from oberaconnect.jobs import Queue
from oberaconnect.problems import Forbidden, NotFound, Unavailable, Unprocessable
from oberaconnect.settings import Settings

pytestmark = pytest.mark.long  # the real service

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "services/engineering-api/samples"
CORE = (SAMPLES / "bath-core.cfg").read_text()
NOWHERE = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Site:
    """The service, its address, its tools, the ids of Alice's configurations by device, and the service's model."""

    devices: Devices
    settings: Settings
    tools: Toolbox
    configs: dict[str, str]
    model: LanguageModel


@pytest.fixture(scope="module")
def site(postgres: Postgres, secret_key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    address = postgres.new_database()
    base = Settings.model_validate(
        {
            "secret_key": secret_key,
            "database_url": address,
            "data_dir": tmp_path_factory.mktemp("devices"),
            "rag_url": f"http://127.0.0.1:{free_port()}",
        }
    )
    with (
        LanguageModel() as model,
        service.running(model.settings(base, "openai")) as devices,
        ThreadPoolExecutor(4) as threads,
        served.serving(app.assemble(devices.parts), threads) as url,
    ):
        settings = base.model_copy(update={"engineering_url": url})
        files = [(file.name, file.read_text()) for file in sorted(SAMPLES.glob("bath*"))]
        devices.keep(*files, site="Bath", who="alice")
        devices.keep(("globex.cfg", "version 15.2\nhostname globex-sw\nvlan 30\n name Secret\nend\n"), who="charlie")
        listed = devices.get("/configs?client=acme", who="alice")["items"]
        configs = {one["device"]: one["id"] for one in listed}
        yield Site(devices, settings, Toolbox(room.tools(settings)), configs, model)
    postgres.drop(address)


def finding(outcome: Outcome, rule: str) -> dict[str, Any]:
    """What a rule found."""
    return next(one for one in outcome.data["findings"] if one["rule"] == rule)


def write(site: Site) -> bool:
    """Let the worker of the service make one attempt at one document; whether there was one."""
    queue = Queue(site.devices.parts.database)
    claimed = queue.claim([KIND])
    if claimed is not None:
        worker.attempt(queue, {KIND: Writing(site.devices.parts)}, claimed, threading.Event())
    return claimed is not None


def test_a_configuration_in_a_text_is_read_and_nothing_of_it_kept(site: Site) -> None:
    found = site.tools.call("engineering_parse", text=CORE, sections=["vlans", "access_lists"])
    assert (found.data["platform"], found.data["hostname"]) == ("cisco_ios", "bath-core")
    assert (found.data["counts"]["vlans"], found.data["redactions"]) == (3, 6)
    assert "vlans, lines 25-26: id 10; name Staff" in found.content
    assert "rules, line 87: id 20; action deny" in found.content, "facts in a fact have lines of their own"
    assert {one["section"] for one in found.data["facts"]} == {"vlans", "access_lists"}
    assert len(site.devices.get("/configs?client=acme", who="alice")["items"]) == len(site.configs)


def test_lines_that_are_not_understood_are_told(site: Site) -> None:
    found = site.tools.call(
        "engineering_parse", text="hostname sw1\nvlan 10\nfrobnicate the widget\n", platform="cisco_ios"
    )
    assert found.data["unparsed_count"] == 1
    assert "Not understood, line 3: frobnicate the widget" in found.content


def test_what_a_command_showed_becomes_rows(site: Site) -> None:
    shown = (SAMPLES / "cdp-of-bath-core.txt").read_text()
    found = site.tools.call("engineering_parse", text=shown, kind="show", platform="cisco_ios")
    assert found.data["kind"] == "show"
    assert found.data["rows"]
    assert found.content.startswith(f"Output of 'show cdp neighbors' on cisco_ios, {len(found.data['rows'])} rows.")


def test_a_configuration_is_kept_once_however_often_it_is_sent(site: Site) -> None:
    text = "version 15.2\nhostname attic-sw\nenable secret 0 invented-and-plain\nvlan 77\n name Attic\nend\n"
    first, again = (
        site.tools.call("save_config", BOB, name="attic.cfg", text=text, site="Attic", key="same") for _ in range(2)
    )
    assert (first.data["is_new"], again.data["is_new"]) == (True, False)
    assert first.data["config_id"] == again.data["config_id"]
    assert "exactly this configuration already" in again.content
    lines = site.tools.call("get_config_lines", config_id=first.data["config_id"], first=1, last=3)
    beyond = site.tools.call("get_config_lines", config_id=first.data["config_id"], first=500)
    assert (beyond.data["lines"], beyond.content) == ([], f"It has {beyond.data['total']} lines.")
    assert "2: hostname attic-sw" in lines.content
    assert "invented-and-plain" not in lines.content
    assert lines.citations[0].url == f"/api/engineering/configs/{first.data['config_id']}/text?first=1&last=3"
    listed = site.tools.call("list_configs", site="Attic")
    assert [one["device"] for one in listed.data["configs"]] == ["attic-sw"]
    assert site.devices.call("DELETE", f"/configs/{first.data['config_id']}", who="alice").status_code == 204


def test_configurations_that_were_replaced_are_left_out_when_that_is_asked(site: Site) -> None:
    texts = [f"version 15.2\nhostname shed-sw\nvlan {number}\n name Shed\nend\n" for number in (70, 71)]
    old, new = (
        site.tools.call("save_config", name="shed.cfg", text=text, site="Shed").data["config_id"] for text in texts
    )
    both = site.tools.call("list_configs", site="Shed")
    latest = site.tools.call("list_configs", site="Shed", only_latest=True)
    assert [one["config_id"] for one in both.data["configs"]] == [new, old]
    assert [one["config_id"] for one in latest.data["configs"]] == [new]
    assert both.content.count("(latest)") == 1
    for config_id in (old, new):
        assert site.devices.call("DELETE", f"/configs/{config_id}", who="alice").status_code == 204


def test_lists_go_on_where_they_ended(site: Site) -> None:
    first = site.tools.call("list_configs", limit=2)
    assert len(first.data["configs"]) == 2
    assert first.data["next_cursor"] in first.content
    rest = site.tools.call("list_configs", limit=2, cursor=first.data["next_cursor"])
    named = {one["device"] for page in (first, rest) for one in page.data["configs"]}
    assert named == {"bath-acc1", "bath-core", "bath-fw"}
    assert rest.data["next_cursor"] is None
    assert "save_config" in site.tools.call("list_configs", site="Nowhere").content


def test_facts_come_with_their_lines(site: Site) -> None:
    config_id = site.configs["bath-core"]
    plain = site.tools.call("get_config_facts", config_id=config_id)
    assert (plain.data["counts"]["interfaces"], plain.data["facts"]) == (9, [])
    found = site.tools.call("get_config_facts", config_id=config_id, sections=["interfaces"])
    assert len(found.data["facts"]) == 9
    first = found.data["facts"][0]
    assert (first["line_start"], first["line_end"]) == (34, 37)
    assert "trunk_vlans 10, 20, 30" in first["text"]
    disabled = [one for one in found.data["facts"] if "is_enabled no" in one["text"]]
    assert [(one["line_start"], one["line_end"]) for one in disabled] == [(50, 52)], "that it is enabled is not said"
    assert found.citations[0].title == "bath-core"


def test_a_question_is_answered_with_the_lines_that_carry_the_answer(site: Site) -> None:
    found = site.tools.call("engineering_ask", question="Which switch carries VLAN 30?", collections=[])
    assert found.data["answered"] is True
    assert "bath-acc1" in found.content
    cited = next(one for one in found.citations if one.quote == "   tagged Trk1")
    assert (cited.title, cited.section) == ("bath-acc1", "line 45")
    assert cited.url == f"/api/engineering/configs/{site.configs['bath-acc1']}/text?first=45&last=45"
    calculated = site.tools.call("engineering_ask", question="How many usable addresses has a /26?", collections=[])
    assert "62" in calculated.data["answer"]
    assert str(calculated.citations[0].url).startswith("/api/engineering/calculations/")
    assert site.model.asked == [], "what a second model writes would be in nobody's budget"


def test_what_nothing_answers_is_said_to_be_open(site: Site) -> None:
    found = site.tools.call("engineering_ask", question="Who painted the ceiling?", collections=[])
    assert (found.data["answered"], found.data["answer"]) == (False, None)
    assert "Nothing that is known here answers this." in found.content


def test_an_audit_names_rule_severity_lines_and_the_commands_that_set_it_right(site: Site) -> None:
    found = site.tools.call("engineering_audit", site="Bath")
    worst = finding(found, "fw.any-any-permit")
    assert (worst["severity"], worst["device"], worst["line_start"]) == ("critical", "bath-fw", 112)
    assert "config firewall policy" in worst["fix"]
    assert "CRITICAL fw.any-any-permit on bath-fw, lines 112-121:" in found.content
    assert "config firewall policy" in found.content
    assert [one.title for one in found.citations] == [one["device"] for one in found.data["findings"]]
    counted = sum(number for name, number in found.data["counts"].items() if name != "waived")
    assert len(found.data["findings"]) <= 40
    assert len(found.data["findings"]) + found.data["left_off"] == counted > 40
    assert "are not told" in found.content or "left out" in found.content


def test_an_audit_is_narrowed_and_takes_a_text(site: Site) -> None:
    text = "version 16.9\nhostname sw-1\nline vty 0 4\n transport input telnet ssh\n"
    found = site.tools.call("engineering_audit", text=text, only=["mgmt.telnet-enabled"])
    (only,) = found.data["findings"]
    assert (only["rule"], only["config_id"], only["line_start"]) == ("mgmt.telnet-enabled", None, 4)
    assert found.citations[0].url is None
    assert found.citations[0].quote == " transport input telnet ssh"


def test_a_change_is_reviewed_with_reasons_and_the_way_back(site: Site) -> None:
    found = site.tools.call(
        "change_review",
        before={"config_id": site.configs["bath-core"]},
        commands=["interface Port-channel1", " switchport trunk allowed vlan 20,30"],
        address="10.20.10.50",
    )
    assert found.data["verdict"] in found.content.splitlines()[0]
    assert "vlan-removed-from-trunk" in {one["code"] for one in found.data["reasons"]}
    assert found.data["rollback"][-1].strip() == "switchport trunk allowed vlan 10,20,30"
    assert [one["path"] for one in found.data["changes"]] == ["interfaces/Port-channel1/trunk_vlans"]
    assert "Commands back:\ninterface Port-channel1" in found.content
    assert "37" in str(found.citations[0].section)
    after = site.tools.call(
        "change_review",
        before={"config_id": site.configs["bath-core"]},
        after={"text": CORE.replace("vlan 10,20,30", "vlan 20,30")},
    )
    assert "interfaces/Port-channel1/trunk_vlans" in {one["path"] for one in after.data["changes"]}


def test_a_configuration_is_translated_and_what_is_lost_is_told(site: Site) -> None:
    found = site.tools.call("translate_config", config_id=site.configs["bath-core"], to="aruba_aoscx")
    assert "vlan 10\n    name Staff" in found.data["text"]
    assert (found.data["is_whole"], found.data["from"]) == (True, "cisco_ios")
    assert found.data["unsupported"] > 0
    some = site.tools.call("translate_config", text=CORE, to="aruba_aoscx", sections=["vlans"])
    assert "vlan 10\n    name Staff" in some.data["text"]
    assert "interface" not in some.data["text"]
    assert "lines 2-4 unsupported: " in found.content
    assert "vlan 10\n    name Staff" in found.content


def test_subnets_are_planned_and_the_plan_can_be_cited(site: Site) -> None:
    needs = [{"name": "Staff", "hosts": 200}, {"name": "Link", "prefix_length": 30}]
    found = site.tools.call("subnet_plan", parent="10.40.0.0/22", needs=needs)
    assert [one["network"] for one in found.data["networks"]] == ["10.40.0.0/24", "10.40.1.0/30"]
    assert (
        "Staff: 10.40.0.0/24, mask 255.255.255.0, hosts 10.40.0.1 to 10.40.0.254, 254 usable, 54 spare" in found.content
    )
    assert "Left of 10.40.0.0/22:" in found.content
    path = str(found.citations[0].url).removeprefix("/api/engineering")
    assert site.devices.get(path, who="alice")["tool"] == "subnet-plan"


def test_every_calculator_of_the_service_is_offered_by_one_of_the_tools(site: Site) -> None:
    known = {one["name"] for one in site.devices.get("/tools")["items"]}
    assert set(CALCULATORS) | set(READERS) == known
    assert not set(CALCULATORS) & set(READERS)
    listed = site.tools.call("engineering_tools")
    assert {one["name"] for one in listed.data["tools"]} == known
    assert "mtu (engineering_tool): " in listed.content
    shown = site.tools.call("engineering_tools", name="packet-test")
    assert "destination" in shown.data["tools"][0]["arguments"]["properties"]
    assert "destination" in shown.content


def test_every_section_of_facts_can_be_asked_for(site: Site) -> None:
    assert set(site.devices.post("/parse", {"text": CORE})["facts"]) == set(SECTIONS)


def test_a_calculator_is_used_by_its_name(site: Site) -> None:
    found = site.tools.call("engineering_tool", name="subnet", arguments={"network": "10.0.20.0/26"})
    assert found.data["result"]["usable_hosts"] == "62"
    assert "usable_hosts: 62" in found.content
    passing = site.tools.call(
        "config_tool",
        name="packet-test",
        arguments={
            "config_id": site.configs["bath-core"], "source": "10.20.30.15", "destination": "10.20.10.7", "port": 443,
        },
    )  # fmt: skip
    assert passing.data["tool"] == "packet-test"
    assert "line" in passing.content


def test_what_is_too_long_for_a_program_is_left_to_the_calculation(site: Site) -> None:
    ports = "".join(f"interface GigabitEthernet1/0/{number}\n description desk {number}\n" for number in range(1, 200))
    found = site.tools.call("config_tool", name="config-parse", arguments={"text": f"hostname big\n{ports}"})
    assert found.data["result"] is None
    assert "more characters were left out" in found.content


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("subnet_plan", {"parent": "10.0.0.0/33", "needs": [{"name": "a", "hosts": 2}]}, "10.0.0.0/33"),
        ("subnet_plan", {"parent": "10.0.0.0/30", "needs": [{"name": "Staff", "hosts": 200}]}, "Staff"),
        ("engineering_tool", {"name": "subnet", "arguments": {}}, "/network"),
        ("engineering_tool", {"name": "mask", "arguments": {"value": "x", "more": 1}}, "/more"),
        ("change_review", {"before": {"text": CORE}}, "either the configuration after, or commands"),
        ("change_review", {"before": {}, "commands": ["x"]}, "#/before: give either a config_id or a text"),
        ("change_review", {"before": {"text": CORE}, "commands": ["vlan 9"], "address": "x9"}, "#/context/address: "),
        ("change_review", {"before": {"text": CORE}, "commands": ["vlan 9"], "interface": "Gi9"}, "'Gi9'"),
        ("translate_config", {"to": "aruba_aoscx"}, "give either a config_id or a text"),
        ("engineering_audit", {"text": CORE, "site": "Bath"}, "give either a text or kept configurations"),
        ("engineering_audit", {"text": CORE, "only": ["no.such"]}, "no.such"),
        ("engineering_audit", {"site": "Nowhere"}, "no configuration"),
        ("save_config", {"name": "x.cfg", "text": "\u0000\u0001\u0002" * 50}, "x.cfg"),
        ("engineering_parse", {"text": CORE, "platform": "nobody's"}, "nobody's"),
    ],
)  # fmt: skip
def test_bad_arguments_get_the_sentence_of_the_service_with_the_place(
    site: Site, name: str, arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(Unprocessable) as refused:
        site.tools.call(name, **arguments)
    assert told in refused.value.detail


def test_what_no_schema_allows_never_reaches_the_service(site: Site) -> None:
    assert site.tools.refuses("get_config_facts", config_id="../devices")
    assert site.tools.refuses("engineering_tool", name="../configs", arguments={})
    assert site.tools.refuses("engineering_tool", name="packet-test", arguments={})
    assert site.tools.refuses("engineering_audit", client="globex")
    assert site.tools.refuses("engineering_parse", text="x" * 400_001)
    assert site.tools.refuses("engineering_ask", question="  ")


def test_half_a_character_is_refused_in_words(site: Site) -> None:
    with pytest.raises(Unprocessable):
        site.tools.call("engineering_parse", text="hostname \ud800")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get_config_facts", {"config_id": "{}"}),
        ("get_config_lines", {"config_id": "{}"}),
        ("engineering_audit", {"config_ids": ["{}"]}),
        ("engineering_ask", {"question": "Which switch carries VLAN 30?", "config_ids": ["{}"], "collections": []}),
        ("change_review", {"before": {"config_id": "{}"}, "commands": ["vlan 9"]}),
        ("translate_config", {"config_id": "{}", "to": "aruba_aoscx"}),
        ("engineering_document", {"template": "device", "config_ids": ["{}"]}),
        ("render_topology", {"config_ids": ["{}"]}),
        ("config_tool", {"name": "config-lint", "arguments": {"config_id": "{}"}}),
    ],
)
def test_charlie_cannot_use_alices_configuration_and_learns_nothing_of_it(
    site: Site, name: str, arguments: dict[str, Any]
) -> None:
    def refused(config_id: str) -> str:
        with pytest.raises(NotFound) as problem:
            site.tools.call(name, CHARLIE, **_filled(arguments, config_id))
        return problem.value.detail.replace(config_id, "")

    assert refused(site.configs["bath-core"]) == refused(NOWHERE)


def _filled(value: Any, config_id: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(item, config_id) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, config_id) for item in value]
    return config_id if value == "{}" else value


def test_charlie_is_answered_from_his_own_configurations(site: Site) -> None:
    found = site.tools.call("engineering_ask", CHARLIE, question="Which switch carries VLAN 30?", collections=[])
    assert "globex-sw" in found.content
    assert "bath" not in found.content
    assert [one["device"] for one in site.tools.call("list_configs", CHARLIE).data["configs"]] == ["globex-sw"]
    assert "globex" not in site.tools.call("engineering_ask", question="Which switch carries VLAN 30?").content


def test_a_document_is_written_once_and_told_while_it_is(site: Site) -> None:
    site.tools.call("engineering_audit", site="Bath")
    asked: dict[str, Any] = {
        "template": "as_built", "site": "Bath", "formats": ["md", "pdf"], "title": "Bath as built",
        "client_name": "Rowan Vale Ltd", "audit": True,
    }  # fmt: skip
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(site.tools.call, "engineering_document", ALICE, key="doc", **asked)
        while not write(site):
            assert not working.done()
        found = working.result()
    assert found.data["status"] == "succeeded"
    identifier = found.data["document_id"]
    assert found.data["links"]["pdf"] == f"/api/engineering/documents/{identifier}.pdf"
    assert found.data["links"]["pdf"] in found.content
    assert "bath-core" in found.content
    assert site.devices.call("GET", f"/documents/{identifier}.pdf", who="alice").data.startswith(b"%PDF")
    again = site.tools.call("engineering_document", ALICE, key="doc", **asked)
    assert again.data == found.data
    assert len(site.devices.get("/documents?client=acme", who="alice")["items"]) == 1
    read = site.tools.call("get_engineering_document", document_id=identifier)
    assert "# Bath as built" in read.content
    markdown = site.devices.get(f"/documents/{identifier}", who="alice")["markdown"]
    assert "Rowan Vale Ltd" in markdown
    assert "lets everything through from everywhere to everywhere" in markdown, "the audit's finding"
    further = site.tools.call("get_engineering_document", document_id=identifier, offset=read.data["next_offset"])
    assert (read.data["next_offset"], read.data["characters"]) == (16_000, len(markdown))
    assert markdown[16_000:16_500] in further.content
    last = site.tools.call("get_engineering_document", document_id=identifier, offset=len(markdown) - 20)
    assert last.data["next_offset"] is None
    assert last.content.endswith(markdown[-20:])
    with pytest.raises(NotFound):
        site.tools.call("get_engineering_document", CHARLIE, document_id=identifier)


def test_a_document_that_takes_longer_than_the_call_is_read_later(site: Site) -> None:
    found = site.tools.call(
        "engineering_document", template="device", config_ids=[site.configs["bath-fw"]], formats=["md"], seconds=0.6
    )
    assert (found.data["status"], found.is_error) == ("queued", False)
    assert "get_engineering_document" in found.content
    waiting = site.tools.call("get_engineering_document", document_id=found.data["document_id"])
    assert "no text yet" in waiting.content
    assert write(site)
    read = site.tools.call("get_engineering_document", document_id=found.data["document_id"])
    assert (read.data["status"], "bath-fw" in read.content) == ("succeeded", True)


def test_a_document_that_was_not_written_is_an_error_with_the_reason(site: Site) -> None:
    found = site.tools.call(
        "engineering_document", template="device", config_ids=[site.configs["bath-fw"]], formats=["md"], seconds=0.6
    )
    identifier = found.data["document_id"]
    assert site.devices.call("DELETE", f"/jobs/{identifier}", who="alice").status_code == 202
    read = site.tools.call("get_engineering_document", document_id=identifier)
    assert (read.is_error, "cancelled" in read.content) == (True, True)


def test_a_cancelled_run_leaves_a_document_at_once(site: Site) -> None:
    class Gone(Exception):
        """What the loop raises."""

    def check() -> None:
        raise Gone

    with pytest.raises(Gone):
        site.tools.call(
            "engineering_document", template="device", config_ids=[site.configs["bath-fw"]], formats=["md"], check=check
        )
    assert write(site), "what was asked for is written all the same"


def test_a_network_is_drawn_with_the_lines_that_say_so(site: Site) -> None:
    found = site.tools.call("render_topology", site="Bath", title="Bath")
    assert found.data["mermaid"].startswith('---\ntitle: "Bath"')
    assert "flowchart" in found.content
    link = next(one for one in found.data["links"] if {one["a"], one["b"]} == {"bath-core", "bath-fw"})
    assert link["confidence"] > 0.8
    assert "bath-core line" in found.content
    second = site.tools.call("render_topology", site="Bath", layer="l2")
    assert second.data["layer"] == "l2"
    assert {one.title for one in found.citations} <= set(site.configs)


def test_a_picture_that_is_too_large_to_read_leaves_the_first_links_and_a_count(site: Site) -> None:
    kept = []
    for host in (1, 2):
        ports = "".join(f"interface Vlan{n}\n ip address 10.{n}.0.{host} 255.255.255.0\n" for n in range(1, 101))
        text = f"version 15.2\nhostname hall-sw{host}\n{ports}end\n"
        kept.append(site.tools.call("save_config", name="hall.cfg", text=text, site="Hall").data["config_id"])
    found = site.tools.call("render_topology", site="Hall")
    assert (found.data["mermaid"], len(found.data["links"])) == (None, 40)
    assert found.data["left_off"] >= 60
    assert f"{found.data['left_off']} more links" in found.content
    assert "The picture is too large" in found.content
    for config_id in kept:
        assert site.devices.call("DELETE", f"/configs/{config_id}", who="alice").status_code == 204


def test_the_right_to_read_is_none_to_write(site: Site) -> None:
    reader = lacking(ALICE, "engineering:write")
    with pytest.raises(Forbidden, match="engineering:write"):
        site.tools.call("save_config", reader, name="a.cfg", text=CORE)
    with pytest.raises(Forbidden, match="engineering:write"):
        site.tools.call("engineering_document", reader, template="as_built")
    with pytest.raises(Forbidden, match="engineering:read"):
        site.tools.call("list_configs", lacking(ALICE, "engineering:read"))


def test_the_service_that_is_away_is_unavailable(site: Site) -> None:
    away = Toolbox(room.tools(site.settings.model_copy(update={"engineering_url": f"http://127.0.0.1:{free_port()}"})))
    with pytest.raises(Unavailable, match="engineering-api"):
        away.call("list_configs")


def test_only_what_calculates_leaves_a_run_untainted(site: Site) -> None:
    specs = {name: tool.spec for name, tool in site.tools.tools.items()}
    assert {name for name, spec in specs.items() if not spec.taints} == {
        "subnet_plan", "engineering_tools", "engineering_tool",
    }  # fmt: skip
    assert {name for name, spec in specs.items() if spec.tool_class != "read"} == {
        "save_config",
        "engineering_document",
    }
    assert all(spec.idempotent and spec.scope and spec.output for spec in specs.values())
