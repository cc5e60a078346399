"""Words of the customer in the files of Asterisk: always shown, never executed.

What is not in this module writes nothing but ids, numbers and its own words.
"""

import re
import unicodedata

from call_flow.export.labels import shown

#: Signs that mean something in the dialplan, in a list of values, or in an address: a space takes their place.
_MEANT = str.maketrans(dict.fromkeys('"\\<>${}[]|&,=`', " "))
#: Asterisk keeps 80 bytes of a caller's name.
_NAME_BYTES = 70
_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def words(text: str, otherwise: str = "") -> str:
    """A value of a configuration file on one line; `otherwise` when nothing of it can be shown."""
    plain = shown(text.translate(_MEANT), _NAME_BYTES)
    kept = plain.encode()[:_NAME_BYTES].decode(errors="ignore").strip()
    # A semicolon would begin a comment, and # at the beginning of a line is an instruction to the reader.
    return kept.lstrip("#!;").strip().replace(";", "\\;") or otherwise


def is_changed(text: str) -> bool:
    """Whether `words` shows something else than the text."""
    return words(text).replace("\\;", ";") != text


def address(text: str) -> str | None:
    """An e-mail address; None for one that a mail program might read as more than an address."""
    return text if _ADDRESS.fullmatch(text) else None


def spelled(given: str, last: str) -> str:
    """A name for a directory, where the first space parts given and last names, in letters that keys can spell.

    Accents are dropped, and so is what no key has. Within a part, what parts it is a space that does not count.
    """
    return " ".join(part for part in (_letters(given), _letters(last)) if part)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", shown(text))
    signs = (sign if sign.isascii() and sign.isalnum() else " " if sign in " -./'’_" else "" for sign in plain)
    return "\N{NO-BREAK SPACE}".join("".join(signs).split())
