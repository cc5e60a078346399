"""What a server says of a tool, the hash that somebody approves of it, and what has changed since.

A tool is what it says it is: a server that changes a description afterwards changes what a model does with it. So the
hash covers every word that a model sees, and a tool whose hash is not the approved one is not called.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mcp_types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from agents.pool.texts import plain_data, visible
from agents.tools.contract import ToolClass

MAX_TOOLS = 500
MAX_DEFINITION_BYTES = 65_536
MAX_NAME = 200
MAX_DESCRIPTION = 1_000
_MAX_TITLE = 120
#: A schema within a schema; validators go down it by recursion.
_MAX_DEPTH = 40
_MAX_CHANGES = 200
#: How vendors of models take the names of arguments.
_ARGUMENT = re.compile(r"^[A-Za-z0-9_.-]{1,64}\Z")
_SAID = ("title", "description", "$comment")
_FIELDS = ("title", "description", "input_schema", "output_schema", "annotations")


@dataclass(frozen=True)
class Seen:
    """A tool as its server describes it. `definition` is stored and shown as it is, without what cannot be stored."""

    name: str
    definition: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """sha256 of the definition's canonical JSON."""
        return digest(self.definition)

    def row(self, *, trust: bool) -> dict[str, Any]:
        """As it is stored, with the class that is proposed for it."""
        tool_class, idempotent = proposed(self.definition, trust=trust)
        return {
            "name": self.name,
            "hash": self.hash,
            "definition": dict(self.definition),
            "class": tool_class,
            "idempotent": idempotent,
        }


def seen(tool: mcp_types.Tool) -> Seen | None:
    """A tool of a server's list; None for one that is too large or too deep, or whose name cannot be one."""
    if not 0 < len(tool.name) <= MAX_NAME or plain_data(tool.name) != tool.name or tool.name != tool.name.strip():
        return None
    annotations = tool.annotations.model_dump(by_alias=True, exclude_none=True) if tool.annotations else None
    definition = plain_data(
        {
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "input_schema": tool.input_schema,
            "output_schema": tool.output_schema,
            "annotations": annotations,
        }
    )
    is_taken = len(canonical(definition)) <= MAX_DEFINITION_BYTES and _depth(definition) <= _MAX_DEPTH
    return Seen(tool.name, definition) if is_taken else None


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(definition: Mapping[str, Any]) -> str:
    """The hash of a definition."""
    return hashlib.sha256(canonical(definition)).hexdigest()


def proposed(definition: Mapping[str, Any], *, trust: bool) -> tuple[ToolClass, bool]:
    """The class of a tool nobody has looked at yet, and whether it is idempotent: what it says, if it is believed."""
    hints = definition.get("annotations") or {}
    if not trust:
        return "external", False
    idempotent = hints.get("idempotentHint") is True
    if hints.get("readOnlyHint") is True:
        return "read", True
    if hints.get("destructiveHint") is True:
        return "destructive", idempotent
    return "external", idempotent


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two definitions, line by line: `- ` was, `+ ` is, below the name of the field."""
    told: list[str] = []
    for field in _FIELDS:
        old, new = _lines(before.get(field)), _lines(after.get(field))
        if old != new:
            told.append(f"@@ {field}")
            told += [line for line in difflib.ndiff(old, new) if line[:2] in ("- ", "+ ")]
    return told if len(told) <= _MAX_CHANGES else [*told[:_MAX_CHANGES], "…"]


def _lines(value: Any) -> Sequence[str]:
    if value is None:
        return []
    text = value if isinstance(value, str) else json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    return text.splitlines()


def is_usable(definition: Mapping[str, Any]) -> bool:
    """Whether models can be told how to call a tool: they refuse everything when one schema is none."""
    found = schema(definition["input_schema"])
    properties = found.get("properties", {})
    try:
        Draft202012Validator.check_schema(found)
    except SchemaError:
        return False
    return (
        found["type"] == "object" and isinstance(properties, dict) and all(_ARGUMENT.match(name) for name in properties)
    )


def title(definition: Mapping[str, Any]) -> str:
    """What people call a tool."""
    hints = definition.get("annotations") or {}
    return visible(str(definition.get("title") or hints.get("title") or definition["name"]), _MAX_TITLE)


def description(definition: Mapping[str, Any]) -> str:
    """What a model is told of a tool."""
    return visible(definition.get("description") or "", MAX_DESCRIPTION)


def schema(found: Mapping[str, Any]) -> dict[str, Any]:
    """A schema as a model is told of it: the descriptions within it are held to what a tool's own is.

    Patterns are left out. They are looked for in whatever a model writes, and one that a stranger wrote could be looked
    for without end; the server checks its arguments itself.
    """
    shown: dict[str, Any] = _shown(found)
    return {"type": "object", **shown}


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {
            key: visible(one, MAX_DESCRIPTION) if key in _SAID and isinstance(one, str) else _shown(one)
            for key, one in value.items()
            if not (key == "pattern" and isinstance(one, str)) and key != "patternProperties"
        }
        return kept | {"additionalProperties": True} if "patternProperties" in value else kept
    return [_shown(one) for one in value] if isinstance(value, list) else value
