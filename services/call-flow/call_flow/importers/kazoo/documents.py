"""The documents of an account, by what they are and by their ids."""

from collections.abc import Iterator

from call_flow.importers.archive import Files, base, document, is_json
from call_flow.importers.element import Document, Element
from call_flow.importers.ledger import Ledger, Source

#: What tells a kind of document when neither its file nor its type does.
_SIGNS = (
    ("callflows", {"flow"}), ("menus", {"hunt"}), ("menus", {"retries"}), ("vmboxes", {"mailbox"}),
    ("temporal_rules", {"cycle"}), ("temporal_rules_sets", {"temporal_rules"}), ("queues", {"agent_ring_timeout"}),
    ("queues", {"connection_timeout"}), ("directories", {"min_dtmf"}), ("conferences", {"member"}),
    ("resources", {"gateways"}), ("media", {"tts"}), ("media", {"media_source"}), ("devices", {"sip"}),
    ("devices", {"device_type"}), ("users", {"last_name"}), ("users", {"first_name"}),
)  # fmt: skip
_TYPES = {"callflow": "callflows", "menu": "menus", "vmbox": "vmboxes", "temporal_rule": "temporal_rules",
          "temporal_rule_set": "temporal_rules_sets", "queue": "queues", "directory": "directories",
          "conference": "conferences", "resource": "resources", "media": "media", "device": "devices", "user": "users",
          "account": "accounts"}  # fmt: skip
_WRAPPERS = ("data", "rows", "docs", "documents")


class Account:
    """Documents by their kind and id, in their order."""

    def __init__(self, files: Files, ledger: Ledger) -> None:
        """Reads every JSON file. Raises Unprocessable for one that is none."""
        self.ledger = ledger
        self.files: list[Document] = []
        self._found: dict[str, dict[str, Element]] = {}
        #: Prompts by the ids of their recordings.
        self.prompts: dict[str, str] = {}
        self.rosters: dict[str, list[str]] = {}
        for name, content in files.items():
            if not is_json(content):
                ledger.ignored(Source(name, "a file"), "It is no JSON document.")
                continue
            opened = Document(name, document(name, content), ledger)
            self.files.append(opened)
            if base(name) == "queue_rosters.json":
                self._rosters(opened.root)
                continue
            for element in _documents(opened):
                self._add(element, base(name).removesuffix(".json"))

    def _add(self, element: Element, file: str) -> None:
        told = element.get("pvt_type") if "pvt_type" in element.value else None
        kind = _TYPES.get(str(told)) if told else None
        kind = kind or (file if file in _TYPES.values() else None)
        kind = kind or next((name for name, signs in _SIGNS if signs <= element.value.keys()), None)
        identity = element.peek("id") or element.peek("_id")
        if kind is not None:
            self._found.setdefault(kind, {}).setdefault(str(identity or element.pointer), element)

    def _rosters(self, root: Element) -> None:
        root.read_all()
        self.rosters = {name: [str(item) for item in listed] for name, listed in root.value.items()
                        if isinstance(listed, list)}  # fmt: skip

    def all(self, kind: str) -> dict[str, Element]:
        """The documents of a kind by their ids."""
        return self._found.get(kind, {})

    def find(self, kind: str, identity: str) -> Element | None:
        """A document."""
        found = self.all(kind).get(identity)
        if found is not None:
            found.get("id")
            found.get("_id")
            found.get("name")
        return found


def _documents(opened: Document) -> Iterator[Element]:
    """The documents in a file: one, a list of them, or either within what Crossbar or CouchDB wraps around it."""
    waiting = opened.items if isinstance(opened.value, list) else [opened.root]
    for element in waiting:
        wrapper = next((name for name in _WRAPPERS if name in element.value and "module" not in element.value), None)
        if wrapper is None or "flow" in element.value:
            yield element
            continue
        inside = element.child(wrapper)
        for item in [inside] if inside is not None else element.children(wrapper):
            below = item.child("doc") if isinstance(item.peek("doc"), dict) else None
            yield below or item
