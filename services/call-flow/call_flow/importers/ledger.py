"""The ledger of an import: every line or element of what came in, and what became of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from call_flow.export.labels import shown
from call_flow.flow.model import Provenance
from call_flow.flow.values import Part

Status = Literal["understood", "approximated", "ignored"]
_LONGEST = 200
_SECRET = re.compile(
    r"((?<![\w.-])[\w.-]*(?:password|passwd|secret|vmpwd|pin|md5_cred)\"?\s*(?:=>?|:)\s*)(?:\"[^\"]*\"|[^,;}\s]+)",
    re.IGNORECASE,
)
_USER = re.compile(r"((?:register\s*=>?\s*|sips?:)[^:@\s]+):[^@\s]*@", re.IGNORECASE)
#: What no database keeps of a text, and JSON may hold in a key.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAILBOX = re.compile(r"^(\d+\s*=>?\s*)[^,]+")
_RANK: dict[Status, int] = {"ignored": 0, "understood": 1, "approximated": 2}


class LedgerLine(Part):
    """A line of a file, or an element of a JSON document by its pointer. `reason` says what is different or missing.

    Empty lines and comments say nothing and are not listed.
    """

    file: str
    line: int | None = None
    pointer: str | None = None
    text: str
    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in what came in."""

    file: str
    text: str
    line: int | None = None
    pointer: str | None = None

    @property
    def evidence(self) -> str:
        """The place with what stands there, as provenance quotes it."""
        where = f"line {self.line}" if self.line is not None else self.pointer or "/"
        return f"{shown(self.file)}, {where}: {shown(self.readable, _LONGEST)}"

    @property
    def readable(self) -> str:
        """What stands there, without passwords: neither a flow nor a ledger keeps any."""
        text = _USER.sub(r"\1:…@", _SECRET.sub(r"\1…", self.text[: 4 * _LONGEST]))
        return _MAILBOX.sub(r"\1…", text) if self.file.lower().endswith("voicemail.conf") else text

    def imported(self) -> Provenance:
        """That a value was read here."""
        return Provenance(origin="imported", evidence=self.evidence)


@dataclass(slots=True)
class _Entry:
    source: Source
    status: Status
    reasons: list[str]


class Ledger:
    """What became of each place, in the order in which the places came in."""

    def __init__(self) -> None:
        """With no places."""
        self._entries: dict[tuple[str, int | None, str | None], _Entry] = {}

    def came(self, sources: Iterable[Source]) -> None:
        """Places that came in. Until something is said of them they are ignored."""
        for source in sources:
            self._entry(source)

    def understood(self, *sources: Source) -> None:
        """These say what the flow says."""
        for source in sources:
            entry = self._entry(source)
            if _RANK[entry.status] < _RANK["understood"]:
                entry.status, entry.reasons = "understood", []

    def approximated(self, source: Source, reason: str) -> None:
        """The flow says something near to it."""
        self._say(source, "approximated", reason)

    def ignored(self, source: Source, reason: str) -> None:
        """The flow does not say it. What is understood or approximated already stays so."""
        if self._entry(source).status == "ignored":
            self._say(source, "ignored", reason)

    def is_open(self, source: Source) -> bool:
        """Whether nothing has been said of a place yet."""
        entry = self._entry(source)
        return entry.status == "ignored" and not entry.reasons

    def lines(self, otherwise: str) -> list[LedgerLine]:
        """Every line; `otherwise` is the reason of those of which nothing was said."""
        return [_line(entry, otherwise) for entry in self._entries.values()]

    def _entry(self, source: Source) -> _Entry:
        key = (source.file, source.line, source.pointer)
        if key not in self._entries:
            self._entries[key] = _Entry(source, "ignored", [])
        return self._entries[key]

    def _say(self, source: Source, status: Status, reason: str) -> None:
        entry = self._entry(source)
        if entry.status != status:
            entry.status, entry.reasons = status, []
        if reason not in entry.reasons:
            entry.reasons.append(reason)


def _line(entry: _Entry, otherwise: str) -> LedgerLine:
    source = entry.source
    pointer = None if source.pointer is None else _UNSTORABLE.sub("\ufffd", source.pointer)
    reason = " ".join(entry.reasons)
    if entry.status == "ignored" and not reason:
        reason = otherwise
    return LedgerLine(
        file=shown(source.file), line=source.line, pointer=pointer, text=shown(source.readable, _LONGEST),
        status=entry.status, reason=reason,
    )  # fmt: skip
