"""What a source says of its items, made fit to be kept: whatever it says, one strange item never stops the others."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from data_processing.connectors.contract import Item
from data_processing.models import Metadata

_MAX_KEY, _MAX_NAME, _MAX_TITLE, _MAX_URL, _MAX_PATH = 512, 300, 500, 2000, 4000
_MAX_SIZE = 2**63 - 1
#: So many fields are left for what the source is declared with, and for the path.
_MAX_FIELDS = 24
_METADATA: TypeAdapter[Metadata] = TypeAdapter(Metadata)
_STRANGE_KEY = "The source gives this file an identity that cannot be kept."
_STRANGE_REFERENCE = "The source says something of this file that cannot be kept."


def fit(item: Item) -> Item:
    """The item as it can be kept. What is only too long is cut; what cannot be kept at all becomes its `problem`."""
    problem = item.problem
    key, parent = item.key, item.parent
    if not is_key(key):
        key, problem = f"#{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}", _STRANGE_KEY
    if parent is not None and not is_key(parent):
        parent, problem = None, _STRANGE_KEY
    metadata, reference = dict(item.metadata), item.reference
    if said := _wrong(metadata):
        metadata, problem = {}, problem or said
    if not _is_storable(reference):
        reference, problem = {}, problem or _STRANGE_REFERENCE
    name = storable(item.name)[:_MAX_NAME] or key[:_MAX_NAME]
    url = storable(item.url or "")
    return replace(
        item,
        key=key,
        parent=parent,
        name=name,
        path=storable(item.path)[:_MAX_PATH] or name,
        title=storable(item.title)[:_MAX_TITLE],
        url=url if 0 < len(url) <= _MAX_URL else None,
        tag=_short(storable(item.tag)),
        size=min(max(item.size, 0), _MAX_SIZE),
        metadata=metadata,
        reference=reference,
        problem=storable(problem)[:_MAX_URL],
        partition=storable(item.partition)[:_MAX_KEY],
    )


def _short(tag: str) -> str:
    """The tag, or what stands for it when it is long: two long ones are never taken for the same."""
    return tag if len(tag) <= _MAX_KEY else hashlib.sha256(tag.encode()).hexdigest()


def is_key(key: str) -> bool:
    """Whether an item can be known by this."""
    return 0 < len(key) <= _MAX_KEY and key == storable(key)


def storable(text: str) -> str:
    """A text without what PostgreSQL cannot store: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _wrong(metadata: Mapping[str, Any]) -> str:
    """What keeps metadata from being kept; nothing, usually."""
    if len(metadata) > _MAX_FIELDS:
        return f"Its metadata have more than {_MAX_FIELDS} fields."
    try:
        _METADATA.validate_python(metadata)
    except ValidationError as error:
        return f"Its metadata cannot be kept: {error.errors()[0]['msg'].rstrip('.')}."
    integers = [value for value in metadata.values() if isinstance(value, int)]
    if any(not -(2**63) <= value < 2**63 for value in integers) or not _is_storable(metadata):
        return "Its metadata hold a value that cannot be kept."
    return ""


def _is_storable(value: Mapping[str, Any]) -> bool:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()  # halves of characters are no UTF-8
    except (TypeError, ValueError):  # UnicodeEncodeError is one
        return False
    return "\\u0000" not in text.replace("\\\\", "")
