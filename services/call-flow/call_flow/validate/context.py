"""What the rules look at: a flow, its graph, the day, and what several rules need to know about them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from call_flow.flow.calendar import UnknownHolidays, closed_days
from call_flow.flow.destination import Destination
from call_flow.flow.graph import Edge, Graph, Vertex, vertex
from call_flow.flow.hours import HolidaySet
from call_flow.flow.model import Extension, Flow
from call_flow.flow.nodes import Menu
from call_flow.validate import naming
from call_flow.validate.paths import Paths
from call_flow.validate.pointers import texts


class Context:
    """A flow as the rules see it."""

    def __init__(self, flow: Flow, today: dt.date) -> None:
        """`today` decides what is past and what comes soon."""
        self.flow = flow
        self.today = today
        self.graph = Graph(flow)
        self._holidays: dict[str, Mapping[dt.date, str] | str] = {}

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The flow as JSON holds it."""
        return self.flow.plain()

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """Every string of the flow, with its pointer."""
        return list(texts(self.plain))

    @cached_property
    def paths(self) -> Paths:
        """Ways through the graph."""
        return Paths(self.graph, self.graph.edges)

    @cached_property
    def from_outside(self) -> set[Vertex]:
        """What a call to one of the customer's numbers can come to."""
        return self.graph.reachable()

    @cached_property
    def from_anywhere(self) -> set[Vertex]:
        """What any call can come to: from outside, or from one extension to another."""
        inside = [Vertex("extension", extension.number) for extension in self.flow.extensions]
        return self.from_outside | self.paths.spread(inside)

    @cached_property
    def sent_to(self) -> set[Vertex]:
        """What calls from outside are sent to, not counting who answers as a member of a group."""
        within = self.from_outside
        return {edge.target for edge in self.graph.edges if edge.source in within and not edge.answers}

    @cached_property
    def places(self) -> Mapping[Vertex, str]:
        """The pointer of every part that is a vertex; of parts that share a name, the first."""
        found: dict[Vertex, str] = {}
        for position, number in enumerate(self.flow.numbers):
            found.setdefault(Vertex("number", number.e164), f"/numbers/{position}")
        for position, node in enumerate(self.flow.nodes):
            found.setdefault(Vertex("node", node.id), f"/nodes/{position}")
        for position, extension in enumerate(self.flow.extensions):
            found.setdefault(Vertex("extension", extension.number), f"/extensions/{position}")
        for position, mailbox in enumerate(self.flow.mailboxes):
            found.setdefault(Vertex("mailbox", mailbox.number), f"/mailboxes/{position}")
        return found

    @cached_property
    def dialable(self) -> Mapping[str, list[str]]:
        """By the id of each menu, the extensions of the flow that callers may dial in it, in order."""
        known = self.graph.extensions
        everybody = sorted({item.number for item in self.flow.extensions if item.device != "none"})
        found: dict[str, list[str]] = {}
        for node in self.flow.nodes:
            if isinstance(node, Menu):
                listing = node.direct_dial if isinstance(node.direct_dial, list) else []
                own = sorted({number for number in listing if number in known})
                found[node.id] = everybody if node.direct_dial == "extensions" else own
        return found

    @cached_property
    def countries(self) -> list[str]:
        """The country of the customer, then those of the sites' addresses."""
        sites = [site.address.country for site in self.flow.sites if site.address]
        return list(dict.fromkeys([self.flow.customer.country, *sites]))

    @cached_property
    def sites(self) -> set[str]:
        """The ids of the sites."""
        return {site.id for site in self.flow.sites}

    @cached_property
    def trunks(self) -> set[str]:
        """The ids of the trunks."""
        return {trunk.id for trunk in self.flow.trunks}

    def name(self, place: Vertex | Destination | str) -> str:
        """How a sentence names a vertex, a destination or, by its id, a node."""
        if isinstance(place, str):
            place = Vertex("node", place)
        elif isinstance(place, Destination):
            place = vertex(place)
        return naming.name(self.graph, place)

    def of(self, extension: Extension) -> str:
        """How a sentence names an extension."""
        return self.name(Vertex("extension", extension.number))

    def holidays(self, holiday_set: HolidaySet) -> Mapping[dt.date, str] | str:
        """The days of a set; or why they cannot be worked out: `country`, `subdivision` or `categories`."""
        key = holiday_set.model_dump_json()
        if key not in self._holidays:
            self._holidays[key] = _holidays(holiday_set)
        return self._holidays[key]

    def explicit(self) -> Iterator[Edge]:
        """The outcomes that stand in the flow."""
        return (edge for edge in self.graph.edges if not edge.implied)


def _holidays(holiday_set: HolidaySet) -> Mapping[dt.date, str] | str:
    try:
        return closed_days(holiday_set)
    except UnknownHolidays:
        source = holiday_set.source
    for cause, known in ("categories", {"categories": ["public"]}), ("subdivision", {"subdivision": None}):
        source = source and source.model_copy(update=known)
        if _is_known(holiday_set.model_copy(update={"source": source})):
            return cause
    return "country"


def _is_known(holiday_set: HolidaySet) -> bool:
    try:
        closed_days(holiday_set)
    except UnknownHolidays:
        return False
    return True
