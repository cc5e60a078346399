"""What is said about two flows that differ."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.callflow import MAIN, acme

from call_flow.diff import Difference, compare

TODAY = dt.date(2026, 11, 25)
Plain = dict[str, Any]


def difference(change: Callable[[Plain], object]) -> Difference:
    def apply(plain: Plain) -> None:
        change(plain)

    return compare(acme(), acme(apply), today=TODAY)


def sentences(change: Callable[[Plain], object]) -> list[str]:
    return [item.sentence for item in difference(change).changes]


def test_equal_flows_differ_in_nothing() -> None:
    assert compare(acme(), acme(), today=TODAY) == Difference(changes=[], callers=[])


def test_where_values_come_from_is_no_difference() -> None:
    found = difference(lambda plain: plain.update(provenance={"/customer": {"origin": "default"}}))
    assert found == Difference(changes=[], callers=[])


@pytest.mark.parametrize(
    ("change", "pointer", "kind", "sentence"),
    [
        (lambda p: p["schedules"][0]["weekly"].update(fri=[{"start": "08:00", "end": "16:00"}]),
         "/schedules/0/weekly/fri", "changed", "Schedule 'office': Friday is now 08:00–16:00, was 08:00–17:00."),
        (lambda p: p["schedules"][0]["weekly"].update(sat=[{"start": "09:00", "end": "12:00"}]),
         "/schedules/0/weekly/sat", "added", "Schedule 'office': Saturday is now 09:00–12:00, was closed."),
        (lambda p: p["schedules"][0]["weekly"].pop("mon"),
         "/schedules/0/weekly/mon", "removed", "Schedule 'office': Monday is now closed, was 08:00–17:00."),
        (lambda p: p["schedules"][0]["exceptions"].append({"date": "2026-12-31"}),
         "/schedules/0/exceptions/1", "added", "Schedule 'office': 2026-12-31 is closed."),
        (lambda p: p["schedules"][0]["exceptions"].clear(),
         "/schedules/0/exceptions/0", "removed", "Schedule 'office': 2026-12-24 is no exception any more."),
        (lambda p: p["nodes"][2]["keys"].update({"5": {"mailbox": "600"}}),
         "/nodes/2/keys/5", "added", "Menu 'menu': key 5 is new and leads to mailbox 600 (General)."),
        (lambda p: p["nodes"][2]["keys"].pop("4"),
         "/nodes/2/keys/4", "removed", "Menu 'menu': key 4 is gone; it led to 'Address'."),
        (lambda p: p["nodes"][2]["keys"].update({"2": {"extension": "104"}}),
         "/nodes/2/keys/2", "changed", "Menu 'menu': key 2 now leads to Dan Dyer (104), before to 'Support'."),
        (lambda p: p["nodes"][2].update(timeout_s=8),
         "/nodes/2/timeout_s", "changed", "Menu 'menu': the time it waits for a key is now 8, was 5."),
        (lambda p: p["nodes"][3]["members"].append({"extension": "104"}),
         "/nodes/3/members", "changed", "Ring group 'sales': Dan Dyer (104) joined."),
        (lambda p: p["nodes"][3]["members"].pop(0),
         "/nodes/3/members", "changed", "Ring group 'sales': Ben Baker (102) left."),
        (lambda p: p["nodes"][3]["members"].reverse(),
         "/nodes/3/members", "changed", "Ring group 'sales': the order is now 103, 102."),
        (lambda p: p["nodes"][3]["members"][0].update(delay_s=5),
         "/nodes/3/members", "changed", "Ring group 'sales': its members ring differently."),
        (lambda p: p["nodes"][4]["agents"].pop(0),
         "/nodes/4/agents", "changed", "Queue 'support': Cleo Carter (103) left."),
        (lambda p: p["nodes"][3].update(no_answer={"extension": "101"}),
         "/nodes/3/no_answer", "changed",
         "Ring group 'sales': where it goes if nobody answers is now Ann Archer (101), was mailbox 600 (General)."),
        (lambda p: p["extensions"].append({"number": "105", "first": "Eve"}),
         "/extensions/4", "added", "Extension 105 is new, Eve."),
        (lambda p: p["extensions"].pop(1), "/extensions/1", "removed", "Extension 102 is gone, Ben Baker."),
        (lambda p: p["extensions"][0].update(ring_s=30),
         "/extensions/0/ring_s", "changed", "Extension 101: the time it rings is now 30, was 20."),
        (lambda p: p["numbers"].append({"e164": "+12125550160", "label": "Fax", "entry": {"mailbox": "600"}}),
         "/numbers/2", "added", "Number +1 212-555-0160 is new, Fax."),
        (lambda p: p["numbers"][1].pop("caller_prefix"), "/numbers/1/caller_prefix", "removed",
         "Number +1 212-555-0150: caller prefix is not given any more; it was 'SUP: '."),
        (lambda p: p["prompts"][2]["texts"].update({"en-US": "Closed."}), "/prompts/2/texts/en-US", "changed",
         "Prompt 'closed': en-US is now 'Closed.', was 'We are closed.'."),
        (lambda p: p["customer"].update(name="Acme Inc"),
         "/customer/name", "changed", "Customer: name is now 'Acme Inc', was 'Acme Corp'."),
        (lambda p: p["emergency"]["notify"].pop(), "/emergency/notify", "changed",
         "Emergency calls: who is told is now extension '101', was extension '101', email 'office@acme.example'."),
        (lambda p: p["nodes"].pop(11), "/nodes/11", "removed", "External 'oncall' is gone."),
    ],
)  # fmt: skip
def test_a_change_is_said_in_a_sentence(
    change: Callable[[Plain], object], pointer: str, kind: str, sentence: str
) -> None:
    found = [(item.pointer, item.kind, item.sentence) for item in difference(change).changes]
    assert found == [(pointer, kind, sentence)]


def test_a_part_that_only_moved_has_not_changed() -> None:
    assert sentences(lambda plain: plain["nodes"].reverse()) == []


def test_callers_are_told_what_becomes_of_their_calls() -> None:
    found = difference(lambda p: p["schedules"][0]["weekly"].update(sat=[{"start": "08:00", "end": "12:00"}])).callers
    saturday = [said for said in found if said.startswith("Saturday")]
    assert saturday
    assert (
        "before, heard 'closed', then the caller leaves a message in mailbox 600 (General); now, heard 'welcome'"
        in saturday[0]
    )
    assert all(said.startswith("Saturday") for said in found)


def test_like_calls_are_told_together() -> None:
    callers = difference(lambda p: p["nodes"][2]["keys"].update({"0": {"extension": "102"}})).callers
    assert any("presses 0: before, heard 'welcome', then Ann Archer (101) answers; now, heard 'welcome', then Ben Baker"
               in said for said in callers)  # fmt: skip
    assert len(callers) == len(set(callers)) < 8


def test_other_words_of_a_prompt_are_heard() -> None:
    callers = difference(lambda p: p["prompts"][2]["texts"].update({"en-US": "Closed."})).callers
    assert callers == ["Wherever 'closed' is played: callers hear other words than before."]


def test_what_callers_do_not_notice_is_not_told_to_them() -> None:
    found = difference(lambda plain: plain["extensions"][0].update(ring_s=30))
    assert found.changes
    assert found.callers == []


def test_a_new_extension_could_not_be_called_before() -> None:
    callers = difference(lambda p: p["extensions"].append({"number": "105", "first": "Eve"})).callers
    assert any("105 dials 911" in said or "presses 105" in said for said in callers)


def test_another_first_number_is_another_number() -> None:
    found = difference(lambda plain: plain["numbers"].reverse())
    assert found == Difference(changes=[], callers=[])


def test_the_order_is_the_same_each_time() -> None:
    def change(plain: Plain) -> None:
        plain["nodes"][2]["keys"] = {"7": {"mailbox": "600"}, "0": {"extension": "104"}}
        plain["extensions"].pop(2)
        plain["schedules"][0]["weekly"].pop("tue")

    assert compare(acme(), acme(change), today=TODAY) == compare(acme(), acme(change), today=TODAY)


def test_a_flow_against_nothing_is_all_new() -> None:
    empty = acme(lambda plain: plain.update(numbers=[], nodes=[], extensions=[]))
    found = compare(empty, acme(), today=TODAY)
    assert {item.kind for item in found.changes} == {"added"}
    assert any(item.pointer == "/numbers/0" and MAIN[-4:] in item.sentence for item in found.changes)
    assert found.callers


def test_hostile_names_are_only_words() -> None:
    hostile = "x;\n${SHELL(id)}=HYPERLINK(\u202e" + "y" * 150
    found = difference(lambda plain: plain["extensions"][0].update(display=hostile))
    assert [item.pointer for item in found.changes] == ["/extensions/0/display"]
    assert found.callers == []
