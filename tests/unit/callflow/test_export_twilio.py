"""The Studio flows and Functions for Twilio: documented widgets, whole graphs, and Functions that are run."""

import copy
import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import quickjs
from tests.exports import HOSTILE, PLAIN, calendar_of, data, everything, flows, instants, made, worded

from call_flow.export.twilio import TARGET
from call_flow.flow.model import Flow

Definition = dict[str, Any]
#: Enough of Twilio for a Function to run: it writes down what it is told.
_STAGE = """
var exports = {}, module = {exports: {}}, said = null;
function Verb(name, told) { this.name = name; this.told = told; this.inside = []; }
["say", "redirect", "hangup", "dial", "gather", "number", "sip", "conference"].forEach(function (name) {
  Verb.prototype[name] = function () {
    var verb = new Verb(name, Array.prototype.slice.call(arguments)); this.inside.push(verb); return verb;
  };
});
var Twilio = {twiml: {VoiceResponse: function () { Verb.call(this, "Response", []); }}};
Twilio.twiml.VoiceResponse.prototype = Verb.prototype;
var encodeURIComponent = encodeURIComponent || String;
"""


def definitions(flow: Flow) -> list[Definition]:
    found = made(TARGET, flow).files
    return [json.loads(content) for name, content in found.items() if name.startswith("studio/")]


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(data("twilio.json"))


def complaints(found: Definition) -> list[str]:
    said = [error.message[:200] for error in _validator().iter_errors(found)]
    names = [state["name"] for state in found["states"]]
    said += [f"{name} twice" for name in names if names.count(name) > 1]
    said += [] if found["initial_state"] in names else ["no beginning"]
    for state in found["states"]:
        said += [f"{state['name']} leads to {move['next']}" for move in state["transitions"]
                 if "next" in move and move["next"] not in names]  # fmt: skip
    return said


@pytest.mark.parametrize("name", flows())
def test_every_flow_is_as_documented_and_whole(name: str) -> None:
    for found in definitions(flows()[name]):
        assert complaints(found) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_hold_nothing_that_studio_would_replace(words: str) -> None:
    before = [_leaves(found) for found in definitions(worded(everything(), PLAIN))]
    after = [_leaves(found) for found in definitions(worded(everything(), words))]
    for old, new in zip(before, after, strict=True):
        for one, other in zip(old, new, strict=True):
            assert one == other or not ("{{" in other or "{%" in other), other
    for found in definitions(worded(everything(), words)):
        assert complaints(found) == []


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [str(value)]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "say"}, {"name": "x/y"}, {"properties": {"offset": {"x": 0, "y": 0}, "loops": 1}},
        {"properties": {}}, {"transitions": [{"event": "done"}]}, {"name": "Trigger"},
        {"transitions": [{"event": "audioComplete", "next": "nowhere"}]},
    ],
)  # fmt: skip
def test_a_wrong_widget_is_refused_by_the_gate(change: dict[str, Any]) -> None:
    found = copy.deepcopy(definitions(flows()["acme"])[0])
    next(state for state in found["states"] if state["type"] == "say-play").update(change)

    assert complaints(found)


def _walk(found: Definition, *answers: str) -> list[str]:
    """The names of the widgets that a call passes; each widget with a choice takes the next answer."""
    states = {state["name"]: state for state in found["states"]}
    left, at, path = list(answers), found["initial_state"], []
    while at is not None:
        state = states[at]
        path.append(at)
        event = {"trigger": "incomingCall", "set-variables": "next", "say-play": "audioComplete"}.get(state["type"])
        moves = [move for move in state["transitions"] if move["event"] == (event or left[0])]
        if state["type"] == "split-based-on":
            value = left.pop(0)
            moves = [move for move in state["transitions"] if any(
                item["value"] == value for item in move.get("conditions", []))] or state["transitions"][:1]  # fmt: skip
        elif event is None:
            left.pop(0)
        at = moves[0].get("next")
    return path


def test_a_caller_who_presses_wrong_keys_three_times_hears_so_and_is_sent_away() -> None:
    found = definitions(flows()["acme"])[0]
    keys = ["keypress", "7"] * 3

    path = _walk(found, "success", "open", "+1999", *keys)

    assert [name for name in path if name.endswith("_wrong")] == [
        "node_menu_wrong",
        "node_menu_2_wrong",
        "node_menu_3_wrong",
    ]
    assert path[-1] == "node_bye"


def test_a_caller_who_is_silent_three_times_comes_to_the_front_desk() -> None:
    path = _walk(definitions(flows()["acme"])[0], "success", "open", "+1999", *["timeout"] * 3, "return", "completed")

    assert path[-2:] == ["ext_101", "ext_101_status"]


def test_a_caller_on_a_holiday_hears_the_holiday_prompt_and_leaves_a_message() -> None:
    path = _walk(definitions(flows()["acme"])[0], "success", "holiday", "recordingComplete")

    assert path[-3:] == ["node_holiday", "mailbox_600", "mailbox_600_record"]


@pytest.mark.parametrize("schedule", ["office", "nights", "never"])
def test_the_function_says_at_every_edge_what_the_schedule_says(schedule: str) -> None:
    flow = everything()
    files = made(TARGET, flow).files
    known = json.loads(files["assets/callflow.private.json"])["hours"][schedule]
    stage = quickjs.Context()
    stage.eval("var module = {exports: {}};")
    stage.eval(files["assets/hours.private.js"].decode())
    state = stage.eval("(function (plain) { const it = JSON.parse(plain); return function (date, weekday, minute) "
                       "{ return module.exports.state(it, date, weekday, minute); }; })")  # fmt: skip
    ask = state(json.dumps(known))
    calendar = calendar_of(flow, schedule)
    for wall in instants(flow, schedule):
        said = ask(str(wall.date()), wall.weekday(), wall.hour * 60 + wall.minute)
        assert said == calendar.state(wall).state, wall


def run(flow: Flow, name: str, event: dict[str, str]) -> Any:
    """What a Function answers: verbs as [name, arguments, verbs inside], or plain values."""
    files = made(TARGET, flow).files
    stage = quickjs.Context()
    stage.eval(_STAGE)
    known = files["assets/callflow.private.json"].decode()
    stage.eval(f"var known = {json.dumps(known)};")
    stage.eval(
        "var Runtime = {getAssets: function () { return {'/callflow.json': {open: function () { return known; }}}; }};"
    )
    stage.eval(files[f"functions/{name}.protected.js"].decode().replace('"use strict";', ""))
    stage.eval("var context = {SIP_DOMAIN: 'acme.sip.example', ACCOUNT_SID: 'AC1'};")
    stage.eval(f"exports.handler(context, {json.dumps(event)}, function (wrong, answer) {{ said = answer; }});")
    stage.eval("function plain(it) { return it instanceof Verb ? [it.name, it.told, it.inside.map(plain)] : it; }")
    return json.loads(str(stage.eval("JSON.stringify(plain(said))")))


def test_a_group_rings_all_its_members_and_then_gives_the_call_back() -> None:
    first = run(flows()["acme"], "ring", {"place": "sales", "flow": "FW" + "0" * 32})
    name, told, legs = first[2][0]

    assert (name, told[0]["timeout"]) == ("dial", 20)
    assert [leg[1][1] for leg in legs] == ["sip:102@acme.sip.example", "sip:103@acme.sip.example"]
    after = run(
        flows()["acme"], "after", {"DialCallStatus": "busy", "place": "sales", "at": "1", "flow": "FW" + "0" * 32}
    )
    assert after[2][0][1][0].startswith("ring?place=sales&at=1&status=busy")
    last = run(flows()["acme"], "ring", {"place": "sales", "at": "1", "status": "busy", "flow": "FW" + "0" * 32})
    assert last[2][0][1][0].startswith("after?status=busy")
    back = run(flows()["acme"], "after", {"status": "busy", "flow": "FW" + "0" * 32})
    assert back[2][0][1][0].endswith("?FlowEvent=return&Status=busy")


def test_the_call_is_given_back_to_a_flow_only() -> None:
    assert run(flows()["acme"], "after", {"status": "busy", "flow": "FW/../../evil"})[2][0][0] == "hangup"


def test_whoever_answers_on_a_mobile_presses_1_to_take_the_call() -> None:
    ringing = run(flows()["acme"], "ring", {"place": "oncall"})
    asked = run(flows()["acme"], "confirm", {})
    taken = run(flows()["acme"], "confirm", {"Digits": "1"})
    refused = run(flows()["acme"], "confirm", {"Digits": "2"})

    assert ringing[2][0][2][0] == ["number", [{"url": "confirm"}, "+12125550177"], []]
    assert asked[2][0][0] == "gather"
    assert taken[2] == []
    assert refused[2][0][0] == "hangup"


def test_three_keys_find_a_name_and_unknown_places_find_nothing() -> None:
    assert run(flows()["acme"], "find", {"directory": "names", "digits": "272"}) == {"extension": "101"}
    assert run(flows()["acme"], "find", {"directory": "names", "digits": "999"}) == {"extension": ""}
    assert run(flows()["acme"], "find", {"directory": "__proto__", "digits": "272"}) == {"extension": ""}
    assert run(flows()["acme"], "ring", {"place": "__proto__"})[2][0][0] == "redirect"


def test_programs_are_the_same_for_every_customer() -> None:
    found = [made(TARGET, flow).files for flow in (flows()["acme"], everything(), worded(everything(), HOSTILE[0]))]
    programs = [{name: content for name, content in files.items() if name.endswith(".js")} for files in found]

    assert programs[0] == programs[1] == programs[2]
