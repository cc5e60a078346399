"""A directory: spelling a name with the keys."""

import unicodedata
from collections.abc import Iterator, Mapping

from call_flow.flow.graph import Graph
from call_flow.flow.model import Extension
from call_flow.flow.nodes import Directory
from call_flow.simulate.call import Call, End, Place, Way, way

LETTERS = 3
_OFFERS = 3
_INTRODUCTION_SECONDS, _OFFER_SECONDS, _SORRY_SECONDS = 8.0, 3.0, 2.0
_FIRST_KEY_SECONDS, _NEXT_KEY_SECONDS = 5.0, 3.0
#: ITU-T E.161, figure 1.
_KEYPAD: Mapping[str, str] = {
    letter: key
    for key, letters in zip("23456789", ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), strict=True)
    for letter in letters
}


def spelled(name: str) -> str:
    """The keys of the first letters of a name; accents are dropped, and so is what is on no key."""
    plain = unicodedata.normalize("NFKD", name.lower())
    keys = (_KEYPAD.get(sign, sign if sign.isascii() and sign.isdigit() else "") for sign in plain)
    return "".join(keys)[:LETTERS]


class Names:
    """Who can be found in a directory, and by which keys."""

    def __init__(self, graph: Graph, node: Directory) -> None:
        """Reads the listed extensions."""
        self._listed = [(item.number, list(_spellings(item, node.by))) for item in graph.listed(node)]

    def found(self, keys: str) -> list[str]:
        """The extensions whose names begin with keys, in the alphabetical order in which they are offered."""
        matches = [
            (next((key for code, key in spellings if code and code.startswith(keys)), None), number)
            for number, spellings in self._listed
        ]
        return [number for key, number in sorted(match for match in matches if match[0] is not None)]

    def keys_of(self, number: str) -> list[str]:
        """What a caller presses to find an extension, pass the ones before and take it; empty if that cannot be."""
        for listed, spellings in self._listed:
            if listed == number and (codes := [code for code, _ in spellings if code]):
                code = min(codes, key=lambda code: self.found(code).index(number))
                before = self.found(code).index(number)
                return [code if len(code) == LETTERS else f"{code}#", *["*"] * before, "1"]
        return []


def _spellings(item: Extension, by: str) -> Iterator[tuple[str, str]]:
    """The keys of a name, and by what it is sorted when they match: the last name before the first."""
    words = item.name.split()
    first, last = item.first or words[0], item.last or words[-1]
    if by in ("last", "both"):
        yield spelled(last), f"{last}{first}".casefold()
    if by in ("first", "both"):
        yield spelled(first), f"{first} {last}".casefold()


def directory(graph: Graph, node: Directory) -> Place:
    """A directory as a place."""
    names = Names(graph, node)
    failed = way(node.failed)
    operator = way(node.operator) if node.operator else None

    def leave(call: Call, key: str) -> Way:
        """Where a key leads by which the caller gives up."""
        if key == "0" and operator is not None:
            call.passes("node", node.id, "directory", "operator", "pressed 0 for the operator")
            return operator
        call.passes("node", node.id, "directory", "failed", f"pressed {key} to leave" if key else "pressed nothing")
        return failed

    def place(call: Call, _: Way) -> Way | End:
        while True:
            first = call.key(node.id, _INTRODUCTION_SECONDS, _FIRST_KEY_SECONDS)
            if first in ("", "0", "*"):
                return leave(call, first)
            keys = _spell(call, first)
            matches = names.found(keys)
            for number in matches:
                key = _choose(call, node.id)
                if key == "1":
                    call.passes("node", node.id, "directory", f"found:{number}", f"spelled {keys} and took {number}")
                    return Way("extension", number)
                if key in ("0", "#"):
                    return leave(call, key)
            if call.key(node.id, _SORRY_SECONDS, 0):
                said = f"spelled {keys}, took nobody" if matches else f"spelled {keys}, as nobody is called"
                call.passes("node", node.id, "directory", "failed", f"{said}, and pressed a key")
                return failed

    return place


def _spell(call: Call, keys: str) -> str:
    """The keys of one spelling: three, fewer if a pause or # ends it."""
    while len(keys) < LETTERS:
        key = call.next_key(_NEXT_KEY_SECONDS)
        if not key or key == "#":
            break
        keys += key
    return keys


def _choose(call: Call, name: str) -> str:
    """What the caller does with a name that is offered up to three times; * and silence in the end go on."""
    for _ in range(_OFFERS):
        key = call.key(name, _OFFER_SECONDS, _NEXT_KEY_SECONDS)
        if key in ("0", "1", "*", "#") and key:
            return key
    return ""
