"""Questions in plain English: what they are understood to mean, and what is answered."""

import datetime as dt
from contextlib import suppress

import pytest
from tests.callflow import MAIN, SUPPORT, acme

from call_flow.flow.scenario import Scenario
from call_flow.simulate import Simulator, plan, read_question
from oberaconnect.problems import Unprocessable

TODAY = dt.date(2026, 11, 25)  # a Wednesday, the day before Thanksgiving
#: What is asked | when that is | where the call ends | the outcomes on its way from the number.
QUESTIONS = """
Saturday 19:00, presses 2 | 2026-11-28 19:00:00 | message_left 600 | closed done off message
Tuesday 10:00, presses 1 | 2026-12-01 10:00:00 | answered 102 | open otherwise key:1 answered:102
Tuesday at 10, presses 1, 102 does not answer | 2026-12-01 10:00:00 | answered 103 | open otherwise key:1 answered:103
Monday 9am, presses 1, 102 and 103 are busy | 2026-11-30 09:00:00 | external +12125550177 | open otherwise key:1 busy answered
on Christmas | 2026-12-25 10:00:00 | message_left 600 | holiday done message message
on Christmas Day at noon | 2026-12-25 12:00:00 | message_left 600 | holiday done message message
Christmas Eve at 11:00, presses 0 | 2026-12-24 11:00:00 | answered 101 | open otherwise key:0 answered
Christmas Eve 13:00 | 2026-12-24 13:00:00 | message_left 600 | closed done off message
on Thanksgiving at 10am | 2026-11-26 10:00:00 | message_left 600 | holiday done message message
tomorrow | 2026-11-26 10:00:00 | message_left 600 | holiday done message message
tomorrow at 10:00 | 2026-11-26 10:00:00 | message_left 600 | holiday done message message
the day after tomorrow at 10:00, presses 4 | 2026-11-27 10:00:00 | hangup normal | open otherwise key:4 done done
today at 10:00, presses 0 | 2026-11-25 10:00:00 | answered 101 | open otherwise key:0 answered
tonight | 2026-11-25 19:00:00 | message_left 600 | closed done off message
after hours | 2026-12-01 19:00:00 | message_left 600 | closed done off message
What happens after hours? | 2026-12-01 19:00:00 | message_left 600 | closed done off message
during business hours, presses 2 | 2026-12-01 10:00:00 | answered 103 | open otherwise key:2 answered:103
at lunch | 2026-12-01 12:30:00 | answered 101 | open otherwise no_input answered
at lunch, presses 1, nobody answers | 2026-12-01 12:30:00 | message_left 600 | open otherwise key:1 no_answer message
Monday at noon, presses nothing | 2026-11-30 12:00:00 | answered 101 | open otherwise no_input answered
Monday morning, caller does not press anything | 2026-11-30 10:00:00 | answered 101 | open otherwise no_input answered
Friday 16:59:59, presses 0 | 2026-11-27 16:59:59 | answered 101 | open otherwise key:0 answered
Friday 17:00 | 2026-11-27 17:00:00 | message_left 600 | closed done off message
Monday 07:59:59 | 2026-11-30 07:59:59 | message_left 600 | closed done off message
Monday 08:00, presses 0 | 2026-11-30 08:00:00 | answered 101 | open otherwise key:0 answered
one second before closing on Monday, presses 0 | 2026-11-30 16:59:59 | answered 101 | open otherwise key:0 answered
just after closing on Monday | 2026-11-30 17:00:01 | message_left 600 | closed done off message
at closing time on Monday | 2026-11-30 17:00:00 | message_left 600 | closed done off message
at opening on Tuesday, presses 0 | 2026-12-01 08:00:00 | answered 101 | open otherwise key:0 answered
calls the support line on Sunday at 3am | 2026-11-29 03:00:00 | answered 103 | answered:103
calls support, nobody answers | 2026-12-01 10:00:00 | message_left 600 | timeout message
calls Support, 103 and 104 are offline | 2026-12-01 10:00:00 | external +12125550177 | no_agents answered
calls Support, presses 9, nobody answers | 2026-12-01 10:00:00 | message_left 600 | key:9 message
calls Support, 103 is busy | 2026-12-01 10:00:00 | answered 104 | answered:104
Someone calls the support line and 104 is on the phone | 2026-12-01 10:00:00 | answered 103 | answered:103
from +14155550100, Tuesday 10:00 | 2026-12-01 10:00:00 | answered 101 | open match:0 answered
from +1 415 555 0100 on Tuesday at 10am, 101 is busy | 2026-12-01 10:00:00 | message_left 101 | open match:0 busy message
from (415) 555-0100 Wednesday 11:00 | 2026-11-25 11:00:00 | answered 101 | open match:0 answered
from +442079460000, Wednesday 11:00, presses 3, spells archer | 2026-11-25 11:00:00 | answered 101 | open otherwise key:3 found:101 answered
an anonymous caller on Tuesday at 10:00 | 2026-12-01 10:00:00 | message_left 600 | open match:1 message
with a hidden number, Wednesday 14:30 | 2026-11-25 14:30:00 | message_left 600 | open match:1 message
withheld number at 10:00 on Thursday 3 December | 2026-12-03 10:00:00 | message_left 600 | open match:1 message
Tuesday 10:00, dials 102 | 2026-12-01 10:00:00 | answered 102 | open otherwise dial:102 answered
Tuesday 10:00, presses 102, 102 is not reachable | 2026-12-01 10:00:00 | message_left 102 | open otherwise dial:102 offline message
Tuesday 10:00, presses 104 and 104 doesn't answer | 2026-12-01 10:00:00 | message_left 104 | open otherwise dial:104 no_answer message
Tuesday 10:00, presses 103, 103 is busy | 2026-12-01 10:00:00 | hangup busy | open otherwise dial:103 busy
Tuesday 10:00, presses 8 then 1 | 2026-12-01 10:00:00 | answered 102 | open otherwise key:1 answered:102
Tuesday 10:00, presses the wrong key | 2026-12-01 10:00:00 | answered 101 | open otherwise no_input answered
Tuesday 10:00, presses 9 three times | 2026-12-01 10:00:00 | hangup normal | open otherwise invalid done
Tuesday 10:00, presses a wrong key then 2 | 2026-12-01 10:00:00 | answered 103 | open otherwise key:2 answered:103
Tuesday 10:00, presses nothing then 2 | 2026-12-01 10:00:00 | answered 103 | open otherwise key:2 answered:103
Tuesday 10:00, presses star | 2026-12-01 10:00:00 | answered 101 | open otherwise no_input answered
Tuesday 10:00, presses pound then zero | 2026-12-01 10:00:00 | answered 101 | open otherwise key:0 answered
Tuesday 10:00, presses 3 then 0 | 2026-12-01 10:00:00 | answered 101 | open otherwise key:3 operator answered
Tuesday 10:00, presses 3 and then 0 | 2026-12-01 10:00:00 | answered 101 | open otherwise key:3 operator answered
Tuesday 10:00, presses three, then zero | 2026-12-01 10:00:00 | answered 101 | open otherwise key:3 operator answered
Tuesday 10:00, presses 3 then 272 then 1 | 2026-12-01 10:00:00 | answered 101 | open otherwise key:3 found:101 answered
Tuesday 10:00, presses 3 then 999 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:3 failed done
Tuesday 10:00, presses 3, spells Baker | 2026-12-01 10:00:00 | answered 102 | open otherwise key:3 found:102 answered
2026-12-01 10:00, presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
2026-12-01T10:00:00, presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
1 December 2026 10:00, presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
December 1st at 10:00, presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
on the 1st of December at 10 a.m., presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
12/1/2026 10:00, presses 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
Independence Day 10:00 | 2027-07-04 10:00:00 | message_left 600 | holiday done message message
on the 4th of July | 2027-07-04 10:00:00 | message_left 600 | holiday done message message
on New Year's Day at 10:00 | 2027-01-01 10:00:00 | message_left 600 | holiday done message message
on Founders' Day | 2027-10-05 10:00:00 | message_left 600 | holiday done message message
on a holiday | 2026-11-26 10:00:00 | message_left 600 | holiday done message message
on Memorial Day at 10:00 | 2027-05-31 10:00:00 | message_left 600 | holiday done message message
at the weekend | 2026-11-28 10:00:00 | message_left 600 | closed done off message
on a weekday, presses 1 | 2026-12-01 10:00:00 | answered 102 | open otherwise key:1 answered:102
next Monday 10:00, presses 0 | 2026-11-30 10:00:00 | answered 101 | open otherwise key:0 answered
in 3 days at 10:00 | 2026-11-28 10:00:00 | message_left 600 | closed done off message
in two weeks at 10:00, presses 0 | 2026-12-09 10:00:00 | answered 101 | open otherwise key:0 answered
Saturday | 2026-11-28 10:00:00 | message_left 600 | closed done off message
Sunday night | 2026-11-29 23:00:00 | message_left 600 | closed done off message
Monday evening | 2026-11-30 19:00:00 | message_left 600 | closed done off message
Monday 5pm | 2026-11-30 17:00:00 | message_left 600 | closed done off message
Monday 4:59 pm, presses 0 | 2026-11-30 16:59:00 | answered 101 | open otherwise key:0 answered
half past nine on Monday, presses 0 | 2026-11-30 09:30:00 | answered 101 | open otherwise key:0 answered
quarter to five on Monday, presses 0 | 2026-11-30 16:45:00 | answered 101 | open otherwise key:0 answered
quarter past five on Monday | 2026-11-30 17:15:00 | message_left 600 | closed done off message
Tuesday 10:00, presses 1, only 103 answers | 2026-12-01 10:00:00 | answered 103 | open otherwise key:1 answered:103
Tuesday 10:00, presses 1, nobody but 103 answers | 2026-12-01 10:00:00 | answered 103 | open otherwise key:1 answered:103
Tuesday 10:00, presses 1, Ben is busy | 2026-12-01 10:00:00 | answered 103 | open otherwise key:1 answered:103
Tuesday 10:00, presses 0, Ann Archer does not answer | 2026-12-01 10:00:00 | message_left 101 | open otherwise key:0 no_answer message
Tuesday 10:00, presses 0, Ann is offline | 2026-12-01 10:00:00 | message_left 101 | open otherwise key:0 offline message
Tuesday 10:00, presses 1, sales is busy | 2026-12-01 10:00:00 | external +12125550177 | open otherwise key:1 busy answered
Tuesday 10:00, presses 1, everybody is busy | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:1 busy busy message
Tuesday 10:00, presses 1, everyone is offline | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:1 offline message
Tuesday 10:00, presses 1, all phones are unreachable | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:1 offline message
Tuesday 10:00, presses 1, no one picks up | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:1 no_answer message
Tuesday 10:00, presses 2, no agents are available | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:2 no_agents no_answer message
Tuesday 10:00, presses 2, support does not answer | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:2 timeout message
Tuesday 10:00, presses 2 then 9, nobody answers | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:2 key:9 message
Saturday 19:00, emergency-line is on | 2026-11-28 19:00:00 | external +12125550177 | closed done on answered
Saturday 19:00, emergency line switched on, +12125550177 is busy | 2026-11-28 19:00:00 | message_left 600 | closed done on busy message
Saturday 19:00, emergency line on, nobody answers | 2026-11-28 19:00:00 | message_left 600 | closed done on no_answer message
Tuesday 10:00, office is set to closed | 2026-12-01 10:00:00 | message_left 600 | closed done off message
Saturday 19:00, office forced open, presses 0 | 2026-11-28 19:00:00 | answered 101 | open otherwise key:0 answered
101 calls 911 | 2026-12-01 10:00:00 | emergency 911 | call ring mail
101 dials 9911 | 2026-12-01 10:00:00 | emergency 911 | call ring mail
extension 102 dials 933 | 2026-12-01 10:00:00 | emergency 933 | call
101 calls 102, 102 is busy | 2026-12-01 10:00:00 | message_left 102 | busy message
Ann calls Ben | 2026-12-01 10:00:00 | answered 102 | answered
Ann Archer dials 12125550199 | 2026-12-01 10:00:00 | external +12125550199 | route answered
101 dials 011441212345678 | 2026-12-01 10:00:00 | hangup rejected | rejected
from 101 dials *97 | 2026-12-01 10:00:00 | answered *97 | done
102 calls the voicemail | 2026-12-01 10:00:00 | answered *97 | done
101 calls emergency services | 2026-12-01 10:00:00 | emergency 911 | call ring mail
103 dials 700 | 2026-12-01 10:00:00 | answered 700 | done
101 dials 199 | 2026-12-01 10:00:00 | hangup unallocated | unallocated
What happens if a customer calls on Saturday at 7 pm and presses 2? | 2026-11-28 19:00:00 | message_left 600 | closed done off message
Who answers when somebody calls the main number on Monday at 10:00 and presses 0? | 2026-11-30 10:00:00 | answered 101 | open otherwise key:0 answered
If I call at 3am on a Sunday, what do I get? | 2026-11-29 03:00:00 | message_left 600 | closed done off message
calls +12125550150 on Monday 10:00 | 2026-11-30 10:00:00 | answered 103 | answered:103
Monday 10:00 calls +1 212 555 0150, 103 does not answer | 2026-11-30 10:00:00 | answered 104 | answered:104
Monday at 10 presses 0, no answer from 101 | 2026-11-30 10:00:00 | message_left 101 | open otherwise key:0 no_answer message
Tuesday 10:00, presses 1 twice | 2026-12-01 10:00:00 | answered 102 | open otherwise key:1 answered:102
Tuesday 10:00, presses 0 after 4 seconds | 2026-12-01 10:00:00 | answered 101 | open otherwise key:0 answered
Tuesday 10:00, without pressing anything | 2026-12-01 10:00:00 | answered 101 | open otherwise no_input answered
Tuesday 10:00, stays silent | 2026-12-01 10:00:00 | answered 101 | open otherwise no_input answered
We are closed | 2026-12-01 19:00:00 | message_left 600 | closed done off message
when you are closed on Monday | 2026-11-30 20:30:00 | message_left 600 | closed done off message
Wednesday outside business hours | 2026-11-25 20:30:00 | message_left 600 | closed done off message
Wednesday during office hours, presses 4 | 2026-11-25 12:30:00 | hangup normal | open otherwise key:4 done done
Labor Day 2027 at 10 | 2027-09-06 10:00:00 | message_left 600 | holiday done message message
Thursday 3 December 10:00, presses 4 | 2026-12-03 10:00:00 | hangup normal | open otherwise key:4 done done
Tuesday 10:00, presses 1 then 2 | 2026-12-01 10:00:00 | answered 102 | open otherwise key:1 answered:102
Tuesday 10:00, presses 2, 103 and 104 are busy | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:2 timeout message
Tuesday 10:00, presses 2 and 9, nobody answers | 2026-12-01 10:00:00 | message_left 600 | open otherwise key:2 key:9 message
Saturday at 3 | 2026-11-28 15:00:00 | message_left 600 | closed done off message
Tuesday at 3, presses 0 | 2026-12-01 15:00:00 | answered 101 | open otherwise key:0 answered
this afternoon, presses 0 | 2026-11-25 15:00:00 | answered 101 | open otherwise key:0 answered
leap day 10:00, presses 4 | 2028-02-29 10:00:00 | hangup normal | open otherwise key:4 done done
please tell me what happens on Saturday | 2026-11-28 10:00:00 | message_left 600 | closed done off message
Saturday 19:00, press 2 then 1 | 2026-11-28 19:00:00 | message_left 600 | closed done off message
Tuesday 10:00, hits 0 | 2026-12-01 10:00:00 | answered 101 | open otherwise key:0 answered
Tuesday 10:00, types 102 | 2026-12-01 10:00:00 | answered 102 | open otherwise dial:102 answered
Tuesday 10:00, chooses option 4 | 2026-12-01 10:00:00 | hangup normal | open otherwise key:4 done done
Tuesday 10:00, selects 2 and 103 and 104 are offline | 2026-12-01 10:00:00 | external +12125550177 | open otherwise key:2 no_agents answered
Tuesday 10:00, presses 3 then spells "Dyer" | 2026-12-01 10:00:00 | answered 104 | open otherwise key:3 found:104 answered
Tuesday 10:00, 101 is busy, presses 0 | 2026-12-01 10:00:00 | message_left 101 | open otherwise key:0 busy message
Mon 9:15, presses 4 | 2026-11-30 09:15:00 | hangup normal | open otherwise key:4 done done
an hour before opening on Tuesday | 2026-12-01 07:00:00 | message_left 600 | closed done off message
10 minutes after closing on Tuesday | 2026-12-01 17:10:00 | message_left 600 | closed done off message
the caller stays silent on Tuesday at 10:00 | 2026-12-01 10:00:00 | answered 101 | open otherwise no_input answered
from 4155550100 on Tuesday at 10:00 while Ann does not pick up | 2026-12-01 10:00:00 | message_left 101 | open match:0 no_answer message
"""  # noqa: E501
ROWS = [tuple(part.strip() for part in line.split(" | ")) for line in QUESTIONS.strip().splitlines()]


@pytest.mark.parametrize(("question", "at", "end", "path"), ROWS, ids=[row[0] for row in ROWS])
def test_a_question_gets_the_right_answer_by_the_right_path(question: str, at: str, end: str, path: str) -> None:
    scenario = read_question(acme(), question, TODAY)
    result = Simulator(acme()).run(scenario)

    assert scenario.at == dt.datetime.fromisoformat(at)
    assert f"{result.terminal.type} {result.terminal.target}" == end
    assert " ".join(step.outcome for step in result.path[1:]) == path


def test_the_table_has_enough_questions() -> None:
    assert len(ROWS) == len({row[0] for row in ROWS}) >= 120


def understood(question: str) -> Scenario:
    return read_question(acme(), question, TODAY)


def test_callers_are_understood() -> None:
    assert understood("from (415) 555-0100").from_ == "+14155550100"
    assert understood("from +44 20 7946 0000").from_ == "+442079460000"
    assert understood("the caller hides their number").from_ == "anonymous"
    assert (understood("102 dials 911").from_, understood("102 dials 911").to) == ("102", "911")
    assert (understood("Ann Archer calls Ben").from_, understood("Ann Archer calls Ben").to) == ("101", "102")


def test_numbers_are_understood_by_their_labels() -> None:
    assert understood("calls the support line").to == SUPPORT
    assert understood("somebody calls +1 212-555-0150").to == SUPPORT
    assert understood("calls the main line").to == MAIN
    assert understood("calls").to is None


def test_nobody_means_everybody_who_could_answer() -> None:
    assert set(understood("nobody answers").states) == {"101", "102", "103", "104", "+12125550177"}
    assert understood("nobody but Cleo answers").states["103"] == "answer"


def test_keys_that_could_be_one_entry_are_pressed_apart() -> None:
    first, second = understood("Tuesday 10:00, presses 1 then 2").keys
    assert (first.press, second.press) == ("1", "2")
    assert second.after > 2


def test_silence_before_a_key_is_kept_and_after_it_is_not() -> None:
    assert [press.press for press in understood("presses nothing then 2").keys] == ["", "2"]
    assert understood("presses nothing").keys == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Tuesday 10:00, flies to the moon", ("flies", "moon")),
        ("Tuesday 10:00, 999 is busy", ("999",)),
        ("Friday 3 December 10:00", ("Thursday",)),
        ("Feb 30 10:00", ("30",)),
        ("2026-13-01 10:00", ("2026-13-01",)),
        ("Saturday during business hours", ("office", "never open")),
        ("calls +12125559999", ("+12125559999", MAIN)),
        ("Tuesday 10:00, the queue is full", ("support", "any number")),
        ("support calls 911", ("support",)),
        ("Labor Day 2044", ("2044",)),
        ("one second before opening on Sunday", ("office", "Sunday")),
        ("x" * 1001, ("1000",)),
    ],
)
def test_what_is_not_understood_is_named(question: str, names: tuple[str, ...]) -> None:
    with pytest.raises(Unprocessable) as refused:
        understood(question)
    assert all(name in refused.value.detail for name in names)


@pytest.mark.parametrize(
    "question", ["", "?!", "\u202e\u0000", "=HYPERLINK()", "${EXTEN}", "is " * 300, "101 and " * 120, "9" * 900]
)
def test_nonsense_is_a_problem_or_an_ordinary_call(question: str) -> None:
    with suppress(Unprocessable):
        assert understood(question).at.year >= 2026


def test_the_titles_of_a_plan_are_questions_with_the_same_answers() -> None:
    flow = acme()
    simulator = Simulator(flow)
    cases = [case for case in plan(flow, today=TODAY).cases if "," in case.title and "(" not in case.title]
    agreed = 0
    for case in cases:
        try:
            scenario = read_question(flow, case.title, TODAY)
        except Unprocessable:
            continue
        agreed += simulator.run(scenario).terminal == case.expect.terminal
    assert agreed >= 0.9 * len(cases)
