"""Small businesses as an engineer of a service provider writes them down, and whether they get what they meant."""

import datetime as dt
import json
from typing import Any

import pytest
from tests.customers import TODAY

from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario
from call_flow.simulate import Simulator
from call_flow.spec import Completed, complete, read
from call_flow.spec.specification import Specification
from call_flow.validate import check


def completed(text: str) -> Completed:
    return complete(read(text.encode(), None, "customer.yaml"), today=TODAY)


def made(text: str) -> Flow:
    return completed(text).flow


def codes(flow: Flow) -> set[str]:
    return {finding.code for finding in check(flow, today=TODAY)}


SURGERY = """
customer: Harbour Street Surgery
country: GB
subdivision: SCT
address: 14 Harbour Street, Edinburgh EH6 6RT
numbers: ["0131 496 0123"]
extensions: ["201 Fiona MacLeod", "202 Ewan Grant"]
hours: Mon-Fri 08:00-12:30, Mon-Fri 13:30-18:00
"""
WINERY = """
customer: Blue Gum Winery
country: AU
subdivision: SA
time_zone: Australia/Adelaide
numbers: ["08 8550 1234"]
extensions: ["301 Cellar Door", "302 Office"]
hours: daily 10:00-17:00
holidays: [Good Friday, Christmas Day, "12-31 10:00-15:00"]
"""
BAR = """
customer: The Night Owl
time_zone: America/Chicago
numbers: ["312-555-0188"]
extensions: ["40 Bar", "41 Kitchen"]
hours: Sun-Thu 16:00-02:00, Fri-Sat 16:00-04:00
holidays: ["12-25", "12-31 16:00-05:00 New Year's Eve"]
"""
REPAIRS = """
customer: Rapid Refrigeration
subdivision: AZ
time_zone: America/Phoenix
numbers: ["+1 602 555 0144"]
extensions: ["101 Dispatch", "102 Billing"]
hours: Mon-Fri 7:00-17:00
holidays: US
"""
ICE_CREAM = """
customer: Lakeside Ice Cream
time_zone: America/Detroit
numbers: ["231-555-0100"]
extensions: ["41 Counter", "42 Office"]
hours: daily 11:00-21:00
holidays: ["11-01..03-31 Winter break"]
"""


@pytest.mark.parametrize(
    ("told", "instant", "outcome"),
    [
        (SURGERY, "2026-12-01T12:29:59Z", "open"),
        (SURGERY, "2026-12-01T12:30:00Z", "closed"),  # lunch
        (SURGERY, "2026-07-01T11:30:00Z", "closed"),  # the same lunch in summer
        (SURGERY, "2026-11-30T10:00:00Z", "holiday"),  # St Andrew's Day, in Scotland only
        (WINERY, "2026-11-30T23:29:59Z", "closed"),  # 09:59:59 in summer, which is in November there
        (WINERY, "2026-11-30T23:30:00Z", "open"),
        (WINERY, "2026-06-30T00:30:00Z", "open"),  # 10:00 in winter
        (WINERY, "2027-03-26T01:00:00Z", "holiday"),
        (WINERY, "2026-12-31T04:29:59Z", "open"),  # the last afternoon of the year ends at three
        (WINERY, "2026-12-31T04:30:00Z", "closed"),
        (WINERY, "2028-12-31T04:30:00Z", "closed"),
        (BAR, "2026-11-28T09:59:59Z", "open"),  # Saturday 03:59:59, still Friday's night
        (BAR, "2026-11-28T10:00:00Z", "closed"),
        (BAR, "2026-11-01T09:59:59Z", "open"),  # the night that is an hour longer
        (BAR, "2027-03-14T09:00:00Z", "closed"),  # the night that is an hour shorter: already 04:00
        (BAR, "2027-03-14T08:59:59Z", "open"),
        (BAR, "2026-12-25T07:59:59Z", "holiday"),  # no spill into a holiday
        (BAR, "2027-01-01T10:59:59Z", "open"),  # New Year's Eve until five
        (REPAIRS, "2026-06-30T14:00:00Z", "open"),  # 07:00, in summer and in winter
        (REPAIRS, "2026-12-01T13:59:59Z", "closed"),
        (ICE_CREAM, "2026-01-15T18:00:00Z", "holiday"),  # the break that began the year before
        (ICE_CREAM, "2027-03-31T18:00:00Z", "holiday"),
        (ICE_CREAM, "2027-04-01T15:00:00Z", "open"),
        (ICE_CREAM, "2026-10-31T18:00:00Z", "open"),
    ],
)
def test_callers_meet_the_hours_that_were_said(told: str, instant: str, outcome: str) -> None:
    result = Simulator(made(told)).run(Scenario(at=dt.datetime.fromisoformat(instant)))
    assert next(step.outcome for step in result.path if step.kind == "time_switch") == outcome


def test_a_short_day_of_every_year_is_worked_out_only_for_days_that_are_open_anyway() -> None:
    told = completed("""
customer: Juzgado
country: MX
numbers: ["+52 55 1234 5678"]
extensions: ["100 Recepcion"]
hours: Mon-Fri 09:00-14:00
holidays: [MX, "12-24 09:00-12:00 Nochebuena"]
""")
    (office,) = told.flow.schedules
    # 24 December 2028 is a Sunday.
    assert [(item.date.isoformat(), item.name) for item in office.exceptions] == [
        ("2026-12-24", "Nochebuena"), ("2027-12-24", "Nochebuena"),
    ]  # fmt: skip
    (said,) = [item for item in told.assumptions if "12-24" in item.message]
    assert (said.pointer, said.origin, said.places) == ("/schedules/0/exceptions/0/date", "default", 2)


def test_the_country_of_the_holidays_is_that_of_numbers_as_they_are_written_inside_it() -> None:
    told = completed("""
customer: Boulangerie Dupont
numbers: ["01 99 00 10 02"]
extensions: ["40 Boutique"]
holidays: FR
""")
    assert told.flow.numbers[0].e164 == "+33199001002"
    assert told.flow.customer.time_zone == "Europe/Paris"
    assert "The country is that of the holidays: FR." in {item.message for item in told.assumptions}


def test_emergency_services_do_not_call_back_a_number_that_says_nothing_about_the_place() -> None:
    told = completed("""
customer: Good Mattress
numbers: ["1-800-555-0199", { number: 208-555-0141, kind: fax }, 208-555-0140]
extensions: ["101 Sales"]
""")
    assert [number.kind for number in told.flow.numbers] == ["toll_free", "fax", "voice"]
    assert told.flow.emergency.callback == "+12085550140"
    assert "+18005550199 is toll-free by its number plan." in {item.message for item in told.assumptions}
    assert codes(told.flow).isdisjoint({"emergency.callback-kind", "number.kind-differs"})


OVERLAND = """
customer: Overland Freight
numbers: [{ number: 212-555-0110, site: ny }, { number: 213-555-0110, site: la, entry: 201 }]
sites: [{ id: ny, name: New York }, { id: la, name: Los Angeles, time_zone: America/Los_Angeles }]
extensions:
  - { number: 101, name: Nora Nolan, site: ny }
  - { number: 201, name: Lena Lopez, site: la }
  - { number: 202, name: Luis Lane, site: la, caller_id: { emergency: 212-555-0110 } }
"""


def test_emergency_services_call_back_the_site_where_the_telephone_stands() -> None:
    told = completed(OVERLAND)
    shown = [item.caller_id.emergency if item.caller_id else None for item in told.flow.extensions]
    assert shown == [None, "+12135550110", "+12125550110"]  # what was stated stays
    said = {item.pointer: item.origin for item in told.assumptions}
    assert said["/extensions/1/caller_id/emergency"] == "assumed"
    found = [item.pointer for item in check(told.flow, today=TODAY) if item.code == "emergency.callback-other-site"]
    assert found == ["/extensions/2/caller_id/emergency"]


def test_a_whole_flow_is_given_no_number_to_call_back_that_it_does_not_have() -> None:
    plain = made(OVERLAND).plain()
    del plain["extensions"][1]["caller_id"], plain["provenance"]["/extensions/1/caller_id/emergency"]
    again = complete(read(json.dumps(plain).encode(), None, "flow.json"), today=TODAY).flow
    assert again.extensions[1].caller_id is None


def test_loudspeakers_and_rooms_are_no_place_where_calls_from_outside_begin() -> None:
    flow = made("""
customer: Linden Law
numbers: ["(614) 555-0170"]
extensions: ["101 Ann", "102 Bob", { number: 880, device: none, mailbox: false, on_no_answer: all-call }]
nodes:
  - { id: all-call, kind: page, members: ["101", "102"] }
  - { id: meeting, kind: conference, room: "850" }
""")
    simulator, morning = Simulator(flow), dt.datetime.fromisoformat("2026-11-30T10:00:00")
    assert simulator.run(Scenario(at=morning)).terminal.target == "101"
    assert simulator.run(Scenario(at=morning, from_="101", to="880")).terminal.target == "all-call"
    assert codes(flow).isdisjoint({"security.page-from-outside", "security.room-from-outside", "graph.unreachable"})


def test_what_a_group_leads_to_is_no_place_where_calls_begin() -> None:
    flow = made("""
customer: Rapid Refrigeration
numbers: ["602-555-0144"]
extensions: ["101 Dispatch", "102 Billing"]
groups: { Service: { members: [101, 102], no_answer: oncall } }
nodes: [{ id: oncall, kind: external, number: "+16025550199", confirm: true, no_answer: { hangup: normal } }]
""")
    result = Simulator(flow).run(Scenario(at=dt.datetime.fromisoformat("2026-11-30T10:00:00"), keys=[]))
    assert [step.node for step in result.path][:2] == ["+16025550144", "hours"]


@pytest.mark.parametrize(
    ("told", "numbers", "tests"),
    [
        ({"country": "ZA", "numbers": ["+27 21 555 1234"]}, {"112", "10111", "10177"}, []),
        ({"country": "TH"}, {"191", "199", "1669"}, []),
        ({"country": "SE"}, {"112"}, []),
        ({"numbers": ["+1 787 555 0123"]}, {"911"}, ["933"]),  # Puerto Rico
        ({"country": "CA"}, {"911"}, []),
    ],
)
def test_the_numbers_for_help_are_those_that_the_country_dials(
    told: dict[str, Any], numbers: set[str], tests: list[str]
) -> None:
    text = json.dumps({"customer": "Acme", "extensions": ["201", "202"]} | told)
    flow = complete(read(text.encode(), None, "customer.json"), today=TODAY).flow
    assert set(flow.emergency.numbers) == numbers
    assert flow.emergency.test_numbers == tests
    assert codes(flow).isdisjoint({"emergency.number-missing", "emergency.number-unknown", "emergency.no-test-number"})


def test_as_many_extensions_as_there_may_be_have_a_mailbox_each_and_one_for_all() -> None:
    for model in (Flow, Specification):
        fields = model.model_json_schema()["properties"]
        (most,) = {option["maxItems"] for option in [fields["mailboxes"], *fields["mailboxes"].get("anyOf", [])]
                   if "maxItems" in option}  # fmt: skip
        assert most > fields["extensions"]["maxItems"]
