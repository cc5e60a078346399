"""The documents that are not callflows: people, telephones, mailboxes, hours, menus, queues, trunks.

Names and limits of the properties are those of the schemas in applications/crossbar/priv/couchdb/schemas of
2600hz/kazoo. Dates are seconds since the year 0, as Erlang's calendar counts them.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from zoneinfo import ZoneInfo

import phonenumbers

from call_flow.export.kazoo.callflows import Document, allowed, callflows, uses_device
from call_flow.export.labels import shown
from call_flow.export.plan import Plan, Secret, key, pin
from call_flow.flow.hours import Schedule
from call_flow.flow.model import Extension, Mailbox
from call_flow.flow.nodes import Conference, Directory, External, Menu, Queue, RingGroup, Toggle

Documents = list[Document]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Seconds from the year 0 to 1970.
_GREGORIAN = 62_167_219_200
#: Languages for which the schema of media names a female voice.
_VOICES = (
    "en-US en-CA en-AU en-GB es-US zh-CN zh-HK zh-TW ja-JP ko-KR da-DK de-DE ca-ES es-ES fi-FI fr-CA fr-FR it-IT nb-NO "
    "nl-NL pl-PL pt-BR pt-PT ru-RU sv-SE hu-HU cs-CZ tr-TR"
)
_STRATEGIES = {"leastrecent": "most_idle"}
#: Classes of numbers as KAZOO comes with them. The Caribbean is dialled like the United States, and costs like abroad.
_ABROAD, _AT_HOME = ["international", "caribbean"], ["did_us", "toll_us", "tollfree_us"]
_DENIED = {"none": [*_ABROAD, *_AT_HOME], "internal": [*_ABROAD, *_AT_HOME], "national": _ABROAD}
#: Stands for what only the carrier knows.
_CARRIERS = "<password of the carrier>"


def account(plan: Plan, secret: Secret) -> tuple[dict[str, Documents], dict[str, list[str]]]:
    """The documents of each collection, and the agents of each queue."""
    queues = [node for node in plan.nodes if isinstance(node, Queue)]
    owners = {item.mailbox: item.number for item in reversed(plan.extensions) if item.mailbox is not None}
    listed = {key("node", node.id): {item.number for item in plan.graph.listed(node)}
              for node in plan.nodes if isinstance(node, Directory)}  # fmt: skip
    collections: dict[str, Documents] = {
        "media": [_media(plan, prompt.id) for prompt in plan.prompts if plan.words(prompt.id)],
        "users": [_user(plan, extension, listed) for extension in plan.extensions],
        "devices": list(_devices(plan, secret)),
        "vmboxes": [_vmbox(plan, mailbox, owners, secret) for mailbox in plan.mailboxes],
        "temporal_rules": [rule for schedule in plan.schedules for rule in _rules(plan, schedule)]
        + [_rule(("toggle", node.id), node.name or node.id, cycle="daily", enabled=node.default == "on")
           for node in plan.nodes if isinstance(node, Toggle)],
        "conferences": [_conference(node) for node in plan.nodes if isinstance(node, Conference)],
        "directories": [_directory(node) for node in plan.nodes if isinstance(node, Directory)],
        "queues": [_queue(plan, node) for node in queues],
        "menus": [_menu(plan, node) for node in plan.nodes if isinstance(node, Menu)],
        "resources": list(_resources(plan)),
        "callflows": list(callflows(plan)),
    }  # fmt: skip
    rosters = {key("queue", node.id): [key("user", agent.extension) for agent in plan.agents(node.agents)
                                       if agent.extension] for node in queues}  # fmt: skip
    return collections, rosters


def _name(text: str, otherwise: str) -> str:
    return shown(text, 128) or otherwise


def _media(plan: Plan, prompt: str) -> Document:
    language = plan.flow.customer.languages[0]
    tts = {"text": plan.words(prompt)}
    if language in _VOICES.split():
        tts["voice"] = f"female/{language}"
    return {"id": key("prompt", prompt), "name": prompt, "media_source": "tts", "language": language.lower(),
            "tts": tts}  # fmt: skip


def _user(plan: Plan, extension: Extension, listed: Mapping[str, Collection[str]]) -> Document:
    first = _name(extension.first or extension.display or "", extension.number)
    shows = {"name": shown(extension.name, 35) or extension.number}
    caller_id: dict[str, dict[str, str]] = {"internal": {**shows, "number": extension.number}}
    external = extension.caller_id.external if extension.caller_id else None
    called_back = (extension.caller_id.emergency if extension.caller_id else None) or plan.flow.emergency.callback
    for use, number in (("external", external or extension.did), ("emergency", called_back)):
        if number:
            caller_id[use] = {**shows, "number": number}
    found: Document = {
        "id": key("user", extension.number), "first_name": first,
        "last_name": _name(extension.last or "", extension.number), "presence_id": extension.number,
        "caller_id": caller_id, "timezone": plan.valid_zone(plan.flow.customer.time_zone),
        "directories": {directory: key("extension", extension.number) for directory, numbers in listed.items()
                        if extension.number in numbers},
    }  # fmt: skip
    if extension.email:
        found["email"] = shown(extension.email, 254)
    if denied := _DENIED.get(extension.outbound):
        found["call_restriction"] = {name: {"action": "deny"} for name in denied}
    return found


def _devices(plan: Plan, secret: Secret) -> Iterator[Document]:
    for extension in plan.extensions:
        owner = {"owner_id": key("user", extension.number)}
        if extension.device != "none":
            sip = {"username": f"user_{extension.number}", "password": secret(f"sip:{extension.number}")[:32],
                   "method": "password"}  # fmt: skip
            kind = "softphone" if extension.device == "softphone" else "sip_device"
            yield {"id": key("device", extension.number), "name": _name(extension.name, extension.number),
                   "device_type": kind, "sip": sip, **owner}  # fmt: skip
        for other in extension.follow_me:
            yield {**_forward(other.number, other.confirm), "id": key("follow", extension.number, other.number),
                   **owner}  # fmt: skip
    for number, confirm in sorted(_outside(plan)):
        yield _forward(number, confirm)


def _outside(plan: Plan) -> set[tuple[str, bool]]:
    found: set[tuple[str, bool]] = set()
    for node in plan.nodes:
        if isinstance(node, RingGroup):
            found |= {(member.number, member.confirm) for member in node.members if member.number}
        elif isinstance(node, External) and uses_device(node):
            found.add((node.number, True))
    return found


def _forward(number: str, confirm: bool) -> Document:
    forward = {"enabled": True, "number": number, "require_keypress": confirm, "keep_caller_id": True,
               "substitute": True}  # fmt: skip
    return {"id": key("device", number, *(["confirm"] if confirm else [])), "name": number, "device_type": "landline",
            "call_forward": forward}  # fmt: skip


def _vmbox(plan: Plan, mailbox: Mailbox, owners: Mapping[str, str], secret: Secret) -> Document:
    found: Document = {
        "id": key("mailbox", mailbox.number), "mailbox": mailbox.number,
        "name": _name(mailbox.name or "", mailbox.number), "notify_email_addresses": list(mailbox.email),
        "delete_after_notify": mailbox.delete_after_send, "pin": pin(secret, mailbox.number),
        "is_setup": True,
    }  # fmt: skip
    if len(zone := plan.valid_zone(plan.flow.customer.time_zone)) >= 5:
        found["timezone"] = zone
    if (owner := owners.get(mailbox.number)) is not None:
        found["owner_id"] = key("user", owner)
    if plan.words(mailbox.unavailable_greeting):
        found["media"] = {"unavailable": key("prompt", str(mailbox.unavailable_greeting))}
    return found


def _rule(name: tuple[str, ...], title: str, **parts: object) -> Document:
    return {"id": key("rule", *name), "name": _name(title, name[-1]), **parts}


def _window(start: int, end: int) -> dict[str, int]:
    """KAZOO counts the last second in."""
    return {"time_window_start": start * 60, "time_window_stop": end * 60 - 1}


def _rules(plan: Plan, schedule: Schedule) -> Iterator[Document]:
    agenda, zone = plan.agenda(schedule.id), ZoneInfo(plan.time_zone(schedule.id))
    for state in schedule.override.states if schedule.override else []:
        yield _rule(("override", schedule.id, state), f"{schedule.id}: {state}", cycle="daily", enabled=False)
    for day in agenda.dated:
        noon = dt.datetime.combine(day.date, dt.time(12), tzinfo=zone)
        start = {"cycle": "date", "start_date": int(noon.timestamp()) + _GREGORIAN}
        for begin, end in day.open:
            yield _rule(("open", schedule.id, str(day.date), str(begin)), day.name, **start, **_window(begin, end))
        yield _rule(("rest", schedule.id, str(day.date)), day.name, **start, **_window(0, 24 * 60))
    for weekday, spans in enumerate(agenda.weekly):
        for begin, end in spans:
            name = ("weekly", schedule.id, str(weekday), str(begin))
            yield _rule(name, f"{schedule.id} {_WEEKDAYS[weekday]}", cycle="weekly", interval=1,
                        wdays=[_WEEKDAYS[weekday]], **_window(begin, end))  # fmt: skip


def _conference(node: Conference) -> Document:
    return {"id": key("conference", node.id), "name": _name(node.name or "", node.id), "play_entry_tone": node.announce,
            "play_exit_tone": node.announce, "member": {"numbers": [node.room], "join_muted": False}}  # fmt: skip


def _directory(node: Directory) -> Document:
    field = {"last": "last_name", "first": "first_name", "both": "both"}[node.by]
    return {"id": key("node", node.id), "name": _name(node.name or "", node.id), "min_dtmf": 3, "confirm_match": True,
            "search_fields": field, "sort_by": "first_name" if node.by == "first" else "last_name"}  # fmt: skip


def _queue(plan: Plan, node: Queue) -> Document:
    found: Document = {
        "id": key("queue", node.id), "name": _name(node.name or "", node.id),
        "strategy": _STRATEGIES.get(node.strategy, "round_robin"), "agent_ring_timeout": node.ring_s,
        "agent_wrapup_time": node.wrapup_s, "connection_timeout": node.max_wait_s,
        "enter_when_empty": node.join_empty, "max_queue_size": node.max_callers,
        "ring_simultaneously": max(1, len(plan.agents(node.agents))) if node.strategy == "ringall" else 1,
    }  # fmt: skip
    if node.exit_keys:
        found["caller_exit_key"] = next(iter(node.exit_keys))
    if node.music != "default":
        found["moh"] = node.music
    if node.announce is not None:
        found["announcements"] = {
            "interval": node.announce.every_s, "position_announcements_enabled": node.announce.position,
            "wait_time_announcements_enabled": node.announce.hold_time,
        }  # fmt: skip
    return found


def _menu(plan: Plan, node: Menu) -> Document:
    dialled = plan.dialled_directly(node)
    media: dict[str, str | bool] = {"exit_media": False, "transfer_media": False}
    for use, prompt in (("greeting", node.prompt), ("invalid_media", node.invalid_prompt)):
        if plan.words(prompt):
            media[use] = key("prompt", str(prompt))
    media.setdefault("invalid_media", False)
    longest = max(map(len, [*node.keys, *dialled, node.replay_key or ""]), default=1)
    if longest > 6:
        plan.notes.approximated(plan.pointer(node), "KAZOO takes six digits at most; longer entries cannot be dialled.")
    found: Document = {
        "id": key("menu", node.id), "name": _name(node.name or "", node.id), "retries": node.max_tries,
        "timeout": node.timeout_s * 1000, "interdigit_timeout": min(10_000, node.digit_timeout_s * 1000),
        "max_extension_length": min(6, max(1, longest)), "hunt": bool(dialled), "media": media,
    }  # fmt: skip
    if dialled:
        pattern = allowed(dialled)
        if len(pattern) <= 256:
            found["hunt_allow"] = pattern
        else:
            how = "Too many extensions for one pattern: callers may dial every extension here."
            plan.notes.approximated(plan.pointer(node), how)
    return found


def _resources(plan: Plan) -> Iterator[Document]:
    code = str(phonenumbers.country_code_for_region(plan.flow.customer.country))
    patterns = {"national": rf"^\+?{code}(\d{{4,}})$", "international": r"^\+?(\d{7,})$"}
    calls = plan.flow.emergency
    for trunk in plan.trunks:
        gateway: dict[str, object] = {"server": trunk.host, "port": trunk.port, "enabled": True,
                                      "invite_format": "e164", "realm": trunk.host[:64]}  # fmt: skip
        if trunk.username:
            gateway |= {"username": trunk.username[:32], "password": _CARRIERS}
        base: Document = {"name": _name(trunk.name or "", trunk.id), "gateways": [gateway], "flags": [trunk.id]}
        used = [(at, route) for at, route in enumerate(plan.flow.outbound) if trunk.id in route.trunks]
        rules = sorted({patterns[kind] for _, route in used for kind in route.classes})
        cost = min((route.trunks.index(trunk.id) for _, route in used), default=50)
        yield {"id": key("trunk", trunk.id), **base, "rules": rules, "weight_cost": min(100, cost)}
        if not calls.trunks or trunk.id in calls.trunks:
            taken_off = "|".join(map(_escaped, calls.accept_prefixes))
            dialled = "|".join(map(_escaped, [*calls.numbers, *calls.test_numbers]))
            rule = f"^(?:{taken_off})?({dialled})$" if taken_off else f"^({dialled})$"
            order = (calls.trunks or [item.id for item in plan.trunks]).index(trunk.id)
            yield {"id": key("emergency", trunk.id), **base, "rules": [rule], "emergency": True, "weight_cost": order}


def _escaped(dialled: str) -> str:
    return dialled.replace("*", r"\*")
