"""What a built-in tool is made of: its description, a function, and JSON Schemas with bounds.

Schemas are those of JSON Schema 2020-12 that language models follow well: objects without further properties, and
bounds on everything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.tools.contract import Calling, Outcome, Spec

Schema = dict[str, Any]

#: `$` is the very end in JSON Schema, but Python's validator lets a line break follow it: what must not have one is
#: checked again where it matters.
UUID_PATTERN = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
COLLECTION_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
#: What answers are made of: a number of things, some words, and how many there are of each kind.
NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": 10_000_000}
WORDS: Schema = {"type": "string", "minLength": 0, "maxLength": 20_000}
COUNTS: Schema = {"type": "object", "additionalProperties": {"type": "integer"}}


@dataclass(frozen=True)
class Made:
    """A tool made of a description and a function."""

    spec: Spec
    run: Callable[[Calling, Mapping[str, Any]], Outcome]

    def call(self, calling: Calling, arguments: Mapping[str, Any]) -> Outcome:
        """Do it. See `contract.Tool.call`."""
        return self.run(calling, arguments)


def record(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object with these properties and no others. `required` None: all of them."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def text(description: str = "", *, longest: int, shortest: int = 0, pattern: str = "") -> Schema:
    """A text of so many characters."""
    found: Schema = {"type": "string", "minLength": shortest, "maxLength": longest}
    if pattern:
        found["pattern"] = pattern
    return _described(found, description)


def said(description: str, *, longest: int) -> Schema:
    """A text that says something: not empty, and more than blanks."""
    return text(description, longest=longest, shortest=1, pattern=r"\S")


def identifier(description: str) -> Schema:
    """An id as the platform writes it."""
    return text(description, longest=36, shortest=36, pattern=UUID_PATTERN)


def collection(description: str = "Which collection; without it 'documents'.") -> Schema:
    """The name of a collection."""
    return text(description, longest=63, shortest=1, pattern=COLLECTION_PATTERN)


def whole(description: str = "", *, least: int, most: int, default: int | None = None) -> Schema:
    """A whole number."""
    found: Schema = {"type": "integer", "minimum": least, "maximum": most}
    if default is not None:
        found["default"] = default
    return _described(found, description)


def choice(description: str, names: Sequence[str], default: str | None = None) -> Schema:
    """One of some names."""
    found: Schema = {"type": "string", "enum": list(names)}
    if default is not None:
        found["default"] = default
    return _described(found, description)


def flag(description: str, *, default: bool = False) -> Schema:
    """Yes or no."""
    return {"type": "boolean", "default": default, "description": description}


def several(items: Schema, description: str = "", *, most: int, least: int = 0) -> Schema:
    """A list of so many."""
    return _described({"type": "array", "items": items, "minItems": least, "maxItems": most}, description)


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def _described(schema: Schema, description: str) -> Schema:
    return schema | {"description": description} if description else schema
