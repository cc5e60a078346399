"""The sentences of a model's answer, read out of its JSON while it is still coming. Pure."""

import json
import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

_DENIED = re.compile(r'"answered"\s*:\s*false')
_SENTENCE_DEPTH = 2
_MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class Draft:
    """A sentence as the model wrote it, with the number of a passage and a quote for each of its proofs."""

    text: str
    quotes: tuple[tuple[int, str], ...]


class _Quote(BaseModel):
    model_config = ConfigDict(extra="ignore")
    passage: int
    quote: str


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="ignore")
    text: str
    quotes: list[_Quote] = []


class Reader:
    """Takes the text piece by piece. A model that breaks the shape loses only the sentences that it broke."""

    def __init__(self) -> None:
        """Empty."""
        self._text = ""
        self._read = 0
        self._depth = 0
        self._start = 0
        self._in_string = False
        self._escaped = False

    @property
    def denied(self) -> bool:
        """Whether the model says that the passages do not answer the question."""
        return bool(_DENIED.search(self._text))

    def feed(self, piece: str) -> list[Draft]:
        """The sentences that this piece completed."""
        self._text += piece[: max(0, _MAX_CHARACTERS - len(self._text))]
        found: list[Draft] = []
        while self._read < len(self._text):
            if self._step(self._text[self._read]) and (draft := self._draft(self._read + 1)):
                found.append(draft)
            self._read += 1
        return found

    def _step(self, sign: str) -> bool:
        """Take one character; true when it closes a sentence."""
        if self._in_string:
            if self._escaped:
                self._escaped = False
            elif sign == "\\":
                self._escaped = True
            elif sign == '"':
                self._in_string = False
        elif sign == '"':
            self._in_string = self._depth > 0
        elif sign == "{":
            self._depth += 1
            if self._depth == _SENTENCE_DEPTH:
                self._start = self._read
        elif sign == "}" and self._depth:
            self._depth -= 1
            return self._depth == _SENTENCE_DEPTH - 1
        return False

    def _draft(self, end: int) -> Draft | None:
        try:
            sentence = _Sentence.model_validate_json(self._text[self._start : end])
        except ValidationError:
            return None
        text = " ".join(sentence.text.split())
        return Draft(text, tuple((item.passage, item.quote) for item in sentence.quotes)) if text else None


def read_question(text: str) -> str | None:
    """The rewritten question in a model's answer, or None when there is none that can be used."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    question = found.get("question") if isinstance(found, dict) else None
    if not isinstance(question, str) or not question.strip() or "\x00" in question:
        return None
    return " ".join(question.split())
