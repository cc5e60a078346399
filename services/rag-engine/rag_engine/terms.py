"""Words as evidence: what a question asks about, and whether a text speaks of it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’.\-:/@&_]+[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"([^\W\d_]{3,})\d+")
_POSSESSIVE = re.compile(r"['’](?:s)?(?=\W|$)", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|[\"“(]\s*)$")
_QUOTED = re.compile(r"[\"“]([^\"“”]{2,60})[\"”]")
#: Longest first. Conflating a little too much is harmless here: all words must meet in one passage.
_SUFFIXES = (
    "izations", "ization", "ations", "ation", "ments", "ment", "ness", "ings", "ing", "ions", "ion", "edly", "ies",
    "ers", "ed", "er", "es", "ly", "al", "s", "e", "y",
)  # fmt: skip
_MIN_STEM = 3
#: Words of the trade that mean the same.
_SAME = {
    "passphrase": "password", "psk": "password", "passcode": "password", "wlan": "wifi", "wireless": "wifi",
    "telephone": "phone", "licence": "license",
}  # fmt: skip
_MAX_SHORT = 4
_MIN_MISTYPED = 6
_ADDRESS_PARTS = 4
_CLOSE = 0.84  # difflib's ratio: one wrong letter in a name of seven or more

_STOP_WORDS = """
a about above after again all also am an and any anyone anything are aren't as at be because been before being
below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each
either else ever every few for from further get gets getting give go goes going got had has hasn't have haven't
having he her here hers hi hello him his how however i i'd i'll i'm i've if in instead into is isn't it it's its
itself just know let let's like look many may maybe me mean might mine more most much must my myself need needs no
nor not now of off ok okay on once one only or other our ours out over own please possible same say says she should
shouldn't show so some somebody someone something still such sure take tell than thank thanks that that's the their
theirs them then there there's these they they're thing things this those through to too under until up us use used
user using very via want wants was wasn't way ways we we're well were weren't what what's when where where's
whether which while who who's whom whose why will with within without won't work works would wouldn't yes yet you
you're your yours yourself explain describe list mention provide find different difference example examples
question answer information info detail details kind kinds type types help available
"""
#: Words that say nothing about the subject of a question.
STOP_WORDS = frozenset(_STOP_WORDS.split())


def fold(text: str) -> str:
    """Text for comparison: compatibility forms made one, typographic signs made plain, small letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.translate({0x2019: "'", 0x2018: "'", 0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0xAD: None})


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its ending. Words with digits stay as they are."""
    if not word.isalpha():
        return word
    same = _SAME.get(word.removesuffix("s"), word)
    for suffix in _SUFFIXES:
        if same.endswith(suffix) and len(same) - len(suffix) >= _MIN_STEM:
            return same[: -len(suffix)].rstrip("ie") or same
    return same


def words(text: str) -> list[str]:
    """The stems of a text in order.

    A compound (`wi-fi`, `10.0.3.1`) gives its parts and itself written together, a network (`10.0.3.0/24`) its address
    too, and a numbered name (`PBX01`) the name without the number.
    """
    found: list[str] = []
    for match in _WORD.finditer(_POSSESSIVE.sub(" ", fold(text))):
        for part in _PART.findall(match[0]):
            found.append(stem(part))
            if numbered := _NUMBERED.fullmatch(part):
                found.append(stem(numbered[1]))
        for compound in dict.fromkeys((match[0], match[0].partition("/")[0])):
            if len(parts := _PART.findall(compound)) > 1:
                found.append(stem("".join(parts)))
    return found


@dataclass(frozen=True)
class Term:
    """One thing a question asks about. `is_name`: a name or identifier, for which there is no other word."""

    text: str
    stem: str
    parts: tuple[str, ...] = ()
    is_name: bool = False

    def is_in(self, vocabulary: frozenset[str]) -> bool:
        """Whether a text with these stems speaks of it."""
        if self.stem in vocabulary:
            return True
        return len(self.parts) > 1 and not self._is_address and vocabulary.issuperset(self.parts)

    def is_nearly_in(self, vocabulary: frozenset[str]) -> bool:
        """The same, forgiving a typing mistake in a longer word, and finding `PBX` in `FreePBX`."""
        if self.is_in(vocabulary):
            return True
        if not self.stem.isalpha() or len(self.stem) < _MIN_STEM:
            return False
        if len(self.stem) <= _MAX_SHORT:
            return any(self.stem in word for word in vocabulary)
        return len(self.stem) >= _MIN_MISTYPED and bool(get_close_matches(self.stem, vocabulary, n=1, cutoff=_CLOSE))

    @property
    def _is_address(self) -> bool:
        """An IP or MAC address: its numbers alone stand everywhere."""
        return len(self.parts) >= _ADDRESS_PARTS and all(part.isdigit() or len(part) == 2 for part in self.parts)


def question_terms(question: str) -> list[Term]:
    """What a question asks about: its words without stop words, each once, in order.

    Names are words with a capital inside or before them (unless a sentence begins there), words with digits, and what
    stands in quotation marks.
    """
    quoted = {part for match in _QUOTED.finditer(question) for part in _PART.findall(fold(match[1]))}
    shouting = question.upper() == question
    found: dict[str, Term] = {}
    for match in _WORD.finditer(question):
        possessive = bool(re.search(r"['’]s$", match[0], re.IGNORECASE))
        shown = _POSSESSIVE.sub("", match[0])
        plain = fold(shown)
        parts = tuple(map(stem, _PART.findall(plain)))
        if plain in STOP_WORDS or plain.replace("'", "") in STOP_WORDS or (len(plain) < 2 and not plain.isdigit()):
            continue
        begins = bool(_SENTENCE_START.search(question[: match.start()]))
        capital = shown[:1].isupper() and (not begins or possessive) and not shouting
        inner = any(sign.isupper() for sign in shown[1:]) and not shown.isupper() and not shouting
        digits = any(sign.isdigit() for sign in plain) and not (plain.isdigit() and len(plain) < 2)
        whole = stem("".join(_PART.findall(plain)))
        name = capital or inner or digits or plain in quoted
        if whole not in found or (name and not found[whole].is_name):
            found[whole] = Term(shown, whole, parts, is_name=name)
    return list(found.values())


@lru_cache(maxsize=1024)
def vocabulary(*texts: str) -> frozenset[str]:
    """The stems that occur in any of the texts."""
    return frozenset(word for text in texts for word in words(text))


def inverse_frequency(term: Term, vocabularies: Iterable[frozenset[str]]) -> float:
    """How much a term tells texts apart: 1 when none of them has it, near 0 when all do."""
    having = [term.is_in(known) for known in vocabularies]
    if not having:
        return 1.0
    return 1.0 - sum(having) / (len(having) + 1)
