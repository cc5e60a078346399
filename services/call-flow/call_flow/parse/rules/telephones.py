"""Rules for telephones: who has which extension."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from call_flow.parse.meaning.places import is_a_name
from call_flow.parse.mentions import Span, overlaps
from call_flow.parse.rules import belongings
from call_flow.parse.rules.people import CUE, UNITS, may_be_called, names
from call_flow.parse.rules.scan import Part, Scan
from call_flow.parse.statement import Statement

_RANGE = re.compile(
    r"(?<![\w.:/+-])([1-9][0-9]{1,5})\s*(?:-|\u2013|\u2014|to|through|thru|bis|"
    r"\.{2,3})\s*([1-9][0-9]{1,5})(?![\w:/-]|[.,][0-9])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.:/+@$€£-])(?:[xX#])?([1-9][0-9]{1,5})(?![\w/%@]|[.,:-][0-9]|['’])")
#: What stands between the number of a telephone and its name.
_BETWEEN = re.compile(
    r"(?:['’]s)?(?:,(?=\s*ext))?[\s\-\u2013\u2014:=()|\t>]*(?:(?:is|has|uses|gets|sits|stays|keeps|on|at|ext|extension|extn|x|"
    r"phone|number|no|belongs|to|for|with|can|be|"
    r"reached|available|under|auf|hat|ist|die|der|das|unter|nebenstelle|durchwahl|assigned|will|have|use|goes|"
    r"should|get|the|name)\b[\s.\-\u2013\u2014:=()|#]*){0,6}",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:is|has|uses|gets|sits|on|ext|extension|extn|phone|belongs|for|reached|hat|ist|nebenstelle|durchwahl|"
    r"will have|use|get)\b|[(:=]",
    re.IGNORECASE,
)
_STREETS = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:street|st|avenue|ave|road|rd|drive|lane|ln|boulevard|blvd|way|court|place|square|highway|"
    r"hwy|parkway|suite|floor|straße|str|weg|platz|allee)\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:suite|room|floor|unit|apt|apartment|building|box|windows|(?:microsoft|ms) office|microsoft|version|no\.|"
    r"zip|plz|option|press|key|dial|taste|route|section|page|ticket|order|invoice|case|since|in|year|asterisk|level|"
    r"step|site|asset|priority|ref|serial|account|contract|job|vlan|port|rack|bay|desk|gate|highway|flight|model|type|"
    r"moved|for|within|after|every|about|approximately|around|over|between|from|nach)\s*#?$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^\W{0,3}(?:(?:our|the) )?(?:staff|team|people|employees|users|mitarbeiter|team members|extensions|"
    r"phones)(?: (?:are|is|include|list|members))?\s*(?::|are|sind)\s*(.+)$"
    r"|\b(?:we (?:have|are)|there are|team of) (?:(?:[2-9]|two|three|four|five|six|seven|eight|nine|"
    r"ten) )?(?:people|employees|staff|colleagues|users|of us|lawyers|dentists|doctors|attorneys|nurses|"
    r"agents)\s*(?::|,|-|\u2013|\()\s*(.+)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"[^:0-9]{2,40}:\s*(?=(?:ext\.?\s*|x|#)?[1-9][0-9]{1,5}(?:\s+|\s*[=:\u2013-]\s*)[(]?(?!and\b|und\b|or\b|"
    r"to\b)[^\W\d_])",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"ext|phone|staff|people|team|users|agent|mitarbeiter|nebenstellen|telefone|lawyers|doctors|colleagues",
    re.IGNORECASE,
)
_HEADINGS = re.compile(r"staff|people|team|users|mitarbeiter", re.IGNORECASE)
#: A word for telephones with the numbers that may stand between it and another.
_FOLLOWS = re.compile(
    r"(?:\b(?:ext(?:ensions?|\.|n)?|phones?|telephones?|handsets?|nebenstellen?|durchwahl(?:en)?|telefone?|numbered|"
    r"numbers)"
    r"\b\.?|x)\s*(?:,|are|is|from|numbered|numbers|:|\(|will be|von|sind|=)?\s*"
    r"(?:[1-9][0-9]{1,5}\s*(?:,|and|und|&|/|-|\u2013|to|bis|;)\s*(?:and\s+)?){0,60}$",
    re.IGNORECASE,
)
_ONLY_NUMBERS = re.compile(r"[0-9 ,;/&-]*(?:and|und)?\s*")
_LISTED_NAME = re.compile(r"[^,;&]+?(?=\s*(?:,|;|&|\band\b|\bund\b|\.?$))")
_AND = re.compile(r"^(?:and|und)\s+")
#: After a number: a further one, so that both are those of a group.
_MORE = re.compile(r"\s*(?:,|&|and|und)\s*[1-9][0-9]{1,5}(?![\w:-]|\.[0-9])")
_ONE_MORE = re.compile(r"(?<![\w:.-])[1-9][0-9]{1,5}\s*(?:,|&|and|und)\s*$")
_LINE = re.compile(
    r"\W{0,3}(?:(?P<before>[^\W\d_](?:[^\W\d_]|[ .,'’/&()-]){0,40}?)[\s:=|,\u2013\u2014-]+(?:ext\.?[ ]?|x|#)?"
    r"(?P<last>[1-9][0-9]{2,5})|"
    r"(?P<first>[1-9][0-9]{2,5})[\s:=|,\u2013\u2014-]+(?P<after>[^\W\d_](?:[^\W\d_]|[ .,'’/&()-]){0,40}))\.?",
    re.IGNORECASE,
)
#: The numbers of one list are alike but for their last two figures.
_NEIGHBOURS = 100
_FARTHEST = 40
_SHORTEST_ALONE = 3
#: Beside a small number: rather so many of them than somebody's name.
_COUNTED = re.compile(r"[a-zß-ÿ]+s(?: .*)?")
#: Figures that are the name of a product, or are dialled for help.
_NO_EXTENSIONS = ("365", "911", "999")


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    is_number: bool

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(frozen=True)
class _Pair:
    name: Span
    number: Span


def listed(scans: Sequence[Scan]) -> set[int]:
    """The places of lines that are nothing but a name and a number, and stand beside others that are."""
    found: set[int] = set()
    before: int | None = None
    for position, scan in enumerate(scans):
        match = _LINE.fullmatch(scan.text)
        is_named = match is not None and may_be_called(match["before"] or match["after"])
        number = int(match["last"] or match["first"]) if match and is_named else None
        if number is not None and before is not None and number // _NEIGHBOURS == before // _NEIGHBOURS:
            found |= {position - 1, position}
        before = number
    return found


def read(scan: Scan, *, is_in_a_list: bool) -> Iterator[Statement]:
    """The telephones that a sentence tells of."""
    heading = scan.sentence.heading
    title = _INLINE.match(scan.text)
    is_headed = bool(CUE.search(heading) or _HEADINGS.search(heading))
    is_listed = is_in_a_list or is_headed or (title is not None and _TITLES.search(title[0]) is not None)
    numbers = figures(scan) if scan.has_figures else []
    found = list(_pairs(scan, numbers, title.end() if title else 0, is_listed=is_listed)) if numbers else []
    yield from _with_belongings(scan, found)
    used = [pair.number for pair in found]
    yield from _only_numbers(scan, [span for span in numbers if not overlaps(span, used)], used, is_listed=is_listed)
    if not found:
        yield from _only_names(scan)
        yield from belongings.read(scan)


def figures(scan: Scan) -> list[Span]:
    """Where figures stand that may be extensions."""
    text, taken = scan.text, [*scan.taken, *scan.dates]
    found: list[Span] = []
    for match in _RANGE.finditer(text):
        is_counted = UNITS.match(text, match.end())
        if len(match[1]) == len(match[2]) and not overlaps(match.span(), taken) and not is_counted:
            found.append(match.span())
    for match in _NUMBER.finditer(text):
        if match[1] in _NO_EXTENSIONS or overlaps(match.span(1), [*taken, *found]) or UNITS.match(text, match.end()):
            continue
        if _STREETS.match(text, match.end()) or _PLACES.search(text, max(0, match.start() - 16), match.start()):
            continue
        found.append(match.span(1))
    return sorted(found)


def _pairs(scan: Scan, numbers: list[Span], begin: int, *, is_listed: bool) -> Iterator[_Pair]:
    """Numbers with the names that stand beside them, all before or all after."""
    named = [span for span in names(scan, numbers, is_listed=is_listed) if span[0] >= begin]
    tokens = [_Token(*span, True) for span in numbers] + [_Token(*span, False) for span in named]
    tokens.sort(key=lambda token: token.start)
    first = next(position for position, token in enumerate(tokens) if token.is_number)
    name_first = first > 0 and _joins(scan, tokens[first - 1], tokens[first])
    found: list[tuple[_Token, _Token]] = []
    position = 0
    while position + 1 < len(tokens):
        one, other = tokens[position : position + 2]
        is_pair = one.is_number is not name_first and other.is_number is name_first and _joins(scan, one, other)
        if is_pair and not (name_first and _MORE.match(scan.text, other.end)):
            found.append((one, other))
        position += 2 if is_pair else 1
    if not found and is_listed and len(tokens) == 2 and scan.text[tokens[0].end : tokens[1].start].strip() in ",;":
        found = [(tokens[0], tokens[1])]
    is_sure = is_listed or len(found) > 1 or bool(CUE.search(scan.text))
    for one, other in found:
        number, name = (one, other) if one.is_number else (other, one)
        if (
            not is_listed
            and _COUNTED.fullmatch(scan.text[slice(*name.span)])
            and number.end - number.start < _SHORTEST_ALONE
        ):
            continue
        is_said = number.start == 0 or _SAID.search(scan.text, one.end, other.start)
        if is_sure or (is_said and number.end - number.start >= _SHORTEST_ALONE):
            yield _Pair(name.span, number.span)


def _joins(scan: Scan, one: _Token, other: _Token) -> bool:
    return other.start - one.end <= _FARTHEST and _BETWEEN.fullmatch(scan.text, one.end, other.start) is not None


def _with_belongings(scan: Scan, pairs: list[_Pair]) -> Iterator[Statement]:
    """The pairs, each with the mail address and numbers that stand between it and the next."""
    for position, pair in enumerate(pairs):
        start, end = min(pair.name[0], pair.number[0]), max(pair.name[1], pair.number[1])
        following = pairs[position + 1] if position + 1 < len(pairs) else None
        limit = min(following.name[0], following.number[0]) if following else len(scan.text)
        parts: list[Part] = [("number", *pair.number), ("name", *pair.name)]
        yield scan.say("extension", start, end, *parts, *belongings.belongings(scan, end, limit))


def _only_numbers(scan: Scan, numbers: list[Span], used: list[Span], *, is_listed: bool) -> Iterator[Statement]:
    """Numbers that are told without names, after a word for telephones."""
    cue = CUE.search(scan.text)
    for start, end in numbers:
        before = scan.text[:start]
        is_alone = is_listed and _ONLY_NUMBERS.fullmatch(before)
        is_range = not scan.text[start:end].isdigit() and not used
        is_joined = used and (_MORE.match(scan.text, end) or _ONE_MORE.search(before))
        if is_alone or is_joined or (cue and (is_range or _FOLLOWS.search(before))):
            yield scan.say("extension", start, end, ("number", start, end))


def _only_names(scan: Scan) -> Iterator[Statement]:
    """People who are told without numbers, after a word for them."""
    match = _LISTED.search(scan.text)
    if match is None:
        return
    for item in _LISTED_NAME.finditer(scan.text, *match.span(match.lastindex or 0)):
        words = _AND.sub("", item[0].strip()).split("(")[0].strip(" .")
        if is_a_name(words):
            start = item.start() + item[0].index(words)
            yield scan.say("extension", start, start + len(words), ("name", start, start + len(words)))
