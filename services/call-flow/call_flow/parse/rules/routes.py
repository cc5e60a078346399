"""Rules for where calls go at which time, without an answer, and to whom callers come who need a person."""

import re
from collections.abc import Iterator

from call_flow.parse.meaning.days import DAYS
from call_flow.parse.rules import partly, words
from call_flow.parse.rules.scan import Names, Part, Scan
from call_flow.parse.statement import Kind, Statement

_AFTER = re.compile(
    r"\bafter[- ](?:business |office |opening |working |regular )?hours\b|\bout[- ]of[- ](?:office[- ])?hours\b|"
    r"\boutside (?:of )?(?:(?:business|office|opening|working|these|our|normal|regular|the|those)\s+){0,3}hours\b|"
    r"\b(?:when|while|if|whenever) (?:we are|we['’]re|the office is|it is|it['’]s|the practice is|the shop is|"
    r"you are|they are|everything is)?\s*(?:closed|not open|shut)\b|\bafter closing(?: time)?\b|"
    r"\bat (?:all )?other times\b|\bwhen nobody is (?:in|here)\b|"
    r"\bat night\b|\bovernight\b|\bnights and weekends\b|\bat weekends\b|\bafter (?:[0-9]{1,2}\s?pm|we close)\b|"
    r"\baußerhalb (?:der|unserer) (?:öffnungs|geschäfts|büro|sprech)zeiten\b|\bnach (?:feierabend|büroschluss|"
    r"dienstschluss)\b|\bnachts\b|\bwenn (?:wir )?geschlossen(?: ist| haben)?\b",
    re.IGNORECASE,
)
_DURING = re.compile(
    r"\b(?:during|in|within) (?:(?:business|office|opening|working|our|normal|regular|the|these)\s+){0,3}hours\b|"
    r"\b(?:when|while) (?:we are|we['’]re|the office is|it is) open\b|\bwährend der (?:öffnungs|geschäfts|büro|"
    r"sprech)zeiten\b|"
    r"\b(?:all )?(?:incoming|inbound) calls\b|\ball calls\b|\bdaytime(?: calls)?\b|\bduring the day\b|"
    r"^(?:die )?(?:calls|anrufe) (?=(?:should |must |will |shall |just |simply |always )*(?:ring|go|klingeln|"
    r"gehen)\b)|\balle anrufe\b|"
    r"\beingehende anrufe\b",
    re.IGNORECASE,
)
_HOLIDAY = re.compile(
    r"\b(?:on|during|over) (?:(?:public|bank|federal|all|the|national)\s+){0,2}holidays\b|\ban feiertagen\b",
    re.IGNORECASE,
)
_UNANSWERED = re.compile(
    r"\b(?:if|when|wenn|falls|in case) (?P<who>[^,;.]{0,40}?)\s*(?:(?:does|do|did|is|are|can|could)(?: ?n[o']t|"
    r"n['’]t) (?:answer|pick up|available|answered|at (?:his|her|their) desk|take it)\w*|answers?\b|picks? up\b|"
    r"answered\b|unanswered\b|no answer\b|is unavailable|are (?:all )?busy|is busy|nicht (?:rangeht|abnimmt|abhebt)|"
    r"rangeht|abnimmt|abhebt|antwortet|is free\b)|"
    r"\b(?:nobody|no[ -]one) (?:is )?(?:available|there|answers|free)\b|\bunanswered calls\b|\bmissed calls\b|"
    r"\bif not answered\b|\bif (?:there is )?no answer\b|\bno answer\b|\bafter (?=[0-9]{1,3}\s*(?:seconds?|secs?|"
    r"s)\b)|\bnach (?=[0-9]{1,3}\s*(?:sekunden|sek|s)\b)|\b(?:phones?|telephones?|they|it|calls?|each phone|"
    r"every phone) (?:should |must |will |shall )?rings? (?:for )?(?=[0-9]{1,3}\s*s)",
    re.IGNORECASE,
)
#: `Ring sales for 20 seconds, then voicemail`, `Sales should ring for 25 seconds`.
_RINGS = re.compile(
    r"^\W{0,3}(?:please )?(?:(?:ring|call|try|dial) (?P<who>[^\W_][^,;.:]{1,40}?)|"
    r"(?:calls (?:to|for) )?(?P<whose>[^\W\d_][^,;.:]{1,40}?)\s+(?:should |must |will |"
    r"shall )?rings?) (?:for )?(?:up to )?"
    r"(?=[0-9]{1,3}(?:\s*(?:-|\u2013|to)\s*[0-9]{1,3}|\.[0-9])?\s*(?:s|m)\w*\b)",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(r"(?i)(?:the |all |each |every )?(?:(?:tele)?phones?|it|they|calls?|that|this|which)$")
_NOBODY = re.compile(
    r"(?i)^(?:nobody|no[ -]one|none(?: of (?:them|us|these))?|the call|calls?|a call|it|that|they|there|both|all|"
    r"everyone|everybody|the phones?|not|is|we|keiner|niemand|unanswered|somebody|all agents|the line|anyone|"
    r"any of them)?$"
)
_TO = re.compile(words.TO, re.IGNORECASE)
_SAY = re.compile(
    r"\b(?:play|say|says|announce|announces|hear|hears|message|announcement|recording|ansage|told|saying|"
    r"states?)\b[^\"“„»]{0,60}[\"“„»]([^\"”“«]{2,1000})[\"”“«]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„»]([^\"”“«]{8,1000})[\"”“«]")
_GREETING = re.compile(
    r"(?:\b(?:greeting|welcome message|welcome|greet(?:ed)?(?: (?:callers|customers|people|them|everybody))? with|"
    r"answer(?:ed)? with|callers? (?:first )?hear|"
    r"begrüßung(?:stext)?|ansage|intro)\b[^\"“„»]{0,60})[\"“„»]([^\"”“«]{2,2000})[\"”“«]",
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    r"^\W{0,3}(?:(?:the|our) )?(?:operator|receptionist|reception|front desk|switchboard)\s*(?:is|:|=|\u2013|"
    r"-)\s*(?P<to>[^.;\n]{2,60})"
    r"|(?P<who>[^\W\d_][\w'’. -]{1,40}?)(?:\s*\([^)]{0,40}\))?\s*,?\s+(?:is (?:the|our)|sits at (?:the )?|"
    r"works (?:at|on) (?:the )?|runs (?:the )?|is (?:at|on) (?:the )?|ist (?:am|unsere?n?)|acts as)\s*(?:operator|"
    r"receptionist|reception|front desk|switchboard|empfang|zentrale)\b",
    re.IGNORECASE,
)
_OUR_OPERATOR = re.compile(
    r"\b(?i:our|the) (?i:receptionist|operator),? (?P<to>)(?P<who>[^\W\d_][\w'’-]{1,30}(?: [^\W\d_a-z][\w'’-]{1,30})?)"
)
_DESK = re.compile(r"operator|reception|front desk|switchboard|empfang|zentrale", re.IGNORECASE)
_MESSAGE = re.compile(
    r"\b(?:take|leave|record) (?:a )?(?:voice )?messages?\b|\bvoice ?mail\b|\bmailbox\b|\banswering machine\b|"
    r"\banrufbeantworter\b",
    re.IGNORECASE,
)
_ONWARD = re.compile(
    r"[^,;.]{0,40}?(?:,|\bto\b|\ban\b|\bauf\b|→|->|:)\s*(?:to\s+|leave\s+|an\s+|auf\s+|the\s+|on\s+to\s+|in\s+)*",
    re.IGNORECASE,
)
#: How many signs may stand between `if nobody answers` and `after 20 seconds`.
_NEAR = 40
_MOST_WORDS = 14
_HEADED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_AFTER, "after_hours"),
    (_HOLIDAY, "on_holidays"),
    (_DURING, "during_hours"),
)
_CALL = re.compile(
    r"\bcalls?\b|\bcallers?\b|\bring|\banruf|\bgo(?:es)?\b|\bforward|\broute|\btransfer|\bvoice ?mail|\bplay\b|"
    r"\banswers?\b|\bpicks? up\b|\bdivert|weiterleit|umleit|klingel|anrufbeantworter|mailbox|:|→|->|\bmenu\b|"
    r"\bhear\b|\bmessages?\b",
    re.IGNORECASE,
)
_DAYS = re.compile(rf"(?<![\w@.]){DAYS}(?![\w@])", re.IGNORECASE)
#: Before days: what makes them an addition to other times.
_ALSO = re.compile(
    r"(?:\b(?:and|or|und|oder|plus|incl\w*|also)|[,&/(+])\s*(?:(?:on|at|all|during|over|am|the|day)\s+)*$",
    re.IGNORECASE,
)
#: What is told of the time after that of a way.
_FURTHER = re.compile(
    r"\b(?:then|otherwise|else|dann|sonst|after that|unless|except|until|as long as)\b", re.IGNORECASE
)
_MAILED = re.compile(r"e-?mailed|\bas e-?mail\b|by e-?mail", re.IGNORECASE)


def read(scan: Scan, names: Names) -> Iterator[Statement]:
    """The ways of a sentence."""
    text = scan.text
    yield from _operator(scan, names)
    if (match := _GREETING.search(text)) and not (_AFTER.search(text) or _HOLIDAY.search(text)):
        yield scan.say("greeting", *match.span(), ("words", *match.span(1)))
        return
    if not _CALL.search(text) and not any(pattern.search(scan.sentence.heading) for pattern, _ in _HEADED):
        return
    unanswered = _UNANSWERED.search(text)
    found = [(match, kind) for pattern, kind in _HEADED if (match := pattern.search(text))]
    if found and unanswered and found[0][1] != "during_hours" and not re.match(r"(?i)after", unanswered[0]):
        found = [(match, kind) for match, kind in found if match.start() < unanswered.start()]
    if found:
        match, kind = found[0]
        yield from _way(scan, kind, match, unanswered)
        return
    if rings := _rings(scan):
        yield rings
        return
    if unanswered:
        yield from _no_answer(scan, unanswered)
        return
    for pattern, kind in _HEADED:
        if pattern.search(scan.sentence.heading.replace(":", "")):
            yield from _under_heading(scan, kind)
            return


def times_of(text: str) -> set[Kind]:
    """Of which times a sentence says where calls go."""
    return {kind for pattern, kind in _HEADED if pattern.search(text)}


def _operator(scan: Scan, names: Names) -> Iterator[Statement]:
    if not _DESK.search(scan.text):
        return
    match = _OPERATOR.search(scan.text) or _OUR_OPERATOR.search(scan.text)
    if match is None:
        return
    span = match.span("to") if match["to"] else match.span("who")
    said = scan.text[slice(*span)].strip()
    plain = re.sub(r"(?i)^(?:ext(?:ension)?\.?|x)\s*", "", said)
    if names.knows(plain) or names.knows(plain.split("(")[0].strip()):
        start, end, _ = words.place(scan.text, *span)
        bracket = scan.text.find("(", start, end)
        yield scan.say("operator", *match.span(), ("to", start, bracket if bracket > start else end))


def _way(scan: Scan, kind: Kind, match: re.Match[str], unanswered: re.Match[str] | None) -> Iterator[Statement]:
    text = scan.text
    parts: list[Part] = []
    said = _SAY.search(text) or _QUOTED.search(text, match.end())
    if said:
        parts.append(("words", *said.span(1)))
    outside = [(0, len(text))] if said is None else [(said.end(), len(text)), (0, said.start(0))]
    target = next(filter(None, (_target(scan, match, start, end) for start, end in outside)), None)
    if target is not None:
        parts.append(("to", *target))
    if not parts:
        return
    ends = match.end() if target is None else target[1]
    if _is_of_some_days(text) or partly.clauses(text) or (scan.dates and kind != "on_holidays"):
        yield scan.say("uncertain", 0, len(text))
        return
    if kind != "during_hours" and _FURTHER.search(text, max(ends, said.end() if said else 0)):
        yield scan.say("uncertain", 0, len(text))
    yield scan.say(kind, match.start(), match.end(), *parts)
    if target is not None and kind == "during_hours" and unanswered and unanswered.start() >= target[0]:
        yield from _no_answer(scan, unanswered)


def _is_of_some_days(text: str) -> bool:
    """Whether days are named for which alone a way is told; `after hours and on weekends` is all of the time."""
    return any(not _ALSO.search(text, 0, day.start()) for day in _DAYS.finditer(text))


def _target(scan: Scan, cue: re.Match[str], start: int, end: int) -> tuple[int, int] | None:
    """Where the calls of a sentence go: after a verb, or after the cue alone."""
    text = scan.text
    if (found := _after_verb(text, max(start, cue.end()), end)) is not None:
        return found
    if cue.end() <= end:
        lead = re.compile(
            r"\s*(?:calls|callers|anrufe)?\s*(?:[,:=→]|->|\s[-\u2013\u2014]\s|\bto\b|\ban\b|\buse\b|\bthe\b|\band\b|"
            r"\bthen\b)*\s*",
            re.IGNORECASE,
        ).match(text, max(start, cue.end()))
        begin = lead.end() if lead else cue.end()
        first, stop, _ = words.place(text, begin, end)
        if text[first:stop].strip(" ,.") and len(text[first:stop].split()) <= 8:
            return first, stop
    if cue.start() > start and (found := _after_verb(text, start, min(end, cue.start()))) is not None:
        return found
    match = _MESSAGE.search(text, start, end)
    return match.span() if match and not _MAILED.search(text) else None


def _after_verb(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What stands after the first verb that leads somewhere, and those that follow it at once: `calls go to …`."""
    verb = _TO.search(text, start, end) if start < end else None
    while verb is not None and verb.end() < end:
        further = _TO.match(text, verb.end(), end)
        if further is None:
            first, stop, _ = words.place(text, verb.end(), end)
            said = text[first:stop].strip(" ,.")
            if said and len(said.split()) <= _MOST_WORDS:
                return first, stop
            further = _TO.search(text, verb.end(), end)
        verb = further
    return None


def _no_answer(scan: Scan, match: re.Match[str]) -> Iterator[Statement]:
    text = scan.text
    parts: list[Part] = []
    who = match["who"]
    if who and re.fullmatch(r"(?i)\s*(?:he|she|er|sie)\s*", who):
        return  # who that is, another sentence says
    if who and not _NOBODY.match(who.strip()) and not who.strip()[0].isdigit():
        parts.append(("name", *match.span("who")))
    begin = match.end()
    if seconds := words.SECONDS.search(text):
        parts.append(("seconds", *seconds.span()))
        begin = max(begin, seconds.end()) if seconds.end() - begin <= _NEAR else begin
    target = _after_verb(text, begin, len(text))
    if target is None and (lead := _ONWARD.match(text, begin)) is not None:
        first, stop, _ = words.place(text, lead.end(), len(text))
        target = (first, stop) if text[first:stop].strip(" ,.") else None
    if target is not None:
        parts.append(("then", *target))
    if any(role in ("then", "seconds") for role, *_ in parts):
        yield scan.say("no_answer", match.start(), match.end(), *parts)


def _rings(scan: Scan) -> Statement | None:
    """How long the telephones of somebody ring, and where calls go then."""
    match = _RINGS.search(scan.text)
    role = match.lastgroup if match else None
    if match is None or role is None or _ALL_OF_THEM.match(match[role]):
        return None
    parts = list(words.tail(scan.text, match.end(), len(scan.text)))
    return scan.say("no_answer", match.start(), match.end(), ("name", *match.span(role)), *parts)


def _under_heading(scan: Scan, kind: Kind) -> Iterator[Statement]:
    """A line below a heading as `After hours:`."""
    text = scan.text
    if said := _SAY.search(text):
        yield scan.say(kind, *said.span(), ("words", *said.span(1)))
        return
    match = _TO.search(text) or re.match(r"\s*(?=\S)", text)
    if match is not None and len(text.split()) <= 14:
        first, stop, _ = words.place(text, match.end(), len(text))
        if text[first:stop].strip(" ,."):
            yield scan.say(kind, first, stop, ("to", first, stop))
