"""Variables, functions and expressions of a dialplan, as far as they are known before a call is made.

What is not known stays as it is written; `is_known` tells the difference.
"""

import re
from collections.abc import Callable, Mapping

_INNERMOST = re.compile(r"\$\{([^${}\[\]]*(?:\[[^\[\]${}]*\][^${}\[\]]*)*)\}|\$\[([^\[\]${}]*)\]")
_FUNCTION = re.compile(r"([A-Z_]+)\((.*)\)(?::(-?\d+))?(?::(-?\d+))?", re.DOTALL)
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::(-?\d+))?(?::(-?\d+))?")
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|<=|>=|!=|==|=~|[|&=<>+*/%!()?:-]|[^\s|&=<>+*/%!()?:"-]+)')
_MOST_STEPS = 60
_LONGEST = 2000
_OPEN, _CLOSE = "\x01", "\x02"

Values = Mapping[str, str]


def is_known(text: str) -> bool:
    """Whether nothing in a text is left to the moment of the call."""
    return "${" not in text and "$[" not in text


def resolved(text: str, values: Values) -> str:
    """A text with what is known put in."""
    if "$" not in text:
        return text
    kept: list[str] = []

    def put(match: re.Match[str]) -> str:
        inside = match[1] if match[1] is not None else match[2]
        found = None
        if _OPEN not in inside:
            found = _variable(inside, values) if match[1] is not None else _evaluated(inside)
        elif match[1] is not None:
            found = _choice(inside)
        if found is None:
            kept.append(match[0])
            return f"{_OPEN}{len(kept) - 1}{_CLOSE}"
        return found

    current = text[:_LONGEST].replace(_OPEN, "").replace(_CLOSE, "")
    for _ in range(_MOST_STEPS):
        following = _INNERMOST.sub(put, current)[:_LONGEST]
        if following == current:
            break
        current = following
    while match := re.search(f"{_OPEN}(\\d+){_CLOSE}", current):
        current = current[: match.start()] + kept[int(match[1])] + current[match.end() :]
        if len(current) > 4 * _LONGEST:
            return text
    return current


def _variable(inside: str, values: Values) -> str | None:
    if match := _VARIABLE.fullmatch(inside):
        found = values.get(match[1])
        return None if found is None else _cut(found, match[2], match[3])
    if match := _FUNCTION.fullmatch(inside):
        if inside in values:
            return values[inside]
        whole = f"{match[1]}({match[2]})"
        found = values.get(whole)
        if found is None:
            make = _FUNCTIONS.get(match[1])
            found = make(match[2]) if make else None
        return None if found is None else _cut(found, match[3], match[4])
    return None


def _choice(inside: str) -> str | None:
    """`IF(…?a:b)` whose condition is known, even when what it gives is not."""
    match = _FUNCTION.fullmatch(inside)
    if match is None or match[1] != "IF":
        return None
    condition = match[2].partition("?")[0]
    return _if(match[2]) if _OPEN not in condition else None


def _cut(text: str, offset: str | None, length: str | None) -> str:
    if offset is None:
        return text
    begin = int(offset)
    text = text[begin:] if abs(begin) <= len(text) else ("" if begin > 0 else text)
    if length is None:
        return text
    return text[: int(length)]


def _if(arguments: str) -> str | None:
    condition, mark, ways = arguments.partition("?")
    if not mark:
        return None
    yes, _, no = ways.partition(":")
    return yes if truth(condition) else no


def _filter(arguments: str) -> str | None:
    allowed, _, text = arguments.partition(",")
    signs = re.sub(r"(\w)-(\w)", lambda match: "".join(map(chr, range(ord(match[1]), ord(match[2]) + 1)))
                   if ord(match[1]) <= ord(match[2]) else "", allowed)  # fmt: skip
    return "".join(sign for sign in text if sign in signs)


_FUNCTIONS: Mapping[str, Callable[[str], str | None]] = {
    "LEN": lambda text: str(len(text)),
    "IF": _if,
    "FILTER": _filter,
    "TOUPPER": str.upper,
    "TOLOWER": str.lower,
    "ISNULL": lambda text: "0" if text else "1",
    "EXISTS": lambda text: "1" if text else "0",
    # Phones are rung by what they are called, not by where they are.
    "PJSIP_DIAL_CONTACTS": lambda name: f"PJSIP/{name}",
}


def truth(text: str) -> bool:
    """What a condition that is known amounts to: neither empty nor 0."""
    return text.strip().strip('"') not in ("", "0")


def condition(text: str, values: Values) -> bool | None:
    """Whether a condition holds; None when only a call can tell."""
    found = resolved(text, values)
    return truth(found) if is_known(found) else None


def _evaluated(text: str) -> str | None:
    tokens = _TOKEN.findall(text)
    if "".join(tokens).replace(" ", "") != re.sub(r"\s", "", text).replace(" ", "") or len(tokens) > 100:
        return None
    try:
        value, rest = _either(tokens)
    except (IndexError, ValueError, ZeroDivisionError):
        return None
    return value.strip('"') if not rest else None


_Found = tuple[str, list[str]]


def _either(tokens: list[str]) -> _Found:
    left, rest = _both(tokens)
    while rest[:1] == ["|"]:
        right, rest = _both(rest[1:])
        left = left if truth(left) else right
    return left, rest


def _both(tokens: list[str]) -> _Found:
    left, rest = _compared(tokens)
    while rest[:1] == ["&"]:
        right, rest = _compared(rest[1:])
        left = left if truth(left) and truth(right) else "0"
    return left, rest


def _compared(tokens: list[str]) -> _Found:
    left, rest = _sum(tokens)
    while rest and rest[0] in ("=", "==", "!=", "<", ">", "<=", ">="):
        operator = rest[0]
        right, rest = _sum(rest[1:])
        left = "1" if _holds(left, operator, right) else "0"
    return left, rest


def _holds(left: str, operator: str, right: str) -> bool:
    one, other = _number(left), _number(right)
    first: float | str = left.strip('"') if one is None or other is None else one
    second: float | str = right.strip('"') if one is None or other is None else other
    if operator in ("=", "=="):
        return first == second
    if operator == "!=":
        return first != second
    less = first < second  # type: ignore[operator]
    return {"<": less, ">": not less and first != second, "<=": less or first == second, ">=": not less}[operator]


def _number(text: str) -> float | None:
    try:
        return float(text.strip('"')) if len(text) < 20 else None
    except ValueError:
        return None


def _sum(tokens: list[str]) -> _Found:
    left, rest = _unary(tokens)
    while rest and rest[0] in ("+", "-", "*", "/", "%"):
        operator = rest[0]
        right, rest = _unary(rest[1:])
        one, other = float(left.strip('"') or 0), float(right.strip('"') or 0)
        made = {"+": one + other, "-": one - other, "*": one * other}.get(operator)
        if made is None:
            made = one // other if operator == "/" else one % other
        left = str(int(made)) if made == int(made) else str(made)
    return left, rest


def _unary(tokens: list[str]) -> _Found:
    if tokens[0] == "!":
        value, rest = _unary(tokens[1:])
        return "0" if truth(value) else "1", rest
    if tokens[0] == "-":
        value, rest = _unary(tokens[1:])
        return f"-{value}", rest
    if tokens[0] == "(":
        value, rest = _either(tokens[1:])
        if rest[:1] != [")"]:
            raise ValueError("a bracket is missing")
        return value, rest[1:]
    if tokens[0] in "|&=<>+*/%)?:":
        raise ValueError("a value is missing")
    return tokens[0], tokens[1:]
