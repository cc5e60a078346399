"""Rules for opening hours."""

import re
from collections.abc import Iterator
from contextlib import suppress

from call_flow.flow.values import Weekday
from call_flow.parse.meaning.days import DAYS, weekdays
from call_flow.parse.meaning.times import TIME
from call_flow.parse.mentions import Span, overlaps
from call_flow.parse.rules import partly
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Role, Statement
from call_flow.spec.words import Misunderstood

#: What may not follow a time: what makes it another time, or the number of something.
_EDGE = (
    r"(?![\w:/]|[.,][0-9]|\s?%|\s?[ap]\.?\s?m\b|"
    r"\s(?:days|weeks|months|years|minutes|mins|seconds|phones|lines|people)\b)"
)
_SPAN = (
    rf"(?<![\w:.+/-])(?:(?:from|von)\s+)?(?P<between>(?:between|zwischen)\s+)?(?P<opens>{TIME})\s*"
    rf"(?(between)(?:and|und|-|\u2013)|(?:-|\u2013|\u2014|to|till|til|until|bis|through))\s*(?P<closes>{TIME}){_EDGE}"
)
_TOKEN = re.compile(
    rf"(?P<days>(?<![\w@.])(?:{DAYS})(?![\w@]))|(?P<span>{_SPAN})"
    r"|(?P<until>(?<!\w)(?:until|till|til|bis|(?:we |and |it |office )?close[sd]?(?: early)?(?: at)?|closing at|"
    rf"schließ\w* um)\s+(?:at\s+|um\s+)?(?P<end>{TIME}){_EDGE})"
    r"|(?P<from>(?<!\w)(?:open(?:s|ing)?(?: up)?|start(?:s|ing)?|öffn\w+|geöffnet|from)\s+(?:at|from|um|"
    rf"ab)?\s*(?P<start>{TIME}){_EDGE}(?!\s*(?:-|\u2013|to|till|until|bis)))"
    r"|(?P<closed>(?<!\w)(?:closed|shut|not open|geschlossen|no service|off)(?!\w)(?!\s+for\s+lunch))",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"\bopen|\bhours\b|\bclosed?\b|\bshut\b|öffnung|geöffnet|sprechzeit|bürozeit|geschäftszeit", re.IGNORECASE
)
_DAY = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun|week|business days|working days|daily|every ?day|all week|7 days|seven days|"
    r"täglich|werk|woche|mo|di|mi|do|fr|sa|so|die|don|sam)",
    re.IGNORECASE,
)
_ROUTING = re.compile(
    r"\b(?:calls?|callers?)\b.{0,30}\b(?:go|ring|routed?|forward|transfer)|\bring(?:s|ing)?\b|\bpress\b|on[- ]call|"
    r"anrufe",
    re.IGNORECASE,
)
#: Says when something happens, and not when it is closed.
_WHEN_CLOSED = re.compile(
    r"\b(?:when|while|if|whenever|wenn|falls)\b[^,;.0-9]{0,25}\b(?:closed|shut|open|geschlossen)\b", re.IGNORECASE
)
_ALWAYS = re.compile(
    r"\b24\s?(?:/|x)\s?7(?!\w)|\b(?:around|round) the clock\b|\b24 hours a day\b|\balways open\b|\bopen 24 hours\b|"
    r"\brund um die uhr\b",
    re.IGNORECASE,
)
#: Of whom it may be said that they are there at all hours.
_OF_OTHERS = re.compile(r"on[- ]?call|emergenc|support|calls|notdienst", re.IGNORECASE)
_LUNCH = re.compile(r"\blunch|mittagspause|\bbreak\b", re.IGNORECASE)
_PAUSE = re.compile(
    r"^(?:(?:our|the|we|wir|die)\s+)*(?:(?:close|break|have|haben|machen|stop)\s+)?(?:for |a )?(?:lunch|mittagspause|"
    r"pause)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\bopen\b|geöffnet", re.IGNORECASE)
_ON = re.compile(r"\s*(?:on|all day|all day on|am|an|every|,|the|at|over)?\s*(?:the\s+)?", re.IGNORECASE)
_NEAR = 12
_HOLIDAY = re.compile(r"holiday|christmas|easter|thanksgiving|new year|feiertag|heiligabend|silvester", re.IGNORECASE)


def read(scan: Scan) -> Iterator[Statement]:
    """What a sentence says about the week."""
    text = scan.text
    match = _ALWAYS.search(text)
    if match and not _OF_OTHERS.search(text):
        yield scan.say("always_open", *match.span())
        return
    is_headed = bool(_SURE.search(scan.sentence.heading))
    if not (is_headed or _SURE.search(text) or _DAY.search(text) or _LUNCH.search(text)):
        return
    taken = [*scan.taken, *scan.dates, *(match.span() for match in _WHEN_CLOSED.finditer(text))]
    tokens = [_Token(match) for match in _TOKEN.finditer(text) if not overlaps(match.span(), taken)]
    kinds = {token.sort for token in tokens}
    is_routing = _ROUTING.search(text) is not None
    clauses = partly.clauses(text)
    is_plain = kinds >= {"days", "span"} and partly.is_plain(text, [*(token.span for token in tokens), *clauses])
    if not (is_headed or _SURE.search(text) or is_plain or (_PAUSE.search(text) and "span" in kinds)):
        return
    if not kinds - {"closed"} or (is_routing and "days" not in kinds) or (_HOLIDAY.search(text) and scan.dates):
        return
    if partly.is_of_others(text) and not is_headed:
        clauses = [(0, len(text))]
    if clauses:
        yield scan.say("uncertain", 0, len(text))
        tokens = _certain(tokens, clauses)
    off = _excepted(scan, tokens)
    yield from (scan.say("closed", *token.span, ("days", *token.span)) for token in off)
    tokens = [token for token in tokens if token not in off]
    yield from (_with_break if _LUNCH.search(text) and any(token.sort == "span" for token in tokens) else _walk)(
        scan, tokens
    )


def _certain(tokens: list["_Token"], clauses: list[Span]) -> list["_Token"]:
    """The tokens outside of clauses that hold only partly; none if these are about the same days."""
    left = [token for token in tokens if not overlaps(token.span, clauses)]
    doubtful = {day for token in tokens if token not in left for day in token.days}
    certain = {day for token in left for day in token.days}
    return left if certain and not certain & doubtful else []


def _excepted(scan: Scan, tokens: list["_Token"]) -> list["_Token"]:
    """The days that are taken off others and have no times of their own: `Monday to Friday 9-5 except Tuesdays`."""
    places = partly.excepted(scan.text)
    timed = [token.span for token in tokens if token.sort != "days"]
    return [
        token
        for token in tokens
        if token.sort == "days"
        and overlaps(token.span, places)
        and any(start < token.span[0] for start, _ in timed) is not any(start > token.span[0] for start, _ in timed)
    ]


class _Token:
    """A piece of a sentence about hours, and of which sort it is."""

    def __init__(self, match: re.Match[str], end: re.Match[str] | None = None) -> None:
        self.match = match
        self._end = end
        self.sort = next(name for name in ("days", "span", "until", "from", "closed") if match[name] is not None)

    @property
    def span(self) -> Span:
        return self.match.start(), (self._end or self.match).end()

    @property
    def days(self) -> set[Weekday]:
        """The days it names, if it is clear which."""
        with suppress(Misunderstood):
            return set(weekdays(self.match["days"])) if self.sort == "days" else set()
        return set()

    @property
    def times(self) -> list[Part]:
        found: list[Part] = []
        for match in filter(None, (self.match, self._end)):
            pieces: tuple[tuple[Role, str], ...] = (
                ("opens", "opens"), ("closes", "closes"), ("opens", "start"), ("closes", "end")
            )  # fmt: skip
            found += [(role, *match.span(name)) for role, name in pieces if match[name] is not None]
        return found


def _with_break(scan: Scan, tokens: list[_Token]) -> Iterator[Statement]:
    """A pause at noon is taken out of the day; what stands before it is read as usual."""
    lunch = _LUNCH.search(scan.text)
    place = lunch.start() if lunch else 0
    spans = [token for token in tokens if token.sort == "span"]
    pause = min(spans, key=lambda token: min(abs(token.span[0] - place), abs(token.span[1] - place)))
    days = [token for token in tokens if token.sort == "days"]
    rest = [token for token in tokens if token is not pause and token.sort != "closed"]
    if len(spans) == 1:
        parts: list[Part] = [("days", *token.span) for token in days]
        yield scan.say("break", min(place, pause.span[0]), pause.span[1], *parts, *pause.times)
    else:
        yield scan.say("break", *pause.span, *pause.times)
        yield from _walk(scan, rest)


def _walk(scan: Scan, tokens: list[_Token]) -> Iterator[Statement]:
    """Days with the times that follow them, or that stand before them where the sentence begins with times."""
    timed = [token for token in tokens if token.sort != "days"]
    if not timed:
        if _OPEN.search(scan.text):
            yield from (scan.say("hours", *token.span, ("days", *token.span)) for token in tokens)
        return
    times_first = tokens[0].sort != "days"
    if not any(token.sort == "days" for token in tokens):
        yield from _without_days(scan, tokens)
        return
    tokens = _joined(tokens, scan.text)
    waiting: list[_Token] = []
    days: list[_Token] = []
    has_times = False
    for token in tokens:
        if token.sort == "days":
            if waiting:
                yield from (_told(scan, one, [token]) for one in waiting)
                waiting, days, has_times = [], [token], True
                times_first = True
                continue
            days = [token] if has_times else [*days, token]
            has_times = False
        elif days and not (times_first and has_times) and not _before_days(scan, token, tokens, has_times):
            yield _told(scan, token, days)
            has_times = True
        else:
            waiting.append(token)
    yield from (_told(scan, one, days) for one in waiting if days or one.sort != "closed")


def _joined(tokens: list[_Token], text: str) -> list[_Token]:
    """`open at 8 and close at 5` is one span of time."""
    found: list[_Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if before and before.sort == "from" and token.sort == "until" and token.span[0] - before.span[1] <= _NEAR:
            found[-1] = _Token(before.match, token.match)
        else:
            found.append(token)
    return found


def _before_days(scan: Scan, token: _Token, tokens: list[_Token], has_times: bool) -> bool:
    """Whether `closed` or `until 3` belongs to the days after it: `closed on Sundays`."""
    if token.sort == "span" or not has_times:
        return False
    after = next((one for one in tokens if one.sort == "days" and one.span[0] >= token.span[1]), None)
    return after is not None and _ON.fullmatch(scan.text, token.span[1], after.span[0]) is not None


def _without_days(scan: Scan, tokens: list[_Token]) -> Iterator[Statement]:
    starts = [token for token in tokens if token.sort == "from"]
    ends = [token for token in tokens if token.sort == "until"]
    if len(starts) == 1 and len(ends) == 1:
        yield scan.say("hours", starts[0].span[0], ends[0].span[1], *starts[0].times, *ends[0].times)
        return
    for token in tokens:
        if token.sort != "closed":
            yield _told(scan, token, [])


def _told(scan: Scan, token: _Token, days: list[_Token]) -> Statement:
    start = min([token.span[0], *(day.span[0] for day in days)])
    end = max([token.span[1], *(day.span[1] for day in days)])
    parts: list[Part] = [("days", *day.span) for day in days]
    return scan.say("closed" if token.sort == "closed" else "hours", start, end, *parts, *token.times)
