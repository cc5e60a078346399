"""Vectors of sentences, remembered: the same passages answer many questions."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from rag_engine.embed import Embedder, Vectors

#: With 384 numbers a vector and its text, about 8 MB.
_SIZE = 4096


class SentenceCache:
    """Embeds as its embedder does, and each text only once while it is remembered. Safe under threads."""

    def __init__(self, embedder: Embedder, *, size: int = _SIZE) -> None:
        """The last `size` texts are remembered."""
        self._embedder = embedder
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of at least one text, shape (len(texts), dimension). Raises `Unavailable` or `Timeout`."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, self._embedder.documents(missing), strict=True)
        with self._lock:
            for text in texts:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def query(self, text: str) -> Vectors:
        """The vector of a question. Raises `Unavailable` or `Timeout`."""
        return self._embedder.query(text)
