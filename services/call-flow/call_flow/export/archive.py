"""A package as a zip, with its report for programs and for people."""

from collections import Counter

from call_flow.export.labels import shown
from call_flow.export.package import Assurance, Fidelity, Package, Target
from call_flow.export.plan import Secret
from call_flow.export.written import as_json, as_zip
from call_flow.flow.identity import version
from call_flow.flow.model import Flow

_ASSURANCES: dict[Assurance, str] = {
    "proven": "Proven: such configurations are run on the real system, and calls are made through them.",
    "schema": "Checked against the maker's published schema, syntax or parameter tables; not run on the real system.",
    "structure": "Checked for its structure by the maker's documentation or source; not run on the real system.",
}


def archive(target: Target, flow: Flow, secret: Secret) -> bytes:
    """The files of a flow for a target, with `report.json` and `REPORT.md`; the same bytes for the same flow."""
    package = target.make(flow, secret)
    lines = [line.model_dump() for line in package.fidelity]
    summary = {"target": target.name, "title": target.title, "assurance": target.assurance, "version": version(flow),
               "elements": lines}  # fmt: skip
    return as_zip({
        **package.files, "report.json": as_json(summary), "REPORT.md": _report(target, flow, package).encode(),
    })  # fmt: skip


def _report(target: Target, flow: Flow, package: Package) -> str:
    counted = Counter(line.status for line in package.fidelity)
    numbers = ", ".join(f"{counted[status]} {status}" for status in ("exact", "approximated", "unsupported"))
    rows = "\n".join(map(_row, package.fidelity))
    return f"""# {_cell(flow.customer.name)}: {target.title}

{target.description}

{_ASSURANCES[target.assurance]}

Version of the flow: `{version(flow)}`. {len(package.fidelity)} elements: {numbers}.
Names longer than the system takes are cut, and control characters in them are spaces.

| element | what became of it | how |
| --- | --- | --- |
{rows}
"""


def _row(line: Fidelity) -> str:
    return f"| {_cell(line.element)} `{line.pointer}` | {line.status} | {_cell(line.how)} |"


def _cell(text: str) -> str:
    """Words in a table of Markdown: nothing of them is a column, a tag, a link or code."""
    return "".join(f"&#{ord(sign)};" if sign in "|<>&`[]*_\\#!" else sign for sign in shown(text, 1000))
