"""The tree of configurations in XML: OPNsense and pfSense.

It reads the XML that devices write (XML 1.0 without a document type) and stops at nothing: a file that ends too early
is read up to there, a tag that closes nothing is set aside. The parsers of libxml2 and expat serve badly here: the one
does not say on which line an element ends and loses count after an error, the other gives up at the first error.
Nothing is ever expanded or fetched, because declarations of a document type are set aside, whatever they declare, and
references other than XML's own five and numbers stay as they are written.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engineering_api.reading.tree import Node

DOCUMENT_TYPE: Final = "declarations of a document type are not read, so that nothing is expanded or fetched"
REFERENCE: Final = "a reference to an entity that XML does not have"
STRAY_END: Final = "closes nothing that is open"
STRAY_TEXT: Final = "text between elements"
OUTSIDE: Final = "outside of the configuration"
CUT: Final = "the file ends in the middle of this"
MALFORMED: Final = "not well formed"
DEEP: Final = "elements inside of too many others"

#: No configuration has elements inside of more than 20 others.
MOST_DEPTH: Final = 100

#: A line that only ends elements.
END: Final = re.compile(r"(?:</[A-Za-z_][\w.:-]*\s*>\s*)+")

_NAME = r"[A-Za-z_][\w.:-]*"
_TAG = re.compile(rf"<({_NAME})((?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*+)>|</({_NAME})\s*>")
_ATTRIBUTE = re.compile(rf"({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BEGINNING = re.compile(r"<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_])")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_ANY_REFERENCE = re.compile(rf"&{_NAME};")
_SIGNS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(slots=True, eq=False)
class Element(Node):
    """An element. `value` is its text without the blanks around it; "" for one that has elements below it."""

    name: str = ""
    value: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    #: False where the file ends before the element does.
    is_closed: bool = False

    def child(self, name: str) -> "Element | None":
        """The first element of a name below it."""
        return next((one for one in self.elements if one.name == name), None)

    @property
    def elements(self) -> "Iterator[Element]":
        """The elements below it, in the order of the file."""
        return (child for child in self.children if isinstance(child, Element))


@dataclass(slots=True, eq=False)
class Refused(Node):
    """Lines that are no part of the configuration or cannot be read, and why."""

    reason: str = ""


def tree(texts: Sequence[str]) -> list[Node]:
    """The outermost element or elements, and what was set aside."""
    return _Scan(texts).read()


class _Scan:
    """One pass over the text. Each piece of it is looked at a fixed number of times, however odd it is."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\n".join(texts)
        self._texts = texts
        self._at = 0
        self._line = 1
        self._counted = 0
        self._refused = 0
        self._top: list[Node] = []
        self._open: list[Element] = []
        self._names: Counter[str] = Counter()
        self._values: list[list[str]] = []

    def read(self) -> list[Node]:
        text, end = self._text, len(self._text)
        if first := _BEGINNING.search(text):
            self._words(text[: first.start()])
            self._at = first.start()
        while self._at < end:
            mark = text.find("<", self._at)
            if mark < 0:
                mark = end
            if mark > self._at:
                self._words(text[self._at : mark])
                self._at = mark
            if mark < end:
                self._markup()
        for element in self._open:
            element.last = len(self._texts)
        while self._open:
            self._leave(is_closed=False)
        return self._top

    def _markup(self) -> None:
        text, at = self._text, self._at
        if tag := _TAG.match(text, at):
            if tag[3]:
                self._end(tag[3], tag.end())
            else:
                self._start(tag)
        elif text.startswith("<!--", at):
            self._skip("-->")
        elif text.startswith("<![CDATA[", at):
            self._verbatim()
        elif text.startswith("<?", at):
            self._skip("?>")
        elif text.startswith("<!DOCTYPE", at):
            self._document_type()
        else:
            following = text.find("<", at + 1)
            end = len(text) if following < 0 else following
            self._refuse(at, end, CUT if following < 0 else MALFORMED)

    def _start(self, tag: re.Match[str]) -> None:
        if len(self._open) >= MOST_DEPTH:
            self._refuse(tag.start(), tag.end(), DEEP)
            return
        first = self._line_of(tag.start())
        last = self._line_of(tag.end()) if "\n" in tag[2] else first
        element = Element("", first, last, name=tag[1])
        if len(tag[2]) > 1:
            element.attributes = {one[1]: _plain(one[2] or one[3] or "") for one in _ATTRIBUTE.finditer(tag[2])}
        (self._open[-1].children if self._open else self._top).append(element)
        self._at = tag.end()
        self._open.append(element)
        self._names[element.name] += 1
        self._values.append([])
        if tag[2].endswith("/"):
            self._leave(is_closed=True)

    def _end(self, name: str, end: int) -> None:
        if not self._names[name]:
            self._refuse(self._at, end, STRAY_END)
            return
        last = self._line_of(end - 1)
        while True:
            element = self._open[-1]
            element.last = last
            self._leave(is_closed=element.name == name)
            if element.name == name:
                break
        self._at = end

    def _leave(self, *, is_closed: bool) -> None:
        element = self._open.pop()
        self._names[element.name] -= 1
        words = "".join(self._values.pop()).strip()
        element.is_closed = is_closed
        if not element.children:
            element.value = words
        head = element.name + "".join(f' {name}="{value}"' for name, value in element.attributes.items())
        if element.value:
            shown = " ".join(element.value.split()) if "\n" in element.value else element.value
            element.text = f"<{head}>{shown}</{element.name}>"
        else:
            element.text = f"<{head}>" if element.children else f"<{head}/>"

    def _words(self, words: str) -> None:
        """Text between two tags. It is a value where its element has nothing else, and set aside elsewhere."""
        if not words or words.isspace():
            if self._open and words:
                self._values[-1].append(words)
            return
        if not self._open:
            self._set_aside(self._at, words, OUTSIDE)
        elif self._open[-1].children:
            self._set_aside(self._at, words, STRAY_TEXT)
        else:
            self._values[-1].append(_plain(words))
            if "&" in words and (odd := _odd_reference(words)):
                self._set_aside(self._at + odd.start(), odd[0], REFERENCE)

    def _verbatim(self) -> None:
        end = self._text.find("]]>", self._at)
        if end < 0:
            self._refuse(self._at, len(self._text), CUT)
            return
        words = self._text[self._at + 9 : end]
        if self._open and not self._open[-1].children:
            self._values[-1].append(words)
        else:
            self._set_aside(self._at, words, STRAY_TEXT)
        self._at = end + 3

    def _skip(self, ending: str) -> None:
        end = self._text.find(ending, self._at)
        if end < 0:
            self._refuse(self._at, len(self._text), CUT)
        else:
            self._at = end + len(ending)

    def _document_type(self) -> None:
        """A declaration ends at its ">", or where what it declares in brackets ends."""
        text, at = self._text, self._at
        bracket, end = text.find("[", at), text.find(">", at)
        if 0 <= bracket < end:
            inner = re.compile(r"\]\s*>").search(text, bracket)
            end = inner.end() - 1 if inner else -1
        self._refuse(at, end + 1 if end >= 0 else len(text), DOCUMENT_TYPE)

    def _refuse(self, start: int, end: int, reason: str) -> None:
        self._set_aside(start, self._text[start:end], reason)
        self._at = end

    def _set_aside(self, start: int, words: str, reason: str) -> None:
        """Each line of it that says something, on its own. They stand at the top, so that no element has a stranger."""
        for number, text in enumerate(words.split("\n"), start=self._line_of(start)):
            if text.strip() and self._refused != number:
                self._refused = number
                self._top.append(Refused(self._texts[number - 1].strip(), number, number, reason=reason))

    def _line_of(self, place: int) -> int:
        """The line of a place that is not before the last one that was asked for, but for a few characters."""
        if place >= self._counted:
            self._line += self._text.count("\n", self._counted, place)
            self._counted = place
            return self._line
        return self._line - self._text.count("\n", place, self._counted)


def _plain(words: str) -> str:
    return _REFERENCE.sub(_sign, words) if "&" in words else words


def _sign(reference: re.Match[str]) -> str:
    if reference[3]:
        return _SIGNS[reference[3]]
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return chr(number) if 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else " "


def _odd_reference(words: str) -> re.Match[str] | None:
    return next((one for one in _ANY_REFERENCE.finditer(words) if one[0][1:-1] not in _SIGNS), None)
