"""Secrets that go over many lines: PEM, certificates in hexadecimal, quoted keys, elements, lists."""

import re
from collections.abc import Callable, Sequence

from engineering_api.redact import markup
from engineering_api.redact.anywhere import NAMES, is_settings_name
from engineering_api.redact.rule import Kind
from engineering_api.redact.values import Piece, kind_of

#: Given a line inside a block: what of it goes, and whether the block goes on. None when the line is not of the block.
Block = Callable[[str], tuple[list[Piece], bool] | None]

_LAST_WORDS = frozenset(("end", "next", "exit", "quit", "!", "#", "}", "end-certificate", "end_of_certificate"))
_QUOTES_SEARCHED = 200
_SHORTEST_HEX = 24

_BEGIN = re.compile(r"-{4,5} ?BEGIN ([A-Za-z0-9 ]{1,60}?)-{4,5}|-{4} BEGIN ([A-Za-z0-9 ]{1,60}?) -{4}")
_END = re.compile(r"-{4,5} ?END [A-Za-z0-9 ]{1,60}?-{4,5}")
_ESCAPED_ENDS = re.compile(r"(?:\\[nr])*+")
_BODY = re.compile(r"\s*+[\"']?[A-Za-z0-9+/=]++(?:\\[nr\"])?[\"',;\\]{0,3}\s*+")
_HEADER = re.compile(r"\s*+[A-Z][\w-]{1,30}: ?\S")
_HEX_LINE = re.compile(r"\s*+(?:[0-9A-Fa-f]{2,8}\s?+){1,40}+\s*+")
_HEX_GROUPS = re.compile(r"\s*+[0-9A-Fa-f]{8}(?: [0-9A-Fa-f]{8}){2,}+(?: [0-9A-Fa-f]{1,7})?\s*+")
_QUOTED_HEX = re.compile(r"\s*+\"[0-9A-Fa-f]{40,128}+\"\s*+")
_CERTIFICATE = re.compile(r"\s*+certificate(?: (?:ca|self-signed|rsa-\w+))? [0-9A-Fa-f]{1,64}\s*+", re.IGNORECASE)
_KEY_STRING = re.compile(r"\s*+key-string\s*+", re.IGNORECASE)
_OPENS_LIST = re.compile(r"\s*+\"([^\"\\]{1,80}+)\"\s*+:\s*+\[\s*+")
_ONLY_STRING = re.compile(r"\s*+\"((?:[^\"\\]|\\.)*+)\",?\s*+")
_ASKED = re.compile(r"cli command .{0,400}?pattern \S{0,40}?assword", re.IGNORECASE)
_ANSWER = re.compile(r"\s*+action \S{1,20} cli command \"([^\"\s]{1,200})\".{0,400}", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*+>")


def pem_pieces(text: str) -> list[Piece]:
    """What lies between BEGIN and END in one line."""
    found: list[Piece] = []
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _END.search(text, begin.end())
        start, stop = begin.end(), end.start() if end else len(text.rstrip("\"',;\\ "))
        body = text[start:stop]
        blanks = _ESCAPED_ENDS.match(body)
        start += blanks.end() if blanks else 0
        body = text[start:stop].removesuffix("\\n").removesuffix("\\r")
        if kind := kind_of(body, _kind(begin[1] or begin[2])):
            found.append(Piece(start, start + len(body), kind))
        at = end.end() if end else len(text)
    return found


def opened(text: str, texts: Sequence[str], index: int, *, quote_at: int | None) -> Block | None:
    """The block that begins in a line, if one does: the line and its place among all.

    `quote_at` is where in the line a secret begins with a quote that is not closed there.
    """
    if "BEGIN " in text and (begin := _last(_BEGIN, text)) and not _END.search(text, begin.end()):
        return _pem(_kind(begin[1] or begin[2]))
    if quote_at is not None:
        return _quoted(text[quote_at], texts[index + 1 : index + 1 + _QUOTES_SEARCHED])
    if text[-1:] == "[":
        return _list(text)
    if "cli command" in text:
        return _answer if _ASKED.search(text) else None
    if "<" in text and text.lstrip()[0] == "<":
        tag = markup.left_open(text)
        return _element(tag) if tag else None
    return _unquoted(text)


def _unquoted(text: str) -> Block | None:
    """The block of lines without quotes or elements that begins in a line."""
    if text[-10:].lower() == "key-string" and _KEY_STRING.fullmatch(text):
        return _until_quit("key", any_text=True)
    is_hex = ("certificate" in text and _CERTIFICATE.fullmatch(text)) or (
        len(text) > _SHORTEST_HEX and _HEX_GROUPS.fullmatch(text)
    )
    return _until_quit("certificate", any_text=False) if is_hex else None


def hex_piece(text: str) -> Piece | None:
    """A line that is nothing but hexadecimal digits: groups, as IOS shows certificates and keys, or one in quotes."""
    if len(text) <= _SHORTEST_HEX:
        return None
    if _HEX_GROUPS.fullmatch(text):
        return _all_of(text, "certificate")
    # ProCurve puts the hash of a password into a line of its own.
    return _all_of(text, "hash") if text.rstrip()[-1:] == '"' and _QUOTED_HEX.fullmatch(text) else None


def _all_of(text: str, kind: Kind) -> Piece | None:
    inner = text.strip().strip("\"',;\\")
    if not inner or kind_of(inner, kind) is None:
        return None
    start = text.index(inner)
    return Piece(start, start + len(inner), kind)


def _kind(title: str) -> Kind:
    return "certificate" if "CERTIFICATE" in title else "key"


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007  # the last is wanted
        pass
    return found


def _pem(kind: Kind) -> Block:
    def block(text: str) -> tuple[list[Piece], bool] | None:
        if end := _END.search(text):
            before = _all_of(text[: end.start()], kind)
            return ([before] if before else []), False
        word = text.strip()
        if not word or _HEADER.match(text):
            return [], True
        if word.lower() in _LAST_WORDS or not _BODY.fullmatch(text):
            return None
        piece = _all_of(text, kind)
        return ([piece] if piece else []), True

    return block


def _until_quit(kind: Kind, *, any_text: bool) -> Block:
    def block(text: str) -> tuple[list[Piece], bool] | None:
        word = text.strip()
        if not word or word.lower() in _LAST_WORDS:
            return [], not word
        if not any_text and not _HEX_LINE.fullmatch(text):
            return None
        piece = _all_of(text, kind)
        return ([piece] if piece else []), True

    return block


def _quoted(quote: str, ahead: Sequence[str]) -> Block | None:
    """The lines up to one in which the quote is closed, if one is: a value that only begins with a quote has none."""
    unescaped = re.compile(rf"(?<!\\){quote}")
    closing = next((text for text in ahead if quote in text), None)
    if closing is None or len(unescaped.findall(closing[:4096])) != 1:
        return None

    def block(text: str) -> tuple[list[Piece], bool] | None:
        end = unescaped.search(text)
        piece = _all_of(text[: end.start()] if end else text, "key")
        return ([piece] if piece else []), end is None

    return block


def _element(tag: str) -> Block:
    kind = markup.kind_of_element(tag) or "key"
    closing = f"</{tag}"

    def block(text: str) -> tuple[list[Piece], bool] | None:
        found: list[Piece] = []
        end = text.find(closing)
        start = 0
        for match in (*_TAGS.finditer(text), None):
            stop = match.start() if match else len(text)
            value = text[start:stop].strip()
            if value and kind_of(value, kind):
                begin = text.index(value, start)
                found.append(Piece(begin, begin + len(value), kind))
            if match is None or match.start() == end:
                break
            start = match.end()
        return found, end < 0

    return block


def _answer(text: str) -> tuple[list[Piece], bool] | None:
    """What an applet of IOS answers when it has been asked for a password."""
    if (match := _ANSWER.fullmatch(text)) is None or kind_of(match[1], "password") is None:
        return None
    return [Piece(*match.span(1), "password")], False


def _list(text: str) -> Block | None:
    if (match := _OPENS_LIST.fullmatch(text)) is None:
        return None
    name = match[1].lower()
    for known in NAMES:
        if (ending := known.ending.search(name)) and not is_settings_name(ending["more"]):
            return _strings(known.kind)
    return _strings("key") if name.startswith("x_") else None


def _strings(kind: Kind) -> Block:
    def block(text: str) -> tuple[list[Piece], bool] | None:
        if (match := _ONLY_STRING.fullmatch(text)) is None:
            return None
        found = kind_of(match[1], kind)
        return ([Piece(match.start(1), match.end(1), found)] if found else []), True

    return block
