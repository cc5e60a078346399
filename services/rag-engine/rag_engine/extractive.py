"""An answer without a language model: the sentences of the passages that speak best to the question, as they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag_engine import evidence, sentences, terms
from rag_engine.embed import Vectors
from rag_engine.passage import Passage
from rag_engine.sentences import Sentence
from rag_engine.terms import Term

MAX_SENTENCES = 4
#: Sentences that are compared by meaning; embedding one takes 2 to 10 ms on one core.
_MAX_EMBEDDED = 16
#: They are compared so many at a time, those with the most of the question's words first …
_EMBEDDED_AT_ONCE = 4
#: … until none that is left could be said, however near it is: its cosine is at most so much above its prior, and at
#: most so high. All 544 sentences of 34 questions on the sample documents keep to that but three, which were the best
#: of their question. Every question gets the same answer as when all are compared, for 55 % of the work.
_ABOVE_PRIOR = 0.46
_NEAREST_BY_MEANING = 0.75
#: A further sentence is said only when it is nearly as good as the best one.
_NEARLY = 0.8
#: Sentences with so many words in common say the same.
_SAME = 0.6
#: What stands above a sentence speaks for it too, but less.
_CONTEXT_SHARE = 0.6
_COVERAGE_WEIGHT = 0.8
#: Each place further down the list of passages costs as much.
_RANK_COST = 0.02
_FIGURE_BONUS = 0.15
_WANTS_FIGURE = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far)|when|what time|which (?:vlan|port|ip|subnet|number|version|date|year)"
    r"|(?:ip|address|subnet|gateway|vlan|port|number|extension|password|passphrase|psk|code|pin|key|price|cost|date|"
    r"version|limit|size|serial)\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+")
_MAX_SHOWN = 600


@dataclass(frozen=True)
class Candidate:
    """A sentence of a passage. `prior` is what its words say for it, `cosine` what its meaning says.

    `asked` are the terms of the question that it speaks of.
    """

    passage: Passage
    sentence: Sentence
    words: frozenset[str]
    asked: frozenset[Term]
    prior: float
    cosine: float = 0.0

    @property
    def score(self) -> float:
        """What orders candidates."""
        return self.prior + self.cosine


class Embeds(Protocol):
    """What is asked of an embedder here."""

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences."""

    def query(self, text: str) -> Vectors:
        """The vector of a question."""


def candidates(
    question: str, passages: Sequence[Passage], embedder: Embeds, *, thorough: bool = False
) -> list[Candidate]:
    """The sentences that may answer a question, in the order of the passages.

    Without `thorough` those are left out that would not be said beside the better ones.

    Raises:
        Unavailable, Timeout: when a remote embedding model is away.
    """
    found = _by_words(question, passages)
    left = sorted(range(len(found)), key=lambda index: -found[index].prior)
    compared: dict[int, Candidate] = {}
    while left:
        portion, left = (left, []) if thorough else (left[:_EMBEDDED_AT_ONCE], left[_EMBEDDED_AT_ONCE:])
        vectors = embedder.documents([found[index].sentence.shown for index in portion])
        cosines = vectors @ embedder.query(question)
        compared |= {
            index: replace(found[index], cosine=float(cosine)) for index, cosine in zip(portion, cosines, strict=True)
        }
        enough = _NEARLY * max(item.score for item in compared.values())
        left = [index for index in left if _best_possible(found[index]) >= enough]
    return [compared[index] for index in sorted(compared)]


def _best_possible(item: Candidate) -> float:
    return item.prior + min(_NEAREST_BY_MEANING, item.prior + _ABOVE_PRIOR)


def choose(found: Sequence[Candidate]) -> list[Candidate]:
    """One to four candidates that answer best, in the order of the passages; none when there are none.

    What speaks of only a part of what the best one speaks of adds nothing to it.
    """
    ranked = sorted(range(len(found)), key=lambda index: -found[index].score)
    chosen: list[int] = []
    for index in ranked:
        best, item = found[ranked[0]], found[index]
        if len(chosen) == MAX_SENTENCES or item.score < best.score * _NEARLY:
            break
        if not item.asked < best.asked and not any(_says_the_same(item, found[other]) for other in chosen):
            chosen.append(index)
    return [found[index] for index in sorted(chosen)]


def _by_words(question: str, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences with the most of the question's words, in the order of the passages."""
    asked = terms.question_terms(question)
    known = [evidence.words_of(passage) for passage in passages]
    wants_figure = bool(_WANTS_FIGURE.search(question))
    given = set(_FIGURE.findall(question))
    found: list[Candidate] = []
    for rank, passage in enumerate(passages):
        above = terms.vocabulary(passage.title, passage.section)
        for sentence in sentences.split(passage.text):
            if len(sentence.shown) > _MAX_SHOWN:
                continue
            words = terms.vocabulary(sentence.shown)
            around = words | terms.vocabulary(sentence.context) | above
            own = evidence.covered(asked, words, known)
            coverage = own + _CONTEXT_SHARE * (evidence.covered(asked, around, known) - own)
            figure = _FIGURE_BONUS if wants_figure and set(_FIGURE.findall(sentence.shown)) - given else 0.0
            prior = _COVERAGE_WEIGHT * coverage + figure - _RANK_COST * rank
            found.append(
                Candidate(passage, sentence, words, frozenset(term for term in asked if term.is_in(words)), prior)
            )
    best = sorted(range(len(found)), key=lambda index: -found[index].prior)[:_MAX_EMBEDDED]
    return [found[index] for index in sorted(best)]


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    figures = [{word for word in item.words if _FIGURE.search(word)} for item in (one, other)]
    return figures[0] == figures[1] and len(one.words & other.words) >= _SAME * len(one.words | other.words)
