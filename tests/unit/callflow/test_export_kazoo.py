"""The documents of a KAZOO account, by KAZOO's published schemas and by what its callflows do."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from tests.exports import HOSTILE, calendar_of, data, everything, flows, instants, made, secret, worded

from call_flow.export.kazoo import TARGET
from call_flow.export.plan import key
from call_flow.flow.model import Flow

Documents = dict[str, list[dict[str, Any]]]
_GREGORIAN = 62_167_219_200


def documents(flow: Flow) -> Documents:
    files = made(TARGET, flow).files
    return {name.removeprefix("documents/").removesuffix(".json"): json.loads(content)
            for name, content in files.items() if name.startswith("documents/")}  # fmt: skip


@cache
def _validators() -> tuple[jsonschema_rs.Draft4Validator, dict[str, jsonschema_rs.Draft4Validator]]:
    facts = data("kazoo.json")
    modules = {name: jsonschema_rs.Draft4Validator(schema) for name, schema in facts["modules"].items()}
    return jsonschema_rs.Draft4Validator(facts, validate_formats=True), modules


def actions(flow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield flow
    for child in flow.get("children", {}).values():
        yield from actions(child)


def complaints(found: Documents) -> list[str]:
    whole, modules = _validators()
    said = [error.message for error in whole.iter_errors(found)]
    for callflow in found["callflows"]:
        for action in actions(callflow["flow"]):
            if action["module"] in modules:
                said += [error.message for error in modules[action["module"]].iter_errors(action.get("data", {}))]
    return said


@pytest.mark.parametrize("name", flows())
def test_every_document_passes_the_published_schema(name: str) -> None:
    assert complaints(documents(flows()[name])) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_pass_the_published_schema(words: str) -> None:
    assert complaints(documents(worded(everything(), words))) == []


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("menus", {"retries": 11}), ("menus", {"nmae": "x"}), ("temporal_rules", {"cycle": "hourly"}),
        ("temporal_rules", {"time_window_stop": 86_401}), ("queues", {"strategy": "ringall"}),
        ("queues", {"caller_exit_key": "11"}), ("vmboxes", {"pin": "123"}), ("users", {"first_name": ""}),
        ("devices", {"sip": {"password": "1234"}}), ("resources", {"weight_cost": 101}),
        ("callflows", {"numbers": ["101", "101"]}), ("callflows", {"flow": {"module": "menu"}}),
        ("callflows", {"flow": {"module": "ring_group", "data": {"endpoints": []}, "children": {}}}),
        ("callflows", {"flow": {"module": "temporal_route", "data": {"action": "ask"}, "children": {}}}),
        ("callflows", {"flow": {"module": "goto", "data": {}, "children": {}}}),
        ("media", {"tts": {"text": "x", "voice": "robot"}}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_the_gate(collection: str, change: dict[str, Any]) -> None:
    found = copy.deepcopy(documents(everything()))
    found[collection][0] |= change

    assert complaints(found)


@pytest.mark.parametrize("name", flows())
def test_whatever_a_document_refers_to_is_there(name: str) -> None:
    found = documents(flows()[name])
    known = {document["id"] for collection in found.values() for document in collection}
    for callflow in found["callflows"]:
        for action in actions(callflow["flow"]):
            asked = action["data"]
            used = [asked.get("id"), *asked.get("rules", []), *(item["id"] for item in asked.get("endpoints", []))]
            used += [child for child in action["children"] if action["module"] == "temporal_route" and child != "_"]
            assert {name for name in used if name is not None} <= known
    numbers = [number for callflow in found["callflows"] for number in callflow["numbers"]]
    assert len(numbers) == len(set(numbers))
    rosters = json.loads(made(TARGET, flows()[name]).files["queue_rosters.json"])
    assert {person for roster in rosters.values() for person in roster} | set(rosters) <= known


def _state(rules: list[dict[str, Any]], states: dict[str, str], wall: dt.datetime, zone: str) -> str:
    """Which rule KAZOO takes: the first that is on by hand, or whose day and window (last second in) it is."""
    at = wall.hour * 3600 + wall.minute * 60 + wall.second
    for rule in rules:
        if rule.get("enabled") is False:
            continue
        if rule["cycle"] == "date":
            moment = dt.datetime.fromtimestamp(rule["start_date"] - _GREGORIAN, tz=ZoneInfo(zone))
            is_day = moment.date() == wall.date()
        else:
            is_day = f"{wall:%A}".lower() in rule["wdays"]
        if is_day and rule["time_window_start"] <= at <= rule["time_window_stop"]:
            return states[rule["id"]]
    return states["_"]


@pytest.mark.parametrize(
    ("switch", "schedule"), [("hours", "office"), ("extra-hours", "nights"), ("never-open", "never")]
)
def test_temporal_rules_say_at_every_edge_what_the_schedule_says(switch: str, schedule: str) -> None:
    flow = everything()
    found = documents(flow)
    rules = {rule["id"]: rule for rule in found["temporal_rules"]}
    asked = next(item["flow"] for item in found["callflows"] if item["id"] == key("node", switch))
    node = next(item for item in flow.nodes if item.id == switch)
    ends = {state: getattr(node, state) or node.closed for state in ("open", "closed", "holiday")}  # type: ignore[union-attr]
    calendar = calendar_of(flow, schedule)
    for wall in instants(flow, schedule):
        taken = _state([rules[name] for name in asked["data"]["rules"]], {name: name for name in asked["children"]},
                       wall, asked["data"]["timezone"])  # fmt: skip
        where = asked["children"][taken]
        expected = ends[calendar.state(wall).state]
        while where["module"] in ("prepend_cid", "language"):
            where = where["children"]["_"]
        assert where["data"]["id"] == key("node", expected.target), (wall, taken)


def test_passwords_are_as_long_as_kazoo_takes_and_none_is_repeated() -> None:
    found = documents(everything())
    passwords = [device["sip"]["password"] for device in found["devices"] if "sip" in device]

    assert secret("sip:101") in passwords
    assert len(set(passwords)) == len(passwords)
    assert all(box["pin"].isdigit() for box in found["vmboxes"])


def test_a_caller_who_presses_nothing_leaves_a_menu_with_two_ends_by_its_own_branch() -> None:
    found = documents(flows()["acme"])
    menu = next(item["flow"] for item in found["callflows"] if item["id"] == key("node", "menu"))

    assert menu["children"]["timeout"]["data"]["id"] == key("extension", "101")
    assert menu["children"]["_"]["data"]["id"] == key("node", "bye")
    assert menu["children"]["1"]["data"]["id"] == key("node", "sales")


def test_prompts_stand_in_the_order_of_the_flow() -> None:
    flow = everything()

    assert [media["name"] for media in documents(flow)["media"]] == [prompt.id for prompt in flow.prompts]


def test_no_password_of_a_carrier_is_made_up() -> None:
    gateways = [gateway for resource in documents(everything())["resources"] for gateway in resource["gateways"]]

    assert {gateway.get("password") for gateway in gateways} == {"<password of the carrier>", None}


@pytest.mark.parametrize(("outbound", "denied"), [
    ("none", {"international", "caribbean", "did_us", "toll_us", "tollfree_us"}),
    ("national", {"international", "caribbean"}), ("international", set()),
])  # fmt: skip
def test_a_telephone_for_national_calls_reaches_no_island_that_is_dialled_like_one(
    outbound: str, denied: set[str]
) -> None:
    numbers = {item.number for item in everything().extensions if item.outbound == outbound}
    users = [user for user in documents(everything())["users"] if user["presence_id"] in numbers]

    assert users
    assert all(set(user.get("call_restriction", {})) == denied for user in users)
