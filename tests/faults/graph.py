"""Faults of where calls go."""

from tests.faults.fault import (
    Faults,
    Plain,
    Unfit,
    add,
    enter,
    first,
    group,
    leave,
    menu,
    node,
    person,
    phone,
    queue,
    say,
)

GRAPH = Faults()
fault = GRAPH.fault
OWN = "+12125550179"


@fault("graph.dangling")
def number_to_nowhere(plain: Plain) -> str:
    plain["numbers"][0]["entry"] = {"node": "nowhere"}
    return "/numbers/0/entry"


@fault("graph.dangling")
def key_to_no_extension(plain: Plain) -> str:
    return menu(plain, {"1": {"extension": "999999"}})[1] + "/keys/1"


@fault("graph.dangling")
def nobody_answers_into_no_mailbox(plain: Plain) -> str:
    return group(plain, no_answer={"mailbox": "888888"})[1] + "/no_answer"


@fault("graph.dangling")
def a_node_is_removed(plain: Plain) -> str:
    named = {item["entry"].get("node") for item in plain["numbers"]} - {None}
    gone = next(iter(sorted(named)), None)
    if gone is None:
        raise Unfit
    plain["nodes"] = [item for item in plain["nodes"] if item["id"] != gone]
    return next(f"/numbers/{at}/entry" for at, item in enumerate(plain["numbers"]) if item["entry"].get("node") == gone)


@fault("graph.dangling")
def mailbox_operator_to_nowhere(plain: Plain) -> str:
    plain["mailboxes"][0]["operator"] = {"extension": "999999"}
    return "/mailboxes/0/operator"


@fault("graph.duplicate-id", "code.twice")
def node_twice(plain: Plain) -> str:
    plain["nodes"].append(dict(plain["nodes"][0]))
    return f"/nodes/{len(plain['nodes']) - 1}/id"


@fault("graph.duplicate-id")
def prompt_twice(plain: Plain) -> str:
    plain["prompts"].append(dict(plain["prompts"][0]))
    return f"/prompts/{len(plain['prompts']) - 1}/id"


@fault("graph.duplicate-id")
def site_twice(plain: Plain) -> str:
    plain["sites"].append(dict(first(plain, "sites")[0]))
    return f"/sites/{len(plain['sites']) - 1}/id"


@fault("graph.self")
def an_announcement_repeats_itself(plain: Plain) -> str:
    name, where = node(plain, "announcement", prompt=say(plain, "We are sorry.")[0], then={"hangup": "normal"})
    plain["nodes"][-1]["then"] = {"node": name}
    return f"{where}/then"


@fault("graph.self")
def an_extension_forwards_to_itself(plain: Plain) -> str:
    number, where = phone(plain)
    plain["extensions"][-1]["on_no_answer"] = {"extension": number}
    return f"{where}/on_no_answer"


@fault("graph.loop")
def two_announcements_in_a_circle(plain: Plain) -> str:
    prompt = say(plain, "Please hold the line.")[0]
    one, where = node(plain, "announcement", prompt=prompt, then={"hangup": "normal"})
    other, _ = node(plain, "announcement", prompt=prompt, then={"node": one})
    plain["nodes"][-2]["then"] = {"node": other}
    return f"{where}/then"


@fault("graph.loop")
def silence_goes_from_menu_to_menu(plain: Plain) -> str:
    one, where = menu(plain, {"0": leave(plain)})
    other, _ = menu(plain, {"0": leave(plain)}, no_input={"node": one})
    plain["nodes"][-2]["no_input"] = {"node": other}
    return f"{where}/no_input"


@fault("graph.loop")
def two_extensions_forward_to_each_other(plain: Plain) -> str:
    one, where = phone(plain)
    other, _ = phone(plain, on_no_answer={"extension": one})
    plain["extensions"][-2]["on_no_answer"] = {"extension": other}
    return f"{where}/on_no_answer"


@fault("graph.loop-through-queue")
def a_queue_begins_anew(plain: Plain) -> str:
    name, where = queue(plain)
    plain["nodes"][-1]["timeout"] = {"node": name}
    return f"{where}/timeout"


@fault("graph.loop-outside")
def a_group_calls_its_own_number(plain: Plain) -> str:
    name, where = node(plain, "external", number=OWN, confirm=True, no_answer=leave(plain))
    enter(plain, {"node": name}, e164=OWN)
    return f"{where}/number"


@fault("graph.own-number")
def a_number_of_the_customer_is_called_outside(plain: Plain) -> str:
    enter(plain, leave(plain), e164=OWN)
    return node(plain, "external", number=OWN, confirm=True, no_answer=leave(plain))[1] + "/number"


@fault("graph.own-number")
def a_member_is_a_number_of_the_customer(plain: Plain) -> str:
    enter(plain, leave(plain), e164=OWN)
    return group(plain, {"number": OWN, "confirm": True})[1] + "/members/0/number"


@fault("graph.no-number", "numbering.did-missing")
def no_numbers(plain: Plain) -> str:
    plain["numbers"] = []
    return "/numbers"


@fault("graph.unreachable")
def a_part_that_nothing_leads_to(plain: Plain) -> str:
    return add(plain, "nodes", id="left-over", kind="voicemail", mailbox=leave(plain)["mailbox"])


@fault("graph.no-human")
def a_number_with_nobody_behind(plain: Plain) -> str:
    name, _ = node(plain, "hangup", prompt=say(plain, "This number is not used.")[0])
    return enter(plain, {"node": name})


@fault("graph.far-from-human")
def four_menus_before_a_person(plain: Plain) -> str:
    destination = {"extension": person(plain)["number"]}
    for _ in range(4):
        destination = {"node": menu(plain, {"1": destination})[0]}
    return f"/numbers/{len(plain['numbers']) - 1}"


@fault("graph.deep-menu")
def a_third_menu(plain: Plain) -> str:
    name, where = menu(plain, {"0": leave(plain)})
    plain["numbers"].pop()
    for _ in range(2):
        name, _ = menu(plain, {"0": leave(plain), "1": {"node": name}})
        plain["numbers"].pop()
    enter(plain, {"node": name})
    return where


@fault("graph.silent-hangup")
def a_number_that_hangs_up(plain: Plain) -> str:
    return enter(plain, {"hangup": "normal"}) + "/entry"


@fault("graph.silent-hangup")
def a_switch_that_hangs_up(plain: Plain) -> str:
    return node(plain, "toggle", code="*7701", on={"hangup": "normal"}, off=leave(plain))[1] + "/on"


@fault("graph.no-effect")
def a_switch_without_effect(plain: Plain) -> str:
    return node(plain, "toggle", code="*7702", on=leave(plain), off=leave(plain))[1]


@fault("graph.no-effect")
def hours_without_effect(plain: Plain) -> str:
    name = first(plain, "schedules")[0]["id"]
    return node(plain, "time_switch", schedule=name, open=leave(plain), closed=leave(plain))[1]


@fault("graph.no-effect")
def callers_sorted_without_effect(plain: Plain) -> str:
    rules = [{"anonymous": True, "then": leave(plain)}]
    return node(plain, "caller_match", rules=rules, otherwise=leave(plain))[1]


@fault("graph.twin")
def the_same_group_twice(plain: Plain) -> str:
    group(plain)
    return group(plain)[1]


@fault("callers.rule-empty")
def a_rule_for_nobody(plain: Plain) -> str:
    rules = [{"then": {"hangup": "rejected"}}]
    return node(plain, "caller_match", rules=rules, otherwise=leave(plain))[1] + "/rules/0"


@fault("callers.rule-shadowed")
def a_longer_prefix_after_a_shorter_one(plain: Plain) -> str:
    rules = [{"prefix": "+1", "then": {"hangup": "rejected"}}, {"prefix": "+1415", "then": {"hangup": "busy"}}]
    return node(plain, "caller_match", rules=rules, otherwise=leave(plain))[1] + "/rules/1"


@fault("callers.unknown-prefix")
def callers_of_no_country(plain: Plain) -> str:
    rules = [{"prefix": "+999", "then": {"hangup": "rejected"}}]
    return node(plain, "caller_match", rules=rules, otherwise=leave(plain))[1] + "/rules/0/prefix"
