"""JSON that remembers what was read of it, so that the ledger can list the rest."""

import json
from collections.abc import Iterator, Mapping

from call_flow.importers.ledger import Ledger, Source, Status
from call_flow.spec.draft import escaped

Reasons = Mapping[str, str]
_NOTHING = "The model of a call flow has nothing for it."
_SHORT = 160
#: Members that are empty are as empty lines: they are not listed.
_SAYS_NOTHING: tuple[object, ...] = ("", None, [], {})


class Document:
    """A JSON document: its elements by their pointers."""

    def __init__(self, file: str, value: object, ledger: Ledger) -> None:
        """`file` is what the ledger calls it."""
        self.file = file
        self.value = value
        self.ledger = ledger
        self._elements: dict[str, Element] = {}

    def element(self, pointer: str, value: Mapping[str, object]) -> "Element":
        """The object at a pointer."""
        if pointer not in self._elements:
            self._elements[pointer] = Element(self, pointer, value)
        return self._elements[pointer]

    @property
    def root(self) -> "Element":
        """The document as an object; one without members when it is none."""
        return self.element("", self.value if isinstance(self.value, dict) else {})

    @property
    def items(self) -> list["Element"]:
        """The objects of a document that is a list."""
        listed = self.value if isinstance(self.value, list) else []
        return [self.element(f"/{at}", item) for at, item in enumerate(listed) if isinstance(item, dict)]

    def source(self, pointer: str, value: object) -> Source:
        """A place in this document."""
        return Source(self.file, _short(value), pointer=pointer)

    def close(self, reasons: Reasons) -> None:
        """Put every element into the ledger. `reasons` say by name why something is ignored."""
        self._close("", "", self.value, reasons)

    def _close(self, name: str, pointer: str, value: object, reasons: Reasons) -> None:
        if isinstance(value, dict):
            element = self._elements.get(pointer)
            if element is None or not element.was_read:
                self.ledger.ignored(self.source(pointer, value), reasons.get(name, _NOTHING))
                return
            element.close()
            for key, below in value.items():
                where = f"{pointer}/{escaped(key)}"
                if below in _SAYS_NOTHING:
                    continue
                if key not in element.keys_read:
                    self.ledger.ignored(self.source(where, {key: below}), reasons.get(key, _NOTHING))
                else:
                    self._close(key, where, below, reasons)
        elif isinstance(value, list):
            for at, below in enumerate(value):
                if isinstance(below, dict | list):
                    self._close(name, f"{pointer}/{at}", below, reasons)


class Element:
    """An object of a document."""

    def __init__(self, document: Document, pointer: str, value: Mapping[str, object]) -> None:
        """Nothing of it has been read."""
        self.document = document
        self.pointer = pointer
        self.value = value
        #: What the element is called where it stands, if that says more than its members.
        self.name = ""
        self.keys_read: set[str] = set()
        self.was_read = False
        self._status: Status = "understood"
        self._reasons: list[str] = []

    @property
    def source(self) -> Source:
        """Where it stands."""
        return self.document.source(self.pointer, self.value)

    def at(self, key: str) -> Source:
        """Where a member of it stands."""
        return self.document.source(f"{self.pointer}/{escaped(key)}", {key: self.value.get(key)})

    def approximated(self, reason: str) -> None:
        """The flow says something near to it."""
        self.was_read = True
        if self._status != "approximated":
            self._status, self._reasons = "approximated", []
        if reason not in self._reasons:
            self._reasons.append(reason)

    def ignored(self, reason: str) -> None:
        """The flow does not say it, though its members were looked at."""
        if self._status == "understood":
            self._status, self._reasons = "ignored", [reason]

    def close(self) -> None:
        """Put it into the ledger."""
        ledger = self.document.ledger
        if self._status == "understood":
            ledger.understood(self.source)
        elif self._status == "approximated":
            for reason in self._reasons:
                ledger.approximated(self.source, reason)
        else:
            ledger.ignored(self.source, " ".join(self._reasons))

    def get(self, key: str) -> object:
        """A member as it is; it counts as read."""
        self.was_read = True
        if key in self.value:
            self.keys_read.add(key)
        return self.value.get(key)

    def peek(self, key: str) -> object:
        """A member as it is; it does not count as read."""
        return self.value.get(key)

    def text(self, key: str) -> str:
        """A text or a number as text; empty when there is none."""
        found = self.get(key)
        if isinstance(found, str):
            return found.strip()
        return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""

    def number(self, key: str) -> int | None:
        """A whole number, also one that is written as text."""
        found = self.text(key)
        try:
            return int(float(found)) if found and len(found) < 16 else None
        except (ValueError, OverflowError):
            return None

    def flag(self, key: str) -> bool:
        """Whether it says yes in one of the words that systems use."""
        found = self.get(key)
        return found is True or str(found).strip().lower() in ("1", "true", "yes", "on", "checked", "enabled")

    def child(self, key: str) -> "Element | None":
        """An object inside it."""
        found = self.get(key)
        return self.document.element(f"{self.pointer}/{escaped(key)}", found) if isinstance(found, dict) else None

    def children(self, key: str) -> list["Element"]:
        """The objects of a list, or the values of an object of objects, inside it."""
        return [item for _, item in self.named(key)]

    def named(self, key: str) -> list[tuple[str, "Element"]]:
        """The objects of a list by their place, or of an object by their names."""
        found = self.get(key)
        pairs: Iterator[tuple[str, object]] = iter(())
        if isinstance(found, list):
            pairs = ((str(at), item) for at, item in enumerate(found))
        elif isinstance(found, dict):
            self.document.element(f"{self.pointer}/{escaped(key)}", found).read_all()
            pairs = iter(found.items())
        top = f"{self.pointer}/{escaped(key)}"
        return [(name, self.document.element(f"{top}/{escaped(name)}", item))
                for name, item in pairs if isinstance(item, dict)]  # fmt: skip

    def items(self) -> "list[tuple[str, Element]]":
        """Its members that are objects, by their names."""
        return [(name, part) for name, value in self.value.items()
                if isinstance(value, dict) and (part := self.child(name)) is not None]  # fmt: skip

    def texts(self, key: str) -> list[str]:
        """The texts of a list inside it."""
        found = self.get(key)
        return [str(item).strip() for item in found if isinstance(item, str | int)] if isinstance(found, list) else []

    def read_whole(self) -> None:
        """Every member counts as read, and every member of theirs."""
        self.read_all()
        for key in self.value:
            if isinstance(self.value[key], dict | list):
                for part in [below] if (below := self.child(key)) else self.children(key):
                    part.read_whole()

    def read_all(self) -> None:
        """Every member counts as read."""
        self.was_read = True
        self.keys_read.update(self.value)


def _short(value: object) -> str:
    """The beginning of a JSON text, without writing all of a large one."""
    if isinstance(value, dict):
        plain = {key: below if not isinstance(below, dict | list) else "…" for key, below in list(value.items())[:12]}
        return json.dumps(plain, ensure_ascii=False, default=str)[:_SHORT]
    return json.dumps(value, ensure_ascii=False, default=str)[:_SHORT] if not isinstance(value, list) else "[…]"
