"""What an answer is made of: sentences, and what proves each."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from engineering_api.chosen import Subject
from engineering_api.facts.fact import Span

SourceType = Literal["doc", "config", "calc"]

#: So many lines of a configuration are quoted for one sentence.
MOST_LINES = 12
MOST_QUOTED = 2_000


@dataclass(frozen=True)
class Source:
    """What proves a sentence: words of a document, lines of a configuration, or a calculation.

    `locator` are the fields of `models.Locator` that are known.
    """

    type: SourceType
    source: str
    locator: tuple[tuple[str, Any], ...]
    quote: str


@dataclass(frozen=True)
class Sentence:
    """One statement. Without sources it is not shown."""

    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Used:
    """A tool that was used, and the id of what it found."""

    tool: str
    args: dict[str, Any]
    result_id: UUID | None = None


@dataclass
class Findings:
    """What was found for a part of a question."""

    sentences: list[Sentence] = field(default_factory=list)
    #: What remains open, as sentences.
    unanswered: list[str] = field(default_factory=list)
    #: Nothing else may answer: what is asked for cannot be told, and something near it would be taken for the answer.
    is_final: bool = False

    def refuse(self, text: str) -> "Findings":
        """Say why it is not answered, and that nothing else may be. Itself."""
        self.unanswered.append(text)
        self.is_final = True
        return self

    def say(self, text: str, *sources: Source) -> None:
        """Add a sentence."""
        self.sentences.append(Sentence(text, tuple(dict.fromkeys(sources))))


def lines(subject: Subject, *spans: Span) -> tuple[Source, ...]:
    """Lines of a device's configuration as sources, of a long span its first lines."""
    made = []
    for first, last in sorted(set(spans)):
        end = min(last, first + MOST_LINES - 1)
        text = subject.quote(first, end, MOST_LINES)[:MOST_QUOTED]
        locator = (
            ("config_id", subject.config_id),
            ("device", subject.name),
            ("site", subject.site),
            ("line_start", first),
            ("line_end", end),
        )
        made.append(Source("config", subject.name, locator, text))
    return tuple(made)


def listed(words: list[str], most: int = 12) -> str:
    """Words as a list in a sentence, of many the first."""
    shown = list(dict.fromkeys(words))
    if len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts: 1 device, 3 devices."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
