"""What is embedded in front of a chunk: the document's title and the section path, shortened when they are long."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from data_processing.chunk.tokens import TokenCounter
from data_processing.elements import ParsedDocument

SEPARATOR = " › "
_OMITTED = "…"


class Front:
    """The fronts of one document. The longest takes `room` word pieces."""

    def __init__(self, parsed: ParsedDocument, tokens: TokenCounter, room: int) -> None:
        """Titled by the document's metadata, else by the name of its file."""
        name = PurePosixPath(parsed.name)
        self._title = " ".join((parsed.metadata.get("title") or name.stem or parsed.name).split())
        self._tokens = tokens
        self._room = room
        self._known: dict[tuple[str, ...], tuple[str, int, int]] = {}

    def find(self, path: tuple[str, ...]) -> tuple[str, int]:
        """The front of a chunk below these headings, and its word pieces."""
        return self._find(path)[:2]

    def reserve(self, path: tuple[str, ...]) -> int:
        """Word pieces that suffice for the front of a chunk below these headings, or below fewer of them."""
        return self._find(path)[2]

    def _find(self, path: tuple[str, ...]) -> tuple[str, int, int]:
        if (known := self._known.get(path)) is not None:
            return known
        names = path if path and path[0].lower() == self._title.lower() else (self._title, *path)
        candidates = self._candidates([name for name in names if name])
        text = next(candidates, "")
        tokens = self._tokens([text])[0]
        # Fewer headings may need less shortening, and so more word pieces than these: then all the room is reserved.
        reserve = tokens if tokens <= self._room else self._room
        while tokens > self._room:
            text = next(candidates, "")
            tokens = self._tokens([text])[0]
        self._known[path] = (text, tokens, reserve)
        return self._known[path]

    def _candidates(self, names: Sequence[str]) -> Iterator[str]:
        """The full path, then ever shorter ones; at last the beginning of the last heading."""
        yield SEPARATOR.join(names)
        for kept in range(len(names) - 2, 0, -1):
            yield SEPARATOR.join([names[0], _OMITTED, *names[-kept:]])
        last = names[-1] if names else ""
        if len(names) > 1:
            yield last
        size = min(len(last), self._room * 16)
        while size := size // 2:
            yield last[:size].rsplit(" ", 1)[0] + _OMITTED
