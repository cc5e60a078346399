"""The cover, and the page that says it all in brief."""

from collections.abc import Iterator

from call_flow.documents.material import Material, date
from call_flow.documents.story import sentence, story
from call_flow.flow.destination import Destination
from call_flow.flow.model import Number
from call_flow.flow.nodes import TimeSwitch
from call_flow.render.words import listed, phone, several, week
from oberaconnect.typeset import Block, Callout, Cell, Column, Contents, Cover, Heading, Paragraph, Table

_NUMBERS_TOLD = 6


def cover(material: Material) -> Iterator[Block]:
    """The first page."""
    flow = material.flow
    status, tone = material.status
    numbers = listed([phone(number.e164) for number in flow.numbers], 4)
    yield Cover(
        kicker="Telephone system",
        title=flow.customer.name,
        subtitle="How your calls are answered: description for approval",
        status=status,
        tone=tone,
        facts=(
            ("Date", date(material.made)),
            ("Prepared by", material.prepared_by),
            ("Telephone numbers", ", ".join(numbers) or "none yet"),
            ("Size", _size(material)),
            ("Content hash", material.version),
        ),
    )


def brief(material: Material) -> Iterator[Block]:
    """What the system does, in one page."""
    flow = material.flow
    yield Heading("In brief")
    yield Paragraph(
        f"This document describes how the telephone system of {flow.customer.name} answers calls: who rings and when, "
        "what callers hear, and where they end when nobody is free. Once it is signed, the system is set up as it is "
        "described here."
    )
    for number in flow.numbers[:_NUMBERS_TOLD]:
        yield Heading(f"{phone(number.e164)}{f' · {number.label}' if number.label else ''}", 2)
        yield Table(
            f"Calls to {phone(number.e164)}",
            (Column("When", 1), Column("What callers get", 3)),
            _told(material, number),
        )
    if left := flow.numbers[_NUMBERS_TOLD:]:
        yield Paragraph(f"{several(len(left), 'more number')}: see “Telephone numbers and lines”.", soft=True)
    if not flow.numbers:
        yield Callout(
            "No telephone number yet", "Calls from outside can reach nobody until a number is added.", "warning"
        )
    yield Callout("What we ask of you", " ".join(_asked(material)))
    yield Heading("Contents", 2)
    yield Contents()


def _size(material: Material) -> str:
    flow = material.flow
    parts = [several(len(flow.extensions), "telephone"), several(len(flow.mailboxes), "mailbox", "mailboxes")]
    return f"{', '.join(parts)}, {several(len(flow.sites), 'site')}"


def _told(material: Material, number: Number) -> tuple[tuple[Cell | str, ...], ...]:
    node = material.graph.nodes.get(number.entry.target) if number.entry.kind == "node" else None
    if not isinstance(node, TimeSwitch):
        return ((Cell("Always", "strong"), sentence(story(material, number.entry))),)
    schedule = material.graph.schedules.get(node.schedule)
    hours = "\n".join(line for line in week(schedule) if not line.endswith("closed")) if schedule else ""
    cases: list[tuple[str, Destination]] = [(f"Open\n{hours}" if hours else "Open", node.open)]
    if node.holiday is None:
        cases.append(("Closed, and on holidays", node.closed))
    else:
        cases += [("Closed", node.closed), ("Holidays", node.holiday)]
    return tuple((Cell(when, "strong"), sentence(story(material, destination))) for when, destination in cases)


def _asked(material: Material) -> Iterator[str]:
    yield "Please read this document."
    if material.assumptions:
        yield f"Tick or correct the {several(len(material.assumptions), 'point')} under “Please confirm”."
    to_record = sum(prompt.state in ("draft", "tts") for prompt in material.flow.prompts)
    if to_record:
        yield f"Have the {several(to_record, 'text')} under “Texts to record” spoken."
    yield "Sign" + (
        " it." if material.is_approved else " on the last page: your signature covers the version named there."
    )
