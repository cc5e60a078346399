"""Out to another system and back: what the first import says stays, and calls go where they went."""

import pytest
from hypothesis import HealthCheck, given, settings
from tests.exports import HOSTILE, everything, flows, secret, worded
from tests.flows import valid_flows
from tests.importing import BOTH_WAYS, TODAY, again, came_back, exported, first, said, statuses

from call_flow.export.targets import TARGETS
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Case
from call_flow.importers import detect, read
from call_flow.simulate import Simulator, plan

ALL = sorted(flows())
OTHERS = [system for system in BOTH_WAYS if system != "asterisk"]
#: How many of the calls end where they ended before, at least.
SAME = {"freepbx": 0.85, "kazoo": 0.9, "twilio": 0.7, "3cx": 0.85}


@pytest.mark.parametrize("system", OTHERS)
@pytest.mark.parametrize("name", ALL)
def test_a_second_import_says_what_the_first_one_said(system: str, name: str) -> None:
    assert said(again(system, first(system, name))) == said(first(system, name))


@pytest.mark.parametrize("name", ALL)
def test_an_asterisk_export_comes_out_again_byte_for_byte(name: str) -> None:
    before = exported("asterisk", flows()[name])
    after = exported("asterisk", first("asterisk", name))
    assert {path for path in before if before[path] != after[path]} == set()


@pytest.mark.parametrize("name", ALL)
def test_every_line_of_our_own_dialplan_is_understood(name: str) -> None:
    found = came_back("asterisk", name)
    assert {item.reason for item in found.ledger if item.status != "understood"} <= {
        "A password is no part of a flow; each export makes new ones.",
        "The file is not among those that came in.",
        "The file need not be there.",
    }
    assert statuses(found)["understood"] > 400


@pytest.mark.parametrize("name", [name for name in ALL if name != "everything"])
def test_calls_end_in_asterisk_where_they_ended_before(name: str) -> None:
    flow = flows()[name]
    simulator = Simulator(first("asterisk", name))
    for case in plan(flow, today=TODAY).cases:
        result = simulator.run(case.scenario)
        assert result.terminal == case.expect.terminal, case.title
        assert [step.node for step in result.path] == [step.node for step in case.expect.path], case.title
        assert result.prompts == case.expect.prompts, case.title


@pytest.mark.parametrize("system", OTHERS)
@pytest.mark.parametrize("name", ["acme", "charity", "clinic", "franchise"])
def test_calls_that_end_elsewhere_passed_something_that_the_export_says_is_not_exact(system: str, name: str) -> None:
    flow = flows()[name]
    package = TARGETS[system].make(flow, secret)
    inexact = {_name(flow, line.pointer) for line in package.fidelity if line.status != "exact"}
    known = {said_state for case in plan(first(system, name), today=TODAY).cases for said_state in case.scenario.states}
    simulator = Simulator(first(system, name))
    cases = plan(flow, today=TODAY).cases
    same = 0
    for case in cases:
        ends = simulator.run(case.scenario).terminal if case.scenario.states.keys() <= known else None
        same += ends == case.expect.terminal
        assert ends == case.expect.terminal or _passed(flow, case) & inexact, case.title
    assert same >= SAME[system] * len(cases)


def _name(flow: Flow, pointer: str) -> str:
    """What the element at a pointer is called."""
    _, section, *rest = pointer.split("/")
    if not rest:
        return section
    part = getattr(flow, section)[int(rest[0])]
    return str(next(getattr(part, key) for key in ("id", "e164", "number") if hasattr(part, key)))


def _passed(flow: Flow, case: Case) -> set[str]:
    """What a call passes; from inside also what telephones dial with."""
    passed = {step.node for step in case.expect.path} | set(case.scenario.states) | {case.expect.terminal.target}
    passed |= {node.schedule for node in flow.nodes if node.kind == "time_switch" and node.id in passed}
    is_inside = case.scenario.from_ is not None and case.scenario.from_.isdecimal()
    return passed | ({"emergency", "numbering", "feature_codes", "out", "outward"} if is_inside else set())


@pytest.mark.parametrize("system", BOTH_WAYS)
@pytest.mark.parametrize("words", [HOSTILE[at] for at in (0, 2, 7, 9)], ids=("code", "lines", "long", "signs"))
def test_words_of_the_customer_change_labels_only(system: str, words: str) -> None:
    found = again(system, worded(flows()["acme"], words))
    assert said(again(system, found)) == said(found)
    plain = first(system, "acme")
    for part in ("numbers", "extensions", "mailboxes", "nodes"):
        assert len(getattr(found, part)) == len(getattr(plain, part))


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(valid_flows())
def test_any_flow_comes_back_from_any_system(flow: Flow) -> None:
    for system in BOTH_WAYS:
        found = again(system, flow)
        assert said(again(system, found)) == said(found)


@pytest.mark.parametrize("system", BOTH_WAYS)
def test_an_export_is_seen_for_what_it_is(system: str) -> None:
    assert detect(exported(system, everything())) == system


def test_a_line_that_was_changed_by_hand_does_not_pass_for_understood() -> None:
    files = dict(exported("asterisk", flows()["acme"]))
    changed = files["extensions.conf"].replace(
        b"exten => 4,1,Goto(node-address,s,1)", b"exten => 4,1,Goto(dial-102,s,1)"
    )
    again_changed = changed.replace(
        b"[node-bye]\nexten => s,1,Goto(hangup-normal,s,1)", b"[node-bye]\nexten => s,1,AGI(x)"
    )
    found = read("asterisk", {**files, "extensions.conf": again_changed}, customer="X", today=TODAY)
    menu = next(node for node in found.flow.nodes if node.id == "menu")
    assert menu.kind == "menu"
    assert menu.keys["4"].extension == "102"
    agi = next(item for item in found.ledger if "AGI(x)" in item.text)
    assert agi.status == "ignored"
    assert next(item for item in found.ledger if item.text == "[node-bye]").status == "approximated"


def test_a_flow_that_makes_no_sense_comes_back_as_far_as_it_does() -> None:
    members = {"id": "a", "kind": "ring_group", "members": [], "no_answer": {"node": "a"}}
    plain = {"schema": "callflow/1", "customer": {"name": "X"}, "nodes": [members, {"id": "a", "kind": "hangup"}]}
    flow = Flow.model_validate(plain | {"numbers": [{"e164": "+12125550100", "entry": {"node": "a"}}]})
    for system in BOTH_WAYS:
        found = read(system, exported(system, flow), customer="X", today=TODAY).flow
        assert [number.e164 for number in found.numbers] == ["+12125550100"]
