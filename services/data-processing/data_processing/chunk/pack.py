"""Packing pieces into chunks. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data_processing.chunk.canonical import MARGINS, layout
from data_processing.chunk.cut import Level
from data_processing.chunk.front import Front
from data_processing.chunk.pieces import Piece, Pieces
from data_processing.chunk.tokens import TokenCounter
from data_processing.elements import ParsedDocument

#: Shares of the limit. What is in front of a chunk takes at most a quarter, and a repeated table header too.
_FRONT_SHARE = 4
_HEADER_SHARE = 4
#: A section that is smaller than this share of the limit goes on with the next section in the same chunk.
_SMALL = 0.4
#: A last chunk smaller than this share takes over something from the one before.
_TAIL = 0.25


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as it is searched.

    `text` is `canonical_text(parsed)[char_start:char_end]`; a chunk that begins within a table has the table's header
    rows and a line break in front of that. So `text` always ends with the range, and a place in `text` is
    `char_end - len(text)` less than the same place in the canonical text. `embed_text` is the text with the title and
    the section path in front; it has at most `n_tokens` word pieces, and seldom less. `pages` of a chunk over several
    pages says where each begins, as (place in the canonical text, page). `lines` are the first and the last line of a
    configuration that are in it.
    """

    ordinal: int
    text: str
    embed_text: str
    n_tokens: int
    section_path: tuple[str, ...]
    page_start: int | None
    page_end: int | None
    char_start: int
    char_end: int
    has_table: bool
    pages: tuple[tuple[int, int], ...] = ()
    lines: tuple[int, int] | None = None


def split(parsed: ParsedDocument, tokens: TokenCounter, *, limit: int) -> list[Chunk]:
    """The chunks of a document in their order: each piece of text in one, `embed_text` within `limit` word pieces."""
    text, placed = layout(parsed)
    packer = _Packer(Pieces(text, tokens, limit=limit), Front(parsed, tokens, limit // _FRONT_SHARE), limit)
    packed = packer.pack(packer.pieces.whole(placed))
    return [_render(text, number, group, packer.front) for number, group in enumerate(packed)]


class _Packer:
    """The chunk that is being filled, and those that are full."""

    def __init__(self, pieces: Pieces, front: Front, limit: int) -> None:
        self.pieces = pieces
        self.front = front
        self._limit = limit
        self._current: list[Piece] = []
        self._done: list[list[Piece]] = []

    def pack(self, whole: Sequence[Piece]) -> list[list[Piece]]:
        """Pack section by section."""
        label = None
        for section in _sections(whole):
            here = section[-1].placed.element.label
            if self._current and not self._is_open() and (here != label or not self._goes_on(section)):
                self._close()
            label = here
            first = len(self._done)
            for piece in section:
                self._place(piece)
            if len(self._done) > first:
                self._balance()
        if self._current:
            self._close()
        return self._done

    def _is_open(self) -> bool:
        """Whether there is nothing but headings and the like so far, which belong to what follows."""
        return all(piece.keep for piece in self._current)

    def _goes_on(self, section: Sequence[Piece]) -> bool:
        small = self._weight(self._current) < _SMALL * self._limit
        return small and self._weight([*self._current, *section]) <= self._limit

    def _place(self, piece: Piece) -> None:
        """Into this chunk, else into a new one, else in parts."""
        if not piece.glued and self._weight([*self._current, piece]) <= self._limit:
            self._current.append(piece)
            return
        carried = self._carried()
        if self._weight([*carried, piece]) <= self._limit:
            self._close(carried)
            self._current.append(piece)
            return
        parts = self.pieces.cut(piece, header_room=self._limit // _HEADER_SHARE)
        if parts[0].level >= Level.SINGLE_WORDS and self._weight([piece]) <= self._limit:
            # Rather a heading at the end of a chunk than an identifier in two.
            self._close()
            self._current.append(piece)
            return
        for part in parts:
            self._place(part)

    def _carried(self) -> list[Piece]:
        """Headings, captions and the like at the end of this chunk, which belong to what follows."""
        first = len(self._current)
        while first > 0 and self._current[first - 1].keep and not self._current[first - 1].glued:
            first -= 1
        carried = self._current[first:]
        room = (self._limit - self._limit // _FRONT_SHARE) // 2
        while carried and sum(piece.tokens for piece in carried) > room:
            carried = carried[1:]
        return carried

    def _close(self, carried: Sequence[Piece] = ()) -> None:
        closed = self._current[: len(self._current) - len(carried)]
        if closed:
            self._done.append(closed)
        self._current = list(carried)

    def _balance(self) -> None:
        """Give a small rest of a section something of the chunk before it, when both are of the same section."""
        before, rest = self._done[-1], self._current
        if not rest or self._weight(rest) >= _TAIL * self._limit or _path(before[-1]) != _path(rest[0]):
            return
        both = [*before, *rest]
        best = len(before)
        for at in range(len(before) - 1, 0, -1):
            if not _parts(both[at - 1], both[at]):
                continue
            left, right = self._weight(both[:at]), self._weight(both[at:])
            if right > self._limit or _path(both[at]) != _path(rest[0]):
                break
            best = at
            if right >= left:
                break
        self._done[-1], self._current = both[:best], both[best:]

    def _weight(self, pieces: Sequence[Piece]) -> int:
        """Word pieces of a chunk of these pieces, with what comes in front; never less than it will have."""
        if not pieces:
            return 0
        first = pieces[0]
        header = first.header.tokens if first.header else 0
        return self.front.reserve(first.placed.element.section_path) + header + sum(piece.tokens for piece in pieces)


def _sections(whole: Sequence[Piece]) -> Iterable[list[Piece]]:
    """The pieces in runs, each of headings and what stands below them, or of another part of the file."""
    section: list[Piece] = []
    for piece in whole:
        element = piece.placed.element
        if section:
            before = section[-1].placed.element
            begins = element.type == "heading" or element.label != before.label
            if begins and before.type != "heading":
                yield section
                section = []
        section.append(piece)
    if section:
        yield section


def _path(piece: Piece) -> tuple[str, ...]:
    return piece.placed.element.section_path


def _parts(left: Piece, right: Piece) -> bool:
    """Whether a chunk may end between these two: not behind a heading, nor where an element was not cut before."""
    if left.keep or right.glued:
        return False
    return left.placed is not right.placed or right.level is not Level.ELEMENT


def _render(text: str, ordinal: int, pieces: Sequence[Piece], front: Front) -> Chunk:
    first, last = pieces[0], pieces[-1]
    shown = text[first.start : last.end]
    tokens = sum(piece.tokens for piece in pieces)
    if first.header:
        shown = f"{text[first.header.start : first.header.end]}\n{shown}"
        tokens += first.header.tokens
    body = _body(pieces)
    section = _section(body)
    above, above_tokens = front.find(_common([_path(first), section]))
    begins = [turn for piece in body for turn in _turns(piece)]
    pages = [page for _, page in begins]
    ends = [page for piece in body if (page := _last_page(piece)) is not None]
    return Chunk(
        ordinal=ordinal,
        text=shown,
        embed_text=f"{above}\n{shown}" if above else shown,
        n_tokens=above_tokens + tokens,
        section_path=section,
        page_start=min(pages, default=None),
        page_end=max(ends, default=None),
        char_start=first.start,
        char_end=last.end,
        has_table=any(piece.placed.element.type == "table" for piece in pieces),
        pages=_pages(begins),
        lines=_lines(text, pieces),
    )


def _turns(piece: Piece) -> list[tuple[int, int]]:
    """Where in the canonical text pages begin, from the one on which the piece does; none when pages are unknown."""
    element, origin = piece.placed.element, piece.placed.start
    if element.page_start is None:
        return []
    turns = [(origin, element.page_start), *((origin + offset, page) for offset, page in element.page_turns)]
    before = [page for place, page in turns if place <= piece.start]
    return [(piece.start, before[-1]), *(turn for turn in turns if piece.start < turn[0] < piece.end)]


def _last_page(piece: Piece) -> int | None:
    element = piece.placed.element
    return _turns(piece)[-1][1] if element.page_turns else element.page_end


def _pages(begins: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The first place of each page, in their order; nothing when all is on one."""
    found = [turn for number, turn in enumerate(begins) if number == 0 or turn[1] != begins[number - 1][1]]
    return tuple(found) if len(found) > 1 else ()


def _lines(text: str, pieces: Sequence[Piece]) -> tuple[int, int] | None:
    counted = [piece for piece in pieces if piece.placed.element.line_start is not None]
    if not counted:
        return None
    return _line(text, counted[0], counted[0].start), _line(text, counted[-1], counted[-1].end)


def _line(text: str, piece: Piece, place: int) -> int:
    return (piece.placed.element.line_start or 1) + text.count("\n", piece.placed.start, place)


def _body(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces that tell where a chunk stands: what the margins of all pages carry says nothing about it."""
    return [piece for piece in pieces if piece.placed.element.type not in MARGINS] or pieces


def _section(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The headings above all that the chunk holds; of a chunk of several sections with none in common, the first's."""
    paths = [_path(piece) for piece in pieces if piece.placed.element.type != "heading"]
    if not paths:
        heading = pieces[0].placed.element
        return (*heading.section_path, heading.text)
    return _common(paths) or paths[0]


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What all paths begin with."""
    shortest, longest = min(paths), max(paths)
    for depth, name in enumerate(shortest):
        if depth >= len(longest) or name != longest[depth]:
            return shortest[:depth]
    return shortest
