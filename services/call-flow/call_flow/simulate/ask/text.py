"""A question as text of which one phrase after the other is understood and taken away."""

import re
import unicodedata

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
_ALIKE = (
    (r"[‘’ʼ`]", "'"),
    (r"[“”]", '"'),
    (r"[–—]", "-"),
    (r"\bno[ -]one\b", "nobody"),
    (r"\b(some|any|every)one\b", r"\1body"),
    (r"\b([ap])\. ?m\.?(?=\W|$)", r"\1m"),
    (r"\b(ca|wo|do|does|did|is|are|was)n'?t\b", r"\1 not"),
    (r"\bcannot\b", "can not"),
    (r"\bo'clock\b", "oclock"),
    (r"\btonight\b", "today in the evening"),
    (r"\bthis (morning|afternoon|evening)\b", r"today in the \1"),
    (r"\bwho (?:answers|picks up|takes (?:it|the call))\b", "who"),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2})t(?=[0-9])", r"\1 "),
)
#: Words that say nothing about a call.
_FILLERS = """
a about after an and are at be but by call called caller callers calling calls can client come comes customer do does
dials during end ends for from get gets go goes happen happens he hear hears his how i if in into is it just line me
number of on ones our patient person phone phones please reach reaches rings s says she so somebody somebody's tell that
the their them then there they this to up us was we what when where which while who will with would you your ask asks
"""
#: Where a phrase was, so that its neighbours do not grow together.
_GAP = " ; "


class Text:
    """What is left of a question."""

    def __init__(self, question: str) -> None:
        """In small letters, with the signs and numbers that have several forms in one of them."""
        text = unicodedata.normalize("NFKC", question).lower()
        for pattern, plain in _ALIKE:
            text = re.sub(pattern, plain, text)
        text = re.sub(rf"\b({'|'.join(_NUMBERS)})\b", lambda found: _NUMBERS[found[1]], text)
        self._text = f" {' '.join(text.split())} "

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place where a pattern stands between word boundaries; it is taken away."""
        found = re.search(rf"(?<![\w+*#])(?:{pattern})(?![\w*#])", self._text)
        if found is not None:
            self._text = self._text[: found.start()] + _GAP + self._text[found.end() :]
        return found

    def mentions(self, name: str) -> bool:
        """Whether a name occurs at all: of large flows only few names are worth looking for."""
        return " ".join(name.lower().split()) in self._text

    def left(self) -> list[str]:
        """The words that nothing was made of, fillers aside."""
        fillers = frozenset(_FILLERS.split())
        words = re.findall(r"[^\s,;.?!:\"()-]+", self._text)
        return [word for word in words if word.strip("'") not in fillers]


def any_of(names: list[str]) -> str:
    """A pattern for any of these names, the longest first; it matches nothing if there are none."""
    known = sorted(
        {" ".join(name.lower().split()) for name in names if name.strip()}, key=lambda name: (-len(name), name)
    )
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in known) or r"(?!)"
