"""What the tests of exports share: flows with everything in them, hostile words, and how packages are compared."""

import copy
import csv
import datetime as dt
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from tests.callflow import ACME, acme
from tests.customers import CUSTOMERS, customer

from call_flow.export import schemas
from call_flow.export.package import Package, Target
from call_flow.flow.calendar import Calendar, minute
from call_flow.flow.graph import Graph
from call_flow.flow.model import Flow

#: Words that would be more than a label if they were let.
HOSTILE = (
    "${SHELL(touch /tmp/x)} $[1] $${sounds_dir} {{flow.sid}} {% raw %}",
    "; rm -rf / & del *",
    "first\nexten => _X.,1,Dial(PJSIP/${EXTEN}@out)\r\nsecond",
    '<script>alert(1)</script> ]]> &lt; <!-- --> <X-PRE-PROCESS cmd="exec" data="id"/>',
    '=HYPERLINK("https://evil.example","x")',
    "' ; Remove-Item -Recurse C:\\ ; ' \u2019 ; Stop-Computer #",
    '" ; $(Stop-Computer) `n @{a=1} "',
    "x" * 200,
    "\u202eevil\u202c \U0001f600 \u0645\u0631\u062d\u0628\u0627 \u00e9 \u2028 z",
    "\x1b[31m\x07\x7f|,~,1&PJSIP/x \t../../etc/passwd|2",
)
PLAIN = "Plainword"
_TEXTS = {"name", "label", "first", "last", "display", "caller_prefix", "floor", "unit", "room", "state", "city",
          "postal_code", "house_number", "street", "building", "provider", "voice"}  # fmt: skip
#: Where words of the customer have a place of their own, and what holds names of another kind there.
_NOT_WORDS = {("nodes", "room"), ("prompts", "state"), ("override", "state")}


def secret(name: str) -> str:
    """32 hexadecimal digits, as the service gives them."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def everything() -> Flow:
    """Acme with every aspect that an export must have a verdict on."""
    plain = copy.deepcopy(ACME)
    set_all = {"language": "es-US", "caller_prefix": "P ", "priority": 5}
    plain["customer"]["languages"] = ["en-US", "es-US"]
    plain["numbers"][0] |= {"kind": "fax", "language": "es-US"}
    plain["numbers"].append({"e164": "+12125550188", "entry": {"node": "extra-hours", "set": set_all}})
    plain["numbers"].append({"e164": "+12125550189", "entry": {"number": "+442071838750"}})
    plain["numbers"].append({"e164": "+12125550190", "entry": {"hangup": "busy"}})
    plain["extensions"][0] |= {
        "caller_id": {"external": "+12125550123", "emergency": "+12125550123"}, "email": "ann@acme.example",
        "on_no_answer": {"mailbox": "101", "greeting": "busy"}, "on_busy": {"number": "+12125550177"},
        "on_offline": {"hangup": "congestion"}, "follow_me": [{"number": "+12125550177", "delay_s": 5}],
        "in_directory": False, "outbound": "international", "mobile": "+12125550177", "ring_s": 25,
    }  # fmt: skip
    plain["extensions"].append({"number": "109", "first": "Nobody", "device": "none", "mailbox": "600"})
    plain["extensions"].append({"number": "110", "first": "Eve", "outbound": "none", "on_no_answer": {"node": "menu"}})
    plain["mailboxes"][0] |= {
        "email": ["ann@acme.example", "x@acme.example"], "attach": False, "delete_after_send": True,
        "transcribe": True, "unavailable_greeting": "closed", "operator": {"extension": "102"},
    }  # fmt: skip
    plain["schedules"].append({
        "id": "nights", "time_zone": "Europe/Berlin", "holiday_set": "us",
        "weekly": {"fri": [{"start": "22:10", "end": "02:00"}], "sun": [{"start": "00:00", "end": "24:00"}]},
        "exceptions": [{"date": "2026-12-26", "ranges": [{"start": "20:00", "end": "03:00"}]},
                       {"date": "2026-12-31", "ranges": []}],
    })  # fmt: skip
    plain["schedules"].append({"id": "never", "time_zone": "UTC", "weekly": {}})
    plain["prompts"][0] |= {"texts": {"en-US": "Hello.", "es-US": "Hola."}, "file": "hello.wav"}
    end, people = {"hangup": "normal"}, [{"extension": "101"}, {"number": "+12125550177", "confirm": True}]
    groups = [
        {"id": f"group-{strategy}", "kind": "ring_group", "strategy": strategy, "members": people, "greeting": "closed",
         "caller_prefix": "G ", "no_answer": end, "busy": end, "offline": {"hangup": "rejected"}}
        for strategy in ("sequential", "rotating", "random")
    ]  # fmt: skip
    groups[0]["members"] = [*people, {"extension": "102", "delay_s": 5}]
    queues = [
        {"id": f"queue-{strategy}", "kind": "queue", "strategy": strategy, "wrapup_s": 10, "max_callers": 5,
         "agents": [{"extension": "101", "penalty": 1}, {"number": "+12125550177"}], "greeting": "closed",
         "announce": {"position": True, "hold_time": True, "prompt": "closed"}, "music": "jazz", "join_empty": True,
         "exit_keys": {"1": end, "*": {"extension": "101"}}, "caller_prefix": "Q ", "timeout": end, "full": end,
         "no_agents": end}
        for strategy in ("leastrecent", "fewestcalls", "random", "rrmemory", "linear")
    ]  # fmt: skip
    last = {"node": "room"}
    plain["nodes"] += [
        {"id": "extra-hours", "kind": "time_switch", "schedule": "nights", "open": {"node": "extra-menu"},
         "closed": {"node": "never-open", "set": {"caller_prefix": "N "}}},
        {"id": "never-open", "kind": "time_switch", "schedule": "never", "open": last, "closed": last},
        {"id": "extra-menu", "kind": "menu", "prompt": "welcome", "direct_dial": ["101", "102"], "replay_key": "9",
         "keys": {"1": {"node": "group-sequential"}, "22": {"node": "queue-linear"}, "*": {"node": "speaker"},
                  "#": {"node": "dial"}, "3": {"mailbox": "600", "greeting": "none"}, "4": {"hangup": "unallocated"}},
         "no_input": {"node": "box"}, "invalid": {"node": "bad"}, "max_tries": 2},
        *groups, *queues,
        {"id": "box", "kind": "voicemail", "mailbox": "101", "greeting": "busy"},
        {"id": "by-list", "kind": "directory", "extensions": ["101"], "by": "both", "failed": end},
        {"id": "dial", "kind": "external", "number": "+442071838750", "trunk": "second", "caller_id": "caller",
         "no_answer": {"node": "by-list"}, "busy": end},
        {"id": "speaker", "kind": "page", "members": ["101", "102"], "duplex": True},
        {"id": "room", "kind": "conference", "room": "850"},
        {"id": "bad", "kind": "hangup", "cause": "rejected", "prompt": "closed"},
    ]  # fmt: skip
    plain["nodes"][1]["rules"].reverse()
    plain["trunks"].append({"id": "second", "host": "sip.second.example", "channels": 4})
    plain["outbound"].append({"id": "prefixed", "classes": ["international"], "prefix": "9", "trunks": ["second"]})
    plain["numbering"] = {"outbound_prefix": "9"}
    return Flow.model_validate(plain)


@cache
def flows() -> dict[str, Flow]:
    """Every flow that an export must take."""
    return {"acme": acme(), "everything": everything()} | {name: customer(name) for name in CUSTOMERS}


def data(name: str) -> Any:
    """A file of facts about another system."""
    return json.loads(resources.files(schemas).joinpath(name).read_text(encoding="utf-8"))


def made(target: Target, flow: Flow) -> Package:
    """The package of a flow."""
    return target.make(flow, secret)


def worded(flow: Flow, words: str) -> Flow:
    """The flow with other words of the customer wherever there are any, and wherever a part may have a name."""

    def change(value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [change(item, path) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: words if _is_words(name, item, path) else change(item, (*path, name)) for name, item in value.items()
        }

    plain = flow.plain()
    for parts in ("nodes", "schedules", "holiday_sets", "trunks", "outbound", "mailboxes"):
        plain[parts] = [{"name": words, **part} for part in plain.get(parts, [])]
    plain["numbers"] = [{"label": words, **number} for number in plain.get("numbers", [])]
    return Flow.model_validate(change(plain, ()))


def _is_words(name: str, value: Any, path: tuple[str, ...]) -> bool:
    if not isinstance(value, str):
        return False
    inside = path[-1] if path else ""
    return inside == "texts" or (name in _TEXTS and (inside, name) not in _NOT_WORDS)


def tree(name: str, content: bytes) -> Any:
    """A file as nested lists and dictionaries, read as its system reads it."""
    if name.endswith(".json"):
        return json.loads(content)
    if name.endswith(".csv"):
        return list(csv.DictReader(io.StringIO(content.decode())))
    if name.endswith(".xml"):
        return _element(fromstring(content))
    if name.endswith(".tar.gz"):
        return {inner: tree(inner, part) for inner, part in unpacked(content).items()}
    return content.decode("utf-8-sig").splitlines()


def _element(element: Element) -> Any:
    return [element.tag, dict(element.attrib), (element.text or "").strip(), [_element(child) for child in element]]


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a tarball."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar.getmembers():
            stream = tar.extractfile(entry)
            assert stream is not None
            found[entry.name] = stream.read()
    return found


Read = Callable[[str, bytes], Any]


def differences(target: Target, flow: Flow, words: str, read: Read = tree) -> Iterator[str]:
    """Where a package changes with the words of the customer, other than in a label."""
    before, after = made(target, worded(flow, PLAIN)), made(target, worded(flow, words))
    if before.files.keys() != after.files.keys():
        yield "files"
        return
    for name, content in before.files.items():
        yield from _differ(name, read(name, content), read(name, after.files[name]))
    if [line.status for line in before.fidelity] != [line.status for line in after.fidelity]:
        yield "fidelity"


def _differ(where: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            yield f"{where}: {sorted(map(str, one.keys() ^ other.keys()))}"
            return
        for name in one:
            yield from _differ(f"{where}/{name}", one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{where}: {len(one)} and {len(other)}"
            return
        for at, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from _differ(f"{where}/{at}", first, second)
    elif one != other and not (isinstance(one, str) and isinstance(other, str) and PLAIN in one):
        yield f"{where}: {one!r} and {other!r}"


def instants(flow: Flow, schedule: str) -> list[dt.datetime]:
    """Times on the wall clock around everything that a schedule says: the second before each edge, it, and later."""
    calendar = calendar_of(flow, schedule)
    days = {dt.date(2026, 11, 23) + dt.timedelta(days=number) for number in range(8)}
    days |= {
        day + dt.timedelta(days=more) for day in [*calendar.closed_days, *calendar.exceptions] for more in (-1, 0, 1)
    }
    seconds = {0, 43_199, 86_399}
    for spans in [*calendar.schedule.weekly.values(), *calendar.exceptions.values()]:
        for span in spans:
            seconds |= {minute(text) * 60 + more for text in (span.start, span.end) for more in (-1, 0, 90)}
    midnight = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock
    clocks = sorted({(midnight + dt.timedelta(seconds=second)).time() for second in seconds})
    return [dt.datetime.combine(day, clock) for day in sorted(days) for clock in clocks]


def calendar_of(flow: Flow, schedule: str) -> Calendar:
    """The calendar of a schedule."""
    graph = Graph(flow)
    known = graph.schedules[schedule]
    return Calendar(known, graph.holiday_sets.get(known.holiday_set or ""))
