"""Citations that can be checked: a quote is found again in the passage it is said to come from, or it does not count.

Spaces, capitals, quotation marks, dashes and the bars between table cells may differ; the words may not. Pure.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag_engine import terms
from rag_engine.passage import Passage

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "|": " ",
}  # fmt: skip
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LEFT_OUT = re.compile(r"\s*(?:\[?(?:…|\.{3,})\]?)\s*")
_AROUND = " \t\n\"'“”‘’*_`"
_MIN_SIGNS = 4
_MAX_SPAN = 1200
_NUMBER = re.compile(r"\d+")
_ADDRESS = re.compile(r"\d+(?:\.\d+){3}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)


@dataclass(frozen=True)
class Citation:
    """Words of a passage. `start` and `end` count in the document's canonical text; `n` is what the answer shows."""

    n: int
    passage: Passage
    quote: str
    start: int
    end: int

    @property
    def page(self) -> int | None:
        """The page on which the quote begins."""
        begun = [page for place, page in self.passage.pages if place <= self.start]
        return begun[-1] if begun else self.passage.page


def cite(n: int, passage: Passage, quote: str) -> Citation | None:
    """The citation of a quote, or None when the passage does not say that."""
    found = _find(quote, passage.text)
    return None if found is None else at(n, passage, *found)


def at(n: int, passage: Passage, start: int, end: int) -> Citation | None:
    """The citation of `passage.text[start:end]`.

    None when it lies in the table header that a chunk repeats: that is no place of the chunk.
    """
    # The text of a chunk ends with its range; a repeated header stands in front of it.
    shift = passage.char_end - len(passage.text)
    start = max(start, passage.char_start - shift)
    if start >= end:
        return None
    return Citation(n, passage, passage.text[start:end], start + shift, end + shift)


def numbers_agree(sentence: str, cited: Sequence[Passage], question: str) -> bool:
    """Whether each figure and address of a sentence stands in the passages it cites, or in the question itself."""
    sources = terms.fold("\n".join([question, *(f"{item.title}\n{item.section}\n{item.text}" for item in cited)]))
    said = terms.fold(sentence)
    known = {number.lstrip("0") for number in _NUMBER.findall(sources)}
    if any(number.lstrip("0") not in known for number in _NUMBER.findall(said)):
        return False
    return all(_stands_in(address, sources) for address in _ADDRESS.findall(said))


def _stands_in(address: str, sources: str) -> bool:
    return re.search(rf"(?<![\w.:]){re.escape(address)}(?![\w:]|\.\d)", sources) is not None


def _find(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quote stands in the text; its parts in order when it leaves something out."""
    plain, places = _comparable(text)
    first, position = None, 0
    for part in _LEFT_OUT.split(quote):
        wanted = _comparable(part.strip(_AROUND))[0].strip()
        if not wanted:
            continue
        if sum(sign.isalnum() for sign in wanted) < _MIN_SIGNS:
            return None
        found = _whole_words(plain, wanted, position)
        if found < 0:
            return None
        first = found if first is None else first
        position = found + len(wanted)
    if first is None or position - first > _MAX_SPAN:
        return None
    return places[first], places[position - 1] + 1


def _whole_words(plain: str, wanted: str, position: int) -> int:
    """As `str.find`, but never from or into the middle of a word."""
    while (found := plain.find(wanted, position)) >= 0:
        end = found + len(wanted)
        inside_before = found > 0 and plain[found - 1].isalnum() and wanted[0].isalnum()
        inside_after = end < len(plain) and plain[end].isalnum() and wanted[-1].isalnum()
        if not inside_before and not inside_after:
            return found
        position = found + 1
    return -1


def _comparable(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters the place in `text`."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if sign in _INVISIBLE:
            continue
        for plain in unicodedata.normalize("NFKC", _PLAIN.get(sign, sign)).casefold():
            if plain.isspace():
                if signs and signs[-1] == " ":
                    continue
                signs.append(" ")
            else:
                signs.append(plain)
            places.append(place)
    return "".join(signs), places
