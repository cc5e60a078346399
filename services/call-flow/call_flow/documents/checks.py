"""What is assumed, what was found, what happens when, and what the test calls showed."""

from collections.abc import Iterator

from call_flow.documents.material import Material
from call_flow.flow.scenario import Terminal
from call_flow.prove.report import CaseProof
from call_flow.render.words import duration, phone, several
from call_flow.spec.assumption import Assumption
from oberaconnect.typeset import Block, Callout, Cell, Column, Heading, Paragraph, Table, Tone

_SEVERITIES: dict[str, tuple[str, Tone]] = {
    "error": ("Must be corrected", "bad"), "warning": ("Please check", "warning"),
    "info": ("For your information", "plain"),
}  # fmt: skip


def assumptions(material: Material) -> Iterator[Block]:
    """What nobody said and was filled in, with boxes to tick."""
    yield Heading("Please confirm")
    if not material.assumptions:
        yield Paragraph("Nothing was assumed: all that stands in this document was stated.")
        return
    yield Paragraph(
        "Nobody told us the following, so we chose what is usual. Tick what is right, and correct what is not."
    )
    columns = (
        Column("OK", 0.5),
        Column("We assumed", 3),
        Column("What we would like to know", 3),
        Column("Your correction", 2),
    )
    rows = tuple((Cell("", "box"), _assumed(item), item.question or "", "") for item in material.assumptions)
    yield Table("Please confirm", columns, rows)


def _assumed(item: Assumption) -> str:
    return item.message if item.places == 1 else f"{item.message} (in {item.places:,} places)"


def findings(material: Material) -> Iterator[Block]:
    """What the checks say, the gravest first."""
    yield Heading("What our checks found")
    if not material.findings:
        yield Paragraph("Nothing: all checks passed.")
        return
    order = list(_SEVERITIES)
    columns = (Column("Weight", 1), Column("What was found", 2.8), Column("What to do", 2.4), Column("Code", 1.2))
    rows = tuple(
        (
            Cell(_SEVERITIES[item.severity][0], "strong", _SEVERITIES[item.severity][1]),
            item.message,
            item.fix,
            Cell(item.code, "soft"),
        )
        for item in sorted(material.findings, key=lambda finding: order.index(finding.severity))
    )
    yield Table("What our checks found", columns, rows)


def scenarios(material: Material) -> Iterator[Block]:
    """Calls that could be made, and how they go."""
    if not material.scenarios:
        return
    yield Heading("What happens when")
    columns = (Column("When", 1.5), Column("The caller does", 1.8), Column("And gets", 1.8), Column("By this way", 2.4))
    rows = tuple(
        (Cell(row.when, "strong"), row.caller_does, row.gets, Cell(row.path, "soft")) for row in material.scenarios
    )
    yield Table("What happens when", columns, rows)


def proof(material: Material) -> Iterator[Block]:
    """The calls that were made on a real telephone system."""
    report = material.proof
    yield Heading("Test calls")
    if report is None:
        yield Paragraph("No test calls have been made for this version yet.")
        return
    total = len(report.cases)
    yield Callout(
        f"{report.passed:,} of {several(total, 'test call')} went as described",
        f"Every call was made on a real telephone system ({report.pbx}) that was set up from this description. "
        f"{report.edges_covered:,} of {several(report.edges, 'way')} that a call can take were taken; it took "
        f"{duration(report.seconds)}.",
        "good" if report.verdict == "passed" else "bad",
    )
    if report.called_again:
        again = several(report.called_again, "call")
        yield Paragraph(f"{again} had to be made more than once, because the machine that called was too busy.")
    if report.load_complaints:
        yield Paragraph(
            "The telephone system complained when it read its settings:\n" + "\n".join(report.load_complaints)
        )
    columns = (Column("OK", 0.4), Column("Call", 3.2), Column("Ended with", 2.6), Column("Remark", 2.2))
    yield Table("Test calls", columns, tuple(_case(material, case) for case in report.cases))
    if report.not_covered:
        yield Heading("Ways that were not tested", 2)
        rows = tuple((_way(material, edge), reason) for edge, reason in report.not_covered.items())
        yield Table("Ways that were not tested", (Column("Way", 1), Column("Why", 2)), rows)


def _way(material: Material, edge: str) -> str:
    """An edge ("source>outcome") in words."""
    source, _, outcome = edge.partition(">")
    kind, _, value = outcome.partition(":")
    node = material.graph.nodes.get(source)
    return f"{material.names.node(node) if node else source}: {kind.replace('_', ' ')} {value}".rstrip()


def _case(material: Material, case: CaseProof) -> tuple[Cell | str, ...]:
    ended = "no result" if case.actual is None else ending(material, case.actual)
    return Cell("", "tick" if case.passed else "cross"), case.title, ended, case.difference


def ending(material: Material, terminal: Terminal) -> str:
    """How a call ended, in words."""
    names = material.names
    match terminal.type:
        case "answered":
            node = material.graph.nodes.get(terminal.target)
            return f"{names.node(node) if node else names.extension(terminal.target)} answers"
        case "message_left":
            return f"a message in {names.mailbox(terminal.target)}"
        case "external":
            return f"{phone(terminal.target)} answers"
        case "hangup":
            return "the call ends"
        case "emergency":
            return "the emergency centre"
