"""The hooks for jambonz: published verbs, whole graphs, and the program that chooses among them."""

import copy
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import quickjs
from tests.callflow import MAIN
from tests.exports import HOSTILE, data, everything, flows, made, worded

from call_flow.export.jambonz import TARGET
from call_flow.flow.model import Flow

Hooks = dict[str, Any]


def hooks(flow: Flow) -> Hooks:
    found: Hooks = json.loads(made(TARGET, flow).files["hooks.json"])
    return found


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(data("jambonz.json"))


def complaints(found: Hooks) -> list[str]:
    said = []
    for name, hook in found.items():
        if "verbs" in hook:
            said += [f"{name}: {error.message[:200]}" for error in _validator().iter_errors(hook["verbs"])]
            leads = [verb.get("actionHook") for verb in hook["verbs"]]
        else:
            rule = hook["rule"]
            leads = [*rule["cases"].values(), rule["otherwise"], *(item["hook"] for item in rule.get("prefixes", []))]
        said += [f"{name} leads to {where}" for where in leads if where is not None and where not in found]
    return said


@pytest.mark.parametrize("name", flows())
def test_every_hook_is_published_verbs_or_leads_on(name: str) -> None:
    assert complaints(hooks(flows()[name])) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_pass_the_published_schema(words: str) -> None:
    assert complaints(hooks(worded(everything(), words))) == []


@pytest.mark.parametrize(
    "verbs",
    [
        [], [{"verb": "speak", "text": "x"}], [{"verb": "play"}], [{"verb": "say", "txet": "x"}], [{"verb": "dial"}],
        [{"verb": "dial", "target": []}], [{"verb": "dial", "target": [{"type": "mobile"}]}],
        [{"verb": "gather", "input": ["dtmf"]}], [{"verb": "gather", "say": {"txet": "x"}}], [{"verb": "redirect"}],
        [{"verb": "redirect", "actionHook": "/nowhere"}], [{"verb": "sip:decline"}], [{"verb": "conference"}],
    ],
)  # fmt: skip
def test_wrong_verbs_are_refused_by_the_gate(verbs: list[dict[str, Any]]) -> None:
    found = copy.deepcopy(hooks(flows()["acme"]))
    found["/node-bye"] = {"verbs": verbs}

    assert complaints(found)


class Call:
    """A call that is answered by the program of the package, with hours that are set."""

    def __init__(self, flow: Flow, said: str = "open") -> None:
        files = made(TARGET, flow).files
        self._stage = quickjs.Context()
        self._stage.eval("var module = {exports: {}};")
        self._stage.eval(files["decide.js"].decode())
        self._stage.eval(f"var hooks = {files['hooks.json'].decode()};")
        self._stage.eval(f"function ask() {{ return {json.dumps(said)}; }}")

    def post(self, hook: str, report: Mapping[str, object] | None) -> list[dict[str, Any]]:
        asked = f"JSON.stringify(module.exports.verbs(hooks, {json.dumps(hook)}, {json.dumps(report)}, ask))"
        found: list[dict[str, Any]] = json.loads(str(self._stage.eval(asked)))
        return found


def test_a_caller_during_the_hours_hears_the_menu_and_reaches_sales_with_1() -> None:
    call = Call(flows()["acme"])

    (menu,) = call.post("/call", {"to": MAIN, "from": "+12025550101"})
    (dial,) = call.post(menu["actionHook"], {"digits": "1"})

    assert menu["verb"] == "gather"
    assert [target["name"] for target in dial["target"]] == ["102", "103"]


@pytest.mark.parametrize(("answer", "verb"), [(486, "dial"), (480, "listen"), (200, "hangup")])
def test_a_group_that_is_busy_goes_elsewhere_than_one_that_does_not_answer(answer: int, verb: str) -> None:
    call = Call(flows()["acme"])
    (dial,) = call.post("/node-sales", {})

    assert call.post(dial["actionHook"], {"dial_sip_status": answer})[0]["verb"] == verb


def test_a_caller_outside_the_hours_hears_the_closed_prompt() -> None:
    assert Call(flows()["acme"], "closed").post("/call", {"to": f"sip:{MAIN}@x"})[0]["text"] == "We are closed."


def test_silence_and_wrong_keys_are_tries_and_the_last_one_decides() -> None:
    call = Call(flows()["acme"])
    hook = "/node-menu"
    for _ in range(2):
        (menu,) = call.post(hook, {})
        wrong = call.post(menu["actionHook"], {"digits": "8"})
        assert wrong[0]["text"] == "That is not a choice."
        hook = wrong[1]["actionHook"]
    (last,) = call.post(hook, {})

    assert call.post(last["actionHook"], {"digits": ""})[0]["target"] == [{"type": "user", "name": "101"}]
    assert call.post(last["actionHook"], {"digits": "8"})[1]["actionHook"] == "/node-bye"


@pytest.mark.parametrize(("caller", "hook"), [("+14155550101", "/ext-101"), ("anonymous", "/mailbox-600")])
def test_callers_are_sorted_by_their_number_or_because_they_hide_it(caller: str, hook: str) -> None:
    call = Call(flows()["acme"])

    assert call.post("/node-vip", {"from": caller}) == call.post(hook, {})


@pytest.mark.parametrize("hook", ["/", "/nothing", "/__proto__", "/constructor", "/../server.js"])
def test_a_hook_that_is_not_there_ends_the_call(hook: str) -> None:
    assert Call(flows()["acme"]).post(hook, {"digits": "__proto__"}) == [{"verb": "hangup"}]


@pytest.mark.parametrize("digits", ["__proto__", "constructor", "toString"])
def test_words_of_the_language_are_no_keys_of_a_menu(digits: str) -> None:
    call = Call(flows()["acme"])

    assert call.post("/node-menu-keys", {"digits": digits}) == call.post("/node-menu-keys", {"digits": "8"})


def test_calls_to_a_number_that_is_none_of_the_customers_end() -> None:
    assert Call(flows()["acme"]).post("/call", {"to": "+19995550000"}) == [{"verb": "hangup"}]


def test_a_caller_is_known_however_the_carrier_writes_the_number() -> None:
    call = Call(flows()["acme"])
    (rule,) = (hook["rule"] for hook in hooks(flows()["acme"]).values() if hook.get("rule", {}).get("prefixes"))
    known = next(item["prefix"] for item in rule["prefixes"] if item["prefix"])

    assert call.post("/node-vip", {"from": known}) == call.post("/node-vip", {"from": known[1:]})
    assert call.post("/node-vip", {"from": known}) != call.post("/node-vip", {"from": "+19995550100"})


def test_a_report_that_says_nothing_ends_no_server() -> None:
    assert Call(flows()["acme"]).post("/call", None) == [{"verb": "hangup"}]
