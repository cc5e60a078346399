"""Pieces: the smallest parts of a document that a chunk is packed from, with their cost in word pieces. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from data_processing.chunk import cut
from data_processing.chunk.canonical import Placed
from data_processing.chunk.cut import Level
from data_processing.chunk.tokens import TokenCounter

#: A paragraph that ends so announces what follows.
_ANNOUNCES = (":", "：")


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a table that name its columns: their place in the canonical text and their cost."""

    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Piece:
    """`canonical_text[start:end]` of one element.

    `keep`: it must not end a chunk that is followed by another. `glued`: it goes on in the middle of a word, so its
    word pieces do not add up with those before it. `header` is repeated when this row of a table begins a chunk.
    """

    placed: Placed
    start: int
    end: int
    tokens: int
    level: Level = Level.ELEMENT
    keep: bool = False
    glued: bool = False
    header: Header | None = None


class Pieces:
    """Makes and cuts the pieces of one canonical text."""

    def __init__(self, text: str, tokens: TokenCounter, *, limit: int) -> None:
        """`limit` is that of a chunk, in word pieces."""
        self._text = text
        self._tokens = tokens
        self._limit = limit
        #: A text longer than this does not fit whatever it says, so it is not counted as a whole.
        self._longest = limit * 16

    def whole(self, placed: Sequence[Placed]) -> list[Piece]:
        """One piece an element, counted in one go."""
        texts = [self._text[item.start : item.end] if self._countable(item) else "" for item in placed]
        counts = self._tokens(texts)
        return [
            Piece(item, item.start, item.end, tokens if self._countable(item) else self._limit + 1, keep=_keeps(item))
            for item, tokens in zip(placed, counts, strict=True)
        ]

    def cut(self, piece: Piece, *, header_room: int) -> list[Piece]:
        """The piece in smaller ones. A table's rows carry its header when that takes at most `header_room`."""
        table = piece.placed.element.table
        if piece.level is Level.ELEMENT and table is not None:
            return self._rows(piece, table.header_rows, len(table.rows), header_room)
        for level in range(piece.level + 1, Level.CHARACTERS):
            ranges = cut.parts(self._text, piece.start, piece.end, Level(level))
            if len(ranges) > 1:
                return self._counted(piece, ranges, Level(level))
        return self._halved(piece)

    def _rows(self, piece: Piece, header_rows: int, rows: int, header_room: int) -> list[Piece]:
        lines = cut.parts(self._text, piece.start, piece.end, Level.LINES)
        pieces = self._counted(piece, lines, Level.LINES)
        if not 0 < header_rows < rows or len(lines) != rows:
            return pieces
        # Of a header that is too long alone, the row next to the values says most; else it stands only where it is.
        for first in (0, header_rows - 1):
            named = pieces[first:header_rows]
            header = Header(named[0].start, named[-1].end, sum(line.tokens for line in named))
            if header.tokens <= header_room:
                return [
                    Piece(
                        line.placed, line.start, line.end, line.tokens, Level.LINES,
                        keep=number < header_rows, header=None if number < header_rows else header,
                    )
                    for number, line in enumerate(pieces)
                ]  # fmt: skip
        return pieces

    def _halved(self, piece: Piece) -> list[Piece]:
        """A word that is too long, in pieces that fit behind the longest front and as much of headings."""
        room = (self._limit - self._limit // 4) // 2
        ranges = [(at, min(at + room * 16, piece.end)) for at in range(piece.start, piece.end, room * 16)]
        while True:
            pieces = self._counted(piece, ranges, Level.CHARACTERS)
            if all(part.tokens <= room or part.end - part.start == 1 for part in pieces):
                return pieces
            ranges = [half for part in pieces for half in _halves(part, room)]

    def _counted(self, piece: Piece, ranges: Sequence[tuple[int, int]], level: Level) -> list[Piece]:
        counts = self._tokens([self._text[start:end] for start, end in ranges])
        return [
            Piece(
                piece.placed, start, end, tokens, level,
                keep=piece.keep and end == piece.end,
                glued=(level is Level.CHARACTERS and start > piece.start) or (piece.glued and start == piece.start),
                header=piece.header,
            )
            for (start, end), tokens in zip(ranges, counts, strict=True)
        ]  # fmt: skip

    def _countable(self, item: Placed) -> bool:
        return item.end - item.start <= self._longest


def _keeps(item: Placed) -> bool:
    kind = item.element.type
    return kind in ("heading", "caption") or (kind == "paragraph" and item.element.text.rstrip().endswith(_ANNOUNCES))


def _halves(piece: Piece, room: int) -> list[tuple[int, int]]:
    if piece.tokens <= room or piece.end - piece.start == 1:
        return [(piece.start, piece.end)]
    middle = (piece.start + piece.end) // 2
    return [(piece.start, middle), (middle, piece.end)]
