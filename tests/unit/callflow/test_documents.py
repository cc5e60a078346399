"""The sign-off document as data: what stands in each section."""

import datetime as dt
from typing import Any

import pytest
from tests.callflow import acme

from call_flow.documents import Approval, Material, Row, document
from call_flow.documents.checks import ending
from call_flow.flow.identity import version
from call_flow.flow.model import Flow
from call_flow.flow.scenario import Scenario, Terminal
from call_flow.prove.report import CaseProof, ProofReport
from call_flow.spec.assumption import Assumption
from call_flow.validate.finding import Finding
from oberaconnect.typeset import (
    Block,
    Callout,
    Cell,
    Cover,
    Heading,
    KeyValue,
    Page,
    Paragraph,
    Picture,
    Signatures,
    Table,
)

MADE = dt.date(2026, 11, 25)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"/>'


def material(flow: Flow, **more: Any) -> Material:
    return Material(flow=flow, version=version(flow), made=MADE, prepared_by="Obera Networks", **more)


def case(number: int, difference: str = "") -> CaseProof:
    message, hangup = Terminal(type="message_left", target="600"), Terminal(type="hangup", target="normal")
    return CaseProof(
        id=f"case-{number}",
        title=f"Saturday 19:00, key {number}",
        covers=[],
        scenario=Scenario(at=dt.datetime(2026, 11, 28, 19, tzinfo=dt.UTC)),
        passed=not difference,
        expected=message,
        actual=hangup if difference else message,
        expected_path=[],
        actual_path=[],
        difference=difference,
        seconds=1,
    )


def proof(*cases: CaseProof, **more: Any) -> ProofReport:
    failed = sum(not case.passed for case in cases)
    return ProofReport(
        verdict="failed" if failed else "passed",
        pbx="Asterisk 22.10.1",
        load_complaints=more.get("load_complaints", []),
        planned=len(cases),
        cases=list(cases),
        called_again=more.get("called_again", 0),
        passed=len(cases) - failed,
        failed=failed,
        edges=60,
        edges_covered=58,
        not_covered=more.get("not_covered", {}),
        seconds=9,
    )


def blocks(given: Material, section: str) -> list[Block]:
    """The blocks of the section with this heading."""
    found: list[Block] = []
    inside = False
    for block in document(given).blocks:
        if isinstance(block, Heading) and block.level == 1:
            inside = block.text == section
        elif inside:
            found.append(block)
    return found


def words(given: Material, section: str) -> list[list[str]]:
    """The rows of all tables of a section."""
    tables = [block for block in blocks(given, section) if isinstance(block, Table)]
    return [[item.text if isinstance(item, Cell) else item for item in row] for table in tables for row in table.rows]


def facts(given: Material, section: str) -> dict[str, str]:
    return dict(pair for block in blocks(given, section) if isinstance(block, KeyValue) for pair in block.pairs)


def callouts(given: Material, section: str) -> list[Callout]:
    return [block for block in blocks(given, section) if isinstance(block, Callout)]


def test_the_sections_stand_in_the_order_in_which_they_are_read() -> None:
    given = material(
        acme(), pictures=[("All calls", SVG.format(400, 300))], scenarios=[Row("Monday", "waits", "Ann", "hours")]
    )
    titles = [block.text for block in document(given).blocks if isinstance(block, Heading) and block.level == 1]
    assert titles == [
        "In brief", "How calls travel", "Opening hours and holidays", "Menus", "Texts to record",
        "People and telephones", "Groups and queues", "Other places on the way of a call", "Mailboxes",
        "Telephone numbers and lines", "Calls for help", "Please confirm", "What our checks found",
        "What happens when", "Test calls", "What your staff can dial", "Sign-off",
    ]  # fmt: skip


def test_the_same_material_is_the_same_document() -> None:
    assert document(material(acme())) == document(material(acme()))


@pytest.mark.parametrize(
    ("more", "status", "tone"),
    [
        ({}, "Draft for your approval", "plain"),
        ({"findings": ["error"]}, "Draft: 1 point must be corrected before it can be approved", "bad"),
        ({"findings": ["warning", "info"]}, "Draft for your approval", "plain"),
        ({"proof": proof(case(1))}, "Proven by 1 test call, waiting for your approval", "good"),
        ({"proof": proof(case(1), case(2, "x"))}, "Draft: 1 of 2 test calls did not go as described", "bad"),
        ({"approved": True}, "Approved by Ann Archer on 1 December 2026", "good"),
        (
            {"approved": True, "proof": proof(case(1))},
            "Approved by Ann Archer on 1 December 2026, and proven by test calls",
            "good",
        ),
        ({"approved": False}, "Draft: the approval on record is for another version", "warning"),
    ],
)
def test_the_cover_says_where_the_version_stands(more: dict[str, Any], status: str, tone: str) -> None:
    flow = acme()
    if "findings" in more:
        more = more | {
            "findings": [Finding(code="X", severity=s, message="m", pointer="", fix="f") for s in more["findings"]]
        }
    if "approved" in more:
        digest = version(flow) if more["approved"] else "0" * 64
        approval = Approval("Ann Archer", "Director", dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), digest)
        more = {name: value for name, value in more.items() if name != "approved"} | {"approval": approval}
    cover = document(material(flow, **more)).blocks[0]
    assert isinstance(cover, Cover)
    assert (cover.status, cover.tone) == (status, tone)
    assert ("Content hash", version(flow)) in cover.facts


def test_in_brief_each_number_tells_what_callers_get_open_closed_and_on_holidays() -> None:
    assert words(material(acme()), "In brief") == [
        ["Open\nMon–Fri 08:00–17:00",
         "Callers who are known by their number go their own way (2 rules). For all others the menu “Menu” offers "
         "1 Sales, 2 Support, 3 Names, 4 Address and 0 Ann Archer (101)."],
        ["Closed",
         "The caller hears “We are closed.” Then while staff have “Emergency line” switched on, +1 212-555-0177 rings "
         "for 20 s. If nobody answers, the caller may leave a message in mailbox 600 (General). Otherwise the caller "
         "may leave a message in mailbox 600 (General)."],
        ["Holidays",
         "The caller hears “We are closed for the holiday.” Then the caller may leave a message in mailbox 600 "
         "(General)."],
        ["Always",
         "The caller waits up to 1 min for Cleo Carter (103) and Dan Dyer (104). If nobody is free by then, the caller "
         "may leave a message in mailbox 600 (General)."],
    ]  # fmt: skip


def test_a_circle_is_told_to_an_end() -> None:
    def circle(flow: dict[str, Any]) -> None:
        flow["nodes"][6]["then"] = {"node": "address"}
        flow["numbers"][1]["entry"] = {"node": "address"}

    assert words(material(acme(circle)), "In brief")[-1][1].endswith(
        "third floor.” Then the call goes on to “Address”."
    )


def test_a_picture_stands_on_a_page_of_its_size_and_what_follows_on_an_ordinary_one() -> None:
    pictures = [("Small", SVG.format(400, 300)), ("Wide", SVG.format(1400, 500)), ("Vast", SVG.format(3000, 1500))]
    given = blocks(material(acme(), pictures=pictures), "How calls travel")
    found = [block for block in given if isinstance(block, Page | Picture)]
    assert [block for block in found if isinstance(block, Page)] == [
        Page("letter", landscape=True), Page("tabloid", landscape=True), Page("letter"),
    ]  # fmt: skip
    small = next(block for block in found if isinstance(block, Picture))
    assert (small.width, small.height) == (300, 225)


def test_paper_is_that_of_the_country() -> None:
    def british(flow: dict[str, Any]) -> None:
        flow["customer"] |= {"country": "GB", "subdivision": None}

    assert (document(material(acme())).paper, document(material(acme(british))).paper) == ("letter", "a4")


def test_the_week_the_exceptions_and_the_switch_are_told() -> None:
    given = material(acme())
    rows = words(given, "Opening hours and holidays")
    assert rows[:8] == [
        ["Monday", "08:00–17:00"], ["Tuesday", "08:00–17:00"], ["Wednesday", "08:00–17:00"],
        ["Thursday", "08:00–17:00"], ["Friday", "08:00–17:00"], ["Saturday", "closed"], ["Sunday", "closed"],
        ["24 December 2026", "Thursday", "08:00–12:00", "Eve"],
    ]  # fmt: skip
    assert facts(given, "Opening hours and holidays") == {
        "Time zone": "America/New_York",
        "Used by": "Hours",
        "Holidays": "public holidays (US) and days of your own",
        "By hand": "Staff dial *28 to set it to closed and open, and once more to follow the clock again. The next "
        "change of hours sets it back.",
    }


def test_holidays_are_those_of_the_coming_twelve_months_with_their_weekday() -> None:
    rows = words(material(acme()), "Opening hours and holidays")[8:]
    assert rows[0] == ["26 November 2026", "Thursday", "Thanksgiving Day", ""]
    assert rows[-1] == ["11 November 2027", "Thursday", "Veterans Day", ""]
    assert ["5 October 2027", "Tuesday", "Founders' Day", ""] in rows


def test_a_holiday_with_hours_of_its_own_says_so() -> None:
    def open_on_christmas(flow: dict[str, Any]) -> None:
        flow["schedules"][0]["exceptions"][0]["date"] = "2026-12-25"

    rows = words(material(acme(open_on_christmas)), "Opening hours and holidays")
    assert ["25 December 2026", "Friday", "Christmas Day", "other hours, see above"] in rows


def test_a_calendar_that_ends_within_the_year_warns() -> None:
    def short(flow: dict[str, Any]) -> None:
        flow["holiday_sets"][0]["horizon_years"] = 1

    (warning,) = callouts(material(acme(short)), "Opening hours and holidays")
    assert warning.text == "Holidays are worked out up to 31 December 2026 only."


def test_holidays_of_an_unknown_country_are_asked_for() -> None:
    def unknown(flow: dict[str, Any]) -> None:
        flow["holiday_sets"][0]["source"]["country"] = "XX"

    (problem,) = callouts(material(acme(unknown)), "Opening hours and holidays")
    assert problem.tone == "bad"


def test_a_document_of_29_february_covers_a_year() -> None:
    flow = acme(lambda plain: plain["holiday_sets"][0].update(first_year=2028))
    given = Material(flow=flow, version=version(flow), made=dt.date(2028, 2, 29), prepared_by="x")
    told = [block.text for block in blocks(given, "Opening hours and holidays") if isinstance(block, Paragraph)]
    assert "Closed all day, from 29 February 2028 to 28 February 2029:" in told


def test_each_key_of_a_menu_has_its_row() -> None:
    assert words(material(acme()), "Menus") == [
        ["1", "Sales"], ["2", "Support"], ["3", "Names"], ["4", "Address"], ["0", "Ann Archer (101)"],
        ["101, 102 …", "The telephone with this number"], ["No key", "Ann Archer (101)"],
        ["Wrong key", "The call ends"],
    ]  # fmt: skip


def test_each_text_to_record_says_who_hears_it_and_how_long_it_takes() -> None:
    def more(flow: dict[str, Any]) -> None:
        flow["prompts"] += [
            {"id": "spare", "texts": {"en-US": "one two three four five", "ja-JP": "お電話ありがとう"}},
            {"id": "spoken", "texts": {"en-US": "x"}, "seconds": 75, "state": "recorded"},
        ]
        flow["mailboxes"][0]["busy_greeting"] = "spoken"

    rows = words(material(acme(more)), "Texts to record")
    assert rows[1] == ["Invalid", "en-US", "That is not a choice.", "after a wrong key in “Menu”", "2 s\nto record"]
    assert rows[-3:] == [
        ["Spare", "en-US", "one two three four five", "nobody: it is not used", "about 2 s\nto record"],
        ["Spare", "ja-JP", "お電話ありがとう", "nobody: it is not used", "about 2 s\nto record"],
        ["Spoken", "en-US", "x", "callers of Mailbox 101 (Ann Archer) while it is busy", "1 min 15 s\nrecorded"],
    ]


def test_each_telephone_says_what_becomes_of_its_calls() -> None:
    def more(flow: dict[str, Any]) -> None:
        flow["extensions"][0] |= {
            "on_busy": {"extension": "102"}, "mobile": "+12125550188", "did": "+12125550199",
            "outbound": "international", "follow_me": [{"number": "+12125550188", "delay_s": 10}],
        }  # fmt: skip

    rows = words(material(acme(more)), "People and telephones")
    assert rows[0] == [
        "101", "Ann Archer", "Desk telephone",
        "after 10 s +1 212-555-0188 rings too\nafter 20 s: Mailbox 101 (Ann Archer)\nbusy: Ben Baker (102)",
        "Everywhere", "+1 212-555-0199\nmobile +1 212-555-0188",
    ]  # fmt: skip
    assert rows[2][3] == "after 20 s: The call ends unanswered\nbusy: Busy tone"


def test_groups_queues_and_mailboxes_are_told_whole() -> None:
    given = material(acme())
    assert words(given, "Groups and queues") == [
        ["Sales", "Ben Baker (102)\nCleo Carter (103)", "Rings all for 20 s",
         "Mailbox 600 (General)\nall busy: Oncall"],
        ["Support", "Cleo Carter (103)\nDan Dyer (104)",
         "Rings everybody who is free\neach for 15 s\nmusic: Default",
         "key 9: Mailbox 600 (General)\nafter 1 min: Mailbox 600 (General)\nnobody there: Oncall"],
    ]  # fmt: skip
    assert words(given, "Mailboxes")[-1] == [
        "600", "General", "office@acme.example", "up to 3 min\nattached to the mail\n0 leads to Ann Archer (101)",
    ]  # fmt: skip


def test_all_other_places_say_what_they_do_and_where_a_call_goes_on() -> None:
    rows = {row[0]: row[1:] for row in words(material(acme()), "Other places on the way of a call")}
    assert list(rows) == [
        "Hours", "Vip", "Names", "Address", "Closed", "Emergency line", "Holiday", "General", "Oncall",
    ]  # fmt: skip
    assert rows["Vip"] == [
        "Who is calling", "",
        "From +1415…: Ann Archer (101)\nHidden number: Mailbox 600 (General)\nAll other callers: Menu",
    ]  # fmt: skip
    assert rows["Address"] == ["Announcement", "“We are at 350 Fifth Avenue, third floor.”", "Then: call ends"]
    assert rows["General"] == ["Voicemail", "Says that nobody is available", "Mailbox 600 (General)"]


def test_numbers_lines_and_routes_have_their_rows() -> None:
    assert words(material(acme()), "Telephone numbers and lines") == [
        ["+1 212-555-0123", "Main line", "Voice", "Headquarters", "Hours", "registered"],
        ["+1 212-555-0150", "Support", "Voice", "Headquarters", "Support", "not registered"],
        ["Carrier", "", "sip.carrier.example:5060", "no limit given"],
        ["Out", "within the country and abroad", "", "Carrier"],
    ]


def test_the_emergency_page_has_every_place_with_its_telephones() -> None:
    def moved(flow: dict[str, Any]) -> None:
        flow["extensions"][3] |= {"location": None, "site": None, "caller_id": {"emergency": "+12125550150"}}
        flow["extensions"].append({"number": "105", "device": "none"})

    given = material(acme(moved))
    rows = words(given, "Calls for help")
    assert rows[:2] == [
        ["Headquarters · Front desk", "350 5th Ave\nNew York, NY 10118, US\nfloor 3, Suite 310", "101, 102, 103",
         "+1 212-555-0123"],
        ["No place given", "No address given", "104", "+1 212-555-0150"],
    ]  # fmt: skip
    assert [row[1] for row in rows[2:]] == ["47 CFR § 9.16(b)(1)", "47 CFR § 9.16(b)(2)", "47 CFR § 9.3, § 9.16(b)(3)"]
    assert facts(given, "Calls for help") == {
        "Emergency numbers": "911", "Also with this before it": "9", "Number to test with": "933",
        "Number to call back": "+1 212-555-0123", "Who is told at once": "Ann Archer (101)\noffice@acme.example",
        "Lines, in this order": "Carrier",
    }  # fmt: skip
    assert callouts(given, "Calls for help")[-1].title == "Facts, not legal advice"


def test_elsewhere_no_rule_of_the_united_states_is_told() -> None:
    def british(flow: dict[str, Any]) -> None:
        flow["customer"] |= {"country": "GB", "subdivision": None}

    assert not [row for row in words(material(acme(british)), "Calls for help") if "CFR" in row[1]]


def test_assumptions_have_a_box_to_tick_and_room_for_a_correction() -> None:
    taken = [
        Assumption(pointer="/x", value=1, origin="default", message="It rings for 20 s.", question="How long?"),
        Assumption(pointer="/y", value=1, origin="assumed", message="All mail is kept.", places=4),
    ]
    given = material(acme(), assumptions=taken)
    assert words(given, "Please confirm") == [
        ["", "It rings for 20 s.", "How long?", ""], ["", "All mail is kept. (in 4 places)", "", ""],
    ]  # fmt: skip
    (table,) = (block for block in blocks(given, "Please confirm") if isinstance(block, Table))
    assert {row[0] for row in table.rows} == {Cell("", "box")}


def test_findings_are_told_the_gravest_first() -> None:
    found = [
        Finding(code=code, severity=severity, message=f"message {code}", pointer="", fix=f"fix {code}")
        for code, severity in (("A", "info"), ("B", "error"), ("C", "warning"))
    ]
    assert words(material(acme(), findings=found), "What our checks found") == [
        ["Must be corrected", "message B", "fix B", "B"],
        ["Please check", "message C", "fix C", "C"],
        ["For your information", "message A", "fix A", "A"],
    ]


def test_what_happens_when_is_a_table_of_its_own() -> None:
    rows = [Row("Saturday 19:00", "presses 2", "a message in the mailbox", "Hours: closed")]
    given = material(acme(), scenarios=rows)
    assert words(given, "What happens when") == [
        ["Saturday 19:00", "presses 2", "a message in the mailbox", "Hours: closed"]
    ]


def test_test_calls_are_told_with_what_failed_and_what_was_not_tested() -> None:
    report = proof(
        case(1),
        case(2, "The call ended."),
        load_complaints=["WARNING: odd"],
        called_again=1,
        not_covered={"sales>answered:102": "shared"},
    )
    given = material(acme(), proof=report)
    assert words(given, "Test calls") == [
        ["", "Saturday 19:00, key 1", "a message in Mailbox 600 (General)", ""],
        ["", "Saturday 19:00, key 2", "the call ends", "The call ended."],
        ["Sales: answered 102", "shared"],
    ]
    (verdict,) = callouts(given, "Test calls")
    assert (verdict.title, verdict.tone) == ("1 of 2 test calls went as described", "bad")
    assert "58 of 60 ways" in verdict.text
    told = "".join(block.text for block in blocks(given, "Test calls") if isinstance(block, Paragraph))
    assert "WARNING: odd" in told
    assert "1 call had to be made more than once" in told


@pytest.mark.parametrize(
    ("kind", "target", "told"),
    [
        ("answered", "101", "Ann Archer (101) answers"),
        ("answered", "names", "Names answers"),
        ("external", "+12125550177", "+1 212-555-0177 answers"),
        ("emergency", "911", "the emergency centre"),
    ],
)
def test_the_end_of_a_call_is_told_in_words(kind: Any, target: str, told: str) -> None:
    assert ending(material(acme()), Terminal(type=kind, target=target)) == told


def test_all_codes_that_staff_can_dial_are_listed() -> None:
    rows = words(material(acme()), "What your staff can dial")
    assert [row[0] for row in rows] == ["*97", "*98", "*8", "*411", "*43", "700", "*28", "*29", "933"]
    assert rows[5][1].endswith("(701–720)")


def test_the_last_page_names_the_hash_and_both_parties() -> None:
    given = material(acme())
    assert callouts(given, "Sign-off")[0].text == version(given.flow)
    (lines,) = (block for block in blocks(given, "Sign-off") if isinstance(block, Signatures))
    assert [party for party, _ in lines.parties] == ["For Acme Corp", "For Obera Networks"]
    assert [name for name, _ in lines.parties[0][1]] == ["Name", "Role", "Date", "Signature"]


def test_an_approval_of_this_version_fills_the_lines_and_one_of_another_does_not() -> None:
    flow = acme()
    at = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
    this, other = (Approval("Ann Archer", "Director", at, digest) for digest in (version(flow), "0" * 64))
    lines = [
        block.parties[0][1]
        for approval in (this, other)
        for block in blocks(material(flow, approval=approval), "Sign-off")
        if isinstance(block, Signatures)
    ]
    assert lines[0] == (("Name", "Ann Archer"), ("Role", "Director"), ("Date", "1 December 2026"), ("Signature", ""))
    assert {value for _, value in lines[1]} == {""}
    warning = callouts(material(flow, approval=other), "Sign-off")[1]
    assert (warning.tone, "0" * 64 in warning.text) == ("warning", True)


def test_an_empty_flow_says_what_is_missing() -> None:
    given = material(Flow.model_validate({"customer": {"name": "Nobody"}}))
    told = [getattr(block, "text", "") for block in document(given).blocks]
    for sentence in (
        "Calls from outside can reach nobody until a number is added.", "There is no telephone yet.",
        "There is no telephone number yet.", "No test calls have been made for this version yet.",
    ):  # fmt: skip
        assert sentence in told


def test_every_name_of_the_flow_stands_in_the_document() -> None:
    flow = acme()
    told = repr(document(material(flow)))
    for name in (item.name for items in (flow.extensions, flow.mailboxes, flow.sites) for item in items):
        assert str(name) in told
    for prompt in flow.prompts:
        assert all(text in told for text in prompt.texts.values())
