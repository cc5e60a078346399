"""What a configuration belongs to, by the signs of all platforms, and where in a file another device begins.

A line speaks for a platform as much as the platform's sign in it says. That a sign comes again adds less each time, and
what speaks for other platforms too counts less the more they are: "interface Ethernet1/1" says little, "vpc domain 1"
says much. Systems that have no platform here are weighed with the others, and never the answer.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from engineering_api import foreign, platforms
from engineering_api.platforms.platform import Platform, Sign

# Signs are dense; so many lines from the begin, and so many from the rest, have them if the file has.
_FIRST_LINES = 1_500
_OTHER_LINES = 1_000
_LONGEST_LINE = 500
#: After so many lines with a sign it says no more.
_MOST_REPEATS = 4
#: What is less likely may be chance.
_LEAST = 0.2
#: From this score on a system without a platform is named.
_NAMED = 0.9
#: A weight of 1 would leave no doubt, and two such signs could not be weighed.
_SUREST = 0.995


@dataclass(frozen=True, slots=True)
class Guess:
    """A platform, and how sure it is, between 0 and 1.

    Attributes:
        stranger: of a text of no platform, the name of the system that it seems to be of; "" when nothing says so.
    """

    platform: Platform
    confidence: float
    stranger: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A line at which another device seems to begin, and what says so."""

    line: int
    reason: str


def detect(texts: Sequence[str]) -> tuple[Guess, ...]:
    """The platforms it may be, the likeliest first; the unknown one with no confidence when nothing fits."""
    scores = _scores(_sample(texts))
    ranked = sorted(((score, name) for name, score in scores.items() if score > 0), reverse=True)
    guesses: list[Guess] = []
    for place, (score, name) in enumerate(ranked):
        rival = ranked[0][0] if place else (ranked[1][0] if len(ranked) > 1 else 0.0)
        confidence = (1 - math.exp(-score)) * score**2 / (score**2 + rival**2)
        if confidence >= _LEAST and name not in foreign.SYSTEMS:
            guesses.append(Guess(platforms.named(name), round(confidence, 2)))
    if guesses:
        return tuple(guesses)
    score, name = ranked[0] if ranked else (0.0, "")
    stranger = name if name in foreign.SYSTEMS and score >= _NAMED else ""
    return (Guess(platforms.named("unknown"), 0.0, stranger),)


def _sample(texts: Sequence[str]) -> Counter[str]:
    """Some lines, and how often each of them comes."""
    first = texts[:_FIRST_LINES]
    rest = texts[_FIRST_LINES :: max(1, (len(texts) - _FIRST_LINES) // _OTHER_LINES)]
    return Counter(text[:_LONGEST_LINE] for text in (*first, *rest) if text)


@cache
def _gate(signs: tuple[Sign, ...]) -> Callable[[str], bool]:
    """Whether a line may have any of these signs: most lines have none of most systems, and one pattern tells."""
    anchored = [one.pattern.pattern for one in signs if one.pattern.pattern.startswith("^")]
    floating = [one.pattern.pattern for one in signs if not one.pattern.pattern.startswith("^")]
    # "(?!)" never matches, and an anchored pattern that is searched is tried at every letter.
    begins = re.compile("|".join(f"(?:{one})" for one in anchored) or r"(?!)").match
    has = re.compile("|".join(f"(?:{one})" for one in floating)).search if floating else None
    return lambda text: begins(text) is not None or (has is not None and has(text) is not None)


def _looks(sign: Sign, text: str) -> bool:
    looks = sign.pattern.match if sign.pattern.pattern.startswith("^") else sign.pattern.search
    return looks(text) is not None


def _scores(sample: Counter[str]) -> dict[str, float]:
    found: Counter[tuple[str, Sign]] = Counter()
    by_line: dict[str, list[tuple[str, Sign]]] = {}
    known = {name: platform.signs for name, platform in platforms.known().items()}
    for system, signs in (known | foreign.SYSTEMS).items():
        may_say, waiting = _gate(signs), list(signs)
        for text, times in sample.items():
            if not may_say(text):
                continue
            for sign in [one for one in waiting if _looks(one, text)]:
                by_line.setdefault(text, []).append((system, sign))
                found[system, sign] += times
                if found[system, sign] >= _MOST_REPEATS:
                    waiting.remove(sign)
    scores: dict[str, float] = {}
    seen: Counter[tuple[str, Sign]] = Counter()
    for text, said in by_line.items():
        shared = len({name for name, _ in said})
        for name, sign in said:
            for _ in range(min(sample[text], _MOST_REPEATS)):
                seen[name, sign] += 1
                surety = -math.log(1 - min(sign.weight, _SUREST))
                scores[name] = scores.get(name, 0.0) + surety * 0.5 ** (seen[name, sign] - 1) / shared**2
    return scores


# Systems whose configurations cannot be one, and what stands at the begin of each; a name says whose it is.
_BEGINNINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Cisco-like", re.compile(r"(?:hostname|switchname) \"?(?P<name>[^\s\"]+)")),
    ("Cisco-like", re.compile(r"Current configuration ?: \d+ bytes")),
    ("Cisco-like", re.compile(r"!Command: show (?:running|startup)-config")),
    ("Cisco-like", re.compile(r"(?:: )?(?:ASA|PIX) Version \d")),
    ("Cisco-like", re.compile(r"! device: (?P<name>\S+)")),
    ("Cisco-like", re.compile(r"; \S+ Configuration Editor; Created on")),
    ("Cisco-like", re.compile(r"!Version (?:ArubaOS|AOS)-CX")),
    ("FortiOS", re.compile(r"#config-version=")),
    ("RouterOS", re.compile(r"# .*\bby RouterOS \d")),
    ("an XML export", re.compile(r"\s*<(?:opnsense|pfsense)>")),
    ("Junos", re.compile(r"## Last (?:commit|changed): ")),
    ("Junos", re.compile(r"set system host-name (?P<name>\S+)")),
    ("SonicOS", re.compile(r"checksumVersion=")),
)
_PROMPT = re.compile(r"[!#] (?P<name>[A-Za-z][\w.-]{0,62})(?:\([\w-]{1,40}\))?[#>] ?(?:sh|wr|more|cat|disp)")


def mixtures(texts: Sequence[str]) -> tuple[Beginning, ...]:
    """The lines at which another device seems to begin; none for the file of one device."""
    found: list[Beginning] = []
    system = prompt = ""
    seen: dict[int, str] = {}
    for number, text in enumerate(texts, start=1):
        if text[:1] in "!#" and text and (match := _PROMPT.match(text)):
            if prompt and prompt != match["name"]:
                found.append(Beginning(number, f"a prompt of {match['name']}"))
                system, seen = "", {}
            prompt = match["name"]
            continue
        for kind, (name, pattern) in enumerate(_BEGINNINGS):
            if (match := pattern.match(text)) is None:
                continue
            who = match.groupdict().get("name") or ""
            if system and system != name:
                found.append(Beginning(number, f"the begin of {name}"))
                seen = {}
            elif kind in seen and (not who or seen[kind] != who):
                found.append(Beginning(number, f"another host name, {who}" if who else "a header for the second time"))
                seen = {}
            system = name
            seen[kind] = who
            break
    return tuple(found)
