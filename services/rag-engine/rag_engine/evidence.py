"""Do these passages carry an answer to this question at all? Pure.

Three signals that mean the same for every question: the best cosine to the question, the part of the question's words
(the rarer, the heavier) that one passage speaks of, and names or identifiers that occur nowhere. Nothing here reads
the answer: that the passages are on the subject does not make the answer right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag_engine import terms
from rag_engine.passage import Passage
from rag_engine.terms import Term

# Measured with all-MiniLM-L6-v2 over 50 candidates and 5 shown passages: 74 questions on Anthropic's documentation
# (232 sections, MIT) and 122 on IBM Cloud's (MTRAG, 4,217 passages, Apache-2.0), each asked of its own corpus (should
# be answered) and of the other one (should be refused). The best single cosine separates them with 44 errors of 392,
# cosine + 0.4 · coverage with 24; other weights of the coverage (0.2, 0.3, 0.5, 0.7, 1): 30, 24, 28, 32, 36.
_COVERAGE_WEIGHT = 0.4
#: With it 12 of 196 questions are refused wrongly and 178 of 196 foreign ones rightly, names included.
_ENOUGH = 0.65
#: Without a cosine that compares (keyword search, another embedding model). The quartile of the answerable above.
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
    cosine: float | None
    coverage: float
    missing: tuple[str, ...]


def judge(
    question: str, shown: Sequence[Passage], candidates: Sequence[Passage], *, context: str, cosine_compares: bool
) -> Verdict:
    """Judge the passages `shown` (best of the `candidates`) as evidence for an answer to `question`.

    `context` is what everybody in this conversation knows without reading it anywhere: the client's name.
    `cosine_compares` says that the cosines are of the embedding model the threshold was measured with.
    """
    if not shown:
        return Verdict(False, 0.0, None, 0.0, ())
    asked = terms.question_terms(question)
    known = [words_of(passage) for passage in candidates]
    everywhere = terms.vocabulary(context).union(*known)
    visible = terms.vocabulary(context).union(*(words_of(passage) for passage in shown))
    missing = [term.text for term in asked if _must_occur(term) and not term.is_nearly_in(visible)]
    missing += [phrase for phrase in _scopes(question) if _is_foreign(phrase, everywhere)]
    coverage = max(covered(asked, words_of(passage), known) for passage in shown)
    cosines = [passage.cosine for passage in shown if passage.cosine is not None] if cosine_compares else []
    best = max(cosines, default=None)
    score = coverage if best is None else best + _COVERAGE_WEIGHT * coverage
    enough = not missing and score >= (_ENOUGH_COVERAGE if best is None else _ENOUGH)
    return Verdict(enough, round(score, 4), best, round(coverage, 4), tuple(dict.fromkeys(missing)))


def words_of(passage: Passage) -> frozenset[str]:
    """All that a passage speaks of: its text, and where it stands."""
    values = (str(value) for value in passage.metadata.values())
    return terms.vocabulary(
        passage.title, passage.section, passage.external_id, passage.url or "", *values, passage.text
    )


def covered(asked: Sequence[Term], words: frozenset[str], candidates: Sequence[frozenset[str]]) -> float:
    """The part, by weight, of what is asked about that a text with these words speaks of; from 0 to 1."""
    weights = {term: weight(term, candidates) for term in asked}
    total = sum(weights.values())
    return sum(value for term, value in weights.items() if term.is_in(words)) / total if total else 0.0


def weight(term: Term, candidates: Sequence[frozenset[str]]) -> float:
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
