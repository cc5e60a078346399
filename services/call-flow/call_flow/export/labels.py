"""Words of the customer, made fit to be shown by another system."""

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(text: str, limit: int = 200) -> str:
    """One line of text: control and format characters are spaces, runs of space are one."""
    spaced = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    return " ".join(spaced.split())[:limit].rstrip()


def bare(text: str, limit: int = 50, otherwise: str = "unnamed") -> str:
    """Letters, digits, spaces and `.-_` alone: for systems that paste names into a configuration of theirs."""
    kept = "".join(sign if sign.isalnum() or sign in " .-_" else " " for sign in shown(text, 1000))
    # A name that begins with a dash is an option for some, and a formula for spreadsheets.
    return " ".join(kept.split()).lstrip("-. ")[:limit].rstrip() or otherwise


def cell(text: str) -> str:
    """A value of a table that a spreadsheet may open: it never begins a formula."""
    line = shown(text, 1000)
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
