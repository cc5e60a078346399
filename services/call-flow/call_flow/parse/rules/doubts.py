"""Sentences that do not say what their words seem to say: negated, past, only considered, asked, or taken back."""

import re
from collections.abc import Sequence

from call_flow.parse.rules.scan import Scan

#: Words that make a sentence say something else than its other words do.
_NEGATED = re.compile(
    r"\b(?:not|no longer|don['’]?t|doesn['’]?t|isn['’]?t|aren['’]?t|won['’]?t|never|shouldn['’]?t|must ?n['’]?t|"
    r"neither|nor|weder|there is no|instead of|rather than|nicht|nie|cancel|remove|delete|scratch that|ignore|"
    r"wrong|incorrect|outdated|out of date|mistaken|falsch|veraltet)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:do|does|did|is|are|can|could|if|when|we['’]re|nobody|no one) ?(?:n['’]?t|not) (?:answer\w*|pick(?:s|"
    r"ed)? up|available|open|closed|get through|take (?:it|the call)|there)|"
    r"\b(?:doesn|isn|don|aren|can)['’]?t (?:answer\w*|pick(?:s|ed)? up|available|open|get through|take (?:it|"
    r"the call))|\bif not\b|\bnot answered\b|\bnot open\b|\bnot closed\b|do(?:n['’]t| not) (?:want|need|"
    r"use)(?: any)? (?:voice ?mail|mailbox\w*|answering machine)|"
    r"\bdo(?:n['’]t| not) close\b|\bnicht (?:rangeht|abnimmt|abhebt|geschlossen|besetzt)\b|\bwhether or not\b|"
    r"\b(?:the )?wrong (?:key|number|digit)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:maybe|perhaps|possibly|not sure|unsure|tbd|tbc|to be (?:decided|confirmed)|used to|formerly|previously|"
    r"in the past|until last|until now|up to now|so far|was on|old (?:system|number|phone|hours)|might|we are thinking|"
    r"we['’]re thinking|considering|probably|i think|not decided|undecided|(?:is|are) leaving|has left|leaves us|"
    r"moved? from|moves from|chang(?:ed|es|ing) from|swap|retir(?:es|ed|ing)|replac(?:es|ed|ing)|vielleicht|"
    r"eventuell|wahrscheinlich|früher|bisher|correction|sorry, )\b",
    re.IGNORECASE,
)
#: Words with which somebody corrects what they have just said.
_TAKES_BACK = re.compile(
    r"\bno,? wait\b|\bwait,? no\b|\boops\b|\bmake (?:that|it) (?:[0-9]|noon\b|midnight\b)|\bi meant?\b|"
    r"\bactually,? (?:make|no\b|it['’]?s|that|change|not)|(?:^|[,;–-])\s*actually\b|\bon second thoughts?\b|"
    r"\b(?:that|this|it)(?: is|['’]s| was| are)? (?:all )?(?:wrong|not right|incorrect|outdated|a mistake)\b|"
    r"\b(?:should|must) (?:be|read|say) [^,;.]{1,40},? not\b|\bthat should (?:be|read|say)\b|\bscratch that\b|"
    r"\bstrike that\b|\bforget (?:that|what)\b|\bkorrektur\b|\bvielmehr\b|\bstimmt (?:so )?nicht\b|"
    r"\bquatsch\b|^\W*(?:except|unless|but not|apart from|außer)\b|\bnein,? doch\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"\W*(?:(?:oh|hm+|no|wait|and|but|sorry|ps|hang on|all of)\b\W*){0,3}", re.IGNORECASE)
_ANNOUNCED = re.compile(r"(?:[\"“„»])[^\"”“«]{2,1000}[\"”“«]")
_TELLING = re.compile(
    r"[0-9@]|\b(?:open|clos|hour|ext|press|voice|ring|mail|call|holiday|queue|group|reception|operator|language|"
    r"english|greet|menu|phone|line\b|key\b|option)",
    re.IGNORECASE,
)


def doubted(scans: Sequence[Scan]) -> set[int]:
    """The places in the list of those that cannot be taken at their word."""
    found: set[int] = set()
    for position, scan in enumerate(scans):
        # What callers hear may be doubtful without the sentence being so.
        text = _ANNOUNCED.sub(" ", scan.text)
        back = _TAKES_BACK.search(text)
        if back is not None:
            found.add(position)
            begins = _BEGINNING.match(text)
            if position and begins is not None and back.start() <= begins.end():
                found.add(position - 1)
        elif is_question(scan) or _UNSURE.search(text) or _NEGATED.search(_HARMLESS.sub(" ", text)):
            found.add(position)
    return found


def is_question(scan: Scan) -> bool:
    """Whether a sentence asks."""
    return scan.text.rstrip().endswith("?")


def is_telling(scan: Scan) -> bool:
    """Whether a sentence may be about the telephones at all."""
    return _TELLING.search(scan.text) is not None
