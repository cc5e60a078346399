"""Tools that are asked about a configuration, or about what a command showed."""

import difflib
import importlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineering_api.tools.configuration import ConfigArguments, Given
from engineering_api.tools.difference import same
from engineering_api.tools.registry import TOOLS
from engineering_api.tools.sent import Sent
from engineering_api.tools.show import parse_show
from oberaconnect.problems import Unprocessable

ROUTER = """\
hostname core-1
!
interface GigabitEthernet0/0
 description Uplink
 ip address 192.0.2.2 255.255.255.252
 ip access-group FROM-OUTSIDE in
!
interface Vlan20
 ip address 10.0.20.1 255.255.255.0
 ip access-group USERS in
!
interface Vlan10
 ip address 10.0.10.1 255.255.255.0
!
ip access-list extended USERS
 permit tcp 10.0.20.0 0.0.0.255 host 10.0.10.9 eq 443
 deny   ip 10.0.20.0 0.0.0.255 10.0.10.0 0.0.0.255
 permit ip any any
!
ip access-list standard OLD
 permit 10.0.0.0 0.255.255.255
!
ip route 0.0.0.0 0.0.0.0 192.0.2.1
!
snmp-server community s3cr3t-Community RO
line vty 0 4
 access-class VTY in
 transport input ssh
!
end
"""


def run(tool: str, **arguments: object) -> dict[str, Any]:
    return TOOLS[tool].call(arguments, Sent()).model_dump(mode="json")


def test_a_packet_is_tested_against_the_whole_device_and_the_line_is_quoted() -> None:
    found = run("packet-test", text=ROUTER, platform="cisco_ios", source="10.0.20.5", destination="10.0.10.9", port=80)
    assert (found["answer"], found["inward"], found["outward"]) == ("deny", "Vlan20", "Vlan10")
    assert found["decided_by"]["text"].split()[:2] == ["deny", "ip"]
    assert found["decided_by"]["first"] == 17
    (filtered,) = (one for one in found["stages"] if one["what"] == "filter in")
    assert [one["line"]["first"] for one in filtered["passed"]] == [16]
    assert found["steps"][-1] == "Answer: deny."
    allowed = run(
        "packet-test", text=ROUTER, platform="cisco_ios", source="10.0.20.5", destination="10.0.10.9", port=443
    )
    assert allowed["answer"] == "permit"


def test_a_packet_is_tested_against_one_list() -> None:
    found = run(
        "packet-test", text=ROUTER, platform="cisco_ios", access_list="users", source="10.0.20.5", destination="8.8.8.8"
    )
    assert (found["answer"], found["decided_by"]["first"]) == ("permit", 18)
    with pytest.raises(Unprocessable, match="USERS"):
        run(
            "packet-test",
            text=ROUTER,
            platform="cisco_ios",
            access_list="NO",
            source="10.0.0.1",
            destination="10.0.0.2",
        )


def test_a_route_is_looked_up() -> None:
    found = run("route-lookup", text=ROUTER, platform="cisco_ios", destination="198.51.100.7")
    assert (found["interface"], found["routes"][0]["gateway"]) == ("GigabitEthernet0/0", "192.0.2.1")
    assert found["routes"][0]["line"]["text"] == "ip route 0.0.0.0 0.0.0.0 192.0.2.1"
    assert run("route-lookup", text=ROUTER, platform="cisco_ios", destination="10.0.20.1")["is_local"]
    with pytest.raises(Unprocessable, match="VRF"):
        run("route-lookup", text=ROUTER, platform="cisco_ios", destination="10.0.20.1", vrf="GUEST")


def test_undefined_and_unused_names_are_told_with_their_lines() -> None:
    found = run("config-lint", text=ROUTER, platform="cisco_ios")
    assert {(one["name"], one["uses"][0]["line"]) for one in found["undefined"]} == {("FROM-OUTSIDE", 6), ("VTY", 27)}
    assert [(one["name"], one["kind"], one["first_line"]) for one in found["unused"]] == [("OLD", "acl", 20)]


def test_a_configuration_becomes_facts_without_its_secrets() -> None:
    found = run("config-parse", text=ROUTER, platform="cisco_ios", sections=["interfaces", "snmp"])
    assert (found["platform"], found["hostname"], set(found["facts"])) == (
        "cisco_ios",
        "core-1",
        {"interfaces", "snmp"},
    )
    assert "s3cr3t" not in str(found)
    with pytest.raises(Unprocessable, match="interfaces"):
        run("config-parse", text=ROUTER, sections=["ports"])


def test_two_configurations_are_compared_by_line_and_their_secrets_by_stand_ins() -> None:
    after = ROUTER.replace("eq 443", "eq 8443").replace(" description Uplink\n", "").replace("s3cr3t", "another")
    found = run(
        "config-diff",
        before={"text": ROUTER, "platform": "cisco_ios"},
        after={"text": after, "platform": "cisco_ios"},
    )
    assert [(one["kind"], one["before_line"], one["after_line"]) for one in found["changes"]] == [
        ("removed", 4, 4),
        ("changed", 16, 15),
        ("changed", 25, 24),
    ]
    assert "s3cr3t" not in str(found)
    same_again = run("config-diff", before={"text": ROUTER}, after={"text": ROUTER})
    assert (same_again["is_equal"], same_again["changes"]) == (True, [])


def test_a_configuration_must_be_there() -> None:
    with pytest.raises(Unprocessable, match="Which configuration"):
        run("config-lint")
    with pytest.raises(Unprocessable, match="Send the configuration as text"):
        run("config-lint", config_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(Unprocessable, match="not known here"):
        TOOLS["config-lint"].call({"text": ROUTER})


def test_kept_configurations_come_from_wherever_the_caller_keeps_them() -> None:
    class Kept:
        def given(self, asked: ConfigArguments) -> Given:
            assert asked.config_id is not None
            return Sent().given(ConfigArguments(text=ROUTER, platform="cisco_ios"))

    found = TOOLS["config-lint"].call({"config_id": "00000000-0000-4000-8000-000000000000"}, Kept())
    assert len(found.model_dump()["undefined"]) == 2


LINES = st.lists(st.sampled_from(["!", "end", "a", "b", "c", "d", " x"]), max_size=30)


@settings(max_examples=80, deadline=None)
@given(LINES, LINES)
def test_what_is_called_the_same_is_the_same_and_in_order(before: list[str], after: list[str]) -> None:
    at = (0, 0)
    rebuilt: list[str] = []
    for run_of in same(before, after):
        assert (run_of.before, run_of.after) >= at
        assert run_of.before >= at[0]
        assert run_of.after >= at[1]
        lines = before[run_of.before : run_of.before + run_of.size]
        assert lines == after[run_of.after : run_of.after + run_of.size]
        rebuilt.extend(lines)
        at = (run_of.before + run_of.size, run_of.after + run_of.size)
    if before == after:
        assert rebuilt == before


def test_long_texts_of_lines_that_come_again_and_again_are_compared() -> None:
    before = ["edit", "next", "end"] * 20_000
    found = same(before, [*before[:30_000], "new", *before[30_000:]])
    assert sum(run_of.size for run_of in found) == len(before)
    assert same(["x"] * 5_000, ["y"] * 5_000) == []


def test_small_changes_are_those_that_difflib_finds() -> None:
    before = ROUTER.splitlines()
    after = [*before[:5], "new", *before[5:12], *before[14:]]
    size = sum(block.size for block in difflib.SequenceMatcher(None, before, after).get_matching_blocks())
    assert sum(run_of.size for run_of in same(before, after)) == size


VLANS = """\
VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/1, Gi1/0/2
                                                Gi1/0/3
20   VOICE                            active    Gi1/0/4
"""


def test_command_and_platform_are_found_by_the_prompt_and_by_trying() -> None:
    found = run("show-parse", text=f"sw1#terminal length 0\nsw1#show vlan brief\n\n{VLANS}sw1#\n")
    assert (found["command"], found["platform"], len(found["rows"])) == ("show vlan brief", "cisco_ios", 2)
    assert found["rows"][0]["interfaces"] == ["Gi1/0/1", "Gi1/0/2", "Gi1/0/3"]
    assert any("Say the platform" in step for step in found["steps"])


def test_rows_are_those_of_the_library_itself() -> None:
    library: Any = importlib.import_module("ntc_templates.parse")  # which has no types
    for command in ("show vlan brief", "sh vlan"):
        assert parse_show(VLANS, command=command, platform="cisco-ios").rows == library.parse_output(
            "cisco_ios", command, VLANS
        )
    # Three templates, whose columns are put together by their key.
    modules = (
        "Mod  Card Type                                    Model              Serial No.\n"
        "---- -------------------------------------------- ------------------ -----------\n"
        "   0 ASA 5525-X with SW, 8 GE Data, 1 GE Mgmt, AC ASA5525            FCH00000000\n"
        "\n"
        "Mod  MAC Address Range                 Hw Version   Fw Version   Sw Version\n"
        "---- --------------------------------- ------------ ------------ ---------------\n"
        "   0 0011.2233.4455 to 0011.2233.445e  1.0          2.1(9)8      9.8(4)\n"
        "\n"
        "Mod  SSM Application Name           Status           SSM Application Version\n"
        "---- ------------------------------ ---------------- --------------------------\n"
        "\n"
        "Mod  Status             Data Plane Status     Compatibility\n"
        "---- ------------------ --------------------- -------------\n"
        "   0 Up Sys             Not Applicable\n"
    )
    found = parse_show(modules, command="show module", platform="cisco_asa").rows
    assert found == library.parse_output("cisco_asa", "show module", modules)


def test_outputs_that_are_not_known_are_refused_with_commands_that_are() -> None:
    with pytest.raises(Unprocessable, match="Which command"):
        run("show-parse", text=VLANS)
    with pytest.raises(Unprocessable, match="Known are"):
        run("show-parse", text=VLANS, command="show frobs vlan", platform="cisco_ios")
    with pytest.raises(Unprocessable, match="refused the command: % Invalid"):
        run("show-parse", text="% Invalid input detected at '^' marker.\n", command="show vlan", platform="cisco_ios")
    with pytest.raises(Unprocessable, match="This is not what"):
        run("show-parse", text="nothing of the kind\n" * 3, command="show version")


def test_the_commands_that_are_known_are_listed() -> None:
    found = run("show-commands", platform="fortinet")
    assert any(command.startswith("get system status") for command in found["commands"])
    assert "cisco_ios" in found["platforms"]
    with pytest.raises(Unprocessable, match="no commands"):
        run("show-commands", platform="toaster")


@pytest.mark.parametrize("text", ["\x00" * 9, "a" * 300_000, "(" * 5_000, "sw1#show \n", "|" * 200, "sw1#show vlan | "])
def test_hostile_outputs_end_in_a_sentence(text: str) -> None:
    with pytest.raises(Unprocessable):
        parse_show(text)
