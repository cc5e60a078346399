"""Faults of names: what is named but not there."""

from tests.faults.fault import Faults, Plain, first, group, leave, menu, node, person, phone, queue

REFERENCES = Faults()
fault = REFERENCES.fault


@fault("prompt.missing")
def menu_without_its_prompt(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, prompt="lost")[1] + "/prompt"


@fault("prompt.missing")
def greeting_of_a_group_is_lost(plain: Plain) -> str:
    return group(plain, greeting="lost")[1] + "/greeting"


@fault("prompt.missing")
def greeting_of_a_mailbox_is_lost(plain: Plain) -> str:
    plain["mailboxes"][0]["busy_greeting"] = "lost"
    return "/mailboxes/0/busy_greeting"


@fault("prompt.missing")
def announcement_of_a_queue_is_lost(plain: Plain) -> str:
    return queue(plain, announce={"prompt": "lost"})[1] + "/announce/prompt"


@fault("hours.schedule-missing")
def time_switch_without_a_schedule(plain: Plain) -> str:
    open_ = {"extension": person(plain)["number"]}
    return node(plain, "time_switch", schedule="lost", open=open_, closed=leave(plain))[1] + "/schedule"


@fault("hours.schedule-missing")
def the_schedule_is_removed(plain: Plain) -> str:
    switch, where = first(plain, "nodes", kind="time_switch")
    plain["schedules"] = [item for item in plain["schedules"] if item["id"] != switch["schedule"]]
    return f"{where}/schedule"


@fault("holidays.set-missing")
def schedule_with_lost_holidays(plain: Plain) -> str:
    first(plain, "schedules")[0]["holiday_set"] = "lost"
    return "/schedules/0/holiday_set"


@fault("place.site-missing")
def extension_at_no_site(plain: Plain) -> str:
    return phone(plain, site="lost")[1] + "/site"


@fault("place.site-missing")
def number_of_no_site(plain: Plain) -> str:
    plain["numbers"][0]["site"] = "lost"
    return "/numbers/0/site"


@fault("place.location-missing")
def extension_at_no_location(plain: Plain) -> str:
    return phone(plain, site=first(plain, "sites")[0]["id"], location="lost")[1] + "/location"


@fault("place.location-missing")
def location_without_a_site(plain: Plain) -> str:
    return phone(plain, location="front")[1] + "/location"


@fault("trunk.missing")
def outside_call_by_no_trunk(plain: Plain) -> str:
    values = {"number": "+12125550178", "confirm": True, "no_answer": leave(plain)}
    return node(plain, "external", trunk="lost", **values)[1] + "/trunk"


@fault("trunk.missing")
def route_by_no_trunk(plain: Plain) -> str:
    route, where = first(plain, "outbound")
    route["trunks"].append("lost")
    return f"{where}/trunks/{len(route['trunks']) - 1}"


@fault("trunk.missing")
def emergency_calls_by_no_trunk(plain: Plain) -> str:
    plain["emergency"]["trunks"] = ["lost"]
    return "/emergency/trunks/0"


@fault("voicemail.mailbox-missing")
def voicemail_without_a_mailbox(plain: Plain) -> str:
    return node(plain, "voicemail", mailbox="888888")[1] + "/mailbox"


@fault("voicemail.mailbox-missing")
def extension_with_a_lost_mailbox(plain: Plain) -> str:
    return phone(plain, mailbox="888888")[1] + "/mailbox"


@fault("group.member-missing")
def member_who_left(plain: Plain) -> str:
    return group(plain, {"extension": "999999"})[1] + "/members/0/extension"


@fault("group.member-missing")
def agent_who_left(plain: Plain) -> str:
    return queue(plain, {"extension": "999999"})[1] + "/agents/0/extension"


@fault("group.member-missing")
def paging_who_left(plain: Plain) -> str:
    return node(plain, "page", members=["999999"])[1] + "/members/0"


@fault("group.member-missing")
def directory_of_who_left(plain: Plain) -> str:
    number = phone(plain)[0]
    return node(plain, "directory", extensions=[number, "999999"], failed=leave(plain))[1] + "/extensions/1"


@fault("menu.direct-dial-missing")
def dialling_who_left(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, direct_dial=["888887"])[1] + "/direct_dial/0"
