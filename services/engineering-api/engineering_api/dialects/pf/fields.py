"""The fields of an element, and which of them somebody asked for: the rest was not understood."""

import re
from collections import defaultdict

from engineering_api.facts.fact import Span
from engineering_api.reading.xml_tree import Element

#: What PHP and the model classes of OPNsense write for "off". An empty element is on: pfSense writes only what is on.
_OFF = frozenset({"0", "no", "off", "false", "disabled", "none"})
_BETWEEN = re.compile(r"[\s,;]+")


def matching(words: str) -> re.Pattern[str]:
    """A pattern for names that are any of these, which are separated by blanks and may be patterns themselves."""
    return re.compile("|".join(words.split()), re.IGNORECASE)


class Fields:
    """An element with its children by their names."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._by_name: defaultdict[str, list[Element]] = defaultdict(list)
        for child in element.elements:
            self._by_name[child.name].append(child)
        self._asked: set[str] = set()

    @property
    def span(self) -> Span:
        """All its lines."""
        return self.element.span

    @property
    def name(self) -> str:
        """The name of the element."""
        return self.element.name

    @property
    def uuid(self) -> str:
        """By which OPNsense's models name it."""
        return self.element.attributes.get("uuid", "")

    def all(self, *names: str) -> list[Element]:
        """The children of these names."""
        self._asked.update(names)
        return [child for name in names for child in self._by_name.get(name, ())]

    def one(self, *names: str) -> Element | None:
        """The first child of these names that says something, or else the first."""
        found = self.all(*names)
        return next((child for child in found if child.value or child.children), found[0] if found else None)

    def text(self, *names: str) -> str:
        """The first value of these names; "" when there is none."""
        child = self.one(*names)
        return child.value if child else ""

    def needed(self, *names: str) -> str:
        """The first value of these names, without which the whole says nothing. Raises `ValueError`."""
        if value := self.text(*names):
            return value
        raise ValueError(names)

    def values(self, *names: str) -> list[str]:
        """All values of these names that say something."""
        return [child.value for child in self.all(*names) if child.value]

    def words(self, *names: str) -> list[str]:
        """All values, taken apart at blanks and commas."""
        return [word for value in self.values(*names) for word in _BETWEEN.split(value) if word]

    def number(self, *names: str) -> int | None:
        """A whole number. None where it is missing or is none, such as "default"."""
        value = self.text(*names)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    def is_on(self, *names: str) -> bool:
        """Whether a child of these names is there and does not say "off"."""
        return any(child.value.casefold() not in _OFF for child in self.all(*names))

    def is_enabled(self) -> bool:
        """Whether it is in force: "enabled" or "enable" says so, or "disabled" or "disable" does not."""
        on = self.all("enabled", "enable")
        return (not on or self.is_on("enabled", "enable")) and not self.is_on("disabled", "disable")

    def has(self, *names: str) -> bool:
        """Whether there is a child of these names."""
        return bool(self.all(*names))

    def line(self, *names: str) -> Span:
        """The lines of the first child of these names, or else of the whole."""
        child = self.one(*names)
        return child.span if child else self.span

    def knows(self, *names: str) -> None:
        """Children that say nothing which is kept as a fact."""
        self._asked.update(names)

    def knows_all(self) -> None:
        """Nothing below it says anything which is kept as a fact, or all was looked at."""
        self._asked.update(self._by_name)

    def knows_like(self, pattern: re.Pattern[str]) -> None:
        """Children whose whole names match say nothing which is kept as a fact."""
        self._asked.update(name for name in self._by_name if pattern.fullmatch(name))

    def left(self) -> list[Element]:
        """The children that nobody asked for."""
        return [child for child in self.element.elements if child.name not in self._asked]
