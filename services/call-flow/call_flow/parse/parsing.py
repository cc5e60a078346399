"""From plain language to a specification: by a language model if there is one, else by rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from call_flow.parse import rules
from call_flow.parse.asking.dialogue import Dialogue, NotRead, Told
from call_flow.parse.believing import believed
from call_flow.parse.ignored import ignored
from call_flow.parse.meaning.assembly import Assembled, Known, assemble
from call_flow.parse.meaning.sheet import Question
from call_flow.parse.sentences import Sentence, sentences
from oberaconnect.llm import Model

_BY_RULES = "The rules have read the text instead."


@dataclass(frozen=True)
class Parsed:
    """What a text says.

    `dropped` counts what the model said and the text does not; `note` says why a model that there is was not used.
    """

    assembled: Assembled
    questions: list[Question]
    ignored: list[str]
    by: Literal["model", "rules"]
    dropped: int = 0
    note: str | None = None


def parse(source: str, known: Known, *, today: dt.date, model: Model | None, context_tokens: int) -> Parsed:
    """Read a text. Nothing comes out that is not in it, in `known`, or worked out from these by rule."""
    found = sentences(source)
    note = None
    if model is not None:
        try:
            told = Dialogue(model, context_tokens).read(source, found)
        except NotRead as reason:
            note = f"{reason} {_BY_RULES}"
        else:
            return _by_model(source, found, told, known, today)
    made = assemble(source, rules.read(found), known, today=today)
    return Parsed(made, made.questions, ignored(found, made.used, source), "rules", note=note)


def _by_model(source: str, found: Sequence[Sentence], told: Told, known: Known, today: dt.date) -> Parsed:
    made = assemble(source, believed(told.statements, found, rules.read(list(found))), known, today=today)
    asked = {question.pointer for question in made.questions}
    questions = list(made.questions)
    for pointer, question in told.questions:
        if pointer not in asked:
            asked.add(pointer)
            questions.append(Question(pointer, question))
    return Parsed(made, questions, ignored(found, made.used, source), "model", told.dropped)
