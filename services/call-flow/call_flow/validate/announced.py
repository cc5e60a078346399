"""Which keys a prompt tells callers to press: `for sales, press 1`, in English, German, French and Spanish.

All four are understood in every text, since a prompt may greet in several languages.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

#: Languages whose prompts are understood.
LANGUAGES = frozenset({"en", "de", "fr", "es"})

_WORDS = {
    "zero": "0", "null": "0", "zéro": "0", "cero": "0",
    "one": "1", "eins": "1", "uno": "1",
    "two": "2", "zwei": "2", "deux": "2", "dos": "2",
    "three": "3", "drei": "3", "trois": "3", "tres": "3",
    "four": "4", "vier": "4", "quatre": "4", "cuatro": "4",
    "five": "5", "fünf": "5", "cinq": "5", "cinco": "5",
    "six": "6", "sechs": "6", "seis": "6",
    "seven": "7", "sieben": "7", "sept": "7", "siete": "7",
    "eight": "8", "acht": "8", "huit": "8", "ocho": "8",
    "nine": "9", "neun": "9", "neuf": "9", "nueve": "9",
    "star": "*", "asterisk": "*", "stern": "*", "sterntaste": "*", "étoile": "*", "astérisque": "*",
    "asterisco": "*", "estrella": "*",
    "pound": "#", "hash": "#", "raute": "#", "rautetaste": "#", "dièse": "#", "numeral": "#", "almohadilla": "#",
    "gato": "#",
}  # fmt: skip
_VERB = (
    r"press|push|dial|select|choose|hit|enter|touch"
    r"|drück(?:en|e|t)?|wähl(?:en|e|t)?|tippen|tippe"
    r"|appuyez|tapez|composez|faites|pressez|choisissez"
    r"|pulse|presione|oprima|marque|digite|teclee|elija|seleccione"
)
_FILLER = (
    r"the|key|number|digit|option|button"
    r"|sie|bitte|die|taste|ziffer|nummer|auf"
    r"|sur|le|la|touche|chiffre"
    r"|el|tecla|número|opción|dígito"
)
#: Not the beginning of a telephone number, a time or a larger number.
_KEY = (
    rf"(?:(?P<{{0}}>[0-9*#]{{{{1,4}}}})(?![0-9*#]|[-.:/ ]\d{{{{2}}}}|[-.:/]\d)"
    rf"|(?P<{{1}}>{'|'.join(_WORDS)})\b(?!\s+(?:of|más|de)\b))"
)
_OPENING = r"[\"'“”„«»‚‘’]?\s?"
_THERE = r"(?:for|to(?!\s+\d)|if|für|um|wenn|falls|pour|si|para)\b"
_AND = r"(?:\s*,\s*(?:or|and|oder|und|ou|et|o|y)\s+|\s*,\s*|\s+(?:or|oder|ou|o)\s+)"


def _key(number: int) -> str:
    return _KEY.format(f"sign{number}", f"word{number}")


#: `press 1`, `drücken Sie die Eins`, `appuyez sur la touche 1`, `marque el uno`, and `1 or 2` after it.
_PRESS = re.compile(rf"\b(?:{_VERB})(?:\s+(?:{_FILLER}))*\s+{_OPENING}{_key(1)}(?P<more>(?:{_AND}[0-9*#](?![\w:]))*)")
#: `die 1 drücken`, as German says at the end of a sentence.
_KEY_FIRST = re.compile(rf"\b(?:die|taste|ziffer)\s+{_OPENING}{_key(1)}[\"“”]?\s+(?:drücken|wählen)\b")
#: `… , 2 for support`, in a sentence that has said `press 1`.
_NEXT_KEY = re.compile(rf"(?:,|\bor|\band|\boder|\bund|\bou|\bet|\bo|\by)\s+{_OPENING}{_key(1)}\s+{_THERE}")
#: `for support 2`, likewise.
_NEXT_ACTION = re.compile(
    r"\b(?:for|für|pour|para)\s+[^,.;]{0,80}?(?<!\bto)(?<!\bbis)(?<!\bà)(?<!\ba)\s+" + _key(1) + r"\s*(?=[,.;]|$)"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_HANG_UP = re.compile(r"\bhang up\b|\blegen sie\b.*\bauf\b|\bauflegen\b|\braccroche|\bcuelgue")


@dataclass(frozen=True)
class Announced:
    """A key that callers are told to press. `before`: the key is said before what it is for."""

    key: str
    before: bool


@lru_cache(maxsize=4096)
def announced(text: str) -> tuple[Announced, ...]:
    """The keys that a prompt announces, in the order in which it does, each once."""
    found: dict[str, Announced] = {}
    for sentence in _SENTENCE.split(text.lower()):
        if _HANG_UP.search(sentence):
            continue  # "hang up and dial 911" is no choice of the menu
        for item in sorted(_of_sentence(sentence)):
            found.setdefault(item[1], Announced(item[1], item[2]))
    return tuple(found.values())


def _of_sentence(sentence: str) -> list[tuple[int, str, bool]]:
    """Where, which key, and whether it comes before what it is for."""
    found = []
    for match in _PRESS.finditer(sentence):
        before = re.match(rf"\s*{_THERE}", sentence[match.end() :]) is not None
        found.append((match.start(), _said(match), before))
        found += [(match.start("more"), key, before) for key in re.findall(r"[0-9*#]", match["more"])]
    found += [(match.start(), _said(match), False) for match in _KEY_FIRST.finditer(sentence)]
    if found:
        start = min(position for position, _, _ in found)
        found += [(match.start(), _said(match), True) for match in _NEXT_KEY.finditer(sentence, start)]
        found += [(match.start(), _said(match), False) for match in _NEXT_ACTION.finditer(sentence, start)]
    return found


def _said(match: re.Match[str]) -> str:
    return match["sign1"] or _WORDS[match["word1"]]
