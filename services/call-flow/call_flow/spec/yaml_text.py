"""YAML as people write it, without its surprises.

Plain scalars are as in YAML 1.2's core schema: `no`, `NO`, `08:30`, `0101`, `+12125550123` and `2026-12-24` are texts.
Keys are always texts and stand once in a mapping. Depth and what aliases expand to are bounded.
"""

import re
from typing import Any

import yaml

from oberaconnect.problems import BadRequest

_MOST_DEPTH = 40
_MOST_VALUES = 300_000
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}\Z")
_CORE = "tag:yaml.org,2002:"


class _Loader(yaml.CSafeLoader):
    """Resolves plain scalars by few rules."""

    yaml_implicit_resolvers: Any = {}


_Loader.add_implicit_resolver(f"{_CORE}bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF"))
_Loader.add_implicit_resolver(f"{_CORE}null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(f"{_CORE}int", _INT, list("-0123456789"))
_Loader.add_implicit_resolver(f"{_CORE}float", _FLOAT, list("-0123456789"))


def load(text: str) -> Any:
    """The one document of a YAML text, of mappings, lists and scalars as JSON has them.

    Raises:
        BadRequest: when it is no YAML, or more than a specification needs.
    """
    try:
        _require_bounded(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        where = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise BadRequest(f"This is not valid YAML: {error.problem or error.context}{where}.") from None
    except yaml.YAMLError as error:
        raise BadRequest(f"This is not valid YAML: {' '.join(str(error).split())[:200]}.") from None
    if node is None:
        return None
    if _size(node, {}) > _MOST_VALUES:
        raise BadRequest(f"This YAML expands to more than {_MOST_VALUES} values. Write it with fewer aliases.")
    return _value(node)


def _require_bounded(text: str) -> None:
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_DEPTH:
            raise BadRequest(f"This YAML is nested deeper than {_MOST_DEPTH} levels.")
        if number > _MOST_VALUES:
            raise BadRequest(f"This YAML holds more than {_MOST_VALUES} values.")


def _children(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _size(node: Any, known: dict[int, int]) -> int:
    """How many values a node stands for with its aliases written out."""
    if id(node) not in known:
        known[id(node)] = _MOST_VALUES + 1  # what a node within itself would be
        known[id(node)] = 1 + sum(_size(child, known) for child in _children(node))
    return known[id(node)]


def _value(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if node.tag not in (f"{_CORE}seq", f"{_CORE}map"):
        raise _unknown(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    return _mapping(node)


def _mapping(node: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadRequest(f"A key is a list or a mapping (line {line}). Keys are texts.")
        if key.value in found:
            raise BadRequest(f"The key '{key.value[:60]}' stands twice (line {line}).")
        found[key.value] = _value(value)
    return found


def _scalar(node: Any) -> str | int | float | bool | None:
    text: str = node.value
    match node.tag.removeprefix(_CORE):
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if _INT.fullmatch(text):
            return int(text)
        case "float" if _FLOAT.fullmatch(text):
            return float(text)
    raise _unknown(node)


def _unknown(node: Any) -> BadRequest:
    line = node.start_mark.line + 1
    return BadRequest(f"The tag '{node.tag[:60]}' is not understood here (line {line}). Write the value without it.")
