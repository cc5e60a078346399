"""Rules for holidays."""

import re
from collections.abc import Iterator

from call_flow.parse.meaning.dates import DATE, NAMED
from call_flow.parse.meaning.times import TIME
from call_flow.parse.mentions import overlaps
from call_flow.parse.rules.scan import Scan
from call_flow.parse.statement import Statement

_PUBLIC = (
    r"(?:(?:all|the|us|u\.s\.|american|german|uk|english|our|any|alle[nr]?|official|major)\s+){0,3}(?:public|bank|"
    r"federal|national|statutory|legal|"
    r"gesetzliche[nr]?)\s+(?:holidays?|feiertagen?)|(?:on |an |am )?(?:all )?feiertagen?|(?:on |"
    r"over )?(?:all )?(?:the )?holidays"
)
_DAY = re.compile(
    rf"(?<![\w:/])(?:(?P<range>(?P<first>{DATE})\s*(?:-|\u2013|to|until|till|through|bis)\s*(?P<last>{DATE}))|"
    rf"(?P<date>{DATE})|(?P<named>(?:{NAMED}))(?![\w])|(?P<public>{_PUBLIC}))(?![\w])",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\bclosed?\b|\bclosing\b|\bshut\b|\bnot open\b|\bgeschlossen\b|\bday off\b|\bdays off\b|\bwe take off\b|"
    r"\bnot working\b|\bobserve\b|\bwe are off\b|\bzu\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:we (?:are|stay|remain|do)|we['’]re|are|stay|remain|but|also|still|wir haben)\s+(?:\w+\s+)?(?:open|"
    r"geöffnet|work(?:ing)?)\b|\b(?:open|work) (?:as usual |also |even )?(?:on|over)\b|\bnot closed\b|\bexcept\b|"
    r"\baußer\b|\bausser\b|\bapart from\b",
    re.IGNORECASE,
)
_NOT_CLOSED = re.compile(r"\bnot closed\b|\bdon['’]?t close\b|\bdo not close\b|\bnicht geschlossen\b", re.IGNORECASE)
_HEADING = re.compile(r"holiday|closed|feiertag|days off|closures", re.IGNORECASE)
_INLINE = re.compile(
    r"\W{0,3}(?:(?:public|bank|company|our)\s+)?(?:holidays|feiertage|days off|closures)(?: closed)?\s*:", re.IGNORECASE
)
_ROUTE = re.compile(
    r"\b(?:calls?|callers?|anrufe)\b.{0,40}\b(?:go|ring|forward|hear|get)\b|\bplay\b|\bvoicemail\b|→|->", re.IGNORECASE
)
_TIMES = re.compile(
    rf"(?<![\w:.])(?P<opens>{TIME})\s*(?:-|\u2013|to|until|bis)\s*(?P<closes>{TIME})(?![\w:])", re.IGNORECASE
)
_BESIDE = re.compile(
    r"\b(?:day|days|friday|monday|week|weekend) (?:after|before|of|around|following)(?: the)?\s$|\b(?:after|before|"
    r"until|around|from|between)\s$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"\bbetween (?:{NAMED}) and (?:{NAMED})", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    rf"\b(?:close|until|till|at|bis|um|from)\s+(?:early\s+)?(?:at\s+)?{TIME}(?![\w:])|half[- ]day|early", re.IGNORECASE
)


def read(scan: Scan) -> Iterator[Statement]:
    """The days off of a sentence, and those on which it is open all the same."""
    text = scan.text
    is_headed = bool(_HEADING.search(scan.sentence.heading) or _INLINE.match(text))
    closed, opened = _CLOSED.search(text), _OPEN.search(text)
    if not (is_headed or closed or opened) or _ROUTE.search(text):
        return
    if _BETWEEN.search(text):
        yield scan.say("uncertain", 0, len(text))
        text = _BETWEEN.sub(lambda match: " " * len(match[0]), text)
    found = [match for match in _DAY.finditer(text) if not overlaps(match.span(), scan.taken)]
    times = [match for match in _TIMES.finditer(text) if not overlaps(match.span(), [one.span() for one in found])]
    if _NOT_CLOSED.search(text):
        closed = None
    elif _PART_OF_DAY.search(text) and not times and any(match["public"] is None for match in found) and found:
        yield scan.say("uncertain", 0, len(text))
        return
    for match in found:
        if match["named"] and _BESIDE.search(text, 0, match.start()):
            yield scan.say("uncertain", 0, len(text))
            continue
        if match["public"] and re.match(r"\s*:", text[match.end() :]):
            continue  # a heading
        if match["public"] and not (closed or opened) and scan.text.strip(" :").lower() in ("holidays", "feiertage"):
            continue
        is_open = (
            opened is not None
            and opened.start() <= match.start()
            and not (closed and opened.start() < closed.start() < match.start())
        )
        if not (is_headed or is_open or closed):
            continue
        if match["range"]:
            yield scan.say("holiday", *match.span(), ("day", *match.span("first")), ("until", *match.span("last")))
        elif times and match["date"] and len(found) == 1:
            hours = times[0]
            yield scan.say(
                "holiday",
                *match.span(),
                ("day", *match.span()),
                ("opens", *hours.span("opens")),
                ("closes", *hours.span("closes")),
            )
        else:
            yield scan.say("working_holiday" if is_open else "holiday", *match.span(), ("day", *match.span()))
