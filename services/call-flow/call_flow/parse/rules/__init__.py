"""The deterministic reader: rules for the sentences in which customers usually speak of their telephones."""

import re
from collections.abc import Iterator

from call_flow.parse.rules import company, contacts, days_off, doubts, groups, hours, menu, routes, telephones
from call_flow.parse.rules.scan import Names, Scan
from call_flow.parse.sentences import Sentence
from call_flow.parse.statement import Statement

_FIGURES = re.compile(r"^[0-9]+\s+")


def read(sentences: list[Sentence]) -> list[Statement]:
    """What the sentences say, as far as the rules understand it."""
    # What is said again in the same words says nothing more.
    once = {(sentence.text, sentence.heading): sentence for sentence in reversed(sentences) if not sentence.is_apart}
    scans = [Scan(sentence) for sentence in reversed(once.values())]
    doubted = doubts.doubted(scans)
    usable = []
    found: list[Statement] = []
    for position, scan in enumerate(scans):
        if doubts.is_question(scan):
            found += company.name(scan)
        if position not in doubted:
            usable.append(scan)
        elif doubts.is_telling(scan):
            found.append(scan.say("uncertain", 0, len(scan.text)))
    listed = telephones.listed(usable)
    first = {
        scan.sentence.index: list(telephones.read(scan, is_in_a_list=position in listed))
        for position, scan in enumerate(usable)
    }
    told = Names([item for items in first.values() for item in items if not _is_detail(item)])
    first = {
        index: [item for item in items if not _is_detail(item) or _is_known(item, told)]
        for index, items in first.items()
    }
    if scans and not any(item.kind == "customer" for scan in usable for item in company.name(scan)):
        found += company.title(*scans[:2])
    names = Names([item for items in first.values() for item in items])
    for scan in usable:
        found += _of_sentence(scan, first[scan.sentence.index], names)
    return [item for item in found if not (item.kind == "customer" and _is_somebody(item, names))]


def _is_detail(item: Statement) -> bool:
    """Whether a statement tells what belongs to somebody, and not that there is somebody."""
    return item.one("number") is None and any(item.one(role) for role in ("email", "mobile", "direct"))


def _is_known(item: Statement, names: Names) -> bool:
    name = item.one("name")
    return name is not None and names.knows(name.text)


def _is_somebody(item: Statement, names: Names) -> bool:
    """Whether what may be the customer's name is that of a person: `101 Ann Archer is a nurse`."""
    return any(names.knows(_FIGURES.sub("", name.text)) for name in item.all("name"))


def _of_sentence(scan: Scan, telephones_told: list[Statement], names: Names) -> Iterator[Statement]:
    keys = list(menu.read(scan))
    if keys:
        yield from keys
        yield from (item for item in routes.read(scan, names) if item.kind == "greeting")
        yield from contacts.read(scan, scan.phones)
        return
    yield from company.read(scan)
    yield from telephones_told
    yield from hours.read(scan)
    yield from days_off.read(scan)
    ways = list(routes.read(scan, names))
    yield from ways
    if not any(item.kind in ("after_hours", "on_holidays", "during_hours", "greeting") for item in ways):
        own = [piece.text for item in telephones_told for piece in item.all("number")]
        # One number that this sentence tells of is a telephone and no group: `Lift phone: 190`.
        yield from (
            item for item in groups.read(scan, names) if not any(piece.text in own for piece in item.all("member"))
        )
    shift = scan.sentence.start
    used = [
        (piece.start - shift, piece.end - shift)
        for statement in (*telephones_told, *ways)
        for role, piece in statement.parts
        if role in ("email", "mobile", "direct")
    ]
    used += [
        span
        for span in scan.phones
        if any(
            piece.start - shift <= span[0] < piece.end - shift
            for statement in ways
            for role, piece in statement.parts
            if role in ("to", "then")
        )
    ]
    yield from contacts.read(scan, used)
