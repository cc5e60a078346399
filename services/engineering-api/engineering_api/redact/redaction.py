"""Every secret of a configuration becomes a word, in the line where it stands; the lines stay as many as they are.

All rules hold for all platforms: what the device is may be guessed wrongly, and then nothing must leak either. A secret
that was found in one place goes wherever else it stands as a word of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engineering_api.redact import anywhere, blocks, firewalls, markup, prose, switches, values
from engineering_api.redact.rule import Kind, Rule
from engineering_api.redact.values import Piece, end_of, is_setting, kind_of


@dataclass(frozen=True, slots=True)
class Redaction:
    """That a secret was taken out of a line."""

    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """The lines without secrets, and what was taken out, in the order of the lines."""

    texts: tuple[str, ...]
    found: tuple[Redaction, ...]


def _by_needle(rules: Sequence[Rule]) -> tuple[tuple[str, tuple[tuple[int, Rule], ...]], ...]:
    grouped: dict[str, list[tuple[int, Rule]]] = {}
    for order, rule in enumerate(rules):
        grouped.setdefault(rule.needle, []).append((order, rule))
    return tuple((needle, tuple(found)) for needle, found in grouped.items())


# The first of two rules for a place tells the kind, so what is told more exactly comes first.
_RULES = _by_needle((*switches.RULES, *firewalls.RULES, *anywhere.WORDS, *anywhere.MARKED))
# Names come after them, then prose, then shapes.
_OTHER_ORDER = 1000
_PROSE_ORDER = 1500
_SHAPE_ORDER = 2000
# One of these is in every line in which anything but an element or a bare key may be; most lines have none of them.
_HINT_WORDS = (
    "aaa anmeld ascii auth bearer begin cak cert challenge ciphertext com2sec communit contrase createuser cred enc"
    " etpro keytab kennwort key login log-in logon mgmt name= netuser oinkcode otp_seed pass pin pkcs12 plaintext pmk"
    " priv psk pw secret shadow shared snmp spi ssh- syscon token trap-group value wachtwoord wpa x_ zugang"
)
_HINTS = {*_HINT_WORDS.split(), "log in", "schl", "set name", ":local", ":global"}
_HINTS |= {needle for _, needle, _ in anywhere.SHAPES}
_HINT = re.compile("|".join(re.escape(one).replace("\\ ", r"\s++") for one in sorted(_HINTS)))
_PROSE_AT = re.compile(r"(?:^|[\s\"'<])(?:descr(?:iption)?|remark|comments?|annotation)[\"'=:>\s]", re.IGNORECASE)
_PROSE_WORDS = ("descr", "remark", "comment", "annotation")

_MOST_JOINED = 400
_DEEPEST = 12
_SHORTEST_BARE_KEY = 64
_SHORTEST_REPEATED = 8
_LONGEST_NAME = 20
_ADDRESS = re.compile(r"[0-9a-f]{1,4}(?:[:.-][0-9a-f]{0,4}){2,15}", re.IGNORECASE)
_BETWEEN_WORDS = str.maketrans(dict.fromkeys("\"'();,<>[]{}=", " "))


def redact(texts: Sequence[str], fingerprint: Callable[[str], str], *, is_question: bool = False) -> Redacted:
    """Take the secrets out.

    `fingerprint` makes a short word of a secret, the same for the same secret, from which nobody learns it. In a
    question what only stands where a secret would is none: "the enable secret command", "password length".
    """
    return _Page(texts, fingerprint, is_question=is_question).redacted()


class _Page:
    def __init__(self, texts: Sequence[str], fingerprint: Callable[[str], str], *, is_question: bool) -> None:
        self._is_question = is_question
        self._texts = texts
        self._out = list(texts)
        self._found: list[Redaction] = []
        self._fingerprint = fingerprint
        self._words: dict[str, str] = {}
        self._kinds: dict[str, Kind] = {}
        self._above: list[tuple[int, str]] = []
        self._section = ""

    def redacted(self) -> Redacted:
        block: blocks.Block | None = None
        index = 0
        while index < len(self._texts):
            text = self._texts[index]
            if block is not None and (inside := block(text)) is not None:
                found, goes_on = inside
                self._take(index, found)
                block = block if goes_on else None
                index += 1
                continue
            block = None
            last = index
            if text.endswith("\\"):
                while last - index < _MOST_JOINED and last + 1 < len(self._texts) and self._texts[last].endswith("\\"):
                    last += 1
            if last > index:
                self._joined(index, last)
            else:
                self._place(text)
                found = list(self._pieces(text))
                if found:
                    self._take(index, found)
                block = blocks.opened(text, self._texts, index, quote_at=_open_quote(text, found) if found else None)
            index = last + 1
        self._repeated()
        return Redacted(tuple(self._out), tuple(sorted(self._found, key=lambda one: one.line)))

    def _place(self, text: str) -> None:
        """Keep to which lines the line belongs."""
        stripped = text.lstrip()
        if not stripped:
            return
        depth = len(text) - len(stripped)
        above = self._above
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, text))
        if stripped[0] == "/" or (stripped.startswith("config") and stripped[6:7].isspace()):
            self._section = stripped

    def _is_under(self, rule: Rule) -> bool:
        """Whether one of the lines to which the line belongs is what the rule wants; "" where it has lost them."""
        if (under := rule.under) is None:
            return True
        if self._section and under.search(self._section[:200]):
            return True
        above = [text[:400] for _, text in self._above[-_DEEPEST:-1]]
        if not above and self._above and self._above[-1][0] > 0:
            above = [""]
        return any(map(under.search, above))

    def _pieces(self, text: str) -> Iterator[Piece]:
        if "<" in text:
            yield from markup.pieces(text)
        if piece := blocks.hex_piece(text):
            yield piece
        if len(text) >= _SHORTEST_BARE_KEY:
            yield from _bare_keys(text)
        lowered = text.lower()
        if _HINT.search(lowered):
            yield from self._after_words(text, f" {' '.join(lowered.split())} ")

    def _after_words(self, text: str, lowered: str) -> list[Piece]:
        """What words and signs tell; `lowered` is as the needles have it, with one blank between words."""
        found = list(_shapes(text, lowered))
        if "begin " in lowered:
            found += blocks.pem_pieces(text)
        prose_at = len(text)
        if any(word in lowered for word in _PROSE_WORDS) and (match := _PROSE_AT.search(text)):
            prose_at = match.end()
        for needle, rules in _RULES:
            if needle in lowered:
                for order, rule in rules:
                    if rule.holds(lowered) and self._is_under(rule):
                        found += _matches(rule, text, len(text) if rule.in_prose else prose_at, order=order)
        found += _assigned(text, lowered)
        # Where the syntax of a device told the secret there is no sentence around it.
        is_prose = prose_at < len(text) or not found
        for words, said in prose.SAID if is_prose else prose.ASSIGNED:
            if any(word in lowered for word in words):
                for rule in said:
                    found += _matches(rule, text, len(text))
        return found

    def _joined(self, first: int, last: int) -> None:
        """Lines that a backslash continues are one, as RouterOS breaks them, even within a value."""
        starts: list[tuple[int, int]] = []  # where each begins in the whole, and after which blanks of its own
        parts: list[str] = []
        size = 0
        for index in range(first, last + 1):
            text = self._texts[index]
            blanks = len(text) - len(text.lstrip()) if index > first else 0
            part = text[blanks:-1] if index < last else text[blanks:]
            starts.append((size, blanks))
            parts.append(part)
            size += len(part)
        whole = "".join(parts)
        self._place(whole)
        split: dict[int, list[tuple[Piece, str]]] = {}
        for piece in _merged(self._pieces(whole)):
            word = self._word(whole[piece.start : piece.end], piece.kind)
            for offset, (begin, blanks) in enumerate(starts):
                end = begin + len(parts[offset])
                if piece.start < end and begin < piece.end:
                    here = Piece(
                        max(piece.start, begin) - begin + blanks, min(piece.end, end) - begin + blanks, piece.kind
                    )
                    split.setdefault(first + offset, []).append((here, word))
                    word = ""
        for index, found in split.items():
            self._replace(index, found)

    def _take(self, index: int, pieces: list[Piece]) -> None:
        text = self._texts[index]
        taken = _merged(pieces)
        if self._is_question:
            taken = [piece for one in taken if (piece := values.in_question(text, one))]
        self._replace(index, [(piece, self._word(text[piece.start : piece.end], piece.kind)) for piece in taken])

    def _replace(self, index: int, found: Sequence[tuple[Piece, str]]) -> None:
        text = self._texts[index]
        made: list[str] = []
        at = 0
        for piece, word in found:
            made += (text[at : piece.start], word)
            at = piece.end
            if word:
                self._found.append(Redaction(index + 1, piece.kind))
        made.append(text[at:])
        self._out[index] = "".join(made)

    def _word(self, value: str, kind: Kind) -> str:
        """The word for a secret."""
        short = self._words.get(value)
        if short is None:
            short = self._words[value] = self._fingerprint(value)
            self._kinds[value] = kind
        return f"REDACTED-{kind}-{short}"

    def _repeated(self) -> None:
        """What was found to be a secret is one wherever it stands as a word."""
        known = {value for value, kind in self._kinds.items() if _is_unmistakable(value, kind)}
        if not known:
            return
        for index, text in enumerate(self._out):
            for value in known.intersection(text.translate(_BETWEEN_WORDS).split()):
                kind = self._kinds[value]
                word = f"REDACTED-{kind}-{self._words[value]}"
                self._out[index] = _word_by_itself(value).sub(word, self._out[index])
                self._found.append(Redaction(index + 1, kind))


def _is_unmistakable(value: str, kind: Kind) -> bool:
    """Whether a secret can be taken for nothing else: no address, no name of an interface, no word of a language."""
    return (
        len(value) >= _SHORTEST_REPEATED
        and not kind.startswith("default-")
        and any(letter.isdigit() for letter in value)
        and any(letter.isalpha() for letter in value)
        and ("/" not in value or len(value) > _LONGEST_NAME)
        and _ADDRESS.fullmatch(value) is None
        and " " not in value
        and value.translate(_BETWEEN_WORDS) == value
    )


def _word_by_itself(value: str) -> re.Pattern[str]:
    return re.compile(r"(?<![^\s\"'();,<>\[\]{}=])" + re.escape(value) + r"(?![^\s\"'();,<>\[\]{}=])")


def _matches(rule: Rule, text: str, limit: int, *, order: int = _PROSE_ORDER) -> Iterator[Piece]:
    at = 0
    while (match := rule.pattern.search(text, at)) and match.start() < limit:
        written = match["type"] if "type" in rule.pattern.groupindex else ""
        start, end, at = end_of(text, match.end(), is_rest=rule.is_rest, written=written)
        value = text[start:end]
        if rule.is_rest and end > limit > start:
            end = limit
        if order == _PROSE_ORDER and (value[:1] in "[{(" or is_setting(value)):
            continue
        if kind := kind_of(value, rule.kind):
            yield Piece(start, end, kind, order)


def _assigned(text: str, lowered: str) -> Iterator[Piece]:
    is_field = "=" in text and text.partition("=")[0].replace("_", "").replace("-", "").isalnum()
    for order, name in enumerate(anywhere.NAMES, start=_OTHER_ORDER):
        if not any(needle in lowered for needle in name.needles):
            continue
        at = 0
        while match := name.pattern.search(text, at):
            start, end, at = end_of(text, match.end(), is_rest=is_field)
            value = text[start:end]
            more = match["more"]
            if text[match.end()] in "[{(":  # a list or a group, with names of its own
                at = match.end() + 1
                continue
            if is_setting(value) or (anywhere.is_settings_name(more) and len(value) < 20):
                continue
            if name.kind == "community" and re.fullmatch(r"[\d:*,]{3,}", value):
                continue
            if kind := kind_of(value, name.kind):
                yield Piece(start, end, kind, order)


def _shapes(text: str, lowered: str) -> Iterator[Piece]:
    for kind, needle, pattern in anywhere.SHAPES:
        if needle in lowered:
            for match in pattern.finditer(text):
                start, end = match.span("value") if "value" in pattern.groupindex else match.span()
                if found := kind_of(text[start:end], kind):
                    yield Piece(start, end, found, _SHAPE_ORDER)


def _bare_keys(text: str) -> Iterator[Piece]:
    for match in anywhere.BASE64.finditer(text):
        if found := anywhere.kind_of_base64(match[0]):
            yield Piece(*match.span(), found, _SHAPE_ORDER)


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces in their order.

    Of two that begin at one place that of the lower order holds; others that overlap are one, of the kind of that of
    the lower order.
    """
    made: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: (one.start, one.order)):
        if made and piece.start == made[-1].start:
            continue
        if made and piece.start < made[-1].end:
            before = made[-1]
            first = min(before, piece, key=lambda one: one.order)
            made[-1] = Piece(before.start, max(before.end, piece.end), first.kind, first.order)
        else:
            made.append(piece)
    return made


def _open_quote(text: str, found: Sequence[Piece]) -> int | None:
    """Where a secret begins with a quote that is not closed in its line."""
    for piece in found:
        if piece.start > 0 and text[piece.start - 1] == '"' and piece.end >= len(text.rstrip()):
            return piece.start - 1
    return None
