"""Tools for configurations of network devices: read one, keep one, list those that are kept, and what they say."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from agents.tools import engineering_facts as facts
from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.engineering_cited import CONFIG_TEXT, MOST, PLATFORM, READ, WRITE, chosen, lines, of_config
from agents.tools.making import (
    COUNTS,
    NUMBER,
    Made,
    choice,
    flag,
    identifier,
    maybe,
    record,
    said,
    several,
    text,
    whole,
)
from agents.tools.platform import Service
from agents.tools.readable import MOST_BYTES, cut, fitted, line

_MOST_LINES = 400
_MORE_FACTS = "Ask for fewer sections"
_SECTIONS = several(
    choice("", facts.SECTIONS), "Which sections of facts to show.", least=1, most=len(facts.SECTIONS)
)  # fmt: skip
_CONFIG = record(
    {
        "config_id": identifier(""),
        "device": text(longest=300),
        "site": text(longest=80),
        "platform": text(longest=60),
        "number": NUMBER,
        "is_latest": {"type": "boolean"},
        "lines": NUMBER,
        "unparsed_count": NUMBER,
        "created_at": text(longest=60),
    }
)
_PARSE = Spec(
    name="engineering_parse",
    title="Read a configuration",
    description="Recognise and read the configuration of a network device, or with kind 'show' the output "
    "of a command: its platform, how many facts of which kind, lines that were not understood, and the "
    "facts of the sections that are asked for. Nothing is kept. Secrets are removed.",
    parameters=record(
        {
            "text": CONFIG_TEXT,
            "platform": PLATFORM,
            "kind": choice("A configuration, or what a command showed.", ["config", "show"], "config"),
            "command": text("Of kind show: the command, such as 'show vlan'.", longest=200, shortest=1),
            "sections": _SECTIONS,
        },
        ["text"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "kind": choice("", ["config", "show"]),
            "platform": text(longest=60),
            "confidence": {"type": "number"},
            "hostname": text(longest=300),
            "lines": NUMBER,
            "parsed": NUMBER,
            "unparsed_count": NUMBER,
            "redactions": NUMBER,
            "counts": COUNTS,
            "facts": facts.FACTS,
            "command": text(longest=300),
            "rows": several({"type": "object"}, most=MOST),
            "left_off": NUMBER,
        },
        ["kind", "platform", "left_off"],
    ),
    idempotent=True,
)
_SAVE = Spec(
    name="save_config",
    title="Keep a configuration",
    description="Keep the configuration of a network device, without its secrets, so that it can be asked, "
    "audited, drawn and documented. The same configuration again is not kept twice.",
    parameters=record(
        {
            "name": said("The file's name, such as core-switch.cfg.", longest=255),
            "text": CONFIG_TEXT,
            "platform": PLATFORM,
            "site": text("The place of the client where the device is.", longest=80),
        },
        ["name", "text"],
    ),
    tool_class="write",
    scope=WRITE,
    output=record(
        {
            "config_id": identifier(""),
            "device_id": identifier(""),
            "hostname": text(longest=300),
            "platform": text(longest=60),
            "is_new": {"type": "boolean"},
            "lines": NUMBER,
            "unparsed_count": NUMBER,
            "redactions": NUMBER,
        }
    ),
    idempotent=True,
)
_LIST_SPEC = Spec(
    name="list_configs",
    title="List configurations",
    description="List the kept configurations of network devices, newest first, with the ids that other tools take.",
    parameters=record(
        {
            "site": text("Only of this site.", longest=80, shortest=1),
            "only_latest": flag("Leave out configurations that a newer one of the device replaced."),
            "limit": whole("How many.", least=1, most=100, default=20),
            "cursor": text("The next_cursor of the list before.", longest=400, shortest=1),
        },
        [],
    ),
    tool_class="read",
    scope=READ,
    output=record({"configs": several(_CONFIG, most=100), "next_cursor": maybe(text(longest=400))}),
    idempotent=True,
)
_FACTS_SPEC = Spec(
    name="get_config_facts",
    title="Facts of a configuration",
    description="What a kept configuration says, each fact with its lines. Without sections: which there "
    "are, and how many facts each has.",
    parameters=record({"config_id": identifier("The id of a configuration."), "sections": _SECTIONS}, ["config_id"]),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "config_id": identifier(""),
            "device": text(longest=300),
            "site": text(longest=80),
            "platform": text(longest=60),
            "counts": COUNTS,
            "facts": facts.FACTS,
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)
_LINES_SPEC = Spec(
    name="get_config_lines",
    title="Lines of a configuration",
    description=f"Lines of a kept configuration as they stand there, without secrets; at most {_MOST_LINES} at a time.",
    parameters=record(
        {
            "config_id": identifier("The id of a configuration."),
            "first": whole("The first line.", least=1, most=10_000_000, default=1),
            "last": whole("The last line.", least=1, most=10_000_000),
        },
        ["config_id"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "config_id": identifier(""),
            "first": NUMBER,
            "last": NUMBER,
            "total": NUMBER,
            "lines": several(text(longest=100_000), most=_MOST_LINES),
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_PARSE, partial(_parse, service)),
        Made(_SAVE, partial(_save, service)),
        Made(_LIST_SPEC, partial(_list, service)),
        Made(_FACTS_SPEC, partial(_facts, service)),
        Made(_LINES_SPEC, partial(_lines, service)),
    ]


def _parse(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = chosen(arguments, "text", "platform", "kind", "command")
    found = service.acting(calling, READ).post("parse", payload=payload)
    if found["kind"] == "show":
        return _rows(found)
    wanted = arguments.get("sections", ())
    told = facts.told({name: found["facts"][name] for name in wanted})
    shown = fitted([_understood(found), *(one.block() for one in told)], what="facts", hint=_MORE_FACTS)
    facts_shown = told[: max(0, shown.shown - 1)]
    return Outcome(
        content=shown.text,
        data={
            "kind": "config",
            **{name: found[name] for name in ("platform", "confidence", "hostname", "lines", "parsed")},
            "unparsed_count": found["unparsed_count"],
            "redactions": found["redactions"]["count"],
            "counts": facts.counts(found["facts"]),
            "facts": [one.plain() for one in facts_shown],
            "left_off": len(told) - len(facts_shown),
        },
        citations=[of_config(found["hostname"] or "the text", None, 1, found["lines"])],
    )


def _rows(found: Mapping[str, Any]) -> Outcome:
    rows: Sequence[Mapping[str, Any]] = found["rows"][:MOST]
    blocks = [f"Output of '{found['command']}' on {found['platform']}, {len(found['rows'])} rows."]
    blocks += [line("; ".join(f"{name} {value}" for name, value in row.items() if value), 600) for row in rows]
    shown = fitted(blocks, what="rows", hint="Send a shorter output", most=MOST_BYTES - 100)
    rows = rows[: max(0, shown.shown - 1)]
    left = len(found["rows"]) - len(rows)
    told = {"kind": "show", "platform": found["platform"], "command": found["command"], "rows": rows, "left_off": left}
    return Outcome(content=shown.text + (f"\n\n{left} more rows." if left else ""), data=told)


def _understood(found: Mapping[str, Any]) -> str:
    hidden = ", ".join(f"{number} {kind}" for kind, number in found["redactions"]["kinds"].items())
    said_of = [
        f"{found['hostname'] or 'Without a host name'}: {found['platform']} (confidence {found['confidence']}), "
        f"{found['lines']} lines, {found['parsed']} understood, {found['unparsed_count']} not understood.",
        f"Facts: {', '.join(f'{number} {name}' for name, number in facts.counts(found['facts']).items()) or 'none'}.",
        f"Secrets that were removed: {hidden}." if hidden else "",
        *(f"Warning: {warning}" for warning in found["warnings"][:MOST]),
        *(f"Not understood, line {one['line']}: {line(one['text'], 200)}" for one in found["unparsed"][:MOST]),
    ]
    if (left := found["unparsed_count"] - min(MOST, len(found["unparsed"]))) > 0:
        said_of.append(f"{left} more lines were not understood.")
    return "\n".join(part for part in said_of if part)


def _save(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    payload = {"files": [chosen(arguments, "name", "text", "platform")], "site": arguments.get("site", "")}
    (kept,) = service.acting(calling, WRITE).post("configs", payload=payload)["files"]
    known = "" if kept["is_new"] else " The device had exactly this configuration already."
    return Outcome(
        content=f"Kept as configuration {kept['config_id']} of device {kept['hostname'] or arguments['name']}: "
        f"{kept['platform']}, {kept['lines']} lines, {kept['unparsed_count']} not understood, "
        f"{kept['redactions']['count']} secrets removed.{known}",
        data={
            **{name: kept[name] for name in ("config_id", "device_id", "hostname", "platform", "is_new", "lines")},
            "unparsed_count": kept["unparsed_count"],
            "redactions": kept["redactions"]["count"],
        },
        citations=[of_config(kept["hostname"] or arguments["name"], kept["config_id"], 1, kept["lines"])],
    )


def _list(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    asked = chosen(arguments, "site", "cursor") | {"limit": arguments.get("limit", 20)}
    page = service.acting(calling, READ).get("configs", params=asked)
    items = [one for one in page["items"] if one["is_latest"] or not arguments.get("only_latest")]
    blocks = [
        f"{one['device']}: {one['platform']}, number {one['number']}{' (latest)' if one['is_latest'] else ''}, "
        f"site {one['site'] or '(none)'}, {one['lines']} lines, config_id {one['id']}"
        for one in items
    ]
    shown = fitted(blocks, what="configurations", hint="Ask for fewer", most=MOST_BYTES - 500) if blocks else None
    more = f"\n\nMore with cursor {page['next_cursor']}" if page["next_cursor"] else ""
    return Outcome(
        content=(shown.text if shown else "No configuration is kept there. save_config keeps one.") + more,
        data={
            "configs": [
                {"config_id": one["id"]} | {name: one[name] for name in _CONFIG["properties"] if name != "config_id"}
                for one in items
            ],
            "next_cursor": page["next_cursor"],
        },
    )


def _facts(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, READ).get("configs", arguments["config_id"])
    wanted = arguments.get("sections", ())
    told = facts.told({name: found["facts"][name] for name in wanted})
    counts = facts.counts(found["facts"])
    head = (
        f"{found['device']}, {found['platform']}, site {found['site'] or '(none)'}, configuration {found['id']}.\n"
        f"Facts: {', '.join(f'{number} {name}' for name, number in counts.items()) or 'none'}."
    )
    shown = fitted([head, *(one.block() for one in told)], what="facts", hint=_MORE_FACTS)
    facts_shown = told[: max(0, shown.shown - 1)]
    return Outcome(
        content=shown.text,
        data={
            "config_id": found["id"],
            **{name: found[name] for name in ("device", "site", "platform")},
            "counts": counts,
            "facts": [one.plain() for one in facts_shown],
            "left_off": len(told) - len(facts_shown),
        },
        citations=[of_config(found["device"], found["id"], 1, found["lines"])],
    )


def _lines(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    first = arguments.get("first", 1)
    last = min(arguments.get("last", first + _MOST_LINES - 1), first + _MOST_LINES - 1)
    asked = {"first": first, "last": last}
    found = service.acting(calling, READ).get("configs", arguments["config_id"], "text", params=asked)
    data = {name: found[name] for name in ("config_id", "first", "last", "total", "lines")}
    if not found["lines"]:
        return Outcome(f"It has {found['total']} lines.", data)
    numbered = "\n".join(f"{number}: {content}" for number, content in enumerate(found["lines"], start=found["first"]))
    place = lines(found["first"], found["last"])
    return Outcome(
        content=cut(f"{place} of {found['total']}:\n{numbered}", hint="Ask for fewer lines"),
        data=data,
        citations=[of_config("configuration", found["config_id"], found["first"], found["last"])],
    )
