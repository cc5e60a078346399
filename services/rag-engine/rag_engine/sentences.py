"""The sentences of a passage, as ranges of its text: prose by its punctuation, tables row by row. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CELLS = " | "
#: Ends of sentences; not behind the usual abbreviations, nor before a small letter.
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bNo)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bSt)(?<!\bext)(?<!\bapprox)(?<!\b[A-Z])"
    r"(?<![.\s])[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\Wa-z])"
)
_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"^(?:[-*•–·]|\d{1,3}[.)]|[a-z][.)])\s+")
_HAS_FIGURE = re.compile(r"\d")
_MAX_HEADING_WORDS = 8
_MIN_LETTERS = 3
#: A line so long was probably broken because it was full.
_WRAP_COLUMN = 70
_NUMBERING = re.compile(r"^\d+(?:\.\d+)*\.?\s+")


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` of a passage. `shown` reads alone; `context` is the heading, question or header above it."""

    start: int
    end: int
    shown: str
    context: str = ""


def split(text: str) -> list[Sentence]:
    """The sentences of a passage in order, without headings and questions: those are the context of what follows."""
    found: list[Sentence] = []
    context = ""
    for block in _blocks(text):
        if _CELLS in text[block[0][0] : block[0][1]]:
            found.extend(_rows(text, block, context))
            continue
        for start, end in block:
            for sentence in _prose(text, start, end):
                if _only_announces(sentence.shown):
                    context = sentence.shown
                else:
                    found.append(Sentence(sentence.start, sentence.end, sentence.shown, context))
    return found


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """The lines of a table together; prose whose lines were wrapped as one range; every other line alone."""
    block: list[tuple[int, int]] = []
    is_table = False
    for match in _LINE.finditer(text):
        start, end = match.span()
        is_row = _CELLS in match[0]
        adjoins = bool(block) and start == block[-1][1] + 1
        if adjoins and is_row and is_table:
            block.append((start, end))
        elif adjoins and not is_row and not is_table and _is_wrapped(text[slice(*block[-1])], match[0]):
            block[-1] = (block[-1][0], end)
        else:
            if block:
                yield block
            block, is_table = [(start, end)], is_row
    if block:
        yield block


def _is_wrapped(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if _BULLET.match(line.lstrip()) or before.rstrip().endswith((".", "!", "?", ":", ";")):
        return False
    return line.lstrip()[:1].islower() or len(before.rsplit("\n", 1)[-1]) >= _WRAP_COLUMN


def _prose(text: str, start: int, end: int) -> Iterator[Sentence]:
    first = start
    for cut in [match.end() for match in _END.finditer(text, start, end)] + [end]:
        piece = text[first:cut]
        left = first + len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        shown = _BULLET.sub("", " ".join(text[left:right].split()))
        if sum(sign.isalnum() for sign in shown) >= _MIN_LETTERS:
            yield Sentence(left, right, shown)
        first = cut


def _only_announces(shown: str) -> bool:
    """A heading, a question of a list of questions, or the words before a list: no statement of its own."""
    if shown.endswith(("?", ":")):
        return True
    short = len(shown.split()) <= _MAX_HEADING_WORDS
    return (
        short
        and not shown.endswith((".", "!", "…"))
        and ":" not in shown
        and not _HAS_FIGURE.search(_NUMBERING.sub("", shown))
    )


def _rows(text: str, lines: Sequence[tuple[int, int]], context: str) -> Iterator[Sentence]:
    """Each row with the names of its columns; the row that names them is none itself."""
    rows = [[cell.strip() for cell in text[start:end].split("|")] for start, end in lines]
    header = rows[0] if len(rows) > 1 and _names_columns(rows[0]) else []
    for (start, end), cells in list(zip(lines, rows, strict=True))[1 if header else 0 :]:
        pairs = [
            f"{header[column]}: {cell}" if column < len(header) and header[column] else cell
            for column, cell in enumerate(cells)
            if cell
        ]
        if pairs:
            yield Sentence(start, end, "; ".join(pairs), " ".join([context, *header]).strip())


def _names_columns(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(set(filled)) == len(filled) > 0 and not any(_HAS_FIGURE.match(cell) for cell in filled)
