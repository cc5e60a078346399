"""Commands of PowerShell. Whatever a customer wrote stands between single quotes, in which nothing is expanded."""

from collections.abc import Sequence

from call_flow.export.labels import shown

#: PowerShell takes each of these for a single quote; doubled they stand for themselves.
_QUOTES = "'\u2018\u2019\u201a\u201b"


class Raw(str):
    """An expression that is written as it is: a variable, a call in brackets."""

    __slots__ = ()


#: Text is quoted; True alone is a switch; a sequence is an array of its values.
Value = str | int | bool | Sequence[str]


def quoted(text: str, limit: int = 1000) -> str:
    """Text between single quotes."""
    line = shown(text, limit)
    return "'" + "".join(sign * 2 if sign in _QUOTES else sign for sign in line) + "'"


def variable(*parts: str) -> Raw:
    """A variable that is named after ids."""
    return Raw("$" + "_".join(part.replace("-", "_") for part in parts))


def command(name: str, **parameters: Value | None) -> str:
    """A command with its parameters; those that are None are left out."""
    words = [name]
    for parameter, value in parameters.items():
        if value is None or value is False:
            continue
        words.append(f"-{parameter}" if value is True else f"-{parameter} {_written(value)}")
    return " ".join(words)


def _written(value: Value) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        return str(value)
    return f"@({', '.join(map(_written, value))})"


def put(name: Raw, what: str) -> str:
    """An assignment."""
    return f"{name} = {what}"
