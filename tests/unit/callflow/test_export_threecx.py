"""The requests to 3CX's XAPI, by its published description and by what they make of a flow."""

import copy
import datetime as dt
import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from tests.callflow import acme
from tests.exports import HOSTILE, calendar_of, data, everything, flows, instants, made, worded

from call_flow.export.threecx import TARGET
from call_flow.flow.model import Flow

Request = dict[str, Any]


def requests(flow: Flow) -> list[Request]:
    found: list[Request] = json.loads(made(TARGET, flow).files["requests.json"])
    return found


@cache
def _validator(entity: str) -> jsonschema_rs.Draft202012Validator:
    facts = data("threecx.json")
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/$defs/{entity}", "$defs": facts["$defs"]}, validate_formats=True
    )


def complaints(found: list[Request]) -> list[str]:
    known = data("threecx.json")["requests"]
    said = []
    for request in found:
        where = f"{request['method']} {request['path'].split('(')[0]}"
        if request["method"] == "GET":
            said += [] if request["path"].startswith("/Defs/TimeZones?$filter=IanaName eq '") else [where]
        elif where not in known:
            said.append(f"there is no {where}")
        else:
            said += [f"{where}: {error.message}" for error in _validator(known[where]).iter_errors(request["body"])]
    return said


def bodies(found: list[Request], collection: str) -> list[dict[str, Any]]:
    return [request["body"] for request in found if request["path"] == f"/{collection}"]


@pytest.mark.parametrize("name", flows())
def test_every_request_passes_the_published_description(name: str) -> None:
    assert complaints(requests(flows()[name])) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_pass_the_published_description(words: str) -> None:
    assert complaints(requests(worded(everything(), words))) == []


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("Receptionists", {"TimeoutForwardType": "External"}), ("Receptionists", {"Timeout": "5"}),
        ("RingGroups", {"RingStrategy": "Random"}), ("Queues", {"PollingStrategy": "RoundRobin"}),
        ("Queues", {"MaxCallers": 3}), ("Users", {"VMEmailOptions": "Always"}), ("InboundRules", {"Condition": "DID"}),
        ("InboundRules", {"OfficeHoursDestination": {"To": "Menu"}}), ("OutboundRules", {"Priority": 1.5}),
        ("Groups", {"Hours": {"Periods": [{"DayOfWeek": "Mon"}]}}),
        ("Groups", {"Hours": {"Periods": [{"DayOfWeek": "Monday", "Start": "8"}]}}),
        ("Groups", {"OfficeHolidays": [{"TimeOfStartDate": "08:00"}]}), ("Contacts", {}),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_by_the_gate(collection: str, change: dict[str, Any]) -> None:
    found = copy.deepcopy(requests(everything()))
    body = next((body for body in bodies(found, collection)), None)
    if body is None:
        found.append({"method": "POST", "path": f"/{collection}", "body": change})
    else:
        body |= change

    assert complaints(found)


@pytest.mark.parametrize("name", flows())
def test_every_number_a_request_names_is_made_before(name: str) -> None:
    found = requests(flows()[name])
    made_numbers = [request["body"]["Number"] for request in found
                    if request["method"] == "POST" and "Number" in request["body"]]  # fmt: skip
    text = json.dumps(found)
    named = set(re.findall(r'"(?:ForwardDN|TimeoutForwardDN|InvalidKeyForwardDN|Number)": "(\d+)"', text))

    assert len(made_numbers) == len(set(made_numbers))
    assert named <= set(made_numbers)


def test_what_later_requests_hold_is_saved_by_earlier_ones() -> None:
    saved: set[str] = set()
    for request in requests(everything()):
        wanted = set(re.findall(r"\{\{([^}]*)\}\}", json.dumps(request)))
        assert {name for name in wanted if not name.startswith("trunk:")} <= saved
        saved |= set(request.get("save", {}))


def _seconds(duration: str) -> int:
    hours, minutes, seconds = (int(part or 0) for part in re.fullmatch(r"PT(\d+)H(\d+)M(?:(\d+)S)?", duration).groups())  # type: ignore[union-attr]
    return hours * 3600 + minutes * 60 + seconds


def test_a_department_is_open_at_every_edge_when_the_schedule_is() -> None:
    def close_at_noon(plain: dict[str, Any]) -> None:
        ranges = [{"start": "09:00", "end": "12:00"}, {"start": "14:00", "end": "16:00"}]
        plain["schedules"][0]["exceptions"].append({"date": "2026-12-22", "ranges": ranges})

    flow = acme(close_at_noon)
    group = bodies(requests(flow), "Groups")[0]
    calendar = calendar_of(flow, "office")
    for wall in instants(flow, "office"):
        at = wall.hour * 3600 + wall.minute * 60 + wall.second
        holiday = any(
            dt.date(day["Year"], day["Month"], day["Day"]) == wall.date()
            and _seconds(day["TimeOfStartDate"]) <= at < max(_seconds(day["TimeOfEndDate"]), 1)
            for day in group["OfficeHolidays"]
        )
        within = any(
            period["DayOfWeek"] == f"{wall:%A}" and period["Start"] <= f"{wall:%H:%M:%S}" < period["Stop"]
            for period in group["Hours"]["Periods"]
        )
        assert (within and not holiday) == (calendar.state(wall).state == "open"), wall


def test_hours_that_a_department_cannot_keep_are_said() -> None:
    lines = {line.pointer: line for line in made(TARGET, everything()).fidelity}

    assert "On 2026-12-26 it is open at times when its weekday is not" in lines["/schedules/1"].how


def test_a_call_passes_over_what_3cx_does_not_know() -> None:
    found = requests(flows()["acme"])
    by_name = {body["Name"]: body for body in bodies(found, "Receptionists")}

    # The caller match after the hours is passed over, and so is the toggle behind the closed prompt.
    assert by_name["hours"]["TimeoutForwardDN"] == by_name["menu"]["Number"]
    assert by_name["closed"]["TimeoutForwardType"] == "VoiceMail"
    assert by_name["closed"]["TimeoutForwardDN"] == "600"
    assert [forward["Input"] for forward in by_name["menu"]["Forwards"]] == ["1", "2", "3", "4", "0"]


def test_messages_go_to_the_address_of_the_mailbox_and_an_address_that_is_lost_is_said() -> None:
    def two_addresses(plain: dict[str, Any]) -> None:
        plain["extensions"][0]["email"] = "ann@home.example"
        plain["mailboxes"][0] |= {"email": ["ann@acme.example"], "attach": False, "delete_after_send": True}

    flow = acme(two_addresses)
    user = next(item["body"] for item in requests(flow) if item.get("body", {}).get("Number") == "101")
    lines = {line.pointer: line for line in made(TARGET, flow).fidelity}

    assert (user["EmailAddress"], user["VMEmailOptions"]) == ("ann@acme.example", "Notification")
    assert "ann@acme.example" in lines["/extensions/0"].how
    assert "Messages stay" in lines["/mailboxes/0"].how
