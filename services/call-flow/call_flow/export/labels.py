"""Words of the customer, made fit to be shown by another system."""

import re
import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(text: str, limit: int = 200) -> str:
    """One line of text: control and format characters are spaces, runs of space are one."""
    # Most text has nothing of the kind, and is looked at once instead of sign by sign.
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    return " ".join(text.split())[:limit].rstrip()


def bare(text: str, limit: int = 50, otherwise: str = "unnamed") -> str:
    """Letters, digits, spaces and `.-_` alone: for systems that paste names into a configuration of theirs."""
    kept = "".join(sign if sign.isalnum() or sign in " .-_" else " " for sign in shown(text, 1000))
    # A name that begins with a dash is an option for some, and a formula for spreadsheets.
    return " ".join(kept.split()).lstrip("-. ")[:limit].rstrip() or otherwise


#: Where a cell begins, also for a spreadsheet that takes semicolons for its separators, and what begins a formula.
_FORMULA = re.compile(r'(^|;)(?=[ "]*[=+\-@\uff1d\uff0b\uff0d\uff20])')
_KEPT = re.compile(r"""(^|;)'(?=[ "]*[=+\-@\uff1d\uff0b\uff0d\uff20])""")


def cell(text: str) -> str:
    """A value of a table that a spreadsheet may open: it never begins a formula."""
    return _FORMULA.sub(r"\1'", shown(text, 1000))


def from_cell(text: str) -> str:
    """What `cell` was given, without what keeps it from being a formula."""
    return _KEPT.sub(r"\1", text)
