"""Whether arguments are what a tool takes."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

_SHOWN = 5


def complaints(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """What is wrong with the arguments, at most five sentences that begin with a JSON pointer; empty when nothing is.

    A schema that is none (those of MCP servers are not ours) takes no arguments at all: better than any. What it refers
    to elsewhere is not fetched.
    """
    try:
        validator = _validator(json.dumps(schema, sort_keys=True))
        found = sorted(validator.iter_errors(arguments), key=lambda error: list(map(str, error.path)))
    except (SchemaError, Unresolvable):
        return ["#: the tool describes its arguments in a way that cannot be read"]
    return [f"#{''.join(f'/{part}' for part in error.path)}: {error.message[:300]}" for error in found[:_SHOWN]]


@lru_cache(maxsize=512)
def _validator(text: str) -> Draft202012Validator:
    """A validator that is kept: to look through a schema takes longer than to look through arguments."""
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, registry=Registry())
