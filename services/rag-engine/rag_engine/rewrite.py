"""A question of a conversation made to stand alone, without a language model: what it leaves out is carried over. Pure.

The words come from the question before, so nothing is put into the user's mouth that was not asked already.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_engine import terms
from rag_engine.terms import Term

_REFERS = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|this|that|these|those|there|one|ones|same|he|she|him|his|her|hers|"
    r"former|latter|previous|above)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers|they|them|their)\b", re.IGNORECASE)
_CONTINUES = re.compile(r"^\s*(?:and|or|but|so|also|what about|how about|what if|why|then)\b", re.IGNORECASE)
#: `What about VLAN 40?` asks the same of another thing: the thing named before must not come along.
_REPLACES = re.compile(r"^\s*(?:and\s+|or\s+|but\s+)?(?:what about|how about|and|or)\b", re.IGNORECASE)
_FEW_TERMS = 2
_MAX_CARRIED = 8
_MAX_NAMES_OF_ANSWER = 3
_MARKER = re.compile(r"\s*\[\d+\]")
#: `Maya Lindqvist`: a first name that begins a sentence is known by the name after it.
_FULL_NAME = re.compile(r"\b[A-Z][\w'’-]+(?:[ ][A-Z][\w'’-]+)+")


@dataclass(frozen=True)
class Turn:
    """A question as it was searched for, and its answer."""

    question: str
    answer: str


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it refers to in brackets; unchanged when it stands alone or nothing came before."""
    if not history:
        return question
    asked = terms.question_terms(question)
    refers = bool(_REFERS.search(question) or _CONTINUES.search(question))
    if not refers and len(asked) >= _FEW_TERMS:
        return question
    last = history[-1]
    known = terms.vocabulary(question)
    carried = [term for term in terms.question_terms(last.question) if not term.is_in(known)]
    if _REPLACES.search(question) and any(term.is_name for term in asked):
        carried = [term for term in carried if not term.is_name]
    if _PERSON.search(question):
        carried += _names_of_answer(last, known)
    words = list(dict.fromkeys(term.text for term in carried[:_MAX_CARRIED]))
    return f"{question.rstrip()} ({' '.join(words)})" if words else question


def _names_of_answer(turn: Turn, known: frozenset[str]) -> list[Term]:
    asked = terms.vocabulary(turn.question)
    answer = _MARKER.sub("", turn.answer)
    full = " ".join(match[0] for match in _FULL_NAME.finditer(answer))
    names = [*terms.question_terms(full), *(term for term in terms.question_terms(answer) if term.is_name)]
    new = [term for term in names if term.stem.isalpha() and not term.is_in(known) and not term.is_in(asked)]
    return list({term.stem: term for term in new}.values())[:_MAX_NAMES_OF_ANSWER]
