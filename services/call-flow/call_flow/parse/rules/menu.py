"""Rules for menus: which key leads where."""

import re
from collections.abc import Iterator

from call_flow.parse.rules import words
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_KEY = (
    r"(?:[0-9*#]|zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash|null|eins|zwei|drei|vier|fünf|sechs|"
    r"sieben|acht|neun|raute)"
)
_PRESS = (
    r"(?:press(?:ing|es)?|push|hit|dial|select|choose|option|key|digit|drück\w*(?: sie)?|wähl\w*(?: sie)?|taste)\s+"
    r"(?:the |number |key |option |bitte |die |taste )*[\"'“„(]?"
)
_FIRST = re.compile(rf"\b{_PRESS}(?P<key>{_KEY})(?![\w/]|[.:\-\u2013][0-9])[\"'”“)]?", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:^|[,;.]\s*|\b(?:and|und|or)\s+|\s[-\u2013\u2014•|]\s)(?:and\s+|und\s+|"
    rf"then\s+)?(?:die\s+|the\s+)?(?:{_PRESS})?[\"'“(]?(?P<key>{_KEY})[\"'”)]?(?=\s*(?:for|to|für|um|zu|is|=|:|"
    rf"\u2013|\u2014|→|->|"
    r"goes|leads|rings|will|-\s)\s?)",
    re.IGNORECASE,
)
_LINE = re.compile(
    rf"^\W{{0,3}}(?:{_PRESS})?(?P<key>{_KEY})[\"'”]?\s*(?:[.):=|]|[-\u2013\u2014](?=\s)|→|->|\s+(?:for|to|is|goes to|"
    r"für)\s|\s+-\s|\s+(?=[^\W\d_]))\s*(?=\S)",
    re.IGNORECASE,
)
_LABEL_FIRST = re.compile(
    r"\b(?:for|to (?:reach|speak (?:to|with)|talk to|leave|hear|get|contact)|für|"
    rf"um)\s+(?P<label>[^,;.\n]{{2,60}}?)\s*,?\s+(?:callers?\s+|they\s+|you\s+|can\s+|bitte\s+|should\s+|"
    rf"please\s+){{0,3}}{_PRESS}(?P<key>{_KEY})(?![\w/]|[.:\-\u2013][0-9])",
    re.IGNORECASE,
)
_MENU = re.compile(r"menu|menü|ivr|auto[- ]?attendant|options?\b|keys?\b|tasten|choices", re.IGNORECASE)
_LEAD = re.compile(
    r"^\s*[\"'”“)]*\s*(?:(?:for|to reach|to speak (?:to|with)|to talk to|to get|to be connected (?:to|with)|"
    r"to leave|to hear|to|für|um zu|um|zum|zur|=|:|\u2013|\u2014|-|→|->|>|is|goes to|go to|leads to|and you get|"
    r"will be|will|should|connects? (?:you )?to|takes? (?:you|callers) to|gets? (?:you |them )?|then)\s*)+",
    re.IGNORECASE,
)
_TARGET = re.compile(
    rf"\s*(?:[,\u2013\u2014-]\s*)?(?:{words.TO}|(?:das sind|das ist|that['’]?s|that is|which is|which are|namely|"
    rf"i\.e\.)\s+|\s*\(|"
    r"\s*:\s+|\s+[-\u2013\u2014]\s+|\s*(?:→|->|=>|=)\s*)",
    re.IGNORECASE,
)
#: `Menu: 1 sales, 2 support`, `1=sales 2=support`.
_INLINE = re.compile(r"\b(?:menu|menü|ivr|options|auto[- ]?attendant)\b[^:0-9]{0,20}:\s*(?=[0-9*#])", re.IGNORECASE)
_ITEM = re.compile(
    r"(?:^|(?<=[,;:\s]))(?:and\s+)?(?P<key>[0-9*#])\s*(?:[=:.)\u2013-]\s*|\s)(?=[^\W\d_])", re.IGNORECASE
)
_REPEAT = re.compile(r"repeat|again|wiederhol", re.IGNORECASE)


def read(scan: Scan) -> Iterator[Statement]:
    """The keys of a sentence."""
    text = scan.text
    is_headed = bool(_MENU.search(scan.sentence.heading))
    reversed_ones = [match for match in _LABEL_FIRST.finditer(text) if not _is_code(match["label"])]
    pressed = _FIRST.search(text)
    if reversed_ones and pressed and reversed_ones[0].start() < pressed.start():
        for match in reversed_ones:
            yield from _of_label(scan, match)
        return
    inline = _INLINE.search(text)
    line = _LINE.match(text) if is_headed else None
    first = line or (_ITEM.match(text, inline.end()) if inline else None) or pressed
    if first is None:
        return
    keys = [first, *_ITEM.finditer(text, first.end())] if inline and first is not pressed else [first]
    keys += [match for match in _NEXT.finditer(text, first.end()) if not _has(keys, match)]
    keys += [match for match in _FIRST.finditer(text, first.end()) if not _has(keys, match)]
    keys.sort(key=lambda match: match.start("key"))
    for position, match in enumerate(keys):
        end = keys[position + 1].start() if position + 1 < len(keys) else len(text)
        yield from _choice(scan, match, end)


def _has(keys: list[re.Match[str]], match: re.Match[str]) -> bool:
    return any(match.start("key") == key.start("key") for key in keys)


def _is_code(label: str) -> bool:
    return bool(re.match(r"(?i)an outside line|emergenc", label))


def _of_label(scan: Scan, match: re.Match[str]) -> Iterator[Statement]:
    yield scan.say("menu", *match.span(), ("key", *match.span("key")), ("label", *match.span("label")))


def _choice(scan: Scan, match: re.Match[str], end: int) -> Iterator[Statement]:
    """A key with what stands after it up to the next."""
    text = scan.text
    start = match.end()
    lead = _LEAD.match(text[start:end])
    begin = start + (lead.end() if lead else 0)
    stop = re.search(r"[.!?](?=\s|$)|;|\s+(?:and|und)\s*$|,\s*(?:and|und)?\s*$|\s*[/|]\s*$", text[begin:end])
    limit = begin + stop.start() if stop else end
    if begin >= limit or not text[begin:limit].strip(" ,.;"):
        return
    parts: list[Part] = [("key", *match.span("key"))]
    if _REPEAT.search(text[begin:limit]):
        parts.append(("to", begin, limit))
        yield scan.say("menu", match.start("key"), limit, *parts)
        return
    verb = re.match(rf"(?i)\s*(?:{words.TO})", text[start:limit])
    lead_target = re.match(r"(?i)\s*(?:goes|go|leads|→|->|rings?|connects)", text[start:limit])
    if verb and lead_target:
        target = start + verb.end()
    else:
        cut = _TARGET.search(text, begin, limit)
        label_end = cut.start() if cut and cut.start() > begin else None
        first, label_stop, rest = words.place(text, begin, label_end if label_end is not None else limit)
        parts.append(("label", first, label_stop))
        if label_end is None:
            parts += words.tail(text, rest, limit)
            yield scan.say("menu", match.start("key"), limit, *parts)
            return
        target = cut.end() if cut else limit
    first, target_stop, rest = words.place(text, target, limit)
    parts.append(("to", first, _closed(text, first, target_stop)))
    parts += words.tail(text, rest, limit)
    yield scan.say("menu", match.start("key"), limit, *parts)


def _closed(text: str, start: int, end: int) -> int:
    """The end of a target without a bracket that was opened before it."""
    bracket = text.find(")", start, end)
    return bracket if bracket >= 0 and "(" not in text[start:bracket] else end
