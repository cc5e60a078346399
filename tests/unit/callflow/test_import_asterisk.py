"""Dialplans that people wrote by hand."""

import pytest
from tests.importing import call, dialplan, imported, line, office

VETS = "+12125550140"


@pytest.mark.parametrize(
    ("at", "scenario", "ends"),
    [
        ("2026-11-24T10:00", {"to": VETS, "keys": ["1"]}, ("answered", "201")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["1"], "states": {"201": "no_answer", "202": "no_answer"}},
         ("message_left", "250")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["1"], "states": {"201": "busy", "202": "busy"}},
         ("answered", "203")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["2"]}, ("answered", "201")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["204"]}, ("answered", "204")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["9", "1"]}, ("answered", "201")),
        ("2026-11-24T10:00", {"to": VETS, "keys": ["7", "7"]}, ("hangup", "normal")),
        ("2026-11-24T10:00", {"to": VETS}, ("answered", "201")),
        ("2026-11-24T20:00", {"to": VETS}, ("message_left", "250")),
        ("2026-11-24T20:00", {"to": VETS, "keys": ["1"]}, ("external", "+12125550191")),
        ("2026-11-28T12:29:59", {"to": VETS, "keys": ["1"]}, ("answered", "201")),
        ("2026-11-28T12:30:00", {"to": VETS}, ("message_left", "250")),
        ("2026-11-26T10:00", {"to": VETS}, ("message_left", "250")),
        ("2030-12-25T10:00", {"to": VETS}, ("message_left", "250")),
        ("2026-12-25T10:00", {"to": VETS}, ("message_left", "250")),
        ("2026-11-24T10:00", {"to": VETS, "from": "+17185550100"}, ("answered", "203")),
        ("2026-11-24T10:00", {"to": "+12125550141", "states": {"204": "busy"}}, ("message_left", "204")),
    ],
)  # fmt: skip
def test_calls_to_the_vets_end_where_their_dialplan_leads(
    at: str, scenario: dict[str, object], ends: tuple[str, str]
) -> None:
    found = call(imported("orchard-vets").flow, at, **scenario)
    assert (found.type, found.target) == ends


def test_each_value_says_in_which_line_it_was_read() -> None:
    provenance = imported("orchard-vets").flow.provenance
    assert provenance["/numbers/0"].origin == "imported"
    assert provenance["/numbers/0"].evidence == (
        "extensions.conf, line 13: exten => 12125550140,1,NoOp(Main line from ${CALLERID(num)})"
    )
    assert str(provenance["/extensions/2/display"].evidence).startswith("pjsip.conf, line ")
    assert str(provenance["/mailboxes/4"].evidence).endswith("messages@orchard.example|desk@orchard.example")


def test_what_was_not_read_is_assumed_and_asked() -> None:
    flow = imported("corner-law").flow
    names = {pointer: note for pointer, note in flow.provenance.items() if note.question}
    assert names["/customer/name"].question == "Who is the customer?"
    assert names["/prompts/0/texts"].question == "What does the recording kanzlei-nummer-zeigen say?"
    assert flow.provenance["/customer/time_zone"].origin == "imported"


def test_extensions_say_what_happens_when_they_do_not_answer() -> None:
    flow = imported("corner-law").flow
    first = next(item for item in flow.extensions if item.number == "201")
    assert (first.ring_s, first.mailbox, first.on_no_answer) == (15, "201", None)
    garage = {item.number: item for item in imported("mill-street-garage").flow.extensions}
    assert garage["12"].mailbox is None
    assert call(imported("mill-street-garage").flow, "2026-11-24T10:00", to="12", **{"from": "11"}).target == "12"


def test_contexts_that_are_included_at_times_are_hours() -> None:
    flow = imported("mill-street-garage").flow
    assert call(flow, "2026-11-24T17:30:59").target == "11"
    assert call(flow, "2026-11-24T17:31:00").target == "10"
    assert call(flow, "2026-11-28T12:00", states={"11": "no_answer"}).target == "10"


def test_a_switch_in_the_database_is_a_toggle_with_its_code() -> None:
    found = imported("mill-street-garage")
    assert call(found.flow, "2026-11-24T20:00", states={"night-2": "on"}).target == "+442079460123"
    assert [node.code for node in found.flow.nodes if node.kind == "toggle"] == ["*21"]
    assert "*22" in line(found, "garage/towing)}").reason


def test_letters_of_older_systems_are_read() -> None:
    names = [box.name for box in imported("mill-street-garage").flow.mailboxes]
    assert names == ["Müller and Son", "Workshop"]


def test_numbers_for_help_are_those_that_telephones_dial() -> None:
    assert imported("orchard-vets").flow.emergency.numbers == ["911"]
    assert imported("orchard-vets").flow.emergency.accept_prefixes == ["9"]
    assert imported("corner-law").flow.emergency.numbers == ["110", "112"]


def test_what_telephones_may_call_follows_from_their_context() -> None:
    flow = imported("orchard-vets").flow
    assert {item.outbound for item in flow.extensions} == {"international"}
    assert [(route.prefix, route.classes, route.trunks) for route in flow.outbound] == [
        ("9", ["national", "international"], ["metrovoice"])
    ]


def test_dials_one_after_the_other_are_a_sequential_group() -> None:
    node = next(item for item in imported("corner-law").flow.nodes if item.id == "mandanten")
    assert node.kind == "ring_group"
    assert (node.strategy, [member.target for member in node.members]) == ("sequential", ["201", "202", "203"])


def test_a_pattern_of_a_few_numbers_is_those_numbers() -> None:
    numbers = [number.e164 for number in imported("corner-law").flow.numbers]
    assert numbers[2:] == [f"+49302312520{digit}" for digit in range(10)]


def test_a_pattern_that_takes_any_number_names_none() -> None:
    found = dialplan("[from-trunk]\nexten => _X.,1,Dial(PJSIP/101,20)\n", pjsip="[101]\ntype=endpoint\n")
    assert found.flow.numbers == []
    assert line(found, "_X.").status == "approximated"


def test_a_program_decides_nothing_and_the_ledger_says_so() -> None:
    found = dialplan(
        "[from-trunk]\nexten => 12125550100,1,AGI(route.agi)\n same => n,Stasis(app)\n[phones]\n"
        "exten => 101,1,Dial(PJSIP/101,20)\n"
    )
    assert found.flow.numbers[0].entry.hangup == "normal"
    assert "not run" in line(found, "AGI").reason
    assert "Calls that come here end" in line(found, "Stasis").reason


def test_an_outside_line_for_callers_is_never_imported() -> None:
    found = dialplan("[from-trunk]\nexten => 12125550100,1,DISA(no-password,out)\n[p]\nexten => 101,1,Dial(SIP/101)\n")
    assert found.flow.numbers[0].entry.hangup == "normal"
    assert "never imported" in line(found, "DISA").reason


def test_a_target_that_does_not_exist_ends_the_call() -> None:
    found = dialplan("[from-trunk]\nexten => 12125550100,1,Goto(nowhere,s,1)\n[p]\nexten => 101,1,Dial(SIP/101)\n")
    assert found.flow.numbers[0].entry.hangup == "normal"
    assert line(found, "nowhere").status == "approximated"


def test_a_menu_without_an_end_has_ten_tries() -> None:
    found = dialplan(
        "[from-trunk]\nexten => 12125550100,1,Goto(m,s,1)\n[m]\nexten => s,1,Background(hi)\n same => n,WaitExten(3)\n"
        " same => n,Goto(s,1)\nexten => 1,1,Dial(SIP/101,20)\n"
    )
    node = next(item for item in found.flow.nodes if item.kind == "menu")
    assert (node.max_tries, node.no_input.hangup) == (10, "normal")
    assert "without end" in line(found, "Background").reason


def test_every_line_is_in_the_ledger_once() -> None:
    found = imported("orchard-vets")
    listed = [item.line for item in found.ledger if item.file == "extensions.conf"]
    text = office("orchard-vets")["extensions.conf"].decode()
    said = [number for number, words in enumerate(text.splitlines(), 1) if words.strip() and words.lstrip()[0] != ";"]
    assert sorted(listed, key=lambda number: number or 0) == said
    assert all(item.reason for item in found.ledger if item.status != "understood")


def test_passwords_are_read_from_nowhere() -> None:
    found = imported("orchard-vets")
    assert line(found, "password=").status == "ignored"
    assert "not-a-real-one" not in found.flow.model_dump_json()


def test_subroutines_with_arguments_are_followed() -> None:
    found = dialplan(
        "[from-trunk]\nexten => 12125550100,1,Gosub(ring,s,1(101,15))\n same => n,VoiceMail(700@default,u)\n"
        "[ring]\nexten => s,1,Dial(PJSIP/${ARG1},${ARG2})\n same => n,Return()\n"
        "[phones]\nexten => 101,1,Dial(PJSIP/101,20)\n"
    )
    assert call(found.flow, "2026-11-24T10:00", states={"101": "no_answer"}).target == "700"


def test_three_places_by_the_clock_are_one_switch_and_a_fourth_is_another() -> None:
    text = (
        "[from-trunk]\nexten => 12125550100,1,GotoIfTime(*,*,1,jan?new-year,1)\n"
        " same => n,GotoIfTime(08:00-11:59,mon-fri,*,*?morning,1)\n"
        " same => n,GotoIfTime(12:00-17:59,mon-fri,*,*?afternoon,1)\n same => n,Dial(SIP/104,20)\n"
        "exten => new-year,1,Dial(SIP/101,20)\nexten => morning,1,Dial(SIP/102,20)\n"
        "exten => afternoon,1,Dial(SIP/103,20)\n"
    )
    flow = dialplan(text, sip="".join(f"[10{at}]\ntype=friend\nhost=dynamic\n" for at in range(1, 5))).flow
    ends = [
        call(flow, at).target for at in ("2027-01-01T09:00", "2026-11-24T09:00", "2026-11-24T13:00", "2026-11-24T19:00")
    ]
    assert ends == ["101", "102", "103", "104"]
    assert sum(node.kind == "time_switch" for node in flow.nodes) == 3


def test_a_caller_who_is_blocked_by_a_condition_is_sent_away_and_others_are_not() -> None:
    found = dialplan(
        "[from-trunk]\nexten => 12125550100,1,NoOp()\n"
        ' same => n,ExecIf($["${CALLERID(num)}" = "5035559999"]?Hangup(21))\n'
        ' same => n,ExecIf($["${CALLERID(num)}" = "5035558888"]?Busy())\n'
        " same => n,Dial(PJSIP/101,20)\n[inside]\nexten => 101,1,Dial(PJSIP/101,20)\n"
    )
    ends = {
        caller: call(found.flow, "2026-11-24T10:00", **{"from": caller})
        for caller in ("+15035559999", "+15035558888", "+15035550101")
    }
    assert [(end.type, end.target) for end in ends.values()] == [
        ("hangup", "rejected"), ("hangup", "busy"), ("answered", "101"),
    ]  # fmt: skip
    assert line(found, "Hangup(21)").status == "understood"


def test_telephones_that_are_rung_and_are_not_there_are_said() -> None:
    pjsip = "[101]\ntype=endpoint\ncontext=inside\n"
    begins = "[from-trunk]\nexten => 12125550100,1,Dial(PJSIP/101&PJSIP/102,20)\n"
    rings = f"{begins}[inside]\nexten => 101,1,Dial(PJSIP/101,20)\n"
    assert "taken to be there" in line(dialplan(rings, pjsip=pjsip), "PJSIP/102").reason
    assert "taken to be there" not in line(dialplan(rings), "PJSIP/102").reason, "nobody said which there are"
