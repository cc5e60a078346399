"""Faults of groups, queues, extensions and mailboxes."""

from tests.faults.fault import Faults, Plain, add, box, enter, first, group, leave, node, person, phone, queue

PEOPLE = Faults()
fault = PEOPLE.fault
MOBILE = "+12125550177"


@fault("group.nobody")
def a_group_of_nobody(plain: Plain) -> str:
    _, where = group(plain)
    plain["nodes"][-1]["members"] = []
    return f"{where}/members"


@fault("group.nobody")
def loudspeakers_of_nobody(plain: Plain) -> str:
    return node(plain, "page", members=[])[1] + "/members"


@fault("group.member-empty")
def a_member_without_a_name(plain: Plain) -> str:
    return group(plain, {"delay_s": 0})[1] + "/members/0"


@fault("group.member-empty")
def an_agent_who_is_two(plain: Plain) -> str:
    return queue(plain, {"extension": person(plain)["number"], "number": MOBILE})[1] + "/agents/0"


@fault("group.member-twice")
def a_member_twice(plain: Plain) -> str:
    member = {"extension": person(plain)["number"]}
    return group(plain, member, member)[1] + "/members/1"


@fault("group.member-twice")
def a_loudspeaker_twice(plain: Plain) -> str:
    number = person(plain)["number"]
    return node(plain, "page", members=[number, number])[1] + "/members/1"


@fault("group.member-cannot-answer")
def a_member_without_a_telephone(plain: Plain) -> str:
    number, _ = phone(plain, device="none")
    return group(plain, {"extension": person(plain)["number"]}, {"extension": number})[1] + "/members/1"


@fault("group.member-cannot-answer")
def a_door_in_a_queue(plain: Plain) -> str:
    number, _ = phone(plain, device="door")
    return queue(plain, {"extension": number})[1] + "/agents/0"


@fault("group.without-confirm")
def a_mobile_that_takes_the_call(plain: Plain) -> str:
    return group(plain, {"number": MOBILE})[1] + "/members/0"


@fault("group.without-confirm")
def an_outside_call_without_a_key(plain: Plain) -> str:
    return node(plain, "external", number=MOBILE, no_answer=leave(plain))[1]


@fault("group.without-confirm")
def following_without_a_key(plain: Plain) -> str:
    return phone(plain, follow_me=[{"number": MOBILE, "confirm": False}])[1] + "/follow_me/0"


@fault("group.single-person")
def one_person_for_everything(plain: Plain) -> str:
    number, _ = phone(plain)
    group(plain, {"extension": number})
    return queue(plain, {"extension": number})[1]


@fault("group.rings-long")
def six_members_in_turn(plain: Plain) -> str:
    members = [{"extension": phone(plain)[0]} for _ in range(6)]
    return group(plain, *members, strategy="sequential", ring_s=25)[1] + "/ring_s"


@fault("group.rings-long")
def an_extension_rings_for_minutes(plain: Plain) -> str:
    return phone(plain, ring_s=300)[1] + "/ring_s"


@fault("group.rings-long")
def an_outside_call_rings_for_minutes(plain: Plain) -> str:
    values = {"number": MOBILE, "confirm": True, "no_answer": leave(plain)}
    return node(plain, "external", ring_s=90, **values)[1] + "/ring_s"


@fault("group.rings-short")
def one_ring(plain: Plain) -> str:
    return group(plain, ring_s=4)[1] + "/ring_s"


@fault("group.rings-short")
def an_extension_rings_once(plain: Plain) -> str:
    return phone(plain, ring_s=5)[1] + "/ring_s"


@fault("group.never-rings")
def a_member_who_comes_too_late(plain: Plain) -> str:
    late = {"extension": phone(plain)[0], "delay_s": 20}
    return group(plain, {"extension": person(plain)["number"]}, late, ring_s=20)[1] + "/members/1/delay_s"


@fault("group.never-rings")
def a_mobile_that_comes_too_late(plain: Plain) -> str:
    return phone(plain, ring_s=15, follow_me=[{"number": MOBILE, "delay_s": 30}])[1] + "/follow_me/0/delay_s"


@fault("group.delay-without-effect")
def a_delay_within_a_turn(plain: Plain) -> str:
    late = {"extension": phone(plain)[0], "delay_s": 5}
    return group(plain, late, strategy="sequential")[1] + "/members/0/delay_s"


@fault("group.cuts-off")
def nobody_answers_and_the_call_ends(plain: Plain) -> str:
    return group(plain, no_answer={"hangup": "normal"})[1] + "/no_answer"


@fault("group.cuts-off")
def the_queue_is_full_and_the_call_ends(plain: Plain) -> str:
    return queue(plain, max_callers=5, full={"hangup": "busy"})[1] + "/full"


@fault("extension.cuts-off")
def an_extension_without_anything(plain: Plain) -> str:
    number, where = phone(plain)
    enter(plain, {"extension": number})
    return where


@fault("extension.no-telephone")
def calls_to_no_telephone(plain: Plain) -> str:
    number, where = phone(plain, device="none")
    enter(plain, {"extension": number})
    return f"{where}/device"


@fault("queue.no-agents")
def a_queue_of_nobody(plain: Plain) -> str:
    _, where = queue(plain)
    plain["nodes"][-1]["agents"] = []
    return f"{where}/agents"


@fault("queue.no-agents")
def a_queue_of_nobody_that_lets_callers_wait(plain: Plain) -> str:
    _, where = queue(plain, join_empty=True)
    plain["nodes"][-1]["agents"] = []
    return f"{where}/agents"


@fault("queue.outside-agent")
def an_agent_outside(plain: Plain) -> str:
    return queue(plain, {"number": MOBILE})[1] + "/agents/0"


@fault("queue.long-wait")
def an_hour_of_music(plain: Plain) -> str:
    return queue(plain, max_wait_s=3600)[1] + "/max_wait_s"


@fault("queue.short-wait")
def a_wait_of_five_seconds(plain: Plain) -> str:
    return queue(plain, max_wait_s=5, ring_s=15)[1] + "/max_wait_s"


@fault("queue.branch-never-taken")
def full_without_a_limit(plain: Plain) -> str:
    return queue(plain, full=leave(plain))[1] + "/full"


@fault("queue.branch-never-taken")
def no_agents_though_callers_may_wait(plain: Plain) -> str:
    return queue(plain, join_empty=True, no_agents=leave(plain))[1] + "/no_agents"


@fault("queue.says-nothing")
def an_announcement_of_nothing(plain: Plain) -> str:
    return queue(plain, announce={"every_s": 30})[1] + "/announce"


@fault("queue.busy-agent")
def an_agent_of_four_queues(plain: Plain) -> str:
    number, where = phone(plain)
    for music in ("default", "one", "two", "three"):
        queue(plain, {"extension": number}, {"extension": person(plain)["number"]}, music=music)
    return where


@fault("queue.few-places")
def one_place_for_two_agents(plain: Plain) -> str:
    agents = [{"extension": phone(plain)[0]}, {"extension": person(plain)["number"]}]
    return queue(plain, *agents, max_callers=1)[1] + "/max_callers"


@fault("voicemail.mailbox-twice")
def a_mailbox_twice(plain: Plain) -> str:
    return add(plain, "mailboxes", number=box(plain)) + "/number"


@fault("voicemail.message-lost")
def messages_deleted_without_a_mail(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701", delete_after_send=True) + "/delete_after_send"


@fault("voicemail.message-lost")
def messages_deleted_without_a_recording(plain: Plain) -> str:
    values = {"email": ["a@b.example"], "attach": False, "delete_after_send": True}
    return add(plain, "mailboxes", number="77701", **values) + "/delete_after_send"


@fault("voicemail.unmonitored")
def a_mailbox_of_nobody(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701")


@fault("voicemail.unused")
def a_mailbox_without_calls(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701", email=["a@b.example"])


@fault("voicemail.no-greeting")
def a_mailbox_without_a_greeting(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701", email=["a@b.example"])


@fault("voicemail.length")
def messages_of_ten_seconds(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701", max_s=10) + "/max_s"


@fault("voicemail.transcribed")
def messages_written_down(plain: Plain) -> str:
    return add(plain, "mailboxes", number="77701", transcribe=True) + "/transcribe"


@fault("voicemail.number-of-another")
def somebody_elses_mailbox(plain: Plain) -> str:
    other = box(plain)
    number, where = phone(plain, mailbox=other)
    add(plain, "mailboxes", number=number)
    return f"{where}/mailbox"


@fault("voicemail.shared")
def a_mailbox_for_two(plain: Plain) -> str:
    place = add(plain, "mailboxes", number="77701")
    phone(plain, mailbox="77701")
    phone(plain, mailbox="77701")
    return place


@fault("document.blank-name")
def a_blank_name(plain: Plain) -> str:
    first(plain, "nodes")[0]["name"] = "   "
    return "/nodes/0/name"


@fault("document.long-name")
def a_name_of_two_hundred_signs(plain: Plain) -> str:
    plain["customer"]["name"] = "Very " * 39 + "Long"
    return "/customer/name"


@fault("document.long-name")
def a_prefix_that_fills_the_display(plain: Plain) -> str:
    plain["numbers"][0]["caller_prefix"] = "Main line of the company: "
    return "/numbers/0/caller_prefix"


@fault("document.assumed")
def a_value_to_confirm(plain: Plain) -> str:
    plain["provenance"] = {"/customer/time_zone": {"origin": "assumed", "question": "Is this your time zone?"}}
    return "/provenance"


@fault("document.unknown-value")
def the_origin_of_nothing(plain: Plain) -> str:
    plain["provenance"] = {"/nodes/999/name": {"origin": "default"}}
    return "/provenance/~1nodes~1999~1name"
