"""A configuration while it is read: the device that is filled, the names, and the ledger of what was not understood."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from engineering_api.dialects.pf.fields import Fields
from engineering_api.dialects.pf.names import BUILT_IN, Names
from engineering_api.dialects.pf.vocabulary import CHANGE, Vocabulary
from engineering_api.facts.device import Device, Unparsed
from engineering_api.facts.fact import Span
from engineering_api.facts.names import Kind
from engineering_api.facts.ports import Interface
from engineering_api.reading.xml_tree import CUT, Element

Reader = Callable[["Context", Fields], None]


class Context:
    """What the readers of the sections share."""

    def __init__(self, device: Device, names: Names) -> None:
        self.device = device
        self.names = names
        #: Where the rules belong among all of them, by their identity.
        self.places: dict[int, tuple[int, int, int]] = {}

        #: The ports of aliases that were asked for.
        self.ports: dict[str, list[str]] = {}
        #: Interfaces that get a gateway from outside.
        self.outward: set[str] = set()

    @cached_property
    def interfaces(self) -> dict[str, Interface]:
        """The interfaces by their names, once all are read."""
        return {one.name: one for one in reversed(self.device.interfaces)}

    def miss(self, element: Element, reason: str = "") -> None:
        """Note an element, with all below it, as not understood. Ends of elements are no lines of their own."""
        self.device.unparsed.extend(
            Unparsed(source=below.line if below.children else below.span, text=below.text, reason=reason)
            for below in element.walk()
        )

    def knows(self, fields: Fields, vocabulary: Vocabulary) -> None:
        """What is below an element says nothing more, as far as its names are known; the others are missed."""
        fields.knows_all()
        waiting = list(fields.element.elements)
        while waiting:
            element = waiting.pop()
            if not vocabulary.has(element.name):
                self.miss(element)
            elif not vocabulary.is_free_below(element.name):
                waiting.extend(element.elements)

    def knows_changes(self, fields: Fields) -> None:
        """Who made a rule and who changed it says nothing which is kept."""
        for child in fields.all("created", "updated"):
            self.knows(Fields(child), CHANGE)

    def read(self, element: Element, reader: Reader) -> None:
        """Read one element. What its reader does not ask for, or what cannot be so, goes into the ledger."""
        if not element.children and not element.value:
            return
        fields = Fields(element)
        if element.value and not element.children:
            self.miss(element)
            return
        noted = len(self.device.unparsed)
        try:
            reader(self, fields)
        except ValueError:
            del self.device.unparsed[noted:]  # the whole element is missed: no line of it twice
            self.miss(element)
            return
        for child in fields.left():
            self.miss(child)

    def each(self, fields: Fields, name: str, reader: Reader) -> None:
        """Read the children of a name. One that the file ends in is none: what it lacks would change what it says."""
        for child in fields.all(name):
            if child.is_closed:
                self.read(child, reader)
            else:
                self.miss(child, CUT)

    @contextmanager
    def field(self, fields: Fields, *names: str) -> Iterator[None]:
        """Within it, a value that cannot be so makes the first field of these names one that was not understood."""
        try:
            yield
        except ValueError:
            if child := fields.one(*names):
                self.miss(child)

    def use(self, kinds: Kind | tuple[Kind, ...], name: str, where: Span, context: str) -> None:
        """Note a use of a name, unless nothing stands for it."""
        if name:
            self.device.refer(kinds, name, where, context)

    def use_interface(self, name: str, where: Span, context: str) -> str:
        """Note a use of an interface, a group of interfaces or a virtual address; gives the interface."""
        if name in self.names.addresses:
            return self.names.addresses[name]
        if name and name.casefold() not in BUILT_IN:
            self.device.refer(("interface", "zone"), name, where, context)
        return name

    def use_certificate(self, refid: str, where: Span, context: str) -> str:
        """Note a use of a certificate or authority; gives its name."""
        name = self.names.certificates.get(refid, refid)
        self.use("certificate", name, where, context)
        return name
