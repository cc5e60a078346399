"""Rules for what belongs to one telephone: mail address, mobile number, direct number."""

import re
from collections.abc import Iterator

from call_flow.parse.rules.people import WORD, runs
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_MOBILE = re.compile(r"(?:mobile|cell(?:ular)?(?: ?phone)?|handy|mobil)\b[^0-9+(]{0,25}$", re.IGNORECASE)
_DIRECT = re.compile(r"(?:direct(?: line| number| dial)?|did|ddi|durchwahl)\b[^0-9+(]{0,25}$", re.IGNORECASE)
_OWNS = re.compile(
    rf"({WORD}(?:[ ]{WORD}){{0,2}})['’]s?\s+(?:e-?mail|mail|mobile|cell|direct|address|personal|work|extension|"
    r"ext)\b",
    re.IGNORECASE,
)
_REACHED = re.compile(
    rf"^({WORD}(?:[ ]{WORD}){{0,2}})\s*(?:\(|<|:|,|-|\u2013|has|can be reached|is reachable|uses)", re.IGNORECASE
)
_EXTENSION = re.compile(r"\b(?:ext(?:ension)?\b\.?|x)\s*(?:is\s+)?([1-9][0-9]{1,5})(?![\w:-]|\.[0-9])", re.IGNORECASE)
_MESSAGES = re.compile(r"voice ?mail|messages?\b|mailbox", re.IGNORECASE)
_BEFORE = 40


def belongings(scan: Scan, start: int, limit: int) -> Iterator[Part]:
    """The mail address and the numbers in a piece of a sentence."""
    emails = [span for span in scan.emails if start <= span[0] < limit]
    if len(emails) == 1 and not _MESSAGES.search(scan.text, start, emails[0][0]):
        yield "email", *emails[0]
    for span in scan.phones:
        if start <= span[0] < limit:
            before = scan.text[max(start, span[0] - _BEFORE) : span[0]]
            if _MOBILE.search(before):
                yield "mobile", *span
            elif _DIRECT.search(before):
                yield "direct", *span


def read(scan: Scan) -> Iterator[Statement]:
    """What belongs to one person: `Ann's mobile is …`, `Ann Archer <ann@…>`."""
    match = _OWNS.search(scan.text) or (_REACHED.search(scan.text) if scan.taken else None)
    if match is None:
        return
    found = list(runs(scan.text, *match.span(1)))
    parts = list(belongings(scan, match.end(1), len(scan.text)))
    if number := _EXTENSION.search(scan.text, match.end(1)):
        parts.append(("number", *number.span(1)))
    if found and parts:
        yield scan.say("extension", found[-1][0], match.end(1), ("name", *found[-1]), *parts)
