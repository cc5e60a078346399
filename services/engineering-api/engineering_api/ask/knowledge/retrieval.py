"""The search of the knowledge: BM25 over how people ask and what is said, and a threshold below which it is silent.

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with fields weighted before the
saturation (BM25F).
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from engineering_api.ask.found import Findings
from engineering_api.ask.knowledge.entries import Entry, entries
from engineering_api.ask.knowledge.words import STOP_WORDS, platform, stems, without_platforms
from engineering_api.ask.question import Question

_K1 = 1.2
_B = 0.4
_ASKED = 3.0
_SAID = 1.0
#: So much of what a question asks for, by weight, must be in one entry, and so much in how people ask for it.
_LEAST_COVERED = 0.7
_LEAST_ASKED = 0.5
#: What somebody wants to do must be what an entry is about.
_ACTIONS = frozenset(
    {
        "create",
        "save",
        "reset",
        "reboot",
        "backup",
        "recover",
        "disabl",
        "enabl",
        "enable",
        "forward",
        "publish",
        "shut",
    }
)
#: Words that alone ask nothing.
_WEAK_WORDS = "switch router firewall other helper help port new client site vpn server"
_WEAK = frozenset(_WEAK_WORDS.split())
_DEVICES = frozenset(stems("switch firewall"))
_LEAST_OF_ONE = 0.5
_ONLY_A_PORT = re.compile(r"^(?:(?:what|which)\b.{0,30}?)?\b(?:port|tcp|udp)(?: port)? (\d{2,5})\b.{0,14}$")
#: So much better fits what is asked for in the same words.
_LITERAL = 1.5
#: An entry is also told where it is nearly as good as the best.
_NEARLY = 0.93
_MOST_ENTRIES = 3
_MOST_PLATFORMS = 4


@dataclass(frozen=True)
class _Indexed:
    entry: Entry
    weights: dict[str, float]
    asked: frozenset[str]
    length: float
    #: The words of each way to ask.
    asks: tuple[frozenset[str], ...]
    #: The same words as they are written: STP and MSTP are found by each other and are not the same.
    written: frozenset[frozenset[str]]


@dataclass(frozen=True)
class Hit:
    """An entry that fits, how well, and how much of the question it covers, from 0 to 1."""

    entry: Entry
    score: float
    covered: float


class Knowledge:
    """Entries that can be searched. Safe under threads."""

    def __init__(self, given: Iterable[Entry]) -> None:
        """Index the entries."""
        self._indexed = [_index(one) for one in given]
        self._mean = sum(one.length for one in self._indexed) / max(1, len(self._indexed))
        self._frequency = Counter(stem for one in self._indexed for stem in one.weights)

    def answer(self, question: Question, platforms: Collection[str] = ()) -> Findings:
        """What is known; nothing where no entry fits well enough. Of `platforms` those of the scope come first."""
        found = Findings()
        for entry in self._chosen(question, platforms):
            for sentence in entry.says:
                found.say(sentence, entry.cited)
        return found

    def search(self, text: str, most: int = 5) -> list[Hit]:
        """The entries that fit, best first, for the platform that is named or for none."""
        folded = text.casefold()
        wanted = platform(folded)
        terms = Counter(stems(without_platforms(folded)))
        if not set(re.findall(r"[a-z0-9][\w.-]*", folded)) - _WEAK - STOP_WORDS:
            return []
        # Whether something is safe is asked of the thing, not of how it is turned on.
        actions = _ACTIONS & terms.keys() if "secur" not in terms else _ACTIONS & set()
        if wanted and len(terms) > 1:
            # What kind of device it is is said with its platform.
            terms = Counter({term: count for term, count in terms.items() if term not in _DEVICES}) or terms
        if actions:
            # How a VLAN is created does not hang on its number.
            terms = Counter({term: count for term, count in terms.items() if not term.isdigit()})
        rarity = {term: self._rarity(term) for term in terms}
        whole = sum(rarity.values())
        if not terms or not whole:
            return []
        hits = []
        for one in self._indexed:
            # A single word fits only where it is most of what somebody asks: 443, but not "hello".
            if len(terms) == 1 and self._share(one, terms) < _LEAST_OF_ONE:
                continue
            if one.entry.platform and wanted and one.entry.platform != wanted:
                continue
            if not actions <= one.asked:
                continue
            held = sum(rarity[term] for term in terms if term in one.weights) / whole
            asked = sum(rarity[term] for term in terms if term in one.asked) / whole
            if held < _LEAST_COVERED or asked < _LEAST_ASKED:
                continue
            score = sum(self._weight(one, term) for term in terms)
            # An entry that is asked for by few words besides fits better than one that is about more.
            score *= 0.6 + 0.4 * self._share(one, terms)
            score *= _LITERAL if _written(folded) in one.written else 1.0
            # Where a platform is named it is asked how, and not what a thing is.
            score *= (1.4 if one.entry.platform else 0.7) if wanted else 1.0
            # Who wants to do nothing asks what a thing is.
            score *= 1.4 if not one.entry.topic and not actions and not wanted else 1.0
            hits.append(Hit(one.entry, score, held))
        return sorted(hits, key=lambda hit: (-hit.score, hit.entry.id))[:most]

    def _share(self, one: _Indexed, terms: Counter[str]) -> float:
        return max(len(words & terms.keys()) / len(words | terms.keys()) if words else 0.0 for words in one.asks)

    def _chosen(self, question: Question, platforms: Collection[str]) -> list[Entry]:
        hits = self.search(question.folded, most=40)
        if not hits:
            return self._by_port(question.folded)
        best = hits[0]
        if best.entry.topic and not platform(question.folded):
            return self._by_topic(best.entry.topic, platforms)
        near = [
            one.entry for one in hits if one.score >= _NEARLY * best.score and one.entry.platform == best.entry.platform
        ]
        return near[:_MOST_ENTRIES]

    def _by_port(self, folded: str) -> list[Entry]:
        """What uses a port, by its number alone: the entries of ports that name it."""
        match = _ONLY_A_PORT.search(folded)
        if match is None:
            return []
        number = re.compile(rf"(?<![\d.]){match[1]}(?![\d.]\d|\d)")
        found = [one.entry for one in self._indexed if one.entry.id.startswith("port-")]
        return [one for one in found if any(map(number.search, one.says))][:2]

    def _by_topic(self, topic: str, platforms: Collection[str]) -> list[Entry]:
        """Where no platform is named: what holds for all, then what holds for those of the scope, else for some."""
        same = [one.entry for one in self._indexed if one.entry.topic == topic]
        general = [one for one in same if not one.platform]
        mine = [one for one in same if one.platform and one.platform in platforms]
        others = [one for one in same if one.platform and one.platform not in platforms]
        return [*general, *(mine or others)[:_MOST_PLATFORMS]]

    def _rarity(self, term: str) -> float:
        having = self._frequency.get(term, 0)
        return math.log(1 + (len(self._indexed) - having + 0.5) / (having + 0.5))

    def _weight(self, one: _Indexed, term: str) -> float:
        frequency = one.weights.get(term, 0)
        if not frequency:
            return 0.0
        around = 1 - _B + _B * one.length / self._mean
        return self._rarity(term) * frequency * (_K1 + 1) / (frequency + _K1 * around)


@cache
def shipped() -> Knowledge:
    """The knowledge that comes with the service."""
    return Knowledge(entries())


def _written(folded: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9][\w.-]*", without_platforms(folded))) - STOP_WORDS


def _index(entry: Entry) -> _Indexed:
    asks = [stems(without_platforms(ask.casefold())) for ask in entry.asks]
    asked = [stem for ask in asks for stem in ask]
    said = [stem for sentence in entry.says for stem in stems(sentence)]
    weights = {stem: _ASKED * min(count, 2) for stem, count in Counter(asked).items()}
    for stem, count in Counter(said).items():
        weights[stem] = weights.get(stem, 0.0) + _SAID * count
    return _Indexed(
        entry,
        weights,
        frozenset(asked),
        sum(weights.values()),
        tuple(map(frozenset, asks)),
        frozenset(_written(ask.casefold()) for ask in entry.asks),
    )
