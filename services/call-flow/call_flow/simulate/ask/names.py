"""What people call the parts of a flow."""

import re
from collections.abc import Iterable

from call_flow.flow.graph import Graph
from call_flow.flow.nodes import Queue, RingGroup
from call_flow.simulate import outbound
from call_flow.simulate.ask.text import Text, any_of
from call_flow.simulate.checked import outside_numbers

_LEAST_LETTERS = 2
#: A telephone number as people write it; a date is none.
PHONE = r"(?![0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))(?:\+?\(?[0-9][0-9 ()-]{4,20}[0-9]|[0-9]{3}\.[0-9]{3}\.[0-9]{4})"


class Called:
    """The names of one flow, in small letters, as patterns and with what they mean."""

    def __init__(self, graph: Graph, text: Text) -> None:
        """Of the names that the text mentions; those that two extensions share mean neither."""
        self.graph = graph
        self._text = text
        self._people = _unique(
            (name, item.number)
            for item in graph.flow.extensions
            for name in {item.display, item.first, item.last, item.name}
            if name
        )
        self._groups = _unique(
            (name, node.id)
            for node in graph.flow.nodes
            if isinstance(node, RingGroup | Queue)
            for name in _names(node.id, node.name)
        )
        self._numbers = _unique(
            (name, number.e164) for number in graph.flow.numbers if number.label for name in _labels(number.label)
        )
        self.telephones = [item.number for item in graph.flow.extensions if item.device != "none"]
        self.telephones += outside_numbers(graph)
        people, groups, numbers = map(self.any_of, (self._people, self._groups, graph.extensions))
        #: Somebody whose telephone rings: a number, a name, or a group.
        self.one = (
            rf"(?:(?:the |extension |ext\.? |agent |group |queue |mobile |member )*"
            rf"(?:{people}|{groups}|{numbers}|{PHONE}))(?: (?:group|queue|team|agents|members))?"
        )
        #: Several of them.
        self.some = rf"(?:both )?{self.one}(?:(?: ?, ?and | ?, ?| and | & | or ){self.one})*"
        self.label = self.any_of(self._numbers)

    def any_of(self, names: Iterable[str]) -> str:
        """A pattern for those of the names that the text mentions."""
        return any_of([name for name in names if self._text.mentions(name)])

    def kind(self, *classes: type) -> dict[str, str]:
        """The nodes of some kinds by what they are called."""
        return _unique(
            (name, node.id)
            for node in self.graph.flow.nodes
            if isinstance(node, classes)
            for name in _names(node.id, node.name)
        )

    def telephones_in(self, said: str) -> list[str]:
        """The telephones that a phrase of `some` means, each once."""
        found: dict[str, None] = {}
        for part in re.split(r" ?, ?and | ?, ?| and | & | or ", said):
            name = re.sub(r"^(?:the |both |extension |ext\.? |agent |group |queue |mobile |member )+", "", part.strip())
            name = re.sub(r" (?:group|queue|team|agents|members)$", "", name)
            found.update((target, None) for target in self._meant(name))
        return list(found)

    def extension(self, said: str) -> str | None:
        """The one extension that a phrase means."""
        found = [target for target in self.telephones_in(said) if target in self.graph.extensions]
        return found[0] if len(found) == 1 else None

    def number(self, label: str) -> str:
        """The customer's number with a label."""
        return self._numbers[" ".join(label.split())]

    def _meant(self, name: str) -> Iterable[str]:
        name = " ".join(name.split())
        if name in self.graph.extensions:
            return [name]
        if name in self._people:
            return [self._people[name]]
        if name in self._groups:
            node = self.graph.nodes[self._groups[name]]
            if isinstance(node, RingGroup):
                return [member.target for member in node.members if member.target]
            return [agent.target for agent in node.agents if agent.target] if isinstance(node, Queue) else []
        parsed = outbound.parse(name, self.graph.flow.customer.country)
        return [outbound.e164(parsed)] if parsed else [name]


def _names(identifier: str, name: str | None) -> list[str]:
    spoken = [identifier, identifier.replace("-", " ")]
    return spoken + ([name] if name else [])


def _labels(label: str) -> list[str]:
    """A label with and without the words that any line has."""
    short = re.sub(r"\s*\b(?:line|number|phone|hotline)\b\s*", " ", label.lower()).strip()
    return [label, short] if short else [label]


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name, target in pairs:
        spoken = " ".join(name.lower().split())
        if len(spoken) < _LEAST_LETTERS:
            continue
        if found.setdefault(spoken, target) != target:
            twice.add(spoken)
    return {name: target for name, target in found.items() if name not in twice}
