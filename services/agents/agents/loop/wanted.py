"""A call that a model asks for, as it can be kept, shown to a person, hashed, and given back to any vendor. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agents.store.storable import clean
from oberaconnect import llm

#: What no vendor takes in the name of a tool.
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64
_MOST_CHARACTERS = 2_000_000
_DEEPEST = 64


def kept(call: llm.ToolCall) -> llm.ToolCall:
    """The call with arguments that are exactly what is stored; those that cannot be are no arguments at all.

    Those are: numbers that JSON does not have, more than two million characters, and more than 64 levels.
    """
    name = _NO_NAME.sub("_", call.name)[:_LONGEST_NAME] or "_"
    if not _can_be_kept(call.arguments):
        return replace(call, name=name, arguments={}, is_readable=False)
    return replace(call, name=name, arguments=clean(call.arguments))


def _can_be_kept(arguments: Mapping[str, Any]) -> bool:
    level: list[Any] = [arguments]
    for _ in range(_DEEPEST):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            break
    else:
        return False
    try:
        return len(json.dumps(arguments, allow_nan=False, ensure_ascii=False)) <= _MOST_CHARACTERS
    except ValueError:
        return False
