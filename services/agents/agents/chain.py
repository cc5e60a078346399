"""The chain of an audit: each entry's hash covers what it says and the hash of the one before it.

Whoever changes, removes or moves an entry would have to write all later ones anew; a hash that was noted before, such
as that of the last line of an export, then is in the chain no more.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: What the first entry has for the hash of the one before it.
BEGINNING = "0" * 64

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a check found. `head` is the hash of the last entry that is sound, and `entries` how many those are.

    `broken_at` is the number of the first entry that is not; None when nothing is wrong, or when what is wrong lies
    behind the last one. `why` is a sentence, empty when nothing is wrong.
    """

    entries: int
    head: str
    broken_at: int | None = None
    why: str = ""

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.why


def digest(entry: Entry) -> str:
    """The hash of an entry {tenant, number, at (aware), actor, action, object, data, prev_hash}."""
    covered = {
        "tenant": entry["tenant"],
        "number": entry["number"],
        "at": written(entry["at"]),
        "actor": entry["actor"],
        "action": entry["action"],
        "object": entry["object"],
        "data": entry["data"],
        "prev_hash": entry["prev_hash"],
    }
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def written(at: datetime) -> str:
    """A time as the chain and its exports write it: in UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def check(tenant: str | None, entries: Iterable[Entry], expected: str | None = None) -> Verdict:
    """Follow the chain of a tenant from its first entry on; without one, that of the tenant it begins with.

    `expected` is a hash that has to be in it.
    """
    number, head, is_found = 0, BEGINNING, expected in (None, BEGINNING)
    for entry in entries:
        number += 1
        tenant = tenant or entry["tenant"]
        if why := _wrong(tenant, number, head, entry):
            return Verdict(number - 1, head, number, why)
        head = str(entry["hash"])
        is_found = is_found or head == expected
    if not is_found:
        why = f"No entry has the hash {expected}: entries were taken from the end, or all were replaced."
        return Verdict(number, head, None, why)
    return Verdict(number, head)


def _wrong(tenant: str, number: int, head: str, entry: Entry) -> str:
    """What is wrong with the entry that should be this one; nothing, usually."""
    if entry["tenant"] != tenant:
        return f"Entry {number} belongs to the client '{entry['tenant']}'."
    if entry["number"] != number:
        return f"Entry {number} is missing; the next one has the number {entry['number']}."
    if entry["prev_hash"] != head:
        return f"Entry {number} does not follow the one before it."
    if entry["hash"] != digest(entry):
        return f"Entry {number} was changed."
    return ""


def lines(entries: Iterable[Entry]) -> Iterator[str]:
    """An export: one line of JSON an entry, and a last one {count, hash} that tells whether all of it arrived."""
    count, head = 0, BEGINNING
    for entry in entries:
        count, head = count + 1, str(entry["hash"])
        yield _line({**entry, "at": written(entry["at"])})
    yield _line({"count": count, "hash": head})


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def check_export(read: Iterable[str], expected: str | None = None) -> Verdict:
    """Check the lines of an export by themselves, without the database they came from."""
    export = _Export(read)
    try:
        verdict = check(None, export.entries(), expected)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Verdict(0, BEGINNING, None, f"Line {export.line} is not one of an export of the audit.")
    if not verdict.valid:
        return verdict
    if export.last is None:
        return Verdict(verdict.entries, verdict.head, None, "The export is not complete: its last line is missing.")
    if export.last != {"count": verdict.entries, "hash": verdict.head}:
        why = f"The last line of the export says it has {export.last['count']} entries; they are not these."
        return Verdict(verdict.entries, verdict.head, None, why)
    return verdict


class _Export:
    """The lines of an export while they are read."""

    def __init__(self, read: Iterable[str]) -> None:
        self._read = read
        self.line = 0
        self.last: dict[str, Any] | None = None

    def entries(self) -> Iterator[Entry]:
        for text in self._read:
            self.line += 1
            value = json.loads(text)
            if self.last is not None:
                raise ValueError("there is something behind the last line")
            if value.keys() == {"count", "hash"}:
                self.last = value
            else:
                yield {**value, "at": datetime.fromisoformat(value["at"])}
