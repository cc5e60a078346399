"""Rules for telephone numbers and mail addresses that belong to no single telephone."""

import re
from collections.abc import Iterator

from call_flow.parse.mentions import Span
from call_flow.parse.rules import words
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_COMPANYS = re.compile(
    r"(?P<label>(?:(?:main|sales|support|service|office|business|public|customer|fax|toll[- ]?free|freephone|second|"
    r"booking|order|emergency|billing|reception|general|local|published|telefax|haupt|direct|central|advertised|"
    r"head office|after[- ]hours|reservations?|appointments?|orders?|sales)\s+){0,3}"
    r"(?:phone ?numbers?|telephone numbers?|(?:[\w-]+ )?hotline|(?:[\w-]+ )?helpline|main line|line|numbers?|"
    r"fax(?: ?number)?|tel(?:ephone|efon)?|phone|telefonnummer|hauptnummer|rufnummer|nummer|toll[- ]?free|telefax|"
    r"did|main))\b\.?",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"[\s(:,\u2013-]*(?:(?:is|ist) (?:the|our|unsere) )?{_COMPANYS.pattern}", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:phone |telephone )?numbers?|did|nummer|phone|tel|telephone|telefon|telefonnummer|rufnummer|line", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:mobile|cell(?:ular)?|handy|mobil|on[- ]?call|home|private|personal|his|her)\b", re.IGNORECASE
)
#: A number of one person.
_ONES_OWN = re.compile(
    r"\b(?!(?:company|office|today)\b)[^\W\d_][\w-]*['’]s\s+(?:direct|own|extension|personal|phone|number|line|did)\b[^,;.]*$",
    re.IGNORECASE,
)
_CALL_US = re.compile(
    r"\b(?:call us|reach us|customers? (?:call|dial|reach)|callers? dial|clients call|we can be reached|(?:people|"
    r"patients|customers|clients|callers|they|everybody) (?:call|ring|phone)(?: us)?(?: on| at)?|calls? (?:come|"
    r"comes|coming) in (?:on|at|to)|unter der|erreichbar unter|numbers? (?:is|are|we (?:have|own|use)))\b",
    re.IGNORECASE,
)
_MAILBOX = re.compile(
    r"\bvm\b|\bvoice ?mails?\b|\bmessages?\b|\bmailbox\b|\brecordings\b|\bnachrichten?\b|\banrufbeantworter\b",
    re.IGNORECASE,
)
_MAILED = re.compile(
    r"e-?mail|\bsen[dt]\b|\bforward|\bdeliver|\bgo(?:es)? to\b|\bto\b|\ban\b|:|\bper mail\b", re.IGNORECASE
)
#: After a mail address: whose messages go there.
_FOR_ONE = re.compile(r"\s*\(?for\s+(?:ext\w*\.?\s*|x)?(?:[1-9][0-9]{1,5}\b|[^\W\d_a-z][\w-]+)")
_BUT = re.compile(r"\b(?:except|but|unless|other than|außer|aber)\b", re.IGNORECASE)
_EMERGENCY = re.compile(
    r"\bemergency (?:contacts?|notifications?|alerts?)\b|\b(?:dials?|calls?) (?:911|112|999|933|110|000)\b|\b(?:911|"
    r"112|999) calls?\b|\b(?:tell|notify|alert|inform) .{0,60}(?:911|112|999|emergency)|\bnotfallkontakt\b|"
    r"\bin (?:an|case of (?:an )?) ?emergenc\w+,? (?:notify|tell|alert|contact|inform)\b|\bcalls? for help\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:notify|tell|alert|inform|informed?|notified|alerted|contacts?(?: is| are)?|message|e-?mail|"
    r"notifications?(?: go)?(?: to)?|alerts?(?: go)?(?: to)?|notfallkontakt(?: ist)?|text)\b\s*(?:is|are|:|=|to|"
    r"should be|must be|-|\u2013)?\s*",
    re.IGNORECASE,
)
_NO_VOICEMAIL = re.compile(
    r"\b(?:no|without|do(?:n['’]t| not) (?:want|need|use)(?: any)?|kein(?:e|en)?|ohne) (?:voice ?mail|"
    r"mailbox(?:es)?|answering machine|anrufbeantworter)\b",
    re.IGNORECASE,
)
_DIRECT_DIAL = re.compile(
    r"\bcallers? (?:can|may|should be able to|must be able to) (?:also |directly |always )?dial (?:an |any |the |"
    r"a )?(?:extensions?|extension numbers?)\b|\bdial(?:ing)? (?:an )?extensions? (?:directly|at any time|"
    r"during the (?:menu|greeting))",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"^\W{0,3}(?:(?:should|must|will|always|directly) )*(?:go(?:es)?|rings?|is routed|leads?|calls go|"
    r"is answered by|geht|klingelt|→|->)",
    re.IGNORECASE,
)
_TO = re.compile(words.TO, re.IGNORECASE)


def is_private(before: str) -> bool:
    """Whether the words before a number say that it is one person's."""
    return _OTHER.search(before) is not None or _ONES_OWN.search(before) is not None


def read(scan: Scan, used: list[Span]) -> Iterator[Statement]:
    """What a sentence says besides; `used` are the places of numbers and addresses that belong to a telephone."""
    text = scan.text
    if match := _NO_VOICEMAIL.search(text):
        yield scan.say("no_voicemail", *match.span())
    if match := _DIRECT_DIAL.search(text):
        yield scan.say("direct_dial", *match.span())
    if match := _EMERGENCY.search(text):
        yield from _emergency(scan, match)
        return
    yield from _mailbox(scan, used)
    yield from _numbers(scan, used)


def _mailbox(scan: Scan, used: list[Span]) -> Iterator[Statement]:
    cue = _MAILBOX.search(scan.text)
    free = [span for span in scan.emails if span not in used]
    if cue is None or not free or not _MAILED.search(scan.text, cue.start()):
        return
    if any(_FOR_ONE.match(scan.text, end) for _, end in free) or (len(free) > 1 and _BUT.search(scan.text)):
        yield scan.say("uncertain", 0, len(scan.text))
        return
    parts: list[Part] = [("email", *span) for span in free]
    yield scan.say("mailbox", cue.start(), cue.end(), *parts)


def _numbers(scan: Scan, used: list[Span]) -> Iterator[Statement]:
    text = scan.text
    called = _CALL_US.search(text)
    previous = 0
    for start, end in scan.phones:
        before = text[previous:start]
        previous = end
        if (start, end) in used or is_private(before[-60:]):
            continue
        labels = list(_COMPANYS.finditer(text, start - len(before), start))
        label = labels[-1] if labels else None
        near = label is not None and _is_told(text, label, start)
        headed = re.search(r"\bnumbers?\b|\bphone\b|telefon|\blines\b|\bcontact\b", scan.sentence.heading)
        follows = _AFTER.match(text, end)
        if not (near or called or headed or follows or _GOES.match(text[end : end + 30])):
            continue
        parts: list[Part] = [("phone", start, end)]
        if near and label is not None and not _PLAIN.fullmatch(label["label"].strip()):
            parts.append(("label", *label.span("label")))
        elif follows and not near and not _PLAIN.fullmatch(follows["label"].strip()):
            parts.append(("label", *follows.span("label")))
        if _GOES.match(text[end : end + 30]) and (verb := _TO.search(text, end)):
            first, stop, _ = words.place(text, verb.end(), len(text))
            parts.append(("to", first, stop))
        yield scan.say("number", label.start() if near and label else start, end, *parts)


def _is_told(text: str, label: re.Match[str], start: int) -> bool:
    """Whether words before a number say whose it is: `our number +1 …`, `number: …`, `Fax …`, but no `the number …`."""
    between = text[label.end() : start]
    if len(between) > 40:
        return False
    before = text[: label.start()].rstrip().lower()
    is_ours = before.endswith(("our", "unsere", "we have a", "their")) or not before or before[-1] in ",;.:|&("
    return (
        is_ours
        or re.search(r"(?i)\b(?:is|are|ist|lautet|at|on)\b|[:=(\u2013-]", between) is not None
        or len(label[0].split()) > 1
    )


def _emergency(scan: Scan, match: re.Match[str]) -> Iterator[Statement]:
    parts: list[Part] = [("email", *span) for span in scan.emails]
    parts += [("phone", *span) for span in scan.phones]
    cue = _TELLS.search(scan.text, match.start())
    if cue is not None:
        first, stop, _ = words.place(scan.text, cue.end(), len(scan.text))
        for item in re.finditer(r"[^,&()]+?(?=\s*(?:,|&|\(|\)|\band\b|\bund\b|\.|$))", scan.text[first:stop]):
            said = re.sub(r"^(?:and|und)\s+", "", item[0].strip())
            if "@" in said or len(re.findall(r"[0-9]", said)) > 6:
                continue
            number = re.fullmatch(r"(?i)(?:ext(?:ension)?\.?\s*)?([0-9]{2,6})", said)
            at = first + item.start() + item[0].index(said)
            if number:
                at += said.index(number[1])
                parts.append(("number", at, at + len(number[1])))
            elif said:
                parts.append(("name", at, at + len(said)))
    if parts:
        yield scan.say("emergency_contact", match.start(), match.end(), *parts)
