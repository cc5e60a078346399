"""What an answer may be found in. Those that answer know no database: they are given a world."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from engineering_api.ask.found import Source
from engineering_api.chosen import Subject
from engineering_api.tools.tool import Answer


@dataclass(frozen=True)
class Worked:
    """What a tool found, and how it is cited."""

    answer: Answer
    source: Source


@dataclass(frozen=True)
class Version:
    """A configuration that a device had, and since when."""

    config_id: UUID | None
    at: datetime
    author: str
    subject: Subject


class World(Protocol):
    """Configurations of the scope, tools, and a record of what was looked at."""

    @property
    def devices(self) -> tuple[tuple[str, str], ...]:
        """The devices of the scope by their names and platforms, which is less than to read what they say."""

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The devices of the scope as their configurations tell of them; none where nothing is kept."""

    def calculate(self, tool: str, arguments: Mapping[str, Any]) -> Worked:
        """Use a tool. Raises `Unprocessable` with a sentence that says what is wrong."""

    def looked(self, what: str, arguments: Mapping[str, Any], found: int) -> Source:
        """Note that all devices of the scope were searched for something; the record of it, to be cited."""

    def versions(self, subject: Subject, since: datetime) -> list[Version]:
        """The configurations that a device had since a time, oldest first, and before them the one it had then."""
