"""The requests, in the order in which each can refer to those before it.

Paths, properties and values are those of 3CX's XAPI description (3cx/xapi-tutorial, swagger.yaml).
"""

from collections.abc import Iterator

from call_flow.export.agenda import DatedDay, Span, clock
from call_flow.export.labels import shown
from call_flow.export.plan import Plan, Secret, pin
from call_flow.export.threecx.dialling import dialling
from call_flow.export.threecx.places import Body, Places, kind
from call_flow.flow.calendar import MINUTES_A_DAY
from call_flow.flow.destination import Destination
from call_flow.flow.hours import Schedule
from call_flow.flow.model import Extension, Mailbox, Number
from call_flow.flow.nodes import (
    Announcement,
    Directory,
    Hangup,
    Menu,
    Node,
    Page,
    Queue,
    RingGroup,
    TimeSwitch,
)  # fmt: skip

Request = dict[str, object]
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_POLLING = {"ringall": "RingAll", "leastrecent": "LongestWaiting", "fewestcalls": "FewestAnswered",
            "random": "HuntRandomStart", "rrmemory": "NextAgent", "linear": "Hunt"}  # fmt: skip


def requests(plan: Plan, secret: Secret) -> list[Request]:
    """Every request."""
    places = Places(plan)
    found: list[Request] = []
    for schedule in plan.schedules:
        zone = plan.time_zone(schedule.id)
        found.append({"method": "GET", "path": f"/Defs/TimeZones?$filter=IanaName eq '{zone}'",
                      "save": {f"zone:{schedule.id}": "/value/0/Id"}})  # fmt: skip
        found.append(_post("/Groups", _department(plan, places, schedule), **{f"group:{schedule.id}": "/Id"}))
    found += [_post("/Users", _user(plan, places, extension, secret)) for extension in plan.extensions]
    extensions = {extension.number for extension in plan.extensions}
    found += [_post("/Users", _shared(plan, mailbox, secret)) for mailbox in plan.mailboxes
              if mailbox.number not in extensions]  # fmt: skip
    found += [_post("/Users", _forwarder(number, dn)) for number, dn in places.outside.items()]
    found += [_post(f"/{_COLLECTIONS[str(kind(node))]}", body) for node, body in _nodes(plan, places)]
    found += [_patch(f"/Groups({{{{group:{schedule.id}}}}})", _members(plan, places, schedule))
              for schedule in plan.schedules]  # fmt: skip
    found += [_post("/InboundRules", _inbound(plan, places, number)) for number in plan.numbers]
    return found + dialling(plan)


_COLLECTIONS = {"IVR": "Receptionists", "RingGroup": "RingGroups", "Queue": "Queues"}


def _post(path: str, body: Body, **save: str) -> Request:
    return {"method": "POST", "path": path, "body": body, **({"save": save} if save else {})}


def _patch(path: str, body: Body) -> Request:
    return {"method": "PATCH", "path": path, "body": body}


def _name(text: str | None, otherwise: str) -> str:
    return shown(text or "", 100) or otherwise


def _time(minutes: int) -> str:
    return "23:59:59" if minutes == MINUTES_A_DAY else f"{clock(minutes)}:00"


def _department(plan: Plan, places: Places, schedule: Schedule) -> Body:
    agenda = plan.agenda(schedule.id)
    periods = [{"DayOfWeek": _DAYS[day], "Start": _time(start), "Stop": _time(end)}
               for day, spans in enumerate(agenda.weekly) for start, end in spans]  # fmt: skip
    holidays = [holiday for day in agenda.dated for holiday in _holidays(plan, schedule, day)]
    return {
        "Name": _name(schedule.name, schedule.id), "Number": places.department[schedule.id],
        "TimeZoneId": f"{{{{zone:{schedule.id}}}}}",
        "Hours": {"Type": "SpecificHours", "IgnoreHolidays": False, "Periods": periods}, "OfficeHolidays": holidays,
        "OverrideHolidays": True,
    }  # fmt: skip


def _holidays(plan: Plan, schedule: Schedule, day: DatedDay) -> Iterator[Body]:
    usual = plan.agenda(schedule.id).weekly[day.date.weekday()]
    if _beyond(day.open, usual):
        how = f"On {day.date} it is open at times when its weekday is not; those hours are not kept."
        plan.notes.approximated(plan.pointer(schedule), how)
    for start, end in _closed(day.open):
        yield {
            "Name": shown(day.name, 100) or str(day.date), "IsRecurrent": False,
            "Day": day.date.day, "Month": day.date.month, "Year": day.date.year,
            "DayEnd": day.date.day, "MonthEnd": day.date.month, "YearEnd": day.date.year,
            "TimeOfStartDate": _duration(start), "TimeOfEndDate": _duration(end),
        }  # fmt: skip


def _duration(minutes: int) -> str:
    return "PT23H59M59S" if minutes == MINUTES_A_DAY else f"PT{minutes // 60}H{minutes % 60}M"


def _closed(spans: tuple[Span, ...]) -> Iterator[Span]:
    at = 0
    for start, end in spans:
        if at < start:
            yield at, start
        at = end
    if at < MINUTES_A_DAY:
        yield at, MINUTES_A_DAY


def _beyond(spans: tuple[Span, ...], usual: tuple[Span, ...]) -> bool:
    return any(not any(first <= start and end <= last for first, last in usual) for start, end in spans)


def _user(plan: Plan, places: Places, extension: Extension, secret: Secret) -> Body:
    mailbox = plan.graph.mailboxes.get(extension.number)
    route: Body = {}
    for what, where in (
        ("NoAnswer", plan.graph.after(extension, "no_answer")), ("Busy", plan.graph.after(extension, "busy")),
        ("NotRegistered", plan.graph.after(extension, "offline")),
    ):  # fmt: skip
        there = places.to(where)
        route |= {f"{what}AllCalls": True, f"{what}Internal": there, f"{what}External": there}
    body: Body = {
        "Number": extension.number, "FirstName": _name(extension.first or extension.display, extension.number),
        "LastName": shown(extension.last or "", 100), "Enabled": True, "HideInPhonebook": not extension.in_directory,
        "AuthID": f"sip{extension.number}", "AuthPassword": secret(f"sip:{extension.number}")[:32],
        "ForwardingProfiles": [{"Name": "Available", "NoAnswerTimeout": extension.ring_s, "AvailableRoute": route,
                                "RingMyMobile": bool(extension.follow_me)}],
        **_voicemail(plan, mailbox, secret),
    }  # fmt: skip
    mobile = next((other.number for other in extension.follow_me), extension.mobile)
    shows = extension.caller_id.external if extension.caller_id else None
    address = mailbox.email[0] if mailbox and mailbox.email else extension.email
    _note_one_of_each(plan, extension, address, mobile)
    for name, value in (("EmailAddress", address), ("Mobile", mobile), ("OutboundCallerID", shows)):
        if value:
            body[name] = shown(value, 254)
    return body


def _note_one_of_each(plan: Plan, extension: Extension, address: str | None, mobile: str | None) -> None:
    """A user has one address, to which messages go, and one mobile number."""
    pointer = plan.pointer(extension)
    if extension.email is not None and address != extension.email:
        plan.notes.approximated(pointer, f"Its address is that of its mailbox, {address}; a user has one.")
    if extension.mobile is not None and mobile != extension.mobile:
        plan.notes.approximated(pointer, f"Its mobile is {mobile}, which rings with it; a user has one.")


def _voicemail(plan: Plan, mailbox: Mailbox | None, secret: Secret) -> Body:
    if mailbox is None:
        return {"VMEnabled": False}
    if mailbox.delete_after_send and not mailbox.attach:
        how = "Messages stay in the mailbox: 3CX deletes those alone that it attaches."
        plan.notes.approximated(plan.pointer(mailbox), how)
    kept = "Attachment" if mailbox.attach else "Notification"
    option = "AttachmentAndDelete" if mailbox.delete_after_send and mailbox.attach else kept
    return {"VMEnabled": True, "VMPIN": pin(secret, mailbox.number),
            "VMEmailOptions": option if mailbox.email else "None"}  # fmt: skip


def _shared(plan: Plan, mailbox: Mailbox, secret: Secret) -> Body:
    body = {"Number": mailbox.number, "FirstName": _name(mailbox.name, mailbox.number), "LastName": "", "Enabled": True,
            "HideInPhonebook": True, **_voicemail(plan, mailbox, secret)}  # fmt: skip
    return body | ({"EmailAddress": mailbox.email[0]} if mailbox.email else {})


def _forwarder(number: str, dn: str) -> Body:
    where = {"To": "External", "External": number}
    profile = {"Name": "Away", "AwayRoute": {"Internal": where, "External": where, "AllHoursInternal": True,
                                             "AllHoursExternal": True}}  # fmt: skip
    return {"Number": dn, "FirstName": number, "LastName": "", "Enabled": True, "HideInPhonebook": True,
            "VMEnabled": False, "CurrentProfileName": "Away", "ForwardingProfiles": [profile]}  # fmt: skip


def _members(plan: Plan, places: Places, schedule: Schedule) -> Body:
    """A receptionist asks the hours of the department it belongs to."""
    nodes = [node for node in plan.nodes if isinstance(node, TimeSwitch) and node.schedule == schedule.id]
    return {"Members": [{"Number": places.node[node.id], "Rights": {"RoleName": "users"}} for node in nodes]}


def _inbound(plan: Plan, places: Places, number: Number) -> Body:
    where = places.to(number.entry)
    body: Body = {"RuleName": _name(number.label, number.e164), "Condition": "BasedOnDID", "CallType": "AllCalls",
                  "Data": f"*{number.e164[1:]}", "OfficeHoursDestination": where,
                  "AlterDestinationDuringOutOfOfficeHours": False, "AlterDestinationDuringHolidays": False}  # fmt: skip
    return body | ({"TrunkDN": {"Number": f"{{{{trunk:{plan.trunks[0].id}}}}}"}} if plan.trunks else {})


def _nodes(plan: Plan, places: Places) -> Iterator[tuple[Node, Body]]:
    for node in plan.nodes:
        if kind(node) is None:
            continue
        body: Body = {"Number": places.node[node.id], "Name": _name(node.name, node.id)}
        match node:
            case TimeSwitch():
                routes = {"OutOfOfficeRoute": {"Route": places.to(node.closed)},
                          "HolidaysRoute": {"Route": places.to(node.holiday or node.closed)}}  # fmt: skip
                yield node, body | _receptionist(plan, places, None, node.open) | routes
            case Announcement():
                yield node, body | _receptionist(plan, places, node.prompt, node.then)
            case Hangup():
                yield node, body | _receptionist(plan, places, node.prompt, Destination(hangup="normal"))
            case Directory():
                yield node, body | {"IVRType": "Default", "Timeout": 0, "TimeoutForwardType": "CallByName"}
            case Menu():
                yield node, body | _menu(plan, places, node)
            case RingGroup():
                yield node, body | _ring_group(plan, places, node)
            case Page():
                members = [{"Number": number} for number in node.members if number in plan.graph.extensions]
                yield node, body | {"RingStrategy": "Paging", "Members": members}
            case Queue():
                yield node, body | _queue(plan, places, node)
            case _:
                raise NotImplementedError(node.kind)


def _recording(plan: Plan, name: str | None) -> str:
    prompt = plan.prompt(name)
    return "" if prompt is None else prompt.file or f"{prompt.id}.wav"


def _receptionist(plan: Plan, places: Places, prompt: str | None, then: Destination, timeout: int = 0) -> Body:
    what, number = places.forward(then)
    body: Body = {"IVRType": "Default", "Timeout": timeout, "TimeoutForwardType": what}
    if number:
        body["TimeoutForwardDN"] = number
    return body | ({"PromptFilename": recording} if (recording := _recording(plan, prompt)) else {})


def _menu(plan: Plan, places: Places, node: Menu) -> Body:
    forwards: list[Body] = []
    for pressed, destination in node.keys.items():
        if len(pressed) == 1 and pressed.isdigit():
            what, number = places.forward(destination)
            forwards.append({"Input": pressed, "ForwardType": what} | ({"ForwardDN": number} if number else {}))
    if node.replay_key and len(node.replay_key) == 1 and node.replay_key.isdigit():
        forwards.append({"Input": node.replay_key, "ForwardType": "RepeatPrompt"})
    body = _receptionist(plan, places, node.prompt, node.no_input, node.timeout_s)
    body |= {"Forwards": forwards, "TransferEnable": bool(plan.dialled_directly(node))}
    _, number = places.forward(node.invalid)
    return body | ({"InvalidKeyForwardDN": number} if number else {})


def _ring_group(plan: Plan, places: Places, node: RingGroup) -> Body:
    members = [{"Number": member.extension or places.outside[str(member.number)]}
               for member in plan.members(node.members)]  # fmt: skip
    body: Body = {"RingStrategy": "RingAll" if node.strategy == "simultaneous" else "Hunt", "RingTime": node.ring_s,
                  "Members": members, "ForwardNoAnswer": places.to(node.no_answer)}  # fmt: skip
    return body | ({"GreetingFile": recording} if (recording := _recording(plan, node.greeting)) else {})


def _queue(plan: Plan, places: Places, node: Queue) -> Body:
    agents = sorted(plan.agents(node.agents), key=lambda agent: agent.penalty)
    body: Body = {
        "PollingStrategy": _POLLING[node.strategy], "RingTimeout": node.ring_s, "MasterTimeout": node.max_wait_s,
        "MaxCallersInQueue": node.max_callers, "WrapUpTime": node.wrapup_s,
        "Agents": [{"Number": agent.extension or places.outside[str(agent.number)]} for agent in agents],
        "ForwardNoAnswer": places.to(node.timeout),
    }  # fmt: skip
    if recording := _recording(plan, node.greeting):
        body |= {"IntroFile": recording, "EnableIntro": True, "PlayFullPrompt": True}
    if node.announce is not None:
        body |= {"AnnounceQueuePosition": node.announce.position, "AnnouncementInterval": node.announce.every_s,
                 "AnnounceEstimatedWaitTime": node.announce.hold_time}  # fmt: skip
    return body | ({"OnHoldFile": f"{node.music}.wav"} if node.music != "default" else {})
