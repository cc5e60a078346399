"""Rules for telephones: who has which extension, and what else belongs to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from call_flow.parse.meaning.dates import DATE
from call_flow.parse.meaning.places import is_a_name
from call_flow.parse.mentions import Span, overlaps
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_CUE = re.compile(r"\b(?:ext(?:ensions?|\.|n)?|phones?|telephones?|handsets?|nebenstellen?|durchwahl(?:en)?|telefone?|x(?=[0-9]))\b", re.IGNORECASE)
_RANGE = re.compile(r"(?<![\w.:/+-])([1-9][0-9]{1,5})\s*(?:-|\u2013|\u2014|to|through|thru|bis|\.{2,3})\s*([1-9][0-9]{1,5})(?![\w:/-]|[.,][0-9])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.:/+@$€£-])(?:[xX#])?([1-9][0-9]{1,5})(?![\w:/%@]|[.,][0-9]|-[0-9]|['’])")
#: What stands between the number of a telephone and its name.
_BETWEEN = re.compile(
    r"[\s\-\u2013\u2014:=()|\t>]*(?:(?:is|has|uses|gets|sits|on|at|ext|extension|extn|x|phone|number|no|belongs|to|for|with|can|be|"
    r"reached|available|under|auf|hat|ist|die|der|das|unter|nebenstelle|durchwahl|assigned|will|have|use|goes|should|get|the|name)\b[\s.\-\u2013\u2014:=()|#]*){0,6}",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:is|has|uses|gets|sits|on|ext|extension|extn|phone|belongs|for|reached|hat|ist|nebenstelle|durchwahl|will have|use|get)\b|[(:=]", re.IGNORECASE)
_UNITS = re.compile(
    r"\s*(?:seconds?|secs?|s\b|minutes?|mins?|hours?|hrs?|uhr|days?|weeks?|months?|years?|people|persons?|employees|staff|phones|telephones|"
    r"lines|calls?|users|sites|offices|locations|rings|times|%|percent|am\b|pm\b|a\.m|p\.m|st\b|nd\b|rd\b|th\b|sekunden|minuten|"
    r"mitarbeiter|leute|telefone|x\b|channels|desks|rooms|beds|seats|euros?|dollars?|miles|feet|agents|volunteers|lawyers|dentists)",
    re.IGNORECASE,
)
_STREETS = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:street|st|avenue|ave|road|rd|drive|lane|ln|boulevard|blvd|way|court|place|square|highway|hwy|parkway|suite|floor|straße|str|weg|platz|allee)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(r"\b(?:suite|room|floor|unit|apt|apartment|building|box|windows|office|microsoft|version|no\.|zip|plz|option|press|key|dial|taste|route|section|page|ticket|order|invoice|case|since|in|year|asterisk|level|step|for|within|after|every|about|approximately|around|over|between|from|nach)\s*#?$", re.IGNORECASE)
_WORD = r"[^\W\d_][\w'’.-]{0,40}"
_NAME = re.compile(rf"(?:(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau)\.?\s)?{_WORD}(?:[ ]{_WORD}){{0,3}}(?:, {_WORD}(?=\s*[;|\t]|$))?")
_LISTED = re.compile(
    r"^\W{0,3}(?:(?:our|the) )?(?:staff|team|people|employees|users|mitarbeiter|team members|extensions|phones)(?: (?:are|is|include|list|members))?\s*(?::|are|sind)\s*(.+)$"
    r"|\b(?:we (?:have|are)|there are|team of) (?:(?:[2-9]|two|three|four|five|six|seven|eight|nine|ten) )?(?:people|employees|staff|colleagues|users|of us|lawyers|dentists|doctors|attorneys|nurses|agents)\s*(?::|,|-|\u2013|\()\s*(.+)$",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?:mobile|cell(?:ular)?(?: ?phone)?|handy|mobil)\b[^0-9+(]{0,25}$", re.IGNORECASE)
_DIRECT = re.compile(r"(?:direct(?: line| number| dial)?|did|ddi|durchwahl)\b[^0-9+(]{0,25}$", re.IGNORECASE)
_OWNS = re.compile(rf"({_WORD}(?:[ ]{_WORD}){{0,2}})['’]s?\s+(?:e-?mail|mail|mobile|cell|direct|address|personal|work|extension|ext)\b", re.IGNORECASE)
_REACHED = re.compile(rf"^({_WORD}(?:[ ]{_WORD}){{0,2}})\s*(?:\(|<|:|,|-|\u2013|has|can be reached|is reachable|uses)", re.IGNORECASE)
_JOINTS = {"and", "or", "is", "are", "has", "have", "on", "at", "with", "for", "the", "to", "und", "hat", "ist", "auf", "uses", "gets", "sits", "ext", "extension", "phone", "x", "belongs", "will", "can", "should", "number", "phones", "extensions", "our", "we", "a", "an", "her", "his", "in", "who", "also", "plus", "mit", "der", "die", "das", "reached", "available", "directly", "under", "calls", "rings", "ring"}


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    is_number: bool


def read(scan: Scan) -> Iterator[Statement]:
    """The telephones that a sentence tells of."""
    heading = scan.sentence.heading
    is_listed = bool(_CUE.search(heading)) or any(word in heading for word in ("staff", "people", "team", "users", "mitarbeiter"))
    numbers = _numbers(scan)
    found = list(_pairs(scan, numbers, is_listed)) if numbers else []
    yield from _with_details(scan, found)
    used = [span for item in found for span in item.numbers]
    yield from _only_numbers(scan, [item for item in numbers if not overlaps(item, used)], is_listed, used)
    if not found:
        yield from _only_names(scan, is_listed)
        yield from _owned(scan)


@dataclass(frozen=True)
class _Pair:
    name: Span
    numbers: list[Span]


def _numbers(scan: Scan) -> list[Span]:
    """Where figures stand that may be extensions."""
    dates = [match.span() for match in re.finditer(DATE, scan.text, re.IGNORECASE)]
    taken = [*scan.taken, *dates]
    found: list[Span] = []
    for match in _RANGE.finditer(scan.text):
        if len(match[1]) == len(match[2]) and not overlaps(match.span(), taken) and not _UNITS.match(scan.text, match.end()):
            found.append(match.span())
    for match in _NUMBER.finditer(scan.text):
        span = match.span(1)
        if overlaps(span, [*taken, *found]) or _UNITS.match(scan.text, match.end()):
            continue
        if _STREETS.match(scan.text, match.end()) or _PLACES.search(scan.text, max(0, match.start() - 16), match.start()):
            continue
        found.append(span)
    return sorted(found)


def _pairs(scan: Scan, numbers: list[Span], is_listed: bool) -> Iterator[_Pair]:
    names = _names(scan, numbers, is_listed)
    tokens = sorted([_Token(*span, True) for span in numbers] + [_Token(*span, False) for span in names], key=lambda t: t.start)
    first = next((i for i, token in enumerate(tokens) if token.is_number), None)
    if first is None:
        return
    name_first = first > 0 and _joins(scan, tokens[first - 1], tokens[first])
    pairs: list[tuple[_Token, _Token]] = []
    position = 0
    while position + 1 < len(tokens):
        one, other = tokens[position], tokens[position + 1]
        if one.is_number != name_first and one.is_number != other.is_number and _joins(scan, one, other):
            pairs.append((one, other))
            position += 2
        else:
            position += 1
    if len(tokens) == 2 and not pairs and is_listed and scan.text[tokens[0].end : tokens[1].start].strip() in (",", ";", "\t", ""):
        pairs = [(tokens[0], tokens[1])]
    sure = is_listed or len(pairs) > 1 or bool(_CUE.search(scan.text))
    for one, other in pairs:
        number, name = (one, other) if one.is_number else (other, one)
        between = scan.text[one.end : other.start]
        starts = number.start == 0 and number.end - number.start > 2
        if sure or starts or (_SAID.search(between) and number.end - number.start > 2):
            yield _Pair((name.start, name.end), [(number.start, number.end)])


def _joins(scan: Scan, one: _Token, other: _Token) -> bool:
    between = scan.text[one.end : other.start]
    return len(between) <= 40 and _BETWEEN.fullmatch(between) is not None


def _names(scan: Scan, numbers: list[Span], is_listed: bool) -> list[Span]:
    """Where names stand; in a list of telephones also those in small letters, right after a number."""
    found: list[Span] = []
    for match in _NAME.finditer(scan.text):
        if not overlaps(match.span(), [*scan.emails]):
            found += _trimmed(scan.text, match.start(), match.end())
    if is_listed or _CUE.search(scan.text):
        for _, end in numbers:
            small = re.compile(r"\s*[-\u2013\u2014:=(|\t]?\s*(?:is\s+)?((?:the\s+)?[a-zß-ÿ][\w'’-]{1,30}(?: (?!and\b|und\b|on\b|is\b)[a-zß-ÿ][\w'’-]{1,30}){0,2})\s*(?=[,;.)|]|$|\s(?:and|und)\s)").match(scan.text, end)
            if small and not _UNITS.match(scan.text, end) and not overlaps(small.span(1), found) and small[1].split()[0] not in _JOINTS:
                found.append(small.span(1))
    return sorted(found)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The runs of words in a piece that can be names."""
    words = [match.span() for match in re.finditer(r"[^\s,]+,?", text[start:end])]
    run: list[Span] = []
    for first, last in [*words, (end - start, end - start)]:
        word = text[start + first : start + last].rstrip(",.")
        begins = bool(word) and not word[0].islower()
        particle = bool(run) and word.lower() in ("van", "von", "de", "da", "del", "la", "der", "den", "di", "al", "bin", "zu")
        if word and (begins or particle) and word.lower() not in _JOINTS:
            run.append((start + first, start + first + len(word)))
            continue
        if run and is_a_name(text[run[0][0] : run[-1][1]].replace(",", "")):
            yield run[0][0], run[-1][1]
        elif len(run) > 1 and is_a_name(text[run[1][0] : run[-1][1]].replace(",", "")):
            yield run[1][0], run[-1][1]
        run = []


def _with_details(scan: Scan, pairs: list[_Pair]) -> Iterator[Statement]:
    """The pairs, each with the mail address and numbers that stand between it and the next."""
    for position, pair in enumerate(pairs):
        start = min(pair.name[0], pair.numbers[0][0])
        end = max(pair.name[1], pair.numbers[0][1])
        following = pairs[position + 1] if position + 1 < len(pairs) else None
        limit = min(following.name[0], following.numbers[0][0]) if following else len(scan.text)
        parts: list[Part] = [("number", *span) for span in pair.numbers]
        parts += [("name", *pair.name), *_belongings(scan, end, limit)]
        yield scan.say("extension", start, end, *parts)


def _belongings(scan: Scan, start: int, limit: int) -> Iterator[Part]:
    emails = [span for span in scan.emails if start <= span[0] < limit]
    if len(emails) == 1 and not re.search(r"(?i)voice ?mail|messages?\b|mailbox", scan.text[start : emails[0][0]]):
        yield "email", *emails[0]
    for span in scan.phones:
        if start <= span[0] < limit:
            if _MOBILE.search(scan.text, max(start, span[0] - 40), span[0]):
                yield "mobile", *span
            elif _DIRECT.search(scan.text, max(start, span[0] - 40), span[0]):
                yield "direct", *span


def _only_numbers(scan: Scan, numbers: list[Span], is_listed: bool, used: list[Span]) -> Iterator[Statement]:
    """Numbers that are told without names, after a word for telephones."""
    cue = _CUE.search(scan.text)
    for start, end in numbers:
        is_range = not scan.text[start:end].isdigit()
        before = scan.text[:start]
        follows = re.search(r"(?:\b(?:ext(?:ensions?|\.|n)?|phones?|telephones?|handsets?|nebenstellen?|durchwahl(?:en)?|telefone?|numbered|numbers)\b\.?|x)\s*(?:are|is|from|numbered|numbers|:|\(|will be|von|sind|=)?\s*(?:[1-9][0-9]{1,5}\s*(?:,|and|und|&|/|-|\u2013|to|bis|;)\s*(?:and\s+)?){0,60}$", before, re.IGNORECASE)
        if (cue and follows) or (is_listed and not before.strip(" ,;/-")) or (is_listed and re.fullmatch(r"[0-9 ,;/&]*(?:and|und)?\s*", before)):
            yield scan.say("extension", start, end, ("number", start, end))
        elif is_range and cue and not used:
            yield scan.say("extension", start, end, ("number", start, end))


def _only_names(scan: Scan, is_listed: bool) -> Iterator[Statement]:
    """People who are told without numbers, after a word for them."""
    match = _LISTED.search(scan.text)
    if match is None:
        return
    group = 1 if match[1] else 2
    start, end = match.span(group)
    items = list(re.finditer(r"[^,;&]+?(?=\s*(?:,|;|&|\band\b|\bund\b|\.?$))", scan.text[start:end]))
    for item in items:
        words = re.sub(r"^(?:and|und)\s+", "", item[0].strip())
        words = words.split("(")[0].strip(" .")
        if is_a_name(words):
            first = start + item.start() + item[0].index(words)
            yield scan.say("extension", first, first + len(words), ("name", first, first + len(words)))


def _owned(scan: Scan) -> Iterator[Statement]:
    """What belongs to one person: `Ann's mobile is …`, `Ann Archer <ann@…>`."""
    match = _OWNS.search(scan.text) or (_REACHED.search(scan.text) if scan.taken else None)
    if match is None:
        return
    found = list(_trimmed(scan.text, *match.span(1)))
    parts = list(_belongings(scan, match.end(1), len(scan.text)))
    if found and parts:
        yield scan.say("extension", found[-1][0], match.end(1), ("name", *found[-1]), *parts)
