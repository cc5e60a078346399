"""Documents from facts: every row of every table with its device and lines, and what each template tells."""

import re
from ipaddress import ip_interface

import pytest
from tests import papers
from tests.papers import FILES, TODAY, material, of_devices, shown, tables, whole

from engineering_api.chosen import Subject
from engineering_api.documents import desk, running
from engineering_api.documents.finding import Finding, Line
from engineering_api.documents.forms import written
from engineering_api.documents.material import Material, Source, Template, labels
from engineering_api.documents.plan import PLANS
from engineering_api.facts.device import Device
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import AccessList, AddressObject, Ends, Rule, Service, ServiceObject, Services
from engineering_api.facts.ports import Address, Interface
from engineering_api.parsing import parse
from oberaconnect.typeset import Callout, Cover, Heading, Page, Picture, Table

#: Rows of these are filled in by hand and say nothing of a device.
BY_HAND = {"Versions of this document", "Contacts", "Points of the handover"}


@pytest.mark.parametrize("template", list(PLANS))
def test_every_row_names_a_device_and_lines_that_there_are(template: Template) -> None:
    found = material(template)
    lengths = {one.label: len(one.subject.texts) for one in found.sources}
    made = tables(whole(found))
    assert len(made) > 5
    for table in made:
        if table.label in BY_HAND:
            continue
        assert table.columns[-1].title == "Source", table.label
        for row in table.rows:
            for said in shown(row[-1]).split("\n"):
                label, _, lines = said.rpartition(":")
                label = label.partition(" no. ")[0]
                if said.startswith("and ") or lines.strip() in ("any", "as a whole"):
                    continue
                assert label in lengths, (table.label, said)
                numbers = [int(number) for number in re.findall(r"\d+", lines)]
                assert numbers, said
                assert all(1 <= number <= lengths[label] for number in numbers), (table.label, said)


def test_every_fact_of_a_kind_is_a_row() -> None:
    found = material("as_built")
    by_label: dict[str, int] = {}
    for table in tables(whole(found)):
        kind = table.label.partition(" of ")[0].partition(":")[0]
        by_label[kind] = by_label.get(kind, 0) + len(table.rows)
    devices = [one.subject.device for one in found.sources]
    assert by_label["Interfaces"] == sum(len(one.interfaces) for one in devices)
    assert by_label["Static routes"] == sum(len(one.routes) for one in devices)
    assert by_label["Rules"] == sum(len(rules.rules) for one in devices for rules in one.access_lists)
    assert by_label["Address objects"] == sum(len(one.address_objects) for one in devices)
    assert by_label["Service objects"] == sum(len(one.service_objects) for one in devices)
    assert by_label["Address translation"] == sum(len(one.translations) for one in devices)
    assert by_label["VPN tunnels"] == sum(len(one.tunnels) for one in devices)
    assert by_label["Servers"] == sum(len(one.servers) for one in devices)
    assert by_label["SNMP"] == sum(len(one.snmp) for one in devices)
    assert by_label["Local users"] == sum(len(one.users) for one in devices)
    assert by_label["Management access"] == sum(len(one.management) for one in devices)
    assert by_label["DHCP pools"] == sum(len(one.dhcp_pools) for one in devices)
    assert by_label["Wireless networks"] == sum(len(one.wireless) for one in devices)
    assert by_label["Lines that were not understood"] == sum(len(one.unparsed) for one in devices)
    assert by_label["Sources"] == len(devices)


def test_an_empty_configuration_is_a_document_that_says_so() -> None:
    for template in PLANS:
        made = whole(of_devices(Device(platform="unknown"), template=template))
        text = written(made, "md").decode()
        assert "configurations say nothing of" in text
        assert "Every line of the configurations was understood" in text
        assert written(made, "html")


def test_two_hundred_devices_are_cut_to_what_can_be_typeset_and_the_document_says_so() -> None:
    devices = []
    for place in range(200):
        device = Device(platform="cisco_ios")
        device.identity.hostname = f"sw{place}"
        device.interfaces = [
            Interface(
                source=Span(2, 2), name=f"GigabitEthernet1/0/{port}", description="desk", mode="access", access_vlan=10
            )
            for port in range(1, 53)
        ]
        devices.append(device)
    made = whole(of_devices(*devices))
    assert sum(len(table.rows) for table in tables(made)) <= desk.MOST_ROWS + 3
    left_out = [block for block in made.blocks if isinstance(block, Callout) and "not in this document" in block.title]
    assert left_out
    assert {name.partition(" ")[0] for name in (one.title for one in left_out)} & {"52"}


def test_rules_of_a_firewall_review_say_what_their_objects_stand_for() -> None:
    device = Device(platform="fortinet")
    where = Span(1, 1)
    device.address_objects = [
        AddressObject(source=where, name="web", ends=Ends(networks=["10.0.0.5/32"])),
        AddressObject(source=where, name="servers", ends=Ends(names=["web", "servers", "lost"]), is_group=True),
    ]
    device.service_objects = [
        ServiceObject(
            source=where, name="site", services=Services(services=[Service(protocol="tcp", ports=["443-443"])])
        )
    ]
    rule = Rule(
        source=where, id="7", action="permit", source_ends=Ends(is_any=True, is_negated=False),
        destination_ends=Ends(names=["servers"]), services=Services(names=["site"]),
    )  # fmt: skip
    device.access_lists = [AccessList(source=where, name="policy", kind="policy", rules=[rule])]
    (table,) = [one for one in tables(whole(of_devices(device, template="firewall"))) if one.label.startswith("Rules")]
    row = dict(zip((column.title for column in table.columns), map(shown, table.rows[0]), strict=True))
    assert row["Destination address"] == "servers = 10.0.0.5/32, lost"
    assert row["Service"] == "site = tcp 443"
    (plain,) = [one for one in tables(whole(of_devices(device))) if one.label.startswith("Rules")]
    assert shown(plain.rows[0][2]) == "servers"


def test_groups_that_contain_each_other_end() -> None:
    device = Device(platform="fortinet")
    for place in range(400):
        names = [f"g{other}" for other in range(400)]
        device.address_objects.append(
            AddressObject(source=Span(1, 1), name=f"g{place}", ends=Ends(names=names), is_group=True)
        )
    rules = [
        Rule(source=Span(1, 1), action="deny", source_ends=Ends(names=[f"g{place}"]),
             destination_ends=Ends(is_any=True), services=Services(is_any=True))
        for place in range(50)
    ]  # fmt: skip
    device.access_lists = [AccessList(source=Span(1, 1), name="p", rules=rules)]
    made = whole(of_devices(device, template="firewall", sections=frozenset({"firewall_rules"})))
    assert len(tables(made)[-1].rows) == 50


def test_the_change_log_tells_removed_and_added_lines_with_where_they_stood() -> None:
    found = material("as_built", FILES[:1])
    (table,) = [one for one in tables(whole(found)) if one.label.startswith("Changed lines")]
    label = found.sources[0].label
    rows = [tuple(map(shown, row)) for row in table.rows]
    assert ("removed", "gone | line", f"{label} no. 1:5") in rows
    assert ("added", found.sources[0].subject.texts[5].strip(), f"{label}:6") in rows


def test_findings_come_first_by_severity_with_their_lines_and_what_to_do() -> None:
    found = material("firewall", FILES[2:3])
    told = (
        Finding(
            rule="snmp-1", severity="low", why="Old", fix="no snmp", evidence=[Line(line_start=4, line_end=5, text="x")]
        ),
        Finding(rule="telnet", severity="critical", title="Telnet is on", fix=["no telnet", "end"], waived=True),
    )
    one = found.sources[0]
    made = whole(Material("firewall", [Source(one.subject, one.label, one.record, None, told)], TODAY))
    (table,) = [table for table in tables(made) if table.label == "Findings"]
    rows = [tuple(map(shown, row)) for row in table.rows]
    assert [row[0] for row in rows] == ["critical (accepted)", "low"]
    assert rows[0][2:] == ("Telnet is on", "", "no telnet\nend", "telnet", f"{one.label}: as a whole")
    assert rows[1][-1] == f"{one.label}:4–5"


def test_the_plan_of_addresses_has_each_member_and_what_contains_what() -> None:
    one, other = Device(platform="cisco_ios"), Device(platform="cisco_ios")
    one.identity.hostname, other.identity.hostname = "a", "b"
    for device, address in ((one, "10.0.0.1/16"), (other, "10.0.5.1/24"), (other, "10.0.0.9/16")):
        line = Span(len(device.interfaces) + 2, len(device.interfaces) + 2)
        device.interfaces.append(
            Interface(
                source=line,
                name=f"Vlan{len(device.interfaces)}",
                addresses=[Address(source=line, value=ip_interface(address))],
            )
        )
    found = of_devices(one, other, template="vlan_plan")
    made = whole(found)
    (table,) = [table for table in tables(made) if table.label == "Subnets and their members"]
    assert [tuple(map(shown, row)) for row in table.rows] == [
        ("10.0.0.0/16\n65,534 hosts", "10.0.0.1", "a", "Vlan0", "a:2"),
        ("10.0.0.0/16", "10.0.0.9", "b", "Vlan1", "b:3"),
        ("10.0.5.0/24\n254 hosts", "10.0.5.1", "b", "Vlan0", "b:2"),
    ]
    assert "10.0.0.0/16 contains 10.0.5.0/24" in written(made, "md").decode()


def test_a_runbook_speaks_of_the_devices_own_ports_and_gateways() -> None:
    found = material("runbook", FILES[:1])
    text = written(whole(found), "md").decode()
    port = next(
        one.name for one in found.sources[0].subject.device.interfaces if one.mode == "access" and one.is_enabled
    )
    assert f"interface {port}<br>switchport mode access" in text
    assert "{" not in text.replace("\\{", "")
    assert all(role in text for role in running._ROLES)


def test_detail_and_sections_say_how_much_is_told() -> None:
    sizes = [len(written(whole(material("as_built", detail=detail)), "md")) for detail in (0, 1, 2)]
    assert sizes == sorted(set(sizes))
    made = whole(material("as_built", sections=frozenset({"vlans", "users"})))
    heads = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 1]
    assert heads == ["About this document", "VLANs", "Local users"]


def test_no_secret_of_a_configuration_is_told_and_what_stands_for_it_is() -> None:
    secrets = ("Winter2019xyz", "Tacacs0secretkey", "mycommunity77", "OspfSecret99", "PreSharedKey55")
    text = f"""hostname sw1
username admin privilege 15 password 0 {secrets[0]}
tacacs-server host 10.0.0.5 key {secrets[1]}
snmp-server community {secrets[2]} RO
interface Vlan10
 ip address 10.0.0.1 255.255.255.0
 ip ospf message-digest-key 1 md5 {secrets[3]}
crypto isakmp key {secrets[4]} address 198.51.100.7
some line that nobody knows with password {secrets[0]}
"""
    parsed = parse(text.encode(), fingerprint=lambda _: "3f9a1c", platform="cisco_ios")
    subject = Subject(None, None, "sw1", "", "cisco_ios", parsed.device, parsed.texts)
    for template in PLANS:
        found = Material(template, [papers.source(subject, "sw1", earlier=("x",))], papers.TODAY, detail=2)
        told = written(whole(found), "md").decode()
        assert [one for one in secrets if one in told] == []
    changes = whole(Material("as_built", [papers.source(subject, "sw1", earlier=("x",))], papers.TODAY, detail=2))
    assert "REDACTED-community-3f9a1c" in written(changes, "md").decode()


def test_names_that_several_devices_have_are_told_apart() -> None:
    subject, _ = papers.kept(FILES[0])

    def named(name: str, site: str) -> Subject:
        return Subject(None, None, name, site, subject.platform, subject.device, subject.texts)

    assert labels([named("sw", "Bern"), named("SW", "Basel"), named("fw", "")]) == ["sw (Bern)", "SW (Basel)", "fw"]
    assert labels([named("sw", "Bern"), named("sw", "Bern"), named("", "")]) == ["sw", "sw #2", "device"]


def test_the_picture_stands_on_a_page_of_its_own_and_is_mermaid_in_markdown() -> None:
    made = whole(material("as_built"))
    at = next(place for place, block in enumerate(made.blocks) if isinstance(block, Picture))
    assert isinstance(made.blocks[0], Cover)
    assert isinstance(made.blocks[at - 3], Page) or isinstance(made.blocks[at - 2], Page)
    assert "```mermaid" in written(made, "md").decode()


def test_wide_tables_are_in_landscape_and_columns_fit_their_words() -> None:
    made = whole(material("as_built", FILES[2:3]))
    is_wide = False
    for block in made.blocks:
        if isinstance(block, Page):
            is_wide = block.landscape
        if isinstance(block, Table) and block.label.startswith(("Rules", "Interfaces", "VPN")):
            assert is_wide, block.label
            assert sum(column.weight for column in block.columns) == pytest.approx(729.9, abs=1)
            assert all(column.weight > 24 for column in block.columns)
