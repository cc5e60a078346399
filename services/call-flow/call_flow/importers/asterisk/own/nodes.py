"""The nodes of our own export, each from the context that is named after it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from call_flow.importers.asterisk.configuration import Section
from call_flow.importers.asterisk.own.steps import NotOurs, Own, Written, called, legs_of, played, prefixed
from call_flow.importers.draft import Draft, Plain

_SECONDS = re.compile(r"Dial\(.*,(\d+)\)")
_RINGS = re.compile(r"Gosub\(ring,s,1\((\d+),(\d+)(,U\(confirm\))?\)\)")
_WAIT = re.compile(r"Wait\((\d+)\)")
_PREFIXES = re.compile(r'GotoIf\(\$\["x\$\{CALLER:0:\d+\}" = "x(\+\d+)"\]\?match(\d+)\)')
_ANONYMOUS = re.compile(r'GotoIf\(\$\["x\$\{CALLER\}" = "xanonymous"\]\?match(\d+)\)')
_TRIES = re.compile(r"GotoIf\(\$\[\$\{TRIES\} < (\d+)\]\?s,listen\)")
_MEMBER = re.compile(r"(?:PJSIP/(\d+)|Local/(\d+)@([a-z0-9-]+)/n),(\d+).*")


@dataclass(frozen=True)
class Around:
    """What the nodes of an export need of its other files."""

    own: Own
    draft: Draft
    queues: dict[str, Section]
    rooms: dict[str, Section]
    #: Extensions that have a telephone, in their order, and those in the directory of staff.
    phones: list[str]
    staff: list[str]
    codes: dict[str, str]


def nodes(around: Around) -> None:
    """Every node of the dialplan, in its order."""
    for name, context in around.own.dialplan.contexts.items():
        if not name.startswith("node-"):
            continue
        identity = name.removeprefix("node-")
        try:
            plain = _node(around, identity, around.own.steps(name))
        except NotOurs:
            told = "It is not as the export writes it; somebody changed it by hand. Calls that come here end."
            around.draft.ledger.approximated(context.source, told)
            plain = {"kind": "hangup"}
        around.draft.add("nodes", {"id": identity, **plain}, context.source)


_Read = Callable[[Around, str, list[Written]], Plain]


def _node(around: Around, identity: str, steps: list[Written]) -> Plain:
    texts = [step.text for step in steps]
    readers: list[tuple[str, _Read]] = [
        (r"Gosub\(schedule-", _time_switch), (r"Set\(TRIES=0\)", _menu), (r"Set\(__LEGS=", _ring_group),
        (r"Queue\(", _queue), (r"Directory\(", _directory), (r"Gosub\(caller,", _caller_match),
        (r"Set\(STATE=", _toggle), (r"Set\(PAGED=\)", _page), (r"ConfBridge\(", _conference),
        (r"Gosub\((?:route-|trunk-|outside,)", _external),
    ]  # fmt: skip
    for pattern, read in readers:
        if any(re.match(pattern, text) for text in texts[:5]):
            return read(around, identity, steps)
    return _plays(around, steps)


def _plays(around: Around, steps: list[Written]) -> Plain:
    """An announcement, a mailbox or the end of a call: they differ by where they lead."""
    rest = list(steps)
    prompt = played(rest)
    prefix = prefixed(around.own, rest) if prompt is None and len(rest) > 2 else None
    to = around.own.goes(rest)
    if "set" not in to and "hangup" in to and prefix is None:
        return {"kind": "hangup", "cause": to["hangup"]} | ({"prompt": prompt} if prompt else {})
    if prompt is not None:
        return {"kind": "announcement", "prompt": prompt, "then": to}
    if "set" not in to and "mailbox" in to and prefix is None:
        return {"kind": "voicemail", **to}
    # A part without members or schedule, which only passes calls on.
    raise NotOurs


def _time_switch(around: Around, _: str, steps: list[Written]) -> Plain:
    match = re.match(r"Gosub\(schedule-([a-z0-9-]+),s,1\)", steps[0].text)
    if match is None:
        raise NotOurs
    rest = [step for step in steps[1:] if not step.text.startswith("GotoIf")]
    closed, holiday = around.own.goes(rest), around.own.at(steps, "holiday")
    found: Plain = {"kind": "time_switch", "schedule": match[1], "open": around.own.at(steps, "open"), "closed": closed}
    return found | ({"holiday": holiday} if holiday != closed else {})


def _menu(around: Around, identity: str, steps: list[Written]) -> Plain:
    own, context = around.own, f"node-{identity}"
    texts = [step.text for step in steps]
    number = {name: next((int(match[1]) for text in texts if (match := re.fullmatch(pattern, text))), None)
              for name, pattern in (("digit", r"Set\(TIMEOUT\(digit\)=(\d+)\)"), ("wait", r"WaitExten\((\d+)\)"),
                                    ("tries", _TRIES.pattern))}  # fmt: skip
    prompt = next((played([step]) for step in steps if step.label == "listen"), None)
    if None in number.values() or prompt is None or "i" not in own.extensions(context):
        raise NotOurs
    found: Plain = {"kind": "menu", "prompt": prompt, "keys": {}, "digit_timeout_s": number["digit"],
                    "timeout_s": number["wait"], "max_tries": number["tries"]}  # fmt: skip
    found["no_input"] = own.goes(_after_tries(steps))
    wrong = own.steps(context, "i")
    if (said := played(wrong)) is not None:
        found["invalid_prompt"] = said
    found["invalid"] = own.goes(_after_tries(wrong))
    dialled: list[str] = []
    for name in own.extensions(context):
        if name in ("s", "i"):
            continue
        pressed = own.steps(context, name)
        if pressed[0].text == "Goto(s,listen)":
            found["replay_key"] = name
        elif (to := own.goes(pressed)) == {"extension": name} and len(name) > 1:
            dialled.append(name)
        else:
            found["keys"][name] = to
    usual = [phone for phone in around.phones if phone not in found["keys"] and phone != found.get("replay_key")]
    if dialled:
        found["direct_dial"] = "extensions" if dialled == usual else dialled
    return found


def _after_tries(steps: list[Written]) -> list[Written]:
    at = next((at for at, step in enumerate(steps) if _TRIES.fullmatch(step.text)), None)
    if at is None:
        raise NotOurs
    return steps[at + 1 :]


def _ring_group(around: Around, _: str, steps: list[Written]) -> Plain:
    own, rest = around.own, list(steps)
    found: Plain = {"kind": "ring_group"}
    if (greeting := played(rest)) is not None:
        found["greeting"] = greeting
    if (prefix := prefixed(own, rest)) is not None:
        found["caller_prefix"] = prefix
    texts = [step.text for step in rest]
    seconds = next((match for text in texts if (match := _SECONDS.fullmatch(text))), None)
    if seconds is None:
        raise NotOurs
    in_turn = "Set(TURN=0)" in texts
    kinds = (("rotating", "DB(rotate/"), ("random", "Set(LEFT="), ("sequential", "Set(TURN=0)"))
    found["strategy"] = next((name for name, sign in kinds if any(sign in text for text in texts)), "simultaneous")
    found["ring_s"] = int(seconds[1])
    legs = legs_of(rest)
    if legs is None:
        raise NotOurs
    found["members"] = _members(around, legs, in_turn)
    return found | _outcomes(own, rest, "together")


def _members(around: Around, context: str, in_turn: bool) -> list[Plain]:
    members: list[Plain] = []
    for name in around.own.extensions(context):
        steps = around.own.steps(context, name)
        wait = _WAIT.fullmatch(steps[0].text)
        delay = int(wait[1]) if wait else 0
        text = steps[1 if wait else 0].text
        rings, call = _RINGS.fullmatch(text), called(text)
        member: Plain
        if rings is not None:
            member = {"extension": rings[1], "confirm": rings[3] is not None}
        elif call is not None:
            member = {"number": call.number, "confirm": call.confirm}
        else:
            told = "A member without a telephone: which extension it is does not stand here."
            around.draft.ledger.approximated(around.own.source(context), told)
            continue
        members.append(member | ({"delay_s": delay} if delay and not in_turn else {}))
    return members


def _outcomes(own: Own, steps: list[Written], after: str) -> Plain:
    """Where calls go that nobody took."""
    begin = next((at for at, step in enumerate(steps) if step.text.startswith(f"Gosub({after},")), None)
    if begin is None:
        raise NotOurs
    rest = [step for step in steps[begin + 1 :] if not step.text.startswith("GotoIf")]
    found: Plain = {"no_answer": own.goes(rest)}
    for outcome in ("busy", "offline"):
        if any(step.label == outcome for step in steps) and (to := own.at(steps, outcome)) != found["no_answer"]:
            found[outcome] = to
    return found


def _queue(around: Around, identity: str, steps: list[Written]) -> Plain:
    own, rest = around.own, [step for step in steps if step.text != "Answer()"]
    section = around.queues.get(f"queue-{identity}")
    found: Plain = {"kind": "queue"}
    if (greeting := played(rest)) is not None:
        found["greeting"] = greeting
    if (prefix := prefixed(own, rest)) is not None:
        found["caller_prefix"] = prefix
    wait = re.fullmatch(r"Queue\(queue-[a-z0-9-]+,,,,(\d+)\)", rest[0].text)
    if wait is None or section is None:
        raise NotOurs
    found["max_wait_s"] = int(wait[1])
    found["timeout"] = own.goes([step for step in rest[1:] if not step.text.startswith("GotoIf")])
    for name, label in (("full", "full"), ("no_agents", "nobody")):
        if (to := own.at(rest, label)) != found["timeout"]:
            found[name] = to
    exits = own.extensions(f"exit-{identity}")
    if exits:
        found["exit_keys"] = {key: own.goes(own.steps(f"exit-{identity}", key)) for key in exits}
    return found | _of_section(around, section)


def _of_section(around: Around, section: Section) -> Plain:
    found: Plain = {"strategy": section.value("strategy")}
    for name, key in (
        ("timeout", "ring_s"),
        ("retry", "retry_s"),
        ("wrapuptime", "wrapup_s"),
        ("maxlen", "max_callers"),
    ):
        if section.value(name).isdecimal():
            found[key] = int(section.value(name))
    if (music := section.value("musicclass")) != "default":
        found["music"] = music.removeprefix("music-")
    found["join_empty"] = section.value("joinempty") == "yes"
    position, hold = (section.value(f"announce-{name}") == "yes" for name in ("position", "holdtime"))
    sound = re.fullmatch(r"custom/([a-z][a-z0-9-]*)", section.value("periodic-announce"))
    every = section.value("periodic-announce-frequency") if sound else section.value("announce-frequency")
    if sound or position or hold:
        found["announce"] = {
            "every_s": int(every) if every.isdecimal() else 60,
            "position": position,
            "hold_time": hold,
        }
        found["announce"] |= {"prompt": sound[1]} if sound else {}
    agents: list[Plain] = []
    for setting in section.all("member"):
        match = _MEMBER.fullmatch(setting.value)
        if match is None:
            raise NotOurs
        agent: Plain = {"extension": match[1]}
        if match[2]:
            call = called(around.own.steps(match[3], match[2])[0].text)
            if call is None:
                raise NotOurs
            agent = {"number": call.number}
        agents.append(agent | ({"penalty": int(match[4])} if int(match[4]) else {}))
    return found | {"agents": agents}


def _directory(around: Around, identity: str, steps: list[Written]) -> Plain:
    own, context = around.own, f"found-{identity}"
    at = next(at for at, step in enumerate(steps) if step.text.startswith("Directory("))
    match = re.fullmatch(r"Directory\(default,found-[a-z0-9-]+,([lfb])\(3\).*\)", steps[at].text)
    if match is None:
        raise NotOurs
    failed = own.goes(steps[at + 1 :])
    found: Plain = {"kind": "directory", "by": {"l": "last", "f": "first", "b": "both"}[match[1]], "failed": failed}
    operator = own.goes(own.steps(context, "o"))
    if operator != failed:
        found["operator"] = operator
    listed = [name for name in own.extensions(context) if name.isdecimal()]
    return found | ({} if listed == around.staff else {"extensions": listed})


def _caller_match(around: Around, _: str, steps: list[Written]) -> Plain:
    rules: dict[str, Plain] = {}
    for step in steps:
        if match := _PREFIXES.fullmatch(step.text):
            rules.setdefault(match[2], {})["prefix"] = match[1]
        elif match := _ANONYMOUS.fullmatch(step.text):
            rules.setdefault(match[1], {})["anonymous"] = True
    for label, rule in rules.items():
        rule["then"] = around.own.at(steps, f"match{label}")
    rest = [step for step in steps[2:] if not step.text.startswith("GotoIf(")]
    if not rules:
        raise NotOurs
    return {"kind": "caller_match", "rules": list(rules.values()), "otherwise": around.own.goes(rest)}


def _toggle(around: Around, identity: str, steps: list[Written]) -> Plain:
    match = re.fullmatch(r'GotoIf\(\$\["x\$\{STATE\}" = "x(on|off)"\]\?(?:on|off)\)', steps[1].text)
    code = around.codes.get(f"switch-{identity}")
    if match is None or code is None:
        raise NotOurs
    other, default = match[1], "off" if match[1] == "on" else "on"
    ways = {other: around.own.at(steps, other), default: around.own.goes(steps[2:])}
    return {"kind": "toggle", "code": code, "default": default, **ways}


def _page(_: Around, __: str, steps: list[Written]) -> Plain:
    members = [match[1] for step in steps if (match := re.search(r"Set\(PAGED=\$\{PAGED\}&PJSIP/(\d+)\)", step.text))]
    duplex = any(re.search(r"\)d,30\)", step.text) for step in steps)
    return {"kind": "page", "members": members, "duplex": duplex}


def _conference(around: Around, _: str, steps: list[Written]) -> Plain:
    tried = (re.fullmatch(r"ConfBridge\((\d+),default_bridge,([a-z0-9-]+)\)", step.text) for step in steps)
    match = next((found for found in tried if found is not None), None)
    if match is None:
        raise NotOurs
    section = around.rooms.get(match[2])
    return {"kind": "conference", "room": match[1], "announce": section is None or section.value("quiet") != "yes"}


def _external(around: Around, _: str, steps: list[Written]) -> Plain:
    call = called(steps[0].text)
    if call is None:
        raise NotOurs
    rest = [step for step in steps[1:] if not step.text.startswith("GotoIf")]
    found: Plain = {"kind": "external", "number": call.number, "ring_s": call.seconds, "confirm": call.confirm,
                    "caller_id": "own" if call.is_own else "caller", "no_answer": around.own.goes(rest)}  # fmt: skip
    if call.way.startswith("trunk-"):
        found["trunk"] = call.way.removeprefix("trunk-")
    if (busy := around.own.at(steps, "busy")) != found["no_answer"]:
        found["busy"] = busy
    return found
