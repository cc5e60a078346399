"""Two JSON values next to each other: what was added, removed or changed, and where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from pydantic import JsonValue

#: What tells the items of a list apart, by the name of the list. Other lists are compared as a whole.
_KEYS: Mapping[str, str] = {
    "sites": "id", "locations": "id", "numbers": "e164", "extensions": "number", "mailboxes": "number",
    "schedules": "id", "holiday_sets": "id", "prompts": "id", "nodes": "id", "trunks": "id", "outbound": "id",
    "exceptions": "date",
}  # fmt: skip
#: One of these makes a destination, which changes as a whole; a name of its own makes a part that may have them too.
_DESTINATION = frozenset({"node", "extension", "mailbox", "number", "hangup"})
_NAMED = frozenset({"id", "e164", "kind", "ring_s"})


class Differing(NamedTuple):
    """A place at which two values differ. `names` are the keys and identities on the way to it."""

    pointer: str
    names: tuple[str, ...]
    kind: Literal["added", "removed", "changed"]
    before: JsonValue
    after: JsonValue


def differing(
    before: JsonValue, after: JsonValue, pointer: str = "", names: tuple[str, ...] = ()
) -> Iterator[Differing]:
    """Every place at which two values differ, in the order of the new one; pointers lead into the one that has it."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and not _is_destination(before, after):
        for key in dict.fromkeys([*after, *before]):
            where, who = f"{pointer}/{_escaped(key)}", (*names, key)
            if key not in before:
                yield Differing(where, who, "added", None, after[key])
            elif key not in after:
                yield Differing(where, who, "removed", before[key], None)
            else:
                yield from differing(before[key], after[key], where, who)
        return
    identity = _KEYS.get(names[-1]) if names else None
    if isinstance(before, list) and isinstance(after, list) and identity:
        yield from _items(before, after, pointer, names, identity)
        return
    yield Differing(pointer, names, "changed", before, after)


def _items(
    before: Sequence[JsonValue], after: Sequence[JsonValue], pointer: str, names: tuple[str, ...], identity: str
) -> Iterator[Differing]:
    old, new = _by_identity(before, identity), _by_identity(after, identity)
    for name, (position, item) in new.items():
        where, who = f"{pointer}/{position}", (*names, name)
        if name not in old:
            yield Differing(where, who, "added", None, item)
        else:
            yield from differing(old[name][1], item, where, who)
    for name, (position, item) in old.items():
        if name not in new:
            yield Differing(f"{pointer}/{position}", (*names, name), "removed", item, None)


def _by_identity(items: Sequence[JsonValue], identity: str) -> dict[str, tuple[int, JsonValue]]:
    """Items by what tells them apart; a second one of the same name gets a number."""
    found: dict[str, tuple[int, JsonValue]] = {}
    for position, item in enumerate(items):
        name = str(item.get(identity, position)) if isinstance(item, dict) else str(position)
        unique, number = name, 2
        while unique in found:
            unique, number = f"{name} ({number})", number + 1
        found[unique] = position, item
    return found


def _is_destination(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> bool:
    if _NAMED & (before.keys() | after.keys()):
        return False
    return bool(_DESTINATION & before.keys()) and bool(_DESTINATION & after.keys())


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
