"""A rule: where in a line a secret begins, written as the line with what matters in capitals.

In a rule's text a blank is any blanks, "TYPE " is the words that may say how the secret is written ("7", "ENC",
"ascii-text"), and the text ends where the secret begins: with WORD it is one word, or what is in quotes; with REST it
is all that follows, because passwords may have blanks, less the words that the syntax is known to end with. All else is
a regular expression that cannot go back over what it has read: repetitions are possessive or bounded.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "password",
    "default-password",
    "psk",
    "hash",
    "community",
    "default-community",
    "key",
    "certificate",
    "token",
]

#: Words that stand between the keyword and the secret and say how the secret is written.
_TYPE_WORDS = (
    r"\d{1,2}|0x(?![0-9a-f])|encrypted|enc|hash(?:ed)?|plain(?:-?text(?:-password)?)?|clear-?text|cipher-?text|cipher"
    r"|simple"
    r"|irreversible-cipher|reversible|hidden|ascii(?:-text)?|hex(?:adecimal)?|md5|sha-?(?:1|224|256|384|512)?|bcrypt"
    r"|pbkdf2|scrypt|text|string|value|set-key|local|remote|hmac-(?:md5|sha-?\d+(?:-\d+)?)|aes-?\d*(?:-?cmac)?|des|3des"
    r"|encryption-type|algorithm-type|level|manager|operator|port-access|type|base64|unencrypted"
    r"|pass-?phrase|raw-key|role [\w-]{1,40}|secret-?(?:text|hash)?"
    r"|(?:encrypted-)?key-?(?:string|value)?|cak|ckn|user-name (?:\"[^\"\n]{0,64}+\"|[^\s\"]{1,64}+)|sent|is"
)
_TYPE = rf"(?P<type>(?:(?:{_TYPE_WORDS}) (?=\S)){{0,5}}+)"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a kind of secret begins.

    Attributes:
        needle: in small letters; lines without it need not be looked at.
        having: one of these, in small letters, must be in the line too.
        lacking: none of these may be in the line.
        under: what one of the lines to which this one belongs must have.
        is_rest: whether the secret may have blanks.
        in_prose: whether it holds in descriptions and comments too.
    """

    kind: Kind
    needle: str
    pattern: re.Pattern[str]
    having: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    under: re.Pattern[str] | None = None
    is_rest: bool = False
    in_prose: bool = False

    def holds(self, lowered: str) -> bool:
        """Whether a line, in small letters, can have such a secret."""
        return (not self.having or any(word in lowered for word in self.having)) and not any(
            word in lowered for word in self.lacking
        )


def rule(
    kind: Kind,
    needle: str,
    text: str,
    *,
    having: tuple[str, ...] = (),
    lacking: tuple[str, ...] = (),
    under: str = "",
    in_prose: bool = False,
) -> Rule:
    """A rule by its text; see the module."""
    is_rest = text.endswith("REST")
    expression = text.removesuffix("REST").removesuffix("WORD")
    expression = expression.replace("TYPE ", "TYPE").replace("TYPE", _TYPE).replace(" ", r"\s++")
    return Rule(
        kind,
        needle,
        re.compile(expression + r"(?=\S)", re.IGNORECASE),
        having,
        lacking,
        re.compile(under.replace(" ", r"\s++"), re.IGNORECASE) if under else None,
        is_rest,
        in_prose,
    )
