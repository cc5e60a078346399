"""An answer step by step: what is planned, used, cited and said, and at last the whole of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engineering_api.ask.found import Sentence, Source, Used
from engineering_api.ask.models import AskAnswer, Citation, ToolUse, Usage, UsedModel, locator


@dataclass(frozen=True)
class Planned:
    """What is tried for each part of the question."""

    parts: tuple[dict[str, Any], ...]

    def event(self) -> tuple[str, Any]:
        """Its name and data in a stream."""
        return "plan", {"steps": list(self.parts)}


@dataclass(frozen=True)
class Tooled:
    """A tool was used."""

    use: ToolUse

    def event(self) -> tuple[str, Any]:
        """Its name and data in a stream."""
        return "tool", self.use.model_dump(mode="json")


@dataclass(frozen=True)
class Cited:
    """A citation that the next sentence needs."""

    citation: Citation

    def event(self) -> tuple[str, Any]:
        """Its name and data in a stream."""
        return "citation", self.citation.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True)
class Said:
    """A piece of the answer."""

    text: str

    def event(self) -> tuple[str, Any]:
        """Its name and data in a stream."""
        return "delta", {"text": self.text}


@dataclass(frozen=True)
class Assembled:
    """The whole answer."""

    answer: AskAnswer

    def event(self) -> tuple[str, Any]:
        """Its name and data in a stream."""
        return "done", self.answer.model_dump(mode="json")


Step = Planned | Tooled | Cited | Said | Assembled


@dataclass
class Assembly:
    """Numbers citations and puts sentences together."""

    pieces: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    trace: list[ToolUse] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    _numbers: dict[Source, int] = field(default_factory=dict)

    def used(self, uses: list[Used]) -> Iterator[Step]:
        """Note tools that were used; the list is emptied."""
        for one in uses:
            use = ToolUse(tool=one.tool, args=one.args, result_id=one.result_id)
            self.trace.append(use)
            yield Tooled(use)
        uses.clear()

    def say(self, sentence: Sentence) -> Iterator[Step]:
        """Add a sentence with its markers; one without sources, and one that was said, are not added."""
        if not sentence.sources:
            return
        numbers = []
        for source in sentence.sources:
            if source not in self._numbers:
                self._numbers[source] = len(self._numbers) + 1
                citation = Citation(
                    n=self._numbers[source],
                    type=source.type,
                    source=source.source,
                    locator=locator(source.locator),
                    quote=source.quote,
                )
                self.citations.append(citation)
                yield Cited(citation)
            numbers.append(self._numbers[source])
        text = sentence.text if sentence.text.endswith((".", "!", "?", ":", ";")) else f"{sentence.text}."
        piece = f"{text} {' '.join(f'[{number}]' for number in numbers)}"
        if piece in self.pieces:
            return
        yield Said(f"\n{piece}" if self.pieces else piece)
        self.pieces.append(piece)

    def leave_open(self, texts: list[str]) -> None:
        """Note what could not be answered, each once."""
        self.unanswered.extend(text for text in dict.fromkeys(texts) if text and text not in self.unanswered)

    def whole(self, *, model: UsedModel | None, usage: Usage) -> Assembled:
        """The answer as a whole."""
        return Assembled(
            AskAnswer(
                answer="\n".join(self.pieces) or None,
                answered=bool(self.pieces),
                citations=self.citations,
                tool_trace=self.trace,
                unanswered=self.unanswered,
                model=model,
                usage=usage,
            )
        )
