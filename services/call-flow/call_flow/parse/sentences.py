"""A text as its sentences, each with its place and the heading it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from call_flow.parse.statement import Fragment, cut

#: Longer ones are cut, so that no rule meets more than this at once.
LONGEST = 500
#: What is looked at in all; what comes after is listed as not used.
MOST = 6000

_BULLET = re.compile(r"[ \t>]*(?:[-*+•·–—▪◦‣o][ \t]+|#{1,6}[ \t]+|\(?[0-9]{1,2}[.)][ \t]+(?=[A-Za-z]))?")
#: Below such headings, figures at the beginning of lines are keys.
_KEYS = re.compile(r"menu|menü|ivr|attendant|options|\bkeys?\b|tasten")
_SIGN = re.compile(r"[ \t>]*(?:[-*+•·–—▪◦‣][ \t]+)?")
_END = re.compile(r"[.!?](?=[\"'”’)\]]*\s)")
#: After the end of a quoted sentence: its sign, and the beginning of another that does not go on with it.
_NEXT = re.compile(r"\"\s+(?!(?:Then|And|After|Before|Dann|Und)\b)(?=[^\W\d_a-zß-ÿ])")
_SHORT_FORM = re.compile(
    r"(?:\b(?:(?<![\u2013/-])[A-Za-z]|mr|mrs|ms|dr|st|ave|blvd|rd|no|nr|ext|tel|inc|ltd|co|corp|dept|approx|incl|e\.g|"
    r"i\.e|etc|\w*str|mon|"
    r"tues?|wed|thurs?|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|bzw|ca|z\.b|mo|di|mi|do|sa|so)|"
    r"\b[ap]\.m|(?<![0-9:/-])[0-9]{1,2})$",
    re.IGNORECASE,
)
_DAY = r"\b(?:mon|tues?|wed|thurs?|fri|sat|sun)"
_FORM = r"\b(?:inc|ltd|co|corp|llc)"
#: Short forms that end a sentence when a capital follows, unless another of them does: `Sat. and Sun.`, `Co. Ltd.`
_MAY_END = tuple(
    (re.compile(rf"{word}$", re.IGNORECASE), re.compile(rf"\s*{word}\b", re.IGNORECASE)) for word in (_DAY, _FORM)
)
_MAIL_HEADER = re.compile(
    r"(?:from|to|cc|bcc|sent|date|subject|reply-to|von|an|kopie|betreff|gesendet)[ \t]*:[ \t]*", re.IGNORECASE
)
_HEADER_STARTS = re.compile(r"(?:from|von)[ \t]*:.*@", re.IGNORECASE)
_FAREWELL = re.compile(
    r"(?:(?:kind|best|warm|many|with)[ \t]+)*(?:regards|wishes|sincerely|cheers|thanks|thx|tks|br|rgds|thank you|"
    r"yours(?: sincerely| faithfully| truly)?|all the best|take care|sent from my .{2,30}|get outlook for .{2,30}|"
    r"mfg|lg|vg|(?:mit )?"
    r"(?:freundlichen|besten|vielen|viele|liebe|herzliche) ?(?:gr[uü](?:ß|ss)e?n?|dank)?)[ \t]*[,.!]?",
    re.IGNORECASE,
)
_SIGNED_LINES = 8
#: Lines from this length on may have been wrapped.
_WRAPPED = 60
_BEGINS = re.compile(
    r"[ \t>]*(?:[-*+•·–—▪◦‣#|][ \t]*|\(?[0-9]{1,2}[.)][ \t]|[0-9]{2,6}[ \t]+[^\W\d_a-z]|"
    r"[^\W\d_][\w /&-]{0,30}:(?:\s|$))"
)
#: Words with which no line ends that is whole.
_JOINING = (
    " and or with ring rings on at to the a an of for by from in our is are as call calls calling und oder mit auf der "
    "die das von zu bei "
)
_HEADING_LONGEST = 60
_CELL = re.compile(r"[ ]*(?:[|\t;,]|[ ]{2,})[ ]*")
#: What the columns of a table are called.
_COLUMN = re.compile(
    r"(?:ext(?:ension|n)?|phone|telephone|number|nr|no|user(?: ?name)?|(?:full |first |last )?name|person|who|e-?mail"
    r"(?: address)?|mobile|cell|did|ddi|direct(?: line| number| dial)?|role|title|department|team|location|room|notes?|"
    r"days?|hours|open(?:s|ing)?|clos(?:es|ing)|from|to|key|press|option|action|destination|goes to|nebenstelle|"
    r"durchwahl|handy|abteilung|tag|zeiten|taste|ziel)\.?(?: ?(?:no|nr|#|number|hours|times))?\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence or a line of a list. `heading` is in small letters, empty if there is none."""

    index: int
    start: int
    text: str
    heading: str = ""
    #: Of a mail's header or signature, which describe the mail and not the telephones.
    is_apart: bool = False

    @property
    def fragment(self) -> Fragment:
        """All of it."""
        return Fragment(self.start, self.start + len(self.text), self.text)

    def cut(self, start: int, end: int, around: str = " \t\r\n,;") -> Fragment:
        """The piece between two places of the sentence, as a piece of the text."""
        piece = cut(self.text, start, end, around)
        return Fragment(self.start + piece.start, self.start + piece.end, piece.text)


def sentences(source: str) -> list[Sentence]:
    """The first sentences of a text."""
    found: list[Sentence] = []
    for sentence in _sentences(source):
        found.append(sentence)
        if len(found) == MOST:
            break
    return found


def _sentences(source: str) -> Iterator[Sentence]:
    index, heading, is_header, signed, below = 0, "", False, 0, 0
    for begin, place in _lines(source):
        line = source[begin:place]
        plain = line.strip()
        if not plain:
            is_header = False
            heading = heading if below == 0 else ""
            continue
        is_header = _HEADER_STARTS.match(plain) is not None or (is_header and _MAIL_HEADER.match(plain) is not None)
        if plain == "--" or _FAREWELL.fullmatch(plain):
            signed = _SIGNED_LINES
        elif _HEADER_STARTS.match(plain):
            signed = 0
        is_apart = is_header or signed > 0
        signed -= signed > 0
        below += 1
        if title := _title(plain):
            heading, below = title, 0
        bullet = (_SIGN if _KEYS.search(heading) else _BULLET).match(line)
        for start, end in _parts(source, begin + (bullet.end() if bullet else 0), place):
            piece = cut(source, start, end, " \t\r\n")
            if piece.text:
                yield Sentence(index, piece.start, piece.text, "" if title else heading, is_apart)
                index += 1


def _lines(source: str) -> Iterator[tuple[int, int]]:
    """Where lines begin and end; those that a mail program wrapped are one."""
    begin, place, is_open = 0, 0, False
    for line in source.splitlines(keepends=True):
        if is_open and not _goes_on(source[begin:place], line):
            yield begin, place
            begin = place
        place += len(line)
        plain = line.strip()
        is_open = (
            len(plain) >= _WRAPPED and plain.rstrip('"”’)')[-1:] not in tuple(".!?:;|") and place - begin < LONGEST
        )
        if not is_open:
            yield begin, place
            begin = place
    if begin < place:
        yield begin, place


def _goes_on(before: str, line: str) -> bool:
    """Whether a line may be the rest of the one before it: after a small word or a comma, or with one."""
    if not line.strip() or _BEGINS.match(line):
        return False
    last = before.rsplit(maxsplit=1)[-1].lower()
    return last.endswith(",") or f" {last} " in _JOINING or not line.lstrip()[0].isupper()


def _title(line: str) -> str:
    """The words of a line that is a heading, or that names the columns of a table."""
    cells = [cell for cell in _CELL.split(line) if cell]
    if len(cells) > 1 and all(_COLUMN.fullmatch(cell) for cell in cells):
        return " ".join(cells).lower()
    if len(line) > _HEADING_LONGEST or not (line.endswith(":") or line.startswith(("#", "**"))):
        return ""
    return line.strip("#*: \t").lower()


def _parts(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a line."""
    at = start
    is_paired = source.count('"', start, end) % 2 == 0
    for match in _END.finditer(source, start, end):
        stop = match.end()
        if is_paired and source.count('"', start, match.start()) % 2:
            if not _NEXT.match(source, stop):
                continue
            stop += 1
        if source[at : match.start()].strip().isdigit():
            continue
        if match[0] == "." and _is_short(source, at, match.start()):
            continue
        yield from _bounded(source, at, stop)
        at = stop
    yield from _bounded(source, at, end)


def _bounded(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        stop = max(source.rfind(", ", start, start + LONGEST), source.rfind(" ", start + LONGEST // 2, start + LONGEST))
        stop = stop if stop > start else start + LONGEST
        yield start, stop
        start = stop
    yield start, end


def _is_short(source: str, start: int, point: int) -> bool:
    """Whether a point is that of a short form within a sentence."""
    if not _SHORT_FORM.search(source, max(start, point - 8), point):
        return False
    if not source[point + 1 : point + 3].strip()[:1].isupper():
        return True
    return not source[point - 1].isdigit() and not any(
        end.search(source, start, point) and not again.match(source, point + 1) for end, again in _MAY_END
    )
