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
    r"geöffnet|work(?:ing)?)\b|\b(?:open|work) (?:as usual |also |even )?(?:on|over)\b|\bnot closed\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except|excluding|excl\.?|apart from|other than|aside from|but not|außer|ausser|ausgenommen)\b", re.IGNORECASE
)
#: Words that say of a sentence that it is about when it is open, so that what is excepted is closed.
_HOURS = re.compile(rf"\bopen\b|\bhours\b|geöffnet|öffnungszeit|{TIME}\s*(?:-|\u2013|to|bis)\s*{TIME}", re.IGNORECASE)
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
    rf"\b(?:close|until|till|at|bis|um|from)\s+(?:early\s+)?(?:at\s+)?{TIME}(?![\w:])|half[- ]day|half (?:a|the) day|"
    rf"halbe[nr]? tag|halbtags|early",
    re.IGNORECASE,
)


def read(scan: Scan) -> Iterator[Statement]:
    """The days off of a sentence, and those on which it is open all the same."""
    text = scan.text
    is_headed = bool(_HEADING.search(scan.sentence.heading) or _INLINE.match(text))
    closed, opened = _CLOSED.search(text), _OPEN.search(text)
    exception = _exception(text, is_headed=is_headed)
    if not (is_headed or closed or opened or exception) or _ROUTE.search(text):
        return
    if _BETWEEN.search(text):
        yield scan.say("uncertain", 0, len(text))
        text = _BETWEEN.sub(lambda match: " " * len(match[0]), text)
    found = [match for match in _DAY.finditer(text) if not overlaps(match.span(), scan.taken)]
    times = [match for match in _TIMES.finditer(text) if not overlaps(match.span(), [one.span() for one in found])]
    if _NOT_CLOSED.search(text):
        closed = None
    elif not times and any(match["public"] is None for match in found) and _is_of_a_part(text, found):
        yield scan.say("uncertain", 0, len(text))
        return
    for match in found:
        if match["named"] and _BESIDE.search(text, 0, match.start()):
            yield scan.say("uncertain", 0, len(text))
            continue
        if match["public"] and re.match(
            r"\s*:(?!\s*(?:closed|geschlossen|shut)\b)", text[match.end() :], re.IGNORECASE
        ):
            continue  # a heading
        if match["public"] and not (closed or opened) and scan.text.strip(" :").lower() in ("holidays", "feiertage"):
            continue
        is_exception = exception is not None and exception.start() < match.start()
        is_open = (
            is_headed or (closed is not None and closed.start() < exception.start())
            if exception is not None and is_exception
            else opened is not None
            and opened.start() <= match.start()
            and not (closed and opened.start() < closed.start() < match.start())
        )
        if not (is_headed or is_open or closed or is_exception):
            continue
        if match["range"]:
            yield scan.say("holiday", *match.span(), ("day", *match.span("first")), ("until", *match.span("last")))
        elif times and match["date"] and len(found) == 1 and not is_exception:
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


def _is_of_a_part(text: str, days: list[re.Match[str]]) -> bool:
    """Whether it is closed for a part of a day only: `we close early on Christmas Eve`."""
    spans = [match.span() for match in days]
    return any(not overlaps(match.span(), spans) for match in _PART_OF_DAY.finditer(text))


def _exception(text: str, *, is_headed: bool) -> re.Match[str] | None:
    """The word after which days are told that are different, where it is clear from what."""
    match = _EXCEPT.search(text)
    return match if match and (is_headed or _CLOSED.search(text, 0, match.start()) or _HOURS.search(text)) else None
