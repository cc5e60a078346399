"""What changed, what was found, what was not understood, and what all of it was read from."""

from collections.abc import Iterator

from engineering_api import platforms
from engineering_api.documents.cells import several, source
from engineering_api.documents.desk import Desk
from engineering_api.documents.finding import SEVERITIES, Finding
from engineering_api.documents.material import Earlier, Source
from engineering_api.documents.tables import Sheet
from engineering_api.facts.fact import Span
from engineering_api.tools.difference import same
from oberaconnect.typeset import Block, Cell, Heading, Paragraph, Tone

_TONES: dict[str, Tone] = {
    "critical": "bad", "high": "bad", "medium": "warning", "low": "plain", "info": "plain",
}  # fmt: skip
#: Lines that are shown of a device, by detail.
_CHANGES = (0, 60, 2_000)
_UNREAD = (0, 60, 5_000)


def findings(desk: Desk) -> Iterator[Block]:
    """What audits found, the gravest first, with what to do."""
    sheet = Sheet("Findings", ("Severity", "Device", "Finding", "Why", "What to do", "Rule", "Source"))
    found = [(of, one) for of in desk.material.sources for one in of.findings]
    for of, one in sorted(found, key=lambda pair: SEVERITIES.index(pair[1].severity)):
        fix = one.fix if isinstance(one.fix, str) else "\n".join(one.fix)
        what = "\n".join(word for word in (one.title or _first(one), one.detail) if word)
        spans = [Span(line.line_start, line.line_end or line.line_start) for line in one.evidence if line.line_start]
        waived = " (accepted)" if one.waived else ""
        sheet.add(
            Cell(one.severity + waived, "strong", _TONES[one.severity]), of.label, what, one.why,
            fix, Cell(one.rule, "soft"), source(of, *spans) if spans else Cell(f"{of.label}: as a whole", "small"),
        )  # fmt: skip
    yield from desk.table(sheet)


def _first(one: Finding) -> str:
    return one.evidence[0].text if one.evidence else one.rule


def change_log(desk: Desk) -> Iterator[Block]:
    """For each device what is other than in the configuration before."""
    log = Sheet("Configurations", ("Device", "No.", "Kept on", "By", "Against", "Added", "Removed", "Source"),
                numeric=frozenset({"No.", "Added", "Removed"}))  # fmt: skip
    changes: list[tuple[Source, Sheet]] = []
    for of in desk.material.sources:
        if of.record.number == 0:
            continue
        added, removed, against = "", "", "the first that was kept"
        if of.earlier is not None:
            gone, come = _difference(of.earlier.texts, of.subject.texts)
            added, removed = str(len(come)), str(len(gone))
            against = f"no. {of.earlier.number} of {_day(of.earlier.kept_at)}"
            if sheet := _changed(of, of.earlier, gone, come, _CHANGES[desk.material.detail]):
                changes.append((of, sheet))
        log.add(
            Cell(of.label, "strong"), str(of.record.number), _day(of.record.kept_at), of.record.author, against, added,
            removed, Cell(f"{of.label}:1–{len(of.subject.texts)}", "small"),
        )  # fmt: skip
    yield from desk.table(log)
    for of, sheet in changes:
        yield Heading(f"{of.label}: changed lines", 2)
        yield from desk.table(sheet)


def _difference(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Lines that went and lines that came, counted from 1, without blank ones."""
    kept = same(before, after)
    old = {one.before + place for one in kept for place in range(one.size)}
    new = {one.after + place for one in kept for place in range(one.size)}
    gone = [place + 1 for place, text in enumerate(before) if place not in old and text.strip()]
    come = [place + 1 for place, text in enumerate(after) if place not in new and text.strip()]
    return gone, come


def _changed(of: Source, earlier: Earlier, gone: list[int], come: list[int], most: int) -> Sheet | None:
    if most == 0 or not (gone or come):
        return None
    sheet = Sheet(f"Changed lines of {of.label}", ("What", "Line", "Source"))
    before = f"{of.label} no. {earlier.number}"
    for place in gone[:most]:
        sheet.add(Cell("removed", tone="bad"), earlier.texts[place - 1].strip(), Cell(f"{before}:{place}", "small"))
    for place in come[:most]:
        sheet.add(Cell("added", tone="good"), of.subject.texts[place - 1].strip(), source(of, Span(place, place)))
    for word, places in (("removed", gone), ("added", come)):
        if len(places) > most:
            rest = f"{several(len(places) - most, 'further line')} {word}"
            sheet.add(Cell(word, "soft"), rest, Cell(f"{of.label}:{places[most]} …", "small"))
    return sheet


def _day(when: object) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when is not None else ""


def not_understood(desk: Desk) -> Iterator[Block]:
    """The lines that are in no table, because their meaning is not known to the reader."""
    most = _UNREAD[desk.material.detail]
    counts = [(of, of.subject.device.unparsed) for of in desk.material.sources if of.subject.device.unparsed]
    if not counts:
        yield Paragraph("Every line of every configuration was understood.")
        return
    yield Paragraph("These lines were not understood. Nothing that they say is in the tables of this document.")
    sheet = Sheet("Lines that were not understood", ("Device", "Line", "Reason", "Source"))
    for of, unread in counts:
        for one in unread[:most]:
            sheet.add(Cell(of.label, "strong"), one.text.strip(), one.reason, source(of, one.source))
        if len(unread) > most:
            rest = unread[most:]
            sheet.add(
                Cell(of.label, "strong"), Cell(f"{several(len(rest), 'further line')}", "soft"), "",
                source(of, *(one.source for one in rest[:50])),
            )  # fmt: skip
    yield from desk.table(sheet)


def _kept(of: Source) -> str:
    return f"no. {of.record.number}, {of.record.kept_at:%Y-%m-%d}" if of.record.kept_at is not None else "not kept"


def sources(desk: Desk) -> Iterator[Block]:
    """The files that the document was written from."""
    sheet = Sheet(
        "Sources",
        ("Device", "File", "Platform", "Kept", "Lines", "Not understood", "SHA-256 begins", "Source"),
        numeric=frozenset({"Lines", "Not understood"}),
    )
    for of in desk.material.sources:
        count = len(of.subject.texts)
        sheet.add(
            Cell(of.label, "strong"), of.record.file, platforms.named(of.subject.platform).title, _kept(of),
            f"{count:,}", f"{len(of.subject.device.unparsed):,}", Cell(of.record.hash[:12], "small"),
            Cell(f"{of.label}:1–{count}", "small"),
        )  # fmt: skip
    yield from desk.table(sheet)
    yield Paragraph(
        "Lines are counted from 1 in the text of the configuration without its secrets, as it is kept"
        f" (GET /configs/…/text). Read on {desk.material.made:%d %B %Y}.",
        soft=True,
    )
