"""Tools that give what comes of call flows: pictures and documents, and configurations for telephone systems."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from agents.tools.callflow_told import FLOW_ID, MOST, READ, VERSION, of_flow
from agents.tools.contract import Calling, Outcome, Spec, Tool
from agents.tools.making import NUMBER, WORDS, Made, choice, maybe, record, several, text
from agents.tools.platform import Service
from agents.tools.readable import MOST_BYTES, cut, fitted

#: What call-flow draws and writes; the first two are texts that a model can read.
FORMATS = ("mermaid", "dot", "svg", "png", "drawio", "pdf", "docx")
_TEXTS = ("mermaid", "dot")
#: The systems that it exports to.
TARGETS = ("asterisk", "freepbx", "freeswitch", "3cx", "teams", "twilio", "kazoo", "jambonz")
_RENDER = Spec(
    name="call_flow_render",
    title="Draw a call flow",
    description="Draw a kept flow (mermaid, dot, svg, png, drawio) or write its document to sign (pdf, docx). Gives "
    "the address, and of mermaid and dot the text itself.",
    parameters=record(
        {
            "flow_id": FLOW_ID,
            "version": VERSION,
            "format": choice("Which picture or document.", FORMATS, "mermaid"),
            "direction": choice("Where the picture grows to.", ["right", "down"], "right"),
        },
        ["flow_id"],
    ),
    tool_class="read",
    scope=READ,
    output=record({"format": choice("", FORMATS), "url": WORDS, "text": maybe(text(longest=30_000))}),
    idempotent=True,
)
_EXPORT = Spec(
    name="call_flow_export",
    title="Export a call flow",
    description="The configuration of a kept flow for a telephone system: the address of the zip, which holds "
    "passwords and needs the right callflow:write, and everything that the system takes otherwise or not at all.",
    parameters=record(
        {"flow_id": FLOW_ID, "version": VERSION, "target": choice("Which system.", TARGETS)}, ["flow_id", "target"]
    ),
    tool_class="read",
    scope=READ,
    output=record(
        {
            "target": WORDS,
            "url": maybe(WORDS),
            "assurance": choice("How the export is checked.", ["proven", "schema", "structure"]),
            "exact": NUMBER,
            "approximated": NUMBER,
            "unsupported": NUMBER,
            "losses": several(
                record({"pointer": WORDS, "element": WORDS, "status": WORDS, "how": WORDS}), most=MOST
            ),
            "left_off": NUMBER,
        }
    ),
    idempotent=True,
)  # fmt: skip


def tools(service: Service) -> list[Tool]:
    """The tools of this room."""
    return [Made(_RENDER, partial(_render, service)), Made(_EXPORT, partial(_export, service))]


def _render(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting = service.acting(calling, READ)
    form, direction = arguments.get("format", "mermaid"), arguments.get("direction", "right")
    shown = acting.get("flows", arguments["flow_id"], params={"version": arguments.get("version")})
    url = shown["artifacts"][form] + ("&direction=down" if direction == "down" else "")
    told, drawn = f"{form} of flow {shown['flow_id']}, version {shown['number']}: {url}", None
    if form in _TEXTS:
        which = {"flow_id": shown["flow_id"], "version": shown["version"], "direction": direction}
        drawn = cut(acting.text("render", form, params=which), most=MOST_BYTES - 1_000, hint="The address has all")
        told = f"{told}\n```{form}\n{drawn}\n```"
    return Outcome(
        content=told,
        data={"format": form, "url": url, "text": drawn},
        citations=[of_flow(shown, shown["flow"]["customer"]["name"])],
    )


def _export(service: Service, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
    acting, target = service.acting(calling, READ), arguments["target"]
    shown = acting.get("flows", arguments["flow_id"], params={"version": arguments.get("version")})
    which = {"flow_id": shown["flow_id"], "version": shown["version"]}
    report = acting.post("export", target, "report", payload=which)
    errors = [one for one in shown["findings"] if one["severity"] == "error"]
    url = None if errors else shown["artifacts"][target]
    losses = [one for one in report["fidelity"] if one["status"] != "exact"]
    head = (
        f"{report['title']} ({report['assurance']}): {report['exact']} elements exact, {report['approximated']} "
        f"approximated, {report['unsupported']} unsupported."
    )
    where = (
        f"The zip: {url}"
        if url
        else f"There is no zip while the flow has {len(errors)} errors, the first at {errors[0]['pointer']}: "
        f"{errors[0]['message']} {errors[0]['fix']}"
    )
    rows = [f"{one['status']} {one['element']} at {one['pointer']}: {one['how']}" for one in losses[:MOST]]
    left = max(0, len(losses) - MOST)
    more = [f"{left} more are told in the zip's report."] if left else []
    return Outcome(
        content=fitted([head, where, *rows, *more], what="losses", hint="The zip has a report of all").text,
        data={
            "target": target,
            "url": url,
            **{name: report[name] for name in ("assurance", "exact", "approximated", "unsupported")},
            "losses": losses[:MOST],
            "left_off": left,
        },
        citations=[of_flow(shown, shown["flow"]["customer"]["name"])],
    )
