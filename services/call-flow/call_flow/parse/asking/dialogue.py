"""Asking a language model what a text says: piece by piece, with one chance to say it again."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from call_flow.parse.asking import evidence, prompt
from call_flow.parse.asking.evidence import Checked, Text
from call_flow.parse.sentences import Sentence
from call_flow.parse.statement import Statement
from oberaconnect.llm import Model, Request, Usage
from oberaconnect.problems import Problem

#: The rules and the shape of the answer, in tokens; a cautious guess of what a token is.
_RULES_TOKENS, _CHARACTERS_PER_TOKEN = 2000, 3
#: Statements are about so many times as long as the text they are about.
_ANSWER_TO_TEXT = 3
_MOST_TOKENS = 12_000
_MOST_PIECES = 3
#: After this long nothing more is asked: the caller waits.
_PATIENCE_SECONDS = 60.0


class NotRead(Exception):
    """The model could not be used. The message says why."""


@dataclass
class Told:
    """What the model said of the text, as far as it stands there."""

    statements: list[Statement] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    dropped: int = 0
    usage: Usage = field(default_factory=lambda: Usage(0, 0))


class Dialogue:
    """One reading of one text by one model."""

    def __init__(self, model: Model, context_tokens: int) -> None:
        """`context_tokens` is how much the model can see at once."""
        self._model = model
        room = max(context_tokens - _RULES_TOKENS, _RULES_TOKENS // 4)
        self._max_tokens = min(room * _ANSWER_TO_TEXT // (_ANSWER_TO_TEXT + 1), _MOST_TOKENS)
        self._characters = self._max_tokens // _ANSWER_TO_TEXT * _CHARACTERS_PER_TOKEN
        self._may_ask_again = True
        self._told = Told()
        self._began = time.monotonic()

    def read(self, source: str, sentences: Sequence[Sentence]) -> Told:
        """What the text says.

        Raises:
            NotRead: when the model is away, does not answer in time, refuses, answers what cannot be read or what
                does not stand in the text, or the text is too long for it.
        """
        text = Text(source)
        begins = [sentence.start for sentence in sentences]
        for piece in self._pieces(source, begins):
            checked = self._ask(piece, text, begins)
            self._told.statements += checked.statements
            self._told.questions += checked.questions
            self._told.dropped += len(checked.faults)
        if not self._told.statements:
            raise NotRead("The language model found nothing that stands in this text.")
        return self._told

    def _pieces(self, source: str, begins: Sequence[int]) -> list[str]:
        """The text in pieces that the model can see whole, cut between sentences."""
        cuts = [0]
        for begin, following in zip(begins, [*begins[1:], len(source)], strict=True):
            if following - cuts[-1] > self._characters and begin > cuts[-1]:
                cuts.append(begin)
        pieces = [source[start:end] for start, end in zip(cuts, [*cuts[1:], len(source)], strict=True)]
        if len(pieces) > _MOST_PIECES or any(len(piece) > 2 * self._characters for piece in pieces):
            raise NotRead("The text is too long for the language model.")
        return pieces

    def _ask(self, piece: str, text: Text, begins: Sequence[int]) -> Checked:
        request = prompt.taking_apart(piece, fence=f"text-{secrets.token_hex(8)}", max_tokens=self._max_tokens)
        answer = self._complete(request)
        checked = evidence.check(answer, text, sentence_of=begins)
        if (checked is None or checked.faults) and self._may_ask_again:
            self._may_ask_again = False
            faults = ["it is no JSON of the given shape"] if checked is None else checked.faults
            again = evidence.check(self._complete(prompt.again(request, answer, faults)), text, sentence_of=begins)
            if checked is None or (again is not None and len(again.faults) <= len(checked.faults)):
                checked = again
        if checked is None:
            raise NotRead("The language model's answer could not be read.")
        return checked

    def _complete(self, request: Request) -> str:
        if time.monotonic() - self._began > _PATIENCE_SECONDS:
            raise NotRead("The language model took too long.")
        try:
            completion = self._model.complete(request)
        except Problem as problem:
            raise NotRead(problem.detail) from problem
        used = self._told.usage
        self._told.usage = Usage(
            used.input_tokens + completion.usage.input_tokens, used.output_tokens + completion.usage.output_tokens
        )
        if completion.stop == "refused":
            raise NotRead("The language model refused to read this text.")
        return completion.text
