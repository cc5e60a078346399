"""Words that make opening hours those of some weeks only, of somebody else, or no hours at all."""

import re

from call_flow.parse.meaning.dates import DATE, NAMED
from call_flow.parse.meaning.days import DAYS
from call_flow.parse.mentions import Span, overlaps

_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|januar|februar|märz|mai|juni|juli|oktober|dezember)"
)
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun|weekend|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)"
_SOME_HOURS = r"(?:mornings?|afternoons?|evenings?|vormittags?|nachmittags?|abends?)\b"
_RESERVED = re.compile(
    r"\b(?:by|on|with|upon) (?:prior )?(?:appointment|request|arrangement|demand)\b|\bappointments? only\b|"
    r"\bnach vereinbarung\b|\b(?:un)?til late\b|\btill late\b|"
    rf"\b(?:every|each) (?:other|second|third|1st|2nd|3rd|few)\b|\balternat(?:e|ing)\b|\bfortnight\w*|\bbi-?weekly\b|"
    rf"\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) {_DAY}|\bjede[nr]? (?:zweite[nr]?|dritte[nr]?)\b|"
    rf"\b(?:odd|even) weeks\b|\b(?:in|during|over|throughout) (?:the )?(?:summer|winter|spring|autumn|fall|"
    rf"off-?season)\b|"
    r"\b(?:summer|winter|seasonal|holiday|christmas) (?:opening )?(?:hours|times)\b|\bseason\b|"
    r"\b(?:school|summer|term|half-?term|winter) ?(?:holidays?|vacations?|breaks?|term|time)\b|\bterm[- ]?time\b|"
    r"\bim (?:sommer|winter)\b|\b(?:schul|sommer)?ferien\b|\bsometimes\b|\boccasionally\b|\bdepend\w*|\bvar(?:y|ies)\b|"
    rf"\b(?:from|between|in|during|until|since|as of|starting|ab|im|seit) {_MONTHS}\b(?! ?[0-9]{{1,2}}\b)|"
    rf"\b{_MONTHS} ?(?:-|\u2013|to|through|until|bis) ?{_MONTHS}\b|\bif it\b|\bunless\b|"
    rf"\b(?:{_DAY}\w*|day|week) (?:after|before|following)\b(?! [0-9])|\bhalf (?!past\b|hour|an?\b)|\bdreiviertel\b|"
    r"\bviertel (?!nach\b|vor\b)|"
    rf"\b(?:bank|public) holiday {_DAY}",
    re.IGNORECASE,
)
#: Closed on a part of days that are open besides.
_PARTLY_CLOSED = re.compile(
    rf"\b(?:closed|shut|geschlossen|off)\b[^,;.0-9]{{0,20}}{_DAY}\w*\s?{_SOME_HOURS}|"
    rf"{_DAY}\w*?\s?{_SOME_HOURS}[^,;.0-9]{{0,15}}\b(?:closed|shut|geschlossen)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except|excluding|excl\.?|apart from|other than|aside from|but not|außer|ausser|ausgenommen)\b", re.IGNORECASE
)
_EXCEPT_DAYS = re.compile(rf"{_EXCEPT.pattern}[\s:(]*(?:for |on |am |every |the )?(?P<days>{DAYS})", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"\s*(?:morning|afternoon|evening|night|lunch|vormittag|nachmittag|mittag|abend|am\b|pm\b)", re.IGNORECASE
)
_PAUSE = re.compile(r"\b(?:closed?|shut|lunch|break|geschlossen|\w*pause)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:provider|carrier|vendor|supplier|courier|accountant|neighbou?rs?|landlord|post office|msp|contractor|"
    r"warehouse|workshop|kitchen|helpdesk|(?:sales|support|service|billing|parts|repairs?|accounts) (?:department|team|"
    r"desk|line|hours|is|are)|department|dept|deliver(?:y|ies)|canteen|car ?park|gate|lager|werkstatt|their)\b",
    re.IGNORECASE,
)
#: What may stand around days and times that are opening hours without saying so.
_AROUND = re.compile(
    r"(?:we|['’]?re|are|is|am|it|our|the|this|from|on|at|in|of|to|and|but|or|by|only|also|usually|normally|regular|"
    r"generally|currently|here|there|work|working|works|staffed|available|reachable|office|offices|business|shop|store|"
    r"practice|clinic|studio|reception|front|desk|phones?|times?|schedule|days?|weekly|now|for|each|every|until|till|"
    r"through|thru|then|so|basically|please|note|monday|week|break|lunch|no|uhr|wir|sind|haben|ist|von|bis|am|der|die|"
    r"das|und|um|büro|praxis|geschäft|laden|zeiten|erreichbar|besetzt|da|immer|nur|auch|mittagspause|mittags|pause|"
    r"off|so|ausser|außer|ca|approx|about|o['’]?clock|hours|hrs|am|pm|morning|afternoon|evening|mornings|afternoons|"
    r"evenings|closed|except|excluding)\b",
    re.IGNORECASE,
)
_DAY_OFF = re.compile(
    rf"\b(?:{NAMED}|{DATE}|(?:(?:public|bank|federal|national|all|gesetzliche[nr]?)\s)*(?:holidays?|feiertage?n?))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_CUT = re.compile(r"[,;()]|\s[-\u2013\u2014]\s|\b(?:and|but|und|aber)\b", re.IGNORECASE)


def clauses(text: str) -> list[Span]:
    """The parts of a sentence that hold for some weeks only, or for a part of a day."""
    found: list[Span] = []
    for match in _RESERVED.finditer(text):
        cuts = [cut.span() for cut in _CUT.finditer(text)]
        start = max((end for _, end in cuts if end <= match.start()), default=0)
        end = min((begin for begin, _ in cuts if begin >= match.end()), default=len(text))
        found.append((start, end))
    if _PARTLY_CLOSED.search(text):
        found.append((0, len(text)))
    for match in _EXCEPT_DAYS.finditer(text):
        if _PART_OF_DAY.match(text, match.end()) or _PAUSE.search(text, 0, match.start()):
            found.append((0, len(text)))
    return found


def excepted(text: str) -> list[Span]:
    """The days that are taken off others: `Monday to Friday except Tuesdays`."""
    return [match.span("days") for match in _EXCEPT_DAYS.finditer(text)]


def is_of_others(text: str) -> bool:
    """Whether hours may be those of a department or of another company."""
    return _OTHERS.search(text) is not None


def is_plain(text: str, known: list[Span]) -> bool:
    """Whether nothing but small words stands around what is known, so that days and times can only be hours."""
    known = [*known, *(match.span() for match in _DAY_OFF.finditer(text))]
    return all(
        overlaps(match.span(), known) or _AROUND.fullmatch(match[0]) is not None for match in _WORD.finditer(text)
    )
