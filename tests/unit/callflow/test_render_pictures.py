"""How many pictures a flow needs, and how they hang together."""

from typing import Any

from tests.callflow import MAIN, SUPPORT, acme

from call_flow.flow.model import Flow
from call_flow.render import pictures
from call_flow.render.words import duration, human, phone, week


def departments(flow: dict[str, Any]) -> None:
    """A menu of 12 menus, each with a group, a queue and an announcement."""
    for number in range(12):
        flow["nodes"] += [
            {"id": f"m{number}", "kind": "menu", "name": f"Department {number}", "prompt": "welcome",
             "keys": {"1": {"node": f"g{number}"}, "2": {"node": f"q{number}"}, "3": {"node": f"a{number}"}},
             "no_input": {"extension": "101"}, "invalid": {"node": "bye"}},
            {"id": f"g{number}", "kind": "ring_group", "members": [{"extension": "102"}],
             "no_answer": {"mailbox": "600"}},
            {"id": f"q{number}", "kind": "queue", "agents": [{"extension": "103"}], "timeout": {"mailbox": "600"}},
            {"id": f"a{number}", "kind": "announcement", "prompt": "address", "then": {"node": "bye"}},
        ]  # fmt: skip
    flow["nodes"][2]["keys"] |= {f"5{number}": {"node": f"m{number}"} for number in range(10)}
    flow["nodes"][2]["keys"] |= {"6": {"node": "m10"}, "7": {"node": "m11"}}


def test_a_small_flow_is_one_picture() -> None:
    found = pictures(acme())
    assert [(picture.title, picture.number, picture.diagram.direction) for picture in found] == [
        ("All calls", None, "down")
    ]


def test_a_large_flow_has_a_picture_for_each_number_and_for_each_menu_behind_a_menu() -> None:
    found = pictures(acme(departments))
    assert [(picture.title, picture.number) for picture in found] == [
        ("Calls to +1 212-555-0123", MAIN),
        ("Calls to +1 212-555-0150", SUPPORT),
        *((f"Department {number}", None) for number in range(12)),
    ]
    assert max(len(picture.diagram.cards) for picture in found) <= 40


def test_a_card_says_in_which_picture_it_goes_on() -> None:
    main, *_, last = pictures(acme(departments))
    stub = next(card for card in main.diagram.cards if card.id == "node:m11")
    assert stub.details == ("Goes on in “Department 11”",)
    assert not [link for link in main.diagram.links if link.source == "node:m11"]
    assert [link.target for link in last.diagram.links if link.source == "node:m11"] == [
        "node:g11", "node:q11", "node:a11", "extension:101",
    ]  # fmt: skip


def test_every_place_of_a_large_flow_is_in_some_picture() -> None:
    flow = acme(departments)
    drawn = {card.id for picture in pictures(flow) for card in picture.diagram.cards}
    nodes = {f"node:{node.id}" for node in flow.nodes if node.kind != "hangup"}
    assert nodes <= drawn


def test_numbers_that_begin_at_one_node_share_a_picture() -> None:
    def more(flow: dict[str, Any]) -> None:
        departments(flow)
        flow["numbers"] += [{"e164": f"+1212555020{number}", "entry": {"node": "hours"}} for number in range(3)]

    assert pictures(acme(more))[0].title == "Calls to +1 212-555-0123 and 3 more numbers"


def test_two_thousand_direct_numbers_make_no_further_picture() -> None:
    def direct(flow: dict[str, Any]) -> None:
        flow["numbers"] += [{"e164": f"+1646555{n:04}", "entry": {"extension": "101"}} for n in range(1990)]

    assert [picture.number for picture in pictures(acme(direct))] == [MAIN, SUPPORT]


def test_a_chain_without_menus_is_cut_where_it_becomes_too_long() -> None:
    def chain(flow: dict[str, Any]) -> None:
        flow["nodes"] += [
            {"id": f"c{number}", "kind": "announcement", "prompt": "closed", "then": {"node": f"c{number + 1}"}}
            for number in range(200)
        ]
        flow["nodes"].append({"id": "c200", "kind": "announcement", "prompt": "closed", "then": {"node": "c0"}})
        flow["numbers"][0]["entry"] = {"node": "c0"}

    found = pictures(acme(chain))
    assert max(len(picture.diagram.cards) for picture in found) <= 42
    drawn = {card.id for picture in found for card in picture.diagram.cards}
    assert {f"node:c{number}" for number in range(201)} <= drawn


def test_a_flow_without_anything_is_one_empty_picture() -> None:
    found = pictures(Flow.model_validate({"customer": {"name": "Nobody"}}))
    assert [len(picture.diagram.cards) for picture in found] == [0]


def test_a_week_takes_as_few_lines_as_it_can() -> None:
    def mixed(flow: dict[str, Any]) -> None:
        flow["schedules"][0]["weekly"] = {
            "mon": [{"start": "08:00", "end": "12:00"}, {"start": "13:00", "end": "17:00"}],
            "wed": [{"start": "00:00", "end": "24:00"}],
            "thu": [{"start": "22:00", "end": "06:00"}],
            "fri": [{"start": "22:00", "end": "06:00"}],
        }

    assert week(acme(mixed).schedules[0]) == [
        "Mon 08:00–12:00, 13:00–17:00", "Tue closed", "Wed all day", "Thu–Fri 22:00–06:00", "Sat–Sun closed",
    ]  # fmt: skip
    assert week(acme(lambda flow: flow["schedules"][0].update(weekly={})).schedules[0]) == ["Every day closed"]


def test_values_are_written_as_people_write_them() -> None:
    assert [duration(seconds) for seconds in (0, 20, 90, 3660)] == ["0 s", "20 s", "1 min 30 s", "1 h 1 min"]
    assert [phone(number) for number in ("+442071838750", "+12")] == ["+44 20 7183 8750", "+12"]
    assert human("main-menu") == "Main menu"
