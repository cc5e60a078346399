"""How calls go that begin at an extension."""

from typing import Any

import pytest
from tests.callflow import MAIN, acme

from call_flow.flow.model import Flow
from call_flow.flow.scenario import Result, Scenario
from call_flow.simulate import Simulator
from oberaconnect.problems import Unprocessable


def dial(number: str, flow: Flow | None = None, caller: str = "101", states: dict[str, str] | None = None) -> Result:
    scenario = {"at": "2026-11-28T23:00", "from": caller, "to": number, "states": states or {}}
    return Simulator(flow or acme()).run(Scenario.model_validate(scenario))


def ends(result: Result) -> tuple[str, str]:
    return result.terminal.type, result.terminal.target


@pytest.mark.parametrize(
    ("dialled", "meant"), [("911", "911"), ("9911", "911"), ("933", "933"), ("9933", "933"), ("9-1-1", "911")]
)
@pytest.mark.parametrize("outbound", ["none", "international"])
def test_help_is_called_from_every_extension_with_or_without_a_prefix(dialled: str, meant: str, outbound: str) -> None:
    flow = acme(lambda plain: plain["extensions"][1].update(outbound=outbound))
    assert ends(dial(dialled, flow, "102")) == ("emergency", meant)


def test_a_call_for_help_tells_the_location_and_who_is_notified() -> None:
    result = dial("9911", caller="102")
    said = result.path[1].reason
    assert "the 9 before it is taken off" in said
    assert "350 5th Ave, New York, NY, 10118, US, Front desk, floor 3, Suite 310" in said
    assert f"called back at {MAIN}" in said
    assert [(step.node, step.outcome) for step in result.path[2:]] == [("101", "ring"), ("office@acme.example", "mail")]


def test_the_call_back_number_of_an_extension_comes_first() -> None:
    flow = acme(lambda plain: plain["extensions"][1].update(caller_id={"emergency": "+12125550188"}))
    assert "called back at +12125550188" in dial("911", flow, "102").path[1].reason


def test_a_test_call_notifies_nobody() -> None:
    result = dial("933")
    assert [step.kind for step in result.path] == ["caller", "emergency"]
    assert result.path[1].reason.startswith("a test call")


def test_an_emergency_number_comes_before_an_extension_of_the_same_digits() -> None:
    flow = acme(lambda plain: plain["extensions"][3].update(number="911", mailbox=None))
    assert ends(dial("911", flow)) == ("emergency", "911")


def test_a_colleague_answers_or_has_a_mailbox() -> None:
    assert ends(dial("102")) == ("answered", "102")
    assert ends(dial("102", states={"102": "no_answer"})) == ("message_left", "102")


@pytest.mark.parametrize("dialled", ["12125550199", "2125550199", "+12125550199", "(212) 555-0199"])
def test_a_number_of_the_country_is_called_outside(dialled: str) -> None:
    assert ends(dial(dialled)) == ("external", "+12125550199")
    assert ends(dial(dialled, states={"+12125550199": "busy"})) == ("hangup", "busy")
    assert ends(dial(dialled, states={"+12125550199": "offline"})) == ("hangup", "no_answer")


@pytest.mark.parametrize(
    ("outbound", "national", "international"),
    [("none", False, False), ("internal", False, False), ("national", True, False), ("international", True, True)],
)
def test_an_extension_calls_what_its_class_allows(outbound: str, national: bool, international: bool) -> None:
    flow = acme(lambda plain: plain["extensions"][0].update(outbound=outbound))
    rejected = ("hangup", "rejected")
    assert ends(dial("12125550199", flow)) == (("external", "+12125550199") if national else rejected)
    assert ends(dial("011441212345678", flow)) == (("external", "+441212345678") if international else rejected)


def test_islands_that_share_the_country_code_are_abroad_and_free_numbers_are_not() -> None:
    assert ends(dial("12424601234")) == ("hangup", "rejected")
    assert ends(dial("18005550123")) == ("external", "+18005550123")


def test_an_outbound_prefix_is_needed_where_there_is_one() -> None:
    flow = acme(lambda plain: plain.update(numbering={"outbound_prefix": "9"}))
    assert ends(dial("912125550199", flow)) == ("external", "+12125550199")
    assert ends(dial("12125550199", flow)) == ("hangup", "unallocated")
    assert ends(dial("+12125550199", flow)) == ("external", "+12125550199")


def test_each_route_has_its_own_prefix_and_classes() -> None:
    def change(plain: dict[str, Any]) -> None:
        plain["extensions"][0]["outbound"] = "international"
        plain["outbound"] = [
            {"id": "near", "classes": ["national"], "prefix": "8", "trunks": ["carrier"]},
            {"id": "far", "classes": ["international"], "prefix": "7", "trunks": ["carrier"]},
        ]

    flow = acme(change)
    assert dial("812125550199", flow).path[1].reason == "national, by route 'near'"
    assert dial("7011441212345678", flow).path[1].reason == "international, by route 'far'"
    assert ends(dial("712125550199", flow)) == ("hangup", "unallocated")


def test_without_a_route_nobody_outside_is_called() -> None:
    result = dial("12125550199", acme(lambda plain: plain.update(outbound=[])))
    assert (ends(result), result.path[1].reason) == (
        ("hangup", "unallocated"), "there is no outbound route for national calls",
    )  # fmt: skip


@pytest.mark.parametrize("code", ["*28", "*29", "*97", "*98", "*8", "*411", "*43", "700", "701", "720"])
def test_codes_are_taken(code: str) -> None:
    assert ends(dial(code)) == ("answered", code)


def test_a_mailbox_without_a_telephone_takes_a_message() -> None:
    assert ends(dial("600")) == ("message_left", "600")


def test_a_room_is_entered_by_its_number() -> None:
    flow = acme(lambda plain: plain["nodes"].append({"id": "meet", "kind": "conference", "room": "800"}))
    assert ends(dial("800", flow)) == ("answered", "meet")


@pytest.mark.parametrize("dialled", ["199", "721", "*99", "5551234", "9", "0"])
def test_what_means_nothing_is_not_in_use(dialled: str) -> None:
    assert ends(dial(dialled)) == ("hangup", "unallocated")


@pytest.mark.parametrize("dialled", ["", "Ann", "1;2", "${EXTEN}", "1+2"])
def test_what_no_telephone_can_dial_is_refused(dialled: str) -> None:
    with pytest.raises(Unprocessable, match="cannot dial"):
        dial(dialled)


def test_nobody_outside_reaches_an_outbound_route_by_any_keys() -> None:
    simulator = Simulator(acme())
    for number in range(600):
        pressed = f"{number * 7919 % 10**7:07d}"
        for keys in (pressed, f"9{pressed}", f"011{pressed}", f"*{pressed}#"):
            scenario = Scenario.model_validate({"at": "2026-12-01T10:00", "keys": [{"press": keys}]})
            result = simulator.run(scenario)
            assert result.terminal.type not in ("emergency",)
            assert {step.kind for step in result.path}.isdisjoint({"outbound", "caller", "code"})
