"""What stands in a text by its form alone: telephone numbers, mail addresses, keys, numbers of seconds."""

import re
from collections.abc import Iterator

_DASH = "\\-\u2010-\u2014\u2212"
#: Seven digits or more with what groups them; not a part of a longer number, a date or a network address.
_PHONE = re.compile(
    rf"(?<![\w@.+/{_DASH}])(?:\+[ ]?)?\(?\+?[0-9](?:[ \u00a0()./{_DASH}]{{0,2}}[0-9]){{6,16}}(?![0-9]|"
    rf"[{_DASH}./][0-9]|\w|@)"
)
_DATE = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}|[0-9]{1,2}[:.][0-9]{2}\s?[\-\u2010-\u2014\u2212].*|"
    r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9]{4}\s?-\s?[0-9]{4}|([0-9])(?:[0-9]{1,3})(?:\s?[ /]\s?\1[0-9]{1,3}){2,}|"
    r"[0-9]{2,4}\s?/\s?[0-9]{2,4}(?:\s?/\s?[0-9]{2,4})*)",
    re.DOTALL,
)
#: Within what looks like a telephone number: it is none.
_HAS_DATE = re.compile(
    r"(?<![0-9])[0-9]{1,2}([/.])[0-9]{1,2}\1(?:19|20)[0-9]{2}(?![0-9])|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])"
)
_EMAIL = re.compile(
    r"(?<![\w.+@-])[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}"
    r"[A-Za-z]{2,24}(?![A-Za-z0-9-]|@|\.[A-Za-z0-9])"
)

Span = tuple[int, int]


def phones(text: str) -> list[Span]:
    """Where telephone numbers stand."""
    found = []
    for match in _PHONE.finditer(text):
        start, end = match.span()
        written = match[0]
        if written.startswith("(") and ")" not in written:
            start, written = start + 1, written[1:]
        if written.count(")") > written.count("("):
            end = start + written.index(")")
            written = text[start:end]
        is_none = _DATE.fullmatch(written) or _HAS_DATE.search(written) or written.count("(") > written.count(")")
        if sum(sign.isdigit() for sign in written) >= 7 and not is_none:
            found.append((start, end))
    return found


def emails(text: str) -> list[Span]:
    """Where mail addresses stand."""
    return [match.span() for match in _EMAIL.finditer(text)] if "@" in text else []


def outside(matches: Iterator[re.Match[str]], taken: list[Span]) -> list[re.Match[str]]:
    """The matches that touch none of the places."""
    return [match for match in matches if not overlaps(match.span(), taken)]


def overlaps(span: Span, taken: list[Span]) -> bool:
    """Whether a place touches one of others."""
    return any(span[0] < end and start < span[1] for start, end in taken)
