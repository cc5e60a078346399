"""Phrases that several rules for where calls go have in common."""

import re
from collections.abc import Iterator

from call_flow.parse.rules.scan import Part

#: What leads to the place where calls go.
TO = (
    r"(?:(?<!\w)(?:should |must |will |shall |can |to |please |then |just |always |first |simply |automatically |"
    r"be |is |are |get |gets |it |they |which |that |and |who |let it |lets? )*"
    r"(?<!\w)(?:goes|go|gehen|geht|went|rings?(?: on| at| through to| to)?|ringing|klingel[nt]\w*(?: bei)?|routed?|"
    r"forward(?:ed|s)?|transfer(?:red|s)?|divert(?:ed|s)?|sent|send|sends|"
    r"connect(?:ed|s)?|tr(?:y|ies)|pass(?:ed|es)?|lead(?:s)?|answered|handled|picked up|taken|reach(?:es)?|call(?:s|"
    r"ed)?|"
    r"redirect(?:ed)?|weitergeleitet|weiter|kommen|leiten|leite|put through|overflow)"
    r"(?: (?:straight|directly|on|over|out|them|anrufe|die anrufe|alle anrufe|callers?|calls|it|him|her|all calls|"
    r"the call|the calls|everything|back|bitte|direkt|weiter))*"
    r"(?: (?:to|by|at|with|through to|into|an|auf|zu|bei|zum|zur))?\s+|\s*(?:→|->|=>)\s*)"
)
_KEEP = r"[^.;!?\n]"
#: What ends such a place: how long it rings, and where calls go after that.
_TAIL = re.compile(
    r"\s*[,;]?\s*(?:\((?:they |all )?rings?\b|\(?(?:and |und |or )?(?:if|when|wenn|unless|falls) (?:nobody|"
    r"no[ -]one|none|she|he|it|they|that|there|unanswered|not|busy|all|the|keiner|niemand|either|both)\b|"
    r"\bfor (?:up to |about )?[0-9]|\bwithin [0-9]|\bafter [0-9]|\bnach [0-9]|\bup to [0-9]|\bmax(?:imum|\.)? |"
    r"\bthen\b|\bdann\b|\botherwise\b|\bsonst\b|\belse\b|\bthereafter\b|\bafter that\b|"
    r"\bat the same time\b|\bsimultan\w+|\ball at once\b|\btogether\b|\bone after (?:the other|another)\b|"
    r"\bin (?:that |this )?(?:order|turn)\b|\bsequential\w*|\bround[- ]robin\b|\bgleichzeitig\b|\bnacheinander\b|"
    r"\bso that\b|\bbecause\b|"
    r"\bwhen (?:we|the office)\b|\bduring\b|\bafter hours\b|\boutside\b|\band callers\b|\bplease\b|\bwho (?:will|"
    r"should|can|must)\b|\bas soon as\b|\bduring\b|\bon (?:week|sat|sun|holi)\w+)",
    re.IGNORECASE,
)
SECONDS = re.compile(
    r"(?<![\w.:])((?:[0-9]{1,3}\s*(?:-|\u2013|to|or|bis|oder)\s*)?[0-9]{1,3})\s*(?:seconds?|secs?\b|sekunden|sek\b|"
    r"s\b|minutes?|mins?\b|minuten)",
    re.IGNORECASE,
)
MANNER = re.compile(
    r"at the same time|simultaneously|all at once|one after (?:the other|another)|in (?:that |this )?(?:order|turn)|"
    r"sequentially|round[- ]robin|rotat\w+|gleichzeitig|nacheinander",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:\bthen\b|\bdann\b|\botherwise\b|\bsonst\b|\bseconds?\b|\bsecs?\b|\bsekunden\b|\bminutes?\b|\bminuten\b|"
    r"answers?|answered|picks? up|available|abnimmt|rangeht|abhebt|meldet|busy|besetzt|free|there|thereafter|"
    r"after that)\s*,?\s*(?:(?:and|und|it|they|then|overflows?|try|tries|dann|the call|calls|callers?|go|goes|geht|"
    r"to|an|auf|zu[mr]?|send|"
    rf"should|must|will|leave|can|on|→|->|straight|directly|forward|the|a|zur|die|den)\s+)*({_KEEP}{{2,80}})",
    re.IGNORECASE,
)


def place(text: str, start: int, end: int) -> tuple[int, int, int]:
    """A place where calls go: where it stands, and where what follows it begins."""
    tail = _TAIL.search(text, start, end)
    stop = tail.start() if tail else end
    cut = re.search(r"[.;!?]\s|[.;!?]$|\s[-\u2013\u2014](?:\s|$)|\n", text[start:stop])
    stop = start + cut.start() if cut else stop
    return start, stop, stop


def tail(text: str, start: int, end: int) -> Iterator[Part]:
    """What a piece says about how long telephones ring, in which manner, and where calls go then."""
    if match := SECONDS.search(text, start, end):
        yield "seconds", *match.span()
    if match := MANNER.search(text, start, end):
        yield "manner", *match.span()
    if match := _THEN.search(text, start, end):
        first, stop, _ = place(text, *match.span(1))
        if text[first:stop].strip():
            yield "then", first, stop
