"""How calls from outside go."""

import datetime as dt
from typing import Any

import pytest
from tests.callflow import ACME, MAIN, MOBILE, SUPPORT, acme

from call_flow.flow.model import Flow
from call_flow.flow.scenario import Result, Scenario
from call_flow.simulate import Simulator
from oberaconnect.problems import Unprocessable

OPEN = "2026-12-01T10:00:00"  # a Tuesday


def call(flow: Flow | None = None, at: str = OPEN, keys: list[Any] | None = None, **said: Any) -> Result:
    """A call; keys are what is pressed, or (after, what is pressed)."""
    presses = [{"press": key} if isinstance(key, str) else {"after": key[0], "press": key[1]} for key in keys or []]
    return Simulator(flow or acme()).run(Scenario.model_validate({"at": at, "keys": presses, **said}))


def ends(result: Result) -> tuple[str, str]:
    return result.terminal.type, result.terminal.target


def outcomes(result: Result) -> list[str]:
    return [f"{step.node}>{step.outcome}" for step in result.path[1:]]


def only(node: dict[str, Any], **parts: Any) -> Flow:
    """A flow of one node, with Acme's telephones."""
    plain = {**ACME, "nodes": [{"id": "it", **node}], "numbers": [{"e164": MAIN, "entry": {"node": "it"}}], **parts}
    return Flow.model_validate(plain)


def test_a_caller_on_saturday_hears_that_it_is_closed_and_leaves_a_message() -> None:
    result = call(at="2026-11-28T19:00:00", keys=["2"])
    assert ends(result) == ("message_left", "600")
    assert result.prompts == ["closed"]
    assert [step.reason for step in result.path] == [
        f"{MAIN} (Main line) was called", "Saturday, outside its hours", "heard to the end",
        "off, as it is by default", "left a message",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("2026-11-30T07:59:59", "closed"), ("2026-11-30T08:00:00", "open"), ("2026-11-30T16:59:59", "open"),
        ("2026-11-30T17:00:00", "closed"), ("2026-11-26T10:00:00", "holiday"), ("2026-10-05T10:00:00", "holiday"),
        ("2026-12-24T11:59:59", "open"), ("2026-12-24T12:00:00", "closed"),
        ("2026-11-30T13:00:00Z", "open"), ("2026-11-30T12:59:59Z", "closed"),
        ("2026-11-08T23:00:00-08:00", "closed"),
    ],
)  # fmt: skip
def test_hours_are_asked_for_the_instant_of_the_call(at: str, outcome: str) -> None:
    assert call(at=at).path[1].outcome == outcome


def test_the_hours_stay_as_they_were_when_the_call_came() -> None:
    result = call(at="2026-11-30T16:59:59", keys=[(40, "1"), (1, "1")])
    assert result.path[1].outcome == "open"
    assert result.path[-1].at > dt.datetime.fromisoformat("2026-11-30T17:00")


def test_a_schedule_in_another_zone_is_asked_on_its_own_clock() -> None:
    flow = acme(lambda plain: plain["schedules"][0].update(time_zone="America/Los_Angeles"))
    assert call(flow, at="2026-11-30T10:59:59").path[1].outcome == "closed"
    assert call(flow, at="2026-11-30T11:00:00").path[1].outcome == "open"


def test_a_state_set_by_hand_comes_before_the_clock() -> None:
    result = call(states={"office": "closed"})
    assert result.path[1].outcome == "closed"
    assert result.path[1].reason == "set to closed by hand"


def test_a_step_is_on_the_customers_clock_with_the_seconds_it_took() -> None:
    result = call(keys=["4"], at="2026-12-01T15:00:00Z")
    assert result.path[0].at == dt.datetime.fromisoformat("2026-12-01T10:00:00")
    assert result.path[-1].at == dt.datetime.fromisoformat(
        "2026-12-01T10:00:05"
    )  # a second until 4, and the address takes four


class TestMenu:
    def test_a_key_leads_where_it_says(self) -> None:
        assert outcomes(call(keys=["0"]))[2:] == ["menu>key:0", "101>answered"]

    def test_an_extension_is_dialled_although_its_first_digit_is_a_key(self) -> None:
        assert ends(call(keys=["102"])) == ("answered", "102")

    def test_a_key_that_could_go_on_waits_for_the_pause(self) -> None:
        result = call(keys=["1", (3, "02")], states={"103": "no_answer"})
        assert outcomes(result)[2:] == ["menu>key:1", "sales>answered:102"]

    def test_keys_within_the_pause_are_one_entry(self) -> None:
        assert ends(call(keys=["1", (1.9, "0"), (1.9, "3")])) == ("answered", "103")

    def test_an_entry_is_invalid_as_soon_as_nothing_begins_like_it(self) -> None:
        result = call(keys=["9", "8", "7"])
        assert outcomes(result)[2:] == ["menu>invalid", "bye>done"]
        assert result.prompts == ["welcome", "invalid"] * 3
        assert "pressed 9, which is no choice here" in result.path[3].reason

    def test_an_extension_that_does_not_exist_is_invalid(self) -> None:
        assert "pressed 105, which is no choice here" in call(keys=["105"]).path[3].reason

    def test_silence_is_a_try_and_the_last_try_decides(self) -> None:
        assert outcomes(call())[2] == "menu>no_input"
        assert outcomes(call(keys=["9", "9"]))[2] == "menu>no_input"
        assert outcomes(call(keys=["", "", "9"]))[2] == "menu>invalid"
        assert outcomes(call(keys=["", "", "2"]))[2] == "menu>key:2"

    def test_a_press_that_comes_too_late_waits_for_the_next_who_listens(self) -> None:
        assert outcomes(call(keys=[(13.9, "2")]))[2] == "menu>key:2"
        late = call(keys=[(14, "2")])
        assert outcomes(late)[2] == "menu>no_input"
        assert late.prompts == ["welcome"] * 3

    def test_keys_that_are_left_over_go_to_the_next_menu(self) -> None:
        assert outcomes(call(keys=["3272", "1"]))[2:] == ["menu>key:3", "names>found:101", "101>answered"]

    def test_the_replay_key_is_no_try(self) -> None:
        flow = acme(lambda plain: plain["nodes"][2].update(replay_key="*", max_tries=1))
        result = call(flow, keys=["*", "*", "*", "0"])
        assert outcomes(result)[2] == "menu>key:0"
        assert result.prompts == ["welcome"] * 4

    def test_without_direct_dial_no_extension_is_dialled(self) -> None:
        flow = acme(lambda plain: plain["nodes"][2].update(direct_dial="none"))
        assert outcomes(call(flow, keys=["101"], states={"103": "busy"}))[2:] == ["menu>key:1", "sales>answered:102"]

    def test_a_choice_comes_before_an_extension_of_the_same_digits(self) -> None:
        flow = acme(lambda plain: plain["nodes"][2]["keys"].update({"104": {"node": "bye"}}))
        assert outcomes(call(flow, keys=["104"]))[2:] == ["menu>key:104", "bye>done"]


class TestExtension:
    def test_busy_goes_to_the_mailbox_with_its_greeting(self) -> None:
        flow = acme(lambda plain: plain["mailboxes"][0].update(busy_greeting="address", unavailable_greeting="closed"))
        assert call(flow, keys=["0"], states={"101": "busy"}).prompts == ["welcome", "address"]
        assert call(flow, keys=["0"], states={"101": "no_answer"}).prompts == ["welcome", "closed"]

    def test_without_a_mailbox_the_call_ends(self) -> None:
        assert ends(call(keys=["103"], states={"103": "busy"})) == ("hangup", "busy")
        assert ends(call(keys=["103"], states={"103": "offline"})) == ("hangup", "no_answer")

    def test_nobody_answering_takes_as_long_as_it_rings(self) -> None:
        result = call(keys=["0"], states={"101": "no_answer"})
        assert result.path[-2].reason == "nobody answered within 20 s"
        assert (result.path[-1].at - result.path[-2].at).total_seconds() == 20

    def test_somebody_answers_elsewhere(self) -> None:
        follow = {"number": MOBILE, "delay_s": 8, "confirm": True}
        flow = acme(lambda plain: plain["extensions"][0].update(follow_me=[follow]))
        for state in ("no_answer", "busy", "offline"):
            result = call(flow, keys=["0"], states={"101": state})
            assert ends(result) == ("external", MOBILE)
            assert result.path[-1].outcome == "followed"
        result = call(flow, keys=["0"], states={"101": "busy", MOBILE: "no_answer"})
        assert outcomes(result)[3:] == ["101>busy", "101>message"]

    def test_a_number_that_is_no_telephone_is_never_reachable(self) -> None:
        flow = acme(lambda plain: plain["extensions"][0].update(device="none"))
        assert outcomes(call(flow, keys=["0"], states={"101": "answer"}))[3] == "101>offline"


class TestRingGroup:
    MEMBERS = [{"extension": "101"}, {"extension": "102"}]
    NODE = {"kind": "ring_group", "members": MEMBERS, "no_answer": {"mailbox": "600"}, "busy": {"mailbox": "101"},
            "offline": {"mailbox": "102"}}  # fmt: skip

    @pytest.mark.parametrize(
        ("first", "second", "outcome"),
        [
            ("busy", "busy", "busy"), ("offline", "offline", "offline"), ("no_answer", "no_answer", "no_answer"),
            ("busy", "offline", "no_answer"), ("busy", "no_answer", "no_answer"), ("offline", "no_answer", "no_answer"),
            ("busy", "answer", "answered:102"), ("answer", "answer", "answered:101"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("strategy", ["simultaneous", "sequential"])
    def test_only_what_all_of_them_do_is_an_outcome(self, first: str, second: str, outcome: str, strategy: str) -> None:
        result = call(only({**self.NODE, "strategy": strategy}), states={"101": first, "102": second})
        assert result.path[1].outcome == outcome

    def test_who_rings_earlier_answers_first(self) -> None:
        members = [{"extension": "101", "delay_s": 10}, {"extension": "102"}]
        flow = only({**self.NODE, "members": members})
        assert ends(call(flow)) == ("answered", "102")
        late = call(flow, states={"102": "no_answer"})
        assert (late.path[1].outcome, late.path[1].reason) == ("answered:101", "101 answered after 10 s")

    def test_who_would_ring_after_the_group_has_given_up_does_not_count(self) -> None:
        members = [{"extension": "101", "delay_s": 20}, {"extension": "102"}]
        assert call(only({**self.NODE, "members": members}), states={"102": "busy"}).path[1].outcome == "busy"

    def test_one_after_the_other_each_rings_the_whole_time(self) -> None:
        flow = only({**self.NODE, "strategy": "sequential"})
        result = call(flow, states={"101": "no_answer", "102": "no_answer"})
        assert (result.path[-1].at - result.path[1].at).total_seconds() == 40

    def test_a_member_outside_answers_as_external(self) -> None:
        flow = only({**self.NODE, "members": [{"number": MOBILE, "confirm": True}]})
        result = call(flow)
        assert ends(result) == ("external", MOBILE)
        assert result.path[1].reason == f"{MOBILE} answered and pressed 1"

    def test_a_group_of_nobody_is_not_reachable(self) -> None:
        assert call(only({**self.NODE, "members": []})).path[1].outcome == "offline"
        assert call(only({**self.NODE, "members": [{"extension": "999"}]})).path[1].outcome == "offline"

    def test_a_greeting_is_heard_first(self) -> None:
        assert call(only({**self.NODE, "greeting": "closed"})).prompts == ["closed"]


class TestQueue:
    NODE = {"kind": "queue", "agents": [{"extension": "103"}, {"extension": "104"}], "max_wait_s": 60,
            "exit_keys": {"9": {"mailbox": "600"}}, "timeout": {"mailbox": "101"}, "full": {"mailbox": "102"},
            "no_agents": {"mailbox": "104"}, "max_callers": 5}  # fmt: skip

    def test_an_agent_answers(self) -> None:
        assert call(only(self.NODE), states={"103": "busy"}).path[1].outcome == "answered:104"

    def test_nobody_answering_is_a_timeout_after_the_longest_wait(self) -> None:
        result = call(only(self.NODE), states={"103": "busy", "104": "no_answer"})
        assert result.path[1].outcome == "timeout"
        assert (result.path[2].at - result.path[1].at).total_seconds() == 60

    def test_nobody_reachable_is_no_agents_unless_callers_may_wait_all_the_same(self) -> None:
        states = {"103": "offline", "104": "offline"}
        assert call(only(self.NODE), states=states).path[1].outcome == "no_agents"
        assert call(only({**self.NODE, "join_empty": True}), states=states).path[1].outcome == "timeout"
        assert call(only(self.NODE), states={"103": "offline", "104": "busy"}).path[1].outcome == "timeout"

    def test_an_agent_outside_always_counts_as_reachable(self) -> None:
        flow = only({**self.NODE, "agents": [{"extension": "103"}, {"number": MOBILE}]})
        assert call(flow, states={"103": "offline", MOBILE: "offline"}).path[1].outcome == "timeout"

    def test_a_full_queue_takes_nobody(self) -> None:
        assert call(only(self.NODE), states={"it": "full"}).path[1].outcome == "full"

    def test_a_key_leaves_the_queue_and_others_do_nothing(self) -> None:
        waiting = {"103": "no_answer", "104": "no_answer"}
        result = call(only(self.NODE), keys=[(5, "1"), (5, "9")], states=waiting)
        assert result.path[1].outcome == "key:9"
        assert (result.path[2].at - result.path[1].at).total_seconds() == 10
        assert call(only(self.NODE), keys=[(61, "9")], states=waiting).path[1].outcome == "timeout"

    def test_who_answers_at_once_leaves_no_time_for_a_key(self) -> None:
        assert call(only(self.NODE), keys=[(0, "9")]).path[1].outcome == "answered:103"

    def test_a_higher_penalty_is_asked_only_when_the_lower_ones_are_taken(self) -> None:
        agents = [{"extension": "103", "penalty": 1}, {"extension": "104"}]
        flow = only({**self.NODE, "agents": agents})
        assert call(flow).path[1].outcome == "answered:104"
        assert call(flow, states={"104": "busy"}).path[1].outcome == "answered:103"
        assert call(flow, states={"104": "no_answer"}).path[1].outcome == "timeout"

    def test_agents_in_turn_may_take_longer_than_a_caller_waits(self) -> None:
        node = {**self.NODE, "strategy": "linear", "ring_s": 15, "retry_s": 5}
        assert call(only(node), states={"103": "no_answer"}).path[1].outcome == "answered:104"
        assert call(only({**node, "max_wait_s": 20}), states={"103": "no_answer"}).path[1].outcome == "timeout"

    def test_what_callers_are_told_is_heard_after_a_while(self) -> None:
        node = {**self.NODE, "announce": {"every_s": 30, "prompt": "closed"}}
        busy = {"103": "busy", "104": "busy"}
        assert call(only(node), states=busy).prompts == ["closed"]
        assert call(only(node), states=busy, keys=[(20, "9")]).prompts == []


class TestDirectory:
    def test_the_first_letters_of_the_last_name_find_somebody(self) -> None:
        result = call(keys=["3", (3, "225"), "1"])
        assert outcomes(result)[3:] == ["names>found:102", "102>answered"]

    def test_another_key_goes_to_the_next_match_in_alphabetical_order(self) -> None:
        def change(plain: dict[str, Any]) -> None:
            plain["extensions"][3].update(last="Archibald")  # 272 as Archer, and after it

        assert outcomes(call(acme(change), keys=["3", (3, "272"), "*", "1"]))[3] == "names>found:104"
        silent = ["3", (3, "272"), "", "", "", "1"]
        assert outcomes(call(acme(change), keys=silent))[3] == "names>found:104"

    def test_fewer_letters_are_enough_after_a_pause(self) -> None:
        assert outcomes(call(keys=["3", (3, "39"), (4, "1")]))[3] == "names>found:104"
        assert outcomes(call(keys=["3", (3, "39#"), "1"]))[3] == "names>found:104"

    def test_0_leads_to_the_operator_and_nobody_of_the_name_to_failed(self) -> None:
        assert outcomes(call(keys=["3", (3, "0")]))[3:] == ["names>operator", "101>answered"]
        assert outcomes(call(keys=["3", (3, "999")]))[3:] == ["names>failed", "bye>done"]

    def test_whoever_presses_nothing_has_failed(self) -> None:
        assert outcomes(call(keys=["3"]))[3] == "names>failed"
        assert outcomes(call(keys=["3", (3, "272")]))[3] == "names>failed"

    def test_after_a_name_of_nobody_the_caller_may_spell_again(self) -> None:
        assert outcomes(call(keys=["3", (3, "999"), (3, "272"), "1"]))[3] == "names>found:101"
        assert outcomes(call(keys=["3", (3, "999"), (1, "2"), "272", "1"]))[3] == "names>failed"

    def test_a_name_is_offered_three_times(self) -> None:
        assert outcomes(call(keys=["3", (3, "272"), "5", "5", "1"]))[3] == "names>found:101"
        assert outcomes(call(keys=["3", (3, "272"), "5", "5", "5", (1, "1")]))[3] == "names>failed"

    def test_a_caller_may_leave_while_names_are_offered(self) -> None:
        assert outcomes(call(keys=["3", (3, "272"), "0"]))[3] == "names>operator"
        assert outcomes(call(keys=["3", (3, "272"), "#"]))[3] == "names>failed"

    def test_without_an_operator_0_is_of_no_use(self) -> None:
        flow = acme(lambda plain: plain["nodes"][5].pop("operator"))
        assert outcomes(call(flow, keys=["3", (3, "0")]))[3] == "names>failed"

    def test_accents_are_on_the_keys_of_their_letters(self) -> None:
        flow = acme(lambda plain: plain["extensions"][0].update(first="Ulla", last="Ärmel"))
        assert outcomes(call(flow, keys=["3", (3, "276"), "1"]))[3] == "names>found:101"

    def test_first_names_are_found_where_it_says_so(self) -> None:
        flow = acme(lambda plain: plain["nodes"][5].update(by="first"))
        assert outcomes(call(flow, keys=["3", (3, "253"), "1"]))[3] == "names>found:103"


class TestOtherPlaces:
    def test_callers_are_sorted_by_the_first_rule(self) -> None:
        assert call(from_="+14155550100").path[2].outcome == "match:0"
        assert call(from_="(415) 555-0100").path[2].outcome == "match:0"
        assert call(from_="anonymous").path[2].outcome == "match:1"
        assert call(from_="+12125550199").path[2].outcome == "otherwise"
        assert call().path[2].outcome == "otherwise"

    def test_a_switch_is_as_it_is_by_default_until_somebody_turns_it(self) -> None:
        saturday = "2026-11-28T10:00"
        assert outcomes(call(at=saturday))[2] == "emergency-line>off"
        assert outcomes(call(at=saturday, states={"emergency-line": "on"}))[2] == "emergency-line>on"

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [("answer", "answered"), ("busy", "busy"), ("no_answer", "no_answer"), ("offline", "no_answer")],
    )
    def test_a_number_outside_answers_or_does_not(self, state: str, outcome: str) -> None:
        result = call(keys=["1"], states={"102": "busy", "103": "busy", MOBILE: state})
        assert outcomes(result)[4] == f"oncall>{outcome}"
        assert ends(result) == (("external", MOBILE) if state == "answer" else ("message_left", "600"))

    @pytest.mark.parametrize(
        ("state", "end"),
        [("answer", ("external", MOBILE)), ("busy", ("hangup", "busy")), ("no_answer", ("hangup", "no_answer"))],
    )
    def test_a_number_outside_may_be_a_destination(self, state: str, end: tuple[str, str]) -> None:
        flow = acme(lambda plain: plain["nodes"][2]["keys"].update({"4": {"number": MOBILE}}))
        assert ends(call(flow, keys=["4"], states={MOBILE: state})) == end

    def test_0_during_the_greeting_of_a_mailbox_leads_to_its_operator(self) -> None:
        saturday = "2026-11-28T10:00"
        assert ends(call(at=saturday, keys=["0"])) == ("answered", "101")
        assert ends(call(at=saturday, keys=[(2, "5"), (2, "0")])) == ("answered", "101")
        assert ends(call(at=saturday, keys=[(6, "0")])) == ("message_left", "600")

    def test_another_key_ends_a_greeting_of_the_customers_own(self) -> None:
        flow = acme(lambda plain: plain["mailboxes"][3].update(unavailable_greeting="address"))
        saturday = "2026-11-28T10:00"
        assert ends(call(flow, at=saturday, keys=[(1, "0")])) == ("answered", "101")
        assert ends(call(flow, at=saturday, keys=[(1, "5"), (1, "0")])) == ("message_left", "600")

    def test_without_a_greeting_nobody_listens_for_the_operator(self) -> None:
        flow = only({"kind": "voicemail", "mailbox": "600", "greeting": "none"})
        assert ends(call(flow, keys=[(0, "0")])) == ("message_left", "600")

    def test_a_page_and_a_room_end_the_call_where_people_meet(self) -> None:
        assert ends(call(only({"kind": "page", "members": ["101"]}))) == ("answered", "it")
        assert ends(call(only({"kind": "conference", "room": "800"}))) == ("answered", "it")

    def test_a_hang_up_plays_its_prompt_and_has_its_cause(self) -> None:
        result = call(only({"kind": "hangup", "cause": "rejected", "prompt": "closed"}))
        assert (ends(result), result.prompts) == (("hangup", "rejected"), ["closed"])

    def test_what_the_call_carries_along_is_said(self) -> None:
        assert call(to=SUPPORT).path[0].reason.endswith("(shown with 'SUP: ' before the caller's name)")
        entry = {"node": "hours", "set": {"language": "es-US", "priority": 3}}
        flow = acme(lambda plain: plain["numbers"][0].update(entry=entry))
        assert call(flow).path[1].reason.endswith("(in es-US, with priority 3)")


class TestDefects:
    def test_a_call_that_goes_round_ends_with_congestion(self) -> None:
        result = call(only({"kind": "announcement", "prompt": "closed", "then": {"node": "it"}}))
        assert ends(result) == ("hangup", "congestion")
        assert result.path[-1].reason == "the call has passed 100 places and goes round"
        assert len(result.prompts) == 100

    @pytest.mark.parametrize(
        "destination", [{"node": "nowhere"}, {"extension": "999"}, {"mailbox": "999"}], ids=["node", "extension", "box"]
    )
    def test_a_destination_that_does_not_exist_ends_the_call(self, destination: dict[str, str]) -> None:
        flow = acme(lambda plain: plain["nodes"][2]["keys"].update({"4": destination}))
        result = call(flow, keys=["4"])
        assert ends(result) == ("hangup", "unallocated")
        assert result.path[-1].reason.startswith("there is no ")

    def test_a_schedule_that_does_not_exist_is_closed(self) -> None:
        flow = acme(lambda plain: plain["nodes"][0].update(schedule="none"))
        assert (call(flow).path[1].outcome, call(flow).path[1].reason) == ("closed", "there is no schedule 'none'")

    def test_unknown_zones_and_countries_are_as_the_customers(self) -> None:
        def change(plain: dict[str, Any]) -> None:
            plain["schedules"][0]["time_zone"] = "Mars/Olympus"
            plain["holiday_sets"][0]["source"] = {"country": "XX"}

        assert call(acme(change)).path[1].outcome == "open"

    def test_a_prompt_that_does_not_exist_takes_no_time(self) -> None:
        result = call(only({"kind": "hangup", "prompt": "none"}))
        assert (result.prompts, ends(result)) == (["none"], ("hangup", "normal"))


class TestRefusals:
    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"to": "+12125559999"}, ("+12125559999", MAIN, SUPPORT)),
            ({"to": "101"}, ("101", MAIN, "from which extension")),
            ({"from_": "199"}, ("199", "101, 102, 103, 104")),
            ({"from_": "101"}, ("101", "does not say whom")),
            ({"states": {"999": "busy"}}, ("999", "101, 102")),
            ({"states": {"101": "on"}}, ("101", "on", "busy")),
            ({"states": {"emergency-line": "busy"}}, ("emergency-line", "off, on")),
            ({"states": {"support": "full"}}, ("support", "any number")),
            ({"states": {"office": "holiday"}}, ("office", "closed, open")),
            ({"at": "1969-12-31T10:00"}, ("1969", "1970")),
            ({"at": "2101-01-01T10:00"}, ("2101", "2100")),
        ],
    )
    def test_what_the_flow_does_not_have_is_refused_with_what_it_has(
        self, said: dict[str, Any], words: tuple[str, ...]
    ) -> None:
        with pytest.raises(Unprocessable) as refused:
            call(**said)
        assert all(word in refused.value.detail for word in words)

    def test_a_schedule_without_a_code_cannot_be_set(self) -> None:
        flow = acme(lambda plain: plain["schedules"][0].pop("override"))
        with pytest.raises(Unprocessable, match="no override code"):
            call(flow, states={"office": "closed"})

    def test_a_flow_without_numbers_cannot_be_called(self) -> None:
        flow = acme(lambda plain: plain.update(numbers=[]))
        with pytest.raises(Unprocessable, match="no telephone number"):
            call(flow)

    def test_a_number_may_be_written_as_people_write_it(self) -> None:
        assert call(to="(212) 555-0150").path[0].node == SUPPORT


def test_hostile_names_change_nothing_but_words() -> None:
    hostile = "x;\n${SHELL(id)}&PJSIP/x=HYPERLINK(\u202e\U0001f600" + "y" * 150

    def change(plain: dict[str, Any]) -> None:
        for item in plain["extensions"]:
            item.update(first=hostile, last=hostile)

    flow = acme(change)
    assert [ends(call(flow, keys=[key])) for key in "01234"] == [ends(call(keys=[key])) for key in "01234"]
