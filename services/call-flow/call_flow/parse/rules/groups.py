"""Rules for groups and queues: who answers for what."""

import re
from collections.abc import Iterator

from call_flow.parse.meaning.days import DAYS
from call_flow.parse.meaning.places import is_a_name
from call_flow.parse.mentions import phones
from call_flow.parse.rules import words
from call_flow.parse.rules.scan import Names, Part, Scan
from call_flow.parse.statement import Statement

_NOUN = r"(?P<name>[^\W\d_][\w&/'’-]{0,30}(?: (?:&|and|und) [^\W\d_][\w'’-]{0,30}| [^\W\d_][\w'’-]{0,30}){0,2}?)"
_KIND = r"(?: (?:group|team|department|queue|calls|line|dept\.?|enquiries|inquiries|gruppe|abteilung|warteschlange))?"
_IS = re.compile(
    rf"^(?:\W{{0,3}})(?:(?:calls|anrufe)\s+(?:for|to|an|für)\s+)?(?:(?:the|our|die|der|"
    rf"das)\s+)?{_NOUN}{_KIND}\s*(?:,\s*)?(?:"
    r"(?:(?:is|should be|will be|has|uses|ist) (?:a|an|eine)? ?(?:call )?(?:queue|"
    rf"warteschlange)(?: \w+){{0,2}}? (?:with|of|for|answered by|served by|mit|where|:))|{words.TO}|"
    r"\(|(?:\b(?:is answered by|are answered by|consists? of|is made up of|includes?|has|have|are|is|besteht aus|sind|"
    r"ist)|=|:|\u2013|\u2014|-)\s)\s*(?P<members>.+)$",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\b(?:(?:ring |hunt |call )?(?:group|queue)|rufgruppe|warteschlange)\s+(?:(?:for |called |named |für |"
    r"namens )(?:the |our )?[\"“„']?|[\"“„'])(?:(?!with\b|of\b|for\b|and\b|where\b|that\b|"
    rf"mit\b){_NOUN})[\"”“']?{_KIND}\s*(?:\(|:|with|of|mit|is|are|consisting of|containing|including|=|\u2013|-|"
    r",\s*(?:with|answered by))\s*(?P<members>.+)$",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^\W{0,3}(?P<members>.{2,160}?)\s+(?:are (?:all )?in|work in|are part of|belong to|answers?|handles?|takes?|"
    r"takes care of|are on|make up|are|is in|works in|is on|looks? after|cover|covers|do|does|sind(?: im| in der)?|"
    r"gehören zu|beantworten)\s+(?:the |our |all |der |zum |zur |calls for |any )*"
    rf"{_NOUN}(?: (?:group|team|department|queue|calls|line|enquiries|inquiries|gruppe|abteilung|"
    r"anrufe))?(?P<rest>(?:\s*[,(]|\s+(?:at|one|in|for|after|with)\b).*)?\.?$",
    re.IGNORECASE,
)
_COLON = re.compile(
    rf"(?:^\W{{0,3}}|[,;]\s*){_NOUN}{_KIND}\s*[:=]\s*(?P<members>[^:=;]+?)(?=[,;]\s*[^\W\d_][\w &-]{{1,40}}\s*[:=]|"
    r"\.?$)",
    re.IGNORECASE,
)
_HANDLED = re.compile(r"\b(?:handled|answered|taken|covered) by\b", re.IGNORECASE)
_BY = re.compile(
    rf"(?:^\W{{0,3}}|[,;]\s*(?:and\s+)?)(?:the )?{_NOUN}{_KIND}\s+(?:(?:is|are) )?(?:(?:handled|answered|taken|"
    r"covered) )?by\s+"
    rf"(?P<members>[^,;.]{{2,80}}(?:, [^,;.]{{2,40}} and [^,;.]{{2,40}})?)(?=[,;.]|$)",
    re.IGNORECASE,
)
_DAY = re.compile(rf"\b{DAYS}(?!\w)", re.IGNORECASE)
_QUEUE = re.compile(r"\bqueue|\bwait in line|\bon hold\b|warteschlange|\bhold until", re.IGNORECASE)
_NO_GROUPS = re.compile(
    r"(?i)^(?:we|it|this|that|these|they|there|who|which|he|she|i|you|our (?:main )?number|main number|number|phone|"
    r"fax|tel|telephone|address|company|customer|client|hours|office hours|"
    r"opening hours|the office|office|after hours|holidays?|languages?|email|e-mail|mobile|cell|press|option|key|"
    r"menu|except|unless|until|otherwise|only|but|not|no|from|by|extensions?|voicemail|greeting|calls?|callers?|emergency|lunch|today|"
    r"everyone|everybody|nobody|all calls|incoming calls|phones|calls?|if|when|please|unanswered|staff|people|team|"
    r"in|on|at|to|from|subject|re|date|sent|cc|provider|carrier|country|mitarbeiter|firma|anrufe|open|closed|and|or|"
    r"also|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekdays|weekends|"
    r"overnight|night|nights|daytime|during|outside|then|note|ps|operator|receptionist|front desk|contact|"
    r"emergency contact|on[- ]call|who answers|out of hours|time ?zone|prefix|trunk|sip|website|our|main|"
    r"main (?:line|phone)|helpline|hotline|hauptnummer|notfallkontakt|telefax|toll[- ]?free|reservations line|"
    r"switchboard)\b"
)


def read(scan: Scan, names: Names) -> Iterator[Statement]:
    """The groups and queues of a sentence."""
    text = scan.text
    if not (names.occur_in(text) or any(sign.isdigit() for sign in text)):
        return
    listed = list(_several(scan, names)) or list(_by(scan, names))
    if listed:
        yield from listed
        return
    for pattern in (_OF, _IS, _WHO):
        match = pattern.search(text)
        if match is None or _is_no_group(match["name"], names):
            continue
        start, end = match.span("members")
        first, stop, rest = words.place(text, start, end)
        stop = _unbracketed(text, first, stop)
        is_sure = pattern is _OF or "group" in scan.sentence.heading or "queue" in scan.sentence.heading
        if not _are_people(
            text[first:stop], names, is_sure=is_sure, least=2 if pattern is _WHO and not _says_work(match) else 1
        ):
            continue
        tail_start, tail_end = match.span("rest") if pattern is _WHO and match["rest"] else (rest, end)
        is_queue = bool(_QUEUE.search(text)) or "queue" in scan.sentence.heading
        parts: list[Part] = [
            ("name", *match.span("name")),
            ("member", first, stop),
            *words.tail(text, tail_start, tail_end),
        ]
        yield scan.say("queue" if is_queue else "group", match.start(), match.end(), *parts)
        return


def _several(scan: Scan, names: Names) -> Iterator[Statement]:
    """Groups one after the other, as `sales: 101 and 102, support: 103`."""
    found = [match for match in _COLON.finditer(scan.text) if not _is_no_group(match["name"], names)]
    if len(found) < 2 or not all(_are_people(match["members"], names, is_sure=False, least=1) for match in found):
        return
    for match in found:
        yield scan.say("group", *match.span(), ("name", *match.span("name")), ("member", *match.span("members")))


def _by(scan: Scan, names: Names) -> Iterator[Statement]:
    """Groups one after the other, as `claims are handled by Ann, policies by Ben`."""
    if not _HANDLED.search(scan.text):
        return
    found = [match for match in _BY.finditer(scan.text) if not _is_no_group(match["name"], names)]
    if len(found) > 1 and all(_are_people(match["members"], names, is_sure=False, least=1) for match in found):
        for match in found:
            yield scan.say("group", *match.span(), ("name", *match.span("name")), ("member", *match.span("members")))


def _is_no_group(name: str, names: Names) -> bool:
    return bool(
        _NO_GROUPS.match(name)
        or re.search(r"['’]s\b", name)
        or _DAY.search(name)
        or re.fullmatch(r"(?i)(?:x|ext\w*)\.?\s?[0-9]+", name)
        or names.people & {name.lower()}
    )


def _says_work(match: re.Match[str]) -> bool:
    """Whether a verb says that people do this work; `are` and `is` alone say little."""
    return (
        re.search(r"(?i)\b(?:answers?|handles?|takes?|works? in|belong|looks? after|covers?)\b", match[0]) is not None
    )


def _unbracketed(text: str, start: int, end: int) -> int:
    close = text.find(")", start, end)
    return close if close >= 0 and "(" not in text[start:close] else end


def _are_people(members: str, names: Names, *, is_sure: bool, least: int) -> bool:
    """Whether each of the words that are listed means somebody."""
    numbers = phones(members)
    if (
        numbers
        and re.fullmatch(r"[\s,;&.()]*(?:and|und)?", members[: numbers[0][0]] + members[numbers[-1][1] :])
        and not is_sure
    ):
        return False
    for start, end in reversed(numbers):
        members = f"{members[:start]}, {members[end:]}"
        least -= 1
    items = [
        item
        for item in re.split(r"\s*(?:[,;/+&]|\b(?:and|und|or|oder|then)\b)\s*", members.strip(" .()"))
        if item.strip(" .")
    ]
    for item in items:
        plain = re.sub(r"(?i)^(?:the|our|both|extensions?|ext\.?|mobile|cell|x|phones?|on)\s+", "", item.strip(" ."))
        plain = re.sub(r"(?i)\s+(?:on|at)\s+(?:ext\w*\.?\s*|x)?[1-9][0-9]{1,5}$", "", plain)
        if not (
            names.knows(plain)
            or re.fullmatch(r"[1-9][0-9]{1,5}", plain)
            or (is_sure and is_a_name(plain))
            or is_a_name(plain)
        ):
            return False
    known = [
        item
        for item in items
        if names.knows(re.sub(r"(?i)^(?:the|our|both|extensions?|ext\.?|x)\s+", "", item.strip(" .")))
    ]
    return len(items) >= least and (
        is_sure or bool(known) or least <= 0 or (len(items) > 1 and all(item.strip(" .").isdigit() for item in items))
    )
