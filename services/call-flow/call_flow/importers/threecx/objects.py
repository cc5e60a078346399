"""The objects of a 3CX by their collections, whether they are sent in requests or answered in lists."""

import re
from collections.abc import Iterator

from call_flow.importers.archive import Files, base, document, is_json
from call_flow.importers.element import Document, Element
from call_flow.importers.ledger import Ledger, Source

COLLECTIONS = ("Groups", "Users", "Receptionists", "RingGroups", "Queues", "InboundRules", "OutboundRules", "Trunks",
               "EmergencyNotificationsSettings")  # fmt: skip
_PATH = re.compile(r"/(?:xapi/v1/)?([A-Za-z]+)(?:\(([^)]*)\))?(?:\?.*)?")
_ZONE = re.compile(r"IanaName eq '([A-Za-z0-9_/+-]+)'")
_SIGNS = (("Receptionists", "IVRType"), ("RingGroups", "RingStrategy"), ("Queues", "PollingStrategy"),
          ("InboundRules", "RuleName"), ("OutboundRules", "NumberLengthRanges"), ("OutboundRules", "EmergencyRule"),
          ("Groups", "Hours"), ("Groups", "OfficeHolidays"), ("Trunks", "Gateway"), ("Users", "FirstName"))  # fmt: skip


class Objects:
    """What a 3CX holds."""

    def __init__(self, files: Files, ledger: Ledger) -> None:
        """Reads every JSON file. Raises Unprocessable for one that is none."""
        self.files: list[Document] = []
        self._found: dict[str, list[Element]] = {name: [] for name in COLLECTIONS}
        #: Zones by the name under which a request saves them.
        self.zones: dict[str, str] = {}
        #: Further settings of groups, by the name under which the group was saved.
        self.patches: dict[str, Element] = {}
        self.saved: dict[str, str] = {}
        for name, content in files.items():
            if not is_json(content):
                ledger.ignored(Source(name, "a file"), "It is no JSON document.")
                continue
            opened = Document(name, document(name, content), ledger)
            self.files.append(opened)
            for element in opened.items or [opened.root]:
                self._add(element, base(name).removesuffix(".json"))

    def all(self, collection: str) -> list[Element]:
        """The objects of a collection, in their order."""
        return self._found[collection]

    def _add(self, element: Element, file: str) -> None:
        if "path" in element.value:
            self._request(element)
            return
        for item in self._listed(element):
            kind = next((name for name in COLLECTIONS if name.lower() == file.lower()), None)
            kind = kind or next((name for name, sign in _SIGNS if sign in item.value), None)
            if kind is not None:
                self._found[kind].append(item)

    @staticmethod
    def _listed(element: Element) -> Iterator[Element]:
        if isinstance(element.peek("value"), list):
            element.get("@odata.context")
            yield from element.children("value")
        else:
            yield element

    def _request(self, element: Element) -> None:
        path = element.text("path")
        element.get("method")
        match = _PATH.fullmatch(path) or re.match(r"/(Defs)/", path)
        saved = element.child("save")
        name = next(iter(saved.value), "") if saved else ""
        if saved is not None:
            saved.read_all()
        if (named := _ZONE.search(path)) is not None:
            self.zones[f"{{{{{name}}}}}"] = named[1]
            return
        body = element.child("body")
        if match is None or body is None or match[1] not in COLLECTIONS:
            return
        if match[1] == "Groups" and element.peek("method") == "PATCH":
            self.patches[(match[2] or "").strip()] = body
            return
        if name:
            self.saved[body.pointer] = f"{{{{{name}}}}}"
        self._found[match[1]].append(body)
