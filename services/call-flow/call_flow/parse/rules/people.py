"""Where names stand in a sentence."""

import re
from collections.abc import Iterator

from call_flow.parse.meaning.places import is_a_name
from call_flow.parse.mentions import Span, overlaps
from call_flow.parse.rules.scan import Scan

#: A word of a name.
WORD = r"[^\W\d_][\w'’.-]{0,40}"
#: Words that mean telephones.
CUE = re.compile(
    r"\b(?:ext(?:ensions?|s|\.|n)?|phones?|telephones?|handsets?|nebenstellen?|durchwahl(?:en)?|telefone?)\b|"
    r"\bx(?=[0-9])",
    re.IGNORECASE,
)
#: What is counted in it is no extension.
UNITS = re.compile(
    r"\s*(?:seconds?|secs?|s\b|minutes?|mins?|hours?|hrs?|uhr|days?|weeks?|months?|years?|people|persons?|employees|"
    r"staff|phones|telephones|"
    r"lines|calls?|users|sites|offices|locations|rings|times|%|percent|am\b|pm\b|a\.m|p\.m|st\b|nd\b|rd\b|th\b|"
    r"sekunden|minuten|"
    r"mitarbeiter|leute|telefone|x\b|channels|desks|rooms|beds|seats|euros?|dollars?|miles|feet|agents|volunteers|"
    r"lawyers|dentists|[kmg]bit\w*|[kmg]b\b|mbps|usd\b|eur\b|gbp\b|chf\b|units?\b|pieces|pcs\b|licen[cs]es|devices|"
    r"visitors|patients|students|pupils|guests|clients|customers|members|meters?|metres?|km\b|kg\b|watts?|volts?|hz\b|"
    r"orders|tickets|emails|messages|handsets|headsets|faxes|printers|computers|laptops|"
    r"cameras|branches|floors|stores|shops|vans|trucks|cars)",
    re.IGNORECASE,
)
_NAME = re.compile(rf"(?:(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau)\.?\s)?{WORD}(?:[ ]{WORD}){{0,9}}(?:, {WORD}(?=\s*[;|\t]|$))?")
_BRACKET = re.compile(r"\s*\(((?:the\s+)?[^\W\d_][^()0-9,;@]{1,40})\)")
_SMALL = re.compile(
    r"\s*[-\u2013\u2014:=(|\t]?\s*(?:is\s+)?(?:the\s+)?([a-zß-ÿ][\w'’-]{1,30}(?: (?!and\b|und\b|on\b|"
    r"is\b)[a-zß-ÿ][\w'’-]{1,30})"
    r"{0,2})\s*(?=[,;.()|]|$|\s(?:and|und)\s)"
)
#: Names in small letters before their numbers: `front desk 100, kitchen 101`, `cellar is extension 14`.
_SMALL_FIRST = re.compile(
    r"(?:^|[,;]\s+(?:and\s+)?|\band\s+|\()(?:the\s+)?([a-zß-ÿ]{3,20}(?: [a-zß-ÿ]{2,20}){0,2})"
    r"(?=\s(?:\([^()]{1,30}\)\s)?(?:is (?:on |at )?(?:ext\w*\.? )?)?[1-9][0-9]{1,5}(?![\w:-]|\.[0-9]))"
)


_SMALL_AFTER = re.compile(r"(?: [a-zß-ÿ]{2,20}){1,2}(?=\s*(?:[,;.()|]|$|(?:and|und) ))")
_SMALL_BETWEEN = re.compile(
    r"(?: [a-zß-ÿ]{2,20}){1,2}?(?=\s+(?:[-\u2013] )?(?:(?:is|has|on|at) ){0,2}(?:ext\w*\.? |x)?[1-9][0-9]{1,5}\b)"
)
#: A word with a point is the end of a name, if it is longer than titles and initials are.
_SHORT_TITLE = 4
_PIECE = re.compile(r"[^\s,]+,?")
_OWN = re.compile(r"['’]s$")
#: Words that join names and numbers, and are part of neither.
_JOINT_WORDS = """
and or is are has have on at with for the to und hat ist auf uses gets sits ext extension phone x belongs will can
should number phones extensions our we a an her his in who also plus mit der die das reached available directly under
calls rings ring
"""
_JOINTS = frozenset(_JOINT_WORDS.split())
_PARTICLES = ("van", "von", "de", "da", "del", "la", "der", "den", "di", "al", "bin", "zu")


def names(scan: Scan, numbers: list[Span], *, is_listed: bool) -> list[Span]:
    """Where names stand; beside the numbers of telephones also those in small letters."""
    found: list[Span] = []
    for match in _NAME.finditer(scan.text):
        start, end = match.span()
        end = min([end, *(first for first, last in scan.emails if first < end and start < last)])
        found += runs(scan.text, start, end)
    if is_listed or len(numbers) > 1 or CUE.search(scan.text):
        found = [_with_small_words(scan.text, span, numbers) for span in found]
        found = _after_numbers(scan.text, found, numbers)
        for match in _SMALL_FIRST.finditer(scan.text):
            if not overlaps(match.span(1), found) and not _joins(match[1]):
                found.append(match.span(1))
    return sorted(found)


def runs(text: str, start: int, end: int) -> Iterator[Span]:
    """The runs of words in a piece that can be names."""
    run: list[Span] = []
    for first, last in [*(match.span() for match in _PIECE.finditer(text, start, end)), (end, end)]:
        word = text[first:last].rstrip(",.")
        is_end = text[last - 1 : last] == "." and len(word) > _SHORT_TITLE
        owns = _OWN.search(word)
        word = word[: owns.start()] if owns else word
        begins = bool(word) and not word[0].islower()
        if word and word.lower() not in _JOINTS and (begins or (run and word.lower() in _PARTICLES)):
            run.append((first, first + len(word)))
            if not owns and not is_end:
                continue
        for part in (run, run[1:]):
            if part and is_a_name(text[part[0][0] : part[-1][1]].replace(",", "")):
                yield part[0][0], part[-1][1]
                break
        run = []


def may_be_called(words: str) -> bool:
    """Whether these few words name somebody or a place with a telephone, and say nothing more."""
    parts = words.split()
    return 0 < len(parts) <= 4 and not any(part.strip(".,()-").lower() in _JOINTS for part in parts)


def _after_numbers(text: str, found: list[Span], numbers: list[Span]) -> list[Span]:
    """With the names that follow numbers in brackets or small letters."""
    for _, end in numbers:
        if bracket := _BRACKET.match(text, end):
            found = [span for span in found if not overlaps(span, [bracket.span()])] + [bracket.span(1)]
            continue
        small = _SMALL.match(text, end)
        if small is None or UNITS.match(text, end) or overlaps(small.span(1), found):
            continue
        if small[1].split()[0] not in _JOINTS:
            found.append(small.span(1))
    return found


def _with_small_words(text: str, span: Span, numbers: list[Span]) -> Span:
    """A name with the words in small letters that belong to it: `201 Front desk`, `Front desk 201`."""
    start, end = span
    follows_a_number = any(0 <= start - last <= 4 for _, last in numbers)
    match = (_SMALL_AFTER.match(text, end) if follows_a_number else None) or _SMALL_BETWEEN.match(text, end)
    if match is None or _joins(match[0]) or CUE.search(match[0]):
        return span
    return start, match.end()


def _joins(text: str) -> bool:
    return any(word in _JOINTS for word in text.split())
