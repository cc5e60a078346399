"""Dialplans read back: their contexts, extensions and steps; and a system that has every kind of part."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.callflow import MOBILE, acme

from call_flow.flow.model import Flow

_EXTENSION = re.compile(r"exten => (?P<number>[^,]+),(?P<priority>1|hint)(\((?P<label>[a-z0-9_]+)\))?,(?P<step>.+)")
_STEP = re.compile(r" same => n(\((?P<label>[a-z0-9_]+)\))?,(?P<step>.+)")
_TARGET = re.compile(r"(?:Goto|Gosub)\((?P<plain>[^()]*)[()]|GotoIf(?:Time)?\((?P<tested>.*)\)$")

Place = tuple[str, str, str]


@dataclass
class Context:
    """A context. Extensions have their steps; `labels` are names of steps by their extension."""

    includes: list[str] = field(default_factory=list)
    extensions: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)


def read(text: str) -> dict[str, Context]:
    """The contexts of extensions.conf. Fails on a line that is none of those an export writes, and on repetitions."""
    found: dict[str, Context] = {}
    name = number = ""
    for line in text.splitlines():
        if not line or line.startswith((";", "#")):
            continue
        if line.startswith("["):
            name = line.strip("[]")
            assert name not in found, f"{name} is there twice"
            found[name] = Context()
        elif line.startswith("include => "):
            found[name].includes.append(line.removeprefix("include => "))
        elif match := _EXTENSION.fullmatch(line):
            number = match["number"]
            if match["priority"] == "hint":
                found[name].hints[number] = match["step"]
                continue
            assert number not in found[name].extensions, f"{number} is in {name} twice"
            found[name].extensions[number] = [match["step"]]
            found[name].labels[number] = {"1"} | ({match["label"]} if match["label"] else set())
        elif match := _STEP.fullmatch(line):
            found[name].extensions[number].append(match["step"])
            if match["label"]:
                assert match["label"] not in found[name].labels[number], f"{match['label']} is in {name},{number} twice"
                found[name].labels[number].add(match["label"])
        else:
            assert name == "general", f"what is {line!r}?"
    return found


def targets(dialplan: dict[str, Context]) -> Iterator[tuple[Place, Place]]:
    """From where each Goto, Gosub and GotoIf goes to where."""
    for name, context in dialplan.items():
        for number, steps in context.extensions.items():
            for step in steps:
                for written in _written(step):
                    parts = written.split(",")
                    before = (name, number)[: 3 - len(parts)]
                    yield (name, number, step), (*before, *parts)  # type: ignore[misc]  # three together


def _written(step: str) -> Iterator[str]:
    for match in _TARGET.finditer(step):
        if match["plain"] is not None:
            yield match["plain"]
        else:
            yield from filter(None, match["tested"].rpartition("?")[2].split(":"))


def everything(plain: dict[str, Any]) -> None:
    """Change Acme's JSON into that of a system with every kind of part, and most ways to set it."""
    plain["customer"]["languages"] = ["en-US", "es-US"]
    plain["numbers"][0] |= {"language": "es-US", "caller_prefix": "Main"}
    plain["numbers"].append({"e164": "+12125550160", "kind": "fax", "entry": {"extension": "105"}})
    plain["numbers"].append({"e164": "+12125550161", "entry": {"node": "stairs"}})
    plain["numbers"].append({"e164": "+12125550162", "entry": {"node": "sorting"}})
    plain["extensions"][0] |= {
        "follow_me": [{"number": MOBILE, "delay_s": 1}, {"number": "+12125550178", "delay_s": 2, "confirm": False}],
        "on_busy": {"node": "bye"}, "on_offline": {"number": MOBILE}, "outbound": "international",
        "caller_id": {"external": "+12125550150", "emergency": "+12125550123"},
    }  # fmt: skip
    plain["extensions"] += [
        {"number": "105", "display": "Fax", "device": "fax", "outbound": "none", "in_directory": False},
        {"number": "106", "first": "Eva", "last": "O'Neill-Müller", "device": "none", "mailbox": "600"},
        {"number": "107", "first": "Finn", "device": "none", "follow_me": [{"number": MOBILE}]},
        {"number": "108", "device": "door", "outbound": "internal", "site": "annex"},
    ]
    plain["sites"].append({"id": "annex", "name": "Annex", "time_zone": "America/Chicago"})
    plain["mailboxes"][3] |= {
        "unavailable_greeting": "closed", "email": ["office@acme.example", "b@acme.example"], "transcribe": True,
        "delete_after_send": True, "max_s": 60,
    }  # fmt: skip
    plain["prompts"][0]["texts"]["es-US"] = "Gracias."
    plain["prompts"].append({"id": "hold", "texts": {"es-US": "Espere."}, "file": "hold.wav"})
    menu = next(node for node in plain["nodes"] if node["id"] == "menu")
    menu["keys"] |= {
        "5": {"node": "room"}, "6": {"node": "horn"}, "*": {"node": "turns"}, "#": {"node": "lot"},
        "77": {"mailbox": "600", "greeting": "busy"}, "8": {"number": "+14165550100"},
        "9": {"hangup": "busy", "set": {"language": "es-US", "caller_prefix": "Nine", "priority": 3}},
    }  # fmt: skip
    menu["replay_key"] = "7"
    support = next(node for node in plain["nodes"] if node["id"] == "support")
    support |= {
        "agents": [{"extension": "103"}, {"extension": "106"}, {"number": MOBILE, "penalty": 2}], "max_callers": 5,
        "announce": {"every_s": 30, "position": True, "hold_time": True, "prompt": "hold"}, "music": "jazz",
        "greeting": "hold", "caller_prefix": "Support", "full": {"hangup": "congestion"},
    }  # fmt: skip
    plain["nodes"] += [
        {
            "id": "turns",
            "kind": "ring_group",
            "strategy": "rotating",
            "members": [{"extension": "102"}, {"number": MOBILE, "confirm": True}],
            "caller_prefix": "Turns",
            "greeting": "hold",
            "no_answer": {"node": "lot"},
            "offline": {"hangup": "unallocated"},
        },
        {
            "id": "lot",
            "kind": "ring_group",
            "strategy": "random",
            "members": [{"extension": "102"}, {"extension": "103"}, {"extension": "106"}],
            "no_answer": {"node": "line"},
        },
        {
            "id": "line",
            "kind": "ring_group",
            "strategy": "sequential",
            "members": [{"extension": "102", "delay_s": 9}],
            "no_answer": {"node": "late"},
        },
        {
            "id": "late",
            "kind": "ring_group",
            "members": [{"extension": "102"}, {"extension": "103", "delay_s": 5}, {"extension": "104", "delay_s": 90}],
            "no_answer": {"node": "nobody"},
            "busy": {"node": "bye"},
        },
        {"id": "nobody", "kind": "ring_group", "members": [], "no_answer": {"mailbox": "600", "greeting": "none"}},
        {"id": "room", "kind": "conference", "room": "800", "announce": False},
        {"id": "horn", "kind": "page", "members": ["101", "102", "106"], "duplex": True},
        {
            "id": "by-first",
            "kind": "directory",
            "by": "both",
            "extensions": ["101", "106"],
            "failed": {"hangup": "rejected"},
        },
        {
            "id": "stairs",
            "kind": "external",
            "number": "+14165550100",
            "trunk": "spare",
            "caller_id": "caller",
            "no_answer": {"node": "by-first"},
        },
        {
            "id": "sorting",
            "kind": "time_switch",
            "schedule": "night",
            "open": {"node": "ending"},
            "closed": {"node": "lot"},
        },
        {"id": "ending", "kind": "hangup", "cause": "no_answer", "prompt": "closed"},
    ]
    plain["schedules"].append({
        "id": "night", "time_zone": "Australia/Sydney", "weekly": {"fri": [{"start": "20:00", "end": "04:00"}],
        "sat": [{"start": "20:00", "end": "24:00"}], "sun": [{"start": "00:00", "end": "00:00"}]},
        "exceptions": [{"date": "2026-12-04", "ranges": [{"start": "18:00", "end": "06:30"}]}, {"date": "2026-12-12"}],
        "holiday_set": "us", "override": {"code": "*30", "states": ["open", "holiday"], "auto_reset": False},
    })  # fmt: skip
    plain["trunks"].append({"id": "spare", "host": "192.0.2.7", "channels": 4})
    plain["outbound"] = [
        {"id": "home", "classes": ["national"], "trunks": ["carrier", "spare"]},
        {"id": "abroad", "classes": ["international"], "trunks": ["spare"], "prefix": "8"},
    ]
    plain["emergency"] |= {"trunks": ["spare", "carrier"], "notify": [
        {"extension": "101"}, {"email": "office@acme.example"}, {"number": MOBILE}, {"extension": "106"},
    ]}  # fmt: skip


def full() -> Flow:
    """A system with every kind of part."""
    return acme(everything)
