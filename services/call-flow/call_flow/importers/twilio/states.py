"""The widgets of a Studio flow and the transitions between them."""

import re
from collections import Counter
from dataclasses import dataclass

from call_flow.importers.element import Document, Element

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([A-Za-z]{2}))?")


@dataclass(frozen=True)
class Case:
    """A branch of a split: what the input is compared with, how, and where it leads."""

    kind: str
    value: str
    to: str | None


class Widget:
    """A state of a flow."""

    def __init__(self, element: Element) -> None:
        """Reads its transitions."""
        self.element = element
        self.name = element.text("name")
        self.kind = element.text("type")
        properties = element.child("properties")
        self.properties = properties or element.document.element(f"{element.pointer}/properties", {})
        self.properties.get("offset")
        self.events: dict[str, str | None] = {}
        self.cases: list[Case] = []
        for transition in element.children("transitions"):
            to = transition.text("next") or None
            conditions = transition.children("conditions")
            if not conditions:
                self.events.setdefault(transition.text("event"), to)
            transition.get("event")
            for condition in conditions:
                condition.get("friendly_name")
                condition.get("arguments")
                self.cases.append(Case(condition.text("type"), condition.text("value"), to))

    def to(self, *events: str) -> str | None:
        """Where the first of the events leads that leads anywhere."""
        return next((to for event in events if (to := self.events.get(event)) is not None), None)


class Studio:
    """One flow."""

    def __init__(self, opened: Document) -> None:
        """Reads its widgets."""
        root = opened.root
        self.root = root
        self.file = opened.file
        root.get("description")
        root.get("flags")
        self.initial = root.text("initial_state")
        self.widgets: dict[str, Widget] = {}
        for element in root.children("states"):
            widget = Widget(element)
            if widget.name in self.widgets:
                element.approximated("Another widget has the same name; the first counts.")
            else:
                self.widgets[widget.name] = widget

    @property
    def language(self) -> str:
        """The language in which most of its widgets speak; empty when none says which."""
        spoken = (language(str(widget.properties.peek("language") or "")) for widget in self.widgets.values()
                  if widget.kind in ("say-play", "gather-input-on-call") and not self._finds(widget))  # fmt: skip
        counted = Counter(code for code in spoken if code)
        return counted.most_common(1)[0][0] if counted else ""

    def _finds(self, widget: Widget) -> bool:
        """Whether it asks for a name, which our own export does in English."""
        split = self.widgets.get(widget.to("keypress") or "")
        found = self.widgets.get(split.to("noMatch") or "") if split else None
        return found is not None and str(found.properties.peek("url") or "").endswith("/find")


def language(text: str) -> str:
    """A language as flows write it; empty for words that are none."""
    match = _LANGUAGE.fullmatch(text)
    if match is None:
        return ""
    return f"{match[1]}-{match[2].upper()}" if match[2] else match[1]
