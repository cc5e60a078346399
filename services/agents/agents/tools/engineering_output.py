"""Tools that write and draw: documents about devices, and pictures of how they hang together."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.contract import Calling, Citation, Outcome, Spec, Tool
from agents.tools.engineering_cited import MEANT, MOST, READ, WRITE, chosen, lines, of_evidence
from agents.tools.making import NUMBER, WORDS, Made, choice, flag, identifier, maybe, record, several, text, whole
from agents.tools.platform import ACTIVE, Service
from agents.tools.readable import fitted, line, page

_TEMPLATES = ("as_built", "device", "vlan_plan", "firewall", "handover", "runbook")
_FORMATS = ("md", "html", "docx", "pdf")
_NAME = text(longest=120, shortest=1)
_LINKS = {"type": "object", "additionalProperties": {"type": "string"}}
_MOST_DRAWN = 12_000
_PAGE = 16_000
_PAGE_BYTES = 20_000
_DOCUMENT = {
    "document_id": identifier(""),
    "status": choice("", ["queued", "running", "succeeded", "failed", "cancelled"]),
    "title": WORDS,
    "links": _LINKS,
    "notes": several(WORDS, most=MOST),
}
_WRITE = Spec(
    name="engineering_document",
    title="Write an engineering document",
    description="Write a document about kept configurations, every row with the lines it is from: as_built "
    "(everything), device (one device's sheet), vlan_plan, firewall (rules for review), handover, runbook. "
    "Gives its id and the addresses of its forms. get_engineering_document reads it.",
    parameters=record(
        {
            "template": choice("What kind of document.", _TEMPLATES),
            **MEANT,
            "formats": several(choice("", _FORMATS), "Which forms; all where absent.", least=1, most=4),
            "detail": whole("0 the most important, 1 as usual, 2 everything.", least=0, most=2, default=1),
            "audit": flag("Tell what the last audit found."),
            "title": _NAME | {"description": "On the cover."},
            "client_name": _NAME | {"description": "The client's name as it is written."},
            "author": _NAME | {"description": "On the cover."},
            "version": text("On the cover, such as 1.0.", longest=40, shortest=1),
        },
        ["template"],
    ),
    tool_class="write",
    scope=WRITE,
    output=record(_DOCUMENT),
    idempotent=True,
)
_READ = Spec(
    name="get_engineering_document",
    title="Read an engineering document",
    description="How far a document is, where its forms are, and its text as Markdown, a page at a time. "
    "Go on with offset = next_offset until that is null.",
    parameters=record(
        {
            "document_id": identifier("The id of a document."),
            "offset": whole("Where to begin reading.", least=0, most=50_000_000, default=0),
        },
        ["document_id"],
    ),
    tool_class="read",
    scope=READ,
    output=record(_DOCUMENT | {"characters": NUMBER, "next_offset": maybe(NUMBER)}),
    idempotent=True,
)
_DRAW = Spec(
    name="render_topology",
    title="Draw a network",
    description="Draw how devices hang together, as Mermaid text, with every link, the lines that say so "
    "and how sure it is. Layer l3: subnets, next hops, tunnels; l2: neighbours, port-channels, VLANs.",
    parameters=record(
        {
            **MEANT,
            "layer": choice("Which layer.", ["l3", "l2"], "l3"),
            "title": _NAME | {"description": "Of the picture."},
        },
        [],
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "layer": WORDS,
            "nodes": NUMBER,
            "links": several(
                record(
                    {
                        "a": WORDS,
                        "b": WORDS,
                        "kind": WORDS,
                        "label": WORDS,
                        "confidence": {"type": "number"},
                    }
                ),
                most=MOST,
            ),
            "problems": several(WORDS, most=MOST),
            "left_off": NUMBER,
            "mermaid": maybe(WORDS),
        }
    ),
    idempotent=True,
)


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [
        Made(_WRITE, partial(_write, service)),
        Made(_READ, partial(_read, service)),
        Made(_DRAW, partial(_draw, service)),
    ]


def _write(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    reading, writing = service.acting(calling, READ), service.acting(calling, WRITE)
    payload = chosen(arguments, "template", "formats", "detail") | {
        "inputs": chosen(arguments, "config_ids", "site", "audit"),
        "title_block": chosen(arguments, "title", "author", "version")
        | ({"client": arguments["client_name"]} if "client_name" in arguments else {}),
    }
    job = reading.ended(writing.post("documents", payload=payload, creates=True))
    if job["status"] in ACTIVE:
        told = {"document_id": job["id"], "status": job["status"], "title": "", "links": {}, "notes": []}
        return Outcome(
            f"The document {job['id']} is still being written. Read it with get_engineering_document in a while.", told
        )
    if job["status"] != "succeeded":
        return Outcome(_why(job["status"], job["problem"]), is_error=True)
    found = reading.get("documents", job["id"])
    return Outcome(
        content=f"Written: {_head(found)}\n{_sources(found)}", data=_document(found), citations=_links_of(found)
    )  # fmt: skip


def _read(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    found = service.acting(calling, READ).get("documents", arguments["document_id"])
    if found["status"] in ("failed", "cancelled"):
        return Outcome(_why(found["status"], found["problem"]), is_error=True)
    whole_text, start = found["markdown"], arguments.get("offset", 0)
    head = _head(found)
    if not whole_text:
        return Outcome(
            f"{head}\nIt has no text yet: {found['stage']}.", _document(found) | {"characters": 0, "next_offset": None}
        )
    shown = page(whole_text, start, length=_PAGE, most=_PAGE_BYTES)
    going_on = f"\n[It goes on at offset {shown.end}.]" if shown.next_offset else ""
    return Outcome(
        content=f"{head}\nCharacters {start} to {shown.end} of {len(whole_text)}:\n{shown.text}{going_on}",
        data=_document(found) | {"characters": len(whole_text), "next_offset": shown.next_offset},
        citations=_links_of(found),
    )


def _why(status: str, problem: Mapping[str, Any] | None) -> str:
    reason = (problem or {}).get("detail") or "Ask for it again."
    return f"The document was not written, its job {status}: {reason}"


def _head(found: Mapping[str, Any]) -> str:
    links = "".join(f"\n{form}: {url}" for form, url in found["links"].items())
    return f"'{found['title']}' ({found['template']}), document {found['id']}, {found['status']}.{links}"


def _sources(found: Mapping[str, Any]) -> str:
    named = [f"{one['device']} ({one['unparsed']} lines not understood)" for one in found["sources"][:MOST]]
    more = f" and {len(found['sources']) - MOST} more" if len(found["sources"]) > MOST else ""
    notes = "".join(f"\n{note}" for note in found["notes"][:MOST])
    return f"From the configurations of {', '.join(named)}{more}.{notes}"


def _document(found: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: found[name] for name in ("status", "title", "links")}
    return {"document_id": found["id"], **named, "notes": found["notes"][:MOST]}


def _links_of(found: Mapping[str, Any]) -> list[Citation]:
    # No document_id: that is one of data-processing everywhere else.
    first = next(iter(found["links"].values()), None)
    return [Citation(title=found["title"], url=first)]


def _draw(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting = service.acting(calling, READ)
    payload = chosen(arguments, "config_ids", "site", "layer")
    found = acting.post("topology", payload=payload)
    wanted = payload | chosen(arguments, "title") | {"format": "mermaid"}
    whole_picture = acting.text("topology", payload=wanted)
    drawn = whole_picture if len(whole_picture.encode()) <= _MOST_DRAWN else None
    links, problems = found["links"], found["problems"]
    blocks = [
        f"Layer {found['layer']}: {len(found['nodes'])} nodes, {len(links)} links, {len(problems)} problems.",
        f"```mermaid\n{drawn}```" if drawn else "The picture is too large to be read here. Draw one site.",
        *(f"Problem: {one['text']}" for one in problems[:MOST]),
        *(_link(one) for one in links[:MOST]),
    ]
    if len(links) > MOST:
        blocks.append(f"{len(links) - MOST} more links. Draw one site.")
    return Outcome(
        content=fitted(blocks, what="links", hint="Draw one site").text,
        data={
            "layer": found["layer"],
            "nodes": len(found["nodes"]),
            "links": [{name: one[name] for name in ("a", "b", "kind", "label", "confidence")} for one in links[:MOST]],
            "problems": [one["text"] for one in problems[:MOST]],
            "left_off": max(0, len(links) - MOST) + max(0, len(problems) - MOST),
            "mermaid": drawn,
        },
        citations=of_evidence([*problems[:MOST], *links[:MOST]]),
    )


def _link(one: Mapping[str, Any]) -> str:
    said_by = [f"{each['device']} {lines(each['line_start'], each['line_end'])}" for each in one["evidence"][:3]]
    ends = f"{_end(one['a'], one['a_end'])} – {_end(one['b'], one['b_end'])}"
    return f"{one['kind']} {ends}, confidence {one['confidence']:g}: {line(', '.join(said_by))}"


def _end(name: str, end: Mapping[str, Any]) -> str:
    return " ".join([name, *end["ports"], *end["addresses"]])
