"""Do these passages carry an answer to this question at all? Pure.

Signals that mean the same for every question: the best cosine of a passage or sentence to the question, the part of
the question's words (the rarer, the heavier) that one passage speaks of, the part that no candidate speaks of, and
names or identifiers that occur nowhere. Nothing here reads the answer: that the passages are on the subject does not
make the answer right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_engine import terms
from rag_engine.passage import Passage
from rag_engine.terms import Term

# Measured with all-MiniLM-L6-v2 over 50 candidates and 5 shown passages: 74 questions on Anthropic's documentation (232
# sections, MIT) and 122 on IBM Cloud's (MTRAG, 4,217 passages, Apache-2.0), each asked of its own corpus and of the
# other one, and 79 on the sample documents, 35 of them about another client or about nothing that is written there.
# Refused wrongly: 12 of 196 and 1 of 44. Accepted wrongly: 16 of 196 (such as "How can I protect my privacy?") and 3 of
# 35, none of which names another client. Without the cosines of sentences 6 of 44 are refused: a chunk of many rows
# is near to no question. A threshold of 0.65 refuses 7 of 196 and accepts 32, one of 0.80 refuses 28 and accepts 8.
# Questions on the subject whose answer is not written (27 of MTRAG-UN) are not told from others: 16 are accepted.
_COVERAGE_WEIGHT = 0.4
_ABSENT_WEIGHT = 0.3
_ENOUGH = 0.725
#: Without a cosine that compares (another embedding model): the lower quartile of the answerable questions above.
_ENOUGH_COVERAGE = 0.6
#: A name counts twice: nothing else can be said for it.
_NAME_WEIGHT = 2.0
#: Even a word that every candidate has is a little evidence.
_LEAST_WEIGHT = 0.15

_COMMON = """
microsoft windows office google apple english monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
"""
#: Names that the documents of a trade leave out because everybody knows them, and days that they write otherwise.
_UNDERSTOOD = frozenset(terms.stem(word) for word in _COMMON.split())
#: Whose, or where: `… password of birchwood dental?` Measured: wrong once in 196 answerable questions.
_SCOPE = re.compile(
    r"\b(?:of|for|at|from)\s+(?:the\s+|an?\s+|our\s+|my\s+)?((?:[\w.'’-]+\s*){1,4}?)"
    r"(?=[?.,!;]|$|\b(?:and|or|in|on|to|with|of|for|at|from|is|are|when|that)\b)",
    re.IGNORECASE,
)
_MAX_ACRONYM = 4


@dataclass(frozen=True)
class Verdict:
    """Whether the evidence is enough, and why. `missing` are names of the question that occur nowhere."""

    enough: bool
    score: float
    missing: tuple[str, ...] = ()


def judge(
    question: str, shown: Sequence[Passage], candidates: Sequence[Passage], *, context: str, nearest: float | None
) -> Verdict:
    """Judge the passages `shown` (best of the `candidates`) as evidence for an answer to `question`.

    `context` is what everybody in this conversation knows without reading it anywhere: the client's name. `nearest` is
    the best cosine of a passage or sentence; None when there is none by the model that the threshold was measured with.
    """
    if not shown:
        return Verdict(False, 0.0)
    asked = terms.question_terms(question)
    known = [words_of(passage) for passage in candidates]
    spoken = terms.vocabulary(context)
    everywhere = spoken.union(*known)
    visible = spoken.union(*(words_of(passage) for passage in shown))
    missing = [term.text for term in asked if _must_occur(term) and not term.is_nearly_in(visible)]
    missing += [phrase for phrase in _scopes(question) if _is_foreign(phrase, everywhere)]
    coverage = max(covered(asked, spoken | words_of(passage), known) for passage in shown)
    absent = _share([term for term in asked if not term.is_nearly_in(everywhere)], asked, known)
    if nearest is None:
        score, enough = coverage, _ENOUGH_COVERAGE
    else:
        score, enough = nearest + _COVERAGE_WEIGHT * coverage - _ABSENT_WEIGHT * absent, _ENOUGH
    return Verdict(not missing and score >= enough, round(score, 4), tuple(dict.fromkeys(missing)))


def words_of(passage: Passage) -> frozenset[str]:
    """All that a passage speaks of: its text, and where it stands."""
    values = (str(value) for value in passage.metadata.values())
    return terms.vocabulary(
        passage.title, passage.section, passage.external_id, passage.url or "", *values, passage.text
    )


def covered(asked: Sequence[Term], words: frozenset[str], candidates: Sequence[frozenset[str]]) -> float:
    """The part, by weight, of what is asked about that a text with these words speaks of; from 0 to 1."""
    return _share([term for term in asked if term.is_in(words)], asked, candidates)


def _share(some: Sequence[Term], asked: Sequence[Term], candidates: Sequence[frozenset[str]]) -> float:
    weights = {term: _weight(term, candidates) for term in asked}
    return sum(weights[term] for term in some) / sum(weights.values()) if asked else 0.0


def _weight(term: Term, candidates: Sequence[frozenset[str]]) -> float:
    """How much a term says: more when few of the candidates have it, and more for a name."""
    return (_NAME_WEIGHT if term.is_name else 1.0) * (_LEAST_WEIGHT + terms.inverse_frequency(term, candidates))


def _must_occur(term: Term) -> bool:
    # Short acronyms are class names that a text may spell out; addresses, models and people's names are not.
    acronym = term.text.isalpha() and term.text.isupper() and len(term.text) <= _MAX_ACRONYM
    return term.is_name and not acronym and term.stem not in _UNDERSTOOD


def _scopes(question: str) -> list[str]:
    return [match[1].strip() for match in _SCOPE.finditer(question)]


def _is_foreign(phrase: str, everywhere: frozenset[str]) -> bool:
    named = terms.question_terms(phrase.casefold())
    return bool(named) and not any(term.is_nearly_in(everywhere) for term in named)
