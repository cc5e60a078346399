"""The deterministic reader: rules for the sentences in which customers usually speak of their telephones."""

import re
from collections.abc import Iterator

from call_flow.parse.rules import company, contacts, days_off, groups, hours, menu, routes, telephones
from call_flow.parse.rules.scan import Names, Scan
from call_flow.parse.sentences import Sentence
from call_flow.parse.statement import Statement

#: Words that make a sentence say something else than its other words do.
_NEGATED = re.compile(
    r"\b(?:not|no longer|don['’]?t|doesn['’]?t|isn['’]?t|aren['’]?t|won['’]?t|never|shouldn['’]?t|must ?n['’]?t|"
    r"instead of|rather than|nicht|nie|cancel|remove|scratch that|ignore)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:do|does|did|is|are|can|could|if|when|we['’]re|nobody|no one) ?(?:n['’]?t|not) (?:answer\w*|pick(?:s|"
    r"ed)? up|available|open|closed|get through|take (?:it|the call)|there)|"
    r"\b(?:doesn|isn|don|aren|can)['’]?t (?:answer\w*|pick(?:s|ed)? up|available|open|get through|take (?:it|"
    r"the call))|\bif not\b|\bnot answered\b|\bnot open\b|\bnot closed\b|do(?:n['’]t| not) (?:want|need|"
    r"use)(?: any)? (?:voice ?mail|mailbox\w*|answering machine)|"
    r"\bdo(?:n['’]t| not) close\b|\bnicht (?:rangeht|abnimmt|abhebt|geschlossen|besetzt)\b|\bwhether or not\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:maybe|perhaps|possibly|not sure|unsure|tbd|tbc|to be (?:decided|confirmed)|used to|formerly|previously|"
    r"in the past|until last|old (?:system|number|phone)|might|we are thinking|we['’]re thinking|considering|"
    r"probably|i think|not decided|undecided|vielleicht|eventuell|wahrscheinlich|früher|no longer|correction|"
    r"sorry, )\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"[0-9@]|\b(?:open|clos|hour|ext|press|voice|ring|mail|call|holiday|queue|group|reception|operator|language|"
    r"english|greet)",
    re.IGNORECASE,
)


def read(sentences: list[Sentence]) -> list[Statement]:
    """What the sentences say, as far as the rules understand it."""
    # What is said again in the same words says nothing more.
    once = {(sentence.text, sentence.heading): sentence for sentence in reversed(sentences) if not sentence.is_apart}
    scans = [Scan(sentence) for sentence in reversed(once.values())]
    usable = []
    found: list[Statement] = []
    for scan in scans:
        is_question = scan.text.rstrip().endswith("?")
        if is_question:
            found += company.name(scan)
        if is_question or _UNSURE.search(scan.text) or _NEGATED.search(_HARMLESS.sub(" ", scan.text)):
            if _TELLING.search(scan.text):
                found.append(scan.say("uncertain", 0, len(scan.text)))
        else:
            usable.append(scan)
    first = {scan.sentence.index: list(telephones.read(scan)) for scan in usable}
    told = Names([item for items in first.values() for item in items if not _is_detail(item)])
    first = {
        index: [item for item in items if not _is_detail(item) or _is_known(item, told)]
        for index, items in first.items()
    }
    if scans and not any(item.kind == "customer" for scan in usable for item in company.name(scan)):
        found += company.title(scans[0])
    names = Names([item for items in first.values() for item in items])
    for scan in usable:
        found += _of_sentence(scan, first[scan.sentence.index], names)
    return found


def _is_detail(item: Statement) -> bool:
    """Whether a statement tells what belongs to somebody, and not that there is somebody."""
    return item.one("number") is None and any(item.one(role) for role in ("email", "mobile", "direct"))


def _is_known(item: Statement, names: Names) -> bool:
    name = item.one("name")
    return name is not None and names.knows(name.text)


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
        yield from groups.read(scan, names)
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
