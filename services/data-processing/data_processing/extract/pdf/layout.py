"""Lines to blocks: paragraphs, list items and headings, by what separates them on the page. Pure."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data_processing.extract.pdf.lines import BROKEN, Line

_MARKER = re.compile(r"(?:[•◦▪‣●○■□➢✓–·*-]\s+\S|\(?(?:\d{1,2}|[a-zA-Z])[.)]\s+\S|\[\d{1,3}\]\s)")
_BULLET = re.compile(r"[•◦▪‣●○■□➢✓·]\s*")
_ENDED = re.compile(r"[.!?:;][\"')\]»”’]*$")
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|appendix|part)\s+)?(?P<number>\d{1,2}(?:\.\d{1,2})*|[A-Z](?:\.\d{1,2})*)[.:)]?\s+\S",
    re.IGNORECASE,
)
_BROKEN_WORD = re.compile(rf"(?P<head>[\w-]*){BROKEN}\s*(?P<tail>[\w-]*)")
_MAX_HEADING = 160


@dataclass(slots=True)
class Block:
    """Lines that belong together. `level` is set when it is a heading."""

    lines: list[Line] = field(default_factory=list)
    level: int | None = None

    @property
    def size(self) -> float:
        """The size of type of its first line."""
        return self.lines[0].size

    @property
    def is_table(self) -> bool:
        """Whether it stands for a table of the page."""
        return self.lines[0].table is not None

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold > 0.9 for line in self.lines)

    @property
    def is_item(self) -> bool:
        """Whether it begins with the marker of a list."""
        return _MARKER.match(self.lines[0].text) is not None or _BULLET.match(self.lines[0].text) is not None


@dataclass(frozen=True)
class Type:
    """What is normal in a document: size of the body's type, distance of its lines, whether bold type is special."""

    size: float
    pitch: float
    bold_means_heading: bool


def body_type(pages: Iterable[Sequence[Line]]) -> Type:
    """The body's type, by the number of characters set in it."""
    sizes: Counter[float] = Counter()
    pitches: Counter[float] = Counter()
    bold = total = 0
    for lines in pages:
        for index, line in enumerate(lines):
            weight = len(line.text)
            sizes[_rounded(line.size)] += weight
            total += weight
            bold += weight if line.bold > 0.9 else 0
            if index and (pitch := lines[index - 1].y_end - line.y) > 0 and _same(lines[index - 1].size, line.size):
                pitches[_rounded(pitch / max(line.size, 1))] += weight
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    usual = [pitch for pitch, _ in pitches.most_common(3) if 0.5 < pitch < 3]
    return Type(size, usual[0] if usual else 1.2, bold < 0.35 * total)


def _rounded(value: float) -> float:
    return round(value * 4) / 4


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 0.08 * max(one, other)


def blocks(lines: Sequence[Line], body: Type) -> list[Block]:
    """Group the lines of one page."""
    right = max((line.x1 for line in lines), default=0.0)
    found: list[Block] = []
    for line in lines:
        if found and _continues(found[-1], line, body, right):
            found[-1].lines.append(line)
        else:
            found.append(Block([line]))
    return found


def _continues(block: Block, line: Line, body: Type, right: float) -> bool:  # noqa: PLR0911 - one rule a return
    last = block.lines[-1]
    if line.table is not None or block.is_table:
        return False
    if _is_beside(last, line):
        return True
    if _MARKER.match(line.text) or _BULLET.match(line.text):
        return False
    if not _same(last.size, line.size) or abs(last.bold - line.bold) > 0.7:
        return False
    pitch = (last.y_end - line.y) / max(line.size, 1.0)
    if abs(pitch) < 0.3:  # the same line, written in two pieces
        return line.x0 >= last.x0
    if pitch < 0 or line.x0 > last.x1 + 2 * line.size:  # the next column: only a sentence goes on there
        return _runs_on(last.text, line.text)
    # Large type is set tighter than the body, so its lines may be closer but not farther apart.
    if pitch > 1.3 * body.pitch + 0.15:
        return False
    is_short = last.x1 < min(right, last.x0 + 60 * line.size) - 8 * line.size
    if is_short and (_ENDED.search(last.text) or not _starts_low(line.text)) and len(block.lines[0].text) < 200:
        return not _ENDED.search(last.text) and last.x1 - last.x0 > 20 * line.size
    is_indented = line.x0 - last.x0 > 1.2 * line.size and len(block.lines) > 1
    return not (is_indented and _ENDED.search(last.text))


def _is_beside(last: Line, line: Line) -> bool:
    """Whether a line is only the next piece of the one before: after a change of type, or a raised figure."""
    size = max(last.size, line.size)
    return abs(last.y_end - line.y) < 0.6 * size and -0.2 * size <= line.x0 - last.x1 <= size


def _starts_low(text: str) -> bool:
    return text[:1].islower()


def _runs_on(before: str, after: str) -> bool:
    return _ENDED.search(before) is None and _starts_low(after)


def join_pages(pages: Sequence[list[Block]]) -> list[Block]:
    """All blocks in order; a paragraph that runs over the end of a page is one."""
    joined: list[Block] = []
    for page in pages:
        for index, block in enumerate(page):
            last = joined[-1] if joined else None
            if (
                index == 0
                and last is not None
                and not block.is_table
                and not last.is_table
                and not block.is_item
                and _same(last.size, block.size)
                and _runs_on(last.lines[-1].text, block.lines[0].text)
            ):
                last.lines.extend(block.lines)
            else:
                joined.append(block)
    return joined


def page_turns(block: Block) -> list[tuple[Block, int]]:
    """For each page of a block after the first: what of the block stands before it, and its number."""
    return [
        (Block(block.lines[:number]), line.page)
        for number, (last, line) in enumerate(itertools.pairwise(block.lines), start=1)
        if line.page != last.page
    ]


def text_of(block: Block, words: frozenset[str]) -> str:
    """The block as running text. A hyphen at a line's end is dropped when that makes a word the document knows."""
    text = block.lines[0].text
    for last, line in itertools.pairwise(block.lines):
        if _is_beside(last, line):
            text += line.text if line.x0 - last.x1 < 0.12 * line.size else f" {line.text}"
        elif text.endswith("-") and line.text[:1].isalnum():
            text = text[:-1] + BROKEN + line.text
        else:
            text += " " + line.text

    def join(found: re.Match[str]) -> str:
        return _mended(found["head"], found["tail"], words)

    while BROKEN in text:
        text = _BROKEN_WORD.sub(join, text)
    return text


def _mended(head: str, tail: str, words: frozenset[str]) -> str:
    """A word that was broken at a hyphen. Names of devices and part numbers keep it, unless they show it goes."""
    whole, hyphened = head + tail, f"{head}-{tail}"
    is_prose = head[-1:].isalpha() and tail[:1].islower() and not any(map(str.isdigit, whole))
    known = whole.casefold() in words
    if is_prose and hyphened.casefold() not in words and (known or "-" not in whole):
        return whole
    return hyphened


def vocabulary(pages: Iterable[Sequence[Line]]) -> frozenset[str]:
    """The words of the document that are not broken, hyphens included."""
    found: set[str] = set()
    for lines in pages:
        for line in lines:
            found.update(word.strip(".,;:()\"'").casefold() for word in line.text.split() if BROKEN not in word)
    return frozenset(found)


def mark_headings(found: Sequence[Block], body: Type, outline: dict[tuple[int, str], int]) -> None:
    """Set the level of blocks that are headings: those the outline names, and those whose type says so.

    `outline` maps (page, key of a title) to the depth in the outline, from 1.
    """
    candidates = []
    matched = 0
    for block in found:
        if block.is_table:
            continue
        title = key_of(" ".join(line.text for line in block.lines))
        level = outline.get((block.lines[0].page, title))
        if level is not None:
            block.level = level
            matched += 1
        elif _looks_like_heading(block, body):
            candidates.append(block)
    texts = sum(1 for block in found if not block.is_table)
    if len(candidates) > max(0.4 * texts, 3):  # a form or a slide: only what is really large
        candidates = [block for block in candidates if block.size > 1.3 * body.size]
    base = max(outline.values(), default=0) if matched >= 3 and matched > 0.5 * len(outline) else 0
    sizes = sorted({_rounded(block.size) for block in candidates if block.size > 1.1 * body.size}, reverse=True)
    ranks = _ranks(sizes)
    for block in candidates:
        rank = ranks.get(_rounded(block.size), max(ranks.values(), default=0) + 1)
        number = _NUMBERED.match(block.lines[0].text)
        depth = number["number"].count(".") if number else 0
        block.level = min(base + rank + depth, 6)


def _ranks(sizes: Sequence[float]) -> dict[float, int]:
    """Levels of sizes, largest first; sizes that differ by less than 6 % are one level, and there are at most four."""
    ranks: dict[float, int] = {}
    rank, top = 0, 0.0
    for size in sizes:
        if not rank or size < 0.94 * top:
            rank, top = min(rank + 1, 4), size
        ranks[size] = rank
    return ranks


def _looks_like_heading(block: Block, body: Type) -> bool:
    text = " ".join(line.text for line in block.lines)
    is_large = block.size > 1.12 * body.size
    letters = sum(character.isalpha() for character in text)
    if len(block.lines) > 3 or len(text) > _MAX_HEADING or letters < 3 or letters < 0.4 * len(text):
        return False
    if text.endswith((",", ";")) or _BULLET.match(text) or (text.endswith(".") and len(text.split()) > 6):
        return False
    if is_large:
        return True
    if not (body.bold_means_heading and block.is_bold and block.size > 0.94 * body.size):
        return False
    return len(block.lines) <= 2 and len(text) <= 120 and not text.endswith(".") and not text[:1].islower()


def key_of(title: str) -> str:
    """A title as it is compared: letters and figures only."""
    return re.sub(r"\W+", "", title.casefold())
