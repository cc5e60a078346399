"""What a model made of a text, held against the sentences that it quotes.

All of its pieces stand in the text; still they may be put together wrongly, or be of a sentence that says the opposite.
So a statement is not taken where its sentence is negated, asked or only considered, has none of the words without which
a statement of its kind cannot be, or is read in another way by the rules. The sentence is asked about instead.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from call_flow.parse.meaning import times
from call_flow.parse.meaning.days import weekdays
from call_flow.parse.mentions import overlaps
from call_flow.parse.rules import contacts, doubts, partly, routes, telephones
from call_flow.parse.rules.company import is_abroad
from call_flow.parse.rules.scan import Scan
from call_flow.parse.sentences import Sentence
from call_flow.parse.statement import Fragment, Kind, Role, Statement
from call_flow.spec.words import Misunderstood, folded

#: Kinds that are easily mistaken for their opposite, with words of which one is there when they are meant.
_WORDS: Mapping[Kind, str] = {
    "always_open": r"24\s?(?:/|x|h|st)|round the clock|always|day and night|\b365\b|never close|rund um die uhr|"
    r"immer",
    "no_voicemail": r"\b(?:no|not|without|never|kein\w*|ohne)\b|n['’]t\b",
    "direct_dial": r"(?=.*(?:\bdial|\benter|\btype|wähl))(?=.*(?:\bext|durchwahl|nebenstelle|\bdirect))",
    "closed": r"clos|\bshut|\boff\b|\bnot?\b|nobody|no one|never|except|away|geschlossen|ruhetag|\bzu\b|außer",
    "break": r"lunch|\bbreak|pause|siesta|mittag|clos|\bshut|geschlossen|between",
    "holiday": r"holiday|clos|\bshut|\boff\b|\bnot\b|away|vacation|except|feiertag|geschlossen|urlaub|ferien|"
    r"\bzu\b|frei",
    "working_holiday": r"\bopen|work|except|\bnot\b|geöffnet|außer|stay",
    "greeting": r"greet|welcome|\bhear|\bsay|answer|announc|message|record|intro|thank|hello|play|begrüß|ansage|"
    r"willkommen|"
    r"[\"“„»]",
    "emergency_contact": r"emergenc|\b(?:911|112|999|000|110|933)\b|notfall|notruf|safety|alarm|\bhelp\b",
    "mailbox": r"voice ?mail|\bvm\b|message|mailbox|record|machine|nachricht|anrufbeantworter",
    "after_hours": r"clos|after|night|evening|weekend|outside|\bout of|left|gone|nobody|no one|otherwise|"
    r"other times|shut|"
    r"late|before|feierabend|nachts|abends|außerhalb|sonst|geschlossen",
    "on_holidays": r"holiday|feiertag|christmas|easter|new year|vacation|urlaub|ferien",
}  # fmt: skip
_CUES = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
_WAYS: frozenset[Kind] = frozenset(("during_hours", "after_hours", "on_holidays", "no_answer", "operator"))
_WEEK: frozenset[Kind] = frozenset(("hours", "closed", "always_open", "break"))
#: What a figure may be that is an extension somewhere else in the text too.
_OF_TELEPHONES: frozenset[Kind] = _WAYS | {
    "extension",
    "group",
    "queue",
    "menu",
    "emergency_contact",
    "number",
    "mailbox",
}
_BEFORE = 60


def believed(told: Sequence[Statement], found: Sequence[Sentence], read: Sequence[Statement]) -> list[Statement]:
    """The statements that nothing in their sentences speaks against; for the others, their sentences as uncertain.

    `read` is what the rules made of the same sentences.
    """
    scans = [Scan(sentence) for sentence in found]
    doubted = doubts.doubted(scans)
    ends = [sentence.fragment.end for sentence in found]
    of_sentence: dict[int, list[Statement]] = {}
    for other in read:
        of_sentence.setdefault(other.sentence, []).append(other)
    kept: dict[Statement, None] = {}
    for statement in told:
        first = last = bisect_right(ends, statement.quote.start)
        while last < len(found) and found[last].start < statement.quote.end:
            last += 1
        around = scans[first:last]
        beside = [other for scan in around for other in of_sentence.get(scan.sentence.index, ())]
        is_doubted = any(place in doubted for place in range(first, last))
        is_read = statement.kind == "uncertain" or any(_agree(statement, other) for other in beside)
        if is_read or (not is_doubted and _stands(statement, around, beside)):
            kept[statement] = None
        else:
            kept[_asked(statement, around)] = None
    return list(kept)


def _asked(statement: Statement, around: Sequence[Scan]) -> Statement:
    whole = around[0].sentence.fragment if len(around) == 1 else statement.quote
    return Statement("uncertain", whole, (), statement.sentence)


def _stands(statement: Statement, around: Sequence[Scan], beside: Sequence[Statement]) -> bool:
    cue = _CUES.get(statement.kind)
    if cue is not None and not any(cue.search(f"{scan.sentence.heading} {scan.text}") for scan in around):
        return False
    check = _CHECKS.get(statement.kind)
    if check is not None and not check(statement, around):
        return False
    return not any(_meet(statement.quote, other.quote) and _oppose(statement, other) for other in beside)


def _is_an_extension(statement: Statement, around: Sequence[Scan]) -> bool:
    """Whether its figures may be the number of a telephone: those of streets, invoices, dates are none."""
    shapes = [
        (scan.sentence.start + start, scan.sentence.start + end)
        for scan in around
        for start, end in telephones.figures(scan)
    ]
    return all(overlaps((number.start, number.end), shapes) for number in statement.all("number"))


def _is_an_hour(statement: Statement, around: Sequence[Scan]) -> bool:
    """Whether it holds every week, and its start stands before its end."""
    opens, closes = statement.one("opens"), statement.one("closes")
    if opens is not None and closes is not None and closes.start < opens.end:
        return False
    quote = statement.quote
    return not any(
        scan.sentence.start + start < quote.end and quote.start < scan.sentence.start + end
        for scan in around
        for start, end in partly.clauses(scan.text)
    )


def _is_the_companys(statement: Statement, around: Sequence[Scan]) -> bool:
    """Whether its numbers are not said to be those of one person."""
    return not any(
        contacts.is_private(scan.text[:place][-_BEFORE:])
        for phone in statement.all("phone")
        for scan in around
        if 0 <= (place := phone.start - scan.sentence.start) < len(scan.text)
    )


def _is_here(statement: Statement, around: Sequence[Scan]) -> bool:
    """Whether a country is where the company is, and not where its customers are."""
    return not any(is_abroad(scan.text) for scan in around)


def _is_of_its_time(statement: Statement, around: Sequence[Scan]) -> bool:
    """Whether a sentence that speaks of one time is not taken for another."""
    kinds = {kind for scan in around for kind in routes.times_of(scan.text)}
    return not kinds or statement.kind in kinds


_CHECKS: Mapping[Kind, Callable[[Statement, Sequence[Scan]], bool]] = {
    "extension": _is_an_extension,
    "hours": _is_an_hour,
    "break": _is_an_hour,
    "number": _is_the_companys,
    "country": _is_here,
    "during_hours": _is_of_its_time,
    "after_hours": _is_of_its_time,
    "on_holidays": _is_of_its_time,
}


def _agree(statement: Statement, other: Statement) -> bool:
    """Whether the rules read the same, or more, in the same pieces."""
    if statement.kind != other.kind or not _meet(statement.quote, other.quote):
        return False
    return all(any(_meet(piece, same) for same in other.all(role)) for role, piece in statement.parts)


def _oppose(statement: Statement, other: Statement) -> bool:
    """Whether the rules read the same pieces as something else."""
    kinds = {statement.kind, other.kind}
    found = False
    if kinds == {"extension"}:
        found = _are_parted(statement, other)
    elif statement.kind == "extension" and other.kind not in _OF_TELEPHONES:
        found = any(_meet(number, piece) for number in statement.all("number") for _, piece in other.parts)
    elif kinds <= _WEEK:
        found = _differ(statement, other)
    elif kinds <= _WAYS:
        found = len(kinds) > 1 and _share(statement, other, "to", "then")
    elif kinds == {"menu"}:
        found = _alike(statement, other, "key") and _unlike(statement, other, "label")
    elif kinds == {"number"}:
        found = _alike(statement, other, "phone") and _unlike(statement, other, "label")
    return found


def _are_parted(one: Statement, other: Statement) -> bool:
    """Whether of a number, a name, an address one is the same and another is not."""
    roles: tuple[Role, ...] = ("number", "name", "email", "mobile", "direct")
    same = any(_alike(one, other, role) for role in roles)
    return same and any(_unlike(one, other, role) for role in roles)


def _differ(one: Statement, other: Statement) -> bool:
    """Whether two statements about the week say different things of the same days."""
    with suppress(Misunderstood):
        days, others = ({day for piece in item.all("days") for day in weekdays(piece.text)} for item in (one, other))
        if not days & others or "break" in (one.kind, other.kind):
            return False
        if one.kind != other.kind:
            return days >= others
        spans = [(item.one("opens"), item.one("closes")) for item in (one, other)]
        first, second = (
            times.interval(opens.text, closes.text) if opens and closes else None for opens, closes in spans
        )
        return first is not None and second is not None and first != second and days <= others
    return False


def _share(one: Statement, other: Statement, *roles: Role) -> bool:
    pieces = [piece for role in roles for piece in other.all(role)]
    return any(_meet(mine, theirs) for role in roles for mine in one.all(role) for theirs in pieces)


def _alike(one: Statement, other: Statement, role: Role) -> bool:
    mine, theirs = one.one(role), other.one(role)
    return mine is not None and theirs is not None and folded(mine.text) == folded(theirs.text)


def _unlike(one: Statement, other: Statement, role: Role) -> bool:
    """Whether both have a piece of this role, and neither is a part of the other."""
    mine, theirs = one.one(role), other.one(role)
    return (
        mine is not None and theirs is not None and not _meet(mine, theirs) and folded(mine.text) != folded(theirs.text)
    )


def _meet(one: Fragment, other: Fragment) -> bool:
    return one.start < other.end and other.start < one.end
