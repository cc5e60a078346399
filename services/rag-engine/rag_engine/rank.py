"""Which of the found passages are shown: near-duplicates once, and not all of them from one document. Pure."""

import math
from collections import Counter
from collections.abc import Sequence

from rag_engine import terms
from rag_engine.passage import Passage

#: Shared part of two passages' words from which they count as the same text.
_DUPLICATE = 0.9
#: Part of an answer that one document may fill while others have something to say.
_DOCUMENT_SHARE = 0.6
_MIN_PER_DOCUMENT = 3


def wanted(top_k: int) -> int:
    """How many passages to search for so that `top_k` are left."""
    return 2 * top_k + 10


def order(passages: Sequence[Passage], top_k: int) -> list[Passage]:
    """The `top_k` passages to show, best first.

    Passages beyond a document's share come after those of other documents: a collection of one long document still
    fills the list.
    """
    ceiling = max(_MIN_PER_DOCUMENT, math.ceil(top_k * _DOCUMENT_SHARE))
    taken: Counter[str] = Counter()
    first: list[Passage] = []
    later: list[Passage] = []
    for passage in without_duplicates(passages):
        taken[passage.document_id] += 1
        (first if taken[passage.document_id] <= ceiling else later).append(passage)
    chosen = [*first, *later][:top_k]
    return sorted(chosen, key=lambda passage: -passage.score)


def without_duplicates(passages: Sequence[Passage]) -> list[Passage]:
    """The passages without those that repeat a better one, in the same order.

    Two that differ in a figure or an address never count as the same: configurations often differ in nothing else.
    """
    kept: list[Passage] = []
    seen: list[tuple[frozenset[str], frozenset[str]]] = []
    for passage in passages:
        known = terms.vocabulary(passage.text)
        figures = frozenset(word for word in known if any(sign.isdigit() for sign in word))
        if any(figures == others and _overlap(known, words) >= _DUPLICATE for words, others in seen):
            continue
        kept.append(passage)
        seen.append((known, figures))
    return kept


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
