"""Where a walk over pages stands: what was seen, what waits, what is remembered. JSON between two steps. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Self

from data_processing.connectors import visits
from data_processing.connectors.visits import Visit


@dataclass
class Crawl:
    """The addresses of a walk in the order in which they were met, each once, with how many links away they are.

    `at` is the place of the next one. `is_whole`: whether what is not listed at the end is gone. `aliases` are pages
    that are listed under another address. Of the given addresses, `missed` counts those that were not had and
    `refused` those of them that are not gone; `silence` is why one could not be reached.
    """

    max_pages: int
    visits: dict[str, Visit]
    walk: dict[str, int]
    at: int = 0
    is_whole: bool = True
    aliases: set[str] = field(default_factory=set)
    missed: int = 0
    refused: int = 0
    silence: str = ""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any], starts: Sequence[str], max_pages: int) -> Self:
        """The walk that a cursor is of, or a new one that remembers what the one before has left."""
        remembered = visits.from_json(cursor.get("visits", {}))
        if "walk" not in cursor:
            return cls(max_pages, remembered, dict.fromkeys(starts, 0))
        said = {name: cursor[name] for name in ("at", "is_whole", "missed", "refused", "silence")}
        return cls(max_pages, remembered, dict(cursor["walk"]), aliases=set(cursor["aliases"]), **said)

    def to_json(self) -> dict[str, Any]:
        """Where to go on."""
        return {
            "visits": visits.to_json(self.visits),
            "walk": list(self.walk.items()),
            "at": self.at,
            "is_whole": self.is_whole,
            "aliases": sorted(self.aliases),
            "missed": self.missed,
            "refused": self.refused,
            "silence": self.silence,
        }

    def end(self) -> dict[str, Any]:
        """What the next walk should remember."""
        return {"visits": visits.to_json(self.visits, self.walk)}

    @property
    def is_done(self) -> bool:
        """Whether nothing waits."""
        return self.at >= len(self.walk)

    @property
    def n_starts(self) -> int:
        """How many addresses were given. They come first."""
        return sum(level == 0 for level in self.walk.values())

    @property
    def current(self) -> tuple[str, int]:
        """The next address, and how many links away it is."""
        return next(islice(self.walk.items(), self.at, None))

    def advance(self) -> None:
        """The current address is done."""
        self.at += 1

    def miss(self, refusal: str | None, *, is_silent: bool = False) -> None:
        """The current address was not had: it is gone (None), or it was refused."""
        if self.current[1] == 0:
            self.missed += 1
            self.refused += refusal is not None
            if is_silent and refusal:
                self.silence = refusal

    def add(self, links: Iterable[str], level: int) -> None:
        """Let addresses wait that were not met before, as long as there is room."""
        for link in links:
            if len(self.walk) >= self.max_pages:
                return
            self.walk.setdefault(link, level)

    def is_alias(self, address: str, target: str, level: int) -> bool:
        """Whether a page goes by another address that is listed or will be; lets that one wait if it is new."""
        if target == address or target in self.aliases:
            return False
        self.add([target], level)
        waits = target in islice(self.walk, self.at, None)
        if not waits and not (target in self.walk and self.visits.get(target, Visit()).tag):
            return False
        self.aliases.add(address)
        return True
