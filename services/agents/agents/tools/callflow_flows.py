"""Tools for call flows: make one of what a customer wants, read a wish in plain words, show and list what is kept."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.callflow_told import FINDINGS, FLOW_ID, PROOF, READ, VERSION, WRITE, in_words, judged, of_flow
from agents.tools.callflow_wishes import WISHES
from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.making import (
    COUNTS,
    NUMBER,
    WORDS,
    Made,
    Schema,
    choice,
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

#: Sections of a callflow/1 document.
SECTIONS = (
    "customer", "sites", "numbers", "extensions", "mailboxes", "schedules", "holiday_sets", "prompts", "nodes",
    "trunks", "outbound", "emergency", "numbering", "feature_codes",
)  # fmt: skip
_MOST_ITEMS = 200
_ARTIFACTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_GENERATE = Spec(
    name="call_flow_generate",
    title="Make a call flow",
    description="Make a complete telephone system of what a customer wants, check it, and keep it as the flow's latest "
    "version. A customer and extensions are enough: what is not said is completed, and what has to be asked is listed. "
    "The same again gives the same version. What the short fields do not say goes into specification.",
    parameters=record(
        {
            **WISHES,
            "specification": {
                "type": "object",
                "maxProperties": 100,
                "description": "A specification as call_flow_parse gives it, or a whole callflow/1 document. The "
                "fields beside it count before its own.",
            },
            "flow_id": FLOW_ID
            | {"description": "The flow to make a new version of; else it is named by the customer."},
        },
        [],
    ),
    tool_class="write",
    scope=WRITE,
    output=record(
        {
            "flow_id": WORDS,
            "version": WORDS,
            "number": NUMBER,
            "sizes": COUNTS,
            **FINDINGS,
            "artifacts": _ARTIFACTS,
        }
    ),
    idempotent=True,
    # It says of the flow what this very call said, and what the platform's rules find: nothing that others wrote.
    taints=False,
)
_PARSE = Spec(
    name="call_flow_parse",
    title="Read a wish for telephones",
    description="Make a specification of what a customer wrote: an e-mail, notes, a list. Only what stands in the text "
    "is taken; what is open is asked. Nothing is kept: pass the specification to call_flow_generate.",
    parameters=record(
        {
            "text": said("What the customer wrote.", longest=60_000),
            "country": text("If it is known from elsewhere, such as US.", longest=2, shortest=2),
            "time_zone": text("If it is known, such as America/New_York.", longest=60, shortest=1),
            "language": text("If it is known, such as en-US.", longest=10, shortest=2),
        },
        ["text"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "specification": {"type": "object"},
            "questions": several(record({"pointer": maybe(WORDS), "question": WORDS}), most=_MOST_ITEMS),
            "ignored": several(WORDS, most=_MOST_ITEMS),
            "by": choice("", ["model", "rules"]),
        }
    ),
    idempotent=True,
)
_GET = Spec(
    name="call_flow_get",
    title="Show a call flow",
    description="Show a kept flow: its version, sizes, findings, open questions, approvals, proof and addresses of its "
    "documents. With section: what stands there, each item with its JSON pointer.",
    parameters=record(
        {
            "flow_id": FLOW_ID,
            "version": VERSION,
            "section": choice("Which part of the flow to show.", SECTIONS),
            "first": whole("Of a section: the first item to show.", least=0, most=100_000, default=0),
        },
        ["flow_id"],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "flow_id": WORDS,
            "version": WORDS,
            "number": NUMBER,
            "is_latest": {"type": "boolean"},
            "sizes": COUNTS,
            "approvals": several(record({"name": WORDS, "role": WORDS, "created_at": WORDS}), most=_MOST_ITEMS),
            "proof": PROOF,
            "proof_id": maybe(identifier("")),
            **FINDINGS,
            "artifacts": _ARTIFACTS,
            "section": WORDS,
            "items": several({}, most=_MOST_ITEMS),
        },
        ["flow_id", "version", "number", "is_latest"],
    ),
    idempotent=True,
)
_LIST = Spec(
    name="call_flow_list",
    title="List call flows",
    description="List the kept call flows, newest first.",
    parameters=record(
        {
            "limit": whole("How many.", least=1, most=100, default=20),
            "cursor": text("The next_cursor of the list before.", longest=400, shortest=1),
        },
        [],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "flows": several(
                record(
                    {
                        "flow_id": WORDS,
                        "customer": WORDS,
                        "number": NUMBER,
                        "version": WORDS,
                        "approved": {"type": "boolean"},
                        "proof": PROOF,
                        "updated_at": WORDS,
                    }
                ),
                most=100,
            ),
            "next_cursor": maybe(WORDS),
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_GENERATE, partial(_generate, service)),
        Made(_PARSE, partial(_parse, service)),
        Made(_GET, partial(_get, service)),
        Made(_LIST, partial(_list, service)),
    ]


def _generate(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    own = {name: value for name, value in arguments.items() if name != "specification"}
    made = service.acting(calling, WRITE).post("generate", payload={**arguments.get("specification", {}), **own})
    told, sizes = judged(made["findings"], made["assumptions"]), _sizes(made["flow"])
    blocks = [
        f"Flow {made['flow_id']}, version {made['number']} ({made['version']}): {_in_words(sizes)}.",
        *in_words(told),
        _addresses(made["artifacts"]),
    ]
    return Outcome(
        content=fitted(blocks, what="findings and questions", hint="call_flow_get shows the flow").text,
        data={name: made[name] for name in ("flow_id", "version", "number")}
        | {"sizes": sizes, **told, "artifacts": made["artifacts"]},
        citations=[of_flow(made)],
    )


def _parse(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, READ).post("parse", payload=dict(arguments))
    # Where each value comes from is told beside it, so that it need not be repeated to call_flow_generate.
    plain = {name: value for name, value in found["specification"].items() if name != "provenance"}
    blocks = [
        f"Read by {found['by']}. {found['note'] or ''} The specification:",
        json.dumps(plain, ensure_ascii=False),
        *(f"To ask the customer, at {one['pointer'] or '/'}: {one['question']}" for one in found["questions"]),
        *(f"Not used: {line(one)}" for one in found["ignored"]),
        *(f"{one['pointer']} is from the words '{line(one['quote'], 200)}'." for one in found["fields"]),
    ]
    return Outcome(
        content=fitted(blocks, what="values and questions", hint="Send a shorter text").text,
        data={
            "specification": plain,
            "questions": found["questions"][:_MOST_ITEMS],
            "ignored": found["ignored"][:_MOST_ITEMS],
            "by": found["by"],
        },
    )


def _get(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    asked = {"version": arguments.get("version")}
    shown = service.acting(calling, READ).get("flows", arguments["flow_id"], params=asked)
    named = {name: shown[name] for name in ("flow_id", "version", "number", "is_latest")}
    head = (
        f"Flow {shown['flow_id']} of {shown['flow']['customer']['name']}, version {shown['number']} "
        f"({shown['version']}){'' if shown['is_latest'] else ', which is not the latest'}"
    )
    customer = shown["flow"]["customer"]["name"]
    if section := arguments.get("section"):
        blocks, items = _section(shown["flow"].get(section), section, arguments.get("first", 0))
        return Outcome(
            content="\n".join([f"{head}:", *blocks]),
            data=named | {"section": section, "items": items},
            citations=[of_flow(shown, customer)],
        )
    told, sizes = judged(shown["findings"], shown["assumptions"]), _sizes(shown["flow"])
    signed = [{name: one[name] for name in ("name", "role", "created_at")} for one in shown["approvals"]]
    blocks = [
        f"{head}: {_in_words(sizes)}.",
        f"Approved by: {'; '.join(' '.join(one.values()) for one in signed) or 'nobody'}.",
        f"Proof: {shown['proof'] or 'none'}.",
        *in_words(told),
        _addresses(shown["artifacts"]),
    ]
    return Outcome(
        content=fitted(blocks, what="findings and questions", hint="call_flow_validate lists them").text,
        data=named
        | {"sizes": sizes, "approvals": signed[:_MOST_ITEMS], "proof": shown["proof"], "proof_id": shown["proof_id"]}
        | {**told, "artifacts": shown["artifacts"]},
        citations=[of_flow(shown, customer)],
    )


def _section(value: Any, section: str, first: int) -> tuple[list[str], list[Any]]:
    """The items of a section with their pointers, as many as there is room for, without what is null."""
    if not isinstance(value, list):
        plain = _without_nulls(value)
        return [f"/{section}: {cut(json.dumps(plain, ensure_ascii=False), most=MOST_BYTES - 1_000)}"], [plain]
    items = [_without_nulls(item) for item in value[first : first + _MOST_ITEMS]]
    blocks = [
        f"/{section}/{number}: {json.dumps(item, ensure_ascii=False)}" for number, item in enumerate(items, start=first)
    ]
    if not blocks:
        return [f"/{section} has {len(value)} items."], []
    shown = fitted(blocks, what="items", hint="Ask on with first", most=MOST_BYTES - 1_000)
    left = len(value) - first - shown.shown
    more = [f"{left} more items. Ask on with first {first + shown.shown}."] if left > 0 else []
    return ["\n".join(blocks[: shown.shown]) or shown.text, *more], items[: shown.shown]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _list(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    asked = {"limit": arguments.get("limit", 20), "cursor": arguments.get("cursor")}
    page = service.acting(calling, READ).get("flows", params=asked)
    rows = [
        f"{one['flow_id']}: {one['customer']}, version {one['number']}, {'' if one['approved'] else 'not '}approved, "
        f"proof {one['proof'] or 'none'}, changed {one['updated_at']}"
        for one in page["items"]
    ]
    more = [f"More with cursor {page['next_cursor']}"] if page["next_cursor"] else []
    names = ("flow_id", "customer", "number", "version", "approved", "proof", "updated_at")
    return Outcome(
        content=cut("\n".join([*rows, *more]) or "No flow is kept there. call_flow_generate makes one."),
        data={
            "flows": [{name: one[name] for name in names} for one in page["items"]],
            "next_cursor": page["next_cursor"],
        },
    )


def _sizes(flow: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(flow[name]) for name in SECTIONS if isinstance(flow.get(name), list)}


def _in_words(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sizes.items() if number)


def _addresses(artifacts: Mapping[str, str]) -> str:
    shown = [f"{name}: {artifacts[name]}" for name in ("view", "pdf", "svg") if name in artifacts]
    return "\n".join([*shown, "call_flow_render and call_flow_export give the others."])
