"""The rules, sentence by sentence."""

import datetime as dt
from typing import Any

import pytest

from call_flow.parse import Known, Parsed, parse

WEEK = ("mon", "tue", "wed", "thu", "fri")
PEOPLE = "Phones: 101 Ann Archer, 102 Ben Baker, 103 Cleo Carter.\n"


def read(text: str, country: str | None = "US") -> Parsed:
    known = Known(country=country)
    return parse(text, known, today=dt.date(2026, 11, 25), model=None, context_tokens=16_384)


def said(text: str, field: str, country: str | None = "US") -> Any:
    return read(text, country).assembled.specification.get(field)


def asked(text: str, pointer: str) -> list[str]:
    return [item.question for item in read(text).questions if item.pointer == pointer]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Open Monday to Friday from 8 to 5.", {day: ["08:00-17:00"] for day in WEEK}),
        ("Our hours are 9-5 weekdays", {day: ["09:00-17:00"] for day in WEEK}),
        ("We are open from 8am-5pm Monday through Friday and 9-12 on Saturdays.",
         {day: ["08:00-17:00"] for day in WEEK} | {"sat": ["09:00-12:00"]}),
        ("Hours: Mon, Wed and Fri 8:30-12:30; Tue/Thu 1:30pm to 6pm; weekends closed",
         {"mon": ["08:30-12:30"], "tue": ["13:30-18:00"], "wed": ["08:30-12:30"], "thu": ["13:30-18:00"],
          "fri": ["08:30-12:30"], "sat": "closed", "sun": "closed"}),
        ("We open at 8 and close at half past, no, at 17:00 on Mondays", None),
        ("We're open nine to five, Tuesday to Thursday.",
         {"tue": ["09:00-17:00"], "wed": ["09:00-17:00"], "thu": ["09:00-17:00"]}),
        ("The bar is open Friday and Saturday from 6 pm to 2 am.", {"fri": ["18:00-02:00"], "sat": ["18:00-02:00"]}),
        ("Office hours Monday to Friday 0800-1700", {day: ["08:00-17:00"] for day in WEEK}),
        ("Geöffnet Mo-Fr 8 bis 17 Uhr", {day: ["08:00-17:00"] for day in WEEK}),
        ("Open Mon-Fri 8-5, closed for lunch from 12 to 1", {day: ["08:00-12:00", "13:00-17:00"] for day in WEEK}),
        ("We are open 24/7.", "24/7"),
        ("Open Monday to Friday. We open at 7 and close at 4.", {day: ["07:00-16:00"] for day in WEEK}),
    ],
)  # fmt: skip
def test_hours(text: str, hours: Any) -> None:
    assert said(text, "hours") == hours


@pytest.mark.parametrize(
    "text",
    [
        "We open at 8 on weekdays.\nThe office is open from 9 to 5 on weekdays.",
        "Open Monday to Friday 8 to 5.\nOn Friday we are open from 8 to 3.",
        "We are open 24/7.\nOpen Monday to Friday 8 to 5.",
        "Open Monday to Friday from 8 to 5.\nMonday is closed.",
    ],
)
def test_contradicting_hours_are_asked_with_both_quotes_and_not_chosen(text: str) -> None:
    assert said(text, "hours") is None
    assert any(question.count("“") == 2 for question in asked(text, "/hours"))


@pytest.mark.parametrize(
    "text",
    [
        "We are open from 8 to 5.",
        "Open on Mondays.",
        "Open Sat - Mon-Fri 8-12, by appointment only 1-5.",
        "Open Monday from 9 Uhr to 5 Uhr.",
        "We are open Mondays from 9.",
    ],
)
def test_hours_without_days_or_times_are_asked(text: str) -> None:
    assert said(text, "hours") is None
    assert asked(text, "/hours")


@pytest.mark.parametrize(
    ("text", "extensions"),
    [
        ("101 Ann Archer, 102 Ben", [("101", "Ann Archer"), ("102", "Ben")]),
        ("Ann is on 101.", [("101", "Ann")]),
        ("Ann's extension is 101 and Ben has extension 102.", [("101", "Ann"), ("102", "Ben")]),
        ("We have three phones 101-103", [("101", None), ("102", None), ("103", None)]),
        ("Extensions 7001, 7002 and 7003", [("7001", None), ("7002", None), ("7003", None)]),
        ("- Ann Archer (101)\n- Ben Baker (102)", [("101", "Ann Archer"), ("102", "Ben Baker")]),
        ("Ext. 12: Dr. Mary O'Neil-Smith", [("12", "Dr. Mary O'Neil-Smith")]),
        ("Staff: Ann, Ben and Cleo", [(None, "Ann"), (None, "Ben"), (None, "Cleo")]),
        ("Phones: 101 reception, 102 warehouse", [("101", "reception"), ("102", "warehouse")]),
    ],
)
def test_telephones(text: str, extensions: list[tuple[str | None, str | None]]) -> None:
    found = said(text, "extensions")
    assert [(item.get("number"), item.get("name")) for item in found] == extensions


@pytest.mark.parametrize(
    "text",
    ["We are at 350 Fifth Avenue.", "Ring for 20 seconds.", "We bought 12 phones in 2019.",
     "Windows 11 and Office 365.", "Invoice 5512 of 24 December 2026.", "Ticket 10482, room 214, version 22.4.1",
     "Call 8-10 703 (24.12. only).", "Main line from 15/03/2026 555 Main Street."],
)  # fmt: skip
def test_other_figures_are_no_telephones(text: str) -> None:
    assert said(text, "extensions") is None
    assert said(text, "numbers") is None


def test_mail_address_and_mobile_belong_to_the_telephone_they_stand_with() -> None:
    text = "101 Ann Archer, ann@acme.example, mobile 212-555-0177\n102 Ben Baker ben@acme.example"
    assert said(text, "extensions") == [
        {"number": "101", "name": "Ann Archer", "email": "ann@acme.example", "mobile": "+12125550177"},
        {"number": "102", "name": "Ben Baker", "email": "ben@acme.example"},
    ]


def test_a_number_with_two_names_keeps_none_and_a_name_with_two_numbers_neither() -> None:
    text = PEOPLE + "Extension 102 is Dan Dyer.\nCleo Carter is on 109.\nAgain: extension 102 is Ben Baker."
    assert said(text, "extensions") == [
        {"number": "101", "name": "Ann Archer"}, {"number": "102"}, {"name": "Cleo Carter"}
    ]  # fmt: skip
    assert len(asked(text, "/extensions")) == 2


@pytest.mark.parametrize(
    ("text", "menu"),
    [
        ("Press 1 for Ann, 2 for Ben and 0 for the operator.",
         {"1": "Ann Archer", "2": "Ben Baker", "0": "operator"}),
        ("For Ann press 1, to leave a message press 2.", {"1": "Ann Archer", "2": "voicemail"}),
        ("Press one for directions, which goes to Cleo; press star to hear this menu again.",
         {"1": {"to": "Cleo Carter", "label": "Directions"}, "*": "repeat"}),
        ("Menu:\n1 - Parts: Ann\n2 - Service -> 103\n9. Directory",
         {"1": {"to": "Ann Archer", "label": "Parts"}, "2": {"to": "Cleo Carter", "label": "Service"},
          "9": "directory"}),
        ("Drücken Sie die 1 für Ann, die 2 für Ben.", {"1": "Ann Archer", "2": "Ben Baker"}),
    ],
)  # fmt: skip
def test_menus(text: str, menu: dict[str, Any]) -> None:
    assert said(PEOPLE + text, "menu") == menu


def test_a_key_that_rings_several_makes_a_group() -> None:
    text = PEOPLE + "Press 1 for sales, which rings Ann and Ben; 2 for support."
    made = read(text).assembled.specification
    assert made["groups"] == {"Sales": {"members": ["Ann Archer", "Ben Baker"]}}
    assert made["menu"] == {"1": "Sales", "2": {"to": "operator", "label": "Support"}}
    assert "for Support" in asked(text, "/menu/2")[0]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Sales rings Ann and Ben at the same time for 25 seconds, then voicemail.",
         {"Sales": {"members": ["Ann Archer", "Ben Baker"], "strategy": "simultaneous", "ring_s": 25,
                    "no_answer": "voicemail"}}),
        ("Billing is 101 and 103.", {"Billing": {"members": ["Ann Archer", "Cleo Carter"]}}),
        ("Ann and Cleo answer billing calls.", {"Billing": {"members": ["Ann Archer", "Cleo Carter"]}}),
        ("The service group (102, 103) rings one after another.",
         {"Service": {"members": ["Ben Baker", "Cleo Carter"], "strategy": "sequential"}}),
    ],
)  # fmt: skip
def test_groups(text: str, groups: dict[str, Any]) -> None:
    assert said(PEOPLE + text, "groups") == groups


def test_a_queue_is_none_of_the_groups() -> None:
    made = read(PEOPLE + "Support is a queue with Ann and Ben.").assembled.specification
    assert made["queues"] == {"Support": {"agents": ["Ann Archer", "Ben Baker"]}}
    assert "groups" not in made


@pytest.mark.parametrize(
    ("text", "field", "way"),
    [
        ("After hours go to voicemail.", "after_hours", "voicemail"),
        ("After hours ring the on-call mobile +1 212 555 0177.", "after_hours", "+12125550177"),
        ("Calls go to Ann's voicemail after hours.", "after_hours", "voicemail Ann Archer"),
        ('When we are closed, play "We are closed." and hang up.', "after_hours",
         {"say": "We are closed.", "then": "hang up"}),
        ("Outside business hours, calls are forwarded to Ben.", "after_hours", "Ben Baker"),
        ("On public holidays calls go to Ben.", "on_holidays", "Ben Baker"),
        ("During business hours calls ring Ann and Ben.", "during_hours", ["Ann Archer", "Ben Baker"]),
        ("All calls ring everyone.", "during_hours", ["Ann Archer", "Ben Baker", "Cleo Carter"]),
        ("Cleo is our receptionist.", "operator", "Cleo Carter"),
        ("Nach Feierabend gehen Anrufe auf den Anrufbeantworter.", "after_hours", "voicemail"),
    ],
)  # fmt: skip
def test_ways(text: str, field: str, way: Any) -> None:
    assert said(PEOPLE + text, field) == way


@pytest.mark.parametrize(
    ("text", "holidays"),
    [
        ("We are closed on public holidays.", True),
        ("We are closed on all federal holidays and Christmas Eve.",
         {"country": "US", "days": ["12-24 Christmas Eve"]}),
        ("Closed on July 4th, Thanksgiving and December 31.",
         ["Independence Day", "Thanksgiving Day", "12-31 December 31"]),
        ("We are closed from December 24 to January 1.", ["12-24..01-01"]),
        ("We are not closed on public holidays.", False),
        ("Closed on public holidays except Columbus Day.", {"country": "US", "days": ["not Columbus Day"]}),
        ("On 2026-12-24 we are closed except 08:00-12:00", None),
    ],
)  # fmt: skip
def test_holidays(text: str, holidays: Any) -> None:
    found = said(text, "holidays")
    assert found == holidays or holidays is None


@pytest.mark.parametrize(
    "text",
    [
        "Closed the day after Thanksgiving.",
        "We close early on Christmas Eve.",
        "Closed between Christmas and New Year.",
    ],
)
def test_a_day_that_is_not_sure_is_asked(text: str) -> None:
    assert said(text, "holidays") is None
    assert any(text.rstrip(".") in item.question for item in read(text).questions)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Company: Acme, Inc.", "customer", "Acme, Inc."),
        ("We are Smith & Sons Plumbing and need phones.", "customer", "Smith & Sons Plumbing"),
        ("Address: 350 5th Ave, New York, NY 10118", "address", "350 5th Ave, New York, NY 10118"),
        ("Callers are greeted in English and Spanish.", "languages", ["en", "es"]),
        ("We are on Pacific time.", "time_zone", "America/Los_Angeles"),
        ("Time zone: America/Chicago", "time_zone", "America/Chicago"),
        ("Our provider is sip.carrier.example", "trunk", "sip.carrier.example"),
        ("Voicemails are e-mailed to office@acme.example.", "mailbox", {"email": ["office@acme.example"]}),
        ("We want no voicemail.", "voicemail", False),
        ("Emergency contact: +1 212 555 0177", "emergency", {"notify": [{"number": "+12125550177"}]}),
        ('Greeting: "Thank you for calling Acme."', "greeting", "Thank you for calling Acme."),
        ("The number 212-555-0150 goes to +1 212 555 0151.", "numbers",
         [{"e164": "+12125550150", "entry": "+12125550151"}]),
    ],
)  # fmt: skip
def test_other_sentences(text: str, field: str, value: Any) -> None:
    assert said(text, field) == value


@pytest.mark.parametrize(
    "text",
    ["Ann is no longer on 101.", "Maybe Ann gets 101.", "Don't send calls to 101 Ann.", "Can Ann have extension 101?",
     "We used to have extension 101 for Ann.", "Ann is on 105, not 101."],
)  # fmt: skip
def test_what_is_negated_past_or_only_considered_is_asked_and_not_taken(text: str) -> None:
    assert said(text, "extensions") is None
    assert any(item.pointer is None and text.rstrip(".")[:20] in item.question for item in read(text).questions)


def test_a_number_of_another_country_is_completed_by_the_country() -> None:
    assert said("Our number is 020 7946 0123.", "numbers", "GB") == [{"e164": "+442079460123"}]
    assert said("Wir sind in Deutschland. Unsere Nummer: 030 23125 010", "numbers", None) == [{"e164": "+493023125010"}]


def test_a_number_that_is_none_of_the_country_is_asked() -> None:
    assert said("Our number is 020 7946 01233333.", "numbers") is None
    assert "is no telephone number of US" in asked("Our number is 020 7946 01233333.", "/numbers")[0]


def test_mail_headers_and_signatures_say_nothing_about_the_telephones() -> None:
    text = "From: Ann <ann@acme.example>\nSent: Monday 8 to 5\n\nHello,\nBen is on 102.\n\nRegards,\nAnn\nExt. 101\n"
    assert said(text, "extensions") == [{"number": "102", "name": "Ben"}]
    assert said(text, "hours") is None


def test_sentences_that_were_not_used_are_listed_and_those_that_were_are_not() -> None:
    parsed = read("The weather is fine. Ann is on 101. We like blue, and 4711 is our lucky number.")
    assert parsed.ignored == ["The weather is fine.", "We like blue, and 4711 is our lucky number."]


def test_an_empty_text_gives_a_specification_with_all_that_must_be_asked() -> None:
    parsed = read("Hello!")
    assert parsed.assembled.specification == {"customer": "Customer", "country": "US"}
    assert {item.pointer for item in parsed.questions} == {
        "/customer", "/numbers", "/extensions", "/hours", "/after_hours"
    }  # fmt: skip
