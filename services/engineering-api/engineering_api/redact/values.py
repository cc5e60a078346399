"""The value at a place of a line: where it ends, whether it is a secret, and of which kind."""

import re
from typing import NamedTuple

from engineering_api.redact.rule import Kind


class Piece(NamedTuple):
    """A part of a line that goes. Of two for the same place the one of lower order knows better what it is."""

    start: int
    end: int
    kind: Kind
    order: int = 0


_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SINGLE = re.compile(r"'[^']*+'")
_ESCAPED = re.compile(r'\\"[^"\\]*+(?:\\(?!")[^"\\]*+)*+\\"')
_WORD = re.compile(r"<[^<>\s][^<>]{0,60}>|\S++")
#: A value of JSON without quotes, after the name of its member; the next member may follow at once.
_LITERAL = re.compile(r"(?:true|false|null|-?\d+(?:\.\d+)?)(?=\s*+[,}\]])")
_MEMBER = re.compile(r'"\s*:\s*$')
#: What may follow a quoted value at once; anything else belongs to it.
_AFTER_QUOTES = " \t;,)]}>:&|\\\"'?."
#: What a word may end with that is not its own: the end of a statement, of a list, of quotes around the whole.
_CLOSING = "\"';,)]}>"

# Words with which the syntax goes on after a secret that may have blanks.
_TAIL_WORDS = (
    "encrypted pbkdf2 nt-encrypted mschap hash ro rw read-only read-write level-1 level-2 localizedkey "
    "localizedv2key { } ; ] [ ## secret-data #secret-data vrf-aware one-time unrestricted restricted "
    "validate send-only store-local transmit-key trusted single-connection accounting"
)
_TAIL = frozenset(_TAIL_WORDS.split())
_TAIL_WITH_VALUE_WORDS = (
    "role privilege priv level group user-role timeout auth-port acct-port port retransmit account-type "
    "access-level class authenticate vrf use-vrf address hostname expire usage algorithm-type access key-id "
    "source-interface store-id spi authentication view comment comments"
)
_TAIL_WITH_VALUE = frozenset(_TAIL_WITH_VALUE_WORDS.split())
_LONGEST_TAIL = 8
_SHORTEST_IN_QUESTION = 5

_PLACEHOLDER = re.compile(r"REDACTED-[a-z]+(?:-[a-z]+){0,3}-\w+")
#: What stands between such lines goes line by line.
_PEM = ("-----BEGIN ", "-----END ", "---- BEGIN ")
_HIDDEN = re.compile(
    r"[*.•_-]{1,}|[xX]{3,}|<[^<>]*>|\(?(?:redacted|removed|hidden|masked|omitted|none|null)\)?|\{\{.{0,60}\}\}|\$\{.{0,60}\}"
    r"|\[(?:redacted|removed|hidden|filtered)\]",
    re.IGNORECASE,
)
_CRYPT = re.compile(
    r"\$(?:1|1a|2[abxy]?|3|4|5|6|7|8|9|10|14|y|h|c|nt|apr1|argon2\w*|sha1|sha256|sha512|pbkdf2[\w-]*)\$[^$]+\$.+|\$2[abxy]?\$.+"
)

_DEFAULT_COMMUNITIES_WORDS = "public private community snmp write read manager monitor cisco admin"
_DEFAULT_COMMUNITIES = frozenset(_DEFAULT_COMMUNITIES_WORDS.split())
_DEFAULT_PASSWORDS_WORDS = (
    "admin administrator password passw0rd p@ssw0rd cisco cisco123 changeme default root toor ubnt opnsense "
    "pfsense mikrotik fortinet sonicwall juniper arista aruba procurve hp hpe manager user guest test secret "
    "enable letmein admin123 password1 password123 1234 12345 123456 12345678 123456789 qwerty vyos netgear "
    "0000 welcome welcome1 "
    # What ASA's own hash without a salt makes of nothing and of the vendor's name.
    "8ry2yjiyt7rrxu24 2kfqnbnidi.2kyou"
)
_DEFAULT_PASSWORDS = frozenset(_DEFAULT_PASSWORDS_WORDS.split())
#: What stands where a secret would and is none.
_SETTINGS_WORDS = "true false enable enabled disable disabled yes no on off null nil undef none auto default"
_SETTINGS = frozenset(_SETTINGS_WORDS.split())


def end_of(text: str, start: int, *, is_rest: bool, written: str = "") -> tuple[int, int, int]:
    """Where the value at `start` begins and ends without its quotes, and where to read on.

    `written` is the words that say how it is written: what is encoded is one word even where a password is not.
    """
    first = text[start]
    if first == "\\" and (match := _ESCAPED.match(text, start)):
        return start + 2, match.end() - 2, match.end()
    if first in "\"'":
        match = (_DOUBLE if first == '"' else _SINGLE).match(text, start)
        if match is None:
            return start + 1, len(text), len(text)
        after = match.end()
        if after == len(text) or text[after] in _AFTER_QUOTES:
            return start + 1, after - 1, after
        more = _WORD.match(text, after)
        return start, _unclosed(text, start, more.end() if more else after), more.end() if more else after
    kind = written.split()[-1:]
    encoded = bool(kind) and kind[0].isdigit() and kind[0] != "0"
    if is_rest and not encoded:
        return start, _without_tail(text, start), len(text)
    is_member = _MEMBER.search(text, max(start - 8, 0), start) is not None
    match = (_LITERAL.match(text, start) if is_member else None) or _WORD.match(text, start)
    end = match.end() if match else len(text)
    if (element := text.find("</", start + 1, min(end, start + 4096))) > 0:
        end = element
    return start, _unclosed(text, start, end), end


def kind_of(value: str, kind: Kind) -> Kind | None:
    """The kind of a value that stands where a secret of a kind does; None when it is no secret."""
    if not value.strip() or value.startswith(_PEM) or _HIDDEN.fullmatch(value) or _PLACEHOLDER.match(value):
        return None
    if not any(letter.isalnum() for letter in value[:200]):
        return kind if len(value) > 5 and kind != "community" else None
    plain = value.casefold() if len(value) < 40 else ""
    if kind == "community" and plain in _DEFAULT_COMMUNITIES:
        return "default-community"
    if kind == "password" and plain in _DEFAULT_PASSWORDS:
        return "default-password"
    return "hash" if kind in ("password", "key") and _CRYPT.fullmatch(value) else kind


def is_setting(value: str) -> bool:
    """Whether a value only says yes or no."""
    return len(value) < 10 and value.casefold() in _SETTINGS


def in_question(text: str, piece: Piece) -> Piece | None:
    """What of a piece goes where people write sentences: a word that looks like a secret, less what follows it."""
    value = text[piece.start : piece.end]
    is_quoted = piece.start > 0 and text[piece.start - 1] in "\"'"
    word = value if is_quoted else value.split(maxsplit=1)[0].rstrip("?.,")
    if len(word) < _SHORTEST_IN_QUESTION or word.isalpha() or not any(letter.isalpha() for letter in word):
        return None
    if not is_quoted and word.replace("-", "").replace("_", "").replace("/", "").isalpha():
        return None
    return piece._replace(end=piece.start + len(value if is_quoted else word))


def _without_tail(text: str, start: int) -> int:
    """Where the value ends that goes on to the end of the line, less the words that the syntax ends with."""
    end = len(text.rstrip())
    for _ in range(_LONGEST_TAIL):
        words = text[start:end].rsplit(None, 2) if end - start < 4096 else []
        if len(words) > 1 and words[-1].casefold() in _TAIL:
            end = start + len(text[start:end][: -len(words[-1])].rstrip())
        elif len(words) > 2 and words[-2].casefold() in _TAIL_WITH_VALUE:
            end = start + len(text[start:end][: -len(words[-1])].rstrip()[: -len(words[-2])].rstrip())
        else:
            break
    return _unclosed(text, start, end)


def _unclosed(text: str, start: int, end: int) -> int:
    shorter = end
    while shorter > start and text[shorter - 1] in _CLOSING:
        shorter -= 1
    if shorter < end and text[shorter] == '"' and text[shorter - 1] == "\\":
        shorter -= 1
    return shorter if shorter > start else end
