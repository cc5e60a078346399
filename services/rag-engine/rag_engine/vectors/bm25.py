"""Words as numbers: the stemmed terms of a text with their BM25 weights, by the encoder that Qdrant itself uses."""

import qdrant_edge as edge


class Encoder:
    """Lower-cased words without stop words, stemmed, hashed. Safe under threads."""

    def __init__(self, *, k: float, b: float, average_length: float) -> None:
        """`k` saturates repeated words, `b` weighs the length against `average_length` (words without stop words)."""
        self._model = edge.Bm25(edge.Bm25Config(k=k, b=b, avg_len=average_length, language="english"))

    def weights(self, text: str) -> dict[int, float]:
        """The weight of each term in `text`, without the inverse document frequency: that is the store's part."""
        found = self._model.embed_document(text)
        return dict(zip(found.indices, found.values, strict=True))
