"""Texts as weighted terms, for the keyword leg of a search. The store adds the inverse document frequencies."""

from rag_engine.vectors.bm25 import Encoder

#: Words without stop words in a chunk of the usual size. An average far from the truth costs nothing after the fusion.
_AVERAGE_WORDS = 100.0
_AVERAGE_TITLE_WORDS = 6.0
#: What a word of the title counts against one of the text.
_TITLE_SHARE = 0.25

_TEXTS = Encoder(k=1.2, b=0.75, average_length=_AVERAGE_WORDS)
_TITLES = Encoder(k=1.2, b=0.75, average_length=_AVERAGE_TITLE_WORDS)
#: With a saturation that is never reached and no length, the weight of a word is how often it occurs.
_COUNTS = Encoder(k=1e6, b=0.0, average_length=1.0)


def document(text: str, title: str) -> dict[int, float]:
    """The terms of a chunk and of its document's title."""
    found = _TEXTS.weights(text)
    for term, weight in _TITLES.weights(title).items():
        found[term] = found.get(term, 0.0) + _TITLE_SHARE * weight
    return found


def question(text: str) -> dict[int, float]:
    """The terms of a question, each as heavy as it is frequent: repetition is emphasis."""
    return {term: float(round(weight)) for term, weight in _COUNTS.weights(text).items()}
